//! What an outline holds, on text of every shape.

use super::*;

const TEXT: &str = r#"//! A file.
use std::fmt;

/// Parses.
// By hand.
#[derive(Debug)]
pub struct Parser<'a> {
    /// The text.
    pub text: &'a str,
    at: usize,
}

impl<'a> Parser<'a> {
    pub fn new(
        text: &'a str,
        at: usize,
    ) -> Self {
        fn inner() {}
        Self { text, at }
    }
}

impl<'a> fmt::Display for Parser<'a>
where
    Self: Sized,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { Ok(()) }
}

enum Kind { One, Two(u8), Three { x: u8 } }

#[cfg(unix)]
fn twice() {}
#[cfg(not(unix))]
fn twice() {}

pub(crate) const LIMIT: usize = 3;
const _: () = ();
static NAME: &str = "n";
type Alias = u8;
macro_rules! m { () => {} }
trait Go { type Out; fn go(&self); }
unsafe impl !Send for Kind {}

bitflags::bitflags! {
    pub struct Flags: u32 { const A = 1; }
}

mod tests {
    #[test]
    fn works() {}
}
"#;

fn shown(text: &str) -> Vec<String> {
    let outline = outline(text);
    (0..outline.symbols.len())
        .map(|at| {
            let symbol = &outline.symbols[at];
            let public = if symbol.is_public { " pub" } else { "" };
            let test = if symbol.is_test { " test" } else { "" };
            format!("{} {}{public}{test} {}-{}", symbol.kind.word(), outline.path(at), symbol.line, symbol.last_line)
        })
        .collect()
}

#[test]
fn everything_that_has_a_name_is_found_where_it_stands() {
    assert_eq!(
        shown(TEXT),
        [
            "struct Parser pub 7-11",
            "field Parser/text pub 9-9",
            "field Parser/at 10-10",
            "impl impl Parser<'a> 13-21",
            "fn impl Parser<'a>/new pub 14-20",
            "fn impl Parser<'a>/new/inner 18-18",
            "impl impl fmt::Display for Parser<'a> 23-28",
            "fn impl fmt::Display for Parser<'a>/fmt 27-27",
            "enum Kind 30-30",
            "variant Kind/One 30-30",
            "variant Kind/Two 30-30",
            "variant Kind/Three 30-30",
            "field Kind/Three/x 30-30",
            "fn twice[0] 33-33",
            "fn twice[1] 35-35",
            "const LIMIT pub 37-37",
            "const _ 38-38",
            "static NAME 39-39",
            "type Alias 40-40",
            "macro m 41-41",
            "trait Go 42-42",
            "type Go/Out 42-42",
            "fn Go/go 42-42",
            "impl impl !Send for Kind 43-43",
            "struct Flags pub 46-46",
            "const A 46-46",
            "mod tests 49-52",
            "fn tests/works test 51-51",
        ]
    );
}

#[test]
fn a_signature_is_one_line_without_body_value_and_documentation() {
    let outline = outline(TEXT);
    let of = |name: &str| {
        let symbol = outline.symbols.iter().find(|symbol| symbol.name == name).expect("it is there");
        symbol.signature.clone()
    };
    assert_eq!(of("Parser"), "pub struct Parser<'a>");
    assert_eq!(of("new"), "pub fn new(text: &'a str, at: usize,) -> Self".replace(",)", ")"));
    assert_eq!(of("impl fmt::Display for Parser<'a>"), "impl<'a> fmt::Display for Parser<'a> where Self: Sized,");
    assert_eq!(of("LIMIT"), "pub(crate) const LIMIT: usize");
    assert_eq!(of("Alias"), "type Alias = u8");
    assert_eq!(of("go"), "fn go(&self)");
    assert_eq!(of("Two"), "Two(u8)");
    assert_eq!(of("text"), "pub text: &'a str");
}

#[test]
fn documentation_head_and_body_are_told_apart_also_behind_a_byte_order_mark() {
    for mark in ["", "\u{feff}"] {
        let text = format!("{mark}{TEXT}");
        let outline = outline(&text);
        let parser = &outline.symbols[0];
        assert!(text[parser.documented.clone()].starts_with("/// Parses.\n"));
        assert!(text[parser.bare.clone()].starts_with("pub struct Parser"));
        assert!(text[parser.bare.clone()].ends_with("at: usize,\n}"));
        assert_eq!(&text[parser.name_at.clone()], "Parser");
        let body = parser.body.clone().expect("it has one");
        assert!(text[body.clone()].starts_with("{\n    /// The text.") && text[body].ends_with('}'));
        let new = &outline.symbols[4];
        assert!(text[new.body.clone().expect("it has one")].starts_with("{\n        fn inner()"));
        let flags = outline.symbols.iter().find(|symbol| symbol.is_in_macro).expect("it is there");
        assert_eq!(&text[flags.name_at.clone()], "Flags");
        assert_eq!(outline.around(new.name_at.start), Some(4));
        assert_eq!(outline.around(0), None);
        assert_eq!(outline.broken, None);
    }
}

#[test]
fn a_broken_file_gives_what_can_be_had() {
    let outline = outline("fn before() {}\nfn broken( {\nstruct Behind;\n");
    assert!(outline.broken.is_some());
    assert_eq!(outline.symbols[0].name, "before");
    assert!(super::outline("").symbols.is_empty());
}
