//! One self-contained page for the acceptance owner: first the decision, then what it rests on.
//!
//! It holds no script and loads nothing; its policy would not let it. Each section has its own room, so that no
//! dossier makes the page larger than [`MOST`], and says how much was left out of it.

mod escape;
mod paper;
mod style;
mod marks;
mod index;
mod layers;
mod decision;
mod trace;
mod graph;
mod timings;
mod changes;
mod checks;
mod said;
mod closing;

use super::dossier::Dossier;
use index::Index;
use paper::{Anchor, Paper};

/// The most bytes of a page.
pub const MOST: usize = 5_000_000;

/// A section: its name in the contents, its heading, how much room it has, and who writes it.
struct Section {
    name: &'static str,
    heading: &'static str,
    room: usize,
    write: fn(&mut Paper, &Dossier, &Index<'_>),
}

/// The sections in the order they are read.
const SECTIONS: [Section; 11] = [
    Section { name: "Decision", heading: "The decision", room: 250_000, write: decision::write },
    Section { name: "Traceability", heading: "From criterion to file", room: 650_000, write: trace::write },
    Section { name: "Findings", heading: "What the audit found", room: 250_000, write: said::findings },
    Section { name: "Packages", heading: "Packages and what the work touches", room: 350_000, write: graph::write },
    Section { name: "Timings", heading: "Where the time went", room: 100_000, write: timings::write },
    Section { name: "Changes", heading: "Changed files", room: 1_250_000, write: changes::write },
    Section { name: "Checks", heading: "Checks and tests", room: 1_050_000, write: checks::write },
    Section { name: "Diagnostics", heading: "What the tools said", room: 250_000, write: said::diagnostics },
    Section { name: "Claims", heading: "Claims and verdicts", room: 300_000, write: said::claims },
    Section {
        name: "Reproduce",
        heading: "See the same yourself",
        room: 60_000,
        write: |paper, dossier, _| closing::reproduce(paper, dossier),
    },
    Section {
        name: "Details",
        heading: "Baseline, tools, digests",
        room: 60_000,
        write: |paper, dossier, _| closing::facts(paper, dossier),
    },
];

/// The report, ending with a newline.
#[must_use]
pub fn write(dossier: &Dossier) -> String {
    let index = Index::of(dossier);
    let mut paper = Paper::default();
    paper.room(60_000);
    head(&mut paper, dossier);
    for (at, section) in SECTIONS.iter().enumerate() {
        paper.room(section.room);
        paper.raw("<section aria-labelledby=\"").say(&format!("h{at}")).raw("\">\n<h2").id(Anchor('h', at)).raw(">");
        paper.raw(section.heading).raw("</h2>\n");
        (section.write)(&mut paper, dossier, &index);
        paper.raw("</section>\n");
    }
    paper
        .raw("</main>\n<footer><p>Written by cargo-handoff ")
        .say(&dossier.version)
        .raw(" from ")
        .code(&dossier.payload);
    paper.raw(" and the records beside it. This page holds no script and loads nothing.</p></footer>\n");
    paper.raw("</div>\n</body>\n</html>\n");
    paper.finish()
}

/// Everything above the first section.
fn head(paper: &mut Paper, dossier: &Dossier) {
    paper.raw("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    paper.raw("<meta http-equiv=\"Content-Security-Policy\"").attribute("content", &style::policy()).raw(">\n");
    paper.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    paper
        .raw("<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"referrer\" content=\"no-referrer\">\n");
    paper.raw("<title>").say(title(dossier)).raw(" \u{b7} handoff report</title>\n");
    paper.raw("<style>").raw(style::CSS).raw("</style>\n</head>\n<body>\n").raw(marks::SHAPES);
    paper.raw("<a class=\"skip\" href=\"#h0\">To the decision</a>\n<div class=\"page\">\n<header>\n");
    paper.raw("<p class=\"over\">Handoff report</p>\n<h1>").prose(title(dossier)).raw("</h1>\n<p class=\"soft\">");
    when(paper, dossier);
    paper.raw("</p>\n<nav aria-label=\"Contents\"><ul>");
    for (at, section) in SECTIONS.iter().enumerate() {
        paper.raw("<li>").link(Anchor('h', at)).raw(section.name).raw("</a></li>");
    }
    paper.raw("</ul></nav>\n</header>\n<main>\n");
}

/// What the page is about.
fn title(dossier: &Dossier) -> &str {
    if dossier.summary.trim().is_empty() { "A handoff without a summary" } else { &dossier.summary }
}

/// When it was seen, by which verb.
fn when(paper: &mut Paper, dossier: &Dossier) {
    match dossier.at.parse::<jiff::Timestamp>() {
        Ok(at) => {
            paper.raw("Seen <time").attribute("datetime", &dossier.at).raw(">");
            paper.say(&at.strftime("%-d %B %Y, %H:%M UTC").to_string()).raw("</time>, ");
        }
        Err(_) => _ = paper.raw("No record of a run lies here; "),
    }
    paper.raw("told by ").code(&dossier.verb).raw(" of cargo-handoff ").say(&dossier.version);
}

#[cfg(test)]
mod tests;
