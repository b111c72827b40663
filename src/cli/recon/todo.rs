//! `recon todo`'s arguments.

use super::super::common::PlaceArgs;
use crate::verbs::Common;
use crate::verbs::recon::todo::Request;

/// What was left to be done: markers in comments, and macros that stand in for work, each with its symbol
///
/// Told by tokens: a string that holds such a word does not count, and neither does a word in quotes or backticks.
#[derive(Debug, clap::Args)]
pub(in super::super) struct Args {
    /// Files, folders or packages [default: everything here]
    #[arg(value_name = "PATH")]
    paths: Vec<String>,
    /// How many to show
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: usize,
    /// Keep what is found in the payload, to cite it and to see later whether it still holds
    #[arg(long)]
    cite: bool,
    #[command(flatten)]
    place: PlaceArgs,
}

impl From<Args> for Request {
    fn from(args: Args) -> Self {
        Self { common: Common::from(args.place), paths: args.paths, limit: args.limit, cite: args.cite }
    }
}
