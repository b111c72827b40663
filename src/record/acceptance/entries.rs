//! What of `qaFindings` is this tool's.

use crate::payload::model::Payload;
use crate::words::BY;
use serde_json::{Map, Value};

/// The entries of ours in a list of `qaFindings`.
pub(super) fn ours<'a>(payload: &'a Payload, list: &str) -> impl Iterator<Item = &'a Map<String, Value>> {
    let entries = payload.qa_findings.get(list).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    entries.iter().filter_map(Value::as_object).filter(|entry| text(entry, "by") == BY)
}

pub(super) fn text<'a>(entry: &'a Map<String, Value>, key: &str) -> &'a str {
    entry.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// What an entry of ours was, for its history.
pub(super) fn former(entry: &Map<String, Value>, keys: &[&str]) -> Value {
    let kept = keys.iter().filter_map(|key| entry.get_key_value(*key));
    Value::Object(kept.map(|(key, value)| (key.clone(), value.clone())).collect())
}

pub(super) fn history(entry: &Map<String, Value>) -> Vec<Value> {
    entry.get("history").and_then(Value::as_array).cloned().unwrap_or_default()
}
