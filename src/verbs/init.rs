//! Makes a payload, or archives a finished one and makes the next.

use crate::answers::PlainAnswer;
use crate::cancel::Cancel;
use crate::error::{Code, Error, Result};
use crate::event::Watch;
use crate::verbs::{Common, Context};
use schemars::JsonSchema;
use serde::Serialize;

/// What `init` is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// What most verbs are asked.
    pub common: Common,
    /// What the branch is for: draft the payload from what it changed.
    pub from_branch: Option<String>,
    /// Archive a finished payload first.
    pub new: bool,
}

/// Not built yet.
///
/// # Errors
/// Always.
pub fn run(_: &Request, _: &Context, _: &Cancel, _: &dyn Watch) -> Result<PlainAnswer> {
    Err(Error::new(Code::Internal, "not built yet"))
}
