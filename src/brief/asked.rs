//! What the payload asks of a step: the step itself, its criteria, its scenarios, its packages.

use super::Item;
use crate::event::Via;
use crate::mapping::Mapped;
use crate::payload::model::{FileUse, Payload, Scenario, Step};
use crate::words::shell_word;
use serde_json::Value;
use std::collections::BTreeSet;

/// The step as the plan has it, and what was noted of it.
pub(super) fn step(step: &Step, payload: &Payload) -> Vec<Item> {
    let mut items = vec![Item::words(step.name.clone())];
    let more = step.own_text.trim();
    items.extend((more != step.name.trim() && !more.is_empty()).then(|| Item::words(more.to_owned())));
    items.extend(step.status.as_ref().map(|status| Item::words(format!("status: {status}"))));
    items.extend(step.files.iter().map(|file| {
        let usage = match file.usage {
            FileUse::Plain => "to be changed",
            FileUse::ToModify => "to be modified",
            FileUse::Create => "to be created",
            FileUse::Reference => "to be read only",
            FileUse::Dependency => "depended on, to be read only",
        };
        Item::words(usage).at(file.path.clone())
    }));
    for id in &step.depends {
        let status = payload.steps.iter().find(|other| other.id == *id).and_then(|other| other.status.as_deref());
        items.push(Item::words(format!("waits for step {id} ({})", status.unwrap_or("no status yet"))));
    }
    if !step.edits.is_empty() {
        let n = step.edits.len();
        items.push(Item::words(format!(
            "it carries edits ({n}): `implement` makes them before its checks, once approved"
        )));
        items.push(Item::code(format!("cargo handoff trust {}", shell_word(&format!("step:{}:edits", step.id)))));
    }
    items.extend(step.success_signal.iter().map(|signal| Item::words(format!("it succeeded when: {signal}"))));
    items.extend(notes(step, payload));
    items
}

/// Outlines and clarifications that were noted for the step.
fn notes(step: &Step, payload: &Payload) -> Vec<Item> {
    let mut items = Vec::new();
    for list in ["outlines", "clarifications"] {
        let entries = payload.implementation.get(list).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        for entry in entries.iter().filter(|entry| entry.get("step").and_then(Value::as_str) == Some(&step.id)) {
            for key in ["signature", "invariant", "criterion", "text"] {
                let text = entry.get(key).and_then(Value::as_str);
                items.extend(text.map(|text| match key {
                    "signature" => Item::code(text),
                    "text" => Item::words(format!("clarified: {text}")),
                    key => Item::words(format!("{key}: {text}")),
                }));
            }
        }
    }
    items
}

/// The scenarios that belong to a step; all of them where none is linked to any.
pub(super) fn scenarios_of<'a>(step: &'a Step, payload: &'a Payload) -> impl Iterator<Item = &'a Scenario> {
    let is_told = payload.scenarios.iter().any(|scenario| !scenario.steps.is_empty());
    payload.scenarios.iter().filter(move |scenario| !is_told || scenario.steps.contains(&step.id))
}

/// The criteria its scenarios cover; all of them where none is linked to anything.
pub(super) fn criteria(step: &Step, payload: &Payload) -> Vec<Item> {
    let coverage = payload.coverage();
    let own: BTreeSet<&str> = scenarios_of(step, payload).map(|scenario| scenario.id.as_str()).collect();
    let is_ours = |scenarios: &[String]| scenarios.iter().any(|id| own.contains(id.as_str()));
    let criteria = coverage.criteria.iter().filter(|criterion| !coverage.is_told || is_ours(&criterion.scenarios));
    criteria
        .map(|criterion| {
            let id = criterion.id.clone().unwrap_or_else(|| criterion.number.to_string());
            let through: Vec<&str> =
                criterion.scenarios.iter().map(String::as_str).filter(|id| own.contains(id)).collect();
            let through = if through.is_empty() { String::new() } else { format!(" ({})", through.join(", ")) };
            Item::words(format!("{id}: {}{through}", criterion.text))
        })
        .collect()
}

/// Its scenarios, with what shows each. `known` are the test paths that are there, each with its place.
pub(super) fn scenarios(step: &Step, payload: &Payload, known: &[(String, String)]) -> Vec<Item> {
    let mut items = Vec::new();
    for scenario in scenarios_of(step, payload) {
        items.push(Item::words(format!("{}: {}", scenario.id, scenario.name)));
        for test in &scenario.tests {
            let last = test.rsplit("::").next().unwrap_or(test);
            let found = known.iter().find(|(path, _)| path.rsplit("::").next() == Some(last));
            items.push(match found {
                Some((_, at)) => Item::code(test.clone()).at(at.clone()),
                None => Item::words(format!("test `{test}`: to be written")),
            });
        }
        items.extend(scenario.command.iter().map(|command| Item::code(command.clone())));
        if scenario.tests.is_empty() && scenario.command.is_none() {
            items.push(Item::words(format!("{} names no test and no command yet", scenario.id)));
        }
    }
    items
}

/// Its packages and targets with the reasons.
pub(super) fn targets(mapped: &Mapped) -> Vec<Item> {
    let reasons: Vec<String> = mapped.via.iter().map(Via::in_words).collect();
    let mut items = vec![Item::words(format!("packages: {} (by {})", mapped.packages.join(", "), reasons.join(", ")))];
    items.extend(mapped.targets.iter().map(|target| Item::code(target.to_string())));
    items
}
