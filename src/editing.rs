//! Edits of files, by symbol and by exact text: what is meant, where it stands, what it comes to, and all or none of it
//! written.
//!
//! No byte outside of what an edit changes is touched: line ends, byte order mark, bytes that are not UTF-8, the last
//! line's missing end. Nothing here prints.

pub mod request;
mod view;
mod fit;
mod refuse;
mod held;
mod place;
mod apply;
mod sound;
mod batch;
pub mod journal;

pub use batch::{Plan, Turned, plan, write};
pub use refuse::is_sensitive;
pub use request::Edit;

use crate::payload::entries::Citation;
use crate::workspace::graph::Graph;
use camino::Utf8Path;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where files may be edited.
#[derive(Debug, Clone, Copy)]
pub struct Bounds<'a> {
    /// Nothing outside of this folder is: the payload's root, else the top of the repository or workspace.
    pub root: &'a Utf8Path,
    /// What is named is relative to this one, where there is such a file.
    pub folder: &'a Utf8Path,
    /// The folder of the payload: nothing in it is edited.
    pub handoff: Option<&'a Utf8Path>,
    /// The workspaces, where a package was named.
    pub graph: Option<&'a Graph>,
}

/// What is let through.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Terms {
    /// Files that decide what is built, and what runs.
    pub allow_sensitive: bool,
    /// Edits behind which a file no longer parses.
    pub force: bool,
}

/// One edit that was made, or would be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct EditRow {
    /// What it did, as it is typed.
    pub op: String,
    /// The file, relative to the root.
    pub file: String,
    /// The symbol, by its path in the file before the edit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub symbol: Option<String>,
    /// Where the new text begins.
    pub line: usize,
    /// Where it ends.
    pub last_line: usize,
    /// SHA-256 of the file before it; null where there was none.
    pub before: Option<String>,
    /// SHA-256 of the file behind it.
    pub after: String,
    /// Whether the file decides what is built, and what runs.
    pub sensitive: bool,
    /// The place that justified it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub citation: Option<Citation>,
    /// The finding that justified it, by its id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finding: Option<String>,
    /// What whoever asked for it should know.
    pub notes: Vec<String>,
}

/// A file that was edited, or would be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FileRow {
    /// Relative to the root.
    pub file: String,
    /// Whether it was made.
    pub created: bool,
    /// Whether it decides what is built, and what runs.
    pub sensitive: bool,
    /// Lines that are new.
    pub added: usize,
    /// Lines that are gone.
    pub removed: usize,
}

/// What came of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Edited {
    /// Whether nothing was written.
    pub dry_run: bool,
    /// The files that differ, those first that decide what is built and run.
    pub files: Vec<FileRow>,
    /// The edits, in their order.
    pub edits: Vec<EditRow>,
    /// The difference, with `--dry-run`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub diff: Option<String>,
    /// Where the edits are kept, relative to the root; nothing without a payload.
    pub kept_in: Option<String>,
    /// What is to be known besides.
    pub remarks: Vec<String>,
}
