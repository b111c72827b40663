//! What of the payload's commands may run, for a person who is to approve them.

use super::parts;
use crate::answers::{TrustAnswer, TrustRow, TrustState};
use crate::report::escape;
use crate::report::layout::{BAD, DOUBT, Detail, FAINT, GOOD, Line, PLAIN, Room, STRONG, Section, fit, wrap};
use serde_json::Value;

/// What was done, each command with all that is approved of it, what to type next. Nothing of a command that was
/// just approved is left out.
#[must_use]
pub fn trust(answer: &TrustAnswer, room: &Room) -> String {
    let done = answer.done.iter().map(|done| vec![Line::default().and(STRONG, done)]);
    let mut sections = vec![Section::untitled(done.collect()).whole()];
    if room.detail != Detail::Quiet {
        let mut commands: Vec<Vec<Line>> = answer.commands.iter().map(|row| command(row, room)).collect();
        let n_commands = commands.len();
        commands.iter_mut().take(n_commands.saturating_sub(1)).for_each(|lines| lines.push(Line::default()));
        let commands = Section::untitled(commands);
        sections.push(if answer.done.is_empty() { commands } else { commands.whole() });
        if answer.commands.is_empty() && answer.done.is_empty() {
            sections.push(Section::untitled(vec![vec![Line::plain("there is none")]]));
        }
        let kept = Line::default().and(FAINT, "approvals are kept in ").and(FAINT, &answer.kept_in);
        sections.push(Section::untitled(vec![vec![kept]]));
    }
    sections.extend(parts::closing(&answer.closing, room));
    fit(sections, room, &answer.payload)
}

fn command(row: &TrustRow, room: &Room) -> Vec<Line> {
    let style = match row.state {
        TrustState::RunsUnasked | TrustState::Approved => GOOD,
        TrustState::NeedsApproval => DOUBT,
        TrustState::Refused => BAD,
    };
    let mut lines = vec![Line::default().and(style, row.state.word()).to(16).and(STRONG, &row.id)];
    let mut add = |name: &str, text: &str| {
        lines.extend(wrap(Line::default().and(FAINT, &format!("  {name}")).to(12), text, room.width));
    };
    if row.argv.is_empty() {
        add("command", &row.command);
    }
    // Not wrapped: blanks count.
    lines.extend(row.argv.iter().enumerate().map(|(index, word)| {
        Line::default().and(FAINT, &format!("  argv[{index}]")).to(12).and(PLAIN, &escape::word(word))
    }));
    let mut add = |name: &str, text: &str| {
        lines.extend(wrap(Line::default().and(FAINT, &format!("  {name}")).to(12), text, room.width));
    };
    if let Some(why) = &row.why {
        add("why", why);
    }
    if row.digest.is_some() && row.edits.is_empty() {
        add("cwd", &row.cwd);
        add("env", "yours, without tokens; nothing is set for it");
        let program = match (&row.program, row.program_lies_in_repository) {
            (None, _) => "there is none of this name".to_owned(),
            (Some(program), true) => format!("{program} (lies in the repository)"),
            (Some(program), false) => format!("{program} (outside of the repository)"),
        };
        add("program", &program);
    }
    for (file, digest) in &row.files {
        add("file", &format!("{file} sha256 {digest}"));
    }
    for wish in &row.wishes {
        add("wishes", &format!("{wish} (shown, not acted upon)"));
    }
    lines.extend(row.edits.iter().enumerate().flat_map(|(number, edit)| edit_lines(number, edit)));
    let mut add = |name: &str, text: &str| {
        lines.extend(wrap(Line::default().and(FAINT, &format!("  {name}")).to(12), text, room.width));
    };
    if let Some(digest) = &row.digest {
        add("digest", digest);
    }
    if let Some(at) = &row.at {
        add("approved", at);
    }
    lines
}

/// One edit, nothing of it left out: what it does, then every line of its texts.
fn edit_lines(number: usize, edit: &Value) -> Vec<Line> {
    let text = |key: &str| edit.get(key).map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned));
    let mut head: Vec<String> = text("op").into_iter().collect();
    for (word, key) in [("", "file"), ("", "name"), ("in ", "in"), ("expecting ", "expect"), ("citing ", "cite")] {
        head.extend(text(key).map(|text| format!("{word}{}", escape::word(&text))));
    }
    let head = escape::line(&head.join(" ")).into_owned();
    let mut lines = vec![Line::default().and(FAINT, &format!("  edit[{number}]")).to(12).and(PLAIN, &head)];
    for (key, sign, style) in [("old", '-', BAD), ("new", '+', GOOD), ("text", '+', GOOD)] {
        let texts = text(key).unwrap_or_default();
        // Not wrapped: blanks count.
        lines.extend(
            texts.lines().map(|line| Line::default().to(12).and(style, &format!("{sign} {}", escape::line(line)))),
        );
    }
    lines
}
