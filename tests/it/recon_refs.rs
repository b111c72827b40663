//! Who uses a symbol: the answers are what the fixture `refs` says of itself, no more and no less.

use crate::tree::{Tree, fixtures};
use camino::Utf8Path;
use serde_json::Value;
use std::collections::BTreeMap;

/// What is asked for each symbol the fixture names, and the file it is declared in.
const SYMBOLS: &[(&str, &str, &str)] = &[
    ("Shelf", "/Shelf", "store/src/shelf.rs"),
    ("Shelf/new", "Shelf/new", "store"),
    ("Shelf/put", "Shelf/put", "store"),
    ("Shelf/slots", "Shelf/slots", "store"),
    ("Slot", "Slot", "store"),
    ("Kind", "Kind", "store"),
    ("Kind/Wide", "Kind::Wide", "store/src/shelf.rs"),
    ("LIMIT", "LIMIT", "store"),
    ("Count", "Count", "store"),
    ("Count/count_all", "count_all", "store"),
    ("tools", "tools", "store"),
    ("tools/sorted", "tools::sorted", "store"),
    ("shelf!", "/shelf[1]", "store/src/lib.rs"),
];

/// The uses of a symbol: a file's line, and the labels of those on it.
type Uses = BTreeMap<(String, u64), Vec<String>>;

/// What the fixture says of itself, by symbol.
fn truth() -> BTreeMap<String, Uses> {
    let mut found: BTreeMap<String, Uses> = BTreeMap::new();
    gather(&fixtures().join("refs"), "", &mut found);
    found
}

fn gather(folder: &Utf8Path, below: &str, found: &mut BTreeMap<String, Uses>) {
    for entry in folder.read_dir_utf8().expect("a folder") {
        let entry = entry.expect("an entry");
        let shown = format!("{below}{}", entry.file_name());
        if entry.path().is_dir() {
            gather(entry.path(), &format!("{shown}/"), found);
        }
        if !shown.ends_with(".rs") {
            continue;
        }
        let text = std::fs::read_to_string(entry.path()).expect("a text");
        for (line, held) in (1..).zip(text.lines()) {
            let Some((_, said)) = held.split_once("//~ ") else { continue };
            for said in said.split("; ") {
                let (label, symbol) = said.split_once(' ').expect("a label and a symbol");
                let uses = found.entry(symbol.to_owned()).or_default();
                uses.entry((shown.clone(), line)).or_default().push(label.to_owned());
            }
        }
    }
}

fn ask(tree: &Tree, args: &[&str]) -> Value {
    let args = [&["recon", "refs", "--message-format", "json"], args].concat();
    tree.handoff(args).exits(0).messages().pop().expect("a last line")
}

fn uses(answer: &Value) -> Uses {
    let mut found = Uses::new();
    for file in answer["files"].as_array().expect("files") {
        for symbol in file["symbols"].as_array().expect("symbols") {
            for hit in symbol["hits"].as_array().expect("hits") {
                let place = (file["file"].as_str().expect("a file").to_owned(), hit["line"].as_u64().expect("a line"));
                found.entry(place).or_default().push(hit["label"].as_str().expect("a label").to_owned());
            }
        }
    }
    found
}

#[test]
fn each_use_is_told_with_its_label_and_nothing_else_is() {
    let tree = Tree::of("refs");
    let mut truth = truth();
    assert_eq!(truth.len(), SYMBOLS.len());
    for (symbol, name, within) in SYMBOLS {
        let answer = ask(&tree, &[name, "--in", within, "--limit", "1000"]);
        let truth = truth.remove(*symbol).unwrap_or_else(|| panic!("nothing is said of {symbol}"));
        assert_eq!(uses(&answer), truth, "{symbol}: {answer:#}");
        let packages = answer["looked"]["packages"].to_string();
        assert!(!packages.contains("lonely"), "{symbol}: {packages}");
    }
}

