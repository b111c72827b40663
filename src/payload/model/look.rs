//! Small questions to a node, asked leniently.

use crate::payload::document::{Kind, Node};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// The id of an entry: its `id` as text, a number as written, else its position from 1.
pub(in crate::payload) fn id_of(node: Node<'_>, index: usize) -> String {
    text(node, &["id"]).unwrap_or_else(|| (index + 1).to_string())
}

/// The first of these members that is a string or number and not blank, trimmed.
pub(super) fn text(node: Node<'_>, keys: &[&str]) -> Option<String> {
    let members = node.members();
    keys.iter().find_map(|key| {
        let (_, value) = members.iter().find(|(name, _)| name == key)?;
        Some(value.text_or_number()?.trim().to_owned()).filter(|text| !text.is_empty())
    })
}

/// What a node says: a string or number, or the name of an object.
pub(super) fn words(node: Node<'_>) -> Option<String> {
    match node.kind() {
        Kind::Text | Kind::Number => {
            node.text_or_number().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
        }
        Kind::Object => {
            text(node, &["name", "title", "description", "summary", "text", "criterion", "statement", "id"])
        }
        Kind::Null | Kind::Bool | Kind::List => None,
    }
}

/// The strings, numbers or named objects of these members, each of which may be one or a list of them.
pub(super) fn texts(node: Node<'_>, keys: &[&str], inner: &[&str]) -> Vec<String> {
    let one = |node: Node<'_>| match node.kind() {
        Kind::Object => text(node, inner),
        Kind::Text | Kind::Number | Kind::Null | Kind::Bool | Kind::List => {
            node.text_or_number().map(Cow::into_owned).map(|text| text.trim().to_owned())
        }
    };
    let mut texts = Vec::new();
    for (_, value) in node.members().into_iter().filter(|(key, _)| keys.contains(&key.as_ref())) {
        let found: Vec<_> = match value.kind() {
            Kind::List => value.elements().into_iter().filter_map(one).collect(),
            Kind::Null | Kind::Bool | Kind::Number | Kind::Text | Kind::Object => one(value).into_iter().collect(),
        };
        for text in found {
            if !text.is_empty() && !texts.contains(&text) {
                texts.push(text);
            }
        }
    }
    texts
}

/// The ids that occur more than once, in order.
pub(super) fn duplicates<'i>(ids: impl Iterator<Item = &'i str>) -> BTreeSet<&'i str> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for id in ids {
        *counts.entry(id).or_default() += 1;
    }
    counts.into_iter().filter(|(_, count)| 1 < *count).map(|(id, _)| id).collect()
}

/// Who set a status: by what stands last in its `statusHistory`.
pub(super) struct Setter {
    /// This tool, from what it observed.
    pub(super) ours: bool,
    /// A person, with a reason.
    pub(super) asserted: bool,
}

/// Who set the status of an object step or scenario.
pub(super) fn setter(node: Node<'_>, status: Option<&str>) -> Setter {
    let history = node.get("statusHistory").map(Node::elements).unwrap_or_default();
    let Some(last) = history.last() else { return Setter { ours: false, asserted: false } };
    // A status somebody changed by hand afterwards is neither.
    let still = status.is_some() && text(*last, &["to"]).as_deref() == status;
    let by = text(*last, &["by"]);
    let ours = still && by.as_deref() == Some(crate::words::BY);
    let has_reason = text(*last, &["why"]).is_some();
    Setter { ours, asserted: still && !ours && by.is_some() && has_reason }
}

/// The status of a bare string, kept in `implementation.stepStatus` under this id.
pub(super) fn text_status(
    implementation: &serde_json::Map<String, serde_json::Value>,
    id: &str,
) -> (Option<String>, Setter) {
    let entries = implementation.get("stepStatus").and_then(|list| list.as_array());
    let is_it = |entry: &&serde_json::Value| entry.get("id").and_then(|value| value.as_str()) == Some(id);
    let Some(entry) = entries.into_iter().flatten().find(is_it) else {
        return (None, Setter { ours: false, asserted: false });
    };
    let get = |key: &str| entry.get(key).and_then(|value| value.as_str());
    let (status, by) = (get("status").map(str::to_owned), get("by"));
    let ours = status.is_some() && by == Some(crate::words::BY);
    let asserted = status.is_some() && !ours && by.is_some() && get("why").is_some_and(|why| !why.trim().is_empty());
    (status, Setter { ours, asserted })
}
