//! Changes, commands and suites: the payload's entries with what their records hold of them.

use super::lean::Leaning;
use super::logs;
use super::source::{Fresh, Ran, Source};
use super::{Change, Command, Suite};
use crate::check::TestOutcome;
use crate::evidence::SuiteRecord;
use crate::payload::entries::{ChangeEntry, CommandEntry, TargetShape, TestEntry};
use crate::record;
use crate::words::{BY, SuiteId, TargetId, TargetKind};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// An entry as it stands and as its shape.
type Read<'a, T> = (&'a Map<String, Value>, T);

/// The entries of a list that are claimed and can be read, each as it stands and as its shape; and how many cannot.
fn claimed<'a, T: DeserializeOwned>(source: &Source<'a>, list: &str) -> (Vec<Read<'a, T>>, usize) {
    let entries = record::ours(source.payload, list).filter(|entry| !record::is_withdrawn(entry));
    let (mut read, mut n_odd) = (Vec::new(), 0);
    for entry in entries {
        match T::deserialize(&Value::Object(entry.clone())) {
            Ok(shape) => read.push((entry, shape)),
            Err(_) => n_odd += 1,
        }
    }
    (read, n_odd)
}

/// The changed files, by path, and how many entries cannot be read.
pub(super) fn changes(source: &Source<'_>, leaning: &mut Leaning<'_>) -> (Vec<Change>, usize) {
    let (entries, n_odd) = claimed::<ChangeEntry>(source, "changes");
    let change = |(raw, entry): (&Map<String, Value>, ChangeEntry)| {
        let diff = leaning.diff(raw, &entry.file).or_else(|| entry.diff.clone()).filter(|_| entry.lines.is_some());
        Change { entry, diff }
    };
    let mut changes: Vec<Change> = entries.into_iter().map(change).collect();
    changes.sort_by(|one, other| one.entry.file.cmp(&other.entry.file));
    (changes, n_odd)
}

/// The commands in the order they stand in, and how many entries cannot be read.
pub(super) fn commands(source: &Source<'_>, leaning: &mut Leaning<'_>) -> (Vec<Command>, usize) {
    if let Fresh::Again(ran) = source.fresh {
        let (old, _) = claimed::<CommandEntry>(source, "commands");
        let now = |mut entry: CommandEntry| {
            // What is not run again stays: nobody went back to the baseline.
            let is_same = |old: &&CommandEntry| old.id == entry.id && old.command == entry.command;
            let known = old.iter().map(|(_, old)| old).find(is_same).and_then(|old| old.before.clone());
            entry.before = entry.before.or(known);
            command_now(entry, ran)
        };
        return (ran.record.commands.iter().map(|command| now(command.entry.clone())).collect(), 0);
    }
    let (entries, n_odd) = claimed::<CommandEntry>(source, "commands");
    let command = |(raw, mut entry): (&Map<String, Value>, CommandEntry)| {
        let Some((recorded, log, run)) = leaning.command(raw) else {
            return Command { entry, log: None, run: String::new() };
        };
        let recorded = &recorded.entry;
        if entry.argv.is_empty() {
            entry.argv.clone_from(&recorded.argv);
            entry.cwd.clone_from(&recorded.cwd);
            entry.exit_code = entry.exit_code.or(recorded.exit_code);
        }
        if entry.duration_ms == 0 {
            entry.duration_ms = recorded.duration_ms;
        }
        Command { entry, log, run: run.to_owned() }
    };
    (entries.into_iter().map(command).collect(), n_odd)
}

fn command_now(entry: CommandEntry, ran: &Ran) -> Command {
    let bytes = entry.log.as_ref().and_then(|log| logs::fresh(&ran.folder, &log.path));
    Command { log: bytes.map(|bytes| logs::excerpt(&bytes)), entry, run: ran.record.run.clone() }
}

/// The suites, by id, and how many entries cannot be read.
pub(super) fn suites(source: &Source<'_>, leaning: &mut Leaning<'_>) -> (Vec<Suite>, usize) {
    let (entries, n_odd) = claimed::<TestEntry>(source, "tests");
    let mut suites: Vec<Suite> = match source.fresh {
        Fresh::Again(ran) => {
            let old = |id: &str| entries.iter().find(|(_, entry)| entry.id == id).map(|(_, entry)| entry);
            ran.record.suites.iter().map(|suite| suite_now(suite, old(&suite.id), ran)).collect()
        }
        Fresh::Nothing | Fresh::Unsaved(_) => {
            entries.into_iter().filter_map(|(raw, entry)| suite(entry, leaning.suite(raw))).collect()
        }
    };
    suites.sort_by(|one, other| one.entry.id.cmp(&other.entry.id));
    (suites, n_odd)
}

