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
mod fmt;
mod build;
mod clippy;
mod fix;
mod configuration;
pub mod libtest;
mod environment;
mod suite;
mod doctest;
mod prescribed;

pub use prescribed::prescribed;
pub use request::{Request, TEST_TIMEOUT};
pub use results::{Results, SuiteResult, TestOutcome};
pub use tools::Tools;

use crate::cancel::Cancel;
use crate::error::Result;
use crate::event::{Event, Run};
use crate::surroundings::Surroundings;
use crate::words::{CheckKind, Outcome, SuiteId};
use crate::workspace::affected::Selection;
use crate::workspace::graph::{Package, Target};
use request::At;
use scrub::Scrub;
use select::Learnt;

/// Runs every check of the request, one after the other: parallel cargo calls would wait for each other's lock.
/// Where somebody cancels, what had finished is returned with [`Results::interrupted`].
///
/// # Errors
/// 74 where a log cannot be written or read. What a check finds is no error.
pub fn run(request: &Request<'_>, surroundings: &Surroundings, cancel: &Cancel, run: &Run<'_>) -> Result<Results> {
    let scrub = Scrub::new(request, surroundings);
    let mut results = Results::default();
    let mut learnt = Learnt::new(request);
    results.selection = request.selection.cloned();
    for (index, workspace) in request.graph.workspaces.iter().enumerate() {
        let at = At { request, workspace, surroundings, cancel, run };
        if index == 0 {
            results.tools = tools::of_folder(surroundings, &workspace.root, cancel)?;
        }
        let done = of_workspace(at, &scrub, &mut learnt, &mut results);
        if let Some(signal) = cancel.signal() {
            results.interrupted = Some(signal);
            results.facts = learnt.end();
            return Ok(results);
        }
        done?;
    }
    results.facts = learnt.end();
    Ok(results)
}

fn of_workspace(at: At<'_>, scrub: &Scrub, learnt: &mut Learnt<'_>, results: &mut Results) -> Result<()> {
    if at.selected().is_empty() {
        return Ok(());
    }
    let is_first = at.request.graph.workspaces.first().is_some_and(|first| first.root == at.workspace.root);
    let tools = if is_first {
        results.tools.clone()
    } else {
        tools::of_folder(at.surroundings, &at.workspace.root, at.cancel)?
    };
    for (name, is_there) in [("rustfmt", tools.rustfmt.is_some()), ("clippy", tools.clippy.is_some())] {
        if !is_there && tools.cargo.is_some() {
            at.run.warn(format!("{name} is missing, its checks cannot run: rustup component add {name}"));
        }
    }
    let cold = select::cold(at.request, at.workspace);
    let request = Request { build: cold.as_ref(), ..*at.request };
    let at = At { request: &request, ..at };
    if !at.workspace.target_folder.join("debug").is_dir() {
        at.run.remark("nothing is built yet, so this first run compiles every dependency and takes longer");
    }
    results.commands.extend(fmt::check(at, scrub, tools.rustfmt.is_some())?);
    at.cancel.check()?;
    let Some((called, built)) = clippy::call(at)? else { return Ok(()) };
    let linted = learnt.learn(&built, at.workspace);
    let request = at.request.with(linted.as_ref());
    let at = At { request: &request, ..at };
    results.commands.push(clippy::judge_all(at, scrub, tools.clippy.is_some(), called, &built)?);
    at.cancel.check()?;
    let tested = tests(at, scrub, &tools, learnt, results)?;
    let request = at.request.with(tested.as_ref());
    doctests(At { request: &request, ..at }, scrub, results)?;
    if let Some(selection) = tested.as_ref().or(linted.as_ref()) {
        results.selection.get_or_insert_default().take(selection.clone(), at.workspace);
    }
    Ok(())
}

/// Whether somebody wants this suite.
fn wants(at: At<'_>, target: &Target, doctest: bool) -> bool {
    at.request.wants(&SuiteId { target: target.id.clone(), doctest })
}

/// The targets whose tests somebody wants.
fn wanted<'a>(at: At<'a>) -> Vec<(&'a Package, &'a Target)> {
    let tests = |package: &'a Package| {
        let targets = package.targets.iter().filter(move |target| target.test && wants(at, target, false));
        targets.map(move |target| (package, target))
    };
    at.selected().into_iter().flat_map(tests).collect()
}

