//! Annotations as workflow commands of GitHub Actions.
//!
//! The runner makes annotations of the first ten errors, the first ten warnings and the first ten notices of a step,
//! and cuts a message at 4,096 UTF-16 units (`_maxCountPerIssueType`, `_maxIssueMessageLength` in its
//! `ExecutionContext.cs`); a job has 50 at most. So the worst stand first, no more than that are written, and one
//! notice counts the rest. The escapes are those of `@actions/core`.
//! <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>

use super::dossier::{Dossier, Suite};
use super::escape;
use super::layout::{count, cut};
use super::{excerpt, foremost, panicked, short};
use crate::answers::ClaimRow;
use crate::payload::entries::{Before, Failure};
use crate::words::{Diagnostic, Finding, FindingKind, Outcome, Severity};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// So many of a kind become annotations in one step.
const MOST_OF_A_KIND: usize = 10;
/// The most characters of a message: half of what the runner keeps, since a character may be two units.
const MOST_MESSAGE: usize = 2000;
/// The most characters of a title, and of a path.
const MOST_TITLE: usize = 120;
const MOST_PATH: usize = 1000;

/// The report, ending with a newline.
#[must_use]
pub fn write(dossier: &Dossier) -> String {
    let (errors, n_unnamed) = errors(dossier);
    let warnings = warnings(dossier);
    let mut text = String::new();
    // Of these there are ten at most as well: this one and the last.
    let notice =
        |message: String| command("notice", &Annotation { title: "cargo handoff".into(), message, place: None });
    if let Some(note) = &dossier.note {
        let message = std::iter::once(note).chain(&dossier.open).cloned().collect::<Vec<_>>().join("\n");
        let kind = if dossier.exit == 0 { "notice" } else { "error" };
        text.push_str(&command(kind, &Annotation { title: "cargo handoff".into(), message, place: None }));
    }
    for (kind, all) in [("error", &errors), ("warning", &warnings)] {
        for what in all.iter().take(MOST_OF_A_KIND) {
            text.push_str(&command(kind, &annotation(dossier, what)));
        }
    }
    let n_errors = errors.len().saturating_sub(MOST_OF_A_KIND) + n_unnamed;
    let n_warnings = warnings.len().saturating_sub(MOST_OF_A_KIND);
    let n_left_out = usize::try_from(dossier.diagnostics_left_out).unwrap_or(usize::MAX);
    let left_out: Vec<String> = [
        (n_errors, count(n_errors, "error", "errors")),
        (n_warnings, count(n_warnings, "warning", "warnings")),
        (n_left_out, format!("{} the record had no room for", count(n_left_out, "diagnostic", "diagnostics"))),
    ]
    .into_iter()
    .filter_map(|(n, told)| (0 < n).then_some(told))
    .collect();
    if !left_out.is_empty() {
        let message = format!(
            "not shown: {}. GitHub shows ten of a kind for a step; `cargo handoff report` tells more",
            left_out.join(", ")
        );
        text.push_str(&notice(message));
    }
    if text.is_empty() {
        text.push_str("cargo handoff: there is nothing to annotate\n");
    }
    text
}

