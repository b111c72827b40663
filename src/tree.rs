//! What the working tree holds: every listed file by its content, its executable bit, or its link's text.
//!
//! Git gives the names ([`Listing`]) and nothing else; contents are read by us, so no flag, filter, attribute or
//! setting of git's hides an edit. Behind a stat cache ([`StatCache`] says what it believes and why), so a tree that
//! stands still costs one look at each file.
//!
//! Not covered: what git ignores, what lies behind a link that leaves the repository, owners, times and the other mode
//! bits. The files are read one after the other: what somebody
//! edits meanwhile may be seen before or after the edit.

pub mod stat;
mod hash;
mod cache;

pub use cache::{StatCache, digest_file};

use crate::error::Result;
use crate::files;
use crate::git::{Listing, caches, names};
use camino::{Utf8Path, Utf8PathBuf};
use std::path::Path;

/// The working tree as it was read.
#[derive(Debug, Clone)]
pub struct Tree {
    top: Utf8PathBuf,
    /// Name and digest, sorted by name.
    entries: Vec<(String, String)>,
    identity: String,
}

impl Tree {
    /// Reads every file of the listing, those in its submodules and nested repositories included (all of them, but
    /// for `.git` and marked caches). `cache_file` saves reading again what stands still; it is made where its
    /// folder is there, and one that cannot be used only costs time.
    ///
    /// # Errors
    /// 74 with the path where a file is there and cannot be read.
    pub fn read(top: &Utf8Path, listing: &Listing, cache_file: &Utf8Path) -> Result<Self> {
        let mut cache = StatCache::open(cache_file);
        let mut within = Vec::new();
        for folder in &listing.folders {
            below(top.as_std_path(), folder, &mut within)?;
        }
        let listed: Vec<&[u8]> = listing.files.iter().chain(&within).map(Vec::as_slice).collect();
        let digests = cache.digest_all(top.as_std_path(), &listed)?;
        cache.save();
        let mut tree = Self { top: top.to_owned(), entries: Vec::new(), identity: String::new() };
        for (name, digest) in listed.iter().zip(digests) {
            let text = names::to_text(name);
            tree.entries.push((text, digest));
        }
        tree.entries.sort_unstable();
        let mut whole = Vec::with_capacity(tree.entries.len() * 100);
        for (name, digest) in &tree.entries {
            whole.extend([name.as_bytes(), b"\0", digest.as_bytes(), b"\0"].concat());
        }
        tree.identity = files::sha256(&whole);
        Ok(tree)
    }

    /// The identity of the whole: equal for two trees whose files have the same names, contents, executable bits and
    /// link texts.
    #[must_use]
    pub fn identity(&self) -> &str {
        &self.identity
    }

    /// What lies at a path, absolute or relative to the top; nothing where it was not listed.
    ///
    /// The SHA-256 of a file's content in hexadecimal, with `+x` behind it where it is executable; `link:` and the
    /// SHA-256 of a link's text; `absent` for a listed file that is gone; `odd:` and the kind for a FIFO, socket,
    /// device or folder in a file's place.
    #[must_use]
    pub fn digest_of(&self, path: &Utf8Path) -> Option<&str> {
        let name = names::to_text(path.strip_prefix(&self.top).unwrap_or(path).as_str().as_bytes());
        let at = self.entries.binary_search_by(|(known, _)| known.as_str().cmp(&name)).ok()?;
        Some(&self.entries[at].1)
    }

    /// All names (relative to the top, as [`names::to_text`] writes them) with what lies there, in order.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &str)> {
        self.entries.iter().map(|(name, digest)| (name.as_str(), digest.as_str()))
    }

    /// The folder the names are relative to.
    #[must_use]
    pub fn top(&self) -> &Utf8Path {
        &self.top
    }
}

/// Every file below a folder that git does not look into.
fn below(top: &Path, folder: &[u8], found: &mut Vec<Vec<u8>>) -> Result<()> {
    let path = top.join(names::to_path(folder));
    let failed = |error: std::io::Error| crate::error::Error::io(format!("list `{}`", path.display()), error);
    // A link in a submodule's place, or nothing at all, is read like a file.
    if !std::fs::symlink_metadata(&path).is_ok_and(|there| there.is_dir()) {
        found.push(folder.to_vec());
        return Ok(());
    }
    if caches::is_marked(&path) {
        return Ok(());
    }
    for entry in path.read_dir().map_err(failed)? {
        let entry = entry.map_err(failed)?;
        if entry.file_name() == ".git" {
            continue;
        }
        let name = [folder, b"/", entry.file_name().as_encoded_bytes()].concat();
        if entry.file_type().map_err(failed)?.is_dir() {
            below(top, &name, found)?;
        } else {
            found.push(name);
        }
    }
    Ok(())
}

#[cfg(all(test, unix))]
mod tests;
