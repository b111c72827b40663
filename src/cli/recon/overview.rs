//! `recon overview`'s arguments.

use super::super::common::PlaceArgs;
use super::kinds;
use crate::source::SymbolKind;
use crate::verbs::Common;
use crate::verbs::recon::overview::Request;

/// The symbols of files, folders or packages, nested, by kind
///
/// Where they are too many, less is told of each file: what stands at its top, or counts, or counts by folder. `-v` tells
/// fields, variants and what stands in functions too.
#[derive(Debug, clap::Args)]
pub(in super::super) struct Args {
    /// Files, folders or packages [default: everything here]
    #[arg(value_name = "PATH")]
    paths: Vec<String>,
    /// Only symbols of this kind, and what they stand in: fn, struct, enum, trait, impl, mod, field, …; may be repeated
    #[arg(long = "kind", value_name = "KIND", value_parser = kinds::parser(), hide_possible_values = true)]
    kinds: Vec<SymbolKind>,
    /// How deep to show what is nested, 1 being the top of a file
    #[arg(long, value_name = "N", value_parser = kinds::depth)]
    depth: Option<usize>,
    /// How many files to show, and ten times as many symbols
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: usize,
    /// Keep what is found in the payload, to cite it and to see later whether it still holds
    #[arg(long)]
    cite: bool,
    #[command(flatten)]
    place: PlaceArgs,
}

impl Args {
    /// What is asked; `is_whole` with `-v`.
    pub(super) fn request(self, is_whole: bool) -> Request {
        let Self { paths, kinds, depth, limit, cite, place } = self;
        Request { common: Common::from(place), paths, kinds, depth, is_whole, limit, cite }
    }
}
