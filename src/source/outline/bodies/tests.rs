//! Which bodies go, and that nothing else of an outline does.

use super::super::{Outline, outline, outline_without_locals};
use super::without_bodies;
use proptest::prelude::*;
use std::path::{Path, PathBuf};

#[track_caller]
fn blanked(text: &str) -> String {
    let blanked = without_bodies(text).unwrap_or_else(|| panic!("it can be told: {text}"));
    assert_eq!(blanked.len(), text.len());
    assert_eq!(blanked.matches('\n').count(), text.matches('\n').count());
    blanked
}

/// The text with `_` for every blank put in place of something.
#[track_caller]
fn shown(text: &str) -> String {
    let pairs = text.bytes().zip(blanked(text).into_bytes());
    String::from_utf8(pairs.map(|(was, is)| if was == is { is } else { b'_' }).collect()).expect("UTF-8")
}

#[test]
fn what_functions_do_goes_and_all_else_stays() {
    for (text, expected) in [
        ("fn a() {1} struct B {x: u8}", "fn a() {_} struct B {x: u8}"),
        ("fn a() -> [u8; {2}] {é;\n}", "fn a() -> [u8; {2}] {___\n}"),
        (
            "fn a<const N: usize = {3}>() -> B<{ N + 1 }, u8> where [(); {N}]:, C: D<A = u8>, {1}",
            "fn a<const N: usize = {3}>() -> B<{ N + 1 }, u8> where [(); {N}]:, C: D<A = u8>, {_}",
        ),
        (
            "fn a(f: fn(u8) -> u8, g: impl Fn() -> A<B<u8>>) -> <T as U<V>>::W {1}",
            "fn a(f: fn(u8) -> u8, g: impl Fn() -> A<B<u8>>) -> <T as U<V>>::W {_}",
        ),
        ("trait A { fn a(); fn b() {1} const C: u8 = {2}; }", "trait A { fn a(); fn b() {_} const C: u8 = {2}; }"),
        (
            "impl !A for B {} impl A for B { fn r#a(&self) {{}} }",
            "impl !A for B {} impl A for B { fn r#a(&self) {__} }",
        ),
        ("fn a() {'{';\"}\";r#\"\"}\"#;/*}*///}\n}", "fn a() {________________________\n}"),
        ("m! { fn a() {1} } fn b() {2}", "m! { fn a() {1} } fn b() {_}"),
        ("macro_rules! m { () => { fn a() {1} } }", "macro_rules! m { () => { fn a() {1} } }"),
        ("#[a(fn b() {1})] mod c { fn d() {2} }", "#[a(fn b() {1})] mod c { fn d() {_} }"),
        ("#![a { fn b() {1} }] fn d() {2}", "#![a { fn b() {1} }] fn d() {_}"),
        ("const A: fn() = { fn b() {1} b };", "const A: fn() = { fn b() {_} b };"),
        ("fn a(x: [u8; { fn b() {1} 2 }]) {3}", "fn a(x: [u8; { fn b() {1} 2 }]) {3}"),
        ("#!/bin/it's {\nfn a() {1}", "#!/bin/it's {\nfn a() {_}"),
        ("\u{feff}fn a() {1}", "\u{feff}fn a() {_}"),
    ] {
        assert_eq!(shown(text), expected, "{text}");
    }
}

#[test]
fn what_does_not_match_or_end_has_to_be_read_whole() {
    for text in ["fn a() {", "fn a() }", "fn a() { ( }", "fn a() { [} ]", "\"", "/*", "---\nx: 1\n---\nfn a() {}"] {
        assert_eq!(without_bodies(text), None, "{text}");
    }
    let outline = outline_without_locals("fn before() {}\nfn broken( {\nstruct Behind;\n");
    assert_eq!((outline.broken, outline.symbols[0].name.as_str()), (Some(2), "before"));
}

#[test]
fn an_error_within_a_function_hides_nothing_around_it() {
    let outline = outline_without_locals("fn a() { let = ; fn inner() {} }\nstruct B;\n");
    let names: Vec<&str> = outline.symbols.iter().map(|symbol| symbol.name.as_str()).collect();
    assert_eq!((names, outline.broken), (vec!["a", "B"], None));
}

