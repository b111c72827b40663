//! Tests and commands: the recorded outcome against the one seen now.

use super::reality::{Reality, claimed, row, text};
use crate::answers::ClaimRow;
use crate::check::SuiteResult;
use crate::payload::entries::{CommandEntry, Counts, is_fix};
use crate::words::{CheckKind, Outcome, Verdict};
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
        (Outcome::Passed, other) => (Verdict::Contradicted, format!("recorded as passed; {other} now{because}")),
        (then, now) if then == now => (Verdict::Confirmed, format!("{now}, as recorded")),
        (then, now) => (Verdict::Stale, format!("recorded as {then}; {now} now: run `cargo handoff implement`")),
    }
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
                Some(CheckKind::Prescribed) => {
                    let why = text(entry, "why").unwrap_or("not run");
                    match outcome(entry, "outcome") {
                        Some(Outcome::NotRun) => (Verdict::NotCheckable, why.to_owned()),
                        _ => (Verdict::Contradicted, "no run of it was ever recorded by this tool".to_owned()),
                    }
                }
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
                    let now = reality.results.commands.iter().find(|command| command.id == id);
                    command_verdict(entry, now)
                }
            };
            Some(row(id, verdict, why))
        })
        .collect()
}

fn command_verdict(entry: &Map<String, Value>, now: Option<&CommandEntry>) -> (Verdict, String) {
    let Some(then) = outcome(entry, "outcome") else {
        return (Verdict::Contradicted, "its outcome is none of the contract's".into());
    };
    let Some(now) = now else {
        return (Verdict::Contradicted, "nothing of the kind is run on this workspace".into());
    };
    let because = now.why.as_deref().map(|why| format!(": {why}")).unwrap_or_default();
    match (then, now.outcome) {
        (Outcome::Passed, Outcome::CouldNotRun) if now.exit_code.is_none() && now.signal.is_none() => {
            (Verdict::NotReproducible, format!("recorded as passed; could not run now{because}"))
        }
        (then, now) if then == now => (Verdict::Confirmed, format!("{now} again")),
        (Outcome::Passed, other) => (Verdict::Contradicted, format!("recorded as passed; {other} now{because}")),
        (then, now) => (Verdict::Stale, format!("recorded as {then}; {now} now: run `cargo handoff implement`")),
    }
}

fn outcome(entry: &Map<String, Value>, key: &str) -> Option<Outcome> {
    entry.get(key).and_then(|value| Outcome::deserialize(value).ok())
}
