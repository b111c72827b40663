//! Who uses a symbol.

use super::super::request::{Common, Context};
use super::super::{closing, scene};
use super::ground::Place;
use crate::answers::ReconAnswer;
use crate::cancel::Cancel;
use crate::error::{Code, Result};
use crate::event::Watch;
use crate::recon::refs::{self, Question, Refs};
use schemars::JsonSchema;
use serde::Serialize;

/// What `recon refs` is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// What most verbs are asked.
    pub common: Common,
    /// The symbol.
    pub name: String,
    /// Where it is declared: files, folders or packages; anywhere where empty.
    pub within: Vec<String>,
    /// Whether every symbol of this name is meant.
    pub all: bool,
    /// How many uses are told at most.
    pub limit: usize,
}

/// Finds them. Asks cargo who depends on whom; nothing is compiled.
///
/// # Errors
/// 2 where the name is none, 65 where nothing has it or several have, 74, 102 where a manifest that was named cannot
/// be read.
pub fn run(request: &Request, context: &Context, cancel: &Cancel, _: &dyn Watch) -> Result<ReconAnswer<Refs>> {
    let place = Place::find(&request.common, context)?;
    let root = place.ground(None).root;
    let question = Question { name: &request.name, within: &request.within, all: request.all, limit: request.limit };
    let found = match scene::graph(root, &request.common, &request.common.flags(), context, cancel) {
        Ok(graph) => refs::refs(&question, &place.ground(Some(&graph)))?,
        // Without a workspace there is less to go by, and the answer says so.
        Err(error) if error.code == Code::NoWorkspace && request.common.manifest_paths.is_empty() => {
            refs::refs(&question, &place.ground(None))?
        }
        Err(error) => return Err(error),
    };
    Ok(ReconAnswer { closing: closing::plain("recon", Vec::new()), found })
}
