//! Which symbols are told, and as what.

use super::{Counts, FileOverview, OverviewQuestion, SYMBOLS_OF_A_FILE, SymbolRow, Told};
use crate::source::{Outline, Symbol, SymbolKind};

/// Which symbols are asked for.
pub(super) struct Wanted<'a> {
    question: &'a OverviewQuestion,
}

impl<'a> Wanted<'a> {
    pub(super) const fn new(question: &'a OverviewQuestion) -> Self {
        Self { question }
    }

    fn is_wanted(&self, symbol: &Symbol) -> bool {
        let is_part = matches!(symbol.kind, SymbolKind::Field | SymbolKind::Variant);
        match self.question.kinds.as_slice() {
            [] => self.question.is_whole || !is_part,
            kinds => kinds.contains(&symbol.kind),
        }
    }

    /// How many there are, at whatever depth.
    pub(super) fn counts(&self, outline: &Outline) -> Counts {
        let mut counts = Counts::new();
        for symbol in outline.symbols.iter().filter(|symbol| self.is_wanted(symbol)) {
            *counts.entry(symbol.kind).or_default() += 1;
        }
        counts
    }

    /// Those that are asked for, each in what it stands in.
    pub(super) fn rows(&self, outline: &Outline) -> Vec<SymbolRow> {
        // What stands in a symbol comes behind it, so it is complete once its turn comes from the end.
        let mut inner: Vec<Vec<SymbolRow>> = outline.symbols.iter().map(|_| Vec::new()).collect();
        let mut tops = Vec::new();
        let depths = depths(outline);
        for (at, symbol) in outline.symbols.iter().enumerate().rev() {
            let mut children = std::mem::take(&mut inner[at]);
            let is_too_deep = self.question.depth.is_some_and(|most| most < depths[at]);
            if is_too_deep || !self.is_wanted(symbol) && children.is_empty() {
                continue;
            }
            children.reverse();
            let row = SymbolRow {
                path: outline.path(at),
                kind: symbol.kind,
                line: symbol.line,
                last_line: symbol.last_line,
                signature: symbol.signature.clone(),
                cfg: symbol.cfg.clone(),
                is_test: symbol.is_test,
                children,
            };
            match symbol.parent {
                Some(parent) => inner[parent].push(row),
                None => tops.push(row),
            }
        }
        tops.reverse();
        tops
    }
}

/// How deep each symbol stands, 1 being the file's top.
fn depths(outline: &Outline) -> Vec<usize> {
    let mut depths: Vec<usize> = Vec::with_capacity(outline.symbols.len());
    for symbol in &outline.symbols {
        depths.push(1 + symbol.parent.map_or(0, |parent| depths[parent]));
    }
    depths
}

/// Takes away from the files what does not fit, and counts it.
pub(super) fn thin(files: &mut [FileOverview], question: &OverviewQuestion) -> Told {
    let most = question.limit.saturating_mul(SYMBOLS_OF_A_FILE);
    let n_all = |files: &[FileOverview]| files.iter().map(|file| n_rows(&file.symbols)).sum::<usize>();
    let mut told = Told::Asked;
    if most < n_all(files) && question.depth.is_none() && question.kinds.is_empty() {
        told = Told::Tops;
        files.iter_mut().flat_map(|file| &mut file.symbols).for_each(|row| row.children.clear());
    }
    if most < n_all(files) {
        match &mut *files {
            // Somebody who names one file wants what there is room for.
            [one] => first(&mut one.symbols, &mut { most }),
            several => {
                told = Told::Files;
                several.iter_mut().for_each(|file| file.symbols.clear());
            }
        }
    }
    for file in files {
        let n_told = n_wanted(&file.symbols, &file.counts);
        file.left_out = file.counts.values().sum::<usize>().saturating_sub(n_told);
    }
    told
}

fn n_rows(rows: &[SymbolRow]) -> usize {
    rows.iter().map(|row| 1 + n_rows(&row.children)).sum()
}

/// How many rows are of the kinds that are counted: others are there for what they hold.
fn n_wanted(rows: &[SymbolRow], counts: &Counts) -> usize {
    let n = |row: &SymbolRow| usize::from(counts.contains_key(&row.kind)) + n_wanted(&row.children, counts);
    rows.iter().map(n).sum()
}

/// Keeps the first ones, as many as are left.
fn first(rows: &mut Vec<SymbolRow>, left: &mut usize) {
    rows.retain_mut(|row| {
        let is_kept = 0 < *left;
        *left = left.saturating_sub(1);
        if is_kept {
            first(&mut row.children, left);
        }
        is_kept
    });
}
