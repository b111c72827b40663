//! V5: the tests that are recorded with what they came to on the baseline are run there again.

use super::super::audited::texts;
use super::super::request::Context;
use super::super::scene::{Read, Scene};
use crate::answers::ClaimRow;
use crate::cancel::Cancel;
use crate::check::red::{self, Trial};
use crate::check::{self, Results};
use crate::claims::Shelf;
use crate::error::Result;
use crate::event::Run;
use crate::evidence;
use crate::payload::entries::{OnBaseline, Red, RedClass};
use crate::record;
use crate::words::{Level, Outcome, SuiteId, Verdict};
use serde::Deserialize as _;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What is needed to look again.
pub(super) struct Asked<'a> {
    pub(super) level: Level,
    pub(super) read: &'a Read,
    pub(super) scene: &'a Scene,
    pub(super) shelf: &'a Shelf,
    /// What was checked of the working tree, and what that came to.
    pub(super) checks: &'a check::Request<'a>,
    pub(super) results: &'a Results,
    /// The prescribed commands that may run on the baseline.
    pub(super) trials: Vec<Trial>,
    pub(super) context: &'a Context,
    pub(super) cancel: &'a Cancel,
    pub(super) run: &'a Run<'a>,
}

/// A row for each suite some of whose tests are recorded so, and for each such command. None below V5.
pub(super) fn hold(asked: &Asked) -> Result<Vec<ClaimRow>> {
    let (claimed, of_commands) = (claimed(asked.read), claimed_of_commands(asked.read));
    if asked.level < Level::Red || (claimed.is_empty() && of_commands.is_empty()) {
        return Ok(Vec::new());
    }
    let is_claimed = |trial: &&Trial| of_commands.iter().any(|(id, _)| *id == trial.id);
    let trials: Vec<Trial> = asked.trials.iter().filter(is_claimed).cloned().collect();
    let mut tests: BTreeMap<SuiteId, BTreeSet<String>> = BTreeMap::new();
    for (id, reds) in &claimed {
        let suite = asked.results.suites.iter().find(|suite| suite.suite.id() == *id);
        if let Some(suite) = suite {
            tests.insert(suite.suite.clone(), reds.iter().map(|red| red.test.clone()).collect());
        }
    }
    let texts = texts(asked.scene)?;
    let question = red::Asked {
        place: asked.scene.place(asked.checks.flags, asked.context, asked.cancel),
        changes: &asked.scene.changes,
        texts: &texts,
        checks: asked.checks,
        now: asked.results,
        tests: &tests,
        commands: &trials,
    };
    let answers = red::run(&question, asked.cancel, asked.run);
    asked.cancel.check()?;
    let answers = answers.map(Option::unwrap_or_default).map_err(|error| error.message);
    let row = |(id, reds): (String, Vec<Red>)| {
        let (verdict, why) = match &answers {
            Err(error) => (Verdict::NotCheckable, format!("the baseline could not be run: {error}")),
            Ok(answers) => {
                let now = answers.tests.iter().find(|(suite, _)| suite.id() == id).map(|(_, now)| now.as_slice());
                held(&reds, now.unwrap_or_default(), &|red| asked.was_here(&red.evidence_ref))
            }
        };
        ClaimRow { claim: format!("red:{id}"), verdict, why, level: Level::Red }
    };
    let of_command = |(id, before): (String, OnBaseline)| {
        let trial = trials.iter().find(|trial| trial.id == id);
        let (verdict, why) = match (&answers, trial) {
            (_, None) => (Verdict::NotCheckable, not_tried(&id, asked.results)),
            (Err(error), Some(_)) => (Verdict::NotCheckable, format!("the baseline could not be run: {error}")),
            (Ok(answers), Some(trial)) => {
                let is_same = asked.was_here(&before.evidence_ref)
                    || (before.baseline == asked.scene.baseline.commit
                        && before.inputs == trial.inputs(&asked.scene.changes));
                of_one_command(&before, answers.commands.get(&id), is_same)
            }
        };
        ClaimRow { claim: format!("red:{id}"), verdict, why, level: Level::Red }
    };
    Ok(claimed.into_iter().map(row).chain(of_commands.into_iter().map(of_command)).collect())
}

