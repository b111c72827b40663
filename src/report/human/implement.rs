//! What `implement` and `demo` found, for a person.

use super::parts;
use crate::answers::ImplementAnswer;
use crate::report::escape;
use crate::report::layout::{Detail, FAINT, Line, Room, Section, count, fit};

/// Problems, the table, remarks, the message to the acceptance owner, what is open, what to type next.
#[must_use]
pub fn implement(answer: &ImplementAnswer, room: &Room) -> String {
    let mut sections = vec![parts::problems(&answer.problems, room), parts::findings(&answer.findings, room)];
    if room.detail != Detail::Quiet {
        if let Some(diff) = &answer.diff {
            let lines = escape::block(diff);
            sections.push(Section::titled("diff", lines.lines().map(|line| vec![Line::plain(line)]).collect()));
        }
        sections.push(parts::table(&answer.rows, room));
        sections.push(parts::sentences("remarks", &answer.remarks, room));
        let message = escape::block(&answer.message);
        let message = message.lines().map(|line| vec![Line::plain(line)]).collect();
        sections.push(Section { least: 12, ..Section::titled("to the acceptance owner", message) });
    }
    let mut closing = parts::closing(&answer.closing, room);
    let next = closing.pop().expect("it has two sections");
    sections.extend(closing);
    sections.push(Section::untitled(vec![summary(answer)]).whole());
    sections.push(next);
    fit(sections, room, answer.run_folder.as_deref().unwrap_or(&answer.payload))
}

fn summary(answer: &ImplementAnswer) -> Vec<Line> {
    let changes = count(answer.n_changes, "change", "changes");
    let head = parts::ending(Line::plain(&format!("{}: ", answer.closing.verb)), answer.closing.outcome);
    let head = head.and(FAINT, &format!(", {changes} since {}", answer.baseline));
    let recorded = match (&answer.diff, answer.edits) {
        (Some(_), _) => format!("dry run: {} would get {}", answer.payload, count(answer.edits, "edit", "edits")),
        (None, 0) => format!("no news for {}", answer.payload),
        (None, n_edits) => format!("recorded in {} ({})", answer.payload, count(n_edits, "edit", "edits")),
    };
    let mut lines = vec![head, Line::plain("  ").and(FAINT, &recorded)];
    if 0 < answer.n_pre_existing {
        let n_warnings =
            count(usize::try_from(answer.n_pre_existing).unwrap_or(usize::MAX), "warning was", "warnings were");
        lines.push(Line::plain("  ").and(FAINT, &format!("{n_warnings} there before and do not count")));
    }
    lines
}
