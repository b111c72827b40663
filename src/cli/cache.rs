//! `cache`'s arguments.

use super::common::{CargoArgs, PlaceArgs, ScopeArgs, common};
use crate::verbs::cache::Request;
use clap::ValueEnum;

/// What is kept of earlier runs: how much, or forget it
///
/// Checks that passed are kept below cargo's target folder and believed for as long as nothing they rest on has
/// changed. `cargo handoff explain cache` says what that is.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// What to do
    #[arg(default_value = "info")]
    what: What,
    #[command(flatten)]
    place: PlaceArgs,
    #[command(flatten)]
    cargo: CargoArgs,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum What {
    /// How much is kept, and where
    Info,
    /// Forget everything
    Clear,
}

impl From<Args> for Request {
    fn from(args: Args) -> Self {
        let clear = match args.what {
            What::Info => false,
            What::Clear => true,
        };
        Self { common: common(args.place, args.cargo, ScopeArgs::default()), clear }
    }
}
