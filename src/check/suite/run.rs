//! One test binary from its listing to its outcome: run as a whole, in parts where that was not complete, its failed
//! tests alone, and what this work brought again and again.

use super::super::command::{keep, millis};
use super::super::libtest;
use super::super::results::SuiteResult;
use super::super::scrub::Scrub;
use super::binary::{Binary, Went};
use super::stress::Stressed;
use super::told::{absent, tell, tell_failures};
use super::{again, flaky, judge, stress};
use crate::error::Result;
use crate::process::End;
use crate::words::{Outcome, SuiteId};
use std::collections::BTreeSet;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// Where the binaries run: many together, or one with nobody else.
#[derive(Default)]
pub(super) struct Floor(RwLock<()>);

impl Floor {
    fn together(&self) -> RwLockReadGuard<'_, ()> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until nobody else is there, and keeps the others waiting.
    fn alone(&self) -> RwLockWriteGuard<'_, ()> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Runs it. `None` where it was cancelled.
pub(super) fn run(
    binary: &Binary<'_>,
    suite: SuiteId,
    harness: bool,
    floor: &Floor,
    scrub: &Scrub,
) -> Result<Option<SuiteResult>> {
    let at = binary.at;
    let started = at.surroundings.now();
    let done = if harness {
        let listing = {
            let _together = floor.together();
            binary.list(&[])?
        };
        match listing {
            None => return Ok(None),
            Some(Ok(names)) if names.is_empty() => {
                return Ok(Some(absent(at, suite, Outcome::NotRun, "no tests", scrub)));
            }
            Some(Ok(names)) => of_listed(binary, suite, &names, floor, scrub)?,
            Some(Err(why)) => {
                let why = format!("its tests could not be listed: {why}");
                return Ok(Some(absent(at, suite, Outcome::CouldNotRun, &why, scrub)));
            }
        }
    } else {
        without_harness(binary, suite, floor)?
    };
    let Some((mut result, log)) = done else { return Ok(None) };
    result.started = started;
    result.log = Some(keep(at.request.folder, &binary.stem, &log, scrub)?.path);
    tell(at, &result);
    Ok(Some(result))
}

/// Runs a binary of these tests. What it said is for the log.
fn of_listed(
    binary: &Binary<'_>,
    suite: SuiteId,
    listed: &[String],
    floor: &Floor,
    scrub: &Scrub,
) -> Result<Option<(SuiteResult, Vec<u8>)>> {
    let at = binary.at;
    let testing = &at.request.testing;
    let together = floor.together();
    let names: BTreeSet<&str> = listed.iter().map(String::as_str).collect();
    let limit = testing.limit(listed.len());
    let Some(went) = binary.run(&[], &names, limit)? else { return Ok(None) };
    let (mut log, text) = (log_of(&went), went.text());
    // Which are ignored is asked only where the run speaks of any.
    let is_asked = libtest::speaks_of_ignored(&text);
    let ignored = if is_asked { binary.list(&["--ignored"])? } else { Some(Ok(Vec::new())) };
    let Some(ignored) = ignored else { return Ok(None) };
    let ignored: BTreeSet<String> = ignored.unwrap_or_default().into_iter().collect();
    let ended_after = if went.stalled { testing.one_test } else { limit };
    let mut result = judge::judge(suite, &text, listed, &ignored, &went.end, ended_after, false, scrub);
    result.duration_ms = millis(went.took);
    // Of two tests of one name neither can be run alone.
    let can_be_named = names.len() == listed.len();
    if can_be_named && result.outcome == Outcome::CouldNotRun && is_cut_short(&went, &text, listed, &ignored) {
        let how = judge::without_names(result.why.as_deref().unwrap_or_default());
        at.run.remark(format!("{}: {how}; its tests are run in parts, to know each", result.suite));
        let Some(more) = again::in_parts(binary, &went, &mut result, scrub)? else { return Ok(None) };
        log.extend(more);
    }
    drop(together);
    tell_failures(at, &result.suite, &result.failures);
    if can_be_named && 0 < result.counts.failed {
        let _alone = floor.alone();
        let Some(more) = again::failed_alone(binary, &went, &mut result, scrub)? else { return Ok(None) };
        log.extend(more);
    }
    let mut stressed = Stressed::default();
    let brought = if can_be_named { stress::brought(binary, &result) } else { Vec::new() };
    if !brought.is_empty() && result.outcome != Outcome::CouldNotRun {
        let _together = floor.together();
        let n_told = result.failures.len();
        let Some(done) = stress::run(binary, &went, &brought, &mut result, scrub)? else { return Ok(None) };
        tell_failures(at, &result.suite, &result.failures[n_told..]);
        log.extend(&done.log);
        stressed = done;
    }
    flaky::settle(&mut result, &stressed, testing.flaky_passes);
    Ok(Some((result, log)))
}

/// Whether a run left tests open that another one may answer.
fn is_cut_short(went: &Went, text: &str, listed: &[String], ignored: &BTreeSet<String>) -> bool {
    match went.end {
        End::Signalled(_) | End::TimedOut => true,
        End::Exited(_) => libtest::read(text, listed, ignored, false).incomplete.is_some(),
        End::TooMuchOutput | End::Cancelled(_) | End::NotStarted(_) => false,
    }
}

/// Runs a program that is its own harness: it is one test, of which nothing is known but how it ended.
fn without_harness(binary: &Binary<'_>, suite: SuiteId, floor: &Floor) -> Result<Option<(SuiteResult, Vec<u8>)>> {
    let limit = binary.at.request.test_timeout;
    let together = floor.together();
    let Some(went) = binary.run(&[], &BTreeSet::new(), limit)? else { return Ok(None) };
    drop(together);
    let mut log = log_of(&went);
    let mut result = judge::without_harness(suite, &went.end, limit);
    result.duration_ms = millis(went.took);
    if result.outcome == Outcome::Failed {
        let _alone = floor.alone();
        let Some(second) = binary.run(&[], &BTreeSet::new(), limit)? else { return Ok(None) };
        again::note(&mut log, &["alone"], &second);
        if second.end.is_success() {
            let passes = binary.at.request.testing.flaky_passes;
            result.outcome = if passes { Outcome::Passed } else { Outcome::Failed };
            result.flaky = vec![result.suite.target.name.clone()];
            result.why = result.why.map(|why| format!("{why}, and passed when it was run alone: flaky"));
        }
    }
    Ok(Some((result, log)))
}

fn log_of(went: &Went) -> Vec<u8> {
    let mut log = went.out.clone();
    if !went.err.is_empty() {
        log.extend(b"\n--- stderr ---\n");
        log.extend(&went.err);
    }
    log
}
