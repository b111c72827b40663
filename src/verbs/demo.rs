//! A sample workspace in a fresh folder, with `implement` run on it: the newcomer's first command.

use super::implement;
use super::request::{Common, Context};
use crate::answers::{ImplementAnswer, Next};
use crate::cancel::Cancel;
use crate::error::{Error, Result, utf8};
use crate::event::Watch;
use crate::sample;
use crate::words::shell_word;
use camino::{Utf8Path, Utf8PathBuf};
use schemars::JsonSchema;
use serde::Serialize;

/// What `demo` is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// The folder; a fresh temporary one where `None`.
    pub into: Option<String>,
    /// Whether to leave a failing test in.
    pub broken: bool,
}

/// Lays the sample out and runs `implement` on it.
///
/// # Errors
/// 78 without git or where the folder is not empty, 74, and those of `implement`.
pub fn run(request: &Request, context: &Context, cancel: &Cancel, watch: &dyn Watch) -> Result<ImplementAnswer> {
    let folder = match &request.into {
        Some(into) => context.surroundings.absolute(Utf8Path::new(into)),
        None => fresh_folder()?,
    };
    sample::lay_out(&folder, request.broken, &context.surroundings, cancel)?;
    let inside = context.at(&folder);
    let mut answer = implement::run(&implement_request(), &inside, cancel, watch)?;
    answer.closing.verb = "demo".into();
    let go = format!("cd {}", shell_word(folder.as_str()));
    let mut next = vec![Next { command: go, why: "the workspace, its payload and the logs are there".into() }];
    let then = if request.broken {
        ("cargo handoff demo", "the same without the broken test")
    } else {
        ("cargo handoff validate", "be the acceptance owner: hold every claim against reality")
    };
    next.push(Next { command: then.0.into(), why: then.1.into() });
    answer.closing.next = next;
    Ok(answer)
}

fn implement_request() -> implement::Request {
    let common = Common { as_name: Some("demo".into()), ..Common::default() };
    implement::Request { common, ..implement::Request::default() }
}

fn fresh_folder() -> Result<Utf8PathBuf> {
    let folder = tempfile::Builder::new()
        .prefix("cargo-handoff-demo-")
        .tempdir()
        .map_err(|error| Error::io("make a temporary folder", error))?;
    utf8(folder.keep())
}
