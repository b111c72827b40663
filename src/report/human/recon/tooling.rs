//! The tools that are there and those that are missing.

use super::super::parts;
use crate::answers::ReconAnswer;
use crate::recon::tooling::{Need, State, Tooling};
use crate::report::layout::{BAD, COMMAND, DOUBT, FAINT, GOOD, Line, PLAIN, Room, STRONG, cut, fit};
use anstyle::Style;

/// The toolchain, then a line for each component, target and program.
#[must_use]
pub fn tooling(answer: &ReconAnswer<Tooling>, room: &Room) -> String {
    let found = &answer.found;
    let mut lines = Vec::new();
    let rust = found.rust.as_ref().map_or("no `rustc` answers".to_owned(), |rust| format!("rust {rust}"));
    let host = found.host.as_ref().map(|host| format!(" on {host}")).unwrap_or_default();
    let file = found.toolchain_file.as_ref().map(|(file, channel)| {
        let channel = channel.as_ref().map(|channel| format!(" ({channel})")).unwrap_or_default();
        format!("  chosen by {file}{channel}")
    });
    let head = Line::default().and(STRONG, &(rust + &host));
    lines.push(head.and(FAINT, &file.unwrap_or_default()));
    for (title, needs) in
        [("toolchains", &found.toolchains), ("components", &found.components), ("targets", &found.targets)]
    {
        if !needs.is_empty() {
            lines.push(Line::default().and(STRONG, title));
            lines.extend(needs.iter().map(|need| row(need, room.width)));
        }
    }
    lines.push(Line::default().and(STRONG, "programs"));
    for program in &found.programs.items {
        let where_it_is = match (&program.version, &program.path) {
            (Some(version), _) => version.clone(),
            (None, Some(path)) => path.clone(),
            (None, None) => String::new(),
        };
        let need = Need {
            name: program.name.clone(),
            state: program.state,
            wanted_by: program.wanted_by.clone(),
            get: program
                .get
                .clone()
                .or_else(|| (program.state == State::Missing).then(|| "no hint where from".to_owned())),
        };
        let line = head_of(&need).and(PLAIN, &where_it_is);
        lines.push(tail(line, &need, room.width));
    }
    if 0 < found.programs.left_out {
        let text = format!("  and {} more (--limit)", found.programs.left_out);
        lines.push(Line::default().and(FAINT, &text));
    }
    if !found.unread.is_empty() {
        lines.push(Line::default().and(STRONG, "not known"));
    }
    lines.extend(found.unread.iter().map(|text| Line::plain("  ").and(DOUBT, text)));
    let text: String = lines.iter().map(|line| format!("{}\n", line.text())).collect();
    let closing = fit(parts::closing(&answer.closing, room), room, "the payload");
    if closing.is_empty() { text } else { format!("{text}\n{closing}") }
}

fn row(need: &Need, width: usize) -> Line {
    tail(head_of(need), need, width)
}

fn head_of(need: &Need) -> Line {
    let (style, word): (Style, &str) = match need.state {
        State::Present => (GOOD, "present"),
        State::Missing => (BAD, "missing"),
        State::Unknown => (DOUBT, "unknown"),
    };
    Line::plain("  ").and(style, word).to(11).and(PLAIN, &need.name).to(36)
}

/// How to get it, or who wants it.
fn tail(line: Line, need: &Need, width: usize) -> Line {
    let line = match &need.get {
        Some(get) => line.and(COMMAND, get).and(PLAIN, "  "),
        None if 37 < line.width() => line.and(PLAIN, "  "),
        None => line,
    };
    let room = width.saturating_sub(line.width());
    if need.wanted_by.is_empty() || room < 8 {
        return line;
    }
    let by = cut(&format!("for {}", need.wanted_by.join(", ")), room);
    line.and(FAINT, &by)
}
