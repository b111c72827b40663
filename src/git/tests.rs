//! Real repositories, real git.

pub(crate) mod scratch;

use super::{Git, names};
use crate::cancel::Cancel;
use crate::error::Code;
use crate::surroundings::Surroundings;
use scratch::Scratch;
use std::collections::BTreeMap;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::PermissionsExt as _;

fn files(scratch: &Scratch) -> Vec<String> {
    scratch.snapshot().files().expect("files").into_keys().collect()
}

#[test]
fn a_folder_without_a_repository_is_told_how_to_get_one() {
    let scratch = Scratch::empty();
    let error = Git::open(&scratch.folder, &scratch.surroundings(), &Cancel::new()).expect_err("no repository");
    assert_eq!(error.code, Code::NoRepository);
    assert!(error.hints[0].contains("git init"), "{:?}", error.hints);
}

#[test]
fn a_bare_repository_and_a_missing_git_are_told_apart() {
    let scratch = Scratch::empty();
    scratch.git("init -q --bare .");
    let error = Git::open(&scratch.folder, &scratch.surroundings(), &Cancel::new()).expect_err("bare");
    assert!(error.message.contains("bare"), "{error}");
    let mut environment = scratch.environment.clone();
    environment.insert("PATH".into(), "/nowhere".into());
    let nothing = Surroundings::made_up(&scratch.folder, environment, jiff::Timestamp::UNIX_EPOCH);
    let error = Git::open(&scratch.folder, &nothing, &Cancel::new()).expect_err("no git");
    assert_eq!(error.code, Code::NoRepository);
    assert!(error.message.contains("could not be started"), "{error}");
}

#[test]
fn a_repository_without_commits_opens_and_says_so() {
    let scratch = Scratch::new();
    assert!(!scratch.open().has_commits());
    scratch.write("a", "1");
    scratch.commit("one");
    assert!(scratch.open().has_commits());
}

#[test]
fn variables_that_point_git_elsewhere_are_not_followed() {
    let (scratch, other) = (Scratch::new(), Scratch::new());
    let mut environment = scratch.environment.clone();
    environment.insert("GIT_DIR".into(), other.folder.join(".git").as_str().into());
    environment.insert("GIT_LITERAL_PATHSPECS".into(), "1".into());
    let surroundings = Surroundings::made_up(&scratch.folder, environment, jiff::Timestamp::UNIX_EPOCH);
    let git = Git::open(&scratch.folder, &surroundings, &Cancel::new()).expect("a repository");
    assert_eq!(git.top(), scratch.folder);
    git.snapshot(&scratch.folder).expect("a snapshot");
}

#[test]
fn the_snapshot_holds_staged_unstaged_and_untracked_files_and_neither_ignored_ones_nor_handoff() {
    let scratch = Scratch::new();
    for (path, text) in [(".gitignore", "*.log\n"), ("kept", "1"), ("gone", "1"), ("handoff/payload.json", "{}")] {
        scratch.write(path, text);
    }
    scratch.commit("one");
    std::fs::remove_file(scratch.folder.join("gone")).expect("removed");
    scratch.write("kept", "2");
    scratch.write("forced.log", "tracked although ignored");
    scratch.git("add -f forced.log");
    scratch.write("new", "1");
    scratch.write("x.log", "ignored");
    scratch.write("sub/handoff/other", "not the root's");
    assert_eq!(files(&scratch), [".gitignore", "forced.log", "kept", "new", "sub/handoff/other"]);
    let snapshot = scratch.snapshot();
    let blobs = snapshot.files().expect("files");
    assert_eq!(snapshot.blob(&blobs["kept"]).expect("a blob"), b"2");
}

#[test]
fn the_users_git_folder_stays_as_it_was() {
    let scratch = Scratch::new();
    scratch.write("a", "1");
    scratch.commit("one");
    scratch.git("config core.splitIndex true");
    scratch.write("a", "2");
    scratch.write("b", "3");
    let before = listing(&scratch);
    drop(scratch.snapshot());
    assert_eq!(listing(&scratch), before);
}

