//! The commands prescribed for a step or a scenario: found among what ran, and held to have passed.

use super::seen::Seen;
use crate::payload::model::Prescribed;
use crate::words::{Outcome, brief};

/// How many prescribed commands these are, and why each did not pass.
pub(super) fn passed(is_meant: impl Fn(&Prescribed) -> bool, seen: &Seen) -> (usize, Vec<String>) {
    let mut reasons = Vec::new();
    let mut n_meant = 0;
    for prescribed in seen.payload.prescribed.iter().filter(|prescribed| is_meant(prescribed)) {
        n_meant += 1;
        let id = prescribed.id();
        match seen.results.commands.iter().find(|command| command.id == id) {
            None => reasons.push(format!("its command `{}` was not run", brief(&prescribed.command))),
            Some(entry) if entry.outcome == Outcome::Passed => {}
            Some(entry) => {
                let because = entry.why.as_deref().map(|why| format!(" ({why})")).unwrap_or_default();
                reasons.push(format!("its command `{}`: {}{because}", brief(&prescribed.command), entry.outcome));
            }
        }
    }
    (n_meant, reasons)
}
