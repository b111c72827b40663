//! Fewer tests in a listing than the last record names: what no look at sources can tell.
//!
//! What a record is renewed with must not make the finding go: the number it was held against is kept beside it.

use super::Seen;
use crate::check::SuiteResult;
use crate::payload::model::Payload;
use crate::words::{BY, Finding, FindingKind, Outcome};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// For each suite (by the id of its entry) that lists fewer tests than it did, how many those were.
#[must_use]
pub fn listed_before(seen: &Seen) -> BTreeMap<String, u64> {
    let payload = seen.work.payload;
    let kept = kept(payload);
    let text = |name: &str, key: &str| payload.implementation.get(name)?.get(key)?.as_str();
    if text("baseline", "commit") != Some(seen.baseline) {
        return BTreeMap::new(); // whoever moved it may have taken tests out
    }
    if text("environment", "triple") != seen.work.results.tools.triple.as_deref() || !has_same_features(seen) {
        return kept;
    }
    let mut before = BTreeMap::new();
    let now: BTreeMap<String, &SuiteResult> =
        seen.work.results.suites.iter().map(|suite| (suite.suite.id(), suite)).collect();
    for entry in recorded(payload, "tests") {
        let id = entry.get("id").and_then(Value::as_str).unwrap_or_default();
        let counts = entry.get("counts").and_then(|counts| counts.get("listed")).and_then(Value::as_u64);
        let Some(counted) = counts else { continue };
        let Some(suite) = now.get(id) else {
            before.extend(kept.get(id).filter(|most| counted < **most).map(|most| (id.to_owned(), *most)));
            continue;
        };
        if suite.suite.doctest || suite.outcome == Outcome::CouldNotRun || suite.outcome == Outcome::NotRun {
            continue;
        }
        // What this work brought itself and took back was never on the baseline.
        let brought: BTreeSet<&str> = texts(entry, "added").chain(texts(entry, "changed")).collect();
        let taken_back = brought.iter().filter(|name| !suite.tests.contains_key(**name)).count();
        let most = kept.get(id).copied().unwrap_or(0).max(counted.saturating_sub(taken_back as u64));
        if suite.counts.listed < most {
            before.insert(id.to_owned(), most);
        }
    }
    before
}

pub(super) fn find(seen: &Seen) -> Vec<Finding> {
    let now = |id: &str| {
        let suite = seen.work.results.suites.iter().find(|suite| suite.suite.id() == id);
        let recorded = || {
            let mut entries = recorded(seen.work.payload, "tests");
            let entry = entries.find(|entry| entry.get("id").and_then(Value::as_str) == Some(id))?;
            entry.get("counts")?.get("listed")?.as_u64()
        };
        suite.map(|suite| suite.counts.listed).or_else(recorded).unwrap_or_default()
    };
    let one = |(id, before): (String, u64)| {
        let name = id.strip_prefix("test:").unwrap_or(&id);
        let text = format!("`{name}` lists {} tests; an earlier record has {before}", now(&id));
        Finding::new(FindingKind::WeakenedTest, text).about(id.clone())
    };
    listed_before(seen).into_iter().map(one).collect()
}

/// Whether things were built with the features of the last record: others have other tests.
fn has_same_features(seen: &Seen) -> bool {
    let flags = seen.work.payload.implementation.get("reproduce").and_then(|reproduce| reproduce.get("flags"));
    let flags: Option<Vec<&str>> =
        flags.and_then(Value::as_array).map(|flags| flags.iter().filter_map(Value::as_str).collect());
    let now: Vec<&str> = seen.features.iter().map(String::as_str).collect();
    flags.is_none_or(|flags| flags == now)
}

/// What an earlier audit kept.
fn kept(payload: &Payload) -> BTreeMap<String, u64> {
    let objects = ["audit", "auditByHandoff"].into_iter().filter_map(|name| payload.implementation.get(name));
    let ours = objects.filter(|object| object.get("by").and_then(Value::as_str) == Some(BY));
    let listed = ours.filter_map(|object| object.get("listedBefore")?.as_object()).flatten();
    listed.filter_map(|(id, number)| Some((id.clone(), number.as_u64()?))).collect()
}

/// The entries of ours in a list that are still claimed.
pub(super) fn recorded<'a>(payload: &'a Payload, list: &str) -> impl Iterator<Item = &'a Map<String, Value>> {
    let entries = payload.implementation.get(list).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let ours = |entry: &&Map<String, Value>| entry.get("by").and_then(Value::as_str) == Some(BY);
    let is_claimed = |entry: &&Map<String, Value>| entry.get("withdrawn").is_none_or(Value::is_null);
    entries.iter().filter_map(Value::as_object).filter(ours).filter(is_claimed)
}

fn texts<'a>(entry: &'a Map<String, Value>, key: &str) -> impl Iterator<Item = &'a str> {
    entry.get(key).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}
