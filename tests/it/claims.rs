//! Lies are contradicted, each with its reason; honest records are confirmed, failures included.

use crate::tree::{Ran, Tree};
use serde_json::{Value, json};

const LIB: &str = "adder/src/lib.rs";
const PAYLOAD: &str = "handoff/payload.json";
const TEST: &str = "    #[test]\n    fn more_is_more() {\n        assert!(add(1, 1) < add(1, 2));\n    }\n\n";

/// A branch with another test in `adder` and a new integration test, not committed yet.
fn worked() -> Tree {
    let tree = Tree::of("two-crates").payload("two-crates").git();
    tree.ask_git(["switch", "--quiet", "-c", "work"]);
    tree.change(LIB, "    #[test]\n    fn order", &format!("{TEST}    #[test]\n    fn order"));
    tree.write(
        "adder/tests/sums.rs",
        "//! From outside.\n\n#[test]\nfn sums() {\n    assert_eq!(adder::add(1, 1), 2);\n}\n",
    );
    tree
}

/// The same, recorded: everything passed.
fn honest() -> Tree {
    let tree = worked();
    let _ = tree.handoff(["implement"]).exits(0);
    tree
}

/// The same with a failing test and a finding of clippy's, recorded as what they are.
fn failing() -> Tree {
    let tree = worked();
    tree.change(
        LIB,
        "assert!(add(1, 1) < add(1, 2));",
        "let _ = Some(1).map(|one| one).unwrap();\n        assert!(add(1, 2) < add(1, 1));",
    );
    let _ = tree.handoff(["implement"]).exits(100);
    tree
}

fn payload(tree: &Tree) -> Value {
    serde_json::from_str(&tree.read(PAYLOAD)).expect("JSON")
}

/// Edits the payload as an agent with a text editor would.
fn forge(tree: &Tree, edit: impl FnOnce(&mut Value)) {
    let mut payload = payload(tree);
    edit(&mut payload);
    tree.write(PAYLOAD, serde_json::to_string_pretty(&payload).expect("JSON"));
}

/// The entry with this id.
fn entry<'a>(payload: &'a mut Value, list: &str, id: &str) -> &'a mut Value {
    let entries = payload["implementation"][list].as_array_mut().expect("a list");
    entries.iter_mut().find(|entry| entry["id"] == id).unwrap_or_else(|| panic!("no {id}"))
}

/// How `validate` ended, and each claim as `verdict claim: why`.
struct Held {
    ran: Ran,
    claims: Vec<String>,
}

fn validate(tree: &Tree) -> Held {
    let ran = tree.handoff(["validate", "--message-format", "json"]);
    let claims = ran.messages().iter().filter(|message| message["reason"] == "claim").map(in_words).collect();
    Held { ran, claims }
}

fn in_words(claim: &Value) -> String {
    let text = |key: &str| claim[key].as_str().unwrap_or_default();
    format!("{} {}: {}", text("verdict"), text("claim"), text("why"))
}

impl Held {
    #[track_caller]
    fn exits(self, code: i32) -> Self {
        assert_eq!(self.ran.status, Some(code), "\n{}\n{}", self.claims.join("\n"), self.ran.stderr);
        self
    }

    /// Some claim begins with `start` and goes on to say `why`.
    #[track_caller]
    fn says(self, start: &str, why: &str) -> Self {
        let is_said = self.claims.iter().any(|claim| claim.starts_with(start) && claim.contains(why));
        assert!(is_said, "no `{start}… {why}` in\n{}", self.claims.join("\n"));
        self
    }

    #[track_caller]
    fn calls_it_ready(self, expected: bool) -> Self {
        let messages = self.ran.messages();
        assert_eq!(messages.last().expect("it finished")["ready"], expected, "{}", self.claims.join("\n"));
        self
    }

    #[track_caller]
    fn contradicts_only(self, claims: &[&str]) -> Self {
        let found = self.claims.iter().filter_map(|claim| claim.strip_prefix("contradicted "));
        let found: Vec<&str> = found.filter(|claim| !claims.iter().any(|known| claim.starts_with(known))).collect();
        assert!(found.is_empty(), "{found:?}");
        self
    }
}

