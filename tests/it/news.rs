//! What is recorded, and when: without news not a byte, with news all that was seen and nothing of anybody's lost.

use crate::tree::{Ran, Tree, copy};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const PAYLOAD: &str = "handoff/payload.json";

/// `two-crates` with its payload, committed, and work on top: a third number, with a test.
fn with_work() -> Tree {
    let tree = Tree::of("two-crates").payload("two-crates").git();
    tree.change("adder/src/lib.rs", "use super::add;", "use super::{add, add_three};");
    tree.change(
        "adder/src/lib.rs",
        "#[cfg(test)]",
        "/// The sum of three numbers.\npub fn add_three(a: u32, b: u32, c: u32) -> u32 {\n    add(add(a, b), c)\n}\n\n#[cfg(test)]",
    );
    tree.change(
        "adder/src/lib.rs",
        "        assert_eq!(add(1, 2), add(2, 1));\n    }\n",
        "        assert_eq!(add(1, 2), add(2, 1));\n    }\n\n    #[test]\n    fn three_are_added() {\n        assert_eq!(add_three(1, 2, 3), 6);\n    }\n",
    );
    tree
}

/// `implement` in this tree, whose payload has to fit the schema afterwards.
#[track_caller]
fn implement(tree: &Tree, args: &[&str]) -> Ran {
    let ran = tree.handoff([&["implement"], args].concat());
    let payload = payload(tree);
    let validator = jsonschema::validator_for(&cargo_handoff::payload::schema::schema()).expect("a schema");
    let errors: Vec<String> =
        validator.iter_errors(&payload).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    ran
}

#[track_caller]
fn payload(tree: &Tree) -> Value {
    serde_json::from_str(&tree.read(PAYLOAD)).expect("JSON")
}

/// The entry of this id.
#[track_caller]
fn entry(tree: &Tree, list: &str, id: &str) -> Value {
    let payload = payload(tree);
    let entries = payload["implementation"][list].as_array().cloned().unwrap_or_default();
    entries.into_iter().find(|entry| entry["id"] == id).unwrap_or_else(|| panic!("no {id} in {payload:#}"))
}

fn history(entry: &Value) -> Vec<Value> {
    entry["history"].as_array().cloned().unwrap_or_default()
}

/// Runs `implement` and holds that it wrote nothing into the payload.
#[track_caller]
fn writes_nothing(tree: &Tree, when: &str, args: &[&str]) {
    let before = tree.read(PAYLOAD);
    let ran = implement(tree, args).exits(0);
    assert_eq!(tree.read(PAYLOAD), before, "{when}");
    assert!(ran.stdout.contains("no news"), "{when}: {}", ran.stdout);
}

/// A copy at another path, with everything but the target folder.
fn moved(tree: &Tree) -> Tree {
    let other = Tree::empty();
    for entry in tree.root.read_dir_utf8().expect("a folder").map(|entry| entry.expect("an entry")) {
        let to = other.root.join(entry.file_name());
        match entry.file_name() {
            "target" => {}
            _ if entry.file_type().expect("a type").is_dir() => copy(entry.path(), &to),
            _ => {
                std::fs::create_dir_all(to.parent().expect("a folder")).expect("a folder");
                std::fs::copy(entry.path(), &to).expect("copied");
            }
        }
    }
    other
}

#[test]
fn without_news_the_payload_stays_as_it_is_to_the_byte() {
    let tree = with_work();
    let first = implement(&tree, &["--as", "somebody"]).exits(0);
    assert!(first.stdout.contains("ready for 5-acceptance"), "{}", first.stdout);
    writes_nothing(&tree, "at once", &[]);
    writes_nothing(&tree, "by somebody else", &["--as", "somebody else"]);
    let now = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(2_000_000_000);
    for file in ["adder/src/lib.rs", "counter/src/main.rs", "Cargo.toml"] {
        let file = std::fs::File::options().append(true).open(tree.root.join(file)).expect("there");
        file.set_modified(now).expect("set");
    }
    writes_nothing(&tree, "after its files were touched", &[]);
    let elsewhere = moved(&tree);
    writes_nothing(&elsewhere, "in another place", &[]);
    tree.ask_git(["checkout", "--quiet", "-b", "work"]);
    tree.commit("Add three numbers");
    writes_nothing(&tree, "after the commit", &[]);
    tree.ask_git(["commit", "--quiet", "--amend", "-m", "Add up to three numbers"]);
    writes_nothing(&tree, "after an amend", &[]);
    let text = tree.read(PAYLOAD);
    assert!(!text.contains(tree.root.as_str()), "a path of this machine: {text}");
}

