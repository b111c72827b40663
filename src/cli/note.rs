//! `note`'s arguments.

use super::common::PlaceArgs;
use crate::verbs::note::{Note, Request};
use clap::Subcommand;

/// Add what only a person can say: reasons, deviations, questions, statuses
///
/// Nothing is ever replaced: a second note on the same thing stands beside the first.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    what: What,
    #[command(flatten)]
    place: PlaceArgs,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Why a file was changed
    Rationale {
        /// The changed file
        file: String,
        /// Why
        text: String,
    },
    /// Where the work left the plan
    Deviation {
        /// What is otherwise than planned
        text: String,
        /// What makes up for it
        #[arg(long, value_name = "TEXT")]
        mitigation: Option<String>,
        /// What is left to do about it
        #[arg(long, value_name = "TEXT")]
        follow_up: Option<String>,
    },
    /// Something left to do
    FollowUp {
        /// What
        text: String,
    },
    /// How something in the plan was understood
    Clarification {
        /// How
        text: String,
        /// The step it is about
        #[arg(long, value_name = "ID")]
        step: Option<String>,
    },
    /// A question to the stages upstream; a blocking one closes the gate
    Question {
        /// The question
        text: String,
        /// How much hangs on it, for example `blocking`
        #[arg(long, value_name = "WORD")]
        severity: Option<String>,
        /// Who is to answer
        #[arg(long, value_name = "NAME")]
        owner: Option<String>,
    },
    /// What a step is going to be, before it is written
    Outline {
        /// The step
        #[arg(long, value_name = "ID")]
        step: String,
        /// The signature it adds or changes
        #[arg(long, value_name = "TEXT")]
        signature: Option<String>,
        /// What must hold
        #[arg(long, value_name = "TEXT")]
        invariant: Option<String>,
        /// How to tell that it is done
        #[arg(long, value_name = "TEXT")]
        criterion: Option<String>,
    },
    /// The place that justified an edit
    Cite {
        /// The changed file
        #[arg(long, value_name = "FILE")]
        change: String,
        /// The place, as FILE:LINE
        #[arg(value_name = "SRC:LINE")]
        source: String,
    },
    /// A status no check can decide, with its reason; always shown as asserted
    Status {
        /// `step:ID` or `scenario:ID`
        subject: String,
        /// The new status, for example `completed`
        to: String,
        /// Why it is so
        #[arg(long, value_name = "TEXT")]
        because: String,
    },
}

impl From<Args> for Request {
    fn from(args: Args) -> Self {
        let what = match args.what {
            What::Rationale { file, text } => Note::Rationale { file, text },
            What::Deviation { text, mitigation, follow_up } => Note::Deviation { text, mitigation, follow_up },
            What::FollowUp { text } => Note::FollowUp { text },
            What::Clarification { text, step } => Note::Clarification { step, text },
            What::Question { text, severity, owner } => Note::Question { text, severity, owner },
            What::Outline { step, signature, invariant, criterion } => {
                Note::Outline { step, signature, invariant, criterion }
            }
            What::Cite { change, source } => Note::Cite { change, source },
            What::Status { subject, to, because } => Note::Status { subject, to, because },
        };
        Self { common: args.place.into(), what }
    }
}
