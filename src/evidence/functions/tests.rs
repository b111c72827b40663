//! Which function a listed test is, in a small workspace read by real cargo.

use super::*;
use crate::cancel::Cancel;
use crate::git::tests::scratch::Scratch;
use crate::words::TargetKind;
use crate::workspace::graph::CargoFlags;
use std::cell::RefCell;

const FILES: &[(&str, &str)] = &[
    ("a/src/lib.rs", "mod part;\n#[cfg(test)]\nmod tests {\n    #[test]\n    fn here() { assert!(true); }\n}\n"),
    (
        "a/src/part.rs",
        "#[cfg(test)]\nmod tests {\n    #[test]\n    fn there() {}\n    #[rstest]\n    fn cases() {}\n}\n",
    ),
    ("a/src/plain.rs", "pub fn nothing() {}\n"),
    ("a/tests/it/main.rs", "mod one;\nmod other;\nmade!(by_a_macro);\n"),
    ("a/tests/it/one.rs", "#[test]\nfn same() {}\n"),
    ("a/tests/it/other.rs", "#[cfg(x)]\n#[test]\nfn twice() {}\n#[cfg(not(x))]\n#[test]\nfn twice() { panic!() }\n"),
    ("b/src/lib.rs", "#[test]\nfn elsewhere() {}\n"),
];

fn workspace() -> (Scratch, Graph) {
    let scratch = Scratch::empty();
    scratch.write("Cargo.toml", "[workspace]\nresolver = \"3\"\nmembers = [\"a\", \"b\"]\n");
    for name in ["a", "b"] {
        let manifest = format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n");
        scratch.write(&format!("{name}/Cargo.toml"), &manifest);
    }
    FILES.iter().for_each(|(file, text)| scratch.write(file, text));
    let flags = CargoFlags { offline: true, ..CargoFlags::default() };
    let manifest = scratch.folder.join("Cargo.toml");
    let graph = Graph::load(&[manifest], &flags, &scratch.surroundings(), &Cancel::new()).expect("a graph");
    (scratch, graph)
}

#[test]
fn each_listed_test_has_its_function_where_one_can_be_told_and_no_file_is_read_in_vain() {
    let (scratch, graph) = workspace();
    let target = |kind: TargetKind, name: &str| TargetId { package: "a".into(), kind, name: name.into() };
    let (lib, it) = (target(TargetKind::Lib, "a"), target(TargetKind::Test, "it"));
    let listings = BTreeMap::from([
        (
            &lib,
            BTreeSet::from(["tests::here", "part::tests::there", "part::tests::cases::case_1", "part::tests::gone"]),
        ),
        (&it, BTreeSet::from(["one::same", "other::twice", "by_a_macro"])),
    ]);
    let read = RefCell::new(Vec::new());
    let text = |file: &str| {
        read.borrow_mut().push(file.to_owned());
        std::fs::read_to_string(scratch.folder.join(file)).ok()
    };
    let files = FILES.iter().map(|(file, _)| *file).chain(["README.md", "a/gone.rs"]);
    let found = functions(&graph, &scratch.folder, &listings, files, text);
    let names = |target: &TargetId| found[target].keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&lib), ["part::tests::cases::case_1", "part::tests::there", "tests::here"]);
    assert_eq!(names(&it), ["one::same"], "two functions of a name, and one of a macro's, cannot be told");
    let of_here = source::test_functions(FILES[0].1).remove(0).digest;
    assert_eq!(found[&lib]["tests::here"], of_here);
    let read = read.into_inner();
    assert!(!read.iter().any(|file| file.starts_with("b/") || file.ends_with(".md")), "{read:?}");
    assert_eq!(read.len(), 7, "each once: {read:?}");
}

#[test]
fn where_nothing_ran_nothing_is_read() {
    let (scratch, graph) = workspace();
    let files = FILES.iter().map(|(file, _)| *file);
    let found = functions(&graph, &scratch.folder, &BTreeMap::new(), files, |file| panic!("{file} was read"));
    assert!(found.is_empty());
}

#[test]
fn what_comes_first_is_parsed_first_and_there_is_a_limit() {
    let file =
        |name: &str, length: usize| (name.to_owned(), format!("#[test]\nfn {name}() {{}}\n{}", " ".repeat(length)));
    let files = [file("first", 10), file("second", MOST_PARSED), file("third", 10)];
    let fits = within_limit(files.into_iter());
    assert_eq!(fits.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["first", "third"]);
    let parsed = parsed(fits);
    let names: Vec<&str> = parsed.iter().flat_map(|(_, tests)| tests).map(|test| test.path.as_str()).collect();
    assert_eq!(names, ["first", "third"]);
}