#[test]
fn another_source_test_outcome_or_toolchain_is_news_and_history_grows_with_the_outcome_only() {
    let tree = with_work();
    let _ = implement(&tree, &[]).exits(0);
    let suite = "test:adder/lib/adder";
    assert_eq!(entry(&tree, "tests", suite)["added"], json!(["tests::three_are_added"]));
    let blob = entry(&tree, "changes", "change:adder/src/lib.rs")["after"].clone();

    tree.change("adder/src/lib.rs", "//! Adds.", "//! Adds numbers.");
    let _ = implement(&tree, &[]).exits(0);
    let change = entry(&tree, "changes", "change:adder/src/lib.rs");
    assert_ne!(change["after"], blob, "a changed source is news");
    assert!(history(&change).is_empty(), "no outcome changed: {change:#}");

    tree.change(
        "adder/src/lib.rs",
        "    #[test]\n    fn three",
        "    #[test]\n    fn none() {}\n\n    #[test]\n    fn three",
    );
    let _ = implement(&tree, &[]).exits(0);
    assert_eq!(entry(&tree, "tests", suite)["counts"]["listed"], 4, "a new test is news");
    assert!(history(&entry(&tree, "tests", suite)).is_empty(), "it passed before and passes now");

    tree.change("adder/src/lib.rs", "add(add(a, b), c)", "add(add(a, b), c + 1)");
    let _ = implement(&tree, &[]).exits(100);
    let failed = entry(&tree, "tests", suite);
    assert_eq!((failed["status"].as_str(), history(&failed).len()), (Some("failed"), 1));
    assert_eq!(history(&failed)[0]["status"], "passed");
    assert_eq!(payload(&tree)["implementation"]["handoff"]["readyFor"], Value::Null);
    let before = tree.read(PAYLOAD);
    let _ = implement(&tree, &[]).exits(100);
    assert_eq!(tree.read(PAYLOAD), before, "failing again is no news");

    tree.change("adder/src/lib.rs", "add(add(a, b), c + 1)", "add(add(a, b), c)");
    let _ = implement(&tree, &[]).exits(0);
    let statuses: Vec<Value> = history(&entry(&tree, "tests", suite)).iter().map(|old| old["status"].clone()).collect();
    assert_eq!(statuses, ["passed", "failed"]);

    let rustc = payload(&tree)["implementation"]["environment"]["rustc"].as_str().expect("a line").to_owned();
    tree.change(PAYLOAD, &rustc, "rustc 1.80.0 (an older one)");
    let _ = implement(&tree, &[]).exits(0);
    let environment = &payload(&tree)["implementation"]["environment"];
    assert_eq!(environment["rustc"], json!(rustc), "another toolchain is news");
    assert_eq!(environment["history"][0]["rustc"], "rustc 1.80.0 (an older one)");
    writes_nothing(&tree, "in the end", &[]);
}

