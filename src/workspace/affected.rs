//! Which units have to be checked again, and why, when these files change?
//!
//! Answers are sound, not minimal. A unit is *moved* where what is compiled may differ: that flows to everything built
//! from it. It is *selected* where its checks may come out differently: everything moved, all units of a package that
//! owns a changed file, suites whose tests read one. A file nobody claims selects everything.

mod selection;
mod known;

use super::changes::{Change, ChangeKind};
use super::graph::{Graph, Package};
use super::steering::{self, Steering, names_of, path_of};
use super::units::{Facts, Unit, Units};
use crate::files::real;
use crate::words::{SuiteId, TargetId};
use camino::{Utf8Path, Utf8PathBuf};
use known::Known;
use std::collections::{BTreeMap, BTreeSet};

pub use selection::{Affected, Choice, Selection};

/// The most reasons one unit is given.
const MOST_REASONS: usize = 4;

/// All that decides beside the facts.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// The workspaces.
    pub graph: &'a Graph,
    /// The payload's root: changes are named relative to it.
    pub root: &'a Utf8Path,
    /// The changes.
    pub changes: &'a [Change],
    /// Changes outside of the root that no member owns.
    pub elsewhere: &'a [Change],
    /// What follows from them without asking who reads what.
    pub steering: &'a Steering,
    /// Packages that are selected whatever changed, by label, each with its reasons.
    pub asked: &'a BTreeMap<String, Vec<String>>,
    /// Whether only those count (`--step`).
    pub only_asked: bool,
    /// What was known before this run: who read a file that is gone now.
    pub kept: &'a Facts,
    /// The same as far as it still holds.
    pub current: &'a Facts,
}

/// A decision in the making.
struct Marks {
    units: Units,
    why: BTreeMap<Unit, Vec<String>>,
    moved: BTreeSet<Unit>,
    doctests: BTreeSet<TargetId>,
}

impl Marks {
    fn select(&mut self, unit: &Unit, why: &str) {
        let reasons = self.why.entry(unit.clone()).or_default();
        if !reasons.iter().any(|known| known == why) {
            reasons.push(why.to_owned());
        }
    }

    fn shift(&mut self, unit: &Unit, why: &str) {
        self.select(unit, why);
        self.moved.insert(unit.clone());
    }

    fn shift_all(&mut self, units: &[Unit], why: &str) {
        units.iter().for_each(|unit| self.shift(unit, why));
    }

    /// Everything built from what moved has moved.
    fn flow(&mut self) {
        let mut left: Vec<Unit> = self.moved.iter().cloned().collect();
        while let Some(unit) = left.pop() {
            for user in self.units.users(&unit) {
                let reasons = self.why.entry(user.clone()).or_default();
                if reasons.is_empty() {
                    reasons.push(format!("depends on {unit}"));
                }
                if self.moved.insert(user.clone()) {
                    left.push(user.clone());
                }
            }
        }
    }
}

