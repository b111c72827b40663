//! `demo`'s arguments.

use crate::verbs::demo::Request;

/// Watch the main job done on a sample workspace
///
/// Copies a small workspace with finished, uncommitted work into a fresh folder, runs `implement` there, and
/// says where to look. Nothing else of yours is touched.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The folder to make [default: a fresh one among the temporary files]
    #[arg(long, value_name = "DIR")]
    into: Option<String>,
    /// Leave a failing test in, to see what that looks like
    #[arg(long)]
    broken: bool,
}

impl From<Args> for Request {
    fn from(args: Args) -> Self {
        Self { into: args.into, broken: args.broken }
    }
}