#[test]
fn a_reverted_file_and_a_deleted_target_are_withdrawn_and_claimed_again_when_they_are_back() {
    let tree = with_work();
    let main = tree.read("counter/src/main.rs");
    tree.change("counter/src/main.rs", "//! Prints how many", "//! Prints on one line how many");
    let changed = tree.read("counter/src/main.rs");
    tree.write("counter/tests/extra.rs", "//! More.\n\n#[test]\nfn one_more() {}\n");
    let _ = implement(&tree, &[]).exits(0);
    let after = entry(&tree, "changes", "change:counter/src/main.rs")["after"].clone();
    assert_eq!(entry(&tree, "tests", "test:counter/test/extra")["status"], "passed");

    tree.write("counter/src/main.rs", &main);
    std::fs::remove_file(tree.root.join("counter/tests/extra.rs")).expect("removed");
    // The package is looked at again because something else of it changed.
    tree.change("counter/tests/counts.rs", "//! The binary, from", "//! The binary, seen from");
    let _ = implement(&tree, &[]).exits(0);
    for (list, id) in [
        ("changes", "change:counter/src/main.rs"),
        ("changes", "change:counter/tests/extra.rs"),
        ("tests", "test:counter/test/extra"),
    ] {
        let gone = entry(&tree, list, id);
        assert!(gone["withdrawn"]["at"].is_string() && gone["withdrawn"]["why"].is_string(), "{gone:#}");
        assert!(gone.get("status").is_none() && gone.get("after").is_none(), "{gone:#}");
        assert_eq!(history(&gone).len(), 1, "its values moved to history: {gone:#}");
    }
    assert_eq!(history(&entry(&tree, "changes", "change:counter/src/main.rs"))[0]["after"], after);
    let claims = tree.handoff(["validate", "--message-format", "json"]).exits(0).messages();
    let is_claimed = |claim: &str| claims.iter().any(|message| message["claim"] == claim);
    assert!(is_claimed("change:adder/src/lib.rs") && !is_claimed("change:counter/src/main.rs"));
    assert!(!is_claimed("test:counter/test/extra"), "nobody claims what was withdrawn");
    writes_nothing(&tree, "after a withdrawal", &[]);

    tree.write("counter/src/main.rs", &changed);
    let _ = implement(&tree, &[]).exits(0);
    let again = entry(&tree, "changes", "change:counter/src/main.rs");
    assert!(again.get("withdrawn").is_none(), "{again:#}");
    assert_eq!(again["after"], after);
    assert!(!history(&again).is_empty(), "what happened to it is told: {again:#}");
}

/// Two steps for two packages; the second package does not pass its clippy, its formatting and its tests.
fn two_steps() -> Tree {
    let tree = with_work();
    tree.change(
        PAYLOAD,
        r#""status": "ready" }"#,
        r#""status": "ready" },
      { "id": 2, "name": "Count them", "files": ["counter/src/main.rs"], "x-team": 1.10 }"#,
    );
    tree.change("counter/src/main.rs", "fn main() {", "fn main() {\n    let unused=1;");
    tree.change("counter/tests/counts.rs", "b\"2\\n\"", "b\"3\\n\"");
    tree
}

