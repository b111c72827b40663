//! Doctests through our own binary as cargo's `rustdoc`: the same tests as cargo's, each library apart.

#![cfg(unix)]
#![expect(clippy::disallowed_methods, reason = "a test reads the environment it passes on, and starts the binary")]

use crate::tree::{Ran, Tree};
use serde_json::{Value, json};
use std::os::unix::fs::PermissionsExt as _;
use std::time::{Duration, Instant};

const PAYLOAD: &str = "handoff/payload.json";

/// A doctest of this code.
fn doctest(code: &str) -> String {
    format!("//! ```\n{}//! ```\n", code.lines().map(|line| format!("//! {line}\n")).collect::<String>())
}

/// A workspace of these libraries, whose plan has one step for those that are `planned`.
fn workspace(libraries: &[(&str, &str)], planned: &[&str]) -> Tree {
    let tree = Tree::empty();
    let names: Vec<&str> = libraries.iter().map(|(name, _)| *name).collect();
    tree.write("Cargo.toml", format!("[workspace]\nmembers = {names:?}\nresolver = \"3\"\n"));
    tree.write(".gitignore", "/target\n/said\n");
    for (name, text) in libraries {
        tree.write(&format!("{name}/Cargo.toml"), format!("[package]\nname = \"{name}\"\nedition = \"2024\"\n"));
        tree.write(&format!("{name}/src/lib.rs"), text);
    }
    let payload = json!({
        "requirement": {"summary": "Doctests."},
        "plan": {"steps": [{"id": "1", "name": "All of it", "packages": planned}]},
        "testPlan": {"scenarios": [{"id": "s", "name": "none"}]},
    });
    tree.write(PAYLOAD, serde_json::to_string_pretty(&payload).expect("JSON"));
    let _ = tree.run("cargo", ["generate-lockfile"]).exits(0);
    // Something was built here before: on a cold target folder only some packages are built, and each is run alone.
    std::fs::create_dir_all(tree.root.join("target/debug")).expect("made");
    tree.git()
}

#[track_caller]
fn entries(tree: &Tree, list: &str) -> Vec<Value> {
    let payload: Value = serde_json::from_str(&tree.read(PAYLOAD)).expect("JSON");
    payload["implementation"][list].as_array().cloned().unwrap_or_default()
}

/// The outcome of a library's doctests, how many passed of how many, and why that is no pass.
#[track_caller]
fn suite(tree: &Tree, name: &str) -> String {
    let id = format!("test:{name}/doctest/{name}");
    let entries = entries(tree, "tests");
    let entry = entries.iter().find(|entry| entry["id"] == id).unwrap_or_else(|| panic!("no {id}"));
    let why = entry["why"].as_str().map(|why| format!(": {why}")).unwrap_or_default();
    let number = |key: &str| entry["counts"][key].as_u64().unwrap_or_default();
    format!("{} {}/{}{why}", entry["status"].as_str().expect("a status"), number("passed"), number("listed"))
}

/// The commands that ran doctests: id and command line.
#[track_caller]
fn commands(tree: &Tree) -> Vec<String> {
    let of_doctests = entries(tree, "commands").into_iter().filter(|entry| entry["kind"] == "doctest");
    of_doctests.map(|entry| format!("{}: {}", text(&entry, "id"), text(&entry, "command"))).collect()
}

fn text(entry: &Value, key: &str) -> String {
    entry[key].as_str().unwrap_or_default().to_owned()
}

fn remarks(ran: &Ran) -> Vec<String> {
    ran.messages().iter().filter(|message| message["reason"] == "remark").map(|message| text(message, "text")).collect()
}

