//! Tests of lines and sections.

use super::*;
use snapbox::{assert_data_eq, str};

const NARROW: Room = Room { width: 30, lines: Some(9), detail: Detail::Normal };

#[test]
fn durations_are_short() {
    for (milliseconds, shown) in [
        (0, "0 ms"),
        (999, "999 ms"),
        (1250, "1.2 s"),
        (59_999, "59.9 s"),
        (125_000, "2 min 5 s"),
        (3_720_000, "1 h 2 min"),
    ] {
        assert_eq!(duration(milliseconds), shown);
    }
}

#[test]
fn a_long_name_keeps_both_ends() {
    assert_eq!(shorten("short", 5), "short");
    assert_eq!(shorten("a-very-long-package-name", 11), "a-ver…-name");
    assert_eq!(cut("abcdef", 4), "abc…");
}

#[test]
fn prose_is_broken_at_blanks_below_its_own_beginning() {
    let lines = wrap(Line::plain("- "), "one two three four five six seven eight nine", 30);
    let text: Vec<&str> = lines.iter().map(Line::text).collect();
    assert_eq!(text, ["- one two three four five six", "  seven eight nine"]);
}

#[test]
fn no_text_brings_its_own_colours() {
    let line = Line::plain("\u{1b}[31mred").and(BAD, "\u{1b}[0m");
    assert_eq!(anstream::adapter::strip_str(line.text()).to_string(), "\\u{1b}[31mred\\u{1b}[0m");
}

#[test]
fn what_does_not_fit_is_counted_and_its_place_named() {
    let entries = |name: &str, n: usize| (0..n).map(|i| vec![Line::plain(&format!("{name} {i}"))]).collect();
    let sections = vec![Section::titled("problems", entries("p", 9)), Section::untitled(entries("n", 2)).whole()];
    assert_data_eq!(
        anstream::adapter::strip_str(&fit(sections, &NARROW, "the log")).to_string(),
        str![[r#"
problems
p 0
p 1
p 2
p 3
… and 5 more, see the log

n 0
n 1

"#]]
    );
}

#[test]
fn an_entry_loses_its_middle_before_another_one_goes_and_says_so() {
    let entry = |n_lines: usize| (0..n_lines).map(|i| Line::plain(&i.to_string())).collect::<Vec<Line>>();
    let text = fit(vec![Section::untitled(vec![entry(12), vec![Line::plain("second")]])], &NARROW, "the log");
    assert_eq!(text, "0\n1\n2\n3\n4\n5\n6 …\n11\nsecond\n", "no more than has to go");
    let text = fit(vec![Section::untitled(vec![entry(12), entry(12)])], &NARROW, "the log");
    assert_eq!(text, "0\n1\n2 …\n11\n0\n1\n2 …\n11\n", "and no less than four stay");
}

#[test]
fn prose_that_has_to_stay_keeps_its_middle_too() {
    let prose: Vec<Line> = (0..12).map(|i| Line::plain(&i.to_string())).collect();
    let whole = Section::untitled(vec![prose.clone()]).whole();
    let text = fit(vec![whole, Section::untitled(vec![prose])], &NARROW, "the log");
    assert!(text.starts_with("0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n\n0\n"), "{text}");
}
