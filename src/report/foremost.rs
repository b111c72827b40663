//! What every report for people begins with, in at most ten lines: files that decide what runs, contradictions, checks that fail, tests that were
//! weakened or prove nothing, steps done without a change, files no step names, new dependencies.
//!
//! The worst stands first. That there is none of something is only said where somebody looked for it.

use super::dossier::{Command, Dossier, Suite};
use super::layout::{count, cut};
use crate::editing::is_sensitive;
use crate::payload::entries::{ChangeEntry, is_fix};
use crate::words::{CheckKind, Finding, FindingKind, Level, Outcome, TargetKind, Verdict};
use camino::Utf8Path;

/// The most names in a line.
const MOST_NAMES: usize = 3;
/// The most characters of a name.
const MOST_CHARACTERS: usize = 140;

/// One line: how many, of what, and the first few by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// `3 contradicted claims`, `no weakened test, no new dependency`.
    pub count: String,
    /// The first few, by name, as they were written; empty where there are none.
    pub names: Vec<String>,
    /// How many more there are.
    pub n_more: usize,
    /// Whether a reader should worry.
    pub is_bad: bool,
}

impl Line {
    fn calm(count: String) -> Self {
        Self { count, names: Vec::new(), n_more: 0, is_bad: false }
    }

    fn bad(count: String, names: impl IntoIterator<Item = String>, n: usize) -> Self {
        let names: Vec<String> = names.into_iter().take(MOST_NAMES).map(|name| cut(&name, MOST_CHARACTERS)).collect();
        let n_more = n.saturating_sub(names.len());
        Self { count, names, n_more, is_bad: true }
    }

    /// The names in a row, and how many more there are; empty where there are none.
    #[must_use]
    pub fn in_a_row(&self) -> String {
        self.in_a_row_as(str::to_owned)
    }

    /// The same with each name as this makes of it.
    #[must_use]
    pub fn in_a_row_as(&self, each: impl Fn(&str) -> String) -> String {
        let gap = if self.names.iter().any(|name| name.contains(' ')) { "; " } else { ", " };
        let more = if 0 < self.n_more { format!(" and {} more", self.n_more) } else { String::new() };
        self.names.iter().map(|name| each(name)).collect::<Vec<_>>().join(gap) + &more
    }
}

/// At most ten of them, the worst first. What there is none of is told too, in one line together.
#[must_use]
pub fn lines(dossier: &Dossier) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut none = Vec::new();
    lines.extend(sensitive(dossier));
    contradictions(dossier, &mut lines, &mut none);
    if let Some(note) = &dossier.note {
        lines.push(Line::calm(cut(note, 2 * MOST_CHARACTERS)));
        return lines;
    }
    checks(dossier, &mut lines, &mut none);
    let is_measured = dossier.baseline.is_some();
    for kind in TOLD {
        let found: Vec<&Finding> = dossier.findings.iter().filter(|finding| finding.kind == kind).collect();
        let (one, many) = kind.names();
        let is_looked_for = is_measured && (kind != FindingKind::ProvesNothing || is_red_known(dossier));
        if !found.is_empty() {
            let n = found.iter().map(|finding| weight(finding)).sum();
            // One finding may stand for several things: its text counts those it leaves out itself.
            let n_named = found.iter().take(MOST_NAMES).map(|finding| weight(finding)).sum::<usize>();
            let names = found.iter().take(MOST_NAMES).map(|finding| name(finding));
            lines.push(Line { n_more: n - n_named, ..Line::bad(count(n, one, many), names, 0) });
        } else if is_looked_for && !(kind == FindingKind::Untouched && is_held_up(dossier)) {
            none.push(format!("no {one}"));
        }
    }
    if !none.is_empty() {
        lines.push(Line::calm(none.join(", ")));
    }
    lines.push(Line::calm(unknown(dossier)));
    lines
}

/// Whether a step is open because a file it names was not touched: the audit only counts files that must change.
fn is_held_up(dossier: &Dossier) -> bool {
    dossier.open.iter().any(|open| open.starts_with("step ") && open.contains("no change in "))
}

