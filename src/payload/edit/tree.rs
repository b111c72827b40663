//! The document as a tree that is opened only where an edit goes: everything else stays a slice of the old text.
//!
//! Writing the tree out unchanged gives the old text, byte for byte. An opened list or object keeps the whitespace
//! before and behind each of its children, so that an edit moves nothing but itself.

use super::style::{Style, scalar};
use crate::payload::document::{Kind, Node, text_of};
use serde_json::Value;
use std::borrow::Cow;
use std::collections::HashMap;

const WHITE: [char; 4] = [' ', '\t', '\r', '\n'];

/// A value: untouched, or opened.
pub(in crate::payload) enum Tree<'a> {
    /// As written.
    Raw(Cow<'a, str>),
    /// A list or object that is edited.
    Open(Box<Open<'a>>),
}

/// A child of an opened list or object.
pub(in crate::payload) struct Child<'a> {
    /// The whitespace before it.
    lead: Cow<'a, str>,
    /// The raw key up to where the value begins; empty in a list.
    key: Cow<'a, str>,
    value: Tree<'a>,
    /// The whitespace behind it.
    trail: Cow<'a, str>,
}

/// An opened list or object.
pub(in crate::payload) struct Open<'a> {
    is_object: bool,
    /// How far the line is indented in which it begins.
    indent: String,
    children: Vec<Child<'a>>,
    /// The whitespace of a list or object without children.
    inside: Cow<'a, str>,
    /// Where the entries of a list are found by id; made when first asked for.
    ids: Option<HashMap<String, usize>>,
}

/// A value of another text: how it is written there, and how far the line is indented in which it begins.
#[derive(Clone, Copy)]
pub(in crate::payload) struct Raw<'r> {
    pub(in crate::payload) text: &'r str,
    pub(in crate::payload) indent: &'r str,
}

impl<'r> From<Node<'r>> for Raw<'r> {
    fn from(node: Node<'r>) -> Self {
        Self { text: node.raw(), indent: node.indent() }
    }
}

/// Where something new goes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::payload) enum Line {
    /// On a line of its own, if the document has more than one.
    Own,
    /// As its neighbours stand.
    Same,
}

impl<'a> Tree<'a> {
    fn write(&self, out: &mut String) {
        match self {
            Tree::Raw(raw) => out.push_str(raw),
            Tree::Open(open) => open.write(out),
        }
    }

    /// What kind of value it is.
    pub(in crate::payload) fn kind(&self) -> Kind {
        match self {
            Tree::Raw(raw) => Node::root_of(raw).kind(),
            Tree::Open(open) if open.is_object => Kind::Object,
            Tree::Open(_) => Kind::List,
        }
    }

    /// The text of a member, where it is a string or a number.
    pub(in crate::payload) fn text(&self, key: &str) -> Option<String> {
        match self {
            Tree::Raw(raw) => Node::root_of(raw).get(key)?.text_or_number().map(Cow::into_owned),
            Tree::Open(open) => match &open.children[open.find(key)?].value {
                Tree::Raw(raw) => Node::root_of(raw).text_or_number().map(Cow::into_owned),
                Tree::Open(_) => None,
            },
        }
    }

    /// The value, to be compared and moved into a history.
    pub(in crate::payload) fn value(&self) -> Value {
        match self {
            Tree::Raw(raw) => Node::root_of(raw).value(),
            Tree::Open(open) => {
                let mut raw = String::new();
                open.write(&mut raw);
                Node::root_of(&raw).value()
            }
        }
    }
}

impl<'a> Open<'a> {
    /// Opens a list or object whose line is indented by `indent`.
    pub(in crate::payload) fn of(raw: Cow<'a, str>, indent: String) -> Self {
        match raw {
            Cow::Borrowed(raw) => Self::borrowed(raw, indent),
            Cow::Owned(raw) => Open::borrowed(&raw, indent).into_owned(),
        }
    }

