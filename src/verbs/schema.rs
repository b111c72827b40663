//! The JSON Schema of the payload, the answers, the events or the requests.

use crate::answers::PlainAnswer;
use crate::cancel::Cancel;
use crate::error::{Code, Error, Result};
use crate::event::Watch;
use crate::verbs::Context;
use schemars::JsonSchema;
use serde::Serialize;

/// What `schema` is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// Of what.
    pub of: Of,
}

/// Not built yet.
///
/// # Errors
/// Always.
pub fn run(_: &Request, _: &Context, _: &Cancel, _: &dyn Watch) -> Result<PlainAnswer> {
    Err(Error::new(Code::Internal, "not built yet"))
}

/// What there is a schema of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Of {
    /// The payload.
    #[default]
    Payload,
    /// What the verbs answer.
    Answers,
    /// The lines of `--message-format json`.
    Events,
    /// What the verbs are asked.
    Requests,
}