/// Whether the audit calls this change unplanned, by itself or with others of its package.
#[must_use]
pub fn is_unplanned(dossier: &Dossier, change: &ChangeEntry) -> bool {
    let unplanned = dossier.findings.iter().filter(|finding| finding.kind == FindingKind::Unplanned);
    let is_meant = |finding: &Finding| match (&finding.file, &change.package) {
        (Some(file), _) => *file == change.file,
        (None, Some(package)) => finding.text.contains(&format!(" files of `{package}` ")),
        (None, None) => finding.text.contains(&format!("`{}`", change.file)),
    };
    change.steps.is_empty() && unplanned.into_iter().any(is_meant)
}

/// The kinds of findings that are told here, the worst first.
const TOLD: [FindingKind; 6] = [
    FindingKind::WeakenedTest,
    FindingKind::DoneWithoutChange,
    FindingKind::Untouched,
    FindingKind::ProvesNothing,
    FindingKind::Unplanned,
    FindingKind::NewDependency,
];

/// The changed files that decide what is built, and what runs: whoever accepts the work looks at these first.
fn sensitive(dossier: &Dossier) -> Option<Line> {
    let build = format!("{}/", TargetKind::CustomBuild);
    let is_meant = |change: &&ChangeEntry| {
        let is_build = !change.targets.is_empty() && change.targets.iter().all(|target| target.starts_with(&build));
        is_build
            || is_sensitive(Utf8Path::new(&change.file))
            || change.from.as_deref().is_some_and(|from| is_sensitive(Utf8Path::new(from)))
    };
    let files: Vec<String> =
        dossier.changes.iter().map(|change| &change.entry).filter(is_meant).map(|change| change.file.clone()).collect();
    let n = files.len();
    let (one, many) = ("changed file decides what is built and run", "changed files decide what is built and run");
    (0 < n).then(|| Line::bad(count(n, one, many), files, n))
}

fn contradictions(dossier: &Dossier, lines: &mut Vec<Line>, none: &mut Vec<String>) {
    let n = dossier.contradicted().count();
    let names = dossier.contradicted().map(|claim| format!("{}: {}", claim.claim, claim.why));
    if 0 < n {
        lines.push(Line::bad(count(n, "contradicted claim", "contradicted claims"), names, n));
    } else if !dossier.levels.is_empty() {
        none.push("no contradicted claim".into());
    }
}

fn checks(dossier: &Dossier, lines: &mut Vec<Line>, none: &mut Vec<String>) {
    let bad = bad_checks(dossier);
    let n_failed = bad.iter().filter(|(outcome, _, _)| *outcome == Outcome::Failed).count();
    let told = |(_, what, why): &(Outcome, String, Option<&str>)| match why {
        Some(why) => format!("{what}: {why}"),
        None => what.clone(),
    };
    let count = match (n_failed, bad.len()) {
        (_, 0) if dossier.suites.is_empty() && dossier.commands.is_empty() => {
            return lines.push(Line::bad("no check was run".into(), [], 0));
        }
        (_, 0) => return none.push("no failing check".into()),
        (0, n) => count(n, "check that could not run", "checks that could not run"),
        (n_failed, n) if n_failed == n => count(n, "failing check", "failing checks"),
        (_, n) => format!("{n} checks that failed or could not run"),
    };
    lines.push(Line::bad(count, bad.iter().map(told), bad.len()));
}

/// The suites, and the commands that are told of by no suite, that did not pass: outcome, name, reason.
pub(super) fn bad_checks(dossier: &Dossier) -> Vec<(Outcome, String, Option<&str>)> {
    let suites: Vec<&Suite> = dossier.suites.iter().filter(|suite| suite.entry.status.is_bad()).collect();
    let is_told = |command: &&Command| {
        let of_suites = match command.entry.kind {
            CheckKind::Test | CheckKind::Doctest | CheckKind::Build => !suites.is_empty(),
            CheckKind::Fmt | CheckKind::Clippy | CheckKind::Doc | CheckKind::Prescribed => false,
        };
        command.entry.outcome.is_bad() && !of_suites && !is_fix(&command.entry.id)
    };
    let commands = dossier.commands.iter().filter(is_told);
    let commands = commands.map(|one| {
        let name = match one.entry.kind {
            CheckKind::Prescribed => one.entry.command.clone(),
            CheckKind::Fmt | CheckKind::Clippy | CheckKind::Doc | CheckKind::Build => one.entry.kind.word().to_owned(),
            CheckKind::Test | CheckKind::Doctest => one.entry.command.clone(),
        };
        (one.entry.outcome, name, one.entry.why.as_deref())
    });
    let suites = suites.iter().map(|one| (one.entry.status, format!("test {}", one.suite), one.entry.why.as_deref()));
    let mut bad: Vec<_> = suites.chain(commands).collect();
    bad.sort_by_key(|(outcome, _, _)| *outcome != Outcome::Failed);
    bad
}

