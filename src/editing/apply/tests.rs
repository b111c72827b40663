//! Every operation on files of every kind: what comes out is compared to the byte.

use super::*;
use crate::source::{NamePath, outline};

/// An edit of a symbol.
#[derive(Clone, Copy)]
enum Op {
    Replace,
    Before,
    After,
    Remove,
}
use Op::{After, Before, Remove, Replace};

/// What a case is also tried as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// As it is written here.
    Plain,
    /// With `\r\n`.
    Crlf,
    /// The same, and the given text too.
    GivenCrlf,
    /// Behind a byte order mark.
    Mark,
    /// With bytes that are not UTF-8 before and behind.
    Odd,
    /// Without an end of the last line.
    Endless,
}

const KINDS: [Kind; 6] = [Kind::Plain, Kind::Crlf, Kind::GivenCrlf, Kind::Mark, Kind::Odd, Kind::Endless];

impl Kind {
    fn of(self, text: &str) -> Vec<u8> {
        match self {
            Self::Plain => text.into(),
            Self::Crlf | Self::GivenCrlf => text.replace('\n', "\r\n").into(),
            Self::Mark => format!("\u{feff}{text}").into(),
            Self::Odd => [
                b"// caf\xe9 \xff\xfe\n\nconst FIRST: u8 = 1;\n\n",
                text.as_bytes(),
                b"\n// \x80\nconst LAST: &str = \"\xfc\";\n",
            ]
            .concat(),
            Self::Endless => text.strip_suffix('\n').unwrap_or(text).into(),
        }
    }
}

#[track_caller]
fn made(bytes: &[u8], op: Op, name: &str, given: &str) -> Made {
    let view = View::of(bytes);
    let outline = outline(view.text());
    let found = NamePath::read(name).expect("a name").find(&outline, &[]);
    assert_eq!(found.len(), 1, "`{name}` in\n{}", view.text());
    let site = Site { view: &view, outline: &outline, symbol: found[0] };
    match op {
        Replace => replace(&site, given).expect("it can be"),
        Before => before(&site, given).expect("it can be"),
        After => after(&site, given).expect("it can be"),
        Remove => remove(&site),
    }
}

