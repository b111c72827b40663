//! What is said at the end, and that it is said once.

use super::*;
use crate::check::TestOutcome;
use crate::words::{SuiteId, TargetKind};

fn suite(name: &str, outcome: Outcome, why: &str) -> SuiteResult {
    let target = TargetId { package: name.into(), kind: TargetKind::Lib, name: name.into() };
    let mut suite = SuiteResult::bare(SuiteId { target, doctest: false }, outcome, Some(why.into()));
    if outcome != Outcome::CouldNotRun {
        suite.tests.insert("adds".into(), TestOutcome::Passed);
        (suite.counts.listed, suite.counts.passed) = (2, 1);
    }
    suite
}

fn results(suites: Vec<SuiteResult>) -> Results {
    Results { suites, ..Results::default() }
}

#[test]
fn suites_that_could_not_run_are_counted_as_such_and_not_as_no_tests() {
    let words = |suites| tests_in_words(&results(suites));
    assert_eq!(words(Vec::new()), "no tests");
    assert_eq!(words(vec![suite("a", Outcome::Passed, "")]), "1 of 2 tests passed");
    let stopped = || suite("b", Outcome::CouldNotRun, "does not compile");
    assert_eq!(words(vec![stopped()]), "no test ran: 1 suite could not run");
    assert_eq!(
        words(vec![suite("a", Outcome::Failed, ""), stopped(), stopped()]),
        "1 of 2 tests passed, 2 suites could not run"
    );
}

#[test]
fn what_follows_from_a_failure_is_not_said_again_and_what_does_not_is() {
    let results = results(vec![suite("a", Outcome::Failed, "1 of 2 tests failed")]);
    let because = |whys: &[&str]| Err(whys.iter().map(|why| (*why).to_owned()).collect::<Vec<_>>());
    let standing = Standing {
        steps: [
            ("1".to_owned(), because(&["tests of a/lib/a: failed", "scenario s: `adds` failed in a/lib/a"])),
            ("2".to_owned(), because(&["tests of a/lib/a: failed", "`src/b.rs` did not change"])),
            ("3".to_owned(), Ok(())),
        ]
        .into(),
        scenarios: [("s".to_owned(), because(&["`adds` failed in a/lib/a"]))].into(),
    };
    let open = [
        "step 1: tests of a/lib/a: failed; scenario s: `adds` failed in a/lib/a",
        "step 2: tests of a/lib/a: failed; `src/b.rs` did not change",
        "scenario s: `adds` failed in a/lib/a",
        "tests of a/lib/a: failed (1 of 2 tests failed)",
        "command:fmt: failed in an earlier run",
    ]
    .map(str::to_owned);
    let (besides, held_up) = also_open(&open, &standing, &results);
    assert_eq!(held_up, ["step 1", "scenario s"]);
    assert_eq!(besides, [open[1].clone(), open[4].clone()]);
}
