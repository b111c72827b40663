//! What each check comes to when things go wrong, from the command line to the payload.

use crate::tree::{Ran, Tree};
use serde_json::{Value, json};

pub(crate) const PAYLOAD: &str = "handoff/payload.json";

/// A workspace of these packages, each a name and its files, whose plan has one step for all of them.
pub(crate) fn workspace(packages: &[(&str, &[(&str, &str)])]) -> Tree {
    let tree = Tree::empty();
    let names: Vec<&str> = packages.iter().map(|(name, _)| *name).collect();
    tree.write("Cargo.toml", format!("[workspace]\nmembers = {names:?}\nresolver = \"3\"\n"));
    tree.write(".gitignore", "/target\n*.ignored\n");
    for (name, files) in packages {
        let manifest = format!("[package]\nname = \"{name}\"\nedition = \"2024\"\n");
        tree.write(&format!("{name}/Cargo.toml"), manifest);
        tree.write(&format!("{name}/src/lib.rs"), "//! A package.\n");
        for (file, text) in *files {
            tree.write(&format!("{name}/{file}"), text);
        }
    }
    let payload = json!({
        "requirement": {"summary": "Everything that can go wrong."},
        "plan": {"steps": [{"id": "1", "name": "All of it", "packages": names}]},
        "testPlan": {"scenarios": [{"id": "s", "name": "none"}]},
    });
    tree.write(PAYLOAD, serde_json::to_string_pretty(&payload).expect("JSON"));
    let _ = tree.run("cargo", ["generate-lockfile"]).exits(0);
    tree.git()
}

#[track_caller]
pub(crate) fn entry(tree: &Tree, list: &str, id: &str) -> Value {
    let payload: Value = serde_json::from_str(&tree.read(PAYLOAD)).expect("JSON");
    let entries = payload["implementation"][list].as_array().cloned().unwrap_or_default();
    entries.into_iter().find(|entry| entry["id"] == id).unwrap_or_else(|| panic!("no {id} in {payload:#}"))
}

/// The outcome of a suite and its reason.
#[track_caller]
pub(crate) fn suite(tree: &Tree, id: &str) -> (String, String) {
    let entry = entry(tree, "tests", &format!("test:{id}"));
    let text = |key: &str| entry[key].as_str().unwrap_or_default().to_owned();
    (text("status"), text("why"))
}

/// The outcome of a command for one package's library, and what it counted there: errors and warnings, and what
/// was there before.
#[track_caller]
fn lib(tree: &Tree, command: &str, package: &str) -> (String, u64, u64) {
    let entry = entry(tree, "commands", command);
    let targets = entry["targets"].as_array().cloned().unwrap_or_default();
    if entry["passed"].as_array().is_some_and(|passed| passed.iter().any(|label| label == package)) {
        return ("passed".into(), 0, 0);
    }
    let target = targets.iter().find(|target| target["package"] == package && target["kind"] == "lib");
    let target = target.unwrap_or_else(|| panic!("{package} is not in {entry:#}"));
    let number = |key: &str| target[key].as_u64().unwrap_or_default();
    (
        target["outcome"].as_str().unwrap_or_default().to_owned(),
        number("errors") + number("warnings"),
        number("preExisting"),
    )
}

#[track_caller]
fn says(ran: &Ran, words: &[&str]) {
    for word in words {
        assert!(ran.stdout.contains(word), "`{word}` is not in\n{}", ran.stdout);
    }
}

const OLD_SINS: &str = "//! Old sins.\n\n/// Whether it is so.\npub fn old(yes: bool) -> bool {\n    if yes == true { true } else { false }\n}\n\n/// Badly laid out.\npub fn laid( )->u8{ 1 }\n";

