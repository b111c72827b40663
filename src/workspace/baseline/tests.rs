//! A life in git, row by row: whatever happens to honest work, its files and nobody else's are found.
//!
//! In each row others change `theirs`, the work changes `mine`, and the payload was recorded where it says so.

use super::{Baseline, Request, find};
use crate::cancel::Cancel;
use crate::error::{Code, Error};
use crate::git::Git;
use crate::git::tests::scratch::Scratch;
use crate::surroundings::Surroundings;
use crate::workspace::changes::changes;
use camino::Utf8Path;

struct Seen {
    baseline: Baseline,
    files: Vec<String>,
}

type Recorded<'a> = Option<(&'a str, &'a str)>;

fn look_in(
    folder: &Utf8Path,
    surroundings: &Surroundings,
    recorded: Recorded<'_>,
    base: Option<&str>,
) -> Result<Seen, Error> {
    let git = Git::open(folder, surroundings, &Cancel::new())?;
    let snapshot = git.snapshot(folder)?;
    let baseline =
        find(&snapshot, &Request { base, recorded, payload: "handoff/payload.json", claimed: &[], surroundings })?;
    let files = changes(&snapshot, &baseline, None, folder)?.into_iter().map(|change| change.file).collect();
    Ok(Seen { baseline, files })
}

#[track_caller]
fn look(scratch: &Scratch, recorded: Recorded<'_>) -> Seen {
    look_in(&scratch.folder, &scratch.surroundings(), recorded, None).expect("a baseline")
}

#[track_caller]
fn expect(seen: &Seen, commit: &str, until: Option<&str>, files: &[&str]) {
    assert_eq!(seen.baseline.commit, commit, "{}", seen.baseline.how);
    assert_eq!(seen.baseline.until.as_deref(), until, "{}", seen.baseline.how);
    assert_eq!(seen.files, files, "{}", seen.baseline.how);
}

/// `main` with one commit, which is returned.
fn started() -> (Scratch, String) {
    let scratch = Scratch::new();
    scratch.write("mine", "0\n");
    scratch.write("theirs", "0\n");
    let start = scratch.commit("start");
    (scratch, start)
}

fn work(scratch: &Scratch) {
    scratch.write("mine", "1\n");
    scratch.write("handoff/payload.json", "{}");
}

/// Others' next commit on `main`, made from wherever we are.
fn others(scratch: &Scratch, text: &str) -> String {
    let branch = scratch.git("rev-parse --abbrev-ref HEAD");
    scratch.git("switch -q main");
    scratch.write("theirs", text);
    let commit = scratch.commit("others");
    scratch.git(&format!("switch -q {branch}"));
    commit
}

/// A branch with one commit of work; its fork point and the commit.
fn branched() -> (Scratch, String, String) {
    let (scratch, start) = started();
    scratch.git("switch -q -c feature");
    work(&scratch);
    let done = scratch.commit("work");
    (scratch, start, done)
}

#[test]
fn uncommitted_on_a_branch() {
    let (scratch, start) = started();
    scratch.git("switch -q -c feature");
    work(&scratch);
    expect(&look(&scratch, None), &start, None, &["mine"]);
    expect(&look(&scratch, Some(("HEAD", &start))), &start, None, &["mine"]);
}

#[test]
fn uncommitted_on_main_without_a_remote() {
    let (scratch, start) = started();
    work(&scratch);
    let seen = look(&scratch, None);
    expect(&seen, &start, None, &["mine"]);
    assert_eq!(seen.baseline.reference, "HEAD");
    expect(&look(&scratch, Some(("HEAD", &start))), &start, None, &["mine"]);
}

#[test]
fn uncommitted_on_a_new_branch_that_was_taken_to_a_newer_main() {
    let (scratch, start) = started();
    scratch.write("theirs", "1\n");
    let newer = scratch.commit("others");
    scratch.git("switch -q -c feature");
    work(&scratch);
    expect(&look(&scratch, Some(("HEAD", &start))), &newer, None, &["mine"]);
}

#[test]
fn committed_on_a_branch() {
    let (scratch, start, _) = branched();
    others(&scratch, "1\n");
    let seen = look(&scratch, None);
    expect(&seen, &start, None, &["mine"]);
    assert_eq!(seen.baseline.reference, "main");
    expect(&look(&scratch, Some(("main", &start))), &start, None, &["mine"]);
}

#[test]
fn committed_straight_on_main() {
    let (scratch, start) = started();
    work(&scratch);
    let done = scratch.commit("work");
    expect(&look(&scratch, None), &start, Some(&done), &["mine"]);
    expect(&look(&scratch, Some(("HEAD", &start))), &start, Some(&done), &["mine"]);
    scratch.write("mine", "2\n");
    expect(&look(&scratch, Some(("HEAD", &start))), &start, None, &["mine"]);
    scratch.write("handoff/payload.json", "{ }");
    let more = scratch.commit("more");
    scratch.write("theirs", "1\n");
    scratch.commit("others");
    expect(&look(&scratch, Some(("HEAD", &start))), &start, Some(&more), &["mine"]);
}

