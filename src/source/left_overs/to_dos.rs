//! What somebody left to be done, told by tokens: markers in comments of every kind, and macros that stand in for work.

use super::comments;
use super::tokens::called;
use crate::source::text::{Text, bytes};
use ra_ap_syntax::ast::{self, AstToken as _};

/// The macros that stand in for work, or look into it.
const MACROS: &[&str] = &["dbg!", "todo!", "unimplemented!"];

/// Something that is left to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToDo {
    /// The byte it begins at, counted from the file's first one, byte order mark included.
    pub at: usize,
    /// Its line.
    pub line: u32,
    /// The byte of the line it begins at, from 1.
    pub column: u32,
    /// The word: a marker, or a macro's name with `!`.
    pub word: &'static str,
    /// The line, trimmed.
    pub text: String,
}

/// What is left to be done in a file, in its order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ToDos {
    /// All of them.
    pub found: Vec<ToDo>,
    /// The line of the first syntax error. What stands behind it is told all the same, unless the file nests too deep
    /// to be read: then it is 1, and nothing is found.
    pub broken: Option<u32>,
}

/// The words that are looked for. A file that holds none of them has nothing to be done in it.
pub fn to_do_words() -> impl Iterator<Item = &'static str> {
    comments::MARKERS.iter().chain(MACROS).map(|word| word.trim_end_matches('!'))
}

/// What is left to be done. Strings do not count, and words that are only spoken of, in quotes or backticks.
#[must_use]
pub fn to_dos(text: &str) -> ToDos {
    let text = Text::new(text);
    let mut found: Vec<ToDo> = Vec::new();
    let mut note = |at: usize, word: &'static str| {
        let line = text.line(at);
        let start = text.start_of(line);
        if found.last().is_some_and(|last| last.line == line && last.word == word) {
            return;
        }
        let held = text.body.get(start..).unwrap_or_default().lines().next().unwrap_or_default();
        let column = u32::try_from(at - start + 1).unwrap_or(u32::MAX);
        found.push(ToDo { at: at + text.mark.len(), line, column, word, text: held.trim().to_owned() });
    };
    for token in text.tree.descendants_with_tokens().filter_map(|element| element.into_token()) {
        let start = bytes(token.text_range()).start;
        if let Some(name) = called(&token) {
            MACROS.iter().filter(|word| word.strip_suffix('!') == Some(name)).for_each(|word| note(start, word));
        } else if let Some(comment) = ast::Comment::cast(token) {
            let mut markers: Vec<(usize, &'static str)> = comments::markers(comment.text()).collect();
            markers.sort_unstable();
            markers.into_iter().for_each(|(at, word)| note(start + at, word));
        }
    }
    ToDos { found, broken: text.broken }
}

#[cfg(test)]
mod tests;