#[test]
fn one_call_runs_the_doctests_of_all_libraries_and_keeps_them_apart() {
    let tree = workspace(
        &[
            ("one", &doctest("assert_eq!(1, 1);")),
            ("two", &format!("{}//!\n//! # More\n//!\n{}", doctest("assert_eq!(1, 2);"), doctest("let _ = 1;"))),
            ("none", "//! Nothing to try.\n"),
            ("other", &doctest("panic!(\"nobody asked\");")),
        ],
        &["one", "two", "none"],
    );
    let _ = tree.handoff(["implement"]).exits(100);
    assert_eq!(suite(&tree, "one"), "passed 1/1");
    assert_eq!(suite(&tree, "two"), "failed 1/2: 1 of 2 tests failed");
    assert_eq!(suite(&tree, "none"), "not-run 0/0: no tests");
    assert!(!entries(&tree, "tests").iter().any(|entry| entry["package"] == "other"), "it was passed over");
    assert_eq!(commands(&tree), ["command:doctest: cargo test --workspace --doc --no-fail-fast"]);
    let entries = entries(&tree, "commands");
    let entry = entries.iter().find(|entry| entry["id"] == "command:doctest").expect("there");
    assert_eq!((&entry["env"]["RUSTDOC"], &entry["exitCode"]), (&json!("cargo-handoff"), &json!(101)), "{entry:#}");
    let targets: Vec<_> = entry["targets"].as_array().expect("targets").iter().map(|it| text(it, "package")).collect();
    assert_eq!(targets, ["one", "two"], "a library without doctests is no part of it");
    // Nothing is compiled again for another rustdoc, and a second run is no news.
    let before = tree.read(PAYLOAD);
    let _ = tree.handoff(["implement"]).exits(100);
    assert_eq!(tree.read(PAYLOAD), before);
    let plain = tree.run("cargo", ["test", "--workspace", "--doc", "--no-fail-fast", "--offline"]).exits(101);
    assert!(!plain.stderr.contains("Compiling"), "{}", plain.stderr);
    let _ = tree.handoff(["validate", "--message-format", "json"]);
    assert_eq!(tree.read(PAYLOAD), before);
}

/// `leaf` documents more with a feature that only its dependent turns on.
#[test]
fn features_are_those_of_the_whole_workspace() {
    let leaf = "//! A leaf.\n\n/// More.\n///\n/// ```\n/// leaf::more();\n/// ```\n#[cfg(feature = \"more\")]\npub fn more() {}\n";
    let tree = workspace(&[("leaf", leaf), ("tree", "//! A tree.\n")], &["leaf"]);
    tree.write(
        "leaf/Cargo.toml",
        "[package]\nname = \"leaf\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[features]\nmore = []\n",
    );
    tree.write(
        "tree/Cargo.toml",
        "[package]\nname = \"tree\"\nedition = \"2024\"\n[dependencies]\nleaf = { path = \"../leaf\", features = [\"more\"] }\n",
    );
    let _ = tree.run("cargo", ["generate-lockfile"]).exits(0);
    tree.commit("A feature");
    let _ = tree.handoff(["implement"]);
    assert_eq!(suite(&tree, "leaf"), "passed 1/1");
    let plain = tree.run("cargo", ["test", "--workspace", "--doc", "--offline"]).exits(0);
    assert!(plain.stdout.contains("test result: ok. 1 passed"), "{}", plain.stdout);
    let alone = tree.run("cargo", ["test", "-p", "leaf", "--doc", "--offline"]).exits(0);
    assert!(!alone.stdout.contains("1 passed"), "alone it has none: {}", alone.stdout);
}

/// A script that leaves a word and is rustdoc.
fn users_rustdoc(tree: &Tree, name: &str) -> String {
    let path = tree.root.with_file_name(name);
    std::fs::write(&path, format!("#!/bin/sh\necho {name} >> {}/said\nexec rustdoc \"$@\"\n", tree.root))
        .expect("written");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).expect("executable");
    path.into_string()
}

const SEES: &str = "let seen: Vec<_> = std::env::vars().filter(|(name, _)| name.starts_with(\"CARGO_HANDOFF_\")).collect();\n\
                    assert!(seen.is_empty(), \"{seen:?}\");\nlet rustdoc = std::env::var(\"RUSTDOC\").unwrap_or_default();\n\
                    assert!(rustdoc == option_env!(\"EXPECTED\").unwrap_or(\"\"), \"{rustdoc}\");";

