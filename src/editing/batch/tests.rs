//! Several edits at once, all or none; and any edit of this project's own sources.

use super::*;
use crate::source::{Outline, SymbolKind, outline, syntax_errors};
use proptest::prelude::*;
use std::fs;

struct Scratch {
    _keep: tempfile::TempDir,
    root: Utf8PathBuf,
}

impl Scratch {
    fn new(files: &[(&str, &str)]) -> Self {
        let keep = tempfile::tempdir().expect("a folder");
        let root = Utf8PathBuf::from_path_buf(keep.path().canonicalize().expect("there")).expect("UTF-8");
        for (path, text) in files {
            let path = root.join(path);
            fs::create_dir_all(path.parent().expect("it has one")).expect("made");
            fs::write(path, text).expect("written");
        }
        Self { _keep: keep, root }
    }

    fn bounds(&self) -> Bounds<'_> {
        Bounds { root: &self.root, folder: &self.root, handoff: None, graph: None }
    }

    fn plan(&self, edits: &str) -> Result<Plan> {
        plan(&Edit::read_all(edits).expect("edits"), &self.bounds(), Terms::default())
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.root.join(path)).unwrap_or_default()
    }
}

#[test]
fn each_edit_sees_what_those_before_it_made() {
    let scratch = Scratch::new(&[("src/a.rs", "fn a() {}\n")]);
    let plan = scratch
        .plan(
            r#"[{"op":"replace-text","file":"src/a.rs","old":"}","new":"} fn b() {"},
                {"op":"replace-text","file":"src/a.rs","old":"fn b() {","new":"\nfn b() {}\nfn c() {}"},
                {"op":"remove","name":"c"},
                {"op":"write","file":"src/deep/new.rs","text":"fn new() {}"},
                {"op":"replace","name":"new","text":"fn new() { 1 }"}]"#,
        )
        .expect("it holds together in the end");
    assert_eq!(scratch.read("src/a.rs"), "fn a() {}\n", "nothing is written yet");
    write(&plan).expect("written");
    assert_eq!(scratch.read("src/a.rs"), "fn a() {} \nfn b() {}\n");
    assert_eq!(scratch.read("src/deep/new.rs"), "fn new() { 1 }\n");
    let digests: Vec<bool> = plan
        .rows
        .windows(2)
        .map(|pair| pair[0].file != pair[1].file || Some(&pair[0].after) == pair[1].before.as_ref())
        .collect();
    assert_eq!(digests, [true; 4], "each begins where the one before it ended");
}

