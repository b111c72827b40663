//! What an earlier run saw of targets this one did not look at: it stays, with the time it was seen at.

use super::observed::{Observed, is_withdrawn, ours};
use crate::payload::entries::{CommandEntry, TargetOutcome};
use crate::words::{CheckKind, Outcome, SuiteId, TargetId, TargetKind};
use serde::Deserialize as _;
use serde_json::{Map, Value};

/// The command with the targets of its former entry that are still there and were not selected this time. A target
/// that did not pass and is not affected any more is let go: nothing of this work hangs on it.
pub(super) fn with_kept(mut command: CommandEntry, observed: &Observed) -> CommandEntry {
    let former = ours(observed.payload, "commands")
        .find(|entry| entry.get("id").and_then(Value::as_str) == Some(&command.id) && !is_withdrawn(entry));
    let kept = former.map(|former| kept(former, observed)).unwrap_or_default();
    if kept.is_empty() {
        return command;
    }
    let worst = Outcome::of_all(kept.iter().map(|target| target.outcome).chain([command.outcome]));
    if worst != command.outcome {
        let target = kept.iter().find(|target| target.outcome == worst);
        command.why = target.filter(|_| worst.is_bad()).map(|target| {
            let why = target.why.as_deref().unwrap_or(worst.word());
            format!("{}, not looked at this time: {why}", target.package)
        });
        command.outcome = worst;
    }
    command.targets.extend(kept);
    command.targets.sort_by(|a, b| (&a.package, a.kind, &a.name).cmp(&(&b.package, b.kind, &b.name)));
    command
}

/// The targets of a former entry that stay as they are.
fn kept(former: &Map<String, Value>, observed: &Observed) -> Vec<TargetOutcome> {
    let seen_at = former.get("timestamp").and_then(Value::as_str);
    let targets = former.get("targets").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let targets = targets.iter().filter_map(|target| TargetOutcome::deserialize(target).ok());
    let passed = passed(former, observed);
    let stays = |target: &TargetOutcome| {
        let package = observed.graph.package(&target.package);
        let is_there = package.is_some_and(|package| {
            package.targets.iter().any(|known| known.id.kind == target.kind && known.id.name == target.name)
        });
        let is_let_go = target.outcome.is_bad() && !observed.partial;
        is_there && !is_let_go && !is_looked_at(former, target, observed)
    };
    targets
        .chain(passed)
        .filter(stays)
        .map(|target| TargetOutcome {
            observed_at: target.observed_at.clone().or_else(|| seen_at.map(str::to_owned)),
            ..target
        })
        .collect()
}

/// Whether this run looked at a target with the command of this entry.
fn is_looked_at(former: &Map<String, Value>, target: &TargetOutcome, observed: &Observed) -> bool {
    let Some(selection) = observed.results.selection.as_ref().filter(|_| observed.selected.contains(&target.package))
    else {
        return observed.selected.contains(&target.package);
    };
    // Some targets no command of this kind ever looks at: there is nothing of theirs to keep.
    let known = observed.graph.package(&target.package).and_then(|package| package.target(target.kind, &target.name));
    let has_tests = known.is_some_and(|target| target.test);
    let is_linted = !matches!(target.kind, TargetKind::Bench | TargetKind::CustomBuild);
    let id = TargetId { package: target.package.clone(), kind: target.kind, name: target.name.clone() };
    let is = |kind: CheckKind| former.get("kind").and_then(Value::as_str) == Some(kind.word());
    if is(CheckKind::Clippy) {
        !is_linted || selection.counts(&id)
    } else if is(CheckKind::Test) || is(CheckKind::Build) {
        !has_tests || selection.wants(&SuiteId { target: id, doctest: false })
    } else if is(CheckKind::Doctest) {
        selection.wants(&SuiteId { target: id, doctest: true })
    } else {
        true
    }
}

/// The targets of the packages a former entry names as passed.
fn passed(former: &Map<String, Value>, observed: &Observed) -> Vec<TargetOutcome> {
    let labels = |list: Option<&Value>| -> Vec<String> {
        let list = list.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        list.iter().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let mut seen: Vec<(Option<String>, String)> =
        labels(former.get("passed")).into_iter().map(|label| (None, label)).collect();
    for (at, list) in former.get("passedEarlier").and_then(Value::as_object).into_iter().flatten() {
        seen.extend(labels(Some(list)).into_iter().map(|label| (Some(at.clone()), label)));
    }
    let targets = seen.into_iter().filter_map(|(at, label)| Some((at, observed.graph.package(&label)?)));
    let targets = targets.flat_map(|(at, package)| {
        package.targets.iter().map(move |target| TargetOutcome {
            package: package.label.clone(),
            kind: target.id.kind,
            name: target.id.name.clone(),
            outcome: Outcome::Passed,
            errors: 0,
            warnings: 0,
            pre_existing: 0,
            why: None,
            observed_at: at.clone(),
        })
    });
    targets.collect()
}

/// Whether somebody should look again at a target of an entry which this run did not look at.
pub(super) fn is_left(former: &Map<String, Value>, observed: &Observed) -> bool {
    !kept(former, observed).is_empty()
}
