//! The symbols of files, folders or packages.

use super::super::closing;
use super::super::request::{Common, Context};
use super::ground::Place;
use crate::answers::ReconAnswer;
use crate::cancel::Cancel;
use crate::error::Result;
use crate::event::Watch;
use crate::recon::overview::{self, Overview};
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
    /// How many files are told at most.
    pub limit: usize,
}

/// Reads them.
///
/// # Errors
/// 65 where a path is neither there nor a package, 74.
pub fn run(request: &Request, context: &Context, _: &Cancel, _: &dyn Watch) -> Result<ReconAnswer<Overview>> {
    let place = Place::find(&request.common, context)?;
    let files = place.ground(None).rust_files(&request.paths)?;
    let found = overview::overview(&files, request.limit)?;
    Ok(ReconAnswer { closing: closing::plain("recon", Vec::new()), found })
}
