//! `validate --clean`: what is not committed cannot make it pass.

use crate::tree::Tree;

const LIB: &str = "adder/src/lib.rs";

/// Work whose new test reads a file that git ignores, recorded and committed.
fn leaning_on_an_ignored_file() -> Tree {
    let tree = Tree::of("two-crates").payload("two-crates").git();
    tree.write(".gitignore", format!("{}\n*.secret\n", tree_ignore(&tree)));
    tree.write("adder/three.secret", "3");
    let test = "    #[test]\n    fn reads_what_lies_there() {\n        \
        let text = std::fs::read_to_string(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/three.secret\"));\n        \
        assert_eq!(text.expect(\"it is there\"), \"3\");\n    }\n\n";
    tree.change(LIB, "    #[test]\n    fn order", &format!("{test}    #[test]\n    fn order"));
    let _ = tree.handoff(["implement"]).exits(0);
    tree.commit("Lean on what is not committed");
    tree
}

fn tree_ignore(tree: &Tree) -> String {
    std::fs::read_to_string(tree.root.join(".gitignore")).unwrap_or_default()
}

#[test]
fn a_file_that_is_ignored_makes_validate_pass_and_clean_contradict() {
    let tree = leaning_on_an_ignored_file();
    let _ = tree.handoff(["validate"]).exits(0);
    let before = tree.digest_of_everything();
    let ran = tree.handoff(["validate", "--clean"]).exits(105);
    assert!(ran.stdout.contains("contradicted") && ran.stdout.contains("test:adder/lib/adder"), "{ran:#?}");
    assert!(format!("{}{}", ran.stdout, ran.stderr).contains("slower"), "{ran:#?}");
    assert_eq!(tree.digest_of_everything(), before, "nothing is written here");
}

#[test]
fn honest_work_that_is_committed_is_confirmed_and_what_is_not_committed_does_not_count() {
    let tree = Tree::of("two-crates").payload("two-crates").git();
    tree.ask_git(["switch", "--quiet", "-c", "work"]);
    tree.change(LIB, "//! Adds.", "//! Adds numbers.");
    let _ = tree.handoff(["implement"]).exits(0);
    tree.commit("Honest work");
    for how in ["--clean", "--clean=seeded"] {
        let ran = tree.handoff(["validate", how]).exits(0);
        assert!(!ran.stdout.contains("contradicted") && ran.stdout.contains("main"), "{ran:#?}");
    }
    // Broken here, and not in HEAD.
    tree.write(LIB, "this is no Rust");
    let _ = tree.handoff(["validate"]).exits(105);
    let _ = tree.handoff(["validate", "--clean"]).exits(0);
    // HEAD's payload is the one that was judged.
    let ran = tree.handoff(["validate", "--clean", "--record"]).exits(0);
    assert!(ran.stdout.contains("recorded in handoff/payload.json"), "{ran:#?}");
    let ran = tree.handoff(["validate", "--clean", "--record"]).exits(2);
    assert!(ran.stderr.contains("commit the payload first"), "{ran:#?}");
}

#[test]
fn without_a_committed_payload_there_is_nothing_to_judge() {
    let tree = Tree::of("two-crates").git();
    tree.write("handoff/payload.json", Tree::of("two-crates").payload("two-crates").read("handoff/payload.json"));
    let ran = tree.handoff(["validate", "--clean"]).exits(66);
    assert!(ran.stderr.contains("HEAD holds no"), "{ran:#?}");
}

#[test]
fn a_workspace_that_does_not_commit_its_lock_is_judged_all_the_same() {
    let tree = Tree::of("two-crates").payload("two-crates");
    std::fs::remove_file(tree.root.join("Cargo.lock")).expect("removed");
    tree.write(".gitignore", format!("{}\nCargo.lock\ntarget\n", tree_ignore(&tree)));
    let tree = tree.git();
    tree.change(LIB, "//! Adds.", "//! Adds numbers.");
    let _ = tree.handoff(["implement"]).exits(0);
    tree.commit("Honest work");
    // A configuration that nobody committed points cargo elsewhere.
    tree.write(".cargo/config.toml", "[build]\nrustflags = [\"--cfg\", \"only_here\"]\n");
    let ran = tree.handoff(["validate", "--clean=seeded"]).exits(0);
    assert!(!ran.stdout.contains("contradicted"), "{}", ran.stdout);
}
