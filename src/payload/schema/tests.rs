//! The samples, and what we write, hold the schema.

use super::*;
use crate::payload::document::Document;
use crate::payload::edit::{Edit, apply};
use crate::payload::entries::{Counts, TargetShape};
use crate::words::Outcome;

const SAMPLES: [&str; 3] = [
    include_str!("../../../fixtures/payloads/template.json"),
    include_str!("../../../fixtures/payloads/five-stage.json"),
    include_str!("../../../fixtures/payloads/six-stage.json"),
];

fn validator() -> jsonschema::Validator {
    jsonschema::draft202012::new(&schema()).expect("a schema")
}

fn test_entry() -> Map<String, Value> {
    let entry = TestEntry {
        id: "test:money/lib/money".into(),
        package: "money".into(),
        target: TargetShape { kind: "lib".into(), name: "money".into() },
        suite: "unit tests of `money`".into(),
        steps: vec!["1".into()],
        scenarios: vec![],
        added: vec![],
        changed: vec![],
        removed: vec![],
        unattributed: 0,
        status: Outcome::Passed,
        why: None,
        counts: Counts { listed: 3, passed: 3, ..Counts::default() },
        failures: vec![],
        flaky: vec![],
        red: Vec::new(),
        names: "0".repeat(64),
        observed_at: "2026-11-02T09:30:00Z".into(),
        duration_ms: 12,
        evidence_ref: "handoff/runs/r1".into(),
        by: BY.into(),
    };
    serde_json::to_value(entry).expect("serializable").as_object().expect("an object").clone()
}

fn edited(text: &str, entry: Map<String, Value>) -> Value {
    let document = Document::parse("handoff/payload.json", text.into()).expect("JSON");
    let edits = [
        Edit::Meta { key: "currentStage".into(), value: "4-implement".into() },
        Edit::Entry { list: "tests".into(), entry },
    ];
    apply(&document, &edits).expect("edited").root().value()
}

#[test]
fn the_schema_is_one_and_the_samples_follow_it() {
    assert!(jsonschema::draft202012::meta::is_valid(&schema()));
    for sample in SAMPLES {
        let value: Value = serde_json::from_str(sample).expect("JSON");
        let errors: Vec<_> = validator().iter_errors(&value).map(|error| error.to_string()).collect();
        assert_eq!(errors, Vec::<String>::new());
    }
}

#[test]
fn what_we_write_follows_it() {
    for sample in SAMPLES {
        let mut entry = test_entry();
        entry.insert("history".into(), json!([{"status": "failed"}]));
        entry.insert("somebody".into(), json!("added this"));
        let errors: Vec<_> = validator().iter_errors(&edited(sample, entry)).map(|error| error.to_string()).collect();
        assert_eq!(errors, Vec::<String>::new());
    }
}

#[test]
fn an_entry_of_ours_has_to_have_our_shape_unless_it_was_withdrawn() {
    let mut entry = test_entry();
    entry.insert("status".into(), "fine".into());
    assert!(!validator().is_valid(&edited(SAMPLES[0], entry.clone())));
    entry.insert("by".into(), "somebody".into());
    assert!(validator().is_valid(&edited(SAMPLES[0], entry)));
    let mut entry = test_entry();
    entry.remove("counts");
    assert!(!validator().is_valid(&edited(SAMPLES[0], entry)));
    let gone = json!({"id": "a", "by": BY, "withdrawn": {"at": "T", "why": "gone"}, "history": [{}]});
    assert!(validator().is_valid(&edited(SAMPLES[0], gone.as_object().expect("an object").clone())));
}

#[test]
fn our_own_members_are_those_of_the_structs() {
    assert!(own_members("tests").contains("durationMs"));
    assert!(own_members("changes").contains("rationaleSource"));
    assert!(own_members("baseline").contains("ref"));
    assert!(own_members("x-team").is_empty());
}
