//! What is called so.

use super::parts::{left_out, text, unread, whole};
use crate::answers::ReconAnswer;
use crate::recon::find::{Found, FoundSymbol};
use crate::report::layout::{DOUBT, FAINT, Line, PLAIN, Room, STRONG, count, wrap};

/// Each symbol: its place and path, its head, or what was asked of it besides; nothing: what is near.
#[must_use]
pub fn find(answer: &ReconAnswer<Found>, room: &Room) -> String {
    let found = &answer.found;
    let mut lines = Vec::new();
    for symbol in &found.symbols.items {
        one(symbol, room, &mut lines);
    }
    left_out(found.symbols.left_out, "more", "more", &mut lines);
    if found.symbols.items.is_empty() {
        nothing(found, room, &mut lines);
    }
    for file in &found.broken.items {
        let says = format!("{} does not parse behind line {}: something may be missing", file.file, file.line);
        lines.extend(wrap(Line::default().and(DOUBT, "incomplete: "), &says, room.width));
    }
    left_out(found.broken.left_out, "more file that does not parse", "more files that do not parse", &mut lines);
    unread(&found.unread, &mut lines);
    text(&lines)
}

fn one(symbol: &FoundSymbol, room: &Room, lines: &mut Vec<Line>) {
    let place = if symbol.line == symbol.last_line {
        format!("{}:{}", symbol.file, symbol.line)
    } else {
        format!("{}:{}-{}", symbol.file, symbol.line, symbol.last_line)
    };
    lines.push(Line::default().and(STRONG, &place).and(PLAIN, &format!("  {}", symbol.path)));
    let told = symbol.text.as_ref();
    match told.and_then(|told| told.text.as_ref()) {
        Some(text) => {
            let first = told.map_or(0, |told| told.line);
            for (line, number) in text.lines().zip(first..) {
                lines.push(Line::default().and(FAINT, &format!("{number:>6}  ")).and_code(PLAIN, line));
            }
        }
        None => lines.extend(whole(Line::plain("    "), &symbol.signature, room)),
    }
    if told.is_some_and(|told| told.text.is_none()) {
        lines.push(Line::default().and(DOUBT, "    its text is left out: there is too much already (--in, --limit)"));
    }
    let mut beside = vec![format!("in {}", symbol.modules)];
    beside.extend(symbol.is_test.then(|| "a test".to_owned()));
    beside.extend(symbol.is_in_macro.then(|| "in the braces of a macro call".to_owned()));
    beside.extend((!symbol.cfg.is_empty()).then(|| symbol.cfg.clone()));
    lines.push(Line::default().and(FAINT, &format!("    {}", beside.join(", "))));
}

fn nothing(found: &Found, room: &Room, lines: &mut Vec<Line>) {
    let says = format!("nothing is called `{}` in {}", found.pattern, count(found.n_files, "file", "files"));
    lines.extend(wrap(Line::default(), &says, room.width));
    if 0 < found.mentions.total() {
        let few = 5;
        let named: Vec<&str> = found.mentions.items.iter().take(few).map(String::as_str).collect();
        let more = found.mentions.total().saturating_sub(few);
        let more = if 0 < more { format!(" and {more} more") } else { String::new() };
        let says = format!(
            "the name stands in {}{more} all the same: imported, used, or made by a macro, which is not looked into",
            named.join(", ")
        );
        lines.extend(wrap(Line::default(), &says, room.width));
    }
    if !found.near.is_empty() {
        lines.push(Line::default().and(STRONG, "near it:"));
    }
    for near in &found.near {
        let place = format!("{}:{}", near.file, near.line);
        lines.push(Line::plain(&format!("    {place}  {} ", near.kind.word())).and(PLAIN, &near.path));
    }
}
