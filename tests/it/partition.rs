//! `validate --partition`, `merge`, `matrix`: one validation on several machines comes to the same as on one.

use crate::tree::{Ran, Tree};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const PAYLOAD: &str = "handoff/payload.json";
const N_PACKAGES: usize = 12;

fn lib(number: usize) -> String {
    format!("crates/p{number:02}/src/lib.rs")
}

/// Twelve packages, some of which depend on others, each changed by the work; recorded, sealed and committed. `also` is
/// done before it is recorded.
fn recorded(also: impl FnOnce(&Tree), exit: i32) -> Tree {
    let tree = Tree::empty();
    tree.write("Cargo.toml", "[workspace]\nresolver = \"2\"\nmembers = [\"crates/*\"]\n");
    tree.write(".gitignore", "target\n");
    for number in 1..=N_PACKAGES {
        let needs = match number {
            3 | 4 => "\n[dependencies]\np01 = { path = \"../p01\" }\n",
            9 => "\n[dev-dependencies]\np02 = { path = \"../p02\" }\n",
            _ => "",
        };
        let manifest = format!("[package]\nname = \"p{number:02}\"\nversion = \"0.1.0\"\nedition = \"2021\"\n{needs}");
        tree.write(&format!("crates/p{number:02}/Cargo.toml"), manifest);
        let doctest = if number == 6 { "///\n/// ```\n/// assert_eq!(p06::number(), 6);\n/// ```\n" } else { "" };
        let text = format!(
            "//! Package {number}.\n\n/// Its number.\n{doctest}#[must_use]\npub fn number() -> u32 {{\n    {number}\n}}\n\n\
             #[cfg(test)]\nmod tests {{\n    #[test]\n    fn it_is_its_own() {{\n        \
             assert_eq!(super::number(), {number});\n    }}\n}}\n"
        );
        tree.write(&lib(number), text);
    }
    let steps: Vec<Value> = (1..=N_PACKAGES)
        .map(|number| json!({ "id": number.to_string(), "title": format!("Step {number}"), "files": [lib(number)] }))
        .collect();
    let scenario = |number: usize| {
        json!({ "id": format!("s{number}"), "title": "It is its own", "planStepId": number.to_string(),
            "tests": [format!("p{number:02}::tests::it_is_its_own")] })
    };
    let payload = json!({
        "requirement": { "summary": "Twelve packages" },
        "plan": { "steps": steps },
        "testPlan": {
            "scenarios": [scenario(1), scenario(7)],
            "validationCommands": [
                { "suite": "all", "command": "cargo test --workspace" },
                { "suite": "build", "command": "cargo build -p p02" },
                { "suite": "shell", "command": "make check | tail" },
                { "suite": "own", "command": "make check" },
            ],
        },
        "implementation": { "commands": [{ "command": "cargo check -p p03", "outcome": "passed" }, "by hand"] },
    });
    tree.write(PAYLOAD, serde_json::to_string_pretty(&payload).expect("JSON"));
    let tree = tree.git();
    tree.ask_git(["switch", "--quiet", "-c", "work"]);
    for number in 1..=N_PACKAGES {
        // The tests of later packages take longer.
        let wait = format!("std::thread::sleep(std::time::Duration::from_millis({}));\n        ", 10 * number);
        tree.change(&lib(number), "assert_eq!(super", &format!("{wait}assert_eq!(super"));
    }
    also(&tree);
    let _ = tree.handoff(["implement", "--seal"]).exits(exit);
    tree.commit("The work");
    tree
}

/// What `validate` or `merge` says, without what differs from run to run.
fn told(ran: &Ran) -> (Vec<String>, BTreeSet<String>) {
    fn without_times(value: &mut Value) {
        match value {
            Value::Object(members) => {
                members.retain(|key, _| !matches!(key.as_str(), "run" | "sequence" | "durationMs" | "cached" | "log"));
                members.values_mut().for_each(without_times);
            }
            Value::Array(list) => list.iter_mut().for_each(without_times),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    let mut lines = Vec::new();
    let mut reasons = BTreeSet::new();
    for mut message in ran.messages() {
        let reason = message["reason"].as_str().expect("a reason").to_owned();
        if matches!(reason.as_str(), "claim" | "finding" | "handoff-finished" | "baseline" | "change" | "affected") {
            without_times(&mut message);
            if reason == "handoff-finished" {
                assert!(["validate", "merge"].contains(&message["verb"].as_str().expect("a verb")));
                message["verb"] = "".into();
            }
            lines.push(message.to_string());
        }
        reasons.insert(reason);
    }
    (lines, reasons)
}

fn part(tree: &Tree, part: usize, of: usize, more: &[&str]) -> (String, Ran) {
    let file = format!("target/parts/{part}-of-{of}.json");
    std::fs::create_dir_all(tree.root.join("target/parts")).expect("a folder");
    let share = format!("{part}/{of}");
    let args = [&["validate", "--partition", &share, "--output", &file, "--message-format", "json"], more].concat();
    let ran = tree.handoff(args);
    (file, ran)
}

fn merge(tree: &Tree, files: &[String], more: &[&str]) -> Ran {
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    tree.handoff([&["merge", "--message-format", "json"], more, &files].concat())
}

/// For so many parts the answer is that of one machine, byte for byte but times.
#[track_caller]
fn comes_to_the_same(tree: &Tree, ns: impl IntoIterator<Item = usize>, exit: i32) {
    let whole = tree.handoff(["validate", "--message-format", "json"]).exits(exit);
    let (expected, _) = told(&whole);
    for n in ns {
        let parts: Vec<(String, Ran)> = (1..=n).map(|number| part(tree, number, n, &[])).collect();
        let mut packages = BTreeSet::new();
        for (file, ran) in &parts {
            assert!(matches!(ran.status, Some(0 | 100)), "{ran:#?}");
            let text = tree.read(file);
            assert!(!text.contains(tree.root.as_str()) && !text.contains("/home/"), "no place of this machine: {text}");
            let part: Value = serde_json::from_str(&text).expect("JSON");
            for package in part["seen"]["checks"]["packages"].as_array().expect("a list") {
                assert!(packages.insert(package.to_string()), "checked twice: {package}");
            }
        }
        assert_eq!(packages.len(), N_PACKAGES);
        let has_failed = parts.iter().any(|(_, ran)| ran.status == Some(100));
        assert_eq!(has_failed, exit == 100, "a part ends badly where a check of it does");
        // In any order.
        let files: Vec<String> = parts.into_iter().rev().map(|(file, _)| file).collect();
        let merged = merge(tree, &files, &[]).exits(exit);
        let (lines, reasons) = told(&merged);
        assert!(!reasons.contains("command-started"), "nothing is run where parts are joined: {reasons:?}");
        assert_eq!(lines.len(), expected.len());
        for (line, expected) in lines.iter().zip(&expected) {
            assert_eq!(line, expected, "{n} parts");
        }
    }
}

#[test]
fn honest_work_is_confirmed_in_any_number_of_parts_and_a_lie_is_found_in_them() {
    let tree = recorded(|_| {}, 77);
    comes_to_the_same(&tree, 1..=5, 0);
}
