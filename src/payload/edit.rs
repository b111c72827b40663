//! The only edits there are: set meta, append, renew what is ours, raise a status. Nothing is ever taken away.
//!
//! What always holds: every byte outside what an edit touches stays, and a text is handed out only after it was
//! parsed again and found to hold every old value (`holds`). Number texts are never re-written.

mod style;
mod tree;
mod members;
mod holds;

use super::document::{Document, Kind, Node};
use super::model::id_of;
use crate::error::{Code, Error, Result};
use crate::words::BY;
use members::{move_status, our_id, push, renew, set_of_ours};
use serde_json::{Map, Value, json};
use std::borrow::Cow;
use std::collections::HashSet;
use tree::Tree;

pub(in crate::payload) use members::{append_member, set};
pub(in crate::payload) use style::Style;
pub(in crate::payload) use tree::{Line, Open, Raw};

/// Whose status is raised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// The step of this id.
    Step(String),
    /// The scenario of this id.
    Scenario(String),
}

impl Subject {
    /// The id its claim has: `step:ID`, `scenario:ID`.
    #[must_use]
    pub fn id(&self) -> String {
        match self {
            Self::Step(id) => format!("step:{id}"),
            Self::Scenario(id) => format!("scenario:{id}"),
        }
    }

    /// Where it stands, and its bare id.
    pub(in crate::payload) fn place(&self) -> (&'static str, &'static str, &str) {
        match self {
            Self::Step(id) => ("plan", "steps", id),
            Self::Scenario(id) => ("testPlan", "scenarios", id),
        }
    }
}

/// One edit. Edits are about meaning, not bytes: the same one fits another state of the same payload.
#[derive(Debug, Clone, PartialEq)]
pub enum Edit {
    /// Sets `meta.<key>`.
    Meta {
        /// The key.
        key: String,
        /// The value.
        value: Value,
    },
    /// Appends to the list at this path of keys. A missing list or section is added; `null` counts as missing.
    Append {
        /// The keys from the root to the list.
        path: Vec<String>,
        /// The new element.
        value: Value,
    },
    /// Renews the entry of ours with this `id` in `implementation.<list>`, or appends it. Members somebody else
    /// added to it stay; so does `history` where the new entry has none.
    Entry {
        /// The list's key.
        list: String,
        /// The entry, with `id` and `by`.
        entry: Map<String, Value>,
    },
    /// The same in `qaFindings.<list>`.
    Finding {
        /// The list's key.
        list: String,
        /// The entry, with `id` and `by`.
        entry: Map<String, Value>,
    },
    /// Sets `qaFindings.status`, which only a person decides, and appends `{from, to, at, by, why}` to the
    /// `statusHistory` beside it: also where it is the status already, since somebody decided again.
    Decision {
        /// The new status.
        to: String,
        /// Why.
        why: String,
        /// When.
        at: String,
        /// Who decided.
        by: String,
    },
    /// Sets the object of ours `implementation.<name>`, or `<name>ByHandoff` where somebody else's value stands.
    Object {
        /// The object's key.
        name: String,
        /// The object, with `by`.
        value: Map<String, Value>,
    },
    /// Sets a status and appends `{from, to, at, by, why}` to the `statusHistory` beside it. The status of a bare
    /// string lives in `implementation.stepStatus[]`. Nothing happens where it is the status already, unless a person now
    /// gives a reason for what nobody had given one for.
    Status {
        /// Whose.
        subject: Subject,
        /// The new status.
        to: String,
        /// Why.
        why: String,
        /// When.
        at: String,
        /// By whom: [`BY`] for what was observed, a person's name for what was asserted.
        by: String,
    },
    /// Sets `red` of a scenario, each with `by`. A bare string has no place for it; what is somebody else's stays.
    Red {
        /// The scenario's id.
        scenario: String,
        /// The tests.
        tests: Vec<Value>,
    },
}

/// The document after these edits, in order.
///
/// # Errors
/// 65 where a section or list in the way has another type, or a subject is not there; 70 where the result would
/// not hold every old value.
pub fn apply(document: &Document, edits: &[Edit]) -> Result<Document> {
    let root = document.root();
    if root.kind() != Kind::Object {
        return Err(wrong(document, "the document", "an object", root.kind()));
    }
    if edits.is_empty() {
        return Ok(document.clone());
    }
    let (before, after) = (&document.text()[..root.offset()], &document.text()[root.offset() + root.raw().len()..]);
    let mut text = String::with_capacity(document.text().len() + 4096);
    text.push_str(before);
    {
        let mut work =
            Work { document, style: Style::of(document), root: Open::of(Cow::Borrowed(root.raw()), String::new()) };
        for edit in edits {
            work.edit(edit)?;
        }
        work.root.write(&mut text);
    }
    text.push_str(after);
    if text == document.text() {
        return Ok(document.clone());
    }
    let next = document.with_text(text).map_err(|error| match error.code {
        Code::PayloadTooLarge => error,
        _ => internal(document, &[format!("the new text cannot be read: {error}")]),
    })?;
    check(document, &next, edits)?;
    Ok(next)
}

