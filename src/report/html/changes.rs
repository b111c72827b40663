//! The changed files, each with its diff folded in.

use super::index::Index;
use super::marks;
use super::paper::{Anchor, In, Paper};
use crate::report::dossier::{Change, Dossier};
use crate::report::layout::count;

/// The most files.
const MOST: usize = 1500;

/// The most bytes of one diff.
const MOST_OF_DIFF: usize = 48 * 1024;

/// What a file costs without its diff: so much is kept back for each, that none goes missing for another's diff.
const BARE: usize = 900;

/// The section.
pub(super) fn write(paper: &mut Paper, dossier: &Dossier, index: &Index<'_>) {
    if dossier.changes.is_empty() {
        paper.raw("<p class=\"none\">No file differs from the baseline.</p>\n");
        return;
    }
    paper.raw("<p>").say(&in_short(dossier)).raw(".</p>\n");
    let n_files = dossier.changes.len().min(MOST);
    let n = paper.each(dossier.changes.iter().enumerate(), MOST, |paper, (at, change)| {
        let kept_back = (n_files - at) * BARE;
        // A line costs more than its bytes: it is dressed, and escaped.
        let room = paper.room_left().saturating_sub(kept_back) / 3;
        one(paper, at, change, index, room.min(MOST_OF_DIFF));
    });
    paper.left_out(n, In::Flow, "changed file", "changed files");
}

/// `2 files, 4 lines added, 2 removed`.
fn in_short(dossier: &Dossier) -> String {
    let lines = || dossier.changes.iter().filter_map(|change| change.entry.lines);
    let added = lines().map(|lines| lines.added).fold(0, u64::saturating_add);
    let removed = lines().map(|lines| lines.removed).fold(0, u64::saturating_add);
    let files = count(dossier.changes.len(), "file", "files");
    format!("{files}: {added} {} added, {removed} removed", if added == 1 { "line" } else { "lines" })
}

fn one(paper: &mut Paper, at: usize, change: &Change, index: &Index<'_>, room: usize) {
    let entry = &change.entry;
    paper.raw("<details class=\"file\"").id(Anchor('f', at)).raw("><summary>").code(&entry.file);
    paper.raw(" <span class=\"facts\"><span class=\"soft\">").say(&entry.kind).raw("</span>");
    if let Some(lines) = entry.lines {
        paper.raw(" <ins>+").number(lines.added).raw("</ins> <del>\u{2212}").number(lines.removed).raw("</del>");
    }
    if index.is_unplanned(&entry.file) {
        paper.raw(" ");
        marks::mark(paper, marks::WARN, "no step names it");
    }
    paper.raw("</span></summary>\n<div class=\"body\"><p class=\"soft\">");
    match &entry.package {
        Some(label) => paper.raw("Package ").code_linked(index.package(label), label),
        None => paper.raw("In no package"),
    };
    if !entry.steps.is_empty() {
        paper.raw(", steps ");
        paper.in_a_row(entry.steps.iter(), 20, |paper, id| _ = paper.code_linked(index.step(id), id));
    }
    if let Some(from) = &entry.from {
        paper.raw(", renamed from ").code(from);
    }
    paper.raw("</p>\n");
    if let Some(rationale) = &entry.rationale {
        paper.raw("<p>").prose(rationale);
        if let Some(source) = &entry.rationale_source {
            paper.raw(" <span class=\"soft\">(").say(source).raw(")</span>");
        }
        paper.raw("</p>\n");
    }
    citations(paper, change);
    diff(paper, change, room);
    paper.raw("</div></details>\n");
}

/// What justified the edit.
fn citations(paper: &mut Paper, change: &Change) {
    if change.entry.citations.is_empty() {
        return;
    }
    paper.raw("<ul class=\"plain\">");
    let n = paper.each(change.entry.citations.iter(), 10, |paper, citation| {
        paper
            .raw("<li><span class=\"soft\">because of ")
            .code(&citation.at)
            .raw("</span> ")
            .code(&citation.text)
            .raw("</li>");
    });
    paper.left_out(n, In::List, "citation", "citations").raw("</ul>\n");
}

/// How a line of a diff is dressed. What stands above the first hunk is its heading; below, `--x` may be a line that
/// was removed.
fn dress(line: &str, is_heading: &mut bool) -> (&'static str, &'static str) {
    *is_heading &= !line.starts_with("@@");
    match line.as_bytes() {
        _ if *is_heading => ("<b>", "</b>"),
        [b'+', ..] => ("<ins>", "</ins>"),
        [b'-', ..] => ("<del>", "</del>"),
        [b'@', ..] => ("<i>", "</i>"),
        _ => ("", ""),
    }
}

fn diff(paper: &mut Paper, change: &Change, room: usize) {
    let mut is_heading = true;
    match change.diff.as_ref().or(change.entry.diff.as_ref()) {
        Some(diff) if 0 < room => {
            paper.raw("<pre class=\"diff\">").lines(diff, room, 0, |line| dress(line, &mut is_heading)).raw("</pre>\n")
        }
        Some(diff) => {
            let n_lines = count(diff.lines().count(), "line", "lines");
            paper.raw("<p class=\"more\">Its diff of ").say(&n_lines).raw(" is left out: there was no room here.</p>\n")
        }
        None => paper.raw("<p class=\"none\">There is no diff: it is binary, or its run's patch is not here.</p>\n"),
    };
}
