//! What does the implementer of a step get to read?

use crate::tree::Tree;
use serde_json::{Value, json};

/// The entry of a crate without dependencies in this package's own lock file: it is on every machine that built us.
fn locked(name: &str) -> (String, String) {
    let lock = include_str!("../../Cargo.lock");
    let head = format!("[[package]]\nname = \"{name}\"\n");
    let entry = lock.split_once(&head).and_then(|(_, rest)| rest.split_once("\n\n")).expect("it is locked").0;
    let version = entry.lines().next().and_then(|line| line.split('"').nth(1)).expect("a version").to_owned();
    (format!("\n{head}{entry}\n"), version)
}

/// A step with everything a brief tells of: criteria, scenarios, notes, an issue, a recorded failure, a dependency.
fn tree() -> (Tree, String) {
    let tree = Tree::of("two-crates").payload("two-crates").git();
    let (entry, version) = locked("shlex");
    tree.change(
        "adder/Cargo.toml",
        "publish.workspace = true\n",
        "publish.workspace = true\n\n[dependencies]\nshlex = \"2\"\n",
    );
    let lock = tree.read("Cargo.lock").replace(
        "name = \"adder\"\nversion = \"0.1.0\"\n",
        "name = \"adder\"\nversion = \"0.1.0\"\ndependencies = [\n \"shlex\",\n]\n",
    );
    tree.write("Cargo.lock", lock + &entry);
    tree.change("adder/src/lib.rs", "    left + right\n}\n", "    left + right\n}\n\n/// The sum of the words of a line.\npub fn line(text: &str) -> Result<u32, String> {\n    let words = shlex::split(text).ok_or(\"no words\")?;\n    words.iter().map(|word| word.parse::<u32>().map_err(|error| error.to_string())).sum()\n}\n");
    let mut payload: Value = serde_json::from_str(&tree.read("handoff/payload.json")).expect("JSON");
    payload["requirement"]["acceptanceCriteria"] =
        json!([{ "id": "AC-1", "text": "sums of three are right" }, { "id": "AC-2", "text": "of nobody's" }]);
    payload["requirement"]["openQuestions"] = json!([{ "question": "Is zero a sum?", "owner": "product" }]);
    payload["plan"]["steps"][0]["successSignal"] = "adder's tests pass".into();
    payload["plan"]["steps"][0]["dependencies"] = json!(["0"]);
    payload["plan"]["steps"]
        .as_array_mut()
        .expect("a list")
        .push(json!({ "id": "0", "name": "Read the plan", "status": "completed", "files": ["README.md"] }));
    let tests = json!(["adder::tests::order_does_not_matter", "adder::tests::three_add_up"]);
    payload["testPlan"]["scenarios"][0]["tests"] = tests;
    payload["testPlan"]["scenarios"][0]["command"] = "cargo test -p adder".into();
    payload["testPlan"]["coverageMatrix"] = json!([{ "requirementId": "AC-1", "scenarioIds": ["scenario-1"] }]);
    payload["qaFindings"] = json!({ "issues": [{ "id": "QA-1", "expected": "0 is allowed", "actual": "it panics", "file": "adder/src/lib.rs" }] });
    tree.write("handoff/payload.json", serde_json::to_string_pretty(&payload).expect("JSON"));
    (tree, version)
}

