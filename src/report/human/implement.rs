//! What `implement` and `demo` found, for a person.

use super::parts;
use crate::answers::ImplementAnswer;
use crate::record::acceptance::OpenIssue;
use crate::report::escape;
use crate::report::layout::{COMMAND, Detail, FAINT, Line, Room, Section, count, fit, wrap};
use crate::words::some_of;

/// How many steps of a reproduction are shown.
const MOST_STEPS: usize = 2;

/// Problems, the table, remarks, the message to the acceptance owner, what is open, what to type next.
#[must_use]
pub fn implement(answer: &ImplementAnswer, room: &Room) -> String {
    let (problems, findings) = (parts::problems(&answer.problems, room), parts::findings(&answer.findings, room));
    let mut sections = vec![issues(&answer.open_issues, room), problems, findings];
    if room.detail != Detail::Quiet {
        if let Some(diff) = &answer.diff {
            let lines = escape::block(diff);
            sections.push(Section::titled("diff", lines.lines().map(|line| vec![Line::plain(line)]).collect()));
        }
        sections.push(parts::table(&answer.rows, room));
        sections.push(parts::sentences("remarks", &answer.remarks, room));
        let message = escape::block(&answer.message);
        let wrapped = |line: &str| match line.strip_prefix("- ") {
            Some(item) => wrap(Line::plain("- "), item, room.width),
            None => wrap(Line::default(), line, room.width),
        };
        let message = message.lines().map(wrapped).collect();
        sections.push(Section { least: 12, ..Section::titled("to the acceptance owner", message) });
    }
    let mut closing = parts::closing(&answer.closing, room);
    let next = closing.pop().expect("it has two sections");
    sections.extend(closing);
    sections.push(Section::untitled(vec![summary(answer, room)]).whole());
    sections.push(next);
    fit(sections, room, answer.run_folder.as_deref().unwrap_or(&answer.payload))
}

/// What somebody is waiting for: it stands before everything else.
fn issues(issues: &[OpenIssue], room: &Room) -> Section {
    // Where lines are counted the middle ones go first, so the head says whose it is.
    let entry = |issue: &OpenIssue| {
        let severity = issue.severity.as_ref().map(|severity| format!(" [{severity}]")).unwrap_or_default();
        let steps = match issue.steps.as_slice() {
            [] => "no step of the plan".to_owned(),
            [step] => format!("step {step}"),
            steps => format!("steps {}", some_of(steps)),
        };
        let unchanged = match issue.unchanged.as_slice() {
            [] => String::new(),
            files => format!(", not changed since: {}", some_of(files)),
        };
        let head = format!("{}{severity}: {steps}{unchanged}", issue.id);
        let mut lines = wrap(Line::plain("- "), &head, room.width);
        let said = match &issue.actual {
            Some(actual) => format!("expected {}; found {actual}", issue.expected),
            None => issue.expected.clone(),
        };
        lines.extend(wrap(Line::plain("  "), &said, room.width));
        lines.extend(
            issue.reproduction.iter().take(MOST_STEPS).map(|step| Line::plain("  to see it: ").and(COMMAND, step)),
        );
        lines
    };
    let section = Section::titled("open findings of the acceptance owner", issues.iter().map(entry).collect());
    Section { least: 2.min(issues.len()), ..section }
}

fn summary(answer: &ImplementAnswer, room: &Room) -> Vec<Line> {
    let changes = count(answer.n_changes, "change", "changes");
    let head = parts::ending(Line::plain(&format!("{}: ", answer.closing.verb)), answer.closing.outcome);
    let head = wrap(head, &format!(", {changes} since {}", answer.baseline), room.width);
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
