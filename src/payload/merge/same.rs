//! Whether two values say the same, and which elements of lists are about the same thing.

use crate::payload::document::{Kind, Node, is_text, text_of};
use crate::words::BY;
use jiff::Timestamp;
use serde_json::Value;
use std::collections::HashMap;

/// Whether two values are the same but for layout and the order of members. Numbers are what is written.
pub(super) fn same(one: Node<'_>, other: Node<'_>) -> bool {
    one.raw() == other.raw() || (one.kind() == other.kind() && canonical(one) == canonical(other))
}

/// Whether a side left a value as it was.
pub(super) fn is_left(base: Option<Node<'_>>, side: Node<'_>) -> bool {
    base.is_some_and(|base| same(base, side))
}

/// The same text for all values that are the same.
fn canonical(node: Node<'_>) -> String {
    let joined = |parts: Vec<String>| parts.join(",");
    match node.kind() {
        Kind::Object => {
            let mut members: Vec<String> = Vec::new();
            for (key, value) in node.members() {
                members.push(format!("{}:{}", Value::from(key.as_ref()), canonical(value)));
            }
            members.sort_unstable();
            format!("{{{}}}", joined(members))
        }
        Kind::List => format!("[{}]", joined(node.elements().into_iter().map(canonical).collect())),
        // Half a surrogate pair cannot be held as text: it is compared as it is written.
        Kind::Text if is_text(node.raw()) => Value::from(text_of(node.raw()).as_ref()).to_string(),
        Kind::Text | Kind::Null | Kind::Bool | Kind::Number => node.raw().to_owned(),
    }
}

/// How the elements of a list are told apart.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    /// By their `id` and whether they are this tool's; those without one by what they say.
    Id,
    /// By their `id` alone: the list has one entry for each, whosever it is.
    BareId,
    /// By what they say.
    Value,
    /// By where they stand.
    Position,
}

/// The keys of a list's elements, each only once.
pub(super) fn keys(elements: &[Node<'_>], by: By) -> Vec<String> {
    let mut n_seen: HashMap<String, usize> = HashMap::new();
    let mut once = |key: String| {
        let n = n_seen.entry(key.clone()).or_default();
        *n += 1;
        format!("{key}#{n}")
    };
    let key = |(index, element): (usize, &Node<'_>)| match (by, id(*element)) {
        (By::Position, _) => format!("at {index}"),
        (By::Id, Some(id)) => format!("id {} {id}", is_ours(*element)),
        (By::BareId, Some(id)) => format!("id {id}"),
        (By::Id | By::BareId, None) | (By::Value, _) => format!("is {}", canonical(*element)),
    };
    elements.iter().enumerate().map(|element| once(key(element))).collect()
}

/// The id of an entry.
pub(super) fn id(node: Node<'_>) -> Option<String> {
    Some(node.get("id")?.text_or_number()?.into_owned())
}

/// Whether this tool wrote it.
pub(super) fn is_ours(node: Node<'_>) -> bool {
    node.get("by").and_then(Node::as_text).is_some_and(|by| by == BY)
}

/// When an entry was made, by its own word.
pub(super) fn time(node: Node<'_>) -> Option<Timestamp> {
    let times = ["observedAt", "timestamp", "at"].into_iter().filter_map(|key| node.get(key)?.as_text());
    times.filter_map(|text| text.parse().ok()).next()
}

/// The same of a value that was read.
pub(super) fn time_of(value: &Value) -> Option<Timestamp> {
    let times = ["observedAt", "timestamp", "at"].into_iter().filter_map(|key| value.get(key)?.as_str());
    times.filter_map(|text| text.parse().ok()).next()
}
