//! What the verbs answer: plain data from which every report, the last JSON line and the exit code follow.

use crate::event::Event;
use crate::payload::entries::Before;
use crate::record::acceptance::OpenIssue;
use crate::words::{Finding, Level, Outcome, TargetId, Verdict};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How a verb ended, in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Ending {
    /// Everything held.
    Passed,
    /// A check failed or could not run, a claim was contradicted, or something was not approved.
    Failed,
    /// Prerequisites are missing.
    Paused,
    /// A signal or a deadline.
    Interrupted,
    /// It could not do its job.
    Error,
}

/// A command to type next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Next {
    /// The command.
    pub command: String,
    /// What it is for.
    pub why: String,
}

/// How every verb's answer ends.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Closing {
    /// The verb.
    pub verb: String,
    /// In one word.
    pub outcome: Ending,
    /// The process's exit code.
    pub exit: u8,
    /// Whether the payload is ready for acceptance.
    pub ready: bool,
    /// What is open, one sentence each.
    pub open: Vec<String>,
    /// What to type next.
    pub next: Vec<Next>,
}

/// One row of the final table: a target, or a whole package's formatting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Row {
    /// The target.
    pub target: TargetId,
    /// Formatting; `None` where it was not asked for.
    pub fmt: Option<Outcome>,
    /// Clippy.
    pub clippy: Option<Outcome>,
    /// Documentation; `None` where it was not asked for.
    pub doc: Option<Outcome>,
    /// Tests, doctests included.
    pub test: Option<Outcome>,
    /// Tests passed and listed.
    pub passed: u64,
    /// Tests listed.
    pub listed: u64,
    /// Those of them that are `#[ignore]`d.
    pub ignored: u64,
    /// How long its tests took.
    pub duration_ms: u64,
    /// Whether all of its tests were seen in an earlier run, and nothing they rest on has changed since.
    pub cached: bool,
}

/// Something that did not pass.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Problem {
    /// `test money/lib/money`, `clippy report/lib/report`, …
    pub what: String,
    /// What it came to.
    pub outcome: Outcome,
    /// Why.
    pub why: String,
    /// The first lines.
    pub excerpt: Option<String>,
    /// What the test came to on the baseline, where it was run there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Before>,
    /// The log, relative to the payload's root.
    pub log: Option<String>,
}

/// A report that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReportRow {
    /// The format, as it is typed.
    pub format: String,
    /// The file it was written to, as it should be shown; null where it was not written to a file.
    pub path: Option<String>,
    /// Why it could not be written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed: Option<String>,
    /// The report, where it is to be shown and not written.
    #[serde(skip)]
    pub text: String,
}

/// The answer of `implement`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImplementAnswer {
    /// How it ended.
    pub closing: Closing,
    /// The payload, as it should be shown.
    pub payload: String,
    /// The run's folder, as it should be shown.
    pub run_folder: Option<String>,
    /// The baseline in words.
    pub baseline: String,
    /// What the acceptance owner found, and what is still open of it.
    #[serde(default)]
    pub open_issues: Vec<OpenIssue>,
    /// The final table.
    pub rows: Vec<Row>,
    /// What did not pass, worst first.
    pub problems: Vec<Problem>,
    /// What is open besides, one sentence each: those of `open` that say no more than `problems` are left out.
    #[serde(default)]
    pub also_open: Vec<String>,
    /// The steps and scenarios that are open for nothing but `problems`.
    #[serde(default)]
    pub held_up: Vec<String>,
    /// How many files changed.
    pub n_changes: usize,
    /// What the audit found, in the order it is told.
    pub findings: Vec<Finding>,
    /// How many findings were there before.
    pub n_pre_existing: u64,
    /// What a reader should know: changed files no step names, changes without a rationale, …
    pub remarks: Vec<String>,
    /// The payload's diff, with `--dry-run`.
    pub diff: Option<String>,
    /// How many edits the payload got; none where there was no news.
    pub edits: usize,
    /// A message to the acceptance owner, ready to send.
    pub message: String,
    /// The reports that were asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reports: Vec<ReportRow>,
}

/// A claim and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ClaimRow {
    /// The id of the entry, `step:ID` or `scenario:ID`.
    pub claim: String,
    /// What it came to.
    pub verdict: Verdict,
    /// Why.
    pub why: String,
    /// The level that decided it.
    pub level: Level,
}

/// The answer of `validate`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ValidateAnswer {
    /// How it ended.
    pub closing: Closing,
    /// The payload, as it should be shown.
    pub payload: String,
    /// What a reader should know before all else: that there was nothing to judge.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The baseline in words; empty where nobody looked for it.
    pub baseline: String,
    /// The levels that were done, the quickest first.
    pub levels: Vec<Level>,
    /// Every claim, contradicted ones first.
    pub claims: Vec<ClaimRow>,
    /// How many entries are written by hand and cannot be checked.
    pub n_unevidenced: usize,
    /// The table of the checks that were run again.
    pub rows: Vec<Row>,
    /// What did not pass now.
    pub problems: Vec<Problem>,
    /// What was written into `qaFindings`, in one sentence; `None` where nothing was.
    #[serde(default)]
    pub recorded: Option<String>,
    /// What the audit found, in the order it is told.
    pub findings: Vec<Finding>,
    /// The reports that were asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reports: Vec<ReportRow>,
}

