//! The test functions of a file, read as syntax.

use super::attributes::{conditions_around, is_test, last_word};
use super::text::{LineStarts, parse};
use ra_ap_syntax::ast::{self, AstNode as _, HasAttrs as _, HasName as _};
use ra_ap_syntax::{SyntaxNode, TextRange, TextSize};
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
    each_test(text, &mut |test| found.push(test.test));
    found
}

/// A test function where it stands.
pub(super) struct Found<'a> {
    pub(super) test: TestFn,
    pub(super) function: &'a ast::Fn,
    /// Its bytes in its tree.
    pub(super) range: TextRange,
    /// The conditions around the macro calls it stands in.
    pub(super) outer_cfg: &'a [String],
}

/// Shows each test function of a file, in its order.
pub(super) fn each_test(text: &str, see: &mut dyn FnMut(Found<'_>)) {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let outer = Outer { modules: Vec::new(), cfg: Vec::new(), offset: 0, depth: 0 };
    collect(text, &outer, &LineStarts::new(text), see);
}

/// What is around a piece of text.
struct Outer {
    modules: Vec<String>,
    cfg: Vec<String>,
    /// Its first byte in the file.
    offset: u32,
    depth: usize,
}

/// How deep macros within macros are followed.
const DEEPEST: usize = 4;

fn collect(text: &str, outer: &Outer, lines: &LineStarts, see: &mut dyn FnMut(Found<'_>)) {
    let tree = parse(text).syntax_node();
    // What a macro's braces hold need not be Rust (`fn f(x in 0..9)`): there a function goes up to the next one.
    let starts: Vec<TextSize> = match outer.depth {
        0 => Vec::new(),
        _ => tree.descendants().filter_map(ast::Fn::cast).map(|inner| inner.syntax().text_range().start()).collect(),
    };
    for node in tree.descendants() {
        if let Some(function) = ast::Fn::cast(node.clone()) {
            let mut range = function.syntax().text_range();
            if 0 < outer.depth {
                let end = starts.iter().copied().find(|start| range.start() < *start);
                let end = usize::from(end.unwrap_or(tree.text_range().end()));
                let held = text.get(usize::from(range.start())..end).unwrap_or_default().trim_end();
                range = TextRange::at(range.start(), TextSize::of(held));
            }
            if let Some(test) = test_function(&function, range, outer, lines) {
                see(Found { test, function: &function, range, outer_cfg: &outer.cfg });
            }
        } else if let Some(call) = ast::MacroCall::cast(node)
            && outer.depth < DEEPEST
            && let Some(inside) = call.token_tree()
        {
            let whole = inside.syntax().text().to_string();
            let Some(inner) = whole.get(1..whole.len().saturating_sub(1)) else { continue };
            if inner.contains("fn ") && inner.contains("#[") {
                let mut cfg = outer.cfg.clone();
                cfg.extend(conditions_around(call.syntax()));
                let inside = Outer {
                    modules: modules_of(call.syntax(), &outer.modules),
                    cfg,
                    offset: outer.offset + u32::from(inside.syntax().text_range().start()) + 1,
                    depth: outer.depth + 1,
                };
                collect(inner, &inside, lines, see);
            }
        }
    }
}

fn test_function(function: &ast::Fn, range: TextRange, outer: &Outer, lines: &LineStarts) -> Option<TestFn> {
    if !function.attrs().any(|attribute| is_test(&attribute)) {
        return None;
    }
    let mut path = modules_of(function.syntax(), &outer.modules);
    path.push(function.name()?.text().to_string());
    let line = |at: TextSize| lines.line(outer.offset + u32::from(at));
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
