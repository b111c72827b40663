//! The documentation right on a node: comments and `#[doc = "…"]`, line by line.

use crate::source::attributes::{inside, last_word, string};
use crate::source::text::{Text, bytes};
use ra_ap_syntax::ast::{self, AstNode as _, AstToken as _};
use ra_ap_syntax::{NodeOrToken, SyntaxElement, SyntaxKind, SyntaxNode};
use std::ops::Range;

/// A node's documentation.
#[derive(Default)]
pub(super) struct Documentation {
    /// Each line's number and text, without what makes it a comment, with the common indentation taken off.
    pub(super) lines: Vec<(u32, String)>,
    /// The bytes of its pieces outside of the node's braces, and inside of them.
    pub(super) outer: Vec<Range<usize>>,
    pub(super) inner: Vec<Range<usize>>,
    /// Pieces that are no plain text.
    pub(super) odd: Vec<(u32, String)>,
}

pub(super) fn documentation(text: &Text<'_>, node: &SyntaxNode) -> Documentation {
    let mut found = Documentation::default();
    for element in node.children_with_tokens() {
        piece(text, &element, &mut found);
        // The file's own, and what stands right behind a module's brace.
        if let NodeOrToken::Node(list) = &element
            && list.kind() == SyntaxKind::ITEM_LIST
        {
            list.children_with_tokens().for_each(|element| piece(text, &element, &mut found));
        }
    }
    let blank = |line: &str| line.trim().is_empty();
    let indent = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let common = found.lines.iter().filter(|(_, line)| !blank(line)).map(|(_, line)| indent(line)).min().unwrap_or(0);
    for (_, line) in &mut found.lines {
        *line = line.get(common..).unwrap_or_default().to_owned();
    }
    found
}

fn piece(text: &Text<'_>, element: &SyntaxElement, found: &mut Documentation) {
    let range = bytes(element.text_range());
    let line = text.line(range.start);
    match element {
        NodeOrToken::Token(token) => {
            let Some(comment) = ast::Comment::cast(token.clone()).filter(ast::Comment::is_doc) else { return };
            if comment.is_inner() { &mut found.inner } else { &mut found.outer }.push(range);
            let Some((held, _)) = comment.doc_comment() else { return };
            let is_block = token.text().starts_with("/*");
            let lines = held.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line));
            let lines: Vec<&str> = lines.collect();
            let starred = 1 < lines.len()
                && lines[1..].iter().all(|line| line.trim().is_empty() || line.trim_start().starts_with('*'));
            for (at, held) in (0..).zip(lines) {
                let held = match (is_block && starred && 0 < at, held.trim_start().strip_prefix('*')) {
                    (true, Some(rest)) => rest,
                    (true, None) | (false, _) => held,
                };
                found.lines.push((line + at, held.to_owned()));
            }
        }
        NodeOrToken::Node(node) => {
            let Some(attribute) = ast::Attr::cast(node.clone()) else { return };
            let word = last_word(&attribute).unwrap_or_default();
            let held = inside(&attribute);
            let is_conditional = word == "cfg_attr" && held.as_ref().is_some_and(|held| held.contains(", doc ="));
            if is_conditional {
                found.odd.push((line, node.text().to_string()));
            }
            // `#[doc(hidden)]` is no text.
            if word != "doc" || held.is_some() {
                return;
            }
            match string(&attribute) {
                Some(held) => {
                    let is_inner = attribute.excl_token().is_some();
                    if is_inner { &mut found.inner } else { &mut found.outer }.push(range);
                    found.lines.extend((0..).zip(held.split('\n')).map(|(at, held)| (line + at, held.to_owned())));
                }
                None => found.odd.push((line, node.text().to_string())),
            }
        }
    }
}
