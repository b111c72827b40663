//! Who is checked again, and why? What `map` says, what `implement` runs, and what cargo itself would rebuild.

use crate::tree::Tree;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const PAYLOAD: &str = "handoff/payload.json";

/// `low <- high`, `high` compiles a file beside all packages, `script` has a build script that names one file, `lone`
/// is what the only step maps to.
fn workspace() -> Tree {
    let tree = Tree::empty();
    let package = |name: &str, more: &str| {
        let manifest = format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n{more}");
        tree.write(&format!("{name}/Cargo.toml"), manifest);
        let library = format!("//! {name}.\n\n#[cfg(test)]\nmod tests {{\n    #[test]\n    fn holds() {{}}\n}}\n");
        tree.write(&format!("{name}/src/lib.rs"), library);
    };
    tree.write("Cargo.toml", "[workspace]\nmembers = [\"low\", \"high\", \"script\", \"lone\"]\nresolver = \"3\"\n");
    package("low", "");
    package("high", "[dependencies]\nlow = { path = \"../low\" }\n");
    package("script", "");
    package("lone", "");
    let test = "mod helper;\n\n#[test]\nfn helped() {\n    helper::help();\n}\n";
    tree.write("low/tests/helped.rs", test);
    tree.write("low/tests/helper/mod.rs", "pub fn help() {}\n");
    tree.write("high/src/shared.rs", "pub const SHARED: &str = include_str!(\"../../shared.txt\");\n");
    tree.write(
        "high/src/lib.rs",
        format!("mod shared;\npub use shared::SHARED;\n{}", tree.read("high/src/lib.rs").replace("//! high.\n", "")),
    );
    tree.write("shared.txt", "one\n");
    tree.write("script/build.rs", "fn main() {\n    println!(\"cargo::rerun-if-changed=named.txt\");\n}\n");
    tree.write("script/named.txt", "one\n");
    tree.write(".gitignore", "target\n");
    let scenario = json!([{ "id": "s", "name": "it works" }]);
    let steps = json!([{ "id": "1", "packages": ["lone"] }]);
    let payload =
        json!({ "requirement": { "summary": "s" }, "plan": { "steps": steps }, "testPlan": { "scenarios": scenario } });
    tree.write(PAYLOAD, payload.to_string());
    let _ = tree.run("cargo", ["generate-lockfile", "--offline"]).exits(0);
    tree.git()
}

/// The record of the newest run.
fn record(tree: &Tree) -> Value {
    let runs = tree.root.join("handoff/runs").read_dir_utf8().expect("runs");
    let newest = runs.map(|run| run.expect("a run").path().to_owned()).max().expect("a run");
    serde_json::from_str(&std::fs::read_to_string(newest.join("record.json")).expect("a record")).expect("JSON")
}

fn texts(list: &Value, key: &str) -> Vec<String> {
    let text = |entry: &Value| entry[key].as_str().expect("a text").to_owned();
    list.as_array().expect("a list").iter().map(text).collect()
}

/// A unit as `map` tells it: its name, whether it is selected, why.
fn units(tree: &Tree) -> Vec<(String, bool, String)> {
    let messages = tree.handoff(["map", "--message-format", "json"]).exits(0).messages();
    let units = messages.iter().filter(|message| message["reason"] == "unit");
    let unit = |unit: &Value| {
        let word = |key: &str| unit[key].as_str().expect("a word").to_owned();
        let mode = if unit["test"] == true { " (test)" } else { "" };
        let why: Vec<&str> = unit["why"].as_array().expect("reasons").iter().filter_map(Value::as_str).collect();
        assert!(!why.is_empty(), "{unit}");
        let name = format!("{}/{}/{}{mode}", word("package"), word("kind"), word("name"));
        (name, unit["selected"] == true, why.join("; "))
    };
    units.map(unit).collect()
}

#[test]
fn once_built_a_file_of_a_test_reaches_no_dependent_and_every_skipped_unit_is_recorded() {
    let tree = workspace();
    tree.write("low/tests/helper/mod.rs", "pub fn help() {\n    // More.\n}\n");
    let _ = tree.handoff(["implement"]).exits(0);
    let record = record(&tree);
    let suites = texts(&record["suites"], "id");
    let expected = [
        "test:lone/lib/lone",
        "test:low/lib/low",
        "test:low/test/helped",
        "test:lone/doctest/lone",
        "test:low/doctest/low",
    ];
    assert_eq!(suites.iter().map(String::as_str).collect::<BTreeSet<_>>(), expected.into());
    let skipped = record["skipped"].as_array().expect("a list");
    assert!(
        skipped.iter().any(|unit| unit["package"] == "high" && unit["why"] == json!(["nothing it is made of changed"]))
    );
    let payload: Value = serde_json::from_str(&tree.read(PAYLOAD)).expect("JSON");
    let counts = &payload["implementation"]["summary"]["units"];
    assert_eq!(counts["skipped"], json!(skipped.len()));

    let units = units(&tree);
    let told = |name: &str| units.iter().find(|(unit, ..)| unit == name).unwrap_or_else(|| panic!("{name}: {units:?}"));
    assert_eq!(told("low/test/helped (test)").2, "`low/tests/helper/mod.rs` is compiled into it");
    assert_eq!(told("low/lib/low").2, "`low/tests/helper/mod.rs` belongs to its package");
    assert_eq!(told("lone/lib/lone").2, "step 1 maps to package lone");
    assert!(!told("high/lib/high").1 && !told("script/lib/script").1);
    let ran = tree.handoff(["map", "-v"]).exits(0);
    assert!(ran.stdout.contains("skipped  high/lib/high\n"), "{ran:#?}");
    let ran = tree.handoff(["map"]).exits(0);
    assert!(!ran.stdout.contains("high/lib/high"), "{ran:#?}");
}

