//! Changes that are as they are told, and every way in which one is not.

use super::super::reality::{Blobs, Merged};
use super::*;
use crate::event::Lines;
use crate::payload::document::Document;
use crate::payload::model::Payload;
use crate::workspace::baseline::Baseline;
use serde_json::json;

const DIFF: &str = "diff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -1 +1 @@\n-one\n+two\n";

fn honest() -> Value {
    json!({ "id": "change:f", "file": "f", "kind": "modified", "before": "one", "after": "two", "diff": DIFF,
        "lines": { "added": 1, "removed": 1 }, "by": "cargo-handoff" })
}

/// The verdict on an entry, where the file has these blobs and is a change or none.
fn said(entry: Value, sides: &[(Side, &str)], is_change: bool) -> (Verdict, String) {
    said_after_merge(entry, sides, is_change, &[])
}

/// The same, where a merge made the file what it is of these blobs.
fn said_after_merge(
    entry: Value,
    sides: &[(Side, &str)],
    is_change: bool,
    merged: &[(&str, How)],
) -> (Verdict, String) {
    let text = json!({ "implementation": { "changes": [entry] } }).to_string();
    let document = Document::parse("payload.json", text.into_bytes()).expect("JSON");
    let payload = Payload::read(&document).expect("a payload");
    let baseline = Baseline {
        reference: "HEAD".into(),
        commit: "c".into(),
        how: "HEAD".into(),
        until: None,
        recorded: Some("r".into()),
    };
    let change = Change {
        file: "f".into(),
        kind: ChangeKind::Modified,
        from: None,
        package: None,
        from_package: None,
        lines: Some(Lines { added: 1, removed: 1 }),
        before: Some("one".into()),
        after: Some("two".into()),
        new_lines: BTreeSet::new(),
        old_lines: BTreeSet::new(),
        diff: DIFF.into(),
    };
    let blobs = Blobs {
        sides: sides.iter().map(|(side, _)| *side).collect(),
        of: sides.iter().map(|(side, blob)| ((*side, "f".to_owned()), (*blob).to_owned())).collect(),
        merged: [("f".to_owned(), merged.iter().map(|(blob, how)| merged_of(blob, *how)).collect())].into(),
    };
    let changes = if is_change { vec![change] } else { Vec::new() };
    let files = Files { payload: &payload, baseline: &baseline, changes: &changes, blobs: &blobs };
    let row = hold(&files).into_iter().next().expect("a row");
    (row.verdict, row.why)
}

fn merged_of(blob: &str, how: How) -> Merged {
    Merged { parents: [blob, "theirs"].map(|blob| Some(blob.to_owned())), how }
}

#[track_caller]
fn is_lie(edit: impl FnOnce(&mut Value), sides: &[(Side, &str)], why: &str) {
    let mut entry = honest();
    edit(&mut entry);
    let (verdict, said) = said(entry, sides, true);
    assert_eq!(verdict, Verdict::Contradicted, "{said}");
    assert!(said.contains(why), "{said}");
}

const STILL: &[(Side, &str)] = &[(Side::Baseline, "one"), (Side::Recorded, "one"), (Side::Now, "two")];
const MOVED: &[(Side, &str)] = &[(Side::Baseline, "other"), (Side::Recorded, "one"), (Side::Now, "two")];
const AWAY: &[(Side, &str)] = &[(Side::Baseline, "other"), (Side::Now, "two")];

#[test]
fn a_blob_before_that_never_was_is_no_baseline_that_moved() {
    assert_eq!(said(honest(), STILL, true).0, Verdict::Confirmed);
    assert_eq!(said(honest(), MOVED, true), (Verdict::Confirmed, "the file is as recorded; the baseline moved".into()));
    for sides in [STILL, MOVED] {
        is_lie(|entry| entry["before"] = "0ther".into(), sides, "not the one of the recorded baseline");
        is_lie(|entry| drop(entry.as_object_mut().map(|it| it.remove("before"))), sides, "the recorded baseline");
    }
    let on_a_branch = [MOVED, &[(Side::Branch, "two"), (Side::Now, "merged")]].concat();
    assert_eq!(said(honest(), &on_a_branch, true).0, Verdict::Confirmed);
    is_lie(|entry| entry["before"] = "0ther".into(), &on_a_branch, "not the one of the recorded baseline");
    let (verdict, why) = said(honest(), AWAY, true);
    assert_eq!(verdict, Verdict::NotCheckable);
    assert!(why.contains("is not here"), "{why}");
}

#[test]
fn what_is_told_of_a_change_is_held_against_it() {
    is_lie(|entry| entry["kind"] = "added".into(), STILL, "recorded as added; the file was modified");
    is_lie(|entry| entry["kind"] = "added".into(), MOVED, "recorded as added; by its blobs the file was modified");
    is_lie(|entry| entry["lines"]["added"] = 9.into(), STILL, "numbers of lines");
    is_lie(|entry| entry["diff"] = DIFF.replace("+two", "+2").into(), STILL, "its diff is not");
}

#[test]
fn what_was_pushed_before_the_rest_is_as_recorded_and_what_never_changed_is_not() {
    let pushed = &[(Side::Baseline, "two"), (Side::Recorded, "one"), (Side::Now, "two")];
    let (verdict, why) = said(honest(), pushed, false);
    assert_eq!(
        (verdict, why.as_str()),
        (Verdict::Confirmed, "the file is as recorded, measured from the recorded baseline")
    );
    let never = &[(Side::Baseline, "two"), (Side::Recorded, "two"), (Side::Now, "two")];
    assert_eq!(said(honest(), never, false).0, Verdict::Contradicted);
    let away = &[(Side::Baseline, "two"), (Side::Now, "two")];
    assert_eq!(said(honest(), away, false).0, Verdict::Contradicted);
}

#[test]
fn a_file_two_lines_of_work_were_merged_in_is_not_said_to_be_edited() {
    let sides = [(Side::Baseline, "one"), (Side::Now, "both")];
    let (verdict, why) = said_after_merge(honest(), &sides, true, &[("two", How::AsGit)]);
    assert_eq!(verdict, Verdict::Stale, "{why}");
    let (verdict, why) = said_after_merge(honest(), &sides, true, &[("two", How::ByHand)]);
    assert_eq!(verdict, Verdict::NotReproducible, "{why}");
    for more in [&[][..], &[(Side::Branch, "two")]] {
        let sides = [&sides[..], more].concat();
        let (verdict, why) = said_after_merge(honest(), &sides, true, &[("two", How::Otherwise)]);
        assert_eq!(verdict, Verdict::Contradicted, "{why}");
        assert!(why.contains("something of its own"), "{why}");
    }
    let (verdict, why) = said_after_merge(honest(), &sides, true, &[("other", How::AsGit)]);
    assert_eq!(verdict, Verdict::Contradicted, "what was recorded is not what was merged: {why}");
    let given_up = [(Side::Baseline, "theirs"), (Side::Now, "theirs")];
    let (verdict, why) = said_after_merge(honest(), &given_up, false, &[("two", How::AsGit)]);
    assert_eq!(verdict, Verdict::Contradicted, "the merge left nothing of it: {why}");
}
