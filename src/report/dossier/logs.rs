//! Logs as a report may quote them: head and tail, and what is missing counted.

use crate::evidence::{self, Digests, Held, Kept};
use crate::files;
use camino::Utf8Path;

/// The most bytes of one log a dossier holds.
const MOST_LOG: usize = 16 << 10;

/// The most bytes of a log that are read.
const MOST_READ: u64 = 256 << 20;

/// What became of the files a dossier was to quote.
#[derive(Debug, Default)]
pub(super) struct Missing {
    /// Files that are not here.
    pub(super) gone: Vec<String>,
    /// Files that are not what was recorded.
    pub(super) edited: Vec<String>,
}

impl Missing {
    /// One sentence for each kind.
    pub(super) fn in_words(&self) -> Vec<String> {
        let few = |names: &[String]| crate::words::some_of(names);
        let mut sentences = Vec::new();
        if !self.edited.is_empty() {
            sentences.push(format!("not what was recorded, and left out: {}", few(&self.edited)));
        }
        if !self.gone.is_empty() {
            sentences.push(format!("recorded, and not here: {}", few(&self.gone)));
        }
        sentences
    }
}

/// A recorded file's bytes, if they are what was recorded.
pub(super) fn recorded(kept: &Kept, digests: &Digests, missing: &mut Missing) -> Option<Vec<u8>> {
    if digests.path.is_empty() {
        return None;
    }
    let name = || format!("`{}`", digests.path.escape_debug());
    let list = match kept.held(digests) {
        Held::Whole(bytes) | Held::Cut(bytes) => return Some(bytes),
        Held::Differs(_) => &mut missing.edited,
        Held::Unreadable(_) => &mut missing.gone,
    };
    if !list.contains(&name()) {
        list.push(name());
    }
    None
}

/// The same of a run just now, whose files nobody has recorded.
pub(super) fn fresh(folder: &Utf8Path, name: &str) -> Option<Vec<u8>> {
    if !evidence::is_of_evidence(name) {
        return None;
    }
    files::read(&folder.join(name), MOST_READ).ok().flatten()
}

/// A log's text, its middle left out where it is long.
pub(super) fn excerpt(bytes: &[u8]) -> String {
    String::from_utf8_lossy(&evidence::cut(bytes, MOST_LOG)).into_owned()
}
