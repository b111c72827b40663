//! A table: what is covered by results that passed, and what each doubt does to that.

use super::*;
use crate::approval::{Parsed, parse};
use crate::payload::entries::Counts;
use crate::words::{BY, SuiteId, TargetId};
use crate::workspace::graph::{CargoFlags, Graph};
use camino::Utf8Path;
use serde_json::json;
use std::collections::BTreeMap;
use std::time::Duration;

fn target(package: &str, kind: TargetKind, name: &str) -> Target {
    Target {
        id: TargetId { package: package.into(), kind, name: name.into() },
        root_file: "/w/x.rs".into(),
        test: kind != TargetKind::Example,
        doctest: kind == TargetKind::Lib,
        harness: name != "own",
        required_features: Vec::new(),
    }
}

fn package(name: &str, targets: Vec<Target>) -> Package {
    let folder = format!("/w/{name}");
    let cargo = json!({
        "name": name, "version": "0.1.0", "id": format!("path+file://{folder}#0.1.0"), "dependencies": [],
        "targets": [], "features": {}, "manifest_path": format!("{folder}/Cargo.toml"),
    });
    Package {
        label: name.into(),
        folder: folder.clone().into(),
        real_folder: folder.into(),
        targets,
        depends: Vec::new(),
        resolved: BTreeSet::new(),
        cargo: serde_json::from_value(cargo).expect("what cargo says of a package"),
    }
}

fn suite(target: &Target, doctest: bool) -> SuiteResult {
    let tests = ["add::rounds", "add::sums", "drop::nothing"].map(|name| (name.to_owned(), TestOutcome::Passed));
    SuiteResult {
        counts: Counts { listed: 3, passed: 3, ..Counts::default() },
        tests: tests.into(),
        ..SuiteResult::bare(SuiteId { target: target.id.clone(), doctest }, Outcome::Passed, None)
    }
}

fn command(id: &str, kind: CheckKind, argv: &str, packages: &[Package]) -> CommandEntry {
    let targets = packages.iter().flat_map(|package| &package.targets).map(|target| TargetOutcome {
        package: target.id.package.clone(),
        kind: target.id.kind,
        name: target.id.name.clone(),
        outcome: Outcome::Passed,
        errors: 0,
        warnings: 0,
        pre_existing: 0,
        why: None,
        observed_at: None,
    });
    CommandEntry {
        id: id.into(),
        kind,
        command: argv.into(),
        argv: argv.split(' ').map(str::to_owned).collect(),
        cwd: ".".into(),
        env: BTreeMap::new(),
        outcome: Outcome::Passed,
        why: None,
        exit_code: Some(0),
        signal: None,
        timed_out: None,
        timestamp: String::new(),
        duration_ms: 0,
        targets: targets.collect(),
        passed: Vec::new(),
        passed_earlier: BTreeMap::new(),
        output: None,
        log: None,
        cached: false,
        approval: None,
        before: None,
        wanting: None,
        evidence_ref: String::new(),
        by: BY.into(),
    }
}

/// Two packages of which everything was looked at and passed.
struct Seen {
    graph: Graph,
    flags: CargoFlags,
    results: Results,
    _keep: tempfile::TempDir,
}

impl Seen {
    fn new() -> Self {
        let keep = tempfile::tempdir().expect("a folder");
        let root = Utf8Path::from_path(keep.path()).expect("UTF-8").to_owned();
        std::fs::write(root.join("Cargo.toml"), "[workspace]\n").expect("written");
        let one = vec![
            target("one", TargetKind::Lib, "one"),
            target("one", TargetKind::Bin, "tool"),
            target("one", TargetKind::Test, "it"),
            target("one", TargetKind::Example, "shown"),
        ];
        let packages = vec![package("one", one), package("two", vec![target("two", TargetKind::Lib, "two")])];
        let mut suites = Vec::new();
        for target in packages.iter().flat_map(|package| &package.targets) {
            suites.extend(target.test.then(|| suite(target, false)));
            suites.extend(target.doctest.then(|| suite(target, true)));
        }
        let commands = vec![
            command("command:fmt", CheckKind::Fmt, "cargo fmt --all -- --check --color never", &packages),
            command("command:clippy", CheckKind::Clippy, "cargo clippy --workspace --lib --bins --tests", &packages),
            command("command:test", CheckKind::Test, "cargo test --workspace --no-run", &packages),
        ];
        let manifest = root.join("Cargo.toml");
        let (paths, settings) = (Vec::new(), serde_json::Value::Null);
        let target = root.join("target");
        let (target_folder, build_folder) = (target.clone(), target);
        let workspace = Workspace { target_folder, build_folder, root, manifest, packages, paths, settings };
        let results = Results { commands, suites, ..Results::default() };
        Self { graph: Graph { workspaces: vec![workspace] }, flags: CargoFlags::default(), results, _keep: keep }
    }

