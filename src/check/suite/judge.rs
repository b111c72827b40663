//! What a run said and how it ended -> what its suite came to.

use super::super::libtest;
use super::super::results::{Ended, SuiteResult, TestOutcome};
use super::super::scrub::{MOST_EXCERPT, Scrub};
use crate::payload::entries::Failure;
use crate::process::End;
use crate::words::{Outcome, SuiteId};
use std::collections::BTreeSet;
use std::time::Duration;

/// The most failures that are kept with what they said.
pub(in crate::check) const MOST_FAILURES: usize = 20;

/// A program that is its own harness: nothing is known of it but how it ended.
pub(super) fn without_harness(suite: SuiteId, end: &End, limit: Duration) -> SuiteResult {
    let outcome = match end {
        End::Exited(0) => Outcome::Passed,
        End::Exited(_) | End::Signalled(_) => Outcome::Failed,
        End::TimedOut | End::TooMuchOutput | End::Cancelled(_) | End::NotStarted(_) => Outcome::CouldNotRun,
    };
    let why = format!("`harness = false`: judged by its end alone ({})", ended(end, limit));
    SuiteResult { ended: Some(Ended::of(end)), ..SuiteResult::bare(suite, outcome, Some(why)) }
}

/// How a run ended, in words.
pub(super) fn ended(end: &End, limit: Duration) -> String {
    match end {
        End::TimedOut => format!("timed out after {}", in_seconds(limit)),
        End::Exited(_) | End::Signalled(_) | End::TooMuchOutput | End::Cancelled(_) | End::NotStarted(_) => {
            end.in_words()
        }
    }
}

/// A time as a person would give it: `90 s`, `0.5 s`.
pub(super) fn in_seconds(time: Duration) -> String {
    format!("{} s", time.as_secs_f64())
}

/// What a whole run came to. `blocks` says whether several result blocks may come.
#[expect(clippy::too_many_arguments, reason = "each is one thing the judgement rests on; a struct would be made once")]
pub(in crate::check) fn judge(
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
    let mut result = SuiteResult::bare(suite, outcome, why.map(|why| scrub.text(&why)));
    (result.counts, result.tests, result.failures) = (reading.counts, reading.tests, failures);
    result.ended = Some(Ended::of(end));
    result
}

/// A reason of [`judge`]'s without the tests it names.
pub(super) fn without_names(why: &str) -> &str {
    why.split_once("; no answer from ").map_or(why, |(why, _)| why)
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