impl ValidateAnswer {
    /// The answer of somebody who looked at nothing.
    #[must_use]
    pub fn bare(closing: Closing, payload: String) -> Self {
        Self {
            closing,
            payload,
            note: None,
            baseline: String::new(),
            levels: Vec::new(),
            claims: Vec::new(),
            n_unevidenced: 0,
            rows: Vec::new(),
            problems: Vec::new(),
            findings: Vec::new(),
            recorded: None,
            reports: Vec::new(),
        }
    }
}

/// The answer of `map`: the events it told, in order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MapAnswer {
    /// How it ended.
    pub closing: Closing,
    /// `baseline`, `step-mapped`, `change`, `affected`, `planned`.
    pub events: Vec<Event>,
}

/// A step or scenario at a glance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Glance {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its status.
    pub status: Option<String>,
    /// Whether that was asserted rather than observed.
    pub asserted: bool,
    /// What would show that it succeeded.
    pub success_signal: Option<String>,
}

/// The answer of `status`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StatusAnswer {
    /// How it ended.
    pub closing: Closing,
    /// The payload, as it should be shown.
    pub payload: String,
    /// `meta.currentStage`.
    pub stage: Option<String>,
    /// What is missing upstream, one sentence each.
    pub gate: Vec<String>,
    /// The plan's steps.
    pub steps: Vec<Glance>,
    /// The test plan's scenarios.
    pub scenarios: Vec<Glance>,
    /// The last outcome of each suite and command: id and outcome.
    pub outcomes: Vec<(String, Outcome)>,
    /// How many files git sees changed; `None` with `--safe`.
    pub n_changes: Option<usize>,
    /// What the acceptance owner decided, in one sentence: who, when and why.
    #[serde(default)]
    pub decision: Option<String>,
    /// What the acceptance owner found, and what is still open of it.
    #[serde(default)]
    pub open_issues: Vec<OpenIssue>,
}

/// The answer of a verb that did one thing and has one text to show for it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PlainAnswer {
    /// How it ended.
    pub closing: Closing,
    /// What to show.
    pub text: String,
}

/// The answer of an instrument: how it ended, and what it found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReconAnswer<F> {
    /// How it ended.
    pub closing: Closing,
    /// What it found.
    #[serde(flatten)]
    pub found: F,
}

/// The answer of `report`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReportAnswer {
    /// How it ended. What is open and whether the payload is ready is told in it; the exit code does not follow from that.
    pub closing: Closing,
    /// The format, as it is typed.
    pub format: String,
    /// The file it was written to, as it should be shown.
    pub path: Option<String>,
    /// The report; empty where it was written to a file.
    pub text: String,
}

/// What is to become of a prescribed command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TrustState {
    /// It lies in the closed grammar.
    RunsUnasked,
    /// Somebody approved exactly this.
    Approved,
    /// Nobody did.
    NeedsApproval,
    /// Nobody can.
    Refused,
}

impl TrustState {
    /// In words.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::RunsUnasked => "runs unasked",
            Self::Approved => "approved",
            Self::NeedsApproval => "needs approval",
            Self::Refused => "refused",
        }
    }
}

/// A prescribed command, with everything somebody who approves it should have seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TrustRow {
    /// The id of its entry, to be given to `trust`; with `--list` the digest.
    pub id: String,
    /// What is to become of it.
    pub state: TrustState,
    /// Why it is refused.
    pub why: Option<String>,
    /// As it is written in the payload.
    pub command: String,
    /// The words it comes to.
    pub argv: Vec<String>,
    /// Where it runs, relative to the payload's root.
    pub cwd: String,
    /// What is set for it on purpose.
    pub env: std::collections::BTreeMap<String, String>,
    /// The program its first word leads to; `None` where there is none.
    pub program: Option<String>,
    /// Whether that lies in the repository.
    pub program_lies_in_repository: bool,
    /// The files of the repository it names, with the SHA-256 of their bytes: approved as they are now.
    pub files: Vec<(String, String)>,
    /// The edits, where it is no command: what is approved is all of them, in this order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub edits: Vec<serde_json::Value>,
    /// What the payload wishes for around it: shown, never acted upon.
    pub wishes: Vec<String>,
    /// What is approved.
    pub digest: Option<String>,
    /// When it was approved.
    pub at: Option<String>,
}

/// The answer of `trust`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TrustAnswer {
    /// How it ended.
    pub closing: Closing,
    /// The payload, as it should be shown.
    pub payload: String,
    /// Where approvals are kept.
    pub kept_in: String,
    /// What was done, one sentence each.
    pub done: Vec<String>,
    /// The commands of the payload, or what was approved.
    pub commands: Vec<TrustRow>,
}
