//! Claims and results -> the answer: what is open, what to type next, the exit code.

use super::super::audited;
use super::super::closing;
use super::super::request::Context;
use super::super::scene::{self, Read};
use super::{Request, Require};
use crate::answers::{ClaimRow, Closing, Next, ValidateAnswer};
use crate::check::Results;
use crate::claims::{self, Reran};
use crate::error::{Code, Error, worse};
use crate::payload::model::Payload;
use crate::record;
use crate::record::acceptance::decision;
use crate::standing;
use crate::words::{CheckKind, Finding, Level, Outcome, Verdict};
use camino::Utf8Path;
use serde_json::Value;

/// What was found.
pub(super) struct Found<'a> {
    pub(super) request: &'a Request,
    pub(super) read: &'a Read,
    /// The baseline in words; `None` where nobody looked for it.
    pub(super) baseline: Option<String>,
    pub(super) claims: Vec<ClaimRow>,
    /// What was run again, with the folder of its logs.
    pub(super) ran: Option<(&'a Results, &'a Reran, &'a Utf8Path)>,
    pub(super) level: Level,
    /// What the audit found.
    pub(super) findings: Vec<Finding>,
}

pub(super) fn answer(found: Found, context: &Context) -> ValidateAnswer {
    let Found { request, read, baseline, claims, ran, level, findings } = found;
    let contradicted: Vec<&ClaimRow> = claims.iter().filter(|claim| claim.verdict == Verdict::Contradicted).collect();
    // What is not run again and the record says failed has failed, however closely the rest was looked at.
    let is_whole = request.common.steps.is_empty() || request.approves();
    let failed = recorded_failures(&read.payload, ran.map(|(results, ..)| results), is_whole);
    let holds = failed.is_empty() && ran.is_none_or(|(results, ..)| standing::checks_held(results));
    let by_hand = claims::only_by_hand(&read.payload);
    let is_short = |claim: &&ClaimRow| request.require.is_short(claim, by_hand.contains(&claim.claim));
    let short: Vec<&ClaimRow> = claims.iter().filter(is_short).collect();
    let exit = if !contradicted.is_empty() {
        Code::ClaimContradicted.exit()
    } else if !holds || !short.is_empty() {
        Code::CheckFailed.exit()
    } else {
        0
    };
    let handoff = record::our_object(&read.payload, "handoff");
    let says_ready = handoff.and_then(|handoff| handoff.get("readyFor")).is_some_and(|ready| !ready.is_null());
    let is_so = |claim: &ClaimRow| claim.claim != "handoff" || claim.verdict == Verdict::Confirmed;
    let is_ready = says_ready && claims.iter().all(is_so);
    let mut open: Vec<String> = contradicted.iter().map(|claim| format!("{}: {}", claim.claim, claim.why)).collect();
    open.extend(short.iter().map(|claim| {
        format!("{}: {}, and `{}` is required: {}", claim.claim, claim.verdict, request.require.word(), claim.why)
    }));
    open.extend(failed);
    let problems = ran.map(|(results, _, logs)| closing::problems(results, &scene::shown(logs, context)));
    let problems = problems.unwrap_or_default();
    open.extend(problems.iter().map(|problem| format!("{}: {}", problem.what, problem.why)));
    let hand_written = claims::hand_written(&read.payload);
    let is_rerun = |place: &String| ran.is_some_and(|(_, reran, _)| reran.contains_key(place));
    let n_unevidenced = hand_written.iter().filter(|entry| !is_rerun(&entry.place)).count();
    let is_all_short = holds && contradicted.is_empty() && !short.is_empty();
    let mut closing = Closing {
        verb: "validate".into(),
        outcome: closing::ending(exit),
        exit,
        ready: is_ready && exit == 0,
        open,
        next: next(exit, holds, &claims, level),
    };
    // Whoever validates cannot mend a machine by recording again.
    if exit == Code::CheckFailed.exit()
        && let Some((install, is_all)) = ran.map(|(results, ..)| closing::install(results, "validate"))
        && !install.is_empty()
    {
        closing.next.retain(|_| !is_all);
        closing.next.extend(install);
    }
    if is_all_short {
        let why = format!("what `--require {}` asks for, and what can stand in its way", request.require.word());
        closing.next.insert(0, closing::next("cargo handoff explain require", &why));
    }
    super::super::closing::deny(&mut closing, audited::denied(&findings, &request.deny));
    let is_undecided = decision(&read.payload).is_none_or(|decision| !decision.starts_with("approved"));
    // Nobody who reads a CI's log decides there.
    let may_decide = is_undecided && request.decide.is_none() && !context.surroundings.is_ci();
    if closing.ready && Level::Checks <= level && may_decide {
        let command = "cargo handoff validate --decide approved --as NAME --note TEXT";
        closing.next.insert(0, closing::next(command, "accept the work, as the person whose word that is"));
    }
    ValidateAnswer {
        closing,
        payload: scene::shown(&read.located.payload, context),
        note: None,
        baseline: baseline.unwrap_or_default(),
        levels: Level::ALL.into_iter().filter(|done| *done <= level).collect(),
        claims,
        n_unevidenced,
        rows: ran.map(|(results, ..)| closing::rows(results)).unwrap_or_default(),
        problems,
        recorded: None,
        findings,
        reports: Vec::new(),
    }
}

