//! The checks of one workspace in their order, each from what is known of earlier runs to what is run now.

use super::build;
use super::clippy;
use super::configuration;
use super::diagnosed;
use super::doc;
use super::doctest;
use super::environment;
use super::features;
use super::fmt;
use super::fresh;
use super::keeper::{Desk, Keeper, Which};
use super::messages;
use super::recall;
use super::request::{At, Request};
use super::results::Results;
use super::scrub::Scrub;
use super::select::{self, Learnt};
use super::suite;
use super::tools::{self, Tools};
use crate::error::Result;
use crate::opened;
use crate::payload::entries::CommandEntry;
use crate::words::{CheckKind, Diagnostic, Outcome, Severity, SuiteId};
use crate::workspace::affected::Selection;
use crate::workspace::graph::{Package, Target};
use crate::workspace::units::Units;

/// Every check.
pub(super) fn all(at: At<'_>, scrub: &Scrub, learnt: &mut Learnt<'_>, results: &mut Results) -> Result<()> {
    if at.selected().is_empty() {
        results.is_kept &= at.request.memory.is_some();
        return Ok(());
    }
    let is_first = at.request.graph.workspaces.first().is_some_and(|first| first.root == at.workspace.root);
    let tools = if is_first {
        results.tools.clone()
    } else {
        tools::of_folder(at.surroundings, &at.workspace.root, &at.workspace.target_folder, at.cancel)?
    };
    for (name, is_there) in [("rustfmt", tools.rustfmt.is_some()), ("clippy", tools.clippy.is_some())] {
        if !is_there && tools.cargo.is_some() {
            at.run.warn(format!("{name} is missing, its checks cannot run: rustup component add {name}"));
        }
    }
    let alone = match at.request.share {
        None => select::cold(at.request, at.workspace),
        Some(_) => match select::shared(at.request, at.workspace) {
            Some(shared) if features::are_same_alone(at, &at.selected())? => Some(shared),
            Some(_) | None => None,
        },
    };
    let request = Request { build: alone.as_ref(), ..*at.request };
    let at = At { request: &request, ..at };
    if !at.workspace.target_folder.join("debug").is_dir() {
        at.run.remark("nothing is built yet, so this first run compiles every dependency and takes longer");
    }
    results.commands.extend(fmt::check(at, scrub, tools.rustfmt.as_deref(), &mut results.diagnostics)?);
    at.cancel.check()?;
    let units = at.request.memory.map(|_| Units::of(at.request.graph)).unwrap_or_default();
    let desk = Desk::default();
    let done = of_units(at, Hand { scrub, units: &units, desk: &desk }, &tools, learnt, results);
    desk.unkept().into_iter().for_each(|line| at.run.remark(line));
    results.is_kept &= at.request.memory.is_some() && desk.is_whole();
    // Also where somebody ended it: what finished is kept, and so is what it read.
    learnt.saw(desk.reads());
    done
}

/// What is decided on units: lints, documentation, tests, doctests.
fn of_units(at: At<'_>, hand: Hand<'_>, tools: &Tools, learnt: &mut Learnt<'_>, results: &mut Results) -> Result<()> {
    let linted = lints(at, hand, tools.clippy.is_some(), learnt, results)?;
    let request = at.request.with(linted.as_ref());
    let at = At { request: &request, ..at };
    at.cancel.check()?;
    if at.request.doc {
        results.commands.extend(documentation(at, hand, learnt, &mut results.diagnostics)?);
        at.cancel.check()?;
    }
    let tested = tests(at, hand, tools, learnt, results)?;
    let request = at.request.with(tested.as_ref());
    doctests(At { request: &request, ..at }, hand, learnt, results)?;
    if let Some(selection) = tested.as_ref().or(linted.as_ref()) {
        results.selection.get_or_insert_default().take(selection.clone(), at.workspace);
    }
    Ok(())
}

