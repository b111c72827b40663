//! Real repositories, real git.

use super::*;
use crate::git::tests::scratch::Scratch;
use std::os::unix::ffi::OsStrExt as _;

fn names(listing: &[Vec<u8>]) -> Vec<String> {
    listing.iter().map(|name| names::to_text(name)).collect()
}

#[track_caller]
fn listing(scratch: &Scratch) -> Listing {
    scratch.open().listing(&scratch.folder).expect("a listing")
}

#[test]
fn tracked_and_untracked_files_are_listed_in_order_and_ignored_ones_are_not() {
    let scratch = Scratch::new();
    scratch.write("b", "1");
    scratch.write("sub/deleted", "1");
    scratch.commit("one");
    std::fs::remove_file(scratch.folder.join("sub/deleted")).expect("removed");
    scratch.write(".gitignore", "*.log\n");
    scratch.write("x.log", "1");
    scratch.write("a", "1");
    std::fs::write(scratch.folder.as_std_path().join(std::ffi::OsStr::from_bytes(b"c\xff\n")), "1").expect("written");
    let listing = listing(&scratch);
    assert_eq!(names(&listing.files), [".gitignore", "a", "b", r#""c\377\n""#, "sub/deleted"]);
}

#[test]
fn the_index_has_a_digest_that_moves_with_what_is_staged_and_not_with_the_payload() {
    let scratch = Scratch::new();
    scratch.write("in/a", "1");
    scratch.write("in/handoff/payload.json", "1");
    scratch.write("handoff/other", "1");
    scratch.commit("one");
    let git = scratch.open();
    let root = scratch.folder.join("in");
    let before = git.listing(&root).expect("a listing");
    assert_eq!(names(&before.files), ["handoff/other", "in/a"]);
    scratch.write("in/handoff/payload.json", "2");
    scratch.write("in/handoff/new", "2");
    scratch.git("add -A");
    assert_eq!(git.listing(&root).expect("a listing"), before);
    scratch.write("in/a", "2");
    assert_eq!(git.listing(&root).expect("a listing"), before);
    scratch.git("add -A");
    assert_ne!(git.listing(&root).expect("a listing").index, before.index);
}

#[test]
fn what_makes_git_look_away_is_listed_all_the_same() {
    let scratch = Scratch::new();
    for name in ["assumed", "both", "skipped", "plain"] {
        scratch.write(name, "1");
    }
    scratch.commit("one");
    let other = Scratch::new();
    other.write("f", "1");
    other.commit("one");
    scratch.git(&format!("-c protocol.file.allow=always submodule --quiet add {} module", other.folder));
    scratch.git("update-index --assume-unchanged assumed both");
    scratch.git("update-index --skip-worktree skipped both");
    std::fs::create_dir(scratch.folder.join("nested")).expect("a folder");
    scratch.git_in(&scratch.folder.join("nested"), "init -q");
    scratch.write("nested/f", "1");
    scratch.git_in(&scratch.folder.join("nested"), "add f");
    scratch.git_in(&scratch.folder.join("nested"), "commit -q -m one");
    let listing = listing(&scratch);
    assert_eq!(names(&listing.folders), ["module", "nested"]);
    assert_eq!(names(&listing.files), [".gitmodules", "assumed", "both", "plain", "skipped"]);
}

#[test]
fn a_file_in_conflict_is_listed_once() {
    let scratch = Scratch::new();
    scratch.write("a", "0\n");
    scratch.commit("zero");
    scratch.git("switch -q -c side");
    scratch.write("a", "1\n");
    scratch.commit("one");
    scratch.git("switch -q main");
    scratch.write("a", "2\n");
    scratch.commit("two");
    scratch.git("read-tree -m main~1 main side");
    let listing = listing(&scratch);
    assert_eq!(names(&listing.files), ["a"]);
}

#[test]
fn a_target_folder_that_nobody_ignores_is_left_out_and_a_tracked_one_is_not() {
    let scratch = Scratch::new();
    for folder in ["target", "kept"] {
        scratch.write(&format!("{folder}/CACHEDIR.TAG"), "Signature: 8a477f597d28d172789f06886806bc55\n");
        scratch.write(&format!("{folder}/deep/file"), "1");
    }
    scratch.write("no/CACHEDIR.TAG", "of another kind");
    scratch.git("add kept/deep/file");
    let files = ["kept/CACHEDIR.TAG", "kept/deep/file", "no/CACHEDIR.TAG"];
    assert_eq!(names(&listing(&scratch).files), files);
}

#[test]
fn a_file_system_monitor_or_hook_of_the_repository_is_not_run() {
    let scratch = Scratch::new();
    scratch.write("a", "1");
    scratch.write("monitor", &format!("#!/bin/sh\ntouch {}/canary\n", scratch.folder));
    scratch.git("add -A");
    let executable = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(scratch.folder.join("monitor"), executable).expect("mode set");
    scratch.git(&format!("config core.fsmonitor {}/monitor", scratch.folder));
    let index = std::fs::read(scratch.folder.join(".git/index")).expect("read");
    assert_eq!(names(&listing(&scratch).files), ["a", "monitor"]);
    assert!(!scratch.folder.join("canary").exists());
    assert_eq!(std::fs::read(scratch.folder.join(".git/index")).expect("read"), index);
    // The trap is set well: git itself falls into it.
    scratch.git("status");
    assert!(scratch.folder.join("canary").exists());
}
