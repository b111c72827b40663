//! `init`'s arguments.

use super::common::{CargoArgs, PlaceArgs, ScopeArgs, common};
use crate::verbs::init::Request;

/// Make a payload
///
/// Without a flag: `handoff/payload.json` from the template, for the stages upstream to fill in. Never writes
/// over one that is there.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Draft it from what the branch changed, in your words what it is for
    #[arg(long, value_name = "WHAT FOR")]
    from_branch: Option<String>,
    /// Archive the finished payload as `payload-<time>.json` and begin the next
    #[arg(long)]
    new: bool,
    #[command(flatten)]
    place: PlaceArgs,
    #[command(flatten)]
    scope: ScopeArgs,
    #[command(flatten)]
    cargo: CargoArgs,
}

impl From<Args> for Request {
    fn from(args: Args) -> Self {
        Self { common: common(args.place, args.cargo, args.scope), from_branch: args.from_branch, new: args.new }
    }
}