/// The quick way comes to what the other one comes to, where that reads the file.
#[track_caller]
fn assert_same(text: &str, what: &str) -> bool {
    let whole = outline(text);
    let is_whole = whole.broken.is_none();
    let quick = outline_without_locals(text);
    if is_whole {
        assert_eq!(quick, whole.without_locals(), "{what}");
    }
    is_whole
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in folder.read_dir().into_iter().flatten().flatten() {
        let path = entry.path();
        match path.is_dir() {
            true => rust_files(&path, found),
            false if path.extension().is_some_and(|extension| extension == "rs") => found.push(path),
            false => {}
        }
    }
}

#[test]
fn real_files_have_the_same_outline_with_and_without_bodies() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    ["src", "tests", "fixtures"].iter().for_each(|folder| rust_files(&root.join(folder), &mut files));
    let mut n_same = 0;
    for file in &files {
        let Ok(text) = std::fs::read_to_string(file) else { continue };
        n_same += usize::from(assert_same(&text, &file.display().to_string()));
        assert!(without_bodies(&text).is_some(), "{}", file.display());
    }
    assert!(400 < n_same, "{n_same} of {}", files.len());
}

/// Pieces of Rust, put together at random: most of it does not parse, all of it may come.
const PIECES: [&str; 40] = [
    "fn a",
    "fn b<T: C<D>>",
    "(x: u8)",
    "()",
    "-> E<{ 1 }>",
    "-> [u8; 2]",
    "where F: G,",
    "{",
    "}",
    "{}",
    ";",
    "struct H",
    "struct I;",
    "enum J { K, L { m: u8 } }",
    "trait N {",
    "impl N for H {",
    "mod o {",
    "const P: u8 =",
    "{ 1 }",
    "\"}\"",
    "'{'",
    "'a",
    "r#\"{\"#",
    "// }\n",
    "/* { */",
    "/// doc\n",
    "#[test]",
    "#[cfg(x)]",
    "m! {",
    "m!(",
    ")",
    "macro_rules! q {",
    "let r = 1;",
    "match s { _ => {} }",
    "pub",
    "const",
    "static T: [u8; 2] = [1, 2];",
    "type U = fn() -> u8;",
    "<",
    ">",
];

/// Whole items, in any order and nested in modules and functions.
fn items() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(vec![
        "fn a() { let b = |x: u8| { x }; fn local() {} }\n",
        "pub struct C<'a> { d: &'a str, pub e: [u8; { 2 }] }\n",
        "#[cfg(unix)] fn f<const N: usize>(x: [u8; N]) -> Result<(), Box<dyn Fn(u8) -> u8>> where u8: Copy { Err(\"}\")? }\n",
        "enum G { H, I(u8), J { k: u8 } }\n",
        "const L: fn() = { fn m() { '{'; } m };\n",
        "n! { pub fn o() { struct P; } }\n",
        "macro_rules! q { ($x:expr) => { fn r() { $x } }; }\n",
        "/// { doc\nstatic S: &[&str] = &[\"{\", r#\"\"}\"#];\n",
        "extern \"C\" { fn t(x: u8) -> u8; }\n",
    ])
    .prop_map(str::to_owned);
    leaf.prop_recursive(4, 24, 5, |inner| {
        let several = || prop::collection::vec(inner.clone(), 0..5).prop_map(|items| items.concat());
        prop_oneof![
            several().prop_map(|items| format!("mod u {{\n{items}}}\n")),
            several().prop_map(|items| format!("fn v() {{\n{items}if x < y {{ w::<Z>() }} }}\n")),
            several()
                .prop_map(|items| format!("impl<T> A<T> for B<T> {{ fn c(&self) {{ {items} }} const D: u8 = 1; }}\n")),
            several(),
        ]
    })
}

proptest! {
    #[test]
    fn items_have_the_same_outline_however_they_are_nested(text in items()) {
        prop_assert!(without_bodies(&text).is_some());
        prop_assert!(assert_same(&text, &text), "it parses: {text}");
    }

    #[test]
    fn whatever_parses_has_the_same_outline(pieces in prop::collection::vec(prop::sample::select(PIECES.to_vec()), 0..16)) {
        let text = pieces.join(" ");
        assert_same(&text, &text);
    }

    #[test]
    fn any_text_is_borne(text in "[fn a-c(){}<>'\"\\\\/*#!;r\né-]{0,40}") {
        let _: Outline = outline_without_locals(&text);
    }
}
