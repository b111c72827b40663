//! What the files of a step are before somebody edits them, and where their guardrails went.

mod lost;
mod taken;

use super::place::RustFile;
use crate::error::Result;
use crate::files;
use crate::source::{Guardrail, LeftOverKind, SymbolKind, guardrails, left_overs, outline};
pub use lost::{Now, lost};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
pub use taken::Taken;

/// The shape of a snapshot.
pub const SNAPSHOT_FORMAT: u32 = 1;

/// The most files one holds.
const MOST_FILES: usize = 2000;

/// The largest file that is read.
const LARGEST: u64 = 4 << 20;

/// The files of a step at some time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Snapshot {
    /// The shape: [`SNAPSHOT_FORMAT`].
    pub format: u32,
    /// The step.
    pub step: String,
    /// When: RFC 3339, UTC.
    pub at: String,
    /// The commit HEAD was at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// The files, in order of their names.
    pub files: Vec<FileSnapshot>,
    /// How many more there are.
    #[serde(default)]
    pub files_left_out: usize,
}

/// A file at some time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FileSnapshot {
    /// Relative to the root.
    pub file: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Its symbols.
    pub symbols: Vec<SymbolSnapshot>,
    /// What says that something is still to be done: line and text.
    pub todos: Vec<(u32, String)>,
    /// What holds it.
    pub guardrails: Vec<Guardrail>,
}

/// A symbol at some time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SymbolSnapshot {
    /// Its path within the file.
    pub path: String,
    /// What it is.
    pub kind: SymbolKind,
    /// Its line.
    pub line: u32,
    /// Its head in one line.
    pub signature: String,
}

impl Snapshot {
    /// These files as they are now.
    ///
    /// # Errors
    /// 74 where one cannot be read.
    pub fn take(step: &str, at: &str, commit: Option<&str>, of: &[RustFile]) -> Result<Self> {
        let mut taken = Vec::new();
        for file in of.iter().take(MOST_FILES) {
            let Some(bytes) = files::read(&file.path, LARGEST)? else { continue };
            let text = String::from_utf8_lossy(&bytes);
            taken.push(FileSnapshot { sha256: files::sha256(&bytes), ..FileSnapshot::of_text(&file.shown, &text) });
        }
        Ok(Self {
            format: SNAPSHOT_FORMAT,
            step: step.to_owned(),
            at: at.to_owned(),
            commit: commit.map(str::to_owned),
            files: taken,
            files_left_out: of.len().saturating_sub(MOST_FILES),
        })
    }
}

impl FileSnapshot {
    /// A text as a file at some time; its digest is left empty.
    fn of_text(file: &str, text: &str) -> Self {
        let outline = outline(text);
        let symbols = outline.symbols.iter().enumerate().map(|(at, symbol)| SymbolSnapshot {
            path: outline.path(at),
            kind: symbol.kind,
            line: symbol.line,
            signature: symbol.signature.clone(),
        });
        let all: BTreeSet<u32> = (1..=u32::try_from(text.lines().count()).unwrap_or(u32::MAX)).collect();
        let is_todo = |kind: LeftOverKind| match kind {
            LeftOverKind::Dbg | LeftOverKind::Todo | LeftOverKind::Unimplemented | LeftOverKind::Marker => true,
            LeftOverKind::Print | LeftOverKind::AllowWithoutReason | LeftOverKind::CommentedOutCode => false,
        };
        let todos = left_overs(text, &all, false).into_iter().filter(|left| is_todo(left.kind));
        Self {
            file: file.to_owned(),
            sha256: String::new(),
            symbols: symbols.collect(),
            todos: todos.map(|left| (left.line, left.text)).collect(),
            guardrails: guardrails(text),
        }
    }
}

#[cfg(test)]
mod tests;
