//! The shape of everything this tool writes into the payload, one struct an entry.
//!
//! These structs are the contract: `cargo handoff schema` is derived from them. `history` and `withdrawn` are
//! managed by `record`; members somebody else added to an entry of ours are kept by `edit`.

mod before;
mod edited;
mod recon;
mod whole;

use crate::event::Lines;
use crate::words::{CheckKind, Outcome, TargetKind};
pub use before::{Before, OnBaseline, Red, RedClass};
pub use edited::EditEntry;
pub use recon::{ReconEntry, SymbolChange, SymbolRef};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
pub use whole::{AuditEntry, BaselineEntry, Environment, EvidenceEntry, FollowUp, RecordRef, StepStatus};

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands out references")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// `implementation.changes[]`: one file that differs from the baseline.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChangeEntry {
    /// `change:<path>`.
    pub id: String,
    /// The path, relative to the payload's root.
    pub file: String,
    /// `[file]`, the shape of the sibling stages.
    pub files: Vec<String>,
    /// `added`, `modified`, `deleted` or `renamed`.
    pub kind: String,
    /// Where a renamed file came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The package that owns it; null outside every package.
    pub package: Option<String>,
    /// The owning package's targets that may contain it, as `kind/name`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub targets: Vec<String>,
    /// The ids of the steps that name it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<String>,
    /// Added and removed lines; null for binary files.
    pub lines: Option<Lines>,
    /// The git blob before, after git's filters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// The git blob after, after git's filters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// The unified diff, up to 2 KiB and while there is room (at most 16 KiB are shared, the shortest first); absent where
    /// binary. Every diff lies in the run's `changes.patch`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub diff: Option<String>,
    /// Why the file was changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rationale: Option<String>,
    /// `note`, or `commit <sha>`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rationale_source: Option<String>,
    /// What justified the edit: `{"at":"src/a.rs:118","sha256":…}`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub citations: Vec<Citation>,
    /// The symbols it touched, as far as there is room; those that others may use come first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub symbols: Vec<SymbolChange>,
    /// How many more it touched.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub more_symbols: u64,
    /// How many symbols that others may use are gone or have another signature.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub public_signatures_changed: u64,
    /// The run this was seen in.
    pub evidence_ref: String,
    /// Always `cargo-handoff`.
    pub by: String,
}

/// `file:line` and the digest of that line when it was cited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Citation {
    /// `src/a.rs:118`, relative to the payload's root.
    pub at: String,
    /// The line's text, trimmed, up to 200 characters.
    pub text: String,
    /// SHA-256 of the whole file.
    pub sha256: String,
}

/// A target without its package.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TargetShape {
    /// Cargo's kind, or `doctest`.
    pub kind: String,
    /// The target's name.
    pub name: String,
}

/// How many tests of a suite there are and what they came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Counts {
    /// In the binary's own listing.
    pub listed: u64,
    /// Passed.
    pub passed: u64,
    /// Failed.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub failed: u64,
    /// Ignored.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub ignored: u64,
    /// Filtered out.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub filtered: u64,
}

/// A test that failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Failure {
    /// The test's path in its binary.
    pub name: String,
    /// The first lines of what it said.
    pub excerpt: String,
    /// What it came to on the baseline, where it was run there (`--blame`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Before>,
}

