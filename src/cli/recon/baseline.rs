//! `recon baseline`'s arguments.

use super::super::common::{CargoArgs, PlaceArgs, ScopeArgs, common};
use crate::verbs::recon::baseline::Request;

/// Before editing: keep the signatures and guardrails (asserts, lints, cfgs, tests) of a step's packages
///
/// It is kept as evidence beside the payload; `implement` says afterwards where a guardrail of it went.
#[derive(Debug, clap::Args)]
pub(in super::super) struct Args {
    /// The step
    #[arg(value_name = "STEP")]
    step: String,
    #[command(flatten)]
    place: PlaceArgs,
    #[command(flatten)]
    cargo: CargoArgs,
}

impl From<Args> for Request {
    fn from(args: Args) -> Self {
        Self { common: common(args.place, args.cargo, ScopeArgs::default()), step: args.step }
    }
}
