//! `--record` and `--decide`: what a validation saw, written into `qaFindings`.

use super::super::closing;
use super::super::request::Context;
use super::super::scene::{self, Read, Scene};
use super::Request;
use crate::answers::ValidateAnswer;
use crate::cancel::Cancel;
use crate::check::Results;
use crate::error::{Code, Error, Result};
use crate::event::{Event, Run};
use crate::git::{Git, Snapshot};
use crate::payload::edit::Edit;
use crate::payload::store;
use crate::record::acceptance::{Acceptance, Decision, Held, blocking, edits, issues_in};
use crate::record::our_object;
use crate::report::layout::count;
use crate::standing::{self, Standing};
use crate::words::{Level, Verdict, some_of};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use std::time::Instant;

/// What a person decides about acceptance, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Decide {
    /// Which way.
    pub to: Decided,
    /// Why.
    pub note: String,
}

/// Which way a person decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Decided {
    /// The work is accepted.
    Approved,
    /// It is not.
    Rejected,
}

impl Decided {
    /// The spelling in the payload.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Rejected => "rejected",
        }
    }
}

/// The lowest level that runs the work itself: what nobody saw pass is not approved.
const TO_APPROVE: Level = Level::Checks;

/// A decision is somebody's, and has a reason; an approval is of the work, not of its record alone. What is to be run
/// anew is run at all.
pub(super) fn check(request: &Request) -> Result<()> {
    if let Some(level) = request.level.filter(|level| request.fresh && *level < TO_APPROVE) {
        let (asked, least) = (level.name(), TO_APPROVE.name());
        let message = format!("`--fresh` runs the checks anew, and level {asked} runs none");
        return Err(Error::new(Code::Usage, message).hint(format!(
            "leave `--fresh` out, or look as closely as {least}: cargo handoff validate --fresh --level {}",
            least.trim_start_matches('V')
        )));
    }
    let Request { decide: Some(decide), common, level, .. } = request else { return Ok(()) };
    let is_empty = |text: Option<&str>| text.is_none_or(|text| text.trim().is_empty());
    if is_empty(common.as_name.as_deref()) || is_empty(Some(&decide.note)) {
        let message = format!("`--decide {}` needs `--as NAME` and `--note TEXT`", decide.to.word());
        return Err(Error::new(Code::Usage, message)
            .hint(format!("cargo handoff validate --decide {} --as \"your name\" --note \"why\"", decide.to.word())));
    }
    let is_approval = match decide.to {
        Decided::Approved => true,
        Decided::Rejected => false,
    };
    if let Some(level) = level.filter(|level| is_approval && *level < TO_APPROVE) {
        let (asked, least) = (level.name(), TO_APPROVE.name());
        let message = format!("`--decide approved` needs level {least} or more: {asked} does not run the work");
        return Err(Error::new(Code::Usage, message).hint(format!(
            "cargo handoff validate --level {} --decide approved --as \"your name\" --note \"why\"",
            least.trim_start_matches('V')
        )));
    }
    Ok(())
}

/// What a validation saw.
pub(super) struct Looked<'a> {
    pub(super) request: &'a Request,
    pub(super) read: &'a Read,
    /// What was checked again; `None` below V4.
    pub(super) ran: Option<(&'a Scene, &'a Results)>,
    pub(super) began: Instant,
    pub(super) context: &'a Context,
    pub(super) cancel: &'a Cancel,
    pub(super) run: &'a Run<'a>,
}

