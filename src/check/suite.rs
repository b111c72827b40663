//! One test binary: its listing, one run, and what its tests came to.

use super::command::{file_name, forget, keep, millis, raw, read_some};
use super::environment::{self, Base};
use super::libtest;
use super::request::At;
use super::results::{SuiteResult, TestOutcome};
use super::scrub::{MOST_EXCERPT, Scrub};
use crate::error::Result;
use crate::event::Event;
use crate::payload::entries::{Counts, Failure};
use crate::process::{self, Command, End};
use crate::words::{CheckKind, Outcome, SuiteId};
use crate::workspace::graph::{Package, Target};
use camino::Utf8Path;
use std::collections::BTreeSet;
use std::time::Duration;

/// How long a listing may take: it runs nothing of the tests.
const LISTING: Duration = Duration::from_secs(60);

/// The most failures that are kept with what they said.
pub(super) const MOST_FAILURES: usize = 20;

/// A suite that did not run, with the reason.
pub(super) fn absent(at: At<'_>, suite: SuiteId, outcome: Outcome, why: &str, scrub: &Scrub) -> SuiteResult {
    let result = SuiteResult {
        suite,
        outcome,
        why: Some(scrub.text(why)),
        counts: Counts::default(),
        tests: std::collections::BTreeMap::new(),
        failures: Vec::new(),
        started: at.surroundings.now(),
        duration_ms: 0,
        log: None,
    };
    tell(at, &result);
    result
}

/// Tells that a suite is finished.
pub(super) fn tell(at: At<'_>, result: &SuiteResult) {
    let below = at.request.folder.strip_prefix(at.request.root).unwrap_or(at.request.folder);
    at.run.tell(Event::CheckFinished {
        check: if result.suite.doctest { CheckKind::Doctest } else { CheckKind::Test },
        target: result.suite.target.clone(),
        outcome: result.outcome,
        why: result.why.clone(),
        excerpt: result.failures.first().map(|failure| failure.excerpt.clone()),
        log: result.log.as_ref().map(|log| below.join(log).as_str().replace('\\', "/")),
        duration_ms: result.duration_ms,
    });
}

/// Runs a test binary. `None` where it was cancelled.
pub(super) fn run(
    at: At<'_>,
    base: &Base<'_>,
    package: &Package,
    target: &Target,
    executable: &Utf8Path,
    scrub: &Scrub,
) -> Result<Option<SuiteResult>> {
    let suite = SuiteId { target: target.id.clone(), doctest: false };
    let environment = environment::of(base, package, target.id.kind, executable);
    let command = |args: &[&str], limit: Duration| {
        let mut words = base.configuration.runner.clone().unwrap_or_default();
        words.push(executable.to_string());
        let program = words.remove(0);
        Command::new(program, &package.folder, environment.clone()).args(words).args(args.iter().copied()).limit(limit)
    };
    let list = |args: &[&str]| -> Result<Result<Vec<String>, String>> {
        let said = process::ask(&command(args, LISTING), at.cancel)?;
        let names = libtest::listing(&String::from_utf8_lossy(&said.stdout));
        Ok(if said.end.is_success() { Ok(names) } else { Err(said.end.in_words()) })
    };
    let mut listed = Vec::new();
    if target.harness {
        let listing = list(&["--list", "--format", "terse"])?;
        if at.cancel.signal().is_some() {
            return Ok(None);
        }
        match listing {
            Ok(names) if names.is_empty() => return Ok(Some(absent(at, suite, Outcome::NotRun, "no tests", scrub))),
            Ok(names) => listed = names,
            Err(why) => {
                let why = format!("its tests could not be listed: {why}");
                return Ok(Some(absent(at, suite, Outcome::CouldNotRun, &why, scrub)));
            }
        }
    }
    let stem = file_name(&suite.id());
    let (stdout, stderr) = raw(at.request.folder, &stem);
    let started = at.surroundings.now();
    let ran = process::run(&command(&[], at.request.test_timeout), &stdout, &stderr, at.cancel, |_| ())?;
    if let End::Cancelled(_) = ran.end {
        forget(at.request.folder, &stem);
        return Ok(None);
    }
    let out = read_some(&stdout)?;
    let err = read_some(&stderr)?;
    let mut log = out.clone();
    if !err.is_empty() {
        log.extend(b"\n--- stderr ---\n");
        log.extend(err);
    }
    let log = keep(at.request.folder, &stem, &log, scrub)?.path;
    let text = String::from_utf8_lossy(&out);
    let limit = at.request.test_timeout;
    // Which are ignored is asked only where the run speaks of any.
    let ignored: BTreeSet<String> = if target.harness && libtest::speaks_of_ignored(&text) {
        list(&["--list", "--format", "terse", "--ignored"])?.unwrap_or_default().into_iter().collect()
    } else {
        BTreeSet::new()
    };
    let mut result = if target.harness {
        judge(suite, &text, &listed, &ignored, &ran.end, limit, false, scrub)
    } else {
        without_harness(suite, &ran.end, limit)
    };
    result.started = started;
    result.duration_ms = millis(ran.took);
    result.log = Some(log);
    for failure in &result.failures {
        at.run.tell(Event::TestFailed {
            suite: result.suite.id(),
            test: failure.name.clone(),
            excerpt: failure.excerpt.clone(),
        });
    }
    tell(at, &result);
    Ok(Some(result))
}

