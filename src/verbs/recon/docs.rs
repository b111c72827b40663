//! The documentation of a dependency at the locked version.

use super::super::closing;
use super::super::request::{Common, Context};
use super::ground::Place;
use crate::answers::ReconAnswer;
use crate::cancel::Cancel;
use crate::error::Result;
use crate::event::Watch;
use crate::recon::docs::{self, Docs, Question};
use crate::workspace::graph::find_manifests;
use schemars::JsonSchema;
use serde::Serialize;

/// What `recon docs` is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// What most verbs are asked.
    pub common: Common,
    /// `serde_json`, `serde_json@1.0.140`, `serde_json::Value::pointer`, `std::vec::Vec`.
    pub item: String,
    /// The package whose dependency is meant, where several versions are locked; any where `None`.
    pub user: Option<String>,
    /// Whether the source is wanted too.
    pub source: bool,
    /// The most lines of each text, and the most rows of each list.
    pub limit: usize,
}

/// Looks for it, on this machine only.
///
/// # Errors
/// 2 where nothing can be meant by it, 65 where no such package is locked, 102 where nothing is, 74, or a signal.
pub fn run(request: &Request, context: &Context, cancel: &Cancel, _: &dyn Watch) -> Result<ReconAnswer<Docs>> {
    let surroundings = &context.surroundings;
    let manifests = if docs::is_of_toolchain(&request.item) {
        Vec::new()
    } else {
        let place = Place::find(&request.common, context)?;
        find_manifests(&surroundings.folder, place.ground(None).root, &request.common.manifests(surroundings))?
    };
    let question =
        Question { item: &request.item, user: request.user.as_deref(), source: request.source, limit: request.limit };
    let found = docs::docs(&question, &manifests, surroundings, cancel)?;
    Ok(ReconAnswer { closing: closing::plain("recon", Vec::new()), found })
}
