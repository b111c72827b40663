//! The crates there are, and under which names each sees the others.

use super::super::place::{Ground, RustFile};
use crate::words::TargetKind;
use crate::workspace::graph::{EdgeKind, Graph, Package, Target};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::{BTreeMap, BTreeSet};

/// A target, as the compiler sees it.
#[derive(Debug, Clone)]
pub(super) struct Crate {
    /// As others name it.
    pub(super) name: String,
    /// Its package.
    pub(super) package: String,
    pub(super) kind: TargetKind,
    pub(super) root: Utf8PathBuf,
    /// The names of crates that are seen here, and those of them that are looked at.
    pub(super) externs: BTreeMap<String, Option<usize>>,
}

/// The crates of the workspaces, or those the names of files let guess.
pub(super) fn crates(ground: &Ground<'_>, files: &[RustFile]) -> Vec<Crate> {
    match ground.graph {
        Some(graph) => of_graph(graph),
        None => of_files(files),
    }
}

fn of_graph(graph: &Graph) -> Vec<Crate> {
    let mut found = Vec::new();
    let mut libraries = BTreeMap::new();
    for package in graph.packages() {
        for target in &package.targets {
            if package.library().is_some_and(|library| library.id == target.id) {
                libraries.insert(package.label.clone(), found.len());
            }
            found.push((package, target));
        }
    }
    let seen = |package: &Package, target: &Target| {
        let mut externs = BTreeMap::new();
        for dependency in &package.cargo.dependencies {
            let is_seen = match (dependency.kind, target.id.kind) {
                (cargo_metadata::DependencyKind::Build, kind) => kind == TargetKind::CustomBuild,
                (_, kind) => kind != TargetKind::CustomBuild,
            };
            if !is_seen {
                continue;
            }
            let member = member(graph, package, dependency);
            let named = dependency.rename.clone();
            let own = || member.and_then(Package::library).map(|library| library.id.name.clone());
            let name = named.or_else(own).unwrap_or_else(|| dependency.name.clone()).replace('-', "_");
            let to = member.and_then(|package| libraries.get(&package.label).copied());
            externs.entry(name).and_modify(|known: &mut Option<usize>| *known = known.or(to)).or_insert(to);
        }
        let library = package.library().filter(|library| library.id != target.id);
        if let Some(library) = library.filter(|_| target.id.kind != TargetKind::CustomBuild) {
            externs.insert(library.id.name.replace('-', "_"), libraries.get(&package.label).copied());
        }
        externs
    };
    let of = |(package, target): &(&Package, &Target)| Crate {
        name: target.id.name.replace('-', "_"),
        package: package.label.clone(),
        kind: target.id.kind,
        root: target.root_file.clone(),
        externs: seen(package, target),
    };
    found.iter().map(of).collect()
}

/// The member a dependency is.
fn member<'a>(graph: &'a Graph, package: &Package, dependency: &cargo_metadata::Dependency) -> Option<&'a Package> {
    match &dependency.path {
        Some(path) => graph.packages().find(|other| other.folder == *path || other.real_folder == *path),
        None => {
            // From a registry, and put in its place by a patch.
            let mut edges = package.depends.iter().filter_map(|edge| graph.package(&edge.to));
            edges.find(|other| {
                other.cargo.name.as_str() == dependency.name && dependency.req.matches(&other.cargo.version)
            })
        }
    }
}

/// Packages that can see the library of this one, itself included.
pub(super) fn dependents(graph: &Graph, package: &str) -> BTreeSet<String> {
    let mut reached = BTreeSet::from([package.to_owned()]);
    loop {
        let n_before = reached.len();
        for other in graph.packages() {
            let is_through =
                |edge: &crate::workspace::graph::Edge| edge.kind != EdgeKind::Dev && reached.contains(&edge.to);
            if other.depends.iter().any(is_through) {
                reached.insert(other.label.clone());
            }
        }
        if reached.len() == n_before {
            break;
        }
    }
    // What tests alone depend on reaches no further than those.
    let through_tests = graph.packages().filter(|other| other.depends.iter().any(|edge| reached.contains(&edge.to)));
    let through_tests: Vec<String> = through_tests.map(|other| other.label.clone()).collect();
    reached.extend(through_tests);
    reached
}

/// Files that are the root of a crate by their place: `src/lib.rs`, `src/main.rs`, `tests/it.rs` …
fn of_files(files: &[RustFile]) -> Vec<Crate> {
    let mut found = Vec::new();
    for file in files {
        let Some((folder, kind)) = by_place(&file.path) else { continue };
        let manifest = std::fs::read_to_string(folder.join("Cargo.toml")).unwrap_or_default();
        let table: toml::Table = toml::from_str(&manifest).unwrap_or_default();
        let text = |value: Option<&toml::Value>| value.and_then(|name| name.as_str()).map(str::to_owned);
        let package = text(table.get("package").and_then(|package| package.get("name")));
        let package = package.unwrap_or_else(|| folder.file_name().unwrap_or("crate").to_owned());
        let library = text(table.get("lib").and_then(|library| library.get("name")));
        let stem = file.path.file_stem().unwrap_or_default();
        let name = match kind {
            TargetKind::Lib => library.unwrap_or_else(|| package.clone()),
            TargetKind::Bin if stem == "main" => package.clone(),
            _ => stem.to_owned(),
        };
        let name = name.replace('-', "_");
        found.push(Crate { name, package, kind, root: file.path.clone(), externs: BTreeMap::new() });
    }
    let libraries: BTreeMap<String, usize> = found
        .iter()
        .enumerate()
        .filter(|(_, found)| found.kind == TargetKind::Lib)
        .map(|(at, found)| (found.name.clone(), at))
        .collect();
    for (at, own) in found.iter_mut().enumerate() {
        let others = libraries.iter().filter(|(_, other)| **other != at);
        own.externs = others.map(|(name, at)| (name.clone(), Some(*at))).collect();
    }
    found
}

fn by_place(path: &Utf8Path) -> Option<(&Utf8Path, TargetKind)> {
    let folder = path.parent()?;
    let above = folder.parent()?;
    match (folder.file_name()?, path.file_name()?) {
        ("src", "lib.rs") => Some((above, TargetKind::Lib)),
        ("src", "main.rs") => Some((above, TargetKind::Bin)),
        ("bin", _) if above.file_name() == Some("src") => Some((above.parent()?, TargetKind::Bin)),
        ("tests", _) => Some((above, TargetKind::Test)),
        ("examples", _) => Some((above, TargetKind::Example)),
        ("benches", _) => Some((above, TargetKind::Bench)),
        (_, "build.rs") if folder.join("Cargo.toml").is_file() => Some((folder, TargetKind::CustomBuild)),
        _ => None,
    }
}
