//! One edit -> the range it changes and what is to stand there. Pure: texts in, a splice out.

mod around;
mod replace;
mod insert;
mod remove;
mod near;
mod text;

use super::view::{Splice, View};
use crate::source::{Outline, Symbol};

/// The file an edit is made in, and the symbol it is about.
#[derive(Clone, Copy)]
pub(super) struct Site<'a> {
    /// The file's text, as long as its bytes.
    pub(super) view: &'a View,
    /// Its symbols.
    pub(super) outline: &'a Outline,
    /// Which one.
    pub(super) symbol: usize,
}

impl<'a> Site<'a> {
    fn text(&self) -> &'a str {
        self.view.text()
    }

    fn it(&self) -> &'a Symbol {
        &self.outline.symbols[self.symbol]
    }
}

/// What an edit comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Made {
    /// From the file's front to its back, none of which overlap.
    pub(super) splices: Vec<Splice>,
    /// What whoever asked for it should know.
    pub(super) notes: Vec<String>,
}

impl Made {
    fn of(splice: Splice) -> Self {
        Self { splices: vec![splice], notes: Vec::new() }
    }

    fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// The bytes with all of it made.
    pub(super) fn make(&self, bytes: &[u8]) -> Vec<u8> {
        let mut made = Vec::with_capacity(bytes.len());
        let mut from = 0;
        for Splice { at, text } in &self.splices {
            made.extend_from_slice(&bytes[from..at.start]);
            made.extend_from_slice(text.as_bytes());
            from = at.end;
        }
        made.extend_from_slice(&bytes[from..]);
        made
    }

    /// Where the new text stands in the new bytes.
    pub(super) fn at(&self) -> std::ops::Range<usize> {
        let mut range: Option<std::ops::Range<usize>> = None;
        let mut shift = 0_isize;
        for splice in &self.splices {
            let start = splice.at.start.saturating_add_signed(shift);
            let end = start + splice.text.len();
            range = Some(range.map_or(start, |range| range.start)..end);
            let length = |n: usize| isize::try_from(n).unwrap_or(isize::MAX);
            shift += length(splice.text.len()) - length(splice.at.len());
        }
        range.unwrap_or_default()
    }
}

pub(super) use around::is_whole;
pub(super) use insert::{after, before};
pub(super) use remove::remove;
pub(super) use replace::replace;
pub(super) use text::{replace_text, write};

#[cfg(test)]
mod tests;
