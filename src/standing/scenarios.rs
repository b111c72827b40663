//! A scenario's tests and commands: found among what ran, and held to have passed.

use super::seen::{Borne, Seen};
use crate::check::{SuiteResult, TestOutcome};
use crate::files;
use crate::payload::model::Scenario;
use crate::source;
use crate::words::{Outcome, SuiteId};
use crate::workspace::graph::{Graph, Package};
use camino::{Utf8Path, Utf8PathBuf};

/// The largest source file that is read to find test functions.
const LARGEST_SOURCE: u64 = 16 << 20;

/// What a scenario's entry in `tests` means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reference {
    /// `package::path`: a test of that package.
    InPackage {
        /// The package's label.
        package: String,
        /// The test's path, as the test binary lists it.
        path: String,
    },
    /// A bare test path: a test of any package.
    Anywhere(String),
    /// A file: all tests in it.
    File(Utf8PathBuf),
    /// A file that is not there, or lies outside of the payload's root and the workspaces.
    Nowhere,
}

impl Reference {
    /// Reads an entry: a package's or its library's name before `::` means that package (`-` = `_`), a slash or
    /// `.rs` a file relative to the payload's root or to a workspace's, all else a bare path.
    #[must_use]
    pub fn read(text: &str, graph: &Graph, root: &Utf8Path) -> Self {
        let text = text.trim();
        if text.ends_with(".rs") || text.contains('/') {
            let roots = std::iter::once(root).chain(graph.workspaces.iter().map(|workspace| workspace.root.as_path()));
            return roots.filter_map(|root| inside(root, text)).next().map_or(Self::Nowhere, Self::File);
        }
        if let Some((first, path)) = text.split_once("::")
            && let Some(package) = graph.packages().find(|package| is_named(package, first))
        {
            return Self::InPackage { package: package.label.clone(), path: path.to_owned() };
        }
        Self::Anywhere(text.to_owned())
    }
}

/// A regular file below this folder, links followed; its path as the folder spells it.
fn inside(folder: &Utf8Path, text: &str) -> Option<Utf8PathBuf> {
    let path = folder.join(text);
    let real = path.canonicalize_utf8().ok()?;
    let below = real.strip_prefix(folder.canonicalize_utf8().ok()?).ok()?;
    real.is_file().then(|| folder.join(below))
}

fn is_named(package: &Package, name: &str) -> bool {
    let same = |other: &str| other.replace('-', "_") == name.replace('-', "_");
    same(&package.label) || package.library().is_some_and(|library| same(&library.id.name))
}

/// The packages whose tests a scenario names: they are checked whether or not they are affected.
#[must_use]
pub fn packages_of(scenario: &Scenario, graph: &Graph, root: &Utf8Path) -> Vec<String> {
    scenario
        .tests
        .iter()
        .filter_map(|text| match Reference::read(text, graph, root) {
            Reference::InPackage { package, .. } => Some(package),
            Reference::Anywhere(_) | Reference::Nowhere => None,
            Reference::File(file) => owner(&file, graph).map(|package| package.label.clone()),
        })
        .collect()
}

fn owner<'a>(file: &Utf8Path, graph: &'a Graph) -> Option<&'a Package> {
    graph
        .packages()
        .filter(|package| file.starts_with(&package.folder))
        .max_by_key(|package| package.folder.components().count())
}

/// The suites a scenario's tests are in.
#[must_use]
pub fn suites_of(scenario: &Scenario, seen: &Seen) -> Vec<SuiteId> {
    let mut suites: Vec<SuiteId> = scenario
        .tests
        .iter()
        .flat_map(|text| find(&Reference::read(text, seen.graph, seen.root), seen))
        .map(|(suite, _)| suite.suite.clone())
        .collect();
    suites.sort();
    suites.dedup();
    suites
}

/// The tests a scenario names, each with its suite.
#[must_use]
pub fn tests_of(scenario: &Scenario, seen: &Seen) -> Vec<(SuiteId, String)> {
    let found = scenario.tests.iter().flat_map(|text| find(&Reference::read(text, seen.graph, seen.root), seen));
    found.map(|(suite, name)| (suite.suite.clone(), name)).collect()
}

