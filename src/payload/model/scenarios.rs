//! `testPlan`: scenarios, what covers them, and the commands that are prescribed.

use super::look;
use super::shape::{Oddity, Prescribed, Scenario, Step};
use super::tasks::StepsOfTasks;
use crate::payload::document::{Kind, Node};
use serde_json::{Map, Value};
use std::collections::{BTreeSet, HashMap};

const STEPS: &[&str] = &["planStepId", "planStepIds", "stepId", "stepIds"];
const TASKS: &[&str] = &["taskId", "taskIds"];
const SCENARIOS: &[&str] = &["scenarioId", "scenarioIds", "scenarios"];

/// What the test plan is read from.
pub(super) struct Source<'a> {
    pub(super) scenarios: Vec<Node<'a>>,
    pub(super) matrix: Vec<Node<'a>>,
    pub(super) commands: Vec<Node<'a>>,
    pub(super) plan: Vec<Node<'a>>,
    pub(super) tasks: &'a StepsOfTasks,
    pub(super) steps: &'a [Step],
    pub(super) implementation: &'a Map<String, Value>,
}

/// All scenarios, and all prescribed commands in document order.
pub(super) fn read(source: &Source<'_>, oddities: &mut Vec<Oddity>) -> (Vec<Scenario>, Vec<Prescribed>) {
    let step_ids: BTreeSet<&str> = source.steps.iter().map(|step| step.id.as_str()).collect();
    let mut scenarios: Vec<Scenario> =
        source.scenarios.iter().enumerate().map(|(index, node)| scenario(*node, index, source, oddities)).collect();
    for id in look::duplicates(scenarios.iter().map(|scenario| scenario.id.as_str())) {
        let text = format!("more than one scenario has the id `{id}`; statuses go to the first");
        oddities.push(Oddity { id: format!("duplicate:scenario:{id}"), text });
    }
    cover(source, &step_ids, &mut scenarios, oddities);
    for scenario in &mut scenarios {
        let (known, missing): (Vec<_>, Vec<_>) =
            std::mem::take(&mut scenario.steps).into_iter().partition(|id| step_ids.contains(id.as_str()));
        scenario.steps = known;
        for step in missing {
            let text = format!("scenario `{}` belongs to step `{step}`, which is not in the plan", scenario.id);
            oddities.push(Oddity { id: format!("dangling:scenario:{}:{step}", scenario.id), text });
        }
    }
    let prescribed = prescribed(source, &scenarios, oddities);
    let is_served = |scenario: &Scenario| prescribed.iter().any(|one| one.scenarios.contains(&scenario.id));
    for scenario in scenarios.iter().filter(|scenario| scenario.tests.is_empty() && !is_served(scenario)) {
        let text =
            format!("scenario `{}` names no test and no command, so nothing can show that it holds", scenario.id);
        oddities.push(Oddity { id: format!("no-test:{}", scenario.id), text });
    }
    (scenarios, prescribed)
}

fn scenario(node: Node<'_>, index: usize, source: &Source<'_>, oddities: &mut Vec<Oddity>) -> Scenario {
    let id = look::id_of(node, index);
    let is_text = node.kind() == Kind::Text;
    let (status, setter) = if is_text {
        look::text_status(source.implementation, &format!("scenario:{id}"))
    } else {
        let status = look::text(node, &["status"]);
        let setter = look::setter(node, status.as_deref());
        (status, setter)
    };
    let mut steps = look::texts(node, STEPS, &["id"]);
    for task in look::texts(node, TASKS, &["id"]) {
        match source.tasks.get(&task) {
            Some(of_task) => add(&mut steps, of_task),
            None => {
                let text = format!("scenario `{id}` belongs to task `{task}`, which is not in `tasks.items`");
                oddities.push(Oddity { id: format!("dangling:scenario:{id}:{task}"), text });
            }
        }
    }
    Scenario {
        index,
        is_text,
        name: if is_text {
            node.as_text().unwrap_or_default().trim().to_owned()
        } else {
            look::text(node, &["name", "title", "description", "summary"]).unwrap_or_default()
        },
        tests: look::texts(node, &["tests", "test"], &["path", "name", "test", "file"]),
        command: look::text(node, &["command"]),
        steps,
        status,
        status_is_ours: setter.ours,
        red: if is_text { Value::Null } else { node.get("red").map_or(Value::Null, Node::value) },
        asserted: setter.asserted,
        id,
    }
}

fn add(to: &mut Vec<String>, from: &[String]) {
    for id in from {
        if !to.contains(id) {
            to.push(id.clone());
        }
    }
}

