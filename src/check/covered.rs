//! Whether what our own checks saw answers a prescribed command as well: then it is not run twice but pointed at.
//!
//! Only where that is certain: the same packages, targets and features, all of them looked at in this run. In any
//! doubt the command is run as it stands.

use super::clippy::is_checked;
use super::request::Request;
use super::results::{Results, SuiteResult, TestOutcome};
use crate::approval::Asked;
use crate::payload::entries::{CommandEntry, TargetOutcome, is_fix};
use crate::words::{CheckKind, Outcome, SuiteId, TargetKind, some_of, total};
use crate::workspace::graph::{Package, Target, Workspace};
use std::collections::BTreeSet;

/// What our own results say of a command of the closed grammar, with where they say it. `None` where that is not
/// certain: then it is run as it stands.
#[must_use]
pub fn covered(
    words: &[String],
    workspace: &Workspace,
    request: &Request<'_>,
    results: &Results,
) -> Option<(Outcome, String)> {
    let asked = Asked::read(words);
    // With several workspaces a command's own one would have to be guessed.
    if request.graph.workspaces.len() != 1 || asked.has("--release") || !has_same_flags(&asked, request) {
        return None;
    }
    let packages = packages(&asked, workspace)?;
    let (outcome, by) = match asked.verb.as_str() {
        "test" => tests(&asked, &packages, results)?,
        "fmt" => (Outcome::Passed, formatted(&asked, &packages, results)?),
        "clippy" => linted(&asked, &packages, results)?,
        "check" => (Outcome::Passed, compiled(&asked, &packages, results)?),
        _ => return None,
    };
    Some((outcome, format!("covered by {}", some_of(&by))))
}

/// What is built depends on the features, and whether it is built at all on the lock file.
fn has_same_flags(asked: &Asked, request: &Request<'_>) -> bool {
    let flags = request.flags;
    let features: BTreeSet<String> =
        flags.features.iter().flat_map(|word| word.split([',', ' ']).map(str::to_owned)).collect();
    asked.features == features
        && asked.has("--all-features") == flags.all_features
        && asked.has("--no-default-features") == flags.no_default_features
        && (!asked.has("--locked") || flags.locked || flags.frozen)
        && (!asked.has("--offline") || flags.offline || flags.frozen)
}

/// The packages meant. Without any named, and in a workspace with a root package, cargo means less than all; then
/// nothing is certain. The members of a virtual workspace are taken for all of them only where `default-members`
/// does not say otherwise.
fn packages<'a>(asked: &Asked, workspace: &'a Workspace) -> Option<Vec<&'a Package>> {
    if asked.has("--workspace") {
        return asked.packages.is_empty().then(|| workspace.packages.iter().collect());
    }
    let mut found = Vec::new();
    for name in &asked.packages {
        let mut named = workspace.packages.iter().filter(|package| package.cargo.name.as_str() == name);
        found.push(named.next()?);
        if named.next().is_some() {
            return None;
        }
    }
    if !found.is_empty() {
        return Some(found);
    }
    let is_single = workspace.packages.len() == 1;
    let has_root = workspace.packages.iter().any(|package| package.folder == workspace.root);
    let text = std::fs::read_to_string(&workspace.manifest).ok()?;
    (is_single || (!has_root && !text.contains("default-members"))).then(|| workspace.packages.iter().collect())
}

/// The suites a `cargo test` runs, in this run's results; `None` where one of them was not looked at.
fn suites<'a>(asked: &Asked, packages: &[&Package], results: &'a Results) -> Option<Vec<&'a SuiteResult>> {
    let known = ["--workspace", "--locked", "--offline", "--all-features", "--no-default-features"];
    let selecting = ["--lib", "--bins", "--tests", "--doc"];
    if asked.flags.iter().any(|flag| !known.contains(&flag.as_str()) && !selecting.contains(&flag.as_str())) {
        return None; // `--examples`, `--all-targets`: other targets than ours
    }
    let is_default = asked.targets.is_empty() && !selecting.iter().any(|flag| asked.has(flag));
    let mut wanted: Vec<(&Target, bool)> = Vec::new();
    for package in packages {
        for target in &package.targets {
            let is_lib = matches!(target.id.kind, TargetKind::Lib | TargetKind::ProcMacro);
            let is_bin = target.id.kind == TargetKind::Bin;
            let named = |kind: &str| asked.targets.contains(&(kind.to_owned(), target.id.name.clone()));
            let is_named = (asked.has("--lib") && is_lib)
                || (is_bin && (asked.has("--bins") || named("bin")))
                || (target.id.kind == TargetKind::Test && named("test"))
                || (target.id.kind == TargetKind::Example && named("example"));
            if is_named && (!target.test || !target.required_features.is_empty()) {
                return None; // named outright, it is run although the manifest says `test = false`, or is an error
            }
            if is_named || ((is_default || asked.has("--tests")) && target.test) {
                wanted.push((target, false));
            }
            if is_lib && target.doctest && (is_default || asked.has("--doc")) {
                wanted.push((target, true));
            }
        }
    }
    for (kind, name) in &asked.targets {
        if !wanted.iter().any(|(target, _)| target.id.kind.word() == kind && target.id.name == *name) {
            return None; // cargo knows more of why it is not there
        }
    }
    if !asked.filters.is_empty() && wanted.iter().any(|(target, _)| !target.harness) {
        return None; // what it makes of a filter is its own affair
    }
    let result = |(target, doctest): &(&Target, bool)| {
        results.suites.iter().find(|known| known.suite.target == target.id && known.suite.doctest == *doctest)
    };
    wanted.iter().map(result).collect()
}

