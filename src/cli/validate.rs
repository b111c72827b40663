//! `validate`'s arguments.

use super::common::{CargoArgs, PlaceArgs, ScopeArgs, TestArgs, common};
use crate::verbs::validate::{Request, Require};
use crate::words::Level;

/// Hold every claim of the payload against its records, the tree and new runs
///
/// V0 contract and chain of records, V1 logs by digest, V2 outcomes from logs, V3 changes and tests against the tree,
/// V4 checks run again: `cargo handoff explain levels`. Writes nothing outside the target folder. Exit 105 where a claim
/// is contradicted.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Run everything anew, whatever this machine saw pass before
    #[arg(long)]
    fresh: bool,
    /// How closely to look, 0 to 5: up to 3 nothing is run, in about a second [default: 4]
    #[arg(long, value_name = "LEVEL", value_parser = level)]
    level: Option<Level>,
    /// What is enough for exit code 0
    #[arg(long, value_name = "WHAT", value_enum, default_value_t)]
    require: Wanted,
    #[command(flatten)]
    tests: TestArgs,
    #[command(flatten)]
    place: PlaceArgs,
    #[command(flatten)]
    scope: ScopeArgs,
    #[command(flatten)]
    cargo: CargoArgs,
}

/// What is enough.
#[derive(Debug, Clone, Copy, Default, clap::ValueEnum)]
enum Wanted {
    /// No claim is contradicted
    #[default]
    NotContradicted,
    /// Every recorded check was run again and came to the same
    Reproduced,
    /// Every claim is confirmed
    Confirmed,
}

/// `3`, `V3` or `v3`.
fn level(text: &str) -> Result<Level, String> {
    let number = text.strip_prefix(['V', 'v']).unwrap_or(text);
    let known = Level::ALL.into_iter().find(|level| level.name().strip_prefix('V') == Some(number));
    known.ok_or_else(|| "a level is one of 0, 1, 2, 3, 4, 5".into())
}

impl From<Args> for Request {
    fn from(args: Args) -> Self {
        Self {
            common: common(args.place, args.cargo, args.scope),
            tests: args.tests.into(),
            fresh: args.fresh,
            level: args.level,
            require: match args.require {
                Wanted::NotContradicted => Require::NotContradicted,
                Wanted::Reproduced => Require::Reproduced,
                Wanted::Confirmed => Require::Confirmed,
            },
        }
    }
}
