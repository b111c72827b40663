//! What others would have answered: small models of two rules, honest in the rivals' favour.
//!
//! Where a rule selects a package, its checks are taken to come out right; where it selects none, the answer is the
//! one it kept: green.

use super::site::{Red, Site};
use std::collections::{BTreeMap, BTreeSet};
use std::time::SystemTime;

/// Files in whose place everything is selected, by those who know them.
const STEERING: &[&str] =
    &["Cargo.toml", "Cargo.lock", ".cargo/config.toml", "rust-toolchain.toml", "rustfmt.toml", "clippy.toml"];

/// The packages that build upon each package, whatever the kind of edge.
const DEPENDENTS: &[(&str, &[&str])] = &[
    ("app", &[]),
    ("built", &["app"]),
    ("convert", &["app"]),
    ("derive", &["app"]),
    ("envy", &[]),
    ("extra", &["app"]),
    ("left", &["right"]),
    ("measure", &["app", "convert"]),
    ("right", &["left"]),
    ("scanned", &["app"]),
];

/// Whether the owning packages of what git calls changed since `before`, and their dependents, are red. `.md` and
/// `.txt` are taken for documentation, a file nobody owns is nobody's, and the environment is no input.
pub(super) fn package_rule(before: &BTreeMap<String, String>, after: &BTreeMap<String, String>, clean: &Red) -> bool {
    let mut selected = BTreeSet::new();
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    for path in names.into_iter().filter(|path| before.get(*path) != after.get(*path)) {
        if STEERING.contains(&path.as_str()) {
            return !clean.is_empty();
        }
        let is_docs = [".md", ".txt"].iter().any(|end| path.ends_with(end));
        if let Some(package) = owner(path).filter(|_| !is_docs) {
            let dependents = DEPENDENTS.iter().find(|(name, _)| *name == package);
            selected.insert(package);
            selected.extend(dependents.into_iter().flat_map(|(_, names)| names.iter().copied()));
        }
    }
    // fmt and clippy are red in the package that was edited: selected whenever any is.
    clean.iter().any(|item| match item.strip_prefix("test ") {
        Some(test) => selected.contains(test.split('/').next().expect("a package")),
        None => !selected.is_empty(),
    })
}

/// What git says of each file that differs from the commit the work began with.
pub(super) fn git_state(site: &Site) -> BTreeMap<String, String> {
    let mut state = BTreeMap::new();
    let root = site.tree.ask_git(["rev-list", "--max-parents=0", "HEAD"]);
    let changed = site.tree.ask_git(["diff", "--no-renames", "--raw", "--abbrev=40", root.trim()]);
    let untracked = site.tree.ask_git(["ls-files", "--others", "--exclude-standard"]);
    for line in changed.lines() {
        let (how, path) = line.split_once('\t').expect("a path");
        // git names no blob for what is not in its index.
        let blob = std::fs::read(site.tree.root.join(path)).unwrap_or_default();
        state.insert(path.to_owned(), format!("{how} {blob:?}"));
    }
    for path in untracked.lines() {
        let blob = std::fs::read(site.tree.root.join(path)).unwrap_or_default();
        state.insert(path.to_owned(), format!("{blob:?}"));
    }
    state.retain(|path, _| !path.starts_with("handoff/"));
    state
}

fn owner(path: &str) -> Option<&str> {
    let mut folders = path.strip_prefix("crates/")?.split('/');
    let first = folders.next()?;
    if first == "deep" { folders.next() } else { Some(first) }
}

/// The files there are, with the times they were modified.
pub(super) fn times(site: &Site) -> BTreeMap<String, SystemTime> {
    let files = site.tree.ask_git(["ls-files", "--cached", "--others", "--exclude-standard"]);
    let modified = |path: &str| std::fs::metadata(site.tree.root.join(path)).ok()?.modified().ok();
    let files = files.lines().filter(|path| !path.starts_with("handoff/"));
    files.filter_map(|path| Some((path.to_owned(), modified(path)?))).collect()
}

/// Whether anything is red to who takes a file for changed when it is newer than it was, notices new and missing
/// ones, and checks everything then.
pub(super) fn mtime_trust(
    before: &BTreeMap<String, SystemTime>,
    after: &BTreeMap<String, SystemTime>,
    clean: &Red,
) -> bool {
    let is_newer = |(path, time): (&String, &SystemTime)| before.get(path).is_none_or(|old| old < time);
    let is_moved = before.keys().any(|path| !after.contains_key(path)) || after.iter().any(is_newer);
    is_moved && !clean.is_empty()
}

#[test]
fn a_file_belongs_to_the_folder_of_its_package() {
    assert_eq!(owner("crates/app/src/main.rs"), Some("app"));
    assert_eq!(owner("crates/deep/right/src/lib.rs"), Some("right"));
    assert_eq!(owner("data/golden.txt"), None);
}
