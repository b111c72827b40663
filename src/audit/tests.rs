//! Real workspaces before and after, and what is found.

use super::{Seen, Settings, audit, is_read, listed_before, plan_digest};
use crate::cancel::Cancel;
use crate::check::{Results, SuiteResult, TestOutcome};
use crate::git::tests::scratch::Scratch;
use crate::mapping::{self, Texts};
use crate::payload::document::Document;
use crate::payload::entries::{Red, RedClass};
use crate::payload::model::Payload;
use crate::source::LeftOverKind;
use crate::standing;
use crate::words::{Finding, FindingKind, Outcome, SuiteId, TargetId, TargetKind};
use crate::workspace::baseline::Baseline;
use crate::workspace::changes::changes;
use crate::workspace::graph::{CargoFlags, Graph};
use serde_json::{Value, json};

const LIB: &str = "//! Adds.\n\npub fn one(n: u32) -> u32 {\n    n + 1\n}\n\n#[cfg(test)]\nmod tests {\n    use super::*;\n\n    #[test]\n    fn adds_one() {\n        assert_eq!(one(1), 2);\n        assert_eq!(one(2), 3);\n    }\n\n    #[test]\n    fn of_nothing() {\n        assert_eq!(one(0), 1);\n    }\n}\n";

/// The packages `adds` and `other`, committed.
fn workspace() -> Scratch {
    let scratch = Scratch::new();
    scratch.write("Cargo.toml", "[workspace]\nresolver = \"3\"\nmembers = [\"adds\", \"other\"]\n");
    scratch.write(".gitignore", "/target\n/Cargo.lock\n");
    for name in ["adds", "other"] {
        let manifest =
            format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[features]\nslow = []\n");
        scratch.write(&format!("{name}/Cargo.toml"), &manifest);
    }
    scratch.write("adds/src/lib.rs", LIB);
    scratch.write("adds/tests/whole.rs", "mod part;\n\n#[test]\nfn whole() {\n    assert_eq!(adds::one(1), 2);\n}\n");
    scratch.write("adds/tests/part/mod.rs", "#[test]\nfn part() {\n    assert_eq!(adds::one(5), 6);\n}\n");
    scratch.write("other/src/lib.rs", "//! Nothing yet.\n");
    scratch.commit("one");
    scratch
}

/// A plan that stands for everything, so that nothing is out of its scope.
fn plan() -> Value {
    json!({
        "requirement": {"summary": "x"},
        "plan": {"steps": [{"id": "1", "name": "All of it"}]},
        "testPlan": {"scenarios": [{"id": "s", "name": "y", "tests": ["adds::tests::adds_one"]}]},
    })
}

#[derive(Default)]
struct Around {
    results: Results,
    features: Vec<String>,
    settings: Settings,
}

fn with<T>(scratch: &Scratch, payload: &Value, around: &Around, ask: impl Fn(&Seen) -> T) -> T {
    let document = Document::parse("p.json", payload.to_string().into()).expect("JSON");
    let payload = Payload::read(&document).expect("a payload");
    let flags = CargoFlags { offline: true, ..CargoFlags::default() };
    let manifest = scratch.folder.join("Cargo.toml");
    let graph = Graph::load(&[manifest], &flags, &scratch.surroundings(), &Cancel::new()).expect("a graph");
    let snapshot = scratch.snapshot();
    let commit = scratch.git("rev-parse HEAD");
    let baseline =
        Baseline { reference: "HEAD".into(), commit: commit.clone(), how: "HEAD".into(), until: None, recorded: None };
    let changes = changes(&snapshot, &baseline, Some(&graph), &scratch.folder).expect("changes");
    let text =
        |id: &Option<String>| id.as_ref().and_then(|id| String::from_utf8(snapshot.blob(id).expect("a blob")).ok());
    let read = changes.iter().filter(|change| is_read(change));
    let texts: Texts = read.map(|change| (change.file.clone(), (text(&change.before), text(&change.after)))).collect();
    let mapped = mapping::map(&payload.steps, &graph, &scratch.folder, &changes);
    ask(&Seen {
        work: standing::Seen {
            payload: &payload,
            graph: &graph,
            root: &scratch.folder,
            changes: &changes,
            mapped: &mapped,
            results: &around.results,
        },
        texts: &texts,
        baseline: &commit,
        settings: &around.settings,
        features: &around.features,
    })
}

