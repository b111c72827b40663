//! `resolve`'s arguments.

use super::common::PlaceArgs;
use crate::verbs::resolve::{Driver, Prefer, Request};
use clap::ValueEnum;

/// Join the versions of a payload that is in conflict, by id
///
/// Reads the three versions from git's index (`git show :1:handoff/payload.json` and so on), writes the joined
/// payload, and leaves `git add` to you. Where both sides changed one thing otherwise, nothing is written and the
/// places are listed. In a rebase, "ours" is the branch rebased onto, as everywhere in git.
#[derive(Debug, clap::Args)]
#[command(after_help = "To have git do it on every merge and rebase in this clone:
  echo 'handoff/payload.json merge=handoff' >> .gitattributes
  git config merge.handoff.driver 'cargo handoff resolve --driver %O %A %B %P'
Hosted merges, a button on a website for example, run no drivers: merge there only what merges here.")]
pub(super) struct Args {
    /// Whose word counts where both sides changed the same thing
    #[arg(long, value_name = "SIDE")]
    prefer: Option<PreferArg>,
    /// Work as git's merge driver: %O %A %B and %P, the result goes to %A; exit 1 on conflicts
    #[arg(long, value_names = ["BASE", "OURS", "THEIRS", "PATH"], num_args = 3..=4, allow_hyphen_values = true)]
    driver: Vec<String>,
    #[command(flatten)]
    place: PlaceArgs,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum PreferArg {
    /// The side HEAD is on
    Ours,
    /// The side being merged in
    Theirs,
}

impl From<Args> for Request {
    fn from(args: Args) -> Self {
        let mut files = args.driver.into_iter();
        let driver = match (files.next(), files.next(), files.next()) {
            (Some(base), Some(ours), Some(theirs)) => Some(Driver { base, ours, theirs, path: files.next() }),
            (_, _, _) => None,
        };
        let prefer = args.prefer.map(|prefer| match prefer {
            PreferArg::Ours => Prefer::Ours,
            PreferArg::Theirs => Prefer::Theirs,
        });
        Self { common: args.place.into(), prefer, driver }
    }
}
