//! The symbols of files, folders or packages.

use super::super::closing;
use super::super::request::{Common, Context};
use super::ground::Place;
use crate::answers::ReconAnswer;
use crate::cancel::Cancel;
use crate::error::Result;
use crate::event::Watch;
use crate::recon::overview::{self, Overview, OverviewQuestion};
use crate::source::SymbolKind;
use schemars::JsonSchema;
use serde::Serialize;

/// What `recon overview` is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// What most verbs are asked.
    pub common: Common,
    /// Files, folders or packages; everything below the root where empty.
    pub paths: Vec<String>,
    /// Only these kinds of symbols; all but fields and variants where empty.
    pub kinds: Vec<SymbolKind>,
    /// How deep what is nested is told, 1 being the top of a file; all of it where `None`.
    pub depth: Option<usize>,
    /// Whether fields, variants and what stands in functions are told too.
    pub is_whole: bool,
    /// How many files are told at most, and ten times as many symbols.
    pub limit: usize,
}

/// Reads them. Starts nothing where every name is a path.
///
/// # Errors
/// 65 where a path is neither there nor a package, 102 where it takes cargo to know and cargo fails.
pub fn run(request: &Request, context: &Context, cancel: &Cancel, _: &dyn Watch) -> Result<ReconAnswer<Overview>> {
    let found = look(request, context, cancel)?;
    Ok(ReconAnswer { closing: closing::plain("recon", Vec::new()), found })
}

fn look(request: &Request, context: &Context, cancel: &Cancel) -> Result<Overview> {
    let place = Place::find(&request.common, context)?;
    let (files, unread) = place.rust_files(&request.paths, &request.common, context, cancel)?;
    let question = OverviewQuestion {
        kinds: request.kinds.clone(),
        depth: request.depth,
        is_whole: request.is_whole,
        limit: request.limit,
    };
    overview::overview(&files, unread, &question, cancel)
}
