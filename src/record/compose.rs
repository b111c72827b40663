//! Our entries, as they would stand in the payload if there is news.

use super::justified::Reasons;
use super::observed::Observed;
use super::symbols;
use crate::approval::By;
use crate::check::SuiteResult;
use crate::evidence::sha256;
use crate::mapping;
use crate::payload::entries::{ChangeEntry, CommandEntry, FollowUp, LogRef, TargetShape, TestEntry, is_fix};
use crate::source::Attributed;
use crate::standing::{self, Standing};
use crate::words::{BY, CheckKind, Outcome, SuiteId, TargetKind};
use crate::workspace::changes::Change;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// The longest diff that goes into the payload; longer ones lie in the run's `changes.patch`.
const LONGEST_DIFF: usize = 2 << 10;

/// How much of diffs goes into the payload altogether.
const DIFF_BUDGET: usize = 16 << 10;

/// How much less that is for each package: what is said of its targets takes the room.
const DIFF_LESS: usize = 384;

/// How many digits of a listing's digest are kept: enough to tell one listing from another.
const DIGEST: usize = 16;

/// The most failures of one suite that go into the payload.
const MOST_FAILURES: usize = 20;

/// `implementation.changes`: one entry a changed file.
#[must_use]
pub fn changes(observed: &Observed, evidence: &str) -> Vec<ChangeEntry> {
    let shown = shown(observed);
    let n_packages = observed.graph.packages().count();
    let room = symbols::room(observed.changes.len(), n_packages);
    let reasons = Reasons::of(observed);
    let entry = |change: &Change| {
        let mut entry = change_entry(change, observed, evidence);
        entry.citations = reasons.citations(change);
        symbols::tell(&mut entry, change, observed.texts, room);
        entry.diff = entry.diff.filter(|_| shown.contains(change.file.as_str()));
        entry
    };
    observed.changes.iter().map(entry).collect()
}

/// The files whose diffs there is room for: the shortest ones, by path where they are equally long.
fn shown<'a>(observed: &Observed<'a>) -> BTreeSet<&'a str> {
    let n_packages: usize = observed.graph.workspaces.iter().map(|workspace| workspace.packages.len()).sum();
    let budget = DIFF_BUDGET.saturating_sub(DIFF_LESS * n_packages);
    let mut diffs: Vec<(usize, &str)> =
        observed.changes.iter().map(|change| (change.diff.len(), change.file.as_str())).collect();
    diffs.sort_unstable();
    let mut n_bytes = 0;
    let has_room = |(length, _): &(usize, &str)| {
        n_bytes += length;
        n_bytes <= budget
    };
    diffs.into_iter().take_while(has_room).map(|(_, file)| file).collect()
}

fn change_entry(change: &Change, observed: &Observed, evidence: &str) -> ChangeEntry {
    let reason = rationales(observed, &change.file).last().and_then(|note| text(note, "text"));
    let (rationale, rationale_source) = match (reason, observed.subjects.get(&change.file)) {
        (Some(reason), _) => (Some(reason), Some("note".to_owned())),
        (None, Some((commit, subject))) => (Some(subject.clone()), Some(format!("commit {commit}"))),
        (None, None) => (None, None),
    };
    ChangeEntry {
        id: format!("change:{}", change.file),
        file: change.file.clone(),
        files: vec![change.file.clone()],
        kind: change.kind.word().into(),
        from: change.from.clone(),
        package: change.package.clone(),
        targets: targets(change, observed),
        steps: mapping::steps_naming(observed.mapped, change),
        lines: change.lines,
        before: change.before.clone(),
        after: change.after.clone(),
        diff: (!change.diff.is_empty() && change.diff.len() <= LONGEST_DIFF).then(|| change.diff.clone()),
        rationale,
        rationale_source,
        citations: Vec::new(),
        symbols: Vec::new(),
        more_symbols: 0,
        public_signatures_changed: 0,
        evidence_ref: evidence.into(),
        by: BY.into(),
    }
}

/// The owning package's targets the file may be part of, as `kind/name`.
fn targets(change: &Change, observed: &Observed) -> Vec<String> {
    let Some(package) = change.package.as_deref().and_then(|label| observed.graph.package(label)) else {
        return Vec::new();
    };
    let targets = mapping::target_for_file(package, &observed.root.join(&change.file));
    targets.iter().map(|target| format!("{}/{}", target.kind, target.name)).collect()
}

/// What people noted as the reason of a change, oldest first.
fn rationales<'a>(observed: &'a Observed, file: &'a str) -> impl Iterator<Item = &'a Map<String, Value>> {
    let notes = observed.payload.implementation.get("notes").and_then(Value::as_array);
    notes.map(Vec::as_slice).unwrap_or_default().iter().filter_map(Value::as_object).filter(move |note| {
        let is = |key: &str, value: &str| note.get(key).and_then(Value::as_str) == Some(value);
        is("kind", "rationale") && is("file", file)
    })
}

