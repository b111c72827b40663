//! Pieces of Rust text that are to become part of a file: what heads them, what of them must not be shifted, and what
//! is wrong with a whole file.

use super::text::{LineStarts, bytes, parse};
use ra_ap_syntax::{NodeOrToken, SyntaxKind, SyntaxToken};
use std::ops::Range;

/// What stands before an item's visibility or keyword.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PieceKind {
    /// `///`, `/** */`, `#[doc = …]`.
    Doc,
    /// Any other attribute.
    Attribute,
    /// A comment that is no documentation.
    Comment,
}

/// One documentation comment, attribute or comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Which of them.
    pub kind: PieceKind,
    /// Its bytes, blanks around it left out.
    pub at: Range<usize>,
}

/// A syntax error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// The line it begins in, from 1.
    pub line: u32,
    /// In the parser's words.
    pub message: String,
}

/// All syntax errors of a file.
#[must_use]
pub fn syntax_errors(text: &str) -> Vec<SyntaxError> {
    // As the compiler reads it: to the parser a `\r` in a literal is an error.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n");
    let parse = parse(&text);
    if parse.syntax_node().text_range().is_empty() && !text.is_empty() {
        return vec![SyntaxError { line: 1, message: "it nests too deep to be read".into() }];
    }
    let starts = LineStarts::new(&text);
    let errors = parse.errors();
    errors
        .iter()
        .map(|error| SyntaxError { line: starts.line(error.range().start().into()), message: error.to_string() })
        .collect()
}

/// Documentation, attributes and comments at the beginning of a text, and where what they belong to begins.
#[must_use]
pub fn head(text: &str) -> (Vec<Piece>, usize) {
    let tokens: Vec<SyntaxToken> = tokens(text).collect();
    let mut pieces = Vec::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let range = bytes(token.text_range());
        match token.kind() {
            SyntaxKind::WHITESPACE => at += 1,
            SyntaxKind::COMMENT => {
                let said = token.text();
                let is_outer = |mark: &str| said.starts_with(mark) && !said.starts_with("////") && said != "/**/";
                let is_doc = is_outer("///") || (is_outer("/**") && !said.starts_with("/***"));
                // The lexer ends a comment behind the `\r`.
                let at_end = range.start + said.trim_end_matches('\r').len();
                let kind = if is_doc { PieceKind::Doc } else { PieceKind::Comment };
                pieces.push(Piece { kind, at: range.start..at_end });
                at += 1;
            }
            SyntaxKind::POUND => {
                let Some((end, kind)) = attribute(&tokens, at) else { return (pieces, range.start) };
                let last = tokens.get(end).map_or(range.end, |token| bytes(token.text_range()).end);
                pieces.push(Piece { kind, at: range.start..last });
                at = end + 1;
            }
            _ => return (pieces, range.start),
        }
    }
    (pieces, text.len())
}

/// The last token of the attribute that begins at a `#`, and whether it documents.
fn attribute(tokens: &[SyntaxToken], pound: usize) -> Option<(usize, PieceKind)> {
    let mut depth = 0_usize;
    let mut first_word = None;
    for (at, token) in tokens.iter().enumerate().skip(pound + 1) {
        match token.kind() {
            SyntaxKind::WHITESPACE | SyntaxKind::COMMENT => {}
            SyntaxKind::L_BRACK => depth += 1,
            _ if depth == 0 => return None, // `#!` and whatever else is no attribute of an item
            SyntaxKind::R_BRACK if depth == 1 => {
                let is_doc = first_word.as_deref() == Some("doc");
                return Some((at, if is_doc { PieceKind::Doc } else { PieceKind::Attribute }));
            }
            SyntaxKind::R_BRACK => depth -= 1,
            _ => {
                first_word.get_or_insert_with(|| token.text().to_owned());
            }
        }
    }
    None
}

/// Where literals of more than one line stand: shifting their lines would change what they say.
#[must_use]
pub fn long_literals(text: &str) -> Vec<Range<usize>> {
    let is_literal =
        |kind: SyntaxKind| matches!(kind, SyntaxKind::STRING | SyntaxKind::BYTE_STRING | SyntaxKind::C_STRING);
    let long = tokens(text).filter(|token| is_literal(token.kind()) && token.text().contains('\n'));
    long.map(|token| bytes(token.text_range())).collect()
}

/// Whether a text ends in a comment that swallows what is put behind it on the same line.
#[must_use]
pub fn ends_in_line_comment(text: &str) -> bool {
    let last = tokens(text).filter(|token| token.kind() != SyntaxKind::WHITESPACE).last();
    last.is_some_and(|token| token.kind() == SyntaxKind::COMMENT && token.text().starts_with("//"))
}

fn tokens(text: &str) -> impl Iterator<Item = SyntaxToken> {
    parse(text).syntax_node().descendants_with_tokens().filter_map(NodeOrToken::into_token)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_of_an_item_is_taken_apart() {
        let text = "/// Doc.\n#[derive(Debug, Clone)] // why\n#[doc = \"more\"]\npub fn a() {}";
        let (pieces, rest) = head(text);
        let shown: Vec<(PieceKind, &str)> = pieces.iter().map(|piece| (piece.kind, &text[piece.at.clone()])).collect();
        assert_eq!(
            shown,
            [
                (PieceKind::Doc, "/// Doc."),
                (PieceKind::Attribute, "#[derive(Debug, Clone)]"),
                (PieceKind::Comment, "// why"),
                (PieceKind::Doc, "#[doc = \"more\"]"),
            ]
        );
        assert_eq!(&text[rest..], "pub fn a() {}");
        assert_eq!(head("x: u8,"), (Vec::new(), 0), "a field is no item, and has a head all the same");
        assert_eq!(head("#![no_std]\nfn a() {}").1, 0);
        assert_eq!(head("// alone").1, 8);
        assert_eq!(head("/// Doc.\r\nfn a() {}").0[0].at, 0..8);
    }

    #[test]
    fn only_literals_of_more_than_one_line_are_long() {
        let text = "const A: &str = \"one\";\nconst B: &str = r#\"two\nlines\"#;\n/* a\n b */";
        let found: Vec<&str> = long_literals(text).into_iter().map(|at| &text[at]).collect();
        assert_eq!(found, ["r#\"two\nlines\"#"]);
    }

    #[test]
    fn errors_have_their_lines() {
        assert!(syntax_errors("\u{feff}fn a() {}\n").is_empty());
        let errors = syntax_errors("fn a() {}\nfn b( {}\n");
        assert!(errors.iter().all(|error| error.line == 2) && !errors.is_empty(), "{errors:?}");
        assert!(syntax_errors("const A: &str = \"a\r\nb\";\r\n").is_empty(), "the compiler takes it");
        assert!(ends_in_line_comment("fn a() {} // so\n") && !ends_in_line_comment("fn a() {} /* so */"));
        assert!(!ends_in_line_comment("const A: &str = \"// no\";"));
    }
}
