//! The smallest thing around a place that can be taken out by itself.

use super::{BLANKED, OwnerKind};
use crate::source::attributes::{attributes, is_test_file, last_word};
use crate::source::items::{Entry, Role, entries};
use crate::source::text::{Text, bytes, parse, tokens};
use ra_ap_syntax::ast::{self, AstNode as _, AstToken as _};
use ra_ap_syntax::{SyntaxKind, SyntaxNode};
use std::ops::Range;

pub(super) struct Place {
    pub(super) kind: OwnerKind,
    pub(super) path: String,
    pub(super) line: u32,
    pub(super) range: Range<usize>,
}

pub(super) fn place(text: &Text<'_>, is_all_tests: bool, span: Range<usize>) -> Place {
    let is_test = is_all_tests || is_test_file(&text.tree);
    below(text, &text.tree, is_test, "", &span)
}

fn below(text: &Text<'_>, holder: &SyntaxNode, is_test: bool, outer: &str, span: &Range<usize>) -> Place {
    let found = entries(holder).into_iter().find(|entry| entry.range().contains(&span.start));
    let Some(entry) = found else {
        let (kind, path) = (OwnerKind::Production, outer.to_owned());
        return Place { kind, path, line: text.line(span.start), range: span.start..span.start };
    };
    let is_test = is_test || entry.role == Role::Test;
    let path = entry.path(outer);
    let line = text.line_of(&entry.node);
    let whole = |kind| Place { kind, path: path.clone(), line, range: own_range(text, &entry) };
    if !is_test || entry.role == Role::NotTest {
        if let Some(inner) = entry.inner().filter(|inner| bytes(inner.text_range()).contains(&span.start)) {
            return below(text, &inner, false, &path, span);
        }
        return Place { range: span.start..span.start, ..whole(OwnerKind::Production) };
    }
    match entry.kind() {
        SyntaxKind::FN if entry.role == Role::Test && is_run(&entry) => test(text, &entry, path, span),
        SyntaxKind::USE => leaf(text, &entry, outer, span),
        SyntaxKind::MACRO_CALL => in_macro(text, &entry, outer, span).unwrap_or_else(|| whole(OwnerKind::Helper)),
        // A part of an `impl` of a trait cannot go alone.
        SyntaxKind::MODULE | SyntaxKind::IMPL if !entry.is_trait_impl() => {
            let inner = entry.inner().filter(|inner| bytes(inner.text_range()).contains(&span.start));
            let held = inner.map(|inner| below(text, &inner, true, &path, span));
            match held {
                Some(place) if place.kind != OwnerKind::Production => place,
                // Between its items: only a module of nothing can go whole.
                Some(place) if entry.kind() == SyntaxKind::MODULE => place,
                Some(_) | None => whole(OwnerKind::Helper),
            }
        }
        _ => whole(OwnerKind::Helper),
    }
}

/// Whether it is a test or a benchmark by its attributes, and no helper under `cfg(test)`.
fn is_run(entry: &Entry) -> bool {
    entry.is_test_fn() || attributes(&entry.node).any(|attribute| last_word(&attribute).as_deref() == Some("bench"))
}

/// An item without the plain comments before it.
fn own_range(text: &Text<'_>, entry: &Entry) -> Range<usize> {
    let range = entry.range();
    let first = entry.node.children_with_tokens().find(|element| {
        let is_plain = |token: &ra_ap_syntax::SyntaxToken| {
            ast::Comment::cast(token.clone()).is_some_and(|comment| !comment.is_doc())
        };
        !element.as_token().is_some_and(|token| token.kind() == SyntaxKind::WHITESPACE || is_plain(token))
    });
    let start = first.map_or(range.start, |element| usize::from(element.text_range().start()));
    start..range.end.min(text.body.len())
}

