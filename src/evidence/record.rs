//! The shape of a run's record: `record.json` in its folder, the same when it is sealed.
//!
//! It holds no absolute path and nothing that is only so on one machine; a stranger reads it with nothing but the
//! repository.

use crate::check::{Attempt, Ended, TestOutcome};
use crate::payload::entries::{ChangeEntry, CommandEntry, Counts, Environment, Red};
use crate::words::{Diagnostic, Outcome, SuiteId, TargetKind};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The version of this shape. A record of another one is not checkable, never wrong.
pub const FORMAT: u32 = 1;

/// The most diagnostics a record holds.
pub const MOST_DIAGNOSTICS: usize = 2000;

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands out references")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// A file of the record by what it holds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Digests {
    /// Its name in the record's folder.
    pub path: String,
    /// SHA-256 of the whole, as the run wrote it.
    pub sha256: String,
    /// The same without what differs from run to run: times, durations, thread ids, addresses, hashes.
    pub normalised: String,
    /// How many bytes the whole has.
    pub bytes: u64,
    /// SHA-256 of what was sealed, where only head and tail were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sealed: Option<String>,
}

/// What the run looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Inputs {
    /// The commit that was checked out.
    pub head: Option<String>,
    /// The working tree without `handoff/`, as git would name it.
    pub tree: String,
    /// SHA-256 of each lock file, toolchain file and file of configuration (cargo's, clippy's, rustfmt's) in the
    /// repository, by path relative to the payload's root.
    pub files: BTreeMap<String, String>,
    /// The feature flags.
    pub features: Vec<String>,
    /// Cargo's profile.
    pub profile: String,
}

/// One command: what the payload says of it, and what its outcome follows from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CommandRecord {
    /// As it stands in the payload.
    #[serde(flatten)]
    pub entry: CommandEntry,
    /// Its log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digests: Option<Digests>,
}

/// One suite in a run's record: every listed test by name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SuiteRecord {
    /// The id of its entry in the payload.
    pub id: String,
    /// Which suite: the package is part of every test's key.
    pub suite: SuiteId,
    /// What it came to.
    pub outcome: Outcome,
    /// Why it is not `passed`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// How its process ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<Ended>,
    /// Counted.
    pub counts: Counts,
    /// Each listed test and what it came to.
    pub tests: BTreeMap<String, TestOutcome>,
    /// The digest of a test function's source, by the test's path, where it was found.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub functions: BTreeMap<String, String>,
    /// When it was started.
    pub started: String,
    /// How long it took. libtest gives no time per test on stable.
    pub duration_ms: u64,
    /// Its log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digests: Option<Digests>,
    /// Tests that passed in one run and failed in another.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flaky: Vec<String>,
    /// Tests that were run more than once: each run.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub attempts: BTreeMap<String, Vec<Attempt>>,
    /// What its tests came to on the baseline.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub red: Vec<Red>,
    /// Whether it was seen in an earlier run, whose log this is.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub cached: bool,
}

/// The record of one run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RunRecord {
    /// [`FORMAT`].
    pub format: u32,
    /// The versions of what outcomes were derived with, by name: `libtest`, `cargo`.
    pub parsers: BTreeMap<String, u32>,
    /// SHA-256 of the records this one follows: the heads of the chain when it was sealed. More than one after a merge.
    #[serde(default)]
    pub previous: Vec<String>,
    /// The run's id: the name of its folder.
    pub run: String,
    /// When it was recorded.
    pub at: String,
    /// The tools.
    pub environment: Environment,
    /// The commit the work is measured from.
    pub baseline: String,
    /// What it looked at.
    pub inputs: Inputs,
    /// The changed files; their diffs are in the patch.
    pub changes: Vec<ChangeEntry>,
    /// `changes.patch`.
    pub patch: Digests,
    /// The commands.
    pub commands: Vec<CommandRecord>,
    /// The suites.
    pub suites: Vec<SuiteRecord>,
    /// What clippy, rustfmt, rustdoc and the compiler said, this work's first; at most [`MOST_DIAGNOSTICS`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub diagnostics: Vec<Diagnostic>,
    /// How many of them there were no room for.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub diagnostics_left_out: u64,
    /// The packages of the workspaces and how they hang together.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub packages: Vec<PackageRecord>,
    /// The tests each scenario names, as they were found; of scenarios that name some.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scenarios: Vec<ScenarioRecord>,
    /// What was said when the tests of the work were run on the baseline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub red: Option<Digests>,
    /// The units that were not checked, each with the reason.
    pub skipped: Vec<SkippedUnit>,
    /// One sentence for each change that the user's `ignore` hides.
    pub hidden: Vec<String>,
}

/// A scenario's tests, for the reader of a report: which they are is told by the packages and their sources, and neither
/// is at hand then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ScenarioRecord {
    /// The scenario's id.
    pub id: String,
    /// The tests that were found.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tests: Vec<NamedTest>,
    /// What it names, as written, and nobody found among what ran.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
}

/// A test by its suite.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedTest {
    /// The id of the suite's entry.
    pub suite: String,
    /// The test's path in its binary.
    pub test: String,
}

/// A package of the repository, for the reader of a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PackageRecord {
    /// Its label.
    pub package: String,
    /// Its folder, relative to the payload's root with `/`; empty for the root itself.
    pub folder: String,
    /// The labels of the packages here it depends on, in any way.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub depends_on: Vec<String>,
    /// How the work concerns it.
    pub part: Part,
}

/// How the work concerns a package.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// A file of it changed.
    Changed,
    /// It rests on something that changed.
    Affected,
    /// Neither, and it was checked all the same: a step or somebody asked for it.
    Checked,
    /// Nothing of it was looked at.
    Untouched,
}

/// A unit that was not checked, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SkippedUnit {
    /// The label of its package.
    pub package: String,
    /// What cargo builds it as.
    pub kind: TargetKind,
    /// The target's name.
    pub name: String,
    /// Whether it is compiled with its tests.
    pub test: bool,
    /// Why it was not checked.
    pub why: Vec<String>,
}

impl RunRecord {
    /// The record of a run that looked at nothing.
    #[must_use]
    pub fn of(run: &str, at: &str, environment: Environment) -> Self {
        Self {
            format: FORMAT,
            parsers: BTreeMap::new(),
            previous: Vec::new(),
            run: run.to_owned(),
            at: at.to_owned(),
            environment,
            baseline: String::new(),
            inputs: Inputs::default(),
            changes: Vec::new(),
            patch: Digests::default(),
            commands: Vec::new(),
            suites: Vec::new(),
            skipped: Vec::new(),
            diagnostics: Vec::new(),
            diagnostics_left_out: 0,
            packages: Vec::new(),
            scenarios: Vec::new(),
            red: None,
            hidden: Vec::new(),
        }
    }

    /// The same for tests.
    #[cfg(test)]
    pub(crate) fn bare(run: &str) -> Self {
        let by = crate::words::BY.to_owned();
        let environment = Environment {
            rustc: None,
            cargo: None,
            clippy: None,
            rustfmt: None,
            triple: None,
            toolchain_file: None,
            cargo_handoff: "0.1.0".into(),
            by,
        };
        Self { baseline: "b".into(), ..Self::of(run, "2026-01-01T00:00:00Z", environment) }
    }
}
