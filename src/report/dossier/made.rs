//! Dossiers for the tests of the formats: one as honest work leaves it, one that is hostile in every text, a large one.

use super::{Change, Command, Criterion, Dossier, Scenario, Standing, Step, Suite, TestRef};
use crate::answers::ClaimRow;
use crate::check::TestOutcome;
use crate::event::Lines;
use crate::evidence::{PackageRecord, Part};
use crate::payload::entries::{
    BaselineEntry, ChangeEntry, CommandEntry, Counts, Environment, Failure, Red, RedClass, TargetOutcome, TestEntry,
};
use crate::words::{
    BY, CheckKind, Diagnostic, Finding, FindingKind, Level, Outcome, Severity, SuiteId, TargetId, TargetKind, Verdict,
};
use std::collections::BTreeMap;

/// When everything happened.
const AT: &str = "2026-11-02T09:30:00Z";
const RUN: &str = "20261102T093000.000000Z";
const COMMIT: &str = "1111111111111111111111111111111111111111";

/// What finished work looks like: two packages, a passed and a failed suite, a lint, something of each kind.
#[must_use]
pub fn honest() -> Dossier {
    Dossier {
        verb: "implement".into(),
        note: None,
        payload: "handoff/payload.json".into(),
        payload_sha256: "a".repeat(64),
        summary: "Amounts are rounded half to even.".into(),
        version: "0.1.0".into(),
        run: RUN.into(),
        at: AT.into(),
        record_sha256: Some("b".repeat(64)),
        head: Some("2".repeat(40)),
        tree: Some("3".repeat(40)),
        baseline: Some(BaselineEntry {
            reference: "main".into(),
            commit: COMMIT.into(),
            how: "the merge base with `main`".into(),
            tree: "3".repeat(40),
            by: BY.into(),
        }),
        environment: Some(Environment {
            rustc: Some("rustc 1.95.0".into()),
            cargo: Some("cargo 1.95.0".into()),
            clippy: Some("clippy 0.1.95".into()),
            rustfmt: Some("rustfmt 1.8.0".into()),
            triple: Some("x86_64-unknown-linux-gnu".into()),
            toolchain_file: None,
            cargo_handoff: "0.1.0".into(),
            by: BY.into(),
        }),
        exit: 0,
        ready: false,
        open: vec!["test report/lib/report: 1 of 2 tests failed".into()],
        findings: vec![
            Finding::new(FindingKind::WeakenedTest, "`rounds_down` asserts less than it did")
                .file("crates/money/src/lib.rs")
                .line(41),
            Finding::new(FindingKind::Unplanned, "it was modified, and no step names it").file("ci/build.yml"),
            Finding::new(FindingKind::NewDependency, "`rand 0.9.1` is new in the lock").file("Cargo.lock"),
        ],
        levels: vec![Level::Contract, Level::Evidence, Level::Outcomes],
        denied: Vec::new(),
        strict: false,
        claims: vec![
            claim("test:report/lib/report", Verdict::Contradicted, "recorded as passed, and its log says failed"),
            claim("test:money/lib/money", Verdict::Confirmed, "as its log says"),
        ],
        remarks: Vec::new(),
        criteria: vec![
            criterion(1, "Half a cent goes to the even neighbour.", &["s1"], Standing::Proven),
            Criterion {
                id: Some("AC-2".into()),
                ..criterion(2, "Reports show rounded amounts.", &["s2"], Standing::Failing)
            },
            criterion(3, "Nobody notices.", &[], Standing::Untested),
        ],
        steps: vec![
            step("1", "Round in `money`", "completed", &["crates/money/src/lib.rs"], "money"),
            step("2", "Show it in `report`", "in-progress", &["crates/report/src/lib.rs"], "report"),
        ],
        scenarios: vec![
            scenario("s1", "Rounding", "1", Standing::Proven, found("money", "tests::rounds", TestOutcome::Passed)),
            scenario("s2", "Reports", "2", Standing::Failing, found("report", "tests::shows", TestOutcome::Failed)),
        ],
        changes: vec![
            change("crates/money/src/lib.rs", "money", "1"),
            change("crates/report/src/lib.rs", "report", "2"),
        ],
        commands: vec![command(CheckKind::Fmt, Outcome::Passed), command(CheckKind::Clippy, Outcome::Failed)],
        suites: vec![
            suite("money", &[("tests::rounds", TestOutcome::Passed), ("tests::slow", TestOutcome::Ignored)]),
            suite("report", &[("tests::shows", TestOutcome::Failed), ("tests::sums", TestOutcome::Passed)]),
        ],
        diagnostics: vec![
            diagnostic("crates/report/src/lib.rs", 12, false),
            diagnostic("crates/money/src/lib.rs", 3, true),
        ],
        diagnostics_left_out: 0,
        packages: vec![
            package("money", &[], Part::Changed),
            package("report", &["money"], Part::Changed),
            package("shop", &["report"], Part::Affected),
            package("tools", &[], Part::Untouched),
        ],
        decision: None,
        issues: Vec::new(),
    }
}

