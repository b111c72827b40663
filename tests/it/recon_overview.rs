//! What is in these files, and where is what is called so?

use crate::tree::{Tree, copy, fixtures};
use serde_json::{Value, json};

/// The last line of an instrument's answer.
#[track_caller]
fn answer(tree: &Tree, args: &[&str]) -> Value {
    let ran = tree.handoff(["recon", "--message-format", "json"].iter().chain(args)).exits(0);
    ran.messages().pop().expect("there is one")
}

const FILE: &str = "\
//! A file.

/// Reads numbers.
pub struct Reader<'a> {
    text: &'a str,
}

impl<'a> Reader<'a> {
    /// A reader of this text, which is a text that a person typed somewhere.
    pub fn new_with_quite_a_long_name(text: &'a str, beginning: usize, end: usize) -> Result<Self, std::fmt::Error> {
        Ok(Self { text })
    }
}

#[cfg(unix)]
fn twice() {}
#[cfg(not(unix))]
fn twice() {}
";

#[test]
fn an_overview_shows_every_head_whole_in_a_pipe() {
    let tree = Tree::empty();
    tree.write("src/reader.rs", FILE);
    let _ = tree.handoff(["recon", "overview", "src/reader.rs"]).exits(0).says(
        "\
src/reader.rs
     4  pub struct Reader<'a>
     8  impl<'a> Reader<'a>
    10    pub fn new_with_quite_a_long_name(text: &'a str, beginning: usize, end: usize) -> Result<Self, std::fmt::Error>
    16  fn twice()  #[cfg(unix)]
    18  fn twice()  #[cfg(not(unix))]
",
    );
    // All of it, its lines broken where a terminal's end.
    let _ =
        tree.handoff(["recon", "overview", "-v", "--kind", "field", "--kind", "fn", "src/reader.rs"]).exits(0).says(
            "\
src/reader.rs
     4  pub struct Reader<'a>
     5    text: &'a str
     8  impl<'a> Reader<'a>
    10    pub fn new_with_quite_a_long_name(text: &'a str, beginning: usize,
          end: usize) -> Result<Self, std::fmt::Error>
    16  fn twice()  #[cfg(unix)]
    18  fn twice()  #[cfg(not(unix))]
",
        );
}

#[test]
fn an_overview_of_a_path_starts_nothing_and_needs_no_workspace() {
    let tree = Tree::empty().env("CARGO", "no-such-cargo").env("PATH", "/nowhere");
    tree.write("a/one.rs", FILE);
    tree.write("a/notes.md", "# Notes\n");
    tree.write("b/two.rs", "fn broken( {\n");
    let found = answer(&tree, &["overview", "a", "b/two.rs", "a/../a/one.rs"]);
    assert_eq!((&found["nFiles"], &found["told"]), (&json!(2), &json!("asked")));
    let files = &found["files"]["items"];
    assert_eq!((&files[0]["file"], &files[0]["counts"]["fn"]), (&json!("a/one.rs"), &json!(3)));
    assert_eq!(files[0]["symbols"][1]["children"][0]["path"], "impl Reader<'a>/new_with_quite_a_long_name");
    assert_eq!(files[1]["broken"], 1);
    let ran = tree.handoff(["recon", "overview", "b"]).exits(0);
    assert!(ran.stdout.starts_with("b/two.rs  does not parse behind line 1"), "{ran:#?}");
    let ran = tree.handoff(["recon", "overview", "no-such"]).exits(65);
    assert!(ran.stderr.contains("`no-such` is no file, folder or package here"), "{ran:#?}");
    let ran = tree.handoff(["recon", "overview", "a/notes.md"]).exits(65);
    assert!(ran.stderr.contains("`a/notes.md` is no Rust file"), "{ran:#?}");
    let _ = tree.handoff(["recon", "overview", "--kind", "class"]).exits(2);
    let _ = tree.handoff(["recon", "overview", "--depth", "0"]).exits(2);
    tree.write("c/notes.md", "# Notes\n");
    let _ = tree.handoff(["recon", "overview", "c"]).exits(0).says("there are no Rust files there\n");
}

#[test]
fn an_overview_takes_the_names_of_packages() {
    let tree = Tree::of("two-crates").git();
    let found = answer(&tree, &["overview", "adder"]);
    let names: Vec<&str> = found["files"]["items"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|file| file["file"].as_str().expect("a name"))
        .collect();
    assert!(!names.is_empty() && names.iter().all(|name| name.starts_with("adder/")), "{names:?}");
    let tree = tree.at("adder");
    let found = answer(&tree, &["overview", "counter", "--depth", "1"]);
    let first = found["files"]["items"][0]["file"].as_str().expect("a name");
    assert!(first.starts_with("counter/"), "told from the root, wherever it is asked: {first}");
}

#[test]
fn a_large_tree_is_told_by_folder() {
    let tree = Tree::empty();
    for n in 0..60 {
        tree.write(&format!("crates/c{}/src/m{n}.rs", n % 3), FILE);
    }
    let ran = tree.handoff(["recon", "overview"]).exits(0);
    assert!(ran.stdout.contains("crates/c1/src/  20 files  20 struct, 20 impl, 60 fn\n"), "{ran:#?}");
    assert!(ran.stdout.contains("300 symbols in 60 files: name a folder or file"), "{ran:#?}");
    let ran = tree.handoff(["recon", "overview", "--limit", "60"]).exits(0);
    assert_eq!(ran.stdout.matches("twice").count(), 120);
}

#[test]
fn a_name_is_found_with_its_documentation_and_body() {
    let tree = Tree::of("two-crates").git();
    tree.write("adder/src/reader.rs", FILE);
    let found = answer(&tree, &["find", "crate::reader::Reader", "--kind", "struct", "--body"]);
    let one = &found["symbols"]["items"][0];
    assert_eq!(
        (&one["file"], &one["line"], &one["modules"]),
        (&json!("adder/src/reader.rs"), &json!(4), &json!("adder::reader"))
    );
    assert_eq!(
        one["text"],
        json!({ "line": 3, "text": "/// Reads numbers.\npub struct Reader<'a> {\n    text: &'a str,\n}" })
    );
    let _ = tree.handoff(["recon", "find", "Reader/new_with", "--part", "--in", "adder"]).exits(0).says(
        "\
adder/src/reader.rs:10-12  impl Reader<'a>/new_with_quite_a_long_name
    pub fn new_with_quite_a_long_name(text: &'a str, beginning: usize, end: usize) -> Result<Self, std::fmt::Error>
    in adder::reader
",
    );
    let _ = tree.handoff(["recon", "find", "twice[1]", "--docs"]).exits(0).says(
        "\
adder/src/reader.rs:18  twice[1]
    17  #[cfg(not(unix))]
    18  fn twice()
    in adder::reader, #[cfg(not(unix))]
",
    );
}

#[test]
fn finding_nothing_is_an_answer_that_says_where_it_was_looked() {
    let tree = Tree::empty();
    copy(&fixtures().join("two-crates/adder"), &tree.root.join("adder"));
    tree.write("adder/src/reader.rs", FILE);
    let ran = tree.handoff(["recon", "find", "Raeder"]).exits(0);
    assert!(ran.stdout.starts_with("nothing is called `Raeder` in "), "{ran:#?}");
    assert!(ran.stdout.contains("\nnear it:\n    adder/src/reader.rs:4  struct Reader\n"), "{ran:#?}");
    let found = answer(&tree, &["find", "Error"]);
    assert_eq!(
        (&found["symbols"]["items"], &found["mentions"]["items"]),
        (&json!([]), &json!(["adder/src/reader.rs"]))
    );
    let ran = tree.handoff(["recon", "find", " / "]).exits(2);
    assert!(ran.stderr.contains("is no name"), "{ran:#?}");
}
