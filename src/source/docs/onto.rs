//! Today's documentation on the baseline's items.

use super::comments::{Documentation, documentation};
use super::doctests::doctests;
use super::documented::{Documented, documented};
use super::fences::examples;
use crate::source::splice::{Edits, Odd, OddKind};
use crate::source::text::{Text, bytes};
use ra_ap_syntax::ast::{self, AstNode as _};
use ra_ap_syntax::{NodeOrToken, SyntaxKind};
use std::collections::BTreeMap;
use std::ops::Range;

/// The baseline's text with the documentation of the current one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SplicedDocs {
    /// What to run the examples of.
    pub text: String,
    /// The items with examples that the baseline does not have, by path: these examples cannot be put there.
    pub missing: Vec<String>,
    /// Documentation that is no plain text.
    pub odd: Vec<Odd>,
}

/// Puts the documentation of each item of `current` onto the same item of `baseline`, where it differs. Code stays
/// byte for byte that of the baseline. The lines of examples are to be read from the result.
#[must_use]
pub fn splice_docs(baseline: &str, current: &str) -> SplicedDocs {
    let base = Text::new(baseline);
    let new = Text::new(current);
    let mut found = SplicedDocs::default();
    let mut edits = Edits::default();
    let before = documented(&base.tree);
    let before: BTreeMap<&str, &Documented> = before.iter().map(|item| (item.key.as_str(), item)).collect();
    for item in documented(&new.tree) {
        let now = documentation(&new, &item.node);
        for (line, text) in &now.odd {
            let kind = OddKind::Documentation;
            found.odd.push(Odd { kind, item: item.path.clone(), line: *line, text: text.clone() });
        }
        let Some(place) = before.get(item.key.as_str()) else {
            if !examples(&now.lines).is_empty() {
                found.missing.push(item.path.clone());
            }
            continue;
        };
        let old = documentation(&base, &place.node);
        if !now.odd.is_empty() || !old.odd.is_empty() || said(&now).eq(said(&old)) {
            continue;
        }
        put(&base, &new, place, &old, &now, &mut edits);
    }
    found.missing.dedup();
    let body = edits.apply(base.body).0;
    found.text = format!("{}{body}", base.mark);
    // One that could not be put there, for a reason nobody thought of.
    let there = doctests(&found.text);
    let is_there = |item: &str, text: &str| there.iter().any(|other| other.item == item && other.text == text);
    for doctest in doctests(current) {
        let is_known = found.missing.contains(&doctest.item) || found.odd.iter().any(|odd| odd.item == doctest.item);
        if !is_known && !is_there(&doctest.item, &doctest.text) {
            let (kind, line) = (OddKind::Documentation, doctest.line);
            found.odd.push(Odd { kind, item: doctest.item, line, text: "it could not be put there".to_owned() });
        }
    }
    found
}

fn said(documentation: &Documentation) -> impl Iterator<Item = &String> {
    documentation.lines.iter().map(|(_, line)| line)
}

fn put(
    base: &Text<'_>,
    new: &Text<'_>,
    place: &Documented,
    old: &Documentation,
    now: &Documentation,
    edits: &mut Edits,
) {
    for (is_inner, old, now) in [(false, &old.outer, &now.outer), (true, &old.inner, &now.inner)] {
        let same = old.iter().map(|range| piece(base, range)).eq(now.iter().map(|range| piece(new, range)));
        if same {
            continue;
        }
        let at = match (old.first(), is_inner) {
            (Some(first), _) => first.start,
            (None, false) => head(place),
            (None, true) => match inside(base, place) {
                Some(at) => at,
                None => continue,
            },
        };
        let indent = match old.first() {
            Some(first) => base.indent(first.start).to_owned(),
            None if !is_inner => base.indent(at).to_owned(),
            None => now.first().map(|first| new.indent(first.start).to_owned()).unwrap_or_default(),
        };
        let newline = base.newline();
        let lines: String = now.iter().map(|range| format!("{}{newline}{indent}", piece(new, range))).collect();
        edits.replace(at..at, &lines, None);
        for range in old {
            // With its line's end and the next one's indentation, which the new lines bring along.
            let rest = base.body.get(range.end..).unwrap_or_default();
            let n_blank = rest.len() - rest.trim_start_matches([' ', '\t', '\r']).len();
            let behind = rest.get(n_blank..).and_then(|rest| rest.strip_prefix('\n'));
            let end = match behind {
                Some(next) => range.end + n_blank + 1 + (next.len() - next.trim_start_matches([' ', '\t']).len()),
                None => range.end + n_blank,
            };
            edits.replace(range.start..end, "", None);
        }
    }
}

fn piece<'a>(text: &Text<'a>, range: &Range<usize>) -> &'a str {
    text.body.get(range.clone()).unwrap_or_default()
}

/// Where an item begins, behind the plain comments before it.
fn head(place: &Documented) -> usize {
    let first = place.node.children_with_tokens().find(|element| !element.kind().is_trivia());
    let range = first.map_or_else(|| place.node.text_range(), |element| element.text_range());
    bytes(range).start
}

/// Where a file's or a module's own documentation goes: behind the brace, or at the head of the file.
fn inside(base: &Text<'_>, place: &Documented) -> Option<usize> {
    if place.node.kind() == SyntaxKind::SOURCE_FILE {
        let first = place.node.children_with_tokens().find(|element| match element {
            NodeOrToken::Token(token) => token.kind() != SyntaxKind::SHEBANG && token.kind() != SyntaxKind::WHITESPACE,
            NodeOrToken::Node(_) => true,
        });
        return Some(first.map_or(base.body.len(), |element| bytes(element.text_range()).start));
    }
    let list = ast::Module::cast(place.node.clone())?.item_list()?;
    let brace = bytes(list.l_curly_token()?.text_range()).end;
    let rest = base.body.get(brace..)?;
    Some(brace + (rest.len() - rest.trim_start().len()))
}
