//! Outcomes that follow from their logs, and those that do not.

use super::super::made;
use super::*;
use crate::check::Attempt;
use TestOutcome::{Failed, Ignored, Passed};

fn log(lines: &str, result: &str) -> String {
    format!("\nrunning 2 tests\n{lines}\n\n{result}; 0 measured; 0 filtered out; finished in 0.00s\n\n")
}

const BOTH: &str = "test one ... ok\ntest two ... ok";
const TWO_PASSED: &str = "test result: ok. 2 passed; 0 failed; 0 ignored";
const ONE_FAILED: &str =
    "test one ... ok\ntest two ... FAILED\n\nfailures:\n\n---- two stdout ----\noh\n\n\nfailures:\n    two";

#[track_caller]
fn is_wrong(held: Held, why: &str) {
    match held {
        Err(Doubt::Wrong(said)) => assert!(said.contains(why), "{said}"),
        other => panic!("{other:?}, and not wrong: {why}"),
    }
}

#[track_caller]
fn is_unclear(held: Held, why: &str) {
    match held {
        Err(Doubt::Unclear(said)) => assert!(said.contains(why), "{said}"),
        other => panic!("{other:?}, and not unclear: {why}"),
    }
}

/// Holds a suite against this log, whole and untouched.
fn held(mut recorded: SuiteRecord, text: &str, change: impl FnOnce(&mut RunRecord)) -> Held {
    recorded.digests = Some(made::digests("test.txt", text));
    let mut record = made::record(vec![recorded], Vec::new());
    change(&mut record);
    let (_keep, kept) = made::kept(&record, &[("test.txt", text)]);
    suite(&kept, &record, &record.suites[0])
}

#[test]
fn what_the_log_says_holds() {
    let passed = made::suite(&[("one", Passed), ("two", Passed)]);
    assert_eq!(held(passed.clone(), &log(BOTH, TWO_PASSED), |_| ()), Ok(()));
    let with_stderr = format!("{}\n--- stderr ---\nwarning: x\n", log(BOTH, TWO_PASSED));
    assert_eq!(held(passed.clone(), &with_stderr, |_| ()), Ok(()));
    let failed = made::suite(&[("one", Passed), ("two", Failed)]);
    let text = log(ONE_FAILED, "test result: FAILED. 1 passed; 1 failed; 0 ignored");
    assert_eq!(held(failed, &text, |_| ()), Ok(()));
    let ignored = made::suite(&[("one", Passed), ("two", Ignored)]);
    let text = log("test one ... ok\ntest two ... ignored", "test result: ok. 1 passed; 0 failed; 1 ignored");
    assert_eq!(held(ignored, &text, |_| ()), Ok(()));
}

#[test]
fn a_test_may_print_what_looks_like_our_own_line() {
    let passed = made::suite(&[("one", Passed), ("two", Passed)]);
    let lines = "test one ... \n--- stderr ---\nok\n--- again: me ---\ntest two ... ok\ntest one ... ok";
    let text = format!("{}\n--- stderr ---\nmore\n", log(lines, TWO_PASSED));
    assert_eq!(held(passed, &text, |_| ()), Ok(()));
}

#[test]
fn an_outcome_its_log_does_not_bear_out_is_wrong() {
    let passed = || made::suite(&[("one", Passed), ("two", Passed)]);
    let failed = log(ONE_FAILED, "test result: FAILED. 1 passed; 1 failed; 0 ignored");
    is_wrong(held(passed(), &failed, |_| ()), "`two` is recorded as passed; by its log it failed");
    let failing = made::suite(&[("one", Passed), ("two", Failed)]);
    is_wrong(held(failing, &log(BOTH, TWO_PASSED), |_| ()), "`two` is recorded as failed; by its log it passed");
    let three = made::suite(&[("one", Passed), ("three", Passed), ("two", Passed)]);
    is_wrong(held(three, &log(BOTH, TWO_PASSED), |_| ()), "speaks of 2 tests, and 3 are listed");
    is_wrong(held(passed(), "running 2 tests\ntest one ... ok\n", |_| ()), "without a `test result:` line");
    let other = log("test x ... ok\ntest y ... ok", TWO_PASSED);
    is_wrong(held(passed(), &other, |_| ()), "which it never began");
    let mut ignored = made::suite(&[("one", Passed), ("two", Ignored)]);
    ignored.counts.ignored = 0;
    ignored.counts.passed = 2;
    is_wrong(held(ignored, &log(BOTH, TWO_PASSED), |_| ()), "do not add up");
}

#[test]
fn numbers_that_contradict_themselves_need_no_log() {
    let mut flipped = made::suite(&[("one", Passed), ("two", Failed)]);
    flipped.outcome = Outcome::Passed;
    is_wrong(held(flipped, "", |_| ()), "passed with 1 tests that failed");
    let mut none = made::suite(&[]);
    none.outcome = Outcome::Passed;
    is_wrong(held(none, "", |_| ()), "without a single test");
}

