//! Where the instruments look.

use super::super::request::{Common, Context};
use super::super::scene;
use crate::cancel::Cancel;
use crate::error::{Code, Result};
use crate::recon::{Ground, RustFile, Unread};
use crate::workspace::graph::Graph;
use camino::Utf8PathBuf;

/// Owns what a [`Ground`] borrows.
pub(super) struct Place {
    root: Utf8PathBuf,
    folder: Utf8PathBuf,
}

impl Place {
    /// The payload's root; without a payload the nearest folder above that holds `.git` or `Cargo.lock`, else the
    /// current one. Starts nothing, and needs neither a payload nor a workspace.
    pub(super) fn find(common: &Common, context: &Context) -> Result<Self> {
        let folder = context.surroundings.folder.clone();
        let read = match scene::read_if_any(common, context) {
            // Rust text can be read without a workspace.
            Err(error) if error.code == Code::NoWorkspace && common.payload.is_none() => None,
            read => read?,
        };
        let is_top = |folder: &&camino::Utf8Path| folder.join(".git").exists() || folder.join("Cargo.lock").exists();
        let top = || folder.ancestors().find(is_top).unwrap_or(&folder).to_owned();
        let root = read.map_or_else(top, |read| read.located.root);
        Ok(Self { root, folder })
    }

    /// The Rust files that are meant, and what could not be looked at. Cargo is only asked where something that was
    /// named is no path.
    pub(super) fn rust_files(
        &self,
        named: &[String],
        common: &Common,
        context: &Context,
        cancel: &Cancel,
    ) -> Result<(Vec<RustFile>, Vec<Unread>)> {
        let ground = self.ground(None);
        if named.iter().all(|name| ground.is_path(name)) {
            return ground.all_rust_files(named);
        }
        match scene::graph(&self.root, common, &common.flags(), context, cancel) {
            Ok(graph) => self.ground(Some(&graph)).all_rust_files(named),
            // Without packages it can only have been a path.
            Err(error) if error.code == Code::NoWorkspace => ground.all_rust_files(named),
            Err(error) => Err(error),
        }
    }

    /// Where it is looked, with these workspaces.
    pub(super) fn ground<'a>(&'a self, graph: Option<&'a Graph>) -> Ground<'a> {
        Ground { root: &self.root, folder: &self.folder, graph }
    }
}
