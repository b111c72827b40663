//! The verdicts of one workspace on their way through a run: looked up before a check, kept behind it.

use super::argv;
use super::cache::{Kept, Key, Keys, Store, Wanted, World};
use super::command::words;
use super::messages::Finding;
use super::request::At;
use super::results::SuiteResult;
use crate::error::Result;
use crate::event::Event;
use crate::opened::Seen;
use crate::words::{Outcome, SuiteId, TargetId};
use crate::workspace::graph::{Package, Target};
use crate::workspace::units::{Facts, Unit, Units};
use camino::Utf8PathBuf;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

/// How much of a log is kept with a verdict: half from its head, half from its tail.
const MOST_LOG: usize = 64 << 10;

/// What clippy said of a target that passed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Linted {
    /// Findings that are not this work's.
    pub(super) findings: Vec<Finding>,
    /// Why it was not looked at, where it was not: features that are not on.
    pub(super) why: Option<String>,
}

/// The verdicts of one workspace.
pub(super) struct Keeper<'a> {
    at: At<'a>,
    store: Store,
    keys: Keys<'a>,
    units: &'a Units,
    believes: bool,
    /// The fields that moved, by check: told once.
    told: Mutex<BTreeMap<String, Vec<String>>>,
}

impl<'a> Keeper<'a> {
    /// One that knows these facts; nothing where earlier runs are not to be remembered.
    pub(super) fn new(at: At<'a>, facts: &'a Facts, units: &'a Units) -> Option<Self> {
        let memory = at.request.memory?;
        let keys = Keys::new(World {
            workspace: at.workspace,
            facts,
            files: memory.files,
            look: memory.look,
            units,
            head: memory.head,
            toolchain: memory.toolchain,
            surroundings: at.surroundings,
            variables: memory.variables,
        });
        let store = Store::of(&at.workspace.target_folder, memory.vault);
        Some(Self { at, store, keys, units, believes: memory.believes, told: Mutex::default() })
    }

    /// What a suite came to, if everything it rests on is as it was then.
    pub(super) fn suite(&self, package: &Package, suite: &SuiteId) -> Option<Kept<SuiteResult>> {
        self.known(&suite.id(), |reads| self.key_of_suite(package, suite, reads))
    }

    /// Keeps what a suite came to, if that is a pass (or nothing to run) that will be one again.
    pub(super) fn keep_suite(&self, package: &Package, result: &SuiteResult, log: &[u8], seen: Option<&Seen>) -> Result<()> {
        let suite = &result.suite;
        let is_steady = result.flaky.is_empty() && result.failures.is_empty();
        let is_pass = match result.outcome {
            Outcome::Passed => is_steady,
            Outcome::NotRun => result.log.is_none(),
            Outcome::Failed | Outcome::CouldNotRun => false,
        };
        if !is_pass || seen.is_some_and(|seen| !seen.written.is_empty()) {
            self.store.forget(&suite.id());
            return Ok(());
        }
        let reads = seen.filter(|seen| !seen.lost).map(|seen| seen.opened.union(&seen.listed).cloned().collect());
        let Some(key) = self.key_of_suite(package, suite, reads.as_ref()) else { return Ok(()) };
        self.keep(&suite.id(), key, reads, result.clone(), log)
    }

    /// What clippy said of a target, if everything it rests on is as it was then.
    pub(super) fn lint(&self, package: &Package, target: &Target) -> Option<Kept<Linted>> {
        self.known(&lint_id(&target.id), |_| self.key_of_lint(package, target))
    }

    /// Keeps what clippy said of a target that passed.
    pub(super) fn keep_lint(&self, package: &Package, target: &Target, linted: Linted) -> Result<()> {
        let Some(key) = self.key_of_lint(package, target) else { return Ok(()) };
        self.keep(&lint_id(&target.id), key, None, linted, b"")
    }

    /// Forgets what clippy said of a target: it does not pass any more.
    pub(super) fn forget_lint(&self, target: &Target) {
        self.store.forget(&lint_id(&target.id));
    }

    fn keep<T>(&self, id: &str, key: Key, reads: Option<BTreeSet<Utf8PathBuf>>, verdict: T, log: &[u8]) -> Result<()>
    where
        T: Serialize + DeserializeOwned,
    {
        let at = self.at.surroundings.now();
        let run = self.at.run.id().to_owned();
        self.store.keep(id, Kept { key, at, run, reads, verdict, log: shortened(log) })
    }

    /// The newest verdict whose key is today's. Where there is none, what has moved since the newest is told.
    fn known<T: DeserializeOwned>(
        &self,
        id: &str,
        key: impl Fn(Option<&BTreeSet<Utf8PathBuf>>) -> Option<Key>,
    ) -> Option<Kept<T>> {
        if !self.believes {
            return None;
        }
        let mut moved = None;
        for kept in self.store.load::<T>(id) {
            let now = key(kept.reads.as_ref());
            if now.as_ref() == Some(&kept.key) {
                return Some(kept);
            }
            moved.get_or_insert_with(|| match now {
                Some(now) => kept.key.differences(&now),
                None => vec!["nothing is known of a unit it is made of".to_owned()],
            });
        }
        self.tell(id, moved.unwrap_or_else(|| vec!["it was not seen to pass yet".to_owned()]));
        None
    }

    fn tell(&self, id: &str, moved: Vec<String>) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.insert(id.to_owned(), moved.clone()).is_none() {
            self.at.run.tell(Event::Anew { check: id.to_owned(), moved });
        }
    }

    fn key_of_suite(&self, package: &Package, suite: &SuiteId, reads: Option<&BTreeSet<Utf8PathBuf>>) -> Option<Key> {
        let flags = self.at.request.flags;
        let argv = words(&if suite.doctest { argv::doctests(flags, false) } else { argv::test(flags) });
        let units = self.units.roots_of(suite);
        self.keys.of(Wanted { units: &units, package, argv: &argv, tests: true }, reads)
    }

    fn key_of_lint(&self, package: &Package, target: &Target) -> Option<Key> {
        let argv = words(&argv::clippy(self.at.request.flags));
        let is_its = |unit: &&Unit| unit.target == target.id;
        let units: BTreeSet<Unit> = self.units.of_package(&package.label).filter(is_its).cloned().collect();
        self.keys.of(Wanted { units: &units, package, argv: &argv, tests: false }, None)
    }
}

fn lint_id(target: &TargetId) -> String {
    format!("clippy:{target}")
}

/// A log with its middle left out where it is long.
fn shortened(log: &[u8]) -> String {
    if log.len() <= MOST_LOG {
        return String::from_utf8_lossy(log).into_owned();
    }
    let (head, tail) = (&log[..MOST_LOG / 2], &log[log.len() - MOST_LOG / 2..]);
    let left_out = log.len() - MOST_LOG;
    format!("{}\n[{left_out} bytes left out]\n{}", String::from_utf8_lossy(head), String::from_utf8_lossy(tail))
}
