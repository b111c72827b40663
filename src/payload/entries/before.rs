//! What tests and commands came to on the baseline: without the work.

use crate::words::Outcome;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a test that fails now came to on the baseline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Before {
    /// It failed there too: nothing of this work broke it.
    Failed,
    /// It passed there.
    Passed,
    /// There was no such test.
    Absent,
    /// There is no answer: it did not compile there, hung, or was ignored.
    CouldNotRun,
}

impl Before {
    /// In words, behind the test's name.
    #[must_use]
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::Failed => "it failed on the baseline too",
            Self::Passed => "it passed on the baseline",
            Self::Absent => "there was no such test on the baseline",
            Self::CouldNotRun => "it could not be run on the baseline",
        }
    }
}

/// What a test of the work came to on the baseline: whether it would have caught what it is there to catch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RedClass {
    /// It ran and failed by a panic or an error of its own. Strong.
    RedAssertion,
    /// It does not compile there, and without it the rest does. Medium.
    RedCompile,
    /// There is no such target or test on the baseline, and it cannot be put there. Weak.
    Absent,
    /// It ran there and did not end in time.
    Hangs,
    /// It passes there: it proves nothing.
    NotRed,
    /// There is no answer.
    Inconclusive,
}

impl RedClass {
    /// The spelling in the payload.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::RedAssertion => "red-assertion",
            Self::RedCompile => "red-compile",
            Self::Absent => "absent",
            Self::Hangs => "hangs",
            Self::NotRed => "not-red",
            Self::Inconclusive => "inconclusive",
        }
    }

    /// How much it shows: what proves nothing first.
    #[must_use]
    pub const fn strength(self) -> u8 {
        match self {
            Self::NotRed => 0,
            Self::Inconclusive => 1,
            Self::Absent => 2,
            Self::Hangs => 3,
            Self::RedCompile => 4,
            Self::RedAssertion => 5,
        }
    }

    /// Whether the test is shown to fail without the work.
    #[must_use]
    pub const fn is_red(self) -> bool {
        match self {
            Self::RedAssertion | Self::RedCompile | Self::Hangs => true,
            Self::Absent | Self::NotRed | Self::Inconclusive => false,
        }
    }
}

/// What one test came to on the baseline, in `implementation.tests[].red` and on its scenario.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Red {
    /// The test's path in its binary.
    pub test: String,
    /// What it came to.
    pub class: RedClass,
    /// Where it panicked or did not compile: `src/a.rs:12`, relative to the payload's root.
    #[serde(default, rename = "where", skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// Why there is no better answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// The digest of its function as it was then, where the work brought it: the first 16 digits of the SHA-256 over
    /// its tokens. Another function has to be run anew.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub function: Option<String>,
    /// The baseline's commit it was run on.
    pub baseline: String,
    /// The run it was seen in.
    pub evidence_ref: String,
}

/// What a prescribed command came to on the baseline: one that passes there too does not show this work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OnBaseline {
    /// What it came to: `passed`, `failed`, or `could-not-run` where there is no answer.
    pub outcome: Outcome,
    /// Why it is not `passed`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// The first 16 digits of the SHA-256 over what it rests on beside the baseline: the work's files for a `cargo test`,
    /// else the approved ones. With others it has to be run anew.
    pub inputs: String,
    /// The baseline's commit it was run on.
    pub baseline: String,
    /// The run it was seen in.
    pub evidence_ref: String,
}

impl OnBaseline {
    /// In words, behind the command.
    #[must_use]
    pub fn in_words(&self) -> String {
        let said = match self.outcome {
            Outcome::Passed => "it passed on the baseline too",
            Outcome::Failed => "it failed on the baseline",
            Outcome::CouldNotRun | Outcome::NotRun => "it has no answer on the baseline",
        };
        let why = self.why.as_deref().map(|why| format!(": {why}")).unwrap_or_default();
        format!("{said}{why}")
    }
}