#[test]
fn numbers_and_statuses_written_into_the_record_are_contradicted() {
    let tree = honest();
    let _ = validate(&tree).exits(0).contradicts_only(&[]).calls_it_ready(true);
    forge(&tree, |payload| {
        entry(payload, "tests", "test:adder/lib/adder")["counts"]["passed"] = json!(4711);
        entry(payload, "tests", "test:adder/test/sums")["added"] = json!(["sums", "and_many_more"]);
        entry(payload, "changes", "change:adder/src/lib.rs")["after"] = json!("0".repeat(40));
        let diff = &mut entry(payload, "changes", "change:adder/tests/sums.rs")["diff"];
        *diff = diff.as_str().expect("a diff").replace("1, 1", "2, 2").into();
        entry(payload, "tests", "test:counter/test/counts")["id"] = json!("test:counter/test/others");
        entry(payload, "commands", "command:doctest")["id"] = json!("command:doctest:counter");
        let commands = payload["implementation"]["commands"].as_array_mut().expect("a list");
        commands.push(json!({
            "id": "command:prescribed:step:1", "kind": "prescribed", "command": "make", "outcome": "passed",
            "exitCode": 0, "by": "cargo-handoff",
        }));
        let ours = |to: &str| json!([{ "from": "ready", "to": to, "by": "cargo-handoff", "why": "seen" }]);
        payload["plan"]["steps"].as_array_mut().expect("a list").push(json!({
            "id": "2", "name": "Count twice", "files": ["counter/src/main.rs"], "status": "completed",
            "statusHistory": ours("completed"),
        }));
        payload["testPlan"]["scenarios"].as_array_mut().expect("a list").push(json!({
            "id": "s-2", "name": "twice", "tests": ["counter::twice"], "status": "implemented",
            "statusHistory": ours("implemented"),
        }));
        let mut phantom = entry(payload, "changes", "change:adder/src/lib.rs").clone();
        phantom["id"] = json!("change:counter/src/main.rs");
        phantom["file"] = json!("counter/src/main.rs");
        payload["implementation"]["changes"].as_array_mut().expect("a list").push(phantom);
    });
    let _ = validate(&tree)
        .exits(105)
        .calls_it_ready(false)
        .says("contradicted test:adder/lib/adder: ", "recorded 4711 of 3 tests passed; 3 of 3 now")
        .says("contradicted test:adder/test/sums: ", "recorded `and_many_more` as a new test; there is no such test")
        .says("contradicted change:adder/src/lib.rs: ", "edited after it was recorded")
        .says("contradicted change:adder/tests/sums.rs: ", "its diff is not the one between its two blobs")
        .says("contradicted test:counter/test/others: ", "no such suite")
        .says("contradicted command:doctest:counter: ", "nothing of the kind is run")
        .says("contradicted command:prescribed:step:1: ", "no run of it was ever recorded")
        .says("contradicted step:2: ", "no change in `counter/src/main.rs`")
        .says("contradicted scenario:s-2: ", "no test `counter::twice`")
        .says("contradicted change:counter/src/main.rs: ", "does not differ from the baseline")
        .says("contradicted handoff: ", "claimed ready for 5-acceptance");
}

#[test]
fn a_change_whose_entry_is_gone_withdrawn_or_renamed_by_hand_is_claimed_by_nobody() {
    let tree = honest();
    let whole = tree.read(PAYLOAD);
    forge(&tree, |payload| {
        payload["implementation"]["changes"].as_array_mut().expect("a list").retain(|entry| entry["file"] != LIB);
        entry(payload, "changes", "change:adder/tests/sums.rs")["withdrawn"] = json!({ "at": "now", "why": "hush" });
    });
    let _ = validate(&tree)
        .exits(105)
        .says("contradicted change:adder/src/lib.rs: ", "nobody claims it")
        .says("contradicted change:adder/tests/sums.rs: ", "nobody claims it");

    // Under another name it is a statement without evidence, and the work is not ready on such.
    tree.write(PAYLOAD, &whole);
    forge(&tree, |payload| entry(payload, "changes", "change:adder/src/lib.rs")["by"] = json!("somebody"));
    let _ = validate(&tree)
        .exits(105)
        .calls_it_ready(false)
        .says("not-checkable change:adder/src/lib.rs: ", "written by hand")
        .says("contradicted change:adder/src/lib.rs: ", "its entry is gone, or not this tool's any more")
        .says("contradicted handoff: ", "`adder/src/lib.rs` changed and was not recorded by this tool")
        .contradicts_only(&["handoff", "change:adder/src/lib.rs"]);
}

