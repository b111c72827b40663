//! JUnit's XML: test suites, and the other checks and claims as suites of their own.
//!
//! The shape is that of Jenkins' xUnit plugin and of Surefire, which GitLab and others read as well. Checks that are no
//! tests are test cases of the suite `checks`, claims those of `claims`: whoever reads nothing but this file must not
//! take failed lints or a contradicted claim for a pass. Counts are those of the test cases that are written: what there
//! was no room for (GitLab takes no file above 30 MB) is a property of its suite, and failures are the last to go.

mod xml;
mod cases;
mod suites;
mod others;
#[cfg(test)]
mod tests;

use super::dossier::Dossier;
use cases::{Case, Sort, seconds};
use xml::Element;

/// The most bytes of test cases.
const MOST_BYTES: usize = 25_000_000;

/// A test suite.
#[derive(Debug, Default)]
struct Suite {
    name: String,
    /// In milliseconds.
    duration_ms: u64,
    timestamp: Option<String>,
    properties: Vec<(&'static str, String)>,
    cases: Vec<Case>,
    /// The end of its log, where it did not pass.
    log: Option<Element>,
}

/// The report, ending with a newline.
#[must_use]
pub fn write(dossier: &Dossier) -> String {
    let mut suites = Vec::new();
    suites.extend(dossier.note.as_deref().map(others::note));
    suites.extend(others::checks(dossier));
    suites.extend(dossier.suites.iter().map(suites::suite));
    suites.extend(others::claims(dossier));
    keep_what_fits(&mut suites);
    let n = |sort: Sort| suites.iter().map(|suite| suite.n(sort)).sum::<usize>();
    let root = Element::new("testsuites")
        .with("name", "cargo-handoff")
        .with("tests", suites.iter().map(|suite| suite.cases.len()).sum::<usize>().to_string())
        .with("failures", n(Sort::Failed).to_string())
        .with("errors", n(Sort::Errored).to_string())
        .with("time", seconds(suites.iter().map(|suite| suite.duration_ms).fold(0, u64::saturating_add)))
        .children(suites.into_iter().map(Suite::element));
    let mut xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned();
    root.write(0, &mut xml);
    xml
}

/// Leaves out test cases for which there is no room: those that passed first, and of them the last ones.
fn keep_what_fits(suites: &mut [Suite]) {
    let mut room = MOST_BYTES;
    for is_bad in [true, false] {
        for suite in &mut *suites {
            let before = suite.cases.len();
            suite.cases.retain(|case| {
                if case.sort.is_bad() != is_bad {
                    return true;
                }
                let mut xml = String::new();
                case.element.write(2, &mut xml);
                let fits = xml.len() <= room;
                room = if fits { room - xml.len() } else { 0 };
                fits
            });
            if suite.cases.len() < before {
                suite.properties.push(("left-out", (before - suite.cases.len()).to_string()));
            }
        }
    }
}

impl Suite {
    fn n(&self, sort: Sort) -> usize {
        self.cases.iter().filter(|case| case.sort == sort).count()
    }

    fn element(self) -> Element {
        let mut element = Element::new("testsuite")
            .with("name", &self.name)
            .with("tests", self.cases.len().to_string())
            .with("failures", self.n(Sort::Failed).to_string())
            .with("errors", self.n(Sort::Errored).to_string())
            .with("skipped", self.n(Sort::Skipped).to_string())
            .with("time", seconds(self.duration_ms));
        if let Some(timestamp) = &self.timestamp {
            element = element.with("timestamp", timestamp);
        }
        if !self.properties.is_empty() {
            let property =
                |(name, value): (&str, String)| Element::new("property").with("name", name).with("value", value);
            element = element.child(Element::new("properties").children(self.properties.into_iter().map(property)));
        }
        element.children(self.cases.into_iter().map(|case| case.element)).children(self.log)
    }
}
