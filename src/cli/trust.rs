//! `trust`'s arguments.

use super::common::PlaceArgs;
use crate::verbs::trust::Request;

/// See what of the payload's commands may run, and approve the others
///
/// A plain cargo command runs unasked. Any other runs only where you approved exactly it: its words, its folder, and
/// the bytes of every file of the repository that it names. Approvals are kept outside of the repository.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The commands to approve, by id; without any, all are listed
    #[arg(value_name = "ID", conflicts_with_all = ["all", "list", "remove"])]
    ids: Vec<String>,
    /// Approve every command that needs it
    #[arg(long, conflicts_with_all = ["list", "remove"])]
    all: bool,
    /// Show what is approved in this checkout
    #[arg(long, conflicts_with = "remove")]
    list: bool,
    /// Take approvals back
    #[arg(long, value_name = "ID|DIGEST", num_args = 1..)]
    remove: Vec<String>,
    #[command(flatten)]
    place: PlaceArgs,
}

impl From<Args> for Request {
    fn from(args: Args) -> Self {
        Self { common: args.place.into(), ids: args.ids, all: args.all, list: args.list, remove: args.remove }
    }
}
