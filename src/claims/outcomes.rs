//! Tests and commands: the recorded outcome against the one seen now.

use super::reality::{Reality, claimed, row, text};
use crate::answers::ClaimRow;
use crate::approval::{self, Parsed};
use crate::check::{Results, SuiteResult};
use crate::payload::entries::{CommandEntry, Counts, TargetOutcome, is_fix};
use crate::words::{CheckKind, Outcome, Verdict};
use crate::workspace::graph::Graph;
use serde::Deserialize as _;
use serde_json::{Map, Value};

pub(super) fn tests(reality: &Reality) -> Vec<ClaimRow> {
    claimed(reality.payload, "tests")
        .filter_map(|entry| {
            let id = text(entry, "id").unwrap_or("test");
            let now = reality.results.suites.iter().find(|suite| suite.suite.id() == id);
            if now.is_none() && reality.chosen.is_some() {
                return None;
            }
            let (verdict, why) = test_verdict(entry, now, reality);
            Some(row(id, verdict, why))
        })
        .collect()
}

fn test_verdict(entry: &Map<String, Value>, now: Option<&SuiteResult>, reality: &Reality) -> (Verdict, String) {
    let Some(then) = outcome(entry, "status") else {
        return (Verdict::Contradicted, "its status is none of the contract's".into());
    };
    let Some(now) = now else {
        return (Verdict::Contradicted, "there is no such suite".into());
    };
    let because = now.why.as_deref().map(|why| format!(": {why}")).unwrap_or_default();
    match (then, now.outcome) {
        (Outcome::Passed, Outcome::Passed) => counts_verdict(entry, now, reality),
        (Outcome::Passed, Outcome::CouldNotRun) if is_for_want_of_a_tool(now) => {
            (Verdict::NotReproducible, format!("recorded as passed; could not run now{because}"))
        }
        (Outcome::Passed, Outcome::Failed) if is_flaky(now) => {
            (Verdict::NotReproducible, format!("recorded as passed; not so every time now{because}"))
        }
        (Outcome::Passed, other) => match other_tools(reality) {
            Some(tools) => (Verdict::NotReproducible, format!("recorded as passed; {other} now{because}; {tools}")),
            None => (Verdict::Contradicted, format!("recorded as passed; {other} now{because}")),
        },
        (then, now) if then == now => (Verdict::Confirmed, format!("{now}, as recorded")),
        (then, now) => (Verdict::Stale, format!("recorded as {then}; {now} now: run `cargo handoff implement`")),
    }
}

/// The tools a record was made with, where they are others than those here: what is told of them is believed only where
/// a record bears it out.
fn other_tools(reality: &Reality) -> Option<String> {
    let is_borne_out = reality.lower.iter().any(|row| row.claim.starts_with("evidence:"))
        && !reality.lower.iter().any(|row| row.verdict == Verdict::Contradicted && is_of_record(&row.claim));
    let recorded = crate::record::our_object(reality.payload, "environment").filter(|_| is_borne_out)?;
    let tools = &reality.results.tools;
    let rustc = tools.rustc_vv.as_deref().and_then(|text| text.lines().next());
    let pairs = [
        ("triple", tools.triple.as_deref()),
        ("rustc", rustc),
        ("cargo", tools.cargo.as_deref()),
        ("clippy", tools.clippy.as_deref()),
        ("rustfmt", tools.rustfmt.as_deref()),
    ];
    let other = pairs.into_iter().find_map(|(key, here)| {
        let (then, here) = (text(recorded, key)?, here?);
        (then != here).then_some((then, here))
    });
    other.map(|(then, here)| format!("recorded with {then}, this is {here}"))
}

fn is_of_record(claim: &str) -> bool {
    claim == "environment" || claim.starts_with("evidence:")
}

/// Whether every test that failed passed in another run.
fn is_flaky(now: &SuiteResult) -> bool {
    !now.flaky.is_empty() && now.counts.failed <= now.flaky.len() as u64
}

fn is_for_want_of_a_tool(now: &SuiteResult) -> bool {
    now.why.as_deref().is_some_and(|why| why.contains("not started"))
}

