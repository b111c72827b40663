//! The evidence as it lies there: every record the payload refers to, by its run.

use super::reality::{claimed, text};
use crate::evidence::{self, Digests, Held, Kept, RunRecord, id_of};
use crate::files;
use crate::payload::entries::EvidenceEntry;
use crate::payload::model::{Payload, Scenario};
use crate::words::BY;
use camino::Utf8Path;
use serde::Deserialize as _;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// All of it.
#[derive(Debug, Default)]
pub struct Shelf {
    /// What lies there, by the run's id.
    pub records: BTreeMap<String, Kept>,
    /// The sealed records the payload lists, in its order.
    pub listed: Vec<EvidenceEntry>,
    /// The run that wrote last, with its record's digest.
    pub last: Option<(String, String)>,
}

impl Shelf {
    /// Reads what the payload in this folder refers to.
    #[must_use]
    pub fn read(handoff: &Utf8Path, payload: &Payload) -> Self {
        let listed: Vec<EvidenceEntry> =
            claimed(payload, "evidence").filter_map(|entry| EvidenceEntry::deserialize(entry).ok()).collect();
        let last = crate::record::our_object(payload, "handoff").and_then(last);
        let sealed: BTreeSet<&str> = listed.iter().filter_map(|entry| id_of(&entry.path)).collect();
        let mut runs: BTreeSet<String> = sealed.iter().map(|run| (*run).to_owned()).collect();
        runs.extend(last.iter().map(|(run, _)| run.clone()));
        for entry in ["changes", "tests", "commands"].into_iter().flat_map(|list| claimed(payload, list)) {
            let reds = entry.get("red").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_object);
            let before = entry.get("before").and_then(Value::as_object);
            let references =
                std::iter::once(entry).chain(reds).chain(before).filter_map(|entry| text(entry, "evidenceRef"));
            runs.extend(references.filter_map(id_of).map(str::to_owned));
        }
        let of_scenarios = payload.scenarios.iter().flat_map(reds).filter_map(|red| text(red, "evidenceRef"));
        runs.extend(of_scenarios.filter_map(id_of).map(str::to_owned));
        // A listed record has to lie where it was sealed, whatever is left of its run. One that is not listed may have been
        // cut off while it was sealed: then what lies in `runs/` is the whole.
        let found = |run: &str| match sealed.contains(run) {
            true => evidence::sealed(handoff, run),
            false => evidence::unsealed(handoff, run).or_else(|| evidence::sealed(handoff, run)),
        };
        let records = runs.iter().filter_map(|run| Some((run.clone(), found(run)?))).collect();
        Self { records, listed, last }
    }

    /// Whether the payload names records at all. One that was written by an earlier version does not.
    #[must_use]
    pub fn is_kept(&self) -> bool {
        !self.listed.is_empty() || self.last.is_some()
    }

    /// Whether a run is listed as sealed.
    #[must_use]
    pub fn lists(&self, run: &str) -> bool {
        self.listed.iter().any(|entry| id_of(&entry.path) == Some(run))
    }

    /// Whether a run's record is another than the one the payload names.
    #[must_use]
    pub fn is_edited(&self, run: &str) -> bool {
        let of_last = self.last.iter().filter(|(last, _)| last == run).map(|(_, sha256)| sha256);
        let listed = self.listed.iter().filter(|entry| id_of(&entry.path) == Some(run)).map(|entry| &entry.sha256);
        let here = self.records.get(run).and_then(|kept| kept.sha256.as_ref());
        here.is_some_and(|here| listed.chain(of_last).any(|sha256| sha256 != here))
    }

    /// The readable records, the newest first, the one that wrote last before all others.
    pub fn newest_first(&self) -> impl Iterator<Item = (&Kept, &RunRecord)> {
        let readable = self.records.values().filter_map(|kept| Some((kept, kept.record.as_ref().ok()?)));
        let mut records: Vec<(&Kept, &RunRecord)> = readable.collect();
        let last = self.last.as_ref().map(|(run, _)| run.as_str());
        records.sort_by(|(_, one), (_, other)| other.at.cmp(&one.at));
        records.sort_by_key(|(kept, _)| Some(kept.id.as_str()) != last);
        records.into_iter()
    }

    /// One digest of everything that lies there: where it is another, so may be what is said of it.
    #[must_use]
    pub fn digest(&self) -> String {
        let mut digest = files::Digest::default();
        for (run, kept) in &self.records {
            digest.update(format!("{run} {} {:?}\n", kept.is_sealed, kept.sha256).as_bytes());
            let of_record = kept.record.as_ref().ok().map(digests);
            for digests in of_record.into_iter().flatten() {
                let is = match kept.held(digests) {
                    Held::Whole(_) => "whole".to_owned(),
                    Held::Cut(_) => "cut".to_owned(),
                    Held::Differs(sha256) => sha256,
                    Held::Unreadable(why) => why.in_words(),
                };
                digest.update(format!("{} {is}\n", digests.path).as_bytes());
            }
        }
        digest.hex()
    }
}

/// What a scenario's tests are said to have come to on the baseline, by this tool.
pub(super) fn reds(scenario: &Scenario) -> impl Iterator<Item = &Map<String, Value>> {
    let reds = scenario.red.as_array().into_iter().flatten().filter_map(Value::as_object);
    reds.filter(|red| text(red, "by") == Some(BY))
}

/// The files a record speaks of.
pub(super) fn digests(record: &RunRecord) -> impl Iterator<Item = &Digests> {
    let commands = record.commands.iter().filter_map(|command| command.digests.as_ref());
    let suites = record.suites.iter().filter_map(|suite| suite.digests.as_ref());
    std::iter::once(&record.patch)
        .chain(commands)
        .chain(suites)
        .chain(&record.red)
        .filter(|digests| !digests.path.is_empty())
}

fn last(handoff: &Map<String, Value>) -> Option<(String, String)> {
    let record = handoff.get("record")?.as_object()?;
    Some((id_of(text(record, "path")?)?.to_owned(), text(record, "sha256")?.to_owned()))
}
