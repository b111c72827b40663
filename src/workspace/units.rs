//! Units: a target in a compile mode, and what is known of what each one reads.
//!
//! `affected` is decided on units, and a verdict is kept for as long as its units' inputs hold.

use super::graph::{EdgeKind, Graph, Package};
use crate::words::{SuiteId, TargetId, TargetKind};
use camino::Utf8PathBuf;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A target as itself, or compiled with its tests: a library and a library under test are two units.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Unit {
    /// The target.
    pub target: TargetId,
    /// Whether it is compiled with its tests. Integration tests and benches always are.
    pub test: bool,
}

impl std::fmt::Display for Unit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mode = if self.test { " (test)" } else { "" };
        write!(f, "{}{mode}", self.target)
    }
}

/// What a compile read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inputs {
    /// The files its dep-info lists: absolute, without `.` and `..`.
    pub files: BTreeSet<Utf8PathBuf>,
    /// The environment variables it read, with the values they had.
    pub env: BTreeMap<String, Option<String>>,
}

/// What a build script asked to be run again for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScriptInputs {
    /// Its `rerun-if-changed` paths, absolute; `None` where it named nothing at all: then it sees its whole package
    /// and git's HEAD.
    pub files: Option<BTreeSet<Utf8PathBuf>>,
    /// Its `rerun-if-env-changed` names.
    pub env: BTreeSet<String>,
}

/// What is known. Absence proves nothing: a unit that is not here may read anything.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// What compiling each unit read.
    pub units: Vec<(Unit, Inputs)>,
    /// What each package's build script asked for, by the package's label.
    pub scripts: BTreeMap<String, ScriptInputs>,
    /// What the tests of a suite were seen to open: absolute; a suite that is not here was not watched.
    pub reads: Vec<(SuiteId, BTreeSet<Utf8PathBuf>)>,
    /// The SHA-256 of each file named above when this was learnt; a file that is not here was not there.
    pub digests: BTreeMap<Utf8PathBuf, String>,
    /// Files that were opened while cargo built and that no dep-info lists: those of procedural macros, and of build
    /// scripts that did not name them. Absolute.
    #[serde(default)]
    pub untold: BTreeSet<Utf8PathBuf>,
    /// The feature flags of the build this was learnt from.
    pub features: Vec<String>,
}

/// All units of a graph, and which is built from which.
#[derive(Debug, Clone, Default)]
pub struct Units {
    parts: BTreeMap<Unit, BTreeSet<Unit>>,
    users: BTreeMap<Unit, BTreeSet<Unit>>,
    doctests: BTreeMap<TargetId, BTreeSet<Unit>>,
}

/// The units of one package by their role.
struct Roles {
    all: Vec<Unit>,
    script: Vec<Unit>,
    /// What others build on: the library, or without one the binaries.
    offered: Vec<Unit>,
}

impl Roles {
    fn of(package: &Package) -> Self {
        let all: Vec<Unit> = package.targets.iter().flat_map(|target| units_of(&target.id, target.test)).collect();
        let of_kind = |is_kind: fn(TargetKind) -> bool| -> Vec<Unit> {
            all.iter().filter(|unit| !unit.test && is_kind(unit.target.kind)).cloned().collect()
        };
        let libraries = of_kind(|kind| matches!(kind, TargetKind::Lib | TargetKind::ProcMacro));
        let offered = if libraries.is_empty() { of_kind(|kind| kind == TargetKind::Bin) } else { libraries };
        Self { script: of_kind(|kind| kind == TargetKind::CustomBuild), offered, all }
    }
}

/// The compile modes a target has.
fn units_of(target: &TargetId, has_tests: bool) -> Vec<Unit> {
    let unit = |test: bool| Unit { target: target.clone(), test };
    match target.kind {
        TargetKind::Test | TargetKind::Bench => vec![unit(true)],
        TargetKind::CustomBuild => vec![unit(false)],
        TargetKind::Lib | TargetKind::ProcMacro | TargetKind::Bin | TargetKind::Example if has_tests => {
            vec![unit(false), unit(true)]
        }
        TargetKind::Lib | TargetKind::ProcMacro | TargetKind::Bin | TargetKind::Example => vec![unit(false)],
    }
}

/// Whether dev-dependencies reach this unit.
fn is_for_development(unit: &Unit) -> bool {
    unit.test || unit.target.kind == TargetKind::Example
}

