//! Manifests: test targets that are no longer built, or only with features; tests no longer looked for.

use super::super::Seen;
use super::super::changed::{file_name, texts};
use super::super::told::weakened;
use crate::words::Finding;
use crate::workspace::changes::ChangeKind;
use std::collections::BTreeSet;
use toml::{Table, Value};

/// The tables of targets that hold tests.
const TARGETS: &[&str] = &["test", "bin", "example", "bench"];

pub(super) fn find(seen: &Seen) -> Vec<Finding> {
    let mut findings = Vec::new();
    for change in seen.work.changes.iter().filter(|change| file_name(&change.file) == "Cargo.toml") {
        let (Some(before), Some(after)) = texts(seen, change) else { continue };
        let read = |text: &str| toml::from_str::<Table>(text).ok();
        let (Some(before), Some(after)) = (read(before), read(after)) else { continue };
        let folder = change.file.strip_suffix("Cargo.toml").unwrap_or_default();
        let changes = seen.work.changes.iter().filter(|change| change.kind == ChangeKind::Added);
        let new: BTreeSet<&str> = changes.filter_map(|change| change.file.strip_prefix(folder)).collect();
        let said = compare(&before, &after, &new);
        findings.extend(said.into_iter().map(|text| weakened(&change.file, text)));
    }
    findings
}

/// What gave way, one sentence each. `new` are the files below the manifest that are new: what they hold was not there
/// to be weakened.
fn compare(before: &Table, after: &Table, new: &BTreeSet<&str>) -> Vec<String> {
    let mut said = Vec::new();
    for key in ["autotests", "autobins", "autoexamples", "autobenches"] {
        let is_off = |manifest: &Table| {
            manifest.get("package").and_then(|package| package.get(key)) == Some(&Value::Boolean(false))
        };
        if key == "autotests" && is_off(after) && !is_off(before) {
            said.push("tests are no longer looked for: `autotests = false`".to_owned());
        }
    }
    let empty = Table::new();
    let library = |manifest: &Table| manifest.get("lib").and_then(Value::as_table).cloned().unwrap_or_default();
    said.extend(gave_way("the library", &library(before), &library(after)));
    for kind in TARGETS {
        let was = targets(before, kind);
        for (name, now) in targets(after, kind) {
            let known = was.iter().find(|(known, _)| *known == name).map(|(_, table)| table);
            let path = now.get("path").and_then(Value::as_str).map(str::to_owned);
            let usual = if *kind == "bin" { format!("src/bin/{name}.rs") } else { format!("{kind}s/{name}.rs") };
            let main = format!("{}/main.rs", usual.trim_end_matches(".rs"));
            let is_new = known.is_none()
                && path
                    .as_deref()
                    .map_or(new.contains(usual.as_str()) || new.contains(main.as_str()), |path| new.contains(path));
            if !is_new {
                said.extend(gave_way(&format!("the {kind} `{name}`"), known.unwrap_or(&empty), &now));
            }
        }
    }
    said
}

fn targets(manifest: &Table, kind: &str) -> Vec<(String, Table)> {
    let tables = manifest.get(kind).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let tables = tables.iter().filter_map(Value::as_table);
    tables.filter_map(|table| Some((table.get("name")?.as_str()?.to_owned(), table.clone()))).collect()
}

fn gave_way(what: &str, before: &Table, after: &Table) -> Vec<String> {
    let is_off = |table: &Table, key: &str| table.get(key) == Some(&Value::Boolean(false));
    let features = |table: &Table| -> BTreeSet<String> {
        let list = table.get("required-features").and_then(Value::as_array).cloned().unwrap_or_default();
        list.iter().filter_map(|feature| feature.as_str().map(str::to_owned)).collect()
    };
    let mut said = Vec::new();
    for (key, means) in [
        ("test", "is not tested any more"),
        ("doctest", "has no doctests any more"),
        ("harness", "lists no tests any more"),
    ] {
        if is_off(after, key) && !is_off(before, key) {
            said.push(format!("{what} {means}: `{key} = false`"));
        }
    }
    let more: Vec<String> = features(after).difference(&features(before)).map(|name| format!("`{name}`")).collect();
    if !more.is_empty() {
        said.push(format!("{what} is left out now without {}", more.join(", ")));
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(before: &str, after: &str, new: &[&str]) -> Vec<String> {
        let read = |text: &str| toml::from_str(text).expect("TOML");
        compare(&read(before), &read(after), &new.iter().copied().collect())
    }

    #[test]
    fn a_target_that_is_built_less_often_is_told() {
        let entry = "[[test]]\nname = \"it\"\n";
        for (before, after, expected) in [
            (
                "",
                "[[test]]\nname = \"it\"\nrequired-features = [\"slow\"]",
                "the test `it` is left out now without `slow`",
            ),
            (entry, "[[test]]\nname = \"it\"\ntest = false", "the test `it` is not tested any more: `test = false`"),
            (
                entry,
                "[[test]]\nname = \"it\"\nharness = false",
                "the test `it` lists no tests any more: `harness = false`",
            ),
            ("[lib]\n", "[lib]\ndoctest = false", "the library has no doctests any more: `doctest = false`"),
            ("", "[package]\nautotests = false", "tests are no longer looked for: `autotests = false`"),
        ] {
            assert_eq!(said(before, after, &[]), [expected]);
        }
    }

    #[test]
    fn what_is_new_or_was_so_before_or_is_less_strict_is_not() {
        let gated = "[[test]]\nname = \"it\"\nrequired-features = [\"slow\"]\n";
        assert!(said("", gated, &["tests/it.rs"]).is_empty());
        assert!(said("", gated, &["tests/it/main.rs"]).is_empty());
        assert!(said(gated, gated, &[]).is_empty());
        assert!(said(gated, "[[test]]\nname = \"it\"\n", &[]).is_empty());
        assert!(said("[lib]\ntest = false", "[lib]\nname = \"x\"\ntest = false", &[]).is_empty());
        assert!(said("", "[dependencies]\na = \"1\"\n[features]\nslow = []", &[]).is_empty());
    }
}
