//! Symbols of a file as what a path leads to.

use super::{Hit, Module, Source, What};
use crate::source::{Export, Outline, Symbol};

/// The symbols that stand right in another, or at the file's top.
pub(in super::super) fn children(outline: &Outline, of: Option<usize>) -> impl Iterator<Item = (usize, &Symbol)> {
    outline.symbols.iter().enumerate().filter(move |(_, symbol)| symbol.parent == of)
}

/// The type an `impl` is of, without generics, references and the modules before it.
pub(in super::super) fn self_type(name: &str) -> &str {
    let of = name.rsplit_once(" for ").map_or_else(|| name.trim_start_matches("impl "), |(_, of)| of);
    let of = of.trim_start_matches(['&', '*', '[']).trim_start_matches("mut ").trim_start_matches("dyn ");
    let of = of.split(['<', ' ', ';', ']']).next().unwrap_or_default();
    of.rsplit("::").next().unwrap_or_default()
}

pub(super) fn item(module: &Module, symbol: &Symbol, at: usize) -> Hit {
    Hit {
        what: What::Item(at),
        module: module.clone(),
        item: Some(at),
        page: module.path.iter().cloned().chain([symbol.name.clone()]).collect(),
        is_public: module.is_public && symbol.is_public,
        via: Vec::new(),
    }
}

pub(super) fn names_of(outline: &Outline, at: usize) -> Vec<String> {
    outline.chain(at).into_iter().map(|at| outline.symbols[at].name.clone()).collect()
}

pub(super) fn is_in(export: &Export, module: &Module, source: &Source) -> bool {
    match module.symbol {
        None => export.module.is_empty(),
        Some(symbol) => export.module == names_of(&source.outline, symbol),
    }
}
