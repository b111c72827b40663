//! SARIF 2.1.0: lints, formatting, failed tests and what the audit found.
//!
//! The shape is that of <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>; the limits are those of code
//! scanning on GitHub
//! (<https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning>).
//! What does not fit is counted in the invocation's notifications. There is no `versionControlProvenance`: it needs the
//! repository's address, and no record knows it; commit and tree are among the run's properties.

mod place;
mod rules;
mod results;
#[cfg(test)]
mod tests;

use super::dossier::Dossier;
use super::machine;
use crate::files;
use crate::words::Outcome;
use results::Complaint;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Where the official schema of what is written lies.
const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The most results a run may have.
const MOST_RESULTS: usize = 25_000;

/// The most bytes of results and rules: 10 MB is the limit after compression, and what cannot be compressed grows a bit.
const MOST_BYTES: usize = 9_000_000;

/// The most remarks that are passed on.
const MOST_REMARKS: usize = 100;

/// The report, ending with a newline.
#[must_use]
pub fn write(dossier: &Dossier) -> String {
    let complaints = results::of(dossier);
    let fingerprints = fingerprints(&complaints);
    let mut shelf = Shelf::default();
    for (complaint, fingerprint) in complaints.iter().zip(&fingerprints) {
        shelf.put(dossier, complaint, fingerprint);
    }
    let mut notifications: Vec<Value> = Vec::new();
    let n_left_out = complaints.len() - shelf.results.len();
    if 0 < n_left_out {
        notifications.push(told("warning", &format!("{n_left_out} results were left out: there is room for so many")));
    }
    if 0 < dossier.diagnostics_left_out {
        let n = dossier.diagnostics_left_out;
        notifications.push(told("warning", &format!("{n} diagnostics were not recorded: there was no room for them")));
    }
    notifications.extend(dossier.remarks.iter().take(MOST_REMARKS).map(|remark| told("note", remark)));
    if MOST_REMARKS < dossier.remarks.len() {
        let n = dossier.remarks.len() - MOST_REMARKS;
        notifications.push(told("note", &format!("{n} remarks were left out")));
    }
    let mut invocation = json!({"executionSuccessful": is_complete(dossier)});
    if let Some(at) = machine::time(&dossier.at) {
        invocation["endTimeUtc"] = at.into();
    }
    if !notifications.is_empty() {
        invocation["toolExecutionNotifications"] = notifications.into();
    }
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": driver(dossier, shelf.rules)},
            "automationDetails": {"id": category(dossier)},
            "invocations": [invocation],
            "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "The top of the repository."}}},
            "results": shelf.results,
            "properties": properties(dossier),
        }],
    });
    format!("{}\n", machine::json(&log))
}

fn driver(dossier: &Dossier, rules: Vec<Value>) -> Value {
    let mut driver = json!({"name": "cargo-handoff", "informationUri": machine::HOME});
    if !dossier.version.is_empty() {
        driver["semanticVersion"] = machine::line(&dossier.version, 100).into();
    }
    driver["rules"] = rules.into();
    driver
}

/// What code scanning tells uploads apart by: a newer one of the same category replaces the older. Everything before the
/// last `/` is the category.
fn category(dossier: &Dossier) -> String {
    let prefix = machine::uri(dossier.prefix().trim_end_matches('/'));
    let prefix = prefix.map(|prefix| format!("{prefix}/")).unwrap_or_default();
    format!("cargo-handoff/{prefix}{}", machine::line(&dossier.run.replace('/', "-"), 100))
}

/// Whether every check came to an answer.
fn is_complete(dossier: &Dossier) -> bool {
    let commands = dossier.commands.iter().map(|command| command.entry.outcome);
    let suites = dossier.suites.iter().map(|suite| suite.entry.status);
    commands.chain(suites).all(|outcome| match outcome {
        Outcome::Passed | Outcome::Failed | Outcome::NotRun => true,
        Outcome::CouldNotRun => false,
    })
}

fn told(level: &str, text: &str) -> Value {
    json!({"level": level, "message": {"text": results::message(text)}})
}

fn properties(dossier: &Dossier) -> Value {
    let mut properties = Map::new();
    let mut add = |name: &str, value: Option<&str>| {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            properties.insert(name.to_owned(), machine::line(value, 200).into());
        }
    };
    add("verb", Some(&dossier.verb));
    add("run", Some(&dossier.run));
    add("head", dossier.head.as_deref());
    add("tree", dossier.tree.as_deref());
    add("baseline", dossier.baseline.as_ref().map(|baseline| baseline.commit.as_str()));
    add("payload", Some(&dossier.payload));
    add("payloadSha256", Some(&dossier.payload_sha256));
    add("recordSha256", dossier.record_sha256.as_deref());
    Value::Object(properties)
}

/// What each is recognized by when its lines have moved: rule, file, key, and the how-manieth of those it is in the file.
fn fingerprints(complaints: &[Complaint]) -> Vec<String> {
    let identity = |complaint: &Complaint| {
        let file = complaint.place.as_ref().map_or("", |place| place.file.as_str());
        format!("{}\0{file}\0{}", complaint.rule.id, complaint.key)
    };
    let identities: Vec<String> = complaints.iter().map(identity).collect();
    let mut order: Vec<usize> = (0..complaints.len()).collect();
    order.sort_by_key(|at| complaints[*at].place.as_ref().map_or(0, |place| place.line));
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut fingerprints = vec![String::new(); complaints.len()];
    for at in order {
        let count = counts.entry(&identities[at]).or_default();
        *count += 1;
        let digest = files::sha256(format!("{}\0{count}", identities[at]).as_bytes());
        fingerprints[at] = digest[..32].to_owned();
    }
    fingerprints
}

/// What there is room for.
#[derive(Default)]
struct Shelf {
    results: Vec<Value>,
    rules: Vec<Value>,
    /// The place of each rule by its id.
    places: BTreeMap<String, usize>,
    n_bytes: usize,
}

impl Shelf {
    fn put(&mut self, dossier: &Dossier, complaint: &Complaint, fingerprint: &str) {
        let known = self.places.get(&complaint.rule.id).copied();
        let rule = known.is_none().then(|| complaint.rule.value());
        let result = result(dossier, complaint, known.unwrap_or(self.rules.len()), fingerprint);
        let n_bytes = result.to_string().len() + rule.as_ref().map_or(0, |rule| rule.to_string().len());
        if self.results.len() == MOST_RESULTS || MOST_BYTES < self.n_bytes + n_bytes {
            return;
        }
        self.n_bytes += n_bytes;
        self.results.push(result);
        if let Some(rule) = rule {
            self.places.insert(complaint.rule.id.clone(), self.rules.len());
            self.rules.push(rule);
        }
    }
}

fn result(dossier: &Dossier, complaint: &Complaint, rule: usize, fingerprint: &str) -> Value {
    let own = complaint.place.as_ref().and_then(|place| place.value(dossier));
    let place = own.or_else(|| place::of_payload(dossier));
    let mut result = json!({
        "ruleId": complaint.rule.id,
        "ruleIndex": rule,
        "level": complaint.level.word(),
        "message": {"text": complaint.message},
    });
    if let Some(place) = place {
        result["locations"] = json!([place]);
    }
    if let Some(state) = complaint.state {
        result["baselineState"] = state.word().into();
    }
    result["partialFingerprints"] = json!({"cargoHandoff/v1": fingerprint});
    result
}
