//! What a run leaves behind: its record, its logs, and the sealed copy that is meant to be committed.
//!
//! Written before the payload refers to it, so a reference never dangles because we were killed in between. Sealed
//! records form a chain, so that none can be taken out unseen.

mod record;
mod place;
mod digests;
mod read;
pub mod chain;
mod functions;
mod share;
mod seal;
mod prune;
pub mod unsaved;

use crate::check::Results;
pub use crate::files::sha256;
use crate::words::{SuiteId, TargetId};
use crate::workspace::affected::{Choice, Selection};
pub use digests::{digests, normalised};
pub use functions::functions;
pub use place::{PATCH, RECORD, evidence_folder, id_of, is_of_evidence, reference, run_folder};
pub use prune::{RUNS_KEPT, loose_evidence, old_runs, prune, referred, referred_by, remove_evidence, remove_run};
pub use read::{Held, Kept, Unreadable, parse, sealed, unsealed};
pub use record::{
    CommandRecord, Digests, FORMAT, Inputs, MOST_DIAGNOSTICS, NamedTest, PackageRecord, Part, RunRecord,
    ScenarioRecord, SkippedUnit, SuiteRecord,
};
pub use seal::{seal, sealed_bytes, write};
pub use share::cut;
use std::collections::{BTreeMap, BTreeSet};

/// The units these results pass over.
#[must_use]
pub fn skipped(results: &Results) -> Vec<SkippedUnit> {
    let skipped = results.selection.iter().flat_map(Selection::skipped);
    let unit = |choice: &Choice| SkippedUnit {
        package: choice.unit.target.package.clone(),
        kind: choice.unit.target.kind,
        name: choice.unit.target.name.clone(),
        test: choice.unit.test,
        why: choice.why.clone(),
    };
    skipped.map(unit).collect()
}

/// What the test binaries list that ran in this run, rather than being known from an earlier one.
#[must_use]
pub fn listings(results: &Results) -> BTreeMap<&TargetId, BTreeSet<&str>> {
    let ran = results.suites.iter().filter(|suite| !suite.cached && !suite.suite.doctest && !suite.tests.is_empty());
    ran.map(|suite| (&suite.suite.target, suite.tests.keys().map(String::as_str).collect())).collect()
}

/// The suites of these results as they are recorded, with the digests of their tests' functions and of their logs (by
/// the log's name).
#[must_use]
pub fn suites(
    results: &Results,
    functions: &BTreeMap<&TargetId, BTreeMap<String, String>>,
    logs: &BTreeMap<String, Digests>,
) -> Vec<SuiteRecord> {
    let functions_of = |suite: &SuiteId| functions.get(&suite.target).filter(|_| !suite.doctest).cloned();
    results
        .suites
        .iter()
        .map(|suite| SuiteRecord {
            id: suite.suite.id(),
            suite: suite.suite.clone(),
            outcome: suite.outcome,
            why: suite.why.clone(),
            ended: suite.ended,
            counts: suite.counts,
            tests: suite.tests.clone(),
            started: suite.started.clone(),
            duration_ms: suite.duration_ms,
            functions: functions_of(&suite.suite).unwrap_or_default(),
            digests: suite.log.as_ref().and_then(|log| logs.get(log)).cloned(),
            flaky: suite.flaky.clone(),
            attempts: suite.attempts.clone(),
            red: suite.red.clone(),
            cached: suite.cached,
        })
        .collect()
}
