//! Systems on which nobody tells us who opens what.

use super::Seen;
use camino::Utf8PathBuf;

/// There is none.
#[derive(Debug)]
pub(super) enum Watcher {}

impl Watcher {
    pub(super) fn new(_: &[Utf8PathBuf]) -> Result<Self, String> {
        Err("what tests read can only be watched on Linux".to_owned())
    }

    pub(super) fn now(&self) -> u64 {
        match *self {}
    }

    pub(super) fn since(&self, _: u64) -> Seen {
        match *self {}
    }
}
