//! The negative control: a prescribed command that passes on the baseline too proves nothing.

use crate::tree::{Ran, Tree};
use serde_json::{Value, json};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;

const PAYLOAD: &str = "handoff/payload.json";

/// A package whose `one()` is mended, with a test that shows it and one that does not, and with these commands.
fn mended(commands: &[&str]) -> Tree {
    let tree = Tree::empty();
    tree.write("Cargo.toml", "[package]\nname = \"one\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[workspace]\n");
    tree.write(".gitignore", "/target\n/local.txt\n/ran\n");
    tree.write("src/lib.rs", "//! One.\n\n/// One.\npub fn one() -> i32 {\n    2\n}\n");
    tree.write("tests/old.rs", "#[test]\nfn is_small() {\n    assert!(one::one() < 3);\n}\n");
    script(&tree, "shows.sh", "echo \"$0 in $PWD\" >&2\ngrep -q '^    1$' src/lib.rs");
    script(&tree, "idle.sh", "test -f src/lib.rs");
    script(&tree, "local.sh", "test -f local.txt");
    script(&tree, "other.sh", "exit 0");
    let others: Vec<Value> = commands.iter().skip(1).map(|command| json!({ "command": command })).collect();
    let payload = json!({
        "requirement": {"summary": "Mend."},
        "plan": {"steps": [{"id": "1", "name": "All of it", "packages": ["one"]}]},
        "testPlan": {
            "scenarios": [{"id": "s", "name": "is one", "planStepId": "1", "command": commands[0]}],
            "validationCommands": others,
        },
    });
    tree.write(PAYLOAD, serde_json::to_string_pretty(&payload).expect("JSON"));
    let _ = tree.run("cargo", ["generate-lockfile"]).exits(0);
    let tree = tree.git();
    tree.change("src/lib.rs", "    2\n", "    1\n");
    tree.write(
        "tests/it.rs",
        "#[test]\nfn is_one() {\n    assert_eq!(one::one(), 1);\n}\n\n#[test]\nfn holds_anyway() {\n    \
         assert!(0 < one::one());\n}\n",
    );
    tree
}

fn script(tree: &Tree, path: &str, lines: &str) {
    tree.write(path, format!("#!/bin/sh\n{lines}\n"));
    fs::set_permissions(tree.root.join(path), fs::Permissions::from_mode(0o755)).expect("mode set");
}

fn payload(tree: &Tree) -> Value {
    serde_json::from_str(&tree.read(PAYLOAD)).expect("JSON")
}

/// The outcome on the baseline and its reason, by where the command is prescribed.
fn before(tree: &Tree, place: &str) -> (String, String) {
    let payload = payload(tree);
    let id = format!("command:prescribed:{place}");
    let commands = payload["implementation"]["commands"].as_array().cloned().unwrap_or_default();
    let entry = commands.into_iter().find(|entry| entry["id"] == *id).unwrap_or_else(|| panic!("no {id}: {payload:#}"));
    let text = |key: &str| entry["before"][key].as_str().unwrap_or_default().to_owned();
    (text("outcome"), text("why"))
}

fn listed(index: usize) -> String {
    format!("testPlan.validationCommands[{index}]")
}

fn idle(tree: &Tree) -> Vec<String> {
    let payload = payload(tree);
    let findings = payload["implementation"]["audit"]["findings"].as_array().cloned().unwrap_or_default();
    let idle = findings.iter().filter(|finding| finding["kind"] == "proves-nothing");
    idle.map(|finding| finding["text"].as_str().unwrap_or_default().to_owned()).collect()
}

fn claim(ran: &Ran, id: &str) -> (String, String) {
    let is_it = |message: &Value| message["reason"] == "claim" && message["claim"] == id;
    let found = ran.messages().into_iter().find(is_it).unwrap_or_default();
    let text = |key: &str| found[key].as_str().unwrap_or_default().to_owned();
    (text("verdict"), text("why"))
}

