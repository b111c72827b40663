//! What is left to be done.

use super::super::closing;
use super::super::request::{Common, Context};
use super::super::scene;
use super::cite;
use super::ground::Place;
use crate::answers::ReconAnswer;
use crate::cancel::Cancel;
use crate::error::{Code, Result};
use crate::event::Watch;
use crate::recon::todo::{self, ToDoList};
use crate::recon::{Cited, FindingKind};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What `recon todo` is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct Request {
    /// What most verbs are asked.
    pub common: Common,
    /// Files, folders or packages; everything below the root where empty.
    pub paths: Vec<String>,
    /// How many are told at most.
    pub limit: usize,
    /// Whether to keep what is found in the payload.
    pub cite: bool,
}

/// Looks for it. Starts nothing where only files and folders are named, or nothing is; cargo where a package is.
///
/// # Errors
/// 65 where a path is neither there nor a package.
pub fn run(request: &Request, context: &Context, cancel: &Cancel, _: &dyn Watch) -> Result<ReconAnswer<ToDoList>> {
    let found = look(request, context, cancel)?;
    let next = if request.cite { vec![cite::cite(request, &cited(&found), context, cancel)?] } else { Vec::new() };
    Ok(ReconAnswer { closing: closing::plain("recon", next), found })
}

fn look(request: &Request, context: &Context, cancel: &Cancel) -> Result<ToDoList> {
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
    todo::to_do_list(&files, request.limit, cancel)
}

impl cite::Question for Request {
    const KIND: FindingKind = FindingKind::Todo;

    fn common(&self) -> &Common {
        &self.common
    }

    fn words(&self) -> Vec<String> {
        self.paths.clone()
    }

    fn again(self, common: Common) -> Self {
        Self { common, limit: cite::WITHOUT_LIMIT, ..self }
    }

    fn ask(&self, context: &Context, cancel: &Cancel) -> Result<Cited> {
        Ok(cited(&look(self, context, cancel)?))
    }
}

fn cited(found: &ToDoList) -> Cited {
    let lines = found.found.items.iter().map(|row| (row.file.clone(), row.line));
    Cited { lines: lines.collect(), symbols: Vec::new(), total: found.found.total() }
}
