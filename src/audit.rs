//! The work against the plan and against the tests that were there: what nobody planned, what was not done, what was
//! weakened, what was left behind.
//!
//! A finding is for people to weigh. It stands first in every summary, and changes no outcome unless somebody said
//! that its kind is to be denied.

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
    /// The id of the step or scenario it is about: `step:ID`, `scenario:ID`, `criterion:N` from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
}
