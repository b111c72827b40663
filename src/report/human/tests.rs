//! Tests of what people read.

use super::{implement, map, plain, status, validate};
use crate::answers::{
    ClaimRow, Closing, Ending, Glance, ImplementAnswer, MapAnswer, Next, PlainAnswer, Problem, Row, StatusAnswer,
    ValidateAnswer,
};
use crate::event::{Event, Lines, Via};
use crate::record::acceptance::OpenIssue;
use crate::report::layout::{Detail, Room};
use crate::words::{CheckKind, Finding, FindingKind, Level, Outcome, TargetId, TargetKind, Verdict};
use snapbox::{assert_data_eq, str};

const TERMINAL: Room = Room { width: 80, lines: None, detail: Detail::Normal };
const PIPE: Room = Room { width: 80, lines: Some(60), detail: Detail::Normal };

fn shown(styled: &str) -> String {
    anstream::adapter::strip_str(styled).to_string()
}

fn closing(verb: &str, outcome: Ending, open: &[&str]) -> Closing {
    Closing {
        verb: verb.into(),
        outcome,
        exit: 0,
        ready: false,
        open: open.iter().map(|text| (*text).into()).collect(),
        next: vec![Next { command: "cargo handoff validate".into(), why: "hold the claims against the tree".into() }],
    }
}

fn target(package: &str, kind: TargetKind, name: &str) -> TargetId {
    TargetId { package: package.into(), kind, name: name.into() }
}

fn row(target: TargetId, clippy: Outcome, test: Option<Outcome>, passed: u64, listed: u64) -> Row {
    let (fmt, ignored, duration_ms) = (Some(Outcome::Passed), 0, listed * 400);
    Row { target, fmt, clippy: Some(clippy), doc: None, test, passed, listed, ignored, duration_ms, cached: false }
}

fn work() -> ImplementAnswer {
    let rows = vec![
        row(target("money", TargetKind::Lib, "money"), Outcome::Passed, Some(Outcome::Failed), 13, 14),
        row(target("report", TargetKind::Bin, "report"), Outcome::Passed, Some(Outcome::NotRun), 0, 0),
        row(target("report", TargetKind::Test, "prints"), Outcome::Passed, None, 0, 0),
    ];
    let problem = Problem {
        what: "test money/lib/money".into(),
        outcome: Outcome::Failed,
        why: "1 of 14 tests failed".into(),
        excerpt: Some("thread 'rounds' panicked at crates/money/src/lib.rs:40:9:\n\u{1b}[31mleft: 2\n".into()),
        before: None,
        log: Some("handoff/runs/r1/test-money.log".into()),
    };
    ImplementAnswer {
        closing: closing("implement", Ending::Failed, &["step 2 is not completed: its tests failed"]),
        payload: "handoff/payload.json".into(),
        run_folder: Some("handoff/runs/r1".into()),
        baseline: "main (1a2b3c4), where this branch left it".into(),
        open_issues: Vec::new(),
        rows,
        problems: vec![problem],
        also_open: vec!["step 2: `crates/report/src/main.rs` did not change".into()],
        held_up: vec!["step 1".into(), "scenario rounds".into()],
        findings: vec![
            Finding::new(FindingKind::WeakenedTest, "the test `rounds` is ignored now").file("src/a.rs").line(12),
            Finding::new(FindingKind::LeftOver, "a debugging macro: `dbg!{x}`").file("src/a.rs").line(40),
        ],
        n_changes: 3,
        n_pre_existing: 2,
        remarks: vec!["crates/money/src/lib.rs has no rationale".into()],
        diff: None,
        edits: 7,
        message: "Rounding is not ready: 1 test fails.".into(),
        reports: Vec::new(),
    }
}

