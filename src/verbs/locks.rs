//! Every `Cargo.lock` as it was: cargo writes one where it is missing or does not fit, and some verbs write nothing.

use super::request::{Common, Context};
use crate::error::Result;
use crate::workspace::graph::{CargoFlags, find_manifests};
use camino::{Utf8Path, Utf8PathBuf};

/// The locks of the workspaces at hand. Puts them back as they were when it goes out of scope; where the process
/// is killed before that, a new or changed lock stays.
pub(super) struct Locks {
    /// Where a lock may lie, and its bytes where it is there.
    before: Vec<(Utf8PathBuf, Option<Vec<u8>>)>,
    /// Whether every workspace has its lock.
    all_there: bool,
}

impl Locks {
    pub(super) fn watch(common: &Common, root: &Utf8Path, context: &Context) -> Result<Self> {
        let surroundings = &context.surroundings;
        let manifests = find_manifests(&surroundings.folder, root, &common.manifests(surroundings))?;
        let mut locks = Self { before: Vec::new(), all_there: true };
        for manifest in &manifests {
            // The lock lies beside the workspace's root manifest: in this folder or above.
            let paths = manifest.ancestors().skip(1).map(|folder| folder.join("Cargo.lock"));
            let found: Vec<_> = paths.map(|path| (path.clone(), std::fs::read(&path).ok())).collect();
            locks.all_there &= found.iter().any(|(_, bytes)| bytes.is_some());
            locks.before.extend(found);
        }
        Ok(locks)
    }

    /// Where every workspace has its lock, cargo is held to it.
    pub(super) fn held_to(&self, mut flags: CargoFlags) -> CargoFlags {
        flags.locked |= self.all_there;
        flags
    }
}

impl Drop for Locks {
    fn drop(&mut self) {
        for (path, before) in &self.before {
            // What cannot be put back shows in git's own status.
            let _ = match (before, std::fs::read(path).ok()) {
                (None, Some(_)) => std::fs::remove_file(path),
                (Some(before), Some(now)) if *before != now => std::fs::write(path, before),
                (Some(_) | None, Some(_) | None) => Ok(()),
            };
        }
    }
}
