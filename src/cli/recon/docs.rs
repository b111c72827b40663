//! `recon docs`'s arguments.

use super::super::common::PlaceArgs;
use crate::verbs::Common;
use crate::verbs::recon::docs::Request;

/// The documentation of a dependency at the locked version, from what lies on this machine
///
/// Of a package: what it is, its features, its README, what its changelog says of the version. Of an item: its
/// signature, its place, its documentation and examples, and the page of exactly that version, to cite. Nothing is ever
/// fetched. `std::…` is found where the component rust-src is installed.
#[derive(Debug, clap::Args)]
pub(in super::super) struct Args {
    /// `serde_json`, `serde_json@1.0.140`, `serde_json::Value::pointer`
    #[arg(value_name = "ITEM")]
    item: String,
    /// What this package of the workspace uses by that name, where several versions are locked
    #[arg(long = "for", value_name = "PACKAGE")]
    user: Option<String>,
    /// Show the source as well
    #[arg(long)]
    source: bool,
    /// How many lines of each text and rows of each list to show
    #[arg(long, value_name = "N", default_value_t = 40)]
    limit: usize,
    /// Keep what is found in the payload, to cite it and to see later whether it still holds
    #[arg(long)]
    cite: bool,
    /// Path to Cargo.toml
    #[arg(long = "manifest-path", value_name = "PATH")]
    manifest_paths: Vec<String>,
    #[command(flatten)]
    place: PlaceArgs,
}

impl From<Args> for Request {
    fn from(args: Args) -> Self {
        let common = Common { manifest_paths: args.manifest_paths, ..Common::from(args.place) };
        Self { common, item: args.item, user: args.user, source: args.source, limit: args.limit, cite: args.cite }
    }
}
