//! `recon find`'s arguments.

use super::super::common::PlaceArgs;
use super::kinds;
use crate::recon::find::Telling;
use crate::source::SymbolKind;
use crate::verbs::Common;
use crate::verbs::recon::find::Request;

/// Where is what is called so, by name path
#[derive(Debug, clap::Args)]
pub(in super::super) struct Args {
    /// `new`, `Parser/new`, `Parser::new`, `/Parser/new` (at the top of its file), `crate::text::Parser`,
    /// `impl Go for B/run`, `new[1]` (the second of that name in one place)
    #[arg(value_name = "NAME")]
    pattern: String,
    /// Look only in this file, folder or package; may be repeated
    #[arg(long = "in", value_name = "PATH")]
    within: Vec<String>,
    /// A part of the last name is enough
    #[arg(long)]
    part: bool,
    /// Only symbols of this kind: fn, struct, enum, trait, impl, mod, field, …; may be repeated
    #[arg(long = "kind", value_name = "KIND", value_parser = kinds::parser(), hide_possible_values = true)]
    kinds: Vec<SymbolKind>,
    /// Show documentation and attributes too
    #[arg(long)]
    docs: bool,
    /// Show all of it: documentation, attributes, head and body
    #[arg(long, conflicts_with = "docs")]
    body: bool,
    /// How many to show
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: usize,
    /// Keep what is found in the payload, to cite it and to see later whether it still holds
    #[arg(long)]
    cite: bool,
    #[command(flatten)]
    place: PlaceArgs,
}

impl From<Args> for Request {
    fn from(args: Args) -> Self {
        let Args { pattern, within, part, kinds, docs, body, limit, cite, place } = args;
        let telling = match (docs, body) {
            (_, true) => Telling::Body,
            (true, false) => Telling::Docs,
            (false, false) => Telling::Head,
        };
        Self { common: Common::from(place), pattern, within, part, kinds, telling, limit, cite }
    }
}
