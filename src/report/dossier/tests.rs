//! Dossiers of made-up payloads and records.

use super::*;
use crate::claims::Shelf;
use crate::evidence::{Digests, NamedTest, RunRecord, ScenarioRecord, SuiteRecord, run_folder};
use crate::payload::document::Document;
use crate::payload::entries::{Failure, RedClass};
use crate::payload::model::Payload;
use crate::words::{Outcome, Verdict};
use camino::Utf8PathBuf;
use serde_json::{Value, json};
use std::fs;

const RUN: &str = "r1";
const SUITE: &str = "test:a/lib/a";

/// A payload with a step, two scenarios and two criteria; `edit` makes it another.
fn payload(edit: impl FnOnce(&mut Value)) -> Document {
    let red = |test: &str, class: &str| json!({ "test": test, "class": class, "baseline": "b", "evidenceRef": "handoff/runs/r1" });
    let mut value = json!({
        "requirement": { "summary": "What it is for.", "acceptanceCriteria": ["one holds", "two holds", "nobody looks"] },
        "plan": { "steps": [{ "id": "1", "name": "Do it", "files": ["src/a.rs"], "status": "completed" }] },
        "testPlan": {
            "scenarios": [
                { "id": "s1", "name": "one", "planStepId": "1", "tests": ["a::t::one"] },
                { "id": "s2", "name": "two", "planStepId": "1", "tests": ["a::t::two"] },
            ],
            "coverageMatrix": [
                { "requirementId": "1", "scenarioIds": ["s1"] }, { "requirementId": "2", "scenarioIds": ["s1", "s2"] },
            ],
        },
        "implementation": {
            "changes": [{
                "id": "change:src/a.rs", "file": "src/a.rs", "files": ["src/a.rs"], "kind": "modified", "package": "a",
                "steps": ["1"], "lines": { "added": 1, "removed": 0 }, "evidenceRef": "handoff/runs/r1", "by": BY,
            }],
            "tests": [{
                "id": SUITE, "package": "a", "status": "passed", "counts": { "listed": 2, "passed": 2 }, "names": "",
                "observedAt": "2026-01-01T00:00:00Z", "by": BY,
                "red": [red("t::one", "red-assertion"), red("t::two", "not-red")],
            }],
            "commands": [],
            "handoff": { "readyFor": "5-acceptance", "open": [], "by": BY,
                "record": { "path": "handoff/runs/r1", "sha256": "0" } },
        },
    });
    edit(&mut value);
    Document::parse("handoff/payload.json", value.to_string().into()).expect("JSON")
}

const BY: &str = crate::words::BY;

fn suite(outcomes: [TestOutcome; 2]) -> SuiteRecord {
    let target = crate::words::TargetId { package: "a".into(), kind: crate::words::TargetKind::Lib, name: "a".into() };
    SuiteRecord {
        id: SUITE.into(),
        suite: SuiteId { target, doctest: false },
        outcome: if outcomes.contains(&TestOutcome::Failed) { Outcome::Failed } else { Outcome::Passed },
        why: None,
        ended: None,
        counts: crate::payload::entries::Counts { listed: 2, passed: 2, ..Default::default() },
        tests: [("t::one".to_owned(), outcomes[0]), ("t::two".to_owned(), outcomes[1])].into(),
        functions: BTreeMap::new(),
        started: "2026-01-01T00:00:00Z".into(),
        duration_ms: 7,
        digests: None,
        flaky: Vec::new(),
        attempts: BTreeMap::new(),
        red: Vec::new(),
        cached: false,
    }
}

fn digests(name: &str, text: &str) -> Digests {
    let sha256 = crate::files::sha256(text.as_bytes());
    Digests { path: name.into(), sha256, bytes: text.len() as u64, ..Digests::default() }
}

const PATCH: &str = "diff --git a/src/a.rs b/src/a.rs\n--- a/src/a.rs\n+++ b/src/a.rs\n@@ -0,0 +1 @@\n+x\n";

/// The record of the run, with its log and patch.
fn record(outcomes: [TestOutcome; 2]) -> RunRecord {
    let mut suite = suite(outcomes);
    suite.digests = Some(digests("log.txt", "running 2 tests\n"));
    let patch = digests("changes.patch", PATCH);
    RunRecord { suites: vec![suite], patch, ..RunRecord::bare(RUN) }
}

/// The dossier of this payload with this record beside it.
fn told(document: &Document, record: Option<&RunRecord>, claims: Vec<ClaimRow>) -> Dossier {
    let keep = tempfile::tempdir().expect("a folder");
    let handoff = Utf8PathBuf::from_path_buf(keep.path().join("handoff")).expect("UTF-8");
    if let Some(record) = record {
        let folder = run_folder(&handoff, RUN);
        fs::create_dir_all(&folder).expect("made");
        fs::write(folder.join("record.json"), serde_json::to_string(record).expect("JSON")).expect("written");
        fs::write(folder.join("log.txt"), "running 2 tests\n").expect("written");
        fs::write(folder.join("changes.patch"), PATCH).expect("written");
    }
    let payload = Payload::read(document).expect("a payload");
    let shelf = Shelf::read(&handoff, &payload);
    let judged = Judged { claims, ..Judged::default() };
    let (name, text) = ("handoff/payload.json", document.text());
    of(&Source { verb: "report", name, text, payload: &payload, shelf: &shelf, fresh: Fresh::Nothing, judged })
}

