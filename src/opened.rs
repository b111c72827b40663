//! Who opens what: the files below some folders that any process reads, lists or writes while we look.
//!
//! On Linux the kernel tells (inotify), whichever process it is and however it came to be; elsewhere nobody does,
//! and [`watch`] says so. Whoever asks for a window gets everything that happened in it, by anybody: too much where
//! several work at the same time, never too little. Nothing is opened or changed by watching.
//!
//! Not seen: whether a file exists (`stat`), reads through a descriptor or a memory map that was opened before the
//! window, files in folders that are not watched (what a link leads to is seen where it really lies), and changes of
//! permissions or times alone.

#[cfg(target_os = "linux")]
#[path = "opened/linux.rs"]
mod system;
#[cfg(not(target_os = "linux"))]
#[path = "opened/elsewhere.rs"]
mod system;

use crate::git::caches;
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeSet;

/// What happened in a window. Paths are absolute, below the folders as they were given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    /// Files that were opened, for whatever it was.
    pub opened: BTreeSet<Utf8PathBuf>,
    /// Folders that were opened, which is how their names are listed.
    pub listed: BTreeSet<Utf8PathBuf>,
    /// Files and folders that were made, written, opened for writing, moved from or to, or removed.
    pub written: BTreeSet<Utf8PathBuf>,
    /// Whether something may have gone unseen: the kernel's queue was full, a folder appeared or moved and things
    /// happened in it before it was watched, a name was not UTF-8. (What somebody made in a new folder and removed
    /// again at once may go unnamed without a loss: the folder itself is in `written`.)
    pub lost: bool,
}

/// The beginning of a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark(u64);

/// Looks until it is dropped. May be asked from several threads.
#[derive(Debug)]
pub struct Watcher(system::Watcher);

impl Watcher {
    /// A window begins: what has happened up to now is not in it.
    #[must_use]
    pub fn mark(&self) -> Mark {
        Mark(self.0.now())
    }

    /// Everything that happened since then. What a process did before it ended is in it once it has ended.
    #[must_use]
    pub fn since(&self, mark: Mark) -> Seen {
        self.0.since(mark.0)
    }
}

/// Watches these folders (not those below them, but for new ones); or says why that cannot be done.
///
/// # Errors
/// The reason in words: another system, no more watches allowed, a folder that may not be read. It is no failure of
/// a run: whoever does not know what was read must assume everything.
pub fn watch(folders: &[Utf8PathBuf]) -> Result<Watcher, String> {
    system::Watcher::new(folders).map(Watcher)
}

/// The folders of a repository that are worth watching, the top one first: all but `.git`, `handoff/` of the payload's
/// root, and marked caches. Links are not followed.
///
/// # Errors
/// The reason why not all of them can be named.
pub fn folders(top: &Utf8Path, root: &Utf8Path) -> Result<Vec<Utf8PathBuf>, String> {
    let handoff = root.join("handoff");
    let mut found = vec![top.to_owned()];
    let mut next = 0;
    while let Some(folder) = found.get(next).cloned() {
        next += 1;
        let failed = |error: std::io::Error| format!("`{folder}` cannot be listed: {error}");
        for entry in folder.read_dir_utf8().map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let is_folder = entry.file_type().map_err(failed)?.is_dir();
            if is_folder && is_worth_it(entry.path()) && entry.path() != handoff {
                found.push(entry.into_path());
            }
        }
    }
    Ok(found)
}

/// Whether a folder is neither git's nor cargo's to fill. A mark alone says little: fixtures may carry one.
fn is_worth_it(folder: &Utf8Path) -> bool {
    let is_cargos = || {
        let made = [".rustc_info.json", "debug", "release", "handoff"];
        let is_filled = || folder.file_name() == Some("target") || made.iter().any(|name| folder.join(name).exists());
        caches::is_marked(folder.as_std_path()) && is_filled()
    };
    folder.file_name() != Some(".git") && !is_cargos()
}

#[cfg(all(test, target_os = "linux"))]
mod tests;
