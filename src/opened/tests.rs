//! Real processes, watched.

use super::*;
use crate::cancel::Cancel;
use crate::process::{self, Command};
use std::fs;
use std::os::unix::fs::symlink;

/// A folder with some files, watched.
struct Place {
    folder: Utf8PathBuf,
    watcher: Watcher,
    _keep: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        let keep = tempfile::tempdir().expect("a folder");
        let folder = Utf8PathBuf::from_path_buf(keep.path().canonicalize().expect("real")).expect("UTF-8");
        for file in ["a", "b", "sub/c", "sub/deep/d", ".git/HEAD", "handoff/payload.json", "target/file"] {
            let path = folder.join(file);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            fs::write(path, "1").expect("written");
        }
        let tag = "Signature: 8a477f597d28d172789f06886806bc55\n";
        fs::write(folder.join("target/CACHEDIR.TAG"), tag).expect("written");
        let watcher = watch(&folders(&folder, &folder).expect("folders")).expect("watched");
        Self { folder, watcher, _keep: keep }
    }

    /// What is seen while a shell runs this, names relative to the folder.
    #[track_caller]
    fn seen_of(&self, script: &str) -> Seen {
        let mark = self.watcher.mark();
        self.sh(script);
        self.relative(self.watcher.since(mark))
    }

    #[track_caller]
    fn sh(&self, script: &str) {
        let environment = [("PATH".into(), "/usr/bin:/bin".into())].into();
        let command = Command::new("sh", &self.folder, environment).args(["-c", script]);
        let said = process::ask(&command, &Cancel::new()).expect("asked");
        assert!(said.end.is_success(), "{said:?}");
    }

    fn relative(&self, seen: Seen) -> Seen {
        let all = |paths: BTreeSet<Utf8PathBuf>| -> BTreeSet<Utf8PathBuf> {
            paths.into_iter().map(|path| path.strip_prefix(&self.folder).expect("below").to_owned()).collect()
        };
        Seen { opened: all(seen.opened), listed: all(seen.listed), written: all(seen.written), lost: seen.lost }
    }
}

fn paths<const N: usize>(paths: [&str; N]) -> BTreeSet<Utf8PathBuf> {
    paths.map(Utf8PathBuf::from).into()
}

#[test]
fn every_folder_is_watched_but_gits_the_payloads_and_caches() {
    let place = Place::new();
    let below = folders(&place.folder, &place.folder).expect("folders");
    let names: Vec<&str> = below.iter().map(|path| path.strip_prefix(&place.folder).expect("below").as_str()).collect();
    assert_eq!(names, ["", "sub", "sub/deep"]);
    let seen = place.seen_of("cat .git/HEAD handoff/payload.json target/file; echo 1 > target/new");
    assert_eq!(seen, Seen::default());
}

#[test]
fn a_marked_folder_that_nobody_builds_in_is_watched() {
    let keep = tempfile::tempdir().expect("a folder");
    let top = Utf8PathBuf::from_path_buf(keep.path().canonicalize().expect("real")).expect("UTF-8");
    for folder in ["fixtures/marked", "fixtures/built/debug", "target"] {
        fs::create_dir_all(top.join(folder)).expect("made");
    }
    for folder in ["fixtures/marked", "fixtures/built", "target"] {
        fs::write(top.join(folder).join("CACHEDIR.TAG"), "Signature: 8a477f597d28d172789f06886806bc55\n")
            .expect("written");
    }
    let found = folders(&top, &top).expect("folders");
    assert_eq!(found, [top.clone(), top.join("fixtures"), top.join("fixtures/marked")]);
}

#[test]
fn what_a_grandchild_reads_is_named_and_what_was_read_before_is_not() {
    let place = Place::new();
    place.sh("cat b");
    let seen = place.seen_of("sh -c 'sh -c \"cat a\"; (cat sub/deep/d &) ; sleep 0.1'");
    assert_eq!(seen, Seen { opened: paths(["a", "sub/deep/d"]), ..Seen::default() });
}

#[test]
fn a_read_through_a_link_is_named_where_the_file_lies() {
    let place = Place::new();
    symlink("sub/c", place.folder.join("link")).expect("linked");
    assert_eq!(place.seen_of("cat link").opened, paths(["sub/c"]));
}

