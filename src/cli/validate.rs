//! `validate`'s arguments.

use super::common::{CargoArgs, PlaceArgs, ScopeArgs, TestArgs, common};
use crate::verbs::validate::Request;
use crate::verbs::{Denied, read_denied};

/// Hold every claim of the payload against the tree and against new runs
///
/// Changes are compared with the files as they are, tests and commands are run again, statuses are held against
/// their rule. Writes nothing outside the target folder. Exit 105 where a claim is contradicted.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Run everything anew, whatever this machine saw pass before
    #[arg(long)]
    fresh: bool,
    /// Count findings of this kind as failed checks; `all` for every kind (may be given several times)
    #[arg(long, value_name = "KIND", value_parser = read_denied)]
    deny: Vec<Denied>,
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
        Self {
            common: common(args.place, args.cargo, args.scope),
            tests: args.tests.into(),
            fresh: args.fresh,
            deny: args.deny,
        }
    }
}
