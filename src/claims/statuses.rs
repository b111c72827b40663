//! Statuses this tool set, held against the rule that sets them; and readiness, held against all the rest.

use super::outcomes;
use super::reality::{self, Reality, claimed, is_borne_out, row, row_at, text};
use crate::answers::ClaimRow;
use crate::approval::{self, Parsed};
use crate::check::Results;
use crate::payload::model::{Payload, Prescribed};
use crate::standing::{self, Borne, COMPLETED, IMPLEMENTED, Standing};
use crate::words::{Level, Outcome, Verdict, brief, some_of};
use serde_json::Value;
use std::collections::BTreeSet;

/// What a status was found as.
struct Said<'a> {
    claim: String,
    /// The steps it belongs to: itself, or those of a scenario.
    steps: &'a [String],
    status: Option<&'a str>,
    is_ours: bool,
    is_asserted: bool,
    done: &'static [&'static str],
}

fn said(payload: &Payload) -> impl Iterator<Item = Said<'_>> {
    let steps = payload.steps.iter().map(|step| Said {
        claim: format!("step:{}", step.id),
        steps: std::slice::from_ref(&step.id),
        status: step.status.as_deref(),
        is_ours: step.status_is_ours,
        is_asserted: step.asserted,
        done: COMPLETED,
    });
    let scenarios = payload.scenarios.iter().map(|scenario| Said {
        claim: format!("scenario:{}", scenario.id),
        steps: &scenario.steps,
        status: scenario.status.as_deref(),
        is_ours: scenario.status_is_ours,
        is_asserted: standing::is_vouched_for(scenario),
        done: IMPLEMENTED,
    });
    steps.chain(scenarios)
}

/// `believed` is the standing if every command that is not approved here had come to what was recorded of it.
pub(super) fn hold(reality: &Reality, standing: &Standing, believed: &Standing) -> Vec<ClaimRow> {
    let is_asked_about =
        |said: &Said| reality.chosen.is_none_or(|chosen| said.steps.iter().any(|step| chosen.contains(step)));
    said(reality.payload)
        .filter(is_asked_about)
        .filter_map(|said| verdict(&said, is_borne_out(standing, &said.claim), is_borne_out(believed, &said.claim)))
        .collect()
}

fn verdict(said: &Said, borne: Option<Borne>, believed: Option<Borne>) -> Option<ClaimRow> {
    let status = said.status.filter(|status| said.done.contains(status))?;
    let why_not = match borne {
        Some(Ok(())) => return Some(row(&said.claim, Verdict::Confirmed, "borne out by the changes and the checks")),
        Some(Err(why)) => why.join("; "),
        None => "it was not looked at".into(),
    };
    let (verdict, why) = if said.is_ours && believed.is_some_and(|believed| believed.is_ok()) {
        (Verdict::NotCheckable, why_not)
    } else if said.is_ours {
        (Verdict::Contradicted, format!("`{status}` is not borne out: {why_not}"))
    } else if said.is_asserted {
        (Verdict::NotCheckable, format!("asserted by a person; not seen: {why_not}"))
    } else {
        (Verdict::NotCheckable, format!("said by somebody else; not seen: {why_not}"))
    };
    Some(row(&said.claim, verdict, why))
}

