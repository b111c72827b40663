//! What was decided: every unit, selected or not, with its reasons, and what follows for packages and suites.

use super::{MOST_REASONS, Question};
use crate::words::{SuiteId, TargetId, TargetKind};
use crate::workspace::graph::{Graph, Package, Target, Workspace};
use crate::workspace::units::{Unit, Units};
use std::collections::{BTreeMap, BTreeSet};

/// The affected packages, by label.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Affected {
    /// Those of which more than tests may come out differently.
    pub packages: BTreeSet<String>,
    /// Those of which only tests, examples and benches may.
    pub tests_only: BTreeSet<String>,
}

impl Affected {
    /// All of them.
    #[must_use]
    pub fn all(&self) -> BTreeSet<String> {
        self.packages.union(&self.tests_only).cloned().collect()
    }
}

/// One unit and what was decided about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The unit.
    pub unit: Unit,
    /// Whether it is checked.
    pub selected: bool,
    /// Why, or why not: at least one short sentence.
    pub why: Vec<String>,
}

/// A decision.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// Every unit, by package.
    pub units: Vec<Choice>,
    /// Whom the changes affect, whatever else was asked for.
    pub affected: Affected,
    /// Packages whose fmt counts: those of which more than tests is selected, and those whose settings moved.
    pub full: BTreeSet<String>,
    /// Packages of which only tests are selected, or clippy's findings.
    pub tests_only: BTreeSet<String>,
    /// One sentence for each change that `ignore` hides.
    pub hidden: Vec<String>,
    selected: BTreeSet<Unit>,
    doctests: BTreeSet<TargetId>,
    lints: BTreeSet<String>,
}

impl Selection {
    /// Whether this unit is selected.
    #[must_use]
    pub fn has(&self, unit: &Unit) -> bool {
        self.selected.contains(unit)
    }

    /// Whether this suite is to be run.
    #[must_use]
    pub fn wants(&self, suite: &SuiteId) -> bool {
        if suite.doctest {
            return self.doctests.contains(&suite.target);
        }
        self.has(&Unit { target: suite.target.clone(), test: true })
    }

    /// Whether what clippy finds in this target counts.
    #[must_use]
    pub fn counts(&self, target: &TargetId) -> bool {
        self.lints.contains(&target.package)
            || [false, true].into_iter().any(|test| self.has(&Unit { target: target.clone(), test }))
    }

    /// Every package that is checked.
    #[must_use]
    pub fn packages(&self) -> BTreeSet<String> {
        self.full.union(&self.tests_only).cloned().collect()
    }

    /// Takes over what a later decision says of one workspace's packages.
    pub fn take(&mut self, later: Self, workspace: &Workspace) {
        let is_here = |label: &str| workspace.packages.iter().any(|package| package.label == label);
        self.units.retain(|choice| !is_here(&choice.unit.target.package));
        self.units.extend(later.units.into_iter().filter(|choice| is_here(&choice.unit.target.package)));
        self.units.sort_by(|one, other| one.unit.cmp(&other.unit));
        take(&mut self.selected, later.selected, |unit| is_here(&unit.target.package));
        take(&mut self.doctests, later.doctests, |target| is_here(&target.package));
        let affected = &mut self.affected;
        let sets = [
            (&mut affected.packages, later.affected.packages),
            (&mut affected.tests_only, later.affected.tests_only),
            (&mut self.full, later.full),
            (&mut self.tests_only, later.tests_only),
            (&mut self.lints, later.lints),
        ];
        for (set, later) in sets {
            take(set, later, |label| is_here(label));
        }
        self.hidden = later.hidden;
    }

    /// The units that are not checked.
    pub fn skipped(&self) -> impl Iterator<Item = &Choice> {
        self.units.iter().filter(|choice| !choice.selected)
    }
}

fn take<T: Ord>(set: &mut BTreeSet<T>, later: BTreeSet<T>, is_here: impl Fn(&T) -> bool) {
    set.retain(|known| !is_here(known));
    set.extend(later.into_iter().filter(is_here));
}

/// Whether more than a package's tests is among these: where it has nothing but tests, any of them.
fn is_whole(package: &Package, selected: &BTreeSet<Unit>) -> bool {
    let is_plain = |target: &&Target| match target.id.kind {
        TargetKind::Lib | TargetKind::ProcMacro | TargetKind::Bin | TargetKind::CustomBuild => true,
        TargetKind::Test | TargetKind::Example | TargetKind::Bench => false,
    };
    let has = |target: &Target, test: bool| selected.contains(&Unit { target: target.id.clone(), test });
    let mut plain = package.targets.iter().filter(is_plain).peekable();
    if plain.peek().is_none() {
        return package.targets.iter().any(|target| has(target, true) || has(target, false));
    }
    plain.any(|target| has(target, false))
}

pub(super) fn affected(graph: &Graph, selected: &BTreeSet<Unit>, doctests: &BTreeSet<TargetId>) -> Affected {
    let mut affected = Affected::default();
    for package in graph.packages() {
        let is_touched = selected.iter().any(|unit| unit.target.package == package.label)
            || doctests.iter().any(|target| target.package == package.label);
        if is_whole(package, selected) {
            affected.packages.insert(package.label.clone());
        } else if is_touched {
            affected.tests_only.insert(package.label.clone());
        }
    }
    affected
}

pub(super) fn selection(
    question: &Question<'_>,
    units: Units,
    mut why: BTreeMap<Unit, Vec<String>>,
    mut doctests: BTreeSet<TargetId>,
    affected_by_changes: Affected,
) -> Selection {
    let steering = question.steering;
    for package in question.graph.packages().filter(|package| question.asked.contains_key(&package.label)) {
        doctests.extend(package.targets.iter().filter(|target| target.doctest).map(|target| target.id.clone()));
    }
    let selected: BTreeSet<Unit> = why.keys().cloned().collect();
    let all = affected(question.graph, &selected, &doctests);
    let by_settings = |of: &BTreeMap<String, String>| -> BTreeSet<String> {
        if question.only_asked { BTreeSet::new() } else { of.keys().cloned().collect() }
    };
    let (formats, lints) = (by_settings(&steering.formats), by_settings(&steering.lints));
    let full: BTreeSet<String> = all.packages.union(&formats).cloned().collect();
    let tests_only = all.tests_only.union(&lints).filter(|label| !full.contains(*label)).cloned().collect();
    let not = if question.only_asked { "no step at hand maps to its package" } else { "nothing it is made of changed" };
    let choose = |unit: &Unit| {
        let reasons = why.remove(unit);
        Choice {
            unit: unit.clone(),
            selected: reasons.is_some(),
            why: reasons.map_or_else(|| vec![not.to_owned()], bounded),
        }
    };
    let units = units.all().map(choose).collect();
    let hidden =
        steering.hidden.iter().map(|(file, glob)| format!("`{file}` changed, and `ignore = [\"{glob}\"]` hides it"));
    Selection {
        units,
        affected: affected_by_changes,
        full,
        tests_only,
        hidden: hidden.collect(),
        selected,
        doctests,
        lints,
    }
}

fn bounded(mut reasons: Vec<String>) -> Vec<String> {
    if MOST_REASONS < reasons.len() {
        let n_more = reasons.len() - MOST_REASONS + 1;
        reasons.truncate(MOST_REASONS - 1);
        reasons.push(format!("and {n_more} more reasons"));
    }
    reasons
}
