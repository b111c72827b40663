//! The test binaries on the baseline: built without what does not compile, each test asked for in a process of its own.

use super::class::{self, Found};
use super::errors;
use super::modules::below;
use super::overlay::Role;
use super::rounds::{self, Rounds};
use super::{FoundBySuite, Ground};
use crate::check::command::file_name;
use crate::check::environment::Base;
use crate::check::request::At;
use crate::check::suite::{self, Wanted};
use crate::check::tools::Tools;
use crate::check::{build, configuration};
use crate::error::Result;
use crate::mapping;
use crate::payload::entries::RedClass;
use crate::source;
use crate::words::{SuiteId, TargetId};
use crate::workspace::graph::{Package, Target};
use std::collections::{BTreeMap, BTreeSet};

/// Runs them. `false` where it was cancelled.
pub(super) fn run(
    at: At<'_>,
    ground: &Ground<'_>,
    tools: &Tools,
    open: &BTreeMap<&SuiteId, &Vec<String>>,
    found: &mut FoundBySuite,
    log: &mut String,
) -> Result<bool> {
    let mut there: Vec<(&SuiteId, &[String], &Package, &Target)> = Vec::new();
    for (suite, names) in open.iter().filter(|(suite, _)| !suite.doctest) {
        let package = at.workspace.packages.iter().find(|package| package.label == suite.target.package);
        let target = package.and_then(|package| package.target(suite.target.kind, &suite.target.name));
        match (package, target) {
            _ if is_new(ground, suite) => {
                let why = format!("the package `{}` is new", suite.target.package);
                all(found, suite, names, |_| Found::because(RedClass::Absent, why.clone()));
            }
            (Some(package), Some(target)) => there.push((suite, names, package, target)),
            (Some(_) | None, _) => {
                let why = format!("the baseline has no {} `{}`", suite.target.kind, suite.target.name);
                all(found, suite, names, |_| Found::because(RedClass::Absent, why.clone()));
            }
        }
    }
    let wanted: BTreeSet<TargetId> = there.iter().map(|(suite, ..)| suite.target.clone()).collect();
    let Some(rounds) = rounds::build(at, ground.overlay, &wanted)? else { return Ok(false) };
    log.push_str(&rounds.log);
    let host = tools.triple.clone().unwrap_or_default();
    let mut configuration = configuration::read(&at.workspace.root, &host, at.surroundings);
    if let Some(target) = configuration.target.take().filter(|target| *target != host) {
        configuration = configuration::read(&at.workspace.root, &target, at.surroundings);
    }
    let base = Base {
        surroundings: at.surroundings,
        workspace: at.workspace,
        configuration: &configuration,
        tools,
        built: &rounds.built,
    };
    for (suite, names, package, target) in there {
        at.cancel.check()?;
        let one = One { at, ground, rounds: &rounds, suite, package, target };
        let Some(answers) = one.run(&base, names, log)? else { return Ok(false) };
        found.entry(suite.clone()).or_default().extend(answers);
    }
    Ok(true)
}

/// Whether the package is new in this work and more than a help for tests: then what it tests is new too.
fn is_new(ground: &Ground<'_>, suite: &SuiteId) -> bool {
    let label = &suite.target.package;
    let has_code = ground.asked.place.graph.package(label).is_some_and(|package| {
        let is_code = |target: &Target| !matches!(target.id.kind, crate::words::TargetKind::Test);
        package.targets.iter().any(is_code)
    });
    ground.overlay.new_packages.contains(label) && has_code
}

fn all(found: &mut FoundBySuite, suite: &SuiteId, names: &[String], answer: impl Fn(&str) -> Found) {
    let answers = names.iter().map(|name| (name.clone(), answer(name)));
    found.entry(suite.clone()).or_default().extend(answers);
}

/// One suite.
struct One<'a> {
    at: At<'a>,
    ground: &'a Ground<'a>,
    rounds: &'a Rounds,
    suite: &'a SuiteId,
    package: &'a Package,
    target: &'a Target,
}

