//! Every format of a record with 10,000 tests and 500 changed files: `cargo bench --bench reports`.
//!
//! The goal is one second and 200 MB, what is reported of included.

#![expect(clippy::disallowed_macros, reason = "a benchmark prints what it measured")]

use cargo_handoff::check::TestOutcome;
use cargo_handoff::event::Lines;
use cargo_handoff::evidence::{PackageRecord, Part};
use cargo_handoff::payload::entries::{ChangeEntry, Counts, Failure, TargetShape, TestEntry};
use cargo_handoff::report::Format;
use cargo_handoff::report::dossier::{Change, Criterion, Dossier, Scenario, Standing, Suite, TestRef};
use cargo_handoff::words::{
    BY, CheckKind, Diagnostic, Finding, FindingKind, Level, Outcome, Severity, SuiteId, TargetId, TargetKind,
};
use std::time::{Duration, Instant};

const SUITES: usize = 100;
const TESTS_OF_A_SUITE: usize = 100;
const CHANGES: usize = 500;
const AT: &str = "2026-11-02T09:30:00Z";
const RUN: &str = "20261102T093000.000000Z";

fn main() {
    let before = peak();
    let dossier = dossier();
    println!("a dossier of {} tests and {CHANGES} changes: peak {}", SUITES * TESTS_OF_A_SUITE, shown(peak()));
    let mut all = Duration::ZERO;
    for format in Format::ALL {
        let mut best = Duration::MAX;
        let mut n_bytes = 0;
        for _ in 0..5 {
            let started = Instant::now();
            n_bytes = format.write(&dossier).len();
            best = best.min(started.elapsed());
        }
        all += best;
        println!("{:>9}: {best:>9.1?}, {n_bytes} bytes, peak {}", format.word(), shown(peak()));
    }
    println!("all: {all:.1?} (goal 1 s), peak {} (goal 200 MB), {} before", shown(peak()), shown(before));
}

/// Work on a hundred packages, in which every suite has a failed test.
fn dossier() -> Dossier {
    Dossier {
        verb: "implement".into(),
        payload: "handoff/payload.json".into(),
        payload_sha256: "a".repeat(64),
        summary: "Amounts are rounded half to even.".into(),
        version: "0.1.0".into(),
        run: RUN.into(),
        at: AT.into(),
        levels: Level::ALL.to_vec(),
        findings: (0..100).map(finding).collect(),
        criteria: (1..=SUITES).map(criterion).collect(),
        scenarios: (1..=SUITES).map(scenario).collect(),
        changes: (0..CHANGES).map(change).collect(),
        suites: (0..SUITES).map(suite).collect(),
        diagnostics: (0..1000).map(diagnostic).collect(),
        packages: (0..SUITES).map(package).collect(),
        ..Dossier::default()
    }
}

fn target(n: usize) -> TargetId {
    let name = format!("package-{n}");
    TargetId { package: name.clone(), kind: TargetKind::Lib, name }
}

fn test(n: usize) -> String {
    format!("module::tests::the_{n}th_thing_is_as_it_should_be")
}

fn finding(n: usize) -> Finding {
    Finding::new(FindingKind::Unplanned, "it changed, and no step names it").file(format!("file-{n}.rs"))
}

fn criterion(number: usize) -> Criterion {
    let text = "Half a cent goes to the even neighbour, in every currency there is.".into();
    Criterion { number, id: None, text, scenarios: vec![format!("s{number}")], standing: Standing::Proven }
}

fn scenario(number: usize) -> Scenario {
    let suite = format!("test:package-{0}/lib/package-{0}", number - 1);
    let tests =
        (0..10).map(|n| TestRef { suite: suite.clone(), test: test(n), outcome: TestOutcome::Passed, red: None });
    Scenario { id: format!("s{number}"), name: "Rounding".into(), tests: tests.collect(), ..Scenario::default() }
}

