//! What is kept of earlier runs: how much it is, and how to be rid of it.

use super::closing;
use super::request::{Common, Context};
use super::scene;
use crate::answers::PlainAnswer;
use crate::cancel::Cancel;
use crate::check::cache::Store;
use crate::error::Result;
use crate::event::Watch;
use crate::git::Git;
use crate::payload::store;
use crate::vault::Vault;
use camino::Utf8Path;
use schemars::JsonSchema;
use serde::Serialize;

/// What `cache` is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// What most verbs are asked.
    pub common: Common,
    /// Whether to forget everything.
    pub clear: bool,
}

/// Tells how much is kept for the workspaces at hand, or forgets it.
///
/// # Errors
/// 74 where it cannot be removed, 78 outside of a repository, 102 where there is no workspace.
pub fn run(request: &Request, context: &Context, cancel: &Cancel, _: &dyn Watch) -> Result<PlainAnswer> {
    let surroundings = &context.surroundings;
    let payload = request.common.payload.as_deref().map(Utf8Path::new);
    let root = match store::find(surroundings, payload, None)? {
        Some(located) => located.root,
        None => Git::open(&surroundings.folder, surroundings, cancel)?.top().to_owned(),
    };
    let flags = request.common.flags();
    let graph = scene::graph(&root, &request.common, &flags, context, cancel)?;
    let mut lines = Vec::new();
    for workspace in &graph.workspaces {
        let store = Store::of(workspace, &Vault::closed());
        let size = store.size();
        let folder = scene::shown(store.folder(), context);
        if request.clear {
            store.clear()?;
            lines.push(format!("forgot {} files, {}, in {folder}", size.files, bytes(size.bytes)));
        } else {
            lines.push(format!("{} files, {}, in {folder}", size.files, bytes(size.bytes)));
        }
    }
    let next = if request.clear {
        closing::next("cargo handoff implement", "run everything anew")
    } else {
        closing::next("cargo handoff explain cache", "what is kept, and when it is believed")
    };
    Ok(PlainAnswer { closing: closing::plain("cache", vec![next]), text: lines.join("\n") })
}

/// A number of bytes, for people.
pub(super) fn bytes(bytes: u64) -> String {
    match bytes {
        0..10_000 => format!("{bytes} bytes"),
        10_000..10_000_000 => format!("{} kB", bytes / 1_000),
        10_000_000.. => format!("{} MB", bytes / 1_000_000),
    }
}