/// Every file of `.git` with its bytes.
fn listing(scratch: &Scratch) -> BTreeMap<std::path::PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![scratch.folder.join(".git").into_std_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
            if entry.path().is_dir() {
                folders.push(entry.path());
            } else {
                found.insert(entry.path(), std::fs::read(entry.path()).expect("read"));
            }
        }
    }
    found
}

#[test]
fn content_decides_and_not_a_flag_or_a_time() {
    let scratch = Scratch::new();
    scratch.write("a", "1\n");
    scratch.write("b", "1\n");
    scratch.commit("one");
    let clean = scratch.snapshot().tree().to_owned();
    scratch.git("update-index --assume-unchanged a");
    scratch.git("update-index --skip-worktree b");
    let time = std::fs::metadata(scratch.folder.join("a")).expect("there").modified().expect("a time");
    scratch.write("a", "2\n");
    let file = std::fs::File::options().write(true).open(scratch.folder.join("a")).expect("open");
    file.set_modified(time).expect("set");
    let changed = scratch.snapshot();
    assert_ne!(changed.tree(), clean);
    assert!(changed.has_uncommitted_work().expect("asked"));
    scratch.write("a", "1\n");
    assert_eq!(scratch.snapshot().tree(), clean);
    scratch.write("b", "2\n");
    assert_ne!(scratch.snapshot().tree(), clean, "skip-worktree hides nothing that is there");
}

#[test]
fn a_file_left_out_by_sparse_checkout_is_no_deletion_and_one_that_is_there_all_the_same_counts() {
    let scratch = Scratch::new();
    scratch.write("in/a", "1");
    scratch.write("out/b", "1");
    scratch.commit("one");
    let clean = scratch.snapshot().tree().to_owned();
    scratch.git("sparse-checkout set --sparse-index in");
    assert!(!scratch.folder.join("out").exists());
    assert_eq!(scratch.snapshot().tree(), clean);
    scratch.write("out/b", "2");
    assert_ne!(scratch.snapshot().tree(), clean);
    scratch.write("out/c", "new");
    assert_eq!(files(&scratch), ["in/a", "out/b", "out/c"]);
}

#[test]
fn a_repository_within_is_left_out_with_or_without_commits_and_a_submodule_is_not() {
    let scratch = Scratch::new();
    scratch.write("a", "1");
    let library = Scratch::new();
    library.write("l", "1");
    library.commit("one");
    scratch.git(&format!("-c protocol.file.allow=always submodule --quiet add {} module", library.folder));
    scratch.commit("one");
    for name in ["empty", "full"] {
        scratch.write(&format!("{name}/x"), "1");
        scratch.git_in(&scratch.folder.join(name), "init -q");
    }
    scratch.git_in(&scratch.folder.join("full"), "add -A");
    scratch.git_in(&scratch.folder.join("full"), "commit -q -m one");
    assert_eq!(files(&scratch), [".gitmodules", "a", "module"]);
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let scratch = Scratch::new();
    scratch.write("a", "1");
    scratch.commit("one");
    scratch.write("secret file", "1");
    let path = scratch.folder.join("secret file");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).expect("mode set");
    if std::fs::read(&path).is_ok() {
        return; // We are root, who reads everything.
    }
    let error = scratch.open().snapshot(&scratch.folder).expect_err("unreadable");
    assert_eq!(error.code, Code::Io);
    assert!(error.message.contains("`secret file`"), "{error}");
}

#[test]
fn odd_names_stay_apart() {
    let scratch = Scratch::new();
    for name in [&b"a b"[..], b"q\"q", b"\"q", b"new\nline", b"caf\xe9", "caf\u{e9}".as_bytes(), b":(top)x", b"*"] {
        let path = scratch.folder.as_std_path().join(std::ffi::OsStr::from_bytes(name));
        std::fs::write(path, name).expect("written");
    }
    let snapshot = scratch.snapshot();
    let found = snapshot.files().expect("files");
    assert_eq!(found.len(), 8);
    for (name, blob) in found {
        assert_eq!(snapshot.blob(&blob).expect("a blob"), names::to_bytes(&name));
    }
}

