//! The verdicts of one workspace on their way through a run: looked up before a check, kept behind it.

mod desk;

pub(super) use desk::Desk;

use super::argv;
use super::cache::{Kept, Key, Keys, Store, Wanted, World};
use super::command::words;
use super::messages::Finding;
use super::request::{At, Memory};
use super::results::{SuiteResult, TestOutcome};
use super::select::Reads;
use crate::error::Result;
use crate::event::Event;
use crate::mapping;
use crate::opened::Seen;
use crate::payload::entries::CommandEntry;
use crate::words::{Outcome, SuiteId, TargetId};
use crate::workspace::graph::{CargoFlags, Package, Target};
use crate::workspace::units::{Facts, Unit, Units};
use camino::Utf8PathBuf;
use desk::{Sealed, Waiting};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::sync::PoisonError;
use std::time::{Duration, Instant};

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

/// What is written between two looks at whether everything still lies there as it did.
const PATIENCE: Duration = Duration::from_secs(2);

/// The verdicts of one workspace.
pub(super) struct Keeper<'a> {
    at: At<'a>,
    memory: Memory<'a>,
    store: Store,
    keys: Keys<'a>,
    units: &'a Units,
    desk: &'a Desk,
}

impl<'a> Keeper<'a> {
    /// One that knows these facts; nothing where earlier runs are not to be remembered.
    pub(super) fn new(at: At<'a>, facts: &'a Facts, units: &'a Units, desk: &'a Desk) -> Option<Self> {
        let memory = at.request.memory?;
        let keys = Keys::new(World {
            workspace: at.workspace,
            facts,
            files: memory.files,
            hidden: memory.hidden,
            look: memory.look,
            units,
            head: memory.head,
            toolchain: memory.toolchain,
            surroundings: at.surroundings,
            ignored: memory.ignored,
        });
        let store = Store::of(at.workspace, memory.vault);
        Some(Self { at, memory, store, keys, units, desk })
    }

    /// What a suite came to, if everything it rests on is as it was then.
    pub(super) fn suite(&self, package: &Package, suite: &SuiteId) -> Option<Box<Kept<SuiteResult>>> {
        let which = if suite.doctest { Which::Doctests } else { Which::Tests };
        let known = self.known::<SuiteResult>(&suite.id(), which, |reads| self.key_of_suite(package, suite, reads));
        let known = known.filter(|kept| suite.doctest || self.is_stressed(&kept.verdict));
        if let Some(kept) = &known {
            self.desk.note_reads(suite, kept.reads.clone().map_or(Reads::Unknown, Reads::All));
        }
        known
    }

    /// Whether the tests this work brought were run again as often as they are to be now.
    fn is_stressed(&self, result: &SuiteResult) -> bool {
        let At { request, .. } = self.at;
        let Some(texts) = request.testing.texts.filter(|_| 0 < request.testing.stress) else { return true };
        let listing: BTreeSet<&str> = result.tests.keys().map(String::as_str).collect();
        let target = &result.suite.target;
        let brought = mapping::brought(request.changes, texts, request.graph, request.root, target, &listing);
        let n_wanted = request.testing.stress as usize;
        let is_enough = |test: &String| {
            result.tests.get(test) != Some(&TestOutcome::Passed)
                || result.attempts.get(test).is_some_and(|attempts| n_wanted < attempts.len())
        };
        brought.is_none_or(|brought| brought.added.iter().chain(&brought.changed).all(is_enough))
    }

    /// Keeps what a suite came to, if that is a pass (or nothing to run) that will be one again.
    ///
    /// # Errors
    /// 74 where it did not pass, and an earlier pass would stay.
    pub(super) fn keep_suite(
        &self,
        package: &Package,
        result: &SuiteResult,
        log: &[u8],
        seen: Option<&Seen>,
    ) -> Result<()> {
        let suite = &result.suite;
        let is_pass = match result.outcome {
            Outcome::Passed | Outcome::NotRun => result.flaky.is_empty() && result.failures.is_empty(),
            Outcome::Failed | Outcome::CouldNotRun => false,
        };
        let reads = seen.and_then(reads);
        let unkept = |why: &str| self.told(self.store.note_unkept(&suite.id(), why));
        if !is_pass {
            self.desk.gap();
            unkept(desk::why_unkept(result.outcome));
            let key = self.key_of_suite(package, suite, reads.as_ref());
            return self.fail::<SuiteResult>(&suite.id(), key.as_ref());
        }
        if seen.is_some_and(|seen| !seen.written.is_empty()) {
            self.desk.gap(); // no failure, and nothing to rely on
            unkept("wrote into the repository");
            return Ok(());
        }
        let Some(key) = self.key_of_suite(package, suite, reads.as_ref()) else {
            self.desk.gap();
            return Ok(());
        };
        self.keep(suite.id(), Sealed::Suite(self.kept(key, reads, result.clone(), log)));
        Ok(())
    }