#[test]
fn a_name_of_several_symbols_asks_which_and_all_of_them_can_be_meant() {
    let tree = Tree::of("refs");
    let refused = tree.handoff(["recon", "refs", "/LIMIT"]).exits(65);
    assert!(refused.stderr.contains("--in lonely/src/lib.rs"), "{}", refused.stderr);
    assert!(refused.stderr.contains("--in store/src/lib.rs"), "{}", refused.stderr);
    let answer = ask(&tree, &["/LIMIT", "--all"]);
    assert_eq!(answer["definitions"].as_array().map(Vec::len), Some(2));
    assert!(uses(&answer).contains_key(&("lonely/src/lib.rs".to_owned(), 16)), "{answer:#}");
    let _ = tree.handoff(["recon", "refs", "no_such_thing"]).exits(65);
    let _ = tree.handoff(["recon", "refs", "/"]).exits(2);
}

#[test]
fn a_hint_can_be_pasted_in_a_folder_below_the_root() {
    let tree = Tree::of("refs").git().at("client/src");
    let refused = tree.handoff(["recon", "refs", "/LIMIT"]).exits(65);
    assert!(refused.stderr.contains("--in store/src/lib.rs"), "{}", refused.stderr);
    let answer = ask(&tree, &["/LIMIT", "--in", "store/src/lib.rs"]);
    assert_eq!(answer["definitions"].as_array().map(Vec::len), Some(1), "{answer:#}");
}

#[test]
fn what_is_left_out_is_counted_and_the_surest_stay() {
    let tree = Tree::of("refs");
    let answer = ask(&tree, &["Shelf/put", "--in", "store", "--limit", "2"]);
    let labels: Vec<String> = uses(&answer).into_values().flatten().collect();
    assert_eq!(labels, ["certain", "certain"]);
    assert_eq!(answer["leftOut"], 2);
    let shown = tree.handoff(["recon", "refs", "Shelf/put", "--in", "store", "--limit", "2"]).exits(0).stdout;
    assert!(shown.contains("4 uses: 2 certain, 0 likely, 2 name-only"), "{shown}");
    assert!(shown.contains("and 2 more uses (--limit)"), "{shown}");
    assert!(shown.lines().all(|line| line.chars().count() <= 80), "{shown}");
}

#[test]
fn files_that_cannot_be_read_and_no_workspace_are_told() {
    let tree = Tree::of("refs");
    tree.write("client/src/more.rs", "fn f() { depot::LIMIT; }\nfn g( {\n");
    tree.change("client/src/lib.rs", "pub mod desk;", "pub mod desk;\nmod more;");
    let answer = ask(&tree, &["/LIMIT", "--in", "store"]);
    assert!(uses(&answer).contains_key(&("client/src/more.rs".to_owned(), 1)), "{answer:#}");
    assert!(answer["unknown"].to_string().contains("`client/src/more.rs` does not parse behind line 2"), "{answer:#}");
    let bare = Tree::empty();
    bare.write("src/lib.rs", "mod a;\n");
    bare.write("src/a.rs", "pub fn quiet() {}\npub fn loud() { quiet() }\n");
    let answer = ask(&bare, &["quiet"]);
    assert_eq!(uses(&answer), Uses::from([(("src/a.rs".to_owned(), 2), vec!["certain".to_owned()])]));
    assert_eq!(answer["looked"]["byGraph"], false);
    assert!(answer["unknown"].to_string().contains("no cargo workspace here"), "{answer:#}");
    let lonely = Tree::empty();
    lonely.write("a.rs", "pub fn quiet() {}\n");
    let ran = lonely.handoff(["recon", "refs", "quiet"]).exits(65);
    assert!(ran.stderr.contains("`quiet` stands in `a.rs`, and no crate's root leads there"), "{ran:#?}");
    bare.write("src/a.rs", format!("pub fn quiet() {{ {}1{}; }}\n", "(".repeat(300), ")".repeat(300)));
    let ran = bare.handoff(["recon", "refs", "quiet"]).exits(65);
    assert!(ran.stderr.contains("`src/a.rs` holds the word and does not parse"), "{ran:#?}");
    bare.write("src/a.rs", "pub fn quiet() {}\npub fn loud() { quiet() }\n");
    let answer = ask(&bare, &["loud"]);
    assert!(uses(&answer).is_empty() && answer["unknown"].as_array().is_some_and(|unknown| !unknown.is_empty()));
}
