//! `validate`'s arguments.

use super::common::{CargoArgs, PlaceArgs, ReportArgs, ScopeArgs, TestArgs, common};
use crate::console::Format;
use crate::surroundings::Surroundings;
use crate::verbs::validate::{Clean, Decide, Decided, Partition, Request, Require};
use crate::verbs::{Denied, read_denied};
use crate::words::Level;
use std::num::NonZeroUsize;

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
    /// How closely to look, 0 to 5: up to 3 nothing is run, in about a second [default: 4]
    #[arg(long, value_name = "LEVEL", value_parser = level)]
    level: Option<Level>,
    /// Judge HEAD as committed, built in a fresh folder, or in one with what was built of dependencies: slower, and
    /// nothing uncommitted or ignored can make it pass
    #[arg(long, value_name = "WITH", value_enum, num_args = 0..=1, require_equals = true, default_missing_value = "empty")]
    clean: Option<With>,
    /// Judge only the payloads that a range of commits touches, and pass where it touches none: `A..B`, or a base
    /// [default: what this branch brought]
    #[arg(long, value_name = "RANGE", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    changed_only: Option<String>,
    /// Check share K of N of the packages, and write what came of it to --output: `cargo handoff merge` joins all shares.
    /// Nothing is judged here
    #[arg(long, value_name = "K/N", value_parser = share, requires = "output")]
    partition: Option<(NonZeroUsize, NonZeroUsize)>,
    /// Where the part goes, somewhere git looks away: `target/part-1.json`
    #[arg(long, value_name = "FILE", requires = "partition")]
    output: Option<String>,
    #[command(flatten)]
    judge: JudgeArgs,
    #[command(flatten)]
    tests: TestArgs,
    #[command(flatten)]
    place: PlaceArgs,
    #[command(flatten)]
    scope: ScopeArgs,
    #[command(flatten)]
    cargo: CargoArgs,
}

/// What is made of what was seen.
#[derive(Debug, clap::Args)]
pub(super) struct JudgeArgs {
    /// Count findings of this kind as failed checks; `all` for every kind (may be given several times)
    #[arg(long, value_name = "KIND", value_parser = read_denied)]
    deny: Vec<Denied>,
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
    /// Hold the payload against an earlier one too: nothing that it held may have been deleted
    #[arg(long, value_name = "REV")]
    against: Option<String>,
    #[command(flatten)]
    pub(super) reports: ReportArgs,
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

impl Args {
    /// Annotates where nobody asked for it. A part judges nothing there could be anything to say of.
    pub(super) fn annotate(&mut self, surroundings: &Surroundings, speech: Format) {
        if self.partition.is_none() {
            self.judge.reports.annotate(surroundings, speech);
        }
    }
}

/// `2/3`.
fn share(text: &str) -> Result<(NonZeroUsize, NonZeroUsize), String> {
    let numbers = text.split_once('/').and_then(|(part, of)| Some((part.parse().ok()?, of.parse().ok()?)));
    let numbers = numbers.filter(|(part, of): &(NonZeroUsize, NonZeroUsize)| part <= of);
    numbers.ok_or_else(|| "a share is `K/N`, K from 1 to N: `2/3`".into())
}

impl JudgeArgs {
    /// What `validate` is asked with these, and with nothing else.
    pub(super) fn request(self, place: PlaceArgs, cargo: CargoArgs, scope: ScopeArgs, tests: TestArgs) -> Request {
        Request {
            common: common(place, cargo, scope),
            tests: tests.into(),
            reports: self.reports.into(),
            deny: self.deny,
            record: self.record,
            decide: self.decide.map(|how| Decide {
                to: match how {
                    How::Approved => Decided::Approved,
                    How::Rejected => Decided::Rejected,
                },
                note: self.note.unwrap_or_default(),
            }),
            against: self.against,
            require: match self.require {
                Wanted::NotContradicted => Require::NotContradicted,
                Wanted::Reproduced => Require::Reproduced,
                Wanted::Confirmed => Require::Confirmed,
            },
            ..Request::default()
        }
    }
}

impl From<Args> for Request {
    fn from(args: Args) -> Self {
        let output = args.output.unwrap_or_default();
        Self {
            fresh: args.fresh,
            level: args.level,
            clean: args.clean.map(|with| match with {
                With::Empty => Clean::Empty,
                With::Seeded => Clean::Seeded,
            }),
            changed_only: args.changed_only,
            partition: args.partition.map(|(part, of)| Partition { part, of, output }),
            ..args.judge.request(args.place, args.cargo, args.scope, args.tests)
        }
    }
}
