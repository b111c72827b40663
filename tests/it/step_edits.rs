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

/// An edit of the library.
fn replace(old: &str, new: &str) -> Value {
    json!({"op": "replace-text", "file": "src/lib.rs", "old": old, "new": new})
}

fn replan(tree: &Tree, edits: &Value) {
    let mut payload = payload(tree);
    payload["plan"]["steps"][0]["edits"] = edits.clone();
    tree.write(PAYLOAD, serde_json::to_string_pretty(&payload).expect("JSON"));
}

#[test]
fn the_edits_of_a_step_are_made_once_they_are_approved_and_only_once() {
    let mut first = replace("n / 2", "n >> 1");
    first["cite"] = json!("NOTES.md:1");
    let add =
        json!({"op": "insert-after", "name": "half", "text": "/// All of it.\npub fn all(n: u32) -> u32 {\n    n\n}"});
    let tree = planned(&json!([first, add]));
    let ran = tree.handoff(["implement"]).exits(77);
    has(&ran, &["the edits of step `1`: not approved", "next: cargo handoff trust step:1:edits - "]);
    assert_eq!(tree.read("src/lib.rs"), LIB);
    let record = payload(&tree)["implementation"].clone();
    assert_eq!((&record["edits"], &record["handoff"]["readyFor"]), (&Value::Null, &Value::Null));
    assert!(record["handoff"]["open"].to_string().contains("the edits of step `1`: not approved"), "{record:#}");

    let shown = tree.handoff(["trust"]).exits(0);
    has(&shown, &["needs approval  step:1:edits", "edit[0]   replace-text src/lib.rs citing NOTES.md:1", "- n / 2"]);
    has(&shown, &["+ n >> 1", "edit[1]   insert-after half", "+ pub fn all(n: u32) -> u32 {"]);
    let ran = tree.handoff(["implement", "--dry-run"]).exits(77);
    has(&ran, &["+    n >> 1", "+pub fn all(n: u32) -> u32 {"]);
    assert_eq!(tree.read("src/lib.rs"), LIB);
    has(&tree.handoff(["trust", "step:1:edits"]).exits(0), &["approved: step:1:edits"]);
    assert_eq!(tree.read("src/lib.rs"), LIB, "approving makes nothing");
    let _ = tree.handoff(["validate"]);
    assert_eq!(tree.read("src/lib.rs"), LIB, "nor does validating");

    let _ = tree.handoff(["implement"]).exits(0);
    let made = LIB.replace("n / 2", "n >> 1") + "\n/// All of it.\npub fn all(n: u32) -> u32 {\n    n\n}\n";
    assert_eq!(tree.read("src/lib.rs"), made);
    let entries = payload(&tree)["implementation"]["edits"].clone();
    assert_eq!(entries.as_array().map(Vec::len), Some(2), "{entries:#}");
    assert_eq!(
        (&entries[0]["step"], &entries[0]["op"], &entries[0]["approval"]),
        (&json!("1"), &json!("replace-text"), &json!("trust"))
    );
    assert_eq!((&entries[1]["symbol"], &entries[0]["after"]), (&json!("half"), &entries[1]["before"]));
    assert_eq!(change(&tree, "src/lib.rs")["citations"][0]["at"], "NOTES.md:1");
    assert_eq!(payload(&tree)["plan"]["steps"][0]["status"], "completed");
    let validator = jsonschema::validator_for(&cargo_handoff::payload::schema::schema()).expect("a schema");
    assert!(validator.is_valid(&payload(&tree)));
    let _ = tree.handoff(["validate"]).exits(0);
    let recorded = tree.read(PAYLOAD);
    let _ = tree.handoff(["implement", "--no-cache"]).exits(0);
    assert_eq!((tree.read("src/lib.rs"), tree.read(PAYLOAD)), (made.clone(), recorded));

    // Whoever takes one back has not done the step, and nobody makes it again.
    tree.write("src/lib.rs", LIB);
    let ran = tree.handoff(["implement"]);
    assert_eq!(tree.read("src/lib.rs"), LIB, "{ran:#?}");
    let ran = tree.handoff(["validate"]).exits(105);
    has(&ran, &["it is recorded as made, and `src/lib.rs` is as it was before"]);
    tree.write("src/lib.rs", made.clone());
    let _ = tree.handoff(["implement"]).exits(0);

    // Whatever somebody made of them meanwhile.
    tree.write("src/lib.rs", LIB.replace("n / 2", "n - n / 2"));
    let now = tree.read("src/lib.rs");
    let _ = tree.handoff(["implement"]).exits(0);
    assert_eq!(tree.read("src/lib.rs"), now);
    assert_eq!(payload(&tree)["implementation"]["edits"], entries);
    // One more is a list nobody approved, and then the only one to be made.
    let more = replace("One.", "One and a half.");
    replan(&tree, &json!([replace("n / 2", "n >> 1"), add, more]));
    let _ = tree.handoff(["implement"]).exits(77);
    assert_eq!(tree.read("src/lib.rs"), now);
    let _ = tree.handoff(["implement", "--trust-payload"]).exits(0);
    assert_eq!(tree.read("src/lib.rs"), now.replace("One.", "One and a half."));
    assert_eq!(payload(&tree)["implementation"]["edits"][2]["approval"], "trust-payload");
    has(&tree.handoff(["trust", "--list"]).exits(0), &["the edits of step 1", "edit[1]   insert-after half"]);
    has(&tree.handoff(["trust", "--remove", "step:1:edits"]).exits(0), &["taken back: 1 approval"]);
}