/// Every text of it is an attack: markup, control characters, workflow commands, `]]>`, newlines; 5,000 findings.
#[must_use]
pub fn hostile() -> Dossier {
    let mut dossier = honest();
    let attack = || ATTACK.to_owned();
    dossier.summary = attack();
    dossier.open = vec![attack()];
    dossier.remarks = vec![attack()];
    let finding = |line| Finding::new(FindingKind::WeakenedTest, ATTACK).file(ATTACK).line(line);
    dossier.findings = (1..=5000).map(finding).collect();
    dossier.claims.iter_mut().for_each(|claim| (claim.claim, claim.why) = (attack(), attack()));
    dossier.criteria.iter_mut().for_each(|criterion| (criterion.id, criterion.text) = (Some(attack()), attack()));
    for step in &mut dossier.steps {
        (step.name, step.status, step.success_signal) = (attack(), Some(attack()), Some(attack()));
        step.files = vec![attack()];
    }
    for scenario in &mut dossier.scenarios {
        (scenario.name, scenario.status, scenario.named) = (attack(), Some(attack()), vec![attack()]);
        scenario.tests.iter_mut().for_each(|test| test.test = attack());
    }
    for change in &mut dossier.changes {
        (change.entry.file, change.entry.rationale, change.diff) = (attack(), Some(attack()), Some(attack()));
    }
    for command in &mut dossier.commands {
        (command.entry.command, command.entry.why, command.log) = (attack(), Some(attack()), Some(attack()));
        (command.entry.argv, command.entry.output) = (vec![attack(), attack()], Some(attack()));
        command.entry.targets.iter_mut().for_each(|target| target.why = Some(attack()));
    }
    for suite in &mut dossier.suites {
        (suite.entry.why, suite.log) = (Some(attack()), Some(attack()));
        suite.tests = suite.tests.values().map(|outcome| (attack(), *outcome)).collect();
        suite.tests.insert(format!("{ATTACK}2"), TestOutcome::Failed);
        suite.entry.failures = vec![Failure { name: format!("{ATTACK}2"), excerpt: attack(), before: None }];
    }
    let diagnostic = |line| Diagnostic { message: attack(), code: Some(attack()), ..diagnostic(ATTACK, line, false) };
    dossier.diagnostics = (1..=5000).map(diagnostic).collect();
    dossier
}

/// What no report may pass on as it is.
pub const ATTACK: &str = "a\"b'c<script>alert(1)</script><!--\n::error file=x::y\r\n]]>&amp;\u{1b}[31m\u{0}\u{202e}|`%0A@everyone #1 ![x](http://example.invalid/x.png)";

