//! Where the instruments look.

use super::super::request::{Common, Context};
use super::super::scene;
use crate::error::{Code, Result};
use crate::recon::Ground;
use crate::workspace::graph::Graph;
use camino::Utf8PathBuf;

/// Owns what a [`Ground`] borrows.
pub(super) struct Place {
    root: Utf8PathBuf,
    folder: Utf8PathBuf,
}

impl Place {
    /// The payload's root; without a payload the nearest folder above that holds `.git` or `Cargo.lock`, else the
    /// current one. Starts nothing.
    pub(super) fn find(common: &Common, context: &Context) -> Result<Self> {
        let folder = context.surroundings.folder.clone();
        let read = match scene::read_if_any(common, context) {
            Err(error) if error.code == Code::NoWorkspace => None, // files are enough
            read => read?,
        };
        let is_top = |folder: &&camino::Utf8Path| folder.join(".git").exists() || folder.join("Cargo.lock").exists();
        let top = || folder.ancestors().find(is_top).unwrap_or(&folder).to_owned();
        let root = read.map_or_else(top, |read| read.located.root);
        Ok(Self { root, folder })
    }

    /// Where it is looked, with these workspaces.
    pub(super) fn ground<'a>(&'a self, graph: Option<&'a Graph>) -> Ground<'a> {
        Ground { root: &self.root, folder: &self.folder, graph }
    }
}