#[test]
fn on_a_cold_target_folder_only_what_is_affected_is_built_and_that_alone_is_no_news() {
    let tree = workspace();
    tree.change("lone/src/lib.rs", "//! lone.", "//! Alone.");
    let _ = tree.handoff(["implement"]).exits(0);
    let commands = texts(&record(&tree)["commands"], "command");
    assert!(commands.contains(&"cargo test -p lone --no-run".to_owned()), "{commands:?}");
    let payload = tree.read(PAYLOAD);
    let _ = tree.handoff(["implement", "--no-cache"]).exits(0);
    let commands = texts(&record(&tree)["commands"], "command");
    assert!(commands.contains(&"cargo test --workspace --no-run".to_owned()), "{commands:?}");
    assert_eq!(tree.read(PAYLOAD), payload);
}

#[test]
fn whatever_cargo_would_rebuild_is_selected() {
    let tree = workspace();
    let _ = tree.handoff(["implement", "--dry-run"]).exits(0);
    let build = ["test", "--workspace", "--no-run", "--message-format", "json"];
    let _ = tree.run("cargo", build).exits(0);
    for (file, text, n_least) in [
        ("low/src/lib.rs", "//! Lower.\n\n#[cfg(test)]\nmod tests {\n    #[test]\n    fn holds() {}\n}\n", 4),
        ("low/tests/helper/mod.rs", "pub fn help() {\n    // More.\n}\n", 1),
        ("shared.txt", "two\n", 2),
        ("script/named.txt", "two\n", 2),
        ("script/build.rs", "fn main() {\n    println!(\"cargo:rerun-if-changed=named.txt\");\n}\n", 3),
        (
            "high/Cargo.toml",
            "[package]\nname = \"high\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[dependencies]\nlow = { path = \"../low\" }\n[lib]\ntest = true\n",
            0,
        ),
    ] {
        tree.write(file, text);
        let units = units(&tree);
        let stdout = tree.run("cargo", build).exits(0).raw_stdout;
        let messages = String::from_utf8(stdout).expect("UTF-8");
        let messages = messages.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
        let is_rebuilt = |message: &Value| message["reason"] == "compiler-artifact" && message["fresh"] == false;
        let mut n_rebuilt = 0;
        for message in messages.filter(is_rebuilt) {
            let word = |value: &Value| value.as_str().expect("a word").to_owned();
            let id = word(&message["package_id"]);
            let package = id.split('#').next().and_then(|path| path.rsplit('/').next()).expect("a folder");
            let mode = if message["profile"]["test"] == true { " (test)" } else { "" };
            let (kind, name) = (word(&message["target"]["kind"][0]), word(&message["target"]["name"]));
            let unit = format!("{package}/{kind}/{name}{mode}");
            let told = units.iter().find(|(known, ..)| *known == unit).unwrap_or_else(|| panic!("{unit}: {units:?}"));
            assert!(told.1, "{file}: cargo rebuilds {unit}, and it is not selected: {}", told.2);
            n_rebuilt += 1;
        }
        assert!(n_least <= n_rebuilt, "{file}: {n_rebuilt}");
        tree.commit("next");
    }
}

#[test]
fn a_change_the_user_ignores_is_named_each_time_and_a_file_beside_the_workspace_says_what_to_write() {
    let tree = Tree::empty();
    let manifest =
        |more: &str| format!("[package]\nname = \"a\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[workspace]\n{more}");
    tree.write("rust/Cargo.toml", manifest(""));
    tree.write("rust/src/lib.rs", "");
    tree.write("proto/deep/a.proto", "one\n");
    tree.write(".gitignore", "target\nCargo.lock\n");
    let tree = tree.git().at("rust");
    tree.write("proto/deep/a.proto", "two\n");
    let (_, is_selected, why) = units(&tree).remove(0);
    assert!(is_selected && why.contains("`ignore = [\"../proto/**\"]`"), "{why}");
    tree.write("rust/Cargo.toml", manifest("[workspace.metadata.handoff]\nignore = [\"../proto/**\"]\n"));
    tree.commit("ignore");
    tree.write("proto/deep/a.proto", "three\n");
    assert!(units(&tree).iter().all(|(_, is_selected, _)| !is_selected));
    let ran = tree.handoff(["map"]).exits(0);
    assert!(ran.stdout.contains("`proto/deep/a.proto` changed, and `ignore"), "{ran:#?}");
}