#[test]
fn implement_shows_problems_first_and_the_next_command_last() {
    assert_data_eq!(
        shown(&implement(&work(), &TERMINAL)),
        str![[r#"
failed test money/lib/money
  1 of 14 tests failed
  | thread 'rounds' panicked at crates/money/src/lib.rs:40:9:
  | /u{1b}[31mleft: 2
  log: handoff/runs/r1/test-money.log

open
- step 2: `crates/report/src/main.rs` did not change
- step 1, scenario rounds: for what did not pass

findings: 1 weakened test or lint, 1 left-over
- src/a.rs:12: the test `rounds` is ignored now
- src/a.rs:40: a debugging macro: `dbg!{x}`

package  target       fmt     clippy  test           time
money    lib          passed  passed  failed 13/14  5.6 s
report   bin report   passed  passed  not-run           -
report   test prints  passed  passed  -                 -

remarks
- crates/money/src/lib.rs has no rationale

implement: failed, 3 changes since main (1a2b3c4), where this branch left it
  recorded in handoff/payload.json (7 edits)
  2 warnings were there before and do not count

next: cargo handoff validate - hold the claims against the tree

"#]]
    );
}

#[test]
fn a_quiet_implement_shows_problems_and_the_closing_lines() {
    let quiet = Room { detail: Detail::Quiet, ..TERMINAL };
    let text = shown(&implement(&work(), &quiet));
    assert!(text.starts_with("failed test money/lib/money\n"), "{text}");
    assert!(!text.contains("package  target") && !text.contains("acceptance"), "{text}");
}

#[test]
fn the_table_fits_80_columns_whatever_the_names() {
    let mut answer = work();
    let long = "a-package-with-a-name-nobody-wants-to-type-twice".to_owned();
    answer.rows = vec![row(
        target(&long, TargetKind::Example, "an-example-with-a-long-name-as-well"),
        Outcome::CouldNotRun,
        Some(Outcome::CouldNotRun),
        0,
        1200,
    )];
    let text = shown(&implement(&answer, &TERMINAL));
    let table: Vec<&str> =
        text.lines().filter(|line| line.contains("could-not-run") || line.contains("clippy")).collect();
    assert_eq!(table.len(), 2, "{text}");
    assert!(table.iter().all(|line| line.chars().count() <= 80), "{text}");
    assert!(table[1].contains('…'), "{text}");
}

#[test]
fn off_a_terminal_a_flood_of_failures_stays_within_its_lines() {
    let mut answer = work();
    answer.problems = vec![Problem { excerpt: Some("a line of it\n".repeat(40)), ..answer.problems[0].clone() }; 90];
    answer.rows =
        (0..300).map(|n| row(target(&format!("p{n}"), TargetKind::Lib, "p"), Outcome::Passed, None, 0, 0)).collect();
    answer.remarks = vec!["something to know".into(); 50];
    answer.closing.open = vec!["something open".into(); 50];
    for lines in [60, 40, 30] {
        let text = shown(&implement(&answer, &Room { lines: Some(lines), ..PIPE }));
        let n_lines = text.lines().count();
        assert!(n_lines <= lines, "{n_lines} of {lines}:\n{text}");
        assert!(text.starts_with("failed test money/lib/money\n"), "{text}");
        assert!(text.contains(" more, see handoff/runs/r1\n"), "{text}");
        assert!(text.ends_with("next: cargo handoff validate - hold the claims against the tree\n"), "{text}");
    }
}

#[test]
fn validate_begins_with_the_verdicts_and_the_contradictions() {
    let claim = |claim: &str, verdict, why: &str| ClaimRow {
        claim: claim.into(),
        verdict,
        why: why.into(),
        level: Level::Checks,
    };
    let answer = ValidateAnswer {
        closing: closing("validate", Ending::Failed, &[]),
        payload: "handoff/payload.json".into(),
        baseline: "main (1a2b3c4)".into(),
        note: None,
        levels: Level::ALL[..5].to_vec(),
        claims: vec![
            claim("change:src/a.rs", Verdict::Confirmed, ""),
            claim("change:src/c.rs", Verdict::Confirmed, ""),
            claim("test:money/lib/money", Verdict::Confirmed, "14 of 14 passed"),
            claim("command:custom", Verdict::NotCheckable, "not approved"),
            claim(
                "change:src/b.rs",
                Verdict::Contradicted,
                "the file is not what was recorded: blob 12ab now, 34cd then",
            ),
        ],
        n_unevidenced: 3,
        reports: Vec::new(),
        rows: vec![],
        problems: vec![],
        recorded: None,
        findings: vec![],
    };
    assert_data_eq!(
        shown(&validate(&answer, &TERMINAL)),
        str![[r#"
5 claims in handoff/payload.json: 1 contradicted, 1 not-checkable, 3 confirmed
3 entries written by hand, not checkable
measured from main (1a2b3c4)
levels: V0 V1 V2 V3 V4 done; V5 (tests on the baseline) not asked for: `--level
5`

contradicted  change:src/b.rs, at V4
              the file is not what was recorded: blob 12ab now, 34cd then
not-checkable command:custom, at V4
              not approved
confirmed     2 changes, 1 test

validate: failed

next: cargo handoff validate - hold the claims against the tree

"#]]
    );
    let full = shown(&validate(&answer, &Room { detail: Detail::Full, ..TERMINAL }));
    assert!(full.contains("confirmed     test:money/lib/money\n"), "{full}");
}

fn issue() -> OpenIssue {
    OpenIssue {
        id: "issue:test:money/lib/money".into(),
        severity: Some("major".into()),
        expected: "tests of `money/lib/money` pass".into(),
        actual: Some("failed: tests::rounds (step 1, scenario rounds)".into()),
        reproduction: vec!["cargo test -p money --lib -- --exact tests::rounds".into()],
        files: vec!["crates/money/src/lib.rs".into()],
        steps: vec!["1".into()],
        unchanged: Vec::new(),
    }
}

#[test]
fn what_is_so_is_said_before_what_ought_to_be() {
    let text = shown(&implement(&ImplementAnswer { open_issues: vec![issue()], ..work() }, &PIPE));
    let (actual, expected) = (text.find("failed: tests::rounds"), text.find("expected: tests of"));
    assert!(text.starts_with("open findings of the acceptance owner") && actual < expected, "{text}");
}

#[test]
fn a_missing_approval_is_no_failure() {
    let mut closing = closing("implement", Ending::Failed, &["`./x.sh`: not-run (not approved)"]);
    closing.exit = 77;
    let answer = ImplementAnswer { closing, problems: Vec::new(), held_up: Vec::new(), ..work() };
    let text = shown(&implement(&answer, &PIPE));
    assert!(text.contains("implement: not approved, 3 changes") && !text.contains("failed,"), "{text}");
}

#[test]
fn a_command_to_type_stays_on_one_line_and_its_reason_is_indented_below() {
    let command = "/a/long/way/to/the/binary/cargo-handoff validate --decide approved --as NAME --note TEXT";
    let next = vec![Next { command: command.into(), why: "because somebody has to say so in the end ".repeat(2) }];
    let closing = Closing { next, ..closing("x", Ending::Passed, &[]) };
    let answer = PlainAnswer { closing, text: String::new() };
    let text = shown(&plain(&answer, &TERMINAL));
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], format!("next: {command}"));
    assert!(lines[1].starts_with("      - because somebody") && lines[2].starts_with("        "), "{text}");
    assert!(lines[1..].iter().all(|line| line.chars().count() <= 80), "{text}");
    let piped = shown(&plain(&answer, &PIPE));
    assert_eq!(piped.lines().count(), 1, "off a terminal nothing breaks a line but us: {piped}");
}

#[test]
fn what_is_open_for_a_finding_is_said_once() {
    let finding = |text: &str, about: &str| Finding::new(FindingKind::ScenarioWithoutTest, text).about(about);
    let answer = ImplementAnswer {
        findings: vec![finding("scenario `s` names no test", "scenario:s"), finding("`t` names no test", "scenario:t")],
        also_open: vec!["scenario s: it names no test".into()],
        ..work()
    };
    let text = shown(&implement(&answer, &PIPE));
    assert!(text.contains("findings: 2 scenarios without a test"), "{text}");
    assert!(!text.contains("scenario `s` names no test") && text.contains("- `t` names no test"), "{text}");
    assert_eq!(text.matches("scenario s").count(), 1, "{text}");
}

#[test]
fn claims_that_lean_on_one_thing_are_told_in_one() {
    let row = |claim: String| ClaimRow {
        claim,
        verdict: Verdict::Contradicted,
        why: "its evidence is missing: there is no `handoff/evidence/r1`".into(),
        level: Level::Contract,
    };
    let rows: Vec<ClaimRow> =
        (0..9).map(|n| row(format!("test:a/lib/a{n}"))).chain([row("command:fmt".into())]).collect();
    let answer = ValidateAnswer {
        closing: Closing {
            open: rows.iter().map(|row| format!("{}: {}", row.claim, row.why)).collect(),
            ..closing("validate", Ending::Failed, &[])
        },
        payload: "handoff/payload.json".into(),
        note: None,
        baseline: String::new(),
        levels: vec![Level::Contract],
        claims: rows,
        n_unevidenced: 0,
        rows: Vec::new(),
        problems: Vec::new(),
        recorded: None,
        findings: Vec::new(),
        reports: Vec::new(),
    };
    let text = shown(&validate(&answer, &PIPE));
    assert_eq!(text.matches("its evidence is missing").count(), 1, "{text}");
    let in_a_row = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(in_a_row.contains("and 7 more (9 tests, 1 command), at V0"), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= PIPE.width), "{text}");
    let full = shown(&validate(&answer, &Room { detail: Detail::Full, ..TERMINAL }));
    assert_eq!(full.matches("its evidence is missing").count(), 10, "{full}");
}

#[test]
fn status_is_a_glance() {
    let glance = |id: &str, name: &str, status: Option<&str>, asserted| Glance {
        id: id.into(),
        name: name.into(),
        status: status.map(Into::into),
        asserted,
        success_signal: asserted.then(|| "the page loads".into()),
    };
    let answer = StatusAnswer {
        closing: closing("status", Ending::Passed, &[]),
        payload: "handoff/payload.json".into(),
        stage: Some("4-implement".into()),
        gate: vec![],
        steps: vec![
            glance("1", "Round half up", Some("completed"), false),
            glance("2", "Tell people", Some("completed"), true),
        ],
        scenarios: vec![glance("S-1", "Rounding of 0.5", None, false)],
        outcomes: vec![
            ("test:money/lib/money".into(), Outcome::Passed),
            ("command:clippy".into(), Outcome::CouldNotRun),
        ],
        n_changes: Some(1),
        decision: Some("rejected by Quinn at 2026-01-02T03:04:05Z: a sum is off by one".into()),
        open_issues: vec![issue()],
    };
    assert_data_eq!(
        shown(&status(&answer, &TERMINAL)),
        str![[r#"
handoff/payload.json  stage 4-implement, gate open, 1 file changed
acceptance: rejected by Quinn at 2026-01-02T03:04:05Z: a sum is off by one

open findings of the acceptance owner
- issue:test:money/lib/money [major]: step 1
  failed: tests::rounds (step 1, scenario rounds)
  expected: tests of `money/lib/money` pass
  to see it: cargo test -p money --lib -- --exact tests::rounds

steps
  1  completed             Round half up
  2  completed (asserted)  Tell people
                           signal: the page loads

scenarios
  S-1  -  Rounding of 0.5

last outcomes
  could-not-run  command:clippy
  passed         test:money/lib/money

next: cargo handoff validate - hold the claims against the tree

"#]]
    );
}

#[test]
fn map_says_what_and_why() {
    let events = vec![
        Event::Baseline { reference: "main".into(), commit: "1a2b3c4d5e6f7a8b".into(), how: "the merge base".into() },
        Event::StepMapped {
            step: "1".into(),
            name: "Round half up".into(),
            packages: vec!["money".into()],
            targets: vec![target("money", TargetKind::Lib, "money")],
            via: vec![Via { kind: "file".into(), what: "crates/money/src/lib.rs".into() }],
        },
        Event::Change {
            file: "crates/money/src/lib.rs".into(),
            kind: "modified".into(),
            from: None,
            package: Some("money".into()),
            steps: vec!["1".into()],
            lines: Some(Lines { added: 10, removed: 2 }),
        },
        Event::Change {
            file: "logo.png".into(),
            kind: "renamed".into(),
            from: Some("old.png".into()),
            package: None,
            steps: vec![],
            lines: None,
        },
        Event::Affected { packages: vec!["money".into(), "report".into()], tests_only: vec!["app".into()] },
        Event::Planned {
            check: CheckKind::Fmt,
            command: "cargo fmt --check".into(),
            packages: vec!["money".into()],
            may_run: None,
        },
        Event::Planned {
            check: CheckKind::Prescribed,
            command: "./check.sh".into(),
            packages: Vec::new(),
            may_run: Some("it is approved".into()),
        },
    ];
    let answer = MapAnswer { closing: closing("map", Ending::Passed, &[]), events };
    assert_data_eq!(
        shown(&map(&answer, &TERMINAL)),
        str![[r#"
measured from 1a2b3c4d5e (the merge base)

steps
  1   Round half up
      -> money
      by file crates/money/src/lib.rs

changes
  modified +10 -2     crates/money/src/lib.rs  in money, step 1
  renamed  binary     logo.png (was old.png)  no package, no step names it

affected
  all of    money, report
  tests of  app

would run
  fmt         cargo fmt --check
  prescribed  ./check.sh
              - it is approved

next: cargo handoff validate - hold the claims against the tree

"#]]
    );
}

#[test]
fn a_plain_answer_is_its_text_and_the_closing_lines() {
    let answer = PlainAnswer { closing: closing("init", Ending::Passed, &[]), text: "made `x`\u{7}".into() };
    assert_eq!(
        shown(&plain(&answer, &PIPE)),
        "made `x`\\u{7}\n\nnext: cargo handoff validate - hold the claims against the tree\n"
    );
}
