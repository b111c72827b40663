//! What several parts say, as if one machine had said it.

use super::*;
use crate::check::Tools;
use crate::payload::entries::Counts;
use crate::verbs::part::Question;
use crate::words::{Diagnostic, Severity, SuiteId, TargetId};
use crate::workspace::graph::{Package, Target};
use serde_json::json;
use std::collections::BTreeSet;

fn target(package: &str, outcome: Outcome, why: Option<&str>) -> TargetOutcome {
    TargetOutcome {
        package: package.into(),
        kind: TargetKind::Lib,
        name: package.into(),
        outcome,
        errors: 0,
        warnings: 0,
        pre_existing: 0,
        why: why.map(str::to_owned),
        observed_at: None,
    }
}

fn command(id: &str, kind: CheckKind, targets: Vec<TargetOutcome>) -> CommandEntry {
    let outcome = Outcome::of_all(targets.iter().map(|target| target.outcome));
    let why = targets.iter().find(|target| target.outcome == outcome).and_then(|target| target.why.clone());
    CommandEntry {
        id: id.into(),
        kind,
        command: "cargo".into(),
        argv: vec!["cargo".into()],
        cwd: ".".into(),
        env: BTreeMap::new(),
        outcome,
        why,
        exit_code: Some(if outcome.is_bad() { 101 } else { 0 }),
        signal: None,
        timed_out: None,
        timestamp: "2026-01-01T00:00:00Z".into(),
        duration_ms: 10,
        targets,
        passed: Vec::new(),
        passed_earlier: BTreeMap::new(),
        output: None,
        log: None,
        cached: false,
        approval: None,
        before: None,
        wanting: None,
        evidence_ref: "r".into(),
        by: "cargo-handoff".into(),
    }
}

fn suite(package: &str, doctest: bool) -> SuiteResult {
    let target = TargetId { package: package.into(), kind: TargetKind::Lib, name: package.into() };
    let counts = Counts { listed: 1, passed: 1, ..Counts::default() };
    SuiteResult { counts, ..SuiteResult::bare(SuiteId { target, doctest }, Outcome::Passed, None) }
}

fn part(commands: Vec<CommandEntry>, suites: Vec<SuiteResult>) -> Checks {
    Checks {
        question: Question::default(),
        tools: Tools::default(),
        packages: BTreeSet::new(),
        commands,
        suites,
        logs: Logs::new(),
        diagnostics: Vec::new(),
        reran: Reran::new(),
        wanting: BTreeMap::new(),
    }
}

/// A workspace of these packages, in this order.
fn graph(labels: &[&str]) -> Graph {
    let package = |label: &str| {
        let folder = format!("/w/{label}");
        let cargo = json!({
            "name": label, "version": "0.1.0", "id": format!("path+file://{folder}#0.1.0"), "dependencies": [],
            "targets": [], "features": {}, "manifest_path": format!("{folder}/Cargo.toml"),
        });
        let target = Target {
            id: TargetId { package: label.into(), kind: TargetKind::Lib, name: label.into() },
            root_file: format!("{folder}/src/lib.rs").into(),
            test: true,
            doctest: true,
            harness: true,
            required_features: Vec::new(),
        };
        Package {
            label: label.into(),
            folder: folder.clone().into(),
            real_folder: folder.into(),
            targets: vec![target],
            depends: Vec::new(),
            resolved: BTreeSet::new(),
            cargo: serde_json::from_value(cargo).expect("what cargo says of a package"),
        }
    };
    let workspace = Workspace {
        root: "/w".into(),
        manifest: "/w/Cargo.toml".into(),
        target_folder: "/w/target".into(),
        build_folder: "/w/target".into(),
        packages: labels.iter().map(|label| package(label)).collect(),
        paths: Vec::new(),
        settings: Default::default(),
    };
    Graph { workspaces: vec![workspace] }
}

const PASSED: Outcome = Outcome::Passed;

#[test]
fn what_several_parts_say_of_a_command_is_one_entry_in_the_order_of_the_workspace() {
    let clippy = |targets| command("command:clippy", CheckKind::Clippy, targets);
    let fmt = |targets| command("command:fmt", CheckKind::Fmt, targets);
    let mut bad = clippy(vec![target("b", Outcome::Failed, Some("a lint"))]);
    bad.output = Some("said of b".into());
    let mut worse = clippy(vec![target("a", Outcome::Failed, Some("another lint")), target("c", PASSED, None)]);
    worse.output = Some("said of a".into());
    let parts = vec![
        part(vec![fmt(vec![target("b", PASSED, None)]), bad], vec![suite("b", false), suite("b", true)]),
        part(
            vec![fmt(vec![target("a", PASSED, None), target("c", PASSED, None)]), worse],
            vec![suite("a", false), suite("c", false)],
        ),
        part(Vec::new(), Vec::new()),
    ];
    let Joined { results, .. } = join(parts, &graph(&["a", "b", "c"]), &Lines::new());
    let suites: Vec<String> = results.suites.iter().map(|suite| suite.suite.id()).collect();
    assert_eq!(suites, ["test:a/lib/a", "test:b/lib/b", "test:c/lib/c", "test:b/doctest/b"]);
    let [fmt, clippy] = results.commands.as_slice() else { panic!("{:?}", results.commands) };
    assert_eq!((fmt.outcome, fmt.exit_code, fmt.duration_ms), (PASSED, Some(0), 20));
    assert_eq!(fmt.command, "cargo fmt --all -- --check", "the whole question");
    assert_eq!((clippy.outcome, clippy.exit_code), (Outcome::Failed, Some(101)));
    assert_eq!(clippy.why.as_deref(), Some("another lint"), "of the first package");
    assert_eq!(clippy.output.as_deref(), Some("said of a\n\nsaid of b"));
    let order: Vec<&str> = clippy.targets.iter().map(|target| target.package.as_str()).collect();
    assert_eq!(order, ["a", "b", "c"]);
}

