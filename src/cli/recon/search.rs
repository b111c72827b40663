//! `recon search`'s arguments.

use super::super::common::PlaceArgs;
use crate::recon::search::{Case, Question};
use crate::verbs::Common;
use crate::verbs::recon::search::Request;

/// The lines that hold a pattern, in order of their files: what `rg --sort=path` finds
///
/// What git, `.ignore` and `.rgignore` leave out is left out, and hidden and binary files, as ripgrep does it. Without
/// PATH everything from the payload's root or the top of the repository on is looked at; `.` is the current folder.
#[derive(Debug, clap::Args)]
pub(in super::super) struct Args {
    /// A regular expression, in the syntax of Rust's `regex`
    #[arg(value_name = "PATTERN", required_unless_present = "layered")]
    pattern: Option<String>,
    /// Files and folders [default: everything here]
    #[arg(value_name = "PATH")]
    paths: Vec<String>,
    /// Several patterns in one go, a layer each: the controller's name, the telemetry key, the config flag. Files that
    /// hold several of them come first. Paths stand before it, or behind `--`
    #[arg(long, value_name = "PATTERN", num_args = 1..)]
    layered: Vec<String>,
    /// Take the pattern as the text it is
    #[arg(short = 'F', long, alias = "fixed-strings")]
    literal: bool,
    /// Find whole words only
    #[arg(short, long, alias = "word-regexp")]
    word: bool,
    /// Do not tell capital letters from small ones
    #[arg(short, long, overrides_with_all = ["case_sensitive", "smart_case"])]
    ignore_case: bool,
    /// Tell them apart [default]
    #[arg(short = 's', long, overrides_with_all = ["ignore_case", "smart_case"])]
    case_sensitive: bool,
    /// Tell them apart only where the pattern has a capital letter
    #[arg(short = 'S', long, overrides_with_all = ["ignore_case", "case_sensitive"])]
    smart_case: bool,
    /// Only files that match, from the root on; with `!` in front, only others (may be given several times)
    #[arg(short, long = "glob", value_name = "GLOB")]
    globs: Vec<String>,
    /// Show N lines before and after each line
    #[arg(short = 'C', long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    context: usize,
    /// Show N lines before each line
    #[arg(short = 'B', long, value_name = "N")]
    before_context: Option<usize>,
    /// Show N lines after each line
    #[arg(short = 'A', long, value_name = "N")]
    after_context: Option<usize>,
    /// Look at hidden files too
    #[arg(long)]
    hidden: bool,
    /// Look at files too that git, `.ignore` or `.rgignore` leave out
    #[arg(long)]
    no_ignore: bool,
    /// How many lines to show; of the others it is counted how many each file has
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: usize,
    #[command(flatten)]
    place: PlaceArgs,
}

impl From<Args> for Request {
    fn from(args: Args) -> Self {
        let case = match (args.ignore_case, args.smart_case) {
            (true, _) => Case::Insensitive,
            (false, true) => Case::Smart,
            (false, false) => Case::Sensitive,
        };
        // Where there are layers, what stands first is a path as well.
        let (mut patterns, mut paths) = (args.layered, args.paths);
        if patterns.is_empty() {
            patterns.extend(args.pattern);
        } else {
            paths.splice(0..0, args.pattern);
        }
        let question = Question {
            patterns,
            paths,
            literal: args.literal,
            case,
            word: args.word,
            globs: args.globs,
            before: args.before_context.unwrap_or(args.context),
            after: args.after_context.unwrap_or(args.context),
            hidden: args.hidden,
            no_ignore: args.no_ignore,
            limit: args.limit,
        };
        Self { common: Common::from(args.place), question }
    }
}
