//! What was found out: one result per command and per suite.

use super::tools::Tools;
use crate::payload::entries::{CommandEntry, Counts, Failure, Red};
use crate::process::End;
use crate::words::{Diagnostic, Outcome, SuiteId};
use crate::workspace::affected::Selection;
use crate::workspace::units::Facts;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What one test came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TestOutcome {
    /// It passed.
    Passed,
    /// It failed.
    Failed,
    /// It is `#[ignore]`d and was not run.
    Ignored,
    /// It was listed, and there is no answer.
    NoAnswer,
    /// It was ended because it took longer than one test may.
    TimedOut,
}

/// How the process of a suite ended, the first time it was run as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Ended {
    /// By itself, with this code.
    ExitCode(i32),
    /// By a signal that was not ours.
    Signal(i32),
    /// Its time was over.
    TimedOut,
    /// It never started, or was ended for something else than its time.
    Otherwise,
}

impl Ended {
    /// The same of a process that has ended.
    #[must_use]
    pub(super) const fn of(end: &End) -> Self {
        match end {
            End::Exited(code) => Self::ExitCode(*code),
            End::Signalled(signal) => Self::Signal(*signal),
            End::TimedOut => Self::TimedOut,
            End::TooMuchOutput | End::Cancelled(_) | End::NotStarted(_) => Self::Otherwise,
        }
    }

    /// In words: "exit code 101".
    #[must_use]
    pub fn in_words(self) -> String {
        match self {
            Self::ExitCode(code) => End::Exited(code).in_words(),
            Self::Signal(signal) => End::Signalled(signal).in_words(),
            Self::TimedOut => End::TimedOut.in_words(),
            Self::Otherwise => "it did not end by itself".into(),
        }
    }
}

impl TestOutcome {
    /// Whether it ran and did not pass.
    #[must_use]
    pub const fn is_failure(self) -> bool {
        match self {
            Self::Failed | Self::TimedOut => true,
            Self::Passed | Self::Ignored | Self::NoAnswer => false,
        }
    }

    /// Whether it was to pass and did not, for whatever reason.
    #[must_use]
    pub const fn is_bad(self) -> bool {
        match self {
            Self::Failed | Self::TimedOut | Self::NoAnswer => true,
            Self::Passed | Self::Ignored => false,
        }
    }
}

/// What a suite came to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SuiteResult {
    /// Which one.
    pub suite: SuiteId,
    /// What it came to.
    pub outcome: Outcome,
    /// Why it is not `passed`.
    pub why: Option<String>,
    /// How its process ended; `None` where there was none, or an earlier version saw it.
    #[serde(default)]
    pub ended: Option<Ended>,
    /// Counted.
    pub counts: Counts,
    /// Each listed test. The listing is the binary's own.
    pub tests: BTreeMap<String, TestOutcome>,
    /// The failed ones with what they said.
    pub failures: Vec<Failure>,
    /// When it was started.
    pub started: String,
    /// How long it took.
    pub duration_ms: u64,
    /// Its log, relative to the run's folder.
    pub log: Option<String>,
    /// Tests that passed in one run and failed in another. They count as failed, unless somebody said otherwise.
    pub flaky: Vec<String>,
    /// Tests that were run more than once: each run, the first one of the whole binary.
    pub attempts: BTreeMap<String, Vec<Attempt>>,
    /// Whether it was seen in an earlier run, and nothing it rests on has changed since.
    pub cached: bool,
    /// What its tests came to on the baseline, where that was asked for. Never kept.
    #[serde(skip)]
    pub red: Vec<Red>,
}

impl SuiteResult {
    /// A suite of which nothing but the outcome is known.
    #[must_use]
    pub fn bare(suite: SuiteId, outcome: Outcome, why: Option<String>) -> Self {
        Self {
            suite,
            outcome,
            why,
            ended: None,
            counts: Counts::default(),
            tests: BTreeMap::new(),
            failures: Vec::new(),
            started: String::new(),
            duration_ms: 0,
            log: None,
            flaky: Vec::new(),
            attempts: BTreeMap::new(),
            cached: false,
            red: Vec::new(),
        }
    }
}

/// How a test was run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum How {
    /// With all the others of its binary.
    Whole,
    /// With some of the others.
    Part,
    /// By itself.
    Alone,
    /// With the other new and changed ones of its binary, one after the other.
    OneThread,
    /// With the other new and changed ones of its binary, at the same time.
    ManyThreads,
}

/// One run of a test.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attempt {
    /// How it was run.
    pub how: How,
    /// What it came to.
    pub outcome: TestOutcome,
    /// How long the process took: libtest gives no time per test on stable.
    pub duration_ms: u64,
}

/// All that was found out.
#[derive(Debug, Clone, Default)]
pub struct Results {
    /// The programs of the first workspace, as they were asked before anything ran.
    pub tools: Tools,
    /// One per command, in the order they ran. Log paths are relative to the run's folder; `evidence_ref` is
    /// the run's id.
    pub commands: Vec<CommandEntry>,
    /// One per suite.
    pub suites: Vec<SuiteResult>,
    /// What clippy, rustfmt, rustdoc and the compiler said, this work's first.
    pub diagnostics: Vec<Diagnostic>,
    /// What was selected, as it was known in the end; `None` where nobody asked to select.
    pub selection: Option<Selection>,
    /// What is known of units after this run; empty where nobody asked to select.
    pub facts: Facts,
    /// Whether every outcome is kept together with everything it rests on.
    pub is_kept: bool,
    /// The signal that stopped us in the middle: what stands above had finished before.
    pub interrupted: Option<i32>,
}
