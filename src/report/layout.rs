//! Lines, tables and sections that fit: at most so many columns, at most so many lines.
//!
//! Every text that goes into a [`Line`] is escaped there, so no report can forget to.

use crate::report::escape;
use crate::words::{Outcome, Verdict};
use anstyle::{AnsiColor, Style};
use std::fmt::Write as _;

/// A heading, or what matters in a line.
pub const STRONG: Style = Style::new().bold();
/// What may be skipped.
pub const FAINT: Style = Style::new().dimmed();
/// It held.
pub const GOOD: Style = AnsiColor::Green.on_default().bold();
/// It did not.
pub const BAD: Style = AnsiColor::BrightRed.on_default().bold();
/// It is not known, or should be looked at.
pub const DOUBT: Style = AnsiColor::Yellow.on_default().bold();
/// Something to type.
pub const COMMAND: Style = AnsiColor::BrightCyan.on_default();
/// Nothing special.
pub const PLAIN: Style = Style::new();

/// How much a reader wants to see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Detail {
    /// Only problems and the closing lines.
    Quiet,
    /// What is needed.
    Normal,
    /// All of it.
    Full,
}

/// How much room there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// Columns of a line.
    pub width: usize,
    /// Lines of the whole; `None` where nobody counts.
    pub lines: Option<usize>,
    /// How much is wanted.
    pub detail: Detail,
}

/// The colour of an outcome.
#[must_use]
pub const fn outcome_style(outcome: Outcome) -> Style {
    match outcome {
        Outcome::Passed => GOOD,
        Outcome::Failed => BAD,
        Outcome::CouldNotRun => DOUBT,
        Outcome::NotRun => FAINT,
    }
}

/// The colour of a verdict.
#[must_use]
pub const fn verdict_style(verdict: Verdict) -> Style {
    match verdict {
        Verdict::Confirmed => GOOD,
        Verdict::Contradicted => BAD,
        Verdict::Stale | Verdict::NotReproducible => DOUBT,
        Verdict::NotCheckable => FAINT,
    }
}

/// One line of text with its colours.
#[derive(Debug, Clone, Default)]
pub struct Line {
    text: String,
    width: usize,
}

impl Line {
    /// A line of this text.
    #[must_use]
    pub fn plain(text: &str) -> Self {
        Self::default().and(PLAIN, text)
    }

    /// The same with more text.
    #[must_use]
    pub fn and(mut self, style: Style, text: &str) -> Self {
        let text = escape::line(text);
        self.width += if text.is_ascii() { text.len() } else { text.chars().count() };
        if style == PLAIN || text.is_empty() {
            self.text.push_str(&text);
        } else {
            write!(self.text, "{style}{text}{style:#}").expect("a string takes all there is");
        }
        self
    }

    /// The same with more of a file's text: its tabs stay, so that it can be copied.
    #[must_use]
    pub fn and_code(self, style: Style, text: &str) -> Self {
        let mut parts = text.split('\t');
        let mut line = self.and(style, parts.next().unwrap_or_default());
        for part in parts {
            line.text.push('\t');
            line.width += 1;
            line = line.and(style, part);
        }
        line
    }

    /// The same with blanks up to this column, and one at least where there is text already.
    #[must_use]
    pub fn to(self, column: usize) -> Self {
        let n_blanks = column.saturating_sub(self.width).max(usize::from(0 < self.width));
        self.and(PLAIN, &" ".repeat(n_blanks))
    }

    /// How many columns it takes.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }

    /// The text with its colours, without a line end.
    #[must_use]
    pub fn text(&self) -> &str {
        self.text.trim_end_matches(' ')
    }
}

/// Prose broken at blanks; every line behind the first begins below the first one's text.
#[must_use]
pub fn wrap(head: Line, text: &str, width: usize) -> Vec<Line> {
    wrap_in(PLAIN, head, text, width)
}

/// The same in a colour.
#[must_use]
pub fn wrap_in(style: Style, head: Line, text: &str, width: usize) -> Vec<Line> {
    let indent = head.width;
    let room = width.saturating_sub(indent).max(20);
    let mut lines = vec![head];
    let mut column = 0;
    for word in escape::block(text).split_whitespace() {
        let n_chars = word.chars().count();
        if 0 < column && room < column + 1 + n_chars {
            lines.push(Line::default().to(indent));
            column = 0;
        }
        let last = lines.pop().expect("one was put there");
        let gap = if 0 < column { " " } else { "" };
        lines.push(last.and(PLAIN, gap).and(style, word));
        column += gap.len() + n_chars;
    }
    lines
}

