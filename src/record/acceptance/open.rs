//! The findings of the acceptance owner that are still open, and the steps they belong to.

use super::entries::text;
use crate::mapping::Mapped;
use crate::payload::edit::Edit;
use crate::payload::model::Payload;
use crate::words::BY;
use crate::workspace::changes::Change;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Words in `status` or `state` by which an issue is no longer open.
const CLOSED: &[&str] = &[
    "resolved",
    "closed",
    "fixed",
    "done",
    "completed",
    "verified",
    "wontfix",
    "won't fix",
    "wont-fix",
    "duplicate",
    "invalid",
    "accepted",
    "approved",
];

/// Words in `severity` by which an issue keeps nobody from accepting the work.
const SLIGHT: &[&str] = &["minor", "low", "trivial", "cosmetic", "nit", "info", "note"];

/// An open issue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OpenIssue {
    /// Its id, else where it stands: `qaFindings.issues[0]`.
    pub id: String,
    /// How bad it is, in the words of who found it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<String>,
    /// What ought to be so, or the whole text where it is only a text.
    pub expected: String,
    /// What is so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actual: Option<String>,
    /// How to see it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reproduction: Vec<String>,
    /// The files it is about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<String>,
    /// The ids of the steps it belongs to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<String>,
    /// Those of its files that have not changed since it was found; where nobody can say what they were then, since
    /// the baseline.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unchanged: Vec<String>,
}

/// What a person decided about acceptance, in one sentence; `None` where nobody did.
#[must_use]
pub fn decision(payload: &Payload) -> Option<String> {
    let status = payload.qa_findings.get("status").and_then(Value::as_str)?;
    let history = payload.qa_findings.get("statusHistory").and_then(Value::as_array);
    let last = history.and_then(|history| history.last()).and_then(Value::as_object);
    let last = last.filter(|last| text(last, "to") == status);
    let is_decided = ["approved", "rejected", "accepted"].contains(&status);
    if !is_decided && last.is_none() {
        return None;
    }
    let said = |key: &str, before: &str| {
        let said = last.map_or("", |last| text(last, key)).trim();
        if said.is_empty() { String::new() } else { format!("{before}{said}") }
    };
    Some(format!("{status}{}{}{}", said("by", " by "), said("at", " at "), said("why", ": ")))
}

/// The open issues, in the payload's order; none where acceptance was given.
#[must_use]
pub fn open_issues(
    payload: &Payload,
    changes: &[Change],
    mapped: &[Mapped],
    blobs: &BTreeMap<String, String>,
) -> Vec<OpenIssue> {
    let is_accepted = payload.qa_findings.get("status").and_then(Value::as_str) == Some("approved");
    let issues = payload.qa_findings.get("issues").and_then(Value::as_array).filter(|_| !is_accepted);
    let issues = issues.map(Vec::as_slice).unwrap_or_default().iter().enumerate();
    issues.filter_map(|(index, issue)| open_issue(index, issue, payload, changes, mapped, blobs)).collect()
}

/// The issues of ours that these edits open, renew or resolve.
pub fn issues_in(edits: &[Edit]) -> impl Iterator<Item = &Map<String, Value>> {
    edits.iter().filter_map(|edit| match edit {
        Edit::Finding { list, entry } => (list == "issues").then_some(entry),
        Edit::Meta { .. }
        | Edit::Append { .. }
        | Edit::Entry { .. }
        | Edit::Decision { .. }
        | Edit::Object { .. }
        | Edit::Status { .. }
        | Edit::Red { .. } => None,
    })
}

/// The issues that stand in the way of an acceptance, by their ids or where they stand: those that are open after these
/// edits, and not slight. A plain text has no status anybody could close: it is in nobody's way.
#[must_use]
pub fn blocking(payload: &Payload, edits: &[Edit]) -> Vec<String> {
    let is_resolved_now = |id: &str| issues_in(edits).any(|entry| text(entry, "id") == id && !is_open(entry));
    let issues = payload.qa_findings.get("issues").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let issues = issues.iter().enumerate().filter_map(|(index, issue)| Some((index, issue.as_object()?)));
    let blocking = issues.filter(|(_, entry)| {
        is_open(entry)
            && !SLIGHT.contains(&text(entry, "severity").trim().to_lowercase().as_str())
            && !(text(entry, "by") == BY && is_resolved_now(text(entry, "id")))
    });
    let called = |(index, entry): (usize, &Map<String, Value>)| match text(entry, "id").trim() {
        "" => format!("qaFindings.issues[{index}]"),
        id => id.to_owned(),
    };
    blocking.map(called).collect()
}

