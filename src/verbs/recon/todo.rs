//! What is left to be done.

use super::super::closing;
use super::super::request::{Common, Context};
use super::ground::Place;
use crate::answers::ReconAnswer;
use crate::cancel::Cancel;
use crate::error::Result;
use crate::event::Watch;
use crate::recon::todo::{self, ToDoList};
use schemars::JsonSchema;
use serde::Serialize;

/// What `recon todo` is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// What most verbs are asked.
    pub common: Common,
    /// Files and folders; everything below the root where empty.
    pub paths: Vec<String>,
    /// How many are told at most.
    pub limit: usize,
}

/// Looks for it. Starts nothing.
///
/// # Errors
/// 65 where a path is not there.
pub fn run(request: &Request, context: &Context, cancel: &Cancel, _: &dyn Watch) -> Result<ReconAnswer<ToDoList>> {
    let place = Place::find(&request.common, context)?;
    let files = place.ground(None).rust_files(&request.paths)?;
    let found = todo::to_do_list(&files, request.limit, cancel)?;
    Ok(ReconAnswer { closing: closing::plain("recon", Vec::new()), found })
}