#[test]
fn a_test_command_says_whether_it_would_fail_without_the_work() {
    let tree = mended(&[
        "cargo test --test it is_one",
        "cargo test --test old",
        "cargo test --test it is_one -- --test-threads 1",
        "cargo test --test it holds_anyway -- --test-threads 1",
        "cargo check",
    ]);
    let ran = tree.handoff(["implement", "--red"]).exits(0);
    let (outcome, why) = before(&tree, "scenario:s");
    assert_eq!((outcome.as_str(), why.as_str()), ("failed", "`is_one` is red-assertion there"), "{}", ran.stderr);
    assert_eq!(before(&tree, &listed(0)).0, "passed", "no test of the work is in it: {}", ran.stderr);
    assert_eq!(before(&tree, &listed(1)).0, "failed");
    assert_eq!(before(&tree, &listed(2)).0, "passed");
    assert_eq!(before(&tree, &listed(3)).0, "", "what only compiles passes on every sound baseline");
    let idle = idle(&tree);
    let of = |command: &str, place: &str| {
        format!("`{command}` of {place} passes on the baseline too: it does not show this work")
    };
    let of_old = of("cargo test --test old", "`testPlan.validationCommands[0]`");
    assert!(idle.contains(&of_old), "{idle:#?}");
    assert!(idle.iter().any(|text| text.contains("holds_anyway -- --test-threads 1`")), "{idle:#?}");
    assert!(!idle.iter().any(|text| text.contains("is_one")), "{idle:#?}");
    assert!(ran.stdout.contains("cargo test --test old"), "it is in the summary: {}", ran.stdout);

    // To look again is no news; what was seen stays until the work is another one.
    let text = tree.read(PAYLOAD);
    let _ = tree.handoff(["implement", "--red", "--no-cache"]).exits(0);
    assert_eq!(tree.read(PAYLOAD), text);
    let _ = tree.handoff(["implement", "--no-cache"]).exits(0);
    assert_eq!(tree.read(PAYLOAD), text);
    tree.change("src/lib.rs", "//! One.", "//! One and only.");
    let ran = tree.handoff(["implement"]).exits(0);
    assert_eq!(before(&tree, &listed(0)).0, "", "{}", ran.stderr);
    assert!(ran.stderr.contains("`cargo test --test old`"), "{}", ran.stderr);
}

#[test]
fn a_test_that_is_absent_there_says_nothing_of_a_command_for_another_package() {
    let tree = Tree::empty();
    tree.write("Cargo.toml", "[workspace]\nresolver = \"3\"\nmembers = [\"one\", \"two\"]\n");
    tree.write(".gitignore", "/target\n");
    for name in ["one", "two"] {
        let manifest = format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n");
        tree.write(&format!("{name}/Cargo.toml"), manifest);
        let lib = "//! It.\n\n#[cfg(test)]\nmod tests {\n    #[test]\n    fn holds() {}\n}\n";
        tree.write(&format!("{name}/src/lib.rs"), lib);
    }
    let payload = json!({
        "requirement": {"summary": "Add."},
        "plan": {"steps": [{"id": "1", "name": "All of it", "packages": ["one"]}]},
        "testPlan": {
            "scenarios": [{"id": "s", "name": "is more", "planStepId": "1", "command": "cargo test -p one"}],
            "validationCommands": [{"command": "cargo test -p two"}],
        },
    });
    tree.write(PAYLOAD, serde_json::to_string_pretty(&payload).expect("JSON"));
    let _ = tree.run("cargo", ["generate-lockfile"]).exits(0);
    let tree = tree.git();
    tree.change("one/src/lib.rs", "//! It.\n", "//! It.\n\nmod more;\n");
    let more = "const fn more() -> i32 {\n    1\n}\n\nconst _: i32 = more();\n\n#[cfg(test)]\nmod tests {\n    \
                #[test]\n    fn is_more() {\n        assert_eq!(super::more(), 1);\n    }\n}\n";
    tree.write("one/src/more.rs", more);
    let ran = tree.handoff(["implement", "--red"]).exits(0);
    assert_eq!(before(&tree, &listed(0)), ("passed".to_owned(), String::new()), "{}", ran.stderr);
    assert!(idle(&tree).iter().any(|text| text.contains("cargo test -p two")), "{:#?}", idle(&tree));
}

#[test]
fn an_approved_program_runs_on_the_bare_baseline_and_nothing_else_does() {
    let tree = mended(&["./shows.sh", "./idle.sh", "./local.sh", "./new.sh", "./other.sh", "./sneaky.sh"]);
    tree.write("local.txt", "here\n");
    script(&tree, "new.sh", "exit 0");
    script(&tree, "other.sh", "# other bytes than on the baseline\nexit 0");
    script(&tree, "sneaky.sh", &format!("echo ran >> '{}'", tree.root.join("ran")));
    let all = ["scenario:s", &listed(0), &listed(1), &listed(2), &listed(3)];
    let _ = tree.handoff(["trust"].into_iter().chain(all)).exits(0);
    let ran = tree.handoff(["implement", "--red"]).exits(77);
    let (outcome, why) = before(&tree, "scenario:s");
    assert_eq!((outcome.as_str(), why.as_str()), ("failed", "exit code 1"), "{}", ran.stderr);
    assert_eq!(before(&tree, &listed(0)).0, "passed");
    assert_eq!(idle(&tree).iter().filter(|text| text.contains(".sh`")).count(), 1, "{:#?}", idle(&tree));
    let (outcome, why) = before(&tree, &listed(1));
    assert_eq!(outcome, "could-not-run");
    assert_eq!(why, "it fails there with the work too: exit code 1");
    for (index, name) in [(2, "new.sh"), (3, "other.sh")] {
        let (outcome, why) = before(&tree, &listed(index));
        assert_eq!(outcome, "could-not-run");
        assert_eq!(why, format!("`{name}` is not there as it was approved"));
    }
    assert_eq!(before(&tree, &listed(4)).0, "");
    assert!(!tree.root.join("ran").exists(), "what nobody approved never runs, on no tree");
    assert!(tree.read("handoff/.gitignore").contains("runs"), "{}", ran.stderr);
}