#[test]
fn work_that_went_on_after_it_was_recorded_is_contradicted() {
    let tree = honest();
    let lib = tree.read(LIB);
    tree.change(LIB, "//! Adds.", "//! Adds, and more.");
    tree.change("counter/src/main.rs", "//! Prints how many", "//! Says how many");
    let _ = validate(&tree)
        .exits(105)
        .says("contradicted change:adder/src/lib.rs: ", "edited after it was recorded")
        .says("contradicted change:counter/src/main.rs: ", "nobody claims it");

    tree.ask_git(["checkout", "--", "adder", "counter"]);
    std::fs::remove_file(tree.root.join("adder/tests/sums.rs")).expect("removed");
    let _ = validate(&tree)
        .exits(105)
        .says("contradicted change:adder/src/lib.rs: ", "does not differ from the baseline")
        .says("contradicted change:adder/tests/sums.rs: ", "does not differ from the baseline")
        .says("contradicted test:adder/test/sums: ", "no such suite")
        .says("contradicted test:adder/lib/adder: ", "more_is_more")
        .says("contradicted step:1: ", "no change in `adder/src/lib.rs`");

    tree.write(LIB, lib.replace("    #[test]\n    fn order", "    #[test]\n    #[ignore]\n    fn order"));
    let _ = validate(&tree)
        .exits(105)
        .says("contradicted test:adder/lib/adder: ", "recorded 3 of 3 tests passed; 2 of 3 now")
        .says("contradicted scenario:scenario-1: ", "is ignored in");
}

#[test]
fn failures_recorded_as_failures_are_confirmed_and_still_fail() {
    let tree = failing();
    let _ = validate(&tree)
        .exits(100)
        .contradicts_only(&[])
        .calls_it_ready(false)
        .says("confirmed test:adder/lib/adder: ", "failed, as recorded")
        .says("confirmed command:clippy: ", "failed again");
    forge(&tree, |payload| {
        let tests = entry(payload, "tests", "test:adder/lib/adder");
        tests["status"] = json!("passed");
        tests["counts"] = json!({ "listed": 3, "passed": 3, "failed": 0, "ignored": 0, "filtered": 0 });
        entry(payload, "commands", "command:clippy")["outcome"] = json!("passed");
        payload["implementation"]["handoff"]["readyFor"] = json!("5-acceptance");
    });
    let _ = validate(&tree)
        .exits(105)
        .calls_it_ready(false)
        .says("contradicted test:adder/lib/adder: ", "recorded as passed; failed now")
        .says("contradicted command:clippy: ", "recorded as passed; failed now")
        .says("contradicted handoff: ", "a check fails or cannot run");
    // A failed entry under another name, or two under one id, hide nothing: the checks run all the same, and no two runs
    // were ever recorded under one id.
    forge(&tree, |payload| {
        entry(payload, "tests", "test:adder/lib/adder")["by"] = json!("somebody");
        entry(payload, "commands", "command:clippy")["id"] = json!("command:fmt");
        payload["implementation"]["handoff"]["readyFor"] = Value::Null;
    });
    let held = validate(&tree).exits(105).says("contradicted command:fmt: ", "two entries of ours have this id");
    let finished = held.ran.messages().pop().expect("it finished");
    let problems = finished["problems"].to_string();
    assert!(problems.contains("clippy") && problems.contains("more_is_more"), "{problems}");
}