#[test]
fn a_step_alone_leaves_the_other_targets_as_they_were_seen_and_is_not_ready_over_their_failures() {
    let tree = two_steps();
    let _ = implement(&tree, &[]).exits(100);
    let suite = entry(&tree, "tests", "test:counter/test/counts");
    assert_eq!(suite["status"], "failed");
    let of = |tree: &Tree, id: &str, package: &str| -> Vec<Value> {
        let entry = entry(tree, "commands", id);
        let mut targets = entry["targets"].as_array().cloned().unwrap_or_default();
        // Packages with nothing to say about them are told by name alone.
        let passed = entry["passed"].as_array().into_iter().flatten();
        targets.extend(passed.map(|label| json!({ "package": label, "outcome": "passed" })));
        targets.into_iter().filter(|target| target["package"] == package).collect()
    };
    let outcomes = |targets: &[Value]| targets.iter().map(|target| target["outcome"].clone()).collect::<Vec<_>>();
    let clippy = outcomes(&of(&tree, "command:clippy", "counter"));
    assert!(clippy.contains(&json!("failed")), "{clippy:?}");
    // Mended, but not looked at: only the first step is.
    tree.change("counter/src/main.rs", "\n    let unused=1;", "");
    let ran = implement(&tree, &["--step", "1"]).exits(0);
    assert!(!ran.stdout.contains("is ready for"), "{}", ran.stdout);
    assert_eq!(entry(&tree, "tests", "test:counter/test/counts"), suite, "outcome and `observedAt` are kept");
    for id in ["command:clippy", "command:fmt"] {
        let kept = of(&tree, id, "counter");
        assert!(outcomes(&kept).contains(&json!("failed")), "{id} forgot a failure: {kept:#?}");
        assert!(kept.iter().all(|target| target["observedAt"].is_string()), "{kept:#?}");
        assert_eq!(outcomes(&of(&tree, id, "adder")), ["passed"], "{id}");
        assert_ne!(entry(&tree, "commands", id)["outcome"], "passed", "{id} says more than was seen");
    }
    assert_eq!(payload(&tree)["implementation"]["handoff"]["readyFor"], Value::Null);
    let before = tree.read(PAYLOAD);
    let _ = implement(&tree, &["--step", "1"]).exits(0);
    assert_eq!(tree.read(PAYLOAD), before, "the same step again is no news");
    tree.change("counter/tests/counts.rs", "b\"3\\n\"", "b\"2\\n\"");
    tree.change("counter/src/main.rs", "//! Prints how many", "//! Prints on one line how many");
    let ran = implement(&tree, &[]).exits(0);
    assert!(ran.stdout.contains("is ready for"), "{}", ran.stdout);
    assert!(of(&tree, "command:clippy", "counter").iter().all(|target| target.get("observedAt").is_none()));
}

