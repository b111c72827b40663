//! What earlier runs and other people left about a step: failures, findings, issues, questions.

use super::Item;
use crate::mapping::Mapped;
use crate::payload::model::{Payload, Step};
use crate::record::acceptance::OpenIssue;
use crate::record::{is_withdrawn, our_object, ours};
use serde_json::{Map, Value};

/// Suites and commands of the step's packages that did not pass when they were last seen.
pub(super) fn failures(mapped: &Mapped, payload: &Payload) -> Vec<Item> {
    let mut items = Vec::new();
    for entry in ours(payload, "tests").filter(|entry| !is_withdrawn(entry)) {
        let is_here = text(entry, "package").is_some_and(|package| mapped.packages.iter().any(|own| own == package));
        if !is_here || matches!(text(entry, "status"), Some("passed" | "not-run") | None) {
            continue;
        }
        let suite = text(entry, "id").unwrap_or_default().trim_start_matches("test:").to_owned();
        let failed = entry.get("failures").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        for failure in failed.iter().filter_map(Value::as_object) {
            let name = text(failure, "name").unwrap_or_default();
            let said = text(failure, "excerpt").and_then(last_words).unwrap_or_default();
            items.push(Item::words(format!("{suite}: `{name}` failed{said}")));
        }
        if failed.is_empty() {
            items.push(Item::words(format!("{suite}: {}", text(entry, "status").unwrap_or_default())));
        }
    }
    for entry in ours(payload, "commands").filter(|entry| !is_withdrawn(entry)) {
        let targets = entry.get("targets").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        for target in targets.iter().filter_map(Value::as_object) {
            let is_here =
                text(target, "package").is_some_and(|package| mapped.packages.iter().any(|own| own == package));
            let n = target.get("preExisting").and_then(Value::as_u64).unwrap_or(0);
            if is_here && 0 < n {
                let (kind, name) = (text(entry, "kind").unwrap_or_default(), text(target, "name").unwrap_or_default());
                let were = if n == 1 { "finding that was" } else { "findings that were" };
                items.push(Item::words(format!("{kind} of {name}: {n} {were} there before the work")));
            }
        }
    }
    items
}

/// `: assertion failed …`, from what a test printed.
fn last_words(excerpt: &str) -> Option<String> {
    let lines: Vec<&str> = excerpt.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let at = lines.iter().position(|line| line.contains("panicked at"))?;
    lines.get(at + 1).map(|line| format!(": {line}"))
}

/// Audit findings, issues of the acceptance, open questions and follow-ups that concern the step.
pub(super) fn open(step: &Step, files: &[String], payload: &Payload, issues: &[OpenIssue]) -> Vec<Item> {
    let mut items = Vec::new();
    for issue in issues.iter().filter(|issue| issue.steps.is_empty() || issue.steps.contains(&step.id)) {
        let actual = issue.actual.as_ref().map(|actual| format!("; it is so: {actual}")).unwrap_or_default();
        let item = Item::words(format!("issue {}: {}{actual}", issue.id, issue.expected));
        items.push(match issue.files.first() {
            Some(file) => item.at(file.clone()),
            None => item,
        });
    }
    let findings = our_object(payload, "audit").and_then(|audit| audit.get("findings")).and_then(Value::as_array);
    for finding in findings.into_iter().flatten().filter_map(Value::as_object) {
        let about = text(finding, "about").and_then(|about| about.strip_prefix("step:"));
        let file = text(finding, "file");
        if about == Some(&step.id) || file.is_some_and(|file| files.iter().any(|own| own == file)) {
            let item = Item::words(text(finding, "text").unwrap_or_default());
            items.push(match (file, finding.get("line").and_then(Value::as_u64)) {
                (Some(file), Some(line)) => item.at(format!("{file}:{line}")),
                (Some(file), None) => item.at(file),
                (None, _) => item,
            });
        }
    }
    items.extend(payload.questions.iter().map(|question| {
        let owner = question.owner.as_ref().map(|owner| format!(" (ask {owner})")).unwrap_or_default();
        Item::words(format!("question: {}{owner}", question.text))
    }));
    let follow_ups = payload.implementation.get("followUps").and_then(Value::as_array);
    let is_of_another = |entry: &Map<String, Value>| {
        let of = text(entry, "id").and_then(|id| id.strip_prefix("follow-up:step:"));
        of.is_some_and(|of| of.strip_prefix(step.id.as_str()).is_none_or(|rest| !rest.starts_with([':', '#'])))
    };
    let entries = follow_ups.into_iter().flatten().filter_map(Value::as_object);
    for entry in entries.filter(|entry| !is_withdrawn(entry) && !is_of_another(entry)) {
        items.extend(text(entry, "text").map(|text| Item::words(format!("follow-up: {text}"))));
    }
    items
}

fn text<'a>(entry: &'a Map<String, Value>, key: &str) -> Option<&'a str> {
    entry.get(key).and_then(Value::as_str)
}
