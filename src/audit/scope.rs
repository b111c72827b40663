//! The changes against the plan: what no step names, what was to be touched and was not, what is called done without
//! a change; scenarios without tests, criteria without scenarios.

use super::Seen;
use super::changed::file_name;
use super::told::quoted;
use crate::mapping::{self, Mapped};
use crate::payload::model::{FileUse, Step};
use crate::standing::{COMPLETED, Reference};
use crate::words::{Finding, FindingKind};
use crate::workspace::changes::Change;
use camino::Utf8PathBuf;
use std::collections::BTreeMap;

/// More files than this are told by package.
const MOST_FILES: usize = 12;

pub(super) fn find(seen: &Seen) -> Vec<Finding> {
    let mut findings = unplanned(seen);
    let work = &seen.work;
    for step in &work.payload.steps {
        let Some(mapped) = work.mapped.iter().find(|mapped| mapped.step == step.id) else { continue };
        findings.extend(untouched(step, mapped));
        findings.extend(done_without_change(step, mapped, work.changes));
    }
    findings.extend(untested(seen));
    findings.extend(uncovered(seen));
    findings
}

/// Changed files that no step and no scenario names.
fn unplanned(seen: &Seen) -> Vec<Finding> {
    let work = &seen.work;
    let tests = work.payload.scenarios.iter().flat_map(|scenario| &scenario.tests);
    let named: Vec<Utf8PathBuf> = tests
        .filter_map(|text| match Reference::read(text, work.graph, work.root) {
            Reference::File(path) => Some(path),
            Reference::InPackage { .. } | Reference::Anywhere(_) | Reference::Nowhere => None,
        })
        .collect();
    let has_manifest = work.changes.iter().any(|change| file_name(&change.file) == "Cargo.toml");
    let is_planned = |change: &&Change| {
        !mapping::steps_naming(work.mapped, change).is_empty()
            || work.mapped.iter().any(|mapped| is_as_a_whole(mapped, change))
            || named.contains(&work.root.join(&change.file))
            // It follows its manifests.
            || (file_name(&change.file) == "Cargo.lock" && has_manifest)
    };
    let unplanned: Vec<&Change> = work.changes.iter().filter(|change| !is_planned(change)).collect();
    let found = |text: String| Finding::new(FindingKind::Unplanned, text);
    if unplanned.len() <= MOST_FILES {
        let one = |change: &Change| {
            found(format!("it was {}, and no step names it", change.kind.word())).file(change.file.clone())
        };
        return unplanned.into_iter().map(one).collect();
    }
    let mut by_package: BTreeMap<Option<&str>, Vec<&str>> = BTreeMap::new();
    for change in unplanned {
        by_package.entry(change.package.as_deref()).or_default().push(&change.file);
    }
    let told = |(package, files): (Option<&str>, Vec<&str>)| match files.as_slice() {
        [file] => found("it changed, and no step names it".into()).file(*file),
        files => {
            let of = package.map_or_else(|| "outside every package".to_owned(), |package| format!("of `{package}`"));
            found(format!("{} files {of} changed, and no step names them: {}", files.len(), quoted(files.to_vec())))
        }
    };
    by_package.into_iter().map(told).collect()
}

/// Whether a step without files has this one's package, or stands for everything.
fn is_as_a_whole(mapped: &Mapped, change: &Change) -> bool {
    let is_its = |label: &Option<String>| label.as_ref().is_some_and(|label| mapped.packages.contains(label));
    mapped.work.files.is_empty() && (mapped.whole_workspace || is_its(&change.package) || is_its(&change.from_package))
}