#[test]
fn each_kind_of_failure_has_its_outcome_and_none_keeps_another_from_running() {
    let tree = workspace(&[
        (
            "fails",
            &[(
                "src/lib.rs",
                "//! Fails.\n\n#[test]\nfn holds() {}\n\n#[test]\nfn adds_up() {\n    assert_eq!(1 + 1, 3, \"the sum\");\n}\n",
            )],
        ),
        (
            "broken",
            &[
                ("tests/bad.rs", "#[test]\nfn bad() {\n    nothing_of_the_kind();\n}\n"),
                ("tests/good.rs", "#[test]\nfn good() {}\n"),
            ],
        ),
        (
            "leaves",
            &[(
                "tests/leaves.rs",
                "#[test]\nfn a_leaves() {\n    std::process::exit(0);\n}\n\n#[test]\nfn b_is_never_asked() {\n    panic!(\"never\");\n}\n",
            )],
        ),
        (
            "hangs",
            &[(
                "tests/hangs.rs",
                "#[test]\nfn hangs() {\n    std::thread::sleep(std::time::Duration::from_secs(600));\n}\n",
            )],
        ),
        (
            "custom",
            &[
                (
                    "Cargo.toml",
                    "[package]\nname = \"custom\"\nedition = \"2024\"\n\n[[test]]\nname = \"own\"\nharness = false\n\n[[test]]\nname = \"own_bad\"\nharness = false\n",
                ),
                ("tests/own.rs", "fn main() {}\n"),
                ("tests/own_bad.rs", "fn main() {\n    std::process::exit(3);\n}\n"),
            ],
        ),
        (
            "skips",
            &[
                ("tests/all.rs", "#[test]\n#[ignore]\nfn slow() {}\n"),
                ("tests/some.rs", "#[test]\n#[ignore]\nfn slow() {}\n\n#[test]\nfn fast() {}\n"),
            ],
        ),
        (
            "moves",
            &[(
                "tests/moves.rs",
                "#[test]\nfn writes_its_own_source() {\n    let text = std::fs::read_to_string(\"src/lib.rs\").unwrap();\n    std::fs::write(\"src/lib.rs\", text + \"// more\\n\").unwrap();\n}\n",
            )],
        ),
        (
            "notes",
            &[(
                "tests/notes.rs",
                "#[test]\nfn writes_what_git_ignores() {\n    std::fs::write(\"notes.ignored\", format!(\"{:?}\", std::time::SystemTime::now())).unwrap();\n}\n",
            )],
        ),
        ("lints", &[("src/lib.rs", OLD_SINS)]),
        ("sins", &[("src/lib.rs", OLD_SINS)]),
    ]);
    let work = "\n/// Whether it is so, again.\npub fn new(yes: bool) -> bool {\n    if yes == true { true } else { false }\n}\n\n/// Badly laid out, again.\npub fn again( )->u8{ 2 }\n";
    tree.write("lints/src/lib.rs", format!("{OLD_SINS}{work}"));
    tree.change("sins/src/lib.rs", "//! Old sins.", "//! Sins of old.");
    let ran = tree.handoff(["implement", "--test-timeout", "2"]).exits(100);

    assert_eq!(suite(&tree, "fails/lib/fails"), ("failed".into(), "1 of 2 tests failed".into()));
    let failure = &entry(&tree, "tests", "test:fails/lib/fails")["failures"][0];
    assert_eq!(failure["name"], "adds_up");
    assert!(failure["excerpt"].as_str().is_some_and(|said| said.contains("the sum")), "{failure}");
    let (outcome, why) = suite(&tree, "broken/test/bad");
    assert_eq!(outcome, "could-not-run");
    assert!(why.contains("does not compile") && why.contains("nothing_of_the_kind"), "{why}");
    assert_eq!(suite(&tree, "broken/test/good").0, "passed");
    let (outcome, why) = suite(&tree, "leaves/test/leaves");
    assert_eq!(outcome, "failed", "the one that was never asked is asked alone");
    assert!(why.contains("without a `test result:` line (exit code 0)"), "{why}");
    assert!(why.contains("1 of 2 tests failed") && why.contains("no answer from `a_leaves`"), "{why}");
    let (outcome, why) = suite(&tree, "hangs/test/hangs");
    assert_eq!(outcome, "could-not-run");
    assert!(why.contains("2 s") && why.contains("hangs"), "{why}");
    assert_eq!(suite(&tree, "custom/test/own").0, "passed");
    assert!(suite(&tree, "custom/test/own").1.contains("harness = false"));
    assert_eq!(suite(&tree, "custom/test/own_bad").0, "failed");
    assert_eq!(suite(&tree, "skips/test/all").0, "not-run");
    assert_eq!(suite(&tree, "skips/test/some").0, "passed");
    assert_eq!(
        entry(&tree, "tests", "test:skips/test/some")["counts"],
        json!({"listed": 2, "passed": 1, "ignored": 1})
    );
    let (outcome, why) = suite(&tree, "moves/test/moves");
    assert_eq!(outcome, "could-not-run");
    assert!(why.contains("input changed") && why.contains("moves/src/lib.rs"), "{why}");
    assert_eq!(lib(&tree, "command:clippy", "moves").0, "could-not-run", "clippy read that file too");
    assert_eq!(suite(&tree, "notes/test/notes").0, "passed", "an ignored file is no input");
    assert_eq!(lib(&tree, "command:clippy", "sins"), ("passed".into(), 0, 2));
    assert_eq!(lib(&tree, "command:fmt", "sins").0, "passed");
    let (outcome, charged, before) = lib(&tree, "command:clippy", "lints");
    assert_eq!((outcome.as_str(), charged, before), ("failed", 2, 2));
    let (outcome, charged, _) = lib(&tree, "command:fmt", "lints");
    assert_eq!((outcome.as_str(), 0 < charged), ("failed", true));

    says(
        &ran,
        &[
            "failed test fails/lib/fails",
            "adds_up",
            "panicked at fails/src/lib.rs:8",
            "log: handoff/runs/[RUN]/test-fails-lib-fails.txt",
        ],
    );
    says(
        &ran,
        &[
            "package  target",
            "implement: failed",
            "were there before and do not count",
            "next: cargo handoff implement",
        ],
    );
    let log = ran.stdout.lines().find_map(|line| line.trim().strip_prefix("log: ")).expect("a log is named");
    assert!(log.starts_with("handoff/runs/"), "{log}");
    assert!(ran.stdout.lines().count() <= 60, "{}", ran.stdout);

    // What was there before counts when somebody says so.
    let _ = tree.handoff(["implement", "--test-timeout", "2", "--strict"]).exits(100);
    assert_eq!(lib(&tree, "command:clippy", "sins"), ("failed".into(), 2, 0));
    assert_eq!(lib(&tree, "command:fmt", "sins").0, "failed");
}