    /// A later run must not take the earlier pass for today's; whatever else cannot be kept is only told.
    fn fail<T: Serialize + DeserializeOwned>(&self, id: &str, key: Option<&Key>) -> Result<()> {
        let was_known = self.store.forget::<T>(id, key)?;
        match self.store.note_failure(id, self.memory.head) {
            Err(error) if was_known => Err(error),
            noted => {
                self.told(noted);
                Ok(())
            }
        }
    }

    /// Tells what could not be kept.
    fn told(&self, kept: Result<()>) {
        if let Err(error) = kept {
            self.desk.gap();
            self.at.run.not_kept(&error);
        }
    }

    /// What was seen, without what happened among the things cargo built: of these only programs count that were run.
    pub(super) fn sifted(&self, mut seen: Seen) -> Seen {
        let workspace = self.at.workspace;
        let is_built = |path: &Utf8PathBuf| path.starts_with(&workspace.target_folder);
        seen.opened.retain(|path| !is_built(path) || workspace.built_at(path).next().is_some());
        seen.listed.retain(|path| !is_built(path));
        seen.written.retain(|path| !is_built(path));
        seen
    }

    /// Takes note of what the tests of a suite opened, or that nobody could tell.
    pub(super) fn saw(&self, result: &SuiteResult, seen: Option<&Seen>) {
        let reads = match (seen.and_then(reads), result.outcome.is_bad()) {
            (Some(reads), false) => Reads::All(reads),
            (Some(reads), true) => Reads::Some(reads),
            (None, _) => Reads::Unknown,
        };
        self.desk.note_reads(&result.suite, reads);
    }

    /// What clippy said of a target, if everything it rests on is as it was then.
    pub(super) fn lint(&self, package: &Package, target: &Target) -> Option<Box<Kept<Linted>>> {
        self.known(&lint_id(&target.id), Which::Clippy, |_| self.key_of_lint(package, target))
    }

    /// Keeps what clippy said of a target that passed.
    pub(super) fn keep_lint(&self, package: &Package, target: &Target, linted: Linted) {
        match self.key_of_lint(package, target) {
            Some(key) => self.keep(lint_id(&target.id), Sealed::Lint(self.kept(key, None, linted, b""))),
            None => self.desk.gap(),
        }
    }

    /// Takes note that a target does not pass any more.
    ///
    /// # Errors
    /// 74 where an earlier pass would stay.
    pub(super) fn fail_lint(&self, package: &Package, target: &Target) -> Result<()> {
        self.desk.gap();
        let key = self.key_of_lint(package, target);
        self.fail::<Linted>(&lint_id(&target.id), key.as_ref())
    }

    /// Why a suite is not to be left out although nothing in the diff says so: it was seen to pass on this commit, and
    /// something has changed since; or it did not pass.
    pub(super) fn unrest_of_suite(&self, package: &Package, suite: &SuiteId) -> Option<String> {
        self.unrest::<SuiteResult>(&suite.id(), |reads| self.key_of_suite(package, suite, reads))
    }

    /// The same of what clippy says of a target.
    pub(super) fn unrest_of_lint(&self, package: &Package, target: &Target) -> Option<String> {
        self.unrest::<Linted>(&lint_id(&target.id), |_| self.key_of_lint(package, target))
    }

    fn unrest<T: DeserializeOwned>(
        &self,
        id: &str,
        key: impl Fn(Option<&BTreeSet<Utf8PathBuf>>) -> Option<Key>,
    ) -> Option<String> {
        let mut moved = None;
        for kept in self.store.load::<T>(id) {
            let now = key(kept.reads.as_ref());
            if now.as_ref() == Some(&kept.key) {
                return None;
            }
            // Another command (other features, fewer packages) is somebody's choice and no change of the work.
            let is_comparable = now.as_ref().is_some_and(|now| now.argv == kept.key.argv);
            if let Some(now) = now.filter(|_| is_comparable && moved.is_none()) {
                let fields = kept.key.differences(&now);
                // What no diff can show counts wherever HEAD is.
                let is_hidden = |field: &String| {
                    field.starts_with("environment") || matches!(field.as_str(), "toolchain" | "configuration")
                };
                if kept.head.as_deref() == self.memory.head || fields.iter().any(is_hidden) {
                    moved = Some(fields);
                }
            }
        }
        match moved {
            Some(moved) => Some(format!("{id} passed before, and since then this has changed: {}", moved.join(", "))),
            None => self.store.has_failed(id, self.memory.head).then(|| format!("{id} did not pass the last time")),
        }
    }

    fn kept<T>(&self, key: Key, reads: Option<BTreeSet<Utf8PathBuf>>, verdict: T, log: &[u8]) -> Box<Kept<T>> {
        let at = self.at.surroundings.now();
        Box::new(Kept {
            key,
            at,
            run: self.at.run.id().to_owned(),
            head: self.memory.head.map(str::to_owned),
            reads,
            verdict,
            log: shortened(log),
        })
    }

    fn keep(&self, id: String, verdict: Sealed) {
        let mut waiting = self.desk.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let since = *waiting.since.get_or_insert_with(Instant::now);
        waiting.verdicts.push((id, verdict));
        if PATIENCE <= since.elapsed() {
            self.write(&mut waiting);
        }
    }

