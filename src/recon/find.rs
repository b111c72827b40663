//! Where is what is called so?
//!
//! All symbols count, those within functions and in the braces of macro calls too. What a macro makes is not there to
//! be found; then it is said where the name stands.

mod text;

use super::bounded::Bounded;
use super::each::each;
use super::modules::Crates;
use super::near::distance;
use super::overview::LARGEST;
use super::place::{RustFile, Unread};
use crate::cancel::Cancel;
use crate::error::Result;
use crate::files;
use crate::source::{NamePath, Outline, Symbol, SymbolKind, outline, outline_without_locals};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How many names that look alike are told.
const MOST_NEAR: usize = 8;

/// How many bytes of text are told in all.
const MOST_TEXT: usize = 100_000;

/// What is told of a symbol besides where it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Telling {
    /// Its head in one line.
    #[default]
    Head,
    /// Its documentation, attributes and head, as they stand in the file.
    Docs,
    /// All of it.
    Body,
}

/// What is looked for.
#[derive(Debug, Clone)]
pub struct FindQuestion {
    /// As it was typed.
    pub pattern: String,
    /// The same, read.
    pub name: NamePath,
    /// Only these kinds; all where empty.
    pub kinds: Vec<SymbolKind>,
    /// What is told of each.
    pub telling: Telling,
    /// How many are told.
    pub limit: usize,
}

/// What is called so.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Found {
    /// What was looked for.
    pub pattern: String,
    /// What is called so, by file and line.
    pub symbols: Bounded<FoundSymbol>,
    /// Where nothing is: what is called nearly so, nearest first.
    pub near: Vec<NearSymbol>,
    /// Where nothing is: the files in which the name stands all the same.
    pub mentions: Bounded<String>,
    /// How many files were looked at.
    pub n_files: usize,
    /// Those of them in which the name stands and that do not parse, with the line of the first error: something may
    /// be missing.
    pub broken: Bounded<BrokenFile>,
    /// What could not be looked at.
    pub unread: Bounded<Unread>,
}

/// A symbol that was looked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FoundSymbol {
    /// Its path within the file, as `edit` takes it.
    pub path: String,
    /// The crate and modules of the file: `money::text`.
    pub modules: String,
    /// What it is.
    pub kind: SymbolKind,
    /// The file, relative to the root.
    pub file: String,
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
    /// Whether it stands in the braces of a macro call.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_in_macro: bool,
    /// What was asked of it besides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<SymbolText>,
}

/// A part of a file, as it stands there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SymbolText {
    /// The line it begins in.
    pub line: u32,
    /// Its lines, from the first one's beginning on; `None` where all texts together became too long.
    pub text: Option<String>,
}

/// A symbol that is called nearly so.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct NearSymbol {
    /// Its path within the file.
    pub path: String,
    /// What it is.
    pub kind: SymbolKind,
    /// The file, relative to the root.
    pub file: String,
    /// The line it begins in.
    pub line: u32,
}

/// A file that does not parse.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct BrokenFile {
    /// The file, relative to the root.
    pub file: String,
    /// The line of its first syntax error.
    pub line: u32,
}

/// What is in one file.
#[derive(Default)]
struct InFile {
    symbols: Vec<FoundSymbol>,
    /// Whether the name's words stand in it.
    is_mention: bool,
    broken: Option<u32>,
}

