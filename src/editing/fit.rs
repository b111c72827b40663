//! A text that is to be put somewhere, made to look like its place: line ends, indentation, no final newline.

use crate::error::{Code, Error, Result};
use crate::source::long_literals;

/// A text as it was given -> one without byte order mark, with `\n` at the end of lines and none behind the last.
pub(super) fn plain(text: &str) -> String {
    let text = lines(text);
    text.strip_suffix('\n').unwrap_or(&text).to_owned()
}

/// The same with its final newline.
pub(super) fn lines(text: &str) -> String {
    text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n")
}

/// The line end at a place: of its own line, else of the one before, else `\n`.
pub(super) fn newline(text: &str, at: usize) -> &'static str {
    let (before, behind) = text.split_at(at);
    let of = |end: Option<&str>| match end {
        Some(line) if line.ends_with('\r') => "\r\n",
        Some(_) | None => "\n",
    };
    match (behind.split_once('\n'), before.rsplit_once('\n')) {
        (Some(("", _)), _) => of(Some(before)),
        (Some((line, _)), _) => of(Some(line)),
        (None, Some((line, _))) => of(Some(line)),
        (None, None) => of(None),
    }
}

/// Where a text begins behind its byte order mark.
pub(super) fn top(text: &str) -> usize {
    if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 }
}

/// Where the line of a byte begins, byte order mark left out.
pub(super) fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(top(text).min(at), |end| end + 1)
}

/// Where the line of a byte ends, its line end left out.
pub(super) fn line_end(text: &str, at: usize) -> usize {
    let end = text[at..].find('\n').map_or(text.len(), |length| at + length);
    if at < end && text[..end].ends_with('\r') { end - 1 } else { end }
}

/// The blanks the line of a byte begins with.
pub(super) fn indent(text: &str, at: usize) -> &str {
    let line = &text[line_start(text, at)..at];
    &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
}

/// Whether nothing but blanks stands before a byte on its line.
pub(super) fn is_first_on_line(text: &str, at: usize) -> bool {
    text[line_start(text, at)..at].trim().is_empty()
}

/// A text that is to become a part of a file.
///
/// # Errors
/// 65 `edit-refused` where there is nothing in it.
pub(super) fn some(text: &str) -> Result<&str> {
    if text.trim().is_empty() {
        return Err(Error::new(Code::EditRefused, "the text is empty")
            .hint("`cargo handoff edit remove NAME` takes a symbol away"));
    }
    Ok(text)
}

/// What a file indents with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Tab,
    Blanks(usize),
}

impl Unit {
    /// Of a text: a tab where more lines begin with one than with a blank, else as few blanks as any line begins with.
    pub(super) fn of(text: &str) -> Option<Self> {
        let n_tabs = text.lines().filter(|line| line.starts_with('\t')).count();
        let blanks = |line: &str| line.len() - line.trim_start_matches(' ').len();
        // ` * ` goes on with a comment.
        let indented = text.lines().filter(|line| line.starts_with("  ") && !line.trim_start().starts_with('*'));
        let depths: Vec<usize> = indented.map(blanks).collect();
        if n_tabs == 0 && depths.is_empty() {
            return None;
        }
        if depths.len() < n_tabs {
            return Some(Self::Tab);
        }
        depths.iter().min().map(|least| Self::Blanks((*least).min(8)))
    }

    pub(super) fn text(self) -> String {
        match self {
            Self::Tab => "\t".into(),
            Self::Blanks(n) => " ".repeat(n),
        }
    }
}

/// A plain text shifted so that it stands at this indentation, in lines that end so. Its first line comes without
/// indentation. Lines within literals stay as they are.
pub(super) fn shifted(text: &str, indent: &str, newline: &str, unit: Option<Unit>) -> String {
    let text = text.trim_end().trim_start_matches('\n');
    let literals = long_literals(text);
    let mut at = 0;
    let mut lines: Vec<(&str, bool)> = Vec::new();
    for line in text.split('\n') {
        lines.push((line, literals.iter().any(|literal| literal.start < at && at < literal.end)));
        at += line.len() + 1;
    }
    let (first, rest) = bases(&lines);
    let own = own_unit(&lines, &first, &rest);
    let mut shifted = String::with_capacity(text.len());
    for (number, (line, is_fixed)) in lines.iter().enumerate() {
        if 0 < number {
            shifted.push_str(newline);
        }
        if *is_fixed {
            shifted.push_str(line);
            continue;
        }
        let base = if number == 0 { &first } else { &rest };
        let line = line.strip_prefix(base.as_str()).unwrap_or_else(|| line.trim_start_matches([' ', '\t']));
        if line.trim().is_empty() {
            continue;
        }
        if 0 < number {
            shifted.push_str(indent);
        }
        shifted.push_str(&same_unit(line, own, unit));
    }
    shifted
}

