//! Whom a compile error belongs to, and a text without what does not compile.
//!
//! On the baseline a test of today need not compile. Blanking what holds the errors and building again tells the
//! tests that cannot be built there from those that can; a round either takes something out or says that it cannot.

mod find;

use super::functions::test_functions;
use super::splice::Edits;
use super::text::Text;
use find::Place;
use std::ops::Range;

/// What stands in the body of a test that was blanked; it must not be run.
pub const BLANKED: &str = "blanked: it does not compile here";

/// Where a compiler's message points to, in this file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Span {
    /// rustc's `byte_start..byte_end`, which count from the file's first byte.
    Bytes(Range<usize>),
    /// rustc's line and column, both from 1, columns in characters; the end is behind the last one.
    Lines {
        /// `line_start`, `column_start`.
        from: (u32, u32),
        /// `line_end`, `column_end`.
        to: (u32, u32),
    },
}

/// What kind of thing an error lies in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum OwnerKind {
    /// A test function. It keeps its name where another body helps, and goes where its signature or return type is
    /// in the way.
    Test {
        /// Whether only its body goes.
        keeps_name: bool,
    },
    /// One name, or one branch, of a test-only `use`.
    UseLeaf,
    /// Another test-only item.
    Helper,
    /// Production code, or no item at all: the baseline itself does not compile, or not with these tests beside it.
    Production,
}

/// The thing an error lies in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// What it is.
    pub kind: OwnerKind,
    /// Its path within the file; of a `use` the whole path; `""` for none.
    pub path: String,
    /// Its line.
    pub line: u32,
    /// The bytes that would go, from the file's first byte; none for production code.
    pub range: Range<usize>,
}

/// The owner of each span, in the order of the spans. `is_test_file` says that the whole file is there for tests
/// only: an integration test, or the file of a test-only module.
#[must_use]
pub fn owners(text: &str, is_test_file: bool, spans: &[Span]) -> Vec<Owner> {
    let text = Text::new(text);
    let shift = text.mark.len();
    let own = |span: &Span| {
        let range = match span {
            Span::Bytes(range) => range.start.saturating_sub(shift)..range.end.saturating_sub(shift),
            Span::Lines { from, to } => column(&text, *from)..column(&text, *to),
        };
        let place = find::place(&text, is_test_file, range);
        let Place { kind, path, line, range } = place;
        Owner { kind, path, line, range: range.start + shift..range.end + shift }
    };
    spans.iter().map(own).collect()
}

fn column(text: &Text<'_>, (line, column): (u32, u32)) -> usize {
    let start = text.start_of(line);
    let rest = text.body.get(start..).unwrap_or_default();
    let n_before = usize::try_from(column.saturating_sub(1)).unwrap_or(usize::MAX);
    start + rest.char_indices().nth(n_before).map_or(rest.len(), |(at, _)| at)
}

/// A text without what did not compile.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Blanked {
    /// It has as many lines as before. The same text means that nothing could be done.
    pub text: String,
    /// The paths of the tests that were blanked or went.
    pub tests: Vec<String>,
    /// Those nothing could be done about.
    pub stuck: Vec<Owner>,
}

/// Takes out what the owners hold. They must come from [`owners`] on the same text.
#[must_use]
pub fn blank(text: &str, owners: &[Owner]) -> Blanked {
    let mut blanked = Blanked::default();
    let mut wanted: Vec<&Owner> = Vec::new();
    for owner in owners {
        let can_go = match owner.kind {
            OwnerKind::Test { .. } | OwnerKind::UseLeaf | OwnerKind::Helper => text.get(owner.range.clone()),
            OwnerKind::Production => None,
        };
        match can_go {
            Some(held) if !held.is_empty() => wanted.push(owner),
            Some(_) | None => blanked.stuck.push(owner.clone()),
        }
    }
    wanted.sort_by_key(|owner| (owner.range.start, std::cmp::Reverse(owner.range.end)));
    let mut edits = Edits::default();
    let mut end = 0;
    let tests = test_functions(text);
    for owner in wanted {
        if owner.range.start < end {
            continue; // it went with what is around it
        }
        end = owner.range.end;
        let held = text.get(owner.range.clone()).unwrap_or_default();
        let lines: String = held.chars().filter(|letter| matches!(letter, '\r' | '\n')).collect();
        match owner.kind {
            OwnerKind::Test { keeps_name: true } => {
                edits.replace(owner.range.clone(), &format!("{{ ::core::unreachable!(\"{BLANKED}\"){lines} }}"), None);
            }
            OwnerKind::Test { keeps_name: false } | OwnerKind::UseLeaf | OwnerKind::Helper => {
                // Two words must not become one.
                edits.replace(owner.range.clone(), if lines.is_empty() { " " } else { &lines }, None);
            }
            OwnerKind::Production => {}
        }
        if matches!(owner.kind, OwnerKind::Test { .. }) {
            blanked.tests.push(owner.path.clone());
        } else if owner.kind == OwnerKind::Helper {
            let below = format!("{}::", owner.path);
            let gone =
                tests.iter().filter(|test| test.path.starts_with(&below) || is_in_macro(held, owner, &test.path));
            blanked.tests.extend(gone.map(|test| test.path.clone()));
        }
    }
    blanked.tests.sort();
    blanked.tests.dedup();
    blanked.text = edits.apply(text).0;
    blanked
}

/// Whether a macro call that went held this test.
fn is_in_macro(held: &str, owner: &Owner, test: &str) -> bool {
    let outer = owner.path.strip_suffix('!').map(|path| path.rsplit_once("::").map_or("", |(outer, _)| outer));
    let inner = |outer: &str| test.strip_prefix(outer).map(|rest| rest.trim_start_matches("::").to_owned());
    outer.and_then(inner).is_some_and(|name| test_functions(held).iter().any(|function| function.path == name))
}

#[cfg(test)]
mod tests;
