//! The help pages: one per code word, and topics.

use crate::error::Code;

/// A page that is about no single error: its name and its text.
pub const TOPICS: &[(&str, &str)] = &[
    ("exit-codes", include_str!("help/topics/exit-codes.md")),
    ("payload", include_str!("help/topics/payload.md")),
    ("what-runs", include_str!("help/topics/what-runs.md")),
    ("baseline", include_str!("help/topics/baseline.md")),
    ("levels", include_str!("help/topics/levels.md")),
    ("require", include_str!("help/topics/require.md")),
    ("cache", include_str!("help/topics/cache.md")),
    ("red", include_str!("help/topics/red.md")),
    ("acceptance", include_str!("help/topics/acceptance.md")),
    ("prune", include_str!("help/topics/prune.md")),
    ("merging", include_str!("help/topics/merging.md")),
    ("partition", include_str!("help/topics/partition.md")),
    ("findings", include_str!("help/topics/findings.md")),
    ("reports", include_str!("help/topics/reports.md")),
    ("ci", include_str!("help/topics/ci.md")),
    ("recon", include_str!("help/topics/recon.md")),
    ("edit", include_str!("help/topics/edit.md")),
];

/// The pages behind a code word, a topic or an exit code; several where an exit code has several words, none
/// where there is no such page.
#[must_use]
pub fn pages(name: &str) -> Vec<&'static str> {
    let name = name.trim();
    let signal = matches!(name, "129" | "143");
    let codes = Code::ALL
        .iter()
        .filter(|code| code.word() == name || code.exit().to_string() == name || (signal && **code == Code::Signalled));
    let topics = TOPICS.iter().filter(|(word, _)| *word == name || (*word == "exit-codes" && name == "0"));
    codes.map(|code| code.page()).chain(topics.map(|(_, page)| *page)).collect()
}

/// The names of the pages that speak of this, each with what it says first: where no page has that name.
#[must_use]
pub fn speaking_of(word: &str) -> Vec<(&'static str, String)> {
    let wanted = word.trim().trim_start_matches('-').to_lowercase();
    let is_word = |character: char| character.is_alphanumeric() || character == '-' || character == '_';
    let has = |text: &str| {
        let mut words = text.split(|character| !is_word(character)).map(|word| word.trim_start_matches('-'));
        !wanted.is_empty() && words.any(|word| word == wanted)
    };
    // What is typed or spelt so counts more than a word of the language, and a topic more than an error.
    let rank = |page: &str| -> Option<usize> {
        let page = page.to_lowercase();
        let is_typed = page.lines().any(|line| line.starts_with("    ") && has(line));
        let is_spelt = || page.split('`').skip(1).step_by(2).any(has);
        has(&page).then(|| if is_typed { 0 } else { 1 + usize::from(!is_spelt()) })
    };
    let codes = Code::ALL.iter().map(|code| (code.word(), code.page()));
    let mut found: Vec<(usize, &str, &str)> =
        TOPICS.iter().copied().chain(codes).filter_map(|(name, page)| Some((rank(page)?, name, page))).collect();
    found.sort_by_key(|(rank, ..)| *rank);
    found.into_iter().map(|(_, name, page)| (name, summary(page))).collect()
}

/// The list of all pages: each name with what its page says first.
#[must_use]
pub fn list() -> String {
    let mut text = String::from("Pages of `cargo handoff explain NAME` (an exit code does as well):\n\n");
    let codes = Code::ALL.iter().map(|code| (code.word(), code.exit().to_string(), code.page()));
    let topics = TOPICS.iter().map(|(word, page)| (*word, String::new(), *page));
    for (word, exit, page) in codes.chain(topics) {
        text.push_str(&format!("{word:<18} {exit:>3}  {}\n", summary(page)));
    }
    text
}

/// The first sentence of a page, without its markup.
fn summary(page: &str) -> String {
    let paragraph = page.lines().skip(1).find(|line| !line.trim().is_empty()).unwrap_or_default();
    paragraph.replace('`', "")
}

#[cfg(test)]
mod tests;
