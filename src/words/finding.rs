//! What the audit may find: plain data, used from the event stream to the payload.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What kind of thing was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FindingKind {
    /// A file changed that no step names.
    Unplanned,
    /// A step says CREATE or TO_MODIFY of a file that was not touched.
    Untouched,
    /// A step is marked done and nothing of it changed.
    DoneWithoutChange,
    /// A scenario names no test.
    ScenarioWithoutTest,
    /// No scenario covers an acceptance criterion.
    CriterionWithoutScenario,
    /// A test is gone, newly ignored, compiled out or asserts less; a lint, a CI file or a snapshot gave way.
    WeakenedTest,
    /// `dbg!`, `todo!`, commented-out code and the like on added lines.
    LeftOver,
    /// A test or a command passes on the baseline too.
    ProvesNothing,
    /// The lock file names a package it did not name.
    NewDependency,
    /// Nothing proves a success signal.
    UnprovenSignal,
}

impl FindingKind {
    /// All of them, in the order they are told.
    pub const ALL: [Self; 10] = [
        Self::WeakenedTest,
        Self::DoneWithoutChange,
        Self::Untouched,
        Self::Unplanned,
        Self::ProvesNothing,
        Self::NewDependency,
        Self::LeftOver,
        Self::ScenarioWithoutTest,
        Self::CriterionWithoutScenario,
        Self::UnprovenSignal,
    ];

    /// One of them, and several: `left-over`, `left-overs`.
    #[must_use]
    pub const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Unplanned => ("changed file no step names", "changed files no step names"),
            Self::Untouched => ("planned file untouched", "planned files untouched"),
            Self::DoneWithoutChange => ("step done without a change", "steps done without a change"),
            Self::ScenarioWithoutTest => ("scenario without a test", "scenarios without a test"),
            Self::CriterionWithoutScenario => ("criterion without a scenario", "criteria without a scenario"),
            Self::WeakenedTest => ("weakened test or lint", "weakened tests or lints"),
            Self::LeftOver => ("left-over", "left-overs"),
            Self::ProvesNothing => {
                ("test or command that passed before too", "tests or commands that passed before too")
            }
            Self::NewDependency => ("new dependency", "new dependencies"),
            Self::UnprovenSignal => ("success signal without proof", "success signals without proof"),
        }
    }

    /// So many of them, in words: `2 left-overs`.
    #[must_use]
    pub fn counted(self, n: usize) -> String {
        let (one, many) = self.names();
        format!("{n} {}", if n == 1 { one } else { many })
    }

    /// The spelling in the payload and behind `--deny`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Unplanned => "unplanned",
            Self::Untouched => "untouched",
            Self::DoneWithoutChange => "done-without-change",
            Self::ScenarioWithoutTest => "scenario-without-test",
            Self::CriterionWithoutScenario => "criterion-without-scenario",
            Self::WeakenedTest => "weakened-test",
            Self::LeftOver => "left-over",
            Self::ProvesNothing => "proves-nothing",
            Self::NewDependency => "new-dependency",
            Self::UnprovenSignal => "unproven-signal",
        }
    }
}

impl fmt::Display for FindingKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// One thing that was found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// What kind of thing it is.
    pub kind: FindingKind,
    /// One sentence.
    pub text: String,
    /// The file, relative to the payload's root.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The line in it, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// What it is about: `step:ID`, `scenario:ID`, `criterion:N` from 1, or the id of a suite's entry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
}

impl Finding {
    /// A finding that is about no single place.
    #[must_use]
    pub fn new(kind: FindingKind, text: impl Into<String>) -> Self {
        Self { kind, text: text.into(), file: None, line: None, about: None }
    }

    /// The same in this file.
    #[must_use]
    pub fn file(self, file: impl Into<String>) -> Self {
        Self { file: Some(file.into()), ..self }
    }

    /// The same at this line of its file.
    #[must_use]
    pub fn line(self, line: u32) -> Self {
        Self { line: Some(line), ..self }
    }

    /// The same about this step, scenario, criterion or suite.
    #[must_use]
    pub fn about(self, about: impl Into<String>) -> Self {
        Self { about: Some(about.into()), ..self }
    }

    /// It in one line, with its place: `a test is gone: `x` (src/a.rs:12)`.
    #[must_use]
    pub fn sentence(&self) -> String {
        match (&self.file, self.line) {
            (Some(file), Some(line)) => format!("{} ({file}:{line})", self.text),
            (Some(file), None) => format!("{} ({file})", self.text),
            (None, _) => self.text.clone(),
        }
    }

    /// It in one line, as compilers put it: `src/a.rs:12: a test is gone: `x``.
    #[must_use]
    pub fn placed(&self) -> String {
        match (&self.file, self.line) {
            (Some(file), Some(line)) => format!("{file}:{line}: {}", self.text),
            (Some(file), None) => format!("{file}: {}", self.text),
            (None, _) => self.text.clone(),
        }
    }

    /// What findings are told by: kinds as they stand in [`FindingKind::ALL`], then files and lines.
    #[must_use]
    pub fn order(&self) -> (usize, Option<&str>, Option<u32>, &str) {
        let kind = FindingKind::ALL.iter().position(|kind| *kind == self.kind).unwrap_or(FindingKind::ALL.len());
        (kind, self.file.as_deref(), self.line, &self.text)
    }
}

/// The findings counted by kind: `2 left-overs, 1 new dependency`. Empty where there are none.
#[must_use]
pub fn in_words(findings: &[Finding]) -> String {
    let n = |kind: FindingKind| findings.iter().filter(|finding| finding.kind == kind).count();
    let counted = FindingKind::ALL.into_iter().map(|kind| (kind, n(kind))).filter(|(_, n)| 0 < *n);
    counted.map(|(kind, n)| kind.counted(n)).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_spelled_as_serde_writes_it_and_stands_in_all_once() {
        for kind in FindingKind::ALL {
            assert_eq!(serde_json::to_value(kind).expect("a word"), kind.word());
            assert_eq!(FindingKind::ALL.iter().filter(|other| **other == kind).count(), 1);
        }
    }

    #[test]
    fn findings_are_counted_by_kind_in_the_order_they_are_told() {
        let findings = [FindingKind::LeftOver, FindingKind::WeakenedTest, FindingKind::LeftOver];
        let findings = findings.map(|kind| Finding::new(kind, "x"));
        assert_eq!(in_words(&findings), "1 weakened test or lint, 2 left-overs");
        assert_eq!(in_words(&[]), "");
    }
}
