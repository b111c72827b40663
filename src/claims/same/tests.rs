//! Entries that say what their records say, and every way in which one may not.

use super::super::made;
use super::*;
use crate::evidence::CommandRecord;
use crate::payload::entries::Failure;
use crate::words::CheckKind;
use TestOutcome::{Failed, Passed};
use serde_json::json;

fn map(value: &impl serde::Serialize) -> Map<String, Value> {
    serde_json::to_value(value).expect("JSON").as_object().cloned().expect("an object")
}

fn told(suite: &SuiteRecord) -> TestEntry {
    let names: Vec<&str> = suite.tests.keys().map(String::as_str).collect();
    let failed = suite.tests.iter().filter(|(_, outcome)| **outcome == Failed);
    TestEntry {
        id: suite.id.clone(),
        package: "a".into(),
        target: crate::payload::entries::TargetShape { kind: "lib".into(), name: "a".into() },
        suite: "unit tests of `a`".into(),
        steps: Vec::new(),
        scenarios: Vec::new(),
        added: Vec::new(),
        changed: Vec::new(),
        removed: Vec::new(),
        unattributed: 0,
        status: suite.outcome,
        why: None,
        counts: suite.counts,
        failures: failed.map(|(name, _)| Failure { name: name.clone(), excerpt: "oh".into(), before: None }).collect(),
        flaky: suite.flaky.clone(),
        red: Vec::new(),
        names: sha256(names.join("\n").as_bytes())[..16].to_owned(),
        observed_at: suite.started.clone(),
        duration_ms: suite.duration_ms,
        evidence_ref: "handoff/runs/r1".into(),
        by: crate::words::BY.into(),
    }
}

fn of_test(edit: impl FnOnce(&mut TestEntry)) -> Option<String> {
    let suite = made::suite(&[("one", Passed), ("two", Failed)]);
    let mut entry = told(&suite);
    edit(&mut entry);
    let record = made::record(vec![suite], Vec::new());
    let (_keep, kept) = made::kept(&record, &[]);
    difference("tests", &map(&entry), &record, &made::shelf(kept))
}

#[track_caller]
fn says(said: Option<String>, why: &str) {
    let said = said.expect("a difference");
    assert!(said.contains(why), "{said}");
}

#[test]
fn a_suite_is_told_as_it_was_recorded() {
    assert_eq!(of_test(|_| ()), None);
    says(of_test(|entry| entry.status = Outcome::Passed), "another outcome: `failed`, not `passed`");
    says(of_test(|entry| entry.counts.listed = 1), "other counts");
    says(of_test(|entry| entry.names = "0".repeat(16)), "other names");
    says(of_test(|entry| entry.names = String::new()), "other names");
    says(of_test(|entry| entry.added = vec!["three".into()]), "knows no test `three`");
    says(of_test(|entry| entry.removed = vec!["one".into()]), "said to be gone");
    says(of_test(|entry| entry.failures.clear()), "has a failure of `two`, which is left out");
    says(of_test(|entry| entry.failures[0].name = "one".into()), "has no failure of `one`");
    says(of_test(|entry| entry.observed_at = "2027".into()), "another time");
    assert_eq!(of_test(|entry| entry.duration_ms = 0), None, "how long it took proves nothing");
    says(of_test(|entry| entry.why = Some("luck".into())), "another reason");
    says(of_test(|entry| entry.package = "b".into()), "another package");
    says(of_test(|entry| entry.id = "test:b/lib/b".into()), "no such suite");
}

#[test]
fn what_is_red_has_been_seen_red() {
    let red = |class| Red {
        test: "one".into(),
        class,
        place: None,
        why: None,
        function: None,
        baseline: "b".into(),
        evidence_ref: "handoff/runs/r1".into(),
    };
    use crate::payload::entries::RedClass::{NotRed, RedAssertion};
    says(of_test(|entry| entry.red = vec![red(RedAssertion)]), "no record holds such a run");
    let mut suite = made::suite(&[("one", Passed)]);
    suite.red = vec![red(NotRed)];
    let (mut entry, record) = (told(&suite), made::record(vec![suite], Vec::new()));
    let (_keep, kept) = made::kept(&record, &[]);
    let shelf = made::shelf(kept);
    says(difference("tests", &map(&entry), &record, &shelf), "`one` as not-red on the baseline, which is left out");
    entry.red = vec![red(RedAssertion)];
    says(difference("tests", &map(&entry), &record, &shelf), "no record holds such a run");
    entry.red = vec![red(NotRed)];
    assert_eq!(difference("tests", &map(&entry), &record, &shelf), None);
}

fn target(package: &str, outcome: Outcome) -> TargetOutcome {
    TargetOutcome {
        package: package.into(),
        kind: crate::words::TargetKind::Lib,
        name: package.into(),
        outcome,
        errors: 0,
        warnings: 0,
        pre_existing: 0,
        why: None,
        observed_at: None,
    }
}

fn clippy() -> CommandRecord {
    let mut command = made::command(CheckKind::Clippy, Outcome::Passed, Some(0));
    command.entry.targets = vec![target("a", Outcome::Passed), target("b", Outcome::Passed)];
    command
}

fn of_command(edit: impl FnOnce(&mut CommandEntry), edit_map: impl FnOnce(&mut Map<String, Value>)) -> Option<String> {
    let recorded = clippy();
    let mut entry = recorded.entry.clone();
    edit(&mut entry);
    let mut entry = map(&entry);
    edit_map(&mut entry);
    let record = made::record(Vec::new(), vec![recorded]);
    let (_keep, kept) = made::kept(&record, &[]);
    difference("commands", &entry, &record, &made::shelf(kept))
}

