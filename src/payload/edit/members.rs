//! Setting, appending and renewing in an opened list or object.

use super::style::Style;
use super::tree::{Line, Open, Tree};
use crate::payload::document::Kind;
use crate::payload::schema::own_members;
use crate::words::BY;
use serde_json::{Map, Value};

/// The id of an entry that is ours.
pub(super) fn our_id(tree: &Tree<'_>) -> Option<String> {
    (tree.text("by").as_deref() == Some(BY)).then(|| tree.text("id"))?
}

/// Adds an element, on a line of its own where it is large or the first.
pub(super) fn push(list: &mut Open<'_>, value: &Value, style: &Style) -> usize {
    let is_large = value.is_object() || value.is_array();
    let line = if is_large || list.len() == 0 { Line::Own } else { Line::Same };
    list.push(None, value, line, style)
}

/// Sets a member; nothing moves where it has that value already.
pub(in crate::payload) fn set(object: &mut Open<'_>, key: &str, value: &Value, style: &Style) {
    match object.find(key) {
        None => {
            object.push(Some(key), value, if object.len() == 0 { Line::Own } else { Line::Same }, style);
        }
        Some(index) if object.child(index).value() == *value => {}
        Some(index) => object.replace(index, value, style),
    }
}

/// Sets a member to a list of ours, unless it holds something that is somebody else's.
pub(super) fn set_of_ours(object: &mut Open<'_>, key: &str, list: &[Value], style: &Style) {
    let known = object.find(key).map(|known| object.child(known).value()).filter(|known| !known.is_null());
    let of_us = |entry: &Value| entry.get("by").and_then(Value::as_str) == Some(BY);
    let is_ours = |known: &Value| known.as_array().is_some_and(|known| known.iter().all(of_us));
    if known.as_ref().is_none_or(is_ours) {
        set(object, key, &Value::Array(list.to_vec()), style);
    }
}

/// Appends to a list in a member.
pub(in crate::payload) fn append_member(
    object: &mut Open<'_>,
    key: &str,
    value: Value,
    style: &Style,
) -> std::result::Result<(), Kind> {
    match object.find(key) {
        None => {
            object.push(Some(key), &Value::Array(vec![value]), Line::Same, style);
        }
        Some(index) => match object.child(index).kind() {
            Kind::Null => object.replace(index, &Value::Array(vec![value]), style),
            Kind::List => {
                object.open(index).push(None, &value, Line::Same, style);
            }
            found @ (Kind::Bool | Kind::Number | Kind::Text | Kind::Object) => {
                return Err(found);
            }
        },
    }
    Ok(())
}

/// Sets a status and says in its history what it was, and whatever else there is to say.
pub(super) fn move_status(
    object: &mut Open<'_>,
    to: &str,
    rest: &[(&str, &str)],
    style: &Style,
) -> std::result::Result<(), Kind> {
    let from = object.find("status").map_or(Value::Null, |status| object.child(status).value());
    set(object, "status", &to.into(), style);
    let mut change = Map::from_iter([("from".into(), from), ("to".into(), to.into())]);
    change.extend(rest.iter().map(|(key, value)| ((*key).to_owned(), (*value).into())));
    append_member(object, "statusHistory", change.into(), style)
}

/// Renews an entry or object of ours in place.
pub(super) fn renew(parent: &mut Open<'_>, index: usize, new: &Map<String, Value>, name: &str, style: &Style) {
    let own = own_members(name);
    let old = parent.child(index).value();
    let Some(old) = old.as_object() else { return };
    let is_stale = |key: &str| !new.contains_key(key) && (own.contains(key) || key == "withdrawn");
    if old.keys().all(|key| !is_stale(key)) && new.iter().all(|(key, value)| old.get(key) == Some(value)) {
        return;
    }
    if old.keys().all(|key| new.contains_key(key) || is_stale(key)) {
        return parent.replace(index, &Value::Object(new.clone()), style);
    }
    let entry = parent.open(index);
    for key in entry.keys().iter().filter(|key| is_stale(key)) {
        if let Some(index) = entry.find(key) {
            entry.remove(index);
        }
    }
    for (key, value) in new {
        set(entry, key, value, style);
    }
}