#[test]
fn a_listing_is_named() {
    let place = Place::new();
    let seen = place.seen_of("ls sub");
    assert_eq!(seen, Seen { listed: paths(["sub"]), ..Seen::default() });
}

#[test]
fn whatever_leaves_something_else_behind_is_named_as_written() {
    let place = Place::new();
    for (script, written) in [
        ("echo 2 >> a", &["a"][..]),
        ("echo 2 > new", &["new"]),
        ("mv new sub/moved", &["new", "sub/moved"]),
        ("rm sub/moved", &["sub/moved"]),
        ("ln -s a link", &["link"]),
        (": >> b", &["b"]),
    ] {
        let seen = place.seen_of(script);
        assert_eq!(seen.written, written.iter().map(Utf8PathBuf::from).collect(), "{script}");
        assert!(!seen.lost, "{script}");
    }
}

#[test]
fn windows_may_overlap() {
    let place = Place::new();
    let first = place.watcher.mark();
    place.sh("cat a");
    let second = place.watcher.mark();
    place.sh("cat b");
    assert_eq!(place.relative(place.watcher.since(first)).opened, paths(["a", "b"]));
    assert_eq!(place.relative(place.watcher.since(second)).opened, paths(["b"]));
    place.sh("cat a");
    assert_eq!(place.relative(place.watcher.since(second)).opened, paths(["a", "b"]));
    assert_eq!(place.watcher.since(place.watcher.mark()), Seen::default());
}

#[test]
fn a_folder_that_appears_is_watched_from_then_on() {
    let place = Place::new();
    let seen = place.seen_of("mkdir new; sleep 0.2; echo 1 > new/f");
    assert!(seen.written.is_superset(&paths(["new", "new/f"])), "{seen:?}");
    assert!(!seen.lost);
    assert_eq!(place.seen_of("cat new/f").opened, paths(["new/f"]));
    let mark = place.watcher.mark();
    place.watcher.0.while_nobody_drains(|| place.sh("mkdir -p one/two; echo 1 > one/two/f"));
    assert!(place.watcher.since(mark).lost, "it was too quick for us");
    let seen = place.seen_of("cat one/two/f");
    assert_eq!((seen.opened, seen.lost), (paths(["one/two/f"]), false));
}

#[test]
fn a_folder_that_moves_loses_the_window_and_then_has_its_new_name() {
    let place = Place::new();
    assert!(place.seen_of("mv sub other; cat other/deep/d").lost);
    let seen = place.seen_of("cat other/deep/d");
    assert_eq!((seen.opened, seen.lost), (paths(["other/deep/d"]), false));
}

#[test]
fn a_name_that_is_no_text_is_not_passed_over() {
    let place = Place::new();
    assert!(place.seen_of("printf 1 > \"$(printf 'x\\377')\"").lost);
}

#[test]
fn a_hundred_thousand_opens_are_all_told_or_said_to_be_lost() {
    let place = Place::new();
    for n in 0..1_000 {
        fs::write(place.folder.join(format!("sub/{n}")), "").expect("written");
    }
    let mark = place.watcher.mark();
    for n in 0..100_000 {
        fs::File::open(place.folder.join(format!("sub/{}", n % 1_000))).expect("opened");
    }
    let seen = place.watcher.since(mark);
    assert!(seen.lost || seen.opened.len() == 1_000, "{}", seen.opened.len());
    // Whatever was lost then, the next window is whole.
    let seen = place.seen_of("cat a");
    assert_eq!((seen.opened, seen.lost), (paths(["a"]), false));
}

#[test]
fn a_queue_that_overflowed_is_told() {
    let place = Place::new();
    let mark = place.watcher.mark();
    place.watcher.0.while_nobody_drains(|| {
        for n in 0..40_000 {
            fs::File::open(place.folder.join(["a", "b"][n % 2])).expect("opened");
        }
    });
    assert!(place.watcher.since(mark).lost);
}

#[test]
fn a_folder_that_cannot_be_watched_is_a_reason_and_one_that_is_gone_is_none() {
    let place = Place::new();
    let error = watch(&["/dev/null/x".into(), "a\0b".into()]).expect_err("no such name");
    assert!(error.contains("cannot be watched"), "{error}");
    assert!(watch(&[place.folder.join("gone")]).is_ok());
}
