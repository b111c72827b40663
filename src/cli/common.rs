//! The flags several verbs have, in cargo's spelling and under its headings.

use crate::console::Format;
use crate::error::{Code, Error, Result};
use crate::report::{self as reports, layout::Detail};
use crate::surroundings::Surroundings;
use crate::verbs::{Common, Tests, Wanted, read_wanted};
use clap::{ArgAction, Args, ValueEnum};
use std::num::NonZeroUsize;
use std::time::Duration;

/// How to speak: every verb has these.
#[derive(Debug, Args)]
pub(super) struct SpeechArgs {
    /// How to tell events and the answer: for people, or one JSON object a line on stdout
    #[arg(long, global = true, help_heading = "Output Options", value_name = "FMT", default_value = "human")]
    message_format: MessageFormat,
    /// Coloring: auto, always, never
    #[arg(
        long,
        global = true,
        help_heading = "Output Options",
        value_name = "WHEN",
        default_value = "auto",
        hide_possible_values = true
    )]
    color: When,
    /// Say more: every command, every outcome, every claim
    #[arg(short, long, global = true, help_heading = "Output Options", action = ArgAction::Count)]
    verbose: u8,
    /// Say only what is wrong, what is open and what to type next
    #[arg(short, long, global = true, help_heading = "Output Options", conflicts_with = "verbose")]
    quiet: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum MessageFormat {
    Human,
    Json,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum When {
    Auto,
    Always,
    Never,
}

impl SpeechArgs {
    /// For whom to speak.
    pub(super) const fn format(&self) -> Format {
        match self.message_format {
            MessageFormat::Human => Format::Human,
            MessageFormat::Json => Format::Json,
        }
    }

    /// How much to say.
    pub(super) const fn detail(&self) -> Detail {
        match (self.quiet, self.verbose) {
            (true, _) => Detail::Quiet,
            (false, 0) => Detail::Normal,
            (false, _) => Detail::Full,
        }
    }
}

/// Where the payload is, and who is at work.
#[derive(Debug, Args)]
pub(super) struct PlaceArgs {
    /// The payload [default: `handoff/payload.json` here or above]
    #[arg(long, global = true, value_name = "FILE")]
    payload: Option<String>,
    /// Who is at work, for `meta.lastUpdatedBy` [default: git's `user.name`]
    #[arg(long = "as", global = true, value_name = "NAME")]
    as_name: Option<String>,
}

/// Which workspaces, and how cargo is to treat them.
#[derive(Debug, Args)]
pub(super) struct CargoArgs {
    /// Path to Cargo.toml; may be repeated for several workspaces
    #[arg(long = "manifest-path", value_name = "PATH", help_heading = "Manifest Options")]
    manifest_paths: Vec<String>,
    /// Assert that `Cargo.lock` will remain unchanged
    #[arg(long, help_heading = "Manifest Options")]
    locked: bool,
    /// Run without accessing the network
    #[arg(long, help_heading = "Manifest Options")]
    offline: bool,
    /// Equivalent to specifying both --locked and --offline
    #[arg(long, help_heading = "Manifest Options")]
    frozen: bool,
    /// Space or comma separated list of features to activate
    #[arg(short = 'F', long, value_name = "FEATURES", help_heading = "Feature Selection")]
    features: Vec<String>,
    /// Activate all available features
    #[arg(long, help_heading = "Feature Selection")]
    all_features: bool,
    /// Do not activate the `default` feature
    #[arg(long, help_heading = "Feature Selection")]
    no_default_features: bool,
}

/// How tests are run, and how long all of it may take.
#[derive(Debug, Args)]
pub(super) struct TestArgs {
    /// How many test binaries run at once [default: the number of cores]
    #[arg(short = 'j', long, value_name = "N", help_heading = "Test Options")]
    jobs: Option<NonZeroUsize>,
    /// How long one test may take, or a command whose tests cannot be told apart: `90s`, `2m`, `500ms`, seconds when
    /// bare [default: 5m, and 20m]
    #[arg(long, value_name = "TIME", value_parser = time, help_heading = "Test Options")]
    test_timeout: Option<Duration>,
    /// Stop before this time is over, with what finished kept (exit 106); run it again to go on
    #[arg(long, value_name = "TIME", value_parser = time, help_heading = "Test Options")]
    deadline: Option<Duration>,
}

impl From<TestArgs> for Tests {
    fn from(args: TestArgs) -> Self {
        Self { jobs: args.jobs, test_timeout_ms: args.test_timeout.map(millis), deadline_ms: args.deadline.map(millis) }
    }
}

pub(super) fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// The longest time that can be given.
const LONGEST: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// A time: a number of milliseconds, seconds, minutes or hours, and of seconds where nothing stands behind it.
///
/// # Errors
/// What is allowed.
pub(super) fn time(text: &str) -> Result<Duration, String> {
    let allowed =
        || "a time is a whole number with `ms`, `s`, `m` or `h` behind it, as `90s`, or of seconds".to_owned();
    let n_digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(n_digits);
    let millis: u64 = match unit {
        "ms" => 1,
        "s" | "" => 1000,
        "m" => 60_000,
        "h" => 3_600_000,
        _ => return Err(allowed()),
    };
    let number: u64 = number.parse().map_err(|_| allowed())?;
    let time = number.checked_mul(millis).map(Duration::from_millis).filter(|time| *time <= LONGEST);
    match time {
        Some(Duration::ZERO) => Err("a time of nothing is over before anything begins".into()),
        Some(time) => Ok(time),
        None => Err("a time is at most 30 days (`720h`)".into()),
    }
}

/// What is to be told beside the answer.
#[derive(Debug, Default, Args)]
pub(super) struct ReportArgs {
    /// Report as well, also where something failed: markdown, html, github, sarif, junit or in-toto. Shown behind the
    /// answer, or written to PATH (may be given several times)
    #[arg(long = "report", value_name = "FORMAT[=PATH]", value_parser = read_wanted, help_heading = "Output Options")]
    reports: Vec<Wanted>,
}

impl ReportArgs {
    /// In a job of GitHub Actions annotations are shown unasked, where the answer is for people.
    pub(super) fn annotate(&mut self, surroundings: &Surroundings, speech: Format) {
        let annotations = Wanted { format: reports::Format::Github, to: None };
        let is_there = surroundings.variable("GITHUB_ACTIONS") == Some("true") && speech == Format::Human;
        if is_there && !self.reports.contains(&annotations) {
            self.reports.push(annotations);
        }
    }
}

impl From<ReportArgs> for Vec<Wanted> {
    fn from(args: ReportArgs) -> Self {
        args.reports
    }
}

/// What part of the work is meant.
#[derive(Debug, Default, Args)]
pub(super) struct ScopeArgs {
    /// Measure the work from this revision (`cargo handoff explain baseline` says how it is found otherwise)
    #[arg(long, value_name = "REV")]
    base: Option<String>,
    /// Only this step of the plan; may be repeated
    #[arg(long = "step", value_name = "ID")]
    steps: Vec<String>,
}

impl From<PlaceArgs> for Common {
    fn from(args: PlaceArgs) -> Self {
        Self { payload: args.payload, as_name: args.as_name, ..Self::default() }
    }
}

/// All of them as the verbs take them.
pub(super) fn common(place: PlaceArgs, cargo: CargoArgs, scope: ScopeArgs) -> Common {
    Common {
        manifest_paths: cargo.manifest_paths,
        base: scope.base,
        steps: scope.steps,
        locked: cargo.locked,
        offline: cargo.offline,
        frozen: cargo.frozen,
        features: cargo.features.iter().flat_map(|list| words(list)).collect(),
        all_features: cargo.all_features,
        no_default_features: cargo.no_default_features,
        ..Common::from(place)
    }
}

fn words(list: &str) -> impl Iterator<Item = String> {
    list.split([' ', ',']).filter(|word| !word.is_empty()).map(str::to_owned)
}

/// A text given as a file's name, or `-` for stdin.
///
/// # Errors
/// 2 where it is not there, too long or no text, 74 where it cannot be read.
pub(super) fn text_of(name: &str, surroundings: &Surroundings) -> Result<String> {
    use std::io::Read as _;
    const MOST: u64 = 1 << 20;
    let bytes = if name == "-" {
        let mut bytes = Vec::new();
        let read = std::io::stdin().lock().take(MOST + 1).read_to_end(&mut bytes);
        read.map_err(|error| Error::io("read stdin", error))?;
        bytes
    } else {
        let path = surroundings.absolute(name.into());
        crate::files::read(&path, MOST)?.ok_or_else(|| {
            Error::new(Code::Usage, format!("there is no file `{name}`")).hint("`--brief -` reads from stdin")
        })?
    };
    if MOST < bytes.len() as u64 {
        return Err(Error::new(Code::Usage, format!("`{name}` is longer than {MOST} bytes")));
    }
    String::from_utf8(bytes).map_err(|error| Error::new(Code::Usage, format!("`{name}` is not UTF-8")).because(error))
}
