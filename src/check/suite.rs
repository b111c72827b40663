//! The test binaries: several at a time, each from its listing to what its tests came to.
//!
//! Results come back in the order they were wanted, whatever order they finished in. [`run_one`] is the one place where
//! a suite is run.

mod told;
mod judge;
mod binary;
mod again;
mod stress;
mod flaky;
mod alone;
mod run;

pub(super) use alone::{All, Alone, of_target as each_alone};
pub(super) use judge::judge;
pub(super) use told::{absent, tell, told_again};

use super::build;
use super::command::{file_name, read_some};
use super::environment::Base;
use super::keeper::Keeper;
use super::request::At;
use super::results::SuiteResult;
use super::scrub::Scrub;
use crate::error::{Error, Result};
use crate::event::Event;
use crate::opened::Watcher;
use crate::words::{CheckKind, SuiteId};
use crate::workspace::graph::{Package, Target};
use binary::Binary;
use run::Floor;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// One test binary somebody wants to know about.
#[derive(Clone, Copy)]
pub(super) struct Wanted<'a> {
    pub(super) package: &'a Package,
    pub(super) target: &'a Target,
}

/// What every binary is run with.
pub(super) struct Hall<'a> {
    at: At<'a>,
    base: &'a Base<'a>,
    /// Why a binary is missing that no message speaks of.
    failure: Option<&'a str>,
    scrub: &'a Scrub,
    /// Knows what came of earlier runs, and keeps what comes of this one.
    keeper: Option<&'a Keeper<'a>>,
    /// Sees what tests open.
    watcher: Option<&'a Watcher>,
    floor: Floor,
}

impl<'a> Hall<'a> {
    pub(super) fn new(at: At<'a>, base: &'a Base<'a>, failure: Option<&'a str>, scrub: &'a Scrub) -> Self {
        Self { at, base, failure, scrub, keeper: None, watcher: None, floor: Floor::default() }
    }

    /// The same, with somebody who knows earlier outcomes and keeps new ones, and somebody who sees what tests open.
    pub(super) fn remembering(self, keeper: Option<&'a Keeper<'a>>, watcher: Option<&'a Watcher>) -> Self {
        Self { keeper, watcher, ..self }
    }
}

/// Runs one, unless it is known what it comes to. `None` where it was cancelled.
fn run_one(hall: &Hall<'_>, wanted: Wanted<'_>) -> Result<Option<SuiteResult>> {
    let Hall { at, scrub, keeper, watcher, .. } = *hall;
    let Wanted { package, target } = wanted;
    let suite = SuiteId { target: target.id.clone(), doctest: false };
    if let Some(kept) = keeper.and_then(|keeper| keeper.suite(package, &suite)) {
        return told_again(at, scrub, *kept).map(Some);
    }
    let mark = watcher.map(Watcher::mark);
    let result = run_anew(hall, wanted, suite)?;
    if let (Some(result), Some(keeper)) = (&result, keeper) {
        let seen = watcher.zip(mark).map(|(watcher, mark)| keeper.sifted(watcher.since(mark)));
        keeper.saw(result, seen.as_ref());
        let log = result.log.as_ref().map(|log| read_some(&at.request.folder.join(log))).transpose()?;
        keeper.keep_suite(package, result, &log.unwrap_or_default(), seen.as_ref())?;
    }
    Ok(result)
}

fn run_anew(hall: &Hall<'_>, wanted: Wanted<'_>, suite: SuiteId) -> Result<Option<SuiteResult>> {
    let Hall { at, base, scrub, .. } = *hall;
    let Wanted { package, target } = wanted;
    let state = build::state(package, target, base.built, hall.failure);
    match (state, base.built.executables.get(&target.id)) {
        (Ok(()), Some(executable)) => {
            let binary = Binary::new(at, base, package, target, executable, file_name(&suite.id()));
            run::run(&binary, suite, target.harness, &hall.floor, scrub)
        }
        (Err((outcome, why)), _) => Ok(Some(absent(at, suite, outcome, &why, scrub))),
        (Ok(()), None) => Ok(None), // `state` says yes only where the executable is there
    }
}

/// How far all of them are.
struct Progress {
    next: usize,
    n_done: usize,
    running: Vec<usize>,
    results: Vec<Option<Result<Option<SuiteResult>>>>,
}

/// Runs all of them, so many at a time as the request allows.
///
/// # Errors
/// The first one of those that were wanted first: 74, or a signal. What finished before a signal is in `done` all the
/// same.
pub(super) fn run_all(hall: &Hall<'_>, wanted: &[Wanted<'_>], done: &mut Vec<SuiteResult>) -> Result<()> {
    let results = wanted.iter().map(|_| None).collect();
    let progress = Mutex::new(Progress { next: 0, n_done: 0, running: Vec::new(), results });
    let n_threads = hall.at.request.testing.jobs.get().min(wanted.len());
    let work = || {
        while let Some(index) = begin(hall, wanted, &progress) {
            let result = run_one(hall, wanted[index]);
            end(hall, wanted, &progress, index, result);
        }
    };
    std::thread::scope(|scope| {
        // This thread is one of them.
        (1..n_threads).for_each(|_| {
            scope.spawn(work);
        });
        work();
    });
    let progress = progress.into_inner().unwrap_or_else(PoisonError::into_inner);
    let mut failed: Option<Error> = None;
    for result in progress.results.into_iter().flatten() {
        match result {
            Ok(result) => done.extend(result),
            Err(error) => failed = failed.or(Some(error)),
        }
    }
    match failed {
        Some(error) => Err(error),
        None => hall.at.cancel.check(),
    }
}

/// The next one to run, if there is one and nothing speaks against it.
fn begin(hall: &Hall<'_>, wanted: &[Wanted<'_>], progress: &Mutex<Progress>) -> Option<usize> {
    let mut progress = lock(progress);
    let has_failed = progress.results.iter().flatten().any(Result::is_err);
    let index = progress.next;
    if wanted.len() <= index || has_failed || hall.at.cancel.signal().is_some() {
        return None;
    }
    progress.next += 1;
    progress.running.push(index);
    tell_progress(hall, wanted, &progress);
    Some(index)
}

fn end(
    hall: &Hall<'_>,
    wanted: &[Wanted<'_>],
    progress: &Mutex<Progress>,
    index: usize,
    result: Result<Option<SuiteResult>>,
) {
    let mut progress = lock(progress);
    progress.running.retain(|running| *running != index);
    progress.n_done += 1;
    progress.results[index] = Some(result);
    tell_progress(hall, wanted, &progress);
}

/// Told under the lock, so that the numbers only grow.
fn tell_progress(hall: &Hall<'_>, wanted: &[Wanted<'_>], progress: &Progress) {
    let running: Vec<String> = progress.running.iter().map(|index| wanted[*index].target.id.to_string()).collect();
    hall.at.run.tell(Event::Progress {
        check: CheckKind::Test,
        done: progress.n_done as u64,
        total: Some(wanted.len() as u64),
        what: running.join(", "),
    });
}

fn lock(progress: &Mutex<Progress>) -> MutexGuard<'_, Progress> {
    progress.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(all(test, unix))]
mod tests;
