//! What of tests is woven into production items, so that it cannot be carried over by itself.

use crate::source::attributes::{Condition, attributes, condition, is_conditional, is_test, read};
use crate::source::items::Entry;
use crate::source::text::tokens;
use ra_ap_syntax::ast::{self, AstNode as _};
use ra_ap_syntax::{SyntaxKind, SyntaxNode, WalkEvent};

/// Why something could not be carried over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum OddKind {
    /// `cfg_attr(test, …)`, `cfg!(test)`, or `#[cfg(test)]` on a part of a production item.
    Woven,
    /// An item for tests and for something else: `cfg(any(test, feature = "mock"))`.
    Shared,
    /// Test items made by a macro.
    InMacro,
    /// The name is test-only in one text and production code in the other.
    Clash,
    /// The `impl`, trait or module it belongs to is not there, or lies in another file.
    NoPlace,
    /// One of the texts cannot be read.
    Broken,
    /// Documentation that is no plain text: `#[doc = include_str!(…)]`.
    Documentation,
}

/// Something that could not be carried over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Odd {
    /// Why.
    pub kind: OddKind,
    /// The item it belongs to, `""` for the file.
    pub item: String,
    /// Its line in the current text.
    pub line: u32,
    /// What it is, in a few words or tokens.
    pub text: String,
}

/// A test-only piece of a production item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) kind: OddKind,
    pub(super) text: String,
}

/// Notes the pieces that are in one text only.
pub(super) fn compare(item: &str, line: u32, base: &[Piece], new: &[Piece], odd: &mut Vec<Odd>) {
    let mut rest: Vec<&Piece> = base.iter().collect();
    let mut differing: Vec<&Piece> = Vec::new();
    for piece in new {
        match rest.iter().position(|other| *other == piece) {
            Some(at) => drop(rest.remove(at)),
            None => differing.push(piece),
        }
    }
    differing.extend(rest);
    for piece in differing {
        odd.push(Odd { kind: piece.kind, item: item.to_owned(), line, text: short(&piece.text) });
    }
}

pub(super) fn short(text: &str) -> String {
    match text.char_indices().nth(120) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

/// The conditional attributes of the file itself.
pub(super) fn pieces_of_file(tree: &SyntaxNode) -> Vec<Piece> {
    let attributes = tree.children().filter_map(ast::Attr::cast).filter(is_conditional);
    attributes.map(|attribute| woven(tokens(attribute.syntax()))).collect()
}

fn woven(text: String) -> Piece {
    Piece { kind: OddKind::Woven, text }
}

/// The test-only pieces of a production item; those within a module's, an `impl`'s or a trait's braces are not its own.
pub(super) fn pieces(entry: &Entry) -> Vec<Piece> {
    let mut found: Vec<Piece> =
        attributes(&entry.node).filter(is_conditional).map(|attribute| woven(tokens(attribute.syntax()))).collect();
    let inner = entry.inner();
    let mut walk = entry.node.preorder();
    while let Some(event) = walk.next() {
        let WalkEvent::Enter(node) = event else { continue };
        if inner.as_ref() == Some(&node) {
            walk.skip_subtree();
            continue;
        }
        if let Some(piece) = piece(&node, &entry.node) {
            found.push(piece);
            walk.skip_subtree();
        }
    }
    found
}

fn piece(node: &SyntaxNode, item: &SyntaxNode) -> Option<Piece> {
    if node != item && node.kind() != SyntaxKind::ATTR {
        let is_woven = |attribute: &ast::Attr| {
            is_test(attribute)
                || is_conditional(attribute)
                || matches!(condition(attribute), Some(Condition::Only | Condition::Among))
        };
        if node.children().filter_map(ast::Attr::cast).any(|attribute| is_woven(&attribute)) {
            return Some(woven(tokens(node)));
        }
    }
    let call = ast::MacroCall::cast(node.clone()).and_then(|call| Some((call.path()?, call.token_tree()?)));
    if let Some((path, tree)) = call {
        let text = tokens(tree.syntax());
        if path.segment().and_then(|segment| segment.name_ref()).is_some_and(|name| name.text() == "cfg") {
            let inside = text.trim_start_matches(['(', '{', '[']).trim_end_matches([')', '}', ']']).trim();
            return (read(inside) != Condition::Silent).then(|| woven(tokens(&around(node))));
        }
        return in_macro(&text);
    }
    // A macro's definition, or whatever else is only tokens.
    let is_outermost = node.parent().is_none_or(|parent| parent.kind() != SyntaxKind::TOKEN_TREE);
    (node.kind() == SyntaxKind::TOKEN_TREE && is_outermost && !is_of_attribute(node))
        .then(|| in_macro(&tokens(node)))?
}

fn is_of_attribute(node: &SyntaxNode) -> bool {
    node.ancestors().any(|outer| outer.kind() == SyntaxKind::ATTR)
}

/// The statement or expression a `cfg!` decides about.
fn around(node: &SyntaxNode) -> SyntaxNode {
    let kinds = [SyntaxKind::IF_EXPR, SyntaxKind::LET_STMT, SyntaxKind::EXPR_STMT, SyntaxKind::MATCH_ARM];
    node.ancestors().find(|outer| kinds.contains(&outer.kind())).unwrap_or_else(|| node.clone())
}

/// Tokens that make tests, or make code depend on them.
fn in_macro(text: &str) -> Option<Piece> {
    let words: Vec<&str> = text.split(' ').collect();
    let mut attributes = words.iter().enumerate().filter(|(at, word)| {
        **word == "[" && 0 < *at && words[at - 1] == "#" || **word == "(" && 0 < *at && words[at - 1] == "cfg"
    });
    let names_tests = attributes.any(|(at, _)| {
        let closing = words[at..].iter().position(|word| *word == "]").map_or(words.len(), |end| at + end);
        words[at..closing].contains(&"test")
    });
    names_tests.then(|| Piece { kind: OddKind::InMacro, text: text.to_owned() })
}