fn standings(dossier: &Dossier) -> (Vec<Standing>, Vec<Standing>) {
    let scenarios = dossier.scenarios.iter().map(|scenario| scenario.standing).collect();
    (scenarios, dossier.criteria.iter().map(|criterion| criterion.standing).collect())
}

use Standing::{Asserted, Failing, GreenOnly, Proven, Untested};
use TestOutcome::{Failed, Ignored, Passed};

#[test]
fn everything_of_the_record_is_told() {
    let dossier = told(&payload(|_| ()), Some(&record([Passed, Passed])), Vec::new());
    assert_eq!((dossier.run.as_str(), dossier.summary.as_str()), (RUN, "What it is for."));
    assert_eq!(dossier.changes[0].diff.as_deref(), Some(PATCH));
    let suite = &dossier.suites[0];
    assert_eq!((suite.log.as_deref(), suite.entry.duration_ms), (Some("running 2 tests\n"), 7));
    assert_eq!((suite.entry.suite.as_str(), suite.entry.target.kind.as_str()), ("unit tests of `a`", "lib"));
    assert_eq!(dossier.steps[0].packages, ["a"]);
    assert_eq!(dossier.scenarios[0].tests[0].red.as_ref().map(|red| red.class), Some(RedClass::RedAssertion));
    assert_eq!(dossier.remarks, Vec::<String>::new());
    assert_eq!(standings(&dossier), (vec![Proven, GreenOnly], vec![Proven, GreenOnly, Untested]));
}

#[test]
fn the_weakest_that_covers_a_criterion_is_its_standing() {
    let of = |outcomes| standings(&told(&payload(|_| ()), Some(&record(outcomes)), Vec::new())).0;
    assert_eq!(of([Failed, Passed]), [Failing, GreenOnly]);
    assert_eq!(of([Ignored, TestOutcome::TimedOut]), [Untested, Failing]);
    assert_eq!(of([TestOutcome::NoAnswer, Passed]), [Untested, GreenOnly]);
    let asserted = payload(|value| {
        let scenario = &mut value["testPlan"]["scenarios"][0];
        (scenario["tests"], scenario["status"]) = (json!([]), json!("implemented"));
        scenario["statusHistory"] = json!([{ "to": "implemented", "by": "P", "why": "seen" }]);
    });
    let dossier = told(&asserted, Some(&record([Passed, Passed])), Vec::new());
    assert_eq!(dossier.scenarios[0].standing, Asserted);
}

#[test]
fn a_test_that_was_not_found_proves_nothing() {
    let document = payload(|value| value["testPlan"]["scenarios"][0]["tests"] = json!(["a::t::one", "a::t::three"]));
    let scenario = &told(&document, Some(&record([Passed, Passed])), Vec::new()).scenarios[0];
    assert_eq!((scenario.standing, scenario.tests.len(), scenario.named.len()), (Untested, 1, 2));
    // What the record found counts before names.
    let mut known = record([Passed, Passed]);
    let test = NamedTest { suite: SUITE.into(), test: "t::two".into() };
    known.scenarios = vec![ScenarioRecord { id: "s1".into(), tests: vec![test], missing: Vec::new() }];
    let scenario = &told(&payload(|_| ()), Some(&known), Vec::new()).scenarios[0];
    assert_eq!((scenario.tests[0].test.as_str(), scenario.standing), ("t::two", GreenOnly));
    known.scenarios[0].missing.push("a::t::one".into());
    assert_eq!(told(&payload(|_| ()), Some(&known), Vec::new()).scenarios[0].standing, Untested);
}

#[test]
fn what_is_contradicted_or_stale_bears_nothing_out() {
    let of = |claim: &str, verdict: Verdict| {
        let row = ClaimRow { claim: claim.into(), verdict, why: "no".into(), level: Level::Outcomes };
        standings(&told(&payload(|_| ()), Some(&record([Passed, Passed])), vec![row])).0
    };
    for verdict in [Verdict::Contradicted, Verdict::Stale, Verdict::NotReproducible] {
        assert_eq!(of(SUITE, verdict), [Untested, Untested]);
        assert_eq!(of("scenario:s1", verdict), [Untested, GreenOnly]);
        assert_eq!(of("red:scenario:s1", verdict), [Untested, GreenOnly]);
        assert_eq!(of("red:test:a/lib/a", verdict), [GreenOnly, GreenOnly]);
    }
    assert_eq!(of(SUITE, Verdict::NotCheckable), [Proven, GreenOnly]);
}

