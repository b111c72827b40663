//! What proves nothing: success signals nobody shows, tests that pass without the work.

use super::Seen;
use super::listed::recorded;
use crate::check::red;
use crate::payload::entries::{CommandEntry, OnBaseline, Red, RedClass};
use crate::payload::model::Prescribed;
use crate::words::{Finding, FindingKind, Outcome, brief};
use serde::Deserialize as _;
use std::collections::BTreeMap;

pub(super) fn find(seen: &Seen) -> Vec<Finding> {
    let payload = seen.work.payload;
    let unproven = payload.steps.iter().filter_map(|step| {
        let is_covered = payload.scenarios.iter().any(|scenario| scenario.steps.contains(&step.id))
            || payload.prescribed.iter().any(|prescribed| prescribed.steps.contains(&step.id));
        let signal = step.success_signal.as_deref().filter(|_| !is_covered)?;
        let text = format!("nothing proves the success signal of step `{}`: \"{}\"", step.id, brief(signal));
        Some(Finding::new(FindingKind::UnprovenSignal, text).about(format!("step:{}", step.id)))
    });
    unproven.chain(not_red(seen)).chain(idle(seen)).collect()
}

/// Prescribed commands that were run on the baseline and passed there: in this run, else in the one that was recorded,
/// where nothing it rests on has changed since.
fn idle(seen: &Seen) -> Vec<Finding> {
    let recorded: Vec<CommandEntry> =
        recorded(seen.work.payload, "commands").filter_map(|entry| CommandEntry::deserialize(entry).ok()).collect();
    let work = red::of_work(seen.work.changes);
    let is_current = |command: &CommandEntry, before: &OnBaseline| {
        before.baseline == seen.baseline && (command.approval.is_some() || before.inputs == work)
    };
    let passed = |prescribed: &Prescribed| {
        let is_it = |command: &&CommandEntry| command.id == prescribed.id();
        let now = seen.work.results.commands.iter().find(is_it).filter(|command| command.before.is_some());
        let command = now.or_else(|| recorded.iter().find(is_it))?;
        let before = command.before.as_ref().filter(|before| is_current(command, before))?;
        (before.outcome == Outcome::Passed).then(|| {
            let (line, place) = (brief(&prescribed.command), in_words(&prescribed.place));
            let text = format!("`{line}` of {place} passes on the baseline too: it does not show this work");
            Finding::new(FindingKind::ProvesNothing, text).about(command.id.clone())
        })
    };
    seen.work.payload.prescribed.iter().filter_map(passed).collect()
}

/// Where a command is prescribed: `scenario:s` is scenario `s`.
fn in_words(place: &str) -> String {
    match place.split_once(':') {
        Some((kind @ ("scenario" | "step"), id)) => format!("{kind} `{id}`"),
        Some(_) | None => format!("`{place}`"),
    }
}

/// Tests that were run on the baseline and passed there: in this run, else in the one that was recorded.
fn not_red(seen: &Seen) -> Vec<Finding> {
    let mut red: BTreeMap<String, Vec<Red>> = BTreeMap::new();
    for entry in recorded(seen.work.payload, "tests") {
        let id = entry.get("id").and_then(|id| id.as_str()).unwrap_or_default();
        let listed = entry.get("red").and_then(|red| red.as_array()).into_iter().flatten();
        red.insert(id.to_owned(), listed.filter_map(|red| Red::deserialize(red).ok()).collect());
    }
    for suite in seen.work.results.suites.iter().filter(|suite| !suite.red.is_empty()) {
        red.insert(suite.suite.id(), suite.red.clone());
    }
    let mut findings = Vec::new();
    for (suite, red) in red {
        for red in red.into_iter().filter(|red| red.class == RedClass::NotRed) {
            let text = format!("`{}` passes on the baseline too: it does not show this work", red.test);
            let finding = Finding::new(FindingKind::ProvesNothing, text).about(suite.clone());
            findings.push(match red.place.as_deref().and_then(|place| place.rsplit_once(':')) {
                Some((file, _)) => finding.file(file),
                None => finding,
            });
        }
    }
    findings
}
