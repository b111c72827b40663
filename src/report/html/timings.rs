//! Where the time went: a bar for each command and each suite.

use super::index::Index;
use super::paper::{Anchor, In, Paper};
use crate::report::dossier::Dossier;
use crate::report::layout::duration;

/// The most bars of a kind.
const MOST: usize = 40;

/// Something that took time.
struct Bar<'a> {
    anchor: Anchor,
    name: &'a str,
    took: u64,
    is_earlier: bool,
}

/// The section.
pub(super) fn write(paper: &mut Paper, dossier: &Dossier, index: &Index<'_>) {
    let commands = dossier.commands.iter().enumerate().map(|(at, command)| Bar {
        anchor: Anchor('m', at),
        name: &command.entry.command,
        took: command.entry.duration_ms,
        is_earlier: command.entry.cached,
    });
    let suites = dossier.suites.iter().map(|suite| Bar {
        anchor: index.suite(&suite.entry.id).unwrap_or(Anchor('u', 0)),
        name: suite.entry.id.strip_prefix("test:").unwrap_or(&suite.entry.id),
        took: suite.entry.duration_ms,
        is_earlier: suite.is_cached,
    });
    bars(paper, "Commands", "<th scope=\"col\">Command</th>", commands.collect());
    bars(paper, "Suites", "<th scope=\"col\">Suite</th>", suites.collect());
}

/// The bars of a kind, the longest first.
fn bars(paper: &mut Paper, title: &'static str, head: &'static str, mut bars: Vec<Bar<'_>>) {
    bars.retain(|bar| 0 < bar.took);
    if bars.is_empty() {
        paper.raw("<h3>").raw(title).raw("</h3>\n<p class=\"none\">No time is recorded.</p>\n");
        return;
    }
    bars.sort_by_key(|bar| std::cmp::Reverse(bar.took));
    let longest = bars.first().map_or(1, |bar| bar.took);
    let all: u64 = bars.iter().map(|bar| bar.took).fold(0, u64::saturating_add);
    paper.raw("<div class=\"scroll\" role=\"group\" tabindex=\"0\"").attribute("aria-label", title);
    paper.raw("><table class=\"bars\"><caption>").raw(title).raw(" <span class=\"soft\">").say(&duration(all));
    paper.raw(" together</span></caption>\n<thead><tr>").raw(head);
    paper.raw("<th scope=\"col\">Time</th><th scope=\"col\">Share</th></tr></thead>\n<tbody>\n");
    let n = paper.each(bars.into_iter(), MOST, |paper, bar| {
        paper.raw("<tr><th scope=\"row\">").link(bar.anchor).code(bar.name).raw("</a>");
        paper.raw("</th><td class=\"time\">").say(&duration(bar.took));
        paper.raw(if bar.is_earlier { " <span class=\"soft\">earlier</span>" } else { "" });
        paper.raw("</td><td class=\"bar\"><svg height=\"10\" width=\"100%\" viewBox=\"0 0 1000 10\" ");
        paper.raw(
            "preserveAspectRatio=\"none\" aria-hidden=\"true\"><rect class=\"all\" width=\"1000\" height=\"10\"/>",
        );
        let share = u128::from(bar.took) * 1000 / u128::from(longest.max(1));
        paper.raw(if bar.is_earlier { "<rect class=\"earlier\"" } else { "<rect class=\"now\"" });
        paper
            .numbers("width", &[i64::try_from(share).unwrap_or(1000).max(4)])
            .raw(" height=\"10\"/></svg></td></tr>\n");
    });
    paper.left_out(n, In::Table, "that took less", "that took less").raw("</tbody></table></div>\n");
}