fn blanks(line: &str) -> &str {
    &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
}

/// The indentation of the first line, and what the others are taken to have in common with it. A text that was cut out behind the blanks of
/// its first line ends in a brace that still has them.
fn bases(lines: &[(&str, bool)]) -> (String, String) {
    let first = lines.first().map_or("", |(line, _)| blanks(line)).to_owned();
    let counted = lines.iter().skip(1).filter(|(line, is_fixed)| !is_fixed && !line.trim().is_empty());
    let counted: Vec<&str> = counted.map(|(line, _)| *line).collect();
    let Some(last) = counted.last() else { return (first.clone(), first) };
    let closing = blanks(last);
    let is_cut = first.len() < closing.len()
        && last.trim_start().starts_with(['}', ')', ']'])
        && counted.iter().all(|line| line.starts_with(closing));
    if is_cut {
        return (first, closing.to_owned());
    }
    (first.clone(), first)
}

fn own_unit(lines: &[(&str, bool)], first: &str, rest: &str) -> Option<Unit> {
    let free = lines.iter().enumerate().filter(|(_, (_, is_fixed))| !is_fixed);
    let relative: Vec<&str> = free
        .map(|(number, (line, _))| line.strip_prefix(if number == 0 { first } else { rest }).unwrap_or(line))
        .collect();
    Unit::of(&relative.join("\n"))
}

/// A line whose indentation is told in the file's unit: blanks become tabs, tabs become blanks; nothing else does.
fn same_unit(line: &str, own: Option<Unit>, wanted: Option<Unit>) -> String {
    let start = blanks(line);
    let rest = &line[start.len()..];
    let start = match (own, wanted) {
        (Some(Unit::Blanks(n)), Some(Unit::Tab)) if 0 < n => {
            format!("{}{}", "\t".repeat(start.len() / n), " ".repeat(start.len() % n))
        }
        (Some(Unit::Tab), Some(Unit::Blanks(n))) => start.replace('\t', &" ".repeat(n)),
        (_, _) => start.to_owned(),
    };
    start + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    const BLANKS: Option<Unit> = Some(Unit::Blanks(4));

    #[test]
    fn a_text_takes_the_indentation_and_the_line_ends_of_its_place() {
        let text = "fn a() {\n    b();\n\n    c();\n}";
        assert_eq!(shifted(text, "  ", "\r\n", BLANKS), "fn a() {\r\n      b();\r\n\r\n      c();\r\n  }");
        assert_eq!(shifted("    fn a() {\n        b();\n    }\n", "", "\n", BLANKS), "fn a() {\n    b();\n}");
        assert_eq!(shifted("fn a() {\n        b();\n    }", "", "\n", BLANKS), "fn a() {\n    b();\n}", "cut out");
        assert_eq!(shifted("const A: u8 =\n    5;", "\t", "\n", Some(Unit::Tab)), "const A: u8 =\n\t\t5;");
        assert_eq!(shifted("fn a() {\n\tb();\n}", "    ", "\n", BLANKS), "fn a() {\n        b();\n    }");
    }

    #[test]
    fn a_literal_of_several_lines_is_not_shifted() {
        let text = "fn a() {\n    b(\"one\n  two\n\");\n}";
        assert_eq!(shifted(text, "    ", "\n", BLANKS), "fn a() {\n        b(\"one\n  two\n\");\n    }");
        let crlf = shifted("fn a() -> &'static str {\n    \"x\n y\"\n}", "", "\r\n", BLANKS);
        assert_eq!(crlf, "fn a() -> &'static str {\r\n    \"x\r\n y\"\r\n}", "rustc reads `\\r\\n` as `\\n`");
    }

    #[test]
    fn the_line_end_of_a_place_is_its_line_s() {
        let text = "a\r\nb\nc";
        let found: Vec<&str> = (0..=6).map(|at| newline(text, at)).collect();
        assert_eq!(found, ["\r\n", "\r\n", "\r\n", "\n", "\n", "\n", "\n"]);
        assert_eq!(newline("a", 1), "\n");
        assert_eq!(newline("a\r\nb", 4), "\r\n");
        assert_eq!(plain("\u{feff}a\r\nb\r\n\r\n"), "a\nb\n");
        assert_eq!((line_start("\u{feff}ab", 4), line_end("ab\r\n", 1), line_end("ab", 0)), (3, 2, 2));
    }
}