#[test]
fn one_that_cannot_be_made_keeps_all_from_being_made() {
    let scratch = Scratch::new(&[("a.rs", "fn a() {}\n"), ("Cargo.toml", "[package]\n")]);
    for (edits, code, part) in [
        (r#"[{"op":"remove","name":"a"},{"op":"remove","name":"b"}]"#, Code::NoSuchEntry, "edit 2 of 2 (remove `b`)"),
        (r#"[{"op":"remove","name":"a"},{"op":"write","file":"../x","text":""}]"#, Code::PathOutside, "edit 2 of 2"),
        (
            r#"[{"op":"remove","name":"a"},{"op":"write","file":"Cargo.toml","text":""}]"#,
            Code::SensitiveFile,
            "Cargo.toml",
        ),
        (
            r#"[{"op":"remove","name":"a"},{"op":"replace-text","file":"a.rs","old":"","new":"fn"}]"#,
            Code::EditRefused,
            "empty",
        ),
        (r#"{"op":"replace","name":"a","text":"fn a() {"}"#, Code::EditRefused, "a.rs:"),
        (r#"{"op":"replace","name":"a","text":"  \n"}"#, Code::EditRefused, "empty"),
    ] {
        let error = scratch.plan(edits).expect_err(edits);
        assert_eq!(error.code, code, "{error}");
        assert!(error.to_string().contains(part), "{error}");
    }
    assert_eq!(scratch.read("a.rs"), "fn a() {}\n");
}

#[cfg(unix)]
#[test]
fn what_was_written_is_put_back_where_a_later_file_cannot_be() {
    use std::os::unix::fs::PermissionsExt as _;
    let scratch = Scratch::new(&[("b.txt", "old b"), ("c.txt", "old c")]);
    let plan = scratch
        .plan(r#"[{"op":"write","file":"a/new/a.txt","text":"new a"},{"op":"write","file":"b.txt","text":"new b"},{"op":"write","file":"c.txt","text":"new c"}]"#)
        .expect("it can be");
    fs::set_permissions(scratch.root.join("c.txt"), fs::Permissions::from_mode(0o444)).expect("set");
    let error = write(&plan).expect_err("the last one is read-only");
    assert!(error.hints.iter().any(|hint| hint.contains("put back")), "{:?}", error.hints);
    assert_eq!((scratch.read("b.txt").as_str(), scratch.read("c.txt").as_str()), ("old b", "old c"));
    assert!(!scratch.root.join("a").exists(), "the folders that were made for it are gone too");
}

#[test]
fn a_file_somebody_else_changed_meanwhile_is_left_alone() {
    let scratch = Scratch::new(&[("a.txt", "a"), ("b.txt", "b")]);
    let plan = scratch
        .plan(r#"[{"op":"write","file":"a.txt","text":"1"},{"op":"write","file":"b.txt","text":"2"}]"#)
        .expect("it can be");
    fs::write(scratch.root.join("b.txt"), "theirs").expect("written");
    assert_eq!(write(&plan).expect_err("changed").code, Code::ChangedUnderUs);
    assert_eq!((scratch.read("a.txt").as_str(), scratch.read("b.txt").as_str()), ("a", "theirs"));
}

#[cfg(unix)]
#[test]
fn the_mode_is_kept_and_a_link_goes_on_being_one() {
    use std::os::unix::fs::PermissionsExt as _;
    let scratch = Scratch::new(&[("run.sh", "echo a\n")]);
    fs::set_permissions(scratch.root.join("run.sh"), fs::Permissions::from_mode(0o750)).expect("set");
    std::os::unix::fs::symlink("run.sh", scratch.root.join("link")).expect("linked");
    let plan = scratch.plan(r#"{"op":"replace-text","file":"link","old":"a","new":"b"}"#).expect("it can be");
    write(&plan).expect("written");
    assert_eq!(scratch.read("run.sh"), "echo b\n");
    assert_eq!(fs::metadata(scratch.root.join("run.sh")).expect("there").permissions().mode() & 0o777, 0o750);
    assert!(fs::symlink_metadata(scratch.root.join("link")).expect("there").is_symlink());
}

#[test]
fn what_differs_is_listed_with_sensitive_files_first() {
    let scratch = Scratch::new(&[("a.rs", "fn a() {}\n"), ("z/Cargo.toml", "[package]\n"), ("same.txt", "same")]);
    let edits = r#"[{"op":"remove","name":"a"},{"op":"write","file":"z/Cargo.toml","text":"[package]\nname = \"z\""},{"op":"write","file":"same.txt","text":"same"}]"#;
    let terms = Terms { allow_sensitive: true, force: false };
    let plan = plan(&Edit::read_all(edits).expect("edits"), &scratch.bounds(), terms).expect("it can be");
    let listed: Vec<(&str, bool)> = plan.turned().iter().map(|turned| (turned.file, turned.is_sensitive)).collect();
    assert_eq!(listed, [("z/Cargo.toml", true), ("a.rs", false)]);
}

// -- any edit of real sources

/// Some of this project's own files with their outlines.
fn sources() -> Vec<(String, String, Outline)> {
    let root = Utf8Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders = vec![root.join("src")];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in folder.read_dir_utf8().expect("a folder").flatten() {
            let path = entry.into_path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension() == Some("rs") {
                let text = fs::read_to_string(&path).expect("UTF-8");
                let outline = outline(&text);
                found.push((path.strip_prefix(root).expect("below").to_string(), text, outline));
            }
        }
    }
    found.sort_by(|left, right| left.0.cmp(&right.0));
    found.into_iter().filter(|(_, _, outline)| !outline.symbols.is_empty()).step_by(9).collect()
}

/// Something that may stand beside a symbol.
fn fitting(outline: &Outline, symbol: usize) -> &'static str {
    let it = &outline.symbols[symbol];
    let parent = it.parent.map(|parent| outline.symbols[parent].kind);
    match (it.kind, parent) {
        (SymbolKind::Field, _) => "zz_new: u8,",
        (SymbolKind::Variant, _) => "ZzNew,",
        (_, Some(SymbolKind::Trait)) => "/// New.\nfn zz_new(&self) {\n    let _ = \"a\n b\";\n}",
        (_, _) => "/// New.\nfn zz_new() {\n    let _ = \"a\n b\";\n}",
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_edit_of_a_real_file_still_parses_and_can_be_taken_back(
        file in any::<prop::sample::Index>(), symbol in any::<prop::sample::Index>(), op in 0..4_u8, crlf in any::<bool>(),
    ) {
        static SOURCES: std::sync::OnceLock<Vec<(String, String, Outline)>> = std::sync::OnceLock::new();
        let sources = SOURCES.get_or_init(sources);
        let (name, text, _) = &sources[file.index(sources.len())];
        let text = if crlf { text.replace('\n', "\r\n") } else { text.clone() };
        let bounds_root = Utf8Path::new(env!("CARGO_MANIFEST_DIR"));
        let outline = outline(&text);
        let symbol = symbol.index(outline.symbols.len());
        let view = View::of(text.as_bytes());
        let site = Site { view: &view, outline: &outline, symbol };
        prop_assume!(apply::is_whole(&site));
        let it = &outline.symbols[symbol];
        let path = outline.path(symbol);
        let what = format!("{op} {name} {path} {crlf}");
        let make = |made: &Made| String::from_utf8(made.make(text.as_bytes())).expect("UTF-8");
        let edit = match op {
            0 => {
                // By itself, cut out with the blanks of its first line: nothing changes.
                let line = text[..it.bare.start].rfind('\n').map_or(0, |end| end + 1);
                let is_alone = text[line..it.bare.start].trim().is_empty();
                let own = &text[if is_alone { line } else { it.bare.start }..it.bare.end];
                let made = apply::replace(&site, own).expect("it can be");
                prop_assert_eq!(make(&made), text.clone(), "{}", what);
                return Ok(());
            }
            1 => Edit::InsertBefore { name: path, within: None, text: fitting(&outline, symbol).into(), cite: None },
            2 => Edit::InsertAfter { name: path, within: None, text: fitting(&outline, symbol).into(), cite: None },
            _ => Edit::Remove { name: path, within: None, cite: None },
        };
        let (made, target) = of_symbol(&edit, &site).expect("it can be");
        let after = make(&made);
        prop_assert!(bounds_root.join(name).exists());
        prop_assert_eq!(syntax_errors(&after), syntax_errors(&text), "{}\n{}", what, after);
        prop_assert!(sound::check_others(name, &outline, target, &made, &after).is_ok(), "{}", what);
        if target.is_none() {
            // What was put in and is taken away again leaves nothing behind, where it stands on lines of its own.
            let new = crate::source::outline(&after);
            let at = new.symbols.iter().position(|symbol| matches!(symbol.name.as_str(), "zz_new" | "ZzNew"));
            let Some(at) = at else { return Err(TestCaseError::fail(what)) };
            prop_assert_eq!(new.symbols[at].parent.map(|at| new.symbols[at].name.clone()), it.parent.map(|at| outline.symbols[at].name.clone()), "{}", what);
            let view = View::of(after.as_bytes());
            let back = apply::remove(&Site { view: &view, outline: &new, symbol: at }).make(after.as_bytes());
            let plain = |text: &str| text.split_whitespace().collect::<String>().replace(",}", "}");
            prop_assert_eq!(plain(std::str::from_utf8(&back).expect("UTF-8")), plain(&text), "{}", what);
        }
    }
}