/// What every check of a workspace has at hand.
#[derive(Clone, Copy)]
struct Hand<'a> {
    scrub: &'a Scrub,
    units: &'a Units,
    desk: &'a Desk,
}

/// Clippy, unless all of it is known.
fn lints(
    at: At<'_>,
    hand: Hand<'_>,
    is_there: bool,
    learnt: &mut Learnt<'_>,
    results: &mut Results,
) -> Result<Option<Selection>> {
    let known = learnt.facts();
    let keeper = Keeper::new(at, &known, hand.units, hand.desk);
    let recalled = keeper.map(|keeper| recall::clippy(at, hand.scrub, &keeper)).transpose()?.flatten();
    if let Some((entry, diagnostics)) = recalled {
        results.commands.push(entry);
        diagnosed::add(&mut results.diagnostics, diagnostics);
        return Ok(None);
    }
    let fresh = fresh::before(at, fresh::CHECK, &known)?;
    let Some((called, built)) = clippy::call(at)? else { return Ok(None) };
    let opened = fresh.after(called.end.is_success());
    let selection = learnt.learn(&built, at.workspace);
    learnt.saw_building(opened);
    let request = at.request.with(selection.as_ref());
    let at = At { request: &request, ..at };
    let entry = clippy::judge_all(at, hand.scrub, is_there, called, &built)?;
    let known = learnt.facts();
    if let Some(keeper) = Keeper::new(at, &known, hand.units, hand.desk) {
        recall::keep_lints(at, &keeper, &entry, &built)?;
        keeper.flush();
    }
    diagnosed::add(&mut results.diagnostics, diagnosed::of_entry(at, hand.scrub, &entry, &built));
    results.commands.push(entry);
    Ok(selection)
}

/// Documentation. It is compiled as for clippy, but for the lints.
fn documentation(
    at: At<'_>,
    hand: Hand<'_>,
    learnt: &mut Learnt<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<Vec<CommandEntry>> {
    let fresh = fresh::before(at, fresh::CHECK, &learnt.facts())?;
    let entries = doc::check(at, hand.scrub, diagnostics)?;
    at.cancel.check()?;
    let opened = fresh.after(!entries.is_empty() && entries.iter().all(|entry| entry.exit_code == Some(0)));
    learnt.saw_building(opened);
    Ok(entries)
}

/// Whether somebody wants this suite.
fn wants(at: At<'_>, target: &Target, doctest: bool) -> bool {
    at.request.wants(&SuiteId { target: target.id.clone(), doctest })
}

/// The targets whose tests somebody wants.
fn wanted<'a>(at: At<'a>) -> Vec<suite::Wanted<'a>> {
    let tests = |package: &'a Package| {
        let targets = package.targets.iter().filter(move |target| target.test && wants(at, target, false));
        targets.map(move |target| suite::Wanted { package, target })
    };
    at.selected().into_iter().flat_map(tests).collect()
}

