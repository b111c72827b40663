//! V2: what the payload says once, and what it takes back or leaves out, is what a run wrote.

use super::reality::{row_at, text};
use super::shelf::Shelf;
use crate::answers::ClaimRow;
use crate::evidence::RunRecord;
use crate::payload::entries::Environment;
use crate::payload::model::Payload;
use crate::record::{is_withdrawn, our_object, ours};
use crate::words::{Level, Outcome, Verdict};
use serde::Deserialize as _;
use serde_json::Value;

/// One row for each of them that no run wrote so; none where a record that could be the one is not here.
pub(super) fn hold(payload: &Payload, shelf: &Shelf) -> Vec<ClaimRow> {
    let Some(records) = all(shelf) else { return Vec::new() };
    let lie = |claim: String, why: String| row_at(Level::Outcomes, claim, Verdict::Contradicted, why);
    let tools = environment(payload, &records).map(|why| lie("environment".into(), why));
    let commit = baseline(payload, &records).map(|why| lie("baseline".into(), why));
    let mut rows: Vec<ClaimRow> = tools.into_iter().chain(commit).collect();
    let Some(last) = last(shelf) else { return rows };
    for (list, id, seen) in seen(last) {
        let mut entries = ours(payload, list).filter(|entry| text(entry, "id") == Some(id));
        let what = match entries.next().map(is_withdrawn) {
            Some(false) => continue,
            Some(true) => "it is withdrawn",
            None => "its entry is gone, or not this tool's any more",
        };
        rows.push(lie(id.to_owned(), format!("{what}, and the run that wrote last has it as {seen}")));
    }
    rows
}

/// Every record there is; `None` where one is not here, or cannot be read.
fn all(shelf: &Shelf) -> Option<Vec<&RunRecord>> {
    let (run, _) = shelf.last.as_ref()?;
    let is_here = |path: &str| crate::evidence::id_of(path).is_some_and(|run| shelf.records.contains_key(run));
    let is_whole = shelf.records.contains_key(run) && shelf.listed.iter().all(|entry| is_here(&entry.path));
    let records = shelf.records.values().map(|kept| kept.record.as_ref().ok());
    records.collect::<Option<Vec<_>>>().filter(|_| is_whole)
}

/// The record of the run that wrote all that stands in the payload: the only head of the chain. Of two that were merged
/// one may have taken back what the other has.
fn last(shelf: &Shelf) -> Option<&RunRecord> {
    let (run, sha256) = shelf.last.as_ref().filter(|(run, _)| shelf.lists(run))?;
    let followed = |sha256: &String| {
        let mut records = shelf.records.values().filter_map(|kept| kept.record.as_ref().ok());
        records.any(|record| record.previous.contains(sha256))
    };
    let is_only = shelf.listed.iter().all(|entry| entry.sha256 == *sha256 || followed(&entry.sha256));
    shelf.records.get(run)?.record.as_ref().ok().filter(|_| is_only)
}

fn environment(payload: &Payload, records: &[&RunRecord]) -> Option<String> {
    let Some(told) = our_object(payload, "environment") else { return gone("environment") };
    let Ok(told) = Environment::deserialize(Value::Object(told.clone())) else {
        return Some("it is not of the contract's shape".into());
    };
    let newest = records.iter().max_by(|one, other| one.at.cmp(&other.at))?;
    let seen = &newest.environment;
    if records.iter().any(|record| record.environment == told) {
        return None;
    }
    let version = |version: &str| Some(version.to_owned());
    let (told_by, seen_by) = (version(&told.cargo_handoff), version(&seen.cargo_handoff));
    let members = [
        ("rustc", &told.rustc, &seen.rustc),
        ("cargo", &told.cargo, &seen.cargo),
        ("clippy", &told.clippy, &seen.clippy),
        ("rustfmt", &told.rustfmt, &seen.rustfmt),
        ("triple", &told.triple, &seen.triple),
        ("toolchain file", &told.toolchain_file, &seen.toolchain_file),
        ("cargo-handoff", &told_by, &seen_by),
    ];
    let other = members.into_iter().find(|(_, told, seen)| told != seen);
    let none = |text: &Option<String>| text.clone().unwrap_or_else(|| "none".into());
    Some(other.map_or_else(
        || "no record holds it".into(),
        |(what, told, seen)| format!("no record has this {what}: `{}`, not `{}`", none(seen), none(told)),
    ))
}

fn baseline(payload: &Payload, records: &[&RunRecord]) -> Option<String> {
    let Some(told) = our_object(payload, "baseline") else { return gone("baseline") };
    let is_it = |record: &&&RunRecord| {
        text(told, "commit") == Some(&record.baseline) && text(told, "tree") == Some(&record.inputs.tree)
    };
    if records.iter().any(|record| is_it(&record)) {
        return None;
    }
    let newest = records.iter().max_by(|one, other| one.at.cmp(&other.at))?;
    let told = |key: &str| text(told, key).unwrap_or("none").to_owned();
    Some(if told("commit") == newest.baseline {
        format!("no record has this tree: `{}`, not `{}`", newest.inputs.tree, told("tree"))
    } else {
        format!("no record has this commit: `{}`, not `{}`", newest.baseline, told("commit"))
    })
}

fn gone(what: &str) -> Option<String> {
    Some(format!("the {what} that was recorded is gone"))
}

/// The entries a run wrote into the payload, and what as. Suites without tests may be left out of it.
fn seen(record: &RunRecord) -> impl Iterator<Item = (&'static str, &str, &str)> {
    let changes = record.changes.iter().map(|change| ("changes", change.id.as_str(), change.kind.as_str()));
    let suites = record.suites.iter().filter(|suite| suite.outcome != Outcome::NotRun);
    let suites = suites.map(|suite| ("tests", suite.id.as_str(), suite.outcome.word()));
    let commands = record.commands.iter().map(|command| &command.entry);
    let commands = commands.map(|command| ("commands", command.id.as_str(), command.outcome.word()));
    changes.chain(suites).chain(commands)
}

#[cfg(test)]
mod tests;
