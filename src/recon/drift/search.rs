//! A question asked again: what it finds now and did not, and the other way round.

use super::super::finding::{Cited, MOST_CITED, Quotes, place_of};
use crate::error::Result;
use crate::payload::entries::ReconEntry;
use std::collections::BTreeMap;

/// The most lines of a new answer that are compared.
const MOST_COMPARED: usize = 20_000;

/// By what two answers differ.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Difference {
    /// The files of what is found now and was not.
    pub new: Vec<String>,
    /// The files of what was found and is not now.
    pub gone: Vec<String>,
    /// How many there were and are, where not all that was found had been kept and the numbers differ.
    pub totals: Option<(u64, u64)>,
    /// How many of those there were had not been kept: whether they are as they were nobody can say.
    pub not_kept: u64,
}

impl Difference {
    /// Whether both answers are the same.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.new.is_empty() && self.gone.is_empty() && self.totals.is_none()
    }

    /// In words: `2 new (src/a.rs), 1 gone (src/b.rs)`.
    #[must_use]
    pub fn in_words(&self) -> String {
        let told = |files: &[String], word: &str| {
            let mut names = files.to_vec();
            names.sort();
            names.dedup();
            let more = names.len().saturating_sub(3);
            names.truncate(3);
            let more = if more == 0 { String::new() } else { format!(" and {more} more files") };
            (!files.is_empty()).then(|| format!("{} {word} ({}{more})", files.len(), names.join(", ")))
        };
        let totals = self.totals.map(|(was, is)| format!("{was} in all, now {is}"));
        [told(&self.new, "new"), told(&self.gone, "gone"), totals].into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}

/// What differs. A hit is the same where its file and its text are, or its file, path and signature.
///
/// # Errors
/// 74 where a file cannot be read.
pub fn difference(kept: &ReconEntry, now: &Cited, quotes: &mut Quotes) -> Result<Difference> {
    let mut hits: BTreeMap<(String, String), i64> = BTreeMap::new();
    let mut count = |file: &str, what: String, n: i64| *hits.entry((file.to_owned(), what)).or_default() += n;
    for citation in &kept.citations {
        let file = place_of(&citation.at).map_or(citation.at.as_str(), |(file, _)| file);
        count(file, citation.text.clone(), -1);
    }
    for symbol in &kept.symbols {
        count(&symbol.file, format!("{} {}", symbol.path, symbol.signature), -1);
    }
    for (file, line) in now.lines.iter().take(MOST_COMPARED) {
        if let Some(citation) = quotes.line(file, *line)? {
            count(file, citation.text, 1);
        }
    }
    for symbol in &now.symbols {
        count(&symbol.file, format!("{} {}", symbol.path, symbol.signature), 1);
    }
    let mut difference = Difference::default();
    for ((file, _), n) in &hits {
        let files = if *n < 0 { &mut difference.gone } else { &mut difference.new };
        files.extend(std::iter::repeat_n(file.clone(), usize::try_from(n.unsigned_abs()).unwrap_or(usize::MAX)));
    }
    // Where not all was kept nobody knows which are new.
    let (n_lines, n_symbols) = (kept.citations.len(), kept.symbols.len());
    let is_cut = MOST_CITED <= n_lines.max(n_symbols) || ((n_lines + n_symbols) as u64) < kept.total;
    let total = now.total as u64;
    difference.not_kept = kept.total.saturating_sub((n_lines + n_symbols) as u64);
    if is_cut {
        difference.new.clear();
        difference.totals = (kept.total != total).then_some((kept.total, total));
    }
    Ok(difference)
}
