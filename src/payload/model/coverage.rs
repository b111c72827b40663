//! Which scenarios cover which acceptance criterion.
//!
//! Criteria rarely have ids: `req-2`, `AC2` or `2` mean the second one, by its place in the list. Where one has an id,
//! or is quoted by its text, that counts first.

use super::look;
use super::shape::Payload;
use crate::payload::document::Node;
use std::collections::BTreeSet;

/// The members that name criteria, of a row of the coverage matrix and of a scenario.
const CRITERIA: &[&str] = &[
    "requirementId",
    "requirementIds",
    "requirement",
    "requirements",
    "criterionId",
    "criterionIds",
    "criterion",
    "criteria",
    "acceptanceCriterionId",
    "acceptanceCriterionIds",
    "acceptanceCriteriaId",
    "acceptanceCriteriaIds",
    "acceptanceCriterion",
    "acceptanceCriteria",
    "covers",
];

/// The members that name scenarios, of a row of the coverage matrix and of a criterion.
const SCENARIOS: &[&str] = &["scenarioId", "scenarioIds", "scenarios"];

/// An acceptance criterion and what covers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Criterion {
    /// Its place in `requirement.acceptanceCriteria`, from 1.
    pub number: usize,
    /// Its own id, where it has one.
    pub id: Option<String>,
    /// What it says; empty where it says nothing.
    pub text: String,
    /// The ids of the scenarios that cover it, in the test plan's order. All of them are there.
    pub scenarios: Vec<String>,
}

/// Acceptance criteria against scenarios.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Every criterion, in order.
    pub criteria: Vec<Criterion>,
    /// Whether anything in the payload links a scenario to a criterion at all.
    pub is_told: bool,
}

impl Payload {
    /// Reads the coverage matrix, and what scenarios and criteria say of each other.
    #[must_use]
    pub fn coverage(&self) -> Coverage {
        let root = self.document.root();
        let list = |path: &[&str]| root.at(path).map(Node::elements).unwrap_or_default();
        let nodes = list(&["requirement", "acceptanceCriteria"]);
        let criterion = |(index, node): (usize, &Node<'_>)| Criterion {
            number: index + 1,
            id: look::text(*node, &["id"]),
            text: look::words(*node).unwrap_or_default(),
            scenarios: Vec::new(),
        };
        let mut criteria: Vec<Criterion> = nodes.iter().enumerate().map(criterion).collect();
        let known: BTreeSet<&str> = self.scenarios.iter().map(|scenario| scenario.id.as_str()).collect();
        let mut links: BTreeSet<(usize, String)> = BTreeSet::new();
        let mut link = |criteria: &[usize], scenarios: &[String]| {
            let scenarios = scenarios.iter().filter(|id| known.contains(id.as_str()));
            for scenario in scenarios {
                links.extend(criteria.iter().map(|index| (*index, scenario.clone())));
            }
        };
        for row in list(&["testPlan", "coverageMatrix"]) {
            link(&meant(row, &criteria), &look::texts(row, SCENARIOS, &["id"]));
        }
        for (node, scenario) in list(&["testPlan", "scenarios"]).into_iter().zip(&self.scenarios) {
            link(&meant(node, &criteria), std::slice::from_ref(&scenario.id));
        }
        for (index, node) in nodes.iter().enumerate() {
            link(&[index], &look::texts(*node, SCENARIOS, &["id"]));
        }
        for scenario in &self.scenarios {
            for (index, _) in links.iter().filter(|(_, id)| *id == scenario.id) {
                criteria[*index].scenarios.push(scenario.id.clone());
            }
        }
        Coverage { is_told: !links.is_empty(), criteria }
    }
}

/// The places of the criteria an entry names.
fn meant(node: Node<'_>, criteria: &[Criterion]) -> Vec<usize> {
    let names = look::texts(node, CRITERIA, &["id", "text", "criterion", "name"]);
    names.iter().filter_map(|name| place(name, criteria)).collect()
}

/// The place a name means: of the criterion with this id, else with this text, else at this place.
fn place(name: &str, criteria: &[Criterion]) -> Option<usize> {
    let by_id = criteria.iter().position(|criterion| criterion.id.as_deref() == Some(name));
    let by_text = || criteria.iter().position(|criterion| criterion.text == name);
    by_id.or_else(by_text).or_else(|| {
        let number = name.trim_start_matches(|c: char| c.is_alphabetic() || matches!(c, '-' | '_' | '#' | ' '));
        // `req-1.2` and `1 of them` are no places.
        let number: usize = Some(number).filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))?.parse().ok()?;
        let index = number.checked_sub(1)?;
        (index < criteria.len() && criteria[index].id.is_none()).then_some(index)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payload::document::Document;
    use serde_json::{Value, json};

    #[track_caller]
    fn coverage(payload: Value) -> Vec<(usize, Vec<String>)> {
        let document = Document::parse("p.json", payload.to_string().into()).expect("JSON");
        let coverage = Payload::read(&document).expect("a payload").coverage();
        coverage.criteria.into_iter().map(|criterion| (criterion.number, criterion.scenarios)).collect()
    }

    fn told(rows: Value) -> Vec<(usize, Vec<String>)> {
        coverage(json!({
            "requirement": {"acceptanceCriteria": ["a holds", "b holds", {"id": "AC-9", "text": "c holds"}]},
            "testPlan": {"scenarios": [{"id": "s1", "name": "x"}, {"id": "s2", "name": "y"}], "coverageMatrix": rows},
        }))
    }

    fn of(lists: [&[&str]; 3]) -> Vec<(usize, Vec<String>)> {
        let lists = lists.into_iter().enumerate();
        lists.map(|(at, list)| (at + 1, list.iter().map(|id| (*id).to_owned()).collect())).collect()
    }

    #[test]
    fn an_id_is_a_place_unless_a_criterion_has_it() {
        let row = |name: Value| json!([{"requirementId": name, "scenarioIds": ["s2", "s1"]}]);
        assert_eq!(told(row(json!("req-2"))), of([&[], &["s1", "s2"], &[]]));
        assert_eq!(told(row(json!(1))), of([&["s1", "s2"], &[], &[]]));
        assert_eq!(told(row(json!("AC-9"))), of([&[], &[], &["s1", "s2"]]));
        assert_eq!(told(row(json!("b holds"))), of([&[], &["s1", "s2"], &[]]));
        for nobody in [json!("req-0"), json!("req-4"), json!("req-1.2"), json!("security"), json!("req-3")] {
            assert_eq!(told(row(nobody)), of([&[], &[], &[]]));
        }
    }

    #[test]
    fn a_row_without_a_scenario_that_is_there_covers_nothing() {
        assert_eq!(told(json!([{"requirementId": "req-1", "scenarioIds": ["s9"]}])), of([&[], &[], &[]]));
        assert_eq!(told(json!([{"requirementId": "req-1"}])), of([&[], &[], &[]]));
    }

    #[test]
    fn scenarios_and_criteria_may_name_each_other() {
        let found = coverage(json!({
            "requirement": {"acceptanceCriteria": ["a", {"text": "b", "scenarioIds": ["s"]}]},
            "testPlan": {"scenarios": [{"id": "s", "name": "x", "acceptanceCriteria": ["req-1"]}]},
        }));
        assert_eq!(found, [(1, vec!["s".to_owned()]), (2, vec!["s".to_owned()])]);
    }
}
