//! What a record is made of, and what of the payload is ours already.

use crate::check::Results;
use crate::editing::journal;
use crate::error::{Code, Error, Result};
use crate::mapping::{Mapped, Texts};
use crate::payload::entries::{AuditEntry, Environment, FollowUp};
use crate::payload::model::Payload;
use crate::source::Attributed;
use crate::standing;
use crate::words::{BY, SuiteId};
use crate::workspace::baseline::Baseline;
use crate::workspace::changes::Change;
use crate::workspace::graph::{CargoFlags, Graph};
use camino::Utf8Path;
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Everything a record is made of.
pub struct Observed<'a> {
    /// The run's id.
    pub run: &'a str,
    /// When: RFC 3339, UTC.
    pub at: &'a str,
    /// Who lets us work: for `meta.lastUpdatedBy`.
    pub who: &'a str,
    /// The payload as it was read.
    pub payload: &'a Payload,
    /// The packages.
    pub graph: &'a Graph,
    /// The payload's root.
    pub root: &'a Utf8Path,
    /// Where the work is measured from.
    pub baseline: &'a Baseline,
    /// The working tree without `handoff/`.
    pub tree: &'a str,
    /// What the user told cargo.
    pub flags: &'a CargoFlags,
    /// What changed.
    pub changes: &'a [Change],
    /// What the steps map to.
    pub mapped: &'a [Mapped],
    /// The ids of the steps at hand: all, or those named with `--step`.
    pub chosen: &'a BTreeSet<String>,
    /// The packages that were checked.
    pub selected: &'a BTreeSet<String>,
    /// What the checks came to.
    pub results: &'a Results,
    /// What changed files held before and hold now.
    pub texts: &'a Texts,
    /// What was edited with this program, oldest first: what its journal on this machine says.
    pub edited: &'a [journal::Entry],
    /// Where guardrails of snapshots went, and what else is odd.
    pub follow_ups: &'a [FollowUp],
    /// Edits of steps that were not made, one sentence each: they stand open.
    pub unmade: &'a [String],
    /// The tests the changes brought, by suite.
    pub attributed: &'a BTreeMap<SuiteId, Attributed>,
    /// For each changed file the newest commit that touched it: its id and subject.
    pub subjects: &'a BTreeMap<String, (String, String)>,
    /// The tools.
    pub environment: &'a Environment,
    /// What the audit came to.
    pub audit: &'a AuditEntry,
    /// Findings that are denied, one sentence each: they stand open.
    pub denied: &'a [String],
    /// Free text given with `--brief`.
    pub brief: Option<&'a str>,
    /// Whether every check that was meant to run had its chance; `false` after an interruption.
    pub complete: bool,
    /// Whether only some of the steps were looked at (`--step`).
    pub partial: bool,
    /// Whether to seal even when the work is not ready.
    pub seal: bool,
}

impl<'a> Observed<'a> {
    /// The same as what steps and scenarios are judged by.
    #[must_use]
    pub const fn seen(&self) -> standing::Seen<'a> {
        let Self { payload, graph, root, changes, mapped, results, .. } = *self;
        standing::Seen { payload, graph, root, changes, mapped, results }
    }
}

/// The entries of ours in a list of `implementation`, the withdrawn ones included.
pub fn ours<'a>(payload: &'a Payload, list: &str) -> impl Iterator<Item = &'a Map<String, Value>> {
    let entries = payload.implementation.get(list).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    entries.iter().filter_map(Value::as_object).filter(|entry| is_ours(entry))
}

/// Our object of this name, wherever it had to go.
#[must_use]
pub fn our_object<'a>(payload: &'a Payload, name: &str) -> Option<&'a Map<String, Value>> {
    [name.to_owned(), format!("{name}ByHandoff")]
        .iter()
        .filter_map(|name| payload.implementation.get(name).and_then(Value::as_object))
        .find(|object| is_ours(object))
}

fn is_ours(entry: &Map<String, Value>) -> bool {
    entry.get("by").and_then(Value::as_str) == Some(BY)
}

/// Whether nobody claims this entry any more.
#[must_use]
pub fn is_withdrawn(entry: &Map<String, Value>) -> bool {
    entry.get("withdrawn").is_some_and(|withdrawn| !withdrawn.is_null())
}

/// An entry as JSON.
pub(super) fn to_map(value: &impl Serialize) -> Result<Map<String, Value>> {
    match serde_json::to_value(value) {
        Ok(Value::Object(map)) => Ok(map),
        Ok(other) => Err(Error::new(Code::Internal, format!("an entry of ours is no object: {other}"))),
        Err(error) => Err(Error::new(Code::Internal, "an entry of ours is not JSON").because(error)),
    }
}

/// The id of an entry.
pub(super) fn id(entry: &Map<String, Value>) -> &str {
    entry.get("id").and_then(Value::as_str).unwrap_or_default()
}
