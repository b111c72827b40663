//! What the acceptance owner's runs leave in `qaFindings`, and what the next `implement` makes of it.

use crate::tree::{Ran, Tree};
use serde_json::{Value, json};

const LIB: &str = "adder/src/lib.rs";
const PAYLOAD: &str = "handoff/payload.json";
const TEST: &str = "    #[test]\n    fn more_is_more() {\n        assert!(add(1, 1) < add(1, 2));\n    }\n\n";

fn payload(tree: &Tree) -> Value {
    serde_json::from_str(&tree.read(PAYLOAD)).expect("JSON")
}

fn recorded() -> Tree {
    let tree = Tree::of("two-crates").payload("two-crates").git();
    tree.change(LIB, "    #[test]\n    fn order", &format!("{TEST}    #[test]\n    fn order"));
    let _ = tree.handoff(["implement"]).exits(0);
    tree
}

/// What stands on stdout, whatever lines it was broken into.
fn said(ran: &Ran) -> String {
    ran.stdout.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn issues(tree: &Tree) -> Vec<Value> {
    payload(tree)["qaFindings"]["issues"].as_array().cloned().unwrap_or_default()
}

#[test]
fn a_run_is_recorded_beside_everything_that_was_there() {
    let tree = recorded();
    let before = payload(&tree);
    let ran = tree.handoff(["validate", "--record", "--as", "Somebody"]).exits(0);
    assert!(ran.stdout.contains("recorded in handoff/payload.json: 0 issues opened"), "{}", ran.stdout);
    let now = payload(&tree);
    assert_eq!(now["implementation"], before["implementation"]);
    assert_eq!(now["testPlan"], before["testPlan"]);
    assert_eq!(
        (&now["meta"]["currentStage"], &now["meta"]["lastUpdatedBy"]),
        (&json!("5-acceptance"), &json!("Somebody"))
    );
    let evidence = &now["qaFindings"]["evidence"][0];
    assert_eq!((&evidence["exit"], &evidence["by"]), (&json!(0), &json!("cargo-handoff")));
    assert_eq!(evidence["levels"], json!(["V0", "V1", "V2", "V3", "V4"]));
    assert!(
        evidence["claims"]["confirmed"].as_u64().is_some_and(|n| 0 < n) && evidence["environment"]["rustc"].is_string()
    );
    assert_eq!(now["qaFindings"]["scenarioStatus"][0]["status"], "verified");
    assert_ne!(now["qaFindings"]["status"], "approved", "nobody decided");
    // Below V4 nothing is said of scenarios; and what was recorded contradicts nothing.
    let _ = tree.handoff(["validate", "--level", "1", "--record"]).exits(0);
    assert_eq!(payload(&tree)["qaFindings"]["evidence"][1]["levels"], json!(["V0", "V1"]));
    let _ = tree.handoff(["validate"]).exits(0);
    let before = tree.read(PAYLOAD);
    let _ = tree.handoff(["validate"]).exits(0);
    assert_eq!(tree.read(PAYLOAD), before, "without `--record` nothing is written");
}

#[test]
fn what_does_not_hold_is_an_issue_the_next_implement_begins_with_until_it_is_gone() {
    let tree = recorded();
    tree.change(LIB, "assert!(add(1, 1) < add(1, 2));", "assert!(add(1, 2) < add(1, 1));");
    let _ = tree.handoff(["validate", "--record"]).exits(105);
    let found = issues(&tree);
    let test = found.iter().find(|issue| issue["id"] == "issue:test:adder/lib/adder").expect("the failing suite");
    assert_eq!(test["status"], "open");
    let steps = test["reproductionSteps"].to_string();
    assert!(steps.contains("cargo test -p adder --lib -- --exact tests::more_is_more"), "{steps}");
    let n_found = found.len();
    let _ = tree.handoff(["validate", "--record"]).exits(105);
    assert_eq!(issues(&tree).len(), n_found, "a second run does not double them");

    let ran = tree.handoff(["implement"]).exits(100);
    assert!(ran.stdout.trim_start().starts_with("open findings of the acceptance owner"), "{}", ran.stdout);
    assert!(
        said(&ran).contains("issue:test:adder/lib/adder [major]: step 1, not changed since: adder/src/lib.rs"),
        "{}",
        ran.stdout
    );
    let messages = tree.handoff(["implement", "--message-format", "json"]).messages();
    let told = messages.iter().position(|message| message["reason"] == "open-issue").expect("told");
    let mapped = messages.iter().position(|message| message["reason"] == "step-mapped").expect("told");
    assert!(told < mapped, "first");
    let last = messages.last().expect("a last line");
    assert!(last["openIssues"].to_string().contains("issue:test:adder/lib/adder"), "{last:#}");

    tree.change(LIB, "assert!(add(1, 2) < add(1, 1));", "assert!(add(1, 1) < add(1, 2));");
    let ran = tree.handoff(["implement"]).exits(0);
    assert!(said(&ran).contains("open findings") && !said(&ran).contains("not changed since"), "{}", ran.stdout);
    let _ = tree.handoff(["validate", "--record"]).exits(0);
    assert!(issues(&tree).iter().all(|issue| issue["status"] == "resolved"), "{:#?}", issues(&tree));
    let ran = tree.handoff(["implement"]).exits(0);
    assert!(!ran.stdout.contains("open findings"), "{}", ran.stdout);
}

#[test]
fn a_person_decides_with_a_name_and_a_reason_and_not_against_a_contradiction() {
    let tree = recorded();
    let before = tree.read(PAYLOAD);
    for args in [
        &["--decide", "approved"][..],
        &["--decide", "approved", "--as", "P"],
        &["--decide", "approved", "--note", "n"],
    ] {
        let _ = tree.handoff([&["validate"], args].concat()).exits(2);
    }
    let _ = tree.handoff(["validate", "--decide", "approved", "--as", " ", "--note", "n"]).exits(2);
    let _ = tree.handoff(["validate", "--decide", "later", "--as", "P", "--note", "n"]).exits(2);
    assert_eq!(tree.read(PAYLOAD), before);
    let ran = tree.handoff(["validate", "--decide", "approved", "--as", "P", "--note", "seen"]).exits(0);
    assert!(ran.stdout.contains("approved by P"), "{}", ran.stdout);
    let findings = payload(&tree)["qaFindings"].clone();
    assert_eq!((&findings["status"], &findings["statusHistory"][0]["why"]), (&json!("approved"), &json!("seen")));

    tree.change(LIB, "assert!(add(1, 1) < add(1, 2));", "assert!(add(1, 2) < add(1, 1));");
    let ran = tree.handoff(["implement", "--dry-run"]).exits(100);
    assert!(ran.stdout.contains("ask for acceptance again"), "{}", ran.stdout);
    let before = tree.read(PAYLOAD);
    let ran = tree.handoff(["validate", "--decide", "approved", "--as", "P", "--note", "fine"]).exits(105);
    assert!(ran.stdout.contains("is refused while a claim is contradicted"), "{}", ran.stdout);
    assert_eq!(tree.read(PAYLOAD), before);
    let _ = tree.handoff(["validate", "--decide", "rejected", "--as", "P", "--note", "it is red"]).exits(105);
    assert_eq!(payload(&tree)["qaFindings"]["status"], "rejected");
    assert_eq!(payload(&tree)["qaFindings"]["statusHistory"].as_array().map(Vec::len), Some(2));

    let _ = tree.handoff(["implement"]).exits(100); // the failure is told as it is: nothing is contradicted
    let before = tree.read(PAYLOAD);
    let ran = tree.handoff(["validate", "--decide", "approved", "--as", "P", "--note", "fine"]).exits(100);
    assert!(ran.stdout.contains("is refused while a check does not hold"), "{}", ran.stdout);
    assert_eq!(tree.read(PAYLOAD), before);
}

#[test]
fn a_closer_look_does_not_pass_what_the_record_says_could_not_run() {
    let tree = Tree::of("two-crates").payload("two-crates").git();
    let mut own = payload(&tree);
    own["testPlan"]["validationCommands"] = json!([{ "command": "no-such-tool --strict README.md" }]);
    tree.write(PAYLOAD, serde_json::to_string_pretty(&own).expect("JSON"));
    tree.change(LIB, "    #[test]\n    fn order", &format!("{TEST}    #[test]\n    fn order"));
    let _ = tree.handoff(["implement", "--trust-payload"]).exits(100);
    let before = tree.read(PAYLOAD);
    let recorded = "testPlan.validationCommands[0]: recorded as could-not-run";
    for level in ["0", "2", "3", "4"] {
        let ran = tree.handoff(["validate", "--level", level]).exits(100);
        assert!(said(&ran).contains(recorded), "{level}: {}", ran.stdout);
    }
    let ran = tree.handoff(["validate", "--decide", "approved", "--as", "P", "--note", "n"]).exits(100);
    assert!(said(&ran).contains("is refused while a check does not hold"), "{}", ran.stdout);
    assert!(said(&ran).contains("and not run again: not approved"), "{}", ran.stdout);
    let ran = tree.handoff(["validate", "--step", "1", "--decide", "approved", "--as", "P", "--note", "n"]).exits(100);
    assert!(said(&ran).contains(recorded), "{}", ran.stdout);
    assert_eq!(tree.read(PAYLOAD), before);
}

#[test]
fn nothing_is_approved_over_an_open_issue() {
    let tree = recorded();
    let decide = ["validate", "--decide", "approved", "--as", "P", "--note", "n"];
    let set = |issues: Value| {
        let mut own = payload(&tree);
        own["qaFindings"]["issues"] = issues;
        tree.write(PAYLOAD, serde_json::to_string_pretty(&own).expect("JSON"));
    };
    set(json!([{ "id": "QA-1", "severity": "major", "status": "open" }, { "title": "no id" }]));
    let before = tree.read(PAYLOAD);
    let ran = tree.handoff(decide).exits(100);
    assert!(said(&ran).contains("2 issues are open: QA-1, qaFindings.issues[1]; nothing was recorded"), "{ran:#?}");
    assert_eq!(tree.read(PAYLOAD), before);
    let _ = tree.handoff(["validate"]).exits(0);
    set(json!(["a text", { "id": "QA-1", "severity": "major", "status": "closed" }, { "severity": "minor" }]));
    let _ = tree.handoff(decide).exits(0);
}

#[test]
fn findings_of_people_are_linked_to_steps_and_left_alone() {
    let tree = Tree::of("two-crates").payload("two-crates").git();
    let mut own = payload(&tree);
    own["qaFindings"] = json!({ "status": "rejected", "issues": [
        { "severity": "major", "expectedBehavior": "three", "actualBehavior": "four", "planStepId": own["plan"]["steps"][0]["id"] },
        { "severity": "minor", "expectedBehavior": "gone", "status": "closed" },
    ] });
    tree.write(PAYLOAD, serde_json::to_string_pretty(&own).expect("JSON"));
    tree.change(LIB, "    #[test]\n    fn order", &format!("{TEST}    #[test]\n    fn order"));
    let ran = tree.handoff(["implement"]).exits(0);
    assert!(
        ran.stdout.contains("qaFindings.issues[0] [major]") && said(&ran).contains("four expected: three"),
        "{ran:#?}"
    );
    assert!(ran.stdout.contains("[major]: step 1") && !ran.stdout.contains("gone"), "{}", ran.stdout);
    assert_eq!(payload(&tree)["qaFindings"], own["qaFindings"]);
}