fn found(scratch: &Scratch, payload: &Value) -> Vec<String> {
    let told = |finding: &Finding| format!("{}: {}", finding.kind, finding.sentence());
    with(scratch, payload, &Around::default(), |seen| audit(seen).iter().map(told).collect())
}

/// What is found after `adds/src/lib.rs` was changed like this.
#[track_caller]
fn after(from: &str, to: &str) -> Vec<String> {
    let scratch = workspace();
    assert!(LIB.contains(from), "{from}");
    scratch.write("adds/src/lib.rs", &LIB.replacen(from, to, 1));
    found(&scratch, &plan())
}

const ADDS: &str =
    "    #[test]\n    fn adds_one() {\n        assert_eq!(one(1), 2);\n        assert_eq!(one(2), 3);\n    }\n";

#[test]
fn a_test_that_holds_less_is_told() {
    for (from, to, expected) in [
        (ADDS, "", "the test `tests::adds_one` is gone (adds/src/lib.rs)"),
        (
            "    #[test]\n    fn adds",
            "    #[test]\n    #[ignore = \"slow\"]\n    fn adds",
            "the test `tests::adds_one` is ignored now: \"slow\" (adds/src/lib.rs:11)",
        ),
        (
            "    #[test]\n    fn adds",
            "    #[test]\n    #[cfg(feature = \"slow\")]\n    fn adds",
            "the test `tests::adds_one` is compiled only under `feature=\"slow\"` now (adds/src/lib.rs:11)",
        ),
        (
            "#[cfg(test)]\nmod",
            "#[cfg(all(test, feature = \"slow\"))]\nmod",
            "the test `tests::adds_one` is compiled only under `feature=\"slow\"` now (adds/src/lib.rs:11)",
        ),
        (
            "    #[test]\n    fn adds",
            "    #[test]\n    #[should_panic]\n    fn adds",
            "the test `tests::adds_one` is to panic now (adds/src/lib.rs:11)",
        ),
        (
            "        assert_eq!(one(2), 3);\n",
            "",
            "the test `tests::adds_one` has 1 assertion; it had 2 (adds/src/lib.rs:11)",
        ),
        (
            "        assert_eq!(one(1), 2);\n        assert_eq!(one(2), 3);\n",
            "",
            "the test `tests::adds_one` asserts nothing any more (adds/src/lib.rs:11)",
        ),
        (
            "//! Adds.\n",
            concat!("//! Adds.\n#![al", "low(dead_code)]\n"),
            "`dead_code` is allowed in the whole file now (adds/src/lib.rs:2)",
        ),
    ] {
        let found = after(from, to);
        assert!(found.contains(&format!("weakened-test: {expected}")), "{found:#?}");
    }
}

