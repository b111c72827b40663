//! The tests this work brought, run again and again: all of a binary's at once, with one thread and with many.

use super::super::command::millis;
use super::super::libtest;
use super::super::results::{Attempt, How, SuiteResult, TestOutcome};
use super::super::scrub::{MOST_EXCERPT, Scrub};
use super::again::{named, note, read};
use super::binary::{Binary, Went};
use super::judge::MOST_FAILURES;
use crate::error::Result;
use crate::mapping;
use crate::payload::entries::Failure;
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

/// How long all of it may take: what is slow is not run more often than that.
const LONGEST: Duration = Duration::from_secs(60);

/// The tests of a suite that are new or changed and passed.
pub(super) fn brought(binary: &Binary<'_>, result: &SuiteResult) -> Vec<String> {
    let request = binary.at.request;
    let Some(texts) = request.testing.texts.filter(|_| 0 < request.testing.stress) else { return Vec::new() };
    let listing: BTreeSet<&str> = result.tests.keys().map(String::as_str).collect();
    let target = &result.suite.target;
    let brought = mapping::brought(request.changes, texts, request.graph, request.root, target, &listing);
    let brought: BTreeSet<String> =
        brought.into_iter().flat_map(|brought| [brought.added, brought.changed]).flatten().collect();
    brought.into_iter().filter(|name| result.tests.get(name) == Some(&TestOutcome::Passed)).collect()
}

/// Runs them. A test that does not pass in one of these runs is flaky; each such run is told in `found`, and what it
/// said is for the log. `None` where it was cancelled.
pub(super) fn run(
    binary: &Binary<'_>,
    first: &Went,
    names: &[String],
    result: &mut SuiteResult,
    scrub: &Scrub,
) -> Result<Option<Stressed>> {
    let testing = &binary.at.request.testing;
    let n_others = (result.tests.len() - names.len()) as u64;
    let awaited: BTreeSet<&str> = names.iter().map(String::as_str).collect();
    // A single test runs on a thread of its own either way.
    let kinds: &[How] = if names.len() == 1 { &[How::ManyThreads] } else { &[How::ManyThreads, How::OneThread] };
    let mut stressed = Stressed::default();
    let started = Instant::now();
    for how in (0..testing.stress).flat_map(|_| kinds) {
        if LONGEST < started.elapsed() {
            break;
        }
        let mut args = named(awaited.iter().copied());
        if *how == How::OneThread {
            args.extend(["--test-threads", "1"]);
        }
        let Some(went) = binary.run(&args, &awaited, testing.limit(names.len()))? else { return Ok(None) };
        stressed.n_runs += 1;
        let reading = read(&went, names, n_others);
        let bad = blamed(&reading);
        if !bad.is_empty() {
            note(&mut stressed.log, &args, &went);
        }
        for name in names {
            let whole = Attempt { how: How::Whole, outcome: TestOutcome::Passed, duration_ms: millis(first.took) };
            let attempts = result.attempts.entry(name.clone()).or_insert_with(|| vec![whole]);
            let outcome = if bad.contains(name) { reading.tests[name] } else { TestOutcome::Passed };
            // A line of a run that was not complete is no pass.
            let outcome =
                if bad.contains(name) && outcome == TestOutcome::Passed { TestOutcome::NoAnswer } else { outcome };
            attempts.push(Attempt { how: *how, outcome, duration_ms: millis(went.took) });
        }
        for name in bad {
            if result.failures.len() < MOST_FAILURES && !result.failures.iter().any(|failure| failure.name == name) {
                let text = went.text();
                let said = scrub.excerpt(libtest::said(&text, &name), MOST_EXCERPT);
                let excerpt = if said.is_empty() { went.end.in_words() } else { said };
                result.failures.push(Failure { name: name.clone(), excerpt, before: None });
            }
            *stressed.found.entry(name).or_default() += 1;
        }
    }
    Ok(Some(stressed))
}

/// What became of it.
#[derive(Default)]
pub(super) struct Stressed {
    pub(super) n_runs: u64,
    /// The tests that did not pass every time, and how often they did not.
    pub(super) found: BTreeMap<String, u64>,
    pub(super) log: Vec<u8>,
}

/// The tests a run speaks against: those that failed, and where it was not complete those without an answer, or all
/// where every one has a line.
fn blamed(reading: &libtest::Reading) -> BTreeSet<String> {
    let with = |wanted: TestOutcome| -> BTreeSet<String> {
        let tests = reading.tests.iter().filter(|(_, outcome)| **outcome == wanted);
        tests.map(|(name, _)| name.clone()).collect()
    };
    let mut blamed = with(TestOutcome::Failed);
    if reading.incomplete.is_some() {
        blamed.extend(with(TestOutcome::NoAnswer));
        if blamed.is_empty() {
            blamed.extend(reading.tests.keys().cloned());
        }
    }
    blamed
}
