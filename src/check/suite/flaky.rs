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
    result.outcome = if 0 < result.counts.failed { Outcome::Failed } else { Outcome::CouldNotRun };
    let has_open = result.tests.values().any(|outcome| is_open(*outcome));
    let mut parts = Vec::new();
    let were = if n_again == 1 { "it was" } else { "they were" };
    if has_open || (n_failed_whole == 0 && stressed.found.is_empty()) {
        parts.extend(result.why.take());
        if 0 < n_again {
            parts.push(format!("{n_again} of those that failed passed when {were} run alone: flaky"));
        }
    } else if 0 < n_again && n_again == n_failed_whole {
        parts.push(format!("{n_again} of {n_listed} tests failed, and passed when {were} run alone: flaky"));
    } else if 0 < n_again {
        parts.push(format!(
            "{n_failed_whole} of {n_listed} tests failed, {n_again} of them passed when {were} run alone: flaky"
        ));
    } else if 0 < n_failed_whole {
        parts.push(format!("{n_failed_whole} of {n_listed} tests failed"));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::{SuiteId, TargetId, TargetKind};
    use TestOutcome::{Failed, Passed, TimedOut};

    /// A suite of these outcomes, its tests named `a`, `b`, …
    fn suite(outcomes: &[TestOutcome], flaky: &[&str]) -> SuiteResult {
        let target = TargetId { package: "p".into(), kind: TargetKind::Lib, name: "p".into() };
        let whole = Outcome::Failed;
        let mut result = SuiteResult::bare(SuiteId { target, doctest: false }, whole, Some("as it was".into()));
        result.tests = ('a'..).map(String::from).zip(outcomes.iter().copied()).collect();
        result.counts = count(&result.tests);
        result.flaky = flaky.iter().map(|name| (*name).to_owned()).collect();
        result
    }

    fn stressed(found: &[(&str, u64)]) -> Stressed {
        let found = found.iter().map(|(name, n_bad)| ((*name).to_owned(), *n_bad)).collect();
        Stressed { n_runs: 6, found, ..Stressed::default() }
    }

    #[track_caller]
    fn settled(mut result: SuiteResult, stressed: &Stressed, passes: bool) -> (Outcome, String, u64) {
        settle(&mut result, stressed, passes);
        (result.outcome, result.why.expect("a reason"), result.counts.failed)
    }

    #[test]
    fn what_is_steady_is_left_as_it_was() {
        let result = settled(suite(&[Passed, Failed], &[]), &stressed(&[]), true);
        assert_eq!(result, (Outcome::Failed, "as it was".into(), 1));
    }

    #[test]
    fn a_flaky_test_is_a_failure_unless_somebody_says_otherwise() {
        let all = || suite(&[Passed, Failed, Failed], &["b", "c"]);
        let why = "2 of 3 tests failed, and passed when they were run alone: flaky";
        assert_eq!(settled(all(), &stressed(&[]), false), (Outcome::Failed, why.into(), 2));
        let why = "`b`, `c` are flaky, which was set to count as passed";
        assert_eq!(settled(all(), &stressed(&[]), true), (Outcome::Passed, why.into(), 0));
    }

    #[test]
    fn a_steady_failure_beside_it_stays_one() {
        let some = || suite(&[Passed, Failed, Failed], &["b"]);
        let why = "2 of 3 tests failed, 1 of them passed when it was run alone: flaky";
        assert_eq!(settled(some(), &stressed(&[]), false), (Outcome::Failed, why.into(), 2));
        assert_eq!(settled(some(), &stressed(&[]), true), (Outcome::Failed, why.into(), 1));
    }

    #[test]
    fn a_test_that_timed_out_is_not_forgotten_for_one_that_is_flaky() {
        let some = || suite(&[TimedOut, Failed], &["b"]);
        let why = "as it was; 1 of those that failed passed when it was run alone: flaky";
        assert_eq!(settled(some(), &stressed(&[]), false), (Outcome::Failed, why.into(), 1));
        assert_eq!(settled(some(), &stressed(&[]), true).0, Outcome::CouldNotRun);
    }

    #[test]
    fn what_further_runs_found_is_said_with_its_numbers() {
        let new = "`a` is new or changed, and did not pass in 2 of 6 further runs: flaky";
        assert_eq!(settled(suite(&[Passed], &[]), &stressed(&[("a", 2)]), false), (Outcome::Failed, new.into(), 1));
        let both = settled(suite(&[Passed, Failed], &[]), &stressed(&[("a", 2)]), false);
        assert_eq!(both, (Outcome::Failed, format!("1 of 2 tests failed; {new}"), 2));
        assert_eq!(settled(suite(&[Passed], &[]), &stressed(&[("a", 2)]), true).0, Outcome::Passed);
    }
}