#[test]
fn a_brief_has_everything_the_implementer_of_a_step_needs() {
    let (tree, version) = tree();
    tree.commit("planned");
    tree.change("adder/src/lib.rs", "assert_eq!(add(7, 0), 7);", "assert_eq!(add(7, 0), 8);");
    let _ = tree.handoff(["implement"]).exits(100);
    let _ = tree
        .handoff([
            "note",
            "outline",
            "--step",
            "1",
            "--signature",
            "fn three(a: u32, b: u32, c: u32) -> u32",
            "--as",
            "Ann",
        ])
        .exits(0);
    let ran = tree.handoff(["recon", "brief", "1"]).exits(0);
    let said = ran.stdout.replace(&version, "[VERSION]");
    snapbox::assert_data_eq!(
        said,
        snapbox::str![[r#"
# Step 1: Add three numbers

## The step

- Add three numbers
- status: ready
- `adder/src/lib.rs` to be changed
- waits for step 0 (completed)
- it succeeded when: adder's tests pass
- `fn three(a: u32, b: u32, c: u32) -> u32`

## Acceptance criteria

- AC-1: sums of three are right (scenario-1)

## Scenarios and their tests

- scenario-1: order does not matter
- `adder/src/lib.rs:27` `adder::tests::order_does_not_matter`
- test `adder::tests::three_add_up`: to be written
- `cargo test -p adder`

## Open

- issue QA-1: 0 is allowed; it is so: it panics
- question: Is zero a sum? (ask product)
- follow-up: step `0` names only files that no package owns: it stands for the whole workspace

## Failures that were recorded

- adder/lib/adder: `tests::nothing_added_changes_nothing` failed: assertion `left == right` failed
- fmt of adder: 1 finding that was there before the work

## Packages and targets

- packages: adder (by file adder/src/lib.rs)
- `adder/lib/adder`

## What is in its files

- `adder/src/lib.rs:8` `pub fn add(left: u32, right: u32) -> u32`
- `adder/src/lib.rs:13` `pub fn line(text: &str) -> Result<u32, String>`

## Who uses it

- `counter/src/main.rs:6` add: 6 uses, in 1 other file
- line: no certain or likely use seen

## Tests that are there

- `adder/src/lib.rs:22` `tests::nothing_added_changes_nothing`
- `adder/src/lib.rs:27` `tests::order_does_not_matter`

## How it is done here

- `adder/src/lib.rs:13` errors: functions return `Result<_, String>` (1 times)
- `adder/src/lib.rs:19` tests: in the file they are about

## Documentation of what it uses

- shlex [VERSION]: <https://docs.rs/shlex/[VERSION]/shlex/>

## What to type

- `cargo handoff recon baseline 1`
- `cargo handoff recon overview adder/src/lib.rs`
- `cargo handoff note outline --step 1 --signature 'fn …'`
- `cargo test -p adder -- order_does_not_matter three_add_up`
- `cargo handoff implement --step 1`

"#]]
    );
    let ran = tree.handoff(["recon", "brief", "1", "--message-format", "json"]).exits(0);
    let answer = ran.messages().pop().expect("the last line");
    let topics: Vec<&str> =
        answer["sections"].as_array().expect("a list").iter().filter_map(|section| section["topic"].as_str()).collect();
    assert_eq!(
        topics,
        [
            "step",
            "criteria",
            "scenarios",
            "open",
            "failures",
            "targets",
            "symbols",
            "references",
            "tests",
            "patterns",
            "docs",
            "next"
        ]
    );
    assert!(answer["tokens"].as_u64() <= Some(6_000), "{answer:#}");
}

#[test]
fn a_brief_keeps_to_its_budget_and_says_what_it_left_out() {
    let tree = Tree::demo(false);
    let whole = tree.handoff(["recon", "brief", "2"]).exits(0).stdout;
    let ran = tree.handoff(["recon", "brief", "2", "--budget", "700", "--message-format", "json"]).exits(0);
    let mut answer = ran.messages().pop().expect("the last line");
    assert!(answer["tokens"].as_u64() <= Some(700), "{answer:#}");
    let answer = answer.as_object_mut().expect("an object");
    for own in ["reason", "verb", "outcome", "exit", "ready", "open", "next"] {
        answer.remove(own);
    }
    let size = serde_json::to_string(&answer).expect("JSON").len();
    assert!(size <= 700 * 4, "{size}");
    let small = tree.handoff(["recon", "brief", "2", "--budget", "700"]).exits(0).stdout;
    assert!(small.len() < whole.len() && small.contains("(`--budget`)") && !whole.contains("(`--budget`)"), "{small}");
}

#[test]
fn a_brief_is_of_the_next_open_step_and_of_one_that_is_there() {
    let (tree, _) = tree();
    let ran = tree.handoff(["recon", "brief"]).exits(0);
    assert!(ran.stdout.starts_with("# Step 1: Add three numbers\n"), "{ran:#?}");
    let ran = tree.handoff(["recon", "brief", "9"]).exits(65);
    assert!(
        ran.stderr.contains("there is no step `9` in `plan.steps`") && ran.stderr.contains("the steps are: 1, 0"),
        "{ran:#?}"
    );
    let ran = tree.handoff(["recon", "brief", "1", "--step", "0"]).exits(2);
    assert!(ran.stderr.contains("a brief is about one step"), "{ran:#?}");
}

#[test]
fn a_brief_tells_of_the_steps_own_edits_and_follow_ups_and_of_no_others() {
    let (tree, _) = tree();
    let mut payload: Value = serde_json::from_str(&tree.read("handoff/payload.json")).expect("JSON");
    payload["plan"]["steps"][0]["edits"] = json!([{ "replace-text": "adder/src/lib.rs", "old": "a", "new": "b" }]);
    let of = |id: &str, text: &str| json!({ "id": id, "text": text, "by": "cargo-handoff" });
    payload["implementation"]["followUps"] = json!([
        of("follow-up:step:1:edits", "mine"),
        of("follow-up:step:0:edits", "another's"),
        of("follow-up:step:10:edits", "of one whose id begins alike"),
        of("follow-up:guardrail", "everybody's"),
    ]);
    tree.write("handoff/payload.json", payload.to_string());
    let told = tree.handoff(["recon", "brief", "1"]).exits(0).stdout;
    assert!(told.contains("it carries edits (1)") && told.contains("cargo handoff trust step:1:edits"), "{told}");
    assert!(told.contains("follow-up: mine") && told.contains("follow-up: everybody's"), "{told}");
    assert!(!told.contains("another's") && !told.contains("begins alike"), "{told}");
    assert!(!tree.handoff(["recon", "brief", "0"]).exits(0).stdout.contains("it carries edits"));
    // Where no scenario says which step it is of, each may be this one's.
    for scenario in payload["testPlan"]["scenarios"].as_array_mut().expect("a list") {
        scenario.as_object_mut().expect("an object").remove("planStepId");
    }
    payload["testPlan"]["coverageMatrix"] = json!([]);
    tree.write("handoff/payload.json", payload.to_string());
    let told = tree.handoff(["recon", "brief", "1"]).exits(0).stdout;
    assert!(told.contains("- scenario-1: order does not matter"), "{told}");
}

#[test]
fn a_brief_writes_nothing() {
    let (tree, _) = tree();
    let _ = tree.handoff(["recon", "brief"]).exits(0);
    let before = tree.digest_of_everything();
    let _ = tree.handoff(["recon", "brief"]).exits(0);
    assert_eq!(before, tree.digest_of_everything());
}
