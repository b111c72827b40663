//! What the payload refers to: the record of the run that writes it, the chain of sealed ones, and the runs that
//! entries lean on which this run did not look at.

use super::Record;
use super::observed::{id, is_withdrawn, our_object, ours, to_map};
use crate::error::Result;
use crate::evidence::{id_of, reference};
use crate::payload::edit::Edit;
use crate::payload::entries::{EvidenceEntry, RecordRef};
use crate::payload::model::Payload;
use crate::payload::schema::own_members;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// The lists whose entries refer to runs.
const LISTS: [&str; 3] = ["changes", "tests", "commands"];

/// The lists whose entries may leave their run out where it is the record's.
const BRIEF: [&str; 2] = ["tests", "commands"];

/// What a run left behind, as the payload is to refer to it.
pub struct Left {
    /// The run's record.
    pub record: RecordRef,
    /// The records that were sealed, oldest first: this run's, and those of the runs its payload leans on.
    pub sealed: Vec<EvidenceEntry>,
}

impl Record {
    /// The ids of the runs, not sealed yet, on which the payload will lean beside this one.
    #[must_use]
    pub fn leans_on(&self, payload: &Payload, run: &str) -> BTreeSet<String> {
        let drafted = self.edits.iter().filter_map(|edit| match edit {
            Edit::Entry { list, entry } if LISTS.contains(&list.as_str()) && !is_withdrawn(entry) => Some(entry),
            Edit::Entry { .. }
            | Edit::Meta { .. }
            | Edit::Append { .. }
            | Edit::Object { .. }
            | Edit::Finding { .. }
            | Edit::Decision { .. }
            | Edit::Status { .. }
            | Edit::Red { .. } => None,
        });
        let mut runs = BTreeSet::new();
        drafted.for_each(|entry| each_reference(&Value::Object(entry.clone()), &mut |text| runs.extend(run_of(text))));
        let former = former(payload);
        for (list, entry) in self.left_behind(payload) {
            each_reference(&Value::Object(entry.clone()), &mut |text| runs.extend(run_of(text)));
            if is_brief(list, entry) {
                runs.extend(former.as_deref().and_then(run_of));
            }
        }
        runs.remove(run);
        runs
    }

    /// Lets the edits refer to what was left behind. Nothing where there are no edits: no news is no reference either.
    ///
    /// # Errors
    /// 70 where an entry of ours is no object, which is a bug.
    pub fn refer(&mut self, payload: &Payload, left: &Left) -> Result<()> {
        if self.edits.is_empty() {
            return Ok(());
        }
        let listed = ours(payload, "evidence").filter_map(|entry| id_of(entry.get("path")?.as_str()?));
        let sealed = left.sealed.iter().filter_map(|entry| id_of(&entry.path)).chain(listed).collect();
        let former = former(payload).map(|former| moved(&former, &sealed).unwrap_or(former));
        let mut behind = Vec::new();
        for (list, entry) in self.left_behind(payload) {
            let own = own_members(list);
            let mut renewed: Map<String, Value> = entry
                .iter()
                .filter(|(key, _)| own.contains(*key))
                .map(|(key, value)| (key.clone(), value.clone()))
                .collect();
            let mut is_other = move_all(&mut renewed, &sealed);
            if let Some(former) = former.as_ref().filter(|_| is_brief(list, entry)) {
                // What it left out was the record it stood beside; the payload has another one from now on.
                renewed.insert("evidenceRef".into(), former.as_str().into());
                is_other = true;
            }
            if is_other {
                behind.push(Edit::Entry { list: list.into(), entry: renewed });
            }
        }
        for edit in &mut self.edits {
            match edit {
                Edit::Object { name, value } if name == "handoff" => {
                    value.insert("record".into(), Value::Object(to_map(&left.record)?));
                }
                Edit::Entry { list, entry } if LISTS.contains(&list.as_str()) && !is_withdrawn(entry) => {
                    move_all(entry, &sealed);
                }
                Edit::Red { tests, .. } => {
                    for test in tests.iter_mut().filter_map(Value::as_object_mut) {
                        move_all(test, &sealed);
                    }
                }
                Edit::Entry { .. }
                | Edit::Meta { .. }
                | Edit::Append { .. }
                | Edit::Object { .. }
                | Edit::Finding { .. }
                | Edit::Decision { .. }
                | Edit::Status { .. } => {}
            }
        }
        self.edits.extend(behind);
        for entry in &left.sealed {
            self.edits.push(Edit::Entry { list: "evidence".into(), entry: to_map(entry)? });
        }
        Ok(())
    }

