//! Where a result is shown: a file of the repository and its lines.

use crate::check::TestOutcome;
use crate::report::dossier::{Dossier, Suite};
use crate::report::{machine, panicked};
use serde_json::{Value, json};

/// A file and the lines in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// The file, relative to the payload's root.
    pub(super) file: String,
    /// The first line, from 1; 1 where none is known.
    pub(super) line: u32,
    /// The last line.
    pub(super) last_line: u32,
}

impl Place {
    pub(super) fn new(file: &str, line: u32, last_line: u32) -> Self {
        let line = line.max(1);
        Self { file: file.to_owned(), line, last_line: last_line.max(line) }
    }

    /// As SARIF has it; `None` where the file is none of the repository.
    pub(super) fn value(&self, dossier: &Dossier) -> Option<Value> {
        let uri = machine::uri(&dossier.in_repository(&self.file))?;
        Some(located(&uri, self.line, self.last_line))
    }
}

/// The payload itself; `None` where there is none.
pub(super) fn of_payload(dossier: &Dossier) -> Option<Value> {
    Some(located(&machine::uri(&dossier.payload)?, 1, 1))
}

fn located(uri: &str, line: u32, last_line: u32) -> Value {
    json!({"physicalLocation": {
        "artifactLocation": {"uri": uri, "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": line, "endLine": last_line},
    }})
}

/// Where a test that failed is shown: where it panicked, as its excerpt tells, else its package's manifest.
pub(super) fn of_test(dossier: &Dossier, suite: &Suite, excerpt: Option<&str>) -> Option<Place> {
    let panic = excerpt.and_then(|excerpt| panicked::place(dossier, suite, excerpt));
    panic.map(|(file, line)| Place::new(&file, line, line)).or_else(|| of_suite(dossier, suite))
}

/// Where a suite is shown: its package's manifest.
pub(super) fn of_suite(dossier: &Dossier, suite: &Suite) -> Option<Place> {
    let folder = folder(dossier, suite)?;
    let manifest = if folder.is_empty() { "Cargo.toml".to_owned() } else { format!("{folder}/Cargo.toml") };
    Some(Place::new(&manifest, 1, 1))
}

/// The folder of a suite's package, empty for the root.
fn folder<'a>(dossier: &'a Dossier, suite: &Suite) -> Option<&'a str> {
    let package = dossier.packages.iter().find(|package| package.package == suite.entry.package)?;
    Some(tidy(&package.folder))
}

fn tidy(folder: &str) -> &str {
    if folder == "." { "" } else { folder.trim_end_matches('/') }
}

/// What came of a test, in words; `None` for what is no failure.
pub(super) const fn failed_how(outcome: TestOutcome) -> Option<&'static str> {
    match outcome {
        TestOutcome::Failed => Some("failed"),
        TestOutcome::NoAnswer => Some("was listed, and there is no answer"),
        TestOutcome::TimedOut => Some("was ended because it took too long"),
        TestOutcome::Passed | TestOutcome::Ignored => None,
    }
}
