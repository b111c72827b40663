//! One issue for each contradicted claim and each check that did not pass, with an id that stays.

use super::entries::{former, history, ours, text};
use super::{Acceptance, Held};
use crate::check::{Results, SuiteResult};
use crate::payload::edit::Edit;
use crate::payload::entries::CommandEntry;
use crate::payload::model::Payload;
use crate::standing;
use crate::words::{BY, CheckKind, Level, SuiteId, TargetKind, Verdict, brief, some_of};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The most files, tests or commands one issue names.
const MOST: usize = 20;

/// How an issue is seen again, whatever it is about.
const VALIDATE: &str = "cargo handoff validate";

/// The members by which an issue is the same as before.
const SAID: [&str; 7] =
    ["severity", "expectedBehavior", "actualBehavior", "reproductionSteps", "affectedFiles", "status", "level"];

/// What is wrong with one thing.
struct Issue {
    severity: &'static str,
    expected: String,
    actual: Vec<String>,
    steps: Vec<String>,
    files: Vec<String>,
    verdict: Option<Verdict>,
    level: Option<Level>,
}

/// The edits of `qaFindings.issues`.
pub(super) fn edits(seen: &Acceptance) -> Vec<Edit> {
    let mut issues: BTreeMap<String, Issue> = BTreeMap::new();
    let failed: Vec<(String, Issue)> = seen.results.into_iter().flat_map(|results| failed(results, seen)).collect();
    let told = told_with_failures(seen);
    let is_told = |claim: &Held| !failed.is_empty() && Level::Checks <= claim.level && told.contains(claim.claim);
    let contradictions = seen.claims.iter().filter(|claim| claim.verdict == Verdict::Contradicted);
    for claim in contradictions.filter(|claim| !is_told(claim)) {
        match issues.get_mut(claim.claim) {
            Some(issue) => {
                issue.actual.push(claim.why.to_owned());
                issue.level = issue.level.max(Some(claim.level));
            }
            None => drop(issues.insert(claim.claim.to_owned(), contradicted(claim, seen))),
        }
    }
    for (id, failed) in failed {
        match issues.get_mut(&id) {
            Some(issue) => {
                // It is gone only where the check passes again as well.
                issue.level = issue.level.max(Some(Level::Checks));
                issue.actual.extend(failed.actual);
                let steps = failed.steps.into_iter().filter(|step| !issue.steps.contains(step)).collect::<Vec<_>>();
                issue.steps.splice(0..0, steps);
            }
            None => drop(issues.insert(id, failed)),
        }
    }
    let mut edits: Vec<Edit> = issues.iter().filter_map(|(about, issue)| opened(about, issue, seen)).collect();
    edits.extend(ours(seen.payload, "issues").filter_map(|old| resolved(old, &issues, seen)));
    edits
}

/// The claims that are wrong for nothing but a check that did not pass: one thing that is broken is one issue, which names
/// the steps and scenarios that rest on it.
fn told_with_failures(seen: &Acceptance) -> BTreeSet<String> {
    let Some(results) = seen.results else { return BTreeSet::new() };
    let held_up = seen.standing.map(|standing| standing::held_up(standing, results)).unwrap_or_default();
    let is_of_tests = |kind: CheckKind| matches!(kind, CheckKind::Build | CheckKind::Test | CheckKind::Doctest);
    let has_bad_suite = results.suites.iter().any(|suite| suite.outcome.is_bad());
    let of_tests = results.commands.iter().filter(|command| has_bad_suite && is_of_tests(command.kind));
    let whole = ["handoff".to_owned()];
    held_up.into_iter().chain(of_tests.map(|command| command.id.clone())).chain(whole).collect()
}

/// What it came to, with the steps and scenarios that rest on what is called so.
fn with_those_resting(actual: String, names: &[String], seen: &Acceptance) -> String {
    let resting = |name: &String| seen.standing.map(|standing| standing::resting_on(name, standing));
    let resting: BTreeSet<String> = names.iter().filter_map(resting).flatten().collect();
    let (scenarios, steps): (Vec<&String>, Vec<&String>) = resting.iter().partition(|id| id.starts_with("scenario:"));
    let words: Vec<String> = steps.into_iter().chain(scenarios).map(|id| id.replacen(':', " ", 1)).collect();
    if words.is_empty() { actual } else { format!("{actual} ({} not borne out)", some_of(&words)) }
}

