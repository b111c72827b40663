//! What a change is, on real repositories.

use super::{Change, ChangeKind, changes};
use crate::event::Lines;
use crate::git::tests::scratch::Scratch;
use crate::workspace::baseline::Baseline;
use camino::Utf8Path;
use std::collections::BTreeSet;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::PermissionsExt as _;

fn since(commit: &str) -> Baseline {
    Baseline { reference: "HEAD".into(), commit: commit.into(), how: "HEAD".into(), until: None, recorded: None }
}

#[track_caller]
fn changes_below(scratch: &Scratch, root: &Utf8Path) -> Vec<Change> {
    let snapshot = scratch.open().snapshot(root).expect("a snapshot");
    changes(&snapshot, &since(&scratch.git("rev-parse HEAD")), None, root).expect("changes")
}

#[track_caller]
fn all(scratch: &Scratch) -> Vec<Change> {
    changes_below(scratch, &scratch.folder)
}

fn short(changes: &[Change]) -> Vec<(&str, &str)> {
    changes.iter().map(|change| (change.file.as_str(), change.kind.word())).collect()
}

#[test]
fn every_kind_of_change_is_told_once_and_sorted() {
    let scratch = Scratch::new();
    let long = (0..40).map(|n| format!("line {n}\n")).collect::<String>();
    scratch.write("z-old name", &long);
    scratch.write("edited", "1\n2\n3\n");
    scratch.write("gone", "will go\n");
    scratch.write("mode", "1\n");
    scratch.write("became-link", "1\n");
    scratch.write("handoff/payload.json", "{}");
    scratch.commit("one");
    std::fs::rename(scratch.folder.join("z-old name"), scratch.folder.join("new")).expect("renamed");
    scratch.write("edited", "1\ntwo\n3\n4\n");
    std::fs::remove_file(scratch.folder.join("gone")).expect("removed");
    std::fs::remove_file(scratch.folder.join("became-link")).expect("removed");
    std::os::unix::fs::symlink("edited", scratch.folder.join("became-link")).expect("linked");
    let mode = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(scratch.folder.join("mode"), mode).expect("mode set");
    scratch.write("zz-added", "1\n");
    scratch.write("handoff/payload.json", "{ }");
    let changes = all(&scratch);
    let expected = [
        ("became-link", "modified"),
        ("edited", "modified"),
        ("gone", "deleted"),
        ("mode", "modified"),
        ("new", "renamed"),
        ("zz-added", "added"),
    ];
    assert_eq!(short(&changes), expected);
    let edited = &changes[1];
    assert_eq!(edited.lines, Some(Lines { added: 2, removed: 1 }));
    assert_eq!((&edited.new_lines, &edited.old_lines), (&BTreeSet::from([2, 4]), &BTreeSet::from([2])));
    assert!(edited.diff.contains("\n-2\n+two\n"), "{}", edited.diff);
    assert_eq!(edited.after.as_deref(), Some(scratch.git("hash-object edited").as_str()));
    assert_eq!(edited.before.as_deref(), Some(scratch.git("rev-parse HEAD:edited").as_str()));
    assert_eq!(changes[0].lines, Some(Lines { added: 1, removed: 1 }));
    assert!(changes[2].after.is_none() && changes[5].before.is_none());
    assert_eq!(changes[3].lines, Some(Lines { added: 0, removed: 0 }));
    assert_eq!(changes[4].from.as_deref(), Some("z-old name"));
    assert_eq!(changes[4].kind, ChangeKind::Renamed);
}