fn counts_verdict(entry: &Map<String, Value>, now: &SuiteResult, reality: &Reality) -> (Verdict, String) {
    let Some(then) = entry.get("counts").and_then(|counts| Counts::deserialize(counts).ok()) else {
        return (Verdict::Contradicted, "its counts are not of the contract's shape".into());
    };
    let counts = now.counts;
    let added = entry.get("added").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let missing = added.iter().filter_map(Value::as_str).find(|name| !now.tests.contains_key(*name));
    if let Some(missing) = missing {
        return (Verdict::Contradicted, format!("recorded `{missing}` as a new test; there is no such test now"));
    }
    if counts.listed < then.listed || counts.passed < then.passed {
        let why = format!(
            "recorded {} of {} tests passed; {} of {} now",
            then.passed, then.listed, counts.passed, counts.listed
        );
        let recorded_triple = crate::record::our_object(reality.payload, "environment")
            .and_then(|environment| text(environment, "triple"));
        return match (recorded_triple, reality.triple) {
            (Some(recorded), Some(here)) if recorded != here => {
                (Verdict::NotReproducible, format!("{why}; recorded on {recorded}, this is {here}"))
            }
            _ => (Verdict::Contradicted, why),
        };
    }
    if then.listed < counts.listed {
        return (Verdict::Confirmed, format!("{} tests passed; there are {} now", then.passed, counts.listed));
    }
    if text(entry, "names").is_some_and(|names| !names.starts_with(&crate::record::names_digest(now))) {
        return (Verdict::Stale, "as many tests as recorded, but other ones: run `cargo handoff implement`".into());
    }
    (Verdict::Confirmed, format!("{} of {} tests passed again", counts.passed, counts.listed))
}

pub(super) fn commands(reality: &Reality) -> Vec<ClaimRow> {
    claimed(reality.payload, "commands")
        .filter_map(|entry| {
            let id = text(entry, "id").unwrap_or("command");
            let kind = entry.get("kind").and_then(|kind| CheckKind::deserialize(kind).ok());
            let (verdict, why) = match kind {
                None => (Verdict::Contradicted, "its kind is none of the contract's".to_owned()),
                Some(CheckKind::Prescribed) => prescribed_verdict(entry, id, reality),
                // What `--fix` did shows in the changes, and is not done again.
                Some(CheckKind::Fmt | CheckKind::Clippy) if is_fix(id) => return None,
                Some(
                    CheckKind::Fmt
                    | CheckKind::Clippy
                    | CheckKind::Doc
                    | CheckKind::Build
                    | CheckKind::Test
                    | CheckKind::Doctest,
                ) => {
                    if let Some(target) = phantom(entry, reality.graph) {
                        let why = format!("it tells of {target}, and the workspace has no such target");
                        return Some(row(id, Verdict::Contradicted, why));
                    }
                    let now = reality.results.commands.iter().find(|command| command.id == id);
                    let other = now.is_none().then(|| doctests(id, entry, reality)).flatten();
                    command_verdict(entry, now.or(other.as_ref()), reality)
                }
            };
            Some(row(id, verdict, why))
        })
        .collect()
}

/// The first target or package of an entry that the workspace does not have.
fn phantom(entry: &Map<String, Value>, graph: &Graph) -> Option<String> {
    let entry = CommandEntry::deserialize(entry).ok()?;
    // A package without any target is told of as if it had a library.
    let is_there = |target: &&TargetOutcome| {
        graph
            .package(&target.package)
            .is_some_and(|package| package.targets.is_empty() || package.target(target.kind, &target.name).is_some())
    };
    let target = entry.targets.iter().find(|target| !is_there(target));
    let package = || {
        let mut packages = entry.passed.iter().chain(entry.passed_earlier.values().flatten());
        packages.find(|label| graph.package(label).is_none()).map(|label| format!("`{label}`"))
    };
    target.map(|target| format!("`{}/{}/{}`", target.package, target.kind, target.name)).or_else(package)
}

/// What the doctests of an entry's packages came to now, where they are run in other commands than they were: all at
/// once, or each package's alone.
fn doctests(id: &str, entry: &Map<String, Value>, reality: &Reality) -> Option<CommandEntry> {
    let list = |key: &str| entry.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let of_targets = list("targets").iter().filter_map(|target| target.get("package"));
    let packages: Vec<&str> = of_targets.chain(list("passed")).filter_map(Value::as_str).collect();
    let of = id.strip_prefix("command:doctest")?.strip_prefix(':');
    let is_named = |package: &str| {
        of.is_none_or(|of| of.strip_prefix(package).is_some_and(|slug| slug.is_empty() || slug.starts_with(':')))
    };
    let commands = || reality.results.commands.iter().filter(|command| command.kind == CheckKind::Doctest);
    let mut found = Vec::new();
    for package in packages {
        let mut targets = commands().flat_map(|command| &command.targets);
        found.push(targets.find(|target| is_named(package) && target.package == package)?.clone());
    }
    let outcome = Outcome::of_all(found.iter().map(|target| target.outcome));
    let why = found.iter().find(|target| target.outcome == outcome).and_then(|target| target.why.clone());
    let like = commands().next().filter(|_| !found.is_empty())?;
    Some(CommandEntry { outcome, why, ..like.clone() })
}

