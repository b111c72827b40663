//! `--clean`: the commit HEAD is at, laid out and built where nothing else lies.
//!
//! The folder lies outside of the checkout: what is not committed, or what git ignores, cannot make anything pass there,
//! be it a source, a configuration of cargo's in a folder above, or what was built before. It is removed at the end.

use super::super::locks::Locks;
use super::super::request::{Common, Context};
use super::super::scene::{self, Read};
use crate::cancel::Cancel;
use crate::check::place;
use crate::error::{self, Code, Error, Result};
use crate::files;
use crate::git::Git;
use crate::workspace::graph::Graph;
use camino::{Utf8Path, Utf8PathBuf};
use schemars::JsonSchema;
use serde::Serialize;
use std::ffi::OsStr;

/// What a fresh folder is to hold of what was built before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Clean {
    /// Nothing.
    Empty,
    /// What the current target folder has of dependencies.
    Seeded,
}

/// HEAD, laid out; gone with this.
pub(super) struct Laid {
    pub(super) context: Context,
    pub(super) common: Common,
    _keep: tempfile::TempDir,
}

/// Lays HEAD out.
///
/// # Errors
/// 66 where HEAD holds no payload, 74, 78, and those of asking git and cargo.
pub(super) fn lay_out(read: &Read, how: Clean, common: &Common, context: &Context, cancel: &Cancel) -> Result<Laid> {
    let surroundings = &context.surroundings;
    let git = Git::open(&read.located.root, surroundings, cancel)?;
    let Some(head) = git.head() else {
        return Err(Error::new(Code::NoRepository, "there is no commit to look at with `--clean`")
            .hint("commit the work and its record first"));
    };
    let failed = |error: std::io::Error| Error::io("make a temporary folder", error);
    let keep = tempfile::Builder::new().prefix("handoff-clean-").tempdir().map_err(failed)?;
    // Where it really is, so that paths of cargo's and git's agree with ours.
    let folder = files::real(&error::utf8(keep.path().to_owned())?);
    let tree = folder.join("tree");
    files::create_folder(&tree)?;
    git.mirror(head, &tree)?;
    let below = |folder: &Utf8Path| -> Result<Utf8PathBuf> { Ok(tree.join(git.prefix(folder)?.trim_end_matches('/'))) };
    let payload = below(read.located.folder())?.join(read.located.payload.file_name().unwrap_or_default());
    if !payload.is_file() {
        return Err(Error::new(Code::PayloadMissing, format!("HEAD holds no `{}`", read.located.name()))
            .hint("commit the payload first, or leave `--clean` out"));
    }
    let mut manifests = Vec::new();
    for manifest in common.manifests(surroundings) {
        manifests.push(below(manifest.parent().unwrap_or(&manifest))?.join("Cargo.toml").into_string());
    }
    let here = below(&surroundings.folder).ok().filter(|here| here.is_dir()).unwrap_or_else(|| tree.clone());
    let mut surroundings = surroundings.at(&here);
    for name in ["CARGO_TARGET_DIR", "CARGO_BUILD_TARGET_DIR", "CARGO_BUILD_BUILD_DIR"] {
        surroundings.environment.remove(OsStr::new(name));
    }
    let root = below(&read.located.root)?;
    let own = Common { payload: Some(payload.into_string()), manifest_paths: manifests, ..common.clone() };
    let mut laid =
        Laid { context: Context { surroundings, consent: context.consent.clone() }, common: own, _keep: keep };
    let mut graph = graph(&laid.common, &root, &laid.context, cancel)?;
    if graph.workspaces.iter().any(|workspace| !workspace.target_folder.starts_with(&tree)) {
        // A configuration names a folder for all: only the variable weighs more. Tests that run cargo themselves see it.
        let target = folder.join("target");
        laid.context.surroundings.environment.insert("CARGO_TARGET_DIR".into(), target.as_str().into());
        graph = self::graph(&laid.common, &root, &laid.context, cancel)?;
    }
    match how {
        Clean::Empty => {}
        Clean::Seeded => {
            let current = self::graph(common, &read.located.root, context, cancel)?;
            for (current, new) in current.workspaces.iter().zip(&graph.workspaces) {
                place::seed(current, &new.target_folder, cancel)?;
            }
        }
    }
    Ok(laid)
}

/// The workspaces, no lock file written.
fn graph(common: &Common, root: &Utf8Path, context: &Context, cancel: &Cancel) -> Result<Graph> {
    let locks = Locks::watch(common, root, context)?;
    let mut flags = common.flags();
    flags.locked |= locks.are_complete();
    scene::graph(root, common, &flags, context, cancel)
}
