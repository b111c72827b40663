//! What edits leave in the record: what justified them, and those a step of the plan carries.

use crate::tree::{Ran, Tree};
use serde_json::{Value, json};

const PAYLOAD: &str = "handoff/payload.json";
const JOURNAL: &str = "handoff/runs/edits.jsonl";
const LIB: &str = "//! One.\n\n/// Half of it.\npub fn half(n: u32) -> u32 {\n    n / 2\n}\n";

/// A tiny package with nothing changed yet, whose only step carries these edits.
fn planned(edits: &Value) -> Tree {
    let tree = Tree::empty();
    tree.write("Cargo.toml", "[package]\nname = \"one\"\nedition = \"2024\"\n\n[workspace]\n");
    tree.write("src/lib.rs", LIB);
    tree.write("NOTES.md", "Halves are rounded down.\n");
    tree.write(".gitignore", "/target\n");
    let mut step = json!({"id": "1", "name": "It", "files": ["src/lib.rs"]});
    if !edits.is_null() {
        step["edits"] = edits.clone();
    }
    let payload = json!({
        "requirement": {"summary": "One."},
        "plan": {"steps": [step]},
        "testPlan": {"scenarios": [{"id": "s", "name": "it holds"}]},
    });
    tree.write(PAYLOAD, serde_json::to_string_pretty(&payload).expect("JSON"));
    let _ = tree.run("cargo", ["generate-lockfile"]).exits(0);
    let tree = tree.git();
    tree.ask_git(["switch", "--quiet", "-c", "work"]);
    tree
}

fn payload(tree: &Tree) -> Value {
    serde_json::from_str(&tree.read(PAYLOAD)).expect("JSON")
}

#[track_caller]
fn change(tree: &Tree, file: &str) -> Value {
    let payload = payload(tree);
    let changes = payload["implementation"]["changes"].as_array().cloned().unwrap_or_default();
    changes.into_iter().find(|entry| entry["file"] == *file).unwrap_or_else(|| panic!("no {file} in {payload:#}"))
}

#[track_caller]
fn has(ran: &Ran, words: &[&str]) {
    for word in words {
        assert!(ran.stdout.contains(word), "`{word}` is not in\n{}\n{}", ran.stdout, ran.stderr);
    }
}

#[test]
fn what_an_edit_cites_lands_in_the_change_and_stays_where_the_journal_is_not() {
    let tree = planned(&Value::Null);
    let replace = |old: &str, new: &str, cite: &[&str]| {
        let args = ["edit", "replace-text", "src/lib.rs", "--old", old, "--new", new];
        let _ = tree.handoff(args.iter().chain(cite)).exits(0);
    };
    replace("n / 2", "n.div_euclid(2)", &["--cite", "NOTES.md:1"]);
    replace("Half of it", "Half of it, rounded down", &[]);
    // What anybody may have written there: no JSON, no citation, a place outside.
    let mut journal = tree.read(JOURNAL);
    let line = journal.lines().next().expect("a line").to_owned();
    journal.push_str("{\"at\": 7}\nno JSON\n[[[[[\u{0}\n");
    journal.push_str(&line.replace("NOTES.md:1", "/etc/passwd:1"));
    journal.push_str("\n{\"at\"");
    tree.write(JOURNAL, &journal);
    let ran = tree.handoff(["implement"]).exits(0);
    has(&ran, &["edited without a citation", "replace-text src/lib.rs"]);
    let cited = change(&tree, "src/lib.rs")["citations"].clone();
    assert_eq!(cited.as_array().map(Vec::len), Some(1), "{cited:#}");
    assert_eq!((&cited[0]["at"], &cited[0]["text"]), (&json!("NOTES.md:1"), &json!("Halves are rounded down.")));
    let before = tree.read(PAYLOAD);
    let _ = tree.handoff(["validate"]).exits(0);

    // Elsewhere there is no journal; what was recorded stays so.
    std::fs::remove_file(tree.root.join(JOURNAL)).expect("removed");
    let _ = tree.handoff(["implement", "--no-cache"]).exits(0);
    assert_eq!(tree.read(PAYLOAD), before);
    // Nor does one that cannot be read keep anything from being recorded.
    std::fs::create_dir(tree.root.join(JOURNAL)).expect("a folder");
    let ran = tree.handoff(["implement", "--no-cache"]).exits(0);
    assert!(ran.stderr.contains("what edits cite is not known"), "{ran:#?}");
    assert_eq!(tree.read(PAYLOAD), before);
    // A person's citation goes with it.
    let _ = tree.handoff(["note", "cite", "--change", "src/lib.rs", "src/lib.rs:1"]).exits(0);
    let _ = tree.handoff(["implement"]).exits(0);
    assert_eq!(change(&tree, "src/lib.rs")["citations"][1]["at"], "src/lib.rs:1");
}

#[test]
fn a_finding_that_justified_an_edit_is_cited_by_its_lines() {
    let tree = planned(&Value::Null);
    let _ = tree.handoff(["recon", "search", "rounded", "--cite"]).exits(0);
    let _ = tree
        .handoff(["edit", "replace-text", "src/lib.rs", "--old", "n / 2", "--new", "n >> 1", "--cite", "last"])
        .exits(0);
    let ran = tree.handoff(["implement"]).exits(0);
    assert!(!ran.stdout.contains("without a citation"), "{ran:#?}");
    assert_eq!(change(&tree, "src/lib.rs")["citations"][0]["at"], "NOTES.md:1");
}

#[test]
fn an_edited_file_that_decides_what_runs_is_told_first() {
    let tree = planned(&Value::Null);
    tree.change("src/lib.rs", "n / 2", "n >> 1");
    let write = ["edit", "replace-text", "Cargo.toml", "--old", "2024", "--new", "2021", "--allow-sensitive"];
    let _ = tree.handoff(write).exits(0);
    let _ = tree.handoff(["implement"]).exits(0);
    let report = tree.handoff(["report", "--format", "markdown"]).exits(0).stdout;
    let first = report.find("decides what is built and run").unwrap_or_else(|| panic!("{report}"));
    assert!(report.find("failing check").is_none_or(|other| first < other), "{report}");
}
