//! Manifests and locks before and after, with what is merged of them.

use super::*;

const OLD: &str = "[package]\nname = \"a\"\n\n[dependencies]\nserde = \"1\"\n";

#[test]
fn new_dev_dependencies_and_test_targets_come_and_nothing_else() {
    let new = "[package]\nname = \"a\"\nversion = \"2.0.0\"\n\n[dev-dependencies]\nproptest = \"1\"\n\n\
               [dependencies]\nserde = \"1\"\nlog = \"0.4\"\n\n[dev-dependencies.insta]\nversion = \"1\"\n\n\
               [[test]]\nname = \"it\"\nharness = false\n\n[target.'cfg(unix)'.dev-dependencies]\nnix = \"0.29\"\n";
    let merged = merge(OLD, new, &[]).expect("mergeable").expect("another");
    let table: Table = merged.parse().expect("TOML");
    assert_eq!(table["dev-dependencies"].as_table().map(Table::len), Some(2));
    assert_eq!(table["test"][0]["name"].as_str(), Some("it"));
    assert_eq!(table["target"]["cfg(unix)"]["dev-dependencies"]["nix"].as_str(), Some("0.29"));
    assert_eq!(table["dependencies"].as_table().map(Table::len), Some(1), "no new dependency");
    assert!(table["package"].get("version").is_none());
}

#[test]
fn nothing_to_merge_is_said() {
    let new = "[package]\nname = \"a\"\n\n[dependencies]\nserde = \"2\"\n";
    assert_eq!(merge(OLD, new, &[]), Ok(None));
    assert_eq!(merge(OLD, OLD, &[]), Ok(None));
}

#[test]
fn a_dev_dependency_that_is_gone_goes() {
    let old = "[package]\nname = \"a\"\n[dev-dependencies]\nb = \"1\"\n[features]\nx = []\n";
    let merged = merge(old, "[package]\nname = \"a\"\n", &[]).expect("mergeable").expect("another");
    assert_eq!(merged.parse::<Table>().expect("TOML").get("dev-dependencies"), None);
    assert!(merged.contains("x = []"));
}

#[test]
fn a_member_for_tests_and_shared_dependencies_come_along() {
    let old = "[workspace]\nmembers = [\"a\"]\nresolver = \"2\"\n\n[workspace.dependencies]\nserde = \"1\"\n";
    let new = "[workspace]\nmembers = [\n  \"a\",\n  \"b\",\n  \"c\",\n]\nresolver = \"2\"\n\n\
               [workspace.dependencies]\nserde = \"2\"\ntempfile = { version = \"3\", features = [\"x\"] }\n";
    let merged = merge(old, new, &["b".into()]).expect("mergeable").expect("another");
    let table: Table = merged.parse().expect("TOML");
    assert_eq!(listed(&table), BTreeSet::from(["a", "b"]));
    let shared = &table["workspace"]["dependencies"];
    assert_eq!(shared["serde"].as_str(), Some("1"), "the baseline's own version stays");
    assert_eq!(shared["tempfile"]["version"].as_str(), Some("3"));
}

#[test]
fn what_cannot_be_moved_is_said() {
    let new = "dev-dependencies = { b = \"1\" }\n[package]\nname = \"a\"\n";
    assert!(merge(OLD, new, &[]).is_err());
}

#[test]
fn a_lock_takes_in_what_it_lacks_and_keeps_its_versions() {
    let package = |name: &str, version: &str| format!("[[package]]\nname = \"{name}\"\nversion = \"{version}\"\n\n");
    let old = format!("version = 4\n\n{}{}", package("a", "1.2.0"), package("b", "0.4.1"));
    let new = format!("version = 4\n\n{}{}{}", package("a", "1.3.0"), package("b", "0.5.0"), package("c", "1.0.0"));
    let merged: Table = merge_locks(&old, &new).parse().expect("TOML");
    let all = merged["package"].as_array().expect("a list").iter();
    let all: Vec<String> = all
        .map(|one| format!("{} {}", one["name"].as_str().unwrap_or(""), one["version"].as_str().unwrap_or("")))
        .collect();
    assert_eq!(all, ["a 1.2.0", "b 0.4.1", "b 0.5.0", "c 1.0.0"]);
}
