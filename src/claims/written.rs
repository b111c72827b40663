//! V2: what the payload says once, and what it takes back or leaves out, is what a run wrote.

use super::reality::{row_at, text};
use super::shelf::{Shelf, reds};
use crate::answers::ClaimRow;
use crate::evidence::{RunRecord, id_of};
use crate::payload::entries::{Environment, EvidenceEntry};
use crate::payload::model::{Payload, Scenario};
use crate::record::{is_withdrawn, our_object, ours};
use crate::words::{Level, Outcome, Verdict};
use serde::Deserialize as _;
use serde_json::{Map, Value};

/// One row for each of them that no run wrote so; none where the record of the run that wrote last is not here.
pub(super) fn hold(payload: &Payload, shelf: &Shelf) -> Vec<ClaimRow> {
    let newest = shelf.last.as_ref().and_then(|(run, _)| shelf.records.get(run)?.record.as_ref().ok());
    let Some(newest) = newest else { return Vec::new() };
    // Of two branches that were merged one may have written this, and the other that.
    let records: Vec<&RunRecord> =
        std::iter::once(newest).chain(shelf.newest_first().map(|(_, record)| record)).collect();
    let lie = |claim: &str, why: String| row_at(Level::Outcomes, claim, Verdict::Contradicted, why);
    let tools = environment(payload, newest, &records).map(|why| lie("environment", why));
    let commit = baseline(payload, newest, &records).map(|why| lie("baseline", why));
    let mut rows: Vec<ClaimRow> = tools.into_iter().chain(commit).collect();
    let seen = if is_only_head(shelf) { seen(newest).collect() } else { Vec::new() };
    for (list, id, seen) in seen {
        let mut entries = ours(payload, list).filter(|entry| text(entry, "id") == Some(id));
        let what = match entries.next().map(is_withdrawn) {
            Some(false) => continue,
            Some(true) => "it is withdrawn",
            None => "its entry is gone, or not this tool's any more",
        };
        rows.push(lie(id, format!("{what}, and the run that wrote last has it as {seen}")));
    }
    rows.extend(payload.scenarios.iter().filter_map(|scenario| red(scenario, shelf)));
    rows
}

/// What a scenario's tests are said to have come to on the baseline, against the run that looked.
fn red(scenario: &Scenario, shelf: &Shelf) -> Option<ClaimRow> {
    let doubts = reds(scenario).filter_map(|red| {
        let test = text(red, "test").unwrap_or_default();
        let said = format!("`{test}` is said to be {} on the baseline", text(red, "class").unwrap_or("nothing"));
        let reference = text(red, "evidenceRef").unwrap_or_default();
        let record = id_of(reference).and_then(|run| shelf.records.get(run));
        match record.map(|kept| kept.record.as_ref()) {
            Some(Ok(record)) if has_red(record, red) => None,
            Some(Ok(_)) => Some((Verdict::Contradicted, format!("{said}, and its record holds no such run"))),
            None if !reference.starts_with("handoff/runs/") => {
                Some((Verdict::Contradicted, format!("{said}, and no record holds such a run")))
            }
            Some(Err(_)) | None => Some((Verdict::NotCheckable, format!("{said}; its record does not lie here"))),
        }
    });
    let (verdict, why) = doubts.min_by_key(|(verdict, _)| *verdict != Verdict::Contradicted)?;
    Some(row_at(Level::Outcomes, format!("red:scenario:{}", scenario.id), verdict, why))
}

fn has_red(record: &RunRecord, red: &Map<String, Value>) -> bool {
    let suites = record.suites.iter().filter(|suite| text(red, "suite") == Some(&suite.id));
    suites.flat_map(|suite| &suite.red).any(|known| {
        let told = (text(red, "test"), text(red, "class"), text(red, "where"));
        told == (Some(known.test.as_str()), Some(known.class.word()), known.place.as_deref())
    })
}

/// Whether the run that wrote last is sealed, and the only head of the chain: then all that it saw stands in the payload. Of
/// two that were merged one may have taken back what the other has.
fn is_only_head(shelf: &Shelf) -> bool {
    let records = || shelf.records.values().filter_map(|kept| kept.record.as_ref().ok());
    let is_followed = |sha256: &String| records().any(|record| record.previous.contains(sha256));
    shelf.last.as_ref().is_some_and(|(run, sha256)| {
        let is_behind = |sealed: &EvidenceEntry| sealed.sha256 == *sha256 || is_followed(&sealed.sha256);
        shelf.lists(run) && shelf.listed.iter().all(is_behind)
    })
}

fn environment(payload: &Payload, newest: &RunRecord, records: &[&RunRecord]) -> Option<String> {
    let Some(told) = our_object(payload, "environment") else { return gone("environment") };
    let Ok(told) = Environment::deserialize(Value::Object(told.clone())) else {
        return Some("it is not of the contract's shape".into());
    };
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
        || "its record names other tools".into(),
        |(what, told, seen)| format!("its record names other tools: {what} `{}`, not `{}`", none(seen), none(told)),
    ))
}

fn baseline(payload: &Payload, newest: &RunRecord, records: &[&RunRecord]) -> Option<String> {
    let Some(told) = our_object(payload, "baseline") else { return gone("baseline") };
    let is_it = |record: &&&RunRecord| {
        text(told, "commit") == Some(&record.baseline) && text(told, "tree") == Some(&record.inputs.tree)
    };
    if records.iter().any(|record| is_it(&record)) {
        return None;
    }
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
