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
mod coverage;

pub use coverage::{Coverage, Criterion};
pub(in crate::payload) use look::id_of;
pub use shape::{FileUse, Generation, Oddity, Payload, PlanFile, Prescribed, Question, Scenario, Step};

use super::document::{Document, Kind, Node};
use crate::error::Result;
use crate::words::BY;
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
        let members = section("implementation").map(Node::members).unwrap_or_default();
        let implementation: Map<String, Value> =
            members.into_iter().map(|(key, node)| (key.to_string(), without_others(&key, node))).collect();
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
            tasks: tasks.into_iter().collect(),
            scenarios,
            prescribed,
            implementation,
            qa_findings: section("qaFindings").map_or(Value::Null, Node::value),
            oddities,
            document: document.clone(),
        })
    }

    /// The entries of `implementation.changes`, `.tests` or `.commands` that are not ours, each with its place in
    /// the list, read one by one: there may be very many.
    pub fn by_hand(&self, list: &str) -> impl Iterator<Item = (usize, Value)> + '_ {
        let list = self.document.root().at(&["implementation", list]).map(Node::elements).unwrap_or_default();
        list.into_iter().enumerate().filter(|(_, entry)| !is_ours(*entry)).map(|(index, entry)| (index, entry.value()))
    }
}

/// A member of `implementation`; in the lists that grow with every change, only the entries of ours.
fn without_others(key: &str, node: Node<'_>) -> Value {
    if !["changes", "tests", "commands"].contains(&key) || node.kind() != Kind::List {
        return node.value();
    }
    node.elements().into_iter().map(|entry| if is_ours(entry) { entry.value() } else { Value::Null }).collect()
}

fn is_ours(entry: Node<'_>) -> bool {
    // An escape could spell our name too: then it takes a closer look.
    let may_be = entry.raw().contains(BY) || entry.raw().contains('\\');
    may_be && entry.get("by").and_then(Node::as_text).is_some_and(|by| by == BY)
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