    fn covered(&self, line: &str) -> Option<(Outcome, String)> {
        let Parsed::Ours(words) = parse(line) else { panic!("{line}") };
        let none = BTreeSet::new();
        let root = &self.graph.workspaces[0].root;
        let request = Request {
            graph: &self.graph,
            full: &none,
            tests_only: &none,
            changes: &[],
            root,
            folder: root,
            flags: &self.flags,
            strict: false,
            doc: false,
            test_timeout: Duration::from_secs(1),
            testing: crate::check::Testing::default(),
            only: None,
            select: None,
            selection: None,
            build: None,
            memory: None,
            share: None,
        };
        covered(&words, &self.graph.workspaces[0], &request, &self.results)
    }

    fn outcome(&self, line: &str) -> Option<Outcome> {
        self.covered(line).map(|(outcome, _)| outcome)
    }

    fn suite(&mut self, id: &str) -> &mut SuiteResult {
        self.results.suites.iter_mut().find(|suite| suite.suite.to_string() == id).expect("there")
    }

    fn command(&mut self, id: &str) -> &mut CommandEntry {
        self.results.commands.iter_mut().find(|command| command.id == id).expect("there")
    }
}

/// Everything that results of which all passed answer.
const COVERED: &[&str] = &[
    "cargo test",
    "cargo test --workspace",
    "cargo test --all -- --nocapture",
    "cargo test -p one",
    "cargo test -p one -p two --lib",
    "cargo test -p one --bins",
    "cargo test -p one --bin tool",
    "cargo test -p one --test it",
    "cargo test --tests",
    "cargo test --doc -p two",
    "cargo test -p one sums",
    "cargo test -p one -- add::sums --exact",
    "cargo fmt --check",
    "cargo fmt --all -- --check",
    "cargo fmt -p one --check",
    "cargo clippy",
    "cargo clippy --workspace --all-targets -- -D warnings",
    "cargo clippy -p two -- -D warnings",
    "cargo check",
    "cargo check --workspace --all-targets",
];

/// What they do not.
const NOT_COVERED: &[&str] = &[
    "cargo test --release",
    "cargo test --features x",
    "cargo test --all-features",
    "cargo test --no-default-features",
    "cargo test --locked",
    "cargo test --offline",
    "cargo test -p three",
    "cargo test -p one --workspace",
    "cargo test --all-targets",
    "cargo test --examples",
    "cargo test -p one --example shown",
    "cargo test -p one --bin other",
    "cargo test -p two --test it",
    "cargo test nothing_of_the_kind",
    "cargo test -- add --exact",
    "cargo test -- --test-threads 1",
    "cargo clippy -p two --bin tool",
    "cargo build",
    "cargo doc",
];

#[test]
fn what_passed_covers_the_same_and_nothing_else() {
    let seen = Seen::new();
    for line in COVERED {
        assert_eq!(seen.outcome(line), Some(Outcome::Passed), "{line}");
    }
    for line in NOT_COVERED {
        assert_eq!(seen.covered(line), None, "{line}");
    }
    assert_eq!(
        seen.covered("cargo test -p one --test it sums"),
        Some((Outcome::Passed, "covered by test:one/test/it".to_owned()))
    );
}

#[test]
fn one_suite_that_was_not_looked_at_leaves_the_command_to_be_run() {
    let mut seen = Seen::new();
    seen.results.suites.retain(|suite| suite.suite.to_string() != "two/doctest/two");
    assert_eq!(seen.outcome("cargo test"), None);
    assert_eq!(seen.outcome("cargo test sums"), None);
    assert_eq!(seen.outcome("cargo test -p two"), None);
    assert_eq!(seen.outcome("cargo test -p one"), Some(Outcome::Passed));
    assert_eq!(seen.outcome("cargo test -p two --lib"), Some(Outcome::Passed));
}

#[test]
fn a_failure_is_pointed_at_and_what_could_not_run_is_run() {
    let mut seen = Seen::new();
    let suite = seen.suite("one/test/it");
    suite.outcome = Outcome::Failed;
    suite.tests.insert("add::sums".into(), TestOutcome::Failed);
    assert_eq!(seen.outcome("cargo test"), Some(Outcome::Failed));
    assert_eq!(seen.outcome("cargo test -p one sums"), Some(Outcome::Failed));
    assert_eq!(seen.outcome("cargo test -p one rounds"), Some(Outcome::Passed));
    assert_eq!(seen.outcome("cargo test -p two"), Some(Outcome::Passed));
    seen.suite("one/test/it").tests.insert("add::sums".into(), TestOutcome::NoAnswer);
    assert_eq!(seen.outcome("cargo test -p one sums"), None);
    seen.suite("one/test/it").outcome = Outcome::CouldNotRun;
    assert_eq!(seen.outcome("cargo test"), None);
    assert_eq!(seen.outcome("cargo test -p one rounds"), None);
}

#[test]
fn tests_that_were_ignored_prove_nothing() {
    let mut seen = Seen::new();
    for suite in &mut seen.results.suites {
        suite.tests.insert("add::slow".into(), TestOutcome::Ignored);
    }
    assert_eq!(seen.outcome("cargo test slow"), None);
    assert_eq!(seen.outcome("cargo test -- add::slow add::sums"), Some(Outcome::Passed));
}

