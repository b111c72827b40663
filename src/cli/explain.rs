//! `explain`'s arguments.

use crate::verbs::explain::Request;

/// What a code word or an exit code means, and what to type
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A code word, an exit code or a topic [default: the list of pages]
    code: Option<String>,
}

impl From<Args> for Request {
    fn from(args: Args) -> Self {
        Self { code: args.code }
    }
}
