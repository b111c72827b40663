//! What is to be edited: one edit, as it is typed, piped in as JSON, or written in a step of the plan.

use crate::error::{Code, Error, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The most bytes a request may have, text included.
pub const MOST_REQUEST: u64 = 8 << 20;

/// The most edits of one request.
pub const MOST_EDITS: usize = 1000;

/// One edit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "op", rename_all = "kebab-case", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Edit {
    /// Puts a text in a symbol's place. Its documentation and attributes stay unless the text brings its own.
    Replace {
        /// The symbol, by name path.
        name: String,
        /// The file, folder or package it stands in.
        #[serde(rename = "in", default, skip_serializing_if = "Option::is_none")]
        within: Option<String>,
        /// The text.
        text: String,
        /// What justifies it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cite: Option<String>,
    },
    /// Puts a text before a symbol, its documentation, attributes and comments.
    InsertBefore {
        /// The symbol, by name path.
        name: String,
        /// The file, folder or package it stands in.
        #[serde(rename = "in", default, skip_serializing_if = "Option::is_none")]
        within: Option<String>,
        /// The text.
        text: String,
        /// What justifies it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cite: Option<String>,
    },
    /// Puts a text behind a symbol, inside of what that stands in.
    InsertAfter {
        /// The symbol, by name path.
        name: String,
        /// The file, folder or package it stands in.
        #[serde(rename = "in", default, skip_serializing_if = "Option::is_none")]
        within: Option<String>,
        /// The text.
        text: String,
        /// What justifies it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cite: Option<String>,
    },
    /// Takes a symbol away, with its documentation, attributes and the comments right above it.
    Remove {
        /// The symbol, by name path.
        name: String,
        /// The file, folder or package it stands in.
        #[serde(rename = "in", default, skip_serializing_if = "Option::is_none")]
        within: Option<String>,
        /// What justifies it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cite: Option<String>,
    },
    /// Puts one text in another's place, wherever that stands in a file.
    ReplaceText {
        /// The file.
        file: String,
        /// The text that stands there now, to the byte; a line end stands for the file's own.
        old: String,
        /// The text that is to stand there.
        new: String,
        /// How often the old one has to occur.
        #[serde(default = "once")]
        expect: usize,
        /// What justifies it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cite: Option<String>,
    },
    /// Makes a file, or puts a text in place of all of it.
    Write {
        /// The file.
        file: String,
        /// The text.
        text: String,
        /// What justifies it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cite: Option<String>,
    },
}

const fn once() -> usize {
    1
}

/// What an edit is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject<'a> {
    /// A symbol, and the file, folder or package it stands in.
    Symbol(&'a str, Option<&'a str>),
    /// A file.
    File(&'a str),
}

