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
use std::sync::{PoisonError, RwLock};

/// Runs it. While tests run alone nobody else holds `floor`. `None` where it was cancelled.
pub(super) fn run(
    binary: &Binary<'_>,
    suite: SuiteId,
    harness: bool,
    floor: &RwLock<()>,
    scrub: &Scrub,
) -> Result<Option<SuiteResult>> {
    let at = binary.at;
    let with_others = floor.read().unwrap_or_else(PoisonError::into_inner);
    let mut listed = Vec::new();
    if harness {
        match binary.list(&[])? {
            None => return Ok(None),
            Some(Ok(names)) if names.is_empty() => {
                return Ok(Some(absent(at, suite, Outcome::NotRun, "no tests", scrub)));
            }
            Some(Ok(names)) => listed = names,
            Some(Err(why)) => {
                let why = format!("its tests could not be listed: {why}");
                return Ok(Some(absent(at, suite, Outcome::CouldNotRun, &why, scrub)));
            }
        }
    }
    let testing = &at.request.testing;
    let limit = if harness { testing.limit(listed.len()) } else { at.request.test_timeout };
    let started = at.surroundings.now();
    let awaited: BTreeSet<&str> = listed.iter().map(String::as_str).collect();
    let Some(went) = binary.run(&[], &awaited, limit)? else { return Ok(None) };
    let mut log = log_of(&went);
    let mut result = if harness {
        let text = went.text();
        // Which are ignored is asked only where the run speaks of any.
        let is_asked = libtest::speaks_of_ignored(&text);
        let ignored = if is_asked { binary.list(&["--ignored"])? } else { Some(Ok(Vec::new())) };
        let Some(ignored) = ignored else { return Ok(None) };
        let ignored: BTreeSet<String> = ignored.unwrap_or_default().into_iter().collect();
        let ended_after = if went.stalled { testing.one_test } else { limit };
        let mut result = judge::judge(suite, &text, &listed, &ignored, &went.end, ended_after, false, scrub);
        // Of two tests of one name neither can be run alone.
        let has_names = awaited.len() == listed.len();
        let can_go_on = matches!(went.end, End::Exited(_) | End::Signalled(_) | End::TimedOut);
        if has_names && can_go_on && result.outcome == Outcome::CouldNotRun {
            let how = result.why.as_deref().unwrap_or_default().split("; no answer").next().unwrap_or_default();
            at.run.remark(format!("{}: {how}; its tests are run in parts to know each", result.suite));
            let Some(more) = again::in_parts(binary, &went, &mut result, scrub)? else { return Ok(None) };
            log.extend(more);
        }
        tell_failures(at, &result.suite, &result.failures);
        drop(with_others);
        if has_names && !went.stalled && 0 < result.counts.failed && result.attempts.is_empty() {
            let _alone = floor.write().unwrap_or_else(PoisonError::into_inner);
            let Some(more) = again::failed_alone(binary, &went, &mut result, scrub)? else { return Ok(None) };
            log.extend(more);
        }
        let with_others = floor.read().unwrap_or_else(PoisonError::into_inner);
        let brought = if has_names { stress::brought(binary, &result) } else { Vec::new() };
        let mut stressed = Stressed::default();
        if !brought.is_empty() && result.outcome != Outcome::CouldNotRun {
            let n_told = result.failures.len();
            let Some(done) = stress::run(binary, &went, &brought, &mut result, scrub)? else { return Ok(None) };
            tell_failures(at, &result.suite, &result.failures[n_told..]);
            log.extend(&done.log);
            stressed = done;
        }
        drop(with_others);
        flaky::settle(&mut result, &stressed, testing.flaky_passes);
        result
    } else {
        judge::without_harness(suite, &went.end, limit)
    };
    result.started = started;
    result.duration_ms = millis(went.took);
    result.log = Some(keep(at.request.folder, &binary.stem, &log, scrub)?.path);
    tell(at, &result);
    Ok(Some(result))
}

fn log_of(went: &Went) -> Vec<u8> {
    let mut log = went.out.clone();
    if !went.err.is_empty() {
        log.extend(b"\n--- stderr ---\n");
        log.extend(&went.err);
    }
    log
}
