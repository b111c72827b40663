//! The symbols of files.

use super::parts::{counted, left_out, text, unread, whole};
use crate::answers::ReconAnswer;
use crate::recon::overview::{FileOverview, FolderOverview, Overview, SymbolRow, Told};
use crate::report::layout::{DOUBT, FAINT, Line, PLAIN, Room, STRONG, count, wrap};

/// A file, then a line for each symbol: where it stands, and its head; where that is too much, counts.
#[must_use]
pub fn overview(answer: &ReconAnswer<Overview>, room: &Room) -> String {
    let found = &answer.found;
    let mut lines = Vec::new();
    for file in &found.files.items {
        whole_file(file, found.told, room, &mut lines);
    }
    left_out(found.files.left_out, "more file", "more files", &mut lines);
    for folder in &found.folders.items {
        lines.extend(in_folder(folder, room));
    }
    left_out(found.folders.left_out, "more folder", "more folders", &mut lines);
    unread(&found.unread, &mut lines);
    let files = count(found.n_files, "file", "files");
    let symbols = count(found.n_symbols, "symbol", "symbols");
    let told = match found.told {
        _ if found.n_files == 0 && found.unread.total() == 0 => "there are no Rust files there".to_owned(),
        Told::Asked => String::new(),
        Told::Tops => format!("{symbols} in {files}: only what stands at their top is shown; name fewer, or --limit"),
        Told::Files => format!("{symbols} in {files}: name one to see them, or --limit"),
        Told::Folders => format!("{symbols} in {files}: name a folder or file to see them, or --limit"),
    };
    if !told.is_empty() {
        lines.extend(wrap(Line::default(), &told, room.width));
    }
    text(&lines)
}

fn whole_file(file: &FileOverview, told: Told, room: &Room, lines: &mut Vec<Line>) {
    let mut head = Line::default().and(STRONG, &file.file);
    if let Some(line) = file.broken {
        head = head.and(DOUBT, &format!("  does not parse behind line {line}"));
    }
    if file.counts.is_empty() || told == Told::Files {
        head = head.and(FAINT, &format!("  {}", counted(&file.counts)));
    }
    lines.push(head);
    for row in &file.symbols {
        symbol(row, 0, room, lines);
    }
    if told != Told::Files && 0 < file.left_out {
        let more = count(file.left_out, "more symbol", "more symbols");
        lines.push(Line::default().and(FAINT, &format!("        and {more} (--depth, --limit)")));
    }
}

fn in_folder(folder: &FolderOverview, room: &Room) -> Vec<Line> {
    let mut head = Line::default().and(STRONG, &folder.folder);
    head = head.and(PLAIN, &format!("  {}", count(folder.n_files, "file", "files")));
    if 0 < folder.n_broken {
        head = head.and(DOUBT, &format!(", {} broken", folder.n_broken));
    }
    let counts = counted(&folder.counts);
    if room.lines.is_some() || head.width() + 2 + counts.len() <= room.width {
        return vec![head.and(FAINT, &format!("  {counts}"))];
    }
    std::iter::once(head).chain(wrap(Line::plain("    "), &counts, room.width)).collect()
}

fn symbol(row: &SymbolRow, depth: usize, room: &Room, lines: &mut Vec<Line>) {
    let gutter = Line::plain(&format!("{:>6}  {}", row.line, "  ".repeat(depth)));
    let mut own = whole(gutter, &row.signature, room);
    let beside = match (row.is_test, row.cfg.as_str()) {
        (false, "") => String::new(),
        (true, "") => "  #[test]".to_owned(),
        (false, cfg) => format!("  {cfg}"),
        (true, cfg) => format!("  #[test] {cfg}"),
    };
    if !beside.is_empty()
        && let Some(last) = own.pop()
    {
        let has_room = room.lines.is_some() || last.width() + beside.len() <= room.width;
        if has_room {
            own.push(last.and(FAINT, &beside));
        } else {
            own.extend([last, Line::plain(&" ".repeat(8 + 2 * depth)).and(FAINT, beside.trim_start())]);
        }
    }
    lines.append(&mut own);
    for child in &row.children {
        symbol(child, depth + 1, room, lines);
    }
}
