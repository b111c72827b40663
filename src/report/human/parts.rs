//! What several reports have in common: problems, the table of targets, the closing lines.

use crate::answers::{Closing, Ending, Next, Problem, Row};
use crate::record::acceptance::OpenIssue;
use crate::report::layout::{
    BAD, COMMAND, DOUBT, Detail, FAINT, GOOD, Line, PLAIN, Room, STRONG, Section, cut, duration, outcome_style,
    shorten, wrap,
};
use crate::report::{escape, excerpt};
use crate::words::{Finding, Outcome, TargetId, TargetKind, findings_in_words, some_of};

/// How many steps of a reproduction are shown.
const MOST_STEPS: usize = 2;

/// What somebody is waiting for: it stands before everything else.
pub(super) fn issues(issues: &[OpenIssue], room: &Room) -> Section {
    // Where lines are counted the middle ones go first, so the head says whose it is.
    let entry = |issue: &OpenIssue| {
        let severity = issue.severity.as_ref().map(|severity| format!(" [{severity}]")).unwrap_or_default();
        let steps = match issue.steps.as_slice() {
            [] => "no step of the plan".to_owned(),
            [step] => format!("step {step}"),
            steps => format!("steps {}", some_of(steps)),
        };
        let unchanged = match issue.unchanged.as_slice() {
            [] => String::new(),
            files => format!(", not changed since: {}", some_of(files)),
        };
        let head = format!("{}{severity}: {steps}{unchanged}", issue.id);
        let mut lines = wrap(Line::plain("- "), &head, room.width);
        lines.extend(wrap(Line::plain("  "), issue.actual.as_ref().unwrap_or(&issue.expected), room.width));
        if issue.actual.is_some() {
            lines.extend(wrap(Line::plain("  expected: "), &issue.expected, room.width));
        }
        lines.extend(
            issue.reproduction.iter().take(MOST_STEPS).map(|step| Line::plain("  to see it: ").and(COMMAND, step)),
        );
        lines
    };
    let section = Section::titled("open findings of the acceptance owner", issues.iter().map(entry).collect());
    Section { least: 2.min(issues.len()), ..section }
}

/// What did not pass: outcome and name, the reason, the first lines, the log.
pub(super) fn problems(problems: &[Problem], room: &Room) -> Section {
    let entry = |problem: &Problem| {
        let style = outcome_style(problem.outcome);
        let head = Line::default().and(style, problem.outcome.word()).to(1).and(STRONG, &problem.what);
        let mut lines = vec![head];
        lines.extend(wrap(Line::plain("  "), &problem.why, room.width));
        lines.extend(problem.before.map(|before| Line::plain("  ").and(STRONG, before.in_words())));
        let excerpt = excerpt::told(&escape::block(problem.excerpt.as_deref().unwrap_or_default()));
        lines.extend(excerpt.lines().map(|line| Line::default().and(FAINT, "  | ").and(PLAIN, &cut(line, 160))));
        lines.extend(problem.log.iter().map(|log| Line::plain("  log: ").and(COMMAND, log)));
        lines
    };
    let mut section = Section::untitled(problems.iter().map(entry).collect());
    // However little room there is, so many stay, whatever else goes.
    section.least = room.lines.map_or(problems.len(), |lines| (lines / 15).max(1)).min(problems.len());
    section
}

/// The most findings that are told one by one.
const MOST_FINDINGS: usize = 8;

/// How many findings of each kind there are, and the first of them that stand nowhere else: not among what is open.
pub(super) fn findings(findings: &[Finding], open: &[String], room: &Room) -> Section {
    if findings.is_empty() {
        return Section::default();
    }
    let head = wrap(Line::default().and(DOUBT, "findings:").to(1), &findings_in_words(findings), room.width);
    let most = match room.detail {
        Detail::Quiet => 0,
        Detail::Normal => MOST_FINDINGS,
        Detail::Full => findings.len(),
    };
    let one = |finding: &&Finding| wrap(Line::plain("- "), &finding.placed(), room.width);
    let is_told = |finding: &Finding| {
        let about = finding.about.as_ref().map(|about| format!("{}: ", about.replacen(':', " ", 1)));
        let is_of_it = |open: &String| about.as_ref().is_some_and(|about| open.starts_with(about.as_str()));
        room.detail != Detail::Full && open.iter().any(|open| is_of_it(open) || open.ends_with(&finding.sentence()))
    };
    let untold: Vec<&Finding> = findings.iter().filter(|finding| !is_told(finding)).collect();
    let mut entries = vec![head];
    entries.extend(untold.iter().take(most).map(one));
    if 0 < most && most < untold.len() {
        entries
            .push(vec![Line::plain("- ").and(FAINT, &format!("and {} more: see them with `-v`", untold.len() - most))]);
    }
    Section::untitled(entries)
}

