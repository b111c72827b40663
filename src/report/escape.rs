//! Text from a child, the payload or the file system made harmless: what could drive a terminal is spelt out.
//!
//! Nothing is removed. A reader sees that there was something, and what.

use std::borrow::Cow;

/// Whether a terminal would act on this character, or hide or reorder text because of it.
const fn is_unsafe(character: char) -> bool {
    matches!(character,
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}'
        | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// The same text on one line: control, bidi and invisible characters are spelt out as Rust would (`\u{1b}`).
#[must_use]
pub fn line(text: &str) -> Cow<'_, str> {
    let is_plain = text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    if is_plain || !text.chars().any(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        push(&mut safe, character);
    }
    Cow::Owned(safe)
}

/// The same text with its lines kept; a CR before a line end is part of the line end, a tab becomes spaces.
#[must_use]
pub fn block(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for whole in text.split_inclusive('\n') {
        let (body, end) = match whole.strip_suffix('\n') {
            Some(body) => (body.strip_suffix('\r').unwrap_or(body), "\n"),
            None => (whole, ""),
        };
        for character in body.chars() {
            if character == '\t' { safe.push_str("    ") } else { push(&mut safe, character) }
        }
        safe.push_str(end);
    }
    safe
}

fn push(safe: &mut String, character: char) {
    if is_unsafe(character) { safe.extend(character.escape_default()) } else { safe.push(character) }
}

/// A word of a command line: in quotes wherever something in it could be overlooked, and with every character told
/// that only looks like another one.
#[must_use]
pub fn word(text: &str) -> String {
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return text.to_owned();
    }
    let quoted = format!("\"{}\"", line(text).replace('"', "\\\""));
    let strange: std::collections::BTreeSet<char> = text.chars().filter(|c| !c.is_ascii() && !is_unsafe(*c)).collect();
    if strange.is_empty() {
        return quoted;
    }
    let told: Vec<String> = strange.iter().take(8).map(|character| character.escape_unicode().to_string()).collect();
    format!("{quoted} (not ASCII: {})", told.join(" "))
}

/// The same text without a line that a CI runner would take for a command: `::error::` at the start of a line
/// (behind blanks and colours too), `##[` and `##vso[` anywhere get a backslash.
#[must_use]
pub fn no_ci_commands(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for whole in text.split_inclusive('\n') {
        let plain = anstream::adapter::strip_str(whole).to_string();
        if plain.trim_start().starts_with("::") {
            let place = whole.find("::").unwrap_or(0);
            safe.push_str(&whole[..place]);
            safe.push('\\');
            safe.push_str(&no_hashes(&whole[place..], "#\\#"));
        } else {
            safe.push_str(&no_hashes(whole, "#\\#"));
        }
    }
    safe
}

/// The same JSON text, in which a CI runner finds no command: only strings hold `##[`.
#[must_use]
pub fn no_ci_commands_json(json: &str) -> String {
    no_hashes(json, "#\\u0023")
}

/// `##` in another spelling wherever `[` or `word[` follows it.
fn no_hashes(text: &str, shown: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("##") {
        let (before, from) = rest.split_at(at);
        let is_command = from[2..].trim_start_matches(|c: char| c.is_ascii_alphabetic()).starts_with('[');
        safe.push_str(before);
        safe.push_str(if is_command { shown } else { "#" });
        // The second one may begin a command as well.
        rest = if is_command { &from[2..] } else { &from[1..] };
    }
    safe.push_str(rest);
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_could_drive_a_terminal_is_spelt_out() {
        for (text, shown) in [
            ("plain `text` with ä and 漢", "plain `text` with ä and 漢"),
            ("\u{1b}[31mred\u{1b}[0m", "\\u{1b}[31mred\\u{1b}[0m"),
            ("\u{1b}]0;title", "\\u{1b}]0;title"),
            ("over\rwritten", "over\\rwritten"),
            ("bell\u{7} del\u{7f} back\u{8}", "bell\\u{7} del\\u{7f} back\\u{8}"),
            ("\u{9b}31m", "\\u{9b}31m"),
            ("a\u{202e}b\u{2066}c\u{200f}d\u{61c}", "a\\u{202e}b\\u{2066}c\\u{200f}d\\u{61c}"),
            ("zero\u{200b}width\u{feff}", "zero\\u{200b}width\\u{feff}"),
            ("two\nlines\tand a tab", "two\\nlines\\tand a tab"),
        ] {
            assert_eq!(line(text), shown);
        }
    }

    #[test]
    fn a_block_keeps_its_lines_and_nothing_else() {
        assert_eq!(block("a\r\nb\tc\n\u{1b}[2Jd\re"), "a\nb    c\n\\u{1b}[2Jd\\re");
    }

    #[test]
    fn a_word_that_only_looks_like_another_is_told() {
        for (text, shown) in [
            ("cargo", "cargo"),
            ("a  b", "\"a  b\""),
            ("", "\"\""),
            ("c\u{430}rgo", "\"c\u{430}rgo\" (not ASCII: \\u{430})"),
            ("a\u{202e}b", "\"a\\u{202e}b\""),
        ] {
            assert_eq!(word(text), shown);
        }
    }

    #[test]
    fn a_ci_runner_finds_no_command() {
        for (text, shown) in [
            ("::error::x\nfine :: y\n", "\\::error::x\nfine :: y\n"),
            ("  ::set-output name=a::b", "  \\::set-output name=a::b"),
            ("\u{1b}[1m::warning::x", "\u{1b}[1m\\::warning::x"),
            ("see ##[error]x", "see #\\#[error]x"),
            ("##vso[task.setvariable]x ###[a] ## [b]", "#\\#vso[task.setvariable]x ##\\#[a] ## [b]"),
            ("std::vec", "std::vec"),
        ] {
            assert_eq!(no_ci_commands(text), shown);
        }
        assert_eq!(no_ci_commands_json(r###"{"a":"##[error]"}"###), r##"{"a":"#\u0023[error]"}"##);
    }
}
