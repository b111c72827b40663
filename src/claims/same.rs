//! V2, first half: an entry of the payload says what the entry of its record says.

use super::shelf::Shelf;
use crate::check::TestOutcome;
use crate::evidence::{RunRecord, SuiteRecord, id_of};
use crate::files::sha256;
use crate::payload::entries::{ChangeEntry, CommandEntry, Counts, OnBaseline, Red, TargetOutcome, TestEntry};
use crate::words::Outcome;
use serde::Deserialize as _;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// The most names of one suite that go into the payload.
const MOST: usize = 20;

/// What an entry says and its record does not; `None` where they agree.
pub(super) fn difference(list: &str, entry: &Map<String, Value>, record: &RunRecord, shelf: &Shelf) -> Option<String> {
    match list {
        "changes" => change(&ChangeEntry::deserialize(entry).ok()?, record),
        "tests" => {
            let told = TestEntry::deserialize(entry).ok()?;
            match record.suites.iter().find(|suite| suite.id == told.id) {
                Some(suite) => test(&told, suite).or_else(|| red(&told, suite, shelf)),
                None => Some("its record knows no such suite".into()),
            }
        }
        _ => command(entry, &CommandEntry::deserialize(entry).ok()?, record, shelf),
    }
}

fn differs(what: &str, told: impl std::fmt::Display, recorded: impl std::fmt::Display) -> Option<String> {
    Some(format!("its record has another {what}: `{recorded}`, not `{told}`"))
}

fn other(what: &str) -> Option<String> {
    Some(format!("its record has {what}"))
}

fn change(told: &ChangeEntry, record: &RunRecord) -> Option<String> {
    let Some(seen) = record.changes.iter().find(|change| change.file == told.file) else {
        return Some("its record knows no such change".into());
    };
    let none = |text: &Option<String>| text.clone().unwrap_or_else(|| "none".into());
    if told.kind != seen.kind {
        return differs("kind", &told.kind, &seen.kind);
    }
    if told.before != seen.before {
        return differs("blob before", none(&told.before), none(&seen.before));
    }
    if told.after != seen.after {
        return differs("blob after", none(&told.after), none(&seen.after));
    }
    if told.from != seen.from {
        return differs("origin", none(&told.from), none(&seen.from));
    }
    if told.lines != seen.lines {
        return other("other numbers of lines");
    }
    if told.diff != seen.diff {
        return other("another diff");
    }
    if told.package != seen.package {
        return differs("package", none(&told.package), none(&seen.package));
    }
    let touched = |entry: &ChangeEntry| (entry.symbols.clone(), entry.more_symbols, entry.public_signatures_changed);
    if touched(told) != touched(seen) {
        return other("other symbols it touched");
    }
    None
}

fn test(told: &TestEntry, seen: &SuiteRecord) -> Option<String> {
    if told.status != seen.outcome {
        return differs("outcome", told.status, seen.outcome);
    }
    if told.counts != seen.counts {
        let (told, seen) = (told.counts, seen.counts);
        let words = |counts: Counts| {
            let Counts { listed, passed, failed, ignored, filtered } = counts;
            format!("{passed} of {listed} passed, {failed} failed, {ignored} ignored, {filtered} filtered out")
        };
        return Some(format!("its record has other counts: {}, not {}", words(seen), words(told)));
    }
    if told.package != seen.suite.target.package {
        return differs("package", &told.package, &seen.suite.target.package);
    }
    let names: Vec<&str> = seen.tests.keys().map(String::as_str).collect();
    if !sha256(names.join("\n").as_bytes()).starts_with(&told.names) || told.names.len() < 16 {
        return other("other names of tests");
    }
    if let Some(name) = told.added.iter().chain(&told.changed).find(|name| !seen.tests.contains_key(*name)) {
        return Some(format!("its record knows no test `{name}`"));
    }
    if let Some(name) = told.removed.iter().find(|name| seen.tests.contains_key(*name)) {
        return Some(format!("its record has the test `{name}`, which is said to be gone"));
    }
    let flaky: Vec<&String> = seen.flaky.iter().take(MOST).collect();
    if told.flaky.iter().ne(flaky.iter().copied()) {
        return other("other flaky tests");
    }
    if let Some(why) = failures(told, seen) {
        return Some(why);
    }
    if told.observed_at != seen.started {
        return differs("time", &told.observed_at, &seen.started);
    }
    if told.why != seen.why {
        return other("another reason");
    }
    None
}

