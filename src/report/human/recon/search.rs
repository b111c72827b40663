//! The lines that hold something, as ripgrep shows them off a terminal: `file:line:text`.

use crate::answers::ReconAnswer;
use crate::recon::search::{Beside, FileHits, Hit, Layer, Search};
use crate::report::escape;
use crate::report::layout::{COMMAND, DOUBT, Detail, FAINT, Line, PLAIN, Room, STRONG, count, wrap};
use std::borrow::Cow;

/// How many files that are left out are named.
const MOST_FILES: usize = 10;

/// The lines, each with its file in front of it so that it can be picked out, then what was left out. Lines beside
/// them have `-` in place of `:`, as ripgrep has it.
#[must_use]
pub fn search(answer: &ReconAnswer<Search>, room: &Room) -> String {
    let found = &answer.found;
    let mut text = String::new();
    match found.layers.as_slice() {
        [layer] => {
            lines(layer, &mut text);
            if room.detail != Detail::Quiet {
                text.push_str(if text.is_empty() { "" } else { "\n" });
                say(&mut text, "", &sum(layer, found), room);
                left_out(layer, room, &mut text);
            }
        }
        layers => {
            together(found, room, &mut text);
            for (number, layer) in (1..).zip(layers) {
                let head = format!("{number} {}", sum(layer, found));
                text.push_str(if text.is_empty() { "" } else { "\n" });
                wrap(Line::default(), &head, room.width).iter().for_each(|line| end(line, &mut text));
                lines(layer, &mut text);
                left_out(layer, room, &mut text);
            }
        }
    }
    not_looked_at(found, room, &mut text);
    text
}

fn end(line: &Line, text: &mut String) {
    text.push_str(line.text());
    text.push('\n');
}

fn say(text: &mut String, head: &str, said: &str, room: &Room) {
    wrap(Line::default().and(FAINT, head), said, room.width).iter().for_each(|line| end(line, text));
}

/// `pattern`: 12 lines in 3 of 40 files.
fn sum(layer: &Layer, found: &Search) -> String {
    let files = count(found.n_searched, "file", "files");
    if found.n_searched == 0 {
        return format!("`{}`: no file was looked at, in {}", layer.pattern, found.looked_in.join(", "));
    }
    if layer.n_lines == 0 {
        return format!("nothing holds `{}`: {files} looked at, in {}", layer.pattern, found.looked_in.join(", "));
    }
    let lines = count(layer.n_lines, "line", "lines");
    format!("`{}`: {lines} in {} of {files}", layer.pattern, layer.n_files)
}

fn together(found: &Search, room: &Room, text: &mut String) {
    let rows = &found.together;
    if rows.items.is_empty() {
        say(text, "", &format!("no file holds several of the {} layers", found.layers.len()), room);
        return;
    }
    end(&Line::default().and(STRONG, &format!("{} with several layers", count(rows.total(), "file", "files"))), text);
    for row in &rows.items {
        let layers: Vec<String> = row.layers.iter().map(ToString::to_string).collect();
        end(&Line::plain("  ").and(DOUBT, &layers.join(" ")).and(PLAIN, "  ").and(PLAIN, &row.file), text);
    }
    if 0 < rows.left_out {
        end(&Line::plain("  ").and(FAINT, &format!("and {} more (--limit)", rows.left_out)), text);
    }
}

fn lines(layer: &Layer, text: &mut String) {
    let has_context = |hit: &Hit| !hit.before.is_empty() || !hit.after.is_empty();
    let is_in_groups = layer.files.iter().flat_map(|file| &file.hits).any(has_context);
    let mut last: Option<(&str, u64)> = None;
    for file in &layer.files {
        for hit in &file.hits {
            let first = hit.before.first().map_or(hit.line, |line| line.line);
            if is_in_groups && last.is_some_and(|last| last != (file.file.as_str(), first.saturating_sub(1))) {
                end(&Line::default().and(FAINT, "--"), text);
            }
            hit.before.iter().for_each(|line| beside(file, line, text));
            shown(file, hit, text);
            hit.after.iter().for_each(|line| beside(file, line, text));
            last = Some((&file.file, hit.after.last().map_or(hit.line, |line| line.line)));
        }
        if let Some(at) = file.binary {
            let why = format!("binary file: not looked at behind its NUL byte at {at}");
            end(&Line::default().and(COMMAND, &file.file).and(PLAIN, ": ").and(DOUBT, &why), text);
        }
    }
}

fn shown(file: &FileHits, hit: &Hit, text: &mut String) {
    let part = |from: usize, to: usize| of_one_line(hit.text.get(from..to).unwrap_or_default());
    let (start, end_of_it) = (hit.marked.start, hit.marked.end);
    let mut line = Line::default().and(COMMAND, &format!("{}:{}", file.file, hit.line)).and(PLAIN, ":");
    line = line.and(PLAIN, &part(0, start)).and(DOUBT, &part(start, end_of_it));
    line = line.and(PLAIN, &part(end_of_it, hit.text.len()));
    if 0 < hit.left_out {
        line = line.and(FAINT, &format!(" [… {} more bytes]", hit.left_out));
    }
    end(&line, text);
}

/// A tab as blanks, everything else as [`Line`] has it.
fn of_one_line(text: &str) -> Cow<'_, str> {
    if text.contains('\t') { escape::block(text).into() } else { text.into() }
}

fn beside(file: &FileHits, line: &Beside, text: &mut String) {
    let head = format!("{}-{}-", file.file, line.line);
    end(&Line::default().and(FAINT, &head).and(FAINT, &of_one_line(&line.text)), text);
}

fn left_out(layer: &Layer, room: &Room, text: &mut String) {
    let out = &layer.left_out;
    if out.lines == 0 || room.detail == Detail::Quiet {
        return;
    }
    let of_shown = layer.files.iter().filter(|file| 0 < file.left_out).map(|file| (&file.file, file.left_out));
    let of_others = out.files.items.iter().map(|file| (&file.file, file.lines));
    let all: Vec<(&String, usize)> = of_shown.chain(of_others).collect();
    let named: Vec<String> = all.iter().take(MOST_FILES).map(|(file, lines)| format!("{lines} in {file}")).collect();
    let n_more = all.len() - named.len() + out.files.left_out;
    let more = if n_more == 0 { String::new() } else { format!(", and in {n_more} more") };
    say(
        text,
        "",
        &format!("left out (--limit): {}: {}{more}", count(out.lines, "line", "lines"), named.join(", ")),
        room,
    );
}

fn not_looked_at(found: &Search, room: &Room, text: &mut String) {
    if 0 < found.n_binary && room.detail != Detail::Quiet {
        let files = count(found.n_binary, "binary file", "binary files");
        say(text, "", &format!("{files} not looked at behind the first NUL byte"), room);
    }
    for unread in &found.unread.items {
        let file = if unread.file.is_empty() { String::new() } else { format!("{}: ", unread.file) };
        say(text, "not looked at: ", &format!("{file}{}", unread.why), room);
    }
    if 0 < found.unread.left_out {
        say(text, "", &format!("and {} more not looked at", found.unread.left_out), room);
    }
}
