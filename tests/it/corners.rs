//! Part of the work, odd files and odd places: what is recorded and confirmed stays true there.

use crate::tree::Tree;
use serde_json::{Value, json};

const LIB: &str = "adder/src/lib.rs";
const PAYLOAD: &str = "handoff/payload.json";

/// Two steps, one a crate: the first one's test can be broken without the second one noticing.
fn two_steps() -> Tree {
    let tree = Tree::of("two-crates").payload("two-crates").git();
    edit(&tree, |payload| {
        let steps = payload["plan"]["steps"].as_array_mut().expect("a list");
        steps.push(json!({ "id": "2", "name": "Count", "files": ["counter/src/main.rs"], "status": "ready" }));
    });
    tree.ask_git(["switch", "--quiet", "-c", "work"]);
    tree.change(LIB, "/// The sum of two numbers.", "/// The sum of these two numbers.");
    let main = tree.read("counter/src/main.rs");
    tree.write("counter/src/main.rs", main + "\n// Counts.\n");
    tree
}

fn payload(tree: &Tree) -> Value {
    serde_json::from_str(&tree.read(PAYLOAD)).expect("JSON")
}

fn edit(tree: &Tree, change: impl FnOnce(&mut Value)) {
    let mut payload = payload(tree);
    change(&mut payload);
    tree.write(PAYLOAD, serde_json::to_string_pretty(&payload).expect("JSON"));
}

fn ready_for(tree: &Tree) -> Value {
    payload(tree)["implementation"]["handoff"]["readyFor"].clone()
}

#[test]
fn one_step_alone_is_never_ready_over_what_was_not_looked_at() {
    let tree = two_steps();
    let _ = tree.handoff(["implement"]).exits(0);
    assert_eq!(ready_for(&tree), "5-acceptance");
    let summary = payload(&tree)["implementation"]["summary"].clone();
    // On the same tree a look at one step takes nothing back.
    let _ = tree.handoff(["implement", "--step", "2"]).exits(0);
    assert_eq!(ready_for(&tree), "5-acceptance");
    // On another tree it says nothing of the other step, whose test fails now.
    tree.change(LIB, "assert_eq!(add(7, 0), 7);", "assert_eq!(add(7, 0), 8);");
    let ran = tree.handoff(["implement", "--step", "2"]).exits(0);
    assert!(ran.stdout.contains("only some steps were looked at"), "{ran:#?}");
    assert_eq!(ready_for(&tree), Value::Null);
    let implementation = payload(&tree)["implementation"].clone();
    assert_eq!(implementation["summary"], summary, "a part does not speak for the whole");
    let changes = implementation["changes"].as_array().expect("a list");
    assert_eq!(changes.iter().find(|change| change["file"] == LIB).expect("claimed")["steps"], json!(["1"]));
}

#[test]
fn asked_about_one_step_validate_is_silent_about_the_others() {
    let tree = two_steps();
    let _ = tree.handoff(["implement"]).exits(0);
    let ran = tree.handoff(["validate", "--step", "2", "--message-format", "json"]).exits(0);
    let messages = ran.messages();
    let claims: Vec<&str> = messages.iter().filter_map(|message| message["claim"].as_str()).collect();
    assert!(claims.contains(&"step:2"), "{claims:?}");
    assert!(!claims.contains(&"step:1") && !claims.contains(&"handoff"), "{claims:?}");
}

#[test]
fn asking_to_seal_seals_what_was_recorded_before() {
    let tree = two_steps();
    tree.change(LIB, "assert_eq!(add(7, 0), 7);", "assert_eq!(add(7, 0), 8);");
    let _ = tree.handoff(["implement"]).exits(100);
    assert!(!tree.root.join("handoff/evidence").exists());
    let _ = tree.handoff(["implement", "--seal"]).exits(100);
    let sealed = tree.root.join("handoff/evidence").read_dir_utf8().expect("sealed").count();
    assert_eq!(sealed, 1);
    let before = tree.read(PAYLOAD);
    let _ = tree.handoff(["implement", "--seal"]).exits(100);
    assert_eq!(tree.read(PAYLOAD), before, "sealed already");
}

#[test]
fn a_command_written_by_hand_that_would_format_is_not_run_again() {
    let tree = two_steps();
    tree.change(LIB, "    left + right", "    left +    right");
    let _ = tree.handoff(["implement"]).exits(100);
    edit(&tree, |payload| {
        let commands = payload["implementation"]["commands"].as_array_mut().expect("a list");
        commands.push(json!({ "id": "c", "command": "cargo fmt", "exitCode": 0 }));
    });
    let before = tree.read(LIB);
    let ran = tree.handoff(["validate", "--message-format", "json"]).exits(100);
    assert_eq!(tree.read(LIB), before, "validate writes nothing, whoever asks for it");
    let messages = ran.messages();
    let claim = messages.iter().find(|message| message["claim"] == "c").expect("judged");
    assert_eq!(claim["verdict"], "not-checkable");
}