fn open_issue(
    index: usize,
    issue: &Value,
    payload: &Payload,
    changes: &[Change],
    mapped: &[Mapped],
    blobs: &BTreeMap<String, String>,
) -> Option<OpenIssue> {
    let place = format!("qaFindings.issues[{index}]");
    let nothing = Map::new();
    let (entry, whole) = match issue {
        Value::String(text) if !text.trim().is_empty() => (&nothing, text.trim()),
        Value::Object(entry) if is_open(entry) => (entry, ""),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) | Value::Object(_) => {
            return None;
        }
    };
    let first = |keys: &[&str]| keys.iter().map(|key| text(entry, key)).find(|text| !text.trim().is_empty());
    let expected = first(&["expectedBehavior", "expected", "title", "summary", "description", "text"]).unwrap_or(whole);
    let files: Vec<String> = texts(entry, &["affectedFiles", "files"]).iter().map(|file| plain(file)).collect();
    let found = entry.get("blobs").and_then(Value::as_object).filter(|_| text(entry, "by") == BY);
    let is_changed = |file: &String| match found {
        Some(found) => found.get(file).and_then(Value::as_str) != blobs.get(file).map(String::as_str),
        None => changes.iter().any(|change| change.file == *file || change.from.as_ref() == Some(file)),
    };
    Some(OpenIssue {
        id: first(&["id"]).map_or(place, str::to_owned),
        severity: first(&["severity"]).map(str::to_owned),
        expected: expected.to_owned(),
        actual: first(&["actualBehavior", "actual"]).map(str::to_owned),
        reproduction: texts(entry, &["reproductionSteps", "reproduction"]),
        steps: steps(entry, &files, payload, mapped),
        unchanged: files.iter().filter(|file| !is_changed(file)).cloned().collect(),
        files,
    })
}

fn is_open(entry: &Map<String, Value>) -> bool {
    let is_closed = |key: &str| CLOSED.contains(&text(entry, key).trim().to_lowercase().as_str());
    let is_resolved = match entry.get("resolved") {
        Some(Value::Bool(resolved)) => *resolved,
        Some(Value::Object(_) | Value::String(_)) => true,
        Some(Value::Null | Value::Number(_) | Value::Array(_)) | None => false,
    };
    !is_closed("status") && !is_closed("state") && !is_resolved
}

/// The steps an issue names, those of the tasks it names, and those that name one of its files.
fn steps(entry: &Map<String, Value>, files: &[String], payload: &Payload, mapped: &[Mapped]) -> Vec<String> {
    let named = texts(entry, &["planStepId", "planStepIds", "stepId"]);
    let tasks = texts(entry, &["taskId", "taskIds"]);
    let of_tasks: Vec<&String> = tasks.iter().filter_map(|task| payload.tasks.get(task)).flatten().collect();
    let names_file = |step: &str| {
        let of_plan = payload.steps.iter().filter(|known| known.id == step).flat_map(|step| &step.files);
        let of_map = mapped.iter().filter(|known| known.step == step).flat_map(|mapped| &mapped.work.files);
        of_plan.map(|file| &file.path).any(|path| files.contains(path))
            || of_map.flat_map(|file| &file.changed).any(|path| files.contains(path))
    };
    let is_named = |id: &String| named.contains(id) || of_tasks.contains(&id);
    let direct: Vec<String> = payload.steps.iter().map(|step| step.id.clone()).filter(is_named).collect();
    if !direct.is_empty() {
        return direct;
    }
    payload.steps.iter().map(|step| step.id.clone()).filter(|id| names_file(id)).collect()
}

/// The texts and numbers of these members, one or many each.
fn texts(entry: &Map<String, Value>, keys: &[&str]) -> Vec<String> {
    let word = |value: &Value| match value {
        Value::String(text) if !text.trim().is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Object(members) => Some(text(members, "path")).filter(|path| !path.is_empty()).map(str::to_owned),
        Value::Null | Value::Bool(_) | Value::String(_) | Value::Array(_) => None,
    };
    let values = keys.iter().filter_map(|key| entry.get(*key));
    let values = values.flat_map(|value| match value {
        Value::Array(list) => list.iter().collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => vec![value],
    });
    values.filter_map(word).collect()
}

/// A path without `:line` behind it.
fn plain(path: &str) -> String {
    let mut path = path.trim();
    while let Some((before, line)) = path.rsplit_once(':')
        && !line.is_empty()
        && line.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')
    {
        path = before;
    }
    path.strip_prefix("./").unwrap_or(path).to_owned()
}
