//! What comes first: what the owner is asked, and what speaks for and against it.

use super::index::Index;
use super::marks;
use super::paper::{Anchor, In, Paper};
use crate::report::dossier::{Criterion, Dossier, Standing};
use crate::report::verdict::{self, Verdict};
use crate::report::{folded, foremost, layout};

/// The standings, the worst first.
const STANDINGS: [Standing; 5] =
    [Standing::Failing, Standing::Untested, Standing::Asserted, Standing::GreenOnly, Standing::Proven];

/// How many criteria have this standing.
fn n_with(dossier: &Dossier, standing: Standing) -> usize {
    dossier.criteria.iter().filter(|criterion| criterion.standing == standing).count()
}

/// What is asked, how it looks, and why.
struct Asked {
    look: marks::Look,
    tone: &'static str,
    what: String,
    why: Vec<String>,
}

fn asked(dossier: &Dossier) -> Asked {
    let n_contradicted = dossier.contradicted().count();
    let n_failing = n_with(dossier, Standing::Failing);
    let mut why = Vec::new();
    if 0 < n_contradicted {
        why.push(layout::count(n_contradicted, "claim is contradicted", "claims are contradicted"));
    }
    if 0 < n_failing {
        why.push(layout::count(n_failing, "criterion fails", "criteria fail"));
    }
    let n_open = folded::open(dossier).len();
    if 0 < n_open {
        why.push(layout::count(n_open, "thing is open", "things are open"));
    }
    let (look, tone, what) = match verdict::of(dossier) {
        Verdict::Contradicted => (marks::BAD, BAD, "Do not accept this as it is".to_owned()),
        Verdict::Decided(decision) if decision.starts_with("Rejected") => (marks::BAD, BAD, decision),
        Verdict::Decided(decision) => (marks::GOOD, GOOD, decision),
        Verdict::NotReady => (marks::WARN, WARN, "Not ready for your decision".to_owned()),
        Verdict::Ready => (marks::GOOD, GOOD, "Ready for your decision".to_owned()),
    };
    Asked { look, tone, what, why }
}

/// How the verdict is dressed.
const BAD: &str = "<div class=\"asked bad\">";
const WARN: &str = "<div class=\"asked warn\">";
const GOOD: &str = "<div class=\"asked good\">";

/// The section.
pub(super) fn write(paper: &mut Paper, dossier: &Dossier, index: &Index<'_>) {
    if let Some(note) = &dossier.note {
        paper.raw("<div class=\"asked\"><p class=\"verdict\">").prose(note).raw("</p></div>\n");
        sentences(paper, "<h3>Open</h3>", &dossier.open);
        return;
    }
    let asked = asked(dossier);
    paper.raw(asked.tone).raw("<p class=\"verdict\">");
    marks::mark(paper, asked.look, &asked.what);
    paper.raw("</p>");
    if !asked.why.is_empty() {
        paper.raw("<p>").say(&asked.why.join(", ")).raw(".</p>");
    }
    if let Some(decision) = &dossier.decision {
        paper.raw("<p class=\"decided\">It was decided: ").prose(decision).raw("</p>");
    }
    let verdict = verdict::of(dossier);
    if verdict == Verdict::NotReady
        && let Some((reasons, n_more)) = folded::first(dossier)
    {
        let more = if 0 < n_more { format!(" (and {n_more} more)") } else { String::new() };
        paper.raw("<p>Because: ").prose(&reasons.join("; ")).say(&more).raw("</p>");
    }
    tally(paper, dossier);
    if !matches!(verdict, Verdict::Decided(_)) {
        question(paper, dossier);
    }
    paper.raw("</div>\n");
    foremost(paper, dossier);
    criteria(paper, dossier, index);
    sentences(paper, "<h3>Open</h3>", &folded::open(dossier));
    issues(paper, dossier);
    sentences(paper, "<h3>Good to know</h3>", &dossier.remarks);
}

/// What to find out, and how to answer.
fn question(paper: &mut Paper, dossier: &Dossier) {
    match dossier.criteria.len() {
        0 => paper.raw("<p>You are asked whether this work is what was wanted. It names no acceptance criterion."),
        1 => paper.raw("<p>You are asked whether this work does what its one acceptance criterion says."),
        n => paper
            .raw("<p>You are asked whether this work does what its ")
            .number(n as u64)
            .raw(" acceptance criteria say."),
    };
    paper.raw("</p>\n<details><summary>How to answer</summary><p>Run the checks again and record what you decide. ");
    paper.raw("To accept:</p>\n<pre>cargo handoff validate --record --decide approved --as NAME --note WHY</pre>\n");
    paper.raw("<p>To send it back:</p>\n");
    paper.raw("<pre>cargo handoff validate --record --decide rejected --as NAME --note WHY</pre></details>\n");
}

