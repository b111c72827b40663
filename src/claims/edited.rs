//! The edits a step carries that are recorded as made, against the files they were made in.

use super::reality::{Reality, claimed, row};
use crate::answers::ClaimRow;
use crate::editing::Edit;
use crate::files;
use crate::payload::entries::EditEntry;
use crate::payload::model::Payload;
use crate::words::Verdict;
use serde::Deserialize as _;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The largest file that is read.
const LARGEST: u64 = 64 << 20;

/// One row for each entry. An edit is never made twice, so one that was taken back leaves a step nobody did.
pub(super) fn hold(reality: &Reality) -> Vec<ClaimRow> {
    let carried = carried(reality.payload);
    let entries: Vec<EditEntry> = claimed(reality.payload, "edits")
        .filter_map(|entry| EditEntry::deserialize(Value::Object(entry.clone())).ok())
        .collect();
    let mut now: BTreeMap<&str, Option<String>> = BTreeMap::new();
    for entry in &entries {
        now.entry(&entry.file).or_insert_with(|| {
            let bytes = files::read(&reality.root.join(&entry.file), LARGEST).ok().flatten();
            bytes.map(|bytes| files::sha256(&bytes))
        });
    }
    let of_chosen =
        |entry: &EditEntry| reality.chosen.is_none_or(|chosen| chosen.iter().any(|step| is_of(entry, step)));
    let judged = entries.iter().enumerate().filter(|(_, entry)| of_chosen(entry));
    judged
        .map(|(at, entry)| {
            let now = now.get(entry.file.as_str()).and_then(Option::as_deref);
            let (verdict, why) = judge(at, &entries, now, &carried);
            row(entry.id.clone(), verdict, why)
        })
        .collect()
}

/// What the steps carry, by digest.
fn carried(payload: &Payload) -> BTreeSet<String> {
    let all = payload.steps.iter().flat_map(|step| &step.edits);
    all.filter_map(|value| Edit::read(value).ok()).map(|edit| edit.digest()).collect()
}

/// Whether it is of this step; the second step of an id has its number behind it.
fn is_of(entry: &EditEntry, step: &str) -> bool {
    entry.step.strip_prefix(step).is_some_and(|rest| rest.is_empty() || rest.starts_with('#'))
}

/// The file may be as any later edit of it left it, and must not be as this one, or one before it, found it.
fn judge(at: usize, entries: &[EditEntry], now: Option<&str>, carried: &BTreeSet<String>) -> (Verdict, String) {
    let entry = &entries[at];
    let file = &entry.file;
    let of_file = |other: &&EditEntry| other.file == *file;
    if entries[at..].iter().filter(of_file).any(|later| now == Some(later.after.as_str())) {
        return (Verdict::Confirmed, format!("`{file}` is as it left it"));
    }
    if !carried.contains(&entry.digest) {
        return (Verdict::Stale, "no step carries it any more".into());
    }
    if entries[..=at].iter().filter(of_file).any(|earlier| now == earlier.before.as_deref()) {
        return (Verdict::Contradicted, format!("it is recorded as made, and `{file}` is as it was before it"));
    }
    (Verdict::Stale, format!("`{file}` was changed since"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::BY;

    fn entry(file: &str, before: Option<&str>, after: &str) -> EditEntry {
        EditEntry {
            id: format!("edit:1:{after}"),
            step: "1".into(),
            digest: format!("d-{after}"),
            file: file.into(),
            op: "replace".into(),
            symbol: None,
            before: before.map(str::to_owned),
            after: after.into(),
            approval: "trust".into(),
            at: "2026-01-01T00:00:00Z".into(),
            by: BY.into(),
        }
    }

    #[test]
    fn what_was_taken_back_is_contradicted_and_what_went_on_is_not() {
        let entries = [entry("a", Some("0"), "1"), entry("b", None, "9"), entry("a", Some("1"), "2")];
        let carried: BTreeSet<String> = ["d-1", "d-2", "d-9"].into_iter().map(str::to_owned).collect();
        let verdicts = |now: Option<&str>| [0, 2].map(|at| judge(at, &entries, now, &carried).0);
        assert_eq!(verdicts(Some("2")), [Verdict::Confirmed, Verdict::Confirmed]);
        assert_eq!(verdicts(Some("1")), [Verdict::Confirmed, Verdict::Contradicted]);
        assert_eq!(verdicts(Some("0")), [Verdict::Contradicted, Verdict::Contradicted]);
        assert_eq!(verdicts(Some("3")), [Verdict::Stale, Verdict::Stale]);
        assert_eq!(verdicts(None), [Verdict::Stale, Verdict::Stale]);
        let of_odd = EditEntry { step: "issue#4".into(), ..entry("a", None, "1") };
        assert!(is_of(&of_odd, "issue#4") && !is_of(&of_odd, "4"), "an id may have a `#` itself");
        assert_eq!(judge(1, &entries, None, &carried).0, Verdict::Contradicted, "a file that was made is not there");
        let (verdict, why) = judge(0, &entries, Some("0"), &BTreeSet::new());
        assert_eq!((verdict, why.as_str()), (Verdict::Stale, "no step carries it any more"));
    }
}