fn contradicted(claim: &Held, seen: &Acceptance) -> Issue {
    let found = entry(seen.payload, claim.claim);
    let said = |key: &str| found.map_or("", |(_, entry)| text(entry, key));
    let (expected, steps) = match found.map(|(list, _)| list) {
        Some("tests") => (
            format!("tests of `{}` come to `{}`, as recorded", claim.claim.trim_start_matches("test:"), said("status")),
            Vec::new(),
        ),
        Some("commands") => (
            format!("`{}` comes to `{}`, as recorded", brief(said("command")), said("outcome")),
            vec![said("command").to_owned()],
        ),
        Some(_) => (
            format!("`{}` is {} since the baseline, as recorded", said("file"), said("kind")),
            vec![format!("git diff {} -- {}", seen.baseline, said("file"))],
        ),
        None => (format!("what the payload says of `{}` holds", claim.claim), Vec::new()),
    };
    // What was written down is not what was seen: worse than work that is not done.
    let is_evidence = claim.level <= Level::Outcomes;
    let severity = if is_evidence { "critical" } else { "major" };
    Issue {
        severity,
        expected,
        actual: vec![claim.why.to_owned()],
        steps,
        files: files(claim.claim, seen),
        verdict: Some(claim.verdict),
        level: Some(claim.level),
    }
}

/// The checks that did not pass, by the id of their entry.
fn failed(results: &Results, seen: &Acceptance) -> Vec<(String, Issue)> {
    let mut issues = Vec::new();
    for suite in results.suites.iter().filter(|suite| suite.outcome.is_bad()) {
        issues.push((suite.suite.id(), of_suite(suite, seen)));
    }
    let is_told = results.suites.iter().any(|suite| suite.outcome.is_bad());
    for command in results.commands.iter().filter(|command| command.outcome.is_bad()) {
        let is_of_tests = matches!(command.kind, CheckKind::Build | CheckKind::Test | CheckKind::Doctest);
        if !is_of_tests || !is_told {
            issues.push((command.id.clone(), of_command(command, seen)));
        }
    }
    issues
}

fn of_suite(suite: &SuiteResult, seen: &Acceptance) -> Issue {
    let names: Vec<String> = suite.failures.iter().map(|failure| failure.name.clone()).collect();
    let tests = cargo_test(&suite.suite);
    let steps = match names.as_slice() {
        [] => vec![tests],
        names => names.iter().take(MOST).map(|name| format!("{tests} -- --exact {name}")).collect(),
    };
    let actual = match (names.as_slice(), &suite.why) {
        ([], Some(why)) => format!("{}: {why}", suite.outcome),
        ([], None) => suite.outcome.to_string(),
        (names, _) => format!("{}: {}", suite.outcome, some_of(names)),
    };
    let actual = with_those_resting(actual, &[suite.suite.to_string()], seen);
    let expected = format!("tests of `{}` pass", suite.suite);
    let files = files(&suite.suite.id(), seen);
    Issue { severity: "major", expected, actual: vec![actual], steps, files, verdict: None, level: None }
}

fn of_command(command: &CommandEntry, seen: &Acceptance) -> Issue {
    let bad = command.targets.iter().filter(|target| target.outcome.is_bad());
    let named: Vec<String> = bad.map(|target| format!("{}/{}/{}", target.package, target.kind, target.name)).collect();
    let mut actual =
        command.why.as_ref().map_or(command.outcome.to_string(), |why| format!("{}: {why}", command.outcome));
    if !named.is_empty() {
        actual = format!("{actual} ({})", some_of(&named));
    }
    let called =
        if command.kind == CheckKind::Prescribed { vec![format!("`{}`", brief(&command.command))] } else { named };
    let actual = with_those_resting(actual, &called, seen);
    let severity = match command.kind {
        CheckKind::Fmt | CheckKind::Clippy | CheckKind::Doc => "minor",
        CheckKind::Build | CheckKind::Test | CheckKind::Doctest | CheckKind::Prescribed => "major",
    };
    Issue {
        severity,
        expected: format!("`{}` passes", brief(&command.command)),
        actual: vec![actual],
        steps: vec![command.command.clone()],
        files: files(&command.id, seen),
        verdict: None,
        level: None,
    }
}

