//! What is told of a suite that came to an outcome.

use super::super::cache::Kept;
use super::super::command::{file_name, keep};
use super::super::request::At;
use super::super::results::SuiteResult;
use super::super::scrub::Scrub;
use crate::error::Result;
use crate::event::Event;
use crate::payload::entries::Failure;
use crate::words::{CheckKind, Outcome, SuiteId};

/// A suite that did not run, with the reason.
pub(in crate::check) fn absent(at: At<'_>, suite: SuiteId, outcome: Outcome, why: &str, scrub: &Scrub) -> SuiteResult {
    let mut result = SuiteResult::bare(suite, outcome, Some(scrub.text(why)));
    result.started = at.surroundings.now();
    tell(at, &result);
    result
}

/// Tells that a suite is finished.
pub(in crate::check) fn tell(at: At<'_>, result: &SuiteResult) {
    let below = at.request.folder.strip_prefix(at.request.root).unwrap_or(at.request.folder);
    at.run.tell(Event::CheckFinished {
        check: if result.suite.doctest { CheckKind::Doctest } else { CheckKind::Test },
        target: result.suite.target.clone(),
        outcome: result.outcome,
        why: result.why.clone(),
        excerpt: result.failures.first().map(|failure| failure.excerpt.clone()),
        log: result.log.as_ref().map(|log| below.join(log).as_str().replace('\\', "/")),
        duration_ms: result.duration_ms,
    });
}

/// An earlier outcome of a suite, told as one of this run, with its log in this run's folder.
pub(in crate::check) fn told_again(at: At<'_>, scrub: &Scrub, kept: Kept<SuiteResult>) -> Result<SuiteResult> {
    let Kept { verdict: mut result, log, .. } = kept;
    if result.log.is_some() {
        result.log = Some(keep(at.request.folder, &file_name(&result.suite.id()), log.as_bytes(), scrub)?.path);
    }
    result.cached = true;
    tell(at, &result);
    Ok(result)
}

/// Tells which tests failed.
pub(in crate::check) fn tell_failures(at: At<'_>, suite: &SuiteId, failures: &[Failure]) {
    for failure in failures {
        at.run.tell(Event::TestFailed {
            suite: suite.id(),
            test: failure.name.clone(),
            excerpt: failure.excerpt.clone(),
        });
    }
}
