//! What holds the work less tightly than it did on the baseline: tests, lints, what a CI runs, what is expected.

mod pairs;
mod functions;
mod modules;
mod targets;
mod lints;
mod attributes;
mod around;

use super::Seen;
use crate::words::Finding;

pub(super) fn find(seen: &Seen) -> Vec<Finding> {
    let mut findings = functions::find(seen);
    findings.extend(modules::find(seen));
    findings.extend(targets::find(seen));
    findings.extend(lints::find(seen));
    findings.extend(attributes::find(seen));
    findings.extend(around::find(seen));
    findings
}