/// Links scenarios to steps through the coverage matrix.
fn cover(source: &Source<'_>, step_ids: &BTreeSet<&str>, scenarios: &mut [Scenario], oddities: &mut Vec<Oddity>) {
    let mut at: HashMap<String, usize> = HashMap::new();
    for (index, scenario) in scenarios.iter().enumerate() {
        at.entry(scenario.id.clone()).or_insert(index);
    }
    let mut dangling = BTreeSet::new();
    for row in &source.matrix {
        let mut steps = look::texts(*row, STEPS, &["id"]);
        for task in look::texts(*row, TASKS, &["id"]) {
            match source.tasks.get(&task) {
                Some(of_task) => add(&mut steps, of_task),
                None => drop(dangling.insert(("task", task))),
            }
        }
        steps.retain(|step| {
            let is_known = step_ids.contains(step.as_str());
            if !is_known {
                dangling.insert(("step", step.clone()));
            }
            is_known
        });
        for scenario in look::texts(*row, SCENARIOS, &["id"]) {
            match at.get(&scenario) {
                Some(index) => add(&mut scenarios[*index].steps, &steps),
                None => drop(dangling.insert(("scenario", scenario))),
            }
        }
    }
    for (kind, id) in dangling {
        let text = format!("`testPlan.coverageMatrix` names {kind} `{id}`, which is not there");
        let id = if kind == "scenario" { id } else { format!("{kind}:{id}") };
        oddities.push(Oddity { id: format!("dangling:coverageMatrix:{id}"), text });
    }
}

fn prescribed(source: &Source<'_>, scenarios: &[Scenario], oddities: &mut Vec<Oddity>) -> Vec<Prescribed> {
    let mut found: Vec<(usize, Prescribed)> = Vec::new();
    for (index, node) in source.commands.iter().enumerate() {
        let place = format!("testPlan.validationCommands[{index}]");
        let command = match node.kind() {
            Kind::Object => look::text(*node, &["command"]),
            Kind::Text | Kind::Number | Kind::Null | Kind::Bool | Kind::List => look::words(*node),
        };
        let Some(command) = command else {
            let text = format!("`{place}` has no `command`");
            oddities.push(Oddity { id: format!("no-command:{place}"), text });
            continue;
        };
        let of_node = |keys: &[&str]| look::texts(*node, keys, &["id"]);
        let served = Prescribed {
            suite: look::text(*node, &["suite", "name"]),
            command,
            scenarios: of_node(SCENARIOS),
            steps: of_node(STEPS),
            wishes: wishes(*node),
            place,
        };
        found.push((node.offset(), served));
    }
    for (node, scenario) in source.scenarios.iter().zip(scenarios) {
        if let Some(command) = scenario.command.clone() {
            let place = format!("scenario:{}", scenario.id);
            let steps = scenario.steps.clone();
            let (scenarios, wishes) = (vec![scenario.id.clone()], wishes(*node));
            let served = Prescribed { place, suite: None, command, scenarios, steps, wishes };
            found.push((node.offset(), served));
        }
    }
    for (node, step) in source.plan.iter().zip(source.steps) {
        if let Some(command) = step.command.clone() {
            let place = format!("step:{}", step.id);
            let (steps, wishes) = (vec![step.id.clone()], wishes(*node));
            let served = Prescribed { place, suite: None, command, scenarios: Vec::new(), steps, wishes };
            found.push((node.offset(), served));
        }
    }
    found.sort_by_key(|(offset, _)| *offset);
    let mut found: Vec<Prescribed> = found.into_iter().map(|(_, served)| served).collect();
    // Two entries of one id are two commands: what one comes to says nothing of the other.
    let mut places = BTreeSet::new();
    for served in &mut found {
        let place = served.place.clone();
        let mut n_same = 1;
        while !places.insert(served.place.clone()) {
            n_same += 1;
            served.place = format!("{place}#{n_same}");
        }
    }
    found
}

/// What an entry would like to have around its command, one sentence each.
fn wishes(node: Node<'_>) -> Vec<String> {
    let mut wishes = Vec::new();
    for key in ["environment", "prerequisites", "expectedDuration"] {
        wishes.extend(look::texts(node, &[key], &[]).into_iter().map(|text| format!("{key}: {text}")));
        let members = node.get(key).map(Node::members).unwrap_or_default();
        let value = |node: Node<'_>| node.text_or_number().map_or_else(|| "...".to_owned(), |text| text.into_owned());
        wishes.extend(members.into_iter().map(|(name, node)| format!("{key}: {name}={}", value(node))));
    }
    wishes
}
