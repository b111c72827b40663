//! A file in conflict: its three versions in the index, and git's own merge by lines.

use super::repository::{Git, first_lines};
use crate::error::{Error, Result};
use crate::process::End;
use camino::Utf8Path;

impl Git {
    /// What the index holds of a file (relative to the top) that is in conflict: what both began with, ours, theirs.
    /// `None` where it is not in conflict.
    ///
    /// # Errors
    /// Those of asking.
    pub fn stages(&self, path: &str) -> Result<Option<[Option<Vec<u8>>; 3]>> {
        let spec = format!(":(top,literal){path}");
        let listing = self.answer(&["ls-files", "--unmerged", "-z", "--", &spec])?;
        let mut stages = [None, None, None];
        for entry in listing.split(|byte| *byte == 0).filter(|entry| !entry.is_empty()) {
            let entry = String::from_utf8_lossy(entry);
            let mut words = entry.split([' ', '\t']).skip(1);
            let (Some(blob), Some(stage)) = (words.next(), words.next()) else { continue };
            let stage = stage.parse::<usize>().ok().and_then(|stage| stage.checked_sub(1));
            if let Some(slot) = stage.and_then(|stage| stages.get_mut(stage)) {
                *slot = Some(self.answer(&["cat-file", "blob", blob])?);
            }
        }
        Ok(stages.iter().any(Option::is_some).then_some(stages))
    }

    /// Joins three files line by line into the second, with conflict markers where they disagree: what git does where
    /// nobody knows better.
    ///
    /// # Errors
    /// Those of asking; 74 where git fails.
    pub fn merge_lines(&self, base: &Utf8Path, ours: &Utf8Path, theirs: &Utf8Path) -> Result<()> {
        let labels = ["-L", "ours", "-L", "base", "-L", "theirs"];
        let files = ["--", ours.as_str(), base.as_str(), theirs.as_str()];
        let args = [["merge-file", "--quiet"].as_slice(), &labels, &files].concat();
        let said = self.ask(&args)?;
        match said.end {
            // How many places are in conflict; beyond it something went wrong.
            End::Exited(0..=127) => Ok(()),
            _ => Err(Error::io("ask git (`git merge-file`)", first_lines(&said.stderr))),
        }
    }
}
