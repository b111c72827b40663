//! `tasks`, which only the six-stage workflow has: what they add to the steps they belong to.

use super::shape::{Oddity, Step};
use super::{files, look};
use crate::payload::document::Node;
use std::collections::{BTreeSet, HashMap};

/// The steps of each task, by its id.
pub(super) type StepsOfTasks = HashMap<String, Vec<String>>;

/// Reads the tasks and gives their files to their steps.
pub(super) fn read(
    items: Option<Node<'_>>,
    dependencies: &[Node<'_>],
    steps: &mut [Step],
    oddities: &mut Vec<Oddity>,
) -> StepsOfTasks {
    let nodes = items.map(Node::elements).unwrap_or_default();
    let ids: Vec<String> = nodes.iter().enumerate().map(|(index, node)| look::id_of(*node, index)).collect();
    for id in look::duplicates(ids.iter().map(String::as_str)) {
        oddities
            .push(Oddity { id: format!("duplicate:task:{id}"), text: format!("more than one task has the id `{id}`") });
    }
    let mut at: HashMap<&str, usize> = HashMap::new();
    for (index, id) in ids.iter().enumerate() {
        at.entry(id).or_insert(index);
    }
    let mut steps_of = StepsOfTasks::new();
    for (node, id) in nodes.iter().zip(&ids) {
        let wanted = steps_of_task(*node, &nodes, &at);
        let mut found = Vec::new();
        let mut own_files = Vec::new();
        files::read(*node, &format!("task:{id}"), &mut own_files, oddities);
        for step_id in wanted {
            let Some(step) = steps.iter_mut().find(|step| step.id == step_id) else {
                let text = format!("task `{id}` belongs to step `{step_id}`, which is not in the plan");
                oddities.push(Oddity { id: format!("dangling:task:{id}:{step_id}"), text });
                continue;
            };
            for file in &own_files {
                if !step.files.contains(file) {
                    step.files.push(file.clone());
                }
            }
            found.push(step_id);
        }
        if found.is_empty() && !own_files.is_empty() {
            let text = format!("task `{id}` names files and belongs to no step of the plan");
            oddities.push(Oddity { id: format!("no-step:task:{id}"), text });
        }
        steps_of.entry(id.clone()).or_insert(found);
    }
    let mut dangling = BTreeSet::new();
    for dependency in dependencies {
        let named = look::texts(*dependency, &["taskId", "dependsOn"], &["id", "taskId"]);
        dangling.extend(named.into_iter().filter(|id| !at.contains_key(id.as_str())));
    }
    for (node, id) in nodes.iter().zip(&ids) {
        let named = look::texts(*node, &["dependencies", "dependsOn", "parentId"], &["id", "taskId"]);
        let is_missing = |other: &String| !at.contains_key(other.as_str()) && other != id;
        dangling.extend(named.into_iter().filter(is_missing));
    }
    for id in dangling {
        let text = format!("task `{id}` is waited for or named as a parent, and is not in `tasks.items`");
        oddities.push(Oddity { id: format!("dangling:tasks:{id}"), text });
    }
    steps_of
}

/// The ids of the steps a task belongs to: its own, else those of the tasks above it.
fn steps_of_task(node: Node<'_>, nodes: &[Node<'_>], at: &HashMap<&str, usize>) -> Vec<String> {
    let mut node = node;
    // More levels than tasks is a circle of parents.
    for _ in 0..=nodes.len() {
        let own = look::texts(node, &["planStepId", "planStepIds", "stepId"], &["id"]);
        if !own.is_empty() {
            return own;
        }
        let parent = look::text(node, &["parentId"]);
        match parent.and_then(|parent| at.get(parent.as_str()).copied()) {
            Some(parent) => node = nodes[parent],
            None => break,
        }
    }
    Vec::new()
}