/// Builds the tests and runs those that are wanted once it is known what was built of what; unless all of them are
/// known.
fn tests(
    at: At<'_>,
    hand: Hand<'_>,
    tools: &Tools,
    learnt: &mut Learnt<'_>,
    results: &mut Results,
) -> Result<Option<Selection>> {
    let scrub = hand.scrub;
    let before = wanted(at);
    if before.is_empty() {
        return Ok(None);
    }
    let known = learnt.facts();
    let keeper = Keeper::new(at, &known, hand.units, hand.desk);
    if let Some((entry, suites)) =
        keeper.map(|keeper| recall::suites(at, scrub, &keeper, &before)).transpose()?.flatten()
    {
        results.commands.push(entry);
        results.suites.extend(suites);
        return Ok(None);
    }
    let fresh = fresh::before(at, fresh::TEST, &known)?;
    let mut learn = |built: &messages::Built| learnt.learn(built, at.workspace);
    let Some(tests) = build::check(at, scrub, &mut learn)? else { return Ok(None) };
    let opened = fresh.after(tests.failure.is_none());
    learnt.saw_building(opened);
    let request = at.request.with(tests.selection.as_ref());
    let at = At { request: &request, ..at };
    let wanted = wanted(at);
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
    let known = learnt.facts();
    let keeper = Keeper::new(at, &known, hand.units, hand.desk);
    if let (Some(keeper), [entry]) = (&keeper, tests.commands.as_slice()) {
        keeper.keep_entry(entry, Which::Tests);
    }
    if let Some(entry) = tests.commands.last() {
        let mut errors = diagnosed::of_entry(at, scrub, entry, &tests.built);
        errors.retain(|diagnostic| diagnostic.severity == Severity::Error); // what it warns of is clippy's to tell
        errors.iter_mut().for_each(|error| error.check = CheckKind::Build);
        diagnosed::add(&mut results.diagnostics, errors);
    }
    results.commands.extend(tests.commands);
    let watcher = fresh::watcher_of_tests(at);
    let hall =
        suite::Hall::new(at, &base, tests.failure.as_deref(), scrub).remembering(keeper.as_ref(), watcher.as_ref());
    let done = suite::run_all(&hall, &wanted, &mut results.suites);
    // What finished is kept, however the rest went: the next run goes on from there.
    if let Some(keeper) = keeper {
        keeper.flush();
    }
    done?;
    Ok(tests.selection)
}

fn doctests(at: At<'_>, hand: Hand<'_>, learnt: &Learnt<'_>, results: &mut Results) -> Result<()> {
    at.cancel.check()?;
    let known = learnt.facts();
    let keeper = Keeper::new(at, &known, hand.units, hand.desk);
    let mut wanted = Vec::new();
    for package in at.selected() {
        let library = package.library().filter(|library| library.doctest && wants(at, library, true));
        let Some(library) = library else { continue };
        let broken = results.suites.iter().find(|known| known.suite.target == library.id && !known.suite.doctest);
        let broken = broken.filter(|known| known.log.is_none() && known.outcome == Outcome::CouldNotRun);
        if let Some(why) = broken.and_then(|known| known.why.clone()) {
            let suite = SuiteId { target: library.id.clone(), doctest: true };
            results.suites.push(suite::absent(at, suite, Outcome::CouldNotRun, &why, hand.scrub));
            continue;
        }
        wanted.push((package, library));
    }
    let Some(keeper) = keeper else { return doctest::check(at, &wanted, hand.scrub, results) };
    let recalled = recall::doctests(at, hand.scrub, &keeper, &wanted)?;
    if !recalled.left.is_empty() {
        let fresh = fresh::before(at, fresh::TEST, &known)?;
        let watcher = fresh::watcher(at);
        let (n_commands, n_suites) = (results.commands.len(), results.suites.len());
        let mark = watcher.as_ref().map(opened::Watcher::mark);
        doctest::check(at, &recalled.left, hand.scrub, results)?;
        fresh.after(false); // what doctests open is told by the watcher
        let seen = watcher.as_ref().zip(mark).map(|(watcher, mark)| watcher.since(mark));
        recall::keep_doctests(
            at,
            &keeper,
            &results.suites[n_suites..],
            &results.commands[n_commands..],
            seen.as_ref(),
        )?;
        keeper.flush();
    }
    recalled.into(at, hand.scrub, &keeper, results)
}

/// The test binaries and doctests alone.
pub(super) fn suites(at: At<'_>, scrub: &Scrub, learnt: &mut Learnt<'_>, results: &mut Results) -> Result<()> {
    if at.selected().is_empty() {
        return Ok(());
    }
    results.tools = tools::of_folder(at.surroundings, &at.workspace.root, &at.workspace.target_folder, at.cancel)?;
    let tools = results.tools.clone();
    let (units, desk) = (Units::default(), Desk::default());
    let hand = Hand { scrub, units: &units, desk: &desk };
    tests(at, hand, &tools, learnt, results)?;
    doctests(at, hand, learnt, results)
}
