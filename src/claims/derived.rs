//! V2, second half: what a record says of a suite or a command follows from its log and from how it ended.
//!
//! The log is read by what read it when it was made. A log of which only head and tail were sealed, and one that
//! another version read, say nothing either way.

use crate::check::{Ended, How, PARSERS, TestOutcome, libtest};
use crate::evidence::{CommandRecord, Digests, Held as Lies, Kept, RunRecord, SuiteRecord};
use crate::payload::entries::{CommandEntry, Counts, is_fix};
use crate::words::{CheckKind, Diagnostic, Outcome};
use std::collections::{BTreeMap, BTreeSet};

/// Why a record's word is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Doubt {
    /// It says something else than its log.
    Wrong(String),
    /// Nobody can tell.
    Unclear(String),
}

type Held = Result<(), Doubt>;

fn wrong(why: impl Into<String>) -> Held {
    Err(Doubt::Wrong(why.into()))
}

fn unclear(why: impl Into<String>) -> Held {
    Err(Doubt::Unclear(why.into()))
}

/// What comes between the parts of a suite's log.
const STDERR: &str = "\n--- stderr ---\n";
const AGAIN: &str = "\n--- again: ";

/// So many of them are tried from the front, and so many from the end.
const MOST_PLACES: usize = 8;

/// A suite's outcome against its log.
pub(super) fn suite(kept: &Kept, record: &RunRecord, suite: &SuiteRecord) -> Held {
    if !matches!(suite.outcome, Outcome::Passed | Outcome::Failed) {
        return Ok(()); // it claims nothing
    }
    let own = suite.why.as_deref().is_some_and(|why| why.starts_with("`harness = false`"));
    if suite.tests.is_empty() && own {
        return by_end(suite);
    }
    if suite.tests.is_empty() {
        return wrong(format!("recorded as {} without a single test", suite.outcome));
    }
    by_numbers(suite)?;
    is_read_as_here(record, "libtest")?;
    let Some(digests) = &suite.digests else { return unclear("its record names no log") };
    by_log(&whole(kept, digests)?, suite)?;
    by_end(suite)
}

/// A suite's outcome against how its process ended. One that was cut short, and one with flaky tests, follows from its
/// other runs.
fn by_end(suite: &SuiteRecord) -> Held {
    let Some(ended) = suite.ended else { return unclear("its record does not say how its process ended") };
    let outcome = suite.outcome;
    if was_cut_short(suite) || !suite.flaky.is_empty() {
        return Ok(());
    }
    match (outcome, ended) {
        (Outcome::Passed, Ended::ExitCode(0)) => Ok(()),
        (Outcome::Passed, _) => wrong(format!("recorded as passed; its process ended otherwise: {}", ended.in_words())),
        (Outcome::Failed, Ended::ExitCode(0)) => wrong("recorded as failed; its process ended with exit code 0"),
        (Outcome::Failed | Outcome::CouldNotRun | Outcome::NotRun, _) => Ok(()),
    }
}

/// Whether the first run of all its tests was cut short.
fn was_cut_short(suite: &SuiteRecord) -> bool {
    let mut attempts = suite.attempts.values().flatten();
    attempts.any(|one| one.how == How::Whole && one.outcome == TestOutcome::NoAnswer)
}

/// Whether outcomes were read by the same version of the same reader: another one may read another outcome.
fn is_read_as_here(record: &RunRecord, parser: &str) -> Held {
    let here = PARSERS.iter().find(|(name, _)| *name == parser).map(|(_, version)| *version);
    match record.parsers.get(parser).copied() {
        then if then == here => Ok(()),
        Some(then) => {
            let here = here.unwrap_or_default();
            unclear(format!("its log was read by version {then} of the `{parser}` reader; this one is version {here}"))
        }
        None => unclear(format!("its record does not say which `{parser}` reader read its log")),
    }
}

/// A log's text, where all of it is there. That it was edited is said elsewhere.
fn whole(kept: &Kept, digests: &Digests) -> Result<String, Doubt> {
    match kept.held(digests) {
        Lies::Whole(bytes) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
        Lies::Cut(_) => Err(Doubt::Unclear(format!("of its log `{}` only head and tail were sealed", digests.path))),
        Lies::Differs(_) | Lies::Unreadable(_) => Err(Doubt::Unclear("its log is not here as it was recorded".into())),
    }
}

