//! What is documented of a dependency, and which tools are there, as they are asked for from outside.

use crate::tree::Tree;
use serde_json::Value;

/// This package's own manifest: what it is built from is on the machine that tests it.
const OWN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");

fn last(ran: &crate::tree::Ran) -> Value {
    ran.messages().pop().expect("a last line")
}

#[test]
fn an_item_is_told_at_the_locked_version_with_its_page_to_cite() {
    let tree = Tree::empty();
    let asked = ["recon", "docs", "serde_json::Value::pointer", "--for", "cargo-handoff", "--manifest-path", OWN];
    let ran = tree.handoff(asked).exits(0);
    let page = "/serde_json/enum.Value.html#method.pointer";
    assert!(ran.stdout.contains("  cite  https://docs.rs/serde_json/1.") && ran.stdout.contains(page), "{ran:#?}");
    assert!(ran.stdout.contains("Looks up a value by a JSON Pointer"), "{ran:#?}");
    let ran = tree.handoff(asked.into_iter().chain(["--message-format", "json"])).exits(0);
    let answer = last(&ran);
    let item = &answer["crates"][0]["items"]["items"][0];
    assert_eq!(item["path"], "serde_json::Value::pointer");
    assert_eq!((&item["file"], &item["kind"]), (&"src/value/mod.rs".into(), &"fn".into()));
    assert!(tree.root.read_dir_utf8().expect("there").next().is_none(), "something was written");
}

#[test]
fn an_answer_is_bounded_and_says_what_it_left_out() {
    let tree = Tree::empty();
    let ran = tree
        .handoff(["recon", "docs", "serde_json", "--for", "cargo-handoff", "--manifest-path", OWN, "--limit", "3"])
        .exits(0);
    assert!(ran.stdout.lines().count() < 30 && ran.stdout.contains("more lines (--limit)"), "{ran:#?}");
    let ran = tree.handoff(["recon", "docs", "no-such-package", "--manifest-path", OWN]).exits(65);
    assert!(ran.stderr.contains("no package `no-such-package` is locked here"), "{ran:#?}");
    let _ = tree.handoff(["recon", "docs", "no such package", "--manifest-path", OWN]).exits(2);
}

#[cfg(unix)]
#[test]
fn tools_are_told_without_a_payload_and_what_a_payload_names_is_never_run() {
    let tree = Tree::of("two-crates").git();
    let ran = tree.handoff(["recon", "tooling"]).exits(0);
    assert!(ran.stdout.starts_with("rust 1.") && ran.stdout.contains("present  rustc"), "{ran:#?}");
    let payload = r#"{"meta":{},"requirement":{"summary":"s"},"plan":{"steps":[{"id":"1","name":"Use `cargo deny check`"}]},
        "testPlan":{"scenarios":[],"validationCommands":["./trap.sh all","no-such-tool x","a && b"]}}"#;
    tree.write("handoff/payload.json", payload);
    tree.write("trap.sh", "#!/usr/bin/env no-such-shell\ntouch ran\n");
    let answer = last(&tree.handoff(["recon", "tooling", "--message-format", "json"]).exits(0));
    let programs = answer["programs"]["items"].as_array().expect("a list").clone();
    let state = |name: &str| {
        let program = programs.iter().find(|program| program["name"] == name);
        program.unwrap_or_else(|| panic!("{name}: {programs:#?}"))["state"].clone()
    };
    assert_eq!(state("no-such-tool"), "missing");
    assert_eq!(state("./trap.sh"), "missing", "nobody may execute it");
    assert_eq!(state("cargo"), "present");
    assert!(programs.iter().any(|program| program["name"] == "cargo-deny"));
    assert!(answer["unread"][0].as_str().is_some_and(|text| text.contains("needs a shell")), "{answer:#?}");
    assert!(!tree.root.join("ran").exists());
}
