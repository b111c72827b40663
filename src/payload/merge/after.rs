//! What goes by rules of its own: who wrote last, statuses, and whether anything is still ready.

use super::place::{Side, Three};
use super::same::{is_left, is_ours, same, time};
use crate::payload::document::{Kind, Node};
use crate::payload::edit::{Line, Open, Raw, Style, append_member, set};
use crate::words::BY;
use jiff::Timestamp;
use serde_json::{Value, json};
use std::collections::HashMap;

/// What a payload of two lines of work says of itself.
pub(super) const NOBODY_LOOKED: &str =
    "two lines of work were merged and nobody has checked them together: run `cargo handoff implement`";

/// The members of `meta` that are said together.
const WRITTEN: [&str; 3] = ["currentStage", "lastUpdatedBy", "lastUpdatedAt"];

/// The side whose record is newer: by its handover, else by its `meta`.
pub(super) fn newer(ours: Node<'_>, theirs: Node<'_>) -> Side {
    let handed_over = |root: Node<'_>| -> Option<Timestamp> {
        let implementation = root.get("implementation")?;
        let handoffs = ["handoff", "handoffByHandoff"].into_iter().filter_map(|name| implementation.get(name));
        handoffs.filter(|handoff| is_ours(*handoff)).find_map(time)
    };
    let of = |root: Node<'_>| handed_over(root).or_else(|| written(root.get("meta")));
    if of(ours) < of(theirs) { Side::Theirs } else { Side::Ours }
}

fn written(meta: Option<Node<'_>>) -> Option<Timestamp> {
    meta?.get("lastUpdatedAt")?.as_text()?.parse().ok()
}

/// Who wrote last, when, and at which stage: all three from one side. Returns the members that are settled.
pub(super) fn meta<'a>(open: &mut Open<'a>, three: Three<'a>, style: &Style) -> Vec<&'static str> {
    let Three { base, ours, theirs } = three;
    let get = |meta: Node<'a>, key: &str| meta.get(key);
    let changed = |side: Node<'a>| {
        let is_changed = |key: &str| match (base.and_then(|base| get(base, key)), get(side, key)) {
            (Some(base), Some(side)) => !same(base, side),
            (None, None) => false,
            (Some(_), None) | (None, Some(_)) => true,
        };
        WRITTEN.iter().any(|key| is_changed(key))
    };
    if !changed(ours) || !changed(theirs) {
        return Vec::new();
    }
    let stage = |side: Node<'a>| -> Option<u32> {
        let stage = get(side, "currentStage")?.as_text()?.into_owned();
        stage.split('-').next()?.parse().ok()
    };
    let (our_time, their_time) = (written(Some(ours)), written(Some(theirs)));
    // Written in the same second: the one that is further on.
    let is_theirs = our_time < their_time || (our_time == their_time && stage(ours) < stage(theirs));
    if is_theirs {
        for key in WRITTEN {
            match (open.find(key), get(theirs, key)) {
                (Some(index), Some(value)) => open.replace_raw(index, Raw::from(value), style),
                (None, Some(value)) => {
                    open.push_raw(Some(key), Raw::from(value), Line::Same, style);
                }
                (Some(_) | None, None) => {}
            }
        }
    }
    WRITTEN.to_vec()
}

/// A status both sides moved, each with its history: the later one stands. Returns the members that are settled.
pub(super) fn status<'a>(open: &mut Open<'a>, three: Three<'a>, style: &Style) -> Vec<&'static str> {
    let Three { base, ours, theirs } = three;
    let base = base.and_then(|base| base.get("status"));
    let (Some(our_status), Some(their_status)) = (ours.get("status"), theirs.get("status")) else { return Vec::new() };
    if same(our_status, their_status) || is_left(base, our_status) || is_left(base, their_status) {
        return Vec::new();
    }
    let (Some(our_time), Some(their_time)) = (moved_at(ours, our_status), moved_at(theirs, their_status)) else {
        return Vec::new();
    };
    if let (Some(index), true) = (open.find("status"), our_time < their_time) {
        open.replace_raw(index, Raw::from(their_status), style);
    }
    vec!["status"]
}

/// When a status became what it is, by the last entry of its history.
fn moved_at(subject: Node<'_>, status: Node<'_>) -> Option<Timestamp> {
    let history = subject.get("statusHistory")?.elements();
    let last = history.last()?;
    if same(last.get("to")?, status) { time(*last) } else { None }
}