/// Outcome, counts and the tests' own outcomes agree with each other.
fn by_numbers(suite: &SuiteRecord) -> Held {
    let n = |wanted| suite.tests.values().filter(|outcome| **outcome == wanted).count() as u64;
    let Counts { listed, passed, failed, ignored, filtered } = suite.counts;
    let n_named = suite.tests.len() as u64;
    if listed < n_named || (listed == n_named && (n(TestOutcome::Passed), n(TestOutcome::Failed)) != (passed, failed)) {
        return wrong(format!("its counts do not add up: {passed} of {listed} passed, {n_named} are named"));
    }
    let n_outcomes = [passed, failed, ignored, filtered].into_iter().fold(0, u64::saturating_add);
    if listed < n_outcomes {
        return wrong(format!("its counts do not add up: more outcomes than the {listed} tests listed"));
    }
    match suite.outcome {
        Outcome::Passed if 0 < failed => wrong(format!("recorded as passed with {failed} tests that failed")),
        Outcome::Passed if passed == 0 => wrong("recorded as passed, and no test passed"),
        Outcome::Failed if failed == 0 => wrong("recorded as failed, and no test failed"),
        Outcome::Passed | Outcome::Failed | Outcome::CouldNotRun | Outcome::NotRun => Ok(()),
    }
}

fn by_log(log: &str, suite: &SuiteRecord) -> Held {
    // Each test stands in the log with its name: a record that lists more of them is not worth the memory.
    let shortest = suite.tests.keys().map(String::len).min().unwrap_or_default() as u64;
    if (log.len() as u64) < suite.counts.listed.saturating_mul(shortest + 1) {
        return wrong(format!("{} tests are listed, and its log is too short to name them", suite.counts.listed));
    }
    // A test may print what looks like our own line: then one of the places it could be is the right one.
    let places = log.match_indices(STDERR).chain(log.match_indices(AGAIN)).map(|(at, _)| at).chain([log.len()]);
    let mut places: Vec<usize> = places.collect();
    places.sort_unstable();
    let n_places = places.len();
    if 2 * MOST_PLACES < n_places {
        places.drain(MOST_PLACES..n_places - MOST_PLACES);
    }
    let n_tried = places.len();
    let mut doubt = None;
    for end in places {
        match by_run(&log[..end], &log[end..], suite) {
            Ok(()) => return Ok(()),
            Err(other) => doubt = doubt.or(Some(other)),
        }
    }
    if n_tried < n_places {
        return unclear(format!("its log has {n_places} places where its first run may end; {n_tried} were tried"));
    }
    doubt.map_or(Ok(()), Err)
}

/// The first run of the binary, and what was run again behind it.
fn by_run(first: &str, rest: &str, suite: &SuiteRecord) -> Held {
    let mut listed: Vec<String> = suite.tests.keys().cloned().collect();
    // Two tests of one name have one place among the names.
    if let Some(one) = listed.iter().min_by_key(|name| name.len()).cloned() {
        listed.resize(usize::try_from(suite.counts.listed).unwrap_or(usize::MAX), one);
    }
    let ignored: BTreeSet<String> = if suite.suite.doctest {
        BTreeSet::new()
    } else {
        let ignored = suite.tests.iter().filter(|(_, outcome)| **outcome == TestOutcome::Ignored);
        ignored.map(|(name, _)| name.clone()).collect()
    };
    let reading = libtest::read(first, &listed, &ignored, suite.suite.doctest);
    if reading.incomplete.is_some() && was_cut_short(suite) {
        return by_parts(rest, suite);
    }
    if let Some(why) = &reading.incomplete {
        return wrong(format!("recorded as {}; by its log {why}", suite.outcome));
    }
    let is_steady = |name: &String| !suite.flaky.contains(name);
    let other = suite
        .tests
        .iter()
        .find(|(name, outcome)| is_steady(name) && reading.tests.get(*name).is_some_and(|read| read != *outcome));
    if let Some((name, outcome)) = other {
        let (recorded, read) = (word(*outcome), reading.tests.get(name).map_or("nothing", |read| word(*read)));
        return wrong(format!("`{name}` is recorded as {recorded}; by its log it {read}"));
    }
    if !suite.flaky.is_empty() {
        return Ok(());
    }
    if reading.counts != suite.counts {
        let (then, now) = (suite.counts, reading.counts);
        let (passed, listed) = (then.passed, then.listed);
        return wrong(format!("recorded {passed} of {listed} passed; {} of {} by its log", now.passed, now.listed));
    }
    Ok(())
}

const fn word(outcome: TestOutcome) -> &'static str {
    match outcome {
        TestOutcome::Passed => "passed",
        TestOutcome::Failed => "failed",
        TestOutcome::Ignored => "was ignored",
        TestOutcome::NoAnswer => "gave no answer",
        TestOutcome::TimedOut => "timed out",
    }
}

