//! cargo metadata -> our packages, targets and edges.

use crate::words::{TargetId, TargetKind};
use camino::Utf8PathBuf;

/// What the user told cargo, for every call of ours.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CargoFlags {
    /// `--locked`.
    pub locked: bool,
    /// `--offline`.
    pub offline: bool,
    /// `--frozen`.
    pub frozen: bool,
    /// `--features`.
    pub features: Vec<String>,
    /// `--all-features`.
    pub all_features: bool,
    /// `--no-default-features`.
    pub no_default_features: bool,
}

/// How one package depends on another member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EdgeKind {
    /// `[dependencies]`, optional and target-specific ones included.
    Normal,
    /// `[build-dependencies]`.
    Build,
    /// `[dev-dependencies]`: reaches tests, examples and benches only.
    Dev,
}

/// A dependency on another member package.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edge {
    /// The label of the package depended on.
    pub to: String,
    /// How.
    pub kind: EdgeKind,
}

/// One target of a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Its identity.
    pub id: TargetId,
    /// Its root source file, absolute.
    pub root_file: Utf8PathBuf,
    /// Whether `cargo test` builds a test binary of it.
    pub test: bool,
    /// Whether `cargo test --doc` runs its doctests.
    pub doctest: bool,
    /// Whether it uses libtest's harness (`harness = false` in the manifest says no).
    pub harness: bool,
    /// Features without which cargo silently leaves it out.
    pub required_features: Vec<String>,
}

/// A member package.
#[derive(Debug, Clone)]
pub struct Package {
    /// Its name; with `@<folder>` behind it where two workspaces at hand both have a package of that name.
    pub label: String,
    /// Its folder, absolute.
    pub folder: Utf8PathBuf,
    /// Its targets, in cargo's order.
    pub targets: Vec<Target>,
    /// Its dependencies on other members.
    pub depends: Vec<Edge>,
    /// What cargo said of it: name, version, edition, authors, the id in compiler messages.
    pub cargo: cargo_metadata::Package,
}

impl Package {
    /// The target of this kind and name.
    #[must_use]
    pub fn target(&self, kind: TargetKind, name: &str) -> Option<&Target> {
        self.targets.iter().find(|target| target.id.kind == kind && target.id.name == name)
    }

    /// The library or procedural macro, if it has one.
    #[must_use]
    pub fn library(&self) -> Option<&Target> {
        self.targets.iter().find(|target| matches!(target.id.kind, TargetKind::Lib | TargetKind::ProcMacro))
    }
}

/// One cargo workspace.
#[derive(Debug, Clone)]
pub struct Workspace {
    /// Its root folder, absolute.
    pub root: Utf8PathBuf,
    /// Its root manifest, absolute.
    pub manifest: Utf8PathBuf,
    /// Where cargo builds, absolute.
    pub target_folder: Utf8PathBuf,
    /// Its members, by label.
    pub packages: Vec<Package>,
}

/// All workspaces at hand, in the order they were named. Labels are unique over all of them.
#[derive(Debug, Clone)]
pub struct Graph {
    /// The workspaces.
    pub workspaces: Vec<Workspace>,
}

impl Graph {
    /// All packages of all workspaces.
    pub fn packages(&self) -> impl Iterator<Item = &Package> {
        self.workspaces.iter().flat_map(|workspace| &workspace.packages)
    }

    /// The package with this label.
    #[must_use]
    pub fn package(&self, label: &str) -> Option<&Package> {
        self.packages().find(|package| package.label == label)
    }
}
