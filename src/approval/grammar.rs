//! The closed grammar: which cargo command lines run without asking.
//!
//! `cargo fmt|clippy|test|check|build|doc` with the flags below, each value checked, each flag that selects one
//! thing given once. Anything else is not ours.

use std::collections::BTreeSet;

/// What stands behind a flag.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Value {
    /// Nothing.
    None,
    /// A package's or target's name.
    Name,
    /// A list of features.
    Features,
}

/// Whether these words are wholly in the grammar.
pub(super) fn is_ours(words: &[String]) -> bool {
    let [program, verb, rest @ ..] = words else { return false };
    if program != "cargo" || !["fmt", "clippy", "test", "check", "build", "doc"].contains(&verb.as_str()) {
        return false;
    }
    let (ours, behind) = match rest.iter().position(|word| word == "--") {
        Some(at) => (&rest[..at], Some(&rest[at + 1..])),
        None => (rest, None),
    };
    before_dashes(verb, ours) && behind.is_none_or(|behind| behind_dashes(verb, behind))
}

/// What a flag takes for this verb; `None` where it is not in the grammar.
fn value_of(verb: &str, flag: &str) -> Option<Value> {
    let is_fmt = verb == "fmt";
    match flag {
        "-q" | "--quiet" | "-v" | "--verbose" => Some(Value::None),
        "-p" | "--package" => Some(Value::Name),
        "--all" => Some(Value::None),
        "--check" if is_fmt => Some(Value::None),
        _ if is_fmt => None,
        "--workspace" | "--lib" | "--bins" | "--examples" | "--release" | "--locked" | "--offline" => Some(Value::None),
        "--all-features" | "--no-default-features" => Some(Value::None),
        "-F" | "--features" => Some(Value::Features),
        "--bin" | "--example" => Some(Value::Name),
        "--doc" if verb == "test" => Some(Value::None),
        _ if verb == "doc" => None,
        "--tests" | "--all-targets" => Some(Value::None),
        "--test" => Some(Value::Name),
        _ => None,
    }
}

fn before_dashes(verb: &str, words: &[String]) -> bool {
    let mut seen = BTreeSet::new();
    let mut words = words.iter();
    let mut has_filter = false;
    while let Some(word) = words.next() {
        if !word.starts_with('-') {
            // The one positional argument there is: a filter of test names.
            if verb != "test" || has_filter || !is_filter(word) {
                return false;
            }
            has_filter = true;
            continue;
        }
        let (flag, given) = match word.split_once('=') {
            Some((flag, value)) if flag.starts_with("--") => (flag, Some(value)),
            Some(_) => return false,
            None => (word.as_str(), None),
        };
        let Some(value) = value_of(verb, flag) else { return false };
        let is_fine = match (value, given) {
            (Value::None, None) => seen.insert(flag),
            (Value::None, Some(_)) => false,
            (Value::Name | Value::Features, given) => {
                let given = given.or_else(|| words.next().map(String::as_str));
                given.is_some_and(|given| if value == Value::Name { is_name(given) } else { are_features(given) })
            }
        };
        if !is_fine {
            return false;
        }
    }
    true
}

/// Whether a `cargo test` of the grammar names tests.
pub(super) fn has_filter(words: &[String]) -> bool {
    let [_, verb, rest @ ..] = words else { return false };
    let mut is_behind = false;
    let mut is_value = false;
    for word in rest {
        if is_value {
            is_value = false;
        } else if word == "--" && !is_behind {
            is_behind = true;
        } else if !word.starts_with('-') {
            return verb == "test";
        } else if is_behind {
            is_value = word == "--test-threads";
        } else {
            is_value = value_of(verb, word).is_some_and(|value| value != Value::None);
        }
    }
    false
}

fn behind_dashes(verb: &str, words: &[String]) -> bool {
    match verb {
        "fmt" => words.is_empty() || words == ["--check"],
        "clippy" => words.is_empty() || words == ["-D", "warnings"] || words == ["-Dwarnings"],
        "test" => is_libtest(words),
        _ => words.is_empty(),
    }
}

/// Filters, `--exact`, `--nocapture`, `--test-threads N`.
fn is_libtest(words: &[String]) -> bool {
    let mut seen = BTreeSet::new();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let is_fine = match word.as_str() {
            "--exact" | "--nocapture" => seen.insert(word.as_str()),
            "--test-threads" => seen.insert("--test-threads") && words.next().is_some_and(|value| is_count(value)),
            word => match word.strip_prefix("--test-threads=") {
                Some(value) => seen.insert("--test-threads") && is_count(value),
                None => is_filter(word),
            },
        };
        if !is_fine {
            return false;
        }
    }
    true
}

fn is_count(value: &str) -> bool {
    (1..=4).contains(&value.len()) && value.bytes().all(|byte| byte.is_ascii_digit()) && value != "0"
}

/// A package, target or feature: letters, digits, `_` and `-`, not beginning with `-`.
fn is_name(value: &str) -> bool {
    !value.is_empty()
        && !value.starts_with('-')
        && value.chars().all(|character| character.is_alphanumeric() || matches!(character, '_' | '-'))
}

/// `a`, `a,b`, `package/feature`, `package?/feature`, separated by commas or blanks.
fn are_features(value: &str) -> bool {
    let is_feature = |word: &str| {
        let (first, second) = word.split_once('/').map_or((word, None), |(first, second)| (first, Some(second)));
        let first = if second.is_some() { first.strip_suffix('?').unwrap_or(first) } else { first };
        let plain = |word: &str| {
            !word.is_empty()
                && !word.starts_with('-')
                && word.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '+' | '.'))
        };
        plain(first) && second.is_none_or(plain)
    };
    !value.is_empty() && value.split([',', ' ']).all(is_feature)
}

/// A part of a test's path. Blanks, commas and the like stand in the names of doctests.
fn is_filter(value: &str) -> bool {
    let is_hidden = |character: char| {
        character.is_control()
            || matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    !value.is_empty() && !value.starts_with(['-', '@', '+']) && !value.chars().any(is_hidden)
}
