//! What is in a step's files, and which tests there are of it.

use super::Item;
use super::text::SourceText;
use crate::source::SymbolKind;
use std::collections::BTreeSet;

/// Words that say nothing about who is meant.
const COMMON: &[&str] = &["new", "from", "into", "fmt", "default", "eq", "clone", "next", "len", "get", "run", "main"];

/// The symbols of these files, public ones of each file first. Fields, variants and tests are left to an overview.
pub(super) fn symbols(files: &[SourceText]) -> Vec<Item> {
    let mut items = Vec::new();
    for file in files {
        let outline = file.outline();
        if let Some(line) = outline.broken {
            items.push(Item::words("does not parse from here on").at(format!("{}:{line}", file.shown)));
        }
        let told = outline.symbols.iter().enumerate().filter(|(_, symbol)| {
            !matches!(symbol.kind, SymbolKind::Field | SymbolKind::Variant | SymbolKind::Impl) && !symbol.is_test
        });
        let mut own: Vec<(bool, Item)> = told
            .filter(|(at, _)| !outline.chain(*at).iter().any(|at| outline.symbols[*at].cfg.contains("cfg(test)")))
            .map(|(_, symbol)| {
                let within = match symbol.parent {
                    Some(parent) => format!("{}: ", outline.path(parent)),
                    None => String::new(),
                };
                let item = Item::code(format!("{within}{}", symbol.signature));
                (!symbol.is_public, item.at(format!("{}:{}", file.shown, symbol.line)))
            })
            .collect();
        own.sort_by_key(|(is_private, _)| *is_private);
        items.extend(own.into_iter().map(|(_, item)| item));
    }
    items
}

/// The names the step's files offer, those that could be anybody's left out.
pub(super) fn names(files: &[SourceText]) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for file in files {
        for symbol in &file.outline().symbols {
            let is_item = !matches!(symbol.kind, SymbolKind::Impl | SymbolKind::Field | SymbolKind::Mod);
            if is_item && !symbol.is_test && 2 < symbol.name.len() && !COMMON.contains(&symbol.name.as_str()) {
                names.insert(symbol.name.clone());
            }
        }
    }
    names
}

/// Every test function of these files: its path, and where it stands.
pub(super) fn known_tests(files: &[SourceText]) -> Vec<(String, String)> {
    let of = |file: &SourceText| -> Vec<(String, String)> {
        let tests = file.tests().iter();
        tests.map(|test| (test.path.clone(), format!("{}:{}", file.shown, test.lines.start))).collect()
    };
    files.iter().flat_map(of).collect()
}

/// The tests of the subject: those in its files, then those of its packages that name something of it.
pub(super) fn tests(own: &[SourceText], around: &[SourceText]) -> Vec<Item> {
    let names = names(own);
    let mut items: Vec<Item> = known_tests(own).into_iter().map(|(path, at)| Item::code(path).at(at)).collect();
    let shown: BTreeSet<&str> = own.iter().map(|file| file.shown.as_str()).collect();
    for file in around.iter().filter(|file| !shown.contains(file.shown.as_str())) {
        let lines: Vec<&str> = file.text.lines().collect();
        for test in file.tests() {
            let first = usize::try_from(test.lines.start).unwrap_or(1).saturating_sub(1);
            let last = usize::try_from(test.lines.end).unwrap_or(1).saturating_sub(1).min(lines.len());
            let body = lines.get(first..last).unwrap_or_default();
            if body.iter().any(|line| words(line).any(|word| names.contains(word))) {
                items.push(Item::code(&test.path).at(format!("{}:{}", file.shown, test.lines.start)));
            }
        }
    }
    items
}

/// The identifiers of a line.
pub(super) fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|letter: char| !letter.is_alphanumeric() && letter != '_').filter(|word| !word.is_empty())
}
