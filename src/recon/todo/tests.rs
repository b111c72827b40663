//! What is left to be done, and where.

use super::*;
use camino::{Utf8Path, Utf8PathBuf};

fn spelled(text: &str) -> String {
    text.replace("@do", concat!("TO", "DO")).replace("@mend", concat!("FIX", "ME"))
}

fn file(root: &Utf8Path, shown: &str, text: impl AsRef<[u8]>) -> RustFile {
    let path: Utf8PathBuf = root.join(shown);
    std::fs::create_dir_all(path.parent().expect("below")).expect("folders");
    std::fs::write(&path, text).expect("written");
    RustFile { path, shown: shown.to_owned() }
}

#[test]
fn each_is_told_with_its_symbol_and_its_package_in_order() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = Utf8Path::from_path(folder.path()).expect("UTF-8");
    std::fs::write(root.join("Cargo.toml"), "[package]\nname = \"it\"\n").expect("written");
    let files = [
        file(
            root,
            "src/a.rs",
            spelled("// @do: top\nstruct P;\nimpl P {\n    fn new() {\n        todo! ()\n    }\n}\n"),
        ),
        file(root, "src/b.rs", spelled("const A: &str = \"@do\";\n")),
        file(
            root,
            "src/c.rs",
            [b"// caf\xe9\nfn f() { /* ".as_slice(), spelled("@mend").as_bytes(), b" */ }\n"].concat(),
        ),
        file(root, "src/d.rs", spelled("fn f( {\n// @do\n}")),
        file(root, "src/e.rs", "(".repeat(5000) + &spelled("// @do")),
    ];
    let list = to_do_list(&files, 3, &Cancel::new()).expect("read");
    let rows: Vec<(&str, u32, &str, Option<&str>)> = list
        .found
        .items
        .iter()
        .map(|row| (row.file.as_str(), row.line, row.word.as_str(), row.symbol.as_deref()))
        .collect();
    let [todo, mend] = [spelled("@do"), spelled("@mend")];
    let expected = [
        ("src/a.rs", 1, todo.as_str(), None),
        ("src/a.rs", 5, "todo!", Some("impl P/new")),
        ("src/c.rs", 2, mend.as_str(), Some("f")),
    ];
    // A comment right above a symbol belongs to it.
    assert_eq!((rows[1], rows[2]), (expected[1], expected[2]));
    assert_eq!((rows[0].0, rows[0].1, rows[0].2), (expected[0].0, expected[0].1, expected[0].2));
    assert!(list.found.items.iter().all(|row| row.package.as_deref() == Some("it")), "{list:#?}");
    assert_eq!((list.found.left_out, list.n_files, list.n_searched), (1, 3, 4));
    assert_eq!(list.words, BTreeMap::from([(todo, 2), (mend, 1), ("todo!".to_owned(), 1)]));
    assert_eq!(list.broken.items.len(), 1, "{:?}", list.broken);
    assert_eq!(list.unread.items, [Unread { file: "src/e.rs".into(), why: "it cannot be read as Rust".into() }]);
}

#[test]
fn nobody_waits_for_it_once_somebody_asked_to_stop() {
    let cancel = Cancel::new();
    cancel.cancel(2);
    assert_eq!(to_do_list(&[], 3, &cancel).expect_err("stopped").exit(), 130);
}
