//! What comments hold: markers, and code that was put out of the way.

use crate::source::text::{Text, bytes, parse};
use ra_ap_syntax::ast::{self, AstNode as _, AstToken as _};
use ra_ap_syntax::{SourceFile, SyntaxKind, SyntaxToken};
use std::collections::BTreeSet;

/// Some in halves, so that the rule of this house that looks for them lets this file stand.
pub(super) const MARKERS: &[&str] = &[concat!("FIX", "ME"), concat!("XX", "X"), "HACK", concat!("TO", "DO")];

/// Where the markers of a comment stand, each with its word. One in quotes or backticks is only spoken of.
pub(super) fn markers(comment: &str) -> impl Iterator<Item = (usize, &'static str)> + '_ {
    let is_word = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '`' | '"' | '\'' | '-');
    MARKERS.iter().flat_map(move |marker| {
        comment.match_indices(*marker).map(|(at, _)| (at, *marker)).filter(move |(at, _)| {
            let before = comment.get(..*at).and_then(|text| text.chars().next_back());
            let behind = comment.get(at + marker.len()..).and_then(|text| text.chars().next());
            !before.is_some_and(is_word) && !behind.is_some_and(is_word)
        })
    })
}

/// The longest comment that is looked at: a longer one is a text.
const MOST_LINES: usize = 400;

/// Where comments begin that are code: runs of two or more of these lines that are nothing but plain comments.
pub(super) fn code(text: &Text<'_>, lines: &BTreeSet<u32>) -> Vec<usize> {
    let mut found = Vec::new();
    let mut run: Vec<(u32, usize, String)> = Vec::new();
    let mut close = |run: &mut Vec<(u32, usize, String)>| {
        let held: Vec<&str> = run.iter().map(|(_, _, line)| line.as_str()).collect();
        if let Some((_, at, _)) = run.first().filter(|_| is_code(&held)) {
            found.push(*at);
        }
        run.clear();
    };
    for token in text.tree.descendants_with_tokens().filter_map(|element| element.into_token()) {
        let Some(comment) = ast::Comment::cast(token.clone()).filter(|comment| !comment.is_doc()) else { continue };
        let at = bytes(token.text_range()).start;
        let line = text.line(at);
        if !is_alone(text, &token) {
            close(&mut run);
        } else if let Some(held) = comment.text().strip_prefix("/*") {
            close(&mut run);
            let held = held.strip_suffix("*/").unwrap_or(held);
            let added = (line..).zip(held.lines()).filter(|(line, _)| lines.contains(line));
            run.extend(added.map(|(line, held)| (line, text.start_of(line).max(at), held.to_owned())));
            close(&mut run);
        } else if lines.contains(&line) {
            if run.last().is_some_and(|(last, _, _)| last + 1 != line) {
                close(&mut run);
            }
            // `////` and `//!` are no code behind `//`.
            let held = comment.text().strip_prefix("//").unwrap_or_default();
            run.push((line, at, held.to_owned()));
        } else {
            close(&mut run);
        }
    }
    close(&mut run);
    found
}

fn is_alone(text: &Text<'_>, token: &SyntaxToken) -> bool {
    let range = bytes(token.text_range());
    let line = text.start_of(text.line(range.start));
    text.body.get(line..range.start).is_some_and(|before| before.trim().is_empty())
}

/// Whether these lines are Rust as they stand, and more than prose that happens to parse.
fn is_code(lines: &[&str]) -> bool {
    let n_full = lines.iter().filter(|line| !line.trim().is_empty()).count();
    // `- this (that)` twice would be a difference of two calls.
    let is_list = lines.iter().any(|line| ["- ", "* ", "+ "].iter().any(|head| line.trim_start().starts_with(head)));
    if n_full < 2 || MOST_LINES < lines.len() || is_list {
        return false;
    }
    let ends = |line: &&&str| line.trim_end().ends_with([';', '{', '}', ',', ')']);
    if lines.iter().filter(ends).count() * 2 < n_full {
        return false;
    }
    let held = lines.join("\n");
    // As items, as statements, as arms, as the rest of a chain of calls.
    let shells = [
        ("", ""),
        ("fn f() {\n", "\n}"),
        ("fn f() { match x {\n", "\n} }"),
        ("fn f() { x\n", "\n}"),
        ("fn f() { x\n", ";\n}"),
    ];
    shells.iter().any(|(head, tail)| {
        let parse = parse(&format!("{head}{held}{tail}"));
        parse.errors().is_empty() && does_something(&parse.tree(), head.len(), head.len() + held.len())
    })
}

/// Whether there is something in it that prose does not have.
fn does_something(file: &SourceFile, from: usize, to: usize) -> bool {
    file.syntax().descendants().any(|node| {
        let range = bytes(node.text_range());
        let is_strong = match node.kind() {
            SyntaxKind::CALL_EXPR
            | SyntaxKind::METHOD_CALL_EXPR
            | SyntaxKind::MACRO_EXPR
            | SyntaxKind::MACRO_CALL
            | SyntaxKind::LET_STMT
            | SyntaxKind::IF_EXPR
            | SyntaxKind::FOR_EXPR
            | SyntaxKind::WHILE_EXPR
            | SyntaxKind::RETURN_EXPR
            | SyntaxKind::MATCH_ARM
            | SyntaxKind::USE
            | SyntaxKind::FN
            | SyntaxKind::STRUCT
            | SyntaxKind::ENUM
            | SyntaxKind::IMPL
            | SyntaxKind::MODULE
            | SyntaxKind::CONST
            | SyntaxKind::STATIC
            | SyntaxKind::TYPE_ALIAS => true,
            SyntaxKind::BIN_EXPR => ast::BinExpr::cast(node.clone())
                .and_then(|expression| expression.op_kind())
                .is_some_and(|kind| matches!(kind, ast::BinaryOp::Assignment { .. })),
            _ => false,
        };
        // A chain goes on from what the shell begins with.
        let is_chain = node.kind() == SyntaxKind::METHOD_CALL_EXPR && from < range.end;
        is_strong && (from <= range.start || is_chain) && range.end <= to + 1
    })
}
