//! What one run saw and nobody has written down yet.

use super::Linted;
use crate::check::cache::Kept;
use crate::check::results::SuiteResult;
use crate::check::select::Reads;
use crate::words::SuiteId;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// What one run keeps, until it is known that nothing moved while it was seen.
#[derive(Default)]
pub(in crate::check) struct Desk {
    pub(super) waiting: Mutex<Waiting>,
    /// The checks of which it was told why they are run.
    pub(super) told: Mutex<BTreeSet<String>>,
    /// What the tests of each suite were seen to open.
    reads: Mutex<Vec<(SuiteId, Reads)>>,
    /// Whether something was seen that could not be kept.
    has_gaps: AtomicBool,
}

impl Desk {
    /// Whether everything that was seen is kept.
    pub(in crate::check) fn is_whole(&self) -> bool {
        let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        !self.has_gaps.load(Ordering::SeqCst) && !waiting.is_spoilt && waiting.verdicts.is_empty()
    }

    /// Takes note that something cannot be kept.
    pub(super) fn gap(&self) {
        self.has_gaps.store(true, Ordering::SeqCst);
    }

    /// Takes note of what the tests of a suite were seen to open.
    pub(super) fn note_reads(&self, suite: &SuiteId, reads: Reads) {
        self.reads.lock().unwrap_or_else(PoisonError::into_inner).push((suite.clone(), reads));
    }

    /// What the tests of each suite were seen to open.
    pub(in crate::check) fn reads(self) -> Vec<(SuiteId, Reads)> {
        self.reads.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Verdicts on their way.
#[derive(Default)]
pub(super) struct Waiting {
    pub(super) verdicts: Vec<(String, Sealed)>,
    pub(super) since: Option<Instant>,
    /// Something moved: what is seen in this run may be about either.
    pub(super) is_spoilt: bool,
}

/// A verdict on its way to the store.
pub(super) enum Sealed {
    Suite(Box<Kept<SuiteResult>>),
    Lint(Box<Kept<Linted>>),
}
