//! A JSON text that was checked as a whole and is kept byte for byte.
//!
//! What always holds: the text is valid JSON by RFC 8259, no object has a key twice, it is at most 128 levels
//! deep, and has at most 4 million values in 64 MiB. A byte order mark is set aside and put back. Numbers and
//! strings are never re-written; `1e999` and half a surrogate pair in a value are kept as they are.

mod fault;
mod node;
mod scan;

pub(in crate::payload) use fault::excerpt;
pub use node::{Kind, Node};
pub(in crate::payload) use node::{is_text, text_of};
pub use scan::{MOST_BYTES, MOST_LEVELS, MOST_NODES};

use crate::error::{Code, Error, Result};
use std::sync::Arc;

const MARK: &str = "\u{feff}";

/// A checked JSON text. A clone shares it.
#[derive(Clone)]
pub struct Document {
    name: String,
    has_mark: bool,
    text: Arc<String>,
}

impl Document {
    /// Checks and keeps these bytes; `name` is how errors call the file.
    ///
    /// # Errors
    /// 65 with the line, a caret and a hint: empty, cut off, another encoding than UTF-8, not JSON, a key twice,
    /// too large, too deep, too many values.
    pub fn parse(name: &str, bytes: Vec<u8>) -> Result<Self> {
        if MOST_BYTES < bytes.len() {
            return Err(too_large(name, bytes.len()));
        }
        if let Some(encoding) = other_encoding(&bytes) {
            return Err(Error::new(Code::PayloadSyntax, format!("`{name}` is written in {encoding}, not in UTF-8"))
                .hint(format!("convert it: `iconv -f {encoding} -t UTF-8 {name} > payload.utf8.json`")));
        }
        let mut text = String::from_utf8(bytes).map_err(|error| not_utf8(name, &error))?;
        let has_mark = text.starts_with(MARK);
        if has_mark {
            text.drain(..MARK.len());
        }
        if text.trim_matches([' ', '\t', '\r', '\n']).is_empty() {
            return Err(Error::new(Code::PayloadSyntax, format!("`{name}` is empty")).hint(
                "get it back with `git restore handoff/payload.json`, or remove it and type `cargo handoff init`",
            ));
        }
        node::check_syntax(&text).map_err(|error| fault::syntax(name, &text, &error))?;
        scan::check(name, &text)?;
        Ok(Self { name: name.to_owned(), has_mark, text: Arc::new(text) })
    }

    /// How errors call the file.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The text without its byte order mark.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The bytes to write to a file, a byte order mark included.
    #[must_use]
    pub fn bytes(&self) -> std::borrow::Cow<'_, [u8]> {
        if self.has_mark {
            [MARK.as_bytes(), self.text.as_bytes()].concat().into()
        } else {
            self.text.as_bytes().into()
        }
    }

    /// Whether a file with these bytes is this document.
    #[must_use]
    pub fn is(&self, bytes: &[u8]) -> bool {
        let rest = if self.has_mark { bytes.strip_prefix(MARK.as_bytes()) } else { Some(bytes) };
        rest == Some(self.text.as_bytes())
    }

    /// The whole value.
    #[must_use]
    pub fn root(&self) -> Node<'_> {
        Node::root_of(&self.text)
    }

    /// The same file with another text.
    ///
    /// # Errors
    /// As [`Document::parse`].
    pub(in crate::payload) fn with_text(&self, text: String) -> Result<Self> {
        let mut next = Self::parse(&self.name, text.into_bytes())?;
        next.has_mark = self.has_mark;
        Ok(next)
    }
}

impl std::fmt::Debug for Document {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Document").field("name", &self.name).field("bytes", &self.text.len()).finish_non_exhaustive()
    }
}

/// The error for a file of so many bytes.
pub(in crate::payload) fn too_large(name: &str, n_bytes: usize) -> Error {
    let message = format!("`{name}` has {n_bytes} bytes, more than {MOST_BYTES}");
    Error::new(Code::PayloadTooLarge, message)
        .hint("keep logs and data in files of their own and name them in the payload")
}

/// UTF-16 and UTF-32, by their mark or by where the zeros of an ASCII character stand (RFC 4627, section 3).
fn other_encoding(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0xff, 0xfe, 0, 0, ..] => Some("UTF-32LE"),
        [0, 0, 0xfe, 0xff, ..] => Some("UTF-32BE"),
        [0xff, 0xfe, ..] => Some("UTF-16LE"),
        [0xfe, 0xff, ..] => Some("UTF-16BE"),
        [0, 0, 0, 1..=255, ..] => Some("UTF-32BE"),
        [1..=255, 0, 0, 0, ..] => Some("UTF-32LE"),
        [0, 1..=255, ..] => Some("UTF-16BE"),
        [1..=255, 0, ..] => Some("UTF-16LE"),
        _ => None,
    }
}

fn not_utf8(name: &str, error: &std::string::FromUtf8Error) -> Error {
    let at = error.utf8_error().valid_up_to();
    let byte = error.as_bytes()[at];
    let text = String::from_utf8_lossy(error.as_bytes());
    // Everything before the fault is valid, so its offset is the same in the lossy text.
    let line = fault::line_of(&text, at);
    let message = format!("`{name}` is not UTF-8: byte 0x{byte:02X} in line {line}");
    let end = at + char::REPLACEMENT_CHARACTER.len_utf8();
    fault::error(Code::PayloadSyntax, name, &text, at..end, "not UTF-8", message)
        .hint(format!("convert it: `iconv -f WINDOWS-1252 -t UTF-8 {name} > payload.utf8.json`"))
}

#[cfg(test)]
mod tests;
