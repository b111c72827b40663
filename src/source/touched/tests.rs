//! Tests of what a change touched.

use super::{TouchHow, touched};

const BEFORE: &str = "\
//! A file.
use std::fmt;

/// Adds.
pub fn add(left: u32, right: u32) -> u32 {
    left + right
}

pub struct Parser {
    pub text: String,
    at: usize,
}

impl Parser {
    pub fn new() -> Self {
        Self { text: String::new(), at: 0 }
    }

    fn step(&mut self) {
        self.at += 1;
    }
}

pub trait Go {
    fn go(&self);
}

pub enum State {
    On,
    Off,
}

#[cfg(test)]
mod tests {
    pub fn helper() {}

    #[test]
    fn it_adds() {
        assert_eq!(super::add(1, 2), 3);
    }
}
";

/// `how path`, with `!` where others may have used it as it was, `+` where they may use it.
fn told(after: &str) -> Vec<String> {
    let told = touched(Some(BEFORE), Some(after)).into_iter().map(|touched| {
        let mark = if touched.breaks {
            "!"
        } else if touched.is_public {
            "+"
        } else {
            ""
        };
        format!("{mark}{} {}", touched.how.word(), touched.path)
    });
    told.collect()
}

fn after(old: &str, new: &str) -> Vec<String> {
    assert_eq!(BEFORE.matches(old).count(), 1, "{old}");
    told(&BEFORE.replace(old, new))
}

#[test]
fn each_touch_is_told_of_the_innermost_symbol() {
    for (old, new, expected) in [
        ("left + right", "right + left", &["+body add"][..]),
        ("right: u32) -> u32", "right: u64) -> u32", &["!signature add"]),
        ("/// Adds.", "/// Adds two.", &["+body add"]),
        ("self.at += 1", "self.at += 2", &["body impl Parser/step"]),
        ("    fn step(", "    pub fn step(", &["+signature impl Parser/step"]),
        ("    pub fn new(", "    fn new(", &["!signature impl Parser/new"]),
        ("    pub text: String,\n", "", &["!removed Parser/text"]),
        ("    at: usize,\n", "    at: usize,\n    end: usize,\n", &["added Parser/end"]),
        ("fn go(&self);", "fn go(&mut self);", &["!signature Go/go"]),
        ("    Off,\n", "", &["!removed State/Off"]),
        ("    Off,\n", "    Off,\n    Unknown,\n", &["+added State/Unknown"]),
        ("pub fn helper() {}", "pub fn helper(n: u32) {}", &["signature tests/helper"]),
        ("super::add(1, 2), 3", "super::add(2, 2), 4", &["body tests/it_adds"]),
        ("    left + right\n", "    left\n        + right\n", &[]),
    ] {
        assert_eq!(after(old, new), expected, "{old:?} -> {new:?}");
    }
}

#[test]
fn what_is_gone_as_a_whole_is_told_once_but_for_what_others_may_have_used() {
    let start = BEFORE.find("impl Parser").expect("there");
    let end = BEFORE.find("pub trait").expect("there");
    let without = format!("{}{}", &BEFORE[..start], &BEFORE[end..]);
    assert_eq!(told(&without), ["!removed impl Parser/new", "removed impl Parser"]);
    let start = BEFORE.find("#[cfg(test)]").expect("there");
    assert_eq!(told(&BEFORE[..start]), ["removed tests"]);
    let gone: Vec<String> = touched(Some(BEFORE), None).into_iter().map(|touched| touched.path).collect();
    assert_eq!(gone, ["Go", "Parser", "State", "add", "impl Parser/new", "impl Parser", "tests"]);
}

#[test]
fn a_new_file_is_new_as_a_whole_and_the_same_text_is_nothing() {
    let added = touched(None, Some("pub fn a() {}\nmod b { fn c() {} }\n"));
    let told: Vec<(&str, TouchHow, bool, bool)> =
        added.iter().map(|touched| (touched.path.as_str(), touched.how, touched.is_public, touched.breaks)).collect();
    assert_eq!(told, [("a", TouchHow::Added, true, false), ("b", TouchHow::Added, false, false)]);
    assert!(touched(Some(BEFORE), Some(BEFORE)).is_empty());
    assert!(touched(None, None).is_empty());
}
