//! What stands around a symbol on its lines: comments that are its own, a comma, blank lines, neighbours.

use super::super::fit::{is_first_on_line, line_end, line_start, top};
use super::Site;
use crate::source::SymbolKind;
use std::ops::Range;

/// Where a symbol begins with the plain comments right above it. Comments at the file's very top are the file's.
pub(super) fn own_start(site: &Site) -> usize {
    let (text, it) = (site.text(), site.it());
    let first = it.documented.start;
    let mut start = first;
    while is_first_on_line(text, start) {
        let line = line_start(text, start);
        if line <= it.whole.start {
            break;
        }
        let above = line_start(text, line - 1);
        let said = &text[above..line];
        let begins = above + (said.len() - said.trim_start().len());
        if said.trim().is_empty() || begins < it.whole.start {
            break;
        }
        start = begins;
    }
    let top = top(text);
    if text[..start].trim_start_matches('\u{feff}').trim().is_empty() && start <= top { first } else { start }
}

/// Whether all of a symbol was read. In a macro's braces, and behind a syntax error, what looks like an item may go on
/// otherwise: `struct Flags: u32 { … }`.
pub(in crate::editing) fn is_whole(site: &Site) -> bool {
    has_commas(site) || site.text()[site.it().bare.clone()].ends_with([';', '}'])
}

/// Whether a comma parts it from what follows.
pub(super) fn has_commas(site: &Site) -> bool {
    matches!(site.it().kind, SymbolKind::Field | SymbolKind::Variant)
}

/// Where the comma behind a symbol ends, if there is one.
pub(super) fn comma_end(site: &Site) -> Option<usize> {
    let end = site.it().whole.end;
    let rest = &site.text()[end..];
    let blanks = rest.len() - rest.trim_start().len();
    rest.trim_start().starts_with(',').then_some(end + blanks + 1)
}

/// Where a symbol ends, its comma included.
pub(super) fn own_end(site: &Site) -> usize {
    let comma = if has_commas(site) { comma_end(site) } else { None };
    comma.unwrap_or(site.it().whole.end)
}

/// Where the line ends behind a byte, if there is nothing there but blanks and a comment to that line.
pub(super) fn free_line_end(text: &str, at: usize) -> Option<usize> {
    let end = line_end(text, at);
    let rest = text[at..end].trim();
    let is_one_comment =
        rest.starts_with("/*") && rest.find("*/") == Some(rest.len().saturating_sub(2)) && 4 <= rest.len();
    (rest.is_empty() || rest.starts_with("//") || is_one_comment).then_some(end)
}

/// Whether the line a byte stands in is there and blank.
pub(super) fn is_blank_line(text: &str, at: usize) -> bool {
    at < text.len() && text[line_start(text, at)..line_end(text, at)].trim().is_empty()
}

/// Where the line behind this one begins; the end where there is none.
pub(super) fn next_line(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |length| at + length + 1)
}

/// The symbols in the same place right before and right behind one.
pub(super) fn neighbours(site: &Site) -> (Option<usize>, Option<usize>) {
    let parent = site.it().parent;
    let is_sibling = |at: &usize| site.outline.symbols[*at].parent == parent;
    let before = (0..site.symbol).rev().find(is_sibling);
    let behind = (site.symbol + 1..site.outline.symbols.len()).find(is_sibling);
    (before, behind)
}

/// Whether a blank line stands between two symbols; nothing where both stand on one line.
pub(super) fn gap(site: &Site, before: usize, behind: usize) -> Option<bool> {
    let ends = site.outline.symbols[before].whole.end;
    let begins = own_start(&Site { symbol: behind, ..*site });
    let between: &str = site.text().get(Range { start: ends, end: begins })?;
    if between.contains(['{', '}']) {
        return None; // they do not stand in the same braces
    }
    let lines: Vec<&str> = between.split('\n').collect();
    // The first one goes on behind the one symbol, the last one leads to the other.
    let inner = lines.get(1..lines.len().saturating_sub(1))?;
    (1 < lines.len()).then(|| inner.iter().any(|line| line.trim().is_empty()))
}