#[test]
fn the_edits_of_a_step_are_made_all_or_none() {
    let good = replace("One.", "Two.");
    let missed = replace("n / 3", "n / 4");
    let twice = replace("n", "m");
    for bad in [missed, twice, json!({"op": "remove", "name": "halve"}), json!({"op": "remove", "name": "["})] {
        let tree = planned(&json!([good, bad]));
        let before = tree.read(PAYLOAD);
        let ran = tree.handoff(["implement", "--trust-payload"]).exits(65);
        assert!(ran.stderr.contains("the edits of step `1` cannot be made: edit 2 of 2"), "{ran:#?}");
        assert!(ran.stderr.contains("no file was changed"), "{ran:#?}");
        assert_eq!((tree.read("src/lib.rs"), tree.read(PAYLOAD)), (LIB.to_owned(), before));
        assert!(!tree.root.join("target/debug").exists(), "nothing was built");
    }
}

#[test]
fn what_cannot_be_recorded_is_not_made() {
    let add = json!({"op": "insert-after", "name": "half", "text": "fn more() {}"});
    let tree = planned(&json!([add]));
    let payload = tree.root.join(PAYLOAD);
    let mut permissions = std::fs::metadata(&payload).expect("there").permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(&payload, permissions).expect("set");
    for _ in 0..2 {
        let ran = tree.handoff(["implement", "--trust-payload"]).exits(74);
        assert!(ran.stderr.contains("no file was changed"), "{ran:#?}");
        assert_eq!(tree.read("src/lib.rs"), LIB);
    }
}

#[test]
fn what_was_made_for_a_step_is_not_made_again_where_it_is_called_otherwise() {
    let add = json!({"op": "insert-after", "name": "half", "text": "/// Again.\npub fn more() {}"});
    let tree = planned(&Value::Null);
    let steps = |steps: Value| {
        let mut payload = payload(&tree);
        payload["plan"]["steps"] = steps;
        tree.write(PAYLOAD, serde_json::to_string_pretty(&payload).expect("JSON"));
    };
    steps(json!([{"name": "It", "files": ["src/lib.rs"], "edits": [add]}]));
    let _ = tree.handoff(["implement", "--trust-payload"]).exits(0);
    let made = tree.read("src/lib.rs");
    assert_eq!(made.matches("fn more()").count(), 1, "{made}");
    steps(json!([{"name": "First"}, {"name": "It", "files": ["src/lib.rs"], "edits": [add]}]));
    let _ = tree.handoff(["implement", "--trust-payload"]);
    assert_eq!(tree.read("src/lib.rs"), made);
}

#[test]
fn two_edits_that_are_the_same_are_two() {
    let tree = planned(&json!([replace("One.", "One. One."), replace("One.", "One. One.")]));
    // The second one finds two: the list is refused.
    let _ = tree.handoff(["implement", "--trust-payload"]).exits(65);
    let add = json!({"op": "insert-before", "name": "half", "text": "// Mind the gap."});
    replan(&tree, &json!([add, add]));
    let _ = tree.handoff(["implement", "--trust-payload"]).exits(0);
    let made = tree.read("src/lib.rs");
    assert_eq!(made.matches("Mind the gap").count(), 2, "{made}");
    let _ = tree.handoff(["implement", "--trust-payload", "--no-cache"]).exits(0);
    assert_eq!(tree.read("src/lib.rs"), made);
}

