//! The source of each test, in digests: so that a stranger sees whether it is still the test that ran.

use crate::mapping::target_for_file;
use crate::source::{self, TestFn};
use crate::words::TargetId;
use crate::workspace::graph::{Graph, Package};
use camino::Utf8Path;
use std::collections::{BTreeMap, BTreeSet};

/// Words one of which every file with a test function has in it: the others are not parsed.
const HINTS: [&str; 2] = ["test", "quickcheck"];

/// The digests of test functions by the test's path, by target. Tests whose function cannot be told, because there is
/// none (a macro made it) or two could be it, are left out.
///
/// `listings` are the names each target lists; `files` every file of the tree relative to the payload's root, and `text`
/// gives what one of them holds. Only Rust files of packages with a listing are read, each once.
pub fn functions<'a>(
    graph: &Graph,
    root: &Utf8Path,
    listings: &BTreeMap<&'a TargetId, BTreeSet<&'a str>>,
    files: impl Iterator<Item = &'a str>,
    mut text: impl FnMut(&str) -> Option<String>,
) -> BTreeMap<&'a TargetId, BTreeMap<String, String>> {
    let packages: BTreeMap<&str, &Package> =
        listings.keys().filter_map(|target| Some((target.package.as_str(), graph.package(&target.package)?))).collect();
    let mut found: BTreeMap<&TargetId, Found> = BTreeMap::new();
    for file in files.filter(|file| file.ends_with(".rs")) {
        let path = root.join(file);
        let is_below = |package: &&Package| path.starts_with(&package.folder) || path.starts_with(&package.real_folder);
        if !packages.values().any(|package| is_below(package)) {
            continue;
        }
        let Some(package) = graph.owner(path.as_std_path()).filter(|owner| packages.contains_key(owner.label.as_str()))
        else {
            continue;
        };
        let tests = text(file).map(|text| tests_of(&text)).unwrap_or_default();
        if tests.is_empty() {
            continue;
        }
        for target in target_for_file(package, &path) {
            let Some((target, listing)) = listings.get_key_value(&target) else { continue };
            let found = found.entry(target).or_default();
            for test in &tests {
                for name in source::names_of(file, &test.path, listing) {
                    found.add(name, &test.digest);
                }
            }
        }
    }
    found.into_iter().map(|(target, found)| (target, found.digests())).collect()
}

fn tests_of(text: &str) -> Vec<TestFn> {
    let may_have_tests = HINTS.iter().any(|hint| text.contains(hint));
    if may_have_tests { source::test_functions(text) } else { Vec::new() }
}

/// What was found of one target: nothing where two functions could be the same test.
#[derive(Default)]
struct Found(BTreeMap<String, Option<String>>);

impl Found {
    fn add(&mut self, name: String, digest: &str) {
        let known = self.0.entry(name).or_insert_with(|| Some(digest.to_owned()));
        if known.as_deref() != Some(digest) {
            *known = None;
        }
    }

    fn digests(self) -> BTreeMap<String, String> {
        self.0.into_iter().filter_map(|(name, digest)| Some((name, digest?))).collect()
    }
}