/// The named failures against the tests that failed. Where a run was repeated a flaky test may be among them.
fn failures(told: &TestEntry, seen: &SuiteRecord) -> Option<String> {
    let failed: BTreeSet<&str> =
        seen.tests.iter().filter(|(_, o)| **o == TestOutcome::Failed).map(|(name, _)| name.as_str()).collect();
    let named: BTreeSet<&str> = told.failures.iter().map(|failure| failure.name.as_str()).collect();
    let is_known = |name: &&str| failed.contains(name) || seen.flaky.iter().any(|flaky| flaky == name);
    if let Some(name) = named.iter().find(|name| !is_known(name)) {
        return Some(format!("its record has no failure of `{name}`"));
    }
    let is_plain = seen.flaky.is_empty() && failed.len() <= MOST;
    let left_out = failed.iter().find(|name| is_plain && !named.contains(*name));
    left_out.map(|name| format!("its record has a failure of `{name}`, which is left out"))
}

/// What a test is said to have come to on the baseline, against the record of the run that looked.
fn red(told: &TestEntry, seen: &SuiteRecord, shelf: &Shelf) -> Option<String> {
    for red in &told.red {
        let run = id_of(&red.evidence_ref);
        let of_its_own = run.and_then(|run| shelf.records.get(run)).and_then(|kept| kept.record.as_ref().ok());
        let suites = of_its_own.map(|record| record.suites.as_slice()).unwrap_or_default();
        let mut suites = suites.iter().filter(|suite| suite.id == told.id).chain([seen]);
        let is_it = |known: &Red| {
            (&known.test, known.class, &known.place, &known.function, &known.baseline)
                == (&red.test, red.class, &red.place, &red.function, &red.baseline)
        };
        if !suites.any(|suite| suite.red.iter().any(is_it)) {
            let (test, class) = (&red.test, red.class.word());
            return Some(format!("`{test}` is said to be {class} on the baseline, and no record holds such a run"));
        }
    }
    let known = |test: &str| told.red.iter().any(|red| red.test == test);
    let left_out = seen.red.iter().find(|red| !red.class.is_red() && !known(&red.test));
    left_out
        .map(|red| format!("its record has `{}` as {} on the baseline, which is left out", red.test, red.class.word()))
}

fn command(entry: &Map<String, Value>, told: &CommandEntry, record: &RunRecord, shelf: &Shelf) -> Option<String> {
    let Some(seen) = record.commands.iter().map(|command| &command.entry).find(|command| command.id == told.id) else {
        return Some("its record knows no such command".into());
    };
    // What passed is told in short where there is much of it, without the place of its evidence.
    let is_short = !entry.contains_key("evidenceRef");
    let is_told = |key: &str| !is_short || entry.contains_key(key);
    if told.kind != seen.kind {
        return differs("kind", told.kind, seen.kind);
    }
    if told.command != seen.command || (is_told("argv") && told.argv != seen.argv) {
        return differs("command line", &told.command, seen.argv.join(" "));
    }
    if is_told("cwd") && told.cwd != seen.cwd {
        return differs("folder", &told.cwd, &seen.cwd);
    }
    if told.env != seen.env {
        return other("another environment");
    }
    let ended = |command: &CommandEntry| (command.exit_code, command.signal, command.timed_out);
    if is_told("exitCode") && ended(told) != ended(seen) {
        return other("another end of the process");
    }
    if told.approval != seen.approval {
        return other("another approval");
    }
    // How long it took proves nothing, and contradicts nothing.
    if told.timestamp != seen.timestamp {
        return other("another time");
    }
    let log = |command: &CommandEntry| {
        let log = command.log.as_ref()?;
        Some((log.path.rsplit('/').next().unwrap_or_default().to_owned(), log.sha256.clone(), log.bytes))
    };
    if is_told("log") && log(told) != log(seen) {
        return other("another log");
    }
    if told.output != seen.output {
        return other("another output");
    }
    before(told, seen, shelf).or_else(|| targets(told, seen, shelf))
}

/// What a command is said to have come to on the baseline, against the record of the run that looked.
fn before(told: &CommandEntry, seen: &CommandEntry, shelf: &Shelf) -> Option<String> {
    let is_it = |told: &OnBaseline, known: &OnBaseline| {
        (told.outcome, &told.inputs, &told.baseline) == (known.outcome, &known.inputs, &known.baseline)
    };
    let Some(before) = &told.before else {
        let known = seen.before.as_ref().filter(|known| known.outcome != Outcome::Failed);
        return known.map(|known| format!("its record has it as {} on the baseline, which is left out", known.outcome));
    };
    let run = id_of(&before.evidence_ref);
    let of_its_own = run.and_then(|run| shelf.records.get(run)).and_then(|kept| kept.record.as_ref().ok());
    let commands = of_its_own.map(|record| record.commands.as_slice()).unwrap_or_default();
    let mut commands = commands.iter().map(|command| &command.entry).filter(|entry| entry.id == told.id).chain([seen]);
    let is_borne_out = commands.any(|entry| entry.before.as_ref().is_some_and(|known| is_it(before, known)));
    (!is_borne_out)
        .then(|| format!("it is said to have {} on the baseline, and no record holds such a run", before.outcome))
}