/// The table `package / target / fmt / clippy / test / time`, with `doc` where it was asked for. Where lines are
/// counted, rows with a problem stand first, since the last ones may go.
pub(super) fn table(rows: &[Row], room: &Room) -> Section {
    let mut rows: Vec<&Row> = rows.iter().collect();
    if room.lines.is_some() {
        rows.sort_by_key(|row| !is_bad(row));
    }
    let has_doc = rows.iter().any(|row| row.doc.is_some());
    let without_doc = |index: usize| has_doc || index != DOC;
    let names = ["package", "target", "fmt", "clippy", "doc", "test", "time"].into_iter().enumerate();
    let names: Vec<&str> = names.filter(|(index, _)| without_doc(*index)).map(|(_, name)| name).collect();
    let table: Vec<Vec<(anstyle::Style, String)>> = rows
        .iter()
        .map(|row| cells(row).into_iter().enumerate().filter(|(index, _)| without_doc(*index)).map(|(_, cell)| cell))
        .map(Iterator::collect)
        .collect();
    let mut widths: Vec<usize> = names.iter().map(|name| name.len()).collect();
    for row in &table {
        for (width, (_, cell)) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let fixed: usize = widths[2..].iter().sum::<usize>() + 2 * (widths.len() - 1);
    let for_names = room.width.saturating_sub(fixed).max(16);
    if for_names < widths[0] + widths[1] {
        widths[0] = widths[0].min((for_names / 2).max(for_names.saturating_sub(widths[1])));
        widths[1] = widths[1].min(for_names - widths[0]);
    }
    let line = |cells: &mut dyn Iterator<Item = (anstyle::Style, &str)>| {
        let mut line = Line::default();
        let mut column = 0;
        for (index, ((style, cell), width)) in cells.zip(&widths).enumerate() {
            let cell = shorten(cell, *width);
            let is_last = index + 1 == widths.len();
            let indent = if is_last { width.saturating_sub(cell.chars().count()) } else { 0 };
            line = line.to(column + indent).and(style, &cell);
            column += width + 2;
        }
        line
    };
    let entries = table.iter().map(|row| vec![line(&mut row.iter().map(|(style, cell)| (*style, cell.as_str())))]);
    let entries = entries.collect::<Vec<_>>();
    let least = rows.iter().filter(|row| is_bad(row)).count().clamp(1, 8).min(entries.len());
    Section { title: Some(line(&mut names.iter().map(|name| (STRONG, *name)))), entries, least, is_whole: false }
}

/// Where the column stands that is left out unless documentation was checked.
const DOC: usize = 4;

fn cells(row: &Row) -> [(anstyle::Style, String); 7] {
    let outcome = |outcome: Option<Outcome>| {
        (outcome.map_or(FAINT, outcome_style), outcome.map_or("-", Outcome::word).to_owned())
    };
    let time = match (row.duration_ms, row.cached) {
        (0, _) => "-".into(),
        (_, true) => "kept".into(), // from an earlier run
        (took, false) => duration(took),
    };
    [
        (PLAIN, escape::line(&row.target.package).into_owned()),
        (PLAIN, escape::line(&target(&row.target)).into_owned()),
        outcome(row.fmt),
        outcome(row.clippy),
        outcome(row.doc),
        (row.test.map_or(FAINT, outcome_style), tests(row)),
        (FAINT, time),
    ]
}

fn is_bad(row: &Row) -> bool {
    [row.fmt, row.clippy, row.doc, row.test].into_iter().flatten().any(Outcome::is_bad)
}

/// `lib`, `bin report`: the kind alone where a library is named as its package.
pub(super) fn target(target: &TargetId) -> String {
    let same = target.name.replace('-', "_") == target.package.replace('-', "_");
    match target.kind {
        TargetKind::Lib | TargetKind::ProcMacro if same => target.kind.word().into(),
        TargetKind::CustomBuild => target.kind.word().into(),
        TargetKind::Lib
        | TargetKind::ProcMacro
        | TargetKind::Bin
        | TargetKind::Test
        | TargetKind::Example
        | TargetKind::Bench => format!("{} {}", target.kind, target.name),
    }
}

/// `passed 13/14, 1 ignored`: how many of the listed tests passed, where there are any.
fn tests(row: &Row) -> String {
    match row.test {
        None => "-".into(),
        Some(outcome) if row.listed == 0 => outcome.word().into(),
        Some(outcome) if row.ignored == 0 => format!("{outcome} {}/{}", row.passed, row.listed),
        Some(outcome) => format!("{outcome} {}/{}, {} ignored", row.passed, row.listed, row.ignored),
    }
}

/// Sentences, one entry each.
pub(super) fn sentences(title: &str, sentences: &[String], room: &Room) -> Section {
    Section::titled(title, sentences.iter().map(|text| wrap(Line::plain("- "), text, room.width)).collect())
}

/// What is open, and what to type next.
pub(super) fn closing(closing: &Closing, room: &Room) -> Vec<Section> {
    vec![sentences("open", &closing.open, room), next(&closing.next, room)]
}

/// What to type next. A command stays on one line, so that it can be taken up as it stands; the reason goes below it
/// where there is no room beside it.
fn next(next: &[Next], room: &Room) -> Section {
    let entry = |next: &Next| {
        let line = Line::default().and(STRONG, "next:").to(1).and(COMMAND, &next.command);
        let beside = Line::plain(&next.why).width() + 3;
        // Off a terminal nothing breaks a line but us.
        if room.lines.is_some() || line.width() + beside <= room.width {
            return vec![line.and(PLAIN, " - ").and(PLAIN, &next.why)];
        }
        let indent = "next: ".len();
        std::iter::once(line).chain(wrap(Line::default().to(indent).and(PLAIN, "- "), &next.why, room.width)).collect()
    };
    Section::untitled(next.iter().map(entry).collect()).whole()
}

/// How the verb ended, in one word with its colour.
pub(super) fn ending(line: Line, ending: Ending) -> Line {
    match ending {
        Ending::Passed => line.and(GOOD, "passed"),
        Ending::Failed => line.and(BAD, "failed"),
        Ending::Paused => line.and(DOUBT, "paused"),
        Ending::Interrupted => line.and(DOUBT, "interrupted"),
        Ending::Error => line.and(BAD, "error"),
    }
}