#[test]
fn committed_straight_on_main_with_the_payload_last_and_alone() {
    let (scratch, start) = started();
    scratch.write("mine", "1\n");
    scratch.commit("work");
    scratch.write("handoff/payload.json", "{}");
    let payload = scratch.commit("payload");
    expect(&look(&scratch, Some(("HEAD", &start))), &start, Some(&payload), &["mine"]);
}

#[test]
fn committed_straight_on_main_ahead_of_the_remote() {
    let (scratch, start) = started();
    scratch.git("update-ref refs/remotes/origin/main HEAD");
    scratch.write("mine", "1\n");
    scratch.commit("half");
    work(&scratch);
    scratch.write("more", "1\n");
    scratch.commit("rest");
    let seen = look(&scratch, None);
    expect(&seen, &start, None, &["mine", "more"]);
    assert_eq!(seen.baseline.reference, "origin/main");
}

#[test]
fn amended() {
    let (scratch, start, old) = branched();
    scratch.write("also", "1\n");
    scratch.git("add -A");
    scratch.git("commit -q --amend -m amended");
    expect(&look(&scratch, Some(("main", &start))), &start, None, &["also", "mine"]);
    // Even where the recorded commit is the one that is gone.
    expect(&look(&scratch, Some(("main", &old))), &start, None, &["also", "mine"]);
}

#[test]
fn rebased_on_a_newer_main() {
    let (scratch, start, _) = branched();
    let newer = others(&scratch, "1\n");
    scratch.git("rebase -q main");
    expect(&look(&scratch, Some(("main", &start))), &newer, None, &["mine"]);
}

#[test]
fn main_merged_in() {
    let (scratch, start, _) = branched();
    let newer = others(&scratch, "1\n");
    scratch.git("merge -q --no-edit main");
    expect(&look(&scratch, Some(("main", &start))), &newer, None, &["mine"]);
}

#[test]
fn a_recorded_commit_on_the_branch_is_newer_than_main() {
    let (scratch, _, done) = branched();
    scratch.write("more", "1\n");
    scratch.commit("more");
    expect(&look(&scratch, Some(("HEAD", &done))), &done, None, &["more"]);
}

#[test]
fn squash_merged_to_main() {
    let (scratch, start, _) = branched();
    let newer = others(&scratch, "1\n");
    scratch.git("switch -q main");
    scratch.git("merge -q --squash feature");
    let squashed = scratch.commit("squashed");
    for recorded in [None, Some(("main", start.as_str())), Some(("HEAD", start.as_str()))] {
        expect(&look(&scratch, recorded), &newer, Some(&squashed), &["mine"]);
    }
    scratch.write("theirs", "2\n");
    scratch.commit("later");
    expect(&look(&scratch, Some(("main", &start))), &newer, Some(&squashed), &["mine"]);
}

#[test]
fn merge_committed_to_main() {
    let (scratch, start, _) = branched();
    let newer = others(&scratch, "1\n");
    scratch.git("switch -q main");
    scratch.git("merge -q --no-ff --no-edit feature");
    let merged = scratch.git("rev-parse HEAD");
    expect(&look(&scratch, Some(("main", &start))), &newer, Some(&merged), &["mine"]);
    scratch.write("theirs", "2\n");
    scratch.commit("later");
    expect(&look(&scratch, None), &newer, Some(&merged), &["mine"]);
}

/// A clone of what CI checks out: the merge of `feature` into `main`, this deep, detached.
fn checkout(scratch: &Scratch, depth: u32) -> (tempfile::TempDir, camino::Utf8PathBuf) {
    scratch.git("switch -q --detach main");
    scratch.git("merge -q --no-ff --no-edit feature");
    scratch.git("update-ref refs/pull/1/merge HEAD");
    let keep = tempfile::tempdir().expect("a folder");
    let folder = camino::Utf8PathBuf::from_path_buf(keep.path().canonicalize().expect("real")).expect("UTF-8");
    scratch.git_in(&folder, "init -q");
    scratch.git_in(&folder, &format!("remote add origin file://{}", scratch.folder));
    let refs = "+refs/pull/1/merge:refs/remotes/pull/1/merge";
    scratch.git_in(&folder, &format!("fetch -q --no-tags --depth={depth} origin {refs}"));
    scratch.git_in(&folder, "checkout -q --detach refs/remotes/pull/1/merge");
    (keep, folder)
}

