//! `status`'s arguments.

use super::common::{CargoArgs, PlaceArgs, ScopeArgs, common};
use crate::verbs::status::Request;

/// Gate, steps, scenarios and last outcomes at a glance
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Start no process at all, not even git
    #[arg(long)]
    safe: bool,
    #[command(flatten)]
    place: PlaceArgs,
    #[command(flatten)]
    scope: ScopeArgs,
    #[command(flatten)]
    cargo: CargoArgs,
}

impl From<Args> for Request {
    fn from(args: Args) -> Self {
        Self { common: common(args.place, args.cargo, args.scope), safe: args.safe }
    }
}