#[test]
fn a_test_that_holds_as_much_is_not() {
    for (from, to) in [
        // Formatting, comments, names.
        (
            "        assert_eq!(one(1), 2);\n",
            "        // The first.\n        assert_eq!(\n            one(1),\n            2\n        );\n",
        ),
        ("fn adds_one()", "fn one_is_added_to_each_number()"),
        ("mod tests {", "mod unit_tests {"),
        // Other assertions of the same number, more of them, a new test.
        ("assert_eq!(one(1), 2);", "assert!(one(1) == 2, \"{}\", one(1));"),
        ("assert_eq!(one(2), 3);", "assert_eq!(one(2), 3);\n        assert_eq!(one(3), 4);"),
        (
            "    #[test]\n    fn of",
            "    #[test]\n    #[ignore]\n    fn new() {\n        assert!(one(8) == 9);\n    }\n\n    #[test]\n    fn of",
        ),
        // A loop over what it asserted one by one, or a helper that asserts.
        (
            "        assert_eq!(one(1), 2);\n        assert_eq!(one(2), 3);\n",
            "        for n in 1..=2 {\n            assert_eq!(one(n), n + 1);\n        }\n",
        ),
        (
            ADDS,
            "    fn check(n: u32) {\n        assert_eq!(one(n), n + 1);\n    }\n\n    #[test]\n    fn adds_one() {\n        check(1);\n        check(2);\n    }\n",
        ),
    ] {
        assert_eq!(after(from, to), Vec::<String>::new(), "{to}");
    }
}

#[test]
fn a_test_that_moved_is_the_same_test() {
    let scratch = workspace();
    let moved = ADDS.replace("    #[test]", "#[test]").replace("\n    ", "\n").replace("!(one(", "!(adds::one(");
    scratch.write("adds/src/lib.rs", &LIB.replace(ADDS, ""));
    scratch.write(
        "adds/tests/whole.rs",
        &format!("mod part;\n\n#[test]\nfn whole() {{\n    assert_eq!(adds::one(1), 2);\n}}\n\n{moved}"),
    );
    std::fs::rename(scratch.folder.join("adds/tests/part/mod.rs"), scratch.folder.join("adds/tests/part.rs"))
        .expect("moved");
    assert_eq!(found(&scratch, &plan()), Vec::<String>::new());
}

#[test]
fn tests_that_went_with_their_file_or_whose_module_is_hidden_are_told() {
    let scratch = workspace();
    let whole = "#[test]\nfn whole() {\n    assert_eq!(adds::one(1), 2);\n}\n";
    scratch.write("adds/tests/whole.rs", &format!("#[cfg(feature = \"slow\")]\nmod part;\n\n{whole}"));
    let hidden = "weakened-test: the module `part` is compiled only under `feature=\"slow\"` now, and the test in it with it (adds/tests/whole.rs:1)";
    assert_eq!(found(&scratch, &plan()), [hidden]);
    scratch.write("adds/tests/whole.rs", whole);
    let unnamed =
        "weakened-test: the module `part` is not named any more, and the test in it with it (adds/tests/whole.rs)";
    assert_eq!(found(&scratch, &plan()), [unnamed]);
    std::fs::remove_file(scratch.folder.join("adds/tests/part/mod.rs")).expect("removed");
    assert_eq!(
        found(&scratch, &plan()),
        ["weakened-test: the test `part` is gone with its file (adds/tests/part/mod.rs)"]
    );
}

