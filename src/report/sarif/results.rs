//! What a dossier has to complain of, one result each, what matters most first.

use super::place::{self, Place};
use super::rules::{self, Rule};
use crate::payload::entries::{Before, Failure};
use crate::report::dossier::{Command, Dossier, Suite};
use crate::report::{excerpt, machine, short};
use crate::words::{CheckKind, Diagnostic, Finding, FindingKind, Outcome, Severity};
use std::collections::BTreeSet;

/// The most bytes of a message.
const MOST_MESSAGE: usize = 2000;

/// How bad a result is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    Error,
    Warning,
    Note,
}

impl Level {
    /// SARIF's spelling.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// Whether it was there on the baseline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    New,
    Unchanged,
}

impl State {
    /// SARIF's spelling.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Unchanged => "unchanged",
        }
    }
}

/// One thing to complain of.
#[derive(Debug, Clone)]
pub(super) struct Complaint {
    pub(super) rule: Rule,
    pub(super) level: Level,
    /// `None` where nobody knows.
    pub(super) state: Option<State>,
    /// What is said, harmless.
    pub(super) message: String,
    /// Where; `None` for the payload.
    pub(super) place: Option<Place>,
    /// What it is told from others of its rule and file by, wherever it stands: no line number is in it.
    pub(super) key: String,
}

/// All of them: what is contradicted, what failed, what this work brought, what was found, what was there before.
pub(super) fn of(dossier: &Dossier) -> Vec<Complaint> {
    let mut complaints: Vec<Complaint> = dossier.contradicted().map(contradicted).collect();
    dossier.suites.iter().for_each(|suite| of_suite(dossier, suite, &mut complaints));
    complaints.extend(dossier.commands.iter().filter_map(|command| of_command(dossier, command)));
    complaints.extend(short::of(dossier).into_iter().map(fell_short));
    let (before, new): (Vec<Complaint>, _) =
        distinct(&dossier.diagnostics).map(diagnostic).partition(|complaint| complaint.level == Level::Note);
    complaints.extend(new);
    complaints.extend(dossier.findings.iter().map(finding));
    complaints.extend(before);
    complaints
}

fn contradicted(claim: &crate::answers::ClaimRow) -> Complaint {
    Complaint {
        rule: rules::claim_contradicted(),
        level: Level::Error,
        state: None,
        message: message(&format!("`{}` is not so: {}", claim.claim, claim.why)),
        place: None,
        key: claim.claim.clone(),
    }
}

/// What was asked for and not given.
fn fell_short(why: String) -> Complaint {
    let (rule, message) = (rules::check_failed(), message(&why));
    Complaint { rule, level: Level::Error, state: None, message, place: None, key: why }
}

fn of_suite(dossier: &Dossier, suite: &Suite, complaints: &mut Vec<Complaint>) {
    let before = complaints.len();
    let failure = |test: &str| suite.entry.failures.iter().find(|failure| failure.name == test);
    let recorded = suite.tests.iter().filter_map(|(test, outcome)| Some((test, place::failed_how(*outcome)?)));
    for (test, how) in recorded {
        complaints.push(of_test(dossier, suite, test, how, failure(test)));
    }
    if suite.tests.is_empty() {
        for failure in &suite.entry.failures {
            complaints.push(of_test(dossier, suite, &failure.name, "failed", Some(failure)));
        }
    }
    let is_flaky = |test: &&String| suite.tests.get(*test).is_none_or(|outcome| place::failed_how(*outcome).is_none());
    for test in suite.entry.flaky.iter().filter(is_flaky) {
        let message = message(&format!("test `{test}` of `{}` failed and passed when it was run again", suite.suite));
        let (rule, place, key) = (rules::test_flaky(), place::of_suite(dossier, suite), key_of(suite, test));
        complaints.push(Complaint { rule, level: Level::Warning, state: None, message, place, key });
    }
    let is_told = before < complaints.len() && suite.entry.status == Outcome::Failed;
    if suite.entry.status.is_bad() && !is_told {
        let why = suite.entry.why.as_deref().unwrap_or("nobody recorded why");
        let how = machine::in_words(suite.entry.status);
        complaints.push(Complaint {
            rule: of_outcome(suite.entry.status),
            level: Level::Error,
            state: None,
            message: message(&format!("the tests of `{}` {how}: {why}", suite.suite)),
            place: place::of_suite(dossier, suite),
            key: suite.suite.to_string(),
        });
    }
}

fn of_test(dossier: &Dossier, suite: &Suite, test: &str, how: &str, failure: Option<&Failure>) -> Complaint {
    let mut text = format!("test `{test}` of `{}` {how}", suite.suite);
    let before = failure.and_then(|failure| failure.before);
    if let Some(before) = before {
        text.push_str(&format!("; {}", before.in_words()));
    }
    if let Some(failure) = failure {
        text.push_str(&format!("\n\n{}", excerpt::told(&failure.excerpt)));
    }
    Complaint {
        rule: rules::test_failed(),
        level: Level::Error,
        state: match before {
            Some(Before::Failed) => Some(State::Unchanged),
            Some(Before::Passed | Before::Absent) => Some(State::New),
            Some(Before::CouldNotRun) | None => None,
        },
        message: message(&text),
        place: place::of_test(dossier, suite, failure.map(|failure| failure.excerpt.as_str())),
        key: key_of(suite, test),
    }
}