/// So many tests in suites of a hundred, and so many changed files with a diff of some lines.
#[must_use]
pub fn large(n_tests: usize, n_changes: usize) -> Dossier {
    let mut dossier = honest();
    let names: Vec<String> = (0..100).map(|n| format!("module::tests::the_{n}th_thing_is_as_it_should_be")).collect();
    let tests: Vec<(&str, TestOutcome)> = names.iter().map(|name| (name.as_str(), TestOutcome::Passed)).collect();
    dossier.suites = (0..n_tests / 100).map(|n| suite(&format!("package-{n}"), &tests)).collect();
    dossier.changes = (0..n_changes)
        .map(|n| {
            let mut change = change(&format!("crates/package-{n}/src/lib.rs"), &format!("package-{n}"), "1");
            let lines: String = (0..40).map(|n| format!("+    let value_{n} = compute({n});\n")).collect();
            change.diff = change.diff.map(|diff| diff + &lines);
            change
        })
        .collect();
    dossier
}

fn claim(claim: &str, verdict: Verdict, why: &str) -> ClaimRow {
    ClaimRow { claim: claim.into(), verdict, why: why.into(), level: Level::Outcomes }
}

fn criterion(number: usize, text: &str, scenarios: &[&str], standing: Standing) -> Criterion {
    let scenarios = scenarios.iter().map(|id| (*id).to_owned()).collect();
    Criterion { number, id: None, text: text.into(), scenarios, standing }
}

fn step(id: &str, name: &str, status: &str, files: &[&str], package: &str) -> Step {
    Step {
        id: id.into(),
        name: name.into(),
        status: Some(status.into()),
        is_asserted: false,
        success_signal: Some("the numbers add up".into()),
        files: files.iter().map(|file| (*file).to_owned()).collect(),
        packages: vec![package.into()],
    }
}

fn scenario(id: &str, name: &str, step: &str, standing: Standing, test: TestRef) -> Scenario {
    Scenario {
        id: id.into(),
        name: name.into(),
        status: (standing == Standing::Proven).then(|| "implemented".into()),
        is_asserted: false,
        steps: vec![step.into()],
        named: vec![test.test.clone()],
        tests: vec![test],
        commands: Vec::new(),
        standing,
    }
}

/// A test that failed on the baseline.
#[must_use]
pub fn red(test: &str) -> Red {
    Red {
        test: test.into(),
        class: RedClass::RedAssertion,
        place: None,
        why: None,
        function: None,
        baseline: COMMIT.into(),
        evidence_ref: format!("handoff/evidence/{RUN}"),
    }
}

fn found(package: &str, test: &str, outcome: TestOutcome) -> TestRef {
    let red = Red { place: Some(format!("crates/{package}/src/lib.rs:40")), ..red(test) };
    TestRef { suite: format!("test:{package}/lib/{package}"), test: test.into(), outcome, red: Some(red) }
}

fn change(file: &str, package: &str, step: &str) -> Change {
    let entry = ChangeEntry {
        id: format!("change:{file}"),
        file: file.into(),
        files: vec![file.into()],
        kind: "modified".into(),
        from: None,
        package: Some(package.into()),
        targets: vec![format!("lib/{package}")],
        steps: vec![step.into()],
        lines: Some(Lines { added: 2, removed: 1 }),
        before: Some("4".repeat(40)),
        after: Some("5".repeat(40)),
        diff: None,
        rationale: Some("Half to even".into()),
        rationale_source: Some("note".into()),
        citations: Vec::new(),
        symbols: Vec::new(),
        more_symbols: 0,
        public_signatures_changed: 0,
        evidence_ref: format!("handoff/evidence/{RUN}"),
        by: BY.into(),
    };
    let diff = format!("diff --git a/{file} b/{file}\n--- a/{file}\n+++ b/{file}\n@@ -1 +1,2 @@\n-old\n+new\n+more\n");
    Change { entry, diff: Some(diff) }
}

