//! Any sequence of edits on any document keeps every old path's value and every untouched byte.
//!
//! The judge here shares nothing with `holds`: it reads both texts with a walk of its own over serde_json's raw
//! values and compares leaf by leaf.

use super::{BY, Document, Edit, Subject, apply};
use crate::error::Code;
use proptest::prelude::*;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// How a document is written out: line ending, unit, space behind the colon, and around brackets.
#[derive(Debug, Clone, Copy)]
struct Layout {
    newline: &'static str,
    unit: &'static str,
    colon: &'static str,
    inline_from: usize,
}

#[derive(Debug, Clone)]
enum Any {
    Leaf(String),
    List(Vec<Any>),
    Object(Vec<(String, Any)>),
}

fn leaf() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        Just("1.10".to_owned()),
        Just("1e999".to_owned()),
        Just("12345678901234567890123".to_owned()),
        Just(r#""\ud800 \u0041 \/""#.to_owned()),
        Just(r#""cargo-handoff""#.to_owned()),
        "[a-z{}\\[\\],: \u{e9}]{0,6}".prop_map(|text| Value::from(text).to_string()),
        any::<i64>().prop_map(|number| number.to_string()),
    ]
}

/// Keys that edits look for stand beside any others.
fn key() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "meta",
        "plan",
        "steps",
        "testPlan",
        "scenarios",
        "implementation",
        "changes",
        "followUps",
        "stepStatus",
        "baseline",
        "summary",
        "id",
        "by",
        "status",
        "statusHistory",
        "history",
        "text",
        "k",
    ]);
    prop_oneof![4 => known.prop_map(str::to_owned), 1 => "[a-z\"\\\\ \u{e9}]{0,4}"]
}

fn node() -> impl Strategy<Value = Any> {
    leaf().prop_map(Any::Leaf).prop_recursive(6, 80, 6, |inner| {
        prop_oneof![prop::collection::vec(inner.clone(), 0..5).prop_map(Any::List), object(inner),]
    })
}

fn object(inner: impl Strategy<Value = Any>) -> impl Strategy<Value = Any> {
    prop::collection::vec((key(), inner), 0..6).prop_map(|members| {
        let mut seen = std::collections::BTreeSet::new();
        Any::Object(members.into_iter().filter(|(key, _)| seen.insert(key.clone())).collect())
    })
}

