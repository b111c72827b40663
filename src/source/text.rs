//! A text as the parser wants it: without byte order mark, and as a tree.

use super::depth::is_too_deep;
use ra_ap_syntax::ast::AstNode as _;
use ra_ap_syntax::{Edition, Parse, SourceFile, SyntaxNode, TextRange};
use std::ops::Range;

const MARK: char = '\u{feff}';

/// A text and its tree. The tree's ranges count from behind the byte order mark.
pub(super) struct Text<'a> {
    /// What stands before the tree's first byte: nothing, or the mark.
    pub(super) mark: &'a str,
    pub(super) body: &'a str,
    pub(super) tree: SyntaxNode,
    /// The line of the first syntax error.
    pub(super) broken: Option<u32>,
    starts: LineStarts,
}

impl<'a> Text<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let body = text.strip_prefix(MARK).unwrap_or(text);
        let starts = LineStarts::new(body);
        let parse = parse(body);
        let is_unread = parse.tree().syntax().text_range().is_empty() && !body.is_empty();
        let broken = parse
            .errors()
            .iter()
            // The parser wants literals without `\r`, also where it is part of a line end; the compiler does not.
            .find(|error| !error.to_string().ends_with("`\r`"))
            .map(|error| starts.line(u32::from(error.range().start())))
            .or(is_unread.then_some(1));
        let mark = text.get(..text.len() - body.len()).unwrap_or_default();
        Self { mark, body, tree: parse.tree().syntax().clone(), broken, starts }
    }

    /// The line of a byte of the body, from 1.
    pub(super) fn line(&self, at: usize) -> u32 {
        self.starts.line(u32::try_from(at).unwrap_or(u32::MAX))
    }

    pub(super) fn line_of(&self, node: &SyntaxNode) -> u32 {
        self.line(usize::from(node.text_range().start()))
    }

    /// Where a line begins in the body; lines count from 1, and a line there is not begins at the end.
    pub(super) fn start_of(&self, line: u32) -> usize {
        let at = usize::try_from(line.saturating_sub(1)).unwrap_or(usize::MAX);
        self.starts.0.get(at).map_or(self.body.len(), |start| usize::try_from(*start).unwrap_or(usize::MAX))
    }

    /// A node's own text, comments that belong to it included.
    pub(super) fn held(&self, node: &SyntaxNode) -> &'a str {
        self.body.get(bytes(node.text_range())).unwrap_or_default()
    }

    pub(super) fn newline(&self) -> &'static str {
        if self.body.split_once('\n').is_some_and(|(first, _)| first.ends_with('\r')) { "\r\n" } else { "\n" }
    }

    /// The blanks a byte's line begins with, if nothing else stands before the byte.
    pub(super) fn indent(&self, at: usize) -> &'a str {
        let before = self.body.get(..at).unwrap_or_default();
        let line = before.rfind('\n').map_or(before, |end| &before[end + 1..]);
        if line.trim().is_empty() { line } else { "" }
    }
}

/// Words that an edition made keywords.
const NEWER_WORDS: [&str; 5] = ["gen", "async", "await", "dyn", "try"];

/// A text as a tree, in the newest edition of those in which it has the fewest errors: which one it is written in is not
/// told here. One that nests too deep is not read: its tree is empty.
pub(super) fn parse(text: &str) -> Parse<SourceFile> {
    let text = if is_too_deep(text) { "" } else { text };
    let newest = SourceFile::parse(text, Edition::CURRENT);
    if newest.errors().is_empty() || !NEWER_WORDS.iter().any(|word| text.contains(word)) {
        return newest;
    }
    let older = [Edition::Edition2021, Edition::Edition2015].map(|edition| SourceFile::parse(text, edition));
    older.into_iter().fold(newest, |best, other| if other.errors().len() < best.errors().len() { other } else { best })
}

pub(super) fn bytes(range: TextRange) -> Range<usize> {
    usize::from(range.start())..usize::from(range.end())
}

/// A node's tokens without comments and blanks.
pub(super) fn tokens(node: &SyntaxNode) -> String {
    let mut text = String::new();
    for token in node.descendants_with_tokens().filter_map(|element| element.into_token()) {
        if !token.kind().is_trivia() {
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(token.text());
        }
    }
    text
}

/// Where each line begins.
pub(super) struct LineStarts(Vec<u32>);

impl LineStarts {
    pub(super) fn new(text: &str) -> Self {
        let behind = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        Self(std::iter::once(0).chain(behind).map(|at| u32::try_from(at).unwrap_or(u32::MAX)).collect())
    }

    /// The line of a byte, from 1.
    pub(super) fn line(&self, at: u32) -> u32 {
        u32::try_from(self.0.partition_point(|start| *start <= at)).unwrap_or(u32::MAX)
    }
}
