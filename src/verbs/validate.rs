//! Holds the claims of a payload against the tree and against re-runs.

use crate::answers::ValidateAnswer;
use crate::cancel::Cancel;
use crate::error::{Code, Error, Result};
use crate::event::Watch;
use crate::verbs::{Common, Context};
use schemars::JsonSchema;
use serde::Serialize;

/// What `validate` is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// What most verbs are asked.
    pub common: Common,
    /// Seconds each test binary may take.
    pub test_timeout: Option<u64>,
}

/// Not built yet.
///
/// # Errors
/// Always.
pub fn run(_: &Request, _: &Context, _: &Cancel, _: &dyn Watch) -> Result<ValidateAnswer> {
    Err(Error::new(Code::Internal, "not built yet"))
}
