//! `report`'s arguments.

use super::common::PlaceArgs;
use crate::report::Format;
use crate::verbs::report::Request;
use crate::verbs::{Common, read_format};

/// Tell what is recorded, as a report for people, a forge or a store of attestations
///
/// Made from the payload and the records beside it: nothing is run, no process is started, not even git. What the records
/// contradict stands first. Exit 0 whenever the report could be made: it judges nothing, `validate` does.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// markdown, html, github, sarif, junit or in-toto
    #[arg(long, value_name = "FORMAT", value_parser = read_format, default_value = "markdown")]
    format: Format,
    /// The file to write it to [default: stdout]
    #[arg(long, short, value_name = "PATH")]
    output: Option<String>,
    #[command(flatten)]
    place: PlaceArgs,
}

impl From<Args> for Request {
    fn from(args: Args) -> Self {
        Self { common: Common::from(args.place), format: args.format, output: args.output }
    }
}
