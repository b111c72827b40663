//! The edits that steps of the plan carry: which there are, and which of them are still to be made.

use crate::editing::Edit;
use crate::editing::request::MOST_EDITS;
use crate::files;
use crate::payload::entries::EditEntry;
use crate::payload::model::{Payload, Step};
use crate::record;
use serde::Deserialize as _;
use serde_json::Value;
use std::collections::BTreeMap;

/// The edits of one step.
pub(super) struct Carried<'a> {
    /// What `trust` calls them: `step:ID:edits`.
    pub(super) id: String,
    /// The step's id; the second step of that id has `#2` behind it.
    pub(super) key: String,
    pub(super) step: &'a Step,
    /// They as JSON: what is approved.
    pub(super) text: String,
    /// They in their order, or why not all of them can be read.
    pub(super) edits: Result<Vec<Edit>, String>,
}

/// An edit that was not made yet.
pub(super) struct Pending {
    /// The id of its entry.
    pub(super) id: String,
    pub(super) edit: Edit,
    pub(super) digest: String,
}

/// Those of each step that has some, in the plan's order.
pub(super) fn of(payload: &Payload) -> Vec<Carried<'_>> {
    let mut known: BTreeMap<String, usize> = BTreeMap::new();
    let mut all: Vec<Carried<'_>> = Vec::new();
    for step in payload.steps.iter().filter(|step| !step.edits.is_empty()) {
        let n = known.entry(step.id.clone()).and_modify(|n| *n += 1).or_insert(1);
        let mut key = if 1 < *n { format!("{}#{n}", step.id) } else { step.id.clone() };
        while all.iter().any(|carried| carried.key == key) {
            key.push('\'');
        }
        let text = Value::from(step.edits.clone()).to_string();
        all.push(Carried { id: format!("step:{key}:edits"), key, step, text, edits: read(&step.edits) });
    }
    all
}

fn read(values: &[Value]) -> Result<Vec<Edit>, String> {
    if MOST_EDITS < values.len() {
        return Err(format!("there are {} edits, and at most {MOST_EDITS} can be made", values.len()));
    }
    let (mut edits, mut wrong) = (Vec::new(), Vec::new());
    for (number, value) in (1..).zip(values) {
        match Edit::read(value) {
            Ok(edit) => edits.push(edit),
            Err(what) => wrong.push(format!("edit {number}: {what}")),
        }
    }
    const MOST: usize = 3;
    match wrong.len() {
        0 => Ok(edits),
        n if n <= MOST => Err(wrong.join("; ")),
        n => Err(format!("{}; and {} more", wrong[..MOST].join("; "), n - MOST)),
    }
}

impl Carried<'_> {
    /// What stands for them in the file of `--allow-file`.
    pub(super) fn word(&self) -> String {
        format!("step-edits:{}", files::sha256(self.text.as_bytes()))
    }

    /// Those that were not made yet, in their order. Two that are the same are made twice. What was made for a step that
    /// carries it no more counts too: one without an id is called otherwise once another stands before it. `all` are
    /// those of every step.
    pub(super) fn pending(&self, all: &[Self], payload: &Payload) -> Vec<Pending> {
        let is_anothers = |entry: &EditEntry| {
            let mut carried = all.iter().filter(|other| other.key == entry.step && other.key != self.key);
            carried.any(|other| other.edits.iter().flatten().any(|edit| edit.digest() == entry.digest))
        };
        let ours = record::ours(payload, "edits").filter(|entry| !record::is_withdrawn(entry));
        let made = ours.filter_map(|entry| EditEntry::deserialize(Value::Object(entry.clone())).ok());
        let mut made_times: BTreeMap<String, usize> = BTreeMap::new();
        for entry in made.filter(|entry| !is_anothers(entry)) {
            *made_times.entry(entry.digest).or_default() += 1;
        }
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        let mut pending = Vec::new();
        for edit in self.edits.iter().flatten() {
            let digest = edit.digest();
            let n = seen.entry(digest.clone()).and_modify(|n| *n += 1).or_insert(1);
            if made_times.get(&digest).copied().unwrap_or_default() < *n {
                let again = if 1 < *n { format!("#{n}") } else { String::new() };
                let id = format!("edit:{}:{}{again}", self.key, digest.get(..16).unwrap_or(&digest));
                pending.push(Pending { id, edit: edit.clone(), digest });
            }
        }
        pending
    }
}
