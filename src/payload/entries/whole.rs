//! What is said once of the work as a whole: the evidence, follow-ups, statuses of steps, the tools, the baseline.

use crate::words::Finding;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// `implementation.evidence[]`: one sealed record. They form a chain, so that none can be taken out unseen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct EvidenceEntry {
    /// `evidence:<run>`.
    pub id: String,
    /// Its folder, relative to the payload's root.
    pub path: String,
    /// SHA-256 of its `record.json`.
    pub sha256: String,
    /// When it was sealed.
    pub at: String,
    /// Always `cargo-handoff`.
    pub by: String,
}

/// `implementation.handoff.record`: the record of the run that wrote last, sealed or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RecordRef {
    /// Its folder, relative to the payload's root.
    pub path: String,
    /// SHA-256 of its `record.json`.
    pub sha256: String,
}

/// `implementation.followUps[]` of ours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FollowUp {
    /// `follow-up:<what>`.
    pub id: String,
    /// One sentence.
    pub text: String,
    /// Always `cargo-handoff`.
    pub by: String,
}

/// `implementation.stepStatus[]`: the status of a step that is a bare string.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StepStatus {
    /// `step:<id>`.
    pub id: String,
    /// The step's id.
    pub step: String,
    /// The status.
    pub status: String,
    /// Why.
    pub why: String,
    /// When.
    pub at: String,
    /// `cargo-handoff`, or who asserted it.
    pub by: String,
}

/// `implementation.environment`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Environment {
    /// `rustc -vV`, first line.
    pub rustc: Option<String>,
    /// `cargo -V`.
    pub cargo: Option<String>,
    /// `cargo clippy -V`.
    pub clippy: Option<String>,
    /// `rustfmt -V`.
    pub rustfmt: Option<String>,
    /// The host triple.
    pub triple: Option<String>,
    /// The toolchain file, relative to the payload's root, where there is one.
    pub toolchain_file: Option<String>,
    /// This tool's version.
    pub cargo_handoff: String,
    /// Always `cargo-handoff`.
    pub by: String,
}

/// `implementation.audit`: what was found when the work was held against the plan and the tests that were there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditEntry {
    /// What was found.
    pub findings: Vec<Finding>,
    /// The digest of the plan it was held against.
    pub plan: String,
    /// For each suite that lists fewer tests than it did, by the id of its entry: how many those were.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub listed_before: BTreeMap<String, u64>,
    /// Always `cargo-handoff`.
    pub by: String,
}

/// `implementation.baseline`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BaselineEntry {
    /// The ref it was found through.
    #[serde(rename = "ref")]
    pub reference: String,
    /// The commit.
    pub commit: String,
    /// Why this one.
    pub how: String,
    /// The tree the checks ran on, without `handoff/`.
    pub tree: String,
    /// Always `cargo-handoff`.
    pub by: String,
}