/// Whether the scenario's tests exist and passed, and the commands prescribed for it.
pub(super) fn borne_out(scenario: &Scenario, seen: &Seen) -> Borne {
    let (n_commands, mut reasons) =
        super::commands::passed(|prescribed| prescribed.scenarios.contains(&scenario.id), seen);
    if scenario.tests.is_empty() && n_commands == 0 {
        return Err(vec!["it names no test".into()]);
    }
    for text in &scenario.tests {
        let reference = Reference::read(text, seen.graph, seen.root);
        let found = find(&reference, seen);
        if found.is_empty() {
            reasons.push(match silent(&reference, seen) {
                Some(why) => format!("`{text}` did not run: {why}"),
                None => format!("no test `{text}` was found in the packages that were checked"),
            });
        }
        for (suite, name) in found {
            let outcome = suite.tests.get(&name).copied().unwrap_or(TestOutcome::NoAnswer);
            match outcome {
                TestOutcome::Passed if suite.outcome != Outcome::CouldNotRun => {}
                TestOutcome::Passed => {
                    reasons.push(format!("`{name}` passed in {}, which did not come to an end", suite.suite));
                }
                TestOutcome::Failed => reasons.push(format!("`{name}` failed in {}", suite.suite)),
                TestOutcome::Ignored => reasons.push(format!("`{name}` is ignored in {}", suite.suite)),
                TestOutcome::TimedOut => reasons.push(format!("`{name}` timed out in {}", suite.suite)),
                TestOutcome::NoAnswer => reasons.push(format!("`{name}` did not run in {}", suite.suite)),
            }
        }
    }
    if reasons.is_empty() { Ok(()) } else { Err(reasons) }
}

/// The suites that may hold the test and could not even list theirs, as where a target does not compile: each with why.
fn silent(reference: &Reference, seen: &Seen) -> Option<String> {
    let package = match reference {
        Reference::InPackage { package, .. } => Some(package.as_str()),
        Reference::Anywhere(_) => None,
        Reference::File(file) => Some(owner(file, seen.graph)?.label.as_str()),
        Reference::Nowhere => return None,
    };
    let is_meant = |suite: &&SuiteResult| package.is_none_or(|package| suite.suite.target.package == package);
    let is_silent = |suite: &&SuiteResult| suite.outcome == Outcome::CouldNotRun && suite.tests.is_empty();
    let suites = seen.results.suites.iter().filter(|suite| !suite.suite.doctest).filter(is_meant);
    // The error itself is told with the suite. One that has it is named rather than one that waits for another.
    let mut suites: Vec<(bool, &SuiteId, &str)> = suites
        .filter(is_silent)
        .map(|suite| {
            let why = suite.why.as_deref().unwrap_or("could not run").split(": ").next().unwrap_or_default();
            (why.starts_with("something"), &suite.suite, why)
        })
        .collect();
    suites.sort();
    let (waits, suite, why) = suites.first()?;
    let why = if *waits { format!("({why})") } else { (*why).to_owned() };
    let more = if suites.len() == 1 { String::new() } else { format!(" (and {} more)", suites.len() - 1) };
    Some(format!("{suite} {why}{more}"))
}

/// Every listed test the reference means, with its suite.
fn find<'a>(reference: &Reference, seen: &Seen<'a>) -> Vec<(&'a SuiteResult, String)> {
    let suites = seen.results.suites.iter();
    match reference {
        Reference::InPackage { package, path } => {
            by_path(suites.filter(|suite| suite.suite.target.package == *package), path)
        }
        Reference::Anywhere(path) => by_path(suites, path),
        Reference::File(file) => by_file(file, seen),
        Reference::Nowhere => Vec::new(),
    }
}

/// The tests with exactly this path; where there are none, those whose path ends in it.
fn by_path<'a>(suites: impl Iterator<Item = &'a SuiteResult> + Clone, path: &str) -> Vec<(&'a SuiteResult, String)> {
    let matching = |fits: &dyn Fn(&str) -> bool| -> Vec<(&'a SuiteResult, String)> {
        suites
            .clone()
            .flat_map(|suite| suite.tests.keys().map(move |name| (suite, name.clone())))
            .filter(|(_, name)| fits(name))
            .collect()
    };
    let exact = matching(&|name| name == path);
    if exact.is_empty() {
        matching(&|name| name.strip_suffix(path).is_some_and(|rest| rest.ends_with("::")))
    } else {
        exact
    }
}

/// All tests of a target whose root file this is; for any other source file the test functions in it.
fn by_file<'a>(file: &Utf8Path, seen: &Seen<'a>) -> Vec<(&'a SuiteResult, String)> {
    let Some(package) = owner(file, seen.graph) else { return Vec::new() };
    let of_package = || seen.results.suites.iter().filter(|suite| suite.suite.target.package == package.label);
    let is_root_of = |suite: &SuiteResult| {
        let target = &suite.suite.target;
        let is_whole = matches!(target.kind, crate::words::TargetKind::Test | crate::words::TargetKind::Bench);
        is_whole && package.target(target.kind, &target.name).is_some_and(|target| target.root_file == file)
    };
    let whole: Vec<_> = of_package()
        .filter(|suite| !suite.suite.doctest && is_root_of(suite))
        .flat_map(|suite| suite.tests.keys().map(move |name| (suite, name.clone())))
        .collect();
    if !whole.is_empty() {
        return whole;
    }
    let text = files::read(file, LARGEST_SOURCE).ok().flatten().unwrap_or_default();
    source::test_functions(&String::from_utf8_lossy(&text))
        .iter()
        .flat_map(|function| by_path(of_package().filter(|suite| !suite.suite.doctest), &function.path))
        .collect()
}