#[test]
fn what_did_not_build_everywhere_covers_no_whole_command() {
    let mut seen = Seen::new();
    seen.command("command:test").outcome = Outcome::NotRun;
    assert_eq!(seen.outcome("cargo test"), None);
    assert_eq!(seen.outcome("cargo check"), None);
    assert_eq!(seen.outcome("cargo test -p one sums"), Some(Outcome::Passed));
}

#[test]
fn findings_that_were_there_before_count_for_a_command_that_denies_them() {
    let mut seen = Seen::new();
    seen.command("command:clippy").targets[0].pre_existing = 1;
    assert_eq!(seen.outcome("cargo clippy"), Some(Outcome::Passed));
    assert_eq!(seen.outcome("cargo clippy -p two -- -D warnings"), Some(Outcome::Passed));
    assert_eq!(seen.outcome("cargo clippy -p one -- -D warnings"), None);
    seen.command("command:fmt").targets[0].pre_existing = 1;
    seen.command("command:fmt").exit_code = Some(1);
    assert_eq!(seen.outcome("cargo fmt --check"), None);
    assert_eq!(seen.outcome("cargo fmt -p one --check"), None);
}

#[test]
fn a_command_that_speaks_of_some_packages_covers_those() {
    let mut seen = Seen::new();
    for id in ["command:fmt", "command:clippy"] {
        seen.command(id).targets.retain(|target| target.package == "two");
    }
    seen.command("command:fmt").argv = ["cargo", "fmt", "-p", "two", "--", "--check"].map(str::to_owned).into();
    assert_eq!(seen.outcome("cargo fmt -p two --check"), Some(Outcome::Passed));
    assert_eq!(seen.outcome("cargo clippy -p two"), Some(Outcome::Passed));
    for line in ["cargo fmt --check", "cargo fmt -p one --check", "cargo clippy", "cargo check", "cargo clippy -p one"]
    {
        assert_eq!(seen.outcome(line), None, "{line}");
    }
}

#[test]
fn flags_have_to_be_those_of_this_run() {
    let mut seen = Seen::new();
    let (locked, offline, all_features) = (true, true, true);
    seen.flags = CargoFlags { locked, offline, all_features, ..CargoFlags::default() };
    assert_eq!(seen.outcome("cargo test --locked --offline --all-features"), Some(Outcome::Passed));
    assert_eq!(seen.outcome("cargo test"), None, "other features are other tests");
    seen.flags = CargoFlags { features: vec!["a,b".into()], ..CargoFlags::default() };
    assert_eq!(seen.outcome("cargo test --features b --features a"), Some(Outcome::Passed));
    assert_eq!(seen.outcome("cargo test --features a"), None);
}

#[test]
fn a_root_package_or_default_members_make_a_bare_command_less_than_all() {
    let mut seen = Seen::new();
    let manifest = seen.graph.workspaces[0].manifest.clone();
    std::fs::write(&manifest, "[workspace]\ndefault-members = [\"one\"]\n").expect("written");
    assert_eq!(seen.outcome("cargo test"), None);
    assert_eq!(seen.outcome("cargo test --workspace"), Some(Outcome::Passed));
    std::fs::write(&manifest, "[workspace]\n").expect("written");
    assert_eq!(seen.outcome("cargo test"), Some(Outcome::Passed));
    seen.graph.workspaces[0].packages[0].folder = seen.graph.workspaces[0].root.clone();
    assert_eq!(seen.outcome("cargo test"), None);
}

#[test]
fn benches_and_harnesses_of_their_own_are_not_ours_to_judge() {
    let mut seen = Seen::new();
    let own = target("two", TargetKind::Test, "own");
    seen.results.suites.push(suite(&own, false));
    seen.graph.workspaces[0].packages[1].targets.push(own);
    assert_eq!(seen.outcome("cargo test -p two"), Some(Outcome::Passed));
    assert_eq!(seen.outcome("cargo test -p two sums"), None);
    seen.graph.workspaces[0].packages[1].targets.push(target("two", TargetKind::Bench, "speed"));
    assert_eq!(seen.outcome("cargo clippy -p two --all-targets"), None);
    assert_eq!(seen.outcome("cargo clippy -p two"), Some(Outcome::Passed));
}

#[test]
fn a_clippy_that_did_not_look_at_every_target_covers_no_command_that_would() {
    let mut seen = Seen::new();
    seen.command("command:clippy").targets.retain(|target| target.kind != TargetKind::Test);
    assert_eq!(seen.outcome("cargo clippy -p one"), Some(Outcome::Passed), "libraries and binaries alone");
    for line in ["cargo clippy --all-targets", "cargo clippy -p one --tests", "cargo check -p one --all-targets"] {
        assert_eq!(seen.outcome(line), None, "{line}");
    }
    seen.command("command:clippy").targets.retain(|target| target.kind != TargetKind::Bin);
    assert_eq!(seen.outcome("cargo clippy -p one"), None, "half of it");
}
