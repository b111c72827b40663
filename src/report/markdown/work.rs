//! What was asked for and what was done: criteria, scenarios, steps, changed files.

use super::fit::{Rows, Section, row, some};
use super::inert::{code, fence, html, prose};
use super::{MOST_NAME, MOST_PROSE};
use crate::check::TestOutcome;
use crate::payload::entries::{ChangeEntry, RedClass};
use crate::report::dossier::{Change, Criterion, Dossier, Scenario, Standing, Step, TestRef};
use crate::report::foremost;
use crate::report::layout::count;
use crate::words::{Outcome, total};

/// Rows stand in the payload's order, but the worst first where they may not all be shown.
const MOST_IN_ORDER: usize = 30;

/// The decision: what is proven of each criterion.
pub(super) fn criteria(dossier: &Dossier) -> Section {
    const COLUMNS: &[&str] = &["#", "criterion", "is", "by"];
    let criteria = in_order(&dossier.criteria, |criterion: &Criterion| criterion.standing);
    let rows = criteria.into_iter().map(|criterion| {
        let by = some(criterion.scenarios.iter().map(|id| code(id, MOST_NAME)), 5);
        row(&[
            criterion.id.as_ref().map_or_else(|| criterion.number.to_string(), |id| code(id, MOST_NAME)),
            prose(&criterion.text, MOST_PROSE),
            standing(criterion.standing),
            if by.is_empty() { "no scenario".into() } else { by },
        ])
    });
    let intro = if dossier.criteria.is_empty() {
        "The requirement names none.".to_owned()
    } else {
        let all = counted(dossier.criteria.iter().map(|criterion| criterion.standing));
        let words = "Proven: its tests pass now and failed on the baseline. Green only: they pass now. \
                     Asserted: a person says so.";
        format!("{all}. {words}")
    };
    Section::new("Acceptance criteria", Rows::Table(COLUMNS), 6000, rows).intro(intro)
}

/// How well something is borne out, what does not hold in bold.
fn standing(standing: Standing) -> String {
    match standing {
        Standing::Failing | Standing::Untested => format!("**{}**", standing.word()),
        Standing::Asserted | Standing::GreenOnly | Standing::Proven => standing.word().to_owned(),
    }
}

/// `1 failing, 2 proven`, the worst first.
fn counted(standings: impl Iterator<Item = Standing> + Clone) -> String {
    const ALL: [Standing; 5] =
        [Standing::Failing, Standing::Untested, Standing::Asserted, Standing::GreenOnly, Standing::Proven];
    let n = |one: Standing| standings.clone().filter(|standing| *standing == one).count();
    let counted = ALL.into_iter().map(|one| (one, n(one))).filter(|(_, n)| 0 < *n);
    counted.map(|(one, n)| format!("{n} {}", one.word())).collect::<Vec<_>>().join(", ")
}

fn in_order<T>(all: &[T], standing: impl Fn(&T) -> Standing) -> Vec<&T> {
    let mut all: Vec<&T> = all.iter().collect();
    if MOST_IN_ORDER < all.len() {
        all.sort_by_key(|one| standing(one));
    }
    all
}

/// Each scenario, its tests, and what they came to before and now.
pub(super) fn scenarios(dossier: &Dossier) -> Section {
    const COLUMNS: &[&str] = &["scenario", "is", "tests: on the baseline → now"];
    let scenarios = in_order(&dossier.scenarios, |scenario: &Scenario| scenario.standing);
    let rows = scenarios.into_iter().map(|scenario| {
        let name = named(&scenario.id, &scenario.name);
        let steps = some(scenario.steps.iter().map(|id| code(id, MOST_NAME)), 5);
        let steps = match (scenario.steps.len(), steps) {
            (0, _) => String::new(),
            (1, steps) => format!(" (step {steps})"),
            (_, steps) => format!(" (steps {steps})"),
        };
        let asserted = if scenario.is_asserted { ", said by a person" } else { "" };
        row(&[name + &steps, standing(scenario.standing) + asserted, tests(scenario, dossier)])
    });
    Section::new("Scenarios", Rows::Table(COLUMNS), 6000, rows)
}

/// `` `s1` Rounding ``: the name only where it says more than the id.
fn named(id: &str, name: &str) -> String {
    if name.trim().is_empty() || name == id {
        code(id, MOST_NAME)
    } else {
        format!("{} {}", code(id, MOST_NAME), prose(name, MOST_PROSE))
    }
}

fn tests(scenario: &Scenario, dossier: &Dossier) -> String {
    let mut tests: Vec<&TestRef> = scenario.tests.iter().collect();
    tests.sort_by_key(|test| test.outcome == TestOutcome::Passed);
    let one = |test: &TestRef| {
        let before = test.red.as_ref().map_or("not run", |red| on_the_baseline(red.class));
        format!("{} {before} → {}", code(&test.test, MOST_NAME), now(test.outcome))
    };
    let tests = some(tests.into_iter().map(one), 4);
    let commands = some(scenario.commands.iter().map(|id| command(id, dossier)), 3);
    match (tests.is_empty(), commands.is_empty()) {
        (false, false) => format!("{tests}; {commands}"),
        (false, true) => tests,
        (true, false) => commands,
        (true, true) if scenario.named.is_empty() => "none".into(),
        (true, true) => {
            format!("not found: {}", some(scenario.named.iter().map(|name| code(name, MOST_NAME)), 3))
        }
    }
}

