//! Where a text is at fault: line, caret, and what to do about it.

use crate::error::{Code, Error, Excerpt};

const LINES_AROUND: usize = 2;
const LONGEST_LINE: usize = 120;

/// The number of the line this byte is in, from 1.
pub(in crate::payload) fn line_of(text: &str, offset: usize) -> usize {
    1 + text.as_bytes()[..offset.min(text.len())].iter().filter(|byte| **byte == b'\n').count()
}

/// The few lines around a place, long ones cut.
pub(in crate::payload) fn excerpt(name: &str, text: &str, span: std::ops::Range<usize>, label: &str) -> Excerpt {
    let start = floor(text, span.start.min(text.len()));
    let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let line_end = text[start..].find('\n').map_or(text.len(), |at| start + at);
    let end = floor(text, span.end.min(line_end)).max(start);
    let mut excerpt = String::new();
    let mut first = line_start;
    let mut n_before = 0;
    while n_before < LINES_AROUND && 0 < first {
        first = text[..first - 1].rfind('\n').map_or(0, |at| at + 1);
        n_before += 1;
    }
    for line in text[first..line_start].split_inclusive('\n') {
        push_cut(&mut excerpt, line.trim_end_matches(['\r', '\n']), 0);
    }
    // The line at fault is cut on both sides, so that the place itself stays in view.
    let window = floor(text, start.saturating_sub(LONGEST_LINE / 2).max(line_start));
    let cut = if line_start < window { "…" } else { "" };
    let shift = excerpt.len() + cut.len();
    excerpt.push_str(cut);
    push_cut(&mut excerpt, text[window..line_end].trim_end_matches('\r'), start - window);
    let longest = excerpt.len().saturating_sub(1);
    let from = (shift + start - window).min(longest);
    let span = from..floor(&excerpt, (shift + end - window).min(longest)).max(from);
    for line in text[line_end..].split('\n').skip(1).take(LINES_AROUND) {
        push_cut(&mut excerpt, line.trim_end_matches('\r'), 0);
    }
    excerpt.pop();
    let first_line = line_of(text, line_start) - n_before;
    Excerpt { file: name.to_owned(), text: excerpt, first_line, span, label: label.to_owned() }
}

/// Adds a line of at most [`LONGEST_LINE`] bytes, counted from `keep`, and its end.
fn push_cut(text: &mut String, line: &str, keep: usize) {
    let end = floor(line, (keep + LONGEST_LINE).min(line.len()));
    text.push_str(&line[..end]);
    if end < line.len() {
        text.push('…');
    }
    text.push('\n');
}

fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// An error that points at a place in the text.
pub(in crate::payload) fn error(
    code: Code,
    name: &str,
    text: &str,
    span: std::ops::Range<usize>,
    label: &str,
    message: impl Into<String>,
) -> Error {
    Error::new(code, message).at(excerpt(name, text, span, label))
}

/// What serde_json did not take, in the words of somebody who has to repair it.
pub(super) fn syntax(name: &str, text: &str, fault: &serde_json::Error) -> Error {
    if let Some(error) = conflict(name, text) {
        return error;
    }
    let line_start = text.split_inclusive('\n').take(fault.line().saturating_sub(1)).map(str::len).sum::<usize>();
    let at = floor(text, (line_start + fault.column().saturating_sub(1)).min(text.len()));
    let said = fault.to_string();
    let said = said.split(" at line ").next().unwrap_or_default();
    let word = word_at(text, at);
    let line = line_of(text, at);
    let say = |span: std::ops::Range<usize>, label: &str, what: &str| {
        error(Code::PayloadSyntax, name, text, span, label, format!("`{name}` {what} (line {line})"))
    };
    let rest = &text[at..];
    let here = at..at + rest.chars().next().map_or(0, char::len_utf8);
    if fault.is_eof() {
        let span = text.trim_end().len().saturating_sub(1)..text.trim_end().len();
        return say(span, "the text ends here", "ends in the middle")
            .hint(format!("look for what is missing: `git diff -- {name}`"));
    }
    let is_number_word = |word: &str| {
        matches!(word.trim_start_matches(['-', '+']).to_ascii_lowercase().as_str(), "nan" | "infinity" | "inf")
    };
    if is_number_word(&text[word.clone()]) {
        let what = format!("holds `{}`, which is not JSON", &text[word.clone()]);
        return say(word, "not a JSON number", &what).hint("write null, or the value as a string");
    }
    if said.starts_with("control character") {
        // serde_json's column is that of the byte before it.
        let at = at + rest.find(|letter| letter < ' ').unwrap_or_default();
        let byte = text.as_bytes().get(at).copied().unwrap_or_default();
        let what = format!("has a bare control character (U+{byte:04X}) inside a string");
        return say(at..at + 1, "inside a string", &what).hint("write it as an escape: `\\n`, `\\t`, `\\u0000`");
    }
    let slash = floor(text, at.saturating_sub(1));
    if [rest, &text[slash..]].iter().any(|rest| rest.starts_with("//") || rest.starts_with("/*"))
        || rest.starts_with('#')
    {
        return say(here, "a comment", "has a comment, which JSON does not know")
            .hint("take the comment out, or keep it as a member: `\"comment\": \"…\"`");
    }
    if rest.starts_with(['}', ']']) && text[..at].trim_end().ends_with(',') {
        return say(here, "nothing follows the comma", "has a comma with nothing behind it").hint("take the comma out");
    }
    if said.starts_with("trailing characters") {
        return say(here, "the document ended before this", "goes on behind its end")
            .hint("one file holds one JSON value: move the rest away");
    }
    if rest.starts_with('\'') {
        return say(here, "not a JSON string", "has a string in single quotes").hint("use double quotes");
    }
    say(here, said, "is not JSON").hint(format!("put that place right, or look at what changed: `git diff -- {name}`"))
}

/// The run of letters, digits and signs around a byte.
fn word_at(text: &str, at: usize) -> std::ops::Range<usize> {
    let bytes = text.as_bytes();
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.' | b'_');
    let mut start = at.min(bytes.len());
    while 0 < start && is_word(bytes[start - 1]) {
        start -= 1;
    }
    let mut end = at;
    while end < bytes.len() && is_word(bytes[end]) {
        end += 1;
    }
    start..end
}

/// Conflict markers at the beginning of a line: in valid JSON no line can begin with one.
fn conflict(name: &str, text: &str) -> Option<Error> {
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        if line.starts_with("<<<<<<< ") || line.starts_with(">>>>>>> ") {
            let number = line_of(text, offset);
            let span = offset..offset + line.trim_end().len();
            let message = format!("`{name}` has an unresolved merge conflict (line {number})");
            return Some(
                error(Code::PayloadSyntax, name, text, span, "a conflict marker of git", message)
                    .hint("`cargo handoff resolve` joins both sides by id and loses nothing of either")
                    .next("cargo handoff resolve", "join both sides by id"),
            );
        }
        offset += line.len();
    }
    None
}
