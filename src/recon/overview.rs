//! What is in these files: their symbols, nested, by kind.
//!
//! An answer covers all files that are meant. Where their symbols are too many it says less of each: first what stands
//! at the top of files only, then counts by file, then counts by folder.

mod folders;
mod rows;

use super::bounded::Bounded;
use super::each::each;
use super::place::{RustFile, Unread};
use crate::cancel::Cancel;
use crate::error::Result;
use crate::files;
use crate::source::{SymbolKind, outline, outline_without_locals};
use rows::Wanted;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The largest file that is read.
pub(super) const LARGEST: u64 = 16 << 20;

/// So many symbols are told for each file there may be.
const SYMBOLS_OF_A_FILE: usize = 10;

/// What is asked about the files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OverviewQuestion {
    /// Only these kinds, and what they stand in; all where empty.
    pub kinds: Vec<SymbolKind>,
    /// How deep what is nested is told, 1 being the top of a file; `None`: all of it.
    pub depth: Option<usize>,
    /// Fields, variants and what stands in functions too, where no kinds are named.
    pub is_whole: bool,
    /// How many files are told, and ten times as many symbols.
    pub limit: usize,
}

/// How much is told of the files.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Told {
    /// What was asked for.
    #[default]
    Asked,
    /// What stands at their top, for there is too much of the rest.
    Tops,
    /// How many symbols of each kind each file holds.
    Files,
    /// The same for each folder.
    Folders,
}

/// How many there are of each kind.
pub type Counts = BTreeMap<SymbolKind, usize>;

/// The symbols of files.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Overview {
    /// How much is told of them.
    pub told: Told,
    /// The files, in order of their names; empty where folders are told.
    pub files: Bounded<FileOverview>,
    /// The folders in place of them.
    #[serde(default)]
    pub folders: Bounded<FolderOverview>,
    /// How many files were read.
    pub n_files: usize,
    /// How many symbols there are in all of them, of those that are asked for.
    pub n_symbols: usize,
    /// What could not be read.
    #[serde(default)]
    pub unread: Bounded<Unread>,
}

/// The symbols of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FileOverview {
    /// The file, relative to the root.
    pub file: String,
    /// The line of its first syntax error: what stands behind it may be incomplete. Errors within functions, around
    /// which nothing is missing, are not looked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub broken: Option<u32>,
    /// How many symbols it holds, those that are not told included.
    #[serde(default)]
    pub counts: Counts,
    /// What stands at its top.
    pub symbols: Vec<SymbolRow>,
    /// How many of `counts` are not told.
    #[serde(default)]
    pub left_out: usize,
}

/// What the files of a folder hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FolderOverview {
    /// The folder, relative to the root, with a `/` behind it.
    pub folder: String,
    /// How many files lie in it and below.
    pub n_files: usize,
    /// How many of them do not parse.
    pub n_broken: usize,
    /// How many symbols they hold.
    pub counts: Counts,
}

/// A symbol, with what is in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SymbolRow {
    /// Its path within the file, as `recon find` and `edit` take it.
    pub path: String,
    /// What it is.
    pub kind: SymbolKind,
    /// The line its visibility or keyword stands in.
    pub line: u32,
    /// The line it ends in.
    pub last_line: u32,
    /// Its head in one line.
    pub signature: String,
    /// Its `cfg` attributes.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub cfg: String,
    /// Whether it is a test function.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_test: bool,
    /// What is in it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub children: Vec<SymbolRow>,
}

/// The symbols of these files. One that cannot be read is told as such.
///
/// # Errors
/// 106, 129, 130 or 143 once somebody asked to stop.
pub fn overview(
    of: &[RustFile],
    unread: Vec<Unread>,
    question: &OverviewQuestion,
    cancel: &Cancel,
) -> Result<Overview> {
    let wanted = Wanted::new(question);
    let is_by_folder = question.limit < of.len();
    let read = each(of, cancel, |file| one(file, question, &wanted, is_by_folder))?;
    let (mut overviews, mut all_unread) = (Vec::new(), unread);
    for file in read {
        match file {
            Ok(file) => overviews.push(file),
            Err(unread) => all_unread.push(unread),
        }
    }
    let n_files = overviews.len();
    let n_symbols = overviews.iter().flat_map(|file| file.counts.values()).sum();
    let mut overview =
        Overview { n_files, n_symbols, unread: Bounded::of(all_unread, question.limit), ..Overview::default() };
    if is_by_folder {
        overview.told = Told::Folders;
        overview.folders = folders::folders(&overviews, question.limit);
    } else {
        overview.told = rows::thin(&mut overviews, question);
        overview.files = Bounded::of(overviews, question.limit);
    }
    Ok(overview)
}

fn one(
    file: &RustFile,
    question: &OverviewQuestion,
    wanted: &Wanted<'_>,
    is_by_folder: bool,
) -> Result<FileOverview, Unread> {
    let unread = |why: String| Unread { file: file.shown.clone(), why };
    let bytes = match files::read(&file.path, LARGEST) {
        Ok(Some(bytes)) => bytes,
        Ok(None) => return Err(unread("it is gone".into())),
        Err(error) => return Err(unread(error.source.map_or(error.message, |source| source.to_string()))),
    };
    let text = String::from_utf8_lossy(&bytes);
    let outline = if question.is_whole { outline(&text) } else { outline_without_locals(&text) };
    let counts = wanted.counts(&outline);
    let symbols = if is_by_folder { Vec::new() } else { wanted.rows(&outline) };
    Ok(FileOverview { file: file.shown.clone(), broken: outline.broken, counts, symbols, left_out: 0 })
}

#[cfg(test)]
mod tests;