/// `implementation.handoff.readyFor`: a claim about all the others.
/// `results` are those that are believed, and `believed` what follows from them.
pub(super) fn ready(
    reality: &Reality,
    (results, believed): (&Results, &Standing),
    claims: &[ClaimRow],
) -> Option<ClaimRow> {
    let handoff = crate::record::our_object(reality.payload, "handoff")?;
    let ready_for = text(handoff, "readyFor")?;
    let asserted = handoff.get("asserted").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let asserted: BTreeSet<&str> = asserted.iter().filter_map(Value::as_str).collect();
    let mut reasons: Vec<String> = Vec::new();
    if ready_for != reality.payload.generation.acceptance() {
        reasons.push(format!("`{ready_for}` is no stage of this payload"));
    }
    let claimed: BTreeSet<&str> = claimed(reality.payload, "changes").filter_map(|entry| text(entry, "file")).collect();
    for change in reality.changes.iter().filter(|change| !claimed.contains(change.file.as_str())) {
        reasons.push(format!("`{}` changed and was not recorded by this tool", change.file));
    }
    let (unseen, not_run) = prescribed(reality);
    reasons.extend(not_run);
    let n_contradicted = claims.iter().filter(|claim| claim.verdict == Verdict::Contradicted).count();
    if 0 < n_contradicted {
        reasons.push(format!("claims contradicted: {n_contradicted}"));
    }
    if !standing::checks_held(results) {
        reasons.push("a check fails or cannot run".into());
    }
    for said in said(reality.payload) {
        let is_open = is_borne_out(believed, &said.claim).is_none_or(|borne| borne.is_err());
        if !is_open {
            continue;
        }
        // Ready was claimed with these in view, and with no others.
        let was_known = asserted.contains(&said.claim.as_str());
        let is_done = said.status.is_some_and(|status| said.done.contains(&status));
        match (said.is_asserted && is_done, was_known) {
            (true, true) => {}
            (true, false) => reasons.push(format!("{} was asserted after it was claimed", said.claim)),
            (false, _) => reasons.push(format!("{} is open", said.claim)),
        }
    }
    let n_stale = claims.iter().filter(|claim| claim.verdict == Verdict::Stale).count();
    Some(if reasons.is_empty() && 0 < n_stale {
        let why = format!("claimed ready for {ready_for}; {n_stale} claim(s) are stale: run `cargo handoff implement`");
        row("handoff", Verdict::Stale, why)
    } else if let (true, Some(wanting)) = (reasons.is_empty(), wanting(reality)) {
        row("handoff", Verdict::NotReproducible, format!("claimed ready for {ready_for}; {wanting}"))
    } else if reasons.is_empty() && !unseen.is_empty() {
        let why = format!("claimed ready for {ready_for}; not approved here: {}", some_of(&unseen));
        row("handoff", Verdict::NotCheckable, why)
    } else if reasons.is_empty() {
        row("handoff", Verdict::Confirmed, format!("ready for {ready_for}"))
    } else {
        row("handoff", Verdict::Contradicted, format!("claimed ready for {ready_for}: {}", reasons.join("; ")))
    })
}

/// What below V4 can be said of statuses and of readiness: they follow from checks that were not run again. `claims` are
/// all the other rows.
pub(super) fn below(payload: &Payload, claims: &[ClaimRow], level: Level) -> Vec<ClaimRow> {
    let mut rows = Vec::new();
    for said in said(payload).filter(|said| said.status.is_some_and(|status| said.done.contains(&status))) {
        let why = if said.is_ours {
            "it follows from the checks, which were not run again"
        } else if said.is_asserted {
            "asserted by a person"
        } else {
            "said by somebody else"
        };
        rows.push(row_at(level, said.claim, Verdict::NotCheckable, why));
    }
    let Some(handoff) = crate::record::our_object(payload, "handoff") else { return rows };
    let Some(ready_for) = text(handoff, "readyFor") else { return rows };
    let mut reasons = Vec::new();
    if ready_for != payload.generation.acceptance() {
        reasons.push(format!("`{ready_for}` is no stage of this payload"));
    }
    for (list, key) in [("tests", "status"), ("commands", "outcome")] {
        let bad = claimed(payload, list).filter_map(|entry| Some((entry, outcomes::outcome(entry, key)?)));
        for (entry, outcome) in bad.filter(|(_, outcome)| outcome.is_bad()) {
            reasons.push(format!("{} is recorded as {outcome}", text(entry, "id").unwrap_or(list)));
        }
    }
    reasons.extend(payload.prescribed.iter().filter_map(|prescribed| unrecorded(prescribed, payload)));
    let n_contradicted = claims.iter().filter(|claim| claim.verdict == Verdict::Contradicted).count();
    if 0 < n_contradicted {
        reasons.push(format!("claims contradicted: {n_contradicted}"));
    }
    let (verdict, why) = if reasons.is_empty() {
        (Verdict::NotCheckable, format!("claimed ready for {ready_for}; the checks were not run again"))
    } else {
        (Verdict::Contradicted, format!("claimed ready for {ready_for}: {}", reasons.join("; ")))
    };
    rows.push(row_at(level, "handoff", verdict, why));
    rows
}

