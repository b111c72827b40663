//! The lines that hold something, on real folders.

use super::*;
use crate::recon::Ground;
use camino::{Utf8Path, Utf8PathBuf};

struct Folder {
    _keep: tempfile::TempDir,
    root: Utf8PathBuf,
}

impl Folder {
    /// A folder with these files, a repository of git's so that `.gitignore` counts.
    fn of(files: &[(&str, &[u8])]) -> Self {
        let keep = tempfile::tempdir().expect("a folder");
        let root = Utf8PathBuf::from_path_buf(keep.path().canonicalize().expect("there")).expect("UTF-8");
        std::fs::create_dir(root.join(".git")).expect("a folder");
        let folder = Self { _keep: keep, root };
        files.iter().for_each(|(path, bytes)| folder.write(path, bytes));
        folder
    }

    fn write(&self, path: &str, bytes: &[u8]) {
        let path = self.root.join(path);
        std::fs::create_dir_all(path.parent().expect("below")).expect("folders");
        std::fs::write(path, bytes).expect("written");
    }

    #[track_caller]
    fn ask(&self, question: &Question) -> Search {
        let folder: &Utf8Path = &self.root;
        search(question, &Ground { root: folder, folder, graph: None }, &Cancel::new()).expect("searched")
    }

    /// `file:line:text` of every line told.
    #[track_caller]
    fn told(&self, question: &Question) -> Vec<String> {
        lines(&self.ask(question).layers[0])
    }
}

fn lines(layer: &Layer) -> Vec<String> {
    let of = |file: &FileHits| -> Vec<String> {
        file.hits.iter().map(|hit| format!("{}:{}:{}", file.file, hit.line, hit.text)).collect()
    };
    layer.files.iter().flat_map(of).collect()
}

fn question(pattern: &str) -> Question {
    Question {
        patterns: vec![pattern.to_owned()],
        paths: Vec::new(),
        literal: false,
        case: Case::Sensitive,
        word: false,
        globs: Vec::new(),
        before: 0,
        after: 0,
        hidden: false,
        no_ignore: false,
        limit: 50,
    }
}

#[test]
fn case_words_and_literals_are_told_apart() {
    let folder = Folder::of(&[("a", b"Foo\nfoo\nfoobar\nf.o\nFOO\n")]);
    let told = |change: &dyn Fn(&mut Question), pattern: &str| {
        let mut asked = question(pattern);
        change(&mut asked);
        folder.ask(&asked).layers[0].files.iter().flat_map(|file| &file.hits).map(|hit| hit.line).collect::<Vec<_>>()
    };
    assert_eq!(told(&|_| {}, "foo"), [2, 3]);
    assert_eq!(told(&|it| it.case = Case::Insensitive, "foo"), [1, 2, 3, 5]);
    assert_eq!(told(&|it| it.case = Case::Smart, "foo"), [1, 2, 3, 5]);
    assert_eq!(told(&|it| it.case = Case::Smart, "Foo"), [1]);
    assert_eq!(told(&|it| it.word = true, "foo"), [2]);
    assert_eq!(told(&|_| {}, "f.o"), [2, 3, 4]);
    assert_eq!(told(&|it| it.literal = true, "f.o"), [4]);
    assert_eq!(told(&|_| {}, "^[Ff]oo$"), [1, 2]);
    assert_eq!(told(&|_| {}, ""), [1, 2, 3, 4, 5]);
}

#[test]
fn what_is_ignored_hidden_or_left_out_by_a_glob_is_not_looked_at() {
    let folder = Folder::of(&[
        (".gitignore", b"by-git\n"),
        (".ignore", b"by-ignore\n"),
        (".rgignore", b"by-rg\n"),
        ("by-git/a", b"x\n"),
        ("by-ignore", b"x\n"),
        ("by-rg", b"x\n"),
        (".hidden", b"x\n"),
        ("b/.gitignore", b"!by-git\n"),
        ("b/by-git", b"x\n"),
        ("b.rs", b"x\n"),
        ("c.md", b"x\n"),
    ]);
    let files = |change: &dyn Fn(&mut Question)| {
        let mut asked = question("x");
        change(&mut asked);
        folder.ask(&asked).layers[0].files.iter().map(|file| file.file.clone()).collect::<Vec<_>>()
    };
    assert_eq!(files(&|_| {}), ["b/by-git", "b.rs", "c.md"]);
    assert_eq!(files(&|it| it.hidden = true), [".hidden", "b/by-git", "b.rs", "c.md"]);
    assert_eq!(files(&|it| it.no_ignore = true), ["b/by-git", "b.rs", "by-git/a", "by-ignore", "by-rg", "c.md"]);
    assert_eq!(files(&|it| it.globs = vec!["*.rs".into()]), ["b.rs"]);
    assert_eq!(files(&|it| it.globs = vec!["!*.rs".into()]), ["b/by-git", "c.md"]);
    assert_eq!(files(&|it| it.globs = vec!["/b/**".into()]), ["b/by-git"]);
    // What was named is looked at, whatever ignores it; one after the other as they were named.
    assert_eq!(files(&|it| it.paths = vec!["c.md".into(), "by-rg".into(), "b".into()]), ["c.md", "by-rg", "b/by-git"]);
}

