//! What the doctests of one library came to, however they were run.
//!
//! rustdoc compiles every doctest to list them, as it does to run them: a run that passed and accounts for all it
//! announced is its own listing, and any other is held against one that is asked for.

use crate::check::command::file_name;
use crate::check::request::At;
use crate::check::results::SuiteResult;
use crate::check::scrub::Scrub;
use crate::check::suite::{judge, tell};
use crate::check::{command, libtest};
use crate::error::Result;
use crate::event::Event;
use crate::payload::entries::TargetOutcome;
use crate::process::End;
use crate::words::SuiteId;
use std::collections::BTreeSet;

/// One run.
pub(super) struct Run<'a> {
    pub(super) suite: SuiteId,
    pub(super) stdout: &'a [u8],
    pub(super) stderr: &'a [u8],
    pub(super) end: &'a End,
    pub(super) started: String,
    pub(super) duration_ms: u64,
}

/// The listing a run tells by itself, where nothing is left to ask.
pub(super) fn own_listing(stdout: &[u8], end: &End) -> Option<Vec<String>> {
    end.is_success().then(|| libtest::own_listing(&String::from_utf8_lossy(stdout))).flatten()
}

/// Judges a run by its listing, keeps its log and tells what came of it.
pub(super) fn judged(at: At<'_>, run: Run<'_>, listed: &[String], scrub: &Scrub) -> Result<SuiteResult> {
    let text = String::from_utf8_lossy(run.stdout);
    // Which are ignored is read from the lines: rustdoc's listing does not tell.
    let ignored = BTreeSet::new();
    let mut result = judge(run.suite, &text, listed, &ignored, run.end, at.request.test_timeout, true, scrub);
    result.started = run.started;
    result.duration_ms = run.duration_ms;
    for failure in &result.failures {
        at.run.tell(Event::TestFailed {
            suite: result.suite.id(),
            test: failure.name.clone(),
            excerpt: failure.excerpt.clone(),
        });
    }
    let mut log = run.stdout.to_vec();
    if !run.stderr.is_empty() {
        log.extend(b"\n--- stderr ---\n");
        log.extend(run.stderr);
    }
    let log = command::keep(at.request.folder, &file_name(&result.suite.id()), &log, scrub)?;
    result.log = Some(log.path);
    tell(at, &result);
    Ok(result)
}

/// The same as part of a command's entry.
pub(super) fn outcome(result: &SuiteResult) -> TargetOutcome {
    let library = &result.suite.target;
    TargetOutcome {
        package: library.package.clone(),
        kind: library.kind,
        name: library.name.clone(),
        outcome: result.outcome,
        errors: result.counts.failed,
        warnings: 0,
        pre_existing: 0,
        why: result.why.clone(),
        observed_at: None,
    }
}

/// What to show of results that did not pass.
pub(super) fn bad<'a>(results: impl IntoIterator<Item = &'a SuiteResult>) -> String {
    let failures = results.into_iter().flat_map(|result| &result.failures);
    failures.map(|failure| failure.excerpt.as_str()).collect::<Vec<_>>().join("\n")
}

/// Why a listing is not there: the first error of whoever was asked, else how it ended.
pub(super) fn why_unlisted(stderr: &[u8], end: &End) -> String {
    let text = String::from_utf8_lossy(stderr);
    let error = text.lines().find(|line| line.starts_with("error"));
    error.map_or_else(|| end.in_words(), |error| format!("does not compile: {error}"))
}
