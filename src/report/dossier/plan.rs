//! What was planned and asked for: steps, scenarios and criteria, each with what bears it out.

use super::proof::{Proof, weakest};
use super::source::{Fresh, Source};
use super::{Change, Command, Criterion, Scenario, Standing, Step, Suite, TestRef};
use crate::check::TestOutcome;
use crate::evidence::{NamedTest, RunRecord, ScenarioRecord};
use crate::payload::entries::Red;
use crate::payload::model;
use crate::words::Verdict;
use std::collections::BTreeSet;

/// The plan's steps.
pub(super) fn steps(source: &Source<'_>, changes: &[Change], suites: &[Suite]) -> Vec<Step> {
    let step = |step: &model::Step| {
        let of_changes = changes.iter().filter(|change| change.entry.steps.contains(&step.id));
        let of_suites = suites.iter().filter(|suite| suite.entry.steps.contains(&step.id));
        let packages: BTreeSet<&String> = of_changes
            .filter_map(|change| change.entry.package.as_ref())
            .chain(of_suites.map(|suite| &suite.entry.package))
            .collect();
        Step {
            id: step.id.clone(),
            name: step.name.clone(),
            status: step.status.clone(),
            is_asserted: step.asserted,
            success_signal: step.success_signal.clone(),
            files: step.files.iter().map(|file| file.path.clone()).collect(),
            packages: packages.into_iter().cloned().collect(),
        }
    };
    source.payload.steps.iter().map(step).collect()
}

/// The test plan's scenarios.
pub(super) fn scenarios(source: &Source<'_>, suites: &[Suite], commands: &[Command]) -> Vec<Scenario> {
    let scenario = |planned: &model::Scenario| {
        let (named, missing) = found(planned, source, suites);
        let tests: Vec<TestRef> = named.into_iter().filter_map(|named| test(named, source, suites)).collect();
        let prescribed = source.payload.prescribed.iter().filter(|one| one.scenarios.contains(&planned.id));
        let ids: Vec<String> = prescribed.map(model::Prescribed::id).collect();
        let ran: Vec<&Command> = commands.iter().filter(|command| ids.contains(&command.entry.id)).collect();
        let mut scenario = Scenario {
            id: planned.id.clone(),
            name: planned.name.clone(),
            status: planned.status.clone(),
            is_asserted: planned.asserted,
            steps: planned.steps.clone(),
            named: planned.tests.clone(),
            commands: ran.iter().map(|command| command.entry.id.clone()).collect(),
            tests,
            standing: Standing::Untested,
        };
        let own = [format!("scenario:{}", planned.id), format!("red:scenario:{}", planned.id)];
        let claims = scenario.tests.iter().map(|test| &test.suite).chain(&scenario.commands).chain(&own);
        let proof = Proof {
            suites,
            is_incomplete: missing || ran.len() < ids.len(),
            is_doubted: claims.into_iter().any(|claim| is_doubted(source, claim)),
            commands: ran,
        };
        scenario.standing = proof.standing(&scenario);
        scenario
    };
    source.payload.scenarios.iter().map(scenario).collect()
}

/// Whether a claim is contradicted; where nothing of it was seen just now, also whether it is no longer known to be so.
fn is_doubted(source: &Source<'_>, claim: &str) -> bool {
    // What was run again is told as it was seen, whatever the record says of it. Of the baseline only the record tells.
    let is_seen_now = matches!(source.fresh, Fresh::Again(_)) && !claim.starts_with("red:");
    let is_in_doubt = |verdict: Verdict| match verdict {
        Verdict::Contradicted => true,
        Verdict::Stale | Verdict::NotReproducible => !is_seen_now,
        Verdict::Confirmed | Verdict::NotCheckable => false,
    };
    source.judged.claims.iter().any(|row| row.claim == claim && is_in_doubt(row.verdict))
}

