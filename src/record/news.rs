//! What is news, what goes into `history`, and what is no longer so.
//!
//! News is another outcome, count, name, argv, blob, tree or environment. Times, durations, logs and the place of
//! the evidence are not: without news nothing is written at all.

use super::kept;
use super::observed::{Observed, is_withdrawn};
use crate::payload::entries::is_fix;
use crate::payload::schema::own_members;
use crate::words::{Outcome, SuiteId};
use crate::workspace::graph::Package;
use serde_json::{Map, Value, json};

/// The outcomes that stand in the way of acceptance.
const BAD: [&str; 2] = [Outcome::Failed.word(), Outcome::CouldNotRun.word()];

/// The members whose change alone is no news.
const fn not_news(list: &str) -> &'static [&'static str] {
    match list.as_bytes() {
        b"changes" => &["evidenceRef", "rationale", "rationaleSource", "history"],
        b"tests" => &["observedAt", "durationMs", "evidenceRef", "why", "failures", "red", "history"],
        b"commands" => {
            &["timestamp", "durationMs", "log", "cached", "evidenceRef", "output", "why", "before", "history"]
        }
        b"baseline" => &["how", "ref", "history"],
        b"handoff" => &["at", "open", "record", "history"],
        b"summary" => &["durationMs", "units", "history"],
        _ => &["history"],
    }
}

/// The member that is an entry's outcome: a change of it goes into `history`.
const fn outcome_of(list: &str) -> Option<&'static [&'static str]> {
    match list.as_bytes() {
        b"tests" => Some(&["status"]),
        b"commands" => Some(&["outcome"]),
        b"baseline" => Some(&["commit"]),
        b"handoff" => Some(&["readyFor"]),
        b"environment" => Some(&["rustc", "cargo", "clippy", "rustfmt", "triple", "cargoHandoff"]),
        b"brief" => Some(&["sha256", "text"]),
        _ => None,
    }
}

/// Whether the new value says something the old one did not.
pub(super) fn is_news(list: &str, old: &Map<String, Value>, new: &Map<String, Value>) -> bool {
    let skipped = not_news(list);
    let is_compared = |key: &str| !skipped.contains(&key);
    // Members only the old one has are somebody else's additions, or ours that have nothing to say now.
    let own = own_members(list);
    let is_gone = |key: &String| is_compared(key) && own.contains(key) && !new.contains_key(key);
    is_withdrawn(old)
        || old.keys().any(is_gone)
        || new.iter().any(|(key, value)| {
            let is_same_set = |old: &Value| key == "findings" && in_any_order(old) == in_any_order(value);
            let differs = |old: &Value| old != value && unpacked(old) != unpacked(value) && !is_same_set(old);
            is_compared(key) && old.get(key).is_none_or(differs)
        })
        || noted(old) != noted(new)
        || failed(old) != failed(new)
        || is_blamed_anew(old, new)
        || reds(old) != reds(new)
}

/// What each test, or the command, came to on the baseline. The run it was seen in is no news.
fn reds(entry: &Map<String, Value>) -> Vec<Value> {
    let mut reds = entry.get("red").and_then(Value::as_array).cloned().unwrap_or_default();
    reds.extend(entry.get("before").filter(|before| before.is_object()).cloned());
    let bare = |mut red: Value| {
        if let Some(red) = red.as_object_mut() {
            red.remove("evidenceRef");
        }
        red
    };
    reds.into_iter().map(bare).collect()
}

/// The elements of a list, in an order of their own.
fn in_any_order(list: &Value) -> Vec<String> {
    let mut texts: Vec<String> = list.as_array().into_iter().flatten().map(Value::to_string).collect();
    texts.sort_unstable();
    texts
}

/// A command line, or a list of them, without the packages it builds: on a cold target folder fewer are named, and
/// that alone is no news. Everything else is itself.
fn unpacked(value: &Value) -> Value {
    match value {
        Value::Array(list) if list.iter().all(Value::is_string) => {
            let words: Vec<&str> = list.iter().filter_map(Value::as_str).collect();
            let is_build = words.first() == Some(&"cargo") && is_build(&words);
            if is_build { without_packages(&words).into() } else { list.iter().map(unpacked).collect() }
        }
        Value::String(text) => {
            let words: Vec<&str> = text.split(' ').collect();
            if is_build(&words) { without_packages(&words).into() } else { value.clone() }
        }
        other => other.clone(),
    }
}

/// Whether these words build or check, and run nothing.
fn is_build(words: &[&str]) -> bool {
    words.starts_with(&["cargo", "clippy"])
        || words.starts_with(&["cargo", "build"])
        || (words.starts_with(&["cargo", "test"]) && words.contains(&"--no-run"))
}

