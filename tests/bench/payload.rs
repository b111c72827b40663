//! Load, one append and a durable save of a payload of 50 MB: `cargo bench --bench payload`.
//!
//! The goal is one second, and four times the file's size in memory.

#![expect(clippy::disallowed_macros, reason = "a benchmark prints what it measured")]

use camino::Utf8PathBuf;
use cargo_handoff::payload::edit::Edit;
use cargo_handoff::payload::model::Payload;
use cargo_handoff::payload::store::{Located, load, save};
use serde_json::json;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

const SIZE: usize = 50_000_000;

fn main() {
    let keep = tempfile::tempdir().expect("a folder");
    let folder = Utf8PathBuf::from_path_buf(keep.path().to_owned()).expect("UTF-8").join("handoff");
    std::fs::create_dir(&folder).expect("made");
    let located = Located::at(folder.join("payload.json"));
    std::fs::write(&located.payload, payload()).expect("written");

    let mut best = Duration::MAX;
    for round in 0..5 {
        let started = Instant::now();
        let base = load(&located.payload).expect("read");
        let loaded = started.elapsed();
        let path = vec!["implementation".to_owned(), "changes".to_owned()];
        let edit = Edit::Append { path, value: json!({"id": format!("new-{round}")}) };
        let saved = save(&located, &base, &[edit]).expect("saved");
        let whole = started.elapsed();
        assert!(saved.changed);
        best = best.min(whole);
        println!("round {round}: load {loaded:.0?}, append and save {:.0?}, together {whole:.0?}", whole - loaded);
    }
    let document = load(&located.payload).expect("read");
    let n_bytes = document.text().len();
    println!("{n_bytes} bytes: best {best:.0?} (goal 1 s){}", peak(n_bytes));

    let path = || vec!["implementation".to_owned(), "changes".to_owned()];
    let edits: Vec<_> = (0..1000).map(|n| Edit::Append { path: path(), value: json!({"id": n}) }).collect();
    let started = Instant::now();
    let _ = save(&located, &document, &edits).expect("saved");
    println!("1,000 appends in one save: {:.0?}", started.elapsed());
    let started = Instant::now();
    let _ = Payload::read(&document).expect("a payload");
    println!("reading it leniently: {:.0?}", started.elapsed());
}

/// Entries of a hand-written kind until the size is reached.
fn payload() -> String {
    let mut text = String::with_capacity(SIZE + 1000);
    text.push_str("{\n  \"plan\": {\"steps\": [\"a\"]},\n  \"implementation\": {\n    \"changes\": [\n");
    let mut n = 0;
    while text.len() < SIZE {
        let comma = if n == 0 { "" } else { ",\n" };
        let lines = format!("\"lines\": {{\"added\": {n}, \"removed\": 1.10}}, \"steps\": [\"1\", \"2\"]");
        write!(
            text,
            "{comma}      {{\"id\": \"hand-{n}\", \"file\": \"src/file_{n}.rs\", {lines}, \"note\": \"as it was\"}}"
        )
        .expect("a string grows");
        n += 1;
    }
    text.push_str("\n    ]\n  }\n}\n");
    text
}

/// The most memory this process had, where the system says so.
fn peak(n_bytes: usize) -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let Some(kilobytes) = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<usize>().ok()) else {
        return String::new();
    };
    let tenths = kilobytes * 1024 * 10 / n_bytes;
    format!(", peak {} MB = {}.{} times the file (goal 4)", kilobytes * 1024 / 1_000_000, tenths / 10, tenths % 10)
}