#[test]
fn what_a_manifest_a_ci_and_a_snapshot_give_up_is_told_and_what_they_gain_is_not() {
    let scratch = workspace();
    let ci = "- uses: checkout@v4\nrun: cargo clippy -- -D warnings\nrun: cargo test\n";
    scratch.write(".github/workflows/ci.yml", ci);
    scratch.write("clippy.toml", "too-many-lines-threshold = 100\n");
    scratch.write("adds/tests/snapshots/a.snap", "1\n");
    scratch.write("adds/tests/snapshots/b.snap", "1\n");
    scratch.commit("two");
    scratch.write(".github/workflows/more.yml", "run: cargo test\n");
    let newer = "- uses: checkout@v5 # five\nrun: cargo clippy -- -D warnings\nrun: cargo test\n";
    scratch.write(".github/workflows/ci.yml", newer);
    scratch.write("adds/tests/snapshots/new.snap", "1\n");
    scratch.write("adds/src/lib.rs", &LIB.replace("n + 1", "1 + n"));
    assert_eq!(found(&scratch, &plan()), Vec::<String>::new());
    scratch.write(".github/workflows/ci.yml", "run: cargo clippy\nrun: cargo test\n");
    scratch.write("clippy.toml", "too-many-lines-threshold = 300\n");
    scratch.write("adds/tests/snapshots/a.snap", "2\n");
    scratch.write("adds/tests/snapshots/b.snap", "2\n");
    let manifest = std::fs::read_to_string(scratch.folder.join("adds/Cargo.toml")).expect("read");
    scratch
        .write("adds/Cargo.toml", &format!("{manifest}\n[[test]]\nname = \"whole\"\nrequired-features = [\"slow\"]\n"));
    assert_eq!(
        found(&scratch, &plan()),
        [
            "weakened-test: 2 expected outputs of `adds` were changed together with its sources: `adds/tests/snapshots/a.snap`, `adds/tests/snapshots/b.snap`",
            "weakened-test: what a CI runs was modified: warnings were denied in 1 place, and are in 0 (.github/workflows/ci.yml)",
            "weakened-test: the test `whole` is left out now without `slow` (adds/Cargo.toml)",
            "weakened-test: `too-many-lines-threshold` was 100 and is 300 (clippy.toml)",
        ]
    );
}

fn steps(steps: Value) -> Value {
    let mut payload = plan();
    payload["plan"]["steps"] = steps;
    payload
}

#[test]
fn files_that_nobody_planned_are_told_and_planned_ones_are_not() {
    let scratch = workspace();
    scratch.write("adds/src/lib.rs", &LIB.replace("n + 1", "1 + n"));
    scratch.write("other/src/lib.rs", "//! Something.\n");
    scratch.write("NOTES.md", "x\n");
    scratch.write("handoff/payload.json", "{}");
    let by_file = steps(json!([{"id": "1", "name": "x", "files": ["adds/src/lib.rs"]}]));
    let stray = |file: &str, kind: &str| format!("unplanned: it was {kind}, and no step names it ({file})");
    assert_eq!(found(&scratch, &by_file), [stray("NOTES.md", "added"), stray("other/src/lib.rs", "modified")]);
    let by_package = steps(json!([{"id": "1", "name": "x", "packages": ["adds", "other"]}]));
    assert_eq!(found(&scratch, &by_package), [stray("NOTES.md", "added")]);
    let everything = steps(json!(["Do it"]));
    assert_eq!(found(&scratch, &everything), Vec::<String>::new());
    let mut by_test = by_file.clone();
    by_test["testPlan"]["scenarios"][0]["tests"] = json!(["other/src/lib.rs"]);
    assert_eq!(found(&scratch, &by_test), [stray("NOTES.md", "added")]);
    for n in 0..20 {
        scratch.write(&format!("other/src/m{n:02}.rs"), "//! x\n");
    }
    assert_eq!(
        found(&scratch, &by_file),
        [
            "unplanned: 21 files of `other` changed, and no step names them: `other/src/lib.rs`, `other/src/m00.rs`, `other/src/m01.rs` and 18 more",
            "unplanned: it changed, and no step names it (NOTES.md)",
        ]
    );
}

#[test]
fn what_was_to_be_touched_or_is_called_done_has_to_have_changed() {
    let scratch = workspace();
    scratch.write("adds/src/lib.rs", &LIB.replace("n + 1", "1 + n"));
    let payload = steps(json!([
        {"id": "1", "name": "x", "status": "done", "files": [
            {"path": "adds/src/lib.rs", "type": "TO_MODIFY"}, {"path": "adds/src/new.rs", "type": "CREATE"},
            {"path": "adds/Cargo.toml", "type": "REFERENCE"}, "other/Cargo.toml"]},
        {"id": "2", "name": "y", "status": "Completed", "files": ["other/src/lib.rs"]},
        {"id": "3", "name": "z", "status": "completed", "packages": ["other"]},
        {"id": "4", "name": "z", "status": "completed", "packages": ["adds"]},
        {"id": "5", "name": "z", "status": "ready", "packages": ["other"]},
    ]));
    assert_eq!(
        found(&scratch, &payload),
        [
            "done-without-change: step `2` is marked Completed, and `other/src/lib.rs` did not change",
            "done-without-change: step `3` is marked completed, and nothing changed in `other`",
            "untouched: step `1` says it is to be created, and it was not touched (adds/src/new.rs)",
        ]
    );
}

