//! Which tools are there, and which are named and missing.

use super::super::request::{Common, Context};
use super::super::{closing, scene};
use super::ground::Place;
use crate::answers::ReconAnswer;
use crate::cancel::Cancel;
use crate::error::Result;
use crate::event::Watch;
use crate::payload::model::Payload;
use crate::recon::tooling::{self, State, Tooling, Wanting};
use crate::workspace::graph::find_manifests;
use schemars::JsonSchema;
use serde::Serialize;

/// What `recon tooling` is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// What most verbs are asked.
    pub common: Common,
    /// How many programs are told at most.
    pub limit: usize,
}

/// Looks for them. What the payload names is never run.
///
/// # Errors
/// 65 where the payload cannot be read, 74, or a signal.
pub fn run(request: &Request, context: &Context, cancel: &Cancel, _: &dyn Watch) -> Result<ReconAnswer<Tooling>> {
    let surroundings = &context.surroundings;
    let place = Place::find(&request.common, context)?;
    let root = place.ground(None).root.to_owned();
    let read = scene::read_if_any(&request.common, context)?;
    let wanting = read.map(|read| wanting(&read.payload)).unwrap_or_default();
    let manifests = find_manifests(&surroundings.folder, &root, &request.common.manifests(surroundings));
    let folder = manifests.ok().and_then(|all| all.first()?.parent().map(ToOwned::to_owned));
    let folder = folder.unwrap_or_else(|| surroundings.folder.clone());
    let found = tooling::tooling(&wanting, &root, &folder, request.limit, surroundings, cancel)?;
    let missing = found.programs.items.iter().filter(|program| program.state == State::Missing);
    let gets = missing.filter_map(|program| program.get.as_ref().map(|get| (get, &program.name)));
    let gets = gets.filter(|(get, _)| get.starts_with("cargo ") || get.starts_with("rustup "));
    let next = gets.map(|(get, name)| closing::next(get.clone(), &format!("`{name}` is missing"))).take(3).collect();
    Ok(ReconAnswer { closing: closing::plain("recon", next), found })
}

/// What of a payload names tools: commands, and what steps and scenarios say.
fn wanting(payload: &Payload) -> Vec<Wanting> {
    let commands =
        payload.prescribed.iter().map(|it| Wanting { by: it.id(), text: it.command.clone(), is_command: true });
    let prose = |by: String, text: &str| Wanting { by, text: text.to_owned(), is_command: false };
    let steps = payload.steps.iter().map(|step| prose(format!("step:{}", step.id), &step.own_text));
    let scenarios = payload.scenarios.iter().map(|it| prose(format!("scenario:{}", it.id), &it.name));
    commands.chain(steps).chain(scenarios).collect()
}
