//! A place in a JSON text: its kind, its raw bytes, what stands below it.
//!
//! A node is a slice of the text, so reading one costs nothing until it is asked for something, and what it says
//! about numbers and strings is what was written. All of it relies on the text's syntax having been checked.

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// The six kinds of JSON value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool,
    /// A number of any size.
    Number,
    /// A string.
    Text,
    /// An array.
    List,
    /// An object.
    Object,
}

impl Kind {
    /// With its article, for an error: "an object".
    #[must_use]
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool => "a boolean",
            Self::Number => "a number",
            Self::Text => "a string",
            Self::List => "a list",
            Self::Object => "an object",
        }
    }
}

/// One value of a checked JSON text.
#[derive(Clone, Copy)]
pub struct Node<'a> {
    whole: &'a str,
    raw: &'a str,
}

impl<'a> Node<'a> {
    /// The root of a text whose syntax was checked.
    pub(in crate::payload) fn root_of(text: &'a str) -> Self {
        Self { whole: text, raw: text.trim_matches([' ', '\t', '\r', '\n']) }
    }

    fn child(self, raw: &'a str) -> Self {
        Self { whole: self.whole, raw }
    }

    /// The value's bytes as written, without the whitespace around it.
    #[must_use]
    pub const fn raw(self) -> &'a str {
        self.raw
    }

    /// Where the value begins in the document's text.
    #[must_use]
    pub fn offset(self) -> usize {
        self.raw.as_ptr().addr() - self.whole.as_ptr().addr()
    }

    /// The number of the line it begins in, from 1.
    #[must_use]
    pub fn line(self) -> usize {
        super::fault::line_of(self.whole, self.offset())
    }

    /// The whitespace the line begins with in which it begins.
    pub(in crate::payload) fn indent(self) -> &'a str {
        let before = &self.whole[..self.offset()];
        let line = &before[before.rfind('\n').map_or(0, |at| at + 1)..];
        &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
    }

    /// What it is.
    #[must_use]
    pub fn kind(self) -> Kind {
        match self.raw.as_bytes().first() {
            Some(b'{') => Kind::Object,
            Some(b'[') => Kind::List,
            Some(b'"') => Kind::Text,
            Some(b't' | b'f') => Kind::Bool,
            Some(b'n') => Kind::Null,
            Some(_) | None => Kind::Number,
        }
    }

    /// Whether it is `null`.
    #[must_use]
    pub fn is_null(self) -> bool {
        self.kind() == Kind::Null
    }

    /// An object's members in order; none for everything else.
    #[must_use]
    pub fn members(self) -> Vec<(Cow<'a, str>, Self)> {
        let mut members = Vec::new();
        self.each_member(|key, node| members.push((key, node)));
        members
    }

    /// A list's elements in order; none for everything else.
    #[must_use]
    pub fn elements(self) -> Vec<Self> {
        let mut elements = Vec::new();
        if self.kind() == Kind::List {
            let mut each = |raw| elements.push(self.child(raw));
            let done = serde_json::Deserializer::from_str(self.raw).deserialize_seq(Elements(&mut each));
            debug_assert!(done.is_ok(), "the syntax was checked");
        }
        elements
    }

    fn each_member(self, mut each: impl FnMut(Cow<'a, str>, Self)) {
        if self.kind() == Kind::Object {
            let mut each = |key, raw| each(key, self.child(raw));
            let done = serde_json::Deserializer::from_str(self.raw).deserialize_map(Members(&mut each));
            debug_assert!(done.is_ok(), "the syntax was checked");
        }
    }

    /// The member with this key.
    #[must_use]
    pub fn get(self, key: &str) -> Option<Self> {
        let mut found = None;
        self.each_member(|name, node| {
            if name == key {
                found = Some(node);
            }
        });
        found
    }

    /// The value at the end of a path of keys.
    #[must_use]
    pub fn at(self, path: &[&str]) -> Option<Self> {
        path.iter().try_fold(self, |node, key| node.get(key))
    }

    /// A string's content. Half of a surrogate pair, which JSON can write and text cannot hold, becomes U+FFFD.
    #[must_use]
    pub fn as_text(self) -> Option<Cow<'a, str>> {
        (self.kind() == Kind::Text).then(|| text_of(self.raw))
    }

    /// A string's content or a number as written: how ids are read.
    #[must_use]
    pub fn text_or_number(self) -> Option<Cow<'a, str>> {
        match self.kind() {
            Kind::Text => Some(text_of(self.raw)),
            Kind::Number => Some(Cow::Borrowed(self.raw)),
            Kind::Null | Kind::Bool | Kind::List | Kind::Object => None,
        }
    }

    /// The value, to be read only: numbers may have lost digits, a number out of range is its text.
    #[must_use]
    pub fn value(self) -> Value {
        if let Ok(value) = serde_json::from_str(self.raw) {
            return value;
        }
        match self.kind() {
            Kind::List => self.elements().into_iter().map(Node::value).collect(),
            Kind::Object => self.members().into_iter().map(|(key, node)| (key.into_owned(), node.value())).collect(),
            Kind::Text => text_of(self.raw).into(),
            Kind::Null | Kind::Bool | Kind::Number => self.raw.into(),
        }
    }
}

impl fmt::Debug for Node<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.raw)
    }
}

/// The content of a raw string, quotes included in `raw`.
pub(in crate::payload) fn text_of(raw: &str) -> Cow<'_, str> {
    if !raw.contains('\\') {
        return Cow::Borrowed(raw.trim_matches('"'));
    }
    match serde_json::Deserializer::from_str(raw).deserialize_bytes(Lossy) {
        Ok(text) => Cow::Owned(text),
        Err(_) => Cow::Borrowed(raw),
    }
}

/// Whether a raw string is text, so holds no half of a surrogate pair.
pub(in crate::payload) fn is_text(raw: &str) -> bool {
    !raw.contains('\\') || serde_json::from_str::<String>(raw).is_ok()
}

struct Lossy;

impl Visitor<'_> for Lossy {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_bytes<E>(self, bytes: &[u8]) -> Result<String, E> {
        Ok(String::from_utf8_lossy(bytes).into_owned())
    }
}

struct Key;

impl<'de> DeserializeSeed<'de> for Key {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Key {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_borrowed_str<E>(self, key: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(key))
    }

    fn visit_str<E>(self, key: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(key.to_owned()))
    }
}

struct Members<'f, 'de>(&'f mut dyn FnMut(Cow<'de, str>, &'de str));

impl<'de> Visitor<'de> for Members<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key_seed(Key)? {
            (self.0)(key, map.next_value::<&RawValue>()?.get());
        }
        Ok(())
    }
}

struct Elements<'f, 'de>(&'f mut dyn FnMut(&'de str));

impl<'de> Visitor<'de> for Elements<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(raw) = list.next_element::<&RawValue>()? {
            (self.0)(raw.get());
        }
        Ok(())
    }
}

/// Whether serde_json takes this as one whole JSON text; the error carries the place.
pub(super) fn check_syntax(text: &str) -> serde_json::Result<()> {
    serde_json::from_str::<&RawValue>(text).map(|_| ())
}
