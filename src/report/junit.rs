//! JUnit's XML: test suites, and the other checks and claims as suites of their own.
//!
//! The shape is that of Jenkins' xUnit plugin and of Surefire, which GitLab and others read as well. Checks that are no
//! tests are test cases of the suite `checks`, contradicted claims those of `claims`: whoever reads nothing but this file must
//! not take failed lints or a contradicted claim for a pass. A claim that holds is no test, and counts as none. Counts are those of the test cases that are written: what there
//! was no room for (GitLab takes no file above 30 MB) is a property of its suite, and failures are the last to go.

mod xml;
mod case;
mod suites;
mod others;
#[cfg(test)]
mod tests;

use super::dossier::Dossier;
use case::{Sort, Suite, seconds};
use xml::Element;

/// The most bytes of test cases.
const MOST_BYTES: usize = 25_000_000;

/// The report, ending with a newline.
#[must_use]
pub fn write(dossier: &Dossier) -> String {
    let mut suites = Vec::new();
    suites.extend(others::note(dossier));
    suites.extend(others::asked(dossier));
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