#[test]
fn what_is_missing_or_edited_is_remarked_and_breaks_nothing() {
    let dossier = told(&payload(|_| ()), None, Vec::new());
    assert_eq!((dossier.run.as_str(), dossier.suites[0].tests.len()), ("", 0));
    assert!(dossier.remarks[0].contains("2 entries are told without their record"), "{:#?}", dossier.remarks);
    let mut edited = record([Passed, Passed]);
    edited.patch.sha256 = "0".into();
    edited.suites[0].digests = Some(digests("gone.txt", ""));
    let dossier = told(&payload(|_| ()), Some(&edited), Vec::new());
    assert_eq!((dossier.changes[0].diff.as_ref(), dossier.suites[0].log.as_ref()), (None, None));
    let remarks = ["not what was recorded, and left out: `changes.patch`", "recorded, and not here: `gone.txt`"];
    assert_eq!(dossier.remarks, remarks);
    let odd = payload(|value| {
        let implementation = &mut value["implementation"];
        implementation["tests"][0]["counts"] = json!("two");
        implementation["changes"][0]["withdrawn"] = json!({ "why": "reverted" });
        implementation["commands"] = json!([{ "id": "make", "command": "make" }]);
    });
    let dossier = told(&odd, Some(&record([Passed, Passed])), Vec::new());
    assert_eq!((dossier.changes.len(), dossier.suites.len(), dossier.commands.len()), (0, 0, 0));
    assert_eq!(dossier.remarks.len(), 3, "{:#?}", dossier.remarks);
}

#[test]
fn what_was_run_again_stands_in_the_place_of_what_is_recorded() {
    let document = payload(|_| ());
    let payload = Payload::read(&document).expect("a payload");
    let keep = tempfile::tempdir().expect("a folder");
    let folder = Utf8PathBuf::from_path_buf(keep.path().to_owned()).expect("UTF-8");
    fs::write(folder.join("log.txt"), "now\n").expect("written");
    let mut record = record([Failed, Passed]);
    // Of another test of that name nobody knows what it came to on the baseline.
    record.suites[0].red = vec![made::red("t::two")];
    let failure = Failure { name: "t::one".into(), excerpt: "oh".into(), before: None };
    let ran = Ran {
        record: RunRecord { run: "r2".into(), ..record },
        baseline: BaselineEntry {
            reference: "main".into(),
            commit: "c".into(),
            how: "so".into(),
            tree: "t".into(),
            by: BY.into(),
        },
        failures: BTreeMap::from([(SUITE.to_owned(), vec![failure])]),
        folder,
    };
    let shelf = Shelf::default();
    let (name, text) = ("handoff/payload.json", document.text());
    let (fresh, judged) = (Fresh::Again(&ran), Judged::default());
    let dossier = of(&Source { verb: "validate", name, text, payload: &payload, shelf: &shelf, fresh, judged });
    let suite = &dossier.suites[0];
    assert_eq!((suite.entry.status, suite.log.as_deref()), (Outcome::Failed, Some("now\n")));
    assert_eq!((suite.entry.failures.len(), suite.entry.red.len()), (1, 1));
    assert_eq!((dossier.run.as_str(), dossier.tree.as_deref()), ("r2", Some("t")));
    assert_eq!(standings(&dossier).0, [Failing, Proven]);
}

#[test]
fn the_tree_is_the_one_of_the_record_whatever_the_payload_says() {
    let document = payload(|value| {
        value["implementation"]["baseline"] =
            json!({ "ref": "main", "commit": "c", "how": "so", "tree": "another", "by": BY });
    });
    let mut record = record([Passed, Passed]);
    record.inputs.tree = "seen".into();
    let dossier = told(&document, Some(&record), Vec::new());
    assert_eq!((dossier.tree.as_deref(), dossier.baseline.is_some()), (Some("seen"), true));
    assert_eq!(told(&document, None, Vec::new()).tree.as_deref(), Some("another"));
}

#[test]
fn a_decision_is_told_with_who_and_why() {
    let decided = |findings: Value| told(&payload(|value| value["qaFindings"] = findings), None, Vec::new()).decision;
    assert_eq!(decided(json!({ "status": "pending" })), None);
    assert_eq!(decided(json!({ "status": "approved" })).as_deref(), Some("approved"));
    let history = json!([{ "from": null, "to": "rejected", "by": "P", "why": "no" }]);
    let told = decided(json!({ "status": "rejected", "statusHistory": history }));
    assert_eq!(told.as_deref(), Some("rejected by P: no"));
}

#[test]
fn files_are_told_relative_to_the_top() {
    let dossier = |payload: &str| Dossier { payload: payload.into(), ..Dossier::default() };
    assert_eq!(dossier("handoff/payload.json").in_repository("src/a.rs"), "src/a.rs");
    assert_eq!(dossier("x/y/handoff/payload.json").in_repository("src/a.rs"), "x/y/src/a.rs");
    assert_eq!(dossier("x/y/handoff/payload.json").in_repository("../z/a.rs"), "x/z/a.rs");
    assert_eq!(dossier("").in_repository("a.rs"), "a.rs");
}