/// Text shortened in the middle to so many columns: `long-pack…-name`.
#[must_use]
pub fn shorten(text: &str, width: usize) -> String {
    let characters: Vec<char> = text.chars().collect();
    if characters.len() <= width {
        return text.into();
    }
    let kept = width.max(3) - 1;
    let (front, back) = (kept.div_ceil(2), kept / 2);
    let front: String = characters[..front].iter().collect();
    let back: String = characters[characters.len() - back..].iter().collect();
    format!("{front}…{back}")
}

/// Text cut at its end to so many columns.
#[must_use]
pub fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.into();
    }
    text.chars().take(width.max(1) - 1).chain(['…']).collect()
}

/// A duration as people say it: `8 ms`, `1.2 s`, `2 min 5 s`, `1 h 2 min`.
#[must_use]
pub fn duration(milliseconds: u64) -> String {
    let seconds = milliseconds / 1000;
    match milliseconds {
        0..1000 => format!("{milliseconds} ms"),
        1000..60_000 => format!("{seconds}.{} s", milliseconds % 1000 / 100),
        60_000..3_600_000 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ => format!("{} h {} min", seconds / 3600, seconds / 60 % 60),
    }
}

/// `1 file`, `2 files`.
#[must_use]
pub fn count(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

/// A part of a report: a heading, and entries of one or more lines each.
#[derive(Debug, Clone, Default)]
pub struct Section {
    /// The heading.
    pub title: Option<Line>,
    /// The entries, most important first.
    pub entries: Vec<Vec<Line>>,
    /// How many of them must stay, whatever the room.
    pub least: usize,
    /// Whether no line of any of them may go either: prose without its middle says something else.
    pub is_whole: bool,
}

impl Section {
    /// A section with this heading.
    #[must_use]
    pub fn titled(title: &str, entries: Vec<Vec<Line>>) -> Self {
        Self { title: Some(Line::default().and(STRONG, title)), entries, least: 1, is_whole: false }
    }

    /// A section without a heading.
    #[must_use]
    pub fn untitled(entries: Vec<Vec<Line>>) -> Self {
        Self { title: None, entries, least: 1, is_whole: false }
    }

    /// The same, all of which must stay.
    #[must_use]
    pub fn whole(mut self) -> Self {
        self.least = self.entries.len();
        self.is_whole = true;
        self
    }

    fn n_lines(&self) -> usize {
        usize::from(self.title.is_some()) + self.entries.iter().map(Vec::len).sum::<usize>() + 1
    }
}

/// The most lines an entry keeps where there is not enough room: as many as there is room for, tried in this order.
const ENTRY_LINES: [usize; 4] = [10, 8, 6, 4];

/// The sections one below the other, with a blank line between. Where there is not enough room entries lose
/// their middle lines first, then the last entries of the longest section go, and a line says how many and that
/// they stand in `elsewhere`.
#[must_use]
pub fn fit(mut sections: Vec<Section>, room: &Room, elsewhere: &str) -> String {
    sections.retain(|section| !section.entries.is_empty());
    let mut n_dropped = vec![0_usize; sections.len()];
    if let Some(limit) = room.lines {
        let n_lines = |sections: &[Section], n_dropped: &[usize]| {
            let notes = n_dropped.iter().filter(|n| 0 < **n).count();
            sections.iter().map(Section::n_lines).sum::<usize>().saturating_sub(1) + notes
        };
        for most in ENTRY_LINES {
            if n_lines(&sections, &n_dropped) <= limit {
                break;
            }
            let cut = sections.iter_mut().filter(|section| !section.is_whole);
            for entry in cut.flat_map(|section| &mut section.entries) {
                if most < entry.len() {
                    let last = entry.pop().expect("it is longer than that");
                    entry.truncate(most - 1);
                    // On the line before the gap: a line of its own would cost one that says something.
                    let before = entry.pop().unwrap_or_default();
                    entry.extend([before.and(PLAIN, " …"), last]);
                }
            }
        }
        while limit < n_lines(&sections, &n_dropped) {
            let longest = (0..sections.len())
                .filter(|index| sections[*index].least < sections[*index].entries.len())
                .max_by_key(|index| sections[*index].n_lines());
            let Some(index) = longest else { break };
            sections[index].entries.pop();
            n_dropped[index] += 1;
        }
    }
    let mut text = String::new();
    for (section, n_dropped) in sections.iter().zip(n_dropped) {
        if !text.is_empty() {
            text.push('\n');
        }
        let note = (0 < n_dropped).then(|| Line::plain(&format!("… and {n_dropped} more, see {elsewhere}")));
        for line in section.title.iter().chain(section.entries.iter().flatten()).chain(&note) {
            text.push_str(line.text());
            text.push('\n');
        }
    }
    text
}

#[cfg(test)]
mod tests;
