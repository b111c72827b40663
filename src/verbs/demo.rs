//! A sample workspace in a fresh folder, and the main job run on it.

use crate::answers::ImplementAnswer;
use crate::cancel::Cancel;
use crate::error::{Code, Error, Result};
use crate::event::Watch;
use crate::verbs::Context;
use schemars::JsonSchema;
use serde::Serialize;

/// What `demo` is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// The folder to make; a fresh one where `None`.
    pub into: Option<String>,
    /// Whether to leave a failing test in.
    pub broken: bool,
}

/// Not built yet.
///
/// # Errors
/// Always.
pub fn run(_: &Request, _: &Context, _: &Cancel, _: &dyn Watch) -> Result<ImplementAnswer> {
    Err(Error::new(Code::Internal, "not built yet"))
}