fn without_harness(suite: SuiteId, end: &End, limit: Duration) -> SuiteResult {
    let outcome = match end {
        End::Exited(0) => Outcome::Passed,
        End::Exited(_) | End::Signalled(_) => Outcome::Failed,
        End::TimedOut | End::TooMuchOutput | End::Cancelled(_) | End::NotStarted(_) => Outcome::CouldNotRun,
    };
    SuiteResult {
        suite,
        outcome,
        why: Some(format!("`harness = false`: judged by its end alone ({})", ended(end, limit))),
        counts: Counts::default(),
        tests: std::collections::BTreeMap::new(),
        failures: Vec::new(),
        started: String::new(),
        duration_ms: 0,
        log: None,
    }
}

fn ended(end: &End, limit: Duration) -> String {
    match end {
        End::TimedOut => format!("timed out after {} s", limit.as_secs()),
        End::Exited(_) | End::Signalled(_) | End::TooMuchOutput | End::Cancelled(_) | End::NotStarted(_) => {
            end.in_words()
        }
    }
}

/// What a run with a listing came to.
#[expect(clippy::too_many_arguments, reason = "each is one thing the judgement rests on; a struct would be made once")]
pub(super) fn judge(
    suite: SuiteId,
    text: &str,
    listed: &[String],
    ignored: &BTreeSet<String>,
    end: &End,
    limit: Duration,
    blocks: bool,
    scrub: &Scrub,
) -> SuiteResult {
    let reading = libtest::read(text, listed, ignored, blocks);
    let failures = reading
        .tests
        .iter()
        .filter(|(_, outcome)| **outcome == TestOutcome::Failed)
        .take(MOST_FAILURES)
        .map(|(name, _)| Failure {
            name: name.clone(),
            excerpt: scrub.excerpt(libtest::said(text, name), MOST_EXCERPT),
            before: None,
        })
        .collect();
    let (outcome, why) = verdict(&reading, end, limit);
    SuiteResult {
        suite,
        outcome,
        why: why.map(|why| scrub.text(&why)),
        counts: reading.counts,
        tests: reading.tests,
        failures,
        started: String::new(),
        duration_ms: 0,
        log: None,
    }
}

/// A suite passed only where the run is complete and the exit code agrees with what it says.
fn verdict(reading: &libtest::Reading, end: &End, limit: Duration) -> (Outcome, Option<String>) {
    let silent: Vec<&str> = reading
        .tests
        .iter()
        .filter(|(_, outcome)| **outcome == TestOutcome::NoAnswer)
        .map(|(name, _)| name.as_str())
        .collect();
    let from = match silent.as_slice() {
        [] => String::new(),
        [one] => format!("; no answer from `{one}`"),
        [one, rest @ ..] => format!("; no answer from `{one}` and {} more", rest.len()),
    };
    let counts = reading.counts;
    match (&reading.incomplete, end) {
        (None, End::Exited(0)) if counts.failed == 0 && 0 < counts.passed => (Outcome::Passed, None),
        (None, End::Exited(0)) if counts.failed == 0 => {
            let why = format!("none of its {} tests ran: {} ignored", counts.listed, counts.ignored);
            (if counts.ignored == counts.listed { Outcome::NotRun } else { Outcome::CouldNotRun }, Some(why))
        }
        (None, End::Exited(code)) if *code != 0 && 0 < counts.failed => {
            (Outcome::Failed, Some(format!("{} of {} tests failed", counts.failed, counts.listed)))
        }
        (Some(why), End::Exited(code)) => (Outcome::CouldNotRun, Some(format!("{why} (exit code {code}){from}"))),
        (None, End::Exited(code)) => {
            let why = format!("exit code {code} does not agree with {} failed tests", counts.failed);
            (Outcome::CouldNotRun, Some(why))
        }
        (_, End::Signalled(_) | End::TimedOut | End::TooMuchOutput | End::Cancelled(_) | End::NotStarted(_)) => {
            (Outcome::CouldNotRun, Some(format!("{}{from}", ended(end, limit))))
        }
    }
}
