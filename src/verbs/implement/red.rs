//! The tests of the work, run on the baseline: would they have caught what they are there to catch?
//!
//! New and changed tests and doctests, those whose snapshots changed, and those that scenarios name. What is known of a
//! test from an earlier run stays as long as its function and the baseline are the same.

use super::super::around;
use super::super::request::Context;
use super::super::scene::{Read, Scene};
use super::observe;
use crate::cancel::Cancel;
use crate::check::red::{self, Answers, Trial};
use crate::check::{self, Results};
use crate::error::Result;
use crate::event::{Event, Run};
use crate::evidence;
use crate::mapping::Texts;
use crate::payload::entries::{OnBaseline, Red};
use crate::record;
use crate::report::layout::count;
use crate::standing;
use crate::words::{Outcome, SuiteId, brief, some_of};
use camino::Utf8Path;
use serde::Deserialize as _;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What is needed to look.
pub(super) struct Asked<'a> {
    pub(super) read: &'a Read,
    pub(super) scene: &'a Scene,
    /// What was checked of the working tree.
    pub(super) checks: &'a check::Request<'a>,
    pub(super) texts: &'a Texts,
    /// The prescribed commands that may run there.
    pub(super) trials: &'a [Trial],
    pub(super) context: &'a Context,
    pub(super) cancel: &'a Cancel,
    pub(super) run: &'a Run<'a>,
}

/// Runs them, and puts what they came to beside their suites. Where that cannot be found out, so is said.
pub(super) fn red(asked: &Asked, results: &mut Results) -> Result<()> {
    let tests = tests(asked, results);
    let n_tests: usize = tests.values().map(BTreeSet::len).sum();
    if n_tests == 0 {
        asked.run.remark("no test is new or changed, and no scenario names one: there is nothing to see fail");
    }
    if n_tests + asked.trials.len() == 0 {
        return Ok(());
    }
    let commit = &asked.scene.baseline.commit;
    let on = commit.get(..10).unwrap_or(commit);
    let commands = count(asked.trials.len(), "command", "commands");
    let and_commands = if asked.trials.is_empty() { String::new() } else { format!(" and {commands}") };
    asked.run.remark(format!("running {}{and_commands} on the baseline {on}", count(n_tests, "test", "tests")));
    let question = red::Asked {
        place: asked.scene.place(asked.checks.flags, asked.context, asked.cancel),
        changes: &asked.scene.changes,
        texts: asked.texts,
        checks: asked.checks,
        now: results,
        tests: &tests,
        commands: asked.trials,
    };
    let answers = red::run(&question, asked.cancel, asked.run);
    if let Some(signal) = asked.cancel.signal() {
        results.interrupted = Some(signal);
        return Ok(());
    }
    match answers {
        Ok(answers) => {
            let mut answers = answers.unwrap_or_default();
            let here = evidence::reference(asked.run.id(), false);
            answers.tests.values_mut().flatten().for_each(|red| red.evidence_ref.clone_from(&here));
            answers.commands.values_mut().for_each(|before| before.evidence_ref.clone_from(&here));
            tell(asked.run, &answers);
            for suite in &mut results.suites {
                suite.red = answers.tests.get(&suite.suite).cloned().unwrap_or_default();
            }
            for command in &mut results.commands {
                command.before = answers.commands.get(&command.id).cloned();
                if let Some(before) = &command.before {
                    asked.run.remark(sentence(&command.command, before));
                }
            }
        }
        Err(error) => asked.run.warn(format!("the baseline could not be run: {}", error.message)),
    }
    Ok(())
}

fn sentence(command: &str, before: &OnBaseline) -> String {
    let why = before.why.as_deref().map(|why| format!(": {why}")).unwrap_or_default();
    let said = match before.outcome {
        Outcome::Passed => "passes on the baseline too: it proves nothing",
        Outcome::Failed => "fails on the baseline",
        Outcome::CouldNotRun | Outcome::NotRun => "has no answer on the baseline",
    };
    format!("`{}` {said}{why}", brief(command))
}

/// Tells what each test came to, those that prove nothing first.
fn tell(run: &Run, answers: &Answers) {
    let mut all: Vec<(&SuiteId, &Red)> =
        answers.tests.iter().flat_map(|(suite, reds)| reds.iter().map(move |red| (suite, red))).collect();
    all.sort_by_key(|(_, red)| red.class.strength());
    for (suite, red) in all {
        run.tell(Event::Red {
            suite: suite.id(),
            test: red.test.clone(),
            class: red.class.word().into(),
            is_red: red.class.is_red(),
            place: red.place.clone(),
            why: red.why.clone(),
        });
    }
}

