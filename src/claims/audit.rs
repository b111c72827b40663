//! The audit that was recorded, against the same done anew: a finding nobody likes may have been taken out.

use super::reality::{Reality, row, row_at, text};
use crate::answers::ClaimRow;
use crate::payload::entries::AuditEntry;
use crate::payload::model::Payload;
use crate::record::our_object;
use crate::words::{Finding, FindingKind, Level, Verdict, findings_in_words, some_of};
use serde::Deserialize as _;
use serde_json::Value;

const GONE: &str = "the audit that was recorded is gone";

/// The one claim there is; none where nothing was recorded.
pub(super) fn hold(reality: &Reality) -> Option<ClaimRow> {
    let payload = reality.payload;
    let handoff = our_object(payload, "handoff")?;
    let (verdict, why) = match our_object(payload, "audit") {
        // Whoever names its record is young enough to have made an audit.
        None if handoff.get("record").is_some() => (Verdict::Contradicted, GONE.to_owned()),
        None => (Verdict::NotCheckable, "recorded by an earlier version, which made no audit".to_owned()),
        Some(recorded) => match AuditEntry::deserialize(Value::Object(recorded.clone())) {
            Ok(recorded) => judge(&recorded, reality),
            Err(_) => (Verdict::Contradicted, "its findings are not of their shape".to_owned()),
        },
    };
    Some(row("audit", verdict, why))
}

/// The same without doing it anew: only whether it is there.
pub(super) fn below(payload: &Payload) -> Option<ClaimRow> {
    let handoff = our_object(payload, "handoff")?;
    let is_gone = handoff.get("record").is_some() && our_object(payload, "audit").is_none();
    is_gone.then(|| row_at(Level::Contract, "audit", Verdict::Contradicted, GONE))
}

fn judge(recorded: &AuditEntry, reality: &Reality) -> (Verdict, String) {
    let object = |name: &str| our_object(reality.payload, name);
    let tree = object("baseline").and_then(|baseline| text(baseline, "tree"));
    let commit = object("baseline").and_then(|baseline| text(baseline, "commit"));
    let version = object("environment").and_then(|environment| text(environment, "cargoHandoff"));
    let lacking: Vec<Finding> = lacking(&reality.audit.findings, &recorded.findings);
    if lacking.is_empty() {
        let n = recorded.findings.len();
        let gone = self::lacking(&recorded.findings, &reality.audit.findings).len();
        return match (n, gone) {
            (0, _) => (Verdict::Confirmed, "nothing is found, as recorded".into()),
            (_, 0) => (Verdict::Confirmed, format!("as recorded: {}", findings_in_words(&recorded.findings))),
            (n, gone) => {
                (Verdict::Confirmed, format!("everything that is found is recorded; {gone} of {n} are settled"))
            }
        };
    }
    let sentences: Vec<String> = lacking.iter().map(Finding::sentence).collect();
    let which = some_of(&sentences);
    if version != Some(env!("CARGO_PKG_VERSION")) {
        return (Verdict::Stale, format!("another version recorded it, and did not find: {which}"));
    }
    if tree != Some(reality.tree) || commit != Some(reality.baseline.commit.as_str()) {
        return (Verdict::Stale, format!("found since it was recorded: {which}"));
    }
    if recorded.plan != reality.audit.plan {
        return (Verdict::Stale, format!("found since the plan was changed: {which}"));
    }
    (Verdict::Contradicted, format!("found on the very tree it was recorded on, and not recorded: {which}"))
}

/// Those of the findings the others do not have. Lines may have moved; what only a run can tell does not count.
fn lacking(findings: &[Finding], others: &[Finding]) -> Vec<Finding> {
    let is_same = |one: &Finding, other: &Finding| {
        (one.kind, &one.text, &one.file, &one.about) == (other.kind, &other.text, &other.file, &other.about)
    };
    let is_of_trees = |finding: &&Finding| {
        let is_of_suite = finding.about.as_ref().is_some_and(|about| about.starts_with("test:"));
        // What a command came to on the baseline stands in the payload.
        let is_of_command = finding.about.as_ref().is_some_and(|about| about.starts_with("command:"));
        (finding.kind != FindingKind::ProvesNothing || is_of_command) && !is_of_suite
    };
    let lacking = findings.iter().filter(is_of_trees).filter(|one| !others.iter().any(|other| is_same(one, other)));
    lacking.cloned().collect()
}
