//! After every edit, what is kept and a fresh look agree.

use super::*;
use crate::cancel::Cancel;
use crate::check::tests::{File, Place, surroundings};
use crate::event::{Blind, Run};
use crate::vault::Vault;
use crate::workspace::graph::CargoFlags;
use std::collections::BTreeSet;

const FILES: &[File] = &[
    ("Cargo.toml", "[workspace]\nresolver = \"3\"\nmembers = [\"a\", \"b\"]\n"),
    ("a/Cargo.toml", "[package]\nname = \"a\"\nversion = \"0.1.0\"\nedition = \"2021\"\n"),
    (
        "a/src/lib.rs",
        "//! A.\n\npub mod deep;\n#[rustfmt::skip]\nmod skipped;\nmod skips_itself;\n\nuse self::deep::{a10, a9};\n\n\
         pub fn long(one: u32) -> u32 {\n    one + a9() + a10()\n}\n",
    ),
    ("a/src/deep.rs", "pub mod er;\n\npub fn a9() -> u32 {\n    9\n}\n\npub fn a10() -> u32 {\n    10\n}\n"),
    ("a/src/deep/er.rs", "pub fn er() {}\n"),
    ("a/src/skipped.rs", "pub fn   skipped( ) {}\n"),
    ("a/src/skips_itself.rs", "#![rustfmt::skip]\npub fn   skips( ) {}\n"),
    ("a/src/lonely.rs", "pub fn   lonely( ) {}\n"),
    ("a/tests/t.rs", "fn t() {}\n"),
    ("b/Cargo.toml", "[package]\nname = \"b\"\nversion = \"0.1.0\"\nedition = \"2024\"\n"),
    ("b/src/lib.rs", "//! B.\n"),
];

/// What a look came to.
struct Looked {
    entry: CommandEntry,
    log: String,
}

impl Looked {
    /// What it says of each package.
    fn verdicts(&self) -> Vec<(String, Outcome, u64, u64)> {
        let targets = self.entry.targets.iter();
        targets.map(|it| (it.package.clone(), it.outcome, it.errors, it.pre_existing)).collect()
    }

    /// How many files were asked about by themselves.
    fn n_singles(&self) -> usize {
        self.log.lines().filter(|line| line.starts_with("looked at now, by itself: ")).count()
    }
}

fn vault(place: &Place) -> Vault {
    Vault::of_test(&place.root.join("target/state"))
}

fn plain(vault: &Vault) -> Kept<'_> {
    Kept { digest: &kept::digest, rustfmt: "rustfmt 1", vault }
}

fn look(place: &Place, kept: Option<Kept<'_>>, is_able: bool, strict: bool) -> Looked {
    let (full, none, flags) = (place.labels(), BTreeSet::new(), CargoFlags::default());
    let folder = place.root.join("handoff/runs/r");
    std::fs::create_dir_all(&folder).expect("made");
    std::fs::create_dir_all(place.root.join("target")).expect("made");
    let mut surroundings = surroundings(&place.root);
    if !is_able {
        surroundings.environment.insert("PATH".into(), "/nowhere".into());
    }
    let request = Request {
        graph: &place.graph,
        full: &full,
        tests_only: &none,
        changes: &[],
        root: &place.root,
        folder: &folder,
        flags: &flags,
        strict,
        test_timeout: crate::check::TEST_TIMEOUT,
        only: None,
        doc: false,
        testing: crate::check::Testing::default(),
        select: None,
        selection: None,
        build: None,
        memory: None,
        share: None,
    };
    let (cancel, run) = (Cancel::new(), Run::new("r".into(), &Blind));
    let workspace = &place.graph.workspaces[0];
    let at = At { request: &request, workspace, surroundings: &surroundings, cancel: &cancel, run: &run };
    let scrub = Scrub::new(&request, &surroundings);
    let kept = kept.filter(|_| !strict);
    let entry =
        check_with(at, &scrub, Some("rustfmt 1"), kept, &mut Vec::new()).expect("checked").expect("not cancelled");
    let log = std::fs::read_to_string(folder.join(&entry.log.as_ref().expect("a log").path)).expect("read");
    Looked { entry, log }
}