#[test]
fn what_a_trusted_command_reads_is_the_baselines_there_and_what_it_runs_is_not() {
    let tree = mended(&["grep -q Mended NEWS.md", "grep -q News NEWS.md", "sh ./other.sh", "grep -q one new.txt"]);
    tree.write("NEWS.md", "# News\n");
    let _ = tree.run("git", ["add", "NEWS.md"]).exits(0);
    let _ = tree.run("git", ["commit", "-q", "-m", "News"]).exits(0);
    tree.write("NEWS.md", "# News\n\nMended.\n");
    tree.write("new.txt", "one\n");
    script(&tree, "other.sh", "# other bytes than on the baseline\nexit 0");
    let ran = tree.handoff(["implement", "--red", "--trust-payload"]).exits(0);
    let (outcome, why) = before(&tree, "scenario:s");
    assert_eq!((outcome.as_str(), why.as_str()), ("failed", "exit code 1"), "{}", ran.stderr);
    assert_eq!(before(&tree, &listed(0)).0, "passed");
    assert_eq!(
        before(&tree, &listed(1)),
        ("could-not-run".into(), "`other.sh` is not there as it was approved".into())
    );
    assert_eq!(before(&tree, &listed(2)).0, "failed");
    assert!(idle(&tree).iter().any(|text| text.contains("grep -q News NEWS.md")), "{:#?}", idle(&tree));
}

#[test]
fn the_fifth_level_runs_the_control_again() {
    let tree = mended(&["cargo test --test it is_one", "cargo test --test old"]);
    let _ = tree.handoff(["implement", "--red"]).exits(0);
    let validate =
        |level: &str, code: i32| tree.handoff(["validate", "--level", level, "--message-format", "json"]).exits(code);
    let red = |place: &str| format!("red:command:prescribed:{place}");
    let ran = validate("5", 0);
    assert_eq!(claim(&ran, &red("scenario:s")).0, "confirmed");
    assert_eq!(claim(&ran, &red(&listed(0))).0, "confirmed");
    assert_eq!(claim(&ran, "audit").0, "confirmed");
    let honest = tree.read(PAYLOAD);

    // The finding is taken out.
    let mut forged = payload(&tree);
    let findings = forged["implementation"]["audit"]["findings"].as_array_mut().expect("a list");
    findings.retain(|finding| finding["about"] != format!("command:prescribed:{}", listed(0)).as_str());
    tree.write(PAYLOAD, forged.to_string());
    let (verdict, why) = claim(&validate("4", 105), "audit");
    assert!(verdict == "contradicted" && why.contains("cargo test --test old"), "{verdict}: {why}");

    // It is said to have failed there.
    tree.write(PAYLOAD, &honest);
    let mut forged = payload(&tree);
    let id = format!("command:prescribed:{}", listed(0));
    let commands = forged["implementation"]["commands"].as_array_mut().expect("a list");
    let entry = commands.iter_mut().find(|entry| entry["id"] == *id).expect("there");
    entry["before"]["outcome"] = json!("failed");
    tree.write(PAYLOAD, forged.to_string());
    let ran = validate("2", 105);
    assert_eq!(claim(&ran, &id).0, "contradicted", "its record says otherwise");
    let ran = validate("5", 105);
    let (verdict, why) = claim(&ran, &red(&listed(0)));
    assert_eq!(verdict, "contradicted");
    assert_eq!(why, "it is recorded as failed on the baseline, and passed there");

    // What passed there is left out.
    tree.write(PAYLOAD, &honest);
    let mut forged = payload(&tree);
    let commands = forged["implementation"]["commands"].as_array_mut().expect("a list");
    let entry = commands.iter_mut().find(|entry| entry["id"] == *id).expect("there");
    entry.as_object_mut().expect("an object").remove("before");
    tree.write(PAYLOAD, forged.to_string());
    assert_eq!(claim(&validate("2", 105), &id).0, "contradicted");
}
