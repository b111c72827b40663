//! What others wrote by hand: run again where the closed grammar allows it, else not checkable, and counted.

use super::chain::{all, claim_of};
use super::reality::{Files, Reran, row_at};
use crate::answers::ClaimRow;
use crate::payload::model::Payload;
use crate::words::{Level, Outcome, Verdict};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// An entry in `changes`, `tests` or `commands` that is not ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandWritten {
    /// Its id, else its place.
    pub claim: String,
    /// `commands[3]`: unlike an id, nobody else has it.
    pub place: String,
    /// The command it names.
    pub command: Option<String>,
    /// Whether it says that the command passed; `None` where it says nothing about it.
    pub says_passed: Option<bool>,
    /// The files it says were changed.
    pub files: Vec<String>,
}

/// Every hand-written entry, in document order.
#[must_use]
pub fn hand_written(payload: &Payload) -> Vec<HandWritten> {
    let mut found = Vec::new();
    for list in ["changes", "tests", "commands"] {
        for (index, entry) in payload.by_hand(list) {
            let empty = Map::new();
            let object = entry.as_object().unwrap_or(&empty);
            let id = object.get("id").and_then(Value::as_str).map(str::to_owned);
            let command =
                object.get("command").and_then(Value::as_str).or(entry.as_str().filter(|_| list == "commands"));
            let place = format!("{list}[{index}]");
            found.push(HandWritten {
                claim: id.unwrap_or_else(|| place.clone()),
                place,
                command: command.map(str::to_owned),
                says_passed: says_passed(object),
                files: if list == "changes" { files_of(object) } else { Vec::new() },
            });
        }
    }
    found
}

/// The claims of hand-written entries, but for those an entry of ours has the name of.
#[must_use]
pub fn only_by_hand(payload: &Payload) -> BTreeSet<String> {
    let mut names: BTreeSet<String> = hand_written(payload).into_iter().map(|entry| entry.claim).collect();
    for (list, entry) in all(payload) {
        names.remove(&claim_of(list, entry));
    }
    let is_of_ours =
        |name: &String| ["step:", "scenario:", "evidence:", "audit", "red:"].iter().any(|ours| name.starts_with(ours));
    names.retain(|name| !is_of_ours(name) && !["handoff", "environment", "baseline"].contains(&name.as_str()));
    names
}

fn says_passed(entry: &Map<String, Value>) -> Option<bool> {
    if let Some(code) = entry.get("exitCode").and_then(Value::as_i64) {
        return Some(code == 0);
    }
    let word = ["outcome", "status", "result"].iter().find_map(|key| entry.get(*key).and_then(Value::as_str))?;
    match word.to_lowercase().as_str() {
        "passed" | "pass" | "success" | "successful" | "succeeded" | "ok" | "green" | "completed" => Some(true),
        "failed" | "fail" | "failure" | "error" | "red" => Some(false),
        _ => None,
    }
}

fn files_of(entry: &Map<String, Value>) -> Vec<String> {
    let one = ["file", "path"].iter().filter_map(|key| entry.get(*key).and_then(Value::as_str));
    let many = entry.get("files").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let mut files: Vec<String> = one.chain(many.iter().filter_map(Value::as_str)).map(str::to_owned).collect();
    files.sort();
    files.dedup();
    files
}

/// The files hand-written entries claim.
pub(super) fn files(payload: &Payload) -> BTreeSet<String> {
    hand_written(payload).into_iter().flat_map(|entry| entry.files).collect()
}

/// `files` is there where anybody looked at them.
pub(super) fn hold(payload: &Payload, files: Option<&Files>, reran: &Reran, level: Level) -> Vec<ClaimRow> {
    hand_written(payload).iter().map(|entry| verdict(entry, files, reran, level)).collect()
}

fn verdict(entry: &HandWritten, files: Option<&Files>, reran: &Reran, level: Level) -> ClaimRow {
    let row = |claim: &str, verdict, why: String| row_at(level, claim, verdict, why);
    if let Some((outcome, why)) = reran.get(&entry.place) {
        let because = why.as_deref().map(|why| format!(": {why}")).unwrap_or_default();
        let verdict = match (entry.says_passed, outcome) {
            (Some(true) | None, Outcome::Passed) | (Some(false), Outcome::Failed) => Verdict::Confirmed,
            (Some(true), Outcome::Failed) => Verdict::Contradicted,
            (Some(false), Outcome::Passed) => Verdict::Stale,
            (Some(true | false), Outcome::CouldNotRun) => Verdict::NotReproducible,
            (None, Outcome::Failed | Outcome::CouldNotRun) | (_, Outcome::NotRun) => Verdict::NotCheckable,
        };
        return row(&entry.claim, verdict, format!("written by hand; run again: {outcome}{because}"));
    }
    let differs = |file: &String| files.is_none_or(|files| files.changes.iter().any(|change| change.file == *file));
    let missing: Vec<&str> = entry.files.iter().filter(|file| !differs(file)).map(String::as_str).collect();
    if !missing.is_empty() {
        let why = format!("written by hand; `{}` does not differ from the baseline", missing.join("`, `"));
        return row(&entry.claim, Verdict::Contradicted, why);
    }
    let why = if entry.files.is_empty() || files.is_none() {
        "written by hand: no evidence"
    } else {
        "written by hand: no evidence beyond that the file did change"
    };
    row(&entry.claim, Verdict::NotCheckable, why.into())
}
