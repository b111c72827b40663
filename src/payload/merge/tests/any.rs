//! For any two sides of any payload: whatever either added or changed is in what they become.
//!
//! The judge reads serde_json's values and shares nothing with the merge.

use super::{Ended, Side, document, merge};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// What a side may do to a payload.
#[derive(Debug, Clone)]
enum Act {
    /// Gives the entry of a list another value in a member of a person's.
    Say { list: usize, entry: usize, member: usize, value: i64 },
    /// Adds an entry with an id, or without one.
    Add { list: usize, id: Option<u8>, value: i64 },
    /// Renews an entry of the tool's, or adds it.
    Observe { id: u8, status: bool, at: u8 },
    /// Raises a status.
    Raise { step: usize, at: u8, to: bool },
    /// Adds a word to a list of words.
    Word(u8),
    /// Takes an entry or a member away.
    Remove { list: usize, entry: usize },
    /// Adds a member beside the sections.
    Member { key: u8, value: i64 },
}

const LISTS: [(&str, &str); 4] =
    [("plan", "steps"), ("plan", "risks"), ("testPlan", "scenarios"), ("qaFindings", "issues")];

fn act() -> impl Strategy<Value = Act> {
    let (list, entry, value) = (|| 0_usize..4, || 0_usize..4, any::<i64>);
    prop_oneof![
        (list(), entry(), 0_usize..3, value()).prop_map(|(list, entry, member, value)| Act::Say {
            list,
            entry,
            member,
            value
        }),
        (list(), prop::option::of(0_u8..6), value()).prop_map(|(list, id, value)| Act::Add { list, id, value }),
        (0_u8..4, any::<bool>(), 0_u8..50).prop_map(|(id, status, at)| Act::Observe { id, status, at }),
        (entry(), 0_u8..50, any::<bool>()).prop_map(|(step, at, to)| Act::Raise { step, at, to }),
        any::<u8>().prop_map(Act::Word),
        (list(), entry()).prop_map(|(list, entry)| Act::Remove { list, entry }),
        (0_u8..5, value()).prop_map(|(key, value)| Act::Member { key, value }),
    ]
}

fn time(at: u8) -> String {
    format!("2026-01-01T00:00:{at:02}Z")
}

fn list_of<'a>(payload: &'a mut Value, section: &str, list: &str) -> &'a mut Vec<Value> {
    let value = &mut payload[section][list];
    if !value.is_array() {
        *value = json!([]);
    }
    value.as_array_mut().expect("a list")
}

fn play(payload: &mut Value, acts: &[Act], who: &str) {
    for (n, act) in acts.iter().enumerate() {
        match act {
            Act::Say { list, entry, member, value } => {
                let list = list_of(payload, LISTS[*list].0, LISTS[*list].1);
                if let Some(entry) = list.get_mut(*entry).and_then(Value::as_object_mut) {
                    entry.insert(format!("m{member}"), (*value).into());
                }
            }
            Act::Add { list, id, value } => {
                let list = list_of(payload, LISTS[*list].0, LISTS[*list].1);
                let id = id.map(|id| format!("{who}{id}"));
                if list.iter().any(|entry| id.is_some() && entry["id"].as_str() == id.as_deref()) {
                    continue;
                }
                let mut entry = Map::from_iter([("text".to_owned(), json!(format!("{who} {n} {value}")))]);
                entry.extend(id.map(|id| ("id".to_owned(), id.into())));
                list.push(entry.into());
            }
            Act::Observe { id, status, at } => {
                let list = list_of(payload, "implementation", "tests");
                let id = format!("test:{id}");
                let status = if *status { "passed" } else { "failed" };
                match list.iter_mut().find(|entry| entry["id"] == id) {
                    Some(entry) => {
                        if entry["status"] != status {
                            let old = json!({ "status": entry["status"], "observedAt": entry["observedAt"] });
                            entry["history"].as_array_mut().expect("a list").push(old);
                        }
                        entry["status"] = status.into();
                        entry["observedAt"] = time(*at).into();
                    }
                    None => list.push(json!({ "id": id, "status": status, "observedAt": time(*at), "history": [],
                        "by": "cargo-handoff" })),
                }
            }
            Act::Raise { step, at, to } => {
                let list = list_of(payload, "plan", "steps");
                let Some(step) = list.get_mut(*step).and_then(Value::as_object_mut) else { continue };
                let to = if *to { "completed" } else { "in-progress" };
                step.insert("status".into(), to.into());
                let history = step.entry("statusHistory").or_insert_with(|| json!([]));
                history.as_array_mut().expect("a list").push(json!({ "to": to, "at": time(*at), "by": who, "n": n }));
            }
            Act::Word(word) => list_of(payload, "requirement", "constraints").push(format!("{who} {word}").into()),
            Act::Remove { list, entry } => {
                let list = list_of(payload, LISTS[*list].0, LISTS[*list].1);
                if *entry < list.len() {
                    list.remove(*entry);
                }
            }
            Act::Member { key, value } => payload[format!("x{key}")] = (*value).into(),
        }
    }
}