#[cfg(unix)]
#[test]
fn a_fifo_in_the_way_is_not_waited_for() {
    let tree = two_steps();
    let fifo = tree.root.join("handoff/fifo");
    let mode = rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR;
    rustix::fs::mknodat(rustix::fs::CWD, fifo.as_std_path(), rustix::fs::FileType::Fifo, mode, 0).expect("made");
    std::os::unix::fs::symlink("../../handoff/fifo", tree.root.join("adder/src/odd.rs")).expect("linked");
    edit(&tree, |payload| payload["testPlan"]["scenarios"][0]["tests"] = json!(["adder/src/../../handoff/fifo"]));
    let ran = tree.handoff(["implement"]).exits(0);
    assert!(ran.stdout.contains("no test `adder/src/../../handoff/fifo` was found"), "{ran:#?}");
}

#[test]
fn a_scenarios_file_outside_of_the_root_is_no_file_of_ours() {
    let tree = two_steps();
    let outside = tree.root.with_file_name("outside.rs");
    std::fs::write(&outside, "#[test]\nfn order_does_not_matter() {}\n").expect("written");
    edit(&tree, |payload| payload["testPlan"]["scenarios"][0]["tests"] = json!(["../outside.rs"]));
    let ran = tree.handoff(["implement"]).exits(0);
    assert!(ran.stdout.contains("no test `../outside.rs` was found"), "{ran:#?}");
}

#[test]
fn a_payload_outside_of_a_folder_named_handoff_is_refused_and_nothing_is_written() {
    let tree = two_steps();
    tree.write("plan.json", tree.read(PAYLOAD));
    let before = tree.digest_of_everything();
    let ran = tree.handoff(["implement", "--payload", "plan.json"]).exits(65);
    assert!(ran.stderr.contains("error[path-outside]"), "{ran:#?}");
    assert_eq!(tree.digest_of_everything(), before);
}

#[test]
fn a_workspace_elsewhere_has_no_place_in_the_record() {
    let tree = two_steps();
    let elsewhere = Tree::of("two-crates");
    let manifest = elsewhere.root.join("Cargo.toml");
    let ran = tree.handoff(["implement", "--manifest-path", manifest.as_str()]);
    assert_ne!(ran.status, Some(0), "{ran:#?}");
    assert!(!tree.read(PAYLOAD).contains(elsewhere.root.as_str()));
}

#[test]
fn validate_builds_with_the_features_of_the_record() {
    let tree = two_steps();
    let manifest = tree.read("adder/Cargo.toml");
    tree.write("adder/Cargo.toml", manifest + "\n[features]\nmore = []\n");
    tree.change(
        LIB,
        "    #[test]\n    fn order",
        "    #[cfg(feature = \"more\")]\n    #[test]\n    fn more() {}\n\n    #[test]\n    fn order",
    );
    let _ = tree.handoff(["implement", "--all-features"]).exits(0);
    let reproduce = payload(&tree)["implementation"]["reproduce"].clone();
    assert_eq!(reproduce["commands"][0], "cargo handoff validate --all-features");
    let ran = tree.handoff(["validate"]).exits(0);
    assert!(ran.stderr.contains("with the features the record was made with: --all-features"), "{ran:#?}");
}

#[test]
fn what_is_recorded_and_not_in_git_yet_is_named() {
    let tree = two_steps();
    tree.write("adder/src/new.rs", "//! New.\n");
    let ran = tree.handoff(["implement"]).exits(0);
    let said = ran.stdout.replace("\n  ", " ");
    let line = said.lines().find(|line| line.contains("not in git yet")).expect("a remark");
    assert!(line.contains("adder/src/new.rs") && line.contains("record.json"), "{line}");
}

#[test]
fn a_scenario_whose_target_does_not_compile_says_so_and_nothing_is_counted_as_no_test() {
    let tree = Tree::of("two-crates").payload("two-crates").git();
    tree.change("adder/src/lib.rs", "assert_eq!(add(7, 0), 7);", "assert_eq!(add(7, 0), \"7\");");
    let ran = tree.handoff(["implement", "--message-format", "json"]).exits(100);
    let last = ran.messages().pop().expect("a last line");
    let open = last["open"].to_string();
    let why = "`adder::tests::order_does_not_matter` did not run: adder/lib/adder does not compile";
    assert!(open.contains(why) && !open.contains("was found"), "{open}");
    let message = last["message"].to_string();
    assert!(message.contains("2 suites could not run") && !message.contains("0 of 0"), "{message}");
    assert!(last["heldUp"].to_string().contains("scenario scenario-1"), "{last}");
}

#[test]
fn suites_that_are_run_whatever_changed_are_counted_with_the_reason() {
    let tree = Tree::of("two-crates").payload("two-crates").git();
    tree.change("adder/src/lib.rs", "assert_eq!(add(7, 0), 7);", "assert_eq!(add(7, 0), 8);");
    let first = tree.handoff(["implement"]).exits(100);
    assert!(!first.stderr.contains("whatever changed"), "{}", first.stderr);
    let again = tree.handoff(["implement"]).exits(100);
    let said = "1 suite is run whatever changed: last time 1 failed (`-v` says which)";
    assert_eq!(again.stderr.lines().filter(|line| *line == said).count(), 1, "{}", again.stderr);
    let full = tree.handoff(["implement", "-v"]).exits(100);
    assert!(full.stderr.contains("anew adder/lib/adder: it failed last time"), "{}", full.stderr);
}
