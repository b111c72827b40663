//! A suite of tests as JUnit has it.

use super::case::{Case, Sort, Suite, because, case};
use super::xml::Element;
use crate::check::{Attempt, How, TestOutcome};
use crate::payload::entries::Failure;
use crate::report::{dossier, excerpt, machine};
use crate::words::Outcome;

/// The most bytes of a log.
const MOST_LOG: usize = 16 << 10;

/// The most runs of one test that are told.
const MOST_RUNS: usize = 20;

/// The suite with its tests. One that could not run, or whose tests nobody knows by name, has a test case for the whole.
pub(super) fn suite(told: &dossier::Suite) -> Suite {
    let entry = &told.entry;
    let class = told.suite.to_string();
    let failure = |test: &str| entry.failures.iter().find(|failure| failure.name == test);
    let mut cases: Vec<Case> =
        told.tests.iter().map(|(test, outcome)| of_test(told, &class, test, *outcome, failure(test))).collect();
    if told.tests.is_empty() {
        let failed = |failure: &Failure| of_test(told, &class, &failure.name, TestOutcome::Failed, Some(failure));
        cases.extend(entry.failures.iter().map(failed));
    }
    let is_told = cases.iter().any(|case| case.sort.is_bad());
    let whole = match entry.status {
        Outcome::CouldNotRun => Some(Sort::Errored),
        Outcome::Failed => (!is_told).then_some(Sort::Failed),
        Outcome::Passed => cases.is_empty().then_some(Sort::Passed),
        Outcome::NotRun => None,
    };
    cases.extend(whole.map(|sort| of_whole(told, &class, sort)));
    let mut properties = vec![("outcome", entry.status.word().to_owned())];
    if let Some(why) = &entry.why {
        properties.push(("why", machine::line(why, 500)));
    }
    if told.is_cached {
        properties.push(("cached", "true".to_owned()));
    }
    if told.tests.is_empty() && 0 < entry.counts.listed {
        properties.push(("listed", entry.counts.listed.to_string()));
    }
    let log = told.log.as_deref().filter(|log| entry.status.is_bad() && !log.is_empty());
    Suite {
        name: machine::line(&format!("{}::{}/{}", entry.package, told.suite.kind(), told.suite.target.name), 500),
        duration_ms: entry.duration_ms,
        timestamp: machine::time(&entry.observed_at),
        properties,
        cases,
        log: log.map(|log| Element::new("system-out").text(log, MOST_LOG)),
    }
}

fn of_whole(told: &dossier::Suite, class: &str, sort: Sort) -> Case {
    let why = told.entry.why.as_deref().unwrap_or("nobody recorded why");
    let element = case("the suite as a whole", class);
    let element = match sort {
        Sort::Errored => element.child(because("error", told.entry.status.word(), why, why)),
        Sort::Failed => element.child(because("failure", told.entry.status.word(), why, why)),
        Sort::Passed | Sort::Skipped => element,
    };
    Case { sort, element }
}

fn of_test(told: &dossier::Suite, class: &str, test: &str, outcome: TestOutcome, failure: Option<&Failure>) -> Case {
    let element = case(test, class);
    let runs = told.attempts.get(test).map(Vec::as_slice).unwrap_or_default();
    let failed_runs = runs.iter().filter(|run| run.outcome.is_bad()).take(MOST_RUNS);
    let (sort, name) = match outcome {
        TestOutcome::Passed => {
            let flaky = failed_runs.map(|run| of_run(run, "flakyFailure", "flakyError"));
            return Case { sort: Sort::Passed, element: element.children(flaky) };
        }
        TestOutcome::Ignored => {
            let skipped = Element::new("skipped").with("message", "it is `#[ignore]`d");
            return Case { sort: Sort::Skipped, element: element.child(skipped) };
        }
        TestOutcome::Failed => (Sort::Failed, "failure"),
        TestOutcome::NoAnswer | TestOutcome::TimedOut => (Sort::Errored, "error"),
    };
    let is_flaky = told.entry.flaky.iter().any(|flaky| flaky == test);
    let excerpt = failure.map(|failure| excerpt::told(&failure.excerpt)).filter(|excerpt| !excerpt.trim().is_empty());
    let short = excerpt.as_deref().unwrap_or(how_in_words(outcome));
    let mut long = Vec::new();
    if is_flaky {
        long.push("it passed when it was run again".to_owned());
    }
    if let Some(before) = failure.and_then(|failure| failure.before) {
        long.push(before.in_words().to_owned());
    }
    long.push(short.to_owned());
    let kind = if is_flaky { "flaky" } else { word(outcome) };
    // The first one is what is told above.
    let reruns = failed_runs.skip(1).map(|run| of_run(run, "rerunFailure", "rerunError"));
    Case { sort, element: element.child(because(name, kind, short, &long.join("\n"))).children(reruns) }
}

fn of_run(run: &Attempt, failure: &'static str, error: &'static str) -> Element {
    let name = match run.outcome {
        TestOutcome::NoAnswer | TestOutcome::TimedOut => error,
        TestOutcome::Failed | TestOutcome::Passed | TestOutcome::Ignored => failure,
    };
    let how = match run.how {
        How::Whole => "run with all the others of its binary",
        How::Part => "run with some of the others",
        How::Alone => "run by itself",
        How::OneThread => "run in one thread",
        How::ManyThreads => "run in many threads",
    };
    Element::new(name).with("message", format!("{how}: {}", how_in_words(run.outcome))).with("type", word(run.outcome))
}

const fn word(outcome: TestOutcome) -> &'static str {
    match outcome {
        TestOutcome::Passed => "passed",
        TestOutcome::Failed => "failed",
        TestOutcome::Ignored => "ignored",
        TestOutcome::NoAnswer => "no-answer",
        TestOutcome::TimedOut => "timed-out",
    }
}

const fn how_in_words(outcome: TestOutcome) -> &'static str {
    match outcome {
        TestOutcome::Passed => "it passed",
        TestOutcome::Failed => "it failed",
        TestOutcome::Ignored => "it was ignored",
        TestOutcome::NoAnswer => "it was listed, and there is no answer",
        TestOutcome::TimedOut => "it was ended because it took too long",
    }
}