/// Builds the tests and runs those that are wanted once it is known what was built of what.
fn tests(
    at: At<'_>,
    scrub: &Scrub,
    tools: &Tools,
    learnt: &mut Learnt<'_>,
    results: &mut Results,
) -> Result<Option<Selection>> {
    if wanted(at).is_empty() {
        return Ok(None);
    }
    let mut learn = |built: &messages::Built| learnt.learn(built, at.workspace);
    let Some(tests) = build::check(at, scrub, &mut learn)? else { return Ok(None) };
    let request = at.request.with(tests.selection.as_ref());
    let at = At { request: &request, ..at };
    let wanted = wanted(at);
    results.commands.extend(tests.commands);
    let host = tools.triple.clone().unwrap_or_default();
    let mut configuration = configuration::read(&at.workspace.root, &host, at.surroundings);
    if let Some(target) = configuration.target.take().filter(|target| *target != host) {
        configuration = configuration::read(&at.workspace.root, &target, at.surroundings);
    }
    for oddity in &configuration.oddities {
        at.run.warn(scrub.text(oddity));
    }
    let base = environment::Base {
        surroundings: at.surroundings,
        workspace: at.workspace,
        configuration: &configuration,
        tools,
        built: &tests.built,
    };
    let n_wanted = wanted.len() as u64;
    for (done, (package, target)) in wanted.into_iter().enumerate() {
        at.cancel.check()?;
        let what = target.id.to_string();
        at.run.tell(Event::Progress { check: CheckKind::Test, done: done as u64, total: Some(n_wanted), what });
        let suite = SuiteId { target: target.id.clone(), doctest: false };
        let state = build::state(package, target, &tests.built, tests.failure.as_deref());
        let result = match (state, tests.built.executables.get(&target.id)) {
            (Ok(()), Some(executable)) => suite::run(at, &base, package, target, executable, scrub)?,
            (Err((outcome, why)), _) => Some(suite::absent(at, suite, outcome, &why, scrub)),
            (Ok(()), None) => None, // `state` says yes only where the executable is there
        };
        results.suites.extend(result);
    }
    Ok(tests.selection)
}

fn doctests(at: At<'_>, scrub: &Scrub, results: &mut Results) -> Result<()> {
    for package in at.selected() {
        let library = package.library().filter(|library| library.doctest && wants(at, library, true));
        let Some(library) = library else { continue };
        at.cancel.check()?;
        let broken = results.suites.iter().find(|known| known.suite.target == library.id && !known.suite.doctest);
        let broken = broken.filter(|known| known.log.is_none() && known.outcome == Outcome::CouldNotRun);
        if let Some(why) = broken.and_then(|known| known.why.clone()) {
            let suite = SuiteId { target: library.id.clone(), doctest: true };
            results.suites.push(suite::absent(at, suite, Outcome::CouldNotRun, &why, scrub));
            continue;
        }
        if let Some((entry, result)) = doctest::check(at, package, library, scrub)? {
            results.commands.extend(entry);
            results.suites.push(result);
        }
    }
    Ok(())
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

/// What [`run`] would run.
#[must_use]
pub fn planned(request: &Request<'_>) -> Vec<Event> {
    let mut events = Vec::new();
    let mut plan = |check: CheckKind, argv: Vec<std::ffi::OsString>, packages: Vec<&Package>| {
        let argv: Vec<String> = argv.iter().map(|word| word.to_string_lossy().into_owned()).collect();
        let packages: Vec<String> = packages.iter().map(|package| package.label.clone()).collect();
        if !packages.is_empty() {
            events.push(Event::Planned { check, command: argv::display(&argv), packages });
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
        let wants = |package: &Package, doctest: bool| {
            let has = |target: &Target| if doctest { target.doctest } else { target.test };
            let suite = |target: &Target| SuiteId { target: target.id.clone(), doctest };
            package.targets.iter().any(|target| has(target) && request.wants(&suite(target)))
        };
        let tested = packages(&|package| request.is_selected(package) && wants(package, false));
        plan(CheckKind::Test, argv::test(built.as_deref(), request.flags), tested);
        for package in packages(&|package| request.is_selected(package) && wants(package, true)) {
            plan(CheckKind::Doctest, argv::doctest(&package.cargo.name, request.flags, false), vec![package]);
        }
    }
    events
}

#[cfg(all(test, unix))]
mod tests;
