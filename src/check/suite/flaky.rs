//! What becomes of a suite with tests that passed once and failed another time.

use super::super::results::{SuiteResult, TestOutcome};
use super::again::count;
use super::stress::Stressed;
use crate::words::{Outcome, some_of};

/// Gives flaky tests the outcome they count as, and the suite its own: failed, unless `passes` says that such a test is
/// no failure.
pub(super) fn settle(result: &mut SuiteResult, stressed: &Stressed, passes: bool) {
    result.flaky.extend(stressed.found.keys().cloned());
    result.flaky.sort();
    result.flaky.dedup();
    if result.flaky.is_empty() {
        return;
    }
    let n_failed_whole = result.tests.values().filter(|outcome| **outcome == TestOutcome::Failed).count();
    let n_again = result.flaky.iter().filter(|name| result.tests.get(*name) == Some(&TestOutcome::Failed)).count();
    for name in &result.flaky {
        let outcome = if passes { TestOutcome::Passed } else { TestOutcome::Failed };
        result.tests.insert(name.clone(), outcome);
    }
    result.counts = count(&result.tests);
    let n_listed = result.counts.listed;
    let is_left = 0 < result.counts.failed || result.tests.values().any(|outcome| is_open(*outcome));
    let names: Vec<String> = result.flaky.iter().map(|name| format!("`{name}`")).collect();
    if passes && !is_left {
        result.outcome = Outcome::Passed;
        result.failures.clear();
        let is = if names.len() == 1 { "is" } else { "are" };
        result.why = Some(format!("{} {is} flaky, which was set to count as passed", some_of(&names)));
        return;
    }
    if passes {
        result.failures.retain(|failure| !result.flaky.contains(&failure.name));
    }
    result.outcome = Outcome::Failed;
    let mut parts = Vec::new();
    let were = if n_again == 1 { "it was" } else { "they were" };
    if 0 < n_again && n_again == n_failed_whole {
        parts.push(format!("{n_again} of {n_listed} tests failed, and passed when {were} run alone: flaky"));
    } else if 0 < n_again {
        parts.push(format!(
            "{n_failed_whole} of {n_listed} tests failed, {n_again} of them passed when {were} run alone: flaky"
        ));
    } else if 0 < n_failed_whole {
        parts.push(format!("{n_failed_whole} of {n_listed} tests failed"));
    } else if stressed.found.is_empty() {
        parts.extend(result.why.take());
    }
    for (name, n_bad) in stressed.found.iter().take(3) {
        let n_runs = stressed.n_runs;
        parts.push(format!("`{name}` is new or changed, and did not pass in {n_bad} of {n_runs} further runs: flaky"));
    }
    if 3 < stressed.found.len() {
        parts.push(format!("and {} more", stressed.found.len() - 3));
    }
    result.why = Some(parts.join("; "));
}

const fn is_open(outcome: TestOutcome) -> bool {
    match outcome {
        TestOutcome::Passed | TestOutcome::Failed | TestOutcome::Ignored => false,
        TestOutcome::NoAnswer | TestOutcome::TimedOut => true,
    }
}
