//! Adds what only a person can say.

use crate::answers::PlainAnswer;
use crate::cancel::Cancel;
use crate::error::{Code, Error, Result};
use crate::event::Watch;
use crate::verbs::{Common, Context};
use schemars::JsonSchema;
use serde::Serialize;

/// What `note` is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// What most verbs are asked.
    pub common: Common,
    /// What to note.
    pub what: Note,
}

/// Not built yet.
///
/// # Errors
/// Always.
pub fn run(_: &Request, _: &Context, _: &Cancel, _: &dyn Watch) -> Result<PlainAnswer> {
    Err(Error::new(Code::Internal, "not built yet"))
}

/// What only a person can say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Note {
    /// Why a file was changed.
    Rationale {
        /// The file, relative to the payload's root.
        file: String,
        /// Why.
        text: String,
    },
    /// Where the work left the plan.
    Deviation {
        /// What is otherwise than planned.
        text: String,
        /// What makes up for it.
        mitigation: Option<String>,
        /// What is left to do about it.
        follow_up: Option<String>,
    },
    /// Something left to do.
    FollowUp {
        /// What.
        text: String,
    },
    /// How something in the plan was understood.
    Clarification {
        /// The step it is about.
        step: Option<String>,
        /// How.
        text: String,
    },
    /// A question to those upstream.
    Question {
        /// The question.
        text: String,
        /// `blocking` closes the gate.
        severity: Option<String>,
        /// Who is to answer.
        owner: Option<String>,
    },
    /// What a step is going to be, before it is written.
    Outline {
        /// The step.
        step: String,
        /// The signature it adds or changes.
        signature: Option<String>,
        /// What must hold.
        invariant: Option<String>,
        /// How to tell that it is done.
        criterion: Option<String>,
    },
    /// What justified an edit.
    Cite {
        /// The changed file.
        change: String,
        /// The place that justifies it: `src/a.rs:118`.
        source: String,
    },
    /// A status that no check can decide.
    Status {
        /// `step:ID` or `scenario:ID`.
        subject: String,
        /// The new status.
        to: String,
        /// Why.
        because: String,
    },
}

impl Default for Note {
    fn default() -> Self {
        Self::FollowUp { text: String::new() }
    }
}
