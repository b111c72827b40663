//! What was found, what the tools said, and what came of holding the claims.

use super::index::Index;
use super::marks;
use super::paper::{In, Paper};
use crate::answers::ClaimRow;
use crate::report::alike;
use crate::report::dossier::Dossier;
use crate::report::layout::count;
use crate::words::{Diagnostic, FindingKind, Verdict};

/// What the audit found, by kind.
pub(super) fn findings(paper: &mut Paper, dossier: &Dossier, index: &Index<'_>) {
    if dossier.findings.is_empty() {
        // Without a baseline nobody looked.
        let is_looked_for = dossier.baseline.is_some();
        paper.raw(if is_looked_for {
            "<p class=\"none\">Nothing.</p>\n"
        } else {
            "<p class=\"none\">Nobody looked.</p>\n"
        });
        return;
    }
    for kind in FindingKind::ALL {
        let of_kind: Vec<_> = dossier.findings.iter().filter(|finding| finding.kind == kind).collect();
        if of_kind.is_empty() {
            continue;
        }
        paper.raw("<h3>").say(&kind.counted(of_kind.len())).raw("</h3>\n<ul class=\"plain\">\n");
        let n = paper.each(of_kind.into_iter(), 100, |paper, finding| {
            paper.raw("<li>").prose(&finding.text);
            if let Some(file) = &finding.file {
                paper.raw(" <span class=\"soft\">").code_linked(index.file(file), file);
                if let Some(line) = finding.line {
                    paper.raw(", line ").number(line);
                }
                paper.raw("</span>");
            } else if let Some(about) = &finding.about {
                paper.raw(" <span class=\"soft\">").code_linked(index.claim(about), about).raw("</span>");
            }
            paper.raw("</li>\n");
        });
        paper.left_out(n, In::List, "finding", "findings").raw("</ul>\n");
    }
}

/// What clippy, rustfmt, rustdoc and the compiler said: this work's, and folded in what was there before.
pub(super) fn diagnostics(paper: &mut Paper, dossier: &Dossier, index: &Index<'_>) {
    let (before, ours): (Vec<_>, Vec<_>) = dossier.diagnostics.iter().partition(|diagnostic| diagnostic.pre_existing);
    if ours.is_empty() {
        paper.raw("<p class=\"none\">Nothing about what this work added or changed.</p>\n");
    } else {
        let title = count(ours.len(), "diagnostic about this work", "diagnostics about this work");
        table_of(paper, &title, &ours, index);
    }
    if !before.is_empty() {
        let title = count(before.len(), "diagnostic was there before", "diagnostics were there before");
        paper.raw("<details><summary>").say(&title).raw("</summary>\n");
        table_of(paper, "Not this work's", &before, index);
        paper.raw("</details>\n");
    }
    if 0 < dossier.diagnostics_left_out {
        paper.raw("<p class=\"more\">").number(dossier.diagnostics_left_out);
        paper.raw(" more were not recorded.</p>\n");
    }
}

/// The beginning of a table that scrolls within its own box.
fn open_table(paper: &mut Paper, title: &str) {
    paper.raw("<div class=\"scroll\" role=\"group\" tabindex=\"0\"").attribute("aria-label", title);
    paper.raw("><table><caption>").say(title).raw("</caption>\n<thead><tr>");
}

fn table_of(paper: &mut Paper, title: &str, diagnostics: &[&Diagnostic], index: &Index<'_>) {
    open_table(paper, title);
    paper.raw("<th scope=\"col\">What</th><th scope=\"col\">Message</th><th scope=\"col\">Where</th>");
    paper.raw("<th scope=\"col\">Who</th></tr></thead>\n<tbody>\n");
    let n = paper.each(diagnostics.iter(), 200, |paper, diagnostic| {
        paper.raw("<tr><td>");
        marks::severity(paper, diagnostic.severity);
        paper.raw("</td><td>").prose(&diagnostic.message);
        if let Some(code) = &diagnostic.code {
            paper.raw(" <span class=\"soft\">").code(code).raw("</span>");
        }
        paper.raw("</td><td>");
        if let Some(file) = &diagnostic.file {
            paper.code_linked(index.file(file), file).raw(", line ").number(diagnostic.line);
        } else {
            paper.code(&diagnostic.target.to_string());
        }
        paper.raw("</td><td>").raw(diagnostic.check.word()).raw("</td></tr>\n");
    });
    paper.left_out(n, In::Table4, "diagnostic", "diagnostics").raw("</tbody></table></div>\n");
}

/// The claims and what came of them; the confirmed ones folded in.
pub(super) fn claims(paper: &mut Paper, dossier: &Dossier, index: &Index<'_>) {
    if dossier.claims.is_empty() {
        paper.raw("<p class=\"none\">Nobody held the payload's claims against anything in this report.</p>\n");
        return;
    }
    paper.raw("<p>Looked at: ");
    for (at, level) in dossier.levels.iter().enumerate() {
        paper.raw(if at == 0 { "" } else { ", " }).raw(level.name()).raw(" ").raw(level.in_words());
    }
    paper.raw(".</p>\n");
    let (confirmed, others): (Vec<_>, Vec<_>) =
        dossier.claims.iter().partition(|claim| claim.verdict == Verdict::Confirmed);
    if !others.is_empty() {
        let title = count(others.len(), "claim that is not confirmed", "claims that are not confirmed");
        claims_table(paper, &title, &others, true, index);
    }
    if !confirmed.is_empty() {
        let title = count(confirmed.len(), "claim is confirmed", "claims are confirmed");
        paper.raw("<details><summary>").say(&title).raw("</summary>\n");
        claims_table(paper, "Confirmed claims", &confirmed, false, index);
        paper.raw("</details>\n");
    }
}

fn claims_table(paper: &mut Paper, title: &str, claims: &[&ClaimRow], is_folded: bool, index: &Index<'_>) {
    open_table(paper, title);
    paper.raw("<th scope=\"col\">Verdict</th><th scope=\"col\">Claim</th><th scope=\"col\">Why</th>");
    paper.raw("<th scope=\"col\">Level</th></tr></thead>\n<tbody>\n");
    let rows =
        if is_folded { alike::together(claims.iter().copied()) } else { claims.chunks(1).map(<[_]>::to_vec).collect() };
    let n = paper.each(rows.into_iter(), 400, |paper, alike| {
        let claim = alike[0];
        paper.raw("<tr><td>");
        marks::verdict(paper, claim.verdict);
        paper.raw("</td><td>");
        if 1 < alike.len() {
            paper.number(alike.len() as u64).raw(" claims: ");
        }
        let write =
            |paper: &mut Paper, claim: &ClaimRow| _ = paper.code_linked(index.claim(&claim.claim), &claim.claim);
        paper.in_a_row(alike.into_iter(), 5, write).raw("</td><td>").prose(&claim.why);
        paper.raw("</td><td>").raw(claim.level.name()).raw("</td></tr>\n");
    });
    paper.left_out(n, In::Table4, "claim", "claims").raw("</tbody></table></div>\n");
}
