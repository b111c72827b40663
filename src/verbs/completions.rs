//! Completions: what a shell is to load, and the ids of the payload that it offers.

use super::closing;
use super::request::{Common, Context};
use super::scene;
use crate::answers::PlainAnswer;
use crate::cancel::Cancel;
use crate::error::Result;
use crate::event::Watch;
use schemars::JsonSchema;
use serde::Serialize;

/// A shell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Shell {
    /// Bash.
    Bash,
    /// Zsh.
    Zsh,
    /// Fish.
    Fish,
}

impl Shell {
    /// What it is to load. The script asks this program for every candidate, so it knows what the payload of the moment
    /// holds and never grows old.
    #[must_use]
    pub const fn script(self) -> &'static str {
        match self {
            Self::Bash => include_str!("completions/cargo-handoff.bash"),
            Self::Zsh => include_str!("completions/_cargo-handoff"),
            Self::Fish => include_str!("completions/cargo-handoff.fish"),
        }
    }
}

/// What `completions` is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// For whom.
    pub shell: Shell,
}

/// Shows what the shell is to load. Starts nothing, reads nothing.
///
/// # Errors
/// None.
pub fn run(request: &Request, _: &Context, _: &Cancel, _: &dyn Watch) -> Result<PlainAnswer> {
    let text = request.shell.script().to_owned();
    Ok(PlainAnswer { closing: closing::plain("completions", Vec::new()), text })
}

/// The ids of a payload, each with what it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ids {
    /// Of the plan's steps.
    pub steps: Vec<(String, String)>,
    /// Of the test plan's scenarios.
    pub scenarios: Vec<(String, String)>,
    /// Of the commands it prescribes.
    pub commands: Vec<(String, String)>,
}

/// The ids of the payload at hand; none where there is no payload that can be read. Starts nothing.
#[must_use]
pub fn ids(common: &Common, context: &Context) -> Ids {
    let Ok(Some(read)) = scene::read_if_any(common, context) else { return Ids::default() };
    let payload = read.payload;
    Ids {
        steps: payload.steps.into_iter().map(|step| (step.id, step.name)).collect(),
        scenarios: payload.scenarios.into_iter().map(|scenario| (scenario.id, scenario.name)).collect(),
        commands: payload.prescribed.into_iter().map(|command| (command.id(), command.command)).collect(),
    }
}
