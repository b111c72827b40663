//! Results -> the table, the problems, the ending: what every verb that checks has to say at the end.

use crate::answers::{Closing, Ending, Next, Problem, ReportRow, Row};
use crate::check::{Results, SuiteResult};
use crate::error::{Code, worse};
use crate::payload::entries::TargetOutcome;
use crate::record;
use crate::report::layout::count;
use crate::standing::{self, Standing};
use crate::words::{CheckKind, Outcome, TargetId, some_of, total};
use std::collections::{BTreeMap, BTreeSet};

/// One row a target: what each check came to.
pub(super) fn rows(results: &Results) -> Vec<Row> {
    let mut rows: BTreeMap<TargetId, Row> = BTreeMap::new();
    for command in &results.commands {
        for target in &command.targets {
            let row = row(&mut rows, id(target));
            let cell = match command.kind {
                CheckKind::Fmt => &mut row.fmt,
                CheckKind::Clippy => &mut row.clippy,
                CheckKind::Doc => &mut row.doc,
                CheckKind::Build | CheckKind::Test | CheckKind::Doctest | CheckKind::Prescribed => continue,
            };
            *cell = Some(Outcome::of_all(cell.iter().copied().chain([target.outcome])));
        }
    }
    for suite in &results.suites {
        let row = row(&mut rows, suite.suite.target.clone());
        row.cached = suite.cached && (row.test.is_none() || row.cached);
        row.test = Some(Outcome::of_all(row.test.iter().copied().chain([suite.outcome])));
        row.passed += suite.counts.passed;
        row.listed += suite.counts.listed;
        row.ignored += suite.counts.ignored;
        row.duration_ms += suite.duration_ms;
    }
    rows.into_values().collect()
}

fn row(rows: &mut BTreeMap<TargetId, Row>, target: TargetId) -> &mut Row {
    rows.entry(target.clone()).or_insert(Row {
        target,
        fmt: None,
        clippy: None,
        doc: None,
        test: None,
        passed: 0,
        listed: 0,
        ignored: 0,
        duration_ms: 0,
        cached: false,
    })
}

fn id(target: &TargetOutcome) -> TargetId {
    TargetId { package: target.package.clone(), kind: target.kind, name: target.name.clone() }
}

/// Everything that did not pass, failures first. `logs` is the run's folder as it should be shown.
pub(super) fn problems(results: &Results, logs: &str) -> Vec<Problem> {
    let mut problems: Vec<Problem> = Vec::new();
    // What could not run for one reason is told once.
    let mut stopped: Vec<(Problem, Vec<String>)> = Vec::new();
    for suite in results.suites.iter().filter(|suite| suite.outcome.is_bad()) {
        let log = suite.log.as_ref().map(|log| format!("{logs}/{log}"));
        let what = format!("test {}", suite.suite);
        if suite.failures.is_empty() {
            let why = suite.why.clone().unwrap_or_else(|| suite.outcome.to_string());
            let same = stopped.iter_mut().find(|(problem, _)| problem.outcome == suite.outcome && problem.why == why);
            match same {
                Some((_, suites)) => suites.push(suite.suite.to_string()),
                None => {
                    let problem = Problem { what, outcome: suite.outcome, why, excerpt: None, before: None, log };
                    stopped.push((problem, vec![suite.suite.to_string()]));
                }
            }
            continue;
        }
        problems.extend(suite.failures.iter().map(|failure| Problem {
            what: what.clone(),
            outcome: suite.outcome,
            why: failure.name.clone(),
            excerpt: Some(failure.excerpt.clone()),
            before: failure.before,
            log: log.clone(),
        }));
    }
    problems.extend(
        stopped.into_iter().map(|(problem, suites)| Problem { what: format!("test {}", some_of(&suites)), ..problem }),
    );
    for command in results.commands.iter().filter(|command| command.outcome.is_bad()) {
        let is_told_by_suite = matches!(command.kind, CheckKind::Build | CheckKind::Test | CheckKind::Doctest)
            && results.suites.iter().any(|suite| suite.outcome.is_bad());
        if is_told_by_suite {
            continue;
        }
        let bad = command.targets.iter().filter(|target| target.outcome.is_bad());
        let named: Vec<String> = bad.map(|target| id(target).to_string()).collect();
        let what = if named.is_empty() {
            format!("{} `{}`", command.kind, command.command)
        } else {
            format!("{} {}", command.kind, some_of(&named))
        };
        problems.push(Problem {
            what,
            outcome: command.outcome,
            why: command.why.clone().unwrap_or_else(|| command.outcome.to_string()),
            excerpt: command.output.clone(),
            before: None,
            log: command.log.as_ref().map(|log| format!("{logs}/{}", log.path)),
        });
    }
    problems.sort_by_key(|problem| problem.outcome != Outcome::Failed);
    problems
}

