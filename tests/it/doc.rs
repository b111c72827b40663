//! `implement --doc`: rustdoc's findings, charged by lines as clippy's are.

use crate::tree::Tree;
use serde_json::{Value, json};

const PAYLOAD: &str = "handoff/payload.json";

/// Two libraries of one name, one with an old broken link and a binary called as the library of neither.
fn workspace() -> Tree {
    let tree = Tree::empty();
    tree.write("Cargo.toml", "[workspace]\nmembers = [\"one\", \"two\"]\nresolver = \"3\"\n");
    tree.write(".gitignore", "/target\n");
    for name in ["one", "two"] {
        let library = if name == "two" { "[lib]\nname = \"one\"\n" } else { "" };
        tree.write(
            &format!("{name}/Cargo.toml"),
            format!("[package]\nname = \"{name}\"\nedition = \"2024\"\n{library}"),
        );
        tree.write(&format!("{name}/src/lib.rs"), "//! A package.\n");
    }
    tree.write("one/src/lib.rs", "//! See [old_link].\n\n/// Says so.\npub fn says() {\n    let unused = 1;\n}\n");
    tree.write("two/src/main.rs", "//! A program.\nfn main() {}\n");
    let payload = json!({
        "requirement": {"summary": "Documented."},
        "plan": {"steps": [{"id": "1", "name": "All of it", "packages": ["one", "two"]}]},
        "testPlan": {"scenarios": [{"id": "s", "name": "none"}]},
    });
    tree.write(PAYLOAD, serde_json::to_string_pretty(&payload).expect("JSON"));
    let _ = tree.run("cargo", ["generate-lockfile"]).exits(0);
    tree.git()
}

fn commands(tree: &Tree) -> Vec<Value> {
    let payload: Value = serde_json::from_str(&tree.read(PAYLOAD)).expect("JSON");
    payload["implementation"]["commands"].as_array().cloned().unwrap_or_default()
}

#[track_caller]
fn command(tree: &Tree, id: &str) -> Value {
    let found = commands(tree).into_iter().find(|command| command["id"] == id);
    found.unwrap_or_else(|| panic!("no {id} in {:#?}", commands(tree)))
}

#[test]
fn a_broken_link_on_a_new_line_fails_and_an_old_one_was_there_before() {
    let tree = workspace();
    tree.change("one/src/lib.rs", "/// Says so.", "/// Says so, again.");
    let ran = tree.handoff(["implement", "--doc"]).exits(0);
    assert!(ran.stdout.contains("package  target") && ran.stdout.contains(" doc "), "{}", ran.stdout);
    let entry = command(&tree, "command:doc");
    assert_eq!((&entry["kind"], &entry["outcome"]), (&json!("doc"), &json!("passed")));
    assert_eq!(entry["command"], "cargo doc --workspace --exclude two --no-deps --keep-going");
    let target = &entry["targets"][0];
    assert_eq!(
        (&target["package"], &target["preExisting"]),
        (&json!("one"), &json!(1)),
        "rustc's warnings are clippy's"
    );
    let alone = command(&tree, "command:doc:two");
    assert_eq!(
        (&alone["outcome"], &alone["command"]),
        (&json!("passed"), &json!("cargo doc --package two --no-deps --keep-going"))
    );
    let _ = tree.handoff(["validate"]).exits(0);

    tree.change("one/src/lib.rs", "/// Says so, again.", "/// Says [new_link].");
    let ran = tree.handoff(["implement", "--doc"]).exits(100);
    assert!(ran.stdout.contains("doc one/lib/one") && ran.stdout.contains("new_link"), "{}", ran.stdout);
    let entry = command(&tree, "command:doc");
    let target = &entry["targets"][0];
    assert_eq!(
        (&entry["outcome"], &target["warnings"], &target["preExisting"]),
        (&json!("failed"), &json!(1), &json!(1))
    );
    assert!(target["why"].as_str().is_some_and(|why| why.contains("one/src/lib.rs:3")), "{target}");

    // Who does not ask for it gets no column, and the entry is withdrawn.
    let ran = tree.handoff(["implement"]).exits(0);
    assert!(!ran.stdout.contains(" doc "), "{}", ran.stdout);
    assert!(command(&tree, "command:doc")["withdrawn"].is_object());
}

#[test]
fn without_rustdoc_documentation_could_not_be_checked() {
    let tree = workspace().env("RUSTDOC", "/no/such/rustdoc");
    tree.change("one/src/lib.rs", "/// Says so.", "/// Says so, again.");
    let _ = tree.handoff(["implement", "--doc"]).exits(100);
    let entry = command(&tree, "command:doc");
    assert_eq!(entry["outcome"], "could-not-run");
    assert!(entry["why"].as_str().is_some_and(|why| why.contains("rustdoc is missing")), "{entry}");
}