fn text(entry: &Map<String, Value>, key: &str) -> Option<String> {
    entry.get(key).and_then(Value::as_str).map(str::to_owned)
}

/// `implementation.tests`: one entry a suite that was looked at.
pub(super) fn tests(observed: &Observed, seen: &standing::Seen, evidence: &str) -> Vec<TestEntry> {
    let by_scenario: Vec<(String, Vec<SuiteId>)> = observed
        .payload
        .scenarios
        .iter()
        .map(|scenario| (scenario.id.clone(), standing::suites_of(scenario, seen)))
        .collect();
    let no_tests = Attributed::default();
    observed
        .results
        .suites
        .iter()
        .map(|result| {
            let attributed = observed.attributed.get(&result.suite).unwrap_or(&no_tests);
            let scenarios = by_scenario.iter().filter(|(_, suites)| suites.contains(&result.suite));
            test_entry(result, attributed, scenarios.map(|(id, _)| id.clone()).collect(), observed, evidence)
        })
        .collect()
}

fn test_entry(
    result: &SuiteResult,
    attributed: &Attributed,
    scenarios: Vec<String>,
    observed: &Observed,
    evidence: &str,
) -> TestEntry {
    let target = &result.suite.target;
    let steps = observed
        .mapped
        .iter()
        .filter(|mapped| mapped.packages.contains(&target.package))
        .map(|mapped| mapped.step.clone())
        .collect();
    TestEntry {
        id: result.suite.id(),
        package: target.package.clone(),
        target: TargetShape { kind: result.suite.kind().into(), name: target.name.clone() },
        suite: suite_in_words(&result.suite),
        steps,
        scenarios,
        added: attributed.added.clone(),
        changed: attributed.changed.clone(),
        removed: attributed.removed.clone(),
        unattributed: attributed.unattributed,
        status: result.outcome,
        why: result.why.clone(),
        counts: result.counts,
        failures: result.failures.iter().take(MOST_FAILURES).cloned().collect(),
        flaky: result.flaky.iter().take(MOST_FAILURES).cloned().collect(),
        red: result.red.clone(),
        names: names_digest(result),
        observed_at: result.started.clone(),
        duration_ms: result.duration_ms,
        evidence_ref: evidence.into(),
        by: BY.into(),
    }
}

/// The digest of a suite's listing: the first 16 digits of the SHA-256 of its names, sorted, one a line.
#[must_use]
pub fn names_digest(result: &SuiteResult) -> String {
    let names: Vec<&str> = result.tests.keys().map(String::as_str).collect();
    let mut digest = sha256(names.join("\n").as_bytes());
    digest.truncate(DIGEST);
    digest
}

/// A suite as a person would name it.
#[must_use]
pub fn suite_in_words(suite: &SuiteId) -> String {
    let (package, name) = (&suite.target.package, &suite.target.name);
    if suite.doctest {
        return format!("doctests of `{package}`");
    }
    match suite.target.kind {
        TargetKind::Lib => format!("unit tests of `{package}`"),
        TargetKind::ProcMacro => format!("unit tests of the procedural macros of `{package}`"),
        TargetKind::Bin => format!("unit tests of the binary `{name}` of `{package}`"),
        TargetKind::Test => format!("integration test `{name}` of `{package}`"),
        TargetKind::Example => format!("tests of the example `{name}` of `{package}`"),
        TargetKind::Bench => format!("tests of the benchmark `{name}` of `{package}`"),
        TargetKind::CustomBuild => format!("build script of `{package}`"),
    }
}

/// `implementation.commands`: what was run, with its log where the evidence lies.
#[must_use]
pub fn commands(observed: &Observed, evidence: &str) -> Vec<CommandEntry> {
    located(&observed.results.commands, evidence)
}

/// Commands whose logs lie where the evidence lies.
pub(super) fn located(commands: &[CommandEntry], evidence: &str) -> Vec<CommandEntry> {
    commands
        .iter()
        .map(|command| CommandEntry {
            log: command.log.as_ref().map(|log| LogRef { path: format!("{evidence}/{}", log.path), ..log.clone() }),
            evidence_ref: evidence.into(),
            by: BY.into(),
            ..command.clone()
        })
        .collect()
}

/// `implementation.followUps`: what is odd in the payload or could not be mapped.
pub(super) fn follow_ups(observed: &Observed) -> Vec<FollowUp> {
    let of_steps = observed.mapped.iter().flat_map(|mapped| &mapped.oddities);
    let mut follow_ups: Vec<FollowUp> = Vec::new();
    for oddity in observed.payload.oddities.iter().chain(of_steps) {
        let id = format!("follow-up:{}", oddity.id);
        if follow_ups.iter().all(|known| known.id != id) {
            follow_ups.push(FollowUp { id, text: oddity.text.clone(), by: BY.into() });
        }
    }
    follow_ups.extend(observed.follow_ups.iter().cloned());
    follow_ups
}

