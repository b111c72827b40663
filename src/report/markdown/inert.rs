//! Text from outside as Markdown in which nothing happens: no element, no link, no image, no mention, no reference
//! to an issue, no emoji, no formula, and no end of a table's cell.
//!
//! GitHub looks for mentions, issues and addresses in what Markdown has become, so that no escape of Markdown's
//! own helps; it does not look into code. So a word that could become something is shown as code, and with it stays
//! what it was, for readers of the source too.

use crate::report::escape;
use crate::report::layout::{cut, shorten};

/// Prose on one line, at most so many characters of it: words that could become something as code, and what stands
/// between two backticks too.
pub(super) fn prose(text: &str, most: usize) -> String {
    let text = clean(text.split_whitespace(), most);
    let mut told = String::with_capacity(text.len() + 16);
    let mut pieces: Vec<&str> = text.split('`').collect();
    let n_quoted = pieces.len() / 2;
    let is_quoted = pieces.len() % 2 == 1 && pieces.iter().skip(1).step_by(2).all(|piece| !piece.trim().is_empty());
    if 0 < n_quoted && !is_quoted {
        pieces = vec![&text];
    }
    for (at, piece) in pieces.into_iter().enumerate() {
        if at % 2 == 1 {
            push(&mut told, &span(piece.trim()));
            continue;
        }
        for (at, word) in piece.split(' ').enumerate() {
            if 0 < at {
                told.push(' ');
            }
            let is_first = told.is_empty();
            push(&mut told, &of_word(word, is_first));
        }
    }
    told
}

/// A name as code on one line, shortened in the middle to so many characters.
pub(super) fn code(text: &str, most: usize) -> String {
    // The middle is what a reader misses least, and escapes make text longer: hence twice.
    let text = shorten(&escape::line(&shorten(text, most)), most);
    span(escape::no_ci_commands_json(&text).trim())
}

/// Text within an HTML element of ours, on one line and shortened in the middle.
pub(super) fn html(text: &str, most: usize) -> String {
    let text = shorten(&escape::line(&shorten(text, most)), most);
    // No Markdown is read in an element's block, so that names stay readable in the source.
    entities(&escape::no_ci_commands_json(&text), "/.-,():_=+")
}

/// The same lines in a fence, at most so many lines and bytes of them, and how many lines were left out.
pub(super) fn fence(language: &str, text: &str, most_lines: usize, most_bytes: usize) -> (String, usize) {
    const MOST_WIDE: usize = 400;
    let mut kept = String::new();
    let mut n_kept = 0;
    for line in text.lines().take(most_lines) {
        let line = cut(&escape::block(&cut(line, MOST_WIDE)), MOST_WIDE);
        if most_bytes < kept.len() + line.len() {
            break;
        }
        kept.push_str(&line);
        kept.push('\n');
        n_kept += 1;
    }
    let kept = escape::no_ci_commands(&kept);
    let fence = "`".repeat((longest_run(&kept) + 1).max(3));
    (format!("{fence}{language}\n{kept}{fence}\n"), text.lines().count() - n_kept)
}

/// The words on one line, with what could drive a terminal or a CI's runner spelt out, cut at the end.
fn clean<'t>(words: impl Iterator<Item = &'t str>, most: usize) -> String {
    let mut text = String::new();
    for word in words {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(word);
        // A character has four bytes at most.
        if 4 * most < text.len() {
            break;
        }
    }
    let text = cut(&escape::line(&cut(&text, most)), most);
    escape::no_ci_commands_json(&text)
}

/// Two spans of code that touch would be one.
fn push(told: &mut String, text: &str) {
    if told.ends_with('`') && text.starts_with('`') {
        told.push(' ');
    }
    told.push_str(text);
}

/// A word as it is where nothing can come of it, else as code; what stands around it stays outside.
fn of_word(word: &str, is_first: bool) -> String {
    if is_first && could_begin_a_block(word) {
        return span(word);
    }
    if is_plain(word) {
        return word.replace('&', "&amp;");
    }
    let inner = word.trim_start_matches(['(', '"']);
    let head = &word[..word.len() - inner.len()];
    let core = inner.trim_end_matches([',', '.', ';', ':', '"', ')']);
    let tail = &inner[core.len()..];
    if core.is_empty() { span(word) } else { format!("{head}{}{tail}", span(core)) }
}

fn is_plain(word: &str) -> bool {
    let is_mark = |c: char| matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '~' | '|' | '$' | '@');
    let is_reference = word.match_indices('#').any(|(at, _)| word[at + 1..].starts_with(char::is_alphanumeric));
    let lower = word.to_ascii_lowercase();
    let is_issue = lower.match_indices("gh-").any(|(at, _)| lower[at + 3..].starts_with(|c: char| c.is_ascii_digit()));
    let is_commit = |part: &str| (7..=64).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    let names_commit = word.split(|c: char| !c.is_alphanumeric()).any(is_commit);
    !word.contains(is_mark)
        && !is_reference
        && !is_issue
        && !names_commit
        && !lower.contains("://")
        && !lower.contains("www.")
        // `:name:` is a picture.
        && word.matches(':').count() < 2
        // A numeric entity would be one.
        && !(word.contains('&') && word.contains(';'))
}

/// Whether a line that begins with this word is something else than a paragraph: a heading, a list, a quotation.
fn could_begin_a_block(word: &str) -> bool {
    let after_digits = word.trim_start_matches(|c: char| c.is_ascii_digit());
    let is_number = after_digits.len() < word.len() && after_digits.starts_with(['.', ')']);
    word.starts_with(['#', '+', '-', '=', '>', ':']) || is_number
}

/// Code between backticks, more of them than any run within. A `|` would end a table's cell, and stands as a number
/// between two spans: in an element `<code>` of one's own a forge still finds addresses.
fn span(text: &str) -> String {
    if text.trim().is_empty() {
        return "–".into();
    }
    if text.contains('|') {
        let piece = |piece: &str| if piece.trim().is_empty() { String::new() } else { span(piece.trim()) };
        return text.split('|').map(piece).collect::<Vec<_>>().join("&#124;");
    }
    let marks = "`".repeat(longest_run(text) + 1);
    let gap = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{marks}{gap}{text}{gap}{marks}")
}

/// Every mark spelt as a number, but those in `kept`.
fn entities(text: &str, kept: &str) -> String {
    let mut told = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_ascii_punctuation() && !kept.contains(character) {
            told.push_str(&format!("&#{};", u32::from(character)));
        } else {
            told.push(character);
        }
    }
    told
}

/// The longest run of backticks.
fn longest_run(text: &str) -> usize {
    text.split(|c: char| c != '`').map(str::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests;