/// Files the step says are to be made or modified, and were not.
fn untouched(step: &Step, mapped: &Mapped) -> Vec<Finding> {
    let asked = |path: &str| step.files.iter().find(|file| file.path == path).map(|file| file.usage);
    let missing = |path: &str| match asked(path) {
        Some(FileUse::Create) => Some((path.to_owned(), "created")),
        Some(FileUse::ToModify) => Some((path.to_owned(), "modified")),
        Some(FileUse::Plain | FileUse::Reference | FileUse::Dependency) | None => None,
    };
    let files = mapped.work.files.iter();
    let missing: Vec<(String, &str)> =
        files.filter(|file| file.changed.is_empty()).filter_map(|file| missing(&file.path)).collect();
    let found = |text: String| Finding::new(FindingKind::Untouched, text).about(format!("step:{}", step.id));
    if 3 < missing.len() {
        let names = quoted(missing.iter().map(|(path, _)| path.as_str()));
        let text = format!(
            "step `{}` says to create or modify {} files that were not touched: {names}",
            step.id,
            missing.len()
        );
        return vec![found(text)];
    }
    let one = |(path, what): (String, &str)| {
        found(format!("step `{}` says it is to be {what}, and it was not touched", step.id)).file(path)
    };
    missing.into_iter().map(one).collect()
}

/// Whether somebody else than this tool says that a step is done. A status of ours is held by its claim.
pub(super) fn is_said_done(step: &Step) -> bool {
    let is_done = step.status.as_ref().is_some_and(|status| COMPLETED.contains(&status.to_lowercase().as_str()));
    is_done && !step.status_is_ours
}

fn done_without_change(step: &Step, mapped: &Mapped, changes: &[Change]) -> Option<Finding> {
    let files = &mapped.work.files;
    let is_there = if files.is_empty() {
        mapping::work_is_there(mapped, changes).is_ok()
    } else {
        files.iter().any(|file| !file.changed.is_empty())
    };
    let what = match files.as_slice() {
        [] if mapped.whole_workspace => "nothing changed in any package".to_owned(),
        [] => format!("nothing changed in {}", quoted(mapped.packages.iter().map(String::as_str))),
        [file] => format!("`{}` did not change", file.path),
        files => format!("none of its {} files changed", files.len()),
    };
    let who = if step.asserted { " (a person vouches for it)" } else { "" };
    let found = || {
        let text =
            format!("step `{}` is marked {}, and {what}{who}", step.id, step.status.as_deref().unwrap_or_default());
        Finding::new(FindingKind::DoneWithoutChange, text).about(format!("step:{}", step.id))
    };
    (is_said_done(step) && !is_there).then(found)
}

fn untested(seen: &Seen) -> Vec<Finding> {
    let payload = seen.work.payload;
    let is_served = |id: &String| payload.prescribed.iter().any(|one| one.scenarios.contains(id));
    let untested = payload.scenarios.iter().filter(|one| one.tests.is_empty() && !is_served(&one.id));
    let one = |scenario: &crate::payload::model::Scenario| {
        let who = if scenario.asserted { " (a person vouches for it)" } else { "" };
        Finding::new(
            FindingKind::ScenarioWithoutTest,
            format!("scenario `{}` names no test and no command{who}", scenario.id),
        )
        .about(format!("scenario:{}", scenario.id))
    };
    untested.map(one).collect()
}

fn uncovered(seen: &Seen) -> Vec<Finding> {
    let coverage = seen.work.payload.coverage();
    let found = |text: String| Finding::new(FindingKind::CriterionWithoutScenario, text);
    match coverage.criteria.len() {
        0 => Vec::new(),
        1 if !coverage.is_told => vec![found("nothing links the acceptance criterion to a scenario".into())],
        n if !coverage.is_told => {
            vec![found(format!("nothing links any of the {n} acceptance criteria to a scenario"))]
        }
        _ => {
            let open = coverage.criteria.iter().filter(|criterion| criterion.scenarios.is_empty());
            let one = |criterion: &crate::payload::model::Criterion| {
                let name = criterion.id.as_ref().map_or_else(|| criterion.number.to_string(), |id| format!("`{id}`"));
                let text = format!("no scenario covers criterion {name}: \"{}\"", crate::words::brief(&criterion.text));
                found(text).about(format!("criterion:{}", criterion.number))
            };
            open.map(one).collect()
        }
    }
}