    fn borrowed(raw: &'a str, indent: String) -> Self {
        let node = Node::root_of(raw);
        let is_object = node.kind() == Kind::Object;
        let values: Vec<Node<'a>> =
            if is_object { node.members().into_iter().map(|(_, value)| value).collect() } else { node.elements() };
        let mut children: Vec<Child<'a>> = Vec::with_capacity(values.len());
        let mut end = 1;
        for value in values {
            let mut before = &raw[end..value.offset()];
            if let Some(previous) = children.last_mut() {
                let comma = before.find(',').unwrap_or_default();
                previous.trail = Cow::Borrowed(&before[..comma]);
                before = &before[comma + 1..];
            }
            let key = before.trim_start_matches(WHITE);
            let lead = &before[..before.len() - key.len()];
            end = value.offset() + value.raw().len();
            children.push(Child {
                lead: Cow::Borrowed(lead),
                key: Cow::Borrowed(key),
                value: Tree::Raw(Cow::Borrowed(value.raw())),
                trail: Cow::Borrowed(""),
            });
        }
        let rest = &raw[end..raw.len() - 1];
        let mut inside = Cow::Borrowed("");
        match children.last_mut() {
            Some(last) => last.trail = Cow::Borrowed(rest),
            None => inside = Cow::Borrowed(rest),
        }
        Self { is_object, indent, children, inside, ids: None }
    }

    fn into_owned<'b>(self) -> Open<'b> {
        let own = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
        let children = self.children.into_iter().map(|child| Child {
            lead: own(child.lead),
            key: own(child.key),
            value: match child.value {
                Tree::Raw(raw) => Tree::Raw(own(raw)),
                Tree::Open(open) => Tree::Open(Box::new(open.into_owned())),
            },
            trail: own(child.trail),
        });
        Open {
            is_object: self.is_object,
            indent: self.indent,
            children: children.collect(),
            inside: own(self.inside),
            ids: self.ids,
        }
    }

    /// Writes it out.
    pub(in crate::payload) fn write(&self, out: &mut String) {
        out.push(if self.is_object { '{' } else { '[' });
        out.push_str(&self.inside);
        for (index, child) in self.children.iter().enumerate() {
            if index != 0 {
                out.push(',');
            }
            out.push_str(&child.lead);
            out.push_str(&child.key);
            child.value.write(out);
            out.push_str(&child.trail);
        }
        out.push(if self.is_object { '}' } else { ']' });
    }

    /// How many children it has.
    pub(in crate::payload) fn len(&self) -> usize {
        self.children.len()
    }

    /// The keys of an object.
    pub(in crate::payload) fn keys(&self) -> Vec<String> {
        self.children.iter().map(|child| name_of(&child.key).into_owned()).collect()
    }

    /// Where the member with this key stands.
    pub(in crate::payload) fn find(&self, key: &str) -> Option<usize> {
        self.children.iter().position(|child| name_of(&child.key) == key)
    }