/// The deadline came before the checks were run again: nothing is ready, and what is contradicted or recorded as failed
/// stays worse than that.
pub(super) fn cut_off(closing: &mut Closing, error: &Error, writes: bool) {
    closing.ready = false;
    let nothing = if writes { "; nothing was recorded" } else { "" };
    closing.open.insert(0, format!("{}: the checks were not run again{nothing}", error.message));
    let exit = worse(closing.exit, error.exit());
    if exit != closing.exit {
        (closing.exit, closing.outcome) = (exit, closing::ending(exit));
        closing.next = vec![closing::next(
            "cargo handoff validate",
            "go on without a deadline; what was built is not built again",
        )];
    }
}

/// One sentence for each check that is recorded as failed or as one that could not run, and was not run again. Of those
/// nobody asked about, unless the whole is asked about, nothing is said.
fn recorded_failures(payload: &Payload, ran: Option<&Results>, is_whole: bool) -> Vec<String> {
    let bad = [Outcome::Failed, Outcome::CouldNotRun].map(Outcome::word);
    let lists = [("tests", "status"), ("commands", "outcome")].into_iter();
    let entries = lists.flat_map(|(list, key)| record::ours(payload, list).map(move |entry| (entry, key)));
    let failed = entries.filter(|(entry, _)| !record::is_withdrawn(entry)).filter_map(|(entry, key)| {
        let text = |key: &str| entry.get(key).and_then(Value::as_str);
        let outcome = text(key).filter(|outcome| bad.contains(outcome))?;
        let id = text("id").unwrap_or(key);
        let Some(results) = ran else { return Some(format!("{id}: recorded as {outcome}")) };
        let why = match results.commands.iter().find(|command| command.id == id) {
            Some(command) if command.outcome != Outcome::NotRun => return None,
            Some(command) => command.why.as_deref().map(|why| format!(": {why}")).unwrap_or_default(),
            None if results.suites.iter().any(|suite| suite.suite.id() == id) => return None,
            // Our own commands come and go with what there is to check: what they are for was looked at again.
            None if key == "outcome" && text("kind") != Some(CheckKind::Prescribed.word()) => return None,
            None if !is_whole => return None,
            None => String::new(),
        };
        Some(format!("{id}: recorded as {outcome}, and not run again{why}"))
    });
    failed.collect()
}

impl Require {
    /// Whether a claim falls short of this. One that is contradicted always does, and is told apart. What somebody wrote
    /// by hand and nothing can be held against is no claim of ours: nobody can confirm it, so nobody is asked to. One that
    /// is called as a check of ours is (an entry of ours whose `by` was taken away) counts all the same.
    fn is_short(self, claim: &ClaimRow, is_by_hand: bool) -> bool {
        let is_of_check = claim.claim.starts_with("test:") || claim.claim.starts_with("command:");
        match (self, claim.verdict) {
            (_, Verdict::Contradicted) | (Self::NotContradicted, _) => false,
            (Self::Confirmed, Verdict::NotCheckable) => is_of_check || !is_by_hand,
            (Self::Confirmed, verdict) => verdict != Verdict::Confirmed,
            (Self::Reproduced, Verdict::Confirmed) => is_of_check && claim.level < Level::Checks,
            // What somebody merged by hand nobody recorded.
            (Self::Reproduced, Verdict::NotReproducible) => is_of_check || claim.claim.starts_with("change:"),
            (Self::Reproduced, Verdict::Stale | Verdict::NotCheckable) => is_of_check,
        }
    }
}

fn next(exit: u8, holds: bool, claims: &[ClaimRow], level: Level) -> Vec<Next> {
    let has = |verdict: Verdict| claims.iter().any(|claim| claim.verdict == verdict);
    if exit == Code::ClaimContradicted.exit() {
        vec![
            closing::next("cargo handoff explain claim-contradicted", "what a contradicted claim means"),
            closing::next("cargo handoff implement", "record what is really so"),
        ]
    } else if level < Level::Checks && holds && !claims.is_empty() {
        vec![closing::next("cargo handoff validate", "run the checks again as well")]
    } else if exit != 0 || has(Verdict::Stale) {
        vec![closing::next("cargo handoff implement", "record it again once that is mended")]
    } else if claims.is_empty() {
        vec![closing::next("cargo handoff implement", "nothing is claimed yet: record the work")]
    } else {
        vec![closing::next("cargo handoff status", "what the payload says at a glance")]
    }
}

#[cfg(test)]
mod tests;
