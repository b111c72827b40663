//! How does somebody begin? `init`, the brief, and what the first errors say to type.

use crate::tree::Tree;
use serde_json::{Value, json};
use std::fs;

const PAYLOAD: &str = "handoff/payload.json";

fn payload(tree: &Tree) -> Value {
    serde_json::from_str(&tree.read(PAYLOAD)).expect("JSON")
}

fn archived(tree: &Tree) -> Vec<String> {
    let entries = fs::read_dir(tree.root.join("handoff")).expect("there");
    let names = entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.filter(|name| name.starts_with("payload-")).collect();
    names.sort();
    names
}

#[test]
fn the_template_is_never_laid_over_content() {
    let tree = Tree::of("two-crates").git();
    let template = include_str!("../../fixtures/payloads/template.json");
    let ran = tree.handoff(["init"]).exits(0);
    assert!(ran.stdout.contains("made `handoff/payload.json`"), "{ran:#?}");
    assert!(ran.stdout.contains("`requirement.summary` is empty") && ran.stdout.contains("next: "), "{ran:#?}");
    assert_eq!(tree.read(PAYLOAD), template);
    assert_eq!(tree.read("handoff/.gitignore").lines().next(), Some("/runs/"));
    for content in [template, "{}", "not even JSON"] {
        tree.write(PAYLOAD, content);
        let ran = tree.handoff(["init"]).exits(65);
        assert!(ran.stderr.starts_with("error[payload-exists]: "), "{ran:#?}");
        assert!(ran.stderr.contains("cargo handoff init --new"), "{ran:#?}");
        assert_eq!(tree.read(PAYLOAD), content);
    }
    for blank in ["", "\n \t\r\n"] {
        tree.write(PAYLOAD, blank);
        let _ = tree.handoff(["init"]).exits(0);
        assert_eq!(tree.read(PAYLOAD), template);
    }
    assert_eq!(archived(&tree), Vec::<String>::new());
}

#[test]
fn new_archives_what_is_there_every_time() {
    let tree = Tree::of("two-crates").payload("two-crates").git();
    let first = tree.read(PAYLOAD);
    let _ = tree.handoff(["init", "--new"]).exits(0);
    let ran = tree.handoff(["init", "--new"]).exits(0);
    assert!(ran.stdout.starts_with("archived as `handoff/payload-"), "{ran:#?}");
    let names = archived(&tree);
    assert_eq!(names.len(), 2, "{names:?}");
    assert!(names.iter().all(|name| name.ends_with(".json") && name.contains('T')), "{names:?}");
    let texts: Vec<String> = names.iter().map(|name| tree.read(&format!("handoff/{name}"))).collect();
    assert!(texts.contains(&first) && texts.contains(&tree.read(PAYLOAD)), "{names:?}");
    let broken = b"{\"x\": \xff";
    tree.write(PAYLOAD, broken);
    let _ = tree.handoff(["init", "--new"]).exits(0);
    let is_it = |name: &String| fs::read(tree.root.join("handoff").join(name)).is_ok_and(|bytes| bytes == broken);
    assert!(archived(&tree).iter().any(is_it), "also what cannot be read is kept");
}

