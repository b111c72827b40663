//! What the payload says, in the one shape the rest of the house works with.
//!
//! Both generations and all the spellings DESIGN's contract names are read here and nowhere else; whatever is
//! odd (dangling ids, cycles, files that leave the root) becomes an [`Oddity`], never a failure. Only a known
//! section or list of the wrong type is refused, all of them at once.

mod shape;
mod types;
mod look;
mod files;
mod steps;
mod tasks;
mod scenarios;

pub(in crate::payload) use look::id_of;
pub use shape::{FileUse, Generation, Oddity, Payload, PlanFile, Prescribed, Question, Scenario, Step};

use super::document::{Document, Kind, Node};
use crate::error::Result;
use serde_json::{Map, Value};

impl Payload {
    /// Reads a payload of either generation.
    ///
    /// # Errors
    /// 65 naming every known section or list of the wrong type, with its line.
    pub fn read(document: &Document) -> Result<Self> {
        types::check(document)?;
        let sections = document.root().members();
        let section = |name: &str| sections.iter().find(|(key, _)| key == name).map(|(_, node)| *node);
        let list = |name: &str, key: &str| -> Vec<Node<'_>> {
            section(name).and_then(|node| node.get(key)).map(Node::elements).unwrap_or_default()
        };
        let mut oddities = Vec::new();
        let implementation = section("implementation").map(Node::value);
        let implementation = match implementation {
            Some(Value::Object(map)) => map,
            Some(_) | None => Map::new(),
        };
        let mut steps = steps::read(&list("plan", "steps"), &implementation, &mut oddities);
        let items = section("tasks").and_then(|node| node.get("items")).filter(|node| !node.is_null());
        let tasks = tasks::read(items, &list("tasks", "dependencies"), &mut steps, &mut oddities);
        let (scenarios, prescribed) = scenarios::read(
            &scenarios::Source {
                scenarios: list("testPlan", "scenarios"),
                matrix: list("testPlan", "coverageMatrix"),
                commands: list("testPlan", "validationCommands"),
                plan: list("plan", "steps"),
                tasks: &tasks,
                steps: &steps,
                implementation: &implementation,
            },
            &mut oddities,
        );
        let current_stage = section("meta").and_then(|node| look::text(node, &["currentStage"]));
        let has_tasks = section("tasks").is_some_and(|node| !node.is_null());
        Ok(Self {
            generation: generation(has_tasks, current_stage.as_deref()),
            current_stage,
            summary: section("requirement").and_then(|node| look::text(node, &["summary"])).unwrap_or_default(),
            criteria: list("requirement", "acceptanceCriteria").into_iter().filter_map(look::words).collect(),
            questions: list("requirement", "openQuestions").into_iter().filter_map(question).collect(),
            steps,
            n_tasks: items.map(|items| items.elements().len()),
            scenarios,
            prescribed,
            implementation,
            qa_findings: section("qaFindings").map_or(Value::Null, Node::value),
            oddities,
        })
    }
}

fn generation(has_tasks: bool, stage: Option<&str>) -> Generation {
    match stage {
        Some("3-tasks" | "4-qa" | "5-implement" | "6-acceptance") => Generation::Six,
        Some(_) | None if has_tasks => Generation::Six,
        Some(_) | None => Generation::Five,
    }
}

fn question(node: Node<'_>) -> Option<Question> {
    let text = match node.kind() {
        Kind::Object => look::text(node, &["question", "text", "title", "description", "summary"]),
        Kind::Null | Kind::Bool | Kind::Number | Kind::Text | Kind::List => look::words(node),
    }?;
    let says = |key: &str, words: &[&str]| {
        look::text(node, &[key]).is_some_and(|value| words.contains(&value.to_lowercase().as_str()))
    };
    let is_true = |key: &str| node.get(key).is_some_and(|node| node.raw() == "true");
    let is_answered = look::text(node, &["answer", "resolution"]).is_some()
        || is_true("resolved")
        || is_true("answered")
        || says("status", &["answered", "resolved", "closed", "done"]);
    let blocking = (says("severity", &["blocking", "blocker"]) || is_true("blocking")) && !is_answered;
    Some(Question { text, blocking, owner: look::text(node, &["owner", "assignee"]) })
}

#[cfg(test)]
mod tests;
