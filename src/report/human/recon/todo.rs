//! What is left to be done.

use crate::answers::ReconAnswer;
use crate::recon::todo::{ToDoList, ToDoRow};
use crate::report::escape;
use crate::report::layout::{COMMAND, DOUBT, Detail, FAINT, Line, PLAIN, Room, count, cut, wrap};

/// The most columns of a line that is shown.
const MOST_COLUMNS: usize = 160;

/// A line for each, `file:line: text`, and the symbol it stands in; then how many there are of each word.
#[must_use]
pub fn todo(answer: &ReconAnswer<ToDoList>, room: &Room) -> String {
    let found = &answer.found;
    let mut lines: Vec<Line> = found.found.items.iter().map(row).collect();
    if room.detail != Detail::Quiet {
        if !lines.is_empty() {
            lines.push(Line::default());
        }
        lines.extend(wrap(Line::default(), &sum(found), room.width));
        if 0 < found.found.left_out {
            lines.push(Line::default().and(FAINT, &format!("{} of them not shown (--limit)", found.found.left_out)));
        }
    }
    if 0 < found.broken.total() {
        let more =
            if 0 < found.broken.left_out { format!(" and {} more", found.broken.left_out) } else { String::new() };
        let text = format!("{}{more}; symbols there may be wrong", found.broken.items.join(", "));
        lines.extend(wrap(Line::default().and(DOUBT, "does not parse: "), &text, room.width));
    }
    for unread in &found.unread.items {
        let text = format!("{}: {}", unread.file, unread.why);
        lines.extend(wrap(Line::default().and(DOUBT, "not looked at: "), &text, room.width));
    }
    if 0 < found.unread.left_out {
        lines.push(Line::plain(&format!("and {} more not looked at", found.unread.left_out)));
    }
    lines.iter().map(|line| format!("{}\n", line.text())).collect()
}

fn row(row: &ToDoRow) -> Line {
    let line = Line::default().and(COMMAND, &format!("{}:{}", row.file, row.line)).and(PLAIN, ": ");
    let line = line.and(PLAIN, &cut(&escape::block(&row.text), MOST_COLUMNS));
    match &row.symbol {
        Some(symbol) => line.and(FAINT, &format!("  in {symbol}")),
        None => line,
    }
}

/// `7 in 3 of 40 Rust files: 4 HACK, 2 dbg!`.
fn sum(found: &ToDoList) -> String {
    let files = count(found.n_searched, "Rust file", "Rust files");
    if found.n_searched == 0 {
        return "no Rust file was looked at".to_owned();
    }
    if found.found.total() == 0 {
        return format!("nothing is left to be done in {files}");
    }
    let words: Vec<String> = found.words.iter().map(|(word, n)| format!("{n} {word}")).collect();
    format!("{} in {} of {files}: {}", found.found.total(), found.n_files, words.join(", "))
}
