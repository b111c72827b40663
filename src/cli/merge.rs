//! `merge`'s arguments.

use super::common::{CargoArgs, PlaceArgs, ScopeArgs, TestArgs};
use super::validate::JudgeArgs;
use crate::verbs::merge::Request;

/// Join what several machines saw of their shares, and judge as `validate` does
///
/// Takes all the files that `validate --partition` wrote, on the same tree, and says exactly what an undivided `validate`
/// would: the same claims, the same exit code. A missing, doubled or foreign part is refused (exit 65). A part is worth
/// as much as the place it was kept in: `cargo handoff explain partition`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The parts, all of them
    #[arg(value_name = "PART", required = true)]
    parts: Vec<String>,
    #[command(flatten)]
    pub(super) judge: JudgeArgs,
    #[command(flatten)]
    tests: TestArgs,
    #[command(flatten)]
    place: PlaceArgs,
    #[command(flatten)]
    scope: ScopeArgs,
    #[command(flatten)]
    cargo: CargoArgs,
}

impl From<Args> for Request {
    fn from(args: Args) -> Self {
        Self { parts: args.parts, judge: args.judge.request(args.place, args.cargo, args.scope, args.tests) }
    }
}
