//! A payload to start from: the empty template, or one drafted from what the branch changed. And a CI's workflow.

mod ci;
mod draft;

use super::closing;
use super::request::{Common, Context};
use super::scene;
use crate::answers::PlainAnswer;
use crate::cancel::Cancel;
use crate::error::{Code, Error, Result};
use crate::event::Watch;
use crate::files;
use crate::git::Git;
use crate::payload::document::Document;
use crate::payload::gate;
use crate::payload::model::Payload;
use crate::payload::store::{self, Located};
use camino::{Utf8Path, Utf8PathBuf};
pub use ci::Ci;
use schemars::JsonSchema;
use serde::Serialize;

/// What `init` is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// What most verbs are asked.
    pub common: Common,
    /// What the branch is for: draft the payload from what it changed.
    pub from_branch: Option<String>,
    /// Archive a finished payload first.
    pub new: bool,
    /// Write a workflow for this CI service instead of a payload.
    pub ci: Option<Ci>,
}

/// The empty payload of the five-stage workflow.
const TEMPLATE: &str = include_str!("../../fixtures/payloads/template.json");

/// Makes `handoff/payload.json`. Never over content: an existing payload is archived with `new` as
/// `payload-<time>.json` beside it, or refused. With `ci`, makes that service's workflow and leaves payloads alone.
///
/// # Errors
/// 65 where a payload with content, or another workflow, stands there, 74, 78, 102.
pub fn run(request: &Request, context: &Context, cancel: &Cancel, _: &dyn Watch) -> Result<PlainAnswer> {
    if let Some(ci) = request.ci {
        return ci::run(ci, &request.common, context, cancel);
    }
    let located = place(request, context, cancel)?;
    let old = if store::is_regular(&located.payload)? { files::read(&located.payload, u64::MAX)? } else { None };
    // A template nobody filled in has no content yet: a draft may take its place.
    let is_blank =
        |bytes: &[u8]| bytes.trim_ascii().is_empty() || (request.from_branch.is_some() && bytes == TEMPLATE.as_bytes());
    let old = old.filter(|bytes| !is_blank(bytes));
    if old.is_some() && !request.new {
        return Err(Error::new(Code::PayloadExists, format!("there is a payload in `{}`", located.payload))
            .hint("`cargo handoff status` shows where it stands")
            .hint("`cargo handoff init --new` archives it and starts another"));
    }
    let text = match &request.from_branch {
        Some(summary) => draft::draft(summary, &located, &request.common, context, cancel)?,
        None => TEMPLATE.to_owned(),
    };
    store::prepare_folder(&located)?;
    let mut said = String::new();
    if old.is_some() {
        let archived = archive(&located, context)?;
        said.push_str(&format!("archived as `{}`\n", scene::shown(&archived, context)));
    }
    files::replace(&located.payload, text.as_bytes())?;
    said.push_str(&format!("made `{}`\n", scene::shown(&located.payload, context)));
    let document = Document::parse("handoff/payload.json", text.into_bytes())?;
    let payload = Payload::read(&document)?;
    let missing = gate::missing(&document, &payload);
    for step in &payload.steps {
        said.push_str(&format!("  step {}: {}\n", step.id, step.name));
    }
    for scenario in &payload.scenarios {
        said.push_str(&format!("  scenario {}: {}\n", scenario.id, scenario.name));
    }
    let mut closing = closing::plain("init", Vec::new());
    if missing.is_empty() {
        said.push_str("everything in it is a draft: read it, and change what is not so\n");
        closing.next.push(closing::next("cargo handoff implement", "check the work and record it"));
    } else {
        closing.open = missing.iter().map(|missing| format!("{} is missing", missing.what)).collect();
        closing.next.push(closing::next("cargo handoff status", "what has to be filled in before stage 4 starts"));
    }
    Ok(PlainAnswer { closing, text: said })
}

/// Where the payload is to be: where one is, where `--payload` says, else at the top of the repository that holds
/// the workspace.
fn place(request: &Request, context: &Context, cancel: &Cancel) -> Result<Located> {
    let surroundings = &context.surroundings;
    let manifest = request.common.manifest_paths.first().map(|path| Utf8Path::new(path.as_str()));
    if let Some(named) = request.common.payload.as_deref() {
        return Ok(Located::at(surroundings.absolute(named.into())));
    }
    if let Some(located) = store::find(surroundings, None, manifest)? {
        return Ok(located);
    }
    let start = manifest.map(|path| surroundings.absolute(path)).and_then(|path| path.parent().map(Utf8Path::to_owned));
    let start = start.unwrap_or_else(|| surroundings.folder.clone());
    let root = Git::open(&start, surroundings, cancel)?.top().to_owned();
    Ok(Located { payload: root.join("handoff").join("payload.json"), root })
}

/// Moves the old payload aside, never over another.
fn archive(located: &Located, context: &Context) -> Result<Utf8PathBuf> {
    let time = context.surroundings.now().replace([':', '-'], "");
    let folder = scene::handoff_folder(located);
    let names = std::iter::once(format!("payload-{time}.json"));
    let more = (2..).map(|number| format!("payload-{time}-{number}.json"));
    let free = names.chain(more).map(|name| folder.join(name)).find(|path| !path.exists());
    let archived = free.expect("the numbers do not end");
    let failed = |error: std::io::Error| Error::io(format!("archive `{}`", located.payload), error);
    std::fs::rename(&located.payload, &archived).map_err(failed)?;
    Ok(archived)
}