/// The edits that record it. None where nobody asked for any, or an approval is refused, which the answer says then.
pub(super) fn record(looked: &Looked, answer: &mut ValidateAnswer) -> Result<Vec<Edit>> {
    let Looked { request, read, ran, context, cancel, run, .. } = looked;
    if !request.writes() {
        return Ok(Vec::new());
    }
    let (common, decide) = (&request.common, request.decide.as_ref());
    let is_approval = request.approves();
    let is_contradicted = answer.claims.iter().any(|claim| claim.verdict == Verdict::Contradicted);
    if is_approval && (is_contradicted || answer.closing.exit != 0) {
        let why = if is_contradicted { "a claim is contradicted" } else { "a check does not hold" };
        let refused = format!("`--decide approved` is refused while {why}; nothing was recorded");
        answer.closing.open.insert(0, refused);
        return Ok(Vec::new());
    }
    let root = &read.located.root;
    let git = Git::open(root, &context.surroundings, cancel)?;
    let own; // below V3 nobody has looked at the tree yet
    let snapshot: &Snapshot = match ran {
        Some((scene, _)) => &scene.snapshot,
        None => {
            own = git.snapshot(root)?;
            &own
        }
    };
    let recorded = our_object(&read.payload, "baseline").and_then(|baseline| baseline.get("commit"));
    let recorded = recorded.and_then(Value::as_str).unwrap_or_default();
    let standing: Option<Standing> = ran.map(|(scene, results)| {
        standing::judge(&standing::Seen {
            payload: &read.payload,
            graph: &scene.graph,
            root,
            changes: &scene.changes,
            mapped: &scene.mapped,
            results,
        })
    });
    let claims: Vec<Held> = answer
        .claims
        .iter()
        .map(|claim| Held { claim: &claim.claim, verdict: claim.verdict, why: &claim.why, level: claim.level })
        .collect();
    let edits = edits(&Acceptance {
        payload: &read.payload,
        run: run.id(),
        at: &context.surroundings.now(),
        who: &scene::who(common, context, Some(&git))?,
        levels: &answer.levels,
        steps: &common.steps,
        exit: answer.closing.exit,
        duration_ms: u64::try_from(looked.began.elapsed().as_millis()).unwrap_or(u64::MAX),
        commit: git.head(),
        tree: snapshot.tree(),
        uncommitted: snapshot.has_uncommitted_work()?,
        baseline: ran.map_or(recorded, |(scene, _)| &scene.baseline.commit),
        blobs: &snapshot.files()?,
        claims: &claims,
        results: ran.map(|(_, results)| results),
        standing: standing.as_ref(),
        decision: decide.map(|decide| Decision { to: decide.to.word(), note: decide.note.trim() }),
    });
    let blocking = if is_approval { blocking(&read.payload, &edits) } else { Vec::new() };
    if blocking.is_empty() {
        return Ok(edits);
    }
    let (issues, exit) = (count(blocking.len(), "issue is", "issues are"), Code::CheckFailed.exit());
    let refused = format!(
        "`--decide approved` is refused while {issues} open: {}; nothing was recorded. Whoever found it writes `\"status\": \
         \"closed\"` beside it in `qaFindings.issues` once it is settled",
        some_of(&blocking)
    );
    let ending = &mut answer.closing;
    ending.open.insert(0, refused);
    (ending.exit, ending.outcome, ending.ready) = (exit, closing::ending(exit), false);
    ending.next = vec![closing::next("cargo handoff status", "what the payload says at a glance")];
    Ok(Vec::new())
}

/// Writes them into this payload, and says so.
pub(super) fn save(
    into: &Read,
    edits: &[Edit],
    answer: &mut ValidateAnswer,
    context: &Context,
    run: &Run,
) -> Result<()> {
    if edits.is_empty() {
        return Ok(());
    }
    store::save(&into.located, &into.document, edits)?;
    let payload = scene::shown(&into.located.payload, context);
    let n_issues =
        |status: &str| issues_in(edits).filter(|entry| entry.get("status").is_some_and(|now| now == status)).count();
    let decided = edits.iter().find_map(|edit| match edit {
        Edit::Decision { to, by, .. } => Some(format!(", {to} by {by}")),
        Edit::Meta { .. }
        | Edit::Append { .. }
        | Edit::Entry { .. }
        | Edit::Finding { .. }
        | Edit::Object { .. }
        | Edit::Status { .. }
        | Edit::Red { .. } => None,
    });
    answer.recorded = Some(format!(
        "recorded in {payload}: {} opened or renewed, {} resolved{}",
        count(n_issues("open"), "issue", "issues"),
        n_issues("resolved"),
        decided.unwrap_or_default()
    ));
    let next = closing::next("git add handoff && git commit", "the findings go with the work");
    answer.closing.next.push(next);
    run.tell(Event::Recorded { payload, edits: edits.len() });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verbs::Common;

    #[test]
    fn what_is_to_be_run_anew_is_run_at_all() {
        for level in Level::ALL {
            let asked = Request { fresh: true, level: Some(level), ..Request::default() };
            let found = check(&asked).map_err(|error| error.exit());
            assert_eq!(found, if level < Level::Checks { Err(2) } else { Ok(()) }, "{}", level.name());
        }
        assert!(check(&Request { fresh: true, ..Request::default() }).is_ok());
    }

    #[test]
    fn what_nobody_looked_at_is_not_approved() {
        let asked = |to, level| Request {
            decide: Some(Decide { to, note: "seen".into() }),
            common: Common { as_name: Some("P".into()), ..Common::default() },
            level,
            ..Request::default()
        };
        for level in Level::ALL {
            let found = check(&asked(Decided::Approved, Some(level))).map_err(|error| error.exit());
            assert_eq!(found, if level < Level::Checks { Err(2) } else { Ok(()) }, "{}", level.name());
            assert!(check(&asked(Decided::Rejected, Some(level))).is_ok());
        }
        assert!(check(&asked(Decided::Approved, None)).is_ok(), "the checks are run again then");
    }
}
