//! What is left to be done.

use super::super::closing;
use super::super::request::{Common, Context};
use super::super::scene;
use super::ground::Place;
use crate::answers::ReconAnswer;
use crate::cancel::Cancel;
use crate::error::{Code, Result};
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
    /// Files, folders or packages; everything below the root where empty.
    pub paths: Vec<String>,
    /// How many are told at most.
    pub limit: usize,
}

/// Looks for it. Starts nothing where only files and folders are named, or nothing is; cargo where a package is.
///
/// # Errors
/// 65 where a path is neither there nor a package.
pub fn run(request: &Request, context: &Context, cancel: &Cancel, _: &dyn Watch) -> Result<ReconAnswer<ToDoList>> {
    let place = Place::find(&request.common, context)?;
    let root = place.ground(None).root;
    let is_path = |path: &String| context.surroundings.folder.join(path).exists();
    let graph = if request.paths.iter().all(is_path) {
        None
    } else {
        match scene::graph(root, &request.common, &request.common.flags(), context, cancel) {
            Ok(graph) => Some(graph),
            // Then it is no package either.
            Err(error) if error.code == Code::NoWorkspace => None,
            Err(error) => return Err(error),
        }
    };
    let files = place.ground(graph.as_ref()).rust_files(&request.paths)?;
    let found = todo::to_do_list(&files, request.limit, cancel)?;
    Ok(ReconAnswer { closing: closing::plain("recon", Vec::new()), found })
}