#[test]
fn a_line_beside_several_hits_is_told_once() {
    let folder = Folder::of(&[("a", b"1\nx2\n3\nx4\n5\n6\n7\n8\nx9\n")]);
    let found = folder.ask(&Question { before: 1, after: 1, ..question("x") });
    let around: Vec<(Vec<u64>, u64, Vec<u64>)> = found.layers[0].files[0]
        .hits
        .iter()
        .map(|hit| {
            let numbers = |lines: &[Beside]| lines.iter().map(|line| line.line).collect();
            (numbers(&hit.before), hit.line, numbers(&hit.after))
        })
        .collect();
    assert_eq!(around, [(vec![1], 2, vec![3]), (vec![], 4, vec![5]), (vec![8], 9, vec![])]);
    let one = folder.ask(&Question { before: 1, after: 1, limit: 1, ..question("x") });
    let file = &one.layers[0].files[0];
    assert_eq!((file.hits.len(), file.hits[0].after.len(), file.left_out), (1, 1, 2));
}

#[test]
fn what_is_left_out_is_counted_by_file_and_in_all() {
    let folder = Folder::of(&[("a", b"x\nx\n"), ("b", b"x\nx\nx\n"), ("c", b"x\n"), ("d", b"y\n")]);
    let found = folder.ask(&Question { limit: 3, ..question("x") });
    let layer = &found.layers[0];
    assert_eq!(lines(layer), ["a:1:x", "a:2:x", "b:1:x"]);
    assert_eq!((layer.n_lines, layer.n_files, layer.left_out.lines, found.n_searched), (6, 3, 3, 4));
    assert_eq!(layer.files.iter().map(|file| file.left_out).collect::<Vec<_>>(), [0, 2]);
    assert_eq!(layer.left_out.files.items, [FileCount { file: "c".into(), lines: 1 }]);
    let none = folder.ask(&Question { limit: 0, ..question("x") });
    assert_eq!(
        (none.layers[0].n_lines, none.layers[0].files.len(), none.layers[0].left_out.files.items.len()),
        (6, 0, 3)
    );
}

#[test]
fn a_binary_file_is_left_at_its_first_nul_byte_and_a_named_one_says_that_it_holds_it() {
    let late = [b"needle\n".repeat(20_000).as_slice(), b"\0needle\n"].concat();
    let folder = Folder::of(&[("early", b"\0\nneedle\n"), ("late", &late), ("text", b"needle\n")]);
    let found = folder.ask(&Question { limit: 1, ..question("needle") });
    let layer = &found.layers[0];
    assert_eq!((found.n_binary, layer.files[0].file.as_str()), (2, "late"));
    assert!(layer.files[0].binary.is_some(), "{layer:?}");
    let named = folder.ask(&Question { paths: vec!["early".into()], ..question("needle") });
    let file = &named.layers[0].files[0];
    assert_eq!((file.hits.len(), file.left_out, file.binary), (0, 1, Some(0)));
}

#[test]
fn other_encodings_are_read_by_their_mark_and_bytes_that_are_no_text_are_spelt_out() {
    let utf16 = |big: bool| -> Vec<u8> {
        "\u{feff}one\nnädel\r\n"
            .encode_utf16()
            .flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() })
            .collect()
    };
    let folder = Folder::of(&[
        ("be", &utf16(true)),
        ("le", &utf16(false)),
        ("mark", "\u{feff}nädel".as_bytes()),
        ("latin", b"n\xe4del del\n"),
    ]);
    assert_eq!(folder.told(&question("^n.*del")), ["be:2:nädel", "le:2:nädel", "mark:1:nädel"]);
    let latin = folder.ask(&Question { paths: vec!["latin".into()], ..question("del$") });
    let hit = &latin.layers[0].files[0].hits[0];
    assert_eq!((hit.text.as_str(), hit.column, hit.is_utf8), ("n\\xe4del del", 7, false));
    assert_eq!(&hit.text[hit.marked.clone()], "del");
}

