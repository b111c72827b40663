//! The source of each test, in digests: so that a stranger sees whether it is still the test that ran.

use crate::mapping::target_for_file;
use crate::source::{self, TestFn};
use crate::words::TargetId;
use crate::workspace::graph::{Graph, Package};
use camino::Utf8Path;
use std::collections::{BTreeMap, BTreeSet};

/// Words one of which every file with a test function has in it: the others are not parsed.
const HINTS: [&str; 2] = ["test", "quickcheck"];

/// The most bytes of sources that are parsed. A run that ran more has the functions of what came first.
const MOST_PARSED: usize = 4 << 20;

/// The digests of test functions by the test's path, by target. Tests whose function cannot be told, because there is
/// none (a macro made it) or two could be it, are left out.
///
/// `listings` are the names each target lists; `files` every file of the tree relative to the payload's root, and `text`
/// gives what one of them holds. Only Rust files of packages with a listing are read, each once, and at most 4 MiB of
/// them parsed: those that matter come first.
pub fn functions<'a>(
    graph: &Graph,
    root: &Utf8Path,
    listings: &BTreeMap<&'a TargetId, BTreeSet<&'a str>>,
    files: impl Iterator<Item = &'a str>,
    mut text: impl FnMut(&str) -> Option<String>,
) -> BTreeMap<&'a TargetId, BTreeMap<String, String>> {
    let packages: BTreeMap<&str, &Package> =
        listings.keys().filter_map(|target| Some((target.package.as_str(), graph.package(&target.package)?))).collect();
    let is_below = |path: &Utf8Path| {
        packages.values().any(|package| path.starts_with(&package.folder) || path.starts_with(&package.real_folder))
    };
    let owner = |path: &Utf8Path| graph.owner(path.as_std_path()).and_then(|owner| packages.get(owner.label.as_str()));
    let texts = files.filter(|file| file.ends_with(".rs")).filter_map(|file| {
        let path = root.join(file);
        let package = Some(&path).filter(|path| is_below(path)).and_then(|path| owner(path))?;
        let text = text(file).filter(|text| HINTS.iter().any(|hint| text.contains(hint)))?;
        Some(((file, path, package), text))
    });
    let mut found: BTreeMap<&TargetId, Found> = BTreeMap::new();
    for ((file, path, package), tests) in parsed(within_limit(texts)) {
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

/// The texts there is room for, in their order.
fn within_limit<T>(texts: impl Iterator<Item = (T, String)>) -> Vec<(T, String)> {
    let mut left = MOST_PARSED;
    let has_room = |(_, text): &(T, String)| match left.checked_sub(text.len()) {
        Some(less) => {
            left = less;
            true
        }
        None => false,
    };
    texts.filter(has_room).collect()
}

/// The test functions of each text, found on as many threads as there are cores.
fn parsed<T: Send>(mut texts: Vec<(T, String)>) -> Vec<(T, Vec<TestFn>)> {
    let n_threads = std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get);
    let n_each = texts.len().div_ceil(n_threads).max(1);
    let mut parts = Vec::new();
    while !texts.is_empty() {
        let rest = texts.split_off(n_each.min(texts.len()));
        parts.push(std::mem::replace(&mut texts, rest));
    }
    let parse = |part: Vec<(T, String)>| -> Vec<(T, Vec<TestFn>)> {
        part.into_iter().map(|(file, text)| (file, source::test_functions(&text))).collect()
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = parts.into_iter().map(|part| scope.spawn(move || parse(part))).collect();
        // A thread ends with its part, or with a panic, which is ours.
        threads
            .into_iter()
            .flat_map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    })
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

#[cfg(test)]
mod tests;
