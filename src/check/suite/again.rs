//! Tests run again by name: those without an answer that is beyond doubt, and those that failed.
//!
//! A binary that was ended, crashed or left early has printed lines, and tests print such lines themselves. So none of
//! them counts: the tests they speak of are run again at once, the others one by one, and each run is held to the same
//! rule as that of a whole binary.

use super::super::command::millis;
use super::super::libtest;
use super::super::results::{Attempt, How, SuiteResult, TestOutcome};
use super::super::scrub::{MOST_EXCERPT, Scrub, cut};
use super::binary::{Binary, Went};
use super::judge::{MOST_FAILURES, in_seconds, without_names};
use crate::error::Result;
use crate::payload::entries::{Counts, Failure};
use crate::process::End;
use crate::words::{Outcome, some_of};
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

/// The most failed tests of a suite that are run again alone.
const MOST_AGAIN: usize = 20;

/// After so many tests that take too long the rest is not run: each costs the whole time one test may take.
const MOST_HANGING: usize = 5;

/// How many tests are named in one command: their names stay far below what a command line may hold.
const AT_ONCE: usize = 400;

/// What tests came to that were run by name.
#[derive(Default)]
pub(super) struct Answers {
    pub(super) tests: BTreeMap<String, TestOutcome>,
    pub(super) attempts: BTreeMap<String, Vec<Attempt>>,
    pub(super) failures: Vec<Failure>,
    pub(super) log: Vec<u8>,
    /// How runs ended that left a test without an answer.
    ends: Vec<String>,
}

impl Answers {
    fn add(&mut self, went: &Went, reading: &libtest::Reading, how: How, scrub: &Scrub) {
        let text = went.text();
        for (name, outcome) in &reading.tests {
            let attempt = Attempt { how, outcome: *outcome, duration_ms: millis(went.took) };
            self.attempts.entry(name.clone()).or_default().push(attempt);
            self.tests.insert(name.clone(), *outcome);
            if *outcome == TestOutcome::Failed && self.failures.len() < MOST_FAILURES {
                let excerpt = scrub.excerpt(libtest::said(&text, name), MOST_EXCERPT);
                self.failures.push(Failure { name: name.clone(), excerpt, before: None });
            }
        }
    }
}

/// Adds what a run of named tests said to a log, its head and its tail, as long as there is room.
pub(super) fn note(log: &mut Vec<u8>, args: &[&str], went: &Went) {
    const MOST: usize = 8 << 20;
    const MOST_OF_ONE: usize = 128 << 10;
    if MOST < log.len() {
        return;
    }
    log.extend(format!("\n--- again: {} ---\n", cut(&args.join(" "), 2000)).as_bytes());
    for said in [&went.out, &went.err] {
        if said.len() <= MOST_OF_ONE {
            log.extend(said);
        } else {
            log.extend(&said[..MOST_OF_ONE / 2]);
            log.extend(b"\n[the middle is left out]\n");
            log.extend(&said[said.len() - MOST_OF_ONE / 2..]);
        }
    }
}

/// Reads a run of named tests. An answer is one only where the run is complete and its exit code agrees.
pub(super) fn read(went: &Went, named: &[String], n_others: u64) -> libtest::Reading {
    let mut reading = libtest::read_part(&went.text(), named, n_others);
    if reading.incomplete.is_none() {
        let agrees = matches!(went.end, End::Exited(code) if (code == 0) == (reading.counts.failed == 0));
        reading.incomplete = (!agrees).then(|| went.end.in_words());
    }
    reading
}

/// The arguments that name these tests.
pub(super) fn named<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    std::iter::once("--exact").chain(names).collect()
}

/// Runs one test by itself. `false` where it was cancelled.
fn alone(binary: &Binary<'_>, name: &str, n_all: usize, answers: &mut Answers, scrub: &Scrub) -> Result<bool> {
    let args = named([name]);
    let limit = binary.at.request.testing.one_test;
    let Some(went) = binary.run(&args, &BTreeSet::new(), limit)? else { return Ok(false) };
    let mut reading = read(&went, &[name.to_owned()], n_all.saturating_sub(1) as u64);
    if let Some(why) = &reading.incomplete {
        let outcome = if let End::TimedOut = went.end { TestOutcome::TimedOut } else { TestOutcome::NoAnswer };
        reading.tests = BTreeMap::from([(name.to_owned(), outcome)]);
        let end = if let End::Exited(_) = went.end { why.clone() } else { went.end.in_words() };
        answers.ends.push(end);
    }
    note(&mut answers.log, &args, &went);
    answers.add(&went, &reading, How::Alone, scrub);
    Ok(true)
}

