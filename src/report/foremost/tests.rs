//! Tests of what every report begins with.

use super::{Line, lines};
use crate::answers::ClaimRow;
use crate::report::dossier::{Dossier, made};
use crate::words::{Finding, FindingKind, Level, Outcome, Verdict};
use snapbox::{assert_data_eq, str};

fn text(dossier: &Dossier) -> String {
    let one = |line: &Line| {
        let (mark, names) = (if line.is_bad { "!" } else { " " }, line.in_a_row());
        if names.is_empty() { format!("{mark} {}\n", line.count) } else { format!("{mark} {}: {names}\n", line.count) }
    };
    lines(dossier).iter().map(one).collect()
}

#[test]
fn the_worst_stands_first_and_what_there_is_none_of_in_one_line() {
    assert_data_eq!(
        text(&made::honest()),
        str![[r#"
! 1 contradicted claim: test:report/lib/report: recorded as passed, and its log says failed
! 2 failing checks: test report/lib/report: 1 of 2 tests failed; clippy: unneeded `return` statement
! 1 weakened test or lint: `rounds_down` asserts less than it did (crates/money/src/lib.rs:41)
! 1 changed file no step names: ci/build.yml
! 1 new dependency: rand 0.9.1
  no step done without a change, no planned file untouched, no test or command that passed before too
  2 claims held at V0–V2: 1 contradicted, 1 confirmed

"#]]
    );
}

#[test]
fn nothing_is_said_to_be_absent_that_nobody_looked_for() {
    assert_data_eq!(
        text(&Dossier::default()),
        str![[r#"
! no check was run
  claims were not held: `cargo handoff validate` does; no baseline, so nobody knows what the work changed

"#]]
    );
    let dossier = Dossier { findings: Vec::new(), levels: Vec::new(), claims: Vec::new(), ..made::honest() };
    assert!(!text(&dossier).contains("contradicted"), "{}", text(&dossier));
    let mut without_red = made::honest();
    without_red.scenarios.iter_mut().flat_map(|scenario| &mut scenario.tests).for_each(|test| test.red = None);
    assert!(!text(&without_red).contains("no test or command that passed before"));
    assert!(text(&without_red).contains("no test was run on the baseline: `cargo handoff implement --red` does"));
}

#[test]
fn where_nothing_was_judged_nothing_else_is_said() {
    let mut dossier = Dossier { note: Some("a..b carries no handoff".into()), ..Dossier::default() };
    assert_eq!(text(&dossier), "  a..b carries no handoff\n");
    dossier.claims = made::honest().claims;
    assert!(text(&dossier).starts_with("! 1 contradicted claim: "));
}

#[test]
fn clean_work_is_told_in_two_lines() {
    let mut dossier = made::honest();
    dossier.findings.clear();
    dossier.claims.retain(|claim| claim.verdict == Verdict::Confirmed);
    dossier.commands.iter_mut().for_each(|command| command.entry.outcome = Outcome::Passed);
    dossier.suites.retain(|suite| !suite.entry.status.is_bad());
    assert_data_eq!(
        text(&dossier),
        str![[r#"
  no contradicted claim, no failing check, no weakened test or lint, no step done without a change, no planned file untouched, no test or command that passed before too, no changed file no step names, no new dependency
  1 claim held at V0–V2: 1 confirmed

"#]]
    );
}

#[test]
fn every_kind_at_once_takes_ten_lines_and_names_only_three() {
    let mut dossier = made::honest();
    dossier.findings = FindingKind::ALL
        .into_iter()
        .flat_map(|kind| (1..=5).map(move |n| Finding::new(kind, format!("`{}-{n}` is new", kind.word()))))
        .collect();
    dossier.findings.push(Finding::new(FindingKind::Unplanned, "it changed, and no step names it").file("src/a.rs"));
    let claim = |n: usize| ClaimRow {
        claim: format!("step:{n}"),
        verdict: Verdict::Contradicted,
        why: "w".repeat(1000),
        level: Level::Tree,
    };
    dossier.claims = (1..=7).map(claim).collect();
    let lines = lines(&dossier);
    assert!(lines.len() <= 10, "{lines:?}");
    for line in &lines {
        assert!(line.names.len() <= 3 && line.names.iter().all(|name| name.chars().count() <= 140), "{line:?}");
    }
    assert_eq!(lines[0].n_more, 4);
    assert!(lines[0].in_a_row().ends_with(" and 4 more"));
}

#[test]
fn a_finding_that_stands_for_several_files_counts_as_several() {
    let found = |kind, text: &str| Finding::new(kind, text);
    let mut dossier = Dossier { baseline: made::honest().baseline, ..Dossier::default() };
    dossier.findings = vec![
        found(FindingKind::Unplanned, "12 files of `money` changed, and no step names them: `a`, `b`, `c` and 9 more"),
        found(FindingKind::Unplanned, "it changed, and no step names it").file("x.rs"),
        found(FindingKind::Untouched, "step `1` says to create or modify 5 files that were not touched: `a`"),
        found(FindingKind::NewDependency, "3 packages are new through others: `a 1.0.0`, `b 1.0.0`, `c 1.0.0`"),
        found(FindingKind::NewDependency, "`rand 0.9.1` is a new dependency, from crates.io").file("Cargo.toml"),
        found(FindingKind::Unplanned, "99999999999 files of `money` changed"),
    ];
    assert_data_eq!(
        text(&dossier),
        str![[r#"
! no check was run
! 5 planned files untouched: step `1` says to create or modify 5 files that were not touched: `a`
! 14 changed files no step names: 12 files of `money`; x.rs; 99999999999 files of `money` changed
! 4 new dependencies: 3 packages are new through others: `a 1.0.0`, `b 1.0.0`, `c 1.0.0`; rand 0.9.1
  no weakened test or lint, no step done without a change
  claims were not held: `cargo handoff validate` does; no test was run on the baseline: `cargo handoff implement --red` does

"#]]
    );
}

#[test]
fn levels_that_do_not_follow_each_other_are_each_told() {
    assert_eq!(super::levels(&[Level::Contract]), "V0");
    assert_eq!(super::levels(&[Level::Contract, Level::Evidence]), "V0–V1");
    assert_eq!(super::levels(&Level::ALL), "V0–V5");
    assert_eq!(super::levels(&[Level::Contract, Level::Tree]), "V0, V3");
    assert_eq!(super::levels(&[]), "");
}

#[test]
fn changed_files_that_decide_what_runs_are_told_before_all_else() {
    let mut dossier = made::honest();
    let mut change = dossier.changes[0].clone();
    for file in ["crates/money/src/lib.rs", ".github/workflows/ci.yml", "crates/money/build.rs", "Cargo.toml"] {
        file.clone_into(&mut change.entry.file);
        dossier.changes.push(change.clone());
    }
    "crates/money/make.rs".clone_into(&mut change.entry.file);
    change.entry.targets = vec!["custom-build/build-script-make".into()];
    dossier.changes.push(change);
    let first = text(&dossier).lines().next().map(str::to_owned).unwrap_or_default();
    let names = ".github/workflows/ci.yml, crates/money/build.rs, Cargo.toml and 1 more";
    assert_eq!(first, format!("! 4 changed files decide what is built and run: {names}"));
}

#[test]
fn a_large_record_is_told_in_ten_lines() {
    for dossier in [made::hostile(), made::large(10_000, 500)] {
        assert!(lines(&dossier).len() <= 10);
    }
}

#[test]
fn a_step_held_up_by_an_untouched_file_is_not_denied() {
    let mut dossier = made::honest();
    assert!(text(&dossier).contains("no planned file untouched"), "{}", text(&dossier));
    dossier.open.push("step S3: no change in `CHANGELOG.md`".into());
    assert!(!text(&dossier).contains("no planned file untouched"));
}
