//! `matrix`'s arguments.

use super::common::{CargoArgs, PlaceArgs, ScopeArgs, common, millis, time};
use crate::verbs::matrix::Request;
use std::num::NonZeroUsize;
use std::time::Duration;

/// The shares of `validate --partition` as a job matrix, in one line of JSON
///
/// For `strategy.matrix` of a GitHub workflow: `matrix=$(cargo-handoff handoff matrix)` in one job, then
/// `fromJSON(needs.JOB.outputs.matrix)` in the next, whose jobs run `validate --partition ${{ matrix.part }}`. Shares take
/// about as long as each other by the times that were recorded. Runs git and `cargo metadata` only.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// So many parts [default: so many that each takes some minutes]
    #[arg(long, value_name = "N", conflicts_with = "per_part")]
    parts: Option<NonZeroUsize>,
    /// So many parts that each takes about so long: `10m`
    #[arg(long, value_name = "TIME", value_parser = time)]
    per_part: Option<Duration>,
    /// One part that finds nothing to do where a range of commits touches no payload, as `validate` takes it
    #[arg(long, value_name = "RANGE", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    changed_only: Option<String>,
    #[command(flatten)]
    place: PlaceArgs,
    #[command(flatten)]
    scope: ScopeArgs,
    #[command(flatten)]
    cargo: CargoArgs,
}

impl From<Args> for Request {
    fn from(args: Args) -> Self {
        Self {
            common: common(args.place, args.cargo, args.scope),
            parts: args.parts,
            per_part_ms: args.per_part.map(millis),
            changed_only: args.changed_only,
        }
    }
}
