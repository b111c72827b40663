//! `recon brief`'s arguments.

use super::super::common::{CargoArgs, PlaceArgs, ScopeArgs, common};
use crate::brief::BUDGET;
use crate::verbs::recon::brief::Request;

/// Everything the implementer of a step needs, in one document
///
/// The step, its criteria, scenarios and tests, what is open and what failed, the symbols of its files and who
/// uses them, how things are done nearby, documentation links, and the commands to type. Markdown for people and
/// agents, or one JSON object with `--message-format json`. What does not fit the budget is counted.
#[derive(Debug, clap::Args)]
pub(in super::super) struct Args {
    /// The step's id [default: the first one that is open and waits for no other]
    #[arg(value_name = "STEP")]
    of: Option<String>,
    /// How many tokens it may take, four bytes being one
    #[arg(long, value_name = "TOKENS", default_value_t = BUDGET)]
    budget: usize,
    #[command(flatten)]
    place: PlaceArgs,
    #[command(flatten)]
    scope: ScopeArgs,
    #[command(flatten)]
    cargo: CargoArgs,
}

impl From<Args> for Request {
    fn from(args: Args) -> Self {
        let mut common = common(args.place, args.cargo, args.scope);
        common.steps.extend(args.of);
        Self { common, budget: args.budget }
    }
}