/// With what is kept; it has to agree with a fresh look.
#[track_caller]
fn again(place: &Place) -> Looked {
    let looked = look(place, Some(plain(&vault(place))), true, false);
    let fresh = look(place, None, true, false);
    assert_eq!(looked.verdicts(), fresh.verdicts(), "{}", looked.log);
    let same = |entry: &CommandEntry| (entry.argv.clone(), entry.command.clone(), entry.exit_code, entry.outcome);
    assert_eq!(same(&looked.entry), same(&fresh.entry));
    looked
}

/// With what is kept, and with no program that could be started.
#[track_caller]
fn without_any_process(place: &Place) {
    let looked = look(place, Some(plain(&vault(place))), false, false);
    assert!(looked.entry.cached, "{}", looked.log);
    assert_eq!(looked.entry.outcome, Outcome::Passed);
}

fn clean() -> Place {
    let place = Place::new(FILES);
    let first = again(&place);
    assert!(!first.entry.cached && first.entry.exit_code == Some(0), "{}", first.log);
    without_any_process(&place);
    place
}

#[test]
fn where_nothing_moved_nothing_is_started() {
    let mut place = clean();
    let file = std::fs::File::options().write(true).open(place.root.join("a/src/lib.rs")).expect("opened");
    file.set_modified(std::time::UNIX_EPOCH).expect("set");
    without_any_process(&place);
    place.write("a/README.md", "no Rust\n");
    without_any_process(&place);
    let looked = again(&place);
    assert!(
        looked.log.contains("not moved since: a\n") && looked.log.contains("not moved since: b\n"),
        "{}",
        looked.log
    );
    assert_eq!(looked.entry.command, "cargo fmt --all -- --check");
}

#[test]
fn where_contents_moved_only_they_are_looked_at() {
    let mut place = clean();
    place.write("a/src/deep/er.rs", "pub fn er() {\n    let _ = 1;\n}\n");
    let looked = again(&place);
    assert_eq!((looked.n_singles(), looked.entry.cached), (1, false), "{}", looked.log);
    assert!(!looked.log.contains("looked at now: "), "{}", looked.log);
    without_any_process(&place);
}

#[test]
fn what_is_not_formatted_is_decided_by_the_whole_package() {
    let mut place = clean();
    place.write("a/src/deep/er.rs", "pub fn er( ) {}\n");
    for _ in 0..2 {
        let looked = again(&place);
        assert_eq!(looked.verdicts()[0], ("a".into(), Outcome::Passed, 0, 1), "{}", looked.log);
        assert!(looked.log.contains("looked at now: cargo fmt -p a -- --check\n"), "{}", looked.log);
        assert!(looked.log.contains("not moved since: b\n"), "{}", looked.log);
        assert_eq!(looked.entry.exit_code, Some(1));
    }
    place.write("a/src/deep/er.rs", "pub fn er() {}\n");
    let _ = again(&place);
    without_any_process(&place);
}

/// An edit, and how many findings there are then: errors, and what was there before.
type Row = (&'static str, &'static [File], &'static [&'static str], (u64, u64));

/// Files that are written, then files that are removed.
const EDITS: &[Row] = &[
    ("a configuration at the root", &[("rustfmt.toml", "max_width = 20\n")], &[], (0, 2)),
    ("a hidden one in the package", &[("a/.rustfmt.toml", "tab_spaces = 2\n")], &[], (0, 3)),
    ("one beside the code", &[("a/src/rustfmt.toml", "tab_spaces = 2\n")], &[], (0, 3)),
    (
        "another edition",
        &[("a/Cargo.toml", "[package]\nname = \"a\"\nversion = \"0.1.0\"\nedition = \"2024\"\n")],
        &[],
        (0, 1),
    ),
    (
        "a new file through a new module",
        &[("a/src/deep/er.rs", "mod fresh;\n"), ("a/src/deep/er/fresh.rs", "fn   fresh( ) {}\n")],
        &[],
        (0, 1),
    ),
    (
        "a file that was there and is reached only now",
        &[("a/src/deep.rs", "#[path = \"lonely.rs\"]\nmod x;\n")],
        &[],
        (0, 1),
    ),
    (
        "a module moved into another",
        &[("a/tests/t.rs", "mod t {\n    mod u;\n}\n"), ("a/tests/t/u.rs", "fn   u( ) {}\n")],
        &[],
        (0, 1),
    ),
    ("a module that is gone", &[], &["a/src/deep/er.rs"], (1, 0)),
    ("a syntax error", &[("a/src/deep/er.rs", "pub fn er( {\n")], &[], (1, 0)),
    ("another test", &[("a/tests/u.rs", "fn   u( ) {}\n")], &[], (0, 1)),
    ("a file that skipped itself", &[("a/src/skips_itself.rs", "pub fn   skips( ) {}\n")], &[], (0, 1)),
    (
        "a module that was skipped",
        &[("a/src/lib.rs", "//! A.\n\npub mod deep;\nmod skipped;\nmod skips_itself;\n")],
        &[],
        (0, 1),
    ),
    ("another newline style", &[("rustfmt.toml", "newline_style = \"Windows\"\n")], &[], (0, 1)),
];

