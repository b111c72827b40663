//! Bytes of a file as text that does no harm: what is no UTF-8 is spelt out, and of a long line a part is shown.

use camino::Utf8Path;
use std::ops::Range;
use std::path::Path;

/// The most bytes of a line that are shown.
const LONGEST: usize = 1000;

/// How much of a long line is shown before the place it is shown for.
const BEFORE: usize = 200;

/// A line as it is shown.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Shown {
    /// The line, or a part of it, without its end.
    pub(super) text: String,
    /// Where in `text` the place is that was asked for.
    pub(super) marked: Range<usize>,
    /// How many bytes of the line are left out.
    pub(super) left_out: usize,
    /// Whether all of it is UTF-8.
    pub(super) is_utf8: bool,
}

/// A line, or the part of it around a place.
pub(super) fn line(bytes: &[u8], place: Range<usize>) -> Shown {
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
    let place = place.start.min(bytes.len())..place.end.min(bytes.len());
    let part = if bytes.len() <= LONGEST { 0..bytes.len() } else { around(bytes, &place) };
    let mut is_utf8 = true;
    let mut spelt = |range: Range<usize>| {
        let (text, whole) = spelt_out(bytes.get(range).unwrap_or_default());
        is_utf8 &= whole;
        text
    };
    let marked_end = place.end.clamp(part.start, part.end);
    let marked_start = place.start.clamp(part.start, marked_end);
    let mut text = spelt(part.start..marked_start);
    let start = text.len();
    text += &spelt(marked_start..marked_end);
    let end = text.len();
    text += &spelt(marked_end..part.end);
    Shown { text, marked: start..end, left_out: bytes.len() - part.len(), is_utf8 }
}

/// The part that is shown: it cuts no character in two.
fn around(bytes: &[u8], place: &Range<usize>) -> Range<usize> {
    let is_inside = |at: usize| bytes.get(at).is_some_and(|byte| (0x80..0xc0).contains(byte));
    let from = place.start.saturating_sub(BEFORE).min(bytes.len() - LONGEST);
    let to = from + LONGEST;
    let from = (from..from + 4).find(|at| !is_inside(*at)).unwrap_or(from);
    let to = (to - 3..=to).rev().find(|at| !is_inside(*at)).unwrap_or(to);
    from..to
}

fn spelt_out(bytes: &[u8]) -> (String, bool) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return (text.to_owned(), true);
    }
    let mut text = String::with_capacity(bytes.len() + 16);
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        chunk.invalid().iter().for_each(|byte| text.push_str(&format!("\\x{byte:02x}")));
    }
    (text, false)
}

/// A path as it is told: relative to the root, with `/`, and with `\xff` for a byte that is no UTF-8.
pub(super) fn path(root: &Utf8Path, path: &Path) -> String {
    let path = path.strip_prefix(root).unwrap_or(path);
    let shown = spelt_out(path.as_os_str().as_encoded_bytes()).0;
    if shown.is_empty() {
        ".".to_owned()
    } else if cfg!(windows) {
        shown.replace('\\', "/")
    } else {
        shown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_loses_its_end_and_keeps_its_place() {
        for (bytes, text) in [(&b"let a = 1;\r\n"[..], "let a = 1;"), (b"let a = 1;\n", "let a = 1;"), (b"", "")] {
            let shown = line(bytes, 4..5);
            assert_eq!((shown.text.as_str(), shown.left_out, shown.is_utf8), (text, 0, true));
            assert_eq!(shown.text.get(shown.marked).unwrap_or_default(), if text.is_empty() { "" } else { "a" });
        }
    }

    #[test]
    fn bytes_that_are_no_text_are_spelt_out() {
        let shown = line(b"caf\xe9 \xffx y\n", 6..7);
        assert_eq!((shown.text.as_str(), shown.is_utf8), ("caf\\xe9 \\xffx y", false));
        assert_eq!(&shown.text[shown.marked], "x");
    }

    #[test]
    fn of_a_long_line_the_part_around_the_place_is_shown_and_no_character_is_cut() {
        let long = "ä".repeat(3000) + "needle" + &"ö".repeat(3000);
        let shown = line(long.as_bytes(), 6000..6006);
        assert_eq!(&shown.text[shown.marked.clone()], "needle");
        assert!(shown.is_utf8 && shown.text.len() <= LONGEST, "{}", shown.text.len());
        assert_eq!(shown.text.len() + shown.left_out, long.len());
        let at_end = line(("x".repeat(5000) + "end").as_bytes(), 5000..5003);
        assert!(at_end.text.ends_with("end") && at_end.left_out == 4003);
        let all = line("x".repeat(5000).as_bytes(), 0..5000);
        assert_eq!((all.marked, all.left_out), (0..1000, 4000));
    }
}