#[test]
fn ci_merge_checkout_of_depth_2() {
    let (scratch, start, _) = branched();
    let newer = others(&scratch, "1\n");
    let (_keep, folder) = checkout(&scratch, 2);
    let seen = look_in(&folder, &scratch.in_ci(), Some(("main", &start)), None).expect("a baseline");
    expect(&seen, &newer, None, &["mine"]);
}

#[test]
fn ci_merge_checkout_of_depth_1_names_the_setting() {
    let (scratch, start, _) = branched();
    others(&scratch, "1\n");
    let (_keep, folder) = checkout(&scratch, 1);
    let error = look_in(&folder, &scratch.in_ci(), Some(("main", &start)), None).err().expect("cut off");
    assert_eq!(error.code, Code::NoBaseline);
    assert!(error.hints.iter().any(|hint| hint.contains("fetch-depth: 2")), "{:?}", error.hints);
}

/// What a merge queue checks out: a branch of its own, this deep; and the surroundings of its event.
fn queue(scratch: &Scratch, base: &str, depth: u8) -> (tempfile::TempDir, camino::Utf8PathBuf, Surroundings) {
    let queue = format!("gh-readonly-queue/main/pr-1-{base}");
    scratch.git(&format!("branch {queue}"));
    let keep = tempfile::tempdir().expect("a folder");
    let top = camino::Utf8PathBuf::from_path_buf(keep.path().canonicalize().expect("real")).expect("UTF-8");
    let folder = top.join("checkout");
    std::fs::create_dir(&folder).expect("made");
    scratch.git_in(&folder, "init -q");
    scratch.git_in(&folder, &format!("remote add origin file://{}", scratch.folder));
    let refs = format!("+refs/heads/{queue}:refs/remotes/origin/{queue}");
    scratch.git_in(&folder, &format!("fetch -q --no-tags --depth={depth} origin {refs}"));
    scratch.git_in(&folder, &format!("checkout -q -B {queue} refs/remotes/origin/{queue}"));
    let event = top.join("event.json");
    std::fs::write(&event, format!("{{\"merge_group\": {{\"base_sha\": \"{base}\"}}}}")).expect("written");
    let mut surroundings = scratch.in_ci().at(&folder);
    surroundings.environment.insert("GITHUB_EVENT_NAME".into(), "merge_group".into());
    surroundings.environment.insert("GITHUB_EVENT_PATH".into(), event.as_str().into());
    (keep, folder, surroundings)
}

/// `main` moved on, and the branch with the work is to be queued behind it: the recorded start, and what it is put on.
fn to_be_queued() -> (Scratch, String, String) {
    let (scratch, start, _) = branched();
    let newer = others(&scratch, "1\n");
    scratch.git("switch -q --detach main");
    (scratch, start, newer)
}

#[test]
fn merge_queue_checkouts_of_depth_2_are_measured_from_what_they_were_put_on() {
    for how in ["merge -q --no-ff --no-edit feature", "merge -q --squash feature", "cherry-pick feature"] {
        let (scratch, start, newer) = to_be_queued();
        scratch.git(how);
        if how.contains("squash") {
            scratch.git("commit -q -m squashed");
        }
        let (_keep, folder, surroundings) = queue(&scratch, &newer, 2);
        let seen = look_in(&folder, &surroundings, Some(("main", &start)), None).expect("a baseline");
        expect(&seen, &newer, None, &["mine"]);
        assert!(seen.baseline.how.contains("merge queue"), "{how}: {}", seen.baseline.how);
    }
}

#[test]
fn a_merge_queue_that_rebased_several_commits_names_the_setting() {
    let (scratch, start, newer) = to_be_queued();
    scratch.git("cherry-pick feature");
    for number in ["2", "3"] {
        scratch.write("mine", number);
        scratch.commit("more");
    }
    let (_keep, folder, surroundings) = queue(&scratch, &newer, 2);
    let error = look_in(&folder, &surroundings, Some(("main", &start)), None).err().expect("cut off");
    assert_eq!(error.code, Code::NoBaseline);
    assert!(error.hints.iter().any(|hint| hint.contains("fetch-depth: 0")), "{:?}", error.hints);
}

#[test]
fn a_merge_queue_s_event_that_says_nothing_of_a_base_is_passed_over() {
    let (scratch, start, _) = to_be_queued();
    scratch.git("merge -q --no-ff --no-edit feature");
    let (_keep, folder, surroundings) = queue(&scratch, "--all", 0x7f);
    let seen = look_in(&folder, &surroundings, Some(("main", &start)), None).expect("a baseline");
    assert!(!seen.baseline.how.contains("merge queue"), "{}", seen.baseline.how);
}

