//! What somebody left to be done, with the symbol and the package it stands in. Told by tokens: a text that only
//! speaks of it does not count.

use super::bounded::Bounded;
use super::each::each;
use super::package::Packages;
use super::place::{RustFile, Unread};
use crate::cancel::Cancel;
use crate::error::{Error, Result};
use crate::files;
use crate::source::{outline, to_do_words, to_dos};
use grep_matcher::Matcher as _;
use grep_regex::{RegexMatcher, RegexMatcherBuilder};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The largest file that is read.
const LARGEST: u64 = 16 << 20;

/// What is left to be done.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ToDoList {
    /// By file and line.
    pub found: Bounded<ToDoRow>,
    /// How many there are of each word.
    pub words: BTreeMap<String, usize>,
    /// How many files hold some.
    pub n_files: usize,
    /// How many Rust files were looked at.
    pub n_searched: usize,
    /// Files that do not parse, each with the line of its first syntax error: symbols behind it may be wrong.
    pub broken: Bounded<String>,
    /// What could not be looked at.
    pub unread: Bounded<Unread>,
}

/// Something that is left to be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ToDoRow {
    /// The file, relative to the root.
    pub file: String,
    /// Its line, from 1.
    pub line: u32,
    /// The byte of the line it begins at, from 1.
    pub column: u32,
    /// The marker, or the macro's name with `!`.
    pub word: String,
    /// The line, trimmed.
    pub text: String,
    /// The path of the innermost symbol it stands in, within the file; nothing at the file's top.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub symbol: Option<String>,
    /// The package whose manifest is the nearest above.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub package: Option<String>,
}

/// What one file has to tell.
enum Told {
    Nothing,
    Rows(Vec<ToDoRow>, Option<String>),
    Unread(Unread),
}

/// What is left to be done in these files.
///
/// # Errors
/// 130 once somebody asked to stop.
pub fn to_do_list(of: &[RustFile], limit: usize, cancel: &Cancel) -> Result<ToDoList> {
    let words = words()?;
    let told = each(of, cancel, |file| look(file, &words))?;
    let (mut rows, mut broken, mut unread) = (Vec::new(), Vec::new(), Vec::new());
    let mut packages = Packages::default();
    let mut list = ToDoList { n_searched: of.len(), ..ToDoList::default() };
    for (file, one) in of.iter().zip(told) {
        match one {
            Told::Nothing => {}
            Told::Unread(one) => unread.push(one),
            Told::Rows(found, at_fault) => {
                let package = file.path.parent().and_then(|folder| packages.of(folder));
                list.n_files += usize::from(!found.is_empty());
                broken.extend(at_fault);
                rows.extend(found.into_iter().map(|row| ToDoRow { package: package.clone(), ..row }));
            }
        }
    }
    for row in &rows {
        *list.words.entry(row.word.clone()).or_default() += 1;
    }
    list.n_searched -= unread.len();
    list.found = Bounded::of(rows, limit);
    list.broken = Bounded::of(broken, limit);
    list.unread = Bounded::of(unread, limit);
    Ok(list)
}

/// Finds any of the words: a file without one need not be parsed.
fn words() -> Result<RegexMatcher> {
    let words: Vec<&str> = to_do_words().collect();
    let built = RegexMatcherBuilder::new().build_literals(&words);
    built.map_err(|error| Error::new(crate::error::Code::Internal, "words are no pattern").because(error))
}

fn look(file: &RustFile, words: &RegexMatcher) -> Told {
    let unread = |why: String| Told::Unread(Unread { file: file.shown.clone(), why });
    let bytes = match files::read(&file.path, LARGEST) {
        Ok(Some(bytes)) => bytes,
        Ok(None) => return Told::Nothing,
        Err(error) => return unread(error.message.replace(file.path.as_str(), &file.shown)),
    };
    if !words.is_match(&bytes).unwrap_or(true) {
        return Told::Nothing;
    }
    let text = String::from_utf8_lossy(&bytes);
    let held = to_dos(&text);
    if held.found.is_empty() {
        let is_unread = held.broken == Some(1) && outline(&text).symbols.is_empty() && !text.trim().is_empty();
        return if is_unread { unread("it cannot be read as Rust".to_owned()) } else { Told::Nothing };
    }
    let outline = outline(&text);
    let row = |found: crate::source::ToDo| ToDoRow {
        file: file.shown.clone(),
        line: found.line,
        column: found.column,
        word: found.word.to_owned(),
        text: found.text,
        symbol: outline.around(found.at).map(|symbol| outline.path(symbol)),
        package: None,
    };
    let broken = held.broken.map(|line| format!("{}:{line}", file.shown));
    Told::Rows(held.found.into_iter().map(row).collect(), broken)
}

#[cfg(test)]
mod tests;
