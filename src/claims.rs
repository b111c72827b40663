//! Claims against the tree and against checks that were run again -> verdicts.
//!
//! A claim is what this tool wrote; what it left out is a claim too: a changed file nobody claims is
//! contradicted. What others wrote by hand is run again where it can be, and counted as not checkable otherwise.

mod reality;
mod others;
mod changes;
mod outcomes;
mod statuses;
mod audit;

use crate::answers::ClaimRow;
use crate::check::Results;
use crate::standing;
use crate::words::Verdict;

pub use others::{HandWritten, hand_written};
pub use reality::{Blobs, Reality, Side};

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
    let believed = judge(&outcomes::believed(reality));
    let mut claims = changes::hold(reality);
    claims.extend(outcomes::tests(reality));
    if reality.chosen.is_none() {
        claims.extend(outcomes::commands(reality));
    }
    claims.extend(statuses::hold(reality, &standing, &believed));
    claims.extend(others::hold(reality));
    claims.extend(audit::hold(reality));
    if reality.chosen.is_none() {
        claims.extend(statuses::ready(reality, &believed, &claims));
    }
    claims.sort_by_key(|claim| claim.verdict != Verdict::Contradicted);
    claims
}
