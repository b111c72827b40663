//! How it is done nearby: the error type, the logging, the style of the tests, each with a place to look at.

use super::Item;
use super::text::SourceText;
use std::collections::BTreeMap;

/// What says that something is logged: the word before the `!`, or the path's head.
const LOGS: &[&str] = &["trace!(", "debug!(", "info!(", "warn!(", "error!(", "#[instrument"];

/// Ways to test, and what they are recognised by.
const TESTS: &[(&str, &str)] = &[
    ("#[tokio::test]", "asynchronous tests with tokio"),
    ("proptest!", "property tests with proptest"),
    ("insta::assert", "snapshots with insta"),
    ("assert_snapshot!", "snapshots with insta"),
    ("expect![", "snapshots with expect-test"),
    ("str![", "snapshots with snapbox"),
    ("#[rstest]", "cases with rstest"),
    ("#[test_case", "cases with test-case"),
    ("pretty_assertions", "pretty_assertions"),
    ("assert_matches!", "assert_matches!"),
];

/// Habits seen in the files, most frequent first.
pub(super) fn patterns(files: &[SourceText]) -> Vec<Item> {
    let mut items = Vec::new();
    items.extend(errors(files));
    items.extend(logging(files));
    items.extend(testing(files));
    items
}

/// A place seen so often: how often, and the first one.
type Seen = BTreeMap<String, (usize, String)>;

fn count(seen: &mut Seen, what: String, file: &SourceText, line: usize) {
    seen.entry(what).or_insert_with(|| (0, format!("{}:{}", file.shown, line + 1))).0 += 1;
}

fn most(seen: &Seen) -> Option<(&String, &(usize, String))> {
    seen.iter().max_by(|(left, (n, _)), (right, (m, _))| n.cmp(m).then(right.cmp(left)))
}

/// The error type most functions return, and how it is made.
fn errors(files: &[SourceText]) -> Vec<Item> {
    let mut types = Seen::new();
    for file in files {
        for (at, line) in file.text.lines().enumerate() {
            if let Some(result) = line.split("-> ").nth(1).and_then(returned) {
                count(&mut types, result, file, at);
            }
        }
    }
    let mut items = Vec::new();
    if let Some((kind, (n, at))) = most(&types) {
        items.push(Item::words(format!("errors: functions return `{kind}` ({n} times)")).at(at.clone()));
    }
    for (mark, what) in [("thiserror::Error", "thiserror"), ("anyhow::", "anyhow"), ("eyre::", "eyre")] {
        let found = place(files, |line| line.contains(mark));
        items.extend(found.map(|at| Item::words(format!("errors: made with {what}")).at(at)));
    }
    items
}

/// `Result<T, Error>` -> `Result<_, Error>`; `Result<T>` -> `Result<_>`, with the path it is written with.
fn returned(text: &str) -> Option<String> {
    let open = text.find("Result<")?;
    let path: String = text[..open]
        .chars()
        .rev()
        .take_while(|letter| letter.is_alphanumeric() || matches!(letter, ':' | '_'))
        .collect::<Vec<_>>()
        .into_iter()
        .rev()
        .collect();
    let mut depth = 0_usize;
    let mut comma = None;
    for (at, letter) in text[open + "Result".len()..].char_indices() {
        match letter {
            '<' | '(' | '[' => depth += 1,
            '>' | ')' | ']' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    let whole = &text[open + "Result".len()..][..at];
                    return Some(match comma {
                        Some(comma) => format!("{path}Result<_, {}>", whole.get(comma + 1..)?.trim()),
                        None => format!("{path}Result<_>"),
                    });
                }
            }
            ',' if depth == 1 => comma = Some(at),
            _ => {}
        }
    }
    None
}

fn logging(files: &[SourceText]) -> Option<Item> {
    let mut seen = Seen::new();
    for file in files {
        for (at, line) in file.text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//")) {
            let found = LOGS.iter().find(|log| {
                line.match_indices(**log).any(|(at, _)| {
                    let before = line[..at].chars().next_back();
                    log.starts_with('#') || before.is_none_or(|letter| !letter.is_alphanumeric() && letter != '_')
                })
            });
            if let Some(log) = found {
                let of = ["tracing::", "log::", "slog::"].iter().find(|of| file.text.contains(**of));
                let name = format!("{}{}", of.unwrap_or(&""), log.trim_end_matches('('));
                count(&mut seen, name, file, at);
            }
        }
    }
    let all: usize = seen.values().map(|(n, _)| n).sum();
    let (name, (_, at)) = most(&seen)?;
    Some(Item::words(format!("logging: `{name}` ({all} calls of all levels)")).at(at.clone()))
}

fn testing(files: &[SourceText]) -> Vec<Item> {
    let mut items = Vec::new();
    for (mark, what) in TESTS {
        let found = place(files, |line| line.contains(mark) && !line.trim_start().starts_with("//"));
        items.extend(found.map(|at| Item::words(format!("tests: {what}")).at(at)));
    }
    let inline = place(files, |line| line.trim_start().starts_with("mod tests {"));
    items.extend(inline.map(|at| Item::words("tests: in the file they are about").at(at)));
    let beside = place(files, |line| line.trim_start().starts_with("mod tests;"));
    items.extend(beside.map(|at| Item::words("tests: in a file beside the one they are about").at(at)));
    let apart = files.iter().find(|file| file.shown.contains("/tests/") || file.shown.starts_with("tests/"));
    items.extend(apart.map(|file| Item::words("tests: integration tests of their own").at(file.shown.clone())));
    let helper = place(files, |line| line.contains("#[track_caller]"));
    items.extend(helper.map(|at| Item::words("tests: helpers are `#[track_caller]`").at(at)));
    items.dedup_by(|left, right| left.text == right.text);
    items
}

fn place(files: &[SourceText], is_it: impl Fn(&str) -> bool) -> Option<String> {
    files.iter().find_map(|file| {
        let line = file.text.lines().position(&is_it)?;
        Some(format!("{}:{}", file.shown, line + 1))
    })
}
