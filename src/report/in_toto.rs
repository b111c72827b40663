//! in-toto statements, one a line: what came of the tests, what a run was made of, what a validation decided.
//!
//! Unsigned: `.intoto.jsonl`, for cosign or `gh` to sign. The statement is that of
//! <https://github.com/in-toto/attestation/tree/main/spec/v1>. Its subjects are the payload and the tree that was looked at.
//! The commit is no subject: a working tree may differ from it, and whoever looks a commit up must find nothing that was
//! seen of other files; it is named beside the tree. GitHub takes predicates up to 16 MB and some thousand subjects.
//! What no record at hand bears out is not attested.

mod test_result;
mod link;
mod vsa;
#[cfg(test)]
mod tests;

use super::dossier::Dossier;
use super::machine;
use serde_json::{Map, Value, json};

/// The most bytes of texts in one predicate.
const MOST_BYTES: usize = 12_000_000;

/// The report, ending with a newline; empty where there is nothing to attest.
#[must_use]
pub fn write(dossier: &Dossier) -> String {
    let predicates = match dossier.verb.as_str() {
        "validate" | "merge" => [test_result::of(dossier), vsa::of(dossier)],
        _ => [test_result::of(dossier), link::of(dossier)],
    };
    predicates.into_iter().flatten().filter_map(|predicate| statement(dossier, predicate)).collect()
}

/// What is said of the subjects.
struct Predicate {
    kind: &'static str,
    body: Value,
    /// Subjects besides the payload and the tree.
    products: Vec<Value>,
}

/// The statement on a line of its own; `None` where there is nothing to make it about.
fn statement(dossier: &Dossier, predicate: Predicate) -> Option<String> {
    let mut subjects: Vec<Value> = payload(dossier).into_iter().chain(tree(dossier)).collect();
    if dossier.note.is_some() || subjects.is_empty() {
        return None;
    }
    subjects.extend(predicate.products);
    let statement = json!({
        "_type": "https://in-toto.io/Statement/v1",
        "subject": subjects,
        "predicateType": predicate.kind,
        "predicate": predicate.body,
    });
    Some(format!("{}\n", machine::json(&statement)))
}

/// The payload by its digest.
fn payload(dossier: &Dossier) -> Option<Value> {
    let digest = &dossier.payload_sha256;
    let name = machine::line(&dossier.payload, 1000);
    machine::is_sha256(digest).then(|| json!({"name": name, "digest": {"sha256": digest}}))
}

/// The tree by git's name for it. The folder `handoff/` is not in it.
fn tree(dossier: &Dossier) -> Option<Value> {
    let tree = dossier.tree.as_deref().filter(|tree| machine::is_git_id(tree))?;
    let mut annotations = Map::new();
    annotations.insert("without".to_owned(), "handoff/".into());
    if let Some(head) = dossier.head.as_deref().filter(|head| machine::is_git_id(head)) {
        annotations.insert("checkedOut".to_owned(), head.into());
    }
    Some(json!({"name": "working tree", "digest": {"gitTree": tree}, "annotations": annotations}))
}

/// The record of the run by its digest.
fn record(dossier: &Dossier) -> Option<Value> {
    let digest = dossier.record_sha256.as_deref().filter(|digest| machine::is_sha256(digest))?;
    Some(json!({"name": "record.json", "digest": {"sha256": digest}}))
}

/// The commit the work is measured from.
fn baseline(dossier: &Dossier) -> Option<Value> {
    let baseline = dossier.baseline.as_ref().filter(|baseline| machine::is_git_id(&baseline.commit))?;
    let annotations = json!({"ref": machine::line(&baseline.reference, 300), "how": machine::line(&baseline.how, 300)});
    Some(json!({"name": "baseline", "digest": {"gitCommit": baseline.commit}, "annotations": annotations}))
}

/// The tools.
fn environment(dossier: &Dossier) -> Map<String, Value> {
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