/// A prescribed command runs again where it runs unasked, or where whoever validates approved it too.
fn prescribed_verdict(entry: &Map<String, Value>, id: &str, reality: &Reality) -> (Verdict, String) {
    let Some(then) = outcome(entry, "outcome") else {
        return (Verdict::Contradicted, "its outcome is none of the contract's".into());
    };
    let why = |why: Option<&str>| why.unwrap_or("not run").to_owned();
    let now = reality.results.commands.iter().find(|command| command.id == id);
    let Some(now) = now.filter(|_| reality.payload.prescribed.iter().any(|one| one.id() == id)) else {
        return match then {
            Outcome::NotRun => (Verdict::NotCheckable, why(text(entry, "why"))),
            Outcome::Passed | Outcome::Failed | Outcome::CouldNotRun => {
                (Verdict::Contradicted, "nothing prescribes it: no run of it was ever recorded by this tool".into())
            }
        };
    };
    match (then, now.outcome) {
        (Outcome::NotRun, Outcome::NotRun) => (Verdict::NotCheckable, why(now.why.as_deref())),
        (_, Outcome::NotRun) if !may_ever_run(&now.command) => {
            (Verdict::Contradicted, format!("recorded as {then}; it is never run: {}", why(now.why.as_deref())))
        }
        _ if !is_same_command(entry, now) => (
            Verdict::Stale,
            format!("recorded for another command than `{}`: run `cargo handoff implement`", now.command),
        ),
        (_, Outcome::NotRun) => (Verdict::NotCheckable, why(now.why.as_deref())),
        _ => command_verdict(entry, Some(now), reality),
    }
}

/// The results as they would be if what is not approved here, and what could not run for want of a tool, had come to what
/// the record says of it.
pub(super) fn believed(reality: &Reality) -> Results {
    let mut results = reality.results.clone();
    for command in &mut results.commands {
        let entry = claimed(reality.payload, "commands").find(|entry| text(entry, "id") == Some(&command.id));
        if let Some(entry) = entry.filter(|entry| is_not_seen_here(entry, command)) {
            command.outcome = outcome(entry, "outcome").unwrap_or(command.outcome);
            let could_not = command.targets.iter_mut().filter(|target| target.outcome == Outcome::CouldNotRun);
            let is_passed = command.outcome == Outcome::Passed;
            could_not.filter(|_| is_passed).for_each(|target| target.outcome = Outcome::Passed);
        }
    }
    results
}

/// Whether an entry tells of a run that cannot be seen again here, because nobody approved it here, or because a tool is
/// not here.
pub(super) fn is_not_seen_here(entry: &Map<String, Value>, now: &CommandEntry) -> bool {
    if now.wanting.is_some() {
        let is_it = now.kind != CheckKind::Prescribed || is_same_command(entry, now);
        return is_it && outcome(entry, "outcome") == Some(Outcome::Passed);
    }
    now.kind == CheckKind::Prescribed
        && now.outcome == Outcome::NotRun
        && outcome(entry, "outcome").is_some_and(|then| then != Outcome::NotRun)
        && may_ever_run(&now.command)
        && is_same_command(entry, now)
}

/// Whether a command line can be approved or runs unasked.
fn may_ever_run(command: &str) -> bool {
    match approval::parse(command) {
        Parsed::Ours(words) => !approval::writes(&words),
        Parsed::NeedsApproval(_) => true,
        Parsed::Refused { .. } => false,
    }
}

/// Whether an entry speaks of the words that are prescribed now.
pub(super) fn is_same_command(entry: &Map<String, Value>, now: &CommandEntry) -> bool {
    let argv = entry.get("argv").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    argv.iter().map(Value::as_str).eq(now.argv.iter().map(|word| Some(word.as_str())))
}

fn command_verdict(entry: &Map<String, Value>, now: Option<&CommandEntry>, reality: &Reality) -> (Verdict, String) {
    let Some(then) = outcome(entry, "outcome") else {
        return (Verdict::Contradicted, "its outcome is none of the contract's".into());
    };
    let Some(now) = now else {
        return (Verdict::Contradicted, "nothing of the kind is run on this workspace".into());
    };
    let because = now.why.as_deref().map(|why| format!(": {why}")).unwrap_or_default();
    if let (Outcome::Passed, Outcome::CouldNotRun, Some(tool)) = (then, now.outcome, &now.wanting) {
        return (Verdict::NotReproducible, format!("recorded as passed; `{tool}` is not on this machine"));
    }
    match (then, now.outcome) {
        (Outcome::Passed, Outcome::CouldNotRun) if now.exit_code.is_none() && now.signal.is_none() => {
            (Verdict::NotReproducible, format!("recorded as passed; could not run now{because}"))
        }
        (then, now) if then == now => (Verdict::Confirmed, format!("{now} again")),
        (Outcome::Passed, other) => match other_tools(reality) {
            Some(tools) => (Verdict::NotReproducible, format!("recorded as passed; {other} now{because}; {tools}")),
            None => (Verdict::Contradicted, format!("recorded as passed; {other} now{because}")),
        },
        (then, now) => (Verdict::Stale, format!("recorded as {then}; {now} now: run `cargo handoff implement`")),
    }
}

pub(super) fn outcome(entry: &Map<String, Value>, key: &str) -> Option<Outcome> {
    entry.get(key).and_then(|value| Outcome::deserialize(value).ok())
}
