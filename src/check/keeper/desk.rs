//! What one run saw and nobody has written down yet.

use super::Linted;
use crate::check::cache::Kept;
use crate::check::results::SuiteResult;
use crate::check::select::Reads;
use crate::words::{Outcome, SuiteId};
use std::collections::{BTreeMap, BTreeSet};
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
    /// What was not kept the last time, and so is run anew: the check and why.
    unkept: Mutex<BTreeMap<String, String>>,
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

    /// Takes note that something is run anew because it was not kept the last time.
    pub(super) fn note_unkept(&self, check: &str, why: &str) {
        let mut unkept = self.unkept.lock().unwrap_or_else(PoisonError::into_inner);
        unkept.insert(check.to_owned(), why.to_owned());
    }

    /// How many suites are run anew because they were not kept, and why, in one line.
    pub(in crate::check) fn unkept(&self) -> Option<String> {
        let unkept = self.unkept.lock().unwrap_or_else(PoisonError::into_inner);
        let suites: BTreeMap<&String, &String> =
            unkept.iter().filter(|(check, _)| check.starts_with("test:")).collect();
        let whys: BTreeSet<&String> = suites.values().copied().collect();
        let n_of = |why: &String| suites.values().filter(|of| **of == why).count();
        let counted: Vec<String> = whys.into_iter().map(|why| format!("{} {why}", n_of(why))).collect();
        let suites = if suites.len() == 1 { "1 suite is".to_owned() } else { format!("{} suites are", suites.len()) };
        (!counted.is_empty())
            .then(|| format!("{suites} run whatever changed: last time {} (`-v` says which)", counted.join(", ")))
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

/// Why a suite that came to this is not kept, said of it.
pub(super) const fn why_unkept(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Failed => "failed",
        Outcome::CouldNotRun => "could not run to the end",
        Outcome::Passed | Outcome::NotRun => "was flaky",
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_run_whatever_changed_is_counted_with_the_reason_in_one_line() {
        let desk = Desk::default();
        assert_eq!(desk.unkept(), None);
        for (check, why) in [
            ("test:a/lib/a", "failed"),
            ("test:b/lib/b", "wrote into the repository"),
            ("test:c/lib/c", "failed"),
            ("clippy:a/lib/a", "failed"),
        ] {
            desk.note_unkept(check, why);
        }
        assert_eq!(
            desk.unkept().as_deref(),
            Some(
                "3 suites are run whatever changed: last time 2 failed, 1 wrote into the repository (`-v` says which)"
            )
        );
    }
}
