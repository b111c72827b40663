//! `plan.steps`.

use super::shape::{Oddity, Step};
use super::{files, look};
use crate::payload::document::{Kind, Node};
use serde_json::{Map, Value};
use std::collections::{BTreeSet, HashMap};

const NAME: &[&str] = &["name", "title", "description", "summary"];
const OWN_TEXT: &[&str] = &[
    "name",
    "title",
    "description",
    "summary",
    "details",
    "detail",
    "notes",
    "note",
    "goal",
    "objective",
    "rationale",
    "approach",
    "instructions",
];

/// All steps in the file's order.
pub(super) fn read(nodes: &[Node<'_>], implementation: &Map<String, Value>, oddities: &mut Vec<Oddity>) -> Vec<Step> {
    let steps: Vec<Step> =
        nodes.iter().enumerate().map(|(index, node)| step(*node, index, implementation, oddities)).collect();
    for id in look::duplicates(steps.iter().map(|step| step.id.as_str())) {
        let text = format!("more than one step has the id `{id}`; statuses go to the first");
        oddities.push(Oddity { id: format!("duplicate:step:{id}"), text });
    }
    let ids: BTreeSet<&str> = steps.iter().map(|step| step.id.as_str()).collect();
    for step in &steps {
        for missing in step.depends.iter().filter(|id| !ids.contains(id.as_str())) {
            let text = format!("step `{}` waits for step `{missing}`, which is not in the plan", step.id);
            oddities.push(Oddity { id: format!("dangling:step:{}:{missing}", step.id), text });
        }
    }
    cycles(&steps, oddities);
    steps
}

fn step(node: Node<'_>, index: usize, implementation: &Map<String, Value>, oddities: &mut Vec<Oddity>) -> Step {
    let id = look::id_of(node, index);
    if node.kind() == Kind::Text {
        let name = node.as_text().unwrap_or_default().trim().to_owned();
        let (status, setter) = look::text_status(implementation, &format!("step:{id}"));
        return Step {
            id,
            index,
            is_text: true,
            own_text: name.clone(),
            name,
            files: Vec::new(),
            packages: Vec::new(),
            targets: Vec::new(),
            depends: Vec::new(),
            status,
            status_is_ours: setter.ours,
            asserted: setter.asserted,
            success_signal: None,
            command: None,
            edits: Vec::new(),
        };
    }
    let mut own_files = Vec::new();
    files::read(node, &format!("step:{id}"), &mut own_files, oddities);
    let status = look::text(node, &["status"]);
    let setter = look::setter(node, status.as_deref());
    Step {
        index,
        is_text: false,
        name: look::text(node, NAME).unwrap_or_default(),
        own_text: look::texts(node, OWN_TEXT, NAME).join("\n"),
        files: own_files,
        packages: look::texts(node, &["packages", "crates", "package", "crate"], &["name", "package"]),
        targets: targets(node),
        depends: look::texts(node, &["dependencies", "dependsOn"], &["id", "stepId", "planStepId"]),
        status,
        status_is_ours: setter.ours,
        asserted: setter.asserted,
        success_signal: look::text(node, &["successSignal"]),
        command: look::text(node, &["command"]),
        edits: edits(node, &id, oddities),
        id,
    }
}

/// `edits`: a list of objects, or none of them counts.
fn edits(node: Node<'_>, id: &str, oddities: &mut Vec<Oddity>) -> Vec<Value> {
    let Some(list) = node.get("edits").filter(|list| !list.is_null()) else { return Vec::new() };
    let is_list = list.kind() == Kind::List && list.elements().iter().all(|edit| edit.kind() == Kind::Object);
    if is_list {
        return list.elements().into_iter().map(Node::value).collect();
    }
    let text = format!("the edits of step `{id}` are no list of objects, and none of them is made");
    oddities.push(Oddity { id: format!("edits:step:{id}"), text });
    Vec::new()
}

/// `targets`: strings as written, objects as `package/kind/name`.
fn targets(node: Node<'_>) -> Vec<String> {
    let mut targets = Vec::new();
    let listed = node.get("targets").map(|list| if list.kind() == Kind::List { list.elements() } else { vec![list] });
    for target in listed.into_iter().flatten() {
        let written = match target.kind() {
            Kind::Object => {
                let parts = ["package", "kind", "name"].map(|key| look::text(target, &[key]));
                Some(parts.into_iter().flatten().collect::<Vec<_>>().join("/"))
            }
            Kind::Text | Kind::Number | Kind::Null | Kind::Bool | Kind::List => look::words(target),
        };
        targets.extend(written.filter(|written| !written.is_empty()));
    }
    targets
}

/// Circles in what waits for what, each named by its first step in the file's order.
fn cycles(steps: &[Step], oddities: &mut Vec<Oddity>) {
    #[derive(Clone, Copy, PartialEq, Eq)]
    enum Seen {
        No,
        OnPath,
        Done,
    }
    let mut at: HashMap<&str, usize> = HashMap::new();
    for (index, step) in steps.iter().enumerate() {
        at.entry(&step.id).or_insert(index);
    }
    let mut seen = vec![Seen::No; steps.len()];
    let mut told = BTreeSet::new();
    for start in 0..steps.len() {
        // A walk with its own stack: a plan may chain more steps than the call stack holds.
        let mut path: Vec<(usize, usize)> = Vec::new();
        if seen[start] == Seen::No {
            seen[start] = Seen::OnPath;
            path.push((start, 0));
        }
        while let Some((step, next)) = path.last_mut() {
            let Some(wanted) = steps[*step].depends.get(*next) else {
                seen[*step] = Seen::Done;
                path.pop();
                continue;
            };
            *next += 1;
            let Some(&wanted) = at.get(wanted.as_str()) else { continue };
            match seen[wanted] {
                Seen::No => {
                    seen[wanted] = Seen::OnPath;
                    path.push((wanted, 0));
                }
                Seen::OnPath => {
                    let from = path.iter().position(|(step, _)| *step == wanted).unwrap_or_default();
                    let circle: Vec<usize> = path[from..].iter().map(|(step, _)| *step).collect();
                    let first = circle.iter().min().copied().unwrap_or(wanted);
                    if told.insert(first) {
                        let names: Vec<_> = circle.iter().map(|step| format!("`{}`", steps[*step].id)).collect();
                        let text = format!("steps wait for each other in a circle: {}", names.join(" -> "));
                        oddities.push(Oddity { id: format!("cycle:step:{}", steps[first].id), text });
                    }
                }
                Seen::Done => {}
            }
        }
    }
}