/// How many criteria stand how, the worst first.
fn tally(paper: &mut Paper, dossier: &Dossier) {
    if dossier.criteria.is_empty() {
        return;
    }
    paper.raw("<ul class=\"tally\">");
    for (standing, n) in STANDINGS.map(|standing| (standing, n_with(dossier, standing))) {
        if 0 < n {
            paper.raw("<li><b>").number(n as u64).raw("</b> ");
            marks::standing(paper, standing);
            paper.raw("</li>");
        }
    }
    paper.raw("</ul>\n");
}

/// Each criterion, and how it stands.
fn criteria(paper: &mut Paper, dossier: &Dossier, index: &Index<'_>) {
    paper.raw("<h3>Acceptance criteria</h3>\n");
    if dossier.criteria.is_empty() {
        paper.raw("<p class=\"none\">The requirement names none.</p>\n");
        return;
    }
    paper.raw("<ol class=\"criteria\">\n");
    let n = paper.each(dossier.criteria.iter(), 300, |paper, criterion| one(paper, criterion, index));
    paper.left_out(n, In::List, "criterion", "criteria").raw("</ol>\n");
    paper.raw("<details><summary>What these words mean</summary><dl class=\"meanings\">\n");
    for standing in STANDINGS.into_iter().rev() {
        paper.raw("<dt>");
        marks::standing(paper, standing);
        paper.raw("</dt><dd>").raw(marks::meaning(standing)).raw("</dd>\n");
    }
    paper.raw("</dl></details>\n");
}

fn one(paper: &mut Paper, criterion: &Criterion, index: &Index<'_>) {
    paper.raw("<li>");
    marks::standing(paper, criterion.standing);
    paper.raw("<div><p>");
    marks::criterion(paper, criterion);
    paper.link(Anchor('c', criterion.number)).prose(&criterion.text).raw("</a></p>");
    if criterion.scenarios.is_empty() {
        paper.raw("<p class=\"soft\">No scenario covers it.</p>");
    } else {
        paper.raw("<p class=\"soft\">Covered by ");
        let write = |paper: &mut Paper, id: &String| _ = paper.code_linked(index.scenario(id), id);
        paper.in_a_row(criterion.scenarios.iter(), 12, write).raw("</p>");
    }
    paper.raw("</div></li>\n");
}

/// The lines every report for people begins with.
fn foremost(paper: &mut Paper, dossier: &Dossier) {
    let lines = foremost::lines(dossier);
    if lines.is_empty() {
        return;
    }
    paper.raw("<h3>At a glance</h3>\n<ul class=\"glance\">\n");
    for line in &lines {
        paper.raw("<li>");
        marks::mark(paper, if line.is_bad { marks::WARN } else { marks::NONE }, &line.count);
        if !line.names.is_empty() {
            paper.raw("<span class=\"soft\">").prose(&line.in_a_row()).raw("</span>");
        }
        paper.raw("</li>\n");
    }
    paper.raw("</ul>\n");
}

fn sentences(paper: &mut Paper, title: &'static str, sentences: &[impl AsRef<str>]) {
    if sentences.is_empty() {
        return;
    }
    paper.raw(title).raw("\n<ul class=\"plain\">\n");
    let n = paper
        .each(sentences.iter(), 60, |paper, sentence| _ = paper.raw("<li>").prose(sentence.as_ref()).raw("</li>\n"));
    paper.left_out(n, In::List, "sentence", "sentences").raw("</ul>\n");
}

/// What the acceptance owner found before.
fn issues(paper: &mut Paper, dossier: &Dossier) {
    if dossier.issues.is_empty() {
        return;
    }
    paper.raw("<h3>Issues you raised that are open</h3>\n<ul class=\"plain\">\n");
    let n = paper.each(dossier.issues.iter(), 60, |paper, issue| {
        paper.raw("<li>").code(&issue.id);
        if let Some(severity) = &issue.severity {
            paper.raw(" (").say(severity).raw(")");
        }
        // What is so tells more than what ought to be.
        paper.raw(": ").prose(issue.actual.as_ref().unwrap_or(&issue.expected)).raw("</li>\n");
    });
    paper.left_out(n, In::List, "issue", "issues").raw("</ul>\n");
}
