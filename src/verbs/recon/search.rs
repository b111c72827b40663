//! The lines that hold something.

use super::super::closing;
use super::super::request::{Common, Context};
use super::ground::Place;
use crate::answers::ReconAnswer;
use crate::cancel::Cancel;
use crate::error::Result;
use crate::event::Watch;
use crate::recon::search::{self, Question, Search};
use schemars::JsonSchema;
use serde::Serialize;

/// What `recon search` is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// What most verbs are asked.
    pub common: Common,
    /// What is looked for, and where.
    pub question: Question,
}

/// Looks for it. Starts nothing.
///
/// # Errors
/// 2 where a pattern or a glob cannot be read, 65 where a path is not there.
pub fn run(request: &Request, context: &Context, cancel: &Cancel, _: &dyn Watch) -> Result<ReconAnswer<Search>> {
    let place = Place::find(&request.common, context)?;
    let found = search::search(&request.question, &place.ground(None), cancel)?;
    Ok(ReconAnswer { closing: closing::plain("recon", Vec::new()), found })
}
