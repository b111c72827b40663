//! The help pages: one per code word, and topics.

use crate::error::Code;

/// A page that is about no single error: its name and its text.
pub const TOPICS: &[(&str, &str)] = &[
    ("exit-codes", include_str!("help/topics/exit-codes.md")),
    ("payload", include_str!("help/topics/payload.md")),
    ("what-runs", include_str!("help/topics/what-runs.md")),
    ("baseline", include_str!("help/topics/baseline.md")),
    ("levels", include_str!("help/topics/levels.md")),
    ("cache", include_str!("help/topics/cache.md")),
    ("red", include_str!("help/topics/red.md")),
    ("acceptance", include_str!("help/topics/acceptance.md")),
    ("merging", include_str!("help/topics/merging.md")),
    ("partition", include_str!("help/topics/partition.md")),
    ("findings", include_str!("help/topics/findings.md")),
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
