//! The files of a request as they would be: every edit sees what those before it made, and nothing is written yet.

use super::refuse::Allowed;
use crate::error::{Code, Error, Result};
use crate::files;
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeMap;

/// The largest file that is edited.
pub(super) const LARGEST: u64 = 16 << 20;

/// A file.
#[derive(Debug, Clone)]
pub(super) struct Held {
    /// As it is told.
    pub(super) shown: String,
    /// Whether it decides what is built, and what runs.
    pub(super) is_sensitive: bool,
    /// As it lies on disk; `None` where there is no such file.
    pub(super) before: Option<Vec<u8>>,
    /// As it would be.
    pub(super) now: Option<Vec<u8>>,
}

/// The files by their path, without symlinks.
#[derive(Debug, Clone, Default)]
pub(super) struct Files(pub(super) BTreeMap<Utf8PathBuf, Held>);

impl Files {
    /// The bytes of a file as the edits before left it; `None` where there is none.
    pub(super) fn read(&self, path: &Utf8Path) -> Result<Option<Vec<u8>>> {
        match self.0.get(path) {
            Some(held) => Ok(held.now.clone()),
            None => files::read(path, LARGEST),
        }
    }

    /// Those that were not there before the request.
    pub(super) fn made(&self) -> impl Iterator<Item = &Utf8Path> {
        self.0.iter().filter(|(_, held)| held.before.is_none() && held.now.is_some()).map(|(path, _)| path.as_path())
    }

    /// Puts these bytes in place of a file's.
    pub(super) fn put(&mut self, file: &Allowed, now: Vec<u8>) -> Result<()> {
        if !self.0.contains_key(&file.path) {
            let before = files::read(&file.path, LARGEST)?;
            if file.path.metadata().is_ok_and(|metadata| metadata.permissions().readonly()) {
                let message = format!("`{}` is read-only", file.shown);
                return Err(Error::new(Code::EditRefused, message).hint(format!("chmod u+w {}", file.shown)));
            }
            let held = Held { shown: file.shown.clone(), is_sensitive: file.is_sensitive, now: before.clone(), before };
            self.0.insert(file.path.clone(), held);
        }
        if let Some(held) = self.0.get_mut(&file.path) {
            held.now = Some(now);
        }
        Ok(())
    }
}
