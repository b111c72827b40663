//! Where a result is shown: a file of the repository and its lines.

use crate::check::TestOutcome;
use crate::report::dossier::{Dossier, Suite};
use crate::report::machine;
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
    let own = folder(dossier, suite).unwrap_or_default();
    let all: Vec<&str> = dossier.packages.iter().map(|package| tidy(&package.folder)).collect();
    excerpt.and_then(|excerpt| of_panic(excerpt, own, &all)).or_else(|| of_suite(dossier, suite))
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

/// The place in `thread 'x' panicked at src/a.rs:40:9:`. It is told relative to the workspace.
fn of_panic(excerpt: &str, own: &str, all: &[&str]) -> Option<Place> {
    excerpt.match_indices("panicked at ").find_map(|(at, words)| {
        let told = excerpt[at + words.len()..].lines().next()?.trim_end().trim_end_matches(':');
        // Before 1.73 the message came first.
        let told = told.rsplit_once(", ").map_or(told, |(_, place)| place);
        let mut parts = told.rsplitn(3, ':');
        let (column, line, file) = (parts.next()?, parts.next()?, parts.next()?);
        let (_, line): (u32, u32) = (column.parse().ok()?, line.parse().ok()?);
        let file = file.strip_prefix("<root>/").unwrap_or(file);
        (file.ends_with(".rs") && machine::uri(file).is_some()).then(|| Place::new(&below(file, own, all), line, line))
    })
}

/// A file of a workspace relative to the payload's root. The workspace may lie below it: then the package's folder begins
/// with what is missing before the file, and with that the file lies in a package.
fn below(file: &str, own: &str, all: &[&str]) -> String {
    let ends = own.match_indices('/').map(|(at, _)| at).chain([own.len()]);
    let candidates = std::iter::once(file.to_owned()).chain(ends.map(|end| format!("{}/{file}", &own[..end])));
    let lies_in = |candidate: &str, folder: &str| {
        folder.is_empty() || candidate.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
    };
    let is_owned = |candidate: &String| all.iter().any(|folder| lies_in(candidate, folder));
    candidates.into_iter().find(is_owned).unwrap_or_else(|| file.to_owned())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_tells_its_place() {
        for (excerpt, own, all, place) in [
            ("thread 'a' panicked at src/a.rs:40:9:\nleft", "", &[""][..], Some(("src/a.rs", 40))),
            ("thread 'a' (77) panicked at <root>/src/a.rs:4:9:\n", "", &[], Some(("src/a.rs", 4))),
            ("thread 'a' panicked at 'b', src/a.rs:7:9", "", &[], Some(("src/a.rs", 7))),
            ("panicked at c/m/src/a.rs:1:2:", "c/m", &["c/m"], Some(("c/m/src/a.rs", 1))),
            ("panicked at c/m/src/a.rs:1:2:", "rust/c/m", &["rust/c/m"], Some(("rust/c/m/src/a.rs", 1))),
            ("panicked at c/n/src/a.rs:1:2:", "r/c/m", &["r/c/m", "r/c/n"], Some(("r/c/n/src/a.rs", 1))),
            ("panicked at src/a.rs:1:2:", "c/m", &["c/m"], Some(("c/m/src/a.rs", 1))),
            ("panicked at n/src/a.rs:1:2:", "m", &["m", "n"], Some(("n/src/a.rs", 1))),
            ("panicked at /rustc/0/library/core/src/a.rs:1:2:\npanicked at b.rs:3:4:", "", &[], Some(("b.rs", 3))),
            ("panicked at ../x.rs:1:2:", "", &[], None),
            ("panicked at src/a.rs", "", &[], None),
            ("panicked at src/a.rs:99999999999:1", "", &[], None),
            ("Error: no", "", &[], None),
        ] {
            let place = place.map(|(file, line)| Place::new(file, line, line));
            assert_eq!(of_panic(excerpt, own, all), place, "{excerpt}");
        }
    }
}
