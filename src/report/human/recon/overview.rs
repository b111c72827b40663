//! The symbols of files.

use crate::answers::ReconAnswer;
use crate::recon::overview::{Overview, SymbolRow};
use crate::report::layout::{DOUBT, FAINT, Line, PLAIN, Room, STRONG, count, shorten};

/// A file, then a line for each symbol: where it stands, and its head.
#[must_use]
pub fn overview(answer: &ReconAnswer<Overview>, room: &Room) -> String {
    let mut lines = Vec::new();
    for file in &answer.found.files.items {
        let mut head = Line::default().and(STRONG, &file.file);
        if let Some(line) = file.broken {
            head = head.and(DOUBT, &format!("  does not parse behind line {line}"));
        }
        lines.push(head);
        for row in &file.symbols {
            symbol(row, 0, room.width, &mut lines);
        }
    }
    if 0 < answer.found.files.left_out {
        let n = answer.found.files.left_out;
        lines.push(Line::default().and(FAINT, &format!("and {} (--limit)", count(n, "more file", "more files"))));
    }
    lines.iter().map(|line| format!("{}\n", line.text())).collect()
}

fn symbol(row: &SymbolRow, depth: usize, width: usize, lines: &mut Vec<Line>) {
    let head = Line::plain(&format!("{:>6}  {}", row.line, "  ".repeat(depth)));
    let room = width.saturating_sub(head.width());
    lines.push(head.and(PLAIN, &shorten(&row.signature, room)));
    for child in &row.children {
        symbol(child, depth + 1, width, lines);
    }
}