#[test]
fn statuses_rise_with_the_work_fall_with_its_ground_and_those_of_others_never_fall() {
    let tree = with_work();
    tree.change(
        PAYLOAD,
        r#""status": "ready" }"#,
        r#""status": "ready", "x-team": 1.10 },
      "Keep `adder` as small as it is",
      { "id": "theirs", "name": "Rewrite the counter", "files": ["counter/src/nothing.rs"], "status": "completed", "x-n": 1e2 }"#,
    );
    let steps = |tree: &Tree| payload(tree)["plan"]["steps"].clone();
    let _ = implement(&tree, &[]).exits(0);
    let [first, text, theirs] = [0, 1, 2].map(|index| steps(&tree)[index].clone());
    assert_eq!(
        (first["status"].as_str(), first["statusHistory"][0]["from"].as_str()),
        (Some("completed"), Some("ready"))
    );
    assert!(text.is_string(), "a step that is a string stays one");
    let kept = entry(&tree, "stepStatus", "step:2");
    assert_eq!((kept["status"].as_str(), kept["by"].as_str()), (Some("completed"), Some("cargo-handoff")));
    assert_eq!((theirs["status"].as_str(), theirs.get("statusHistory")), (Some("completed"), None));
    let scenario = &payload(&tree)["testPlan"]["scenarios"][0];
    assert_eq!(
        (&scenario["status"], &scenario["statusHistory"][0]["from"]),
        (&json!("implemented"), &json!("planned"))
    );

    tree.change("adder/src/lib.rs", "    left + right", "    left.wrapping_sub(right)");
    let _ = implement(&tree, &[]).exits(100);
    let [first, _, theirs] = [0, 1, 2].map(|index| steps(&tree)[index].clone());
    assert_eq!(first["status"], "in-progress");
    let fall = &first["statusHistory"][1];
    assert_eq!((&fall["from"], &fall["by"]), (&json!("completed"), &json!("cargo-handoff")));
    assert!(fall["why"].as_str().is_some_and(|why| why.contains("adder")), "{fall}");
    assert_eq!(theirs["status"], "completed", "what somebody else said is theirs to take back");
    let kept = entry(&tree, "stepStatus", "step:2");
    assert_eq!((&kept["status"], &kept["history"][0]["status"]), (&json!("in-progress"), &json!("completed")));
    assert_eq!(payload(&tree)["testPlan"]["scenarios"][0]["status"], "in-progress");
    let text = tree.read(PAYLOAD);
    assert!(text.contains(r#""x-team": 1.10"#) && text.contains(r#""x-n": 1e2"#), "{text}");
}

#[test]
fn the_six_stage_workflow_gets_its_own_stage_names() {
    let tree = with_work();
    tree.change(
        PAYLOAD,
        r#""testPlan":"#,
        r#""tasks": { "items": [{ "id": "task-1", "name": "All of it" }] },
  "testPlan":"#,
    );
    let _ = implement(&tree, &[]).exits(0);
    let payload = payload(&tree);
    assert_eq!(payload["meta"]["currentStage"], "5-implement");
    assert_eq!(payload["implementation"]["handoff"]["readyFor"], "6-acceptance");
}

#[test]
fn what_others_wrote_survives_to_the_byte_also_within_our_entries() {
    let tree = with_work();
    let theirs = [
        r#""environment" : {"host":"buildbox",  "cores" : 1.10}"#,
        r#"{"id":"change:adder/src/lib.rs","by":"a person", "x-team" :[ 1.10, -0, 12345678901234567890123]}"#,
        r#"{"what" : "by hand" }"#,
    ];
    tree.change(
        PAYLOAD,
        r#""implementation": { "changes": [], "tests": [], "commands": [] }"#,
        &format!(
            "\"implementation\": {{ {}, \"changes\": [{}], \"tests\": null, \"commands\": [{}] }},\r\n\t\"x-team\": {{ \"weight\": 0.10000 }}",
            theirs[0], theirs[1], theirs[2]
        ),
    );
    let _ = implement(&tree, &[]).exits(0);
    let text = tree.read(PAYLOAD);
    for theirs in theirs.iter().chain(&["},\r\n\t\"x-team\": { \"weight\": 0.10000 }"]) {
        assert!(text.contains(theirs), "{theirs} is gone from {text}");
    }
    let implementation = &payload(&tree)["implementation"];
    assert_eq!(implementation["environmentByHandoff"]["by"], "cargo-handoff");
    let changes = implementation["changes"].as_array().expect("a list");
    assert_eq!(changes.len(), 2, "ours stands beside theirs of the same id: {changes:#?}");

    let added = r#""id": "test:adder/lib/adder", "x-reviewed" : { "by":"somebody", "n" : 3.00 }"#;
    tree.change(PAYLOAD, r#""id": "test:adder/lib/adder""#, added);
    tree.change("adder/src/lib.rs", "add_three(1, 2, 3), 6", "add_three(1, 2, 4), 6");
    let _ = implement(&tree, &[]).exits(100);
    let entry = entry(&tree, "tests", "test:adder/lib/adder");
    assert_eq!(entry["status"], "failed");
    assert!(tree.read(PAYLOAD).contains(r#""x-reviewed" : { "by":"somebody", "n" : 3.00 }"#), "{entry:#}");
}

#[test]
fn a_dry_run_shows_the_payloads_diff_and_writes_nothing_at_all() {
    let tree = with_work();
    std::fs::remove_file(tree.root.join("Cargo.lock")).expect("removed");
    let before: BTreeMap<String, String> = tree.digest_of_everything();
    let ran = tree.handoff(["implement", "--dry-run"]).exits(0);
    assert_eq!(tree.digest_of_everything(), before);
    assert!(ran.stdout.contains("+++ handoff/payload.json") && ran.stdout.contains("dry run"), "{}", ran.stdout);
    assert!(ran.stdout.lines().count() <= 60, "{} lines", ran.stdout.lines().count());
    let whole = tree.handoff(["implement", "-n", "--message-format", "json"]).exits(0).messages();
    let diff = whole.last().expect("a last line")["diff"].as_str().expect("a diff").to_owned();
    assert!(diff.contains("+      \"id\": \"change:adder/src/lib.rs\""), "{diff}");
    assert_eq!(tree.digest_of_everything(), before);
}