/// The command that runs a suite alone.
fn cargo_test(suite: &SuiteId) -> String {
    let SuiteId { target, doctest } = suite;
    let which = match (doctest, target.kind) {
        (true, _) => "--doc".to_owned(),
        (false, TargetKind::Test) => format!("--test {}", target.name),
        (false, TargetKind::Bin) => format!("--bin {}", target.name),
        (false, TargetKind::Example) => format!("--example {}", target.name),
        (false, TargetKind::Bench) => format!("--bench {}", target.name),
        (false, TargetKind::Lib | TargetKind::ProcMacro | TargetKind::CustomBuild) => "--lib".to_owned(),
    };
    format!("cargo test -p {} {which}", target.package)
}

/// The entry a claim speaks of, and the list it stands in.
fn entry<'a>(payload: &'a Payload, claim: &str) -> Option<(&'static str, &'a Map<String, Value>)> {
    ["changes", "tests", "commands"].into_iter().find_map(|list| {
        let mut entries = crate::record::observed::ours(payload, list);
        entries.find(|entry| text(entry, "id") == claim).map(|entry| (list, entry))
    })
}

/// The files a claim or check is about: its own, else the changed ones of its package or steps.
fn files(about: &str, seen: &Acceptance) -> Vec<String> {
    let (kind, rest) = about.split_once(':').unwrap_or(("", about));
    let changes = || crate::record::observed::ours(seen.payload, "changes");
    let found: Vec<String> = match kind {
        "change" => vec![rest.to_owned()],
        "test" => {
            let package = rest.split('/').next().unwrap_or_default();
            changes()
                .filter(|entry| text(entry, "package") == package)
                .map(|entry| text(entry, "file").into())
                .collect()
        }
        "step" | "scenario" => {
            let steps = steps(about, seen.payload);
            let steps = seen.payload.steps.iter().filter(|step| steps.contains(&step.id));
            steps
                .flat_map(|step| &step.files)
                .filter(|file| file.usage.is_work())
                .map(|file| file.path.clone())
                .collect()
        }
        _ => Vec::new(),
    };
    found.into_iter().filter(|file| !file.is_empty()).take(MOST).collect()
}

/// The steps a claim or check belongs to.
fn steps(about: &str, payload: &Payload) -> Vec<String> {
    match about.split_once(':') {
        Some(("step", id)) => vec![id.to_owned()],
        Some(("scenario", id)) => {
            let scenario = payload.scenarios.iter().find(|scenario| scenario.id == id);
            scenario.map(|scenario| scenario.steps.clone()).unwrap_or_default()
        }
        Some(_) | None => {
            let steps = entry(payload, about).and_then(|(_, entry)| entry.get("steps")).and_then(Value::as_array);
            steps.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
        }
    }
}

