//! `validate`'s arguments.

use super::common::{CargoArgs, PlaceArgs, ReportArgs, ScopeArgs, TestArgs, common};
use crate::verbs::validate::{Clean, Decide, Decided, Request, Require};
use crate::verbs::{Denied, read_denied};
use crate::words::Level;

/// Hold every claim of the payload against its records, the tree and new runs
///
/// V0 contract and chain of records, V1 logs by digest, V2 outcomes from logs, V3 changes and tests against the tree,
/// V4 checks run again: `cargo handoff explain levels`. Writes nothing outside the target folder unless asked to `--record`. Exit 105 where a claim
/// is contradicted.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Run everything anew, whatever this machine saw pass before
    #[arg(long)]
    fresh: bool,
    /// Count findings of this kind as failed checks; `all` for every kind (may be given several times)
    #[arg(long, value_name = "KIND", value_parser = read_denied)]
    deny: Vec<Denied>,
    /// How closely to look, 0 to 5: up to 3 nothing is run, in about a second [default: 4]
    #[arg(long, value_name = "LEVEL", value_parser = level)]
    level: Option<Level>,
    /// What is enough for exit code 0
    #[arg(long, value_name = "WHAT", value_enum, default_value_t)]
    require: Wanted,
    /// Write what was seen into `qaFindings`: evidence, issues with how to see them, statuses of scenarios
    #[arg(long)]
    record: bool,
    /// Decide about acceptance, and record it; needs --as and --note, and `approved` level 4 or more
    #[arg(long, value_name = "HOW", value_enum, requires_all = ["note", "as_name"])]
    decide: Option<How>,
    /// Why it was decided so
    #[arg(long, value_name = "TEXT", requires = "decide")]
    note: Option<String>,
    /// Judge HEAD as committed, built in a fresh folder, or in one with what was built of dependencies: slower, and
    /// nothing uncommitted or ignored can make it pass
    #[arg(long, value_name = "WITH", value_enum, num_args = 0..=1, require_equals = true, default_missing_value = "empty")]
    clean: Option<With>,
    /// Hold the payload against an earlier one too: nothing that it held may have been deleted
    #[arg(long, value_name = "REV")]
    against: Option<String>,
    /// Judge only the payloads that a range of commits touches, and pass where it touches none: `A..B`, or a base
    /// [default: what this branch brought]
    #[arg(long, value_name = "RANGE", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    changed_only: Option<String>,
    #[command(flatten)]
    pub(super) reports: ReportArgs,
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

/// Which way it is decided.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum How {
    /// The work is accepted
    Approved,
    /// It is not
    Rejected,
}

/// What a fresh folder holds.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum With {
    /// Nothing
    Empty,
    /// What was built of dependencies
    Seeded,
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
            reports: args.reports.into(),
            fresh: args.fresh,
            deny: args.deny,
            level: args.level,
            record: args.record,
            decide: args.decide.map(|how| Decide {
                to: match how {
                    How::Approved => Decided::Approved,
                    How::Rejected => Decided::Rejected,
                },
                note: args.note.unwrap_or_default(),
            }),
            clean: args.clean.map(|with| match with {
                With::Empty => Clean::Empty,
                With::Seeded => Clean::Seeded,
            }),
            against: args.against,
            changed_only: args.changed_only,
            require: match args.require {
                Wanted::NotContradicted => Require::NotContradicted,
                Wanted::Reproduced => Require::Reproduced,
                Wanted::Confirmed => Require::Confirmed,
            },
        }
    }
}
