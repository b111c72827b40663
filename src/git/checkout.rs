//! The files of a commit laid out in a folder of our own: no worktree, nothing written into the user's `.git`.

use super::repository::{Git, succeeded};
use super::snapshot::Snapshot;
use crate::error::{Error, Result};
use crate::process::Command;
use camino::Utf8Path;

impl Git {
    /// Puts every file of a commit below an existing folder, as git itself would check it out, with the time it is
    /// now. Files of the same name are replaced, others stay. Submodules stay empty.
    ///
    /// # Errors
    /// Those of asking; 74 where git fails.
    pub fn check_out(&self, commit: &str, folder: &Utf8Path) -> Result<()> {
        lay(self, &|args| self.command(args), commit, folder)
    }
}

impl Snapshot {
    /// The same with every file of this tree.
    ///
    /// # Errors
    /// Those of asking; 74 where git fails.
    pub fn check_out(&self, folder: &Utf8Path) -> Result<()> {
        lay(self.git(), &|args| self.command(args), self.tree(), folder)
    }
}

fn lay(git: &Git, command: &dyn Fn(&[&str]) -> Command, tree: &str, folder: &Utf8Path) -> Result<()> {
    let failed = |error: std::io::Error| Error::io("make a temporary folder", error);
    let keep = tempfile::Builder::new().prefix("handoff-checkout-").tempdir().map_err(failed)?;
    let index = keep.path().join("index");
    let prefix = format!("--prefix={folder}/");
    for args in [["read-tree", "--end-of-options", tree].as_slice(), &["checkout-index", "--all", "--force", &prefix]] {
        succeeded(git.ask_command(&command(args).env("GIT_INDEX_FILE", &index))?, args)?;
    }
    Ok(())
}
