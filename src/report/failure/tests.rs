//! Tests of errors as text.

use super::render;
use crate::error::{Code, Error, Excerpt};
use snapbox::{assert_data_eq, str};

fn plain(error: &Error) -> String {
    anstream::adapter::strip_str(&render(error, 80)).to_string()
}

#[test]
fn an_error_has_its_word_its_cause_and_its_hints() {
    let error = Error::io("read `handoff/payload.json`", std::io::Error::other("the disk is gone"))
        .hint("look at `df -h .`")
        .hint("two\nlines");
    assert_data_eq!(
        plain(&error),
        str![[r#"
error[io]: could not read `handoff/payload.json`
caused by: the disk is gone
hint: look at `df -h .`
hint: two
      lines
hint: read more: cargo handoff explain io

"#]]
    );
}

#[test]
fn an_error_points_at_its_place() {
    let text = "{\n  \"plan\": {\n    \"steps\": [1,,2]\n  }\n}\n";
    let start = text.find(",,").expect("there") + 1;
    let excerpt = Excerpt {
        file: "handoff/payload.json".into(),
        text: text.into(),
        first_line: 1,
        span: start..start + 1,
        label: "a value is missing".into(),
    };
    let error = Error::new(Code::PayloadSyntax, "`handoff/payload.json` is not JSON").at(excerpt);
    assert_data_eq!(
        plain(&error),
        str![[r#"
error[payload-syntax]: `handoff/payload.json` is not JSON
 --> handoff/payload.json:3:17
  |
3 |     "steps": [1,,2]
  |                 ^ a value is missing
hint: read more: cargo handoff explain payload-syntax

"#]]
    );
}

#[test]
fn a_place_in_a_long_line_after_many_lines_is_shown_alone_and_harmless() {
    let text = format!("{}\"{}\u{1b}]0;x\u{7} {}\n", "\n".repeat(6000), "é".repeat(5000), "y".repeat(9000));
    let start = text.find('\u{7}').expect("there");
    let excerpt =
        Excerpt { file: "a\u{1b}b".into(), text, first_line: 10, span: start..start + 1, label: "a bell".into() };
    let shown = plain(&Error::new(Code::PayloadSyntax, "control\u{202e}led").at(excerpt));
    assert!(shown.contains("6010"), "{shown}");
    assert!(shown.contains("^^^^^ a bell"), "{shown}");
    assert!(!shown.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{shown:?}");
    assert!(shown.lines().count() < 12 && shown.lines().all(|line| line.chars().count() <= 100), "{shown}");
}

#[test]
fn a_place_outside_the_text_is_no_panic() {
    for (start, end) in [(0, 0), (5, 9), (3, 3), (7, 2)] {
        let span = std::ops::Range { start, end };
        let excerpt = Excerpt { file: "f".into(), text: "äö".into(), first_line: 1, span, label: "here".into() };
        assert!(plain(&Error::new(Code::PayloadSyntax, "m").at(excerpt)).contains("here"));
    }
}