#[test]
fn where_one_part_does_not_compile_all_targets_are_told_of_by_the_build() {
    let why = Some("does not compile: x");
    let mut stopped = command("command:test", CheckKind::Test, Vec::new());
    (stopped.outcome, stopped.why, stopped.exit_code) = (Outcome::CouldNotRun, why.map(str::to_owned), Some(101));
    let mut elsewhere = stopped.clone();
    (elsewhere.outcome, elsewhere.why) = (Outcome::NotRun, Some("stopped by a package that was not checked: x".into()));
    let build = |targets| command("command:build", CheckKind::Build, targets);
    let parts = vec![
        part(vec![elsewhere, build(vec![target("b", PASSED, None)])], Vec::new()),
        part(vec![stopped, build(vec![target("a", Outcome::CouldNotRun, why)])], Vec::new()),
        part(vec![command("command:test", CheckKind::Test, vec![target("c", PASSED, None)])], Vec::new()),
    ];
    let Joined { results, .. } = join(parts, &graph(&["a", "b", "c"]), &Lines::new());
    let [test, build] = results.commands.as_slice() else { panic!("{:?}", results.commands) };
    assert_eq!((test.outcome, test.why.as_deref(), test.targets.len()), (Outcome::CouldNotRun, why, 0));
    assert_eq!((build.outcome, build.why.as_deref(), build.targets.len()), (Outcome::CouldNotRun, why, 3));
}

#[test]
fn a_tool_that_is_missing_on_one_machine_is_missing_where_parts_are_joined() {
    let make = command("command:prescribed:make", CheckKind::Prescribed, Vec::new());
    let make = CommandEntry { outcome: Outcome::CouldNotRun, ..make };
    let clippy = command("command:clippy", CheckKind::Clippy, vec![target("a", Outcome::CouldNotRun, Some("missing"))]);
    let mut one = part(vec![make, clippy], Vec::new());
    one.wanting.insert("command:prescribed:make".into(), "make".into());
    one.wanting.insert("command:clippy".into(), "clippy".into());
    let other = part(vec![command("command:clippy", CheckKind::Clippy, vec![target("b", PASSED, None)])], Vec::new());
    let Joined { results, prescribed, .. } = join(vec![other, one], &graph(&["a", "b"]), &Lines::new());
    assert_eq!(prescribed["command:prescribed:make"].wanting.as_deref(), Some("make"));
    assert_eq!(results.commands[0].wanting.as_deref(), Some("clippy"));
}

#[test]
fn a_diagnostic_of_something_two_parts_built_is_told_once_and_this_works_first() {
    let diagnostic = |message: &str, pre_existing: bool| Diagnostic {
        check: CheckKind::Clippy,
        target: TargetId { package: "a".into(), kind: TargetKind::Lib, name: "a".into() },
        severity: Severity::Warning,
        code: None,
        message: message.into(),
        file: None,
        line: 0,
        last_line: 0,
        pre_existing,
    };
    let mut parts = vec![part(Vec::new(), Vec::new()), part(Vec::new(), Vec::new())];
    parts[0].diagnostics = vec![diagnostic("old", true), diagnostic("both", false)];
    parts[1].diagnostics = vec![diagnostic("both", false), diagnostic("new", false)];
    let Joined { results, .. } = join(parts, &graph(&["a"]), &Lines::new());
    let told: Vec<&str> = results.diagnostics.iter().map(|diagnostic| diagnostic.message.as_str()).collect();
    assert_eq!(told, ["both", "new", "old"]);
}

#[test]
fn what_ran_to_an_end_wanted_no_tool_whatever_a_part_says() {
    let id = "command:clippy";
    let of =
        |label: &str, outcome| part(vec![command(id, CheckKind::Clippy, vec![target(label, outcome, None)])], vec![]);
    let wants = |mut part: Checks| {
        part.wanting.insert(id.into(), "cargo-clippy".into());
        part
    };
    let joined = |parts| join(parts, &graph(&["a", "b"]), &Lines::new()).results.commands[0].clone();
    let could_not = joined(vec![wants(of("a", Outcome::CouldNotRun)), of("b", PASSED)]);
    assert_eq!(could_not.wanting.as_deref(), Some("cargo-clippy"));
    assert_eq!(joined(vec![wants(of("a", Outcome::Failed)), of("b", PASSED)]).wanting, None);
    let other = joined(vec![wants(of("a", Outcome::CouldNotRun)), of("b", Outcome::Failed)]);
    assert_eq!((other.outcome, other.wanting), (Outcome::Failed, None));
}