fn change(n: usize) -> Change {
    let (package, file) = (format!("package-{}", n % SUITES), format!("crates/package-{}/src/file_{n}.rs", n % SUITES));
    let lines: String =
        (0..60).map(|n| format!("-    let value_{n} = {n};\n+    let value_{n} = compute({n});\n")).collect();
    let diff = format!("diff --git a/{file} b/{file}\n--- a/{file}\n+++ b/{file}\n@@ -1,60 +1,60 @@\n{lines}");
    let entry = ChangeEntry {
        id: format!("change:{file}"),
        file: file.clone(),
        files: vec![file],
        kind: "modified".into(),
        from: None,
        package: Some(package.clone()),
        targets: vec![format!("lib/{package}")],
        steps: vec!["1".into()],
        lines: Some(Lines { added: 60, removed: 60 }),
        before: Some("4".repeat(40)),
        after: Some("5".repeat(40)),
        diff: None,
        rationale: Some("Half to even".into()),
        rationale_source: Some("note".into()),
        citations: Vec::new(),
        symbols: Vec::new(),
        more_symbols: 0,
        public_signatures_changed: 0,
        evidence_ref: String::new(),
        by: BY.into(),
    };
    Change { entry, diff: Some(diff) }
}

fn suite(n: usize) -> Suite {
    let target = target(n);
    let outcome = |n: usize| if n == 0 { TestOutcome::Failed } else { TestOutcome::Passed };
    let excerpt = format!("thread 'x' panicked at crates/package-{n}/src/lib.rs:40:9:\nassertion failed\n").repeat(10);
    let suite = SuiteId { target, doctest: false };
    let count = TESTS_OF_A_SUITE as u64;
    let entry = TestEntry {
        id: suite.id(),
        package: suite.target.package.clone(),
        target: TargetShape { kind: "lib".into(), name: suite.target.name.clone() },
        suite: format!("unit tests of `{}`", suite.target.package),
        steps: vec!["1".into()],
        scenarios: vec![format!("s{n}")],
        added: vec![test(1)],
        changed: Vec::new(),
        removed: Vec::new(),
        unattributed: 0,
        status: Outcome::Failed,
        why: Some(format!("1 of {count} tests failed")),
        counts: Counts { listed: count, passed: count - 1, failed: 1, ignored: 0, filtered: 0 },
        failures: vec![Failure { name: test(0), excerpt, before: None }],
        flaky: Vec::new(),
        red: Vec::new(),
        names: "0".repeat(16),
        observed_at: AT.into(),
        duration_ms: 340,
        evidence_ref: String::new(),
        by: BY.into(),
    };
    Suite {
        entry,
        suite,
        tests: (0..TESTS_OF_A_SUITE).map(|n| (test(n), outcome(n))).collect(),
        attempts: std::collections::BTreeMap::new(),
        log: Some("test module::tests::the_thing_is_as_it_should_be ... ok\n".repeat(TESTS_OF_A_SUITE)),
        is_cached: false,
        run: RUN.into(),
    }
}

fn diagnostic(n: usize) -> Diagnostic {
    Diagnostic {
        check: CheckKind::Clippy,
        target: target(n % SUITES),
        severity: Severity::Warning,
        code: Some("clippy::needless_return".into()),
        message: "unneeded `return` statement".into(),
        file: Some(format!("crates/package-{}/src/lib.rs", n % SUITES)),
        line: 12,
        last_line: 12,
        pre_existing: n.is_multiple_of(2),
    }
}

fn package(n: usize) -> PackageRecord {
    let depends_on = n.checked_sub(1).map(|n| format!("package-{n}")).into_iter().collect();
    PackageRecord {
        package: format!("package-{n}"),
        folder: format!("crates/package-{n}"),
        depends_on,
        part: Part::Changed,
    }
}

/// The most memory this process had, in kilobytes, where the system says so.
fn peak() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}

fn shown(kilobytes: Option<usize>) -> String {
    kilobytes.map_or("unknown".into(), |kilobytes| format!("{} MB", kilobytes * 1024 / 1_000_000))
}