/// Runs the tests of a binary in parts, after a run of the whole that was not complete. `result` is what that run came
/// to, and becomes what the parts come to. What they said is for the log; `None` where it was cancelled.
pub(super) fn in_parts(
    binary: &Binary<'_>,
    first: &Went,
    result: &mut SuiteResult,
    scrub: &Scrub,
) -> Result<Option<Vec<u8>>> {
    let testing = &binary.at.request.testing;
    let Some(ignored) = binary.list(&["--ignored"])? else { return Ok(None) };
    let ignored: BTreeSet<String> = ignored.unwrap_or_default().into_iter().collect();
    let n_all = result.tests.len();
    let asked = || result.tests.iter().filter(|(name, _)| !ignored.contains(*name));
    let is_silent = |outcome: TestOutcome| outcome == TestOutcome::NoAnswer;
    let silent: Vec<String> = asked().filter(|(_, o)| is_silent(**o)).map(|(name, _)| name.clone()).collect();
    let claimed: Vec<String> = asked().filter(|(_, o)| !is_silent(**o)).map(|(name, _)| name.clone()).collect();
    let said_failed: BTreeSet<String> =
        asked().filter(|(_, outcome)| **outcome == TestOutcome::Failed).map(|(name, _)| name.clone()).collect();
    let started = Instant::now();
    let limit = testing.limit(n_all);
    let mut answers = Answers::default();
    let mut single = silent.clone();
    for names in claimed.chunks(AT_ONCE) {
        let args = named(names.iter().map(String::as_str));
        let awaited = names.iter().map(String::as_str).collect();
        let Some(went) = binary.run(&args, &awaited, testing.limit(names.len()))? else { return Ok(None) };
        let reading = read(&went, names, (n_all - names.len()) as u64);
        note(&mut answers.log, &args, &went);
        if reading.incomplete.is_some() {
            single.extend_from_slice(names);
        } else {
            answers.add(&went, &reading, How::Part, scrub);
        }
    }
    for name in &single {
        let n_hanging = answers.tests.values().filter(|outcome| **outcome == TestOutcome::TimedOut).count();
        if MOST_HANGING <= n_hanging || limit < started.elapsed() {
            break;
        }
        if !alone(binary, name, n_all, &mut answers, scrub)? {
            return Ok(None);
        }
    }
    for (name, outcome) in &mut result.tests {
        let known = if ignored.contains(name) { Some(TestOutcome::Ignored) } else { answers.tests.get(name).copied() };
        let mut attempts = answers.attempts.remove(name).unwrap_or_default();
        if !attempts.is_empty() {
            let has_failed = said_failed.contains(name);
            let outcome = if has_failed { TestOutcome::Failed } else { TestOutcome::NoAnswer };
            let duration_ms = millis(first.took);
            attempts.insert(0, Attempt { how: How::Whole, outcome, duration_ms });
            result.attempts.insert(name.clone(), attempts);
        }
        *outcome = known.unwrap_or(TestOutcome::NoAnswer);
    }
    result.counts = count(&result.tests);
    let turned: Vec<String> =
        said_failed.into_iter().filter(|name| result.tests.get(name) == Some(&TestOutcome::Passed)).collect();
    result.failures.retain(|failure| turned.contains(&failure.name));
    result.failures.extend(answers.failures);
    let whole_ended = result.why.take().unwrap_or_default();
    let whole = Whole { first, ended: &whole_ended, ends: &answers.ends, turned: &turned };
    (result.outcome, result.why) = judge_parts(result, &whole, testing.one_test);
    if result.outcome == Outcome::Failed && result.counts.failed == 0 {
        result.flaky.extend(turned);
    }
    // Where one test alone had not answered, it is the one that makes the difference.
    if let ([one], Outcome::CouldNotRun, true) =
        (silent.as_slice(), result.outcome, result.tests.values().all(|outcome| is_settled(*outcome)))
    {
        result.flaky.push(one.clone());
    }
    Ok(Some(answers.log))
}

const fn is_settled(outcome: TestOutcome) -> bool {
    match outcome {
        TestOutcome::Passed | TestOutcome::Ignored => true,
        TestOutcome::Failed | TestOutcome::NoAnswer | TestOutcome::TimedOut => false,
    }
}

/// Counts the outcomes of tests.
pub(super) fn count(tests: &BTreeMap<String, TestOutcome>) -> Counts {
    let n = |wanted| tests.values().filter(|outcome| **outcome == wanted).count() as u64;
    Counts {
        listed: tests.len() as u64,
        passed: n(TestOutcome::Passed),
        failed: n(TestOutcome::Failed),
        ignored: n(TestOutcome::Ignored),
        filtered: 0,
    }
}

/// How the run of the whole binary and those of its parts ended.
struct Whole<'a> {
    first: &'a Went,
    ended: &'a str,
    ends: &'a [String],
    /// The tests that failed as it says, and passed in a part.
    turned: &'a [String],
}