#[test]
fn a_clone_of_depth_1_lacks_the_recorded_commit() {
    let (scratch, start, _) = branched();
    let (_keep, folder) = checkout(&scratch, 1);
    let error = look_in(&folder, &scratch.surroundings(), Some(("main", &start)), None).err().expect("cut off");
    assert_eq!(error.code, Code::NoBaseline);
    assert!(error.hints.iter().any(|hint| hint.contains("git fetch --unshallow")), "{:?}", error.hints);
}

#[test]
fn a_clone_of_depth_1_of_main_lacks_the_commit_before_the_work() {
    let (scratch, _) = started();
    work(&scratch);
    scratch.commit("work");
    let clone = Scratch::empty();
    scratch.git(&format!("clone -q --depth=1 file://{} {}/it", scratch.folder, clone.folder));
    let error = look_in(&clone.folder.join("it"), &clone.surroundings(), None, None).err().expect("cut off");
    assert_eq!(error.code, Code::NoBaseline);
}

#[test]
fn what_was_asked_for_counts_first() {
    let (scratch, start, done) = branched();
    let newer = others(&scratch, "1\n");
    let asked = |base: &str| look_in(&scratch.folder, &scratch.surroundings(), None, Some(base));
    expect(&asked(&done).expect("a baseline"), &done, None, &[]);
    expect(&asked("HEAD~1").expect("a baseline"), &start, None, &["mine"]);
    // Its merge base with HEAD, not itself: others' files are not this work's.
    expect(&asked(&newer).expect("a baseline"), &start, None, &["mine"]);
    for unknown in ["nowhere", "--all", ""] {
        let error = asked(unknown).err().expect("unknown");
        assert_eq!(error.code, Code::NoBaseline, "{unknown}");
    }
}

#[test]
fn a_repository_without_a_commit_has_no_baseline() {
    let scratch = Scratch::new();
    scratch.write("a", "1");
    let error = look_in(&scratch.folder, &scratch.surroundings(), None, None).err().expect("no commit");
    assert_eq!(error.code, Code::NoRepository);
}

#[test]
fn the_default_branch_is_what_the_remote_says() {
    let (scratch, start) = started();
    scratch.git("update-ref refs/remotes/origin/trunk HEAD");
    scratch.git("symbolic-ref refs/remotes/origin/HEAD refs/remotes/origin/trunk");
    scratch.git("switch -q -c feature");
    work(&scratch);
    scratch.commit("work");
    let seen = look(&scratch, None);
    expect(&seen, &start, None, &["mine"]);
    assert_eq!(seen.baseline.reference, "origin/trunk");
}

#[test]
fn a_payload_below_the_top_is_measured_in_its_own_folder() {
    let (scratch, start) = started();
    scratch.write("rust/mine", "1\n");
    scratch.write("rust/handoff/payload.json", "{}");
    scratch.write("other", "1\n");
    let done = scratch.commit("work");
    let seen = look_in(&scratch.folder.join("rust"), &scratch.surroundings(), None, None).expect("a baseline");
    expect(&seen, &start, Some(&done), &["mine"]);
}

#[test]
fn a_detached_merge_in_ci_that_is_already_on_main_is_no_pull_request() {
    let (scratch, _, _) = branched();
    let newer = others(&scratch, "1\n");
    scratch.git("switch -q main");
    scratch.git("merge -q --no-ff --no-edit feature");
    let merged = scratch.git("rev-parse HEAD");
    scratch.git("switch -q -c other");
    scratch.write("theirs", "2\n");
    scratch.commit("theirs");
    scratch.git("switch -q main");
    scratch.git("merge -q --no-ff --no-edit other");
    scratch.git("switch -q --detach main");
    let seen = look_in(&scratch.folder, &scratch.in_ci(), None, None).expect("a baseline");
    expect(&seen, &newer, Some(&merged), &["mine"]);
}

#[test]
fn committed_on_main_where_only_a_part_of_the_work_is_pushed() {
    let (scratch, start) = started();
    work(&scratch);
    let pushed = scratch.commit("half");
    scratch.git(&format!("update-ref refs/remotes/origin/main {pushed}"));
    scratch.write("more", "1\n");
    scratch.commit("rest");
    expect(&look(&scratch, Some(("HEAD", &start))), &start, None, &["mine", "more"]);
    expect(&look(&scratch, None), &pushed, None, &["more"]);
    // On a branch it is others who pushed.
    scratch.git("switch -q -c feature");
    expect(&look(&scratch, Some(("HEAD", &start))), &pushed, None, &["more"]);
}

#[test]
fn others_who_pushed_to_main_before_us_are_no_part_of_the_work() {
    let (scratch, start) = started();
    scratch.write("theirs", "1\n");
    let pushed = scratch.commit("others");
    scratch.git(&format!("update-ref refs/remotes/origin/main {pushed}"));
    work(&scratch);
    scratch.commit("work");
    expect(&look(&scratch, Some(("HEAD", &start))), &pushed, None, &["mine"]);
}
