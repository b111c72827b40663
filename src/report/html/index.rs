//! Who belongs to whom: names to places in the dossier, and from there to places on the page.

use super::paper::Anchor;
use crate::report::dossier::{Dossier, Scenario, Suite};
use std::collections::{BTreeMap, BTreeSet};

/// Everything that is led to by name.
#[derive(Debug, Default)]
pub(super) struct Index<'a> {
    scenarios: BTreeMap<&'a str, usize>,
    steps: BTreeMap<&'a str, usize>,
    packages: BTreeMap<&'a str, usize>,
    files: BTreeMap<&'a str, usize>,
    suites: BTreeMap<&'a str, usize>,
    commands: BTreeMap<&'a str, usize>,
    changes_of: BTreeMap<&'a str, Vec<usize>>,
}

fn numbered<'a>(names: impl Iterator<Item = &'a str>) -> BTreeMap<&'a str, usize> {
    let mut numbers = BTreeMap::new();
    // Of two that have one name the first is meant.
    names.enumerate().for_each(|(at, name)| _ = numbers.entry(name).or_insert(at));
    numbers
}

impl<'a> Index<'a> {
    /// The index of a dossier.
    pub(super) fn of(dossier: &'a Dossier) -> Self {
        let mut changes_of: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (at, change) in dossier.changes.iter().enumerate() {
            change.entry.steps.iter().for_each(|step| changes_of.entry(step).or_default().push(at));
        }
        Self {
            scenarios: numbered(dossier.scenarios.iter().map(|scenario| scenario.id.as_str())),
            steps: numbered(dossier.steps.iter().map(|step| step.id.as_str())),
            packages: numbered(dossier.packages.iter().map(|package| package.package.as_str())),
            files: numbered(dossier.changes.iter().map(|change| change.entry.file.as_str())),
            suites: numbered(dossier.suites.iter().map(|suite| suite.entry.id.as_str())),
            commands: numbered(dossier.commands.iter().map(|command| command.entry.id.as_str())),
            changes_of,
        }
    }

    /// Where a scenario stands in the dossier.
    pub(super) fn scenario_at(&self, id: &str) -> Option<usize> {
        self.scenarios.get(id).copied()
    }

    /// Where a step stands in the dossier.
    pub(super) fn step_at(&self, id: &str) -> Option<usize> {
        self.steps.get(id).copied()
    }

    /// Where a package stands in the dossier.
    pub(super) fn package_at(&self, label: &str) -> Option<usize> {
        self.packages.get(label).copied()
    }

    /// Where a suite stands in the dossier.
    pub(super) fn suite_at(&self, id: &str) -> Option<usize> {
        self.suites.get(id).copied()
    }

    /// Where a scenario stands on the page.
    pub(super) fn scenario(&self, id: &str) -> Option<Anchor> {
        self.scenario_at(id).map(|at| Anchor('s', at))
    }

    /// Where a step stands on the page.
    pub(super) fn step(&self, id: &str) -> Option<Anchor> {
        self.step_at(id).map(|at| Anchor('t', at))
    }

    /// Where a package stands on the page.
    pub(super) fn package(&self, label: &str) -> Option<Anchor> {
        self.package_at(label).map(|at| Anchor('p', at))
    }

    /// Where a changed file stands on the page; a plan may name one with a line behind it.
    pub(super) fn file(&self, path: &str) -> Option<Anchor> {
        let known = |path: &str| self.files.get(path).map(|at| Anchor('f', *at));
        let bare = path.trim_end_matches(|c: char| c.is_ascii_digit() || c == ':');
        known(path).or_else(|| known(bare))
    }

    /// Where a suite stands on the page.
    pub(super) fn suite(&self, id: &str) -> Option<Anchor> {
        self.suite_at(id).map(|at| Anchor('u', at))
    }

    /// Where a command stands on the page.
    pub(super) fn command(&self, id: &str) -> Option<Anchor> {
        self.commands.get(id).map(|at| Anchor('m', *at))
    }

    /// Where what a claim speaks of stands on the page.
    pub(super) fn claim(&self, id: &str) -> Option<Anchor> {
        let (kind, rest) = id.split_once(':')?;
        match kind {
            "step" => self.step(rest),
            "scenario" => self.scenario(rest),
            "change" => self.file(rest),
            "command" => self.command(id),
            "test" => self.suite(id),
            "criterion" => rest.parse().ok().map(|number| Anchor('c', number)),
            _ => None,
        }
    }

    /// The changes of a step, by their places in the dossier.
    pub(super) fn changes_of(&self, step: &str) -> &[usize] {
        self.changes_of.get(step).map_or(&[], Vec::as_slice)
    }

    /// The changes of all steps of a scenario, each once.
    pub(super) fn changes_behind(&self, scenario: &Scenario) -> BTreeSet<usize> {
        scenario.steps.iter().flat_map(|step| self.changes_of(step)).copied().collect()
    }

    /// The packages a scenario's steps came to and its tests are in, each once.
    pub(super) fn packages_behind(&self, dossier: &'a Dossier, scenario: &'a Scenario) -> BTreeSet<&'a str> {
        let of_steps =
            scenario.steps.iter().filter_map(|id| self.step_at(id)).flat_map(|at| &dossier.steps[at].packages);
        let suite = |id: &str| self.suite_at(id).map(|at| &dossier.suites[at]);
        let of_suite = |suite: &'a Suite| suite.entry.package.as_str();
        let of_tests = scenario.tests.iter().filter_map(|test| suite(&test.suite)).map(of_suite);
        of_steps.map(String::as_str).chain(of_tests).collect()
    }
}