/// What a suite came to whose tests were run in parts.
fn judge_parts(result: &SuiteResult, whole: &Whole<'_>, one_test: Duration) -> (Outcome, Option<String>) {
    let with = |wanted: TestOutcome, is_tried: bool| -> Vec<String> {
        let names = result.tests.iter().filter(|(_, outcome)| **outcome == wanted).map(|(name, _)| name);
        names.filter(|name| result.attempts.contains_key(*name) == is_tried).map(|name| format!("`{name}`")).collect()
    };
    let (failed, hanging) = (with(TestOutcome::Failed, true), with(TestOutcome::TimedOut, true));
    let (silent, untried) = (with(TestOutcome::NoAnswer, true), with(TestOutcome::NoAnswer, false));
    let head = without_names(whole.ended);
    let mut parts = Vec::new();
    if !failed.is_empty() {
        parts.push(format!("{} of {} tests failed", failed.len(), result.counts.listed));
    }
    if !hanging.is_empty() {
        parts.push(format!("{} timed out after {}", some_of(&hanging), in_seconds(one_test)));
    }
    if !silent.is_empty() {
        let ends: BTreeSet<&String> = whole.ends.iter().collect();
        let ends: Vec<String> = ends.into_iter().cloned().collect();
        let why = if ends.is_empty() { String::new() } else { format!(" ({})", some_of(&ends)) };
        parts.push(format!("no answer from {}{why}", some_of(&silent)));
    }
    if !untried.is_empty() {
        parts.push(format!("{} not run again, for want of time", some_of(&untried)));
    }
    let timed_out = matches!(whole.first.end, End::TimedOut);
    if parts.is_empty() && timed_out && !whole.first.stalled && 0 < result.counts.passed {
        if whole.turned.is_empty() {
            return (Outcome::Passed, None); // it took long, and that is all
        }
        let turned: Vec<String> = whole.turned.iter().map(|name| format!("`{name}`")).collect();
        return (
            Outcome::Failed,
            Some(format!("{head}; {} failed by then, and passed again: flaky", some_of(&turned))),
        );
    }
    if parts.is_empty() {
        let how = if timed_out { format!("no test came to its end for {}", in_seconds(one_test)) } else { head.into() };
        return (Outcome::CouldNotRun, Some(format!("{how}, and each of its tests passed when it was run again")));
    }
    let outcome = if failed.is_empty() { Outcome::CouldNotRun } else { Outcome::Failed };
    let is_told = timed_out && !hanging.is_empty();
    let why = parts.join("; ");
    (outcome, Some(if is_told { why } else { format!("{head}; run again: {why}") }))
}

/// Runs the tests that failed once more, each by itself, and says which passed then. What they said is for the log;
/// `None` where it was cancelled.
pub(super) fn failed_alone(
    binary: &Binary<'_>,
    first: &Went,
    result: &mut SuiteResult,
    scrub: &Scrub,
) -> Result<Option<Vec<u8>>> {
    let was_alone = |name: &String| {
        result.attempts.get(name).is_some_and(|attempts| attempts.iter().any(|attempt| attempt.how == How::Alone))
    };
    let failed = result.tests.iter().filter(|(_, outcome)| **outcome == TestOutcome::Failed).map(|(name, _)| name);
    let failed: Vec<String> = failed.filter(|name| !was_alone(name)).take(MOST_AGAIN).cloned().collect();
    let mut answers = Answers::default();
    for name in &failed {
        if !alone(binary, name, result.tests.len(), &mut answers, scrub)? {
            return Ok(None);
        }
    }
    for (name, attempts) in answers.attempts {
        if answers.tests.get(&name) == Some(&TestOutcome::Passed) {
            result.flaky.push(name.clone());
        }
        let whole = Attempt { how: How::Whole, outcome: TestOutcome::Failed, duration_ms: millis(first.took) };
        result.attempts.entry(name).or_insert_with(|| vec![whole]).extend(attempts);
    }
    Ok(Some(answers.log))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::{SuiteId, TargetId, TargetKind};

    /// What a run that took too long comes to, all of whose tests passed in parts.
    fn judged(turned: &[&str], stalled: bool) -> (Outcome, Option<String>) {
        let target = TargetId { package: "p".into(), kind: TargetKind::Lib, name: "p".into() };
        let mut result = SuiteResult::bare(SuiteId { target, doctest: false }, Outcome::CouldNotRun, None);
        result.tests = ["a", "b"].map(|name| (name.to_owned(), TestOutcome::Passed)).into();
        result.counts = count(&result.tests);
        let first = Went { end: End::TimedOut, stalled, took: Duration::ZERO, out: Vec::new(), err: Vec::new() };
        let turned: Vec<String> = turned.iter().map(|name| (*name).to_owned()).collect();
        let whole = Whole { first: &first, ended: "timed out after 2 s", ends: &[], turned: &turned };
        judge_parts(&result, &whole, Duration::from_secs(1))
    }

    #[test]
    fn a_run_that_only_took_long_passed_unless_a_test_failed_in_it() {
        assert_eq!(judged(&[], false), (Outcome::Passed, None));
        let why = "timed out after 2 s; `b` failed by then, and passed again: flaky";
        assert_eq!(judged(&["b"], false), (Outcome::Failed, Some(why.into())));
        assert_eq!(judged(&["b"], true).0, Outcome::CouldNotRun);
    }
}