/// A payload in which the known places are mostly of their types, so that most edits go through.
fn payload() -> impl Strategy<Value = Any> {
    let entry = || {
        let id = prop::sample::select(vec!["a", "b", "step:1"]);
        let by = prop::sample::select(vec![BY, "somebody"]);
        (id, by, node(), leaf()).prop_map(|(id, by, extra, text)| {
            let member = |key: &str, value: &str| (key.to_owned(), Any::Leaf(Value::from(value).to_string()));
            let theirs = [("theirs".to_owned(), extra), ("text".to_owned(), Any::Leaf(text))];
            Any::Object([member("id", id), member("by", by)].into_iter().chain(theirs).collect())
        })
    };
    let list = move || prop::collection::vec(prop_oneof![entry(), node()], 0..4).prop_map(Any::List);
    let with =
        |key: &'static str, value: BoxedStrategy<Any>| value.prop_map(move |value| (key.to_owned(), value)).boxed();
    let implementation = (list(), list(), list(), node()).prop_map(|(changes, follow_ups, status, baseline)| {
        let named = [("changes", changes), ("followUps", follow_ups), ("stepStatus", status), ("baseline", baseline)];
        Any::Object(named.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
    });
    let findings = (list(), list(), leaf()).prop_map(|(changes, other, status)| {
        let named = [("changes", changes), ("status", Any::Leaf(status)), ("other", other)];
        Any::Object(named.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
    });
    let steps = move || list().prop_map(|steps| Any::Object(vec![("steps".to_owned(), steps)])).boxed();
    let sections = (
        with("x", node().boxed()),
        with("meta", object(node()).boxed()),
        with("plan", steps()),
        with("implementation", implementation.boxed()),
        with("qaFindings", findings.boxed()),
        with("y", node().boxed()),
    );
    sections.prop_map(|(x, meta, plan, implementation, findings, y)| {
        Any::Object(vec![x, meta, plan, implementation, findings, y])
    })
}

fn edit() -> impl Strategy<Value = Edit> {
    let value = || prop::sample::select(vec![json!(1), json!("x"), json!({"id": "a", "l": [1, {"m": []}]}), json!([])]);
    let name = || prop::sample::select(vec!["changes", "followUps", "other", "baseline"]);
    let id = || prop::sample::select(vec!["a", "b", "c", "1", "2"]);
    prop_oneof![
        (key(), value()).prop_map(|(key, value)| Edit::Meta { key, value }),
        (name(), value())
            .prop_map(|(name, value)| Edit::Append { path: vec!["implementation".into(), name.into()], value }),
        (key(), value()).prop_map(|(key, value)| Edit::Append { path: vec![key], value }),
        (name(), id(), value()).prop_map(|(list, id, value)| {
            let entry = Map::from_iter([("id".into(), id.into()), ("text".into(), value), ("by".into(), BY.into())]);
            Edit::Entry { list: list.into(), entry }
        }),
        (name(), id(), value()).prop_map(|(list, id, value)| {
            let entry = Map::from_iter([("id".into(), id.into()), ("text".into(), value), ("by".into(), BY.into())]);
            Edit::Finding { list: list.into(), entry }
        }),
        value().prop_map(|to| Edit::Decision {
            to: to.to_string(),
            why: "w".into(),
            at: "T".into(),
            by: "somebody".into()
        }),
        (name(), value()).prop_map(|(name, value)| {
            Edit::Object { name: name.into(), value: Map::from_iter([("how".into(), value), ("by".into(), BY.into())]) }
        }),
        (id(), any::<bool>(), value()).prop_map(|(id, to, value)| Edit::Status {
            subject: Subject::Step(id.into()),
            to: if to { "completed".into() } else { "in-progress".into() },
            why: value.to_string(),
            at: "T".into(),
            by: BY.into(),
        }),
        (id(), value())
            .prop_map(|(id, value)| Edit::Red { scenario: id.into(), tests: vec![json!({ "test": value, "by": BY })] }),
    ]
}

fn layout() -> impl Strategy<Value = Layout> {
    let newline = prop::sample::select(vec!["\n", "\r\n", ""]);
    let unit = prop::sample::select(vec!["  ", "\t", "    "]);
    let colon = prop::sample::select(vec![":", ": ", " : "]);
    (newline, unit, colon, 1_usize..9).prop_map(|(newline, unit, colon, inline_from)| Layout {
        newline,
        unit,
        colon,
        inline_from,
    })
}

fn write(any: &Any, layout: Layout, depth: usize, out: &mut String) {
    let is_inline = layout.inline_from <= depth || layout.newline.is_empty();
    let line = |depth: usize| match is_inline {
        true => String::new(),
        false => format!("{}{}", layout.newline, layout.unit.repeat(depth)),
    };
    let (open, close, children): (_, _, Vec<(Option<&String>, &Any)>) = match any {
        Any::Leaf(raw) => return out.push_str(raw),
        Any::List(list) => ('[', ']', list.iter().map(|any| (None, any)).collect()),
        Any::Object(members) => ('{', '}', members.iter().map(|(key, any)| (Some(key), any)).collect()),
    };
    out.push(open);
    for (index, (key, child)) in children.iter().enumerate() {
        out.push_str(if index == 0 { "" } else { "," });
        out.push_str(&line(depth + 1));
        if let Some(key) = key {
            out.push_str(&Value::from(key.as_str()).to_string());
            out.push_str(layout.colon);
        }
        write(child, layout, depth + 1, out);
    }
    if !children.is_empty() {
        out.push_str(&line(depth));
    }
    out.push(close);
}

/// Every leaf by its path, raw; and every list or object, so that empty ones count.
fn leaves(raw: &str, path: &str, out: &mut BTreeMap<String, String>) {
    if raw.starts_with('{') {
        out.insert(path.to_owned(), "{".to_owned());
        let members: BTreeMap<String, &RawValue> = serde_json::from_str(raw).expect("an object");
        members.iter().for_each(|(key, value)| leaves(value.get(), &format!("{path}/{key:?}"), out));
    } else if raw.starts_with('[') {
        out.insert(path.to_owned(), "[".to_owned());
        let elements: Vec<&RawValue> = serde_json::from_str(raw).expect("a list");
        elements.iter().enumerate().for_each(|(n, value)| leaves(value.get(), &format!("{path}/{n}"), out));
    } else {
        out.insert(path.to_owned(), raw.to_owned());
    }
}

fn leaves_of(text: &str) -> BTreeMap<String, String> {
    let mut out = BTreeMap::new();
    leaves(text.trim(), "", &mut out);
    out
}

/// Whether edits may change what stands at this path of the old text.
fn is_free(path: &str, old: &BTreeMap<String, String>) -> bool {
    if path.starts_with("/\"meta\"/") {
        return true;
    }
    let parts: Vec<&str> = path.split('/').collect();
    if 5 <= parts.len() && path.starts_with("/\"plan\"/\"steps\"/") && parts[4] == "\"status\"" {
        return true;
    }
    if path == "/\"qaFindings\"/\"status\"" {
        return true; // a decision's to move
    }
    if path.starts_with("/\"qaFindings\"/") && !path.contains("/\"theirs\"") {
        let top = parts.iter().take(4).copied().collect::<Vec<_>>().join("/");
        let by = old.get(&format!("{top}/\"by\"")).is_some_and(|by| by == r#""cargo-handoff""#);
        return 5 <= parts.len() && by;
    }
    // In an entry or object of ours: what we give it. `theirs` is never ours to change.
    if !path.starts_with("/\"implementation\"/") || path.contains("/\"theirs\"") {
        return false;
    }
    let ours = |depth: usize| {
        let top = parts.iter().take(depth).copied().collect::<Vec<_>>().join("/");
        let by = old.get(&format!("{top}/\"by\"")).is_some_and(|by| by == r#""cargo-handoff""#);
        let is_status = parts.get(2) == Some(&"\"stepStatus\"");
        depth < parts.len() && (by || is_status)
    };
    ours(3) || ours(4)
}

/// Whether all bytes of `old` but whitespace stand in `new` in the same order.
fn is_contained(old: &str, new: &str) -> bool {
    let mut new = new.bytes();
    old.bytes().filter(|byte| !byte.is_ascii_whitespace()).all(|byte| new.any(|other| other == byte))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 800, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_edits_on_any_document_keep_every_old_value(
        any in prop_oneof![1 => node(), 6 => payload()],
        layout in layout(),
        edits in prop::collection::vec(edit(), 0..8),
        mark in any::<bool>(),
        end in prop::sample::select(vec!["", "\n", "\r\n\r\n", " "]),
    ) {
        let mut text = if mark { "\u{feff}".to_owned() } else { String::new() };
        write(&any, layout, 0, &mut text);
        text.push_str(end);
        let document = Document::parse("p", text.clone().into_bytes()).expect("JSON");
        prop_assert!(document.is(text.as_bytes()) && document.bytes() == text.as_bytes());
        let mut current = document.clone();
        for edit in &edits {
            // One by one, so that an edit that does not fit leaves the others their try.
            match apply(&current, std::slice::from_ref(edit)) {
                Ok(next) => current = next,
                Err(error) => prop_assert!(
                    matches!(error.code, Code::PayloadShape | Code::NoSuchEntry),
                    "{error} on {text} with {edit:?}"
                ),
            }
        }
        if let Ok(together) = apply(&document, &edits) {
            prop_assert_eq!(together.text(), current.text());
        }
        let (old, new) = (leaves_of(document.text()), leaves_of(current.text()));
        for (path, raw) in &old {
            let is_grown = raw == "null" && new.get(path).is_some_and(|now| now == "{" || now == "[");
            if !is_grown && !is_free(path, &old) {
                prop_assert_eq!(new.get(path), Some(raw), "{} in {}", path, current.text());
            }
        }
        let bytes = current.bytes();
        let now = std::str::from_utf8(&bytes).expect("UTF-8");
        prop_assert_eq!(now.starts_with('\u{feff}'), mark);
        prop_assert!(now.ends_with(end));
        if layout.newline.is_empty() {
            prop_assert!(!current.text().trim().contains('\n'), "{}", now);
        }
        if layout.newline == "\r\n" && document.text().trim().contains('\n') {
            prop_assert_eq!(current.text().trim().matches('\n').count(), current.text().trim().matches("\r\n").count());
        }
    }

    #[test]
    fn appending_moves_no_byte_but_its_own(
        any in payload(),
        layout in layout(),
        values in prop::collection::vec(prop::sample::select(vec![json!(1), json!({"id": "a", "l": [1]})]), 1..4),
    ) {
        let mut text = String::new();
        write(&any, layout, 0, &mut text);
        let document = Document::parse("p", text.clone().into_bytes()).expect("JSON");
        let path = vec!["implementation".to_owned(), "changes".to_owned()];
        let edits: Vec<_> = values.into_iter().map(|value| Edit::Append { path: path.clone(), value }).collect();
        let new = apply(&document, &edits).expect("appended");
        let same = |a: &str, b: &str| a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
        let back = |text: &str| text.bytes().rev().map(char::from).collect::<String>();
        let before = same(&text, new.text());
        let behind = same(&back(&text), &back(new.text()));
        let rest = text.len().saturating_sub(before + behind);
        prop_assert!(rest == 0, "{rest} bytes moved: {}", new.text());
        prop_assert!(is_contained(&text, new.text()));
    }
}
