//! The lock files of the workspaces, put back as they were by verbs that change nothing.
//!
//! `cargo metadata` writes a `Cargo.lock` where there is none, and renews one that is out of date.

use super::request::{Common, Context};
use crate::error::{Error, Result};
use crate::files;
use crate::workspace::graph::find_manifests;
use camino::{Utf8Path, Utf8PathBuf};

/// Puts every lock file back when this goes out of scope.
pub(super) struct Locks {
    /// Where a lock file may lie, and what was in it; `None` where there was none.
    files: Vec<(Utf8PathBuf, Option<Vec<u8>>)>,
    are_complete: bool,
}

impl Locks {
    /// Remembers them. A lock lies beside the workspace's root manifest: in the manifest's folder or above.
    pub(super) fn watch(common: &Common, root: &Utf8Path, context: &Context) -> Result<Self> {
        let surroundings = &context.surroundings;
        let mut locks = Self { files: Vec::new(), are_complete: true };
        for manifest in find_manifests(&surroundings.folder, root, &common.manifests(surroundings))? {
            let mut has_lock = false;
            let folders = manifest.ancestors().skip(1).filter(|folder| folder.join("Cargo.toml").is_file());
            for path in folders.map(|folder| folder.join("Cargo.lock")) {
                let bytes = read(&path)?;
                has_lock |= bytes.is_some();
                locks.files.push((path, bytes));
            }
            locks.are_complete &= has_lock;
        }
        Ok(locks)
    }

    /// Whether every workspace has its lock: then cargo can be held to it.
    pub(super) fn are_complete(&self) -> bool {
        self.are_complete
    }
}

fn read(path: &Utf8Path) -> Result<Option<Vec<u8>>> {
    match std::fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::io(format!("read `{path}`"), error)),
    }
}

impl Drop for Locks {
    fn drop(&mut self) {
        for (path, before) in &self.files {
            // A lock that cannot be put back shows in git's own status.
            match (before, read(path)) {
                (None, Ok(Some(_))) => drop(std::fs::remove_file(path)),
                (Some(before), Ok(now)) if now.as_ref() != Some(before) => drop(files::replace(path, before)),
                (None | Some(_), Ok(_) | Err(_)) => {}
            }
        }
    }
}