/// `implementation.summary`: the numbers, and the same in one sentence.
pub(super) fn summary(observed: &Observed, standing: &Standing, asserted: &[String]) -> Value {
    let results = observed.results;
    let sum = |of: fn(&SuiteResult) -> u64| results.suites.iter().map(of).sum::<u64>();
    let checks = || results.commands.iter().filter(|command| !is_fix(&command.id));
    let with = |outcome: Outcome| checks().filter(|command| command.outcome == outcome).count();
    let n_true = |borne: &std::collections::BTreeMap<String, standing::Borne>| {
        borne.values().filter(|borne| borne.is_ok()).count()
    };
    let pre_existing: u64 = checks().flat_map(|command| &command.targets).map(|target| target.pre_existing).sum();
    let (passed, listed) = (sum(|suite| suite.counts.passed), sum(|suite| suite.counts.listed));
    let units = || results.selection.iter().flat_map(|selection| &selection.units);
    let n_units = |selected: bool| units().filter(|choice| choice.selected == selected).count();
    let n_changes = observed.changes.len();
    // Where something could not run, the tests that were listed are not all there are.
    let stopped = match results.suites.iter().filter(|suite| suite.outcome == Outcome::CouldNotRun).count() {
        0 => String::new(),
        1 => ", 1 suite could not run".to_owned(),
        n => format!(", {n} suites could not run"),
    };
    let text = format!(
        "{n_changes} changed file{}, {passed} of {listed} tests passed{stopped} in {} package{}",
        if n_changes == 1 { "" } else { "s" },
        observed.selected.len(),
        if observed.selected.len() == 1 { "" } else { "s" },
    );
    let is_trusted = |command: &&CommandEntry| command.approval.as_deref() == Some(By::TrustPayload.word());
    let trusted: Vec<&str> = checks().filter(is_trusted).map(|command| command.id.as_str()).collect();
    let mut summary = json!({
        "text": text,
        "changes": { "files": n_changes },
        "packages": observed.selected,
        "tests": {
            "suites": results.suites.len(), "listed": listed, "passed": passed,
            "failed": sum(|suite| suite.counts.failed), "ignored": sum(|suite| suite.counts.ignored),
        },
        "units": { "checked": n_units(true), "skipped": n_units(false) },
        "commands": {
            "passed": with(Outcome::Passed), "failed": with(Outcome::Failed),
            "couldNotRun": with(Outcome::CouldNotRun), "notRun": with(Outcome::NotRun),
        },
        "steps": { "borneOut": n_true(&standing.steps), "of": observed.payload.steps.len() },
        "scenarios": { "borneOut": n_true(&standing.scenarios), "of": observed.payload.scenarios.len() },
        "asserted": asserted,
        "preExisting": pre_existing,
        "by": BY,
    });
    if !trusted.is_empty() {
        // Nobody looked at these before they ran.
        summary["trustedPayload"] = json!(trusted);
    }
    summary
}

/// `implementation.reproduce`: what to type to see the same.
pub(super) fn reproduce(observed: &Observed) -> Value {
    let flags = observed.flags.feature_args();
    let mut commands =
        vec![["cargo handoff validate".to_owned()].into_iter().chain(flags.clone()).collect::<Vec<_>>().join(" ")];
    let is_ours = |command: &&CommandEntry| command.kind != CheckKind::Prescribed && !is_fix(&command.id);
    let of_ours = observed.results.commands.iter().filter(is_ours);
    let (doctests, others): (Vec<_>, Vec<_>) = of_ours.partition(|command| command.kind == CheckKind::Doctest);
    commands.extend(others.iter().map(|command| command.command.clone()));
    commands.extend(doctests_at_once(&doctests));
    json!({ "commands": commands, "flags": flags, "env": {}, "mcp": [], "by": BY })
}

/// The doctests of all packages in one command for each set of flags: cargo takes several `-p`.
fn doctests_at_once(commands: &[&CommandEntry]) -> Vec<String> {
    let mut at_once: Vec<(Vec<&str>, Vec<&str>)> = Vec::new();
    for command in commands {
        let words: Vec<&str> = command.command.split(' ').collect();
        let Some(at) = words.iter().position(|word| *word == "-p").filter(|at| at + 1 < words.len()) else {
            at_once.push((words, Vec::new()));
            continue;
        };
        let (package, rest) = (&words[at..at + 2], [&words[..at], &words[at + 2..]].concat());
        match at_once.iter_mut().find(|(known, packages)| *known == rest && !packages.is_empty()) {
            Some((_, packages)) => packages.extend(package),
            None => at_once.push((rest, package.to_vec())),
        }
    }
    at_once.into_iter().map(|(words, packages)| [words, packages].concat().join(" ")).collect()
}
