//! `prune`'s arguments.

use super::common::PlaceArgs;
use crate::verbs::Common;
use crate::verbs::prune::Request;

/// Old runs and sealed evidence nobody refers to: away with them
///
/// `implement` keeps the logs of the newest 20 runs in `handoff/runs/` and those its payload refers to. This removes
/// older ones now, or more of them. What a payload in `handoff/` refers to stays, whatever is asked.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// How many of the newest runs stay [default: 20]
    #[arg(long, value_name = "N")]
    keep: Option<usize>,
    /// Remove sealed evidence no payload in `handoff/` refers to as well; without it that is only listed
    #[arg(long)]
    evidence: bool,
    /// Say what would go, and remove nothing
    #[arg(short = 'n', long)]
    dry_run: bool,
    #[command(flatten)]
    place: PlaceArgs,
}

impl From<Args> for Request {
    fn from(args: Args) -> Self {
        Self { common: Common::from(args.place), keep: args.keep, evidence: args.evidence, dry_run: args.dry_run }
    }
}