#[cfg(unix)]
#[test]
fn a_payload_edits_nothing_that_decides_what_runs_whatever_is_approved() {
    let tree = planned(&Value::Null);
    let outside = tree.root.with_file_name("outside");
    std::fs::create_dir_all(&outside).expect("a folder");
    std::fs::write(outside.join("secret"), "kept\n").expect("written");
    std::os::unix::fs::symlink(&outside, tree.root.join("link")).expect("a link");
    std::os::unix::fs::symlink(tree.root.join(".git"), tree.root.join("other")).expect("a link");
    let write = |file: &str| json!({"op": "write", "file": file, "text": "fn main() {}\n"});
    let absolute = outside.join("secret");
    let files = [
        ".git/config",
        ".GIT/hooks/pre-commit",
        "other/config",
        PAYLOAD,
        "handoff/runs/x",
        "handoff/.gitignore",
        "../outside/secret",
        "src/../../outside/secret",
        "link/secret",
        "link/new",
        absolute.as_str(),
        "Cargo.toml",
        "Cargo.lock",
        "build.rs",
        ".cargo/config.toml",
        ".github/workflows/ci.yml",
        "rust-toolchain.toml",
    ];
    let config = tree.read(".git/config");
    for file in files {
        replan(&tree, &json!([replace("One.", "Two."), write(file)]));
        let payload = tree.read(PAYLOAD);
        let ran = tree.handoff(["implement", "--trust-payload"]);
        assert!(matches!(ran.status, Some(65 | 77)), "{file}: {ran:#?}");
        assert!(ran.stderr.contains("the edits of step `1` cannot be made"), "{file}: {ran:#?}");
        assert_eq!((tree.read("src/lib.rs"), tree.read(PAYLOAD)), (LIB.to_owned(), payload), "{file}");
    }
    assert_eq!(tree.read(".git/config"), config);
    assert_eq!(std::fs::read_to_string(&absolute).expect("there"), "kept\n");
    assert!(
        !outside.join("new").exists() && !tree.root.join("build.rs").exists() && !tree.root.join(".cargo").exists()
    );
}

#[test]
fn edits_that_nobody_can_read_are_told_of_and_never_made() {
    for odd in [json!(7), json!("x"), json!([replace("One.", "Two."), 7]), json!({"op": "write"})] {
        let tree = planned(&odd);
        let _ = tree.handoff(["implement", "--trust-payload"]).exits(0);
        let told = payload(&tree)["implementation"]["followUps"].to_string();
        assert!(told.contains("the edits of step `1` are no list of objects"), "{told}");
        assert_eq!(tree.read("src/lib.rs"), LIB);
    }
    let tree = planned(&json!([replace("One.", "Two."), {"op": "delete", "file": "src/lib.rs"}]));
    let ran = tree.handoff(["implement", "--trust-payload"]).exits(77);
    has(&ran, &["the edits of step `1` cannot be read: edit 2: unknown variant `delete`"]);
    assert_eq!(tree.read("src/lib.rs"), LIB);
    has(&tree.handoff(["trust"]).exits(0), &["refused", "step:1:edits"]);
    let _ = tree.handoff(["trust", "step:1:edits"]).exits(77);
}

#[test]
fn a_file_outside_of_the_checkout_may_allow_edits_to_the_byte() {
    let tree = planned(&json!([replace("One.", "Two.")]));
    let shown = tree.handoff(["trust", "--message-format", "json"]).exits(0).messages().pop().expect("a line");
    let row = shown["commands"].as_array().and_then(|rows| rows.last()).cloned().expect("a row");
    assert_eq!((&row["id"], &row["edits"]), (&json!("step:1:edits"), &json!([replace("One.", "Two.")])));
    let word = row["command"].as_str().expect("a word");
    let allowed = tree.root.with_file_name("allowed");
    std::fs::write(&allowed, format!("# ours\n{word}\n")).expect("written");
    replan(&tree, &json!([replace("One.", "Three.")]));
    let allow = ["implement", "--allow-file", allowed.as_str()];
    let _ = tree.handoff(allow).exits(77);
    assert_eq!(tree.read("src/lib.rs"), LIB);
    replan(&tree, &json!([replace("One.", "Two.")]));
    let _ = tree.handoff(allow).exits(0);
    assert_eq!(tree.read("src/lib.rs"), LIB.replace("One.", "Two."));
    assert_eq!(payload(&tree)["implementation"]["edits"][0]["approval"], "allow-file");
}

/// `script` gives the binary a terminal.
#[cfg(target_os = "linux")]
#[test]
fn on_a_terminal_somebody_is_asked_for_edits_too() {
    let tree = planned(&json!([replace("One.", "Two.")]));
    if !std::path::Path::new("/usr/bin/script").is_file() {
        return;
    }
    let typed = |text: &str| {
        tree.write("target/typed", text);
        let program = env!("CARGO_BIN_EXE_cargo-handoff");
        let line = format!("exec script -qec \"'{program}' implement\" target/typescript < target/typed");
        tree.run("sh", ["-c", &line])
    };
    let asked = typed("n\n").exits(77);
    assert!(asked.stdout.contains("[y/N]") && asked.stdout.contains(r#""new": "Two.""#), "{}", asked.stdout);
    assert_eq!(tree.read("src/lib.rs"), LIB);
    let _ = typed("y\n").exits(0);
    assert_eq!(tree.read("src/lib.rs"), LIB.replace("One.", "Two."));
    assert_eq!(payload(&tree)["implementation"]["edits"][0]["approval"], "terminal");
}
