//! Which files are meant, and which crate and modules each stands for.

use crate::error::{Code, Error, Result};
use crate::surroundings::plain;
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
        Ok(self.all_rust_files(named)?.0)
    }

    /// The same, with what could not be looked at.
    ///
    /// # Errors
    /// 65 `no-such-entry` where something is neither a path nor a package, or a file that is no Rust.
    pub fn all_rust_files(&self, named: &[String]) -> Result<(Vec<RustFile>, Vec<Unread>)> {
        let (mut found, mut unread) = (Vec::new(), Vec::new());
        if named.is_empty() {
            self.walk(self.root, &mut found, &mut unread);
        }
        for name in named {
            let path = self.named(name);
            let package = self.graph.and_then(|graph| graph.package(name));
            match (path.exists(), package) {
                (true, _) if path.is_file() && path.extension() != Some("rs") => {
                    let message = format!("`{name}` is no Rust file");
                    let hint = "name a file that ends in `.rs`, a folder or a package";
                    return Err(Error::new(Code::NoSuchEntry, message).hint(hint));
                }
                (true, _) => self.walk(&path, &mut found, &mut unread),
                (false, Some(package)) => {
                    let mut own = Vec::new();
                    self.walk(&package.folder, &mut own, &mut unread);
                    // What lies below it may be other packages.
                    let others =
                        self.graph.into_iter().flat_map(Graph::packages).filter(|other| {
                            other.folder != package.folder && other.folder.starts_with(&package.folder)
                        });
                    let others: Vec<&Utf8Path> = others.map(|other| other.folder.as_path()).collect();
                    own.retain(|file| !others.iter().any(|other| file.path.starts_with(other)));
                    found.append(&mut own);
                }
                (false, None) => {
                    return Err(Error::new(Code::NoSuchEntry, format!("`{name}` is no file, folder or package here"))
                        .hint("`cargo handoff map` lists the packages"));
                }
            }
        }
        found.sort_by(|left, right| left.shown.cmp(&right.shown));
        found.dedup();
        unread.sort();
        unread.dedup();
        Ok((found, unread))
    }

    /// Whether this is a path that is there: then no package is meant.
    #[must_use]
    pub fn is_path(&self, name: &str) -> bool {
        self.named(name).exists()
    }

    /// What was typed as an absolute path, `..` taken out where that leads to the same place. What is not in the current
    /// folder is looked for below the root: answers tell paths that way, and hints are pasted.
    fn named(&self, name: &str) -> Utf8PathBuf {
        let (here, there) = (self.folder.join(name), self.root.join(name));
        let typed = if !here.exists() && there.exists() { there } else { here };
        let short = plain(&typed);
        let is_same = || Some(short.canonicalize().ok()? == typed.canonicalize().ok()?);
        if short == typed || is_same() == Some(true) { short } else { typed }
    }

    /// A path as it is told: relative to the root, with `/`.
    #[must_use]
    pub fn shown(&self, path: &Utf8Path) -> String {
        path.strip_prefix(self.root).unwrap_or(path).as_str().replace('\\', "/")
    }

    fn walk(&self, from: &Utf8Path, found: &mut Vec<RustFile>, unread: &mut Vec<Unread>) {
        let mut walk = WalkBuilder::new(from);
        walk.hidden(true).require_git(false);
        for entry in walk.build() {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    unread.push(Unread {
                        file: self.shown(from),
                        why: error.to_string().replace(&format!("{}/", self.root), ""),
                    });
                    continue;
                }
            };
            let is_rust = |name: &std::path::Path| name.extension().is_some_and(|extension| extension == "rs");
            let is_file =
                entry.file_type().is_some_and(|kind| kind.is_file() || kind.is_symlink() && entry.path().is_file());
            if !is_file || !is_rust(entry.path()) {
                continue;
            }
            match Utf8PathBuf::from_path_buf(entry.into_path()) {
                Ok(path) => found.push(RustFile { shown: self.shown(&path), path }),
                Err(path) => {
                    let file = path.to_string_lossy().into_owned();
                    unread.push(Unread { file, why: "its name is not UTF-8".into() });
                }
            }
        }
    }
}