/// As it is recorded; `None` where its id is none of a suite's.
fn suite(mut entry: TestEntry, recorded: Option<(&SuiteRecord, Option<String>, &str)>) -> Option<Suite> {
    let id = recorded.as_ref().map(|(suite, ..)| suite.suite.clone()).or_else(|| id_of(&entry.id))?;
    if entry.target.name.is_empty() {
        entry.target = TargetShape { kind: id.kind().into(), name: id.target.name.clone() };
    }
    if entry.suite.is_empty() {
        entry.suite = record::suite_in_words(&id);
    }
    let Some((recorded, log, run)) = recorded else {
        let (tests, attempts, run) = Default::default();
        return Some(Suite { entry, suite: id, tests, attempts, log: None, is_cached: false, run });
    };
    if entry.duration_ms == 0 {
        entry.duration_ms = recorded.duration_ms;
    }
    if entry.red.is_empty() {
        entry.red.clone_from(&recorded.red);
    }
    let (tests, attempts) = (recorded.tests.clone(), recorded.attempts.clone());
    Some(Suite { entry, suite: id, tests, attempts, log, is_cached: recorded.cached, run: run.to_owned() })
}

/// As it was seen just now; of the entry only stays what is not run again.
fn suite_now(suite: &SuiteRecord, old: Option<&TestEntry>, ran: &Ran) -> Suite {
    let target = &suite.suite.target;
    let blank = TestEntry {
        id: suite.id.clone(),
        package: target.package.clone(),
        target: TargetShape::default(),
        suite: String::new(),
        steps: Vec::new(),
        scenarios: Vec::new(),
        added: Vec::new(),
        changed: Vec::new(),
        removed: Vec::new(),
        unattributed: 0,
        status: suite.outcome,
        why: None,
        counts: suite.counts,
        failures: Vec::new(),
        flaky: Vec::new(),
        red: Vec::new(),
        names: String::new(),
        observed_at: String::new(),
        duration_ms: 0,
        evidence_ref: String::new(),
        by: BY.into(),
    };
    let entry = TestEntry {
        target: TargetShape { kind: suite.suite.kind().into(), name: target.name.clone() },
        suite: record::suite_in_words(&suite.suite),
        status: suite.outcome,
        why: suite.why.clone(),
        counts: suite.counts,
        failures: ran.failures.get(&suite.id).cloned().unwrap_or_default(),
        flaky: suite.flaky.clone(),
        red: suite.red.clone(),
        observed_at: suite.started.clone(),
        duration_ms: suite.duration_ms,
        evidence_ref: String::new(),
        ..old.cloned().unwrap_or(blank)
    };
    let log = suite.digests.as_ref().and_then(|log| logs::fresh(&ran.folder, &log.path));
    Suite {
        entry,
        suite: suite.suite.clone(),
        tests: suite.tests.clone(),
        attempts: suite.attempts.clone(),
        log: log.map(|bytes| logs::excerpt(&bytes)),
        is_cached: suite.cached,
        run: ran.record.run.clone(),
    }
}

/// The suite behind an entry's id: `test:<package>/<kind>/<name>`.
fn id_of(id: &str) -> Option<SuiteId> {
    let (rest, name) = id.strip_prefix("test:")?.rsplit_once('/')?;
    let (package, kind) = rest.rsplit_once('/')?;
    let doctest = kind == "doctest";
    let kind = if doctest { TargetKind::Lib } else { TargetKind::deserialize(&Value::from(kind)).ok()? };
    let target = TargetId { package: package.into(), kind, name: name.into() };
    Some(SuiteId { target, doctest })
}

/// Whether a test's own outcome is a pass that counts.
pub(super) fn passed(suite: &Suite, test: &str) -> bool {
    suite.entry.status != crate::words::Outcome::CouldNotRun && suite.tests.get(test) == Some(&TestOutcome::Passed)
}