/// What an annotation is made of.
enum What<'a> {
    Claim(&'a ClaimRow),
    Test { suite: &'a Suite, name: &'a str, failure: Option<&'a Failure> },
    Check { outcome: Outcome, name: String, why: Option<&'a str> },
    Diagnostic(&'a Diagnostic),
    Finding(&'a Finding),
    Short(String),
}

/// What is wrong, the worst first, and how many tests failed of which no name is known.
fn errors(dossier: &Dossier) -> (Vec<What<'_>>, usize) {
    let mut errors: Vec<What> = dossier.contradicted().filter(|claim| !is_derived(claim)).map(What::Claim).collect();
    let mut n_unnamed = 0;
    let mut told = BTreeSet::new();
    for suite in &dossier.suites {
        let failures: BTreeMap<&str, &Failure> =
            suite.entry.failures.iter().map(|failure| (failure.name.as_str(), failure)).collect();
        let listed = suite.tests.iter().filter(|(_, outcome)| outcome.is_failure()).map(|(name, _)| name.as_str());
        let names: BTreeSet<&str> = failures.keys().copied().chain(listed).collect();
        n_unnamed += usize::try_from(suite.entry.counts.failed).unwrap_or(usize::MAX).saturating_sub(names.len());
        // That it came to no end is more than that some of its tests failed.
        if !names.is_empty() && suite.entry.status != Outcome::CouldNotRun {
            told.insert(format!("test {}", suite.suite));
        }
        let is_old = |name: &str| failures.get(name).is_some_and(|failure| failure.before == Some(Before::Failed));
        let is_new = |name: &&str| dossier.strict || !is_old(name);
        let test = |name: &'_ str| failures.get(name).copied();
        errors.extend(names.iter().filter(|name| is_new(name)).map(|name| What::Test {
            suite,
            name,
            failure: test(name),
        }));
    }
    let is_error = |diagnostic: &&Diagnostic| is_this_works(diagnostic, Severity::Error);
    errors.extend(dossier.diagnostics.iter().filter(is_error).map(What::Diagnostic));
    // A check whose errors are told is told by them; warnings do not show why a job is red.
    let said = dossier.diagnostics.iter().filter(is_error);
    told.extend(said.map(|diagnostic| diagnostic.check.word().to_owned()));
    let checks = foremost::bad_checks(dossier).into_iter().filter(|(_, name, _)| !told.contains(name));
    errors.extend(checks.map(|(outcome, name, why)| What::Check { outcome, name, why }));
    errors.extend(short::of(dossier).into_iter().map(What::Short));
    errors.extend(dossier.contradicted().filter(|claim| is_derived(claim)).map(What::Claim));
    (errors, n_unnamed)
}

/// Whether a claim follows from others: what contradicts those is told better.
fn is_derived(claim: &ClaimRow) -> bool {
    let kind = claim.claim.split(':').next().unwrap_or_default();
    ["step", "scenario", "criterion", "handoff", "command"].contains(&kind)
}

/// What should be looked at, tests that gave way first.
fn warnings(dossier: &Dossier) -> Vec<What<'_>> {
    let is_first = |finding: &&Finding| finding.kind == FindingKind::WeakenedTest;
    let first = dossier.findings.iter().filter(is_first).map(What::Finding);
    let is_warning = |diagnostic: &&Diagnostic| is_this_works(diagnostic, Severity::Warning);
    let said = dossier.diagnostics.iter().filter(is_warning).map(What::Diagnostic);
    let rest = dossier.findings.iter().filter(|finding| !is_first(finding)).map(What::Finding);
    first.chain(said).chain(rest).collect()
}

fn is_this_works(diagnostic: &Diagnostic, severity: Severity) -> bool {
    !diagnostic.pre_existing && diagnostic.severity == severity
}

/// An annotation before it is escaped.
struct Annotation {
    title: String,
    message: String,
    /// The file, relative to the repository's top, the first line and the last; lines are 0 where none is known.
    place: Option<(String, u32, u32)>,
}

fn annotation(dossier: &Dossier, what: &What) -> Annotation {
    match what {
        What::Claim(claim) => Annotation {
            title: format!("contradicted: {}", claim.claim),
            message: format!("{} ({})", claim.why, claim.level),
            place: claim.claim.strip_prefix("change:").map(|file| (dossier.in_repository(file), 0, 0)),
        },
        What::Test { suite, name, failure } => {
            let excerpt = failure.map_or("", |failure| failure.excerpt.as_str());
            let place = panicked::place(dossier, suite, excerpt);
            let before = failure.and_then(|failure| failure.before).map_or("", Before::in_words);
            let said = excerpt::told(excerpt);
            let parts = [before, said.trim_end()].into_iter().filter(|part| !part.is_empty());
            let message = format!("{name} in {}\n{}", suite.suite, parts.collect::<Vec<_>>().join("\n"));
            let place = place.map(|(file, line)| (dossier.in_repository(&file), line, line));
            Annotation { title: format!("failed test: {name}"), message, place }
        }
        What::Check { outcome, name, why } => Annotation {
            title: match outcome {
                Outcome::CouldNotRun => format!("could not run: {name}"),
                Outcome::Failed | Outcome::Passed | Outcome::NotRun => format!("failed: {name}"),
            },
            message: why.unwrap_or("no reason is known").to_owned(),
            place: None,
        },
        What::Diagnostic(diagnostic) => Annotation {
            title: diagnostic.code.clone().unwrap_or_else(|| diagnostic.check.word().into()),
            message: diagnostic.message.clone(),
            place: diagnostic
                .file
                .as_ref()
                .map(|file| (dossier.in_repository(file), diagnostic.line, diagnostic.last_line.max(diagnostic.line))),
        },
        What::Short(why) => Annotation { title: "not what was asked for".into(), message: why.clone(), place: None },
        What::Finding(finding) => {
            let line = finding.line.unwrap_or(0);
            let place = finding.file.as_ref().map(|file| (dossier.in_repository(file), line, line));
            let (title, _) = finding.kind.names();
            Annotation { title: title.into(), message: finding.text.clone(), place }
        }
    }
}

/// `::error file=src/a.rs,line=3,endLine=4,title=What::Why`.
fn command(kind: &str, annotation: &Annotation) -> String {
    let mut properties = Vec::new();
    // A path that was cut would be another one.
    if let Some((file, first, last)) = annotation.place.as_ref().filter(|(file, ..)| file.len() <= MOST_PATH) {
        properties.push(format!("file={}", property(file)));
        if 0 < *first {
            properties.push(format!("line={first},endLine={last}"));
        }
    }
    properties.push(format!("title={}", property(&cut(&annotation.title, MOST_TITLE))));
    format!("::{kind} {}::{}\n", properties.join(","), data(&annotation.message))
}

/// A message: its lines stay lines, and what could drive a terminal is spelt out before it is cut.
fn data(text: &str) -> String {
    let text = cut(&escape::block(&cut(text, MOST_MESSAGE)), MOST_MESSAGE);
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    let text: Cow<str> = escape::line(text);
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A").replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests;
