//! What is found, and what is said where nothing is.

use super::*;
use crate::recon::Ground;
use camino::Utf8Path;

const LIB: &str = "pub mod text;\n/// Adds.\n#[inline]\npub fn add(a: u8) -> u8 {\n    fn local() {}\n    a\n}\nbitflags! { pub struct Flags: u8 { const A = 1; } }\n";
const TEXT: &str = "pub struct Parser;\nimpl Parser {\n    /// Makes one.\n    pub fn new() -> Self { Self }\n}\n#[cfg(a)] fn twice() {}\n#[cfg(b)] fn twice() {}\nmake!(Made);\n";

#[track_caller]
fn find_in(files: &[(&str, &str)], pattern: &str, change: impl Fn(&mut FindQuestion)) -> Found {
    let folder = tempfile::tempdir().expect("a folder");
    let root = Utf8Path::from_path(folder.path()).expect("UTF-8");
    for (path, text) in [("Cargo.toml", "[package]\nname = \"my-crate\"\n")].iter().chain(files) {
        let path = root.join(path);
        std::fs::create_dir_all(path.parent().expect("below")).expect("folders");
        std::fs::write(path, text).expect("written");
    }
    let ground = Ground { root, folder: root, graph: None };
    let (files, unread) = ground.all_rust_files(&[]).expect("they are there");
    let name = NamePath::read(pattern).expect("a name");
    let mut question =
        FindQuestion { pattern: pattern.into(), name, kinds: Vec::new(), telling: Telling::Head, limit: 50 };
    change(&mut question);
    find(&files, unread, &question, &Cancel::new()).expect("not stopped")
}

fn found(pattern: &str) -> Found {
    find_in(&[("src/lib.rs", LIB), ("src/text.rs", TEXT)], pattern, |_| {})
}

fn paths(found: &Found) -> Vec<String> {
    found.symbols.items.iter().map(|symbol| format!("{}:{} {}", symbol.file, symbol.line, symbol.path)).collect()
}

#[test]
fn a_name_is_found_in_its_file_through_its_modules_and_in_functions_and_macros() {
    for (pattern, expected) in [
        ("new", &["src/text.rs:4 impl Parser/new"][..]),
        ("Parser/new", &["src/text.rs:4 impl Parser/new"]),
        ("crate::text::Parser::new", &["src/text.rs:4 impl Parser/new"]),
        ("my_crate::text::Parser", &["src/text.rs:1 Parser", "src/text.rs:2 impl Parser"]),
        ("/Parser", &["src/text.rs:1 Parser", "src/text.rs:2 impl Parser"]),
        ("crate::add", &["src/lib.rs:4 add"]),
        ("add/local", &["src/lib.rs:5 add/local"]),
        ("twice[1]", &["src/text.rs:7 twice[1]"]),
        ("Flags", &["src/lib.rs:8 Flags"]),
        ("crate::Parser", &[]),
    ] {
        assert_eq!(paths(&found(pattern)), expected, "{pattern}");
    }
    let one = &found("local").symbols.items[0];
    assert_eq!((one.modules.as_str(), one.signature.as_str(), one.is_in_macro), ("my_crate", "fn local()", false));
    assert!(found("Flags").symbols.items[0].is_in_macro);
    assert_eq!(found("twice[0]").symbols.items[0].cfg, "#[cfg(a)]");
}

#[test]
fn a_part_or_a_kind_narrows_what_counts() {
    let files = [("src/lib.rs", LIB), ("src/text.rs", TEXT)];
    let part = find_in(&files, "wic", |question| question.name = question.name.clone().part());
    assert_eq!(paths(&part).len(), 2);
    let kind = find_in(&files, "Parser", |question| question.kinds = vec![SymbolKind::Impl]);
    assert_eq!(paths(&kind), ["src/text.rs:2 impl Parser"]);
    let few = find_in(&files, "twice", |question| question.limit = 1);
    assert_eq!((few.symbols.items.len(), few.symbols.left_out), (1, 1));
}

#[test]
fn documentation_and_bodies_come_as_they_stand_in_the_file() {
    let files = [("src/text.rs", TEXT)];
    let text = |telling: Telling, pattern: &str| {
        let found = find_in(&files, pattern, |question| question.telling = telling);
        found.symbols.items[0].text.clone().expect("asked for")
    };
    let body = text(Telling::Body, "new");
    assert_eq!((body.line, body.text.as_deref()), (3, Some("    /// Makes one.\n    pub fn new() -> Self { Self }")));
    assert_eq!(text(Telling::Docs, "new").text.as_deref(), Some("    /// Makes one.\n    pub fn new() -> Self"));
    assert_eq!(text(Telling::Body, "Parser").text.as_deref(), Some("pub struct Parser;"));
    let long = format!("fn a() {{\n{}}}\nfn b() {{}}\n", "    x();\n".repeat(20_000));
    let found = find_in(&[("src/a.rs", &long)], "a", |question| question.telling = Telling::Body);
    assert_eq!(found.symbols.items[0].text, Some(SymbolText { line: 1, text: None }), "too long to be told");
}

#[test]
fn where_nothing_is_called_so_it_is_said_what_is_near_and_where_the_name_stands() {
    let nothing = found("Made");
    assert!(nothing.symbols.items.is_empty());
    assert_eq!((nothing.mentions.items.as_slice(), nothing.n_files), (&["src/text.rs".to_owned()][..], 2));
    let near = |pattern: &str| found(pattern).near.into_iter().map(|near| near.path).collect::<Vec<_>>();
    assert_eq!(near("Praser"), ["Parser"]);
    assert_eq!(near("/new"), ["impl Parser/new"], "it is there, in another place");
    assert_eq!(near("twcie"), ["twice[0]", "twice[1]"]);
    assert!(near("something_else").is_empty());
    assert!(found("new").near.is_empty(), "only where nothing is found");
}

#[test]
fn a_file_that_does_not_parse_is_named_where_the_name_stands_in_it() {
    let found = find_in(&[("src/a.rs", "fn new() {}\nfn broken( {\n"), ("src/b.rs", "fn ( {")], "new", |_| {});
    assert_eq!(paths(&found), ["src/a.rs:1 new"]);
    assert_eq!((found.broken.items[0].file.as_str(), found.broken.total()), ("src/a.rs", 1));
}