/// The symbols of these files that are called so; where there is none, what is called nearly so.
///
/// # Errors
/// 106, 129, 130 or 143 once somebody asked to stop.
pub fn find(of: &[RustFile], unread: Vec<Unread>, question: &FindQuestion, cancel: &Cancel) -> Result<Found> {
    let crates = Crates::default();
    let words = words(question.name.last());
    let read = each(of, cancel, |file| in_file(file, question, &words, &crates))?;
    let mut found = Found { pattern: question.pattern.clone(), ..Found::default() };
    let (mut symbols, mut mentions, mut broken, mut all_unread) = (Vec::new(), Vec::new(), Vec::new(), unread);
    for (file, read) in of.iter().zip(read) {
        match read {
            Ok(mut read) => {
                found.n_files += 1;
                symbols.append(&mut read.symbols);
                mentions.extend(read.is_mention.then(|| file.shown.clone()));
                broken.extend(read.broken.map(|line| BrokenFile { file: file.shown.clone(), line }));
            }
            Err(unread) => all_unread.push(unread),
        }
    }
    if symbols.is_empty() {
        found.near = near(of, question, cancel)?;
        found.mentions = Bounded::of(mentions, question.limit);
    }
    found.broken = Bounded::of(broken, question.limit);
    found.unread = Bounded::of(all_unread, question.limit);
    found.symbols = Bounded::of(symbols, question.limit);
    let mut left = MOST_TEXT;
    for text in found.symbols.items.iter_mut().filter_map(|symbol| symbol.text.as_mut()) {
        let n_bytes = text.text.as_ref().map_or(0, String::len);
        text.text = text.text.take().filter(|_| n_bytes <= left);
        left = left.saturating_sub(n_bytes);
    }
    Ok(found)
}

fn in_file(file: &RustFile, question: &FindQuestion, words: &[&str], crates: &Crates) -> Result<InFile, Unread> {
    let text = read(file)?;
    if !words.iter().all(|word| text.contains(word)) {
        return Ok(InFile::default());
    }
    let outline = outline(&text);
    let modules = crates.modules(&file.path);
    let is_wanted = |symbol: &Symbol| question.kinds.is_empty() || question.kinds.contains(&symbol.kind);
    let found = question.name.find(&outline, &modules).into_iter().filter(|at| is_wanted(&outline.symbols[*at]));
    let symbols = found.map(|at| {
        let symbol = &outline.symbols[at];
        FoundSymbol {
            path: outline.path(at),
            modules: modules.join("::"),
            kind: symbol.kind,
            file: file.shown.clone(),
            line: symbol.line,
            last_line: symbol.last_line,
            signature: symbol.signature.clone(),
            cfg: symbol.cfg.clone(),
            is_test: symbol.is_test,
            is_in_macro: symbol.is_in_macro,
            text: text::of(symbol, &text, question.telling),
        }
    });
    Ok(InFile { symbols: symbols.collect(), is_mention: true, broken: outline.broken })
}

fn read(file: &RustFile) -> Result<String, Unread> {
    let unread = |why: String| Unread { file: file.shown.clone(), why };
    let bytes = files::read(&file.path, LARGEST)
        .map_err(|error| unread(error.source.map_or(error.message, |source| source.to_string())))?
        .ok_or_else(|| unread("it is gone".into()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// What has to stand in a file that holds a symbol of this name.
fn words(name: &str) -> Vec<&str> {
    let words = name.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
    words.filter(|word| !word.is_empty()).collect()
}

/// What is called nearly so in these files, or so in another place.
fn near(of: &[RustFile], question: &FindQuestion, cancel: &Cancel) -> Result<Vec<NearSymbol>> {
    let typed = question.name.last();
    let near = each(of, cancel, |file| {
        let outline = read(file).map_or_else(|_| Outline::default(), |text| outline_without_locals(&text));
        let symbols = outline.symbols.iter().enumerate();
        let near = symbols.filter_map(|(at, symbol)| {
            let distance = distance(typed, &symbol.name)?;
            let (path, file) = (outline.path(at), file.shown.clone());
            Some((distance, NearSymbol { path, kind: symbol.kind, file, line: symbol.line }))
        });
        near.collect::<Vec<_>>()
    })?;
    let mut near: Vec<(usize, NearSymbol)> = near.into_iter().flatten().collect();
    near.sort();
    near.truncate(MOST_NEAR);
    Ok(near.into_iter().map(|(_, symbol)| symbol).collect())
}

#[cfg(test)]
mod tests;