#[test]
fn odd_names_and_binary_files_are_changes_like_others() {
    let scratch = Scratch::new();
    scratch.commit("one");
    for name in [&b"a b"[..], b"q\"q", b"new\nline", b"tab\there", b"caf\xe9.rs", "caf\u{e9}.rs".as_bytes()] {
        let path = scratch.folder.as_std_path().join(std::ffi::OsStr::from_bytes(name));
        std::fs::write(path, "1\n").expect("written");
    }
    std::fs::write(scratch.folder.join("binary"), b"\0\x01\0").expect("written");
    let changes = all(&scratch);
    let names: Vec<&str> = changes.iter().map(|change| change.file.as_str()).collect();
    assert_eq!(names, [r#""caf\351.rs""#, "a b", "binary", "caf\u{e9}.rs", "new\nline", "q\"q", "tab\there"]);
    for change in &changes {
        let lines = (change.file != "binary").then_some(Lines { added: 1, removed: 0 });
        assert_eq!((change.lines, change.diff.is_empty()), (lines, lines.is_none()), "{}", change.file);
    }
}

#[test]
fn an_attribute_does_not_make_source_text_binary() {
    let scratch = Scratch::new();
    scratch.write(".gitattributes", "*.rs -diff\n*.lock binary\n");
    scratch.write("a.rs", "1\n");
    scratch.write("b.lock", "1\n");
    scratch.write("c.rs", "1\n");
    scratch.commit("one");
    scratch.write("a.rs", "1\n2\n");
    scratch.write("b.lock", "2\n");
    scratch.write("c.rs", "1\n3\n");
    std::fs::write(scratch.folder.join("d.rs"), b"\0\n").expect("written");
    let changes = all(&scratch);
    assert_eq!(changes[0].new_lines, BTreeSet::from([2]));
    assert_eq!(changes[1].lines, Some(Lines { added: 1, removed: 1 }));
    assert_eq!(changes[2].new_lines, BTreeSet::from([2]));
    assert_eq!(changes[3].lines, None);
}

#[test]
fn only_what_lies_below_the_payloads_root_is_told_where_nobody_owns_the_rest() {
    let scratch = Scratch::new();
    scratch.write("rust/a", "1\n");
    scratch.write("docs/b", "1\n");
    scratch.commit("one");
    scratch.write("rust/a", "2\n");
    scratch.write("docs/b", "2\n");
    scratch.write("rust/handoff/x", "1\n");
    let changes = changes_below(&scratch, &scratch.folder.join("rust"));
    assert_eq!(short(&changes), [("a", "modified")]);
}

#[test]
fn a_file_that_is_moved_in_or_out_is_new_or_gone_and_its_diff_says_so() {
    let scratch = Scratch::new();
    let long = (0..40).map(|n| format!("line {n}\n")).collect::<String>();
    scratch.write("shared/extra.rs", &long);
    scratch.write("rust/old.rs", &long.replace("line", "Zeile"));
    scratch.commit("one");
    scratch.write("rust/within", "1\n");
    scratch.git("mv shared/extra.rs rust/extra.rs");
    scratch.git("mv rust/old.rs shared/old.rs");
    scratch.write("rust/extra.rs", &format!("{long}and one more\n"));
    let changes = changes_below(&scratch, &scratch.folder.join("rust"));
    assert_eq!(short(&changes), [("extra.rs", "added"), ("old.rs", "deleted"), ("within", "added")]);
    assert_eq!(changes[0].lines, Some(Lines { added: 41, removed: 0 }));
    assert_eq!((&changes[0].from, &changes[0].before), (&None, &None));
    let nothing = "0".repeat(40);
    let after = changes[0].after.as_deref().expect("a blob");
    assert!(
        changes[0].diff.contains(&format!("new file mode 100644\nindex {nothing}..{after}\n")),
        "{}",
        changes[0].diff
    );
    let before = changes[1].before.as_deref().expect("a blob");
    assert_eq!(before, scratch.git("rev-parse HEAD:rust/old.rs"));
    assert!(changes[1].diff.contains(&format!("index {before}..{nothing}\n")), "{}", changes[1].diff);
    assert_eq!(changes[1].lines, Some(Lines { added: 0, removed: 40 }));
}

#[test]
fn the_users_settings_change_nothing() {
    let scratch = Scratch::new();
    scratch.write("a", "1\n\n2\n");
    scratch.commit("one");
    scratch.write("a", "1\n\n3\n");
    let plain = all(&scratch);
    for setting in [
        "diff.noprefix true",
        "diff.mnemonicPrefix true",
        "diff.renames false",
        "color.ui always",
        "diff.external false",
        "diff.context 0",
        "diff.interHunkContext 9",
        "core.abbrev 5",
        "diff.algorithm patience",
        "diff.suppressBlankEmpty true",
        "diff.colorMoved zebra",
        "diff.wsErrorHighlight all",
        "diff.indentHeuristic false",
    ] {
        scratch.git(&format!("config {setting}"));
    }
    assert_eq!(all(&scratch), plain);
}

#[test]
fn a_moved_submodule_is_a_change_without_a_blob_of_ours() {
    let library = Scratch::new();
    library.write("l", "1\n");
    library.commit("one");
    let scratch = Scratch::new();
    scratch.git(&format!("-c protocol.file.allow=always submodule --quiet add {} module", library.folder));
    scratch.commit("one");
    let module = scratch.folder.join("module");
    scratch.git_in(&module, "commit -q --allow-empty -m two");
    assert_eq!(short(&all(&scratch)), [("module", "modified")]);
}

#[test]
fn no_program_a_repository_names_is_run_for_a_diff() {
    let scratch = Scratch::new();
    scratch.write(".gitattributes", "* diff=own\n");
    scratch.write("a", "1\n");
    scratch.commit("one");
    scratch.write("a", "2\n");
    let mark = scratch.folder.join(".git/ran");
    let program = scratch.folder.join(".git/program");
    std::fs::write(&program, format!("#!/bin/sh\ntouch {mark}\ncat \"$1\"\n")).expect("written");
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).expect("mode set");
    for setting in ["diff.external", "diff.own.command", "diff.own.textconv"] {
        scratch.git(&format!("config {setting} {program}"));
    }
    assert_eq!(all(&scratch)[0].lines, Some(Lines { added: 1, removed: 1 }));
    assert!(!mark.exists());
}
