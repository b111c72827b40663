//! in-toto statements, one a line: what came of the tests, what a run was made of, what a validation decided.
//!
//! Unsigned: `.intoto.jsonl`, for cosign or `gh` to sign. The statement is that of
//! <https://github.com/in-toto/attestation/tree/main/spec/v1>. Its subjects are the payload and the tree that was looked at.
//! The commit is no subject: a working tree may differ from it, and whoever looks a commit up must find nothing that was
//! seen of other files; it is named beside the tree. GitHub takes predicates up to 16 MB and some thousand subjects.
//! What no record at hand bears out is not attested.

mod named;
mod test_result;
mod link;
mod vsa;
#[cfg(test)]
mod tests;

use super::dossier::Dossier;
use super::machine;
use serde_json::{Value, json};

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
    let mut subjects: Vec<Value> = named::payload(dossier).into_iter().chain(named::tree(dossier)).collect();
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