impl Question<'_> {
    /// The absolute paths of everything that changed, old names included.
    #[must_use]
    pub fn changed_paths(&self) -> BTreeSet<Utf8PathBuf> {
        let names = self.all_changes().flat_map(names_of);
        let paths = names.map(|(file, _, _)| path_of(self.root, file));
        paths.flat_map(|path| [real(&path), path]).collect()
    }

    fn all_changes(&self) -> impl Iterator<Item = &Change> {
        self.changes.iter().chain(self.elsewhere)
    }

    /// Decides with what is known now.
    #[must_use]
    pub fn decide(&self, facts: &Facts) -> Selection {
        let units = Units::of(self.graph);
        let mut marks = Marks { units, why: BTreeMap::new(), moved: BTreeSet::new(), doctests: BTreeSet::new() };
        if !self.only_asked {
            self.by_changes(&mut marks, facts);
        }
        let affected = selection::affected(self.graph, &marks.why.keys().cloned().collect(), &marks.doctests);
        for (label, reasons) in self.asked {
            let own: Vec<Unit> = marks.units.of_package(label).cloned().collect();
            for unit in &own {
                reasons.iter().for_each(|why| marks.select(unit, why));
            }
        }
        selection::selection(self, marks.units, marks.why, marks.doctests, affected)
    }

    fn by_changes(&self, marks: &mut Marks, facts: &Facts) {
        let all: Vec<Unit> = marks.units.all().cloned().collect();
        for why in &self.steering.everything {
            marks.shift_all(&all, why);
        }
        for (label, reasons) in &self.steering.packages {
            let own: Vec<Unit> = marks.units.of_package(label).cloned().collect();
            reasons.iter().for_each(|why| marks.shift_all(&own, why));
        }
        if self.steering.everything.is_empty() {
            let known = Known::new(self.graph, &all, facts, self.kept);
            for change in self.all_changes() {
                for (file, owner, is_gone) in names_of(change) {
                    if !self.steering.hidden.contains_key(file) {
                        let is_new_name = change.kind != ChangeKind::Modified;
                        let path = path_of(self.root, file);
                        self.by_file(marks, &known, &File { name: file, path, owner, is_gone, is_new_name });
                    }
                }
            }
        }
        marks.flow();
        for (suite, reads) in &facts.reads {
            let built = |path| self.graph.workspaces.iter().flat_map(move |workspace| workspace.built_at(path));
            for target in reads.iter().flat_map(|path| built(path)) {
                if marks.moved.contains(&Unit { target: target.clone(), test: false }) {
                    read_by(marks, suite, &format!("its tests were seen to run {target}"));
                }
            }
        }
        for package in self.graph.packages() {
            for library in package.targets.iter().filter(|target| target.doctest) {
                let suite = SuiteId { target: library.id.clone(), doctest: true };
                if !marks.units.roots_of(&suite).is_disjoint(&marks.moved) {
                    marks.doctests.insert(library.id.clone());
                }
            }
        }
    }

    fn by_file(&self, marks: &mut Marks, known: &Known, file: &File) {
        let name = file.name;
        let is_settled = self.steering.settled.contains(name);
        let owner = file.owner.as_deref().filter(|_| !is_settled);
        let mut compiled = known.listing(&file.path, file.is_gone);
        compiled.extend(known.unknown_units(&file.path, owner));
        for unit in &compiled {
            marks.shift(unit, &format!("`{name}` is compiled into it"));
        }
        let scripts = known.scripts(&file.path, owner);
        for (unit, why) in &scripts {
            marks.shift(unit, &format!("{why} `{name}`"));
        }
        let readers = known.readers(&file.path, file.is_new_name);
        for suite in &readers {
            read_by(marks, suite, &format!("its tests were seen to read `{name}`"));
        }
        if let Some(owner) = owner {
            let own: Vec<Unit> = marks.units.of_package(owner).cloned().collect();
            let is_listed = |unit: &Unit| unit.target.package == owner;
            let is_claimed = compiled.iter().any(is_listed) || scripts.iter().any(|(unit, _)| is_listed(unit));
            for unit in &own {
                let why = format!("`{name}` belongs to its package");
                if is_claimed {
                    if !marks.why.contains_key(unit) {
                        marks.select(unit, &why);
                    }
                } else {
                    marks.shift(unit, &why);
                }
            }
            let library = self.graph.package(owner).and_then(Package::library);
            marks.doctests.extend(library.filter(|library| library.doctest).map(|library| library.id.clone()));
        } else if !is_settled && compiled.is_empty() && scripts.is_empty() && readers.is_empty() {
            let all: Vec<Unit> = marks.units.all().cloned().collect();
            marks.shift_all(&all, &self.unclaimed(file));
            return;
        }
        if !is_settled && compiled.is_empty() {
            // No compiler reads it, so a test may: whoever was not watched is asked again.
            for suite in known.unwatched() {
                read_by(marks, &suite, &format!("no unit compiles `{name}`, and what its tests read was not watched"));
            }
        }
    }

    /// Why a file selects everything, and what to write where it should not.
    fn unclaimed(&self, file: &File) -> String {
        let name = file.name;
        let is_outside = |root: &Utf8Path| !real(&file.path).starts_with(real(root));
        let workspace = self.graph.workspaces.iter().find(|workspace| is_outside(&workspace.root));
        let Some(workspace) = workspace.filter(|_| self.graph.workspaces.len() == 1) else {
            return format!("nobody claims `{name}`");
        };
        let root = real(&workspace.root);
        let path = steering::relative(&root, &real(&file.path));
        // The folder beside the workspace, or the file itself where it lies beside it.
        let mut parts = path.split('/').skip_while(|part| *part == "..");
        let up: String = path.split('/').take_while(|part| *part == "..").map(|_| "../").collect();
        let first = parts.next().unwrap_or_default();
        let glob = if parts.next().is_some() { format!("{up}{first}/**") } else { format!("{up}{first}") };
        format!(
            "nobody claims `{name}`, which lies outside of the workspace: `[workspace.metadata.handoff]` with \
             `ignore = [\"{glob}\"]` would hide it"
        )
    }
}

/// A changed file under one of its names.
struct File<'a> {
    name: &'a str,
    path: Utf8PathBuf,
    owner: &'a Option<String>,
    is_gone: bool,
    /// Whether the listing of its folder is another now.
    is_new_name: bool,
}

fn read_by(marks: &mut Marks, suite: &SuiteId, why: &str) {
    if suite.doctest {
        marks.doctests.insert(suite.target.clone());
        return;
    }
    let roots = marks.units.roots_of(suite);
    let known: BTreeSet<Unit> = marks.units.of_package(&suite.target.package).cloned().collect();
    for unit in roots.intersection(&known) {
        marks.select(unit, why);
    }
}

#[cfg(test)]
mod tests;
