//! Nothing that is open gets lost, and nothing is told twice.

use super::{first, open};
use crate::report::dossier::Dossier;
use crate::report::dossier::made::honest;
use std::borrow::Cow;

fn with(sentences: &[&str]) -> Dossier {
    Dossier { open: sentences.iter().map(|sentence| (*sentence).to_owned()).collect(), ..honest() }
}

const TESTS: &str = "tests of report/lib/report: failed (1 of 2 tests failed)";
const CLIPPY: &str = "`cargo clippy --workspace`: failed (unneeded `return` statement)";

#[test]
fn a_check_that_fails_is_told_once_and_who_waits_for_it_together() {
    let dossier = with(&[
        "step 1: tests of report/lib/report: failed; scenario s2: `tests::shows` failed in report/lib/report",
        "step 2: clippy of report/lib/report: failed",
        "scenario s2: `tests::shows` failed in report/lib/report",
        TESTS,
        CLIPPY,
    ]);
    assert_eq!(open(&dossier), [TESTS, CLIPPY, "step 1, step 2, scenario s2: for what did not pass"]);
    assert_eq!(first(&dossier).map(|(_, n_more)| n_more), Some(0));
}

#[test]
fn what_else_a_step_waits_for_stays() {
    let dossier = with(&["step 1: no change in `a.rs`; tests of report/lib/report: failed", TESTS]);
    assert_eq!(open(&dossier), ["step 1: no change in `a.rs`", TESTS]);
}

#[test]
fn what_no_sentence_of_a_check_tells_stays_as_it_is() {
    for sentences in [
        &["step 1: tests of report/lib/report: failed"][..],
        &["step 1: tests of money/lib/money: failed", TESTS],
        &["step 1: clippy of report/lib/report: failed", TESTS],
        &["scenario s2: `tests::shows` is ignored in report/lib/report", TESTS],
        &["scenario s2: its command `x` was not run", CLIPPY],
        &["stepping: aside", "step without a reason", "scenario: s"],
    ] {
        assert_eq!(open(&with(sentences)), sentences);
    }
}

#[test]
fn claims_of_steps_are_folded_alike() {
    let dossier = with(&["step:1: `completed` is not borne out: tests of report/lib/report: failed", TESTS]);
    assert_eq!(open(&dossier), [TESTS, "step 1: for what did not pass"]);
}

#[test]
fn of_many_the_first_few_are_told_and_the_rest_counted() {
    let dossier = with(&["a", "b", "c", "d", "e"]);
    assert_eq!(first(&dossier), Some((["a", "b", "c"].map(Cow::from).to_vec(), 2)));
    assert_eq!(first(&with(&[])), None);
}
