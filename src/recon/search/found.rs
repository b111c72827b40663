//! The shapes of what is found.

use super::super::bounded::Bounded;
use super::super::place::Unread;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// The lines that hold what was looked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Search {
    /// One for each pattern, in their order.
    pub layers: Vec<Layer>,
    /// Files that hold several layers, those with more of them first.
    pub together: Bounded<Together>,
    /// Where it was looked, relative to the root.
    pub looked_in: Vec<String>,
    /// How many files were looked at.
    pub n_searched: usize,
    /// How many of them hold a NUL byte: nothing behind it was looked at, or told.
    pub n_binary: usize,
    /// What could not be looked at.
    pub unread: Bounded<Unread>,
}

/// What one pattern found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Layer {
    /// The pattern.
    pub pattern: String,
    /// How many lines hold it.
    pub n_lines: usize,
    /// How many files.
    pub n_files: usize,
    /// The first lines, by file. Files that hold several layers come first, then it goes by path.
    pub files: Vec<FileHits>,
    /// What is not told.
    pub left_out: LeftOut,
}

/// What is not told of a layer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LeftOut {
    /// How many lines, in all files.
    pub lines: usize,
    /// The files of which no line is told.
    pub files: Bounded<FileCount>,
}

/// How many lines of a file hold it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FileCount {
    /// The file, relative to the root.
    pub file: String,
    /// How many.
    pub lines: usize,
}

/// The lines of a file that hold it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FileHits {
    /// The file, relative to the root.
    pub file: String,
    /// The first lines, in order.
    pub hits: Vec<Hit>,
    /// How many there are besides.
    pub left_out: usize,
    /// Where its first NUL byte is: nothing behind it was looked at, or told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub binary: Option<u64>,
}

/// A line that holds it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Hit {
    /// Its number, from 1.
    pub line: u64,
    /// The byte of the line the first place begins at, from 1.
    pub column: u64,
    /// How many bytes that place has.
    pub length: u64,
    /// The line without its end; of a long one the part around the place. A byte that is no UTF-8 is spelt `\xff`.
    pub text: String,
    /// Where the place is in `text`.
    #[serde(skip)]
    pub marked: Range<usize>,
    /// How many bytes of a long line are left out.
    #[serde(default, skip_serializing_if = "is_nothing")]
    pub left_out: usize,
    /// Whether all of it is UTF-8.
    pub is_utf8: bool,
    /// Lines before it that were not told with the hit before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub before: Vec<Beside>,
    /// Lines after it, up to the next hit.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<Beside>,
}

/// A line beside one that holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Beside {
    /// Its number, from 1.
    pub line: u64,
    /// The line without its end.
    pub text: String,
}

/// A file that holds several layers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Together {
    /// The file, relative to the root.
    pub file: String,
    /// The numbers of the layers, from 1.
    pub layers: Vec<usize>,
}

const fn is_nothing(n: &usize) -> bool {
    *n == 0
}