/// `implementation.tests[]`: one suite.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TestEntry {
    /// `test:<package>/<kind>/<name>`.
    pub id: String,
    /// The package.
    pub package: String,
    /// The target. Left out where it passed: it is in the id.
    #[serde(default)]
    pub target: TargetShape,
    /// The same in words: ``unit tests of `money` ``. Left out where it passed.
    #[serde(default)]
    pub suite: String,
    /// The ids of the steps that map to the target or its package. Left out where it passed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<String>,
    /// The ids of the scenarios whose tests are in it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scenarios: Vec<String>,
    /// Test paths that are new.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub added: Vec<String>,
    /// Test paths whose lines changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changed: Vec<String>,
    /// Test paths that are gone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub removed: Vec<String>,
    /// Test functions on changed lines that could not be told apart in the listing.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub unattributed: u64,
    /// The outcome.
    pub status: Outcome,
    /// Why it is not `passed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// Its tests, counted.
    pub counts: Counts,
    /// The tests that failed, at most 20.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failures: Vec<Failure>,
    /// Tests that failed and passed when run again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flaky: Vec<String>,
    /// What its new and changed tests, and those of scenarios, came to on the baseline (`--red`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub red: Vec<Red>,
    /// The first 16 digits of the SHA-256 over the sorted names of the listing: fewer or other tests show here.
    pub names: String,
    /// When it was last run.
    pub observed_at: String,
    /// How long it took. Left out where it passed.
    #[serde(default)]
    pub duration_ms: u64,
    /// The run it was seen in. Left out where it passed.
    #[serde(default)]
    pub evidence_ref: String,
    /// Always `cargo-handoff`.
    pub by: String,
}

/// What a command said about one target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TargetOutcome {
    /// The package.
    pub package: String,
    /// The target's kind.
    pub kind: TargetKind,
    /// The target's name.
    pub name: String,
    /// What it came to.
    pub outcome: Outcome,
    /// Errors; left out where there are none.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub errors: u64,
    /// Warnings charged to this work; left out where there are none.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub warnings: u64,
    /// Findings that were there before; left out where there are none.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub pre_existing: u64,
    /// Why it is not `passed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// When it was seen, where that was in an earlier run than the rest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub observed_at: Option<String>,
}

/// A log: where it lies, and what it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LogRef {
    /// Relative to the payload's root.
    pub path: String,
    /// SHA-256 of the whole.
    pub sha256: String,
    /// Its size.
    pub bytes: u64,
}

/// `implementation.commands[]`: one command.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CommandEntry {
    /// `command:<kind>[:<slug>]`.
    pub id: String,
    /// What for.
    pub kind: CheckKind,
    /// As a person would type it.
    pub command: String,
    /// What was run. Left out for doctests that passed.
    #[serde(default)]
    pub argv: Vec<String>,
    /// Where, relative to the payload's root; `.` for the root itself. Left out for doctests that passed.
    #[serde(default)]
    pub cwd: String,
    /// Variables set on purpose.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub env: BTreeMap<String, String>,
    /// What it came to.
    pub outcome: Outcome,
    /// Why it is not `passed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// How the process ended, where it did so by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exit_code: Option<i32>,
    /// The signal that killed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signal: Option<i32>,
    /// Whether its time was over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timed_out: Option<bool>,
    /// When it was started.
    pub timestamp: String,
    /// How long it took. Left out for doctests that passed.
    #[serde(default)]
    pub duration_ms: u64,
    /// What it said about each target; the targets of the packages in `passed` and `passedEarlier` are left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub targets: Vec<TargetOutcome>,
    /// The packages all of whose targets passed with nothing to say about them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub passed: Vec<String>,
    /// The same of packages that were not looked at this time, by when they were.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub passed_earlier: BTreeMap<String, Vec<String>>,
    /// The first 2 KiB of what did not pass.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output: Option<String>,
    /// The whole output.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log: Option<LogRef>,
    /// Whether an earlier pass was used instead.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub cached: bool,
    /// Through what a prescribed command beyond the closed grammar was approved: `trust`, `terminal`, `allow-file` or
    /// `trust-payload`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<String>,
    /// What a prescribed command that passed came to on the baseline (`--red`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<OnBaseline>,
    /// The tool that is not on this machine, where it could not run for want of one. Never written: what counts is what is
    /// seen just now.
    #[serde(skip)]
    pub wanting: Option<String>,
    /// The run it was seen in. Left out for doctests that passed.
    #[serde(default)]
    pub evidence_ref: String,
    /// Always `cargo-handoff`.
    pub by: String,
}

/// Whether a command of this id repaired something (`--fix`), rather than looked at it.
#[must_use]
pub fn is_fix(id: &str) -> bool {
    id.split(':').nth(2) == Some("fix")
}
