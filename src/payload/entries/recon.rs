//! What an instrument found and somebody wanted kept; and what a change did to the symbols of its file.

use super::{Citation, LogRef};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// `implementation.recon[]`: a question, asked at some time, and what was found. Signed by whoever asked, and never
/// renewed: who asks again adds another one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReconEntry {
    /// `recon:<time>-<n>`.
    pub id: String,
    /// The instrument: `overview`, `find`, `refs`, `search`, `todo`, `docs`, `baseline`.
    pub kind: String,
    /// What it was asked: enough to ask again.
    pub question: Value,
    /// The same as it is typed.
    pub words: String,
    /// When: RFC 3339, UTC.
    pub at: String,
    /// Who asked.
    pub by: String,
    /// The lines that were found, the first 50.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub citations: Vec<Citation>,
    /// The symbols that were found, the first 50.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub symbols: Vec<SymbolRef>,
    /// How many there were in all.
    pub total: u64,
    /// The whole of it, where it is too much for the payload.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<LogRef>,
}

/// A symbol as it was when somebody looked.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct SymbolRef {
    /// Its path within the file.
    pub path: String,
    /// The file, relative to the payload's root.
    pub file: String,
    /// Its line.
    pub line: u32,
    /// Its head in one line.
    pub signature: String,
}

/// What a change did to one symbol.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct SymbolChange {
    /// Its path within the file.
    pub path: String,
    /// `fn`, `struct`, …
    pub kind: String,
    /// `added`, `removed`, `signature` or `body`.
    pub how: String,
    /// Whether others may use it: it says `pub`, or stands in a trait or enum that does.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub public: bool,
}