#[test]
fn what_cannot_be_told_is_not_called_wrong() {
    let passed = || made::suite(&[("one", Passed), ("two", Passed)]);
    let text = log(BOTH, TWO_PASSED);
    is_unclear(held(passed(), &text, |record| record.parsers.iter_mut().for_each(|it| *it.1 = 99)), "by version 99");
    is_unclear(held(passed(), &text, |record| record.parsers.clear()), "does not say which");
    is_unclear(held(passed(), &text, |record| record.suites[0].digests = None), "names no log");
    let cut = |record: &mut RunRecord| {
        let digests = record.suites[0].digests.as_mut().expect("digests");
        digests.sealed = Some(std::mem::replace(&mut digests.sha256, "another".into()));
    };
    is_unclear(held(passed(), &text, cut), "only head and tail");
    let mut own = made::suite(&[]);
    (own.outcome, own.why) = (Outcome::Passed, Some("`harness = false`: judged by its end alone (exit code 0)".into()));
    assert_eq!(held(own.clone(), "fine\n", |_| ()), Ok(()), "its end is all there is");
    let ended = |ended| held(SuiteRecord { ended, ..own.clone() }, "fine\n", |_| ());
    is_unclear(ended(None), "does not say how its process ended");
    is_wrong(ended(Some(Ended::Signal(6))), "recorded as passed; its process ended otherwise: killed by signal 6");
}

#[test]
fn a_suite_passed_only_where_its_process_ended_well() {
    let text = log(BOTH, TWO_PASSED);
    let ended = |ended| held(SuiteRecord { ended, ..made::suite(&[("one", Passed), ("two", Passed)]) }, &text, |_| ());
    assert_eq!(ended(Some(Ended::ExitCode(0))), Ok(()));
    is_wrong(ended(Some(Ended::ExitCode(1))), "its process ended otherwise: exit code 1");
    is_wrong(ended(Some(Ended::TimedOut)), "its process ended otherwise: timed out");
    is_unclear(ended(None), "does not say how its process ended");
    let mut failed = made::suite(&[("one", Passed), ("two", TestOutcome::Failed)]);
    failed.ended = Some(Ended::ExitCode(0));
    is_wrong(by_end(&failed), "recorded as failed; its process ended with exit code 0");
    failed.flaky = vec!["two".into()];
    assert_eq!(by_end(&failed), Ok(()), "another run of it decides");
}

#[test]
fn a_binary_that_was_run_in_parts_has_an_answer_for_each_test() {
    let mut parts = made::suite(&[("one", Passed), ("two", Passed)]);
    let cut = Attempt { how: How::Whole, outcome: TestOutcome::NoAnswer, duration_ms: 1 };
    parts.attempts.insert("two".into(), vec![cut]);
    let first = "\nrunning 2 tests\ntest one ... ok\n";
    let again = "\n--- again: --exact two ---\n\nrunning 1 test\ntest two ... ok\n";
    let whole = format!("{first}{again}\n--- again: --exact one ---\ntest one ... ok\n");
    assert_eq!(held(parts.clone(), &whole, |_| ()), Ok(()));
    is_wrong(
        held(parts.clone(), &format!("{first}{again}"), |_| ()),
        "`one` is recorded as passed; its log has no answer",
    );
    // Tests that were run again for being new are no excuse.
    parts.attempts.get_mut("two").expect("there")[0].outcome = Passed;
    is_wrong(held(parts, &whole, |_| ()), "by its log it ended without");
}

#[track_caller]
fn of_command(command: CommandRecord, files: &[(&str, &str)]) -> Held {
    let record = made::record(Vec::new(), vec![command]);
    let (_keep, kept) = made::kept(&record, files);
    super::command(&kept, &record, &record.commands[0])
}

#[test]
fn a_command_s_outcome_follows_from_how_it_ended() {
    use CheckKind::{Clippy, Prescribed};
    assert_eq!(of_command(made::command(Clippy, Outcome::Passed, Some(0)), &[]), Ok(()));
    is_wrong(of_command(made::command(Clippy, Outcome::Passed, None), &[]), "without an exit code");
    let mut killed = made::command(Clippy, Outcome::Passed, None);
    killed.entry.signal = Some(9);
    is_wrong(of_command(killed, &[]), "signal 9");
    let mut late = made::command(Clippy, Outcome::Passed, Some(0));
    late.entry.timed_out = Some(true);
    is_wrong(of_command(late, &[]), "its time was over");
    is_wrong(of_command(made::command(Prescribed, Outcome::Passed, Some(1)), &[]), "its exit code is 1");
    is_wrong(of_command(made::command(Prescribed, Outcome::Failed, Some(0)), &[]), "its exit code is 0");
    let mut covered = made::command(Prescribed, Outcome::Passed, None);
    covered.entry.why = Some("covered by command:clippy".into());
    assert_eq!(of_command(covered, &[]), Ok(()));
    let mut tests = made::command(Prescribed, Outcome::Passed, Some(0));
    tests.entry.argv = vec!["cargo".into(), "test".into()];
    tests.digests = Some(made::digests("log.txt", "nothing\n"));
    is_wrong(of_command(tests, &[("log.txt", "nothing\n")]), "no `test result:` line");
}

