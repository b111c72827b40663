//! `map`'s arguments.

use super::common::{CargoArgs, PlaceArgs, ScopeArgs, common};
use crate::verbs::map::Request;

/// What `implement` would look at and run, and why
///
/// The plan's steps with the packages and targets they touch, the changed files with their owners, who is
/// affected, and the commands. Works without a payload too. Writes nothing.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    place: PlaceArgs,
    #[command(flatten)]
    scope: ScopeArgs,
    #[command(flatten)]
    cargo: CargoArgs,
}

impl From<Args> for Request {
    fn from(args: Args) -> Self {
        Self { common: common(args.place, args.cargo, args.scope) }
    }
}
