//! What proves nothing: success signals nobody shows, tests that pass without the work.

use super::Seen;
use super::listed::recorded;
use crate::payload::entries::{Red, RedClass};
use crate::words::{Finding, FindingKind, brief};
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
    unproven.chain(not_red(seen)).collect()
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
