//! What several instruments say in the same words.

use crate::recon::overview::Counts;
use crate::recon::{Bounded, Unread};
use crate::report::layout::{DOUBT, FAINT, Line, PLAIN, Room, count, wrap};

/// A head that stays whole: broken at blanks where lines have an end, with what follows below its own text.
pub(super) fn whole(gutter: Line, text: &str, room: &Room) -> Vec<Line> {
    // Off a terminal whoever reads searches lines: there one symbol is one line.
    if room.lines.is_some() {
        return vec![gutter.and(PLAIN, text)];
    }
    wrap(gutter, text, room.width)
}

/// `3 fn, 1 struct`.
pub(super) fn counted(counts: &Counts) -> String {
    let each = counts.iter().map(|(kind, n)| format!("{n} {}", kind.word()));
    let text = each.collect::<Vec<_>>().join(", ");
    if text.is_empty() { "nothing".to_owned() } else { text }
}

/// What could not be looked at.
pub(super) fn unread(unread: &Bounded<Unread>, lines: &mut Vec<Line>) {
    for one in &unread.items {
        lines.push(Line::default().and(DOUBT, "not read: ").and(PLAIN, &format!("{}: {}", one.file, one.why)));
    }
    left_out(unread.left_out, "more could not be read", "more could not be read", lines);
}

/// `and 3 more files (--limit)`.
pub(super) fn left_out(n: usize, one: &str, many: &str, lines: &mut Vec<Line>) {
    if 0 < n {
        lines.push(Line::default().and(FAINT, &format!("and {} (--limit)", count(n, one, many))));
    }
}

/// The lines as a text.
pub(super) fn text(lines: &[Line]) -> String {
    lines.iter().map(|line| format!("{}\n", line.text())).collect()
}
