//! What no run wrote, and what a run wrote that is not there any more.

use super::super::made;
use super::*;
use crate::check::TestOutcome::{Failed, Passed};
use crate::evidence::Kept;
use crate::payload::document::Document;
use crate::payload::entries::{Red, RedClass};
use crate::words::CheckKind;
use serde_json::json;

/// A shelf with one record, sealed and listed, of a suite that failed and of a command.
fn shelf() -> (tempfile::TempDir, Shelf) {
    let command = made::command(CheckKind::Clippy, Outcome::Passed, Some(0));
    let record = made::record(vec![made::suite(&[("one", Passed), ("two", Failed)])], vec![command]);
    let (keep, kept) = made::kept(&record, &[]);
    let sealed = listed(&kept);
    (keep, Shelf { listed: vec![sealed], ..made::shelf(kept) })
}

fn listed(kept: &Kept) -> EvidenceEntry {
    EvidenceEntry {
        id: format!("evidence:{}", kept.id),
        path: format!("handoff/evidence/{}", kept.id),
        sha256: kept.sha256.clone().expect("a digest"),
        at: String::new(),
        by: crate::words::BY.into(),
    }
}

fn honest() -> Value {
    json!({
        "environment": { "rustc": null, "cargo": null, "clippy": null, "rustfmt": null, "triple": null,
            "toolchainFile": null, "cargoHandoff": "0.1.0", "by": "cargo-handoff" },
        "baseline": { "ref": "main", "commit": "b", "how": "", "tree": "", "by": "cargo-handoff" },
        "tests": [{ "id": "test:a/lib/a", "by": "cargo-handoff" }],
        "commands": [{ "id": "command:clippy", "by": "cargo-handoff" }],
    })
}

/// Each claim with its reason.
fn said(shelf: &Shelf, edit: impl FnOnce(&mut Value)) -> Vec<String> {
    let mut implementation = honest();
    edit(&mut implementation);
    let text = json!({ "implementation": implementation }).to_string();
    let document = Document::parse("payload.json", text.into_bytes()).expect("JSON");
    let rows = hold(&Payload::read(&document).expect("a payload"), shelf);
    assert!(rows.iter().all(|row| (row.level, row.verdict) == (Level::Outcomes, Verdict::Contradicted)));
    rows.into_iter().map(|row| format!("{}: {}", row.claim, row.why)).collect()
}

#[test]
fn what_a_run_wrote_stands_there_as_it_wrote_it() {
    let (_keep, shelf) = shelf();
    assert_eq!(said(&shelf, |_| ()), [""; 0]);
    let tools = said(&shelf, |of| of["environment"]["triple"] = json!("wasm32"));
    assert_eq!(tools, ["environment: its record names other tools: triple `none`, not `wasm32`"]);
    assert_eq!(
        said(&shelf, |of| of["environment"] = json!(null)),
        ["environment: the environment that was recorded is gone"]
    );
    assert_eq!(
        said(&shelf, |of| of["baseline"]["commit"] = json!("c")),
        ["baseline: no record has this commit: `b`, not `c`"]
    );
    assert_eq!(
        said(&shelf, |of| of["baseline"]["tree"] = json!("t")),
        ["baseline: no record has this tree: ``, not `t`"]
    );
}

#[test]
fn what_a_run_saw_is_neither_taken_back_nor_left_out() {
    let (_keep, mut shelf) = shelf();
    let withdrawn = |of: &mut Value| of["tests"][0]["withdrawn"] = json!({ "at": "", "why": "" });
    assert_eq!(
        said(&shelf, withdrawn),
        ["test:a/lib/a: it is withdrawn, and the run that wrote last has it as failed"]
    );
    let why = "its entry is gone, or not this tool's any more, and the run that wrote last has it as passed";
    assert_eq!(said(&shelf, |of| of["commands"] = json!([])), [format!("command:clippy: {why}")]);
    let renamed = said(&shelf, |of| of["commands"][0]["by"] = json!("somebody"));
    assert_eq!(renamed, [format!("command:clippy: {why}")]);
    // Of two branches that were merged one may have taken it back.
    let other = EvidenceEntry { sha256: "other".into(), ..shelf.listed[0].clone() };
    shelf.listed.push(other);
    assert_eq!(said(&shelf, withdrawn), [""; 0]);
    // What was not sealed may have been joined with what lies elsewhere.
    shelf.listed.clear();
    assert_eq!(said(&shelf, withdrawn), [""; 0]);
}

#[test]
fn a_scenario_s_test_is_as_red_as_its_run_saw_it() {
    let red = Red {
        test: "two".into(),
        class: RedClass::RedAssertion,
        place: Some("src/a.rs:3".into()),
        why: None,
        function: None,
        baseline: "b".into(),
        evidence_ref: "handoff/runs/r1".into(),
    };
    let mut suite = made::suite(&[("one", Passed), ("two", Passed)]);
    suite.red.push(red);
    let (_keep, kept) = made::kept(&made::record(vec![suite], Vec::new()), &[]);
    let shelf = made::shelf(kept);
    let row = |test: &str, run: &str, by: &str| {
        let red = json!({ "suite": "test:a/lib/a", "test": test, "class": "red-assertion", "where": "src/a.rs:3",
            "evidenceRef": run, "by": by });
        let text = json!({ "testPlan": { "scenarios": [{ "id": "s", "name": "it", "red": [red] }] } }).to_string();
        let document = Document::parse("payload.json", text.into_bytes()).expect("JSON");
        let payload = Payload::read(&document).expect("a payload");
        super::red(&payload.scenarios[0], &shelf).map(|row| (row.claim, row.verdict))
    };
    let said = |verdict| Some(("red:scenario:s".to_owned(), verdict));
    assert_eq!(row("two", "handoff/runs/r1", "cargo-handoff"), None);
    assert_eq!(row("one", "handoff/runs/r1", "cargo-handoff"), said(Verdict::Contradicted));
    assert_eq!(row("two", "handoff/evidence/r2", "cargo-handoff"), said(Verdict::Contradicted));
    assert_eq!(row("two", "", "cargo-handoff"), said(Verdict::Contradicted));
    assert_eq!(row("two", "handoff/runs/r2", "cargo-handoff"), said(Verdict::NotCheckable));
    assert_eq!(row("one", "handoff/runs/r1", "somebody"), None, "somebody else's word is theirs");
}
