//! `schema`'s arguments.

use crate::verbs::schema::{Of, Request};
use clap::ValueEnum;

/// The JSON Schema (2020-12) of what this program reads and writes
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Of what
    #[arg(default_value = "payload")]
    of: Which,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Which {
    /// The payload
    Payload,
    /// What the verbs answer
    Answers,
    /// The lines of `--message-format json`
    Events,
    /// What the verbs are asked
    Requests,
}

impl From<Args> for Request {
    fn from(args: Args) -> Self {
        let of = match args.of {
            Which::Payload => Of::Payload,
            Which::Answers => Of::Answers,
            Which::Events => Of::Events,
            Which::Requests => Of::Requests,
        };
        Self { of }
    }
}