#[test]
fn the_users_own_rustdoc_is_the_one_that_runs_and_tests_see_nothing_of_ours() {
    let tree = workspace(&[("one", &doctest(SEES))], &["one"]);
    let _ = tree.handoff(["implement"]).exits(0);
    assert_eq!(suite(&tree, "one"), "passed 1/1", "no variable of the user's");
    let variable = users_rustdoc(&tree, "variable");
    let configured = users_rustdoc(&tree, "configured");
    tree.write(".cargo/config.toml", "[build]\nrustdoc = \"../configured\"\n");
    let _ = tree.handoff(["implement"]);
    assert_eq!(
        (suite(&tree, "one").as_str(), tree.read("said").as_str()),
        ("passed 1/1", "configured\n"),
        "{configured}"
    );
    std::fs::remove_file(tree.root.join("said")).expect("removed");
    let tree = tree.env("RUSTDOC", &variable).env("EXPECTED", &variable);
    let _ = tree.handoff(["implement"]);
    assert_eq!((suite(&tree, "one").as_str(), tree.read("said").as_str()), ("passed 1/1", "variable\n"));
}

#[test]
fn a_library_that_does_not_compile_leaves_the_others_to_be_run_alone() {
    let tree = workspace(
        &[("fine", &doctest("assert_eq!(1, 1);")), ("torn", "//! Torn.\npub fn torn() -> u8 { \"\" }\n")],
        &["fine", "torn"],
    );
    let ran = tree.handoff(["implement", "--message-format", "json"]).exits(100);
    assert_eq!(suite(&tree, "fine"), "passed 1/1");
    assert!(suite(&tree, "torn").starts_with("could-not-run 0/0: does not compile: error[E0308]"));
    assert_eq!(commands(&tree), ["command:doctest:fine: cargo test -p fine --doc --no-fail-fast"]);
    let remarks = remarks(&ran);
    assert!(remarks.iter().any(|text| text.contains("doctests are run package by package")), "{remarks:?}");
    // Repaired, they run at once again, and the entry of the one alone is let go.
    tree.write("torn/src/lib.rs", "//! Whole.\n");
    let _ = tree.handoff(["implement"]).exits(0);
    let left = entries(&tree, "commands").into_iter().filter(|entry| entry.get("withdrawn").is_none());
    let left: Vec<String> = left.filter(|entry| entry["kind"] == "doctest").map(|entry| text(&entry, "id")).collect();
    assert_eq!(left, ["command:doctest"]);
}

#[test]
fn a_doctest_that_hangs_is_ended_and_the_others_have_their_turn() {
    let hang = "loop {\n    std::thread::sleep(std::time::Duration::from_secs(1));\n}";
    let libraries = [("hangs", doctest(hang)), ("one", doctest("assert_eq!(1, 1);"))];
    let libraries = libraries.each_ref().map(|(name, text)| (*name, text.as_str()));
    let tree = workspace(&libraries, &["hangs", "one"]);
    let _ = tree.run("cargo", ["test", "--workspace", "--no-run", "--offline"]).exits(0);
    let _ = tree.handoff(["implement", "--test-timeout", "6"]).exits(100);
    assert_eq!(suite(&tree, "one"), "passed 1/1");
    assert!(suite(&tree, "hangs").contains("timed out"), "{}", suite(&tree, "hangs"));
}

#[test]
fn whoever_cancels_leaves_no_doctest_behind() {
    // A doctest runs in its package's folder.
    let code = "std::fs::write(\"../pid\", std::process::id().to_string()).unwrap();\n\
                loop {\n    std::thread::sleep(std::time::Duration::from_secs(1));\n}";
    let tree = workspace(&[("hangs", &doctest(code))], &["hangs"]);
    let said = tree.root.join("pid");
    let mut handoff = std::process::Command::new(env!("CARGO_BIN_EXE_cargo-handoff"))
        .arg("implement")
        .current_dir(&tree.root)
        .env_clear()
        .envs(tree.environment())
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .expect("started");
    let started = Instant::now();
    let pid = loop {
        assert!(started.elapsed() < Duration::from_secs(120), "the doctest never began");
        match std::fs::read_to_string(&said).ok().filter(|pid| !pid.is_empty()) {
            Some(pid) => break pid,
            None => std::thread::sleep(Duration::from_millis(50)),
        }
    };
    let _ = tree.run("kill", ["-TERM", &handoff.id().to_string()]).exits(0);
    assert_eq!(handoff.wait().expect("ended").code(), Some(143));
    let is_alive = || std::path::Path::new(&format!("/proc/{pid}")).exists();
    let asked = Instant::now();
    while is_alive() && asked.elapsed() < Duration::from_secs(2) {
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(!is_alive(), "{pid} is still there");
}
