//! Finding out: fmt, clippy, tests and doctests, each per target, each with a log.
//!
//! Messages decide, not exit codes: an exit code of 0 with listed tests that did not run is no pass.

pub mod tools;
pub mod results;
pub mod request;
pub mod argv;
mod scrub;
mod command;
mod messages;
mod facts;
mod select;
mod charge;
mod features;
mod diagnosed;
pub mod cache;
mod keeper;
mod fresh;
mod fmt;
mod build;
mod clippy;
mod doc;
mod fix;
mod configuration;
pub mod libtest;
mod rustc;
mod environment;
mod suite;
mod recall;
mod rustdoc;
mod doctest;
mod wanting;
mod prescribed;
mod covered;
mod blame;
mod steps;
pub mod place;
pub mod red;

pub use blame::before;
pub use covered::covered;
pub use prescribed::{approved, not_run, prescribed};
pub use request::{Memory, Request, STRESS, TEST_TIMEOUT, Testing};
pub use results::{Attempt, Ended, How, Results, SuiteResult, TestOutcome};
pub use rustc::stand_in as in_front_of_rustc;
pub use rustdoc::stand_in;
pub use scrub::joined as joined_excerpts;
pub use tools::Tools;

use crate::cancel::Cancel;
use crate::error::Result;
use crate::event::{Event, Run};
use crate::surroundings::Surroundings;
use crate::words::{CheckKind, Diagnostic, SuiteId};
use crate::workspace::graph::{Package, Target};
use crate::workspace::units::Units;
use keeper::{Desk, Keeper};
use request::At;
use scrub::Scrub;
use select::Learnt;
use std::collections::BTreeMap;

/// The versions of what reads outcomes out of logs and messages, by name. One that reads another outcome out of the
/// same log has another version.
pub const PARSERS: &[(&str, u32)] = &[("libtest", libtest::VERSION), ("cargo", messages::VERSION)];

/// Runs every check of the request, one after the other: parallel cargo calls would wait for each other's lock.
/// Where somebody cancels, what had finished is returned with [`Results::interrupted`].
///
/// # Errors
/// 74 where a log cannot be written or read. What a check finds is no error.
pub fn run(request: &Request<'_>, surroundings: &Surroundings, cancel: &Cancel, run: &Run<'_>) -> Result<Results> {
    let scrub = Scrub::new(request, surroundings);
    let mut results = Results { is_kept: true, ..Results::default() };
    let mut learnt = Learnt::new(request);
    results.selection = request.selection.cloned();
    for (index, workspace) in request.graph.workspaces.iter().enumerate() {
        let at = At { request, workspace, surroundings, cancel, run };
        if index == 0 {
            results.tools = tools::of_folder(surroundings, &workspace.root, &workspace.target_folder, cancel)?;
        }
        let done = steps::all(at, &scrub, &mut learnt, &mut results);
        sort(&mut results.diagnostics);
        if let Some(signal) = cancel.signal() {
            results.interrupted = Some(signal);
            results.facts = learnt.end();
            return Ok(results);
        }
        done?;
    }
    results.facts = learnt.end();
    wanting::note(&mut results, request.root, surroundings);
    Ok(results)
}

/// The packages of which something passed on this commit that would not be believed now, or did not pass: each with the
/// reason. A diff does not show everything: a variable, another toolchain, a file that git ignores.
#[must_use]
pub fn restless(
    request: &Request<'_>,
    surroundings: &Surroundings,
    cancel: &Cancel,
    run: &Run<'_>,
) -> BTreeMap<String, String> {
    let known = Learnt::new(request).facts();
    let units = Units::of(request.graph);
    let desk = Desk::default();
    let mut restless = BTreeMap::new();
    for workspace in &request.graph.workspaces {
        let at = At { request, workspace, surroundings, cancel, run };
        let Some(keeper) = Keeper::new(at, &known, &units, &desk) else { continue };
        for package in &workspace.packages {
            let unrest = package.targets.iter().find_map(|target| {
                let suite = |doctest: bool| SuiteId { target: target.id.clone(), doctest };
                let of_tests = || keeper.unrest_of_suite(package, &suite(false));
                let of_doctests = || keeper.unrest_of_suite(package, &suite(true));
                keeper.unrest_of_lint(package, target).or_else(of_tests).or_else(of_doctests)
            });
            restless.extend(unrest.map(|why| (package.label.clone(), why)));
        }
    }
    restless
}

/// Builds and runs the suites of the request, and nothing else.
///
/// # Errors
/// 74 where a log cannot be written or read, 130 where cancelled.
pub fn suites(request: &Request<'_>, surroundings: &Surroundings, cancel: &Cancel, run: &Run<'_>) -> Result<Results> {
    let scrub = Scrub::new(request, surroundings);
    let mut results = Results::default();
    let mut learnt = Learnt::new(request);
    for workspace in &request.graph.workspaces {
        steps::suites(At { request, workspace, surroundings, cancel, run }, &scrub, &mut learnt, &mut results)?;
        cancel.check()?;
    }
    Ok(results)
}

