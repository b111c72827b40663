//! `recon tooling`'s arguments.

use super::super::common::PlaceArgs;
use crate::verbs::Common;
use crate::verbs::recon::tooling::Request;

/// The toolchain, and every program the plan and its commands name: present, or missing and how to get it
///
/// Programs are looked for and not run; a few that everybody knows are asked for their version.
#[derive(Debug, clap::Args)]
pub(in super::super) struct Args {
    /// How many programs to show
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: usize,
    /// Path to Cargo.toml
    #[arg(long = "manifest-path", value_name = "PATH")]
    manifest_paths: Vec<String>,
    #[command(flatten)]
    place: PlaceArgs,
}

impl From<Args> for Request {
    fn from(args: Args) -> Self {
        let common = Common { manifest_paths: args.manifest_paths, ..Common::from(args.place) };
        Self { common, limit: args.limit }
    }
}