/// A command of a scenario, what it came to before and now.
fn command(id: &str, dossier: &Dossier) -> String {
    let Some(found) = dossier.commands.iter().find(|command| command.entry.id == id) else {
        return code(id, MOST_NAME);
    };
    let entry = &found.entry;
    let before = match entry.before.as_ref().map(|before| before.outcome) {
        None => "not run",
        Some(Outcome::Passed) => "**passed**",
        Some(Outcome::Failed) => "failed",
        Some(Outcome::CouldNotRun | Outcome::NotRun) => "no answer",
    };
    let now = match entry.outcome {
        Outcome::Passed => "passes",
        Outcome::Failed => "**fails**",
        Outcome::CouldNotRun => "**could not run**",
        Outcome::NotRun => "**not run**",
    };
    format!("{} {before} → {now}", code(&entry.command, MOST_NAME))
}

/// What a test came to on the baseline, in a word or two.
const fn on_the_baseline(class: RedClass) -> &'static str {
    match class {
        RedClass::RedAssertion => "failed",
        RedClass::RedCompile => "did not compile",
        RedClass::Absent => "was not there",
        RedClass::Hangs => "hung",
        RedClass::NotRed => "**passed**",
        RedClass::Inconclusive => "no answer",
    }
}

const fn now(outcome: TestOutcome) -> &'static str {
    match outcome {
        TestOutcome::Passed => "passes",
        TestOutcome::Failed => "**fails**",
        TestOutcome::Ignored => "**ignored**",
        TestOutcome::NoAnswer => "**no answer**",
        TestOutcome::TimedOut => "**timed out**",
    }
}

/// The plan's steps.
pub(super) fn steps(dossier: &Dossier) -> Section {
    const COLUMNS: &[&str] = &["step", "status", "files", "packages", "to be seen by"];
    let rows = dossier.steps.iter().map(|step: &Step| {
        let status = step.status.as_ref().map_or("**open**".to_owned(), |status| prose(status, 40));
        let asserted = if step.is_asserted { ", said by a person" } else { "" };
        row(&[
            named(&step.id, &step.name),
            status + asserted,
            some(step.files.iter().map(|file| code(file, MOST_NAME)), 3),
            some(step.packages.iter().map(|package| code(package, MOST_NAME)), 3),
            step.success_signal.as_ref().map(|signal| prose(signal, 160)).unwrap_or_default(),
        ])
    });
    Section::new("Steps", Rows::Table(COLUMNS), 4000, rows)
}

/// The changed files, those no step names first.
pub(super) fn changes(dossier: &Dossier) -> Section {
    const COLUMNS: &[&str] = &["file", "what", "lines", "package", "step", "why"];
    let mut changes: Vec<&Change> = dossier.changes.iter().collect();
    changes.sort_by_key(|change| (!foremost::is_unplanned(dossier, &change.entry), !change.entry.steps.is_empty()));
    let rows = changes.into_iter().map(|Change { entry, .. }| {
        let from = entry.from.as_ref().map(|from| format!(" from {}", code(from, MOST_NAME))).unwrap_or_default();
        let steps = some(entry.steps.iter().map(|id| code(id, MOST_NAME)), 4);
        row(&[
            code(&entry.file, MOST_NAME),
            prose(&entry.kind, 40) + &from + &signatures(entry),
            lines(entry),
            entry.package.as_ref().map(|package| code(package, MOST_NAME)).unwrap_or_default(),
            match (steps.is_empty(), foremost::is_unplanned(dossier, entry)) {
                (true, true) => "**none**".into(),
                // A step that names no file is for its whole package.
                (true, false) => "by no file name".into(),
                (false, _) => steps,
            },
            entry.rationale.as_ref().map(|why| prose(why, 120)).unwrap_or_default(),
        ])
    });
    let sum = |of: fn(&crate::event::Lines) -> u64| -> u64 {
        total(dossier.changes.iter().filter_map(|change| change.entry.lines.as_ref()).map(of))
    };
    let intro = if dossier.changes.is_empty() {
        String::new()
    } else {
        let files = count(dossier.changes.len(), "file", "files");
        format!("{files}, +{} −{}", sum(|lines| lines.added), sum(|lines| lines.removed))
    };
    Section::new("Changed files", Rows::Table(COLUMNS), 6000, rows).intro(intro)
}

/// What others may have used and is gone or has another head.
fn signatures(entry: &ChangeEntry) -> String {
    match entry.public_signatures_changed {
        0 => String::new(),
        1 => "; **1 public signature changed**".into(),
        n => format!("; **{n} public signatures changed**"),
    }
}

/// `+2 −1`.
fn lines(change: &ChangeEntry) -> String {
    match &change.lines {
        Some(lines) => format!("+{} −{}", lines.added, lines.removed),
        None => "binary".into(),
    }
}

/// The diffs, folded, while there is room.
pub(super) fn diffs(dossier: &Dossier) -> Section {
    let with_diff: Vec<(&Change, &String)> =
        dossier.changes.iter().filter_map(|change| Some((change, change.diff.as_ref()?))).collect();
    let rows = with_diff.into_iter().map(|(change, diff)| {
        let (block, n_left_out) = fence("diff", diff.trim_end(), 120, 4000);
        let rest = match n_left_out {
            0 => String::new(),
            n => format!("\nand {}\n", count(n, "more line", "more lines")),
        };
        let file = html(&change.entry.file, MOST_NAME);
        format!(
            "<details><summary><code>{file}</code> {}</summary>\n\n{block}{rest}\n</details>\n\n",
            lines(&change.entry)
        )
    });
    Section::new("Diffs", Rows::Blocks, 0, rows)
}
