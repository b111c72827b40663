//! Which files are there for tests only: by where they lie, and by the `mod` that leads to them.

use crate::source;
use crate::words::TargetKind;
use crate::workspace::graph::{Graph, Package};
use camino::Utf8Path;
use std::cell::RefCell;
use std::collections::BTreeMap;

/// Folders that hold what tests read and compare with.
const FOLDERS: &[&str] = &[
    "tests",
    "testdata",
    "test-data",
    "test_data",
    "fixtures",
    "__fixtures__",
    "snapshots",
    "__snapshots__",
    "golden",
    "goldens",
];

/// The files of packages that have changes, as far as `mod` leads to them.
pub(super) struct Modules<'a> {
    graph: &'a Graph,
    root: &'a Utf8Path,
    /// By package: each file, and whether all that leads to it is there for tests only.
    known: RefCell<BTreeMap<String, BTreeMap<String, bool>>>,
}

impl<'a> Modules<'a> {
    pub(super) fn of(graph: &'a Graph, root: &'a Utf8Path) -> Self {
        Self { graph, root, known: RefCell::default() }
    }

    /// Whether a file is there for tests only.
    pub(super) fn is_test(&self, file: &str) -> bool {
        let path = Utf8Path::new(file);
        let is_below = |folders: &[&str]| {
            path.parent().is_some_and(|parent| parent.components().any(|part| folders.contains(&part.as_str())))
        };
        if path.extension() != Some("rs") {
            return path.extension() == Some("snap") || is_below(FOLDERS);
        }
        let package = self.graph.owner(self.root.join(path).as_std_path());
        if let Some(package) = package {
            let mut known = self.known.borrow_mut();
            let modules = known.entry(package.label.clone()).or_insert_with(|| modules(package, self.root));
            if let Some(is_test) = modules.get(file) {
                return *is_test;
            }
        }
        let in_package = package.and_then(|package| Some((package, below(self.root, &package.folder)?)));
        let in_package = in_package.and_then(|(_, folder)| path.strip_prefix(folder).ok());
        match in_package.and_then(|inside| inside.components().next()) {
            // What no `mod` leads to: included by a macro, or compiled by a test itself.
            Some(first) if first.as_str() == "src" => is_below(&FOLDERS[1..]),
            Some(_) | None => is_below(FOLDERS),
        }
    }
}

/// Every file that `mod` leads to from a target's root.
fn modules(package: &Package, root: &Utf8Path) -> BTreeMap<String, bool> {
    let mut known: BTreeMap<String, bool> = BTreeMap::new();
    let mut waiting: Vec<(String, bool, bool)> = Vec::new();
    for target in &package.targets {
        let is_test = matches!(target.id.kind, TargetKind::Test | TargetKind::Bench);
        waiting.extend(below(root, &target.root_file).map(|file| (file, true, is_test)));
    }
    while let Some((file, is_root, is_test)) = waiting.pop() {
        // What production code leads to is production code, whatever else does.
        if known.get(&file).is_some_and(|known| !known || is_test) {
            continue;
        }
        let Ok(text) = std::fs::read_to_string(root.join(&file)) else { continue };
        for module in source::module_files(&text) {
            let place = module.places(&file, is_root).into_iter().find(|place| root.join(place).is_file());
            waiting.extend(place.map(|place| (place, false, is_test || module.is_test_only)));
        }
        known.insert(file, is_test);
    }
    known
}

/// A path below the root, with `/`.
pub(super) fn below(root: &Utf8Path, path: &Utf8Path) -> Option<String> {
    let real = root.canonicalize_utf8().unwrap_or_else(|_| root.to_owned());
    let below = path.strip_prefix(root).or_else(|_| path.strip_prefix(&real)).ok()?;
    Some(below.as_str().replace('\\', "/"))
}