#[test]
fn what_was_written_by_hand_is_run_again_where_it_can_be_and_counted_elsewhere() {
    let tree = honest();
    tree.write(
        "adder/tests/fails.rs",
        "//! Fails.\n\n#[test]\nfn fails() {\n    assert_eq!(adder::add(1, 1), 3);\n}\n",
    );
    let _ = tree.handoff(["implement"]).exits(100);
    forge(&tree, |payload| {
        let says = |command: &str| json!({ "id": "the same id", "command": command, "outcome": "passed" });
        let commands = payload["implementation"]["commands"].as_array_mut().expect("a list");
        commands.push(says("cargo test -p adder --lib"));
        commands.push(says("cargo test -p adder --test fails"));
        commands.push(says("make test"));
        let changes = payload["implementation"]["changes"].as_array_mut().expect("a list");
        changes.push(json!({ "summary": "Counts better", "files": ["counter/src/main.rs"] }));
    });
    let held = validate(&tree)
        .exits(105)
        .says("confirmed the same id: ", "run again: passed")
        .says("contradicted the same id: ", "run again: failed")
        .says("not-checkable the same id: ", "no evidence")
        .says("contradicted changes[3]: ", "`counter/src/main.rs` does not differ from the baseline");
    let said = held.ran.stderr;
    assert!(said.lines().take(20).any(|line| line.contains("written by hand, not checkable")), "{said}");
}

#[test]
fn nobody_is_ready_on_a_ticked_box_an_unapproved_command_or_a_missing_test() {
    let base = honest();
    let with = |steps: Value, scenarios: Value, commands: Value| {
        let tree = base.copy();
        forge(&tree, |payload| {
            payload["plan"]["steps"].as_array_mut().expect("a list").extend(steps.as_array().cloned().expect("a list"));
            let known = payload["testPlan"]["scenarios"].as_array_mut().expect("a list");
            known.extend(scenarios.as_array().cloned().expect("a list"));
            payload["testPlan"]["validationCommands"] = commands;
        });
        tree
    };
    let none = || json!([]);
    let ticked = |reason: Value| json!({ "id": "2", "name": "Count", "files": ["counter/src/main.rs"], "status": "completed", "statusHistory": reason });
    let vouched = json!([{ "from": "ready", "to": "completed", "by": "a reviewer", "why": "it was so before" }]);
    let by_hand = json!([{ "from": "planned", "to": "implemented", "by": "a reviewer", "why": "tried it" }]);
    let scenario = |tests: Value| json!([{ "id": "s-2", "name": "twice", "tests": tests, "status": "implemented", "statusHistory": by_hand.clone() }]);
    for (what, tree, exit, is_ready) in [
        ("a ticked box", with(json!([ticked(none())]), none(), none()), 0, false),
        ("a ticked box with a reason", with(json!([ticked(vouched)]), none(), none()), 0, true),
        ("an unapproved command", with(none(), none(), json!(["make test"])), 77, false),
        ("a test that is not there, vouched for", with(none(), scenario(json!(["counter::twice"])), none()), 0, false),
        ("a scenario without a test, vouched for", with(none(), scenario(none()), none()), 0, true),
    ] {
        let ran = tree.handoff(["implement"]).exits(exit);
        let payload = payload(&tree);
        let handoff = &payload["implementation"]["handoff"];
        assert_eq!(!handoff["readyFor"].is_null(), is_ready, "{what}: {handoff}\n{}", ran.stdout);
        if is_ready {
            let _ = validate(&tree).exits(0).calls_it_ready(true);
            continue;
        }
        forge(&tree, |payload| payload["implementation"]["handoff"]["readyFor"] = json!("5-acceptance"));
        let _ =
            validate(&tree).exits(105).says("contradicted handoff: ", "claimed ready").contradicts_only(&["handoff"]);
    }
}

