//! The fixtures are what the other tests take them for: disarmed, described, and green.

use crate::tree::{Tree, fixtures};
use camino::Utf8Path;

fn folders() -> Vec<String> {
    let entries = fixtures().read_dir_utf8().expect("fixtures");
    let mut names: Vec<String> = entries.map(|entry| entry.expect("an entry").file_name().to_owned()).collect();
    names.sort();
    names
}

/// Manifests that are armed: cargo would take their folder for a package, and leave it out of ours.
fn armed(folder: &Utf8Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in folder.read_dir_utf8().expect("a folder") {
        let path = entry.expect("an entry").into_path();
        if path.is_dir() {
            found.extend(armed(&path));
        } else if path.file_name() == Some("Cargo.toml") {
            found.push(path.to_string());
        }
    }
    found
}

#[test]
fn every_fixture_is_disarmed_and_says_what_it_is_for() {
    assert_eq!(armed(&fixtures()), Vec::<String>::new());
    let tree = Tree::of("two-crates");
    assert_eq!(armed(&tree.root).len(), 3, "armed by the copy");
    for name in folders() {
        let readme = std::fs::read_to_string(fixtures().join(&name).join("README.md")).unwrap_or_default();
        assert!(readme.starts_with(&format!("# {name}\n")), "{name}");
    }
}

#[test]
fn every_workspace_among_them_is_formatted_clean_and_green() {
    for name in ["two-crates", "shapes"] {
        let tree = Tree::of(name).git();
        for args in [
            ["fmt", "--all", "--check"].as_slice(),
            &["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"],
            &["test", "--workspace", "--locked"],
        ] {
            let _ = tree.run("cargo", args).exits(0);
        }
        assert_eq!(tree.ask_git(["status", "--porcelain"]), "", "{name}");
    }
}

#[test]
fn the_demo_has_a_plan_a_history_and_work_of_which_one_crate_knows_nothing() {
    for broken in [false, true] {
        let tree = Tree::demo(broken);
        assert_eq!(tree.ask_git(["rev-list", "--count", "HEAD"]), "3\n");
        let changed = tree.ask_git(["status", "--porcelain", "--untracked-files=all"]);
        assert!(changed.contains("crates/money/") && !changed.contains("crates/slug/"), "{changed}");
        let payload: serde_json::Value = serde_json::from_str(&tree.read("handoff/payload.json")).expect("JSON");
        for file in ["crates/money/src/currency.rs", "crates/report/tests/totals.rs"] {
            assert!(payload["plan"]["steps"].to_string().contains(file) && changed.contains(file), "{file}");
        }
        assert!(payload["testPlan"]["validationCommands"].is_null(), "those would need approval");
    }
}

#[test]
fn every_payload_is_json() {
    for name in ["template", "five-stage", "six-stage", "superset", "two-crates"] {
        let tree = Tree::empty().payload(name);
        let text = tree.read("handoff/payload.json");
        assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok_and(|payload| payload.is_object()), "{name}");
    }
}