#[test]
fn a_status_of_our_own_is_no_claim_of_somebody() {
    let scratch = workspace();
    scratch.write("adds/src/lib.rs", &LIB.replace("n + 1", "1 + n"));
    let ours = json!([{"from": null, "to": "completed", "at": "t", "by": "cargo-handoff", "why": "w"}]);
    let payload = steps(json!([
        {"id": "1", "name": "x", "files": ["adds/src/lib.rs"]},
        {"id": "2", "name": "y", "status": "completed", "files": ["other/src/lib.rs"], "statusHistory": ours},
    ]));
    assert_eq!(found(&scratch, &payload), Vec::<String>::new());
}

#[test]
fn scenarios_criteria_and_signals_without_proof_are_told() {
    let scratch = workspace();
    let mut payload = plan();
    payload["plan"]["steps"] = json!([
        {"id": "1", "name": "x", "successSignal": "it is fast"},
        {"id": "2", "name": "x", "successSignal": "it holds"},
        {"id": "3", "name": "x", "successSignal": "it runs", "command": "cargo test"},
    ]);
    payload["testPlan"]["scenarios"] = json!([
        {"id": "a", "name": "x", "planStepId": "2", "tests": ["adds::tests::adds_one"]}, {"id": "b", "name": "y"},
        {"id": "c", "name": "z", "command": "cargo test"}, "Somebody looks",
    ]);
    payload["testPlan"]["coverageMatrix"] = json!([{"requirementId": "req-1", "scenarioIds": ["a"]}]);
    payload["requirement"]["acceptanceCriteria"] = json!(["it holds", "it is kind"]);
    let scenarios = [
        "scenario-without-test: scenario `4` names no test and no command",
        "scenario-without-test: scenario `b` names no test and no command",
    ];
    let signal = "unproven-signal: nothing proves the success signal of step `1`: \"it is fast\"";
    let criterion = "criterion-without-scenario: no scenario covers criterion 2: \"it is kind\"";
    assert_eq!(found(&scratch, &payload), [scenarios[0], scenarios[1], criterion, signal]);
    payload["requirement"]["acceptanceCriteria"][1] = json!({"id": "AC-2", "text": "it is kind"});
    let criterion = "criterion-without-scenario: no scenario covers criterion `AC-2`: \"it is kind\"";
    assert_eq!(found(&scratch, &payload), [scenarios[0], scenarios[1], criterion, signal]);
    payload["testPlan"]["coverageMatrix"] = json!([]);
    let none = "criterion-without-scenario: nothing links any of the 2 acceptance criteria to a scenario";
    assert_eq!(found(&scratch, &payload), [scenarios[0], scenarios[1], none, signal]);
}

