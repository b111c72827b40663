//! What the formats for programs have in common: texts cut to a length and made harmless, digests and times that are some.

use super::escape;
use crate::words::Outcome;
use serde_json::Value;

/// Where this tool is described. Every address of ours begins with it.
pub(super) const HOME: &str = "https://docs.rs/cargo-handoff";

/// Its pages.
pub(super) const PAGES: &str = "https://docs.rs/cargo-handoff/latest/cargo_handoff";

/// The beginning of a text where it has more bytes than that, and how many are missing.
pub(super) fn cut(text: &str, most: usize) -> String {
    let end = text.floor_char_boundary(most);
    match text.len() - end {
        0 => text.to_owned(),
        n => format!("{}… ({n} bytes left out)", &text[..end]),
    }
}

/// Beginning and end of a text where it has more bytes than that, and how many are missing between them.
pub(super) fn head_and_tail(text: &str, most: usize) -> String {
    if text.len() <= most {
        return text.to_owned();
    }
    let head = text.floor_char_boundary(most / 2);
    let tail = text.ceil_char_boundary(text.len() - most / 2);
    format!("{}\n… ({} bytes left out)\n{}", &text[..head], tail - head, &text[tail..])
}

/// A text on one line, harmless and not too long.
pub(super) fn line(text: &str, most: usize) -> String {
    // Each character may come to ten: what is cut off need not be looked at.
    cut(&escape::line(&cut(text, most)), most + 40)
}

/// A text with its lines kept, harmless and not too long.
pub(super) fn block(text: &str, most: usize) -> String {
    cut(&escape::block(&cut(text, most)), most + 40)
}

/// What a check came to that is no pass.
pub(super) const fn in_words(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Passed => "passed",
        Outcome::Failed => "failed",
        Outcome::CouldNotRun => "could not run",
        Outcome::NotRun => "was not run",
    }
}

/// A time as RFC 3339 in UTC without fractions of a second; `None` where it is none.
pub(super) fn time(text: &str) -> Option<String> {
    let time: jiff::Timestamp = text.parse().ok()?;
    Some(time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
}

/// JSON on one line, in which a CI runner finds no command.
pub(super) fn json(value: &Value) -> String {
    escape::no_ci_commands_json(&value.to_string())
}

/// A path within the repository as a relative URI (RFC 3986); `None` where it leads elsewhere or nowhere.
pub(super) fn uri(path: &str) -> Option<String> {
    let is_within = path.split('/').all(|segment| !matches!(segment, "" | "." | ".."));
    if !is_within || path.contains('\\') || 1000 < path.len() {
        return None;
    }
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => uri.push(byte.into()),
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    Some(uri)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_and_says_so() {
        assert_eq!(cut("äöü", 6), "äöü");
        assert_eq!(cut("äöü", 5), "äö… (2 bytes left out)");
        assert_eq!(head_and_tail("0123456789", 4), "01\n… (6 bytes left out)\n89");
        assert_eq!(line("a\nb", 10), "a\\nb");
        assert!(line(&"\u{0}".repeat(1000), 100).len() <= 200);
    }

    #[test]
    fn a_path_is_a_relative_uri_or_none() {
        for (path, uri_of_it) in [
            ("src/a b.rs", Some("src/a%20b.rs")),
            ("src/ä#?%.rs", Some("src/%C3%A4%23%3F%25.rs")),
            ("javascript:alert(1)", Some("javascript%3Aalert%281%29")),
            ("a\nb", Some("a%0Ab")),
            ("", None),
            ("/etc/passwd", None),
            ("//example.invalid/x", None),
            ("src/../../x", None),
            ("C:\\x", None),
        ] {
            assert_eq!(uri(path).as_deref(), uri_of_it);
        }
    }

    #[test]
    fn a_time_is_one() {
        assert_eq!(time("2026-11-02T10:30:00.25+01:00").as_deref(), Some("2026-11-02T09:30:00Z"));
        assert_eq!(time("yesterday"), None);
    }
}
