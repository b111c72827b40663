//! How much is told of files.

use super::*;
use crate::recon::Ground;
use camino::Utf8Path;

const TEXT: &str =
    "struct A { b: u8 }\nenum C { D }\nimpl A { fn e(&self) { fn local() {} } }\nmod f { mod g { fn h() {} } }\n";

#[track_caller]
fn told(files: &[(&str, &str)], question: &OverviewQuestion) -> Overview {
    let folder = tempfile::tempdir().expect("a folder");
    let root = Utf8Path::from_path(folder.path()).expect("UTF-8");
    for (path, text) in files {
        let path = root.join(path);
        std::fs::create_dir_all(path.parent().expect("below")).expect("folders");
        std::fs::write(path, text).expect("written");
    }
    let ground = Ground { root, folder: root, graph: None };
    let (files, unread) = ground.all_rust_files(&[]).expect("they are there");
    overview(&files, unread, question, &Cancel::new()).expect("not stopped")
}

fn question(limit: usize) -> OverviewQuestion {
    OverviewQuestion { limit, ..OverviewQuestion::default() }
}

/// The paths of all rows, in order.
fn paths(rows: &[SymbolRow]) -> Vec<&str> {
    rows.iter().flat_map(|row| std::iter::once(row.path.as_str()).chain(paths(&row.children))).collect()
}

#[test]
fn members_are_told_and_parts_and_locals_where_they_are_asked_for() {
    let of = |question: &OverviewQuestion| {
        let overview = told(&[("a.rs", TEXT)], question);
        let file = &overview.files.items[0];
        (paths(&file.symbols).join(" "), overview.n_symbols, file.left_out)
    };
    let plain = question(50);
    assert_eq!(of(&plain), ("A C impl A impl A/e f f/g f/g/h".into(), 7, 0));
    let whole = OverviewQuestion { is_whole: true, ..plain.clone() };
    assert_eq!(of(&whole), ("A A/b C C/D impl A impl A/e impl A/e/local f f/g f/g/h".into(), 10, 0));
    let fields = OverviewQuestion { kinds: vec![SymbolKind::Field], ..plain.clone() };
    assert_eq!(of(&fields), ("A A/b".into(), 1, 0), "with what it stands in");
    let functions = OverviewQuestion { kinds: vec![SymbolKind::Fn, SymbolKind::Enum], ..plain.clone() };
    assert_eq!(of(&functions), ("C impl A impl A/e f f/g f/g/h".into(), 3, 0));
    let tops = OverviewQuestion { depth: Some(1), ..plain };
    assert_eq!(of(&tops), ("A C impl A f".into(), 7, 3));
}

#[test]
fn less_is_told_of_each_file_where_there_are_too_many_symbols() {
    // 10 symbols for each file there may be: a limit of 2 leaves room for 20.
    let members: String = (0..15).map(|n| format!("fn m{n}() {{}}\n")).collect();
    let text = format!("struct A;\nimpl A {{\n{members}}}\n");
    let overview = told(&[("a.rs", &text), ("b.rs", &text)], &question(2));
    assert_eq!((overview.told, overview.n_symbols, overview.n_files), (Told::Tops, 34, 2));
    assert_eq!(paths(&overview.files.items[1].symbols), ["A", "impl A"]);
    assert_eq!(overview.files.items[1].left_out, 15);

    let many = members.as_str();
    let overview = told(&[("a.rs", many), ("b.rs", many)], &question(2));
    assert_eq!(overview.told, Told::Files);
    let file = &overview.files.items[0];
    assert_eq!((file.symbols.len(), file.left_out, &file.counts), (0, 15, &Counts::from([(SymbolKind::Fn, 15)])));

    let overview = told(&[("a.rs", many)], &question(1));
    let file = &overview.files.items[0];
    assert_eq!(
        (overview.told, file.symbols.len(), file.left_out),
        (Told::Tops, 10, 5),
        "one file is shown as far as it goes"
    );
}

#[test]
fn too_many_files_are_told_by_folder_and_none_is_forgotten() {
    let names = ["a/src/one.rs", "a/src/two.rs", "a/tests/it.rs", "b/src/lib.rs", "c/src/deep/er.rs", "top.rs"];
    let files: Vec<(&str, &str)> = names.map(|name| (name, TEXT)).into();
    let folders = |limit: usize| {
        let overview = told(&files, &question(limit));
        assert_eq!((overview.told, overview.n_files, overview.n_symbols), (Told::Folders, 6, 42));
        assert!(overview.files.items.is_empty());
        let items = overview.folders.items.iter();
        (
            items.map(|folder| format!("{} {}", folder.folder, folder.n_files)).collect::<Vec<_>>(),
            overview.folders.left_out,
        )
    };
    assert_eq!(folders(5).0, ["./ 1", "a/src/ 2", "a/tests/ 1", "b/src/ 1", "c/src/deep/ 1"]);
    assert_eq!(folders(4).0, ["./ 1", "a/ 3", "b/ 1", "c/ 1"]);
    assert_eq!(folders(2), (vec!["./ 1".to_owned(), "a/ 3".to_owned()], 2));
}

#[test]
fn what_does_not_parse_or_cannot_be_read_is_said() {
    let broken = "fn before() {}\nfn broken( {\nstruct Behind;\n";
    let overview = told(&[("a.rs", broken), ("b.rs", "mod { fn x() {}"), ("c.rs", "")], &question(50));
    let files = &overview.files.items;
    assert_eq!(files[0].broken, Some(2));
    assert_eq!(files[0].symbols[0].path, "before");
    assert!(files[1].broken.is_some());
    assert_eq!((files[2].broken, files[2].symbols.len()), (None, 0));
    let gone = RustFile { path: "/no/such/file.rs".into(), shown: "file.rs".into() };
    let overview = super::overview(&[gone], Vec::new(), &question(50), &Cancel::new()).expect("not stopped");
    assert_eq!(overview.unread.items, [Unread { file: "file.rs".into(), why: "it is gone".into() }]);
}
