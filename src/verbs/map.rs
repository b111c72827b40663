//! What `implement` would do: steps, packages, targets, changes and the affected set, each with its reason.

use super::closing;
use super::locks::Locks;
use super::past::{self, Past};
use super::prescribed;
use super::request::{Common, Context};
use super::scene::{self, Read};
use crate::answers::MapAnswer;
use crate::approval::{Rules, Ruling};
use crate::cancel::Cancel;
use crate::check;
use crate::error::Result;
use crate::event::{Event, Run, Watch};
use crate::git::Git;
use crate::words::CheckKind;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeSet;

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
    if let Some(read) = &read {
        events.extend(prescribed(read, &request.common, &scene.chosen, context));
    }
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

/// The commands the payload prescribes, each with whether it may run. Nothing is asked and nothing started.
fn prescribed(read: &Read, common: &Common, chosen: &BTreeSet<String>, context: &Context) -> Vec<Event> {
    let rules = Rules::new(&read.located.root, &context.surroundings);
    let commands = prescribed::at_hand(read, common, chosen);
    let planned = commands.map(|command| {
        let folder = prescribed::folder(&command.command, &read.located.root, common, context);
        let may_run = match rules.ruling(&command.command, &folder, &context.surroundings) {
            Ok(Ruling::Unasked(_)) => "it runs unasked, unless the checks above cover it".to_owned(),
            Ok(Ruling::Approved(..)) => "it is approved".to_owned(),
            Ok(Ruling::NeedsApproval(_)) => {
                let id = command.id();
                let id = id.strip_prefix("command:prescribed:").unwrap_or(&id);
                format!("it needs approval, and is not run: `cargo handoff trust {id}`")
            }
            Ok(Ruling::Writes(_)) => "it is not run: it would write into the sources".to_owned(),
            Ok(Ruling::Refused { why, .. }) => format!("it is not run: {why}"),
            Err(error) => format!("it is not run: it cannot be looked at: {}", error.message),
        };
        let (check, packages) = (CheckKind::Prescribed, Vec::new());
        Event::Planned { check, command: command.command.clone(), packages, may_run: Some(may_run) }
    });
    planned.collect()
}
