//! The citations of the payload that are still to be held against the tree.

use super::super::finding::place_of;
use crate::payload::entries::Citation;
use crate::payload::model::Payload;
use serde::Deserialize as _;
use serde_json::{Map, Value};

/// A citation, and what it justified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CitedBy {
    /// `change:src/a.rs`.
    pub of: String,
    /// The citation.
    pub citation: Citation,
}

impl CitedBy {
    fn source(&self) -> &str {
        place_of(&self.citation.at).map_or(self.citation.at.as_str(), |(file, _)| file)
    }
}

/// What people noted (`implementation.citations`) and what stands in changes, each once, the oldest first. Who cites the
/// same file again for the same change after it became another one settles what was cited before.
#[must_use]
pub fn cited(payload: &Payload) -> Vec<CitedBy> {
    let list = |name: &str| -> Vec<&Map<String, Value>> {
        let entries = payload.implementation.get(name).and_then(Value::as_array);
        entries.into_iter().flatten().filter_map(Value::as_object).collect()
    };
    let is_withdrawn =
        |entry: &Map<String, Value>| entry.get("withdrawn").is_some_and(|withdrawn| !withdrawn.is_null());
    let mut all: Vec<CitedBy> = Vec::new();
    let mut add = |file: Option<&Value>, citation: &Value| {
        let Some(file) = file.and_then(Value::as_str) else { return };
        let Ok(citation) = Citation::deserialize(citation) else { return };
        let cited = CitedBy { of: format!("change:{file}"), citation };
        if !all.contains(&cited) {
            all.push(cited);
        }
    };
    for note in list("citations") {
        if let Some(citation) = note.get("citation") {
            add(note.get("file"), citation);
        }
    }
    for change in list("changes").into_iter().filter(|change| !is_withdrawn(change)) {
        for citation in change.get("citations").and_then(Value::as_array).into_iter().flatten() {
            add(change.get("file"), citation);
        }
    }
    let is_settled = |at: usize| {
        let one = &all[at];
        let later = all[at + 1..].iter().filter(|later| later.of == one.of && later.source() == one.source());
        later.into_iter().any(|later| later.citation.sha256 != one.citation.sha256)
    };
    let open: Vec<usize> = (0..all.len()).filter(|at| !is_settled(*at)).collect();
    open.into_iter().map(|at| all[at].clone()).collect()
}