/// Why the record of a prescribed command is none of it.
fn unrecorded(prescribed: &Prescribed, payload: &Payload) -> Option<String> {
    let (id, command) = (prescribed.id(), brief(&prescribed.command));
    let entry = claimed(payload, "commands").find(|entry| text(entry, "id") == Some(&id));
    let outcome = entry.and_then(|entry| outcomes::outcome(entry, "outcome"));
    let (Some(entry), false) = (entry, matches!(outcome, Some(Outcome::NotRun) | None)) else {
        return Some(format!("`{command}` is prescribed and was not run"));
    };
    let words = match approval::parse(&prescribed.command) {
        Parsed::Ours(words) | Parsed::NeedsApproval(words) => words,
        Parsed::Refused { .. } => return Some(format!("`{command}` is prescribed and is never run")),
    };
    let argv = entry.get("argv").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    // Places of the machine it ran on, and secrets, are told as words like `<root>`.
    let is_hidden = |told: &Value| told.as_str().is_some_and(|told| told.contains(['<', '~', '*']));
    let is_it = |(word, told): (&String, &Value)| told == word.as_str() || is_hidden(told);
    let is_same = argv.len() == words.len() && words.iter().zip(argv).all(is_it);
    (!is_same).then(|| format!("`{command}` is prescribed; another was recorded"))
}

/// Which tools that something recorded as passed needs are not on this machine.
fn wanting(reality: &Reality) -> Option<String> {
    let names: BTreeSet<String> = reality
        .results
        .commands
        .iter()
        .filter_map(|command| Some(format!("`{}`", command.wanting.as_ref()?)))
        .collect();
    let names: Vec<String> = names.into_iter().collect();
    let are = if names.len() == 1 { "is" } else { "are" };
    (!names.is_empty()).then(|| format!("{} {are} not on this machine", some_of(&names)))
}

/// The prescribed commands whose recorded runs cannot be seen again here, and why others stand in the way.
fn prescribed(reality: &Reality) -> (Vec<String>, Vec<String>) {
    let (mut unseen, mut reasons) = (Vec::new(), Vec::new());
    for prescribed in &reality.payload.prescribed {
        let (id, command) = (prescribed.id(), brief(&prescribed.command));
        let entry = reality::claimed(reality.payload, "commands").find(|entry| text(entry, "id") == Some(&id));
        let now = reality.results.commands.iter().find(|command| command.id == id);
        match (entry.and_then(|entry| outcomes::outcome(entry, "outcome")), entry, now) {
            (Some(Outcome::Passed), Some(entry), Some(now)) if outcomes::is_same_command(entry, now) => {
                if outcomes::is_not_seen_here(entry, now) && now.wanting.is_none() {
                    unseen.push(format!("`{command}`"));
                }
            }
            (Some(Outcome::Passed), _, _) => reasons.push(format!("`{command}` is prescribed; another was recorded")),
            (Some(Outcome::NotRun) | None, _, _) => {
                reasons.push(format!("`{command}` is prescribed and was not run"));
            }
            (Some(outcome @ (Outcome::Failed | Outcome::CouldNotRun)), _, _) => {
                reasons.push(format!("`{command}`: {outcome}"));
            }
        }
    }
    (unseen, reasons)
}
