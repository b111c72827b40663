//! Kinds of symbols, and how deep they stand, as they are typed.

use crate::source::SymbolKind;
use clap::builder::{PossibleValuesParser, TypedValueParser};

/// The kinds by their words.
pub(super) fn parser() -> impl TypedValueParser<Value = SymbolKind> {
    PossibleValuesParser::new(SymbolKind::ALL.map(SymbolKind::word)).map(|word| {
        SymbolKind::ALL.into_iter().find(|kind| kind.word() == word).expect("only their words are let through")
    })
}

/// A depth: 1 or more.
pub(super) fn depth(text: &str) -> Result<usize, String> {
    let depth = text.parse().ok().filter(|depth| 0 < *depth);
    depth.ok_or_else(|| "a depth is a whole number, 1 being the top of a file".to_owned())
}
