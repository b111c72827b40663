//! Verbs that only look leave every file as it was, and what cargo builds is nobody's work.

use crate::tree::Tree;
use std::collections::BTreeMap;

const LIB: &str = "adder/src/lib.rs";

/// Every file with its digest, and on unix who may read it.
fn everything(tree: &Tree) -> BTreeMap<String, String> {
    let mut found = tree.digest_of_everything();
    #[cfg(unix)]
    for (path, digest) in &mut found {
        use std::os::unix::fs::PermissionsExt as _;
        let metadata = std::fs::symlink_metadata(tree.root.join(path)).expect("it is there");
        digest.push_str(&format!(" {:o}", metadata.permissions().mode()));
    }
    found
}

#[track_caller]
fn differing(before: &BTreeMap<String, String>, after: &BTreeMap<String, String>) -> Vec<String> {
    let names = before.keys().chain(after.keys());
    let mut names: Vec<String> = names.filter(|name| before.get(*name) != after.get(*name)).cloned().collect();
    names.dedup();
    names
}

fn worked(tree: Tree) -> Tree {
    let tree = tree.payload("two-crates").git();
    tree.change(
        LIB,
        "    #[test]\n    fn order",
        "    #[test]\n    fn more() {\n        assert_eq!(add(1, 1), 2);\n    }\n\n    #[test]\n    fn order",
    );
    tree
}

/// Every verb that only looks, in each of its ways.
const LOOKING: &[&[&str]] = &[
    &["map"],
    &["map", "--message-format", "json"],
    &["status"],
    &["status", "--safe"],
    &["validate"],
    &["implement", "--dry-run"],
    &["explain", "claim-contradicted"],
    &["schema"],
];

#[test]
fn looking_changes_no_file() {
    let tree = worked(Tree::of("two-crates"));
    let _ = tree.handoff(["implement"]).exits(0);
    let before = everything(&tree);
    for verb in LOOKING {
        let _ = tree.handoff(verb.iter()).exits(0);
        assert_eq!(differing(&before, &everything(&tree)), Vec::<String>::new(), "{verb:?}");
    }
}

#[test]
fn a_lock_file_that_cargo_makes_or_renews_is_put_back() {
    let without = Tree::of("two-crates");
    std::fs::remove_file(without.root.join("Cargo.lock")).expect("removed");
    let without = worked(without);
    let before = everything(&without);
    for verb in [["map"], ["validate"], ["status"]] {
        let _ = without.handoff(verb);
        assert_eq!(differing(&before, &everything(&without)), Vec::<String>::new(), "{verb:?}");
    }
    let _ = without.handoff(["map"]).exits(0);

    let outdated = Tree::of("two-crates");
    outdated.change("Cargo.lock", " \"adder\",\n", "");
    let outdated = worked(outdated);
    let before = everything(&outdated);
    for (verb, code) in [("map", 0), ("validate", 102)] {
        let _ = outdated.handoff([verb]).exits(code);
        assert_eq!(differing(&before, &everything(&outdated)), Vec::<String>::new(), "{verb}");
    }
}

/// What is recorded of a tree whose target folder git does not ignore.
fn recorded(tree: &Tree) -> Vec<String> {
    let payload: serde_json::Value = serde_json::from_str(&tree.read("handoff/payload.json")).expect("JSON");
    let changes = payload["implementation"]["changes"].as_array().expect("a list");
    changes.iter().map(|change| change["file"].as_str().expect("a file").to_owned()).collect()
}

#[test]
fn what_cargo_builds_is_no_work_even_where_git_does_not_ignore_it() {
    let tree = Tree::of("two-crates");
    tree.write(".gitignore", "");
    let tree = worked(tree);
    // Validated first: then the target folder is one that this tool had to make.
    let _ = tree.handoff(["validate"]);
    assert!(tree.root.join("target/CACHEDIR.TAG").is_file());
    for _ in 0..2 {
        let _ = tree.handoff(["implement"]).exits(0);
        assert_eq!(recorded(&tree), [LIB]);
        let _ = tree.handoff(["validate"]).exits(0);
    }
    // A target folder that somebody made carries no tag; cargo's own file tells it.
    std::fs::remove_file(tree.root.join("target/CACHEDIR.TAG")).expect("removed");
    let _ = tree.handoff(["validate"]).exits(0);
}

#[test]
fn a_mark_hides_no_file_that_git_tracks() {
    let tree = worked(Tree::of("two-crates"));
    let _ = tree.handoff(["implement"]).exits(0);
    tree.write("counter/src/CACHEDIR.TAG", "Signature: 8a477f597d28d172789f06886806bc55\n");
    tree.change("counter/src/main.rs", "//! Prints how many", "//! Says how many");
    let said = tree.handoff(["validate"]).exits(105).stdout;
    assert!(said.contains("change:counter/src/main.rs"), "{said}");
}