#[test]
fn fix_repairs_and_says_what_it_did() {
    let tree = workspace(&[("lints", &[("src/lib.rs", "//! Clean.\n")])]);
    tree.write("lints/src/lib.rs", OLD_SINS);
    let _ = tree.handoff(["implement"]).exits(100);
    let ran = tree.handoff(["implement", "--fix"]).exits(0);
    let mended = tree.read("lints/src/lib.rs");
    assert!(mended.contains("pub fn laid() -> u8 {") && !mended.contains("== true"), "{mended}");
    assert_eq!(lib(&tree, "command:clippy", "lints"), ("passed".into(), 0, 0));
    for id in ["command:clippy:fix", "command:fmt:fix"] {
        let fixed = entry(&tree, "commands", id);
        assert_eq!(fixed["outcome"], "passed");
        assert!(fixed["argv"].as_array().is_some_and(|argv| 2 < argv.len()), "{fixed}");
    }
    assert!(ran.stderr.contains("repaired `lints/src/lib.rs`"), "{}", ran.stderr);
    let blob = tree.ask_git(["hash-object", "lints/src/lib.rs"]);
    assert_eq!(entry(&tree, "changes", "change:lints/src/lib.rs")["after"], blob.trim(), "recorded as repaired");
    let before = tree.read(PAYLOAD);
    let _ = tree.handoff(["implement"]).exits(0);
    assert_eq!(tree.read(PAYLOAD), before, "what was repaired stays so: no news");
    let _ = tree.handoff(["validate"]).exits(0);
}

#[test]
fn a_prescribed_command_is_not_run_unapproved_and_a_failure_weighs_more() {
    let tree =
        workspace(&[("one", &[("src/lib.rs", "//! One.\n\n#[test]\nfn holds() {\n    assert_eq!(1, 1);\n}\n")])]);
    tree.change(PAYLOAD, r#""scenarios": ["#, r#""validationCommands": ["touch ran-it"], "scenarios": ["#);
    tree.change("one/src/lib.rs", "assert_eq!(1, 1)", "assert_eq!(1, 2)");
    let ran = tree.handoff(["implement"]).exits(100);
    says(&ran, &["left: 1", "right: 2", "next: cargo test -p one --lib -- holds"]);
    tree.change("one/src/lib.rs", "assert_eq!(1, 2)", "assert_eq!(2, 2)");
    let ran = tree.handoff(["implement"]).exits(77);
    says(&ran, &["touch ran-it", "not approved", "next: "]);
    assert!(!tree.root.join("ran-it").exists());
    let payload: Value = serde_json::from_str(&tree.read(PAYLOAD)).expect("JSON");
    let commands = payload["implementation"]["commands"].as_array().expect("a list");
    let prescribed = commands.iter().find(|command| command["kind"] == "prescribed").expect("it is recorded");
    assert_eq!((&prescribed["outcome"], &prescribed["why"]), (&json!("not-run"), &json!("not approved")));
    assert_eq!(payload["implementation"]["handoff"]["readyFor"], Value::Null);
    let last = tree.handoff(["implement", "--message-format", "json"]).exits(77).messages();
    let last = last.last().expect("a last line");
    assert_eq!(
        (&last["reason"], &last["exit"], &last["outcome"]),
        (&json!("handoff-finished"), &json!(77), &json!("failed"))
    );
}