    /// The entries of ours that stay as they are, with their list.
    fn left_behind<'a>(&self, payload: &'a Payload) -> Vec<(&'static str, &'a Map<String, Value>)> {
        let edited: BTreeSet<(&str, &str)> = self
            .edits
            .iter()
            .filter_map(|edit| match edit {
                Edit::Entry { list, entry } => Some((list.as_str(), id(entry))),
                Edit::Meta { .. }
                | Edit::Append { .. }
                | Edit::Object { .. }
                | Edit::Finding { .. }
                | Edit::Decision { .. }
                | Edit::Status { .. }
                | Edit::Red { .. } => None,
            })
            .collect();
        let all = LISTS.into_iter().flat_map(|list| ours(payload, list).map(move |entry| (list, entry)));
        all.filter(|(list, entry)| !is_withdrawn(entry) && !edited.contains(&(*list, id(entry)))).collect()
    }
}

/// Where the payload's own record lies, as it says.
fn former(payload: &Payload) -> Option<String> {
    let record = our_object(payload, "handoff")?.get("record")?;
    record.get("path")?.as_str().map(str::to_owned)
}

/// Whether the record the payload refers to is a sealed one.
pub(super) fn is_sealed(payload: &Payload) -> bool {
    former(payload).is_some_and(|former| former.starts_with("handoff/evidence/"))
}

/// Whether an entry leaves its run out.
fn is_brief(list: &str, entry: &Map<String, Value>) -> bool {
    let said = entry.get("evidenceRef").and_then(Value::as_str).unwrap_or_default();
    BRIEF.contains(&list) && said.is_empty()
}

/// The run a reference leads to, where it is not a sealed one.
fn run_of(text: &str) -> Option<String> {
    let id = text.strip_prefix("handoff/runs/")?.split('/').next()?;
    id_of(id).map(str::to_owned)
}

/// A reference to a run that is sealed by now, as it is from now on.
fn moved(text: &str, sealed: &BTreeSet<&str>) -> Option<String> {
    let id = run_of(text).filter(|id| sealed.contains(id.as_str()))?;
    let rest = text.strip_prefix(&reference(&id, false))?;
    Some(format!("{}{rest}", reference(&id, true)))
}

/// Every text of a value that could be a reference. What stands in `history` is past.
fn each_reference(value: &Value, see: &mut impl FnMut(&str)) {
    match value {
        Value::String(text) => see(text),
        Value::Array(list) => list.iter().for_each(|value| each_reference(value, see)),
        Value::Object(map) => {
            map.iter().filter(|(key, _)| *key != "history").for_each(|(_, value)| each_reference(value, see));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Lets every reference of an entry lead to the sealed record. Whether there was one.
fn move_all(entry: &mut Map<String, Value>, sealed: &BTreeSet<&str>) -> bool {
    fn each(value: &mut Value, sealed: &BTreeSet<&str>) -> bool {
        match value {
            Value::String(text) => match moved(text, sealed) {
                Some(new) => {
                    *text = new;
                    true
                }
                None => false,
            },
            Value::Array(list) => {
                0 < list.iter_mut().map(|value| each(value, sealed)).filter(|is_moved| *is_moved).count()
            }
            Value::Object(map) => move_all(map, sealed),
            Value::Null | Value::Bool(_) | Value::Number(_) => false,
        }
    }
    // Every one of them, not only up to the first.
    let others = entry.iter_mut().filter(|(key, _)| *key != "history");
    0 < others.map(|(_, value)| each(value, sealed)).filter(|is_moved| *is_moved).count()
}

#[cfg(test)]
mod tests;
