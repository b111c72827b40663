//! How well scenarios and criteria are borne out.

use super::entries::passed;
use super::{Command, Scenario, Standing, Suite, TestRef};
use crate::words::Outcome;

/// What a scenario is judged by.
pub(super) struct Proof<'a> {
    /// The suites its tests are in.
    pub(super) suites: &'a [Suite],
    /// The commands prescribed for it that ran.
    pub(super) commands: Vec<&'a Command>,
    /// Whether something it names was not found, or did not run.
    pub(super) is_incomplete: bool,
    /// Whether a claim about it is in doubt: then no pass of its is believed.
    pub(super) is_doubted: bool,
}

impl Proof<'_> {
    /// The standing of a scenario.
    pub(super) fn standing(&self, scenario: &Scenario) -> Standing {
        let suite_of = |test: &TestRef| self.suites.iter().find(|suite| suite.entry.id == test.suite);
        let fails = scenario.tests.iter().any(|test| test.outcome.is_failure())
            || self.commands.iter().any(|command| command.entry.outcome == Outcome::Failed);
        if fails {
            return Standing::Failing;
        }
        let is_passed = |test: &TestRef| suite_of(test).is_some_and(|suite| passed(suite, &test.test));
        let all_passed = scenario.tests.iter().all(is_passed)
            && self.commands.iter().all(|command| command.entry.outcome == Outcome::Passed);
        let is_covered = !scenario.tests.is_empty() || !self.commands.is_empty();
        if is_covered && all_passed && !self.is_incomplete && !self.is_doubted {
            let is_red = |test: &TestRef| test.red.as_ref().is_some_and(|red| red.class.is_red());
            let is_proven = !scenario.tests.is_empty() && scenario.tests.iter().all(is_red);
            return if is_proven { Standing::Proven } else { Standing::GreenOnly };
        }
        if scenario.is_asserted { Standing::Asserted } else { Standing::Untested }
    }
}

/// The weakest of these; untested where there is none.
pub(super) fn weakest(standings: impl Iterator<Item = Standing>) -> Standing {
    standings.min().unwrap_or_default()
}
