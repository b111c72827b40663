//! What claims are held against, and the few helpers every kind of claim needs.

use crate::answers::ClaimRow;
use crate::check::Results;
use crate::mapping::Mapped;
use crate::payload::entries::AuditEntry;
use crate::payload::model::Payload;
use crate::standing::{self, Standing};
use crate::words::{Level, Outcome, Verdict};
use crate::workspace::baseline::Baseline;
use crate::workspace::changes::Change;
use crate::workspace::graph::Graph;
use camino::Utf8Path;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// A tree a blob is looked up in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// The baseline found now.
    Baseline,
    /// The tree the claims are held against: the working tree, or the commit the work was merged with.
    Now,
    /// The commit the payload recorded as its baseline.
    Recorded,
    /// The branch's own tip behind a CI merge commit.
    Branch,
}

/// The blobs of claimed files on each side that could be looked at.
#[derive(Debug, Default)]
pub struct Blobs {
    /// The sides whose commits are here.
    pub sides: BTreeSet<Side>,
    /// By side and file. No entry: there is no such file there, or the side is not here.
    pub of: BTreeMap<(Side, String), String>,
    /// By file, the merges that made it what it is now.
    pub merged: BTreeMap<String, Vec<Merged>>,
}

/// A merge of two lines of work that made a file what it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    /// Its blobs in the two parents; none where it was not there.
    pub parents: [Option<String>; 2],
    /// How it came to what it made of them.
    pub how: How,
}

/// How a merge came to what a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    /// As git would have merged it by itself.
    AsGit,
    /// Both lines changed the same lines of it: somebody decided.
    ByHand,
    /// It holds what git would not have made of it, and nobody had to decide anything.
    Otherwise,
}

/// What claims about files are held against: seen with git alone.
#[derive(Clone, Copy)]
pub struct Files<'a> {
    /// The payload whose claims these are.
    pub payload: &'a Payload,
    /// Where the work is measured from, found anew.
    pub baseline: &'a Baseline,
    /// What differs from it.
    pub changes: &'a [Change],
    /// Blobs of every claimed file.
    pub blobs: &'a Blobs,
}

/// Everything claims are held against.
pub struct Reality<'a> {
    /// The payload whose claims these are.
    pub payload: &'a Payload,
    /// The packages.
    pub graph: &'a Graph,
    /// The payload's root.
    pub root: &'a Utf8Path,
    /// Where the work is measured from, found anew.
    pub baseline: &'a Baseline,
    /// What differs from it.
    pub changes: &'a [Change],
    /// Blobs of every claimed file.
    pub blobs: &'a Blobs,
    /// What the steps map to.
    pub mapped: &'a [Mapped],
    /// The ids of the steps that are asked about; `None` where everything is.
    pub chosen: Option<&'a BTreeSet<String>>,
    /// What the checks came to now.
    pub results: &'a Results,
    /// The host triple now.
    pub triple: Option<&'a str>,
    /// The audit, done anew.
    pub audit: &'a AuditEntry,
    /// The working tree now, without `handoff/`.
    pub tree: &'a str,
    /// What hand-written commands came to, by their place.
    pub reran: &'a Reran,
    /// What the records bear out, by [`prove`](super::prove).
    pub lower: &'a [ClaimRow],
}

/// What hand-written commands came to, by their place.
pub type Reran = BTreeMap<String, (Outcome, Option<String>)>;

impl<'a> Reality<'a> {
    /// The part git alone can see.
    #[must_use]
    pub const fn files(&self) -> Files<'a> {
        Files { payload: self.payload, baseline: self.baseline, changes: self.changes, blobs: self.blobs }
    }
}

/// The entries of ours in a list that are still claimed.
pub(super) fn claimed<'a>(payload: &'a Payload, list: &str) -> impl Iterator<Item = &'a Map<String, Value>> {
    crate::record::ours(payload, list).filter(|entry| !crate::record::is_withdrawn(entry))
}

pub(super) fn text<'a>(entry: &'a Map<String, Value>, key: &str) -> Option<&'a str> {
    entry.get(key).and_then(Value::as_str)
}

pub(super) fn row_at(level: Level, claim: impl Into<String>, verdict: Verdict, why: impl Into<String>) -> ClaimRow {
    ClaimRow { claim: claim.into(), verdict, why: why.into(), level }
}

pub(super) fn row(claim: impl Into<String>, verdict: Verdict, why: impl Into<String>) -> ClaimRow {
    row_at(Level::Checks, claim, verdict, why)
}

/// What the standing says of `step:ID` or `scenario:ID`.
pub(super) fn is_borne_out(standing: &Standing, id: &str) -> Option<standing::Borne> {
    let (kind, id) = id.split_once(':')?;
    match kind {
        "step" => standing.steps.get(id).cloned(),
        "scenario" => standing.scenarios.get(id).cloned(),
        _ => None,
    }
}