fn test(text: &Text<'_>, entry: &Entry, path: String, span: &Range<usize>) -> Place {
    let line = text.line_of(&entry.node);
    let function = ast::Fn::cast(entry.node.clone());
    let returns = function.as_ref().is_some_and(|function| function.ret_type().is_some());
    let body = function.and_then(|function| function.body()).map(|body| bytes(body.syntax().text_range()));
    let body = body.filter(|body| {
        let held = text.body.get(body.clone()).unwrap_or_default();
        body.contains(&span.start) && !returns && !held.contains(BLANKED)
    });
    match body {
        Some(range) => Place { kind: OwnerKind::Test { keeps_name: true }, path, line, range },
        None => Place { kind: OwnerKind::Test { keeps_name: false }, path, line, range: own_range(text, entry) },
    }
}

/// The branch of a `use` that holds the span, with its comma.
fn leaf(text: &Text<'_>, entry: &Entry, outer: &str, span: &Range<usize>) -> Place {
    let kind = OwnerKind::UseLeaf;
    let line = text.line(span.start);
    let whole = |path: String| Place { kind, path, line, range: own_range(text, entry) };
    let Some(mut tree) = ast::Use::cast(entry.node.clone()).and_then(|item| item.use_tree()) else {
        return whole(entry.path(outer));
    };
    let mut path = String::new();
    let mut depth = 0;
    loop {
        let own = tree.path().map(|path| tokens(path.syntax()).replace(' ', "")).unwrap_or_default();
        if !own.is_empty() {
            if !path.is_empty() {
                path.push_str("::");
            }
            path.push_str(&own);
        }
        let holds = |inner: &ast::UseTree| {
            let range = bytes(inner.syntax().text_range());
            range.start <= span.start && span.start < range.end && span.end <= range.end
        };
        let inner = tree.use_tree_list().and_then(|list| list.use_trees().find(holds));
        let Some(inner) = inner else { break };
        tree = inner;
        depth += 1;
    }
    if tree.star_token().is_some() {
        path.push_str("::*");
    }
    if depth == 0 {
        return whole(path);
    }
    let mut range = bytes(tree.syntax().text_range());
    let comma = |mut at: Option<ra_ap_syntax::SyntaxElement>, is_forward: bool| {
        while let Some(element) = at {
            if element.kind() == SyntaxKind::COMMA {
                return Some(bytes(element.text_range()));
            }
            if !element.kind().is_trivia() {
                return None;
            }
            at = if is_forward { element.next_sibling_or_token() } else { element.prev_sibling_or_token() };
        }
        None
    };
    if let Some(behind) = comma(tree.syntax().next_sibling_or_token(), true) {
        range.end = behind.end;
    } else if let Some(before) = comma(tree.syntax().prev_sibling_or_token(), false) {
        range.start = before.start;
    }
    Place { kind, path, line, range }
}

/// The test in a macro's braces that holds the span.
fn in_macro(text: &Text<'_>, entry: &Entry, outer: &str, span: &Range<usize>) -> Option<Place> {
    let tree = ast::MacroCall::cast(entry.node.clone())?.token_tree()?;
    let whole = bytes(tree.syntax().text_range());
    let start = whole.start + 1;
    let inner = text.body.get(start..whole.end.checked_sub(1)?)?;
    let parsed = parse(inner).tree();
    let functions: Vec<Entry> =
        entries(parsed.syntax()).into_iter().filter(|entry| entry.kind() == SyntaxKind::FN).collect();
    let at = functions.iter().rposition(|function| start + function.range().start <= span.start)?;
    let function = &functions[at];
    // What a macro holds need not be Rust: a function goes up to the next one.
    let end = functions.get(at + 1).map_or(inner.len(), |next| next.range().start);
    let held = inner.get(function.range().start..end)?.trim_end();
    let range = start + function.range().start..start + function.range().start + held.len();
    (function.is_test_fn() && range.contains(&span.start)).then(|| Place {
        kind: OwnerKind::Test { keeps_name: false },
        path: function.path(outer),
        line: text.line(range.start),
        range,
    })
}