fn without_packages(words: &[&str]) -> Vec<String> {
    let mut kept = Vec::new();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match *word {
            "-p" | "--package" => drop(words.next()),
            "--workspace" | "--lib" => {}
            word if word.starts_with("--package=") => {}
            word => kept.push(word.to_owned()),
        }
    }
    kept
}

/// What a person noted as the reason. The subject of a commit is none: committing is no news.
fn noted(entry: &Map<String, Value>) -> Option<&Value> {
    entry.get("rationale").filter(|_| entry.get("rationaleSource").and_then(Value::as_str) == Some("note"))
}

/// The names of the tests that failed. What they said may hold times and addresses.
fn failed(entry: &Map<String, Value>) -> Vec<&Value> {
    let failures = entry.get("failures").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    failures.iter().filter_map(|failure| failure.get("name")).collect()
}

/// Whether a test is said to have come to something on the baseline that was not said before. Not to ask again is no
/// news.
fn is_blamed_anew(old: &Map<String, Value>, new: &Map<String, Value>) -> bool {
    let said = |entry: &Map<String, Value>| -> Vec<(Value, Value)> {
        let failures = entry.get("failures").and_then(Value::as_array).cloned().unwrap_or_default();
        let said =
            failures.iter().filter_map(|failure| Some((failure.get("name")?.clone(), failure.get("before")?.clone())));
        said.collect()
    };
    let before = said(old);
    said(new).iter().any(|now| !before.contains(now))
}

/// The history the new value carries: the old one's, and the old outcome where it is another now.
pub(super) fn history(list: &str, old: Option<&Map<String, Value>>, new: &Map<String, Value>) -> Vec<Value> {
    let Some(old) = old else { return Vec::new() };
    let mut history = past(old);
    let keys = outcome_of(list).unwrap_or_default();
    let has_changed = keys.iter().any(|key| old.get(*key) != new.get(*key));
    if has_changed && !is_withdrawn(old) {
        history.push(former(keys, old));
    }
    if let Some(withdrawn) = old.get("withdrawn").filter(|withdrawn| !withdrawn.is_null()) {
        history.push(json!({ "withdrawn": withdrawn }));
    }
    history
}

fn past(entry: &Map<String, Value>) -> Vec<Value> {
    entry.get("history").and_then(Value::as_array).cloned().unwrap_or_default()
}

/// The part of an entry that is worth keeping when it is renewed.
fn former(keys: &[&str], old: &Map<String, Value>) -> Value {
    let also = ["why", "timestamp", "observedAt", "at", "evidenceRef"];
    let kept = keys.iter().chain(&also).filter_map(|key| old.get_key_value(*key));
    Value::Object(kept.map(|(key, value)| (key.clone(), value.clone())).collect())
}

/// An entry that is no longer so: its id stays, its values move to `history`.
pub(super) fn withdrawn(list: &str, entry: &Map<String, Value>, at: &str, why: &str) -> Map<String, Value> {
    let mut history = past(entry);
    let values: Map<String, Value> = entry
        .iter()
        .filter(|(key, _)| !matches!(key.as_str(), "id" | "by" | "history"))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    history.push(Value::Object(values));
    let mut withdrawn = Map::new();
    for key in identity(list).iter().filter(|key| entry.contains_key(**key)) {
        withdrawn.insert((*key).to_owned(), entry[*key].clone());
    }
    withdrawn.insert("withdrawn".into(), json!({ "at": at, "why": why }));
    withdrawn.insert("history".into(), history.into());
    withdrawn
}

/// The members a withdrawn entry keeps, so that a reader still knows what it was about.
const fn identity(list: &str) -> &'static [&'static str] {
    match list.as_bytes() {
        b"changes" => &["id", "file", "by"],
        b"tests" => &["id", "package", "target", "by"],
        b"commands" => &["id", "kind", "command", "by"],
        _ => &["id", "text", "by"],
    }
}

