//! One text in another's place, wherever it stands, and a whole file.

use super::super::fit::{lines, newline};
use super::super::view::{Splice, View};
use super::{Made, near};
use crate::error::{Code, Error, Result};
use std::ops::Range;

/// How many places are told.
const MOST_PLACES: usize = 20;

/// The new text in place of the old one, everywhere in a file. Occurrences are counted as they are replaced: from the
/// front, none within another.
///
/// # Errors
/// 65 `text-not-found` where the old one does not occur as often as expected; where it nearly does, with the
/// difference.
pub(in crate::editing) fn replace_text(bytes: &[u8], old: &str, new: &str, expect: usize, file: &str) -> Result<Made> {
    let (old, new) = (lines(old), lines(new));
    if old.is_empty() {
        return Err(Error::new(Code::EditRefused, "the old text is empty").hint("`--old` is the text that is to go"));
    }
    if expect == 0 {
        return Err(Error::new(Code::EditRefused, "nothing is to be replaced").hint("`--expect` is at least 1"));
    }
    // What is not UTF-8 is a letter the old text does not hold: nothing of it is ever matched.
    let letter = (1..9_u8).map(char::from).find(|letter| !old.contains(*letter)).unwrap_or('_');
    let view = View::with(bytes, letter);
    let even = Even::of(view.text());
    let found: Vec<Range<usize>> =
        even.text.match_indices(&old).map(|(at, _)| even.at(at)..even.at(at + old.len())).collect();
    let overlapping = overlapping(&even.text, &old);
    let line = |at: usize| 1 + view.text()[..at].matches('\n').count();
    if found.len() != expect {
        let mut error = match found.len() {
            0 => near::missing(view.text(), &old, file),
            n => {
                let times = |n: usize| if n == 1 { "once".to_owned() } else { format!("{n} times") };
                let message =
                    format!("the old text occurs {} in `{file}`, and {} was expected", times(n), times(expect));
                let mut lines = lines_of(view.text(), &found);
                lines.dedup();
                let more = lines.len().saturating_sub(MOST_PLACES);
                lines.truncate(MOST_PLACES);
                let more = if more == 0 { String::new() } else { format!(" and {more} more") };
                let lines: Vec<String> = lines.iter().map(ToString::to_string).collect();
                Error::new(Code::TextNotFound, message)
                    .details([format!("in lines {}{more}", lines.join(", "))])
                    .hint(format!("`--expect {n}` replaces all of them; more of what is around it names one"))
            }
        };
        if let Some(at) = overlapping {
            let place = line(even.at(at));
            error = error.hint(format!(
                "occurrences overlap, first in line {place}: they are counted from the front, none within another"
            ));
        }
        return Err(error);
    }
    let splices = found.into_iter().map(|at| {
        let end_of_line = match view.text().get(at.clone()).and_then(|old| old.find('\n')) {
            Some(end) => newline(view.text(), at.start + end),
            None => newline(view.text(), at.end),
        };
        Splice { text: new.replace('\n', end_of_line), at }
    });
    let mut made = Made { splices: splices.collect(), notes: Vec::new() };
    if let Some(at) = overlapping {
        let place = line(even.at(at));
        made = made.note(format!(
            "occurrences overlap, first in line {place}: they were counted and replaced from the front, none within another"
        ));
    }
    Ok(made)
}

/// The line each of these begins in. They are in order, so that the text is gone through once.
fn lines_of(text: &str, found: &[Range<usize>]) -> Vec<usize> {
    let (mut line, mut from) = (1, 0);
    let lines = found.iter().map(|at| {
        line += text[from..at.start].matches('\n').count();
        from = at.start;
        line
    });
    lines.collect()
}

/// A text whose lines all end in `\n`, and where each of its bytes stands in the original.
struct Even {
    text: String,
    /// Where a `\r` was left out, as bytes of the even text.
    left_out: Vec<usize>,
}

impl Even {
    fn of(text: &str) -> Self {
        let mut even = Self { text: String::with_capacity(text.len()), left_out: Vec::new() };
        for part in text.split_inclusive("\r\n") {
            match part.strip_suffix("\r\n") {
                Some(line) => {
                    even.text.push_str(line);
                    even.left_out.push(even.text.len());
                    even.text.push('\n');
                }
                None => even.text.push_str(part),
            }
        }
        even
    }

    /// A place of the even text in the original: before the `\r` of a line end.
    fn at(&self, at: usize) -> usize {
        at + self.left_out.partition_point(|left_out| *left_out < at)
    }
}

/// Where an occurrence begins within another, if any does.
fn overlapping(text: &str, old: &str) -> Option<usize> {
    const MOST_TRIES: usize = 10_000;
    for (at, _) in text.match_indices(old).take(MOST_TRIES) {
        let step = old.chars().next().map_or(1, char::len_utf8);
        let end = (at + 2 * old.len()).min(text.len());
        let end = (0..=end).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(end);
        let within = text.get(at + step..end)?;
        if let Some(found) = within.find(old).filter(|found| found + step < old.len()) {
            return Some(at + step + found);
        }
    }
    None
}

/// All of a file. One that is there keeps its byte order mark, its line ends, and whether its last line has one.
pub(in crate::editing) fn write(before: Option<&[u8]>, given: &str) -> Made {
    let Some(bytes) = before else {
        let mut text = given.to_owned();
        if !text.is_empty() && !text.ends_with('\n') {
            text.push_str(newline(given, given.len()));
        }
        return Made::of(Splice { at: 0..0, text });
    };
    let view = View::of(bytes);
    let old = view.text();
    let mark = if old.starts_with('\u{feff}') { "\u{feff}" } else { "" };
    let body = &old[mark.len()..];
    let text = lines(given);
    let text = text.strip_suffix('\n').unwrap_or(&text);
    let end_of_line = newline(body, 0);
    let last = if (body.is_empty() || body.ends_with('\n')) && !text.is_empty() { end_of_line } else { "" };
    let new = format!("{}{last}", text.replace('\n', end_of_line));
    let made = Made::of(Splice { at: mark.len()..bytes.len(), text: new });
    let n_odd = view.n_odd_in(&(0..bytes.len()));
    let (n_crlf, n_lines) = (body.matches("\r\n").count(), body.matches('\n').count());
    let made = if n_crlf != 0 && n_crlf != n_lines {
        made.note("its lines ended differently; now they end as its first one did")
    } else {
        made
    };
    if n_odd == 0 { made } else { made.note(format!("{n_odd} bytes that are not UTF-8 went with what stood there")) }
}