#[cfg(unix)]
#[test]
fn names_that_are_no_text_and_what_is_no_file_do_no_harm() {
    use std::os::unix::ffi::OsStrExt as _;
    let folder = Folder::of(&[("a", b"x\n")]);
    let name = std::ffi::OsStr::from_bytes(b"b\xff\x1b.rs");
    std::fs::write(folder.root.as_std_path().join(name), "x\n").expect("written");
    std::os::unix::fs::symlink("a", folder.root.join("link")).expect("linked");
    std::os::unix::fs::symlink(".", folder.root.join("loop")).expect("linked");
    std::os::unix::net::UnixListener::bind(folder.root.join("socket")).expect("bound");
    assert_eq!(folder.told(&question("x")), ["a:1:x", "b\\xff\u{1b}.rs:1:x"]);
    let named = folder.ask(&Question { paths: vec!["socket".into(), "link".into()], ..question("x") });
    assert_eq!(lines(&named.layers[0]), ["link:1:x"]);
    assert_eq!(named.unread.items.len(), 1, "{named:?}");
}

#[test]
fn layers_are_found_in_one_go_and_files_that_hold_several_come_first() {
    let folder = Folder::of(&[("a", b"one\n"), ("b", b"three\none\n"), ("c", b"two one\nthree\n"), ("d", b"two\n")]);
    let mut asked = question("");
    asked.patterns = ["one", "two", "three", "four"].map(str::to_owned).into();
    let found = folder.ask(&asked);
    let layers: Vec<Vec<String>> = found.layers.iter().map(lines).collect();
    let expected: [&[&str]; 4] =
        [&["c:1:two one", "b:2:one", "a:1:one"], &["c:1:two one", "d:1:two"], &["c:2:three", "b:1:three"], &[]];
    assert_eq!(layers, expected);
    let together: Vec<(&str, &[usize])> =
        found.together.items.iter().map(|row| (row.file.as_str(), row.layers.as_slice())).collect();
    assert_eq!(together, [("c", &[1, 2, 3][..]), ("b", &[1, 3])]);
    assert_eq!((found.n_searched, found.layers[0].n_lines), (4, 3));
    // Each layer finds what it finds alone.
    for (layer, pattern) in found.layers.iter().zip(&asked.patterns) {
        let mut alone = folder.told(&question(pattern));
        let mut here = lines(layer);
        alone.sort();
        here.sort();
        assert_eq!(here, alone);
    }
}

#[test]
fn what_cannot_be_asked_is_said_with_all_that_is_wrong() {
    let folder = Folder::of(&[]);
    let refused = |asked: &Question| {
        let root: &Utf8Path = &folder.root;
        search(asked, &Ground { root, folder: root, graph: None }, &Cancel::new()).expect_err("refused")
    };
    let regex = refused(&question("a(b"));
    let said = regex.source.as_ref().expect("regex says why").to_string();
    assert_eq!((regex.exit(), said.contains('^') && said.contains("unclosed group")), (2, true), "{said}");
    assert_eq!(refused(&question("a\\nb")).exit(), 2);
    assert_eq!(refused(&Question { globs: vec!["{a".into()], ..question("a") }).exit(), 2);
    let missing = refused(&Question { paths: vec!["x".into(), ".".into(), "y".into()], ..question("a") });
    assert_eq!((missing.exit(), missing.details.len()), (65, 2));
    let cancel = Cancel::new();
    cancel.cancel(2);
    let root: &Utf8Path = &folder.root;
    let stopped = search(&question("a"), &Ground { root, folder: root, graph: None }, &cancel);
    assert_eq!(stopped.expect_err("stopped").exit(), 130);
}

#[test]
fn the_answer_is_the_same_each_time_and_with_a_limit_the_first_of_it() {
    let files: Vec<(String, Vec<u8>)> =
        (0..300).map(|n| (format!("{}/{}/f{n}", n % 7, n % 5), b"needle\nhay\n".repeat(1 + n % 3))).collect();
    let folder = Folder::of(&files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())).collect::<Vec<_>>());
    let all = folder.told(&Question { limit: 10_000, ..question("needle") });
    let mut paths: Vec<&Utf8Path> = files.iter().map(|(path, _)| Utf8Path::new(path.as_str())).collect();
    paths.sort();
    let mut told: Vec<&str> = all.iter().map(|line| line.split(':').next().expect("a file")).collect();
    told.dedup();
    assert_eq!(told, paths);
    for limit in [1, 7, 50, 299] {
        let found = folder.ask(&Question { limit, ..question("needle") });
        assert_eq!(lines(&found.layers[0]), all[..limit], "{limit}");
        assert_eq!(found.layers[0].n_lines, all.len());
    }
}
