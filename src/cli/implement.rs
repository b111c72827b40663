//! `implement`'s arguments.

use super::common::{CargoArgs, PlaceArgs, ReportArgs, ScopeArgs, TestArgs, common, text_of};
use crate::error::Result;
use crate::surroundings::Surroundings;
use crate::verbs::implement::Request;
use crate::verbs::{Denied, read_denied};

/// Check what the change touches, and record what was seen
///
/// Refuses to start while upstream sections are missing (exit 103). Then fmt, clippy and tests per target, on
/// what the change and the plan touch; the outcome goes into the payload without losing a byte of it. Exit 100
/// where a check fails or cannot run.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Count everything found, also what was there before this work
    #[arg(long)]
    strict: bool,
    /// Let rustfmt and clippy repair the affected packages first
    #[arg(long)]
    fix: bool,
    /// Show what would change in the payload; write nothing
    #[arg(long, short = 'n', conflicts_with = "fix")]
    dry_run: bool,
    /// Seal the evidence for committing although the work is not ready
    #[arg(long)]
    seal: bool,
    /// A text about the task to keep in the payload; `-` reads stdin
    #[arg(long, value_name = "FILE")]
    brief: Option<String>,
    /// Check the documentation too, with rustdoc
    #[arg(long)]
    doc: bool,
    /// Run everything anew, whatever earlier runs saw
    #[arg(long)]
    no_cache: bool,
    /// Pause where somebody else changed what was found for this work (`recon drift` shows it)
    #[arg(long)]
    strict_drift: bool,
    /// Count findings of this kind as failed checks; `all` for every kind (may be given several times)
    #[arg(long, value_name = "KIND", value_parser = read_denied)]
    deny: Vec<Denied>,
    /// Run each test that failed on the baseline too: one that failed there fails this run only with `--strict`
    #[arg(long)]
    blame: bool,
    /// Run the new and changed tests, and those of scenarios, on the baseline too: one that passes there proves nothing
    #[arg(long)]
    red: bool,
    /// Run the prescribed commands on this list, one a line; it has to lie outside of the checkout
    #[arg(long, value_name = "FILE", help_heading = "Prescribed Commands")]
    allow_file: Option<String>,
    /// Run every command the payload prescribes, as you, whatever it is; recorded
    #[arg(long, help_heading = "Prescribed Commands")]
    trust_payload: bool,
    /// Run new and changed tests so many times more, with one thread and with many; 0 for not at all [default: 3]
    #[arg(long, value_name = "N", help_heading = "Test Options")]
    stress: Option<u32>,
    /// What a test counts as that fails and then passes
    #[arg(long, value_name = "RESULT", default_value = "fail", help_heading = "Test Options")]
    flaky_result: FlakyResult,
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

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum FlakyResult {
    Fail,
    Pass,
}

impl Args {
    /// Puts the brief's text in the place of its name.
    ///
    /// # Errors
    /// 2 where it is not there or no text, 74 where it cannot be read.
    pub(super) fn read_brief(&mut self, surroundings: &Surroundings) -> Result<()> {
        self.brief = self.brief.take().map(|name| text_of(&name, surroundings)).transpose()?;
        Ok(())
    }
}

impl From<Args> for Request {
    fn from(args: Args) -> Self {
        Self {
            common: common(args.place, args.cargo, args.scope),
            strict: args.strict,
            fix: args.fix,
            dry_run: args.dry_run,
            seal: args.seal,
            brief: args.brief,
            doc: args.doc,
            blame: args.blame,
            red: args.red,
            no_cache: args.no_cache,
            strict_drift: args.strict_drift,
            deny: args.deny,
            allow_file: args.allow_file,
            trust_payload: args.trust_payload,
            tests: args.tests.into(),
            reports: args.reports.into(),
            stress: args.stress,
            flaky_passes: args.flaky_result == FlakyResult::Pass,
        }
    }
}
