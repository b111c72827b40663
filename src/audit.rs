//! The work against the plan and against the tests that were there: what nobody planned, what was not done, what was
//! weakened, what was left behind.
//!
//! A finding is for people to weigh. It stands first in every summary, and changes no outcome unless somebody said
//! that its kind is to be denied. Everything here follows from trees, the plan and the last record: the same again
//! finds the same again, so an audit that was recorded can be held against one that is done anew.

mod settings;
mod told;
mod changed;
mod scope;
mod weakened;
mod left_overs;
mod dependencies;
mod listed;
mod signals;

use crate::mapping::Texts;
use crate::standing;
use crate::words::Finding;
use std::collections::BTreeSet;

pub use changed::is_read;
pub use listed::listed_before;
pub use settings::Settings;

/// What an audit is made from.
#[derive(Clone, Copy)]
pub struct Seen<'a> {
    /// The plan, the changes and what the checks came to.
    pub work: standing::Seen<'a>,
    /// What changed files held before and hold now: all of those [`is_read`] asks for.
    pub texts: &'a Texts,
    /// The commit the work is measured from.
    pub baseline: &'a str,
    /// What the root manifest says of it.
    pub settings: &'a Settings,
    /// The features things were built with, as cargo's arguments.
    pub features: &'a [String],
}

/// Everything that is found, in the order it is told.
#[must_use]
pub fn audit(seen: &Seen) -> Vec<Finding> {
    let mut findings = scope::find(seen);
    findings.extend(weakened::find(seen));
    // One attribute is told once.
    let told: BTreeSet<(Option<String>, Option<u32>)> =
        findings.iter().filter(|known| known.line.is_some()).map(|known| (known.file.clone(), known.line)).collect();
    let left_overs = left_overs::find(seen).into_iter();
    findings.extend(left_overs.filter(|finding| !told.contains(&(finding.file.clone(), finding.line))));
    findings.extend(dependencies::find(seen));
    findings.extend(signals::find(seen));
    findings.extend(listed::find(seen));
    findings.sort_by(|one, other| one.order().cmp(&other.order()));
    findings.dedup();
    findings
}

/// The digest of what the plan asks for, as far as an audit rests on it. Statuses this tool set do not count.
#[must_use]
pub fn plan_digest(payload: &crate::payload::model::Payload) -> String {
    let steps: Vec<_> = payload
        .steps
        .iter()
        .map(|step| {
            let is_said_done = scope::is_said_done(step);
            (&step.id, &step.name, &step.files, &step.packages, &step.targets, &step.success_signal, is_said_done)
        })
        .collect();
    let scenarios: Vec<_> =
        payload.scenarios.iter().map(|scenario| (&scenario.id, &scenario.tests, &scenario.steps)).collect();
    let text = format!("{steps:?}{scenarios:?}{:?}{:?}", payload.prescribed, payload.coverage());
    let mut digest = crate::files::sha256(text.as_bytes());
    digest.truncate(16);
    digest
}

#[cfg(all(test, unix))]
mod tests;
