//! The payload in one shape, whatever it was written in: plain data.

use crate::payload::document::Document;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The stage names of the file at hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Generation {
    /// `1-specify 2-plan 3-qa 4-implement 5-acceptance`.
    Five,
    /// With `tasks`: `1-specify 2-plan 3-tasks 4-qa 5-implement 6-acceptance`.
    Six,
}

impl Generation {
    /// This tool's own stage: what `meta.currentStage` becomes.
    #[must_use]
    pub const fn implement(self) -> &'static str {
        match self {
            Self::Five => "4-implement",
            Self::Six => "5-implement",
        }
    }

    /// The stage behind this one: what `implementation.handoff.readyFor` becomes.
    #[must_use]
    pub const fn acceptance(self) -> &'static str {
        match self {
            Self::Five => "5-acceptance",
            Self::Six => "6-acceptance",
        }
    }
}

/// What a step wants with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileUse {
    /// Named without saying what for: it is expected to change.
    Plain,
    /// `TO_MODIFY`: it is expected to change.
    ToModify,
    /// `CREATE`: it is expected to be new.
    Create,
    /// `REFERENCE`: only to be read.
    Reference,
    /// `DEPENDENCY`: only to be read.
    Dependency,
}

impl FileUse {
    /// Whether the work on the step is only there when this file changed.
    #[must_use]
    pub const fn is_work(self) -> bool {
        match self {
            Self::Plain | Self::ToModify | Self::Create => true,
            Self::Reference | Self::Dependency => false,
        }
    }
}

/// A file or glob a step names. `path` has `/`, no `:line`, and is as written otherwise (it may be relative to
/// the payload's root or to the workspace's).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanFile {
    /// The path or glob.
    pub path: String,
    /// What the step wants with it.
    pub usage: FileUse,
}

/// An entry of `plan.steps`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Its id as text; its position from 1 where it has none.
    pub id: String,
    /// Its position in `plan.steps`, from 0.
    pub index: usize,
    /// Whether the entry is a bare string (its status then lives in `implementation.stepStatus`).
    pub is_text: bool,
    /// `name`, `title`, `description` or `summary`, else the string itself, else empty.
    pub name: String,
    /// Everything a person wrote about the step itself: name, description, details. Never files or ids.
    pub own_text: String,
    /// Files and globs, those of the tasks that belong to the step included.
    pub files: Vec<PlanFile>,
    /// Packages named outright (`packages`, `crates`, `package`, `crate`).
    pub packages: Vec<String>,
    /// Targets named outright: `name` or `package/kind/name`, as written.
    pub targets: Vec<String>,
    /// The ids of the steps this one waits for.
    pub depends: Vec<String>,
    /// `status`, or the one in `implementation.stepStatus` for a string step.
    pub status: Option<String>,
    /// Whether that status was set by this tool (recorded in `statusHistory` or `stepStatus` with our `by`).
    pub status_is_ours: bool,
    /// Whether that status was asserted by a person with `note status`.
    pub asserted: bool,
    /// What would show that the step succeeded.
    pub success_signal: Option<String>,
    /// A prescribed command.
    pub command: Option<String>,
    /// Edits it carries, each an object; what is in them nobody looked at.
    pub edits: Vec<Value>,
}

/// An entry of `testPlan.scenarios`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scenario {
    /// Its id as text; its position from 1 where it has none.
    pub id: String,
    /// Its position in `testPlan.scenarios`, from 0.
    pub index: usize,
    /// Whether the entry is a bare string.
    pub is_text: bool,
    /// Its name.
    pub name: String,
    /// `tests` as written: `package::path`, a bare test path, or a file.
    pub tests: Vec<String>,
    /// A prescribed command.
    pub command: Option<String>,
    /// Ids of plan steps: its own `planStepId(s)`, those of its tasks, and through the coverage matrix.
    pub steps: Vec<String>,
    /// `status`.
    pub status: Option<String>,
    /// Whether that status was set by this tool.
    pub status_is_ours: bool,
    /// What this tool wrote of its tests on the baseline; null where it did not.
    pub red: serde_json::Value,
    /// Whether that status was asserted by a person with `note status`.
    pub asserted: bool,
}

/// A command the payload prescribes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prescribed {
    /// Where it stands: `testPlan.validationCommands[0]`, `scenario:ID`, `step:ID`; the second one of an id that
    /// occurs twice is `scenario:ID#2`.
    pub place: String,
    /// The suite's name, where one is given.
    pub suite: Option<String>,
    /// The command line as written.
    pub command: String,
    /// The scenarios it serves.
    pub scenarios: Vec<String>,
    /// The steps it serves.
    pub steps: Vec<String>,
    /// What it says it would like (`environment`, `prerequisites`, `expectedDuration`): to be shown, never acted upon.
    pub wishes: Vec<String>,
}

impl Prescribed {
    /// The id of its entry in `implementation.commands`.
    #[must_use]
    pub fn id(&self) -> String {
        format!("command:prescribed:{}", self.place)
    }
}

/// Something in the payload that is not as it ought to be, and does not stop anybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Oddity {
    /// A stable id: `dangling:coverageMatrix:9`, `cycle:step:2`, `no-test:scenario-3`.
    pub id: String,
    /// One sentence.
    pub text: String,
}

/// An open question that closes the gate, or does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// What is asked.
    pub text: String,
    /// Whether its severity is `blocking` (and it is not answered or resolved).
    pub blocking: bool,
    /// Who is to answer it, where that is said.
    pub owner: Option<String>,
}

/// The payload as the story needs it.
#[derive(Debug, Clone)]
pub struct Payload {
    /// Which stage names fit.
    pub generation: Generation,
    /// `meta.currentStage`.
    pub current_stage: Option<String>,
    /// `requirement.summary`, trimmed; empty where missing.
    pub summary: String,
    /// `requirement.acceptanceCriteria` as text, in order.
    pub criteria: Vec<String>,
    /// `requirement.openQuestions`.
    pub questions: Vec<Question>,
    /// `plan.steps`, in the file's order.
    pub steps: Vec<Step>,
    /// How many entries `tasks.items` has; `None` where there is no such list.
    pub n_tasks: Option<usize>,
    /// The ids of the steps each of `tasks.items` belongs to, by the task's id.
    pub tasks: BTreeMap<String, Vec<String>>,
    /// `testPlan.scenarios`, in the file's order.
    pub scenarios: Vec<Scenario>,
    /// `testPlan.validationCommands` and the commands of scenarios and steps, in document order.
    pub prescribed: Vec<Prescribed>,
    /// `implementation` as it stands, but for the entries of `changes`, `tests` and `commands` that are not ours:
    /// they are `null` here, since there may be very many, and [`Payload::by_hand`] gives them. Numbers that are
    /// not ours may have lost precision: never write them back from here.
    pub implementation: Map<String, Value>,
    /// `qaFindings` as it stands, to be read only.
    pub qa_findings: Value,
    /// What is odd.
    pub oddities: Vec<Oddity>,
    pub(super) document: Document,
}
