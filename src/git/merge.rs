//! What git makes of a file that two lines of work changed.

use super::snapshot::Snapshot;
use crate::error::Result;

/// The ways in which git may tell two versions apart: `merge-file`'s own, and that of `merge` itself, which older ones
/// cannot be asked for.
const WAYS: [&[&str]; 2] = [&[], &["--diff-algorithm=histogram"]];

impl Snapshot {
    /// What git would make of a file by itself, each way; nothing where both changed the same lines, or it is no text.
    ///
    /// # Errors
    /// Those of asking, 74.
    pub fn merged(&self, base: &[u8], one: &[u8], other: &[u8]) -> Result<Vec<Vec<u8>>> {
        let files = [("merge-one", one), ("merge-base", base), ("merge-other", other)];
        let files = files.map(|(name, text)| (self.folder.join(name), text));
        for (file, text) in &files {
            self.write(file, text)?;
        }
        let mut merged = Vec::new();
        for way in WAYS {
            let names = files.iter().map(|(file, _)| file.as_str());
            let args: Vec<&str> =
                ["merge-file", "-p", "-q"].into_iter().chain(way.iter().copied()).chain(names).collect();
            let said = self.git().ask(&args)?;
            if said.end.is_success() {
                merged.push(said.stdout);
            }
        }
        Ok(merged)
    }
}