#[test]
fn an_empty_directory_link_and_a_folder_that_became_a_link_are_taken() {
    let scratch = Scratch::new();
    scratch.write("folder/a", "1");
    scratch.write("file", "1");
    scratch.commit("one");
    std::fs::remove_dir_all(scratch.folder.join("folder")).expect("removed");
    std::os::unix::fs::symlink("elsewhere", scratch.folder.join("folder")).expect("linked");
    std::fs::remove_file(scratch.folder.join("file")).expect("removed");
    scratch.write("file/b", "1");
    assert_eq!(files(&scratch), ["file/b", "folder"]);
}

#[test]
fn a_repositorys_own_programs_are_not_run() {
    let scratch = Scratch::new();
    scratch.write("a", "1");
    scratch.commit("one");
    let mark = scratch.folder.join("ran");
    let program = scratch.folder.join(".git/monitor");
    std::fs::write(&program, format!("#!/bin/sh\ntouch {mark}\n")).expect("written");
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).expect("mode set");
    scratch.git(&format!("config core.fsmonitor {program}"));
    std::fs::copy(&program, scratch.folder.join(".git/hooks/post-index-change")).expect("copied");
    let snapshot = scratch.snapshot();
    snapshot.has_uncommitted_work().expect("asked");
    assert!(!mark.exists());
}

#[test]
fn subjects_are_told_by_file() {
    let scratch = Scratch::new();
    scratch.write("sub/a", "1");
    let old = scratch.commit("one");
    scratch.write("sub/a", "2");
    scratch.write("b", "2");
    let two = scratch.commit("two");
    scratch.write("sub/a", "3");
    scratch.commit("three");
    let subjects = scratch.open().subjects(&old, "sub/").expect("asked");
    assert_eq!(subjects["a"].iter().map(|subject| subject.subject.as_str()).collect::<Vec<_>>(), ["three", "two"]);
    assert_eq!(subjects["../b"][0].commit, two);
}

#[test]
fn a_mirror_shows_the_same_commits_refs_and_branch_and_the_user_learns_nothing_of_it() {
    let scratch = Scratch::new();
    scratch.write(".gitignore", "ignored\n");
    scratch.write("a", "1\n");
    let first = scratch.commit("one");
    scratch.git("tag -a -m annotated v1");
    scratch.git("switch -q -c side");
    scratch.write("a", "2\n");
    let second = scratch.commit("two");
    scratch.git("update-ref refs/remotes/origin/main main");
    scratch.git("symbolic-ref refs/remotes/origin/HEAD refs/remotes/origin/main");
    scratch.git("config filter.x.clean cat");
    scratch.write("a", "not committed\n");
    scratch.write("ignored", "x");
    let before = listing(&scratch);
    let beside = Scratch::empty();
    scratch.open().mirror(&second, &beside.folder).expect("mirrored");
    assert_eq!(listing(&scratch), before);
    let refs = "for-each-ref --format=%(refname)%(objectname)%(symref)";
    assert_eq!(beside.git(refs), scratch.git(refs));
    assert_eq!(beside.git("symbolic-ref HEAD").trim(), "refs/heads/side");
    assert_eq!(beside.git("rev-parse HEAD~1").trim(), first);
    assert_eq!(beside.git("status --porcelain"), "");
    assert_eq!(beside.git("config filter.x.clean").trim(), "cat");
    assert_eq!(std::fs::read_to_string(beside.folder.join("a")).expect("there"), "2\n");
    assert!(!beside.folder.join("ignored").exists());
    let git = Git::open(&beside.folder, &scratch.surroundings(), &Cancel::new()).expect("a repository");
    assert_eq!(
        git.default_ref(&scratch.surroundings()).expect("asked"),
        scratch.open().default_ref(&scratch.surroundings()).expect("asked")
    );
}

