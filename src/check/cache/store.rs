//! Where verdicts are kept: one file for each check under the target folder, the newest few keys in it.
//!
//! Losing any of it only costs time: an entry that cannot be read is none, and nothing is synced to the disk.

use super::key::Key;
use crate::error::{Error, Result};
use crate::files::{cache_of, sha256};
use crate::payload::entries::CommandEntry;
use crate::vault::Vault;
use crate::workspace::graph::Workspace;
use camino::{Utf8Path, Utf8PathBuf};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// How many verdicts are kept for one check: those of a few branches.
const MOST_KEPT: usize = 4;

/// A verdict file larger than this is not ours.
const LARGEST: u64 = 64 << 20;

/// A verdict with what it rests on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Kept<T> {
    /// What it rests on.
    pub key: Key,
    /// When it was seen.
    pub at: String,
    /// The run it was seen in.
    pub run: String,
    /// The commit HEAD was at.
    pub head: Option<String>,
    /// The paths its tests were seen to open and the folders they were seen to list, absolute; `None` where nobody
    /// watched.
    pub reads: Option<BTreeSet<Utf8PathBuf>>,
    /// What it came to.
    pub verdict: T,
    /// Its log, the middle left out where it is long.
    pub log: String,
}

/// The folder of the kept verdicts of one target folder.
#[derive(Debug, Clone)]
pub struct Store {
    folder: Utf8PathBuf,
    vault: Vault,
    /// Whose failures these are: several workspaces may share a target folder. Verdicts tell by their keys.
    of: String,
}

/// How much is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Files.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
}

impl Store {
    /// That of this workspace's target folder; it need not be there.
    #[must_use]
    pub fn of(workspace: &Workspace, vault: &Vault) -> Self {
        Self { folder: cache_of(&workspace.target_folder), vault: vault.clone(), of: workspace.mark() }
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Utf8Path {
        &self.folder
    }

    fn file_in(&self, sort: &str, name: &str) -> Utf8PathBuf {
        self.folder.join(sort).join(format!("{}.json", &sha256(name.as_bytes())[..24]))
    }

    /// The file of one check's verdicts.
    fn file(&self, check: &str) -> Utf8PathBuf {
        self.file_in("verdicts", check)
    }

    /// What is kept of a check, newest first.
    #[must_use]
    pub fn load<T: DeserializeOwned>(&self, check: &str) -> Vec<Kept<T>> {
        self.vault.read_as(&self.file(check), LARGEST).unwrap_or_default()
    }

    /// Keeps a verdict as the newest of its check; one with the same key makes room for it.
    ///
    /// # Errors
    /// 74 where it cannot be written.
    pub fn keep<T: Serialize + DeserializeOwned>(&self, check: &str, kept: Kept<T>) -> Result<()> {
        let mut all = self.load::<T>(check);
        all.retain(|known| known.key != kept.key);
        all.insert(0, kept);
        all.truncate(MOST_KEPT);
        // Nothing there to remove is as good.
        let _ = std::fs::remove_file(self.failure_file(check));
        let _ = std::fs::remove_file(self.unkept_file(check));
        self.vault.write_as(&self.file(check), &all)
    }

    fn entry_file(&self, id: &str, argv: &[String]) -> Utf8PathBuf {
        self.file_in("entries", &format!("{id}\0{}", argv.join("\0")))
    }

    /// The entry of a command as it was when it last ran with this argv.
    #[must_use]
    pub fn entry(&self, id: &str, argv: &[String]) -> Option<CommandEntry> {
        self.vault.read_as(&self.entry_file(id, argv), LARGEST)
    }

    /// Keeps the entry of a command.
    ///
    /// # Errors
    /// 74 where it cannot be written.
    pub fn keep_entry(&self, entry: &CommandEntry, argv: &[String]) -> Result<()> {
        self.vault.write_as(&self.entry_file(&entry.id, argv), entry)
    }

    fn failure_file(&self, check: &str) -> Utf8PathBuf {
        self.file_in("failures", &format!("{check}\0{}", self.of))
    }

    /// Forgets the verdict of this key, all of them where it is not known; whether there was one. Where the others cannot
    /// be written they go with it.
    ///
    /// # Errors
    /// 74 where it can neither be written nor removed.
    pub fn forget<T: Serialize + DeserializeOwned>(&self, check: &str, key: Option<&Key>) -> Result<bool> {
        let mut all = self.load::<T>(check);
        let n_before = all.len();
        all.retain(|known| key.is_some_and(|key| known.key != *key));
        let is_known = all.len() != n_before;
        if is_known && self.vault.write_as(&self.file(check), &all).is_err() {
            let file = self.file(check);
            std::fs::remove_file(&file).map_err(|error| Error::io(format!("remove `{file}`"), error))?;
        }
        Ok(is_known)
    }

    /// Takes note that a check did not pass.
    ///
    /// # Errors
    /// 74 where it cannot be written.
    pub fn note_failure(&self, check: &str, head: Option<&str>) -> Result<()> {
        self.vault.write_as(&self.failure_file(check), &head)
    }

    /// Whether a check did not pass the last time it was run, HEAD being where it is now.
    #[must_use]
    pub fn has_failed(&self, check: &str, head: Option<&str>) -> bool {
        let then: Option<Option<String>> = self.vault.read_as(&self.failure_file(check), LARGEST);
        then.is_some_and(|then| then.as_deref() == head)
    }

    fn unkept_file(&self, check: &str) -> Utf8PathBuf {
        self.file_in("unkept", &format!("{check}\0{}", self.of))
    }

    /// Takes note why what a check came to is not kept: it is run anew every time, until it is.
    ///
    /// # Errors
    /// 74 where it cannot be written.
    pub fn note_unkept(&self, check: &str, why: &str) -> Result<()> {
        self.vault.write_as(&self.unkept_file(check), &why)
    }

    /// Why what a check came to the last time was not kept.
    #[must_use]
    pub fn unkept(&self, check: &str) -> Option<String> {
        self.vault.read_as(&self.unkept_file(check), LARGEST)
    }

    /// How much is kept.
    #[must_use]
    pub fn size(&self) -> Size {
        let mut size = Size { files: 0, bytes: 0 };
        let mut folders = vec![self.folder.clone()];
        while let Some(folder) = folders.pop() {
            for entry in folder.read_dir_utf8().into_iter().flatten().flatten() {
                let Ok(metadata) = entry.metadata() else { continue };
                if metadata.is_dir() {
                    folders.push(entry.into_path());
                } else {
                    size.files += 1;
                    size.bytes += metadata.len();
                }
            }
        }
        size
    }

    /// Forgets everything.
    ///
    /// # Errors
    /// 74 where it cannot be removed.
    pub fn clear(&self) -> Result<()> {
        match std::fs::remove_dir_all(&self.folder) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(Error::io(format!("remove `{}`", self.folder), error)),
        }
    }
}