fn start() -> impl Strategy<Value = Value> {
    let texts = prop::collection::vec(any::<bool>(), 0..4);
    (texts.clone(), texts, any::<bool>()).prop_map(|(steps, risks, tested)| {
        let steps: Vec<Value> = steps
            .iter()
            .enumerate()
            .map(|(n, has_id)| if *has_id { json!({"id": n, "text": n}) } else { json!({ "text": n }) })
            .collect();
        let risks: Vec<Value> = (0..risks.len()).map(|n| json!({ "text": n })).collect();
        let mut payload = json!({ "requirement": {}, "plan": { "steps": steps, "risks": risks }, "testPlan": {},
            "implementation": { "tests": [] }, "qaFindings": {} });
        if tested {
            play(&mut payload, &[Act::Observe { id: 0, status: true, at: 0 }], "base");
        }
        payload
    })
}

/// Every value in it that a reader could point at: words, and members of the entry with this text.
fn said(value: &Value, out: &mut Vec<String>) {
    match value {
        Value::Array(list) => list.iter().for_each(|value| said(value, out)),
        Value::Object(members) => {
            for (key, value) in members {
                match value {
                    Value::Array(_) | Value::Object(_) => said(value, out),
                    leaf => out.push(format!("{key} {leaf}")),
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
        Value::String(text) => out.push(text.clone()),
    }
}

fn lost(base: &Value, side: &Value, merged: &Value) -> Vec<String> {
    let [mut old, mut new, mut now] = [Vec::new(), Vec::new(), Vec::new()];
    said(base, &mut old);
    said(side, &mut new);
    said(merged, &mut now);
    new.into_iter().filter(|said| !old.contains(said) && !now.contains(said) && !said.starts_with("status ")).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_of_either_side_is_lost(
        start in start(),
        our_acts in prop::collection::vec(act(), 0..10),
        their_acts in prop::collection::vec(act(), 0..10),
        prefer in prop::sample::select(vec![None, Some(Side::Ours), Some(Side::Theirs)]),
        is_pretty in any::<bool>(),
    ) {
        let (mut ours, mut theirs) = (start.clone(), start.clone());
        play(&mut ours, &our_acts, "ours");
        play(&mut theirs, &their_acts, "theirs");
        let write = |value: &Value| match is_pretty {
            true => serde_json::to_string_pretty(value).expect("JSON"),
            false => value.to_string(),
        };
        let sides = [&start, &ours, &theirs].map(|value| document(&write(value)));
        let ended = merge(Some(&sides[0]), &sides[1], &sides[2], prefer).expect("merged");
        let merged = match ended {
            Ended::Conflicts(conflicts) => {
                prop_assert!(prefer.is_none() && !conflicts.is_empty());
                return Ok(());
            }
            Ended::Merged(merged) => merged,
        };
        let now: Value = serde_json::from_str(merged.document.text()).expect("JSON");
        let decided: Vec<String> = merged.decided.iter().map(|conflict| match prefer {
            Some(Side::Theirs) => conflict.ours.clone(),
            Some(Side::Ours) | None => conflict.theirs.clone(),
        }).collect();
        for side in [&ours, &theirs] {
            let mut lost = lost(&start, side, &now);
            lost.retain(|said| !decided.iter().any(|loser| said.ends_with(loser.as_str())));
            // The time of an outcome that is the same on both sides.
            lost.retain(|said| !said.starts_with("observedAt "));
            prop_assert!(lost.is_empty(), "{lost:?}\nbase {start}\nours {ours}\ntheirs {theirs}\nnow {now}");
        }
        // No entry of the tool's twice, and the newer outcome stands.
        let tests = now["implementation"]["tests"].as_array().cloned().unwrap_or_default();
        for test in &tests {
            prop_assert_eq!(tests.iter().filter(|other| other["id"] == test["id"]).count(), 1);
            let of = |side: &Value| side["implementation"]["tests"].as_array().and_then(|list| {
                list.iter().find(|entry| entry["id"] == test["id"]).map(|entry| {
                    (entry["observedAt"].as_str().unwrap_or_default().to_owned(), entry["status"].clone())
                })
            });
            let sides = [of(&start), of(&ours), of(&theirs)];
            let known: Vec<&Value> = sides.iter().flatten().map(|(_, status)| status).collect();
            prop_assert!(known.contains(&&test["status"]));
            if let [base, Some(ours), Some(theirs)] = &sides
                && base.as_ref() != Some(ours) && base.as_ref() != Some(theirs) && ours.0 != theirs.0 {
                let newer = if ours.0 < theirs.0 { theirs } else { ours };
                prop_assert_eq!(&test["status"], &newer.1);
            }
        }
        // Whoever merges again has nothing to do.
        let again = merge(Some(&sides[0]), &merged.document, &merged.document, None).expect("merged");
        match again {
            Ended::Merged(again) => prop_assert_eq!(again.document.text(), merged.document.text()),
            Ended::Conflicts(conflicts) => prop_assert!(false, "{conflicts:?}"),
        }
    }
}
