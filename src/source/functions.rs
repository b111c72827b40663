//! The test functions of a file, read as syntax.

use super::attributes::{is_test, last_word};
use super::text::LineStarts;
use ra_ap_syntax::ast::{self, AstNode as _, HasAttrs as _, HasName as _};
use ra_ap_syntax::{Edition, SourceFile, SyntaxNode, TextRange, TextSize};
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use std::ops::Range;

/// A test function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestFn {
    /// Its path within the file: the inline modules and its name, joined by `::`.
    pub path: String,
    /// Its lines from 1, attributes and documentation included; the end is the line behind.
    pub lines: Range<u32>,
    /// SHA-256 over its tokens, attributes included: comments and formatting do not count.
    pub digest: String,
    /// Whether it is `#[ignore]`d.
    pub ignored: bool,
}

/// The test functions of a file, in its order. Those within a macro's braces (`proptest! { … }`) are found too.
#[must_use]
pub fn test_functions(text: &str) -> Vec<TestFn> {
    let mut found = Vec::new();
    let lines = LineStarts::new(text);
    collect(text, 0, &[], &lines, &mut found, 0);
    found
}

/// How deep macros within macros are followed.
const DEEPEST: usize = 4;

fn collect(text: &str, offset: u32, outer: &[String], lines: &LineStarts, found: &mut Vec<TestFn>, depth: usize) {
    let tree = SourceFile::parse(text, Edition::CURRENT).syntax_node();
    // What a macro's braces hold need not be Rust (`fn f(x in 0..9)`): there a function goes up to the next one.
    let starts: Vec<TextSize> = match depth {
        0 => Vec::new(),
        _ => tree.descendants().filter_map(ast::Fn::cast).map(|inner| inner.syntax().text_range().start()).collect(),
    };
    for node in tree.descendants() {
        if let Some(function) = ast::Fn::cast(node.clone()) {
            let mut range = function.syntax().text_range();
            if 0 < depth {
                let end = starts.iter().copied().find(|start| range.start() < *start);
                let end = usize::from(end.unwrap_or(tree.text_range().end()));
                let held = text.get(usize::from(range.start())..end).unwrap_or_default().trim_end();
                range = TextRange::at(range.start(), TextSize::of(held));
            }
            found.extend(test_function(&function, range, offset, outer, lines));
        } else if let Some(call) = ast::MacroCall::cast(node)
            && depth < DEEPEST
            && let Some(inside) = call.token_tree()
        {
            let whole = inside.syntax().text().to_string();
            let Some(inner) = whole.get(1..whole.len().saturating_sub(1)) else { continue };
            if inner.contains("fn ") && inner.contains("#[") {
                let start = offset + u32::from(inside.syntax().text_range().start()) + 1;
                let modules = modules_of(call.syntax(), outer);
                collect(inner, start, &modules, lines, found, depth + 1);
            }
        }
    }
}

fn test_function(
    function: &ast::Fn,
    range: TextRange,
    offset: u32,
    outer: &[String],
    lines: &LineStarts,
) -> Option<TestFn> {
    if !function.attrs().any(|attribute| is_test(&attribute)) {
        return None;
    }
    let mut path = modules_of(function.syntax(), outer);
    path.push(function.name()?.text().to_string());
    let line = |at: TextSize| lines.line(offset + u32::from(at));
    // The range may end with the last character of a line: that line belongs to it.
    let lines = line(range.start())..line(range.end()) + 1;
    let ignored = function.attrs().any(|attribute| last_word(&attribute).is_some_and(|word| word == "ignore"));
    Some(TestFn { path: path.join("::"), lines, digest: digest(function.syntax(), range), ignored })
}

/// The inline modules around a node, outermost first.
fn modules_of(node: &SyntaxNode, outer: &[String]) -> Vec<String> {
    let mut inner: Vec<String> = node
        .ancestors()
        .skip(1)
        .filter_map(ast::Module::cast)
        .filter_map(|module| Some(module.name()?.text().to_string()))
        .collect();
    inner.reverse();
    outer.iter().cloned().chain(inner).collect()
}

fn digest(node: &SyntaxNode, range: TextRange) -> String {
    let mut hash = Sha256::new();
    let root = node.ancestors().last().unwrap_or_else(|| node.clone());
    let start = root.token_at_offset(range.start()).right_biased();
    let tokens = std::iter::successors(start, |token| token.next_token());
    for token in tokens.take_while(|token| token.text_range().start() < range.end()) {
        if !token.kind().is_trivia() {
            hash.update(token.text().as_bytes());
            hash.update([0]);
        }
    }
    hash.finalize().iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}"); // a String takes everything
        text
    })
}