/// One line of the table: what it shows, the operation, the name, the file, the text, the file behind it.
type Case = (&'static str, Op, &'static str, &'static str, &'static str, &'static str);

const CASES: &[Case] = &[
    // -- replace
    (
        "a known tool deleted documentation and attributes: they stay",
        Replace,
        "a",
        "/// Doc.\n#[must_use]\npub fn a() {}\n\nfn b() {}\n",
        "pub fn a() -> u8 {\n    1\n}\n",
        "/// Doc.\n#[must_use]\npub fn a() -> u8 {\n    1\n}\n\nfn b() {}\n",
    ),
    (
        "own documentation goes in the place of the old one, attributes stay",
        Replace,
        "a",
        "/// Doc.\n/// More.\n#[must_use]\n#[inline]\nfn a() {}\n",
        "/// New.\nfn a() { b() }",
        "/// New.\n#[must_use]\n#[inline]\nfn a() { b() }\n",
    ),
    (
        "own attributes go in the place of the old ones, documentation stays",
        Replace,
        "a",
        "mod m {\n    /// Doc.\n    #[must_use]\n    fn a() {}\n}\n",
        "#[inline]\nfn a() {\n    b()\n}",
        "mod m {\n    /// Doc.\n    #[inline]\n    fn a() {\n        b()\n    }\n}\n",
    ),
    (
        "both are the text's own",
        Replace,
        "a",
        "/// Doc.\n#[must_use]\nfn a() {}\n",
        "/// New.\n#[inline]\nfn a() {}",
        "/// New.\n#[inline]\nfn a() {}\n",
    ),
    (
        "a comment between documentation and attributes stays",
        Replace,
        "A",
        "/// Doc.\n// By hand.\n#[derive(Debug)]\nstruct A;\n",
        "struct A(u8);",
        "/// Doc.\n// By hand.\n#[derive(Debug)]\nstruct A(u8);\n",
    ),
    (
        "the same where the text brings attributes",
        Replace,
        "A",
        "/// Doc.\n// By hand.\n#[derive(Debug)]\nstruct A;\n",
        "#[derive(Clone)]\nstruct A(u8);",
        "/// Doc.\n// By hand.\n#[derive(Clone)]\nstruct A(u8);\n",
    ),
    (
        "documentation in a block stays",
        Replace,
        "a",
        "/** Doc\n * more. */\nfn a() {}\n",
        "fn a(x: u8) {}",
        "/** Doc\n * more. */\nfn a(x: u8) {}\n",
    ),
    (
        "documentation as an attribute is documentation",
        Replace,
        "a",
        "#[doc = \"Doc.\"]\n#[cold]\nfn a() {}\n",
        "/// New.\nfn a() {}",
        "/// New.\n#[cold]\nfn a() {}\n",
    ),
    (
        "an attribute on the item's own line stays there",
        Replace,
        "a",
        "#[inline] fn a() {}\n",
        "fn a() { b() }",
        "#[inline] fn a() { b() }\n",
    ),
    (
        "a known tool found nothing for `A/new`",
        Replace,
        "A/new",
        "struct A;\n\nimpl A {\n    pub fn new() -> Self {\n        Self\n    }\n}\n",
        "pub fn new(_: u8) -> Self {\n    Self\n}\n",
        "struct A;\n\nimpl A {\n    pub fn new(_: u8) -> Self {\n        Self\n    }\n}\n",
    ),
    (
        "a method of a one-line impl",
        Replace,
        "A/a",
        "impl A { fn a() {} fn b() {} }\n",
        "fn a() { 1 }",
        "impl A { fn a() { 1 } fn b() {} }\n",
    ),
    (
        "the same by a text of several lines",
        Replace,
        "A/a",
        "impl A { fn a() {} }\n",
        "fn a() {\n    1\n}",
        "impl A { fn a() {\n    1\n} }\n",
    ),
    (
        "a comment at the text's end swallows nothing",
        Replace,
        "A/a",
        "impl A { fn a() {} }\n",
        "fn a() {} // so",
        "impl A { fn a() {} // so\n }\n",
    ),
    (
        "in nested modules",
        Replace,
        "one/two/a",
        "mod one {\n    mod two {\n        fn a() {}\n    }\n    fn a() {}\n}\n",
        "fn a() {\n    if b {\n        c();\n    }\n}",
        "mod one {\n    mod two {\n        fn a() {\n            if b {\n                c();\n            }\n        }\n    }\n    fn a() {}\n}\n",
    ),
    (
        "one of two under opposite `cfg`s",
        Replace,
        "a[1]",
        "#[cfg(unix)]\nfn a() { 1 }\n#[cfg(not(unix))]\nfn a() { 2 }\n",
        "fn a() { 3 }",
        "#[cfg(unix)]\nfn a() { 1 }\n#[cfg(not(unix))]\nfn a() { 3 }\n",
    ),
    (
        "in a macro's braces",
        Replace,
        "a",
        "cfg_if! {\n    if #[cfg(unix)] {\n        /// Doc.\n        fn a() {}\n    }\n}\n",
        "fn a() {\n    1\n}",
        "cfg_if! {\n    if #[cfg(unix)] {\n        /// Doc.\n        fn a() {\n            1\n        }\n    }\n}\n",
    ),
    (
        "blanks become tabs where the file has tabs",
        Replace,
        "A/a",
        "impl A {\n\tfn a() {\n\t\t1\n\t}\n}\n",
        "fn a() {\n    if b {\n        2\n    }\n}",
        "impl A {\n\tfn a() {\n\t\tif b {\n\t\t\t2\n\t\t}\n\t}\n}\n",
    ),
    (
        "tabs become blanks where the file has blanks",
        Replace,
        "A/a",
        "impl A {\n  fn a() {\n    1\n  }\n}\n",
        "fn a() {\n\tif b {\n\t\t2\n\t}\n}",
        "impl A {\n  fn a() {\n    if b {\n      2\n    }\n  }\n}\n",
    ),
    (
        "a text cut out behind the blanks of its first line",
        Replace,
        "A/a",
        "impl A {\n    fn a() {}\n}\n",
        "fn a() {\n        b();\n    }\n",
        "impl A {\n    fn a() {\n        b();\n    }\n}\n",
    ),
    (
        "a literal of several lines is not shifted",
        Replace,
        "m/a",
        "mod m {\n    fn a() {}\n}\n",
        "fn a() -> &'static str {\n    \"one\n  two\n\"\n}",
        "mod m {\n    fn a() -> &'static str {\n        \"one\n  two\n\"\n    }\n}\n",
    ),
    (
        "a field keeps its comma",
        Replace,
        "A/a",
        "struct A {\n    a: u8,\n    b: u8,\n}\n",
        "a: u16,",
        "struct A {\n    a: u16,\n    b: u8,\n}\n",
    ),
    (
        "a last field without one",
        Replace,
        "A/b",
        "struct A { a: u8, b: u8 }\n",
        "b: u16",
        "struct A { a: u8, b: u16 }\n",
    ),
    (
        "a variant",
        Replace,
        "K/Two",
        "enum K {\n    One,\n    /// Doc.\n    Two(u8),\n}\n",
        "Two { x: u8 },",
        "enum K {\n    One,\n    /// Doc.\n    Two { x: u8 },\n}\n",
    ),
    (
        "a constant",
        Replace,
        "LIMIT",
        "const LIMIT: u8 = 1; // few\nconst B: u8 = 2;\n",
        "const LIMIT: u8 = 3;",
        "const LIMIT: u8 = 3; // few\nconst B: u8 = 2;\n",
    ),
    (
        "a macro",
        Replace,
        "m",
        "#[macro_export]\nmacro_rules! m { () => {} }\n",
        "macro_rules! m {\n    () => { 1 };\n}",
        "#[macro_export]\nmacro_rules! m {\n    () => { 1 };\n}\n",
    ),
    (
        "a whole impl",
        Replace,
        "impl Go for A",
        "impl Go for A { fn a() {} }\nimpl A {}\n",
        "impl Go for A {}",
        "impl Go for A {}\nimpl A {}\n",
    ),
    (
        "a module of its own file",
        Replace,
        "m",
        "/// Doc.\nmod m;\nmod n;\n",
        "pub mod m;",
        "/// Doc.\npub mod m;\nmod n;\n",
    ),
    (
        "a method a trait asks for",
        Replace,
        "Go/go",
        "trait Go {\n    /// Doc.\n    fn go(&self);\n}\n",
        "fn go(&mut self);",
        "trait Go {\n    /// Doc.\n    fn go(&mut self);\n}\n",
    ),
    (
        "a raw name",
        Replace,
        "type",
        "fn r#type() {}\nfn b() {}\n",
        "fn r#type() { 1 }",
        "fn r#type() { 1 }\nfn b() {}\n",
    ),
    (
        "blank lines around a text are not its own",
        Replace,
        "a",
        "fn a() {}\nfn b() {}\n",
        "\n\nfn a() { 1 }\n\n\n",
        "fn a() { 1 }\nfn b() {}\n",
    ),
    (
        "two for one",
        Replace,
        "b",
        "fn a() {}\n\nfn b() {}\n\nfn c() {}\n",
        "fn b() {}\n\nfn b2() {}\n",
        "fn a() {}\n\nfn b() {}\n\nfn b2() {}\n\nfn c() {}\n",
    ),
    // -- insert-before
    (
        "documentation and attributes stay with theirs",
        Before,
        "b",
        "fn a() {}\n\n/// Doc.\n#[inline]\nfn b() {}\n",
        "fn new() {}",
        "fn a() {}\n\nfn new() {}\n\n/// Doc.\n#[inline]\nfn b() {}\n",
    ),
    (
        "a comment right above does too",
        Before,
        "b",
        "fn a() {}\n\n// Why.\n/// Doc.\nfn b() {}\n",
        "fn new() {}",
        "fn a() {}\n\nfn new() {}\n\n// Why.\n/// Doc.\nfn b() {}\n",
    ),
    (
        "a comment further above does not",
        Before,
        "b",
        "fn a() {}\n\n// -- part two\n\nfn b() {}\n",
        "fn new() {}",
        "fn a() {}\n\n// -- part two\n\nfn new() {}\n\nfn b() {}\n",
    ),
    (
        "a comment on the line above's end does not",
        Before,
        "B",
        "struct A; // last\nstruct B;\n",
        "struct New;",
        "struct A; // last\nstruct New;\nstruct B;\n",
    ),
    (
        "before the first method",
        Before,
        "A/a",
        "impl A {\n    fn a() {\n        1\n    }\n}\n",
        "fn new() {\n    2\n}",
        "impl A {\n    fn new() {\n        2\n    }\n\n    fn a() {\n        1\n    }\n}\n",
    ),
    (
        "before a method of a one-line impl",
        Before,
        "A/a",
        "impl A { fn a() {} }\n",
        "fn new() {}",
        "impl A { fn new() {} fn a() {} }\n",
    ),
    (
        "the same with a text of several lines",
        Before,
        "A/a",
        "impl A { fn a() {} }\n",
        "fn new() {\n    1\n}",
        "impl A {\n    fn new() {\n        1\n    }\n    fn a() {} }\n",
    ),
    (
        "before a field",
        Before,
        "A/b",
        "struct A {\n    a: u8,\n    /// Doc.\n    b: u8,\n}\n",
        "new: u8,",
        "struct A {\n    a: u8,\n    new: u8,\n    /// Doc.\n    b: u8,\n}\n",
    ),
    ("before a variant on one line", Before, "K/B", "enum K { A, B }\n", "New", "enum K { A, New, B }\n"),
    (
        "among constants without blank lines",
        Before,
        "B",
        "const A: u8 = 1;\nconst B: u8 = 2;\nconst C: u8 = 3;\n",
        "const NEW: u8 = 4;",
        "const A: u8 = 1;\nconst NEW: u8 = 4;\nconst B: u8 = 2;\nconst C: u8 = 3;\n",
    ),
    (
        "before one of two under opposite `cfg`s",
        Before,
        "a[1]",
        "#[cfg(unix)]\nfn a() {}\n\n#[cfg(windows)]\nfn a() {}\n",
        "fn new() {}",
        "#[cfg(unix)]\nfn a() {}\n\nfn new() {}\n\n#[cfg(windows)]\nfn a() {}\n",
    ),
    (
        "with tabs in a nested module",
        Before,
        "m/a",
        "mod m {\n\tfn a() {}\n}\n",
        "fn new() {\n    1\n}",
        "mod m {\n\tfn new() {\n\t\t1\n\t}\n\n\tfn a() {}\n}\n",
    ),
    (
        "something that is no symbol",
        Before,
        "a",
        "fn z() {}\n\nfn a() {}\n",
        "use std::fmt;",
        "fn z() {}\n\nuse std::fmt;\n\nfn a() {}\n",
    ),
    // -- insert-after
    (
        "a known tool went outside of a one-line impl",
        After,
        "A/a",
        "impl A { fn a() {} }\nfn b() {}\n",
        "fn new() {}",
        "impl A { fn a() {} fn new() {} }\nfn b() {}\n",
    ),
    (
        "the same with a text of several lines",
        After,
        "A/a",
        "impl A { fn a() {} }\nfn b() {}\n",
        "fn new() {\n    1\n}",
        "impl A { fn a() {}\n    fn new() {\n        1\n    }\n}\nfn b() {}\n",
    ),
    (
        "the same with another behind it",
        After,
        "A/a",
        "impl A { fn a() {} fn b() {} }\n",
        "fn new() {\n    1\n}",
        "impl A { fn a() {}\n    fn new() {\n        1\n    }\n    fn b() {} }\n",
    ),
    (
        "the same by a text that ends in a comment",
        After,
        "A/a",
        "impl A { fn a() {} }\n",
        "fn new() {} // so",
        "impl A { fn a() {}\n    fn new() {} // so\n}\n",
    ),
    (
        "behind the last method",
        After,
        "A/a",
        "impl A {\n    fn a() {\n        1\n    }\n}\n",
        "fn new() {\n    2\n}",
        "impl A {\n    fn a() {\n        1\n    }\n\n    fn new() {\n        2\n    }\n}\n",
    ),
    ("between two", After, "a", "fn a() {}\n\nfn b() {}\n", "fn new() {}\n", "fn a() {}\n\nfn new() {}\n\nfn b() {}\n"),
    (
        "behind a comment on its last line",
        After,
        "A",
        "const A: u8 = 1; // one\nconst B: u8 = 2;\n",
        "const NEW: u8 = 3;",
        "const A: u8 = 1; // one\nconst NEW: u8 = 3;\nconst B: u8 = 2;\n",
    ),
    (
        "behind the last field, which has no comma",
        After,
        "A/b",
        "struct A {\n    a: u8,\n    b: u8\n}\n",
        "new: u8,",
        "struct A {\n    a: u8,\n    b: u8,\n    new: u8,\n}\n",
    ),
    (
        "the same with a comment",
        After,
        "A/b",
        "struct A {\n    b: u8 // two\n}\n",
        "new: u8",
        "struct A {\n    b: u8, // two\n    new: u8,\n}\n",
    ),
    (
        "behind a field with a comma",
        After,
        "A/a",
        "struct A {\n    a: u8, // one\n    b: u8,\n}\n",
        "/// Doc.\nnew: u8",
        "struct A {\n    a: u8, // one\n    /// Doc.\n    new: u8,\n    b: u8,\n}\n",
    ),
    ("behind a variant on one line", After, "K/A", "enum K { A, B }\n", "New(u8)", "enum K { A, New(u8), B }\n"),
    ("behind the last of them", After, "K/B", "enum K { A, B }\n", "New", "enum K { A, B, New, }\n"),
    (
        "behind one of two on one line",
        After,
        "a",
        "fn a() {} fn b() {}\n",
        "fn new() {\n    1\n}",
        "fn a() {}\nfn new() {\n    1\n}\nfn b() {}\n",
    ),
    (
        "behind a macro",
        After,
        "m",
        "macro_rules! m { () => {} }\n\nfn b() {}\n",
        "fn new() {}",
        "macro_rules! m { () => {} }\n\nfn new() {}\n\nfn b() {}\n",
    ),
    (
        "in a macro's braces",
        After,
        "a",
        "cfg_if! {\n    if #[cfg(unix)] {\n        fn a() {}\n    }\n}\n",
        "fn new() {}",
        "cfg_if! {\n    if #[cfg(unix)] {\n        fn a() {}\n        fn new() {}\n    }\n}\n",
    ),
    (
        "in a nested module",
        After,
        "one/two/a",
        "mod one {\n    mod two {\n        fn a() {}\n    }\n}\n",
        "const NEW: u8 = 1;",
        "mod one {\n    mod two {\n        fn a() {}\n        const NEW: u8 = 1;\n    }\n}\n",
    ),
    (
        "behind an impl",
        After,
        "impl A",
        "impl A {\n    fn a() {}\n}\n",
        "impl B {\n    fn b() {}\n}",
        "impl A {\n    fn a() {}\n}\n\nimpl B {\n    fn b() {}\n}\n",
    ),
    // -- remove
    (
        "one of three",
        Remove,
        "b",
        "fn a() {}\n\n/// Doc.\n#[inline]\nfn b() {}\n\nfn c() {}\n",
        "",
        "fn a() {}\n\nfn c() {}\n",
    ),
    (
        "the first method",
        Remove,
        "A/a",
        "impl A {\n    fn a() {}\n\n    fn b() {}\n}\n",
        "",
        "impl A {\n    fn b() {}\n}\n",
    ),
    (
        "the last method",
        Remove,
        "A/b",
        "impl A {\n    fn a() {}\n\n    fn b() {}\n}\n",
        "",
        "impl A {\n    fn a() {}\n}\n",
    ),
    ("a method of a one-line impl", Remove, "A/a", "impl A { fn a() {} fn b() {} }\n", "", "impl A { fn b() {} }\n"),
    (
        "a field",
        Remove,
        "A/a",
        "struct A {\n    /// Doc.\n    a: u8,\n    b: u8,\n}\n",
        "",
        "struct A {\n    b: u8,\n}\n",
    ),
    ("a variant on one line", Remove, "K/A", "enum K { A, B }\n", "", "enum K { B }\n"),
    (
        "with the comment right above it",
        Remove,
        "b",
        "fn a() {}\n\n// Why.\nfn b() {} // so\n\nfn c() {}\n",
        "",
        "fn a() {}\n\nfn c() {}\n",
    ),
    (
        "not the comment further above",
        Remove,
        "b",
        "fn a() {}\n\n// -- part two\n\nfn b() {}\n\nfn c() {}\n",
        "",
        "fn a() {}\n\n// -- part two\n\nfn c() {}\n",
    ),
    (
        "one of two under opposite `cfg`s",
        Remove,
        "a[0]",
        "#[cfg(unix)]\nfn a() {}\n#[cfg(not(unix))]\nfn a() {}\n",
        "",
        "#[cfg(not(unix))]\nfn a() {}\n",
    ),
    (
        "in a macro's braces",
        Remove,
        "a",
        "cfg_if! {\n    if #[cfg(unix)] {\n        fn a() {}\n        fn b() {}\n    }\n}\n",
        "",
        "cfg_if! {\n    if #[cfg(unix)] {\n        fn b() {}\n    }\n}\n",
    ),
    ("with tabs", Remove, "m/a", "mod m {\n\tfn a() {}\n\tfn b() {}\n}\n", "", "mod m {\n\tfn b() {}\n}\n"),
    (
        "one constant of several",
        Remove,
        "B",
        "const A: u8 = 1;\nconst B: u8 = 2;\nconst C: u8 = 3;\n",
        "",
        "const A: u8 = 1;\nconst C: u8 = 3;\n",
    ),
];

#[test]
fn every_byte_outside_of_the_range_stays_whatever_the_file_is_like() {
    assert!(60 <= CASES.len(), "{}", CASES.len());
    let mut wrong = Vec::new();
    for (what, op, name, old, given, new) in CASES {
        for kind in KINDS {
            let (before, expected) = (kind.of(old), kind.of(new));
            let given = if kind == Kind::GivenCrlf { given.replace('\n', "\r\n") } else { (*given).to_owned() };
            let made = made(&before, *op, name, &given);
            let after = made.make(&before);
            if after != expected {
                let shown = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace('\r', "␍");
                wrong.push(format!("{what} ({kind:?})\n{}--- expected\n{}", shown(&after), shown(&expected)));
            }
            // What was told to change is all that did.
            let mut at = 0;
            let mut kept = Vec::new();
            for splice in &made.splices {
                kept.extend_from_slice(&before[at..splice.at.start]);
                at = splice.at.end;
            }
            kept.extend_from_slice(&before[at..]);
            let left = kept.len();
            let inserted: usize = made.splices.iter().map(|splice| splice.text.len()).sum();
            assert_eq!(left + inserted, after.len(), "{what} ({kind:?})");
            assert!(is_within(&kept, &after), "{what} ({kind:?})");
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n========\n"));
}

/// Whether the bytes of `old` stand in `new` in their order.
fn is_within(old: &[u8], new: &[u8]) -> bool {
    let mut new = new.iter();
    old.iter().all(|byte| new.any(|other| other == byte))
}

#[test]
fn a_literal_of_several_lines_is_no_error_where_lines_end_in_cr_and_lf() {
    let text = "const A: &str = \"a\r\n b\";\r\nfn a() {}\r\n";
    assert_eq!(outline(text).broken, None);
    assert!(outline("fn a( {}\r\n").broken.is_some());
}

#[test]
fn what_only_looks_like_an_item_is_told_from_one() {
    let is_it = |text: &str, name: &str| {
        let view = View::of(text.as_bytes());
        let outline = outline(view.text());
        let symbol = outline.symbols.iter().position(|symbol| symbol.name == name).expect("it is there");
        is_whole(&Site { view: &view, outline: &outline, symbol })
    };
    let flags = "bitflags! {\n    pub struct Flags: u32 { const A = 1; }\n}\n";
    assert!(!is_it(flags, "Flags") && is_it(flags, "A"));
    assert!(is_it("struct A { a: u8 }", "a") && is_it("struct A;", "A") && is_it("struct A { a: u8 }", "A"));
    assert!(!is_it("struct A\nfn b() {}\n", "A"));
}

#[test]
fn the_ends_of_a_file_are_kept() {
    let after = |bytes: &str, op: Op, name: &str, given: &str| {
        String::from_utf8(made(bytes.as_bytes(), op, name, given).make(bytes.as_bytes())).expect("UTF-8")
    };
    assert_eq!(after("fn a() {}\n\nfn b() {}\n", Remove, "b", ""), "fn a() {}\n");
    assert_eq!(after("fn a() {}\n\nfn b() {}", Remove, "b", ""), "fn a() {}");
    assert_eq!(after("fn a() {}\r\n\r\nfn b() {}", Remove, "b", ""), "fn a() {}");
    assert_eq!(after("fn a() {}\n\nfn b() {}\n", Remove, "a", ""), "fn b() {}\n");
    assert_eq!(after("fn a() {}\n", Remove, "a", ""), "");
    assert_eq!(after("\u{feff}fn a() {}", Remove, "a", ""), "\u{feff}");
    assert_eq!(after("// Licence.\nfn a() {}\n", Before, "a", "fn new() {}"), "// Licence.\nfn new() {}\nfn a() {}\n");
    assert_eq!(after("// Licence.\nfn a() {}\n", Remove, "a", ""), "// Licence.\n");
    assert_eq!(after("// Licence.\r\n\r\n/// Doc.\r\nfn a() {}\r\n", Remove, "a", ""), "// Licence.\r\n");
    assert_eq!(after("//! File.\n\nfn a() {}\n", Before, "a", "fn new() {}"), "//! File.\n\nfn new() {}\nfn a() {}\n");
    assert_eq!(
        after("#!/usr/bin/env run\nfn a() {}\n", Replace, "a", "fn a() { 1 }"),
        "#!/usr/bin/env run\nfn a() { 1 }\n"
    );
    assert_eq!(after("fn a() {}", After, "a", "fn new() {}\n"), "fn a() {}\nfn new() {}");
    assert_eq!(
        after("struct A;\r\nfn a() {\n}\n", After, "A", "fn new() {}"),
        "struct A;\r\nfn new() {}\r\nfn a() {\n}\n"
    );
}

#[test]
fn what_goes_without_being_named_is_told() {
    let notes = |bytes: &[u8], op: Op, name: &str, given: &str| made(bytes, op, name, given).notes.join("; ");
    let attributes = notes(b"#[cfg(unix)]\n#[inline]\nfn a() {}\n", Replace, "a", "#[inline]\nfn a() {}");
    assert_eq!(attributes, "`#[cfg(unix)]` went: the new text brings its own attributes");
    let odd = notes(b"fn a() { b(\"\xe9\") }\n", Replace, "a", "fn a() {}");
    assert_eq!(odd, "1 bytes that are not UTF-8 went with what stood there");
    assert_eq!(notes(b"fn b() {}\n\n// Why.\nfn a() {}\n", Remove, "a", ""), "the comment right above it went too");
    assert_eq!(notes(b"fn a() {} // so\n", Remove, "a", ""), "the comment behind it went too");
    assert_eq!(notes(b"/// Doc.\nfn a() {}\n", Replace, "a", "fn a() {}"), "");
}

/// A replacement of text: the file, the old text, the new one, how often; the file behind it.
type TextCase = (&'static str, &'static [u8], &'static str, &'static str, usize, &'static [u8]);

const TEXTS: &[TextCase] = &[
    ("once", b"a b c", "b", "d", 1, b"a d c"),
    ("a known tool counted overlapping ones wrong", b"aaaa", "aa", "b", 2, b"bb"),
    ("an odd number of them", b"xaaax", "aa", "b", 1, b"xbax"),
    ("two lines in a file with \\r\\n", b"a\r\nb\r\nc\r\n", "a\nb", "d\ne\nf", 1, b"d\r\ne\r\nf\r\nc\r\n"),
    ("the same given with \\r\\n", b"a\r\nb\r\nc\r\n", "a\r\nb", "d\r\ne", 1, b"d\r\ne\r\nc\r\n"),
    ("given with \\r\\n for a file without", b"a\nb\nc", "a\r\nb", "d\r\ne", 1, b"d\ne\nc"),
    ("a line end at the beginning", b"a\r\nb", "\nb", "\nc", 1, b"a\r\nc"),
    ("a line end alone", b"a\r\nb\r\n", "\n", "", 2, b"ab"),
    ("in a file whose lines end differently", b"a\r\nb\nc\r\n", "b\nc", "d\ne", 1, b"a\r\nd\ne\r\n"),
    ("a known tool made U+FFFD of bytes elsewhere", b"caf\xe9 one \xff", "one", "two", 1, b"caf\xe9 two \xff"),
    ("a byte that is not UTF-8 is no `_`", b"\xe9 _ \xe9", "_", "x", 1, b"\xe9 x \xe9"),
    ("nor a question mark", b"\xe9 ? \xe9", "?", "x", 1, b"\xe9 x \xe9"),
    ("taken away", b"one two", " two", "", 1, b"one"),
    ("behind a byte order mark", b"\xef\xbb\xbfone\n", "one", "two", 1, b"\xef\xbb\xbftwo\n"),
    ("without a last line end", b"one\ntwo", "two", "2\n3", 1, b"one\n2\n3"),
    ("letters of several bytes", "größe größe".as_bytes(), "öß", "oe", 2, "groee groee".as_bytes()),
    ("tabs are kept", b"\tone\n\t\ttwo\n", "\t\ttwo", "\ttwo", 1, b"\tone\n\ttwo\n"),
];

#[test]
fn a_text_is_replaced_to_the_byte_and_nothing_else_is() {
    for (what, before, old, new, expect, expected) in TEXTS {
        let made = replace_text(before, old, new, *expect, "f").unwrap_or_else(|error| panic!("{what}: {error}"));
        let after = made.make(before);
        assert_eq!(after, *expected, "{what}: {}", String::from_utf8_lossy(&after));
    }
}

#[test]
fn a_text_that_occurs_otherwise_than_expected_is_left_alone() {
    let refused = |before: &[u8], old: &str, expect: usize| {
        let error = replace_text(before, old, "x", expect, "f").expect_err("refused");
        (error.to_string(), error.hints.join("; "))
    };
    let (message, hints) = refused(b"aaaa\nb", "aa", 1);
    assert!(message.starts_with("the old text occurs 2 times in `f`, and once was expected"), "{message}");
    assert!(hints.contains("occurrences overlap, first in line 1"), "{hints}");
    assert!(replace_text(b"aaa", "aa", "x", 1, "f").expect("once").notes[0].contains("overlap"));
    let (message, _) = refused(b"fn a() {\n    let x = 1;\n}\n", "let x = 2;", 1);
    assert!(message.contains("f:2 is nearly the same"), "{message}");
    assert!(message.contains("given: `let x = 2;`") && message.contains("there: `let x = 1;`"), "{message}");
    let (message, _) = refused(b"fn a() {\n\tone();\n\ttwo();\n}\n", "    one();\n    two();", 1);
    assert!(message.contains("f:2 is nearly the same: only blanks differ, one has tabs"), "{message}");
    assert!(message.contains("given: `····one();`") && message.contains("there: `→one();`"), "{message}");
    let (message, _) = refused(b"let Value = 1;\n", "let value = 1;", 1);
    assert!(message.contains("only upper and lower case differ"), "{message}");
    let (message, hints) = refused(b"fn a() {}\n", "completely different words here", 1);
    assert_eq!(message, "the old text does not occur in `f`");
    assert!(hints.contains("nothing in `f` is like it"), "{hints}");
    assert!(refused(b"a", "", 1).0.contains("empty") && refused(b"a", "a", 0).0.contains("nothing"));
    assert!(refused(b"caf\xe9", "caf\u{e9}", 1).0.contains("does not occur"));
}

#[test]
fn a_written_file_keeps_mark_line_ends_and_last_end() {
    let written = |before: Option<&[u8]>, given: &str| write(before, given).make(before.unwrap_or_default());
    for (before, given, expected) in [
        (None, "a\nb\n", b"a\nb\n".as_slice()),
        (None, "a\r\nb", b"a\r\nb\r\n"),
        (None, "", b""),
        (Some(b"x\n".as_slice()), "a\nb\n", b"a\nb\n"),
        (Some(b"x"), "a\nb\n", b"a\nb"),
        (Some(b"x\r\ny\r\n"), "a\nb\n", b"a\r\nb\r\n"),
        (Some(b"x\r\ny"), "a\nb", b"a\r\nb"),
        (Some(b"x\ny\n"), "a\r\nb", b"a\nb\n"),
        (Some(b"\xef\xbb\xbfx\n"), "a\n", b"\xef\xbb\xbfa\n"),
        (Some(b"\xef\xbb\xbfx\n"), "\u{feff}a\n", b"\xef\xbb\xbfa\n"),
        (Some(b""), "a", b"a\n"),
        (Some(b"x\n"), "", b""),
        (Some(b"x\n"), "a\n\n", b"a\n\n"),
    ] {
        assert_eq!(written(before, given), expected, "{before:?} {given:?}");
    }
    assert_eq!(write(Some(b"a\xe9\r\nb\nc"), "x").notes.len(), 2);
}

#[test]
fn a_splice_keeps_what_is_around_it_and_very_many_are_made_in_one_go() {
    let bytes = b"// caf\xe9 \xff\xfe\nfn a() {}\n";
    assert_eq!(
        Made::of(Splice { at: 11..20, text: "fn b() {}".into() }).make(bytes),
        b"// caf\xe9 \xff\xfe\nfn b() {}\n"
    );
    // A copy of the file for each of them would take minutes.
    let many = "a".repeat(1 << 20);
    let made = replace_text(many.as_bytes(), "a", "bc", many.len(), "many").expect("replaced");
    assert_eq!(made.make(many.as_bytes()), "bc".repeat(1 << 20).into_bytes());
    let error = replace_text(many.as_bytes(), "a", "bc", 1, "many").expect_err("too many");
    assert!(error.details.iter().any(|line| line == "in lines 1"), "{error:?}");
}
