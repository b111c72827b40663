//! Which lines hold this? With ripgrep's own crates, so that what it looks at and what it finds is what `rg` does.
//!
//! Files are looked at side by side and told in order, the order of `rg --sort=path`. What is ignored is what git,
//! `.ignore` and `.rgignore` say, and what is hidden; a file that holds a NUL byte is left at it. No process is started.

mod found;
mod pattern;
mod lines;
mod kept;
mod walk;
mod told;

pub use found::{Beside, FileCount, FileHits, Hit, Layer, LeftOut, Search, Together};
pub use pattern::Case;

use super::place::Ground;
use crate::cancel::Cancel;
use crate::error::Result;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What is looked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct Question {
    /// The patterns, each a layer of its own.
    pub patterns: Vec<String>,
    /// Files and folders, relative to the current folder; everything below the root where empty.
    pub paths: Vec<String>,
    /// Whether the patterns are texts and not regular expressions.
    pub literal: bool,
    /// Whether capital letters count.
    pub case: Case,
    /// Whether only whole words are found.
    pub word: bool,
    /// Only files these match, relative to the root; none that one with `!` in front of it matches.
    pub globs: Vec<String>,
    /// How many lines before each line found are told.
    pub before: usize,
    /// How many lines after it.
    pub after: usize,
    /// Whether hidden files are looked at.
    pub hidden: bool,
    /// Whether files are looked at that are ignored.
    pub no_ignore: bool,
    /// How many lines of each layer are told at most.
    pub limit: usize,
}

/// Looks for it.
///
/// # Errors
/// 2 where a pattern or a glob cannot be read, 65 where a path is not there, 130 once somebody asked to stop.
pub fn search(question: &Question, ground: &Ground, cancel: &Cancel) -> Result<Search> {
    let places = walk::places(question, ground)?;
    let patterns = pattern::compile(question)?;
    let seen = walk::walk(question, ground, &places, &patterns, cancel)?;
    cancel.check()?;
    Ok(told::tell(question, ground, &places, seen))
}

#[cfg(test)]
mod tests;
