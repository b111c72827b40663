//! What `implement` would do: steps, packages, targets, changes and the affected set, each with its reason.

use super::closing;
use super::locks::Locks;
use super::past::{self, Past};
use super::request::{Common, Context};
use super::scene;
use crate::answers::MapAnswer;
use crate::cancel::Cancel;
use crate::check;
use crate::error::Result;
use crate::event::{Event, Run, Watch};
use crate::git::Git;
use schemars::JsonSchema;
use serde::Serialize;

/// What `map` is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// What most verbs are asked.
    pub common: Common,
}

/// Maps. Works without a payload too: then there are no steps, only changes and whom they affect.
///
/// # Errors
/// 65, 74, 78, 102.
pub fn run(request: &Request, context: &Context, cancel: &Cancel, watch: &dyn Watch) -> Result<MapAnswer> {
    let run = Run::new(context.surroundings.now_as_name(), watch);
    let read = scene::read_if_any(&request.common, context)?;
    let payload = read.as_ref().map(|read| scene::shown(&read.located.payload, context));
    run.tell(Event::VerbStarted { verb: "map".into(), payload });
    let root = match &read {
        Some(read) => read.located.root.clone(),
        None => Git::open(&context.surroundings.folder, &context.surroundings, cancel)?.top().to_owned(),
    };
    let _locks = Locks::watch(&request.common, &root, context)?;
    let flags = request.common.flags();
    let graph = scene::graph(&root, &request.common, &flags, context, cancel)?;
    let mut scene = scene::look(read.as_ref(), &root, graph, &request.common, &flags, context, cancel)?;
    if request.common.steps.is_empty() {
        let past = Past::look(&request.common, &root, context, cancel)?;
        let restless = past::restless(&past, scene.checks(&root, &root, &flags), cancel, &run);
        scene.ask_for_each(restless);
    }
    let no_steps = Vec::new();
    let steps = read.as_ref().map_or(&no_steps, |read| &read.payload.steps);
    let mut events = scene::events(&scene, steps);
    events.extend(check::planned(&scene.checks(&root, &root, &flags)));
    events.extend(scene::units(&scene));
    // What `implement` would record as follow-ups.
    let odd = read.iter().flat_map(|read| &read.payload.oddities);
    let odd = odd.chain(scene.mapped.iter().flat_map(|mapped| &mapped.oddities));
    events.extend(odd.map(|oddity| Event::Remark { text: oddity.text.clone() }));
    for event in &events {
        run.tell(event.clone());
    }
    let next = if read.is_some() {
        closing::next("cargo handoff implement", "run these checks and record what they come to")
    } else {
        closing::next("cargo handoff init --from-branch \"what it is for\"", "draft a payload from these changes")
    };
    Ok(MapAnswer { closing: closing::plain("map", vec![next]), events })
}