impl Asked<'_> {
    /// Whether the run of this reference looked at the very tree that is here, measured from the same baseline: then what
    /// it says of a test's function, or of what a command reads, is no reason for another answer.
    fn was_here(&self, reference: &str) -> bool {
        let record = evidence::id_of(reference).and_then(|id| self.shelf.records.get(id));
        let record = record.and_then(|kept| kept.record.as_ref().ok());
        record.is_some_and(|record| {
            record.inputs.tree == self.scene.snapshot.tree() && record.baseline == self.scene.baseline.commit
        })
    }
}

/// What is recorded of commands on the baseline, by the id of their entry.
fn claimed_of_commands(read: &Read) -> Vec<(String, OnBaseline)> {
    let entries = record::ours(&read.payload, "commands").filter(|entry| !record::is_withdrawn(entry));
    let of_entry = |entry: &serde_json::Map<String, Value>| {
        let before = OnBaseline::deserialize(entry.get("before")?).ok()?;
        Some((entry.get("id")?.as_str()?.to_owned(), before))
    };
    entries.filter_map(of_entry).collect()
}

/// Why a command was not run on the baseline.
fn not_tried(id: &str, results: &Results) -> String {
    let now = results.commands.iter().find(|command| command.id == id);
    match now.map(|now| (now.outcome, now.why.as_deref())) {
        None => "it was not run here".into(),
        Some((Outcome::Passed, _)) => "it is none that could tell the baseline from the work".into(),
        Some((outcome, why)) => {
            let because = why.map(|why| format!(": {why}")).unwrap_or_default();
            format!("{outcome} here{because}")
        }
    }
}

/// What a recorded outcome of a command comes to; `is_same` where it rests on what is here.
fn of_one_command(recorded: &OnBaseline, now: Option<&OnBaseline>, is_same: bool) -> (Verdict, String) {
    let was = recorded.outcome;
    let Some(now) = now else { return (Verdict::NotCheckable, "it was not run there".into()) };
    let because = now.why.as_ref().map(|why| format!(" ({why})")).unwrap_or_default();
    let said = format!("it is recorded as {was} on the baseline, and {} there{because}", now.outcome);
    let verdict = match (was, now.outcome) {
        (was, now) if was == now => return (Verdict::Confirmed, format!("{was} on the baseline again")),
        (_, Outcome::CouldNotRun | Outcome::NotRun) => Verdict::NotReproducible,
        // What it rests on is another tree, or another baseline.
        _ if !is_same => Verdict::Stale,
        (_, Outcome::Passed) => Verdict::Contradicted,
        (_, Outcome::Failed) => Verdict::Stale,
    };
    (verdict, said)
}

/// What is recorded of tests on the baseline, by the id of their suite's entry.
fn claimed(read: &Read) -> Vec<(String, Vec<Red>)> {
    let entries = record::ours(&read.payload, "tests").filter(|entry| !record::is_withdrawn(entry));
    let of_entry = |entry: &serde_json::Map<String, Value>| {
        let reds = entry.get("red").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let reds: Vec<Red> = reds.iter().filter_map(|red| Red::deserialize(red).ok()).collect();
        Some((entry.get("id")?.as_str()?.to_owned(), reds))
    };
    entries.filter_map(of_entry).filter(|(_, reds)| !reds.is_empty()).collect()
}

/// The worst that is to be said of a suite's tests, and why.
fn held(recorded: &[Red], now: &[Red], was_here: &dyn Fn(&Red) -> bool) -> (Verdict, String) {
    let rank = |verdict: Verdict| match verdict {
        Verdict::Contradicted => 0,
        Verdict::NotReproducible => 1,
        Verdict::Stale => 2,
        Verdict::NotCheckable => 3,
        Verdict::Confirmed => 4,
    };
    let all = recorded.iter().map(|red| of_one(red, now.iter().find(|now| now.test == red.test), was_here(red)));
    let worst = all.min_by_key(|(verdict, _)| rank(*verdict));
    match worst {
        Some((Verdict::Confirmed, why)) if recorded.len() == 1 => (Verdict::Confirmed, why),
        Some((Verdict::Confirmed, _)) | None => {
            (Verdict::Confirmed, format!("{} tests came to the same on the baseline", recorded.len()))
        }
        Some(other) => other,
    }
}

