//! The stage: gate, mapping, checks, record.

use crate::answers::ImplementAnswer;
use crate::cancel::Cancel;
use crate::error::{Code, Error, Result};
use crate::event::Watch;
use crate::verbs::{Common, Context};
use schemars::JsonSchema;
use serde::Serialize;

/// What `implement` is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// What most verbs are asked.
    pub common: Common,
    /// Whether everything found counts, also what was there before.
    pub strict: bool,
    /// Whether to let rustfmt and clippy repair first.
    pub fix: bool,
    /// Whether to show the payload's diff and write nothing.
    pub dry_run: bool,
    /// Whether to seal the evidence although not ready.
    pub seal: bool,
    /// Free text about the task, kept verbatim.
    pub brief: Option<String>,
    /// Seconds each test binary may take.
    pub test_timeout: Option<u64>,
}

/// Not built yet.
///
/// # Errors
/// Always.
pub fn run(_: &Request, _: &Context, _: &Cancel, _: &dyn Watch) -> Result<ImplementAnswer> {
    Err(Error::new(Code::Internal, "not built yet"))
}
