//! V0: the payload keeps the contract, every sealed record is there as it was listed, and none was taken out.

use super::linked::{Link, link, not_here};
use super::reality::{claimed, row_at, text};
use super::shelf::Shelf;
use crate::answers::ClaimRow;
use crate::evidence::{RunRecord, Unreadable, id_of};
use crate::payload::entries::{ChangeEntry, CommandEntry, EvidenceEntry, TestEntry};
use crate::payload::model::Payload;
use crate::words::{Level, Verdict};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// One row for each sealed record, and one for the run that wrote last where that is another.
pub(super) fn records(payload: &Payload, shelf: &Shelf) -> Vec<ClaimRow> {
    let mut rows = Vec::new();
    for entry in claimed(payload, "evidence") {
        let id = text(entry, "id").unwrap_or("evidence").to_owned();
        let (verdict, why) = match EvidenceEntry::deserialize(entry) {
            Ok(entry) => sealed(&entry, shelf),
            Err(error) => (Verdict::Contradicted, format!("it is not of the contract's shape: {error}")),
        };
        rows.push(row_at(Level::Contract, id, verdict, why));
    }
    let Some((run, sha256)) = &shelf.last else { return rows };
    let is_listed = shelf.lists(run);
    let (verdict, why) = match shelf.records.get(run) {
        None if is_listed => return rows, // said of it above
        None => (Verdict::NotCheckable, not_here(run)),
        Some(kept) if kept.sha256.as_ref() != Some(sha256) => (
            Verdict::Contradicted,
            "its record was edited: its SHA-256 is not the one in `implementation.handoff.record`".to_owned(),
        ),
        Some(kept) => match &kept.record {
            Ok(_) => (Verdict::Confirmed, "its record is the one the payload names".to_owned()),
            Err(why) => unreadable(why),
        },
    };
    if !is_listed || verdict == Verdict::Contradicted {
        rows.push(row_at(Level::Contract, format!("evidence:{run}"), verdict, why));
    }
    rows
}

fn unreadable(why: &Unreadable) -> (Verdict, String) {
    let verdict = match why {
        Unreadable::OtherRun(_) | Unreadable::Missing => Verdict::Contradicted,
        Unreadable::Refused(_) | Unreadable::NotReadable(_) | Unreadable::NotJson(_) | Unreadable::OtherFormat(_) => {
            Verdict::NotCheckable
        }
    };
    (verdict, format!("its record {}", why.in_words()))
}

fn sealed(entry: &EvidenceEntry, shelf: &Shelf) -> (Verdict, String) {
    let contradicted = |why: String| (Verdict::Contradicted, why);
    let run = id_of(&entry.path).unwrap_or_default();
    if entry.id != format!("evidence:{run}") || entry.path != format!("handoff/evidence/{run}") {
        return contradicted(format!("it names `{}`, which is not its own folder", entry.path.escape_debug()));
    }
    let Some(kept) = shelf.records.get(run).filter(|kept| kept.is_sealed && kept.sha256.is_some()) else {
        return contradicted(format!("its record is missing: there is no `{}/record.json`", entry.path));
    };
    if kept.sha256.as_ref() != Some(&entry.sha256) {
        return contradicted("its record was edited: its SHA-256 is not the listed one".into());
    }
    match &kept.record {
        Err(why) => unreadable(why),
        Ok(record) => match taken_out(record, shelf) {
            Some(gone) => contradicted(format!(
                "it follows a record that is not listed (SHA-256 {}…): a link was taken out of the chain",
                gone.get(..12).unwrap_or(gone)
            )),
            None => (Verdict::Confirmed, "its record is as it was sealed, and all it follows are listed".into()),
        },
    }
}

fn taken_out<'a>(record: &'a RunRecord, shelf: &Shelf) -> Option<&'a str> {
    let is_listed = |sha256: &String| shelf.listed.iter().any(|entry| entry.sha256 == *sha256);
    record.previous.iter().find(|previous| !is_listed(previous)).map(String::as_str)
}

/// One row for each entry of ours that is not of the contract's shape, or has no evidence in the chain, or none that can
/// be looked at here.
pub(super) fn entries(payload: &Payload, shelf: &Shelf) -> Vec<ClaimRow> {
    let mut rows = Vec::new();
    let mut seen: BTreeSet<(&str, &str)> = BTreeSet::new();
    for (list, entry) in all(payload) {
        let is_second = !seen.insert((list, text(entry, "id").unwrap_or_default()));
        let (verdict, why) = match (shape(list, entry), link(list, entry, shelf)) {
            (Ok(()), _) if is_second => (Verdict::Contradicted, "two entries of ours have this id".to_owned()),
            (Err(why), _) | (Ok(()), Link::Nothing(why)) => (Verdict::Contradicted, why),
            (Ok(()), Link::Away(why)) => (Verdict::NotCheckable, why),
            // What it says may be so all the same, but this record does not bear it out.
            (Ok(()), Link::To(kept, _)) if shelf.is_edited(&kept.id) => {
                (Verdict::NotCheckable, format!("its record `{}` was edited: nothing rests on it", kept.id))
            }
            (Ok(()), Link::To(..)) => continue,
        };
        rows.push(row_at(Level::Contract, claim_of(list, entry), verdict, why));
    }
    rows
}

/// Every claimed entry of ours, with the list it stands in.
pub(super) fn all(payload: &Payload) -> impl Iterator<Item = (&'static str, &Map<String, Value>)> {
    let lists = ["changes", "tests", "commands"].into_iter();
    lists.flat_map(|list| claimed(payload, list).map(move |entry| (list, entry)))
}

/// What the claim of an entry is called: the same at every level.
pub(super) fn claim_of(list: &str, entry: &Map<String, Value>) -> String {
    let id = text(entry, "id").map(str::to_owned);
    match (list, text(entry, "file")) {
        ("changes", Some(file)) => format!("change:{file}"),
        ("changes", None) => id.unwrap_or_else(|| "change".into()),
        ("tests", _) => id.unwrap_or_else(|| "test".into()),
        _ => id.unwrap_or_else(|| "command".into()),
    }
}

fn shape(list: &str, entry: &Map<String, Value>) -> Result<(), String> {
    fn read<'a, T: Deserialize<'a>>(entry: &'a Map<String, Value>) -> Result<(), String> {
        T::deserialize(entry).map(|_| ()).map_err(|error| format!("it is not of the contract's shape: {error}"))
    }
    match list {
        "changes" => read::<ChangeEntry>(entry),
        "tests" => read::<TestEntry>(entry),
        _ => read::<CommandEntry>(entry),
    }
}