/// Runs rustfmt and `clippy --fix` on the full packages, and nothing else.
///
/// # Errors
/// 74 where a log cannot be written or read, 130 where cancelled.
pub fn fix(request: &Request<'_>, surroundings: &Surroundings, cancel: &Cancel, run: &Run<'_>) -> Result<Results> {
    let scrub = Scrub::new(request, surroundings);
    let mut results = Results::default();
    for workspace in &request.graph.workspaces {
        let at = At { request, workspace, surroundings, cancel, run };
        results.commands.extend(fix::both(at, &scrub)?);
    }
    results.interrupted = cancel.signal();
    Ok(results)
}

/// The command lines of what is asked of many packages at once, by the ids of their commands, as [`run`] would choose
/// them here. Those of fmt follow from the packages that were looked at.
#[must_use]
pub fn lines(request: &Request<'_>) -> BTreeMap<String, Vec<String>> {
    let mut lines = BTreeMap::new();
    for workspace in &request.graph.workspaces {
        let cold = select::cold(request, workspace);
        let is_cold = |package: &&Package| cold.as_ref().is_none_or(|cold| cold.contains(&package.label));
        let built: Vec<&Package> = workspace.packages.iter().filter(is_cold).collect();
        let (built, flags) = (cold.is_some().then_some(built.as_slice()), request.flags);
        let of_kinds = [
            ("clippy", argv::clippy(built, flags)),
            ("test", argv::test(built, flags)),
            ("build", argv::build(built, flags)),
            ("doctest", argv::doctests(built, flags, false)),
        ];
        lines.extend(of_kinds.map(|(kind, argv)| (request.id(workspace, kind), command::words(&argv))));
    }
    lines
}

/// Puts diagnostics in the order in which they are told, whatever order they were said in: this work's first, then check
/// by check, file by file.
pub fn sort(diagnostics: &mut [Diagnostic]) {
    diagnostics.sort_by(|one, other| {
        let key = |it: &Diagnostic| (it.pre_existing, it.check);
        let place = |it: &Diagnostic| (it.file.clone(), it.line);
        key(one).cmp(&key(other)).then_with(|| place(one).cmp(&place(other))).then_with(|| one.cmp(other))
    });
}

/// What [`run`] would run.
#[must_use]
pub fn planned(request: &Request<'_>) -> Vec<Event> {
    let mut events = Vec::new();
    let mut plan = |check: CheckKind, argv: Vec<std::ffi::OsString>, packages: Vec<&Package>| {
        let argv: Vec<String> = argv.iter().map(|word| word.to_string_lossy().into_owned()).collect();
        let packages: Vec<String> = packages.iter().map(|package| package.label.clone()).collect();
        if !packages.is_empty() {
            events.push(Event::Planned { check, command: argv::display(&argv), packages, may_run: None });
        }
    };
    for workspace in &request.graph.workspaces {
        let packages = |is_chosen: &dyn Fn(&Package) -> bool| -> Vec<&Package> {
            workspace.packages.iter().filter(|package| is_chosen(package)).collect()
        };
        let full = packages(&|package| request.is_full(package));
        let names: Vec<&str> = full.iter().map(|package| package.cargo.name.as_str()).collect();
        let some = (full.len() < workspace.packages.len()).then_some(names.as_slice());
        plan(CheckKind::Fmt, argv::fmt(some, true), full.clone());
        let cold = select::cold(request, workspace);
        let built = cold.map(|cold| packages(&|package| cold.contains(&package.label)));
        let linted = packages(&|package| {
            request.is_selected(package) && package.targets.iter().any(|target| request.counts(target))
        });
        plan(CheckKind::Clippy, argv::clippy(built.as_deref(), request.flags), linted);
        if request.doc {
            plan(CheckKind::Doc, argv::doc(None, &[], request.flags), full.clone());
        }
        let wants = |package: &Package, doctest: bool| {
            let has = |target: &Target| if doctest { target.doctest } else { target.test };
            let suite = |target: &Target| SuiteId { target: target.id.clone(), doctest };
            package.targets.iter().any(|target| has(target) && request.wants(&suite(target)))
        };
        let tested = packages(&|package| request.is_selected(package) && wants(package, false));
        plan(CheckKind::Test, argv::test(built.as_deref(), request.flags), tested);
        let documented = packages(&|package| request.is_selected(package) && wants(package, true));
        plan(CheckKind::Doctest, argv::doctests(None, request.flags, false), documented);
    }
    events
}

#[cfg(all(test, unix))]
mod tests;
