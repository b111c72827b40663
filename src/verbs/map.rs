//! What `implement` would look at and run.

use crate::answers::MapAnswer;
use crate::cancel::Cancel;
use crate::error::{Code, Error, Result};
use crate::event::Watch;
use crate::verbs::{Common, Context};
use schemars::JsonSchema;
use serde::Serialize;

/// What `map` is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// What most verbs are asked.
    pub common: Common,
}

/// Not built yet.
///
/// # Errors
/// Always.
pub fn run(_: &Request, _: &Context, _: &Cancel, _: &dyn Watch) -> Result<MapAnswer> {
    Err(Error::new(Code::Internal, "not built yet"))
}