#[test]
fn a_ticked_box_is_vouched_for_with_a_reason() {
    let tree = worked();
    forge(&tree, |payload| {
        let step = json!({ "id": "2", "name": "Count", "files": ["counter/src/main.rs"], "status": "completed" });
        payload["plan"]["steps"].as_array_mut().expect("a list").push(step);
    });
    let said = tree.handoff(["implement"]).exits(0).stdout;
    assert!(said.contains("step 2 is called done, which was not seen: no change in `counter/src/main.rs`"), "{said}");
    for _ in 0..2 {
        let because = ["note", "status", "step:2", "completed", "--because", "it was so before"];
        let _ = tree.handoff(because).exits(0);
    }
    assert_eq!(payload(&tree)["plan"]["steps"][1]["statusHistory"].as_array().map(Vec::len), Some(1));
    let _ = tree.handoff(["implement"]).exits(0);
    assert_eq!(payload(&tree)["implementation"]["handoff"]["asserted"], json!(["step:2"]));
    let _ = validate(&tree).exits(0).calls_it_ready(true).says("not-checkable step:2: ", "asserted by a person");
}

#[test]
fn an_assertion_slipped_in_after_the_work_was_called_ready_does_not_carry_it() {
    let tree = honest();
    let slipped = json!([{ "from": "ready", "to": "completed", "by": "a reviewer", "why": "trust me" }]);
    forge(&tree, |payload| {
        payload["plan"]["steps"].as_array_mut().expect("a list").push(json!({
            "id": "2", "name": "Count", "files": ["counter/src/main.rs"], "status": "completed", "statusHistory": slipped,
        }));
    });
    let _ = validate(&tree)
        .exits(105)
        .says("not-checkable step:2: ", "asserted by a person")
        .says("contradicted handoff: ", "step:2 was asserted after it was claimed");
}

#[test]
fn a_forged_baseline_hides_nothing_from_a_pull_requests_check() {
    // A file slipped in before the work, and a record that begins behind it.
    let tree = Tree::of("two-crates").payload("two-crates").git();
    tree.ask_git(["switch", "--quiet", "-c", "work"]);
    tree.write("counter/src/slipped_in.rs", "//! Nobody asked for this.\n");
    let slipped = tree.commit("Add a module");
    tree.change(LIB, "    #[test]\n    fn order", &format!("{TEST}    #[test]\n    fn order"));
    let _ = tree.handoff(["implement", "--base", &slipped]).exits(0);
    tree.commit("Add another test");
    tree.ask_git(["switch", "--quiet", "--detach", "main"]);
    tree.ask_git(["merge", "--quiet", "--no-ff", "-m", "Merge work", "work"]);
    let tree = tree.env("CI", "true");
    let _ = validate(&tree)
        .exits(105)
        .says("contradicted change:counter/src/slipped_in.rs: ", "nobody claims it")
        .calls_it_ready(false);

    // Forged to HEAD there is no work left that could be claimed.
    let tree = honest();
    tree.commit("Add another test");
    let head = tree.ask_git(["rev-parse", "HEAD"]).trim().to_owned();
    forge(&tree, |payload| payload["implementation"]["baseline"]["commit"] = json!(head));
    tree.commit("Move the baseline");
    let _ = validate(&tree).exits(105).says("contradicted change:adder/src/lib.rs: ", "does not differ");
}

#[test]
fn stale_work_is_not_called_ready() {
    let tree = honest();
    tree.commit("Add another test");
    tree.ask_git(["switch", "--quiet", "main"]);
    tree.change(LIB, "//! Adds.", "//! Adds numbers.");
    tree.commit("Somebody else's work");
    tree.ask_git(["switch", "--quiet", "work"]);
    tree.ask_git(["merge", "--quiet", "-m", "Merge main", "main"]);
    let _ = validate(&tree)
        .exits(0)
        .calls_it_ready(false)
        .says("stale change:adder/src/lib.rs: ", "it was merged with other work on this file")
        .says("stale handoff: ", "1 claim(s) are stale");
    // Recorded again it is.
    let _ = tree.handoff(["implement"]).exits(0);
    let _ = validate(&tree).exits(0).calls_it_ready(true);
}
