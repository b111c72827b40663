//! Tests of what becomes of lines, symbols and searches.

use super::super::finding::{Cited, Quotes};
use super::*;
use crate::files::sha256;
use crate::payload::document::Document;
use crate::payload::entries::{Citation, ReconEntry, SymbolRef};
use crate::payload::model::Payload;
use camino::Utf8Path;
use serde_json::json;

const TEXT: &str = "use a::b;\n\nfn one() {}\n\npub fn two(left: u32) -> u32 {\n    left\n}\n";

fn citation(at: u32) -> Citation {
    let text = TEXT.lines().nth(at as usize - 1).expect("a line").trim().to_owned();
    Citation { at: format!("src/a.rs:{at}"), text, sha256: sha256(TEXT.as_bytes()) }
}

fn became(at: u32, now: &str) -> (State, Option<u32>) {
    let digest = sha256(now.as_bytes());
    let became = line(&citation(at), at, Some((now, &digest)));
    (became.state, became.line)
}

#[test]
fn a_line_is_unchanged_moved_changed_or_gone() {
    assert_eq!(became(5, TEXT), (State::Unchanged, Some(5)));
    assert_eq!(became(5, &TEXT.replace("use a::b", "use a::c")), (State::Unchanged, Some(5)));
    assert_eq!(became(5, &format!("// more\n{TEXT}")), (State::Moved, Some(6)));
    assert_eq!(became(5, &TEXT.replace("left: u32", "left: u64")), (State::Changed, Some(5)));
    assert_eq!(became(5, "use a::b;\n\nfn one() {}\n"), (State::Gone, None));
    assert_eq!(line(&citation(5), 5, None).state, State::Gone);
}

#[test]
fn of_several_equal_lines_the_nearest_is_meant() {
    let cited = Citation { at: "a:3".into(), text: "x();".into(), sha256: "z".into() };
    assert_eq!(line(&cited, 3, Some(("x();\n\ny();\nx();\n", ""))).line, Some(1 + 3));
}

#[test]
fn a_symbol_is_unchanged_moved_changed_or_gone() {
    let kept = |line: u32| SymbolRef {
        path: "two".into(),
        file: "src/a.rs".into(),
        line,
        signature: "pub fn two(left: u32) -> u32".into(),
    };
    let state = |line: u32, text: &str| symbol(&kept(line), Some(text)).state;
    assert_eq!(state(5, TEXT), State::Unchanged);
    assert_eq!(state(4, TEXT), State::Moved);
    assert_eq!(
        state(5, &TEXT.replace("    left\n", "    left + 1\n")),
        State::Unchanged,
        "its body is not its signature"
    );
    assert_eq!(state(5, "fn one() {}\n"), State::Gone);
    let changed = symbol(&kept(5), Some(&TEXT.replace("left: u32", "left: u64")));
    assert_eq!((changed.state, changed.says.as_deref()), (State::Changed, Some("pub fn two(left: u64) -> u32")));
}

#[test]
fn who_cites_a_file_again_after_it_changed_settles_what_was_cited_before() {
    let one = |file: &str, at: &str, digest: &str| json!({"kind": "citation", "file": file, "citation": {"at": at, "text": "x", "sha256": digest}});
    let text = json!({"implementation": {"citations": [
        one("b.rs", "src/a.rs:1", "1"), one("b.rs", "src/a.rs:2", "1"), one("c.rs", "src/a.rs:1", "1"),
        one("b.rs", "src/a.rs:9", "2"),
    ], "changes": [
        {"file": "c.rs", "by": "cargo-handoff", "citations": [{"at": "src/a.rs:1", "text": "x", "sha256": "1"}, {"at": "src/d.rs:1", "text": "y", "sha256": "3"}]},
        {"file": "e.rs", "by": "cargo-handoff", "withdrawn": {"at": "t", "why": "w"}, "citations": [{"at": "src/d.rs:1", "text": "y", "sha256": "3"}]},
    ]}})
    .to_string();
    let payload = Payload::read(&Document::parse("p", text.as_str().into()).expect("JSON")).expect("read");
    let told: Vec<String> = cited(&payload).iter().map(|cited| format!("{} {}", cited.of, cited.citation.at)).collect();
    assert_eq!(told, ["change:c.rs src/a.rs:1", "change:b.rs src/a.rs:9", "change:c.rs src/d.rs:1"]);
}

#[test]
fn a_search_differs_by_what_is_new_and_what_is_gone_and_lines_may_move() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = Utf8Path::from_path(folder.path()).expect("UTF-8");
    std::fs::write(root.join("a.rs"), "\nhit one\nhit three\n").expect("written");
    let cite = |text: &str, line: u32| Citation { at: format!("a.rs:{line}"), text: text.into(), sha256: "x".into() };
    let kept = ReconEntry {
        id: "recon:t-0".into(),
        kind: "search".into(),
        question: json!({"pattern": "hit"}),
        words: "cargo handoff recon search hit".into(),
        at: "t".into(),
        by: "x".into(),
        citations: vec![cite("hit one", 1), cite("hit two", 2)],
        symbols: Vec::new(),
        total: 2,
        evidence: None,
    };
    let now = Cited { lines: vec![("a.rs".into(), 2), ("a.rs".into(), 3)], symbols: Vec::new(), total: 2 };
    let found = difference(&kept, &now, &mut Quotes::below(root)).expect("read");
    assert_eq!(found.in_words(), "1 new (a.rs), 1 gone (a.rs)");
    let same = Cited { lines: vec![("a.rs".into(), 2)], total: 1, ..Cited::default() };
    let kept = ReconEntry { citations: vec![cite("hit one", 1)], total: 1, ..kept };
    assert!(difference(&kept, &same, &mut Quotes::below(root)).expect("read").is_none());
}

#[test]
fn what_this_work_did_itself_is_no_alarm_and_alarms_come_first() {
    let row = |state: State, of_this_work: bool| DriftRow {
        of: "change:a.rs".into(),
        what: DriftOf::Line,
        at: "a.rs:1".into(),
        said: "x".into(),
        state,
        now: None,
        cause: None,
        of_this_work,
    };
    let rows = vec![
        row(State::Unchanged, false),
        row(State::Gone, true),
        row(State::Moved, false),
        row(State::Changed, false),
    ];
    let drift = Drift::of(rows, 10);
    assert_eq!((drift.n_alarms, drift.n_gone, drift.n_moved, drift.n_unchanged), (1, 1, 1, 1));
    let states: Vec<State> = drift.rows.items.iter().map(|row| row.state).collect();
    assert_eq!(states, [State::Changed, State::Gone, State::Moved, State::Unchanged]);
    assert_eq!(drift.rows.items[1].sentence(), "a.rs:1 `x` gone (this work)");
}
