//! `https://in-toto.io/attestation/test-result/v0.1`: which tests passed and which failed.
//!
//! <https://github.com/in-toto/attestation/blob/main/spec/predicates/test-result.md>. A test is named by its suite and its
//! path, `money/lib/money tests::rounds`. Only suites of the run that is told of count: an entry of the payload that an
//! earlier run left there was seen on another tree. A suite that came to no answer is itself a failed test; so is another
//! check that failed, and a suite or a check whose entry is contradicted: no pass of its counts. A test that failed and passed is a warning where it is not counted as failed.

use super::parts::{self, MOST_BYTES, Predicate, baseline, environment, record};
use crate::check::TestOutcome;
use crate::report::dossier::{Dossier, Suite};
use crate::report::{machine, short};
use crate::words::{CheckKind, Outcome};
use serde_json::{Map, Value, json};

/// Names, as many as there is room for.
#[derive(Default)]
struct Names {
    names: Vec<String>,
    n_left_out: usize,
}

impl Names {
    fn put(&mut self, name: String, room: &mut usize) {
        if name.len() + 3 <= *room {
            *room -= name.len() + 3;
            self.names.push(name);
        } else {
            self.n_left_out += 1;
        }
    }

    fn is_empty(&self) -> bool {
        self.names.is_empty() && self.n_left_out == 0
    }
}

/// The predicate; `None` where no tests were run.
pub(super) fn of(dossier: &Dossier) -> Option<Predicate> {
    let (now, earlier): (Vec<&Suite>, Vec<&Suite>) =
        dossier.suites.iter().partition(|suite| !dossier.run.is_empty() && suite.run == dossier.run);
    let of_tests = Outcome::of_all(now.iter().map(|suite| suite.entry.status));
    if of_tests == Outcome::NotRun {
        return None;
    }
    let commands = dossier.commands.iter().map(|command| command.entry.outcome);
    let whole = Outcome::of_all(commands.chain([of_tests]));
    let (mut passed, mut warned, mut failed) = (Names::default(), Names::default(), Names::default());
    // What failed is the last to be left out.
    let mut room = MOST_BYTES;
    let is_believed = |suite: &&&Suite| !dossier.is_contradicted(&suite.entry.id);
    let failures = |suite: &&Suite| failures(suite, is_believed(&suite));
    now.iter().flat_map(failures).for_each(|name| failed.put(name, &mut room));
    for command in &dossier.commands {
        let is_bad = command.entry.outcome.is_bad() && !is_of_tests(command.entry.kind);
        if is_bad || dossier.is_contradicted(&command.entry.id) {
            failed.put(machine::line(&command.entry.id, 1000), &mut room);
        }
    }
    for (flaky, names) in [(true, &mut warned), (false, &mut passed)] {
        for suite in now.iter().filter(is_believed) {
            let tests = suite.tests.iter().filter(|(_, outcome)| **outcome == TestOutcome::Passed);
            let wanted = tests.filter(|(test, _)| suite.entry.flaky.contains(test) == flaky);
            wanted.for_each(|(test, _)| names.put(machine::test_name(&suite.suite, test), &mut room));
        }
    }
    let result = match whole {
        Outcome::Failed | Outcome::CouldNotRun => "FAILED",
        // A gate that reads this alone must not let through what `validate` does not.
        Outcome::Passed | Outcome::NotRun if !failed.is_empty() || dossier.exit != 0 => "FAILED",
        Outcome::Passed | Outcome::NotRun if warned.is_empty() => "PASSED",
        Outcome::Passed | Outcome::NotRun => "WARNED",
    };
    let n_left_out = [("passed", passed.n_left_out), ("warned", warned.n_left_out), ("failed", failed.n_left_out)];
    let body = json!({
        "result": result,
        "configuration": configuration(dossier, &n_left_out, earlier.len()),
        "passedTests": passed.names,
        "warnedTests": warned.names,
        "failedTests": failed.names,
    });
    Some(Predicate { kind: "https://in-toto.io/attestation/test-result/v0.1", body, products: Vec::new() })
}

const fn is_of_tests(kind: CheckKind) -> bool {
    match kind {
        CheckKind::Test | CheckKind::Doctest => true,
        CheckKind::Fmt | CheckKind::Clippy | CheckKind::Doc | CheckKind::Build | CheckKind::Prescribed => false,
    }
}

/// The tests of a suite that did not pass; the suite itself where none of them tells that it did not.
fn failures(suite: &Suite, is_believed: bool) -> Vec<String> {
    let tests = suite.tests.iter().filter(|(_, outcome)| outcome.is_bad());
    let mut names: Vec<String> = tests.map(|(test, _)| machine::test_name(&suite.suite, test)).collect();
    let is_told = !names.is_empty() && suite.entry.status != Outcome::CouldNotRun;
    if (suite.entry.status.is_bad() && !is_told) || !is_believed {
        names.push(machine::line(&suite.suite.to_string(), 1000));
    }
    names
}

/// What the tests were run with: the payload, with the tools, the commands, and how much is not told here.
fn configuration(dossier: &Dossier, left_out: &[(&str, usize)], n_earlier: usize) -> Vec<Value> {
    let mut annotations = environment(dossier);
    let commands = dossier.commands.iter().filter(|command| command.run == dossier.run);
    let n_other_commands = dossier.commands.len() - commands.clone().count();
    let commands = commands.take(100).map(|command| machine::line(&command.entry.command, 300).into());
    annotations.insert("run".to_owned(), machine::line(&dossier.run, 100).into());
    annotations.insert("commands".to_owned(), Value::Array(commands.collect()));
    let n_cached = dossier.suites.iter().filter(|suite| suite.is_cached).count();
    let short: Vec<Value> = short::of(dossier).iter().take(100).map(|why| machine::line(why, 300).into()).collect();
    if !short.is_empty() {
        annotations.insert("fellShort".to_owned(), Value::Array(short));
    }
    let n_left_out: Map<String, Value> =
        left_out.iter().filter(|(_, n)| 0 < *n).map(|(name, n)| ((*name).to_owned(), (*n).into())).collect();
    if !n_left_out.is_empty() {
        annotations.insert("leftOut".to_owned(), n_left_out.into());
    }
    for (name, n) in [
        ("suitesSeenEarlierAndUnchanged", n_cached),
        ("suitesOfOtherRuns", n_earlier),
        ("commandsOfOtherRuns", n_other_commands),
    ] {
        if 0 < n {
            annotations.insert(name.to_owned(), n.into());
        }
    }
    // The payload is what says which tests there are to be; the record it refers to need not be the one of this run.
    let mut described: Vec<Value> =
        parts::payload(dossier).into_iter().chain(record(dossier)).chain(baseline(dossier)).collect();
    if let Some(first) = described.first_mut() {
        first["annotations"] = annotations.into();
    }
    described
}
