//! What was edited, for a person.

use super::parts;
use crate::answers::ReconAnswer;
use crate::editing::{EditRow, Edited};
use crate::report::layout::{
    BAD, DOUBT, Detail, FAINT, GOOD, Line, PLAIN, Room, STRONG, Section, count, fit, shorten, wrap,
};

/// The difference where nothing was written, then a line for each edit, what is to be known, what to type next.
#[must_use]
pub fn edit(answer: &ReconAnswer<Edited>, room: &Room) -> String {
    let found = &answer.found;
    let mut sections = Vec::new();
    if let Some(diff) = &found.diff {
        let lines = diff.lines().map(|line| {
            let style = match line.as_bytes().first() {
                Some(b'+') => GOOD,
                Some(b'-') => BAD,
                Some(b'@') => FAINT,
                Some(_) | None => PLAIN,
            };
            vec![Line::default().and_code(style, line)]
        });
        sections.push(Section::untitled(lines.collect()));
    }
    if room.detail != Detail::Quiet {
        sections.push(Section::untitled(found.edits.iter().map(|row| row_lines(row, found.dry_run, room)).collect()));
        let mut ends: Vec<Vec<Line>> = Vec::new();
        let mut say = |text: &str| ends.push(wrap(Line::default(), text, room.width));
        let (added, removed) =
            found.files.iter().fold((0, 0), |(added, removed), file| (added + file.added, removed + file.removed));
        let files = count(found.files.len(), "file", "files");
        let done = if found.dry_run { "would change; nothing was written" } else { "changed" };
        let new = count(added, "line", "lines");
        say(&format!("{files} {done}, {new} new, {removed} gone"));
        found.remarks.iter().for_each(|remark| say(remark));
        match (&found.kept_in, found.dry_run) {
            (Some(path), _) => say(&format!("recorded in {path}")),
            (None, false) => say("not recorded: there is no payload"),
            (None, true) => {}
        }
        sections.push(Section::untitled(ends).whole());
    }
    sections.extend(parts::closing(&answer.closing, room));
    fit(sections, room, "`--message-format json`")
}

fn row_lines(row: &EditRow, dry_run: bool, room: &Room) -> Vec<Line> {
    let mut head = Line::default();
    if row.sensitive {
        head = head.and(DOUBT, "sensitive").and(PLAIN, " ");
    }
    let place = if row.last_line == row.line { String::new() } else { format!("-{}", row.last_line) };
    let place = format!("{}:{}{place}", row.file, row.line);
    let head = head.and(if dry_run { FAINT } else { GOOD }, &row.op).and(PLAIN, " ").and(STRONG, &place);
    let rest = room.width.saturating_sub(head.width() + 2);
    let symbol = row.symbol.as_deref().map(|symbol| format!("  {}", shorten(symbol, rest.max(8))));
    let mut lines = vec![head.and(PLAIN, &symbol.unwrap_or_default())];
    let why = row.citation.as_ref().map(|citation| &citation.at).or(row.finding.as_ref());
    if let Some(why) = why {
        lines.extend(wrap(Line::plain("  because of "), why, room.width));
    }
    for note in &row.notes {
        lines.extend(wrap(Line::plain("  "), note, room.width));
    }
    lines
}