/// What one recorded class comes to; `was_here` where it was seen of this very tree, on this baseline.
fn of_one(recorded: &Red, now: Option<&Red>, was_here: bool) -> (Verdict, String) {
    let (test, was) = (&recorded.test, recorded.class);
    let Some(now) = now else {
        return (Verdict::NotCheckable, format!("`{test}` was not run: its suite has no such test here"));
    };
    let why = now.why.as_ref().map(|why| format!(" ({why})")).unwrap_or_default();
    let said = format!("`{test}` is recorded as {}, and is {} on the baseline{why}", was.word(), now.class.word());
    if was == now.class {
        return (Verdict::Confirmed, format!("`{test}` is {} on the baseline again", was.word()));
    }
    let is_another = !was_here && (recorded.function != now.function || recorded.baseline != now.baseline);
    let verdict = match now.class {
        RedClass::Inconclusive => Verdict::NotReproducible,
        // It was another test, or another baseline, that somebody saw fail.
        _ if is_another => Verdict::Stale,
        RedClass::NotRed => Verdict::Contradicted,
        RedClass::RedAssertion | RedClass::RedCompile | RedClass::Hangs | RedClass::Absent => {
            if was.strength() < now.class.strength() && was.is_red() { Verdict::Confirmed } else { Verdict::Stale }
        }
    };
    (verdict, said)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn red(test: &str, class: RedClass, function: &str) -> Red {
        Red {
            test: test.into(),
            class,
            place: None,
            why: None,
            function: Some(function.into()),
            baseline: "b".into(),
            evidence_ref: "handoff/runs/r".into(),
        }
    }

    #[test]
    fn each_other_answer_has_its_verdict() {
        use RedClass::{Absent, Inconclusive, NotRed, RedAssertion, RedCompile};
        let verdict = |was, now| of_one(&red("t", was, "f"), Some(&red("t", now, "f")), false).0;
        assert_eq!(verdict(RedAssertion, RedAssertion), Verdict::Confirmed);
        assert_eq!(verdict(RedAssertion, NotRed), Verdict::Contradicted);
        assert_eq!(verdict(Absent, NotRed), Verdict::Contradicted);
        assert_eq!(verdict(RedAssertion, RedCompile), Verdict::Stale, "weaker");
        assert_eq!(verdict(RedCompile, RedAssertion), Verdict::Confirmed, "stronger");
        assert_eq!(verdict(RedAssertion, Inconclusive), Verdict::NotReproducible);
        assert_eq!(verdict(NotRed, RedAssertion), Verdict::Stale);
        let another = |was_here| of_one(&red("t", RedAssertion, "f"), Some(&red("t", NotRed, "g")), was_here).0;
        assert_eq!(another(false), Verdict::Stale, "the test is another one");
        assert_eq!(another(true), Verdict::Contradicted, "no function is another one in the same tree");
        assert_eq!(of_one(&red("t", RedAssertion, "f"), None, false).0, Verdict::NotCheckable);
    }

    #[test]
    fn a_command_that_passes_there_did_not_fail_there() {
        use Outcome::{CouldNotRun, Failed, Passed};
        let before = |outcome| OnBaseline {
            outcome,
            why: None,
            inputs: "i".into(),
            baseline: "b".into(),
            evidence_ref: "handoff/runs/r".into(),
        };
        let verdict = |was, now, is_same| of_one_command(&before(was), Some(&before(now)), is_same).0;
        assert_eq!(verdict(Failed, Failed, true), Verdict::Confirmed);
        assert_eq!(verdict(Failed, Passed, true), Verdict::Contradicted);
        assert_eq!(verdict(CouldNotRun, Passed, true), Verdict::Contradicted);
        assert_eq!(verdict(Failed, Passed, false), Verdict::Stale);
        assert_eq!(verdict(Failed, CouldNotRun, true), Verdict::NotReproducible);
        assert_eq!(verdict(Passed, Failed, true), Verdict::Stale);
        assert_eq!(of_one_command(&before(Failed), None, true).0, Verdict::NotCheckable);
    }

    #[test]
    fn the_worst_of_a_suite_speaks_for_it() {
        let recorded = [red("a", RedClass::RedAssertion, "f"), red("b", RedClass::RedAssertion, "f")];
        let now = [red("a", RedClass::RedAssertion, "f"), red("b", RedClass::NotRed, "f")];
        let (verdict, why) = held(&recorded, &now, &|_| false);
        assert_eq!(verdict, Verdict::Contradicted);
        assert_eq!(why, "`b` is recorded as red-assertion, and is not-red on the baseline");
        assert_eq!(held(&recorded, &recorded, &|_| false).0, Verdict::Confirmed);
    }
}
