//! `status`, `explain` and `schema`: to be had at any time, from any payload.

use crate::tree::{Tree, fixtures};
use serde_json::{Value, json};

const PAYLOAD: &str = "handoff/payload.json";

#[cfg(unix)]
#[test]
fn a_safe_status_starts_nothing_and_says_all_but_the_changes() {
    for name in ["five-stage", "six-stage", "superset", "two-crates", "template"] {
        let tree = Tree::of("two-crates").payload(name).git().trapped();
        let before = tree.digest_of_everything();
        let ran = tree.handoff(["status", "--safe"]).exits(0);
        assert!(ran.stdout.starts_with("handoff/payload.json  "), "{name}: {ran:#?}");
        assert!(ran.stdout.lines().all(|line| line.chars().count() <= 80), "{name}: {ran:#?}");
        assert!(
            ran.stdout.lines().last().is_some_and(|line| line.starts_with("next: cargo handoff ")),
            "{name}: {ran:#?}"
        );
        assert_eq!(ran.stderr, "", "{name}");
        let last = tree.handoff(["status", "--safe", "--message-format", "json"]).exits(0).messages();
        let last = last.last().expect("a line");
        assert_eq!((&last["reason"], &last["nChanges"]), (&json!("handoff-finished"), &Value::Null), "{name}");
        assert_eq!(last["gate"].as_array().map(Vec::is_empty), Some(name != "template"), "{name}: {last:#}");
        assert_eq!(tree.started(), "", "{name}");
        assert_eq!(tree.digest_of_everything(), before, "{name}");
    }
}

#[test]
fn a_status_shows_signals_open_steps_and_the_last_outcomes() {
    let tree = Tree::of("two-crates").payload("two-crates").git();
    let signal = "\"successSignal\": \"three numbers can be summed\", \"status\": \"ready\" }";
    tree.change(PAYLOAD, "\"status\": \"ready\" }", signal);
    tree.change("adder/src/lib.rs", "assert_eq!(add(7, 0), 7);", "assert_eq!(add(7, 0), 8);");
    let fresh = tree.handoff(["status"]).exits(0);
    assert!(fresh.stdout.contains("1 file changed") && fresh.stdout.contains("next: cargo handoff map"), "{fresh:#?}");
    let _ = tree.handoff(["implement"]).exits(100);
    let ran = tree.handoff(["status"]).exits(0);
    for line in [
        "  1  ready  Add three numbers",
        "            signal: three numbers can be summed",
        "  failed         test:adder/lib/adder",
    ] {
        assert!(ran.stdout.lines().any(|said| said == line), "`{line}`: {ran:#?}");
    }
    assert_eq!(ran.stdout.matches("Add three numbers").count(), 1, "said once: {ran:#?}");
    let messages = tree.handoff(["status", "--message-format", "json"]).exits(0).messages();
    let last = messages.last().expect("a line");
    assert_eq!(last["steps"][0]["successSignal"], "three numbers can be summed");
    assert_eq!((&last["nChanges"], &last["ready"]), (&json!(1), &json!(false)));
    assert_eq!(last["open"], json!(["step 1: Add three numbers"]));
    assert!(last["outcomes"].to_string().contains(r#"["test:adder/lib/adder","failed"]"#), "{last:#}");
}

#[test]
fn every_sample_validates_against_the_schema_the_verb_prints() {
    let tree = Tree::empty();
    let ran = tree.handoff(["schema"]).exits(0);
    let schema: Value = serde_json::from_slice(&ran.raw_stdout).expect("JSON and nothing else");
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    for name in ["template", "five-stage", "six-stage", "superset", "two-crates"] {
        let text =
            std::fs::read_to_string(fixtures().join("payloads").join(name).with_extension("json")).expect("there");
        let payload: Value = serde_json::from_str(&text).expect("JSON");
        let problems: Vec<String> = validator.iter_errors(&payload).map(|error| error.to_string()).collect();
        assert_eq!(problems, Vec::<String>::new(), "{name}");
    }
    assert!(!validator.is_valid(&json!({ "plan": { "steps": 7 } })));
}
