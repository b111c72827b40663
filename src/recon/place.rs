//! Which files are meant, and which crate and modules each stands for.

use crate::error::{Code, Error, Result};
use crate::workspace::graph::Graph;
use camino::{Utf8Path, Utf8PathBuf};
use ignore::WalkBuilder;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where it is looked.
#[derive(Debug, Clone, Copy)]
pub struct Ground<'a> {
    /// Paths are told relative to this folder: the payload's root, else the top of the repository or workspace.
    pub root: &'a Utf8Path,
    /// The current folder: what was typed is relative to it.
    pub folder: &'a Utf8Path,
    /// The workspaces; `None` where nobody needs them.
    pub graph: Option<&'a Graph>,
}

/// A Rust file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RustFile {
    /// Where it lies, absolute.
    pub path: Utf8PathBuf,
    /// As it is told.
    pub shown: String,
}

/// Something that could not be looked at.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Unread {
    /// The file or folder, relative to the root.
    pub file: String,
    /// Why.
    pub why: String,
}

impl Ground<'_> {
    /// The Rust files that are meant: files, folders and names of packages; all below the root where nothing is named.
    /// What git ignores is left out where it was not named itself. In order.
    ///
    /// # Errors
    /// 65 `no-such-entry` where something is neither a path nor a package.
    pub fn rust_files(&self, named: &[String]) -> Result<Vec<RustFile>> {
        let mut found = Vec::new();
        if named.is_empty() {
            self.walk(self.root, &mut found);
        }
        for name in named {
            let path = self.folder.join(name);
            let package = self.graph.and_then(|graph| graph.package(name));
            match (path.exists(), package) {
                (true, _) => self.walk(&path, &mut found),
                (false, Some(package)) => self.walk(&package.folder, &mut found),
                (false, None) => {
                    return Err(Error::new(Code::NoSuchEntry, format!("`{name}` is no file, folder or package here"))
                        .hint("`cargo handoff map` lists the packages"));
                }
            }
        }
        found.sort_by(|left, right| left.shown.cmp(&right.shown));
        found.dedup();
        Ok(found)
    }

    /// A path as it is told: relative to the root, with `/`.
    #[must_use]
    pub fn shown(&self, path: &Utf8Path) -> String {
        path.strip_prefix(self.root).unwrap_or(path).as_str().replace('\\', "/")
    }

    fn walk(&self, from: &Utf8Path, found: &mut Vec<RustFile>) {
        let mut walk = WalkBuilder::new(from);
        walk.hidden(true).require_git(false).sort_by_file_name(std::cmp::Ord::cmp);
        for entry in walk.build().flatten() {
            let Ok(path) = Utf8PathBuf::from_path_buf(entry.into_path()) else { continue };
            if path.extension() == Some("rs") && path.is_file() {
                found.push(RustFile { shown: self.shown(&path), path });
            }
        }
    }
}