#[test]
fn a_file_in_conflict_has_its_three_versions_and_others_have_none() {
    let scratch = Scratch::new();
    for (branch, text) in [("main", "0\n"), ("side", "1\n"), ("main", "2\n")] {
        if branch == "side" {
            scratch.git("switch -q -c side");
        } else if scratch.open().has_commits() {
            scratch.git("switch -q main");
        }
        scratch.write("in/a b", text);
        scratch.write("c", text);
        scratch.commit(text.trim());
    }
    scratch.git("read-tree -m main~1 main side");
    let stages = scratch.open().stages("in/a b").expect("asked").expect("in conflict");
    assert_eq!(stages.map(Option::unwrap_or_default), [b"0\n", b"2\n", b"1\n"]);
    scratch.git("reset -q --hard");
    assert!(scratch.open().stages("in/a b").expect("asked").is_none());
}

#[test]
fn a_cancelled_question_ends_with_the_signal() {
    let scratch = Scratch::new();
    let cancel = Cancel::new();
    cancel.cancel(2);
    let error = Git::open(&scratch.folder, &scratch.surroundings(), &cancel).expect_err("cancelled");
    assert_eq!(error.exit(), 130);
}

#[test]
fn what_git_does_not_track_is_named() {
    let scratch = Scratch::new();
    scratch.write("in/a b", "1");
    scratch.commit("one");
    scratch.write("in/c", "1");
    let files = ["a b", "c", "../in/a b"].map(str::to_owned);
    assert_eq!(scratch.open().untracked(&files, "in/").expect("asked"), ["c", "../in/a b"]);
}

#[test]
fn a_linked_worktree_and_a_clone_that_borrows_objects_have_a_snapshot_like_any_other() {
    let scratch = Scratch::new();
    scratch.write("a", "1");
    scratch.commit("one");
    let tree = scratch.snapshot().tree().to_owned();
    let beside = Scratch::empty();
    let (linked, borrowing) = (beside.folder.join("linked:with a colon"), beside.folder.join("borrowing"));
    std::fs::create_dir(&linked).expect("a folder");
    scratch.git_in(&linked, &format!("clone -q {} .", scratch.folder));
    scratch.git(&format!("clone -q --shared {} {borrowing}", scratch.folder));
    scratch.git_in(&linked, &format!("worktree add -q --detach {}", beside.folder.join("worktree")));
    for folder in [linked, borrowing, beside.folder.join("worktree")] {
        let git = Git::open(&folder, &scratch.surroundings(), &Cancel::new()).expect("a repository");
        let snapshot = git.snapshot(&folder).expect("a snapshot");
        assert_eq!(snapshot.tree(), tree, "{folder}");
        assert!(!snapshot.has_uncommitted_work().expect("asked"), "{folder}");
    }
}

#[test]
fn a_root_that_is_reached_through_a_link_is_where_it_really_is() {
    let scratch = Scratch::new();
    scratch.write("in/a", "1");
    let beside = Scratch::empty();
    std::os::unix::fs::symlink(&scratch.folder, beside.folder.join("link")).expect("linked");
    let root = beside.folder.join("link/in");
    let git = Git::open(&root, &scratch.surroundings(), &Cancel::new()).expect("a repository");
    assert_eq!(git.snapshot(&root).expect("a snapshot").prefix(), "in/");
    let error = git.snapshot(&beside.folder).expect_err("outside");
    assert_eq!(error.code, Code::PathOutside);
}

#[test]
fn a_file_in_conflict_counts_as_it_lies_there() {
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
    assert!(!scratch.git("ls-files --unmerged").is_empty());
    let snapshot = scratch.snapshot();
    let files = snapshot.files().expect("files");
    assert_eq!(snapshot.blob(&files["a"]).expect("a blob"), b"2\n");
}

#[test]
fn a_repository_of_another_owner_is_told_with_gits_own_remedy() {
    let scratch = Scratch::new();
    let of_another = |path: &str| std::os::unix::fs::chown(scratch.folder.join(path), Some(12_345), None);
    if of_another("").and_then(|()| of_another(".git")).is_err() {
        return; // Only root may give files away.
    }
    let error = Git::open(&scratch.folder, &scratch.surroundings(), &Cancel::new()).expect_err("refused");
    assert_eq!(error.code, Code::NoRepository);
    assert!(error.message.contains("belongs to somebody else"), "{error}");
    assert!(error.hints[0].contains("git config --global --add safe.directory"), "{:?}", error.hints);
}
