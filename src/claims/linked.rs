//! Which record an entry of the payload leans on.

use super::reality::text;
use super::shelf::Shelf;
use crate::evidence::{Kept, RunRecord, id_of};
use serde_json::{Map, Value};

/// What an entry leans on.
pub enum Link<'a> {
    /// This record.
    To(&'a Kept, &'a RunRecord),
    /// Nothing, though it should: why.
    Nothing(String),
    /// Something that cannot be looked at here: why.
    Away(String),
}

/// Why there is nothing to look at in a run that was never sealed.
pub(super) fn not_here(run: &str) -> String {
    format!("its record `handoff/runs/{run}` is not sealed, and does not lie here")
}

/// Follows an entry's `evidenceRef`; one that was left out for brevity is looked for in the run that wrote last, then in
/// the others, by what it was observed at.
#[must_use]
pub fn link<'a>(list: &str, entry: &Map<String, Value>, shelf: &'a Shelf) -> Link<'a> {
    if !shelf.is_kept() {
        return Link::Away("recorded by an earlier version, which kept no chain of evidence".into());
    }
    match text(entry, "evidenceRef").filter(|reference| !reference.is_empty()) {
        Some(reference) => refer(reference, shelf),
        None => search(list, entry, shelf),
    }
}

fn refer<'a>(reference: &str, shelf: &'a Shelf) -> Link<'a> {
    let is_sealed = reference.starts_with("handoff/evidence/");
    let is_place = is_sealed || reference.starts_with("handoff/runs/");
    let Some(run) = id_of(reference).filter(|_| is_place) else {
        return Link::Nothing(format!("`{}` is no place of evidence", reference.escape_debug()));
    };
    let is_listed = shelf.lists(run);
    let Some(kept) = shelf.records.get(run) else {
        return if is_sealed || is_listed {
            Link::Nothing(format!("its evidence is missing: there is no `handoff/evidence/{run}`"))
        } else {
            Link::Away(not_here(run))
        };
    };
    match &kept.record {
        Err(why) => Link::Away(format!("its record {}", why.in_words())),
        Ok(_) if is_sealed && !is_listed => {
            Link::Nothing(format!("its evidence `handoff/evidence/{run}` is not in the chain"))
        }
        Ok(record) => Link::To(kept, record),
    }
}

fn search<'a>(list: &str, entry: &Map<String, Value>, shelf: &'a Shelf) -> Link<'a> {
    let id = text(entry, "id").unwrap_or_default();
    let holds = |record: &RunRecord| match list {
        "tests" => {
            let at = text(entry, "observedAt").unwrap_or_default();
            record.suites.iter().any(|suite| suite.id == id && suite.started == at)
        }
        "commands" => {
            let at = text(entry, "timestamp").unwrap_or_default();
            record.commands.iter().any(|command| command.entry.id == id && command.entry.timestamp == at)
        }
        _ => false,
    };
    if let Some((kept, record)) = shelf.newest_first().find(|(_, record)| holds(record)) {
        return Link::To(kept, record);
    }
    // A record that is not here may be the one.
    match shelf.last.as_ref().filter(|(run, _)| !shelf.records.contains_key(run)) {
        Some((run, _)) => Link::Away(not_here(run)),
        None if shelf.records.values().any(|kept| kept.record.is_err()) => {
            Link::Away("it names no evidence, and not all that is here can be read".into())
        }
        None => Link::Nothing("it has no evidence: no record holds it".into()),
    }
}
