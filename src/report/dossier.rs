//! Everything a report tells, in one value: made from the payload and its records, and nothing else.
//!
//! Every format is a pure function of this, so no two of them can disagree.

#[cfg(test)]
pub mod made;
mod source;
mod patch;
mod logs;
mod lean;
mod entries;
mod proof;
mod plan;
mod of;

use crate::answers::ClaimRow;
use crate::check::{Attempt, TestOutcome};
use crate::evidence::PackageRecord;
use crate::payload::entries::{BaselineEntry, ChangeEntry, CommandEntry, Environment, Red, TestEntry};
use crate::words::{Diagnostic, Finding, Level, SuiteId};
pub use of::{nothing, of, stopped};
pub use source::{Fresh, Judged, Ran, Source};
use std::collections::BTreeMap;

/// What a report tells.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Dossier {
    /// The verb it is written by: `implement`, `validate` or `report`.
    pub verb: String,
    /// What a reader should know before all else: that there was nothing to judge. Then there is no payload either, and
    /// all below is empty but for what is open and what is contradicted.
    pub note: Option<String>,
    /// The payload, relative to the repository's top with `/`: `handoff/payload.json`.
    pub payload: String,
    /// SHA-256 of the payload's bytes.
    pub payload_sha256: String,
    /// `requirement.summary`.
    pub summary: String,
    /// This tool's version.
    pub version: String,
    /// The run that is told of: the name of its folder; empty where no record lies here.
    pub run: String,
    /// When it was recorded, RFC 3339; empty where no record lies here.
    pub at: String,
    /// SHA-256 of the record the payload refers to, as it lies here.
    pub record_sha256: Option<String>,
    /// The commit that was checked out.
    pub head: Option<String>,
    /// The tree that was looked at, without `handoff/`.
    pub tree: Option<String>,
    /// What the work is measured from.
    pub baseline: Option<BaselineEntry>,
    /// The tools.
    pub environment: Option<Environment>,
    /// What the verb ends with: 0 where nothing stands in the way of what was asked.
    pub exit: u8,
    /// Whether the payload is ready for acceptance.
    pub ready: bool,
    /// What is open, one sentence each: `implementation.handoff.open`, or what `validate` found.
    pub open: Vec<String>,
    /// What the audit found, in the order it is told.
    pub findings: Vec<Finding>,
    /// The levels the claims were held at, the quickest first; empty where nobody held them.
    pub levels: Vec<Level>,
    /// The claims and what came of them, contradicted ones first.
    pub claims: Vec<ClaimRow>,
    /// Findings that are denied, one sentence each.
    pub denied: Vec<String>,
    /// Whether what failed on the baseline too counts.
    pub strict: bool,
    /// What a reader should know of this dossier: evidence that is not here, say.
    pub remarks: Vec<String>,
    /// The acceptance criteria.
    pub criteria: Vec<Criterion>,
    /// The plan's steps.
    pub steps: Vec<Step>,
    /// The test plan's scenarios.
    pub scenarios: Vec<Scenario>,
    /// The changed files, by path.
    pub changes: Vec<Change>,
    /// The commands, in the order they ran.
    pub commands: Vec<Command>,
    /// The suites, by id.
    pub suites: Vec<Suite>,
    /// What clippy, rustfmt, rustdoc and the compiler said, this work's first.
    pub diagnostics: Vec<Diagnostic>,
    /// How many of them there was no room for.
    pub diagnostics_left_out: u64,
    /// The packages and how they hang together.
    pub packages: Vec<PackageRecord>,
    /// Stage 5's decision: `qaFindings.decision` in words, where there is one.
    pub decision: Option<String>,
    /// Stage 5's issues that are open.
    pub issues: Vec<crate::record::acceptance::OpenIssue>,
}

/// How well a criterion, or a scenario, is borne out. The weakest of what covers it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// Something that covers it fails now.
    Failing,
    /// Nothing that was run covers it.
    #[default]
    Untested,
    /// A person said so.
    Asserted,
    /// Its tests pass now; nobody saw them fail without the work.
    GreenOnly,
    /// Its tests pass now, and failed on the baseline.
    Proven,
}

impl Standing {
    /// In a word or two, for people.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Failing => "failing",
            Self::Untested => "untested",
            Self::Asserted => "asserted",
            Self::GreenOnly => "green only",
            Self::Proven => "proven",
        }
    }
}

