//! What somebody forgot to take out again: on the lines that were added, and told by tokens, not by text.

mod comments;
mod tokens;
mod to_dos;

pub use to_dos::{ToDo, ToDos, to_do_words, to_dos};

use super::attributes::{inside, is_test_file, last_word, split};
use super::items::{Role, entries};
use super::lint_levels::of_condition;
use super::text::{Text, bytes};
use ra_ap_syntax::ast::{self, AstNode as _, AstToken as _};
use ra_ap_syntax::{SyntaxKind, SyntaxNode, SyntaxToken};
use std::collections::BTreeSet;
use std::ops::Range;

/// What kind of thing was left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LeftOverKind {
    /// `dbg!`
    Dbg,
    /// `todo!`
    Todo,
    /// `unimplemented!`
    Unimplemented,
    /// `println!`, `print!`, `eprintln!` or `eprint!` in a library, outside of tests.
    Print,
    /// A word in capitals in a comment that says that something is still to be done or mended, or is a hack.
    Marker,
    /// An `allow` attribute without a reason, or a comment beside it.
    AllowWithoutReason,
    /// Two or more lines of comment that are code.
    CommentedOutCode,
}

impl LeftOverKind {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Dbg,
        Self::Todo,
        Self::Unimplemented,
        Self::Print,
        Self::Marker,
        Self::AllowWithoutReason,
        Self::CommentedOutCode,
    ];

    /// As a configuration spells it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Dbg => "dbg",
            Self::Todo => "todo",
            Self::Unimplemented => "unimplemented",
            Self::Print => "print",
            Self::Marker => "marker",
            Self::AllowWithoutReason => "allow-without-reason",
            Self::CommentedOutCode => "commented-out-code",
        }
    }
}

/// Something that was left.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LeftOver {
    /// Its line, or its first one.
    pub line: u32,
    /// What it is.
    pub kind: LeftOverKind,
    /// That line, trimmed.
    pub text: String,
}

/// What was left on these lines, in order. `is_library` says that the file belongs to a library and is no test.
#[must_use]
pub fn left_overs(text: &str, lines: &BTreeSet<u32>, is_library: bool) -> Vec<LeftOver> {
    let text = Text::new(text);
    let mut tests = Vec::new();
    test_ranges(&text.tree, &mut tests);
    let is_library = is_library && !is_test_file(&text.tree);
    let mut found = BTreeSet::new();
    let mut note = |kind, at: usize| {
        let line = text.line(at);
        let held = text.body.get(text.start_of(line)..).unwrap_or_default().lines().next().unwrap_or_default();
        if lines.contains(&line) {
            found.insert(LeftOver { line, kind, text: held.trim().to_owned() });
        }
    };
    for token in text.tree.descendants_with_tokens().filter_map(|element| element.into_token()) {
        let start = bytes(token.text_range()).start;
        if let Some(name) = tokens::called(&token) {
            let is_in_test = || tests.iter().any(|test| test.contains(&start));
            match name {
                "dbg" => note(LeftOverKind::Dbg, start),
                "todo" => note(LeftOverKind::Todo, start),
                "unimplemented" => note(LeftOverKind::Unimplemented, start),
                "print" | "println" | "eprint" | "eprintln" if is_library && !is_in_test() => {
                    note(LeftOverKind::Print, start);
                }
                _ => {}
            }
        } else if let Some(comment) = ast::Comment::cast(token) {
            comments::markers(comment.text()).for_each(|(at, _)| note(LeftOverKind::Marker, start + at));
        }
    }
    for attribute in text.tree.descendants().filter_map(ast::Attr::cast) {
        if is_bare_allow(&attribute) && !is_explained(&text, &attribute) {
            note(LeftOverKind::AllowWithoutReason, bytes(attribute.syntax().text_range()).start);
        }
    }
    comments::code(&text, lines).into_iter().for_each(|at| note(LeftOverKind::CommentedOutCode, at));
    found.into_iter().collect()
}

fn test_ranges(holder: &SyntaxNode, found: &mut Vec<Range<usize>>) {
    for entry in entries(holder) {
        if entry.role == Role::Test {
            found.push(entry.range());
        } else if let Some(inner) = entry.inner() {
            test_ranges(&inner, found);
        }
    }
}

/// An `allow` attribute without `reason`, also by way of a `cfg_attr`.
fn is_bare_allow(attribute: &ast::Attr) -> bool {
    let Some(held) = inside(attribute) else { return false };
    let has_reason = |held: &str| held.split(", ").chain([held]).any(|part| part.trim().starts_with("reason ="));
    match last_word(attribute).as_deref() {
        Some("allow") => !has_reason(&held),
        Some("cfg_attr") => {
            of_condition(&split(&held).1).iter().any(|(level, held)| level == "allow" && !has_reason(held))
        }
        Some(_) | None => false,
    }
}

/// Whether a plain comment stands behind it on its line, or ends on the line above.
fn is_explained(text: &Text<'_>, attribute: &ast::Attr) -> bool {
    let range = bytes(attribute.syntax().text_range());
    let is_comment = |token: &SyntaxToken| ast::Comment::cast(token.clone()).is_some_and(|comment| !comment.is_doc());
    let own_line = text.line(range.end);
    let next = attribute.syntax().last_token().and_then(|token| token.next_token());
    let behind = std::iter::successors(next, SyntaxToken::next_token);
    let line_of = |token: &SyntaxToken| text.line(bytes(token.text_range()).start);
    let beside = behind.take_while(|token| line_of(token) == own_line).any(|token| is_comment(&token));
    let before = attribute.syntax().first_token().and_then(|token| token.prev_token());
    let above =
        std::iter::successors(before, SyntaxToken::prev_token).find(|token| token.kind() != SyntaxKind::WHITESPACE);
    beside
        || above.is_some_and(|token| {
            // A comment at the end of other code's line is about that code.
            let at = bytes(token.text_range());
            let is_own_line = text
                .body
                .get(text.start_of(text.line(at.start))..at.start)
                .is_some_and(|before| before.trim().is_empty());
            is_comment(&token) && is_own_line && text.line(range.start) <= text.line(at.end) + 1
        })
}

#[cfg(test)]
mod tests;