/// The targets of this run and those kept of earlier ones, and the outcome that follows from both.
fn targets(told: &CommandEntry, seen: &CommandEntry, shelf: &Shelf) -> Option<String> {
    if let Some(package) = told.passed.iter().find(|package| !all_passed(package, seen)) {
        return Some(format!("its record does not say that all of `{package}` passed"));
    }
    let is_seen = |told: &&TargetOutcome| seen.targets.iter().any(|target| name(target) == name(told));
    let (own, kept): (Vec<&TargetOutcome>, Vec<&TargetOutcome>) = told.targets.iter().partition(is_seen);
    for target in seen.targets.iter().filter(|target| !told.passed.contains(&target.package)) {
        let same = own.iter().find(|known| name(known) == name(target));
        match same {
            None => return Some(format!("its record has {}, which is left out", name(target))),
            Some(told) if *told != target => {
                return Some(format!(
                    "its record has {} as {}, with other findings or another reason",
                    name(target),
                    target.outcome
                ));
            }
            Some(_) => {}
        }
    }
    for target in &kept {
        let Some(at) = &target.observed_at else {
            return Some(format!("its record knows nothing of {}", name(target)));
        };
        let earlier = earlier_runs(&told.id, at, shelf);
        let is_it = |known: &TargetOutcome| {
            name(known) == name(target) && (known.outcome, known.errors) == (target.outcome, target.errors)
        };
        if !earlier.is_empty() && !earlier.iter().any(|earlier| earlier.targets.iter().any(is_it)) {
            return Some(format!("the record of {at} does not say that {} {}", name(target), target.outcome));
        }
    }
    for (at, packages) in &told.passed_earlier {
        let earlier = earlier_runs(&told.id, at, shelf);
        let says_so = |package: &&String| earlier.iter().any(|earlier| all_passed(package, earlier));
        if let Some(package) = packages.iter().find(|package| !earlier.is_empty() && !says_so(package)) {
            return Some(format!("the record of {at} does not say that all of `{package}` passed"));
        }
    }
    let outcome = Outcome::of_all(kept.iter().map(|target| target.outcome).chain([seen.outcome]));
    let outcome = if told.passed_earlier.is_empty() { outcome } else { Outcome::of_all([outcome, Outcome::Passed]) };
    if told.outcome != outcome {
        return differs("outcome", told.outcome, outcome);
    }
    (kept.is_empty() && told.passed_earlier.is_empty() && told.why != seen.why)
        .then(|| "its record has another reason".into())
}

/// Whether a command said of every target of a package that it passed, and nothing else.
fn all_passed(package: &str, command: &CommandEntry) -> bool {
    let mut of_package = command.targets.iter().filter(|target| target.package == package).peekable();
    of_package.peek().is_some()
        && of_package.all(|target| target.outcome == Outcome::Passed && target.why.is_none() && target.errors == 0)
}

/// A command of this id as the runs of that time recorded it: several may have begun within one second.
fn earlier_runs<'a>(id: &str, at: &str, shelf: &'a Shelf) -> Vec<&'a CommandEntry> {
    let commands = shelf.newest_first().flat_map(|(_, record)| &record.commands).map(|command| &command.entry);
    commands.filter(|command| command.id == id && command.timestamp == at).collect()
}

/// What a command has of earlier runs whose records are not here; nobody can tell whether they saw it.
pub(super) fn unseen(list: &str, entry: &Map<String, Value>, record: &RunRecord, shelf: &Shelf) -> Option<String> {
    let told = (list == "commands").then(|| CommandEntry::deserialize(entry).ok())??;
    let seen = record.commands.iter().map(|command| &command.entry).find(|command| command.id == told.id)?;
    let of_targets = told.targets.iter().filter(|target| !seen.targets.iter().any(|known| name(known) == name(target)));
    let of_targets = of_targets.filter_map(|target| Some((target.observed_at.as_deref()?, name(target))));
    let of_packages = told
        .passed_earlier
        .iter()
        .flat_map(|(at, packages)| packages.iter().map(move |package| (at.as_str(), package.clone())));
    let mut all = of_targets.chain(of_packages);
    let (at, what) = all.find(|(at, _)| earlier_runs(&told.id, at, shelf).is_empty())?;
    Some(format!("what it has of {what} is from {at}, and no record of that time lies here"))
}

fn name(target: &TargetOutcome) -> String {
    format!("{}/{}/{}", target.package, target.kind, target.name)
}

#[cfg(test)]
mod tests;
