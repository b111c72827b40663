//! Which packages' checks may come out differently because of the changes?
//!
//! Answers are sound, not minimal: a file nobody owns, and one that steers the whole workspace, selects
//! everything.

use super::changes::{Change, ChangeKind};
use super::graph::{EdgeKind, Graph};
use std::collections::BTreeSet;

/// The affected packages, by label.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Affected {
    /// All of their units.
    pub packages: BTreeSet<String>,
    /// Reached over a dev-dependency alone: their tests, examples and benches.
    pub tests_only: BTreeSet<String>,
}

impl Affected {
    /// All of them.
    #[must_use]
    pub fn all(&self) -> BTreeSet<String> {
        self.packages.union(&self.tests_only).cloned().collect()
    }
}

/// The changed packages and everything that depends on them: over normal and build edges however far, over dev
/// edges one step, to the tests of the depending package.
#[must_use]
pub fn affected(graph: &Graph, changes: &[Change]) -> Affected {
    let mut packages = BTreeSet::new();
    for change in changes {
        let is_renamed = change.kind == ChangeKind::Renamed;
        let from = is_renamed.then_some((change.from.as_deref().unwrap_or_default(), &change.from_package));
        for (file, owner) in [(change.file.as_str(), &change.package)].into_iter().chain(from) {
            match owner {
                Some(label) if !steers_workspace(graph, label, file) => {
                    packages.insert(label.clone());
                }
                Some(_) | None => packages.extend(graph.packages().map(|package| package.label.clone())),
            }
        }
    }
    loop {
        let n_before = packages.len();
        for package in graph.packages() {
            let reached = |edge: &super::graph::Edge| match edge.kind {
                EdgeKind::Normal | EdgeKind::Build => packages.contains(&edge.to),
                EdgeKind::Dev => false,
            };
            if package.depends.iter().any(reached) {
                packages.insert(package.label.clone());
            }
        }
        if packages.len() == n_before {
            break;
        }
    }
    let tests_only = graph
        .packages()
        .filter(|package| !packages.contains(&package.label))
        .filter(|package| package.depends.iter().any(|edge| packages.contains(&edge.to)))
        .map(|package| package.label.clone())
        .collect();
    Affected { packages, tests_only }
}

/// Whether a file that belongs to the package in the workspace's root decides about its siblings too: the lock,
/// the root manifest, what names toolchain and lints.
fn steers_workspace(graph: &Graph, label: &str, file: &str) -> bool {
    const NAMES: &[&str] = &[
        "Cargo.lock",
        "Cargo.toml",
        "rust-toolchain",
        "rust-toolchain.toml",
        "clippy.toml",
        ".clippy.toml",
        "rustfmt.toml",
        ".rustfmt.toml",
    ];
    let mut parts = file.rsplit('/');
    let is_named = parts.next().is_some_and(|name| NAMES.contains(&name)) || parts.any(|part| part == ".cargo");
    let is_root = |label: &str| {
        graph.workspaces.iter().any(|workspace| {
            workspace.packages.iter().any(|package| package.label == label && package.folder == workspace.root)
        })
    };
    is_named && is_root(label)
}

#[cfg(test)]
mod tests;
