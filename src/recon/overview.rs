//! What is in these files: their symbols, nested, by kind.

use super::bounded::Bounded;
use super::place::RustFile;
use crate::error::Result;
use crate::files;
use crate::source::{Outline, SymbolKind, outline};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The largest file that is read.
const LARGEST: u64 = 16 << 20;

/// The symbols of files.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Overview {
    /// The files, in order of their names.
    pub files: Bounded<FileOverview>,
    /// How many symbols there are in all of them.
    pub n_symbols: usize,
}

/// The symbols of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FileOverview {
    /// The file, relative to the root.
    pub file: String,
    /// The line of its first syntax error: what stands behind it may be incomplete.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub broken: Option<u32>,
    /// What stands at its top.
    pub symbols: Vec<SymbolRow>,
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
    /// What is in it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub children: Vec<SymbolRow>,
}

/// The symbols of these files.
///
/// # Errors
/// 74 where a file cannot be read.
pub fn overview(of: &[RustFile], limit: usize) -> Result<Overview> {
    let mut overviews = Vec::new();
    let mut n_symbols = 0;
    for file in of {
        let Some(bytes) = files::read(&file.path, LARGEST)? else { continue };
        let outline = outline(&String::from_utf8_lossy(&bytes));
        n_symbols += outline.symbols.len();
        overviews.push(FileOverview {
            file: file.shown.clone(),
            broken: outline.broken,
            symbols: rows(&outline, None),
        });
    }
    Ok(Overview { files: Bounded::of(overviews, limit), n_symbols })
}

fn rows(outline: &Outline, parent: Option<usize>) -> Vec<SymbolRow> {
    let own = outline.symbols.iter().enumerate().filter(|(_, symbol)| symbol.parent == parent);
    own.map(|(at, symbol)| SymbolRow {
        path: outline.path(at),
        kind: symbol.kind,
        line: symbol.line,
        last_line: symbol.last_line,
        signature: symbol.signature.clone(),
        children: rows(outline, Some(at)),
    })
    .collect()
}