    /// The child that stands there.
    pub(in crate::payload) fn child(&self, index: usize) -> &Tree<'a> {
        &self.children[index].value
    }

    /// The list or object that stands there, opened.
    pub(in crate::payload) fn open(&mut self, index: usize) -> &mut Open<'a> {
        let child = &mut self.children[index];
        if let Tree::Raw(raw) = &mut child.value {
            let indent = child.lead.rfind('\n').map_or(self.indent.as_str(), |at| &child.lead[at + 1..]).to_owned();
            child.value = Tree::Open(Box::new(Open::of(std::mem::take(raw), indent)));
        }
        match &mut child.value {
            Tree::Open(open) => open,
            Tree::Raw(_) => unreachable!("it was opened above"),
        }
    }

    /// Puts another value in a child's place.
    pub(in crate::payload) fn replace(&mut self, index: usize, value: &Value, style: &Style) {
        self.put(index, style, |indent, colon| style.laid_out(value, indent, colon));
    }

    /// Puts a value of another text in a child's place, as it is written there.
    pub(in crate::payload) fn replace_raw(&mut self, index: usize, raw: Raw<'_>, style: &Style) {
        self.put(index, style, |indent, _| style.moved(raw.text, raw.indent, indent));
    }

    fn put(&mut self, index: usize, style: &Style, text: impl FnOnce(Option<&str>, &str) -> String) {
        let child = &mut self.children[index];
        let colon = colon_of(&child.key).unwrap_or(&style.colon).to_owned();
        let indent = child.lead.rfind('\n').map(|at| &child.lead[at + 1..]);
        child.value = Tree::Raw(Cow::Owned(text(indent, &colon)));
        self.ids = None;
    }

    /// Takes a member of ours away.
    pub(in crate::payload) fn remove(&mut self, index: usize) {
        let gone = self.children.remove(index);
        match (index.checked_sub(1), self.children.len()) {
            (_, 0) => {}
            // The last one went: its trailing whitespace leads to the closing bracket.
            (Some(before), n_left) if index == n_left => self.children[before].trail = gone.trail,
            (None, _) => self.children[0].lead = gone.lead,
            (Some(_), _) => {}
        }
    }

    /// Adds a child behind the last one and says where.
    pub(in crate::payload) fn push(&mut self, key: Option<&str>, value: &Value, line: Line, style: &Style) -> usize {
        self.push_text(key, line, style, |indent, colon| style.laid_out(value, indent, colon))
    }

    /// Adds a value of another text behind the last child, as it is written there.
    pub(in crate::payload) fn push_raw(&mut self, key: Option<&str>, raw: Raw<'_>, line: Line, style: &Style) -> usize {
        self.ids = None;
        self.push_text(key, line, style, |indent, _| style.moved(raw.text, raw.indent, indent))
    }

    /// Puts the last child of a list before another one.
    pub(in crate::payload) fn move_last_before(&mut self, index: usize, style: &Style) {
        if self.children.len() <= index + 1 {
            return;
        }
        let Some(mut moved) = self.children.pop() else { return };
        if let Some(last) = self.children.last_mut() {
            last.trail = std::mem::replace(&mut moved.trail, Cow::Borrowed(""));
        }
        let within = moved.lead.clone();
        let here = &mut self.children[index];
        moved.lead = here.lead.clone();
        if index == 0 && !here.lead.contains('\n') {
            here.lead = if within.is_empty() { Cow::Owned(style.gap.clone()) } else { within };
        }
        self.children.insert(index, moved);
        self.ids = None;
    }

    fn push_text(
        &mut self,
        key: Option<&str>,
        line: Line,
        style: &Style,
        text: impl FnOnce(Option<&str>, &str) -> String,
    ) -> usize {
        let indent = &self.indent;
        let own_line = style.many_lines && line == Line::Own;
        let n_children = self.children.len();
        let below = || Cow::Owned(format!("{}{indent}{}", style.newline, style.unit));
        let closing = || Cow::Owned(format!("{}{indent}", style.newline));
        let mut colon = style.colon.clone();
        let (lead, trail) = match self.children.last_mut() {
            Some(last) => {
                if let Some(theirs) = colon_of(&last.key).filter(|colon| !colon.contains('\n')) {
                    theirs.clone_into(&mut colon);
                }
                let trail = std::mem::take(&mut last.trail);
                if let Some(at) = last.lead.rfind('\n') {
                    let at = if last.lead[..at].ends_with('\r') { at - 1 } else { at };
                    (Cow::Owned(last.lead[at..].to_owned()), trail)
                } else if own_line {
                    (below(), closing())
                } else if 1 < n_children {
                    (last.lead.clone(), trail)
                } else {
                    (Cow::Owned(style.gap.clone()), trail)
                }
            }
            None if own_line => (below(), closing()),
            None => (Cow::Borrowed(""), Cow::Borrowed("")),
        };
        self.inside = Cow::Borrowed("");
        let rendered = text(lead.rfind('\n').map(|at| &lead[at + 1..]), &colon);
        let key = key.map_or_else(String::new, |key| format!("{}{colon}", scalar(key)));
        self.children.push(Child { lead, key: Cow::Owned(key), value: Tree::Raw(Cow::Owned(rendered)), trail });
        n_children
    }

    /// Where the entry with this id stands; `id_of` says which id an entry goes by, the first one of an id counts.
    pub(in crate::payload) fn by_id(
        &mut self,
        id: &str,
        id_of: impl Fn(usize, &Tree<'a>) -> Option<String>,
    ) -> Option<usize> {
        let children = &self.children;
        let ids = self.ids.get_or_insert_with(|| {
            let mut ids = HashMap::new();
            for (index, child) in children.iter().enumerate() {
                if let Some(id) = id_of(index, &child.value) {
                    ids.entry(id).or_insert(index);
                }
            }
            ids
        });
        ids.get(id).copied()
    }

    /// Remembers where the entry with this id now stands.
    pub(in crate::payload) fn remember(&mut self, id: &str, index: usize) {
        if let Some(ids) = &mut self.ids {
            ids.insert(id.to_owned(), index);
        }
    }

    /// Forgets where entries stand, because one was added without a look at its id.
    pub(in crate::payload) fn forget(&mut self) {
        self.ids = None;
    }
}

/// The text of a raw key with its colon.
fn name_of(key: &str) -> Cow<'_, str> {
    text_of(key.trim_end_matches([' ', '\t', '\r', '\n', ':']))
}

/// What stands between a raw key's closing quote and the value.
fn colon_of(key: &str) -> Option<&str> {
    key.rfind('"').map(|quote| &key[quote + 1..])
}