#[test]
fn a_package_the_lock_file_did_not_name_is_told() {
    let scratch = workspace();
    scratch.write(".gitignore", "/target\n");
    let entry = |name: &str, version: &str, source: &str| {
        format!("[[package]]\nname = \"{name}\"\nversion = \"{version}\"\nsource = \"{source}\"\n\n")
    };
    let index = "registry+https://github.com/rust-lang/crates.io-index";
    let member =
        "[[package]]\nname = \"adds\"\nversion = \"0.1.0\"\n\n[[package]]\nname = \"other\"\nversion = \"0.1.0\"\n\n";
    // What cargo would make of it does not matter here: the lock file is written after the graph was read.
    let lock = |rest: &str| format!("version = 4\n\n{member}{rest}");
    let (old, git) = (entry("kept", "1.0.0", index), "git+https://example.com/kept?rev=abc#0123");
    scratch.write("Cargo.lock", &lock(&old));
    scratch.commit("two");
    let before = lock(&old);
    let compare = |after: String, manifest: &str| -> Vec<String> {
        let change = |file: &str, package: Option<&str>| crate::workspace::changes::Change {
            file: file.into(),
            kind: crate::workspace::changes::ChangeKind::Modified,
            from: None,
            package: package.map(str::to_owned),
            from_package: None,
            lines: None,
            before: None,
            after: None,
            new_lines: std::collections::BTreeSet::new(),
            old_lines: std::collections::BTreeSet::new(),
            diff: String::new(),
        };
        let changes = [change("Cargo.lock", None), change("adds/Cargo.toml", Some("adds"))];
        let texts = Texts::from([
            ("Cargo.lock".to_owned(), (Some(before.clone()), Some(after))),
            ("adds/Cargo.toml".to_owned(), (Some(String::new()), Some(manifest.to_owned()))),
        ]);
        with(&scratch, &plan(), &Around::default(), |seen| {
            let seen = Seen { work: standing::Seen { changes: &changes, ..seen.work }, texts: &texts, ..*seen };
            super::dependencies::find(&seen).iter().map(Finding::sentence).collect()
        })
    };
    let new = format!(
        "{}{}{}",
        entry("kept", "1.2.0", index),
        entry("wanted", "2.0.0", index),
        entry("deep", "0.3.1", index)
    );
    assert_eq!(
        compare(
            lock(&new),
            "[dependencies]\nalias = { package = \"wanted\", version = \"2\" }\nadds = { path = \"x\" }\n"
        ),
        [
            "`wanted 2.0.0` is a new dependency, from crates.io (adds/Cargo.toml)",
            "a package is new through others: `deep 0.3.1` (Cargo.lock)",
        ]
    );
    assert_eq!(
        compare(lock(&entry("kept", "1.0.0", git)), ""),
        ["`kept 1.0.0` comes from git, https://example.com/kept?rev=abc now; it came from crates.io (Cargo.lock)"]
    );
    assert_eq!(compare(lock(&entry("kept", "2.0.0", index)), "[dependencies]\nkept = \"2\"\n"), Vec::<String>::new());
}

fn suite(tests: &[&str]) -> SuiteResult {
    let target = TargetId { package: "adds".into(), kind: TargetKind::Lib, name: "adds".into() };
    let mut suite = SuiteResult::bare(SuiteId { target, doctest: false }, Outcome::Passed, None);
    suite.tests = tests.iter().map(|test| ((*test).to_owned(), TestOutcome::Passed)).collect();
    suite.counts.listed = tests.len() as u64;
    suite
}

/// A payload whose last record has so many tests, this `added` one among them.
fn recorded(scratch: &Scratch, listed: u64, added: &[&str]) -> Value {
    let mut payload = plan();
    payload["implementation"] = json!({
        "tests": [{"id": "test:adds/lib/adds", "counts": {"listed": listed, "passed": listed}, "added": added, "by": "cargo-handoff"}],
        "baseline": {"commit": scratch.git("rev-parse HEAD"), "by": "cargo-handoff"},
        "environment": {"triple": null, "by": "cargo-handoff"},
    });
    payload
}