/// An acceptance criterion.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Criterion {
    /// Its place, from 1.
    pub number: usize,
    /// Its own id, where it has one.
    pub id: Option<String>,
    /// What it says.
    pub text: String,
    /// The ids of the scenarios that cover it.
    pub scenarios: Vec<String>,
    /// How well it is borne out.
    pub standing: Standing,
}

/// A step of the plan.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Step {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its status.
    pub status: Option<String>,
    /// Whether that was asserted rather than observed.
    pub is_asserted: bool,
    /// What would show that it succeeded.
    pub success_signal: Option<String>,
    /// The files it names, as written.
    pub files: Vec<String>,
    /// The labels of the packages it came to: those its changes and suites lie in.
    pub packages: Vec<String>,
}

/// A scenario of the test plan.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Scenario {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its status.
    pub status: Option<String>,
    /// Whether that was asserted rather than observed.
    pub is_asserted: bool,
    /// The ids of its steps.
    pub steps: Vec<String>,
    /// The tests it names, as written.
    pub named: Vec<String>,
    /// Those of them that were found, each with what it came to.
    pub tests: Vec<TestRef>,
    /// The ids of the commands it prescribes that ran.
    pub commands: Vec<String>,
    /// How well it is borne out.
    pub standing: Standing,
}

/// A test of a scenario.
#[derive(Debug, Clone, PartialEq)]
pub struct TestRef {
    /// The id of its suite.
    pub suite: String,
    /// Its path in the binary.
    pub test: String,
    /// What it came to.
    pub outcome: TestOutcome,
    /// What it came to on the baseline, where it was run there.
    pub red: Option<Red>,
}

/// A changed file.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// As it stands in the payload.
    pub entry: ChangeEntry,
    /// Its unified diff, from the run's patch; `None` where it is binary or the patch is not here.
    pub diff: Option<String>,
}

/// A command.
#[derive(Debug, Clone, PartialEq)]
pub struct Command {
    /// As it stands in the payload, or as it was run just now.
    pub entry: CommandEntry,
    /// Its log, head and tail where it is long; `None` where it is not here.
    pub log: Option<String>,
    /// The run whose record tells of it; empty where none is at hand. Another one than the dossier's looked at another tree.
    pub run: String,
}

/// A suite.
#[derive(Debug, Clone, PartialEq)]
pub struct Suite {
    /// As it stands in the payload, with what was left out for brevity filled in.
    pub entry: TestEntry,
    /// Which suite.
    pub suite: SuiteId,
    /// Each listed test and what it came to; empty where the record is not here.
    pub tests: BTreeMap<String, TestOutcome>,
    /// Tests that were run more than once: each run.
    pub attempts: BTreeMap<String, Vec<Attempt>>,
    /// Its log, head and tail where it is long; `None` where it is not here.
    pub log: Option<String>,
    /// Whether it was seen in an earlier run, and nothing it rests on has changed since.
    pub is_cached: bool,
    /// The run whose record tells of it; empty where none is at hand. Another one than the dossier's looked at another tree.
    pub run: String,
}

impl Dossier {
    /// The payload's root relative to the repository's top, empty or ending with `/`: every file of a dossier is relative
    /// to that root, and what reads reports on a forge wants it relative to the top.
    #[must_use]
    pub fn prefix(&self) -> &str {
        let folder = self.payload.rsplit_once('/').map_or("", |(folder, _)| folder);
        folder.strip_suffix("handoff").unwrap_or("")
    }

    /// A file of the dossier relative to the repository's top; one that lies beside the root loses its `../`.
    #[must_use]
    pub fn in_repository(&self, file: &str) -> String {
        let mut folder = self.prefix().trim_end_matches('/');
        let mut file = file;
        while let Some(above) = file.strip_prefix("../") {
            file = above;
            folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
        }
        if folder.is_empty() { file.to_owned() } else { format!("{folder}/{file}") }
    }

    /// The claims that were contradicted.
    pub fn contradicted(&self) -> impl Iterator<Item = &ClaimRow> {
        self.claims.iter().filter(|claim| claim.verdict == crate::words::Verdict::Contradicted)
    }

    /// Whether what an entry of the payload says is contradicted.
    #[must_use]
    pub fn is_contradicted(&self, id: &str) -> bool {
        self.contradicted().any(|claim| claim.claim == id)
    }
}

#[cfg(test)]
mod tests;