#[test]
fn numbers_beyond_all_counting_are_wrong_and_break_nothing() {
    let mut huge = made::suite(&[("one", Passed), ("two", Passed)]);
    huge.counts = Counts { listed: 3, passed: 1 << 63, failed: 0, ignored: 1 << 63, filtered: u64::MAX };
    is_wrong(held(huge.clone(), &log(BOTH, TWO_PASSED), |_| ()), "do not add up");
    let passed = made::suite(&[("one", Passed), ("two", Passed)]);
    let most = format!("test result: ok. {} passed; {} failed; 7 ignored", u64::MAX, u64::MAX);
    is_wrong(held(passed.clone(), &log(BOTH, &most), |_| ()), "speaks of 18446744073709551615 tests");
    let mut doctests = passed;
    doctests.suite.doctest = true;
    is_wrong(held(doctests, &[log(BOTH, &most), log(BOTH, &most)].concat(), |_| ()), "are listed");
}

#[test]
fn more_tests_than_a_log_can_name_are_not_made_up() {
    let name = "x".repeat(20_000);
    let mut huge = made::suite(&[(&name, Passed)]);
    huge.counts.listed = 1 << 20;
    let text = log(&format!("test {name} ... ok"), "test result: ok. 1 passed; 0 failed; 0 ignored");
    is_wrong(held(huge.clone(), &text, |_| ()), "too short to name them");
    huge.counts.listed = u64::MAX;
    is_wrong(held(huge, &text, |_| ()), "too short to name them");
}

#[test]
fn a_log_with_too_many_ends_is_looked_into_at_both_ends_alone() {
    let passed = || made::suite(&[("one", Passed), ("two", Passed)]);
    let many = "x\n--- stderr ---\n".repeat(60_000);
    let honest = log(BOTH, TWO_PASSED);
    assert_eq!(held(passed(), &format!("{honest}\n--- stderr ---\n{many}"), |_| ()), Ok(()));
    assert_eq!(held(passed(), &format!("{many}{honest}"), |_| ()), Ok(()));
    is_unclear(held(passed(), &format!("{many}{honest}{many}"), |_| ()), "places where its first run may end");
}

#[test]
fn what_clippy_said_is_as_much_as_is_counted_of_it() {
    use crate::evidence::{PackageRecord, Part};
    use crate::words::{Severity, TargetId, TargetKind};
    let target = TargetId { package: "a".into(), kind: TargetKind::Lib, name: "a".into() };
    let said = |pre_existing| Diagnostic {
        check: CheckKind::Clippy,
        target: target.clone(),
        severity: Severity::Warning,
        code: None,
        message: "unused".into(),
        file: None,
        line: 0,
        last_line: 0,
        pre_existing,
    };
    let counted = |warnings, pre_existing| {
        let outcome = if warnings == 0 { Outcome::Passed } else { Outcome::Failed };
        let mut command = made::command(CheckKind::Clippy, outcome, Some(0));
        let mut of = crate::payload::entries::TargetOutcome {
            package: "a".into(),
            kind: TargetKind::Lib,
            name: "a".into(),
            outcome,
            errors: 0,
            warnings: 0,
            pre_existing,
            why: None,
            observed_at: None,
        };
        of.warnings = warnings;
        command.entry.targets = vec![of];
        command
    };
    let held = |command: CommandRecord, diagnostics: Vec<Diagnostic>, n_left_out: u64, is_new: bool| {
        let mut record = made::record(Vec::new(), vec![command.clone()]);
        record.diagnostics = diagnostics;
        record.diagnostics_left_out = n_left_out;
        if is_new {
            let (package, folder, depends_on) = ("a".into(), String::new(), Vec::new());
            record.packages.push(PackageRecord { package, folder, depends_on, part: Part::Changed });
        }
        let (_keep, kept) = made::kept(&record, &[]);
        super::command(&kept, &record, &command)
    };
    assert_eq!(held(counted(1, 1), vec![said(false), said(true)], 0, true), Ok(()));
    is_wrong(held(counted(1, 0), vec![], 0, true), "its record holds 0");
    is_wrong(held(counted(0, 0), vec![said(false)], 0, true), "findings of this work");
    is_wrong(held(counted(0, 2), vec![said(true)], 0, true), "findings that were there before");
    assert_eq!(held(counted(1, 0), vec![], 7, true), Ok(()), "there was no room for all");
    assert_eq!(held(counted(1, 0), vec![], 0, false), Ok(()), "an earlier version told nothing");
}
