//! `https://slsa.dev/verification_summary/v1`: what a validation decided.
//!
//! <https://slsa.dev/spec/v1.0/verification_summary>. It says nothing of SLSA's own levels: ours have a prefix of ours,
//! `CARGO_HANDOFF_V4`, and such a level is verified only where every claim was confirmed at it, or cannot be held against
//! anything. A claim that is stale or could not be reproduced is no confirmation, and what whoever asked refuses is not
//! passed.

use super::parts::Predicate;
use crate::report::dossier::Dossier;
use crate::report::machine;
use crate::words::{Level, Verdict};
use serde_json::json;

/// The predicate; `None` where no claims were held, or there is nothing to name.
pub(super) fn of(dossier: &Dossier) -> Option<Predicate> {
    let level = *dossier.levels.iter().max()?;
    let resource = resource(dossier)?;
    if dossier.claims.is_empty() {
        return None;
    }
    let has_passed = dossier.exit == 0 && is_confirmed(dossier) && !is_any_check_bad(dossier);
    let verified = if has_passed { format!("CARGO_HANDOFF_{}", level.name()) } else { "FAILED".to_owned() };
    let mut body = json!({
        "verifier": {"id": machine::HOME},
        "resourceUri": resource,
        "policy": {"uri": format!("{}/words/enum.Level.html#variant.{level:?}", machine::PAGES)},
        "verificationResult": if has_passed { "PASSED" } else { "FAILED" },
        "verifiedLevels": [verified],
    });
    // Below that nothing is run, and the time at hand is the one of the record.
    if Level::Checks <= level
        && let Some(at) = machine::time(&dossier.at)
    {
        body["timeVerified"] = at.into();
    }
    Some(Predicate { kind: "https://slsa.dev/verification_summary/v1", body, products: Vec::new() })
}

/// Whether something was confirmed, and nothing else was found.
fn is_confirmed(dossier: &Dossier) -> bool {
    let is_held = dossier.claims.iter().all(|claim| match claim.verdict {
        Verdict::Confirmed | Verdict::NotCheckable => true,
        Verdict::Contradicted | Verdict::Stale | Verdict::NotReproducible => false,
    });
    is_held && dossier.claims.iter().any(|claim| claim.verdict == Verdict::Confirmed)
}

fn is_any_check_bad(dossier: &Dossier) -> bool {
    let commands = dossier.commands.iter().map(|command| command.entry.outcome);
    let suites = dossier.suites.iter().map(|suite| suite.entry.status);
    commands.chain(suites).any(crate::words::Outcome::is_bad)
}

/// A name for what was looked at that says where it can be had: in any repository that has the tree.
fn resource(dossier: &Dossier) -> Option<String> {
    let tree = dossier.tree.as_deref().filter(|tree| machine::is_git_id(tree));
    let of_tree = |tree: &str| format!("gitoid:tree:{}:{tree}", if tree.len() == 40 { "sha1" } else { "sha256" });
    let digest = &dossier.payload_sha256;
    let of_payload = || machine::is_sha256(digest).then(|| format!("nih:sha-256;{digest}"));
    tree.map(of_tree).or_else(of_payload)
}