impl Units {
    /// The units of all packages. A normal dependency reaches all units of the package that has it but its build
    /// script, a dev-dependency those for tests and examples, a build-dependency the build script; the build script
    /// reaches the package's other units, the library its binaries, tests, examples and benches, and the binaries
    /// its integration tests and benches. Optional dependencies and those for other platforms count.
    #[must_use]
    pub fn of(graph: &Graph) -> Self {
        let roles: BTreeMap<&str, Roles> =
            graph.packages().map(|package| (package.label.as_str(), Roles::of(package))).collect();
        let mut units = Self::default();
        for package in graph.packages() {
            let own = &roles[package.label.as_str()];
            for unit in &own.all {
                let parts = parts(unit, package, own, &roles);
                for part in &parts {
                    units.users.entry(part.clone()).or_default().insert(unit.clone());
                }
                units.parts.insert(unit.clone(), parts);
            }
            for library in package.targets.iter().filter(|target| target.doctest) {
                // Doctests see the library from outside, and the dev-dependencies.
                let seen = own
                    .offered
                    .iter()
                    .cloned()
                    .chain(depended_on(package, &roles, |kind| kind != EdgeKind::Build))
                    .collect();
                units.doctests.insert(library.id.clone(), seen);
            }
        }
        units
    }

    /// Every unit, by package.
    pub fn all(&self) -> impl Iterator<Item = &Unit> {
        self.parts.keys()
    }

    /// The units of the package with this label.
    pub fn of_package<'a>(&'a self, label: &'a str) -> impl Iterator<Item = &'a Unit> {
        self.parts.keys().filter(move |unit| unit.target.package == label)
    }

    /// The units this one is built from directly.
    pub fn parts(&self, unit: &Unit) -> impl Iterator<Item = &Unit> {
        self.parts.get(unit).into_iter().flatten()
    }

    /// The units that are built from this one directly.
    pub fn users(&self, unit: &Unit) -> impl Iterator<Item = &Unit> {
        self.users.get(unit).into_iter().flatten()
    }

    /// Everything a unit is made of, however far, itself included.
    #[must_use]
    pub fn made_of(&self, unit: &Unit) -> BTreeSet<Unit> {
        let (mut found, mut left) = (BTreeSet::new(), vec![unit]);
        while let Some(unit) = left.pop() {
            if found.insert(unit.clone()) {
                left.extend(self.parts(unit));
            }
        }
        found
    }

    /// The units a suite is made of directly: its test binary's own, or what doctests are compiled against.
    #[must_use]
    pub fn roots_of(&self, suite: &SuiteId) -> BTreeSet<Unit> {
        if suite.doctest {
            return self.doctests.get(&suite.target).cloned().unwrap_or_default();
        }
        BTreeSet::from([Unit { target: suite.target.clone(), test: true }])
    }
}

/// What the dependencies of a package offer it, of the kinds that count.
fn depended_on<'a>(
    package: &'a Package,
    roles: &'a BTreeMap<&str, Roles>,
    counts: impl Fn(EdgeKind) -> bool + 'a,
) -> impl Iterator<Item = Unit> + 'a {
    let edges = package.depends.iter().filter(move |edge| counts(edge.kind));
    edges.filter_map(|edge| roles.get(edge.to.as_str())).flat_map(|roles| roles.offered.iter().cloned())
}

fn parts(unit: &Unit, package: &Package, own: &Roles, roles: &BTreeMap<&str, Roles>) -> BTreeSet<Unit> {
    if unit.target.kind == TargetKind::CustomBuild {
        return depended_on(package, roles, |kind| kind == EdgeKind::Build).collect();
    }
    let is_seen = |kind: EdgeKind| match kind {
        EdgeKind::Normal => true,
        EdgeKind::Dev => is_for_development(unit),
        EdgeKind::Build => false,
    };
    let mut parts: BTreeSet<Unit> = depended_on(package, roles, is_seen).collect();
    parts.extend(own.script.iter().cloned());
    let plain = |is_kind: fn(TargetKind) -> bool| {
        own.all.iter().filter(move |part| !part.test && is_kind(part.target.kind)).cloned()
    };
    let is_library = |kind: TargetKind| matches!(kind, TargetKind::Lib | TargetKind::ProcMacro);
    match unit.target.kind {
        TargetKind::Bin | TargetKind::Example => parts.extend(plain(is_library)),
        TargetKind::Test | TargetKind::Bench => {
            parts.extend(plain(is_library));
            parts.extend(plain(|kind| kind == TargetKind::Bin));
        }
        TargetKind::Lib | TargetKind::ProcMacro | TargetKind::CustomBuild => {}
    }
    parts.remove(unit);
    parts
}

#[cfg(test)]
mod tests;