/// The edit for an issue there is; none where it stands there like that.
fn opened(about: &str, issue: &Issue, seen: &Acceptance) -> Option<Edit> {
    let id = format!("issue:{about}");
    let mut steps_to_see = issue.steps.clone();
    steps_to_see.push(VALIDATE.into());
    let plan_steps = steps(about, seen.payload);
    let tasks = seen.payload.tasks.iter().filter(|(_, steps)| steps.iter().any(|step| plan_steps.contains(step)));
    let tasks: Vec<&String> = tasks.map(|(task, _)| task).collect();
    let blobs: BTreeMap<&String, &String> =
        issue.files.iter().filter_map(|file| Some((file, seen.blobs.get(file)?))).collect();
    let mut entry = Map::new();
    let mut add = |key: &str, value: Value| drop(entry.insert(key.to_owned(), value));
    add("id", id.as_str().into());
    add("severity", issue.severity.into());
    add("expectedBehavior", issue.expected.as_str().into());
    add("actualBehavior", issue.actual.join("; ").into());
    add("reproductionSteps", json!(steps_to_see));
    add("affectedFiles", json!(issue.files));
    add("claim", about.into());
    add("verdict", json!(issue.verdict));
    let old = ours(seen.payload, "issues").find(|entry| text(entry, "id") == id);
    // What this run could not see of an issue that is open is still to be seen.
    let unseen = old.filter(|old| text(old, "status") == "open" && !reaches(seen, old)).map(found_at);
    add("level", issue.level.max(unseen).map(Level::name).into());
    if let [step, ..] = plan_steps.as_slice() {
        add("planStepId", step.as_str().into());
        if 1 < plan_steps.len() {
            add("planStepIds", json!(plan_steps));
        }
    }
    if let [task] = tasks.as_slice() {
        add("taskId", task.as_str().into());
    }
    if let Some(("scenario", scenario)) = about.split_once(':') {
        add("scenarioId", scenario.into());
    }
    add("status", "open".into());
    add("resolved", Value::Null);
    add("at", seen.at.into());
    add("evidenceRef", seen.id().into());
    add("blobs", json!(blobs));
    add("by", BY.into());
    if let Some(old) = old {
        // Another word than ours in `status` is a person's: it stands.
        if !["open", "resolved"].contains(&text(old, "status"))
            || SAID.iter().all(|key| old.get(*key) == entry.get(*key))
        {
            return None;
        }
        let mut history = history(old);
        history.push(former(old, &["status", "severity", "actualBehavior", "resolved", "at", "evidenceRef"]));
        entry.insert("history".into(), history.into());
    }
    Some(Edit::Finding { list: "issues".into(), entry })
}

/// The level an issue was found at: that of the checks where none is written, for then a check did not pass.
fn found_at(issue: &Map<String, Value>) -> Level {
    Level::ALL.into_iter().find(|level| level.name() == text(issue, "level")).unwrap_or(Level::Checks)
}

/// Whether this run looked as closely as the one that found the issue.
fn reaches(seen: &Acceptance, issue: &Map<String, Value>) -> bool {
    seen.levels.contains(&found_at(issue))
}

/// The edit for an issue that is gone: what it speaks of was looked at again and holds now.
fn resolved(old: &Map<String, Value>, issues: &BTreeMap<String, Issue>, seen: &Acceptance) -> Option<Edit> {
    let about = text(old, "claim");
    if text(old, "status") != "open" || issues.contains_key(about) || !reaches(seen, old) {
        return None;
    }
    let confirmed = |claim: &&Held| claim.claim == about && claim.verdict == Verdict::Confirmed;
    let passes = |results: &Results| {
        let suites = results.suites.iter().map(|suite| (suite.suite.id(), suite.outcome));
        let commands = results.commands.iter().map(|command| (command.id.clone(), command.outcome));
        suites.chain(commands).any(|(id, outcome)| id == about && outcome == crate::words::Outcome::Passed)
    };
    let is_held = |claim: &Held| claim.claim == about;
    let claims_nothing = !seen.claims.iter().any(is_held) && is_unclaimed(about, seen);
    let why = match seen.claims.iter().find(confirmed) {
        Some(_) => "confirmed now",
        // A check that failed and that nobody claims anything of.
        None if !seen.claims.iter().any(is_held) && seen.results.is_some_and(passes) => "it passes now",
        None if claims_nothing => "nobody claims it any more",
        None => return None,
    };
    let mut history = history(old);
    history.push(former(old, &["status", "severity", "actualBehavior", "at", "evidenceRef"]));
    let mut entry = Map::new();
    for key in ["id", "claim", "by"] {
        entry.insert(key.into(), old.get(key).cloned().unwrap_or_default());
    }
    entry.insert("status".into(), "resolved".into());
    entry.insert("at".into(), seen.at.into());
    entry.insert("resolved".into(), json!({ "at": seen.at, "why": why, "evidenceRef": seen.id() }));
    entry.insert("history".into(), history.into());
    Some(Edit::Finding { list: "issues".into(), entry })
}

/// Whether a change, which is no check, is neither claimed nor there: only where everything was looked at.
fn is_unclaimed(about: &str, seen: &Acceptance) -> bool {
    seen.steps.is_empty()
        && about.starts_with("change:")
        && seen.levels.contains(&Level::Tree)
        && entry(seen.payload, about).is_none_or(|(_, entry)| crate::record::observed::is_withdrawn(entry))
}