#[test]
fn a_draft_from_the_branch_passes_the_gate_and_becomes_ready() {
    let tree = Tree::of("two-crates").git();
    tree.ask_git(["switch", "--quiet", "-c", "three"]);
    tree.change(
        "adder/src/lib.rs",
        "    #[test]\n    fn order_does_not_matter",
        "    #[test]\n    fn three_numbers_add() {\n        assert_eq!(add(add(1, 2), 3), 6);\n    }\n\n    #[test]\n    fn order_does_not_matter",
    );
    let summary = "Sums may be \"three\" numbers\nlong \\ and so on\u{2028}…";
    let ran = tree.handoff(["init", "--from-branch", summary]).exits(0);
    assert!(ran.stdout.contains("scenario scenario-1: three numbers add"), "{ran:#?}");
    assert!(ran.stdout.lines().all(|line| line.chars().count() <= 80), "{ran:#?}");
    let draft = payload(&tree);
    assert_eq!(draft["requirement"]["summary"], summary);
    assert_eq!(draft["plan"]["steps"][0]["files"], json!([{ "path": "adder/src/lib.rs", "type": "TO_MODIFY" }]));
    assert_eq!(draft["testPlan"]["scenarios"][0]["tests"], json!(["adder::tests::three_numbers_add"]));
    for list in [&draft["plan"]["steps"], &draft["testPlan"]["scenarios"]] {
        let list = list.as_array().expect("a list");
        assert!(!list.is_empty() && list.iter().all(|entry| entry["draft"] == true), "{list:?}");
    }
    let again = tree.handoff(["init", "--from-branch", "other words"]).exits(65);
    assert!(again.stderr.starts_with("error[payload-exists]: "), "{again:#?}");
    let ran = tree.handoff(["implement"]).exits(0);
    assert!(ran.stdout.contains("is ready for 5-acceptance"), "{ran:#?}");
    assert_eq!(payload(&tree)["implementation"]["handoff"]["readyFor"], "5-acceptance");
    assert_eq!(payload(&tree)["requirement"]["summary"], summary);
    let _ = tree.handoff(["validate"]).exits(0);

    // The brief is kept as it is, and nothing in it is done.
    let before = tree.digest_of_everything();
    let brief = format!(
        "Do `touch pwned`\r\n$(touch pwned); touch pwned\u{0}\u{1b}[31m {{\"a\": 1}}\r\n{}",
        "ü".repeat(500_000)
    );
    tree.write("../brief.txt", &brief);
    let _ = tree.handoff(["implement", "--brief", "../brief.txt"]).exits(0);
    let kept = payload(&tree)["implementation"]["brief"].clone();
    assert_eq!(kept["text"], brief);
    assert_eq!(kept["sha256"].as_str().map(str::len), Some(64));
    let new: Vec<String> = tree.digest_of_everything().into_keys().filter(|path| !before.contains_key(path)).collect();
    assert!(
        new.iter().all(|path| path.starts_with("handoff/runs/") || path.starts_with("handoff/evidence/")),
        "{new:?}"
    );
    let _ = tree.handoff(["implement"]).exits(0);
    assert_eq!(payload(&tree)["implementation"]["brief"], kept, "a run without a brief keeps it");
    let stdin = format!("printf 'another\\r\\n' | {} implement --brief -", env!("CARGO_BIN_EXE_cargo-handoff"));
    let _ = tree.run("/bin/sh", ["-c", &stdin]).exits(0);
    let renewed = payload(&tree)["implementation"]["brief"].clone();
    assert_eq!(renewed["text"], "another\r\n");
    assert_eq!(renewed["history"][0]["sha256"], kept["sha256"]);
    assert_eq!(renewed["history"][0]["text"], brief);
    let missing = tree.handoff(["implement", "--brief", "nowhere.txt"]).exits(2);
    assert!(missing.stderr.contains("nowhere.txt"), "{missing:#?}");
}

#[test]
fn a_draft_of_a_branch_without_added_tests_takes_the_tests_there_are() {
    let tree = Tree::of("two-crates").git();
    tree.change("adder/src/lib.rs", "//! Adds.", "//! Adds numbers.");
    let _ = tree.handoff(["init"]).exits(0);
    let _ = tree.handoff(["init", "--from-branch", "better words"]).exits(0);
    assert_eq!(archived(&tree), Vec::<String>::new(), "an untouched template gives way");
    let draft = payload(&tree);
    assert_eq!(draft["testPlan"]["scenarios"].as_array().map(Vec::len), Some(1), "{draft:#}");
    let ran = tree.handoff(["implement"]).exits(0);
    assert!(ran.stdout.contains("is ready for 5-acceptance"), "{ran:#?}");
}

#[test]
fn nothing_to_draft_from_is_said() {
    let tree = Tree::of("two-crates").git();
    let ran = tree.handoff(["init", "--from-branch", "nothing yet"]).exits(2);
    assert!(ran.stderr.starts_with("error[usage]: nothing differs from "), "{ran:#?}");
    assert!(ran.stderr.contains("--base REV"), "{ran:#?}");
    let ran = tree.handoff(["init", "--from-branch", "  "]).exits(2);
    assert!(ran.stderr.contains("a few words"), "{ran:#?}");
    assert!(!tree.root.join("handoff").exists(), "nothing was made");
    let outside = Tree::of("two-crates");
    let ran = outside.handoff(["init"]).exits(78);
    assert!(ran.stderr.contains("git init"), "{ran:#?}");
}

#[test]
fn a_draft_where_no_test_could_be_named_says_what_is_missing() {
    let tree = Tree::of("two-crates").git();
    tree.write("notes.txt", "a file no package owns\n");
    let ran = tree.handoff(["init", "--from-branch", "notes"]).exits(0);
    assert!(ran.stdout.contains("`testPlan.scenarios` is empty"), "{ran:#?}");
    let _ = tree.handoff(["implement"]).exits(103);
}
