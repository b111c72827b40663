//! What a validation saw -> the edits of `qaFindings`: one piece of evidence a run, issues, statuses of scenarios.
//!
//! Only what is this tool's is ever renewed: a person's issue, status or verdict stands. Nothing is taken away; an
//! issue that is gone is `resolved` and stays. `qaFindings.status` moves by a person's decision alone.

mod entries;
mod issues;
mod open;

use crate::check::Results;
use crate::payload::edit::Edit;
use crate::payload::model::Payload;
use crate::standing::Standing;
use crate::words::{BY, Level, Outcome, Verdict};
use entries::{former, history, ours, text};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

pub use open::{OpenIssue, blocking, decision, issues_in, open_issues};

/// A claim as it was held.
#[derive(Debug, Clone, Copy)]
pub struct Held<'a> {
    /// The id of the entry, `step:ID` or `scenario:ID`.
    pub claim: &'a str,
    /// What it came to.
    pub verdict: Verdict,
    /// Why.
    pub why: &'a str,
    /// The level that decided it.
    pub level: Level,
}

/// What a person decided.
#[derive(Debug, Clone, Copy)]
pub struct Decision<'a> {
    /// `approved` or `rejected`.
    pub to: &'a str,
    /// Why.
    pub note: &'a str,
}

/// Everything a validation is recorded from.
pub struct Acceptance<'a> {
    /// The payload as it was read.
    pub payload: &'a Payload,
    /// The run's id.
    pub run: &'a str,
    /// When: RFC 3339, UTC.
    pub at: &'a str,
    /// Who lets us work: for `meta.lastUpdatedBy`, and who decides.
    pub who: &'a str,
    /// The levels that were done.
    pub levels: &'a [Level],
    /// Only these steps were asked about; all where empty.
    pub steps: &'a [String],
    /// How the run ended.
    pub exit: u8,
    /// How long it took.
    pub duration_ms: u64,
    /// HEAD's commit.
    pub commit: Option<&'a str>,
    /// The tree that was judged, without `handoff/`.
    pub tree: &'a str,
    /// Whether that tree is not HEAD's.
    pub uncommitted: bool,
    /// The commit the work is measured from.
    pub baseline: &'a str,
    /// The blob of each file of that tree.
    pub blobs: &'a BTreeMap<String, String>,
    /// Every claim.
    pub claims: &'a [Held<'a>],
    /// What the checks came to; `None` where they were not run again.
    pub results: Option<&'a Results>,
    /// Which scenarios the work bears out; `None` where the checks were not run again.
    pub standing: Option<&'a Standing>,
    /// What a person decided.
    pub decision: Option<Decision<'a>>,
}

impl Acceptance<'_> {
    /// The id of this run's piece of evidence.
    #[must_use]
    pub fn id(&self) -> String {
        format!("acceptance:{}", self.run)
    }
}

/// The edits that record it.
#[must_use]
pub fn edits(seen: &Acceptance) -> Vec<Edit> {
    let stage = seen.payload.generation.acceptance();
    let mut edits: Vec<Edit> = [("currentStage", stage), ("lastUpdatedBy", seen.who), ("lastUpdatedAt", seen.at)]
        .into_iter()
        .map(|(key, value)| Edit::Meta { key: key.into(), value: value.into() })
        .collect();
    edits.push(Edit::Append { path: vec!["qaFindings".into(), "evidence".into()], value: evidence(seen) });
    edits.extend(issues::edits(seen));
    edits.extend(scenarios(seen));
    if let Some(Decision { to, note }) = seen.decision {
        let (to, why, at, by) = (to.into(), note.into(), seen.at.into(), seen.who.into());
        edits.push(Edit::Decision { to, why, at, by });
    }
    edits
}

/// One piece of evidence: what was looked at, on what, and what it came to.
fn evidence(seen: &Acceptance) -> Value {
    let mut claims: BTreeMap<&str, u64> = BTreeMap::new();
    for claim in seen.claims {
        *claims.entry(claim.verdict.word()).or_default() += 1;
    }
    let levels: Vec<&str> = seen.levels.iter().map(|level| level.name()).collect();
    let mut entry = json!({
        "id": seen.id(), "kind": "validation", "at": seen.at, "durationMs": seen.duration_ms, "exit": seen.exit,
        "levels": levels, "claims": claims, "baseline": seen.baseline, "commit": seen.commit, "tree": seen.tree,
        "uncommitted": seen.uncommitted,
    });
    let environment = seen.results.map(|results| {
        let rustc = results.tools.rustc_vv.as_deref().and_then(|text| text.lines().next());
        json!({ "rustc": rustc, "cargo": results.tools.cargo, "triple": results.tools.triple,
            "cargoHandoff": env!("CARGO_PKG_VERSION") })
    });
    let mut add = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            entry[key] = value;
        }
    };
    add("checks", seen.results.map(checks));
    add("environment", environment);
    add("steps", (!seen.steps.is_empty()).then(|| json!(seen.steps)));
    add("decided", seen.decision.map(|decision| decision.to.into()));
    add("by", Some(BY.into()));
    entry
}

/// Commands and suites by outcome.
fn checks(results: &Results) -> Value {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    let commands = results.commands.iter().map(|command| command.outcome);
    for outcome in commands.chain(results.suites.iter().map(|suite| suite.outcome)) {
        *counts.entry(Outcome::word(outcome)).or_default() += 1;
    }
    json!(counts)
}

/// What the scenarios came to for the acceptance stage: beside `testPlan.scenarios[].status`, which is left alone.
fn scenarios(seen: &Acceptance) -> Vec<Edit> {
    let Some(standing) = seen.standing.filter(|_| seen.steps.is_empty()) else { return Vec::new() };
    let mut edits = Vec::new();
    for scenario in &seen.payload.scenarios {
        let Some(borne) = standing.scenarios.get(&scenario.id) else { continue };
        let (status, why) = match borne {
            Ok(()) => ("verified", None),
            Err(reasons) => ("not-verified", Some(reasons.join("; "))),
        };
        let id = format!("scenario:{}", scenario.id);
        let old = ours(seen.payload, "scenarioStatus").find(|entry| text(entry, "id") == id);
        let is_same = |old: &Map<String, Value>| {
            text(old, "status") == status && old.get("why").and_then(Value::as_str) == why.as_deref()
        };
        if old.is_some_and(is_same) {
            continue;
        }
        let mut entry = Map::from_iter([
            ("id".to_owned(), id.into()),
            ("scenario".to_owned(), scenario.id.as_str().into()),
            ("status".to_owned(), status.into()),
            ("why".to_owned(), why.into()),
            ("at".to_owned(), seen.at.into()),
            ("evidenceRef".to_owned(), seen.id().into()),
            ("by".to_owned(), BY.into()),
        ]);
        if let Some(old) = old {
            let mut history = history(old);
            if text(old, "status") != status {
                history.push(former(old, &["status", "why", "at", "evidenceRef"]));
            }
            if !history.is_empty() {
                entry.insert("history".into(), history.into());
            }
        }
        edits.push(Edit::Finding { list: "scenarioStatus".into(), entry });
    }
    edits
}

#[cfg(test)]
mod tests;
