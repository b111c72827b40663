//! What `implement` and `demo` found, for a person.

use super::parts;
use crate::answers::ImplementAnswer;
use crate::error::Code;
use crate::report::escape;
use crate::report::layout::{DOUBT, Detail, FAINT, Line, Room, Section, count, fit, wrap};

/// What did not pass, what is open besides, the table, remarks, the message to the acceptance owner where there is
/// something to hand over, what to type next. Each thing is said once.
#[must_use]
pub fn implement(answer: &ImplementAnswer, room: &Room) -> String {
    let open = open(answer);
    let problems = parts::problems(&answer.problems, room);
    let findings = parts::findings(&answer.findings, &open, room);
    let mut sections =
        vec![parts::issues(&answer.open_issues, room), problems, parts::sentences("open", &open, room), findings];
    if room.detail != Detail::Quiet {
        if let Some(diff) = &answer.diff {
            let lines = escape::block(diff);
            sections.push(Section::titled("diff", lines.lines().map(|line| vec![Line::plain(line)]).collect()));
        }
        sections.push(parts::table(&answer.rows, room));
        sections.push(parts::sentences("remarks", &answer.remarks, room));
        // Before that it says nothing that does not stand above.
        if answer.closing.ready || room.detail == Detail::Full {
            let message = escape::block(&answer.message);
            let wrapped = |line: &str| match line.strip_prefix("- ") {
                Some(item) => wrap(Line::plain("- "), item, room.width),
                None => wrap(Line::default(), line, room.width),
            };
            let message = message.lines().map(wrapped).collect();
            sections.push(Section { least: 12, ..Section::titled("to the acceptance owner", message) });
        }
    }
    let next = parts::closing(&answer.closing, room).pop().expect("it has two sections");
    sections.push(Section::untitled(vec![summary(answer, room)]).whole());
    sections.push(next);
    fit(sections, room, answer.run_folder.as_deref().unwrap_or(&answer.payload))
}

/// What is open besides what did not pass, one sentence each; what only waits for that in one.
fn open(answer: &ImplementAnswer) -> Vec<String> {
    let waits = || format!("{}: for what did not pass", answer.held_up.join(", "));
    let held_up = (!answer.held_up.is_empty()).then(waits);
    // An answer that nobody looked through (of an error, or made by hand) has only the whole.
    let is_whole = answer.also_open.is_empty() && answer.held_up.is_empty() && answer.problems.is_empty();
    let also = if is_whole { &answer.closing.open } else { &answer.also_open };
    also.iter().cloned().chain(held_up).collect()
}

fn summary(answer: &ImplementAnswer, room: &Room) -> Vec<Line> {
    let changes = count(answer.n_changes, "change", "changes");
    let head = Line::plain(&format!("{}: ", answer.closing.verb));
    let is_unapproved = answer.closing.exit == Code::NotApproved.exit();
    let head =
        if is_unapproved { head.and(DOUBT, "not approved") } else { parts::ending(head, answer.closing.outcome) };
    let mut head = wrap(head, &format!(", {changes} since {}", answer.baseline), room.width);
    if is_unapproved {
        let why =
            "nobody approved a command or the edits that the payload prescribes: they are left out; what did run holds";
        head.extend(wrap(Line::plain("  "), why, room.width));
    }
    let recorded = match (&answer.diff, answer.edits) {
        (Some(_), _) => format!("dry run: {} would get {}", answer.payload, count(answer.edits, "edit", "edits")),
        (None, 0) => format!("no news for {}", answer.payload),
        (None, n_edits) => format!("recorded in {} ({})", answer.payload, count(n_edits, "edit", "edits")),
    };
    let mut lines = head;
    lines.push(Line::plain("  ").and(FAINT, &recorded));
    if 0 < answer.n_pre_existing {
        let n_warnings =
            count(usize::try_from(answer.n_pre_existing).unwrap_or(usize::MAX), "warning was", "warnings were");
        lines.push(Line::plain("  ").and(FAINT, &format!("{n_warnings} there before and do not count")));
    }
    lines
}
