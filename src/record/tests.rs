//! How much of ours a large piece of work puts into the payload, and that it is the same the second time.

use super::observed::Observed;
use super::*;
use crate::check::{Results, SuiteResult, TestOutcome};
use crate::event::Lines;
use crate::mapping::{Mapped, Work};
use crate::payload::document::Document;
use crate::payload::edit;
use crate::payload::entries::{AuditEntry, Counts, Environment, LogRef, TargetOutcome};
use crate::payload::schema::schema;
use crate::words::{CheckKind, Finding, FindingKind, SuiteId, TargetId, TargetKind};
use crate::workspace::baseline::Baseline;
use crate::workspace::changes::{Change, ChangeKind};
use crate::workspace::graph::{CargoFlags, Graph, Package, Target, Workspace};
use camino::Utf8Path;
use std::collections::{BTreeMap, BTreeSet};

const N_PACKAGES: usize = 40;
const N_CHANGES: usize = 25;
const N_FINDINGS: usize = 12;
/// The most of ours a payload may carry.
const MOST: usize = 64 << 10;

fn package_name(index: usize) -> String {
    let words = ["parser", "network", "storage", "protocol", "scheduler"];
    format!("acme-{}-{index:02}", words[index % words.len()])
}

fn target(package: &str, kind: TargetKind) -> TargetId {
    let name = if kind == TargetKind::Lib { package.replace('-', "_") } else { "integration".into() };
    TargetId { package: package.into(), kind, name }
}

fn package(index: usize) -> Package {
    let name = package_name(index);
    let folder = format!("/w/crates/{name}");
    let cargo = json!({
        "name": name, "version": "0.1.0", "id": format!("path+file://{folder}#0.1.0"), "dependencies": [],
        "targets": [], "features": {}, "manifest_path": format!("{folder}/Cargo.toml"),
    });
    let targets = [(TargetKind::Lib, "src/lib.rs"), (TargetKind::Test, "tests/integration.rs")];
    let targets = targets.map(|(kind, file)| Target {
        id: target(&name, kind),
        root_file: format!("{folder}/{file}").into(),
        test: true,
        doctest: kind == TargetKind::Lib,
        harness: true,
        required_features: Vec::new(),
    });
    Package {
        label: name.clone(),
        folder: folder.clone().into(),
        real_folder: folder.into(),
        targets: targets.into(),
        depends: Vec::new(),
        resolved: BTreeSet::new(),
        cargo: serde_json::from_value(cargo).expect("what cargo says of a package"),
    }
}

fn digest(what: &str) -> String {
    crate::evidence::sha256(what.as_bytes())
}

fn change(index: usize) -> Change {
    let package = package_name(index);
    let file = format!("crates/{package}/src/lib.rs");
    let line = |n: usize| format!("+    let value_{n} = lookup(\"some key\", {n}).map(|found| found.len());\n");
    let diff = format!("--- a/{file}\n+++ b/{file}\n@@ -1,3 +1,25 @@\n{}", (0..21).map(line).collect::<String>());
    let blob = |side: &str| Some(digest(&format!("{file}{side}"))[..40].to_owned());
    Change {
        kind: ChangeKind::Modified,
        from: None,
        package: Some(package),
        from_package: None,
        lines: Some(Lines { added: 21, removed: 0 }),
        before: blob("before"),
        after: blob("after"),
        new_lines: BTreeSet::new(),
        old_lines: BTreeSet::new(),
        diff,
        file,
    }
}

/// What a changed file held and holds: forty functions, each with another head now.
fn texts() -> (Option<String>, Option<String>) {
    let text = |kind: &str| {
        let function = |n: usize| format!("    pub fn look_up_value_{n}(&self, key: {kind}) {{}}\n");
        format!("impl Scheduler {{\n{}}}\n", (0..40).map(function).collect::<String>())
    };
    (Some(text("u32")), Some(text("u64")))
}

fn suite(target: TargetId, doctest: bool, at: &str, duration_ms: u64) -> SuiteResult {
    let tests = (0..5).map(|n| (format!("tests::case_number_{n}_holds"), TestOutcome::Passed));
    SuiteResult {
        counts: Counts { listed: 5, passed: 5, ..Counts::default() },
        tests: tests.collect(),
        started: at.into(),
        duration_ms,
        log: Some("test.txt".into()),
        ..SuiteResult::bare(SuiteId { target, doctest }, Outcome::Passed, None)
    }
}

fn passed(target: &TargetId) -> TargetOutcome {
    TargetOutcome {
        package: target.package.clone(),
        kind: target.kind,
        name: target.name.clone(),
        outcome: Outcome::Passed,
        errors: 0,
        warnings: 0,
        pre_existing: 0,
        why: None,
        observed_at: None,
    }
}

