//! Which steps and scenarios does the work bear out?
//!
//! The one rule for `completed` and `implemented`, used twice: when the work is recorded and when a stranger
//! holds the record against what they see. It knows nothing of statuses written by anybody.

pub mod seen;
mod commands;
mod scenarios;

use crate::check::{Results, SuiteResult};
use crate::mapping;
use crate::payload::entries::{Before, CommandEntry, TargetOutcome};
use crate::payload::model::{Payload, Prescribed, Scenario, Step};
use crate::words::{CheckKind, Outcome, brief};
use std::collections::BTreeMap;

pub use scenarios::{Reference, packages_of, suites_of, tests_of};
pub use seen::{Borne, Seen};

/// The statuses of steps that mean: done. The first is the one this tool sets.
pub const COMPLETED: &[&str] = &["completed", "complete", "done", "finished"];

/// The statuses of scenarios that mean: done. The first is the one this tool sets.
pub const IMPLEMENTED: &[&str] = &["implemented", "passed", "verified"];

/// Where the work stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Each step by id.
    pub steps: BTreeMap<String, Borne>,
    /// Each scenario by id.
    pub scenarios: BTreeMap<String, Borne>,
}

/// Judges every step and scenario.
#[must_use]
pub fn judge(seen: &Seen) -> Standing {
    let scenarios: BTreeMap<String, Borne> = seen
        .payload
        .scenarios
        .iter()
        .map(|scenario| (scenario.id.clone(), scenarios::borne_out(scenario, seen)))
        .collect();
    let steps =
        seen.payload.steps.iter().map(|step| (step.id.clone(), step_borne_out(step, seen, &scenarios))).collect();
    Standing { steps, scenarios }
}

/// (1) the work is there, (2) the checks of the packages it maps to passed, (3) its scenarios' tests passed, and the
/// commands prescribed for it.
fn step_borne_out(step: &Step, seen: &Seen, scenarios: &BTreeMap<String, Borne>) -> Borne {
    let Some(mapped) = seen.mapped.iter().find(|mapped| mapped.step == step.id) else {
        return Err(vec!["it was not looked at this time".into()]);
    };
    let mut reasons = Vec::new();
    if let Err(missing) = mapping::work_is_there(mapped, seen.changes) {
        reasons.extend(missing);
    }
    for package in &mapped.packages {
        reasons.extend(package_passed(package, seen.results).err().into_iter().flatten());
    }
    let of_step = |one: &Prescribed| one.steps.contains(&step.id) && one.scenarios.is_empty();
    reasons.extend(commands::passed(of_step, seen).1);
    for scenario in scenarios_of(step, seen.payload) {
        if let Some(Err(why)) = scenarios.get(&scenario.id) {
            reasons.push(format!("scenario {}: {}", scenario.id, why.join("; ")));
        }
    }
    if reasons.is_empty() { Ok(()) } else { Err(reasons) }
}

fn scenarios_of<'a>(step: &'a Step, payload: &'a Payload) -> impl Iterator<Item = &'a Scenario> {
    payload.scenarios.iter().filter(|scenario| scenario.steps.contains(&step.id))
}

/// Whether every check of this package passed; a package that was not checked did not.
pub fn package_passed(package: &str, results: &Results) -> Borne {
    let mut reasons = Vec::new();
    let mut n_seen = 0;
    for command in results.commands.iter().filter(|command| command.kind != CheckKind::Prescribed) {
        for target in command.targets.iter().filter(|target| target.package == package) {
            n_seen += 1;
            if target.outcome.is_bad() {
                reasons
                    .push(format!("{} of {package}/{}/{}: {}", command.kind, target.kind, target.name, target.outcome));
            }
        }
    }
    for suite in results.suites.iter().filter(|suite| suite.suite.target.package == package) {
        n_seen += 1;
        if suite.outcome.is_bad() {
            reasons.push(format!("tests of {}: {}", suite.suite, suite.outcome));
        }
    }
    if n_seen == 0 {
        reasons.push(format!("package `{package}` was not checked"));
    }
    if reasons.is_empty() { Ok(()) } else { Err(reasons) }
}

