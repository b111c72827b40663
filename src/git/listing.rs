//! Which files are there: what git tracks, and what it neither tracks nor ignores.
//!
//! Names only: git's own opinion of what changed is not asked for, it can be told to look away
//! (`assume-unchanged`, filters, `core.trustctime`, …). Two processes, side by side; nothing is written and no
//! program the repository names is run.

use super::caches;
use super::names;
use super::repository::Git;
use crate::error::{Error, Result};
use crate::files;
use camino::Utf8Path;
use std::collections::BTreeSet;

/// The files of a repository. All names are git's bytes, relative to the top, with `/`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listing {
    /// The files, links included, tracked or not: sorted, each once. Some may not be there (deleted, or outside of a
    /// sparse checkout). Left out: what git ignores, the payload root's `handoff/`, and untracked marked caches.
    pub files: Vec<Vec<u8>>,
    /// What git ignores, as [`names::to_text`] writes it, a folder that is ignored as a whole with a `/` at the end: a
    /// test may ask whether one of them is there. Left out: caches, and what editors leave behind.
    pub ignored: Vec<String>,
    /// The folders that git does not look into, without a `/` at the end: submodules and nested repositories.
    pub folders: Vec<Vec<u8>>,
    /// SHA-256 of what the index names: modes, blobs, stages, flags. It moves with `git add`, not with an edit.
    pub index: String,
}

impl Git {
    /// The files as they are listed now, seen from the payload's root (whose `handoff/` is left out).
    ///
    /// # Errors
    /// 74 where git cannot read its index or a folder, 65 where the root lies outside of the repository.
    pub fn listing(&self, root: &Utf8Path) -> Result<Listing> {
        let prefix = self.prefix(root)?;
        let (tracked, untracked, ignored) = std::thread::scope(|scope| {
            let untracked = scope.spawn(|| self.others());
            let ignored = scope.spawn(|| self.answer(IGNORED));
            let tracked = self.answer(&["ls-files", "--stage", "-v", "-z", "--full-name"]);
            let join = "a question panics nowhere";
            (tracked, untracked.join().expect(join), ignored.join().expect(join))
        });
        let mut listing = compose(&tracked?, &untracked?, &prefix, self.top());
        listing.ignored = ignored_names(&ignored?, &prefix, self.top());
        Ok(listing)
    }

    /// Whether git passes over what lies at a path below the top, or would: it is ignored, or in a marked cache.
    ///
    /// # Errors
    /// Those of asking.
    pub fn passes_over(&self, path: &Utf8Path) -> Result<bool> {
        let mut folders = path.ancestors().skip(1).take_while(|folder| folder.starts_with(self.top()));
        if folders.any(|folder| caches::is_marked(folder.as_std_path())) {
            return Ok(true);
        }
        Ok(self.ask(&["check-ignore", "--quiet", "--", path.as_str()])?.end.is_success())
    }

    fn others(&self) -> Result<Vec<u8>> {
        let args = ["ls-files", "--others", "--exclude-standard", "-z", "--full-name"];
        let said = self.ask(&args)?;
        // For a folder that cannot be read git only warns, and goes on as if it were empty.
        let stderr = String::from_utf8_lossy(&said.stderr);
        if let Some(warning) = stderr.lines().find(|line| line.starts_with("warning: could not open directory")) {
            return Err(Error::io("list the files of the working tree", warning.to_owned())
                .hint("make the folder readable, or let git ignore it"));
        }
        super::repository::succeeded(said, &args)
    }
}

/// What git ignores, a folder that is ignored as a whole by its name alone.
const IGNORED: &[&str] =
    &["ls-files", "--others", "--ignored", "--exclude-standard", "--directory", "-z", "--full-name"];

/// The ignored names that could mean something to a test: not `handoff/`, not what a program marked as its cache, not
/// what editors leave behind while they are open.
fn ignored_names(ignored: &[u8], prefix: &str, top: &Utf8Path) -> Vec<String> {
    let handoff = format!("{prefix}handoff/");
    let is_dropping = |name: &[u8]| {
        let last = name.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
        last.ends_with(b"~") || last.ends_with(b".swp") || last.starts_with(b".#") || last == b".DS_Store"
    };
    let is_cache = |name: &[u8]| {
        name.strip_suffix(b"/").is_some_and(|folder| caches::is_marked(&top.as_std_path().join(names::to_path(folder))))
    };
    let names = ignored.split(|byte| *byte == 0).filter(|name| !name.is_empty());
    let names = names.filter(|name| !name.starts_with(handoff.as_bytes()) && !is_dropping(name) && !is_cache(name));
    names.map(names::to_text).collect()
}

fn compose(tracked: &[u8], untracked: &[u8], prefix: &str, top: &Utf8Path) -> Listing {
    let handoff = format!("{prefix}handoff");
    let is_ours = |name: &[u8]| {
        name.strip_prefix(handoff.as_bytes()).is_some_and(|rest| rest.is_empty() || rest.starts_with(b"/"))
    };
    let mut listing = Listing::default();
    let mut index = Vec::with_capacity(tracked.len());
    let mut names = Vec::new();
    for line in tracked.split(|byte| *byte == 0) {
        let Some(entry) = Entry::read(line).filter(|entry| !is_ours(entry.name)) else { continue };
        index.extend_from_slice(line);
        index.push(0);
        names.push(entry.name);
        if entry.mode == b"160000" {
            listing.folders.push(entry.name.to_vec());
        } else {
            listing.files.push(entry.name.to_vec());
        }
    }
    let untracked = || untracked.split(|byte| *byte == 0).filter(|name| !name.is_empty() && !is_ours(name));
    let caches = caches::among(untracked(), &names, top);
    for name in untracked() {
        if is_in(name, &caches) {
            continue;
        }
        match name.strip_suffix(b"/") {
            Some(folder) => listing.folders.push(folder.to_vec()),
            None => listing.files.push(name.to_vec()),
        }
    }
    // Sorted runs, which is what this sort is quickest at; a file in conflict is named up to three times.
    for list in [&mut listing.files, &mut listing.folders] {
        list.sort();
        list.dedup();
    }
    listing.index = files::sha256(&index);
    listing
}

/// Whether a name lies in one of these folders.
fn is_in(name: &[u8], folders: &BTreeSet<&[u8]>) -> bool {
    let slashes = name.iter().enumerate().filter(|(_, byte)| **byte == b'/');
    !folders.is_empty() && slashes.into_iter().any(|(at, _)| folders.contains(&name[..at]))
}

/// A line of `ls-files --stage -v`: `H 100644 <id> 0\t<name>`.
struct Entry<'a> {
    mode: &'a [u8],
    name: &'a [u8],
}

impl<'a> Entry<'a> {
    fn read(line: &'a [u8]) -> Option<Self> {
        let tab = line.iter().position(|byte| *byte == b'\t')?;
        let (head, name) = (&line[..tab], &line[tab + 1..]);
        let mut words = head.split(|byte| *byte == b' ');
        Some(Self { mode: words.nth(1)?, name })
    }
}

#[cfg(all(test, unix))]
mod tests;