/// The tests a `cargo test` of the closed grammar runs, as they are listed; `None` where that is not certain.
#[must_use]
pub(super) fn scope(
    words: &[String],
    workspace: &Workspace,
    request: &Request<'_>,
    results: &Results,
) -> Option<Vec<(SuiteId, String)>> {
    let asked = Asked::read(words);
    if asked.has("--release") || !has_same_flags(&asked, request) {
        return None;
    }
    let suites = suites(&asked, &packages(&asked, workspace)?, results)?;
    let names = suites.into_iter().flat_map(|suite| suite.tests.keys().map(move |name| (suite.suite.clone(), name)));
    Some(names.filter(|(_, name)| matches(&asked, name)).map(|(suite, name)| (suite, name.clone())).collect())
}

/// The labels of the packages a command names; `None` where it names none, or one that is not there.
#[must_use]
pub(super) fn named<'a>(words: &[String], workspace: &'a Workspace) -> Option<BTreeSet<&'a str>> {
    let asked = Asked::read(words);
    if asked.packages.is_empty() || asked.has("--workspace") {
        return None;
    }
    Some(packages(&asked, workspace)?.into_iter().map(|package| package.label.as_str()).collect())
}

/// Whether a `cargo test` may run a test; in any doubt it may.
#[must_use]
pub(super) fn may_run(words: &[String], workspace: &Workspace, suite: &SuiteId, name: &str) -> bool {
    let asked = Asked::read(words);
    if named(words, workspace).is_some_and(|named| !named.contains(suite.target.package.as_str())) {
        return false;
    }
    let (target, kind) = (&suite.target, suite.target.kind.word());
    let selecting = ["--lib", "--bins", "--tests", "--doc", "--examples", "--benches", "--all-targets"];
    let is_selecting = !asked.targets.is_empty() || selecting.iter().any(|flag| asked.has(flag));
    let is_selected = if suite.doctest {
        asked.has("--doc")
    } else {
        ["--tests", "--examples", "--benches", "--all-targets"].iter().any(|flag| asked.has(flag))
            || (asked.has("--lib") && matches!(target.kind, TargetKind::Lib | TargetKind::ProcMacro))
            || (asked.has("--bins") && target.kind == TargetKind::Bin)
            || asked.targets.contains(&(kind.to_owned(), target.name.clone()))
    };
    let known = workspace.packages.iter().flat_map(|package| &package.targets).find(|known| known.id == *target);
    // What a target without a harness makes of a filter is its own affair.
    let is_filtered = known.is_some_and(|known| known.harness) && !suite.doctest;
    (!is_selecting || is_selected) && (!is_filtered || matches(&asked, name))
}

/// Whether a test's name is among those a command asks for.
fn matches(asked: &Asked, name: &str) -> bool {
    let is_it = |filter: &String| if asked.exact { name == filter } else { name.contains(filter.as_str()) };
    asked.filters.is_empty() || asked.filters.iter().any(is_it)
}

fn tests(asked: &Asked, packages: &[&Package], results: &Results) -> Option<(Outcome, Vec<String>)> {
    let suites = suites(asked, packages, results)?;
    // Other threads may be other outcomes.
    if asked.threads.is_some() || suites.iter().any(|suite| suite.outcome == Outcome::CouldNotRun) {
        return None;
    }
    if asked.filters.is_empty() {
        let with_tests = || suites.iter().filter(|suite| suite.outcome != Outcome::NotRun);
        let outcome = Outcome::of_all(with_tests().map(|suite| suite.outcome));
        let is_built = results.commands.iter().any(|command| command.kind == CheckKind::Test && is_clean(command));
        // It builds what has no tests too: examples, binaries.
        let is_certain = outcome == Outcome::Failed || (outcome == Outcome::Passed && is_built);
        return is_certain.then(|| (outcome, with_tests().map(|suite| suite.suite.id()).collect()));
    }
    let mut by = Vec::new();
    let mut has_failed = false;
    let mut has_passed = false;
    for suite in suites {
        let matching: Vec<TestOutcome> =
            suite.tests.iter().filter(|(name, _)| matches(asked, name)).map(|(_, outcome)| *outcome).collect();
        if matching.contains(&TestOutcome::NoAnswer) {
            return None;
        }
        has_failed |= matching.contains(&TestOutcome::Failed);
        has_passed |= matching.contains(&TestOutcome::Passed);
        if matching.iter().any(|outcome| matches!(outcome, TestOutcome::Passed | TestOutcome::Failed)) {
            by.push(suite.suite.id());
        }
    }
    match (has_failed, has_passed) {
        (true, _) => Some((Outcome::Failed, by)),
        (false, true) => Some((Outcome::Passed, by)),
        (false, false) => None,
    }
}