/// The paths of an old document that a later one does not hold any more, whoever wrote it. Entries may have moved within
/// their list; what this tool owns may say something else, with its former outcome in its history.
#[must_use]
pub fn losses(old: &Document, new: &Document) -> Vec<String> {
    holds::losses(old.root(), new.root())
}

/// Holds the new document against the old one: every path of the old one still has its old value, except in
/// `meta`, a status, and what is ours.
///
/// # Errors
/// 70 naming the paths: a bug of ours, and the reason nothing is written.
pub fn check(old: &Document, new: &Document, edits: &[Edit]) -> Result<()> {
    let mut given = HashSet::new();
    for edit in edits {
        match edit {
            Edit::Entry { entry: map, .. } | Edit::Finding { entry: map, .. } | Edit::Object { value: map, .. } => {
                given.extend(map.keys().map(String::as_str));
            }
            Edit::Meta { .. }
            | Edit::Append { .. }
            | Edit::Status { .. }
            | Edit::Red { .. }
            | Edit::Decision { .. } => {}
        }
    }
    let is_decided = edits.iter().any(|edit| matches!(edit, Edit::Decision { .. }));
    let violations = holds::violations(old.root(), new.root(), &given, is_decided);
    if violations.is_empty() { Ok(()) } else { Err(internal(old, &violations)) }
}

fn internal(document: &Document, what: &[String]) -> Error {
    let message = format!("an edit of `{}` would have lost something: `{}`", document.name(), what.join("`, `"));
    Error::new(Code::Internal, message).hint("nothing was written; please report this with the payload's structure")
}

fn wrong(document: &Document, what: &str, wanted: &str, found: Kind) -> Error {
    let message = format!("`{what}` in `{}` is {}, not {wanted}", document.name(), found.in_words());
    Error::new(Code::PayloadShape, message).hint(format!("make it {wanted}, or rename it"))
}

struct Work<'a> {
    document: &'a Document,
    style: Style,
    root: Open<'a>,
}

impl<'a> Work<'a> {
    fn edit(&mut self, edit: &Edit) -> Result<()> {
        match edit {
            Edit::Meta { key, value } => {
                let (meta, style) = self.container(&["meta"], Kind::Object)?;
                set(meta, key, value, style);
                Ok(())
            }
            Edit::Append { path, value } => {
                let path: Vec<&str> = path.iter().map(String::as_str).collect();
                let (list, style) = self.container(&path, Kind::List)?;
                push(list, value, style);
                list.forget();
                Ok(())
            }
            Edit::Entry { list, entry } => self.entry("implementation", list, entry),
            Edit::Finding { list, entry } => self.entry("qaFindings", list, entry),
            Edit::Decision { to, why, at, by } => {
                let document = self.document;
                let (findings, style) = self.container(&["qaFindings"], Kind::Object)?;
                move_status(findings, to, &[("at", at), ("by", by), ("why", why)], style)
                    .map_err(|found| wrong(document, "qaFindings.statusHistory", Kind::List.in_words(), found))
            }
            Edit::Object { name, value } => self.object(name, value),
            Edit::Status { subject, to, why, at, by } => {
                self.status(subject, to, &[("why", why), ("at", at), ("by", by)])
            }
            Edit::Red { scenario, tests } => self.red(scenario, tests),
        }
    }

    /// The list or object at a path, made where it is missing or `null`.
    fn container(&mut self, path: &[&str], wanted: Kind) -> Result<(&mut Open<'a>, &Style)> {
        let Self { document, style, root } = self;
        let mut here = root;
        for (depth, key) in path.iter().enumerate() {
            let kind = if depth + 1 == path.len() { wanted } else { Kind::Object };
            let empty = if kind == Kind::List { json!([]) } else { json!({}) };
            let index = match here.find(key) {
                None => here.push(Some(key), &empty, Line::Own, style),
                Some(index) if here.child(index).kind() == Kind::Null => {
                    here.replace(index, &empty, style);
                    index
                }
                Some(index) if here.child(index).kind() == kind => index,
                Some(index) => {
                    let found = here.child(index).kind();
                    return Err(wrong(document, &path[..=depth].join("."), kind.in_words(), found));
                }
            };
            here = here.open(index);
        }
        Ok((here, style))
    }

    fn entry(&mut self, section: &str, name: &str, entry: &Map<String, Value>) -> Result<()> {
        let Some(id) = entry.get("id").and_then(Value::as_str) else {
            return Err(Error::new(Code::Internal, format!("an entry for `{section}.{name}` has no id")));
        };
        let (list, style) = self.container(&[section, name], Kind::List)?;
        match list.by_id(id, |_, tree| our_id(tree)) {
            Some(index) => renew(list, index, entry, name, style),
            None => {
                let index = push(list, &Value::Object(entry.clone()), style);
                if entry.get("by").and_then(Value::as_str) == Some(BY) {
                    list.remember(id, index);
                }
            }
        }
        Ok(())
    }