/// The tests a scenario names, and whether some of what it names was not found. The newest record that says so has it
/// from the packages and their sources; where none does, names decide.
fn found(scenario: &model::Scenario, source: &Source<'_>, suites: &[Suite]) -> (Vec<NamedTest>, bool) {
    let of = |record: &RunRecord| {
        let is_it = |known: &&ScenarioRecord| known.id == scenario.id && !known.tests.is_empty();
        record.scenarios.iter().find(is_it).cloned()
    };
    let known = match source.fresh {
        Fresh::Again(ran) => of(&ran.record),
        Fresh::Unsaved(kept) => kept.record.as_ref().ok().and_then(of),
        Fresh::Nothing => None,
    };
    let known = known.or_else(|| source.shelf.newest_first().find_map(|(_, record)| of(record)));
    if let Some(known) = known {
        // What was planned since then was not looked for.
        let is_old = known.missing.len() + known.tests.len() < scenario.tests.len();
        return (known.tests, is_old || !known.missing.is_empty());
    }
    let mut tests: Vec<NamedTest> = Vec::new();
    let mut is_incomplete = false;
    for text in &scenario.tests {
        let meant = by_name(text, suites);
        is_incomplete |= meant.is_empty();
        tests.extend(meant);
    }
    tests.dedup();
    (tests, is_incomplete)
}

/// The tests a text means: with exactly this path, else those whose path ends in it. A file means none: whose it is is
/// not known here.
fn by_name(text: &str, suites: &[Suite]) -> Vec<NamedTest> {
    if text.ends_with(".rs") || text.contains('/') {
        return Vec::new();
    }
    let same = |one: &str, other: &str| one.replace('-', "_") == other.replace('-', "_");
    let package = |suite: &Suite| {
        let (first, path) = text.split_once("::")?;
        same(&suite.entry.package, first).then_some(path)
    };
    let is_qualified = suites.iter().any(|suite| package(suite).is_some());
    let paths = suites.iter().filter_map(|suite| {
        let path = if is_qualified { package(suite)? } else { text };
        Some((suite, path))
    });
    let matching = |fits: &dyn Fn(&str, &str) -> bool| -> Vec<NamedTest> {
        let tests = paths.clone().flat_map(|(suite, path)| {
            let names = suite.tests.keys().filter(move |name| fits(name, path));
            names.map(|name| NamedTest { suite: suite.entry.id.clone(), test: name.clone() })
        });
        tests.collect()
    };
    let exact = matching(&|name, path| name == path);
    if exact.is_empty() {
        matching(&|name, path| name.strip_suffix(path).is_some_and(|rest| rest.ends_with("::")))
    } else {
        exact
    }
}

/// The test with what it came to; `None` where its suite is not known any more.
fn test(named: NamedTest, source: &Source<'_>, suites: &[Suite]) -> Option<TestRef> {
    let suite = suites.iter().find(|suite| suite.entry.id == named.suite)?;
    let outcome = suite.tests.get(&named.test).copied().unwrap_or(TestOutcome::NoAnswer);
    // What is in doubt is not told as seen.
    let is_seen = !is_doubted(source, &format!("red:{}", named.suite));
    let red: Option<Red> = suite.entry.red.iter().find(|red| is_seen && red.test == named.test).cloned();
    Some(TestRef { suite: named.suite, test: named.test, outcome, red })
}

/// The acceptance criteria.
pub(super) fn criteria(source: &Source<'_>, scenarios: &[Scenario]) -> Vec<Criterion> {
    let criterion = |criterion: model::Criterion| {
        let covers = scenarios.iter().filter(|scenario| criterion.scenarios.contains(&scenario.id));
        Criterion {
            number: criterion.number,
            id: criterion.id,
            standing: weakest(covers.map(|scenario| scenario.standing)),
            text: criterion.text,
            scenarios: criterion.scenarios,
        }
    };
    source.payload.coverage().criteria.into_iter().map(criterion).collect()
}