fn command(kind: CheckKind, outcome: Outcome) -> Command {
    let target = TargetOutcome {
        package: "report".into(),
        kind: TargetKind::Lib,
        name: "report".into(),
        outcome,
        errors: 0,
        warnings: u64::from(outcome == Outcome::Failed),
        pre_existing: 0,
        why: (outcome == Outcome::Failed).then(|| "unneeded `return` statement".into()),
        observed_at: None,
    };
    let entry = CommandEntry {
        id: format!("command:{}", kind.word()),
        kind,
        command: format!("cargo {} --workspace", kind.word()),
        argv: vec!["cargo".into(), kind.word().into(), "--workspace".into()],
        cwd: ".".into(),
        env: BTreeMap::new(),
        outcome,
        why: target.why.clone(),
        exit_code: Some(0),
        signal: None,
        timed_out: None,
        timestamp: AT.into(),
        duration_ms: 1200,
        targets: vec![target],
        passed: vec!["money".into()],
        passed_earlier: BTreeMap::new(),
        output: None,
        log: None,
        cached: false,
        approval: None,
        before: None,
        wanting: None,
        evidence_ref: format!("handoff/evidence/{RUN}"),
        by: BY.into(),
    };
    Command { entry, log: Some("warning: unneeded `return` statement\n".into()), run: RUN.into() }
}

fn suite(package: &str, tests: &[(&str, TestOutcome)]) -> Suite {
    let target = TargetId { package: package.into(), kind: TargetKind::Lib, name: package.into() };
    let suite = SuiteId { target, doctest: false };
    let n = |outcome| tests.iter().filter(|(_, its)| *its == outcome).count() as u64;
    let failed = tests.iter().filter(|(_, outcome)| *outcome == TestOutcome::Failed);
    let failure =
        |name: &str| Failure { name: name.into(), excerpt: "assertion failed: left == right".into(), before: None };
    let is_bad = 0 < n(TestOutcome::Failed);
    let entry = TestEntry {
        id: suite.id(),
        package: package.into(),
        target: crate::payload::entries::TargetShape { kind: "lib".into(), name: package.into() },
        suite: format!("unit tests of `{package}`"),
        steps: vec!["1".into()],
        scenarios: vec!["s1".into()],
        added: vec!["tests::rounds".into()],
        changed: Vec::new(),
        removed: Vec::new(),
        unattributed: 0,
        status: if is_bad { Outcome::Failed } else { Outcome::Passed },
        why: is_bad.then(|| "1 of 2 tests failed".into()),
        counts: Counts {
            listed: tests.len() as u64,
            passed: n(TestOutcome::Passed),
            failed: n(TestOutcome::Failed),
            ignored: n(TestOutcome::Ignored),
            filtered: 0,
        },
        failures: failed.map(|(name, _)| failure(name)).collect(),
        flaky: Vec::new(),
        red: Vec::new(),
        names: "0".repeat(16),
        observed_at: AT.into(),
        duration_ms: 340,
        evidence_ref: format!("handoff/evidence/{RUN}"),
        by: BY.into(),
    };
    Suite {
        entry,
        suite,
        tests: tests.iter().map(|(name, outcome)| ((*name).to_owned(), *outcome)).collect(),
        attempts: BTreeMap::new(),
        log: Some("running 2 tests\n".into()),
        is_cached: false,
        run: RUN.into(),
    }
}

fn diagnostic(file: &str, line: u32, pre_existing: bool) -> Diagnostic {
    Diagnostic {
        check: CheckKind::Clippy,
        target: TargetId { package: "report".into(), kind: TargetKind::Lib, name: "report".into() },
        severity: Severity::Warning,
        code: Some("clippy::needless_return".into()),
        message: "unneeded `return` statement".into(),
        file: Some(file.into()),
        line,
        last_line: line,
        pre_existing,
    }
}

fn package(label: &str, depends_on: &[&str], part: Part) -> PackageRecord {
    let depends_on = depends_on.iter().map(|label| (*label).to_owned()).collect();
    PackageRecord { package: label.into(), folder: format!("crates/{label}"), depends_on, part }
}