#[test]
fn a_command_is_told_as_it_was_recorded() {
    let of = |edit: fn(&mut CommandEntry)| of_command(edit, |_| ());
    assert_eq!(of(|_| ()), None);
    says(of(|entry| entry.outcome = Outcome::Failed), "another outcome");
    says(of(|entry| entry.argv = vec!["true".into()]), "another command line");
    says(of(|entry| entry.command = "true".into()), "another command line");
    says(of(|entry| entry.cwd = "a".into()), "another folder");
    says(of(|entry| drop(entry.env.insert("A".into(), "b".into()))), "another environment");
    says(of(|entry| entry.exit_code = Some(1)), "another end");
    says(of(|entry| entry.timestamp = "2027".into()), "another time");
    says(of(|entry| entry.approval = Some("trust".into())), "another approval");
    says(of(|entry| entry.output = Some("fine".into())), "another output");
    says(of(|entry| drop(entry.targets.pop())), "b/lib/b, which is left out");
    says(of(|entry| entry.targets[0].warnings = 3), "with other findings");
    says(of(|entry| entry.targets.push(target("c", Outcome::Passed))), "knows nothing of c/lib/c");
    says(of(|entry| entry.passed = vec!["c".into()]), "does not say that all of `c` passed");
}

#[test]
fn what_is_told_in_short_or_kept_of_earlier_runs_still_holds() {
    let folded = |entry: &mut CommandEntry| {
        entry.targets.clear();
        entry.passed = vec!["a".into(), "b".into()];
    };
    let short = |entry: &mut Map<String, Value>| {
        entry.retain(|key, _| !["argv", "cwd", "exitCode", "durationMs", "evidenceRef"].contains(&key.as_str()));
    };
    assert_eq!(of_command(folded, short), None);
    says(of_command(folded, |entry| drop(entry.remove("exitCode"))), "another end");
    let kept = |entry: &mut CommandEntry| {
        let bad = TargetOutcome { observed_at: Some("2025".into()), ..target("c", Outcome::Failed) };
        entry.targets.push(bad);
        entry.outcome = Outcome::Failed;
        entry.why = Some("c, not looked at this time: failed".into());
    };
    assert_eq!(of_command(kept, |_| ()), None);
    let earlier = |entry: &mut CommandEntry| drop(entry.passed_earlier.insert("2025".into(), vec!["c".into()]));
    assert_eq!(of_command(earlier, |_| ()), None);
    let hidden = |entry: &mut Map<String, Value>| drop(entry.insert("outcome".into(), json!("passed")));
    says(of_command(kept, hidden), "another outcome: `failed`, not `passed`");
}

fn at(at: &str, package: &str) -> TargetOutcome {
    TargetOutcome { observed_at: Some(at.into()), ..target(package, Outcome::Passed) }
}

fn earlier(entry: &mut CommandEntry, at: &str, package: &str) {
    entry.passed_earlier.insert(at.into(), vec![package.into()]);
}

#[test]
fn what_is_kept_of_an_earlier_run_needs_that_run_s_record() {
    let of = |edit: fn(&mut CommandEntry)| {
        let mut earlier = clippy();
        earlier.entry.timestamp = "2025".into();
        earlier.entry.targets = vec![target("c", Outcome::Passed)];
        let mut before = made::record(Vec::new(), vec![earlier]);
        before.run = "r0".into();
        let (_keep, before) = made::kept(&before, &[]);
        let mut entry = clippy().entry;
        edit(&mut entry);
        let record = made::record(Vec::new(), vec![clippy()]);
        let (_keep, kept) = made::kept(&record, &[]);
        let mut shelf = made::shelf(kept);
        shelf.records.insert("r0".into(), before);
        let entry = map(&entry);
        (difference("commands", &entry, &record, &shelf), unseen("commands", &entry, &record, &shelf))
    };
    assert_eq!(of(|_| ()), (None, None));
    assert_eq!(of(|entry| entry.targets.push(at("2025", "c"))), (None, None));
    says(of(|entry| entry.targets.push(at("2025", "ghost"))).0, "does not say that ghost/lib/ghost passed");
    says(of(|entry| entry.targets.push(at("2024", "ghost"))).1, "from 2024, and no record of that time lies here");
    assert_eq!(of(|entry| earlier(entry, "2025", "c")), (None, None));
    says(of(|entry| earlier(entry, "2025", "ghost")).0, "the record of 2025 does not say that all of `ghost` passed");
    says(of(|entry| earlier(entry, "2024", "c")).1, "what it has of c is from 2024");
}

#[test]
fn of_two_runs_that_began_within_one_second_either_may_have_seen_it() {
    let earlier = |run: &str, of: &[&str]| {
        let mut command = clippy();
        command.entry.timestamp = "2025".into();
        command.entry.targets = of.iter().map(|package| target(package, Outcome::Passed)).collect();
        RunRecord { run: run.into(), ..made::record(Vec::new(), vec![command]) }
    };
    let recorded = clippy();
    let mut entry = recorded.entry.clone();
    entry.targets.push(TargetOutcome { observed_at: Some("2025".into()), ..target("c", Outcome::Passed) });
    let record = made::record(Vec::new(), vec![recorded]);
    let said = |one: &[&str], other: &[&str]| {
        let kept = [&record, &earlier("r2", one), &earlier("r3", other)].map(|record| made::kept(record, &[]));
        let records = kept.into_iter().map(|(_keep, kept)| (kept.id.clone(), kept)).collect();
        let shelf = Shelf { records, listed: Vec::new(), last: Some(("r1".into(), String::new())) };
        difference("commands", &map(&entry), &record, &shelf)
    };
    assert_eq!(said(&["c"], &["a"]), None);
    assert_eq!(said(&["a"], &["c"]), None);
    says(said(&["a"], &["b"]), "does not say that c/lib/c passed");
}
