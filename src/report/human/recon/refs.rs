//! Who uses a symbol.

use crate::answers::ReconAnswer;
use crate::recon::refs::{Hit, Label, Refs, UsedAs};
use crate::report::layout::{DOUBT, FAINT, GOOD, Line, PLAIN, Room, STRONG, count, cut, shorten, wrap};

/// The widest label, and a gap.
const LABEL: usize = 11;

/// What is meant, the counts, then a file, a symbol in it, and a line for each use.
#[must_use]
pub fn refs(answer: &ReconAnswer<Refs>, room: &Room) -> String {
    let found = &answer.found;
    let mut lines = Vec::new();
    for definition in &found.definitions {
        let head = Line::default().and(STRONG, &format!("{} {}", definition.kind.word(), definition.path));
        lines.push(head.and(PLAIN, &format!(" in {}:{}", definition.file, definition.line)));
        lines.push(Line::default().to(2).and(FAINT, &cut(&format!("  {}", definition.signature), room.width)));
    }
    lines.push(Line::default());
    lines.push(Line::plain(&sum(found)));
    for file in &found.files {
        lines.push(Line::default());
        lines.push(Line::default().and(STRONG, &shorten(&file.file, room.width)));
        for symbol in &file.symbols {
            if !symbol.symbol.is_empty() {
                lines.push(Line::plain(&format!("  {}", shorten(&symbol.symbol, room.width.saturating_sub(2)))));
            }
            lines.extend(symbol.hits.iter().map(|hit| line(hit, room.width)));
        }
    }
    if 0 < found.left_out {
        lines.push(Line::default());
        lines.push(
            Line::default().and(FAINT, &format!("and {} (--limit)", count(found.left_out, "more use", "more uses"))),
        );
    }
    lines.push(Line::default());
    let looked = &found.looked;
    let packages = if looked.packages.is_empty() { "no package".to_owned() } else { looked.packages.join(", ") };
    let looked = format!(
        "{} of {packages}, {} of which {} the name",
        count(looked.n_files, "file", "files"),
        looked.n_holding,
        if looked.n_holding == 1 { "holds" } else { "hold" }
    );
    lines.extend(wrap(Line::default().and(FAINT, "looked at: "), &looked, room.width));
    for unknown in &found.unknown {
        lines.extend(wrap(Line::default().and(DOUBT, "not known: "), unknown, room.width));
    }
    lines.iter().map(|line| format!("{}\n", line.text())).collect()
}

fn sum(found: &Refs) -> String {
    let n = found.certain + found.likely + found.name_only;
    if n == 0 {
        let doubt = if found.unknown.is_empty() { "" } else { ", as far as is known" };
        return format!("nobody uses it{doubt}");
    }
    let files =
        if 0 < found.left_out { String::new() } else { format!(" in {}", count(found.files.len(), "file", "files")) };
    format!(
        "{}{files}: {} certain, {} likely, {} name-only",
        count(n, "use", "uses"),
        found.certain,
        found.likely,
        found.name_only
    )
}

fn line(hit: &Hit, width: usize) -> Line {
    let style = match hit.label {
        Label::Certain => GOOD,
        Label::Likely => PLAIN,
        Label::NameOnly => DOUBT,
    };
    let how = match hit.r#as {
        UsedAs::Path | UsedAs::Method | UsedAs::Field | UsedAs::Word => "",
        UsedAs::Import => "",
        UsedAs::Implementation => "implemented: ",
        UsedAs::DocLink | UsedAs::DocTest => "documented: ",
    };
    let head = Line::plain(&format!("{:>6}  ", hit.line)).and(style, hit.label.word()).to(8 + LABEL);
    let room = width.saturating_sub(head.width() + how.len());
    head.and(FAINT, how).and(PLAIN, &cut(&hit.text, room))
}
