//! Test functions before and after: gone, ignored, compiled out, asserting less.
//!
//! A test that moved or was renamed is the same test. Where an assertion may have gone into a loop or a helper, nothing
//! is said: a false alarm costs more than it finds.

use super::super::Seen;
use super::super::changed::texts;
use super::super::told::{quoted, weakened};
use super::pairs::{self, Pair, Test};
use crate::source::Assertions;
use crate::words::Finding;
use crate::workspace::changes::ChangeKind;
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn find(seen: &Seen) -> Vec<Finding> {
    let (mut before, mut after) = (Vec::new(), Vec::new());
    let mut sources: Vec<&str> = Vec::new();
    for change in seen.work.changes.iter().filter(|change| change.file.ends_with(".rs")) {
        let (old, new) = texts(seen, change);
        let of = |text: Option<&str>| Test::all(text.unwrap_or_default(), &change.file, change.package.as_deref());
        before.extend(of(old));
        after.extend(of(new));
        sources.extend(new);
    }
    let paired = pairs::pair(before, after);
    let mut findings: Vec<Finding> = paired.kept.iter().flat_map(|pair| compare(pair, &sources)).collect();
    findings.extend(gone(seen, &paired.gone));
    findings
}

/// Tests that are gone, told by file.
fn gone(seen: &Seen, gone: &[Test]) -> Vec<Finding> {
    let mut by_file: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for test in gone {
        by_file.entry(&test.file).or_default().push(&test.facts.path);
    }
    let is_gone = |file: &str| {
        let mut changes = seen.work.changes.iter();
        changes.any(|change| change.file == file && change.kind == ChangeKind::Deleted)
    };
    let told = |(file, tests): (&str, Vec<&str>)| {
        let is_gone = is_gone(file);
        let text = match tests.as_slice() {
            [test] => format!("the test `{test}` is gone{}", if is_gone { " with its file" } else { "" }),
            tests => {
                let with = if is_gone { " with their file" } else { "" };
                format!("{} tests are gone{with}: {}", tests.len(), quoted(tests.to_vec()))
            }
        };
        weakened(file, text)
    };
    by_file.into_iter().map(told).collect()
}

/// What became of a test that is still there.
fn compare(pair: &Pair, sources: &[&str]) -> Vec<Finding> {
    let (old, new) = (&pair.old.facts, &pair.new.facts);
    let name = &new.path;
    let mut said = Vec::new();
    if let (None, Some(reason)) = (&old.ignored, &new.ignored) {
        let because = match reason.as_str() {
            "" => ", without a reason".to_owned(),
            condition if condition.starts_with("if ") => format!(" {condition}"),
            reason => format!(": \"{reason}\""),
        };
        said.push(format!("the test `{name}` is ignored now{because}"));
    }
    let (was, is) = (conditions(&old.cfg), conditions(&new.cfg));
    let more: Vec<&str> = is.difference(&was).map(String::as_str).collect();
    if !more.is_empty() {
        said.push(format!("the test `{name}` is compiled only under {} now", quoted(more)));
    }
    if new.should_panic && !old.should_panic {
        said.push(format!("the test `{name}` is to panic now"));
    }
    let (was, is) = (&old.assertions, &new.assertions);
    if 0 < all(was) && all(is) == 0 && !may_assert_elsewhere(pair, sources) {
        said.push(format!("the test `{name}` asserts nothing any more"));
    } else if is.n_strong() < was.n_strong() && all(is) < all(was) && !may_assert_elsewhere(pair, sources) {
        let n = is.n_strong();
        let s = if n == 1 { "" } else { "s" };
        said.push(format!("the test `{name}` has {n} assertion{s}; it had {}", was.n_strong()));
    }
    said.into_iter().map(|text| weakened(&pair.new.file, text).line(new.lines.start)).collect()
}

/// With everything else that fails a test.
fn all(assertions: &Assertions) -> u32 {
    assertions.n_strong() + assertions.unwraps + assertions.questions
}