/// What each check that did not pass is called in the reasons of [`Standing`].
#[must_use]
pub fn bad_names(results: &Results) -> Vec<String> {
    let suites = results.suites.iter().filter(|suite| suite.outcome.is_bad()).map(|suite| suite.suite.to_string());
    let commands = || results.commands.iter().filter(|command| command.outcome.is_bad());
    let targets = commands().flat_map(|command| &command.targets).filter(|target| target.outcome.is_bad());
    let targets = targets.map(|target| format!("{}/{}/{}", target.package, target.kind, target.name));
    let prescribed = commands().filter(|command| command.kind == CheckKind::Prescribed);
    suites.chain(targets).chain(prescribed.map(|command| format!("`{}`", brief(&command.command)))).collect()
}

/// The steps and scenarios, as `step:1`, that are open for nothing but checks that failed or could not run.
#[must_use]
pub fn held_up(standing: &Standing, results: &Results) -> Vec<String> {
    let bad = bad_names(results);
    let is_told = |why: &String| bad.iter().any(|name| why.contains(name.as_str()));
    let is_held_up = |borne: &Borne| borne.as_ref().is_err_and(|why| why.iter().all(is_told));
    open_as(standing, is_held_up)
}

/// The steps and scenarios, as `step:1`, among whose reasons is what is called so.
#[must_use]
pub fn resting_on(name: &str, standing: &Standing) -> Vec<String> {
    open_as(standing, |borne| borne.as_ref().is_err_and(|why| why.iter().any(|why| why.contains(name))))
}

fn open_as(standing: &Standing, is_it: impl Fn(&Borne) -> bool) -> Vec<String> {
    let steps = standing.steps.iter().filter(|(_, borne)| is_it(borne)).map(|(id, _)| format!("step:{id}"));
    let scenarios = standing.scenarios.iter().filter(|(_, borne)| is_it(borne));
    steps.chain(scenarios.map(|(id, _)| format!("scenario:{id}"))).collect()
}

/// Whether a person's word, given with a reason, is all there can be of a scenario: it names no test.
#[must_use]
pub fn is_vouched_for(scenario: &Scenario) -> bool {
    scenario.asserted && scenario.tests.is_empty()
}

/// Whether nothing that ran failed or could not run.
#[must_use]
pub fn checks_held(results: &Results) -> bool {
    let commands = results.commands.iter().map(|command| command.outcome);
    let suites = results.suites.iter().map(|suite| suite.outcome);
    !commands.chain(suites).any(Outcome::is_bad)
}

/// The same but for tests that were run on the baseline too, and failed there: nothing of this work broke them.
#[must_use]
pub fn only_old_failures(results: &Results) -> bool {
    let is_old = |suite: &SuiteResult| {
        let before = suite.failures.iter().filter(|failure| failure.before == Some(Before::Failed)).count();
        suite.outcome == Outcome::Failed && 0 < before && before as u64 == suite.counts.failed
    };
    let is_old_target = |target: &TargetOutcome| {
        let of_target = |suite: &&SuiteResult| {
            let id = &suite.suite.target;
            suite.suite.doctest && (&id.package, id.kind, &id.name) == (&target.package, target.kind, &target.name)
        };
        results.suites.iter().find(of_target).is_some_and(is_old)
    };
    let holds = |command: &CommandEntry| {
        let mut bad = command.targets.iter().filter(|target| target.outcome.is_bad()).peekable();
        let is_of_doctests = command.kind == CheckKind::Doctest && bad.peek().is_some();
        !command.outcome.is_bad() || (is_of_doctests && bad.all(is_old_target))
    };
    results.commands.iter().all(holds) && results.suites.iter().all(|suite| !suite.outcome.is_bad() || is_old(suite))
}
