//! What statements name by a digest, and the tools.

use crate::report::dossier::Dossier;
use crate::report::machine;
use serde_json::{Map, Value, json};

/// The payload by its digest.
pub(super) fn payload(dossier: &Dossier) -> Option<Value> {
    let digest = &dossier.payload_sha256;
    let name = machine::line(&dossier.payload, 1000);
    machine::is_sha256(digest).then(|| json!({"name": name, "digest": {"sha256": digest}}))
}

/// The tree by git's name for it. The folder `handoff/` is not in it.
pub(super) fn tree(dossier: &Dossier) -> Option<Value> {
    let tree = dossier.tree.as_deref().filter(|tree| machine::is_git_id(tree))?;
    let mut annotations = Map::new();
    annotations.insert("without".to_owned(), "handoff/".into());
    if let Some(head) = dossier.head.as_deref().filter(|head| machine::is_git_id(head)) {
        annotations.insert("checkedOut".to_owned(), head.into());
    }
    Some(json!({"name": "working tree", "digest": {"gitTree": tree}, "annotations": annotations}))
}

/// The record of the run by its digest.
pub(super) fn record(dossier: &Dossier) -> Option<Value> {
    let digest = dossier.record_sha256.as_deref().filter(|digest| machine::is_sha256(digest))?;
    Some(json!({"name": "record.json", "digest": {"sha256": digest}}))
}

/// The commit the work is measured from.
pub(super) fn baseline(dossier: &Dossier) -> Option<Value> {
    let baseline = dossier.baseline.as_ref().filter(|baseline| machine::is_git_id(&baseline.commit))?;
    let annotations = json!({"ref": machine::line(&baseline.reference, 300), "how": machine::line(&baseline.how, 300)});
    Some(json!({"name": "baseline", "digest": {"gitCommit": baseline.commit}, "annotations": annotations}))
}

/// The tools.
pub(super) fn environment(dossier: &Dossier) -> Map<String, Value> {
    let Some(environment) = &dossier.environment else { return Map::new() };
    let tools = [
        ("rustc", environment.rustc.as_deref()),
        ("cargo", environment.cargo.as_deref()),
        ("clippy", environment.clippy.as_deref()),
        ("rustfmt", environment.rustfmt.as_deref()),
        ("triple", environment.triple.as_deref()),
        ("toolchainFile", environment.toolchain_file.as_deref()),
        ("cargoHandoff", Some(environment.cargo_handoff.as_str())),
    ];
    let named =
        tools.into_iter().filter_map(|(name, value)| Some((name.to_owned(), machine::line(value?, 300).into())));
    named.collect()
}