/// The tests to run.
fn tests(asked: &Asked, results: &Results) -> BTreeMap<SuiteId, BTreeSet<String>> {
    let Asked { read, scene, checks, texts, .. } = asked;
    let mut tests = red::doctests_brought(&scene.changes, texts, results);
    let mut add = |suite: &SuiteId, name: String| {
        tests.entry(suite.clone()).or_default().insert(name);
    };
    for (suite, brought) in observe::attributed(scene, texts, results, checks.root) {
        for name in brought.added.into_iter().chain(brought.changed) {
            add(&suite, name);
        }
    }
    for (suite, name) in of_snapshots(scene, results) {
        add(&suite, name);
    }
    let seen = standing::Seen {
        payload: &read.payload,
        graph: &scene.graph,
        root: checks.root,
        changes: &scene.changes,
        mapped: &scene.mapped,
        results,
    };
    for scenario in &read.payload.scenarios {
        for (suite, name) in standing::tests_of(scenario, &seen) {
            add(&suite, name);
        }
    }
    tests
}

/// The tests whose snapshots changed: `tests/snapshots/money__rounds_half_up.snap` is that of a test `rounds_half_up`.
fn of_snapshots(scene: &Scene, results: &Results) -> Vec<(SuiteId, String)> {
    let mut found = Vec::new();
    let snapshots = scene.changes.iter().filter(|change| change.file.ends_with(".snap"));
    for (package, stem) in
        snapshots.filter_map(|change| Some((change.package.as_ref()?, Utf8Path::new(&change.file).file_stem()?)))
    {
        let stem = stem.split('@').next().unwrap_or(stem);
        let last = stem.rsplit("__").next().unwrap_or(stem);
        // The second one of a test has a number.
        let plain = last.rsplit_once('-').filter(|(_, n)| n.chars().all(|c| c.is_ascii_digit())).map(|(name, _)| name);
        let of_package = results.suites.iter().filter(|suite| suite.suite.target.package == *package);
        for suite in of_package.filter(|suite| !suite.suite.doctest) {
            for name in suite.tests.keys() {
                let function = name.rsplit("::").next().unwrap_or(name);
                if function == last || Some(function) == plain {
                    found.push((suite.suite.clone(), name.clone()));
                }
            }
        }
    }
    found
}

/// Puts beside the suites what an earlier run saw of their tests, where it would be seen again.
pub(super) fn keep(asked: &Asked, results: &mut Results) {
    let Asked { read, scene, checks, texts, .. } = asked;
    let roots = red::Roots { graph: &scene.graph, root: checks.root };
    let mut dropped = Vec::new();
    for suite in &mut results.suites {
        let id = suite.suite.id();
        for red in around::recorded_reds(&read.payload, &id) {
            let is_same = red.baseline == scene.baseline.commit
                && suite.tests.contains_key(&red.test)
                && red.function == red::function(suite, &red.test, &scene.changes, texts, &roots);
            if is_same {
                suite.red.push(red);
            } else {
                dropped.push(format!("`{}`", red.test));
            }
        }
    }
    for command in &mut results.commands {
        let mut entries = record::ours(&read.payload, "commands").filter(|entry| !record::is_withdrawn(entry));
        let entry = entries.find(|entry| entry.get("id").and_then(Value::as_str) == Some(&command.id));
        let former = entry.and_then(|entry| OnBaseline::deserialize(entry.get("before")?).ok());
        let Some(former) = former else { continue };
        let trial = asked.trials.iter().find(|trial| trial.id == command.id);
        let inputs = trial.map(|trial| trial.inputs(&scene.changes));
        let is_same = former.baseline == scene.baseline.commit
            && inputs.is_some_and(|inputs| inputs == former.inputs)
            && entry.and_then(|entry| entry.get("command")?.as_str()) == Some(&command.command);
        if is_same {
            command.before = Some(former);
        } else {
            dropped.push(format!("`{}`", brief(&command.command)));
        }
    }
    if !dropped.is_empty() {
        let tests = some_of(&dropped);
        asked.run.remark(format!("{tests}: not seen to fail as it is now, `cargo handoff implement --red` looks"));
    }
}
