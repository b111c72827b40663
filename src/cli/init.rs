//! `init`'s arguments.

use super::common::{CargoArgs, PlaceArgs, ScopeArgs, common};
use crate::verbs::init::{Ci, Request};

/// Make a payload
///
/// Without a flag: `handoff/payload.json` from the template, for the stages upstream to fill in. Never writes
/// over one that is there. With `--ci` a workflow for a CI service, and no payload.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Draft it from what the branch changed, in your words what it is for
    #[arg(long, value_name = "WHAT FOR")]
    from_branch: Option<String>,
    /// Archive the finished payload as `payload-<time>.json` and begin the next
    #[arg(long)]
    new: bool,
    /// Write a workflow for this CI service, and no payload: `cargo handoff explain ci`
    #[arg(long, value_name = "SERVICE", value_enum, conflicts_with_all = ["from_branch", "new"])]
    ci: Option<Service>,
    #[command(flatten)]
    place: PlaceArgs,
    #[command(flatten)]
    scope: ScopeArgs,
    #[command(flatten)]
    cargo: CargoArgs,
}

/// The services there is a workflow for.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Service {
    /// GitHub Actions
    Github,
}

impl From<Args> for Request {
    fn from(args: Args) -> Self {
        let ci = args.ci.map(|service| match service {
            Service::Github => Ci::Github,
        });
        Self { common: common(args.place, args.cargo, args.scope), from_branch: args.from_branch, new: args.new, ci }
    }
}