impl Edit {
    /// What it does, as it is typed.
    #[must_use]
    pub const fn op(&self) -> &'static str {
        match self {
            Self::Replace { .. } => "replace",
            Self::InsertBefore { .. } => "insert-before",
            Self::InsertAfter { .. } => "insert-after",
            Self::Remove { .. } => "remove",
            Self::ReplaceText { .. } => "replace-text",
            Self::Write { .. } => "write",
        }
    }

    /// What it is about.
    #[must_use]
    pub fn subject(&self) -> Subject<'_> {
        match self {
            Self::Replace { name, within, .. }
            | Self::InsertBefore { name, within, .. }
            | Self::InsertAfter { name, within, .. }
            | Self::Remove { name, within, .. } => Subject::Symbol(name, within.as_deref()),
            Self::ReplaceText { file, .. } | Self::Write { file, .. } => Subject::File(file),
        }
    }

    /// What justifies it.
    #[must_use]
    pub fn cite(&self) -> Option<&str> {
        match self {
            Self::Replace { cite, .. }
            | Self::InsertBefore { cite, .. }
            | Self::InsertAfter { cite, .. }
            | Self::Remove { cite, .. }
            | Self::ReplaceText { cite, .. }
            | Self::Write { cite, .. } => cite.as_deref(),
        }
    }

    /// It in a few words: ``replace `Parser/new` ``.
    #[must_use]
    pub fn words(&self) -> String {
        let (Subject::Symbol(what, _) | Subject::File(what)) = self.subject();
        format!("{} `{what}`", self.op())
    }

    /// SHA-256 of what it does; what justifies it does not count.
    #[must_use]
    pub fn digest(&self) -> String {
        let mut value = serde_json::to_value(self).unwrap_or_default();
        if let Some(members) = value.as_object_mut() {
            members.shift_remove("cite");
        }
        crate::files::sha256(value.to_string().as_bytes())
    }

    /// Reads one edit.
    ///
    /// # Errors
    /// What is wrong with it, as a fragment of a sentence.
    pub fn read(value: &serde_json::Value) -> std::result::Result<Self, String> {
        Self::deserialize(value).map_err(|error| error.to_string())
    }

    /// Reads several: an object, a list of them, or `{"edits": [...]}`.
    ///
    /// # Errors
    /// 65 `edit-refused` with everything that is wrong.
    pub fn read_all(text: &str) -> Result<Vec<Self>> {
        let example = r#"{"edits":[{"op":"replace","name":"Parser/new","text":"fn new() {}"}]}"#;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let value: serde_json::Value = serde_json::from_str(text)
            .map_err(|error| Error::new(Code::EditRefused, "the edits are not JSON").because(error).hint(example))?;
        let list = match &value {
            serde_json::Value::Array(list) => list.as_slice(),
            serde_json::Value::Object(members) => match members.get("edits").and_then(serde_json::Value::as_array) {
                Some(list) if members.len() == 1 => list.as_slice(),
                Some(_) | None => std::slice::from_ref(&value),
            },
            _ => std::slice::from_ref(&value),
        };
        if list.is_empty() || MOST_EDITS < list.len() {
            let message = format!("there are {} edits; one to {MOST_EDITS} can be made at once", list.len());
            return Err(Error::new(Code::EditRefused, message).hint(example));
        }
        let (mut edits, mut wrong) = (Vec::new(), Vec::new());
        for (number, value) in (1..).zip(list) {
            match Self::read(value) {
                Ok(edit) => edits.push(edit),
                Err(what) => wrong.push(format!("edit {number}: {what}")),
            }
        }
        if wrong.is_empty() {
            return Ok(edits);
        }
        Err(Error::new(Code::EditRefused, "some edits cannot be read").details(wrong).hint(example))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_are_read_alone_as_a_list_and_as_a_member() {
        let one = r#"{"op":"replace-text","file":"a","old":"b","new":"c"}"#;
        let read = |text: &str| Edit::read_all(text).map_err(|error| error.to_string());
        let edit = Edit::ReplaceText { file: "a".into(), old: "b".into(), new: "c".into(), expect: 1, cite: None };
        for text in [one.to_owned(), format!("[{one}]"), format!("{{\"edits\":[{one}]}}"), format!("\u{feff}{one}")] {
            assert_eq!(read(&text), Ok(vec![edit.clone()]));
        }
        let all = read(r#"[{"op":"write","file":"a"},{"op":"remove","name":"a","in":"b"},{"op":"delete"},7]"#);
        let error = all.expect_err("three are wrong");
        assert!(error.contains("edit 1: missing field `text`"), "{error}");
        assert!(error.contains("edit 3: unknown variant `delete`") && error.contains("edit 4: "), "{error}");
        assert!(!error.contains("edit 2"), "{error}");
        for bad in ["", "[]", "{}", r#"{"op":"remove","name":"a","txt":"b"}"#, r#"{"edits":[]}"#] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_edit_is_the_same_whatever_justifies_it() {
        let with = |cite: Option<&str>, text: &str| {
            Edit::Write { file: "a".into(), text: text.into(), cite: cite.map(str::to_owned) }.digest()
        };
        assert_eq!(with(None, "b"), with(Some("c:1"), "b"));
        assert_ne!(with(None, "b"), with(None, "c"));
    }
}
