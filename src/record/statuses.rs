//! Statuses: raised where the work bears them out, taken back only where we raised them.

use super::observed::Observed;
use crate::payload::edit::{Edit, Subject};
use crate::standing::{self, Borne, COMPLETED, IMPLEMENTED, Standing};
use crate::words::BY;

/// What the standing does to statuses.
pub(super) struct Statuses {
    pub(super) edits: Vec<Edit>,
    pub(super) open: Vec<String>,
    pub(super) asserted: Vec<String>,
}

/// A step or a scenario, as far as its status goes.
struct Claimant<'a> {
    subject: Subject,
    /// `step 1`, `scenario s-2`: for people.
    words: String,
    /// `step:1`: for machines.
    id: String,
    status: Option<&'a str>,
    is_ours: bool,
    /// Vouched for by a person, where nothing could have shown it.
    is_asserted: bool,
}

pub(super) fn statuses(observed: &Observed, standing: &Standing) -> Statuses {
    let mut statuses = Statuses { edits: Vec::new(), open: Vec::new(), asserted: Vec::new() };
    for step in &observed.payload.steps {
        let claimant = Claimant {
            subject: Subject::Step(step.id.clone()),
            words: format!("step {}", step.id),
            id: format!("step:{}", step.id),
            status: step.status.as_deref(),
            is_ours: step.status_is_ours,
            is_asserted: step.asserted,
        };
        let was_looked_at = observed.chosen.contains(&step.id);
        decide(&claimant, standing.steps.get(&step.id), was_looked_at, COMPLETED, observed, &mut statuses);
    }
    for scenario in &observed.payload.scenarios {
        let claimant = Claimant {
            subject: Subject::Scenario(scenario.id.clone()),
            words: format!("scenario {}", scenario.id),
            id: format!("scenario:{}", scenario.id),
            status: scenario.status.as_deref(),
            is_ours: scenario.status_is_ours,
            // Where it names tests they are what counts, whatever somebody says.
            is_asserted: standing::is_vouched_for(scenario),
        };
        let was_looked_at = !observed.partial || scenario.steps.iter().any(|step| observed.chosen.contains(step));
        let borne = standing.scenarios.get(&scenario.id);
        decide(&claimant, borne, was_looked_at, IMPLEMENTED, observed, &mut statuses);
    }
    statuses
}

fn decide(
    claimant: &Claimant,
    borne: Option<&Borne>,
    was_looked_at: bool,
    done: &[&str],
    observed: &Observed,
    statuses: &mut Statuses,
) {
    let says_done = claimant.status.is_some_and(|status| done.contains(&status));
    let raise = |to: &str, why: String| Edit::Status {
        subject: claimant.subject.clone(),
        to: to.into(),
        why,
        at: observed.at.into(),
        by: BY.into(),
    };
    match borne {
        Some(Ok(())) if says_done => {}
        Some(Ok(())) if !observed.complete => {
            statuses.open.push(format!("{}: the run was interrupted", claimant.words))
        }
        Some(Ok(())) => statuses.edits.push(raise(done[0], "seen in the changes and the checks".into())),
        _ if claimant.is_asserted && says_done => statuses.asserted.push(claimant.id.clone()),
        Some(Err(why)) if says_done && claimant.is_ours && was_looked_at && observed.complete => {
            statuses.open.push(format!("{}: {}", claimant.words, why.join("; ")));
            statuses.edits.push(raise("in-progress", why.join("; ")));
        }
        _ if says_done && claimant.is_ours => {}
        _ if !was_looked_at => statuses.open.push(format!("{} was not looked at this time", claimant.words)),
        // A ticked box is no work: without a reason somebody gives, it is open.
        _ if says_done => {
            let why = borne.and_then(|borne| borne.as_ref().err()).map(|why| why.join("; "));
            let why = why.unwrap_or_else(|| "it was not looked at".into());
            statuses.open.push(format!("{} is called done, which was not seen: {why}", claimant.words));
        }
        Some(Err(why)) => statuses.open.push(format!("{}: {}", claimant.words, why.join("; "))),
        None => statuses.open.push(format!("{} was not looked at", claimant.words)),
    }
}