fn command(id: &str, kind: CheckKind, argv: &str, targets: Vec<TargetOutcome>, at: &str, ms: u64) -> CommandEntry {
    CommandEntry {
        id: format!("command:{id}"),
        kind,
        command: argv.replace(" --verbose", "").replace(" --color never", ""),
        argv: argv.split(' ').map(str::to_owned).collect(),
        cwd: ".".into(),
        env: BTreeMap::new(),
        outcome: Outcome::Passed,
        why: None,
        exit_code: Some(0),
        signal: None,
        timed_out: None,
        timestamp: at.into(),
        duration_ms: ms,
        targets,
        passed: Vec::new(),
        passed_earlier: BTreeMap::new(),
        output: None,
        log: Some(LogRef {
            path: format!("{}.txt", id.replace(':', "-")),
            sha256: digest(&format!("{id}{ms}")),
            bytes: 1234,
        }),
        cached: false,
        approval: None,
        before: None,
        wanting: None,
        evidence_ref: "r".into(),
        by: BY.into(),
    }
}

fn results(graph: &Graph, at: &str, ms: u64) -> Results {
    let packages = &graph.workspaces[0].packages;
    let all =
        || packages.iter().flat_map(|package| &package.targets).map(|target| passed(&target.id)).collect::<Vec<_>>();
    let mut commands = vec![
        command("fmt", CheckKind::Fmt, "cargo fmt --all -- --check --verbose --color never", all(), at, ms),
        command(
            "clippy",
            CheckKind::Clippy,
            "cargo clippy --workspace --all-targets --keep-going --color never --message-format=json",
            all(),
            at,
            ms,
        ),
        command(
            "test",
            CheckKind::Test,
            "cargo test --workspace --no-run --color never --message-format=json",
            all(),
            at,
            ms,
        ),
    ];
    let mut suites = Vec::new();
    for package in packages {
        let library = package.targets[0].id.clone();
        suites.extend(package.targets.iter().map(|target| suite(target.id.clone(), false, at, ms)));
        suites.push(suite(library, true, at, ms));
    }
    let libraries = packages.iter().map(|package| passed(&package.targets[0].id)).collect();
    let argv = "cargo test --color never --workspace --doc --no-fail-fast";
    commands.push(command("doctest", CheckKind::Doctest, argv, libraries, at, ms));
    Results { commands, suites, ..Results::default() }
}

/// A large workspace whose work is all there and all passed.
struct Large {
    graph: Graph,
    changes: Vec<Change>,
    mapped: Vec<Mapped>,
    selected: BTreeSet<String>,
}

impl Large {
    fn new() -> Self {
        let packages: Vec<Package> = (0..N_PACKAGES).map(package).collect();
        let selected: BTreeSet<String> = packages.iter().map(|package| package.label.clone()).collect();
        let mapped = Mapped {
            step: "step-1".into(),
            packages: selected.iter().cloned().collect(),
            targets: Vec::new(),
            via: Vec::new(),
            oddities: Vec::new(),
            whole_workspace: true,
            work: Work::default(),
        };
        let workspace = Workspace {
            root: "/w".into(),
            manifest: "/w/Cargo.toml".into(),
            target_folder: "/w/target".into(),
            build_folder: "/w/target".into(),
            packages,
            paths: Vec::new(),
            settings: Value::Null,
        };
        let graph = Graph { workspaces: vec![workspace] };
        Self { graph, changes: (0..N_CHANGES).map(change).collect(), mapped: vec![mapped], selected }
    }

