//! What a dossier is made from: the payload, the records beside it, and what somebody saw just now.

use crate::answers::ClaimRow;
use crate::claims::Shelf;
use crate::evidence::{Kept, RunRecord};
use crate::payload::entries::{BaselineEntry, Failure};
use crate::payload::model::Payload;
use crate::words::{Finding, Level};
use camino::Utf8PathBuf;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// All of it.
pub struct Source<'a> {
    /// The verb that reports.
    pub verb: &'a str,
    /// The payload, relative to the repository's top with `/`.
    pub name: &'a str,
    /// Its text.
    pub text: &'a str,
    /// The same, read.
    pub payload: &'a Payload,
    /// The records it refers to.
    pub shelf: &'a Shelf,
    /// What was seen just now.
    pub fresh: Fresh<'a>,
    /// What came of it.
    pub judged: Judged,
}

/// What was seen just now and lies in no record of the payload's.
#[derive(Clone, Copy)]
pub enum Fresh<'a> {
    /// Nothing: the records are all there is.
    Nothing,
    /// The run whose record this is, which the payload's entries speak of and which is not saved (`--dry-run`).
    Unsaved(&'a Kept),
    /// Checks that were run again: they stand in the place of what is recorded of them.
    Again(&'a Ran),
}

/// Checks that were run again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Ran {
    /// What they came to, as a record would hold it; of digests only the names are told.
    pub record: RunRecord,
    /// What the work is measured from.
    pub baseline: BaselineEntry,
    /// The tests that failed, by the id of their suite's entry.
    pub failures: BTreeMap<String, Vec<Failure>>,
    /// Where their logs lie, absolute.
    pub folder: Utf8PathBuf,
}

/// What came of everything.
#[derive(Debug, Clone, Default)]
pub struct Judged {
    /// What the verb ends with.
    pub exit: u8,
    /// Whether the payload is ready for acceptance.
    pub ready: bool,
    /// What is open, one sentence each.
    pub open: Vec<String>,
    /// What the audit found.
    pub findings: Vec<Finding>,
    /// The levels the claims were held at; none where nobody held them.
    pub levels: Vec<Level>,
    /// The claims, contradicted ones first.
    pub claims: Vec<ClaimRow>,
    /// Findings that are denied, one sentence each.
    pub denied: Vec<String>,
    /// Whether what failed on the baseline too counts.
    pub strict: bool,
}
