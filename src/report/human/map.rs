//! What `implement` would look at and run, for a person.

use super::parts;
use crate::answers::MapAnswer;
use crate::event::{Event, Lines, Via};
use crate::report::layout::{COMMAND, Detail, FAINT, Line, PLAIN, Room, STRONG, Section, fit, wrap};

/// Where the work is measured from, the steps with their packages and reasons, the changes with their owners,
/// who is affected, what would be run.
#[must_use]
pub fn map(answer: &MapAnswer, room: &Room) -> String {
    let (mut head, mut steps, mut changes) = (Vec::new(), Vec::new(), Vec::new());
    let (mut affected, mut planned, mut remarks) = (Vec::new(), Vec::new(), Vec::new());
    let mut units = Vec::new();
    for event in &answer.events {
        match event {
            Event::Baseline { commit, how, .. } => {
                let commit: String = commit.chars().take(10).collect();
                let text = format!("measured from {commit} ({how})");
                head.push(wrap(Line::default(), &text, room.width));
            }
            Event::StepMapped { step, name, packages, targets, via } => {
                let head = Line::plain("  ").and(STRONG, step).to(6);
                let mut lines = wrap(head, name, room.width);
                let to = if packages.is_empty() { "the whole workspace".into() } else { packages.join(", ") };
                lines.extend(wrap(Line::plain("      -> "), &to, room.width));
                if room.detail == Detail::Full {
                    let targets: Vec<String> = targets.iter().map(ToString::to_string).collect();
                    lines.extend(wrap(Line::plain("         "), &targets.join(", "), room.width));
                }
                lines.extend(wrap(Line::plain("      ").and(FAINT, "by "), &reasons(via), room.width));
                steps.push(lines);
            }
            Event::Change { file, kind, from, package, steps, lines } => {
                let named = (package.as_deref(), steps.as_slice());
                changes.push(change(file, kind, from.as_deref(), named, *lines, room.width));
            }
            Event::Affected { packages, tests_only } => {
                if packages.is_empty() && tests_only.is_empty() {
                    affected.push(vec![Line::plain("  no package")]);
                }
                if !packages.is_empty() {
                    affected.push(wrap(Line::plain("  all of    "), &list(packages), room.width));
                }
                if !tests_only.is_empty() {
                    affected.push(wrap(Line::plain("  tests of  "), &list(tests_only), room.width));
                }
            }
            Event::Planned { check, command, packages, may_run } => {
                let mut lines = vec![Line::plain("  ").and(PLAIN, check.word()).to(14).and(COMMAND, command)];
                if let Some(may_run) = may_run {
                    lines.extend(wrap(Line::default().to(14).and(FAINT, "- "), may_run, room.width));
                }
                if room.detail == Detail::Full && !packages.is_empty() {
                    lines.extend(wrap(Line::default().to(14).and(FAINT, "for "), &list(packages), room.width));
                }
                planned.push(lines);
            }
            Event::Remark { text } | Event::Warning { text } => remarks.push(text.clone()),
            Event::VerbStarted { .. }
            | Event::CommandStarted { .. }
            | Event::Progress { .. }
            | Event::TestFailed { .. }
            | Event::CheckFinished { .. }
            | Event::CommandFinished { .. }
            | Event::Claim { .. }
            | Event::Anew { .. }
            | Event::Red { .. }
            | Event::OpenIssue { .. }
            | Event::Recorded { .. }
            | Event::Finding { .. } => {}
            Event::Unit { package, kind, name, test, selected, why } => {
                if room.detail == Detail::Full {
                    let mode = if *test { " (test)" } else { "" };
                    let word = if *selected { "checked" } else { "skipped" };
                    let style = if *selected { STRONG } else { FAINT };
                    let line = Line::plain("  ").and(style, word).to(11);
                    let mut lines = vec![line.and(PLAIN, &format!("{package}/{kind}/{name}{mode}"))];
                    lines.extend(wrap(Line::default().to(11).and(FAINT, ""), &why.join("; "), room.width));
                    units.push(lines);
                }
            }
        }
    }
    let mut sections = vec![Section::untitled(head).whole()];
    if room.detail != Detail::Quiet {
        sections.push(Section::titled("steps", steps));
        sections.push(Section::titled("changes", changes));
        sections.push(Section::titled("affected", affected));
        sections.push(Section::titled("units", units));
        sections.push(Section::titled("would run", planned));
        sections.push(parts::sentences("remarks", &remarks, room));
    }
    sections.extend(parts::closing(&answer.closing, room));
    fit(sections, room, "`--message-format json`")
}

fn reasons(via: &[Via]) -> String {
    via.iter().map(Via::in_words).collect::<Vec<_>>().join(", ")
}

fn list(names: &[String]) -> String {
    if names.is_empty() { "no package".into() } else { names.join(", ") }
}

fn change(
    file: &str,
    kind: &str,
    from: Option<&str>,
    (package, steps): (Option<&str>, &[String]),
    lines: Option<Lines>,
    width: usize,
) -> Vec<Line> {
    let size = lines.map_or("binary".into(), |lines| format!("+{} -{}", lines.added, lines.removed));
    let line = Line::plain("  ").and(PLAIN, kind).to(11).and(FAINT, &size).to(22).and(PLAIN, file);
    let line = from.map_or(line.clone(), |from| line.and(FAINT, &format!(" (was {from})")));
    let owner = package.map_or("no package".into(), |package| format!("in {package}"));
    let named = match steps {
        [] => "no step names it".to_owned(),
        [one] => format!("step {one}"),
        many => format!("steps {}", many.join(", ")),
    };
    let who = format!("{owner}, {named}");
    if line.width() + 2 + who.chars().count() <= width {
        vec![line.and(FAINT, &format!("  {who}"))]
    } else {
        vec![line, Line::default().to(22).and(FAINT, &who)]
    }
}