/// Whether a command of ours ran to its end with nothing to say, in this run or in one that is remembered.
fn is_clean(command: &CommandEntry) -> bool {
    command.outcome == Outcome::Passed && (command.exit_code == Some(0) || command.cached)
}

/// The command of this kind that only looked.
fn own(kind: CheckKind, results: &Results) -> Option<&CommandEntry> {
    let mut of_kind = results.commands.iter().filter(|command| command.kind == kind && !is_fix(&command.id));
    of_kind.next().filter(|command| is_clean(command))
}

/// What a command said of all of these packages; `None` where it does not speak of one of them.
fn said<'a>(command: &'a CommandEntry, packages: &[&Package]) -> Option<Vec<&'a TargetOutcome>> {
    let of = |package: &&Package| {
        let mut of_package = command.targets.iter().filter(|target| target.package == package.label).peekable();
        of_package.peek()?;
        Some(of_package.collect::<Vec<_>>())
    };
    Some(packages.iter().map(of).collect::<Option<Vec<_>>>()?.concat())
}

fn n_findings(target: &TargetOutcome) -> u64 {
    total([target.errors, target.warnings, target.pre_existing].into_iter())
}

/// rustfmt found nothing in these packages, and for `--all` nothing anywhere.
fn formatted(asked: &Asked, packages: &[&Package], results: &Results) -> Option<Vec<String>> {
    let fmt = own(CheckKind::Fmt, results)?;
    let has = |word: &str| fmt.argv.iter().any(|known| known == word);
    let is_cargo_fmt = fmt.argv.get(1).is_some_and(|verb| verb == "fmt") && has("--check");
    let is_whole = has("--all") || !asked.packages.is_empty();
    let targets = said(fmt, packages)?;
    (is_cargo_fmt && is_whole && targets.iter().all(|target| n_findings(target) == 0)).then(|| vec![fmt.id.clone()])
}

/// Whether clippy looks at other targets than our own call: benches are none of ours.
fn has_benches(asked: &Asked, packages: &[&Package]) -> bool {
    let is_bench = |target: &Target| target.id.kind == TargetKind::Bench;
    (asked.has("--all-targets") || asked.has("--tests"))
        && packages.iter().any(|package| package.targets.iter().any(is_bench))
}

/// A package without the target that is named is an error of cargo's.
fn names_one(asked: &Asked, packages: &[&Package]) -> bool {
    let has = |kind: &str, name: &str| {
        let is_it = |target: &Target| {
            target.id.kind.word() == kind && target.id.name == name && target.required_features.is_empty()
        };
        packages.iter().any(|package| package.targets.iter().any(is_it))
    };
    asked.targets.iter().all(|(kind, name)| has(kind, name))
        && (!asked.has("--lib") || packages.iter().any(|package| package.library().is_some()))
}

fn linted(asked: &Asked, packages: &[&Package], results: &Results) -> Option<(Outcome, Vec<String>)> {
    let clippy = own(CheckKind::Clippy, results)?;
    let targets = said(clippy, packages)?;
    let is_told = |target: &&Target| {
        let id = &target.id;
        targets.iter().any(|told| told.package == id.package && told.kind == id.kind && told.name == id.name)
    };
    let is_wide =
        !asked.targets.is_empty() || ["--all-targets", "--tests", "--examples"].into_iter().any(|flag| asked.has(flag));
    let is_plain = |target: &Target| !matches!(target.id.kind, TargetKind::Test | TargetKind::Example);
    let all = packages.iter().flat_map(|package| &package.targets).filter(|target| is_checked(target));
    let mut all = all.filter(|target| is_wide || is_plain(target));
    if has_benches(asked, packages) || !names_one(asked, packages) || !all.all(|target| is_told(&target)) {
        return None;
    }
    let is_fine =
        targets.iter().all(|target| target.errors == 0 && (!asked.denies_warnings || n_findings(target) == 0));
    is_fine.then(|| (Outcome::Passed, vec![clippy.id.clone()]))
}

/// What clippy looked at compiles, and so do the tests, without clippy.
fn compiled(asked: &Asked, packages: &[&Package], results: &Results) -> Option<Vec<String>> {
    let (_, mut by) = linted(&Asked { denies_warnings: false, ..asked.clone() }, packages, results)?;
    let built = own(CheckKind::Test, results)?;
    by.push(built.id.clone());
    Some(by)
}

#[cfg(test)]
mod tests;
