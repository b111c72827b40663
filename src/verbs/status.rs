//! Gate, steps, scenarios and last outcomes at a glance. With `--safe` nothing is started at all.

use super::closing;
use super::request::{Common, Context};
use super::scene;
use crate::answers::{Glance, Next, StatusAnswer};
use crate::cancel::Cancel;
use crate::error::Result;
use crate::event::Watch;
use crate::git::Git;
use crate::payload::gate;
use crate::payload::model::Payload;
use crate::record;
use crate::record::acceptance::{self, OpenIssue};
use crate::standing::{COMPLETED, IMPLEMENTED};
use crate::words::Outcome;
use schemars::JsonSchema;
use serde::{Deserialize as _, Serialize};
use std::collections::BTreeMap;

/// What `status` is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// What most verbs are asked.
    pub common: Common,
    /// Whether to start no process at all.
    pub safe: bool,
}

/// Reads the payload and says where it stands.
///
/// # Errors
/// 65, 66, 74; without `--safe` 78 where git does not answer.
pub fn run(request: &Request, context: &Context, cancel: &Cancel, _: &dyn Watch) -> Result<StatusAnswer> {
    let read = scene::read(&request.common, context)?;
    let payload = &read.payload;
    let gate: Vec<String> = gate::missing(&read.document, payload)
        .iter()
        .map(|missing| format!("{} (stage {}, ask {})", missing.what, missing.stage, missing.owner))
        .collect();
    let n_changes = if request.safe { None } else { Some(n_changes(request, &read, context, cancel)?) };
    let steps: Vec<Glance> = payload
        .steps
        .iter()
        .map(|step| Glance {
            id: step.id.clone(),
            name: step.name.clone(),
            status: step.status.clone(),
            asserted: step.asserted,
            success_signal: step.success_signal.clone(),
        })
        .collect();
    let scenarios: Vec<Glance> = payload
        .scenarios
        .iter()
        .map(|scenario| Glance {
            id: scenario.id.clone(),
            name: scenario.name.clone(),
            status: scenario.status.clone(),
            asserted: scenario.asserted,
            success_signal: None,
        })
        .collect();
    let outcomes = outcomes(payload);
    let handoff = record::our_object(payload, "handoff");
    let ready = handoff.and_then(|handoff| handoff.get("readyFor")).is_some_and(|ready| !ready.is_null());
    let mut closing = closing::plain("status", next(&gate, &outcomes, ready));
    closing.ready = ready;
    closing.open = open(&steps, COMPLETED, "step");
    closing.open.extend(open(&scenarios, IMPLEMENTED, "scenario"));
    Ok(StatusAnswer {
        closing,
        payload: scene::shown(&read.located.payload, context),
        stage: payload.current_stage.clone(),
        gate,
        steps,
        scenarios,
        outcomes,
        n_changes,
        decision: acceptance::decision(payload),
        open_issues: issues(payload),
    })
}

/// The open issues. What changed since they were found is seen by `implement` alone.
fn issues(payload: &Payload) -> Vec<OpenIssue> {
    let mut issues = acceptance::open_issues(payload, &[], &[], &BTreeMap::new());
    issues.iter_mut().for_each(|issue| issue.unchanged.clear());
    issues
}

fn n_changes(request: &Request, read: &scene::Read, context: &Context, cancel: &Cancel) -> Result<usize> {
    let root = &read.located.root;
    let git = Git::open(root, &context.surroundings, cancel)?;
    scene::changed_without_graph(&git, read, root, &request.common, context)
}

fn open(glances: &[Glance], done: &[&str], what: &str) -> Vec<String> {
    let is_open = |glance: &&Glance| glance.status.as_deref().is_none_or(|status| !done.contains(&status));
    glances.iter().filter(is_open).map(|glance| format!("{what} {}: {}", glance.id, glance.name)).collect()
}

/// The last outcome of every suite and command of ours that is still claimed.
fn outcomes(payload: &Payload) -> Vec<(String, Outcome)> {
    [("tests", "status"), ("commands", "outcome")]
        .into_iter()
        .flat_map(|(list, key)| {
            record::ours(payload, list).filter(|entry| !record::is_withdrawn(entry)).filter_map(move |entry| {
                let id = entry.get("id")?.as_str()?.to_owned();
                Some((id, Outcome::deserialize(entry.get(key)?).ok()?))
            })
        })
        .collect()
}

fn next(gate: &[String], outcomes: &[(String, Outcome)], ready: bool) -> Vec<Next> {
    if !gate.is_empty() {
        vec![closing::next("cargo handoff explain gate-closed", "what has to be there before stage 4")]
    } else if outcomes.is_empty() {
        vec![
            closing::next("cargo handoff map", "what the steps touch"),
            closing::next("cargo handoff implement", "check the work and record it"),
        ]
    } else if ready {
        vec![closing::next("cargo handoff validate", "hold every claim against reality")]
    } else {
        vec![closing::next("cargo handoff implement", "check the work and record it")]
    }
}