impl One<'_> {
    fn run(&self, base: &Base<'_>, names: &[String], log: &mut String) -> Result<Option<BTreeMap<String, Found>>> {
        let Self { at, ground, rounds, suite, package, target } = *self;
        let mut answers: BTreeMap<String, Found> = BTreeMap::new();
        let state = build::state(package, target, &rounds.built, rounds.failure.as_deref());
        let executable = rounds.built.executables.get(&target.id).filter(|_| state.is_ok());
        // What does not compile is the test's fault only where the rest does.
        let blanked = if executable.is_some() { self.blanked() } else { BTreeMap::new() };
        let mut left: Vec<String> = Vec::new();
        for name in names {
            match self.of_new_module(name).or_else(|| blanked.get(name).cloned()) {
                Some(found) => drop(answers.insert(name.clone(), found)),
                None => left.push(name.clone()),
            }
        }
        if !left.is_empty() {
            match executable {
                None => {
                    let why = self.not_built(state.err().map(|(_, why)| why));
                    let unbuilt = |name: String| (name, Found::because(RedClass::Inconclusive, why.clone()));
                    answers.extend(left.into_iter().map(unbuilt));
                }
                Some(executable) => {
                    let wanted = Wanted { package, target };
                    let stem = file_name(&suite.id());
                    match suite::each_alone(at, base, wanted, executable, stem, &left)? {
                        None => return Ok(None),
                        Some(Err(why)) => {
                            let unlisted = |name: String| (name, Found::because(RedClass::Inconclusive, why.clone()));
                            answers.extend(left.into_iter().map(unlisted));
                        }
                        Some(Ok(all)) => {
                            log.push_str(&ground.scrub.text(&String::from_utf8_lossy(&all.log)));
                            answers.extend(left.into_iter().map(|name| {
                                let found = self.of_listed(&name, &all);
                                (name, found)
                            }));
                        }
                    }
                }
            }
        }
        if let Some(odd) = ground.overlay.oddity(|file| self.holds(file)) {
            for found in answers.values_mut().filter(|found| found.class.is_red()) {
                *found = Found::because(RedClass::Inconclusive, odd.clone());
            }
        }
        Ok(Some(answers))
    }

    /// The tests of this suite that do not compile.
    fn blanked(&self) -> BTreeMap<String, Found> {
        let listing = self.listing();
        let mut blanked = BTreeMap::new();
        for ((file, path), reason) in &self.rounds.blanked {
            if !self.holds(file) {
                continue;
            }
            for name in source::names_of(file, path, &listing) {
                let found = Found::because(RedClass::RedCompile, self.ground.scrub.text(&reason.headline));
                blanked.insert(name, found.at(Some(reason.place.clone())));
            }
        }
        blanked
    }

    /// The names the current binary lists.
    fn listing(&self) -> BTreeSet<&str> {
        let now = self.ground.asked.now.suites.iter().find(|now| now.suite == *self.suite);
        now.into_iter().flat_map(|now| now.tests.keys()).map(String::as_str).collect()
    }

    /// Whether a file may be part of this target, by where it lies.
    fn holds(&self, file: &str) -> bool {
        let path = self.at.request.root.join(file);
        below(&self.package.folder, &path).is_some()
            && mapping::target_for_file(self.package, &path).contains(&self.target.id)
    }

    /// Why there is no binary.
    fn not_built(&self, state: Option<String>) -> String {
        let faults = || self.rounds.faults.iter();
        let fault = faults().find(|fault| fault.target == self.target.id).or_else(|| faults().next());
        let why = match fault {
            Some(fault) => {
                let place = fault.places.first();
                let overlay = self.ground.overlay;
                let line = |place: &errors::At| overlay.line(&place.file, place.line);
                let at = place.map(|place| format!(" ({}:{})", place.file, line(place))).unwrap_or_default();
                let is_ours = place.is_some_and(|place| overlay.is_laid_over(&place.file, place.line));
                let what = match (self.ground.is_work, is_ours) {
                    (true, _) => "it does not compile",
                    (false, true) => "with these tests it does not compile there",
                    (false, false) => "the baseline itself does not compile there",
                };
                format!("{what}: {}{at}", fault.headline)
            }
            None => state.unwrap_or_else(|| "it was not built there".into()),
        };
        self.ground.scrub.text(&why)
    }

    fn of_listed(&self, name: &str, all: &suite::All) -> Found {
        match (all.listed.get(name), all.ran.get(name)) {
            (_, Some(alone)) => {
                let found = class::of_run(name, alone, &|file, line| self.place(file, line));
                // What it leans on that does not compile is told by the first such error.
                let is_helpers = found.class == RedClass::RedCompile;
                let helper = self.rounds.helpers.iter().find(|(file, _)| is_helpers && self.holds(file));
                match helper {
                    Some((_, reason)) => found.at(Some(reason.place.clone())),
                    None => found,
                }
            }
            (Some(true), None) => Found::because(RedClass::Inconclusive, "it is ignored there"),
            (Some(false), None) => Found::because(RedClass::Inconclusive, "it was not run there"),
            (None, None) => Found::because(RedClass::Inconclusive, "its binary does not list it there"),
        }
    }

    /// What a test comes to whose module is production code the baseline has not.
    fn of_new_module(&self, name: &str) -> Option<Found> {
        let listing = self.listing();
        let new = self.ground.overlay.roles.iter().filter_map(|(file, role)| match role {
            Role::New { from } => Some((file, from)),
            Role::Copied | Role::Spliced(_) => None,
        });
        for (file, from) in new.filter(|(file, _)| self.holds_now(file)) {
            let text = self.ground.asked.texts.get(file).and_then(|(_, new)| new.as_deref()).unwrap_or_default();
            let is_its = |function: &source::TestFn| {
                source::names_of(file, &function.path, &listing).iter().any(|known| known == name)
            };
            if source::test_functions(text).iter().any(is_its) {
                let why = match from {
                    Some(from) => format!("its module `{file}` is `{from}` on the baseline"),
                    None => format!("its module `{file}` is new"),
                };
                return Some(Found::because(RedClass::Absent, why));
            }
        }
        None
    }

    /// Whether a current file belongs to this target.
    fn holds_now(&self, file: &str) -> bool {
        let package = self.ground.asked.place.graph.package(&self.suite.target.package);
        let path = self.ground.asked.checks.root.join(file);
        package.is_some_and(|package| mapping::target_for_file(package, &path).contains(&self.suite.target))
    }

    /// A place a test named, in the current file where it was taken from there, else as it is on the baseline.
    fn place(&self, file: &str, line: u32) -> Option<String> {
        let file = class::file_of(file, &self.at.workspace.root, self.at.request.root)?;
        let line = self.ground.overlay.line(&file, line);
        Some(format!("{file}:{line}"))
    }
}
