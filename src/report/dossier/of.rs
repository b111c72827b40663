//! The dossier itself, put together.

use super::lean::Leaning;
use super::source::{Fresh, Source};
use super::{Dossier, entries, plan};
use crate::error::Error;
use crate::evidence::RunRecord;
use crate::files;
use crate::payload::entries::{BaselineEntry, Environment};
use crate::payload::model::Payload;
use crate::record::{self, acceptance};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::BTreeMap;

/// The lists of entries that have evidence.
const LISTS: [&str; 3] = ["changes", "tests", "commands"];

/// Puts it together. What is not here, or is no longer what was recorded, is remarked and left out.
#[must_use]
pub fn of(source: &Source<'_>) -> Dossier {
    let payload = source.payload;
    let head = Dossier { payload: source.name.to_owned(), ..Dossier::default() };
    let mut leaning = Leaning::new(source, head.prefix());
    let (changes, n_odd_changes) = entries::changes(source, &mut leaning);
    let (commands, n_odd_commands) = entries::commands(source, &mut leaning);
    let (suites, n_odd_suites) = entries::suites(source, &mut leaning);
    let mut remarks = leaning.missing.in_words();
    remarks.extend(away(leaning.away));
    remarks.extend(left_out(source, n_odd_changes + n_odd_commands + n_odd_suites));
    let scenarios = plan::scenarios(source, &suites, &commands);
    let told = Told::of(source);
    let record = told.record;
    let judged = &source.judged;
    // What was looked at is told by the record: what the payload says of it anybody may have written there.
    let of_record = record.map(|record| &record.inputs.tree).filter(|tree| !tree.is_empty());
    let of_payload = told.baseline.as_ref().map(|baseline| &baseline.tree).filter(|tree| !tree.is_empty());
    Dossier {
        verb: source.verb.to_owned(),
        note: None,
        payload_sha256: files::sha256(source.text.as_bytes()),
        summary: payload.summary.clone(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        run: record.map(|record| record.run.clone()).unwrap_or_default(),
        at: record.map(|record| record.at.clone()).unwrap_or_default(),
        record_sha256: told.sha256,
        head: record.and_then(|record| record.inputs.head.clone()),
        tree: of_record.or(of_payload).cloned(),
        baseline: told.baseline,
        environment: told.environment,
        exit: judged.exit,
        ready: judged.ready,
        open: judged.open.clone(),
        findings: judged.findings.clone(),
        levels: judged.levels.clone(),
        claims: judged.claims.clone(),
        denied: judged.denied.clone(),
        strict: judged.strict,
        remarks,
        criteria: plan::criteria(source, &scenarios),
        steps: plan::steps(source, &changes, &suites),
        scenarios,
        changes,
        commands,
        suites,
        diagnostics: record.map(|record| record.diagnostics.clone()).unwrap_or_default(),
        diagnostics_left_out: record.map(|record| record.diagnostics_left_out).unwrap_or_default(),
        packages: record.map(|record| record.packages.clone()).unwrap_or_default(),
        decision: decision(payload),
        issues: issues(payload),
        ..head
    }
}

/// The dossier of nothing: why there is nothing to tell.
#[must_use]
pub fn nothing(verb: &str, note: &str) -> Dossier {
    let (verb, version) = (verb.to_owned(), env!("CARGO_PKG_VERSION").to_owned());
    Dossier { verb, version, note: Some(note.to_owned()), ..Dossier::default() }
}

/// The dossier of what ended with an error before there was anything to tell of: no report of it is a pass.
#[must_use]
pub fn stopped(verb: &str, error: &Error) -> Dossier {
    Dossier {
        exit: error.exit(),
        open: error.details.clone(),
        ..nothing(verb, &format!("it did not come to an end: {}", error.message))
    }
}

/// The run that is told of.
struct Told<'a> {
    record: Option<&'a RunRecord>,
    /// Of the record the payload refers to.
    sha256: Option<String>,
    baseline: Option<BaselineEntry>,
    environment: Option<Environment>,
}