    /// What is observed of it in a run at some time, given to a reader.
    fn observe<T>(&self, document: &Document, run: &str, at: &str, ms: u64, read: impl FnOnce(&Observed) -> T) -> T {
        let payload = Payload::read(document).expect("a payload");
        let results = results(&self.graph, at, ms);
        let text = |text: &str| Some(text.to_owned());
        let baseline = Baseline {
            reference: "origin/main".into(),
            commit: digest("commit")[..40].into(),
            how: "the merge base with `origin/main`".into(),
            until: None,
            recorded: None,
        };
        let environment = Environment {
            rustc: text("rustc 1.91.0 (f8297e351 2025-10-28)"),
            cargo: text("cargo 1.91.0 (ea2d97820 2025-10-10)"),
            clippy: text("clippy 0.1.91 (f8297e351a 2025-10-28)"),
            rustfmt: text("rustfmt 1.8.0-stable (f8297e351a 2025-10-28)"),
            triple: text("x86_64-unknown-linux-gnu"),
            toolchain_file: None,
            cargo_handoff: "0.1.0".into(),
            by: BY.into(),
        };
        let subject = (digest("subject")[..40].to_owned(), "Look values up by their key".to_owned());
        let subjects = self.changes.iter().map(|change| (change.file.clone(), subject.clone())).collect();
        let of_work = |n: usize| {
            let file = format!("crates/{}/src/part_{n}.rs", package_name(n));
            Finding::new(FindingKind::LeftOver, "code that is commented out: `let value = lookup(key)?;`").file(file)
        };
        let findings = (0..N_FINDINGS).map(of_work).collect();
        let audit =
            AuditEntry { findings, plan: digest("plan")[..16].to_owned(), by: BY.into(), ..AuditEntry::default() };
        read(&Observed {
            run,
            at,
            who: "cargo-handoff",
            payload: &payload,
            graph: &self.graph,
            root: Utf8Path::new("/w"),
            baseline: &baseline,
            tree: &digest("tree")[..40],
            changes: &self.changes,
            mapped: &self.mapped,
            chosen: &BTreeSet::new(),
            flags: &CargoFlags::default(),
            selected: &self.selected,
            results: &results,
            texts: &self.changes.iter().map(|change| (change.file.clone(), texts())).collect(),
            edited: &[],
            follow_ups: &[],
            unmade: &[],
            attributed: &BTreeMap::new(),
            subjects: &subjects,
            environment: &environment,
            audit: &audit,
            denied: &[],
            brief: None,
            complete: true,
            partial: false,
            seal: false,
        })
    }

    fn recorded(&self, document: &Document, run: &str, at: &str, ms: u64) -> Document {
        let edits = self.observe(document, run, at, ms, |observed| record(observed).expect("a record").edits);
        edit::apply(document, &edits).expect("applied")
    }
}

fn template() -> Document {
    let text = include_bytes!("../../fixtures/payloads/template.json");
    Document::parse("handoff/payload.json", text.to_vec()).expect("a payload")
}

/// The first run's payload.
fn first(large: &Large) -> Document {
    large.recorded(&template(), "20260101T000000Z-0a1b2c", "2026-01-01T00:00:00Z", 1234)
}

#[test]
fn forty_packages_and_twenty_five_changes_put_at_most_64_kib_of_ours_into_the_payload() {
    let document = first(&Large::new());
    let n_ours = document.text().len() - template().text().len();
    let implementation: Value = serde_json::from_str(document.text()).expect("JSON");
    let implementation = implementation["implementation"].as_object().expect("a section");
    let sizes: Vec<String> =
        implementation.iter().map(|(name, value)| format!("{name}: {}", value.to_string().len())).collect();
    assert!(n_ours <= MOST, "{n_ours} bytes of ours; as compact JSON: {}", sizes.join(", "));
}

#[test]
fn the_same_again_at_another_time_is_no_news_and_fits_the_schema() {
    let large = Large::new();
    let document = first(&large);
    let value: Value = serde_json::from_str(document.text()).expect("JSON");
    let validator = jsonschema::validator_for(&schema()).expect("a schema");
    let faults: Vec<String> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
    assert!(faults.is_empty(), "{faults:?}");
    let again = large.recorded(&document, "20260102T000000Z-3d4e5f", "2026-01-02T00:00:00Z", 98_765);
    assert!(again.text() == document.text(), "times and durations are no news");
}

#[test]
fn packages_that_passed_are_kept_with_their_time_when_a_run_looks_at_others() {
    let mut large = Large::new();
    let document = first(&large);
    large.selected.retain(|label| *label == package_name(3));
    let at = "2026-01-02T00:00:00Z";
    let command = large.observe(&document, "r2", at, 1, |observed| {
        let mut clippy = observed.results.commands[1].clone();
        clippy.targets.retain(|target| target.package == package_name(3));
        clippy.targets[1].outcome = Outcome::Failed;
        clippy.outcome = Outcome::Failed;
        compact::folded(kept::with_kept(clippy, observed))
    });
    let earlier = &command.passed_earlier["2026-01-01T00:00:00Z"];
    assert_eq!((earlier.len(), command.passed.len(), command.targets.len()), (N_PACKAGES - 1, 0, 2));
    assert_eq!(command.outcome, Outcome::Failed);
}

#[test]
fn short_diffs_come_first_where_there_is_no_room_for_all() {
    let mut large = Large::new();
    large.changes[7].diff = "+short\n".into();
    let with_diffs = |large: &Large| {
        let entries = large.observe(&template(), "r", "2026-01-01T00:00:00Z", 1, |observed| changes(observed, "e"));
        entries.into_iter().filter(|entry| entry.diff.is_some()).map(|entry| entry.file).collect::<Vec<_>>()
    };
    assert_eq!(with_diffs(&large), [large.changes[7].file.clone()]);
    large.graph.workspaces[0].packages.truncate(20);
    assert!(5 < with_diffs(&large).len(), "a smaller workspace has more room");
}