/// Whether both sides recorded work of their own.
pub(super) fn is_of_two(three: Three<'_>) -> bool {
    let Three { base, ours, theirs } = three;
    let base = base.and_then(|base| base.get("implementation"));
    match (ours.get("implementation"), theirs.get("implementation")) {
        (Some(ours), Some(theirs)) => !same(ours, theirs) && !is_left(base, ours) && !is_left(base, theirs),
        (Some(_) | None, Some(_) | None) => false,
    }
}

/// Takes back that the work is ready: what was seen on each side was not seen on both together.
pub(super) fn take_back(open: &mut Open<'_>, style: &Style) {
    let Some(implementation) = open.find("implementation") else { return };
    let implementation = open.open(implementation);
    for name in ["handoff", "handoffByHandoff"] {
        let Some(index) = implementation.find(name) else { continue };
        if implementation.child(index).text("by").as_deref() != Some(BY) {
            continue;
        }
        let handoff = implementation.open(index);
        let member =
            |handoff: &Open<'_>, key: &str| handoff.find(key).map_or(Value::Null, |index| handoff.child(index).value());
        let (ready, at) = (member(handoff, "readyFor"), member(handoff, "at"));
        if !ready.is_null() {
            let former = json!({ "readyFor": ready, "at": at });
            // A history of another type is somebody's joke, and no reason to call the work ready.
            let _ = append_member(handoff, "history", former, style);
            set(handoff, "readyFor", &Value::Null, style);
        }
        let is_said = member(handoff, "open").as_array().is_some_and(|open| open.contains(&NOBODY_LOOKED.into()));
        if !is_said {
            let _ = append_member(handoff, "open", NOBODY_LOOKED.into(), style);
        }
    }
}

/// The lists whose entries leave out where they were seen where that is the payload's own record.
const REFERRING: [&str; 3] = ["changes", "tests", "commands"];

/// Says of entries of the older side where they were seen, where they left it out: the payload's own record is the newer
/// side's from now on.
pub(super) fn refer(open: &mut Open<'_>, three: Three<'_>, newer: Side, style: &Style) {
    let (newer, older) = match newer {
        Side::Ours => (three.ours, three.theirs),
        Side::Theirs => (three.theirs, three.ours),
    };
    let Some(record) = record(older) else { return };
    let Some(implementation) = open.find("implementation") else { return };
    if Some(&record) == self::record(newer).as_ref() || open.child(implementation).kind() != Kind::Object {
        return;
    }
    let implementation = open.open(implementation);
    for name in REFERRING {
        let Some(index) = implementation.find(name).filter(|index| implementation.child(*index).kind() == Kind::List)
        else {
            continue;
        };
        let silent = |root: Node<'_>| -> HashMap<String, Value> {
            let entries = root.at(&["implementation", name]).map(Node::elements).unwrap_or_default();
            let entries = entries.into_iter().filter(|entry| is_ours(*entry)).map(Node::value).filter(is_silent);
            entries.map(|entry| (id_of(&entry), without_history(entry))).collect()
        };
        let (of_newer, of_older) = (silent(newer), silent(older));
        let list = implementation.open(index);
        for at in 0..list.len() {
            let entry = list.child(at).value();
            let (id, is_silent) = (id_of(&entry), is_silent(&entry));
            let is_newers = of_newer.get(&id).is_some_and(|newer| *newer == without_history(entry));
            if is_silent && !is_newers && of_older.contains_key(&id) {
                set(list.open(at), "evidenceRef", &record.as_str().into(), style);
            }
        }
    }
}

/// Where a payload's own record lies.
fn record(root: Node<'_>) -> Option<String> {
    let implementation = root.get("implementation")?;
    let mut handoffs = ["handoff", "handoffByHandoff"].into_iter().filter_map(|name| implementation.get(name));
    Some(handoffs.find(|handoff| is_ours(*handoff))?.at(&["record", "path"])?.as_text()?.into_owned())
}

fn is_silent(entry: &Value) -> bool {
    let text = |key: &str| entry.get(key).and_then(Value::as_str).unwrap_or_default();
    text("by") == BY && text("evidenceRef").is_empty() && entry.get("withdrawn").is_none_or(Value::is_null)
}

fn id_of(entry: &Value) -> String {
    entry.get("id").and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn without_history(mut entry: Value) -> Value {
    if let Some(members) = entry.as_object_mut() {
        members.remove("history");
    }
    entry
}
