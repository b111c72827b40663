//! Whether the stages before this one did their part.
//!
//! A pure look at the payload: nothing is written and nothing is started while the gate is closed.

use super::document::Document;
use super::model::{Generation, Payload};
use crate::error::{Code, Error};

/// One thing an earlier stage still has to give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// What: ``fill in `requirement.summary` ``.
    pub what: String,
    /// The stage that gives it: `1-specify`, …
    pub stage: String,
    /// Whom to ask.
    pub owner: String,
    /// Whether it is an answer to a question.
    pub is_answer: bool,
}

/// Everything that is missing, in the order it stands (or would stand) in the document.
#[must_use]
pub fn missing(document: &Document, payload: &Payload) -> Vec<Missing> {
    let (plan, tasks, tests) = match payload.generation {
        Generation::Five => ("2-plan", "", "3-qa"),
        Generation::Six => ("2-plan", "3-tasks", "4-qa"),
    };
    let mut found: Vec<(&str, Missing)> = Vec::new();
    let mut add = |section: &'static str, what: String, stage: &str, owner: Option<&str>| {
        let owner = owner.map_or_else(|| format!("the owner of stage {stage}"), str::to_owned);
        found.push((section, Missing { what, stage: stage.to_owned(), owner, is_answer: false }));
    };
    if payload.summary.is_empty() {
        add("requirement", "`requirement.summary` is empty".into(), "1-specify", None);
    }
    if payload.steps.is_empty() {
        add("plan", "`plan.steps` is empty".into(), plan, None);
    }
    match (payload.generation, payload.n_tasks) {
        (Generation::Six, None | Some(0)) => add("tasks", "`tasks.items` is empty".into(), tasks, None),
        (Generation::Six, Some(1..)) | (Generation::Five, _) => {}
    }
    if payload.scenarios.is_empty() {
        add("testPlan", "`testPlan.scenarios` is empty".into(), tests, None);
    }
    for question in payload.questions.iter().filter(|question| question.blocking) {
        let what = format!("a blocking question in `requirement.openQuestions` is not answered: {}", question.text);
        let stage = "1-specify".to_owned();
        let owner = question.owner.clone().unwrap_or_else(|| format!("the owner of stage {stage}"));
        found.push(("requirement", Missing { what, stage, owner, is_answer: true }));
    }
    let offsets: Vec<(String, usize)> =
        document.root().members().into_iter().map(|(key, node)| (key.into_owned(), node.offset())).collect();
    let offset = |section: &str| {
        // A section that is not there comes where it would stand: right behind the one before it.
        let order = ["requirement", "plan", "tasks", "testPlan"];
        let upto = order.iter().position(|name| *name == section).map_or(0, |at| at + 1);
        let place = |name: &&str| offsets.iter().find(|(key, _)| key == name).map(|(_, offset)| *offset);
        order[..upto].iter().rev().find_map(place).unwrap_or_default()
    };
    found.sort_by_key(|(section, _)| offset(section));
    found.into_iter().map(|(_, missing)| missing).collect()
}

/// The error of a closed gate: every missing piece, the stage, and whom to ask.
#[must_use]
pub fn closed(missing: &[Missing]) -> Error {
    let pieces = missing.iter().map(|piece| format!("{} (ask {})", piece.what, piece.owner));
    let mut error = Error::new(Code::GateClosed, "paused: earlier stages are not finished").details(pieces);
    let mut stages: Vec<&str> = missing.iter().map(|piece| piece.stage.as_str()).collect();
    stages.dedup();
    if !stages.is_empty() {
        error = error
            .hint(format!("ask for stage {} to be finished, then type `cargo handoff implement`", stages.join(", ")));
    }
    if missing.iter().all(|piece| piece.is_answer) {
        return error
            .hint("an `answer` beside the question opens the gate")
            .next("cargo handoff implement", "once the answer stands in the payload");
    }
    error.next(
        "cargo handoff init --new --from-branch \"what it is for\"",
        "without such stages: archive this one and draft another from your branch",
    )
}

#[cfg(test)]
mod tests;
