//! `recon drift`'s arguments.

use super::super::common::PlaceArgs;
use crate::verbs::Common;
use crate::verbs::recon::drift::Request;

/// Ask again what was found and kept: unchanged, moved, changed or gone, with the commit that did it
///
/// Findings kept with `--cite`, citations of changes, signatures. `implement` does the same before anything runs.
#[derive(Debug, clap::Args)]
pub(in super::super) struct Args {
    /// Measure the work from this revision: what was committed since is this work's own
    #[arg(long, value_name = "REV")]
    base: Option<String>,
    /// How many to show
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: usize,
    #[command(flatten)]
    place: PlaceArgs,
}

impl From<Args> for Request {
    fn from(args: Args) -> Self {
        Self { common: Common { base: args.base, ..Common::from(args.place) }, limit: args.limit }
    }
}
