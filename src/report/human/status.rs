//! How a payload stands, for a person.

use super::parts;
use crate::answers::{Glance, StatusAnswer};
use crate::report::layout::{
    BAD, DOUBT, Detail, FAINT, GOOD, Line, PLAIN, Room, STRONG, Section, count, fit, outcome_style, shorten, wrap,
};

/// Stage and gate, steps, scenarios, last outcomes, what is open, what to type next.
#[must_use]
pub fn status(answer: &StatusAnswer, room: &Room) -> String {
    let mut sections =
        vec![Section::untitled(vec![head(answer, room)]).whole(), parts::issues(&answer.open_issues, room)];
    if room.detail != Detail::Quiet {
        sections.push(glances("steps", &answer.steps, room));
        sections.push(glances("scenarios", &answer.scenarios, room));
        let mut outcomes: Vec<_> = answer.outcomes.iter().collect();
        outcomes.sort_by_key(|(_, outcome)| !outcome.is_bad());
        let outcomes = outcomes.into_iter().map(|(id, outcome)| {
            vec![Line::plain("  ").and(outcome_style(*outcome), outcome.word()).to(17).and(PLAIN, id)]
        });
        sections.push(Section::titled("last outcomes", outcomes.collect()));
    }
    let mut closing = answer.closing.clone();
    // Each stands above with its status.
    let is_above = |open: &String| {
        let told = |what: &str, glances: &[Glance]| {
            glances.iter().any(|glance| *open == format!("{what} {}: {}", glance.id, glance.name))
        };
        told("step", &answer.steps) || told("scenario", &answer.scenarios)
    };
    if room.detail != Detail::Quiet {
        closing.open.retain(|open| !is_above(open));
    }
    sections.extend(parts::closing(&closing, room));
    fit(sections, room, &answer.payload)
}

fn head(answer: &StatusAnswer, room: &Room) -> Vec<Line> {
    let stage = answer.stage.as_deref().unwrap_or("not said");
    let line = Line::default().and(STRONG, &answer.payload).and(PLAIN, &format!("  stage {stage}, gate "));
    let line = if answer.gate.is_empty() { line.and(GOOD, "open") } else { line.and(BAD, "closed") };
    let mut lines = vec![match answer.n_changes {
        Some(n_changes) => line.and(PLAIN, &format!(", {} changed", count(n_changes, "file", "files"))),
        None => line,
    }];
    if let Some(decision) = &answer.decision {
        let style = if decision.starts_with("rejected") { BAD } else { GOOD };
        lines.extend(wrap(Line::default().and(style, "acceptance:").to(1), decision, room.width));
    }
    lines.extend(answer.gate.iter().flat_map(|missing| wrap(Line::plain("- "), missing, room.width)));
    lines
}

fn glances(title: &str, glances: &[Glance], room: &Room) -> Section {
    let id_width = glances.iter().map(|glance| glance.id.chars().count()).max().unwrap_or(0).min(12);
    let status = |glance: &Glance| {
        let word = glance.status.clone().unwrap_or_else(|| "-".into());
        if glance.asserted { format!("{word} (asserted)") } else { word }
    };
    let status_width = glances.iter().map(|glance| status(glance).chars().count()).max().unwrap_or(0).min(24);
    let entry = |glance: &Glance| {
        let word = status(glance);
        let style = match glance.status.as_deref() {
            Some("completed" | "implemented" | "done") if !glance.asserted => GOOD,
            Some(_) => DOUBT,
            None => FAINT,
        };
        let line = Line::plain("  ").and(PLAIN, &shorten(&glance.id, id_width)).to(4 + id_width);
        let line = line.and(style, &shorten(&word, status_width)).to(6 + id_width + status_width);
        let mut lines = wrap(line, &glance.name, room.width);
        if let Some(signal) = &glance.success_signal {
            let head = Line::default().to(6 + id_width + status_width).and(FAINT, "signal: ");
            lines.extend(wrap(head, signal, room.width));
        }
        lines
    };
    Section::titled(title, glances.iter().map(entry).collect())
}