    fn object(&mut self, name: &str, value: &Map<String, Value>) -> Result<()> {
        let document = self.document;
        let (implementation, style) = self.container(&["implementation"], Kind::Object)?;
        let beside = format!("{name}ByHandoff");
        for key in [name, &beside] {
            match implementation.find(key) {
                None => {
                    implementation.push(Some(key), &Value::Object(value.clone()), Line::Own, style);
                    return Ok(());
                }
                Some(index) if implementation.child(index).kind() == Kind::Null => {
                    implementation.replace(index, &Value::Object(value.clone()), style);
                    return Ok(());
                }
                Some(index) if implementation.child(index).text("by").as_deref() == Some(BY) => {
                    renew(implementation, index, value, name, style);
                    return Ok(());
                }
                Some(_) => {}
            }
        }
        let message =
            format!("`implementation.{name}` and `implementation.{beside}` in `{}` are not ours", document.name());
        Err(Error::new(Code::PayloadShape, message).hint(format!("rename `implementation.{beside}`")))
    }

    /// The list a subject stands in, and where.
    fn subject(&mut self, subject: &Subject) -> Result<(&mut Open<'a>, usize, &Style)> {
        let document = self.document;
        let (section, name, id) = subject.place();
        let missing = || {
            let message = format!("there is no `{}` in `{}`", subject.id(), document.name());
            Error::new(Code::NoSuchEntry, message).hint("see which there are: `cargo handoff status`")
        };
        document.root().at(&[section, name]).ok_or_else(missing)?;
        let (list, style) = self.container(&[section, name], Kind::List)?;
        let by_id = |index, tree: &Tree<'a>| match tree {
            Tree::Raw(raw) => Some(id_of(Node::root_of(raw), index)),
            Tree::Open(_) => Some(tree.text("id").unwrap_or_else(|| (index + 1).to_string())),
        };
        let index = list.by_id(id, by_id).ok_or_else(missing)?;
        Ok((list, index, style))
    }

    fn red(&mut self, scenario: &str, tests: &[Value]) -> Result<()> {
        let (list, index, style) = self.subject(&Subject::Scenario(scenario.to_owned()))?;
        if list.child(index).kind() == Kind::Object {
            set_of_ours(list.open(index), "red", tests, style);
        }
        Ok(())
    }

    fn status(&mut self, subject: &Subject, to: &str, rest: &[(&str, &str)]) -> Result<()> {
        let document = self.document;
        let (list, index, style) = self.subject(subject)?;
        if list.child(index).kind() != Kind::Object {
            return self.text_status(subject, to, rest);
        }
        let place = list.open(index);
        let from = place.find("status").map_or(Value::Null, |status| place.child(status).value());
        let said = |key: &str| rest.iter().find(|(name, _)| *name == key).map_or("", |(_, value)| value);
        if from == to && (said("by") == BY || has_reason(place, to)) {
            return Ok(());
        }
        let what = format!("statusHistory of {}", subject.id());
        move_status(place, to, &[("at", said("at")), ("by", said("by")), ("why", said("why"))], style)
            .map_err(|found| wrong(document, &what, Kind::List.in_words(), found))
    }

    /// The status of a bare string lives in `implementation.stepStatus`.
    fn text_status(&mut self, subject: &Subject, to: &str, rest: &[(&str, &str)]) -> Result<()> {
        let document = self.document;
        let id = subject.id();
        let step = match subject {
            Subject::Step(step) => step,
            Subject::Scenario(_) => &id,
        };
        let (list, style) = self.container(&["implementation", "stepStatus"], Kind::List)?;
        let Some(index) = list.by_id(&id, |_, tree| tree.text("id")) else {
            let mut entry = Map::from_iter([
                ("id".into(), id.as_str().into()),
                ("step".into(), step.as_str().into()),
                ("status".into(), to.into()),
            ]);
            entry.extend(rest.iter().map(|(key, value)| ((*key).into(), (*value).into())));
            let index = push(list, &entry.into(), style);
            list.remember(&id, index);
            return Ok(());
        };
        if list.child(index).text("status").as_deref() == Some(to) {
            return Ok(());
        }
        let entry = list.open(index);
        let mut old = Map::new();
        for key in ["status", "why", "at", "by"] {
            if let Some(index) = entry.find(key) {
                old.insert(key.into(), entry.child(index).value());
            }
        }
        set(entry, "status", &to.into(), style);
        for (key, value) in rest {
            set(entry, key, &(*value).into(), style);
        }
        append_member(entry, "history", old.into(), style)
            .map_err(|found| wrong(document, &format!("history of {id}"), Kind::List.in_words(), found))
    }
}

/// Whether the last thing said of this status gave a reason for it.
fn has_reason(place: &Open<'_>, status: &str) -> bool {
    let history = place.find("statusHistory").map_or(Value::Null, |history| place.child(history).value());
    let Some(last) = history.as_array().and_then(|history| history.last()) else { return false };
    let text = |key: &str| last.get(key).and_then(Value::as_str).map(str::trim).unwrap_or_default();
    text("to") == status && !text("by").is_empty() && !text("why").is_empty()
}

#[cfg(test)]
mod tests;
