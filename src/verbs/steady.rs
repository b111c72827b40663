//! Did the inputs of a check hold still while it ran?
//!
//! An outcome belongs to one tree. Where a file moved in between, the checks that could have read it have no
//! outcome at all: `could-not-run: input changed`.

use crate::check::Results;
use crate::error::Result;
use crate::git::{Snapshot, names};
use crate::words::{CheckKind, Outcome};
use crate::workspace::affected::Question;
use crate::workspace::changes::{Change, ChangeKind};
use crate::workspace::graph::Graph;
use crate::workspace::steering::Steering;
use crate::workspace::units::Facts;
use camino::Utf8Path;
use std::collections::{BTreeMap, BTreeSet};

/// The files that are not the same in both, named relative to the payload's root.
pub(super) fn moved(before: &Snapshot, after: &Snapshot) -> Result<Vec<String>> {
    if before.tree() == after.tree() {
        return Ok(Vec::new());
    }
    let (before, after) = (before.files()?, after.files()?);
    Ok(differing(&before, &after))
}

fn differing(before: &BTreeMap<String, String>, after: &BTreeMap<String, String>) -> Vec<String> {
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    names.into_iter().filter(|name| before.get(*name) != after.get(*name)).cloned().collect()
}

/// Takes their outcome from the checks that could have read these files.
pub(super) fn unsettle(results: &mut Results, moved: &[String], graph: &Graph, root: &Utf8Path) {
    if moved.is_empty() {
        return;
    }
    let changes: Vec<Change> = moved.iter().map(|file| change(file, graph, root)).collect();
    let question = Question {
        graph,
        root,
        changes: &changes,
        elsewhere: &[],
        steering: &Steering::by_name(graph, root, &changes),
        asked: &BTreeMap::new(),
        only_asked: false,
        kept: &results.facts,
        current: &results.facts,
    };
    // What tests were seen to open may have been opened by others that ran at the same time: here that is no ground.
    let facts = Facts { reads: Vec::new(), ..results.facts.clone() };
    let touched = question.decide(&facts).packages();
    let is_touched = |package: &str| touched.contains(package);
    let why = format!("input changed while it ran: `{}`", moved[0]);
    for suite in results.suites.iter_mut().filter(|suite| is_touched(&suite.suite.target.package)) {
        if suite.outcome != Outcome::NotRun {
            suite.outcome = Outcome::CouldNotRun;
            suite.why = Some(why.clone());
        }
    }
    for command in &mut results.commands {
        // What a prescribed command reads is anybody's guess.
        let has_answer = matches!(command.outcome, Outcome::Passed | Outcome::Failed);
        if command.kind == CheckKind::Prescribed && has_answer {
            command.outcome = Outcome::CouldNotRun;
            command.why = Some(why.clone());
        }
        for target in command.targets.iter_mut().filter(|target| is_touched(&target.package)) {
            if target.outcome != Outcome::NotRun {
                target.outcome = Outcome::CouldNotRun;
                target.why = Some(why.clone());
                command.outcome = Outcome::CouldNotRun;
                command.why = Some(why.clone());
            }
        }
    }
}

fn change(file: &str, graph: &Graph, root: &Utf8Path) -> Change {
    let path = root.as_std_path().join(names::to_path(&names::to_bytes(file)));
    Change {
        file: file.to_owned(),
        kind: ChangeKind::Modified,
        from: None,
        package: graph.owner(&path).map(|package| package.label.clone()),
        from_package: None,
        lines: None,
        before: None,
        after: None,
        new_lines: BTreeSet::new(),
        old_lines: BTreeSet::new(),
        diff: String::new(),
    }
}