fn key_of(suite: &Suite, test: &str) -> String {
    format!("{} {test}", suite.suite)
}

const fn is_of_tests(kind: CheckKind) -> bool {
    match kind {
        CheckKind::Test | CheckKind::Doctest => true,
        CheckKind::Fmt | CheckKind::Clippy | CheckKind::Doc | CheckKind::Build | CheckKind::Prescribed => false,
    }
}

fn of_outcome(outcome: Outcome) -> Rule {
    match outcome {
        Outcome::CouldNotRun | Outcome::NotRun => rules::check_could_not_run(),
        Outcome::Failed | Outcome::Passed => rules::check_failed(),
    }
}

/// A command that failed, where nothing else tells of it.
fn of_command(dossier: &Dossier, command: &Command) -> Option<Complaint> {
    let entry = &command.entry;
    let is_told = match entry.outcome {
        Outcome::Passed | Outcome::NotRun => true,
        Outcome::Failed | Outcome::CouldNotRun if is_of_tests(entry.kind) => {
            dossier.suites.iter().any(|suite| suite.entry.status.is_bad())
        }
        // Warnings do not show why it failed.
        Outcome::Failed => dossier.diagnostics.iter().any(|it| it.check == entry.kind && is_error(it)),
        Outcome::CouldNotRun => false,
    };
    let why = entry.why.as_deref().unwrap_or("nobody recorded why");
    let how = machine::in_words(entry.outcome);
    (!is_told).then(|| Complaint {
        rule: of_outcome(entry.outcome),
        level: Level::Error,
        state: None,
        message: message(&format!("`{}` {how}: {why}", entry.command)),
        place: None,
        key: entry.id.clone(),
    })
}

fn is_error(diagnostic: &Diagnostic) -> bool {
    !diagnostic.pre_existing && diagnostic.severity == Severity::Error
}

/// The same thing at the same place is often said of more than one target.
fn distinct(diagnostics: &[Diagnostic]) -> impl Iterator<Item = &Diagnostic> {
    let mut seen = BTreeSet::new();
    diagnostics.iter().filter(move |it| seen.insert((&it.file, it.line, it.last_line, &it.code, &it.message)))
}

fn diagnostic(diagnostic: &Diagnostic) -> Complaint {
    let level = match diagnostic.severity {
        _ if diagnostic.pre_existing => Level::Note,
        Severity::Error => Level::Error,
        Severity::Warning => Level::Warning,
    };
    Complaint {
        rule: rules::diagnostic(diagnostic),
        level,
        state: Some(if diagnostic.pre_existing { State::Unchanged } else { State::New }),
        message: message(&diagnostic.message),
        place: diagnostic.file.as_deref().map(|file| Place::new(file, diagnostic.line, diagnostic.last_line)),
        key: diagnostic.message.clone(),
    }
}

fn finding(finding: &Finding) -> Complaint {
    let level = match finding.kind {
        FindingKind::WeakenedTest
        | FindingKind::DoneWithoutChange
        | FindingKind::Untouched
        | FindingKind::Unplanned
        | FindingKind::ProvesNothing
        | FindingKind::LeftOver => Level::Warning,
        FindingKind::NewDependency
        | FindingKind::ScenarioWithoutTest
        | FindingKind::CriterionWithoutScenario
        | FindingKind::UnprovenSignal => Level::Note,
    };
    let line = finding.line.unwrap_or(1);
    Complaint {
        rule: rules::finding(finding.kind),
        level,
        state: Some(State::New),
        message: message(&finding.text),
        place: finding.file.as_deref().map(|file| Place::new(file, line, line)),
        key: format!("{} {}", finding.about.as_deref().unwrap_or_default(), finding.text),
    }
}

/// A message in plain text. `[text](address)` would be a link in it and `{0}` a gap to be filled: neither is meant, and both
/// are spelt so that they are read as they stand (SARIF 2.1.0, 3.11.5 and 3.11.6).
pub(super) fn message(text: &str) -> String {
    let text = machine::block(text.trim_end(), MOST_MESSAGE);
    let text = if text.contains("](") { text.replace('[', "\\[").replace(']', "\\]") } else { text };
    let text = if has_gap(&text) { text.replace('{', "{{").replace('}', "}}") } else { text };
    if text.is_empty() { "nothing was said".to_owned() } else { text }
}

fn has_gap(text: &str) -> bool {
    text.match_indices('{').any(|(at, _)| {
        let rest = &text[at + 1..];
        let end = rest.trim_start_matches(|character: char| character.is_ascii_digit());
        end.len() < rest.len() && end.starts_with('}')
    })
}