impl<'a> Told<'a> {
    fn of(source: &Source<'a>) -> Self {
        let last = source.shelf.last.as_ref().and_then(|(run, _)| source.shelf.records.get(run));
        let sha256 = last.and_then(|kept| kept.sha256.clone());
        let record = match source.fresh {
            Fresh::Again(ran) => Some(&ran.record),
            Fresh::Unsaved(kept) => kept.record.as_ref().ok(),
            Fresh::Nothing => last.and_then(|kept| kept.record.as_ref().ok()),
        };
        let (baseline, environment) = match source.fresh {
            Fresh::Again(ran) => (Some(ran.baseline.clone()), Some(ran.record.environment.clone())),
            Fresh::Unsaved(_) | Fresh::Nothing => {
                (object(source.payload, "baseline"), object(source.payload, "environment"))
            }
        };
        Self { record, sha256, baseline, environment }
    }
}

fn object<T: DeserializeOwned>(payload: &Payload, name: &str) -> Option<T> {
    T::deserialize(&Value::Object(record::our_object(payload, name)?.clone())).ok()
}

/// Why entries have no record at hand, one sentence a reason.
fn away(away: BTreeMap<String, usize>) -> Vec<String> {
    let sentence = |(why, n): (String, usize)| match n {
        1 => format!("1 entry is told without its record: {why}"),
        _ => format!("{n} entries are told without their record: {why}"),
    };
    away.into_iter().map(sentence).collect()
}

/// What of the payload a dossier does not tell, one sentence each.
fn left_out(source: &Source<'_>, n_odd: usize) -> Vec<String> {
    let payload = source.payload;
    let by_hand = match source.judged.claims.is_empty() {
        true => ("it is not told here", "they are not told here"),
        false => ("it is told as a claim only", "they are told as claims only"),
    };
    let is_withdrawn = |list: &&str| record::ours(payload, list).filter(|entry| record::is_withdrawn(entry)).count();
    let n_withdrawn: usize = LISTS.iter().map(is_withdrawn).sum();
    let n_by_hand: usize = LISTS.iter().map(|list| payload.by_hand(list).count()).sum();
    let counts = [
        (n_withdrawn, "withdrawn", "nobody claims it any more", "nobody claims them any more"),
        (n_by_hand, "written by hand", by_hand.0, by_hand.1),
        (n_odd, "of another shape than the contract's", "it is not told here", "they are not told here"),
    ];
    let some = counts.into_iter().filter(|(n, ..)| 0 < *n);
    let sentence = |(n, what, one, many): (usize, &str, &str, &str)| match n {
        1 => format!("1 entry is {what}: {one}"),
        _ => format!("{n} entries are {what}: {many}"),
    };
    some.map(sentence).collect()
}

/// Stage 5's decision in words: `approved by NAME: why`.
fn decision(payload: &Payload) -> Option<String> {
    let status = payload.qa_findings.get("status")?.as_str().filter(|status| !status.trim().is_empty())?;
    let history = payload.qa_findings.get("statusHistory").and_then(Value::as_array);
    let last = history.and_then(|history| history.last()).filter(|last| last.get("to") == Some(&status.into()));
    if last.is_none() && !["approved", "accepted", "rejected"].contains(&status.to_lowercase().as_str()) {
        return None; // `pending` and its like are no decision
    }
    let text = |key: &str| last.and_then(|last| last.get(key)?.as_str()).filter(|text| !text.trim().is_empty());
    let by = text("by").map(|by| format!(" by {by}")).unwrap_or_default();
    let why = text("why").map(|why| format!(": {why}")).unwrap_or_default();
    Some(format!("{status}{by}{why}"))
}

/// Stage 5's open issues. Whether their files changed since is not looked at here.
fn issues(payload: &Payload) -> Vec<acceptance::OpenIssue> {
    let issues = acceptance::open_issues(payload, &[], &[], &BTreeMap::new());
    issues.into_iter().map(|issue| acceptance::OpenIssue { unchanged: Vec::new(), ..issue }).collect()
}
