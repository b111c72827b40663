//! What was edited because a step of the plan carries it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// `implementation.edits[]`: one edit of a step that was made. It is not made again, whatever becomes of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct EditEntry {
    /// `edit:<step>:<first 16 digits of the digest>`; the second one that is the same ends with `#2`.
    pub id: String,
    /// The step's id.
    pub step: String,
    /// SHA-256 of what it does; what justifies it does not count.
    pub digest: String,
    /// The file, relative to the payload's root.
    pub file: String,
    /// What it did: `replace`, `replace-text`, …
    pub op: String,
    /// The symbol, by its path in the file before the edit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub symbol: Option<String>,
    /// SHA-256 of the file before it; null where there was none.
    pub before: Option<String>,
    /// SHA-256 of the file behind it.
    pub after: String,
    /// Through what it was approved: `trust`, `terminal`, `allow-file` or `trust-payload`.
    pub approval: String,
    /// When.
    pub at: String,
    /// Always `cargo-handoff`.
    pub by: String,
}