/// What is open besides what did not pass, and the steps and scenarios that wait for nothing else.
pub(super) fn also_open(open: &[String], standing: &Standing, results: &Results) -> (Vec<String>, Vec<String>) {
    let mut held_up: Vec<String> =
        standing::held_up(standing, results).into_iter().map(|id| id.replacen(':', " ", 1)).collect();
    let names = |sentence: &str, who: &str| sentence.strip_prefix(who).is_some_and(|rest| rest.starts_with(": "));
    // One that is not open now (it is asserted, or was not looked at) waits for nothing.
    held_up.retain(|who| open.iter().any(|sentence| names(sentence, who)));
    let told = record::problems(results).into_iter().filter(|(outcome, _)| outcome.is_bad());
    let told: BTreeSet<String> = told.map(|(_, sentence)| sentence).collect();
    let is_told = |sentence: &&String| told.contains(*sentence) || held_up.iter().any(|who| names(sentence, who));
    let besides = open.iter().filter(|sentence| !is_told(sentence)).cloned().collect();
    (besides, held_up)
}

/// What to type where programs are not on this machine, and whether nothing else stands in the way.
pub(super) fn install(results: &Results, verb: &str) -> (Vec<Next>, bool) {
    let mut components = BTreeSet::new();
    let mut programs = BTreeSet::new();
    for name in results.commands.iter().filter_map(|command| command.wanting.as_deref()) {
        match name {
            "cargo-fmt" | "rustfmt" => _ = components.insert("rustfmt"),
            "cargo-clippy" | "clippy-driver" => _ = components.insert("clippy"),
            program => _ = programs.insert(format!("`{program}`")),
        }
    }
    let mut all = Vec::new();
    if !components.is_empty() {
        let names: Vec<&str> = components.into_iter().collect();
        all.push(next(format!("rustup component add {}", names.join(" ")), "not on this machine, and needed"));
    }
    if !programs.is_empty() {
        let programs: Vec<String> = programs.into_iter().collect();
        let why = format!("again, once there is {} on this machine: install it first", some_of(&programs));
        all.push(next(format!("cargo handoff {verb}"), &why));
    }
    let is_else = results.commands.iter().any(|command| command.outcome.is_bad() && command.wanting.is_none())
        || results.suites.iter().any(|suite| suite.outcome.is_bad());
    (all, !is_else)
}

/// How many tests passed, in words; where some could not run, that too.
pub(super) fn tests_in_words(results: &Results) -> String {
    let sum = |of: fn(&SuiteResult) -> u64| total(results.suites.iter().map(of));
    let (passed, listed) = (sum(|suite| suite.counts.passed), sum(|suite| suite.counts.listed));
    let ignored = match sum(|suite| suite.counts.ignored) {
        0 => String::new(),
        n_ignored => format!(" ({n_ignored} ignored)"),
    };
    let stopped = results.suites.iter().filter(|suite| suite.outcome == Outcome::CouldNotRun).count();
    let stopped = (0 < stopped).then(|| count(stopped, "suite could not run", "suites could not run"));
    let tests = count(usize::try_from(listed).unwrap_or(usize::MAX), "test", "tests");
    match (listed, stopped) {
        (0, None) => "no tests".to_owned(),
        (0, Some(stopped)) => format!("no test ran: {stopped}"),
        (_, None) => format!("{passed} of {tests}{ignored} passed"),
        (_, Some(stopped)) => format!("{passed} of {tests}{ignored} passed, {stopped}"),
    }
}

/// How many findings were there before.
pub(super) fn n_pre_existing(results: &Results) -> u64 {
    total(results.commands.iter().flat_map(|command| &command.targets).map(|target| target.pre_existing))
}

/// The ending that goes with an exit code.
pub(super) const fn ending(exit: u8) -> Ending {
    match exit {
        0 => Ending::Passed,
        103 => Ending::Paused,
        77 | 100 | 105 => Ending::Failed,
        106 | 129 | 130 | 143 => Ending::Interrupted,
        _ => Ending::Error,
    }
}

/// A report that could not be written stands open, and is worse than what was found.
pub(super) fn reported(closing: &mut Closing, reports: &[ReportRow]) {
    let failed: Vec<String> = reports.iter().filter_map(|report| report.failed.clone()).collect();
    if failed.is_empty() {
        return;
    }
    closing.open.extend(failed);
    let exit = worse(closing.exit, Code::Io.exit());
    if exit != closing.exit {
        (closing.exit, closing.outcome) = (exit, ending(exit));
    }
}

/// What is denied stands open: nothing is ready, and where all held otherwise the run failed.
pub(super) fn deny(closing: &mut Closing, denied: Vec<String>) {
    if denied.is_empty() {
        return;
    }
    closing.ready = false;
    closing.open.extend(denied);
    closing.next.insert(0, next("cargo handoff explain findings", "what is found, and what to do about it"));
    if closing.exit == 0 {
        closing.exit = Code::CheckFailed.exit();
        closing.outcome = ending(closing.exit);
    }
}

/// A closing without anything open.
pub(super) fn plain(verb: &str, next: Vec<Next>) -> Closing {
    Closing { verb: verb.into(), outcome: Ending::Passed, exit: 0, ready: false, open: Vec::new(), next }
}

/// A command to type next.
pub(super) fn next(command: impl Into<String>, why: &str) -> Next {
    Next { command: command.into(), why: why.into() }
}

#[cfg(test)]
mod tests;
