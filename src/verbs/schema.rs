//! The shapes: of the payload, and of everything the verbs are asked, answer and tell.

use super::closing;
use super::request::Context;
use super::{
    cache, demo, explain, implement, init, map, matrix, merge, note, prune, recon, report, resolve, status, trust,
    validate,
};
use crate::answers::{
    Closing, ImplementAnswer, MapAnswer, PlainAnswer, ReconAnswer, ReportAnswer, StatusAnswer, TrustAnswer,
    ValidateAnswer,
};
use crate::brief::Brief;
use crate::cancel::Cancel;
use crate::error::{Code, Error, Result};
use crate::event::{Seen, Watch};
use crate::payload::schema as payload;
use crate::recon::overview::Overview;
use crate::recon::refs::Refs;
use crate::recon::search::Search;
use crate::recon::todo::ToDoList;
use schemars::{JsonSchema, schema_for};
use serde::Serialize;
use serde_json::{Value, json};

/// What `schema` is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// Whose schema.
    pub of: Of,
}

/// What there is a schema of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Of {
    /// `handoff/payload.json`.
    #[default]
    Payload,
    /// The last line of each verb with `--message-format json`.
    Answers,
    /// The lines before it.
    Events,
    /// What the verbs are asked.
    Requests,
}

/// Prints a JSON Schema (2020-12). Starts nothing, reads nothing.
///
/// # Errors
/// 70 where a schema is not JSON, which is a bug.
pub fn run(request: &Request, _: &Context, _: &Cancel, _: &dyn Watch) -> Result<PlainAnswer> {
    let schema = match request.of {
        Of::Payload => payload::schema(),
        Of::Events => schema_for!(Seen).to_value(),
        Of::Answers => answers(),
        Of::Requests => requests(),
    };
    let text = serde_json::to_string_pretty(&schema)
        .map_err(|error| Error::new(Code::Internal, "a schema is not JSON").because(error))?;
    Ok(PlainAnswer { closing: closing::plain("schema", Vec::new()), text })
}

fn answers() -> Value {
    json!({
        "closing": schema_for!(Closing).to_value(),
        "implement": schema_for!(ImplementAnswer).to_value(),
        "validate": schema_for!(ValidateAnswer).to_value(),
        "map": schema_for!(MapAnswer).to_value(),
        "status": schema_for!(StatusAnswer).to_value(),
        "trust": schema_for!(TrustAnswer).to_value(),
        "report": schema_for!(ReportAnswer).to_value(),
        "recon overview": schema_for!(ReconAnswer<Overview>).to_value(),
        "recon brief": schema_for!(ReconAnswer<Brief>).to_value(),
        "recon search": schema_for!(ReconAnswer<Search>).to_value(),
        "recon todo": schema_for!(ReconAnswer<ToDoList>).to_value(),
        "recon refs": schema_for!(ReconAnswer<Refs>).to_value(),
        "plain": schema_for!(PlainAnswer).to_value(),
    })
}

fn requests() -> Value {
    json!({
        "init": schema_for!(init::Request).to_value(),
        "status": schema_for!(status::Request).to_value(),
        "map": schema_for!(map::Request).to_value(),
        "implement": schema_for!(implement::Request).to_value(),
        "validate": schema_for!(validate::Request).to_value(),
        "merge": schema_for!(merge::Request).to_value(),
        "matrix": schema_for!(matrix::Request).to_value(),
        "trust": schema_for!(trust::Request).to_value(),
        "note": schema_for!(note::Request).to_value(),
        "demo": schema_for!(demo::Request).to_value(),
        "cache": schema_for!(cache::Request).to_value(),
        "resolve": schema_for!(resolve::Request).to_value(),
        "prune": schema_for!(prune::Request).to_value(),
        "report": schema_for!(report::Request).to_value(),
        "recon overview": schema_for!(recon::overview::Request).to_value(),
        "recon brief": schema_for!(recon::brief::Request).to_value(),
        "recon search": schema_for!(recon::search::Request).to_value(),
        "recon todo": schema_for!(recon::todo::Request).to_value(),
        "recon refs": schema_for!(recon::refs::Request).to_value(),
        "explain": schema_for!(explain::Request).to_value(),
    })
}
