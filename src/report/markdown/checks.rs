//! What was run and what came of it: suites, failed tests, commands, diagnostics, findings, claims.

use super::fit::{Rows, Section, row, some};
use super::inert::{code, fence, html, prose};
use super::{MOST_NAME, MOST_PROSE};
use crate::answers::ClaimRow;
use crate::payload::entries::{Before, Counts, Failure, TestEntry, is_fix};
use crate::report::dossier::{Command, Dossier, Suite};
use crate::report::layout::{count, duration};
use crate::report::{alike, excerpt};
use crate::words::{Diagnostic, Outcome, Severity, Verdict, total};

/// The suites, those with a problem first.
pub(super) fn suites(dossier: &Dossier) -> Section {
    const COLUMNS: &[&str] = &["tests of", "came to", "passed", "this work's", "time"];
    let mut suites: Vec<&Suite> = dossier.suites.iter().collect();
    suites.sort_by_key(|suite| rank(suite.entry.status));
    let rows = suites.into_iter().map(|Suite { entry, suite, is_cached, .. }| {
        let flaky = some(entry.flaky.iter().map(|name| code(name, MOST_NAME)), 3);
        let flaky = if flaky.is_empty() { flaky } else { format!("; flaky: {flaky}") };
        row(&[
            code(&suite.to_string(), MOST_NAME),
            outcome(entry.status, entry.why.as_deref()) + &flaky,
            passed(&entry.counts),
            of_this_work(entry),
            time(entry.duration_ms, *is_cached),
        ])
    });
    let sum = |of: fn(&Counts) -> u64| total(dossier.suites.iter().map(|suite| of(&suite.entry.counts)));
    let all = Counts {
        listed: sum(|counts| counts.listed),
        passed: sum(|counts| counts.passed),
        failed: sum(|counts| counts.failed),
        ignored: sum(|counts| counts.ignored),
        filtered: sum(|counts| counts.filtered),
    };
    let intro = match dossier.suites.len() {
        0 => String::new(),
        n => format!("{}, tests passed: {}", count(n, "suite", "suites"), passed(&all)),
    };
    Section::new("Tests", Rows::Table(COLUMNS), 5000, rows).intro(intro)
}

const fn rank(outcome: Outcome) -> u8 {
    match outcome {
        Outcome::Failed => 0,
        Outcome::CouldNotRun => 1,
        Outcome::NotRun => 2,
        Outcome::Passed => 3,
    }
}

/// `**failed**: 1 of 2 tests failed`.
fn outcome(outcome: Outcome, why: Option<&str>) -> String {
    let word = outcome.word().replace('-', " ");
    let word = if outcome.is_bad() { format!("**{word}**") } else { word };
    why.map_or(word.clone(), |why| format!("{word}: {}", prose(why, 200)))
}

/// `1 of 3, 1 failed, 1 ignored`.
fn passed(counts: &Counts) -> String {
    let others = [(counts.failed, "failed"), (counts.ignored, "ignored"), (counts.filtered, "filtered out")];
    let others = others.iter().filter(|(n, _)| 0 < *n).map(|(n, word)| format!(", {n} {word}"));
    format!("{} of {}{}", counts.passed, counts.listed, others.collect::<String>())
}

/// `new: ..; changed: ..; **gone**: ..`.
fn of_this_work(entry: &TestEntry) -> String {
    let parts = [("**gone**", &entry.removed), ("new", &entry.added), ("changed", &entry.changed)];
    let told = parts
        .into_iter()
        .filter(|(_, names)| !names.is_empty())
        .map(|(word, names)| format!("{word}: {}", some(names.iter().map(|name| code(name, MOST_NAME)), 5)));
    told.collect::<Vec<_>>().join("; ")
}

fn time(duration_ms: u64, is_cached: bool) -> String {
    match (duration_ms, is_cached) {
        (_, true) => "earlier run".into(),
        (0, false) => String::new(),
        (took, false) => duration(took),
    }
}

/// What the failed tests said, folded.
pub(super) fn failed_tests(dossier: &Dossier) -> Section {
    let failures: Vec<(&Suite, &Failure)> = dossier
        .suites
        .iter()
        .flat_map(|suite| suite.entry.failures.iter().map(move |failure| (suite, failure)))
        .collect();
    let n_failed = total(dossier.suites.iter().map(|suite| suite.entry.counts.failed));
    let n_others = usize::try_from(n_failed).unwrap_or(usize::MAX).saturating_sub(failures.len());
    let rows = failures.into_iter().map(|(suite, failure)| {
        let before = failure.before.map(Before::in_words).map(|words| format!(": {words}")).unwrap_or_default();
        let (name, of) = (html(&failure.name, MOST_NAME), html(&suite.suite.to_string(), MOST_NAME));
        let (block, n_left_out) = fence("text", excerpt::told(&failure.excerpt).trim_end(), 30, 2000);
        let rest = if n_left_out == 0 {
            String::new()
        } else {
            format!("\nand {}\n", count(n_left_out, "more line", "more lines"))
        };
        format!(
            "<details><summary><code>{name}</code> in <code>{of}</code>{before}</summary>\n\n{block}{rest}\n</details>\n\n"
        )
    });
    Section::new("Failed tests", Rows::Blocks, 6000, rows).others(n_others)
}