#[test]
fn fewer_tests_than_in_the_last_record_are_told_until_they_are_back() {
    let scratch = workspace();
    let around = |tests: &[&str]| Around {
        results: Results { suites: vec![suite(tests)], ..Results::default() },
        ..Around::default()
    };
    let ask = |payload: &Value, around: &Around| {
        with(&scratch, payload, around, |seen| {
            (audit(seen).iter().map(Finding::sentence).collect::<Vec<_>>(), listed_before(seen))
        })
    };
    let (found, before) = ask(&recorded(&scratch, 3, &[]), &around(&["a", "b"]));
    assert_eq!(found, ["`adds/lib/adds` lists 2 tests; an earlier record has 3"]);
    // What is recorded now does not make it go.
    let mut next = recorded(&scratch, 2, &[]);
    next["implementation"]["audit"] = json!({"findings": [], "listedBefore": before, "by": "cargo-handoff"});
    assert_eq!(ask(&next, &around(&["a", "b"])).0, found);
    assert_eq!(ask(&next, &Around::default()).0, found, "a suite that was not looked at");
    assert!(ask(&next, &around(&["a", "b", "c"])).0.is_empty());
    // What the work brought and took back was never there before it; other features have other tests.
    assert!(ask(&recorded(&scratch, 3, &["c"]), &around(&["a", "b"])).0.is_empty());
    let mut other = recorded(&scratch, 3, &[]);
    other["implementation"]["reproduce"] = json!({"flags": ["--all-features"], "by": "cargo-handoff"});
    assert!(ask(&other, &around(&["a", "b"])).0.is_empty());
    let mut other = recorded(&scratch, 3, &[]);
    other["implementation"]["baseline"]["commit"] = json!("0".repeat(40));
    assert!(ask(&other, &around(&["a", "b"])).0.is_empty());
}

#[test]
fn a_test_that_passes_on_the_baseline_proves_nothing() {
    let scratch = workspace();
    let red = |test: &str, class: RedClass| Red {
        test: test.into(),
        class,
        place: None,
        why: None,
        function: None,
        baseline: "b".into(),
        evidence_ref: "r".into(),
    };
    let mut suite = suite(&["a", "b"]);
    suite.red = vec![red("a", RedClass::NotRed), red("b", RedClass::RedAssertion)];
    let around = Around { results: Results { suites: vec![suite], ..Results::default() }, ..Around::default() };
    let found = with(&scratch, &plan(), &around, audit);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].kind, FindingKind::ProvesNothing);
    assert_eq!(found[0].text, "`a` passes on the baseline too: it does not show this work");
}

#[test]
fn left_overs_are_looked_for_on_added_lines_and_as_configured() {
    let scratch = workspace();
    scratch.write("other/src/lib.rs", "//! Nothing yet.\n\npub fn shout() {\n    println!(\"x\");\n}\n");
    scratch.commit("two");
    scratch.write("other/src/lib.rs", "//! Nothing yet.\n\npub fn shout() {\n    println!(\"x\");\n    dbg!{1};\n}\n");
    scratch.write("other/src/main.rs", "fn main() {\n    println!(\"x\");\n}\n");
    let found = found(&scratch, &plan());
    assert_eq!(found, ["left-over: a debugging macro: `dbg!{1};` (other/src/lib.rs:5)"]);
    let settings = Settings { left_overs: [LeftOverKind::Todo].into() };
    let none = with(&scratch, &plan(), &Around { settings, ..Around::default() }, audit);
    assert!(none.is_empty(), "{none:?}");
}

#[test]
fn the_plans_digest_moves_with_the_plan_and_not_with_our_statuses() {
    let digest = |payload: &Value| {
        let document = Document::parse("p.json", payload.to_string().into()).expect("JSON");
        plan_digest(&Payload::read(&document).expect("a payload"))
    };
    let plain = steps(json!([{"id": "1", "name": "x"}]));
    let ours = json!([{"to": "completed", "at": "t", "by": "cargo-handoff", "why": "w"}]);
    let completed = steps(json!([{"id": "1", "name": "x", "status": "completed", "statusHistory": ours}]));
    assert_eq!(digest(&plain), digest(&completed));
    for other in
        [json!([{"id": "1", "name": "x", "status": "done"}]), json!([{"id": "1", "name": "x", "files": ["a"]}])]
    {
        assert_ne!(digest(&plain), digest(&steps(other)));
    }
}