#[test]
fn whatever_rustfmt_goes_by_moves_the_package_is_asked_about_anew() {
    for (what, files, removed, (errors, pre_existing)) in EDITS {
        let mut place = clean();
        for path in *removed {
            std::fs::remove_file(place.root.join(path)).expect("removed");
        }
        for (path, text) in *files {
            place.write(path, text);
        }
        let looked = again(&place);
        assert!(!looked.entry.cached, "{what}: {}", looked.log);
        let (_, _, found_errors, found_before) = looked.verdicts()[0];
        assert_eq!((found_errors, 0 < found_before), (*errors, 0 < *pre_existing), "{what}: {}", looked.log);
        let _ = again(&place);
    }
}

#[test]
fn a_single_file_is_held_to_its_bytes() {
    let mut place = clean();
    place.write("rustfmt.toml", "newline_style = \"Unix\"\n");
    for text in ["fn t() {\r\n    1;\r\n}\r\n", "\u{feff}fn t() {}\n", "fn t() {}", "\nfn t() {}\n", "fn t() {} \n", ""]
    {
        place.write("a/tests/t.rs", "fn t() {}\n");
        let _ = again(&place);
        without_any_process(&place);
        place.write("a/tests/t.rs", text);
        let looked = again(&place);
        assert_eq!((looked.n_singles(), looked.verdicts()[0].3), (1, 1), "{text:?}: {}", looked.log);
    }
}

#[test]
fn another_rustfmt_a_torn_cache_and_strictness_ask_anew() {
    let place = clean();
    let vault = vault(&place);
    let other = Kept { rustfmt: "rustfmt 2", ..plain(&vault) };
    assert!(!look(&place, Some(other), true, false).entry.cached);
    assert!(look(&place, Some(other), true, false).entry.cached);
    assert!(!look(&place, Some(other), true, true).entry.cached, "strict");
    let cache = place.root.join("target/handoff/cache/fmt.json");
    let text = std::fs::read_to_string(&cache).expect("kept");
    for torn in ["", "{", &text[..text.len() / 2], &text.replace("\"version\":1", "\"version\":2"), &text[64..]] {
        std::fs::write(&cache, torn).expect("written");
        assert!(!look(&place, Some(other), true, false).entry.cached, "{torn}");
        std::fs::write(&cache, torn).expect("written");
        let _ = again(&place);
    }
}

#[test]
fn a_file_whose_digest_is_not_to_be_had_is_never_known() {
    let place = clean();
    let vault = vault(&place);
    let kept = Kept { digest: &|_| None, ..plain(&vault) };
    assert!(!look(&place, Some(kept), true, false).entry.cached);
    assert!(!look(&place, Some(kept), true, false).entry.cached);
}

#[test]
fn a_file_that_moves_while_rustfmt_looks_is_not_kept() {
    let place = Place::new(FILES);
    let n_asked = std::sync::atomic::AtomicU64::new(0);
    let digest = |_: &Utf8Path| Some(n_asked.fetch_add(1, std::sync::atomic::Ordering::SeqCst).to_string());
    let vault = vault(&place);
    let kept = Kept { digest: &digest, ..plain(&vault) };
    let _ = look(&place, Some(kept), true, false);
    let kept = std::fs::read_to_string(place.root.join("target/handoff/cache/fmt.json")).unwrap_or_default();
    assert!(!kept.contains("er.rs"), "{kept}");
}

#[test]
fn a_package_that_reaches_out_of_its_folder_is_never_known() {
    let mut place = clean();
    place.write("shared/x.rs", "fn x() {}\n");
    place.write("a/tests/t.rs", "#[path = \"../../shared/x.rs\"]\nmod x;\n");
    assert!(!again(&place).entry.cached);
    place.write("shared/x.rs", "fn   x( ) {}\n");
    assert!(!again(&place).entry.cached);
}