/// The tests of a binary whose whole run was not complete: each has an answer of its own behind it.
fn by_parts(rest: &str, suite: &SuiteRecord) -> Held {
    let mut answers: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for line in rest.lines() {
        let Some((name, said)) = line.strip_prefix("test ").and_then(|line| line.rsplit_once(" ... ")) else {
            continue;
        };
        let plain = name.rsplit_once(" - ").map_or(name, |(plain, _)| plain);
        let known = [name, plain].into_iter().find_map(|name| suite.tests.get_key_value(name));
        if let Some((name, _)) = known {
            answers.entry(name.as_str()).or_default().insert(said);
        }
    }
    for (name, outcome) in suite.tests.iter().filter(|(name, _)| !suite.flaky.contains(name)) {
        let said = answers.get(name.as_str()).cloned().unwrap_or_default();
        match outcome {
            TestOutcome::Passed if !said.contains("ok") => {
                return wrong(format!("`{name}` is recorded as passed; its log has no answer of it"));
            }
            TestOutcome::Passed if said.contains("FAILED") => {
                return wrong(format!("`{name}` is recorded as passed; by its log it failed"));
            }
            TestOutcome::Failed if !said.contains("FAILED") => {
                return wrong(format!("`{name}` is recorded as failed; its log does not say so"));
            }
            TestOutcome::Passed
            | TestOutcome::Failed
            | TestOutcome::Ignored
            | TestOutcome::NoAnswer
            | TestOutcome::TimedOut => {}
        }
    }
    Ok(())
}

/// A command's outcome against how it ended and what it said of its targets.
pub(super) fn command(kept: &Kept, record: &RunRecord, command: &CommandRecord) -> Held {
    let entry = &command.entry;
    let outcome = entry.outcome;
    if let (Some(log), Some(digests)) = (&entry.log, &command.digests)
        && log.sha256 != digests.sha256
    {
        return wrong("its record names two digests of its log");
    }
    if outcome == Outcome::Passed {
        if let Some(signal) = entry.signal {
            return wrong(format!("recorded as passed; it was ended by signal {signal}"));
        }
        if entry.timed_out == Some(true) {
            return wrong("recorded as passed; its time was over");
        }
        let is_covered = entry.kind == CheckKind::Prescribed
            && entry.why.as_deref().is_some_and(|why| why.starts_with("covered by "));
        if entry.exit_code.is_none() && !is_covered {
            return wrong("recorded as passed without an exit code");
        }
    }
    let follows = Outcome::of_all(entry.targets.iter().map(|target| target.outcome));
    if !entry.targets.is_empty() && outcome != follows {
        return wrong(format!("recorded as {outcome}; its targets come to {follows}"));
    }
    let counts_errors = !matches!(entry.kind, CheckKind::Fmt | CheckKind::Doctest | CheckKind::Prescribed);
    let with_errors = entry.targets.iter().find(|target| target.outcome == Outcome::Passed && 0 < target.errors);
    if let Some(target) = with_errors.filter(|_| counts_errors) {
        let (package, name, n) = (&target.package, &target.name, target.errors);
        return wrong(format!("{package} {name} is recorded as passed with {n} errors"));
    }
    by_diagnostics(record, entry)?;
    if entry.kind == CheckKind::Prescribed { prescribed(kept, command) } else { is_read_as_here(record, "cargo") }
}

/// What clippy is recorded to have said of each target is as much as is counted of it. A record of an earlier version
/// holds nothing that was said, and names no packages either.
fn by_diagnostics(record: &RunRecord, entry: &CommandEntry) -> Held {
    let is_told = !record.packages.is_empty() && record.diagnostics_left_out == 0;
    if entry.kind != CheckKind::Clippy || is_fix(&entry.id) || !is_told {
        return Ok(());
    }
    for target in &entry.targets {
        let is_its = |diagnostic: &&Diagnostic| {
            let id = &diagnostic.target;
            diagnostic.check == CheckKind::Clippy
                && (&id.package, id.kind, &id.name) == (&target.package, target.kind, &target.name)
        };
        let said = record.diagnostics.iter().filter(is_its);
        let (before, charged): (Vec<_>, Vec<_>) = said.partition(|diagnostic| diagnostic.pre_existing);
        for (n_said, n_counted, what) in [
            (charged.len() as u64, target.errors.saturating_add(target.warnings), "findings of this work"),
            (before.len() as u64, target.pre_existing, "findings that were there before"),
        ] {
            if n_said != n_counted {
                let (package, name) = (&target.package, &target.name);
                return wrong(format!(
                    "{package} {name} is recorded with {n_counted} {what}; its record holds {n_said}"
                ));
            }
        }
    }
    Ok(())
}

/// Its exit code decides, and for `cargo test` what its result lines say.
fn prescribed(kept: &Kept, command: &CommandRecord) -> Held {
    let entry = &command.entry;
    match (entry.outcome, entry.exit_code) {
        (Outcome::Passed, Some(code)) if code != 0 => wrong(format!("recorded as passed; its exit code is {code}")),
        (Outcome::Failed, Some(0)) => wrong("recorded as failed; its exit code is 0"),
        (Outcome::Passed, Some(_)) if entry.argv.get(..2).is_some_and(|two| two == ["cargo", "test"]) => {
            let Some(digests) = &command.digests else { return unclear("its record names no log") };
            match libtest::n_ran(&whole(kept, digests)?) {
                None => wrong("recorded as passed; its log has no `test result:` line"),
                Some(_) => Ok(()),
            }
        }
        (Outcome::Passed | Outcome::Failed | Outcome::CouldNotRun | Outcome::NotRun, Some(_) | None) => Ok(()),
    }
}

#[cfg(test)]
mod tests;
