//! Claims against the tree and against checks that were run again -> verdicts.
//!
//! A claim is what this tool wrote; what it left out is a claim too: a changed file nobody claims is
//! contradicted. What others wrote by hand is run again where it can be, and counted as not checkable otherwise.

mod reality;
mod shelf;
#[cfg(test)]
mod made;
mod linked;
mod chain;
mod logs;
mod same;
mod derived;
mod written;
mod bound;
mod levels;
mod others;
mod changes;
mod outcomes;
mod statuses;
mod audit;
mod edited;

use crate::answers::ClaimRow;
use crate::check::Results;
use crate::payload::model::Payload;
use crate::standing;
use crate::words::{Level, Verdict};

pub use bound::{Bound, blobs_wanted, functions_wanted};
pub use levels::{over, prove};
pub use linked::{Link, link};
pub use others::{HandWritten, hand_written, only_by_hand};
pub use reality::{Blobs, Files, How, Merged, Reality, Reran, Side};
pub use shelf::Shelf;

/// Every claim with its verdict: contradicted ones first, otherwise in the payload's order. Where only some steps are
/// asked about, what speaks of everything (commands, readiness) and of what was not run is no row.
#[must_use]
pub fn hold(reality: &Reality) -> Vec<ClaimRow> {
    let judge = |results: &Results| {
        standing::judge(&standing::Seen {
            payload: reality.payload,
            graph: reality.graph,
            root: reality.root,
            changes: reality.changes,
            mapped: reality.mapped,
            results,
        })
    };
    let standing = judge(reality.results);
    let results = outcomes::believed(reality);
    let believed = judge(&results);
    let files = reality.files();
    let mut claims = changes::hold(&files);
    claims.extend(outcomes::tests(reality));
    if reality.chosen.is_none() {
        claims.extend(outcomes::commands(reality));
    }
    let mut claims = over(reality.lower, claims);
    claims.extend(statuses::hold(reality, &standing, &believed));
    claims.extend(others::hold(reality.payload, Some(&files), reality.reran, Level::Checks));
    claims.extend(audit::hold(reality));
    claims.extend(edited::hold(reality));
    if reality.chosen.is_none() {
        claims.extend(statuses::ready(reality, (&results, &believed), &claims));
    }
    in_order(claims)
}

/// The same without running anything: what the records bear out, and from V3 on what git sees of the files.
#[must_use]
pub fn look(payload: &Payload, lower: &[ClaimRow], files: Option<&Files>, level: Level) -> Vec<ClaimRow> {
    let seen = files.map(changes::hold).unwrap_or_default();
    let mut claims = over(lower, seen);
    let rest: Vec<ClaimRow> =
        lower.iter().filter(|row| claims.iter().all(|claim| claim.claim != row.claim)).cloned().collect();
    claims.extend(rest);
    claims.extend(others::hold(payload, files, &Reran::new(), level));
    let of_statuses = statuses::below(payload, &claims, level);
    claims.extend(of_statuses);
    claims.extend(audit::below(payload));
    in_order(claims)
}

fn in_order(mut claims: Vec<ClaimRow>) -> Vec<ClaimRow> {
    claims.sort_by_key(|claim| claim.verdict != Verdict::Contradicted);
    claims
}
