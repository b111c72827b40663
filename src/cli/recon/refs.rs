//! `recon refs`'s arguments.

use super::super::common::{CargoArgs, PlaceArgs, ScopeArgs, common};
use crate::verbs::recon::refs::Request;

/// Who uses a symbol, each use labelled certain, likely or name-only
///
/// Reads what is written, in the packages that can see the symbol; compiles nothing. `certain`: its path, or the type
/// it is called on, leads to the symbol. `likely`: nothing else of this name is in sight. `name-only`: it has the name.
/// What may hide further uses is told.
#[derive(Debug, clap::Args)]
pub(in super::super) struct Args {
    /// The symbol: `new`, `Parser/new`, `/Parser/new`, `Parser::new`, `impl Go for B/run`, `new[1]`
    #[arg(value_name = "NAME")]
    name: String,
    /// Where it is declared: a file, folder or package; may be repeated
    #[arg(long = "in", value_name = "PATH")]
    within: Vec<String>,
    /// Every symbol of this name, where there are several
    #[arg(long)]
    all: bool,
    /// How many uses to show, the surest first
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: usize,
    /// Keep what is found in the payload, to cite it and to see later whether it still holds
    #[arg(long)]
    cite: bool,
    #[command(flatten)]
    place: PlaceArgs,
    #[command(flatten)]
    cargo: CargoArgs,
}

impl From<Args> for Request {
    fn from(args: Args) -> Self {
        Self {
            common: common(args.place, args.cargo, ScopeArgs::default()),
            name: args.name,
            within: args.within,
            all: args.all,
            limit: args.limit,
            cite: args.cite,
        }
    }
}
