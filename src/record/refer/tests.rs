//! What stays in the payload and what it leans on, once another run writes it.

use super::*;
use crate::payload::document::Document;
use crate::payload::edit;
use crate::standing::Standing;
use crate::words::BY;
use serde_json::json;

fn document(implementation: &Value) -> Document {
    let text = serde_json::to_vec_pretty(&json!({ "implementation": implementation })).expect("JSON");
    Document::parse("handoff/payload.json", text).expect("a payload")
}

fn record(edits: Vec<Edit>) -> Record {
    let standing = Standing { steps: Default::default(), scenarios: Default::default() };
    Record { edits, standing, ready: true, open: Vec::new(), asserted: Vec::new(), sealed: true }
}

fn map(value: &Value) -> Map<String, Value> {
    value.as_object().cloned().expect("an object")
}

fn handoff() -> Edit {
    Edit::Object { name: "handoff".into(), value: map(&json!({ "open": [], "by": BY })) }
}

fn link(id: &str) -> EvidenceEntry {
    EvidenceEntry {
        id: format!("evidence:{id}"),
        path: format!("handoff/evidence/{id}"),
        sha256: format!("sha of {id}"),
        at: "t".into(),
        by: BY.into(),
    }
}

fn left(id: &str, sealed: &[&str]) -> Left {
    let path = reference(id, sealed.contains(&id));
    let record = RecordRef { path, sha256: format!("sha of {id}") };
    Left { record, sealed: sealed.iter().map(|id| link(id)).collect() }
}

/// The payload after a run that looked at nothing but the suite `test:new`.
fn renewed(old: &Value, left: &Left) -> (BTreeSet<String>, Value) {
    let document = document(old);
    let payload = Payload::read(&document).expect("a payload");
    let entry = json!({ "id": "test:new", "evidenceRef": left.record.path, "by": BY });
    let mut record = record(vec![handoff(), Edit::Entry { list: "tests".into(), entry: map(&entry) }]);
    let leans_on = record.leans_on(&payload, id_of(&left.record.path).expect("an id"));
    record.refer(&payload, left).expect("referred");
    let text = edit::apply(&document, &record.edits).expect("applied").text().to_owned();
    let value: Value = serde_json::from_str(&text).expect("JSON");
    (leans_on, value["implementation"].clone())
}

#[test]
fn an_entry_that_left_its_run_out_says_it_once_the_payload_has_another_record() {
    let old = json!({
        "tests": [
            { "id": "test:brief", "status": "passed", "x-team": 1.10, "by": BY },
            { "id": "test:gone", "withdrawn": { "at": "t", "why": "w" }, "by": BY },
            { "id": "theirs", "status": "passed" },
        ],
        "handoff": { "record": { "path": "handoff/runs/r1", "sha256": "s" }, "by": BY },
    });
    let (leans_on, now) = renewed(&old, &left("r2", &[]));
    assert_eq!(leans_on, BTreeSet::from(["r1".to_owned()]));
    assert_eq!(
        now["tests"][0],
        json!({ "id": "test:brief", "status": "passed", "x-team": 1.10, "by": BY, "evidenceRef": "handoff/runs/r1" })
    );
    assert_eq!((&now["tests"][1], &now["tests"][2]), (&old["tests"][1], &old["tests"][2]));
    assert_eq!(now["handoff"]["record"], json!({ "path": "handoff/runs/r2", "sha256": "sha of r2" }));
    assert!(now.get("evidence").is_none());
    let (_, now) = renewed(&old, &left("r2", &["r1", "r2"]));
    assert_eq!(now["tests"][0]["evidenceRef"], "handoff/evidence/r1");
    assert_eq!(now["evidence"], json!([link("r1"), link("r2")]));
}

#[test]
fn entries_lead_to_the_sealed_record_once_there_is_one_and_their_past_stays() {
    let old = json!({
        "commands": [{
            "id": "command:fmt", "log": { "path": "handoff/runs/r1/fmt.txt", "sha256": "s", "bytes": 1 },
            "evidenceRef": "handoff/runs/r1", "history": [{ "evidenceRef": "handoff/runs/r1" }], "by": BY,
        }],
        "tests": [
            { "id": "test:a", "evidenceRef": "handoff/runs/r10", "by": BY },
            { "id": "test:b", "evidenceRef": "handoff/runs/r0", "by": BY },
        ],
        "evidence": [link("r0")],
    });
    let (leans_on, now) = renewed(&old, &left("r2", &["r1", "r2"]));
    assert_eq!(leans_on.iter().map(String::as_str).collect::<Vec<_>>(), ["r0", "r1", "r10"]);
    let command = &now["commands"][0];
    assert_eq!(
        (&command["evidenceRef"], &command["log"]["path"]),
        (&json!("handoff/evidence/r1"), &json!("handoff/evidence/r1/fmt.txt"))
    );
    assert_eq!(command["history"], old["commands"][0]["history"]);
    assert_eq!(now["tests"][0]["evidenceRef"], "handoff/runs/r10", "another run, not sealed");
    assert_eq!(now["tests"][1]["evidenceRef"], "handoff/evidence/r0", "sealed before");
}

#[test]
fn a_reference_that_leads_out_of_the_folder_is_leant_on_by_nobody() {
    let old = json!({ "tests": [{ "id": "test:a", "evidenceRef": "handoff/runs/../../x", "by": BY }] });
    let (leans_on, now) = renewed(&old, &left("r2", &["r2"]));
    assert!(leans_on.is_empty());
    assert_eq!(now["tests"][0], old["tests"][0]);
}

#[test]
fn without_news_nothing_is_referred_to() {
    let old = document(&json!({ "tests": [{ "id": "test:a", "by": BY }] }));
    let payload = Payload::read(&old).expect("a payload");
    let mut record = record(Vec::new());
    record.refer(&payload, &left("r2", &["r2"])).expect("nothing to do");
    assert!(record.edits.is_empty());
}