/// The commands, those with a problem first.
pub(super) fn commands(dossier: &Dossier) -> Section {
    const COLUMNS: &[&str] = &["command", "came to", "time"];
    let mut commands: Vec<&Command> = dossier.commands.iter().collect();
    commands.sort_by_key(|command| rank(command.entry.outcome));
    let rows = commands.into_iter().map(|Command { entry, .. }| {
        let fix = if is_fix(&entry.id) { " (it repaired)" } else { "" };
        let before =
            entry.before.as_ref().map(|before| format!("; {}", prose(&before.in_words(), 200))).unwrap_or_default();
        row(&[
            code(&entry.command, MOST_NAME) + fix,
            outcome(entry.outcome, entry.why.as_deref()) + &before,
            time(entry.duration_ms, entry.cached),
        ])
    });
    Section::new("Commands", Rows::Table(COLUMNS), 3000, rows)
}

/// What the tools said of this work; what was there before is counted.
pub(super) fn diagnostics(dossier: &Dossier) -> Section {
    const COLUMNS: &[&str] = &["where", "what", "rule"];
    let (old, mut new): (Vec<&Diagnostic>, Vec<&Diagnostic>) =
        dossier.diagnostics.iter().partition(|diagnostic| diagnostic.pre_existing);
    new.sort_by_key(|diagnostic| diagnostic.severity);
    let n_left_out = usize::try_from(dossier.diagnostics_left_out).unwrap_or(usize::MAX);
    let intro = match (new.is_empty() && n_left_out == 0, old.len()) {
        (_, 0) => String::new(),
        (true, n) => format!("Nothing of this work; {n} of before."),
        (false, n) => format!("And {n} of before, which are not this work's."),
    };
    let rows = new.into_iter().map(|diagnostic| {
        let place = match (&diagnostic.file, diagnostic.line) {
            (Some(file), 0) => code(file, MOST_NAME),
            (Some(file), line) => code(&format!("{file}:{line}"), MOST_NAME),
            (None, _) => code(&diagnostic.target.to_string(), MOST_NAME),
        };
        let error = match diagnostic.severity {
            Severity::Error => "**error**: ",
            Severity::Warning => "",
        };
        let rule = diagnostic.code.as_deref().unwrap_or(diagnostic.check.word());
        row(&[place, format!("{error}{}", prose(&diagnostic.message, 200)), code(rule, MOST_NAME)])
    });
    Section::new("Said by compiler, clippy and rustfmt", Rows::Table(COLUMNS), 4000, rows)
        .intro(intro)
        .others(n_left_out)
}

/// What the audit found, each in a sentence.
pub(super) fn findings(dossier: &Dossier) -> Section {
    let rows = dossier.findings.iter().map(|finding| {
        let (kind, _) = finding.kind.names();
        let place = match (&finding.file, finding.line) {
            (Some(file), Some(line)) => format!(" ({})", code(&format!("{file}:{line}"), MOST_NAME)),
            (Some(file), None) => format!(" ({})", code(file, MOST_NAME)),
            (None, _) => String::new(),
        };
        format!("- {kind}: {}{place}\n", prose(&finding.text, MOST_PROSE))
    });
    Section::new("Found when held against the plan", Rows::List, 4000, rows)
}

/// The claims that are not confirmed.
pub(super) fn claims(dossier: &Dossier) -> Section {
    const COLUMNS: &[&str] = &["claim", "is", "why"];
    let open = dossier.claims.iter().filter(|claim| claim.verdict != Verdict::Confirmed);
    let rows = alike::together(open).into_iter().map(|alike| {
        let claim: &ClaimRow = alike[0];
        let names = match alike.as_slice() {
            [one] => code(&one.claim, MOST_NAME),
            all => format!(
                "{}: {}",
                count(all.len(), "claim", "claims"),
                some(all.iter().map(|it| code(&it.claim, MOST_NAME)), 3)
            ),
        };
        let word = claim.verdict.word().replace('-', " ");
        let word = match claim.verdict {
            Verdict::Contradicted => format!("**{word}**"),
            Verdict::Confirmed | Verdict::Stale | Verdict::NotReproducible | Verdict::NotCheckable => word,
        };
        row(&[names, format!("{word} ({})", claim.level), prose(&claim.why, 200)])
    });
    Section::new("Claims that were not confirmed", Rows::Table(COLUMNS), 4000, rows)
}