/// The conditions a test is compiled under, but for `test` itself: `all(a, b)` is `a` and `b`.
pub(super) fn conditions(cfgs: &[String]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut waiting: Vec<String> = cfgs.iter().map(|cfg| cfg.split_whitespace().collect()).collect();
    while let Some(cfg) = waiting.pop() {
        match cfg.strip_prefix("all(").or_else(|| cfg.strip_prefix("cfg(")).and_then(|rest| rest.strip_suffix(')')) {
            Some(inner) => waiting.extend(parts(inner)),
            None if cfg == "test" || cfg.is_empty() => {}
            None => drop(found.insert(cfg)),
        }
    }
    found
}

/// What commas part, those in brackets left alone.
fn parts(text: &str) -> Vec<String> {
    let mut depth = 0_i32;
    let mut parts = vec![String::new()];
    for character in text.chars() {
        match character {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if character == ',' && depth == 0 {
            parts.push(String::new());
        } else if let Some(last) = parts.last_mut() {
            last.push(character);
        }
    }
    parts
}

/// Whether what it asserted may be in a loop now, or in a function or macro it did not call before.
fn may_assert_elsewhere(pair: &Pair, sources: &[&str]) -> bool {
    let (old, new) = (&pair.old.text, &pair.new.text);
    let n_loops = |text: &str| {
        ["for ", "while ", "loop ", ".for_each(", ".all(", ".try_for_each("]
            .iter()
            .map(|word| text.matches(word).count())
            .sum::<usize>()
    };
    if n_loops(old) < n_loops(new) {
        return true;
    }
    let known = calls(old);
    calls(new).difference(&known).any(|name| sources.iter().any(|source| asserts(source, name)))
}

/// The names that are called: `check(`, `check!(`, `check::<T>(` is left out.
fn calls(text: &str) -> BTreeSet<&str> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let before = |at: usize| {
        let head = text[..at].trim_end_matches('!');
        let start =
            head.rfind(|c: char| !is_word(c)).map_or(0, |at| at + head[at..].chars().next().map_or(1, char::len_utf8));
        &head[start..]
    };
    text.match_indices(['(', '[', '{']).map(|(at, _)| before(at)).filter(|name| !name.is_empty()).collect()
}

/// Whether this source defines a function or macro of this name that may fail a test.
fn asserts(source: &str, name: &str) -> bool {
    let spelled = [format!("fn {name}("), format!("fn {name}<"), format!("macro_rules! {name} ")];
    let body = |at: usize| {
        let rest = &source[at..];
        // A function ends where a brace stands as far to the left as it began.
        let line = source[..at].rfind('\n').map_or(0, |at| at + 1);
        let indent: String = source[line..at].chars().take_while(|c| c.is_whitespace()).collect();
        rest.find(&format!("\n{indent}}}")).map_or(rest, |end| &rest[..end])
    };
    let fails = |body: &str| ["assert", "panic!", "expect", "unwrap", "?"].iter().any(|word| body.contains(word));
    spelled.iter().flat_map(|words| source.match_indices(words.as_str())).any(|(at, _)| fails(body(at)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_are_taken_apart_and_test_is_none() {
        let of = |cfgs: &[&str]| -> Vec<String> {
            conditions(&cfgs.iter().map(|cfg| (*cfg).to_owned()).collect::<Vec<_>>()).into_iter().collect()
        };
        assert_eq!(of(&["test", "all(test, unix)"]), ["unix"]);
        assert_eq!(of(&["any(test, unix)"]), ["any(test,unix)"]);
        assert_eq!(of(&["cfg(all(test, not(any(miri, windows))))"]), ["not(any(miri,windows))"]);
        assert_eq!(of(&["feature = \"slow\""]), ["feature=\"slow\""]);
    }

    #[test]
    fn a_helper_that_asserts_is_known_by_what_it_holds() {
        let source = "fn check(a: u32) {\n    assert_eq!(a, 1);\n}\n\nfn make() -> u32 {\n    1\n}\n\nfn other() {\n    panic!()\n}\n";
        assert!(asserts(source, "check") && asserts(source, "other"));
        assert!(!asserts(source, "make") && !asserts(source, "nobody"));
        assert_eq!(calls("check(1); a::b!{x}; (c)"), BTreeSet::from(["check", "b"]));
    }
}