/// Why an entry that was not drafted is no longer so; `None` where it was merely not looked at.
pub(super) fn why_gone(list: &str, entry: &Map<String, Value>, observed: &Observed) -> Option<String> {
    let text = |key: &str| entry.get(key).and_then(Value::as_str).unwrap_or_default();
    match list {
        "tests" | "commands" if !observed.complete => None,
        "changes" => Some(format!("`{}` no longer differs from the baseline", text("file"))),
        "tests" => {
            let package = text("package");
            match observed.graph.package(package) {
                None => Some(format!("there is no package `{package}` any more")),
                Some(found) if observed.selected.contains(package) && !is_left(found, text("id"), observed) => {
                    Some("the target is gone or has no tests".into())
                }
                Some(_) if observed.partial => None,
                // A pass stays until somebody looks again; a failure would stand in the way of work it has
                // nothing to do with.
                Some(_) if BAD.contains(&text("status")) => Some(format!("this work does not affect `{package}`")),
                Some(_) => None,
            }
        }
        // What was repaired stays so.
        "commands" if is_fix(text("id")) => None,
        "commands" if kept::is_left(entry, observed) => None,
        // Not at hand this time, or nobody came to it.
        "commands" if observed.payload.prescribed.iter().any(|prescribed| prescribed.id() == text("id")) => None,
        "commands" => match text("kind") {
            "doctest" => Some(
                "its doctests run in another command, are not affected any more, or there are none any more".into(),
            ),
            "prescribed" => Some("it is no longer prescribed".into()),
            "doc" => Some("documentation was not asked for this time".into()),
            _ => Some("it was not needed any more".into()),
        },
        "followUps" => Some("settled".into()),
        _ => None,
    }
}

/// Whether an entry is that of a suite which is still there and was not selected, although others of its package were.
fn is_left(package: &Package, id: &str, observed: &Observed) -> bool {
    let Some(selection) = &observed.results.selection else { return false };
    let suites = package.targets.iter().flat_map(|target| {
        let suite = |doctest: bool| SuiteId { target: target.id.clone(), doctest };
        [target.test.then(|| suite(false)), target.doctest.then(|| suite(true))].into_iter().flatten()
    });
    suites.into_iter().any(|suite| suite.id() == id && !selection.wants(&suite))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(value: Value) -> Map<String, Value> {
        value.as_object().cloned().expect("an object")
    }

    #[test]
    fn times_logs_and_the_place_of_evidence_are_no_news() {
        let old = map(json!({"outcome":"passed","timestamp":"a","durationMs":1,"evidenceRef":"r1","argv":["x"]}));
        let new = map(json!({"outcome":"passed","timestamp":"b","durationMs":2,"evidenceRef":"r2","argv":["x"]}));
        assert!(!is_news("commands", &old, &new));
        let other = map(json!({"outcome":"failed","timestamp":"b","durationMs":2,"evidenceRef":"r2","argv":["x"]}));
        assert!(is_news("commands", &old, &other));
    }

    #[test]
    fn the_packages_a_build_names_are_no_news_and_its_flags_are() {
        let of = |command: &str| {
            let argv: Vec<&str> = command.split(' ').collect();
            map(json!({ "argv": argv, "command": command, "commands": ["cargo fmt --all -- --check", command] }))
        };
        let is_news = |old: &str, new: &str| is_news("commands", &of(old), &of(new));
        assert!(!is_news("cargo test -p a -p b --no-run", "cargo test --workspace --no-run"));
        assert!(!is_news("cargo clippy -p a --bins", "cargo clippy --workspace --lib --bins"));
        assert!(is_news("cargo test -p a --no-run", "cargo test --workspace --no-run --all-features"));
        assert!(is_news("cargo test -p a --doc", "cargo test -p b --doc"));
        assert!(is_news("cargo fmt -p a", "cargo fmt -p b"));
    }

    #[test]
    fn what_somebody_added_to_our_entry_is_no_news() {
        let old = map(json!({"status":"passed","reviewed":true}));
        assert!(!is_news("tests", &old, &map(json!({"status":"passed"}))));
    }

    #[test]
    fn a_withdrawn_entry_that_is_so_again_is_news() {
        let old = map(json!({"file":"a","withdrawn":{"at":"t","why":"w"}}));
        assert!(is_news("changes", &old, &map(json!({"file":"a"}))));
    }

    #[test]
    fn history_grows_on_a_change_of_outcome_only() {
        let old = map(json!({"outcome":"failed","timestamp":"t1","evidenceRef":"r1","history":[{"outcome":"passed"}]}));
        let same = history("commands", Some(&old), &map(json!({"outcome":"failed"})));
        assert_eq!(same, [json!({"outcome":"passed"})]);
        let grown = history("commands", Some(&old), &map(json!({"outcome":"passed"})));
        assert_eq!(grown[1], json!({"outcome":"failed","timestamp":"t1","evidenceRef":"r1"}));
    }

    #[test]
    fn withdrawing_keeps_every_value_in_history() {
        let old = map(json!({"id":"change:a","file":"a","after":"b1","by":"cargo-handoff"}));
        let gone = withdrawn("changes", &old, "now", "reverted");
        assert_eq!(gone["history"], json!([{"file":"a","after":"b1"}]));
        assert_eq!(gone["withdrawn"], json!({"at":"now","why":"reverted"}));
        assert_eq!(gone["id"], "change:a");
    }
}
