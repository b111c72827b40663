//! What serde_json's syntax check leaves open: depth, number of values, duplicate keys, keys that are no text.
//!
//! One pass over a text whose syntax *was* checked, so all there is to tell apart is strings and brackets.
//! Reading it level by level instead would cost depth times size; keeping a tree would cost many times the size.

use super::fault;
use super::node::{is_text, text_of};
use crate::error::{Code, Error, Result};
use std::borrow::Cow;

/// How deep lists and objects may stand in each other.
pub const MOST_LEVELS: usize = 128;
/// How many values a payload may have.
pub const MOST_NODES: usize = 4_000_000;
/// How many bytes a payload may have.
pub const MOST_BYTES: usize = 64 << 20;

struct Level {
    is_object: bool,
    /// Whether the next string is a key.
    wants_key: bool,
    /// Where this object's keys begin among all that are kept.
    first_key: usize,
    any_escape: bool,
}

/// Checks the limits and that no object has a key twice.
pub(super) fn check(name: &str, text: &str) -> Result<()> {
    let bytes = text.as_bytes();
    let mut levels: Vec<Level> = Vec::new();
    let mut keys: Vec<&str> = Vec::new();
    let mut n_nodes = 0_usize;
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        at += 1;
        match bytes[start] {
            b' ' | b'\t' | b'\r' | b'\n' | b':' => continue,
            b',' => {
                if let Some(level) = levels.last_mut() {
                    level.wants_key = level.is_object;
                }
                continue;
            }
            b'}' | b']' => {
                if let Some(level) = levels.pop() {
                    no_duplicate(name, text, &keys[level.first_key..], level.any_escape)?;
                    keys.truncate(level.first_key);
                }
                continue;
            }
            b'"' => {
                at = string_end(bytes, start);
                if let Some(level) = levels.last_mut().filter(|level| level.wants_key) {
                    let key = &text[start..at];
                    if key.contains('\\') {
                        level.any_escape = true;
                        if !is_text(key) {
                            return Err(broken_key(name, text, start..at));
                        }
                    }
                    level.wants_key = false;
                    keys.push(key);
                    continue;
                }
            }
            open @ (b'{' | b'[') => {
                let is_object = open == b'{';
                let level = Level { is_object, wants_key: is_object, first_key: keys.len(), any_escape: false };
                levels.push(level);
                if MOST_LEVELS < levels.len() {
                    let message = format!("`{name}` is more than {MOST_LEVELS} levels deep");
                    let error = fault::error(Code::PayloadTooLarge, name, text, start..at, "one too deep", message);
                    return Err(error.hint("keep such data in a file of its own and name the file in the payload"));
                }
            }
            _ => {
                while at < bytes.len() && !matches!(bytes[at], b' ' | b'\t' | b'\r' | b'\n' | b',' | b'}' | b']') {
                    at += 1;
                }
            }
        }
        n_nodes += 1;
        if MOST_NODES < n_nodes {
            let message = format!("`{name}` has more than {MOST_NODES} values");
            let error = fault::error(Code::PayloadTooLarge, name, text, start..start + 1, "one too many", message);
            return Err(error.hint("keep such data in a file of its own and name the file in the payload"));
        }
    }
    Ok(())
}

/// The byte behind a string's closing quote.
fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while at < bytes.len() {
        match bytes[at] {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// Refuses an object in which two keys mean the same text. `keys` are raw slices of `text`.
fn no_duplicate(name: &str, text: &str, keys: &[&str], any_escape: bool) -> Result<()> {
    let place = |key: &str| key.as_ptr().addr() - text.as_ptr().addr();
    let twice = |first: &str, second: &str| {
        let (first, second) = if place(first) < place(second) { (first, second) } else { (second, first) };
        let start = place(second);
        let (key, line) = (text_of(second), fault::line_of(text, start));
        let message = format!("`{name}` has the key `{key}` twice in one object (line {line})");
        let label = format!("it stands already in line {}", fault::line_of(text, place(first)));
        fault::error(Code::PayloadSyntax, name, text, start..start + second.len(), &label, message)
            .hint("keep one of the two: readers differ in which they see")
    };
    if keys.len() < 2 {
        return Ok(());
    }
    if keys.len() <= 8 && !any_escape {
        // Small objects are the common case: comparing all pairs is faster than sorting a copy.
        for (index, second) in keys.iter().enumerate() {
            if let Some(first) = keys[..index].iter().find(|first| *first == second) {
                return Err(twice(first, second));
            }
        }
        return Ok(());
    }
    let mut sorted: Vec<(Cow<'_, str>, &str)> = Vec::with_capacity(keys.len());
    sorted.extend(keys.iter().map(|raw| (text_of(raw), *raw)));
    sorted.sort_unstable_by(|one, other| one.0.cmp(&other.0).then(place(one.1).cmp(&place(other.1))));
    match sorted.windows(2).filter(|pair| pair[0].0 == pair[1].0).min_by_key(|pair| place(pair[1].1)) {
        Some(pair) => Err(twice(pair[0].1, pair[1].1)),
        None => Ok(()),
    }
}

fn broken_key(name: &str, text: &str, span: std::ops::Range<usize>) -> Error {
    let line = fault::line_of(text, span.start);
    let message = format!("`{name}` has a key with half a surrogate pair, which no text can hold (line {line})");
    fault::error(Code::PayloadSyntax, name, text, span, "not a text", message).hint("write the key in whole characters")
}