    /// Writes what waits, if everything still lies there as it did when the run began.
    pub(super) fn flush(&self) {
        self.write(&mut self.desk.waiting.lock().unwrap_or_else(PoisonError::into_inner));
    }

    fn write(&self, waiting: &mut Waiting) {
        let verdicts = std::mem::take(&mut waiting.verdicts);
        waiting.since = None;
        waiting.is_spoilt = waiting.is_spoilt || (!verdicts.is_empty() && !(self.memory.is_steady)());
        if waiting.is_spoilt {
            return;
        }
        for (id, verdict) in verdicts {
            self.told(match verdict {
                Sealed::Suite(kept) => self.store.keep(&id, *kept),
                Sealed::Lint(kept) => self.store.keep(&id, *kept),
            });
        }
    }

    /// The newest verdict whose key is today's. Where there is none, what has moved since the newest is told.
    fn known<T: DeserializeOwned>(
        &self,
        id: &str,
        which: Which,
        key: impl Fn(Option<&BTreeSet<Utf8PathBuf>>) -> Option<Key>,
    ) -> Option<Box<Kept<T>>> {
        if !self.memory.believes {
            return None;
        }
        let mut moved = None;
        for kept in self.store.load::<T>(id) {
            let now = key(kept.reads.as_ref());
            if now.as_ref() == Some(&kept.key) {
                return Some(Box::new(kept));
            }
            moved.get_or_insert_with(|| match now {
                Some(now) => kept.key.differences(&now),
                // What units are made of is known by command.
                None if kept.key.argv != argv_of(self.at, which) => vec!["argv".to_owned()],
                None => vec!["nothing is known of a unit it is made of".to_owned()],
            });
        }
        let unkept = self.store.unkept(id);
        if let Some(why) = &unkept {
            self.desk.note_unkept(id, why);
        }
        let why = unkept.map(|why| vec![format!("it {why} last time")]).or(moved);
        self.tell(id, why.unwrap_or_else(|| vec!["it was not seen to pass yet".to_owned()]));
        None
    }

    fn tell(&self, id: &str, moved: Vec<String>) {
        let mut told = self.desk.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.insert(id.to_owned()) {
            self.at.run.tell(Event::Anew { check: id.to_owned(), moved });
        }
    }

    /// The entry of a command as it stood the last time it was run, as that of the command it would be now.
    pub(super) fn entry(&self, id: &str, which: Which) -> Option<CommandEntry> {
        let entry = self.store.entry(id, &argv_of(self.at, which))?;
        let argv = words(&argv_with(self.at, which, self.at.request.flags));
        Some(CommandEntry { command: argv::display(&argv), argv, ..entry })
    }

    /// Keeps the entry of a command that ran.
    pub(super) fn keep_entry(&self, entry: &CommandEntry, which: Which) {
        if entry.exit_code == Some(0) {
            self.told(self.store.keep_entry(entry, &argv_of(self.at, which)));
        }
    }

    fn key_of_suite(&self, package: &Package, suite: &SuiteId, reads: Option<&BTreeSet<Utf8PathBuf>>) -> Option<Key> {
        let units = self.units.roots_of(suite);
        let argv = if suite.doctest { Which::Doctests } else { Which::Tests };
        self.keys.of(Wanted { units: &units, package, argv: &argv_of(self.at, argv), tests: true }, reads)
    }

    fn key_of_lint(&self, package: &Package, target: &Target) -> Option<Key> {
        let is_its = |unit: &&Unit| unit.target == target.id;
        let units: BTreeSet<Unit> = self.units.of_package(&package.label).filter(is_its).cloned().collect();
        let argv = argv_of(self.at, Which::Clippy);
        self.keys.of(Wanted { units: &units, package, argv: &argv, tests: false }, None)
    }
}

/// The commands whose outcomes are kept.
#[derive(Clone, Copy)]
pub(super) enum Which {
    Clippy,
    Tests,
    Doctests,
}

/// The command, without what cannot change its outcome: how cargo is to treat the lock file and the network.
fn argv_of(at: At<'_>, which: Which) -> Vec<String> {
    words(&argv_with(
        at,
        which,
        &CargoFlags { locked: false, offline: false, frozen: false, ..at.request.flags.clone() },
    ))
}

fn argv_with(at: At<'_>, which: Which, flags: &CargoFlags) -> Vec<OsString> {
    match which {
        Which::Clippy => argv::clippy(at.built().as_deref(), flags),
        Which::Tests => argv::test(at.built().as_deref(), flags),
        Which::Doctests => argv::doctests(at.built().filter(|_| at.request.share.is_some()).as_deref(), flags, false),
    }
}

/// Everything that was opened; nothing where some of it was missed.
fn reads(seen: &Seen) -> Option<BTreeSet<Utf8PathBuf>> {
    (!seen.lost).then(|| seen.opened.union(&seen.listed).cloned().collect())
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
