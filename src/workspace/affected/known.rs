//! Who is known to read a file, and whose reading is not known.

use crate::files::{Reals, real};
use crate::words::{SuiteId, TargetKind};
use crate::workspace::graph::{Graph, Package};
use crate::workspace::units::{Facts, Unit};
use camino::{Utf8Path, Utf8PathBuf};
use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

/// A larger source is searched by nobody.
const MOST_BYTES: u64 = 16 << 20;

/// Files with who is known to read them, under every name they have.
type Index = BTreeMap<Utf8PathBuf, BTreeSet<Unit>>;

/// The facts, turned around.
pub(super) struct Known<'a> {
    graph: &'a Graph,
    facts: &'a Facts,
    kept: &'a Facts,
    files: Index,
    former: OnceCell<Index>,
    unknown: Vec<Unit>,
    sources: RefCell<BTreeMap<String, String>>,
}

impl<'a> Known<'a> {
    pub(super) fn new(graph: &'a Graph, units: &[Unit], facts: &'a Facts, kept: &'a Facts) -> Self {
        let known: BTreeSet<&Unit> = facts.units.iter().map(|(unit, _)| unit).collect();
        let unknown = units.iter().filter(|unit| !known.contains(unit)).cloned().collect();
        let former = OnceCell::new();
        Self { graph, facts, kept, files: index(facts), former, unknown, sources: RefCell::default() }
    }

    /// The units whose dep-info lists a file, or for a folder or link anything below it; where it is gone also those
    /// that read it before.
    pub(super) fn listing(&self, path: &Utf8Path, is_gone: bool) -> BTreeSet<Unit> {
        let real = real(path);
        let mut found = BTreeSet::new();
        let former = is_gone.then(|| self.former.get_or_init(|| index(self.kept)));
        for index in [Some(&self.files), former].into_iter().flatten() {
            for path in [path, real.as_path()] {
                let below = index.range(path.to_owned()..).take_while(|(file, _)| file.starts_with(path));
                found.extend(below.flat_map(|(_, units)| units.iter().cloned()));
            }
        }
        found
    }

    /// The units of which it is not known what they read, and which may read this file: those of its owner, and of
    /// every package one of whose sources names it.
    pub(super) fn unknown_units(&self, path: &Utf8Path, owner: Option<&str>) -> BTreeSet<Unit> {
        let name = path.file_name().unwrap_or_default();
        let may_read = |unit: &&Unit| {
            let package = unit.target.package.as_str();
            owner == Some(package) || (unit.target.kind != TargetKind::Bench && self.names(package, name))
        };
        self.unknown.iter().filter(may_read).cloned().collect()
    }

    /// The build scripts that asked to see a file, or see their whole package, each with the beginning of a sentence.
    pub(super) fn scripts(&self, path: &Utf8Path, owner: Option<&str>) -> Vec<(Unit, &'static str)> {
        let real_path = real(path);
        let mut found = Vec::new();
        for package in self.graph.packages() {
            let Some(script) = package.targets.iter().find(|target| target.id.kind == TargetKind::CustomBuild) else {
                continue;
            };
            let asked = self.facts.scripts.get(&package.label).map(|script| script.files.as_ref());
            let why = match asked {
                None if owner == Some(package.label.as_str()) => "its build script may read",
                Some(None) if owner == Some(package.label.as_str()) => "its build script names no file, so it sees",
                Some(Some(files)) if files.iter().any(|file| is_at(path, &real_path, file)) => {
                    "its build script asked to see"
                }
                None | Some(_) => continue,
            };
            found.push((Unit { target: script.id.clone(), test: false }, why));
        }
        found
    }

    /// The suites whose tests were seen to open a file, or, where its name is new or gone, to list its folder.
    pub(super) fn readers(&self, path: &Utf8Path, is_new_name: bool) -> Vec<SuiteId> {
        let real = real(path);
        let is_read = |reads: &BTreeSet<Utf8PathBuf>| {
            [path, real.as_path()].into_iter().any(|path| {
                reads.contains(path)
                    || (is_new_name && path.parent().is_some_and(|folder| reads.contains(folder)))
                    || reads.range(path.to_owned()..).next().is_some_and(|below| below.starts_with(path))
            })
        };
        self.facts.reads.iter().filter(|(_, reads)| is_read(reads)).map(|(suite, _)| suite.clone()).collect()
    }

    /// The suites whose tests nobody watched.
    pub(super) fn unwatched(&self) -> Vec<SuiteId> {
        let mut suites = Vec::new();
        for target in self.graph.packages().flat_map(|package| &package.targets) {
            for (has, doctest) in [(target.test, false), (target.doctest, true)] {
                let suite = SuiteId { target: target.id.clone(), doctest };
                if has && self.facts.of_suite(&suite).is_none() {
                    suites.push(suite);
                }
            }
        }
        suites
    }

    /// Whether a `.rs` file of a package names a file of this name.
    fn names(&self, label: &str, name: &str) -> bool {
        let mut sources = self.sources.borrow_mut();
        let text =
            sources.entry(label.to_owned()).or_insert_with(|| self.graph.package(label).map(text).unwrap_or_default());
        text.contains(name)
    }
}

/// Whether a path is what a build script named, or lies below it, or holds it.
fn is_at(path: &Utf8Path, real_path: &Utf8Path, asked: &Utf8Path) -> bool {
    let real_asked = real(asked);
    path.starts_with(asked)
        || real_path.starts_with(&real_asked)
        || asked.starts_with(path)
        || real_asked.starts_with(real_path)
}

fn index(facts: &Facts) -> Index {
    let mut by_file: BTreeMap<&Utf8Path, BTreeSet<Unit>> = BTreeMap::new();
    for (unit, inputs) in &facts.units {
        for file in &inputs.files {
            by_file.entry(file).or_default().insert(unit.clone());
        }
    }
    let mut reals = Reals::default();
    let mut index = Index::new();
    for (file, units) in by_file {
        let real = reals.of(file);
        if real != file {
            index.entry(real).or_default().extend(units.iter().cloned());
        }
        index.entry(file.to_owned()).or_default().extend(units);
    }
    index
}

/// All Rust text of a package.
fn text(package: &Package) -> String {
    let mut text = String::new();
    let mut left = vec![package.folder.clone()];
    while let Some(folder) = left.pop() {
        // A folder that cannot be read holds nothing that compiles.
        let Ok(entries) = folder.read_dir_utf8() else { continue };
        for entry in entries.flatten() {
            let (path, name) = (entry.path(), entry.file_name());
            if path.is_dir() {
                let is_skipped = name.starts_with('.') || matches!(name, "target" | "node_modules");
                if !is_skipped && !path.is_symlink() && !path.join("Cargo.toml").is_file() {
                    left.push(path.to_owned());
                }
            } else if path.extension() == Some("rs")
                && let Ok(Some(source)) = crate::files::read(path, MOST_BYTES)
            {
                text.push_str(&String::from_utf8_lossy(&source));
                text.push('\n');
            }
        }
    }
    text
}