/// Whether any test was run on the baseline.
fn is_red_known(dossier: &Dossier) -> bool {
    dossier.suites.iter().any(|suite| !suite.entry.red.is_empty())
        || dossier.scenarios.iter().flat_map(|scenario| &scenario.tests).any(|test| test.red.is_some())
}

/// What nobody looked at, and how closely the claims were.
fn unknown(dossier: &Dossier) -> String {
    let mut parts = Vec::new();
    if dossier.levels.is_empty() {
        parts.push("claims were not held: `cargo handoff validate` does".to_owned());
    } else {
        parts.push(held(dossier));
    }
    if dossier.baseline.is_none() {
        parts.push("no baseline, so nobody knows what the work changed".into());
    } else if !is_red_known(dossier) {
        parts.push("no test was run on the baseline: `cargo handoff implement --red` does".into());
    }
    parts.join("; ")
}

/// `12 claims held at V0–V2: 1 contradicted, 11 confirmed`.
fn held(dossier: &Dossier) -> String {
    const VERDICTS: [Verdict; 5] =
        [Verdict::Contradicted, Verdict::Stale, Verdict::NotReproducible, Verdict::NotCheckable, Verdict::Confirmed];
    let n = |verdict: Verdict| dossier.claims.iter().filter(|claim| claim.verdict == verdict).count();
    let counted = VERDICTS.into_iter().map(|verdict| (verdict, n(verdict))).filter(|(_, n)| 0 < *n);
    let counted: Vec<String> =
        counted.map(|(verdict, n)| format!("{n} {}", verdict.word().replace('-', " "))).collect();
    let levels = levels(&dossier.levels);
    match dossier.claims.len() {
        0 => format!("there is no claim to hold ({levels})"),
        n => format!("{} held at {levels}: {}", count(n, "claim", "claims"), counted.join(", ")),
    }
}

/// `V0–V2` where they follow each other, else each.
pub(super) fn levels(levels: &[Level]) -> String {
    let names: Vec<&str> = levels.iter().map(|level| level.name()).collect();
    let is_run = Level::ALL.windows(names.len().max(1)).any(|window| window == levels);
    match (names.as_slice(), is_run) {
        ([first, _, .., last] | [first, last], true) => format!("{first}–{last}"),
        _ => names.join(", "),
    }
}

/// How many things a finding stands for: `12 files of …`, `… modify 5 files …`, `3 packages are new …`.
fn weight(finding: &Finding) -> usize {
    let things = match finding.kind {
        FindingKind::Unplanned | FindingKind::Untouched => " files ",
        FindingKind::NewDependency => " packages are new ",
        FindingKind::DoneWithoutChange
        | FindingKind::ScenarioWithoutTest
        | FindingKind::CriterionWithoutScenario
        | FindingKind::WeakenedTest
        | FindingKind::LeftOver
        | FindingKind::ProvesNothing
        | FindingKind::UnprovenSignal => return 1,
    };
    let number = finding.text.split_once(things).and_then(|(before, _)| before.rsplit(' ').next()?.parse().ok());
    // A name in the text may hold anything: nobody plans or adds more than this.
    number.filter(|n| (1..100_000).contains(n)).unwrap_or(1)
}

/// What it is about, in a word or a sentence.
fn name(finding: &Finding) -> String {
    let quoted =
        || finding.text.strip_prefix('`').and_then(|text| text.split_once('`')).map(|(name, _)| name.to_owned());
    let file = || finding.file.clone();
    let short = match finding.kind {
        FindingKind::Unplanned => file().or_else(|| finding.text.split(" changed, ").next().map(str::to_owned)),
        FindingKind::Untouched => file(),
        FindingKind::ProvesNothing => quoted(),
        FindingKind::NewDependency if finding.text.contains(" new ") => quoted(),
        FindingKind::NewDependency
        | FindingKind::DoneWithoutChange
        | FindingKind::ScenarioWithoutTest
        | FindingKind::CriterionWithoutScenario
        | FindingKind::WeakenedTest
        | FindingKind::LeftOver
        | FindingKind::UnprovenSignal => None,
    };
    short.unwrap_or_else(|| finding.sentence())
}

#[cfg(test)]
mod tests;
