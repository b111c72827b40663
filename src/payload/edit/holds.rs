//! Whether a new text still holds all that the old one held: the last look before a payload is replaced.
//!
//! It knows nothing of how edits are made. It goes down only where the raw bytes differ, so it is as cheap as the
//! edit was small.

use crate::payload::document::{Kind, Node};
use crate::payload::schema::own_members;
use crate::words::BY;
use std::collections::{BTreeSet, HashSet};

/// Where in the payload a value stands, as far as that changes what may happen to it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place<'a> {
    Root,
    Meta,
    /// `plan`, `testPlan`.
    Section(&'static str),
    /// `plan.steps`, `testPlan.scenarios`.
    Subjects,
    Subject,
    Implementation,
    /// `qaFindings`.
    Findings,
    /// A list or object in `implementation`, a list in `qaFindings`.
    Part(&'a str),
    /// Everything else: nothing but growing.
    Other,
}

/// The paths of the old text that do not hold their old value in the new one. `given` are the keys the edits gave
/// to entries of ours; `is_decided` is whether a person decided about acceptance.
pub(super) fn violations(old: Node<'_>, new: Node<'_>, given: &HashSet<&str>, is_decided: bool) -> Vec<String> {
    let mut look = Look { given, is_decided, is_far: false, path: Vec::new(), broken: Vec::new() };
    look.holds(old, new, Place::Root);
    look.broken
}

/// The paths of an old text that a new one does not hold, whoever wrote it: as [`violations`], but entries may have moved
/// within their list, what this tool sealed is as it was, and a former outcome of ours stands in its history.
pub(super) fn losses(old: Node<'_>, new: Node<'_>) -> Vec<String> {
    let mut look =
        Look { given: &HashSet::new(), is_decided: true, is_far: true, path: Vec::new(), broken: Vec::new() };
    look.holds(old, new, Place::Root);
    look.broken
}

struct Look<'g> {
    given: &'g HashSet<&'g str>,
    is_decided: bool,
    /// Whether more than one edit lies between the two.
    is_far: bool,
    path: Vec<String>,
    broken: Vec<String>,
}

impl Look<'_> {
    fn broken(&mut self) {
        self.broken.push(if self.path.is_empty() { "the whole".to_owned() } else { self.path.join(".") });
    }

    fn holds(&mut self, old: Node<'_>, new: Node<'_>, place: Place<'_>) {
        if old.raw() == new.raw() {
            return;
        }
        match (old.kind(), new.kind()) {
            (Kind::Object, Kind::Object) if is_ours(old, new, place) => self.ours(old, new, place),
            (Kind::Object, Kind::Object) => self.members(old, new, place),
            (Kind::List, Kind::List) => self.elements(old, new, place),
            // null counts as missing: a list or object may come in its place.
            (Kind::Null, Kind::Object | Kind::List) => {}
            _ => self.broken(),
        }
    }

    fn members(&mut self, old: Node<'_>, new: Node<'_>, place: Place<'_>) {
        let mut candidates = new.members().into_iter();
        for (key, old) in old.members() {
            self.path.push(key.to_string());
            // The order of keys is kept by our edits, so looking onwards finds each of them.
            let found =
                if self.is_far { new.get(&key) } else { candidates.find(|(name, _)| *name == key).map(|it| it.1) };
            match found {
                None => self.broken(),
                Some(new) => match (place, key.as_ref()) {
                    (Place::Meta, _) | (Place::Subject, "status") => {}
                    (Place::Subject, "red") if is_list_of_ours(old) && is_list_of_ours(new) => {}
                    (Place::Findings, "status") if self.is_decided => {}
                    (Place::Root, "meta") => self.holds(old, new, Place::Meta),
                    (Place::Root, "plan") => self.holds(old, new, Place::Section("steps")),
                    (Place::Root, "testPlan") => self.holds(old, new, Place::Section("scenarios")),
                    (Place::Root, "implementation") => self.holds(old, new, Place::Implementation),
                    (Place::Section(subjects), name) if subjects == name => self.holds(old, new, Place::Subjects),
                    (Place::Root, "qaFindings") => self.holds(old, new, Place::Findings),
                    (Place::Implementation, name) => self.holds(old, new, Place::Part(name)),
                    (Place::Findings, name) if new.kind() == Kind::List => self.holds(old, new, Place::Part(name)),
                    (
                        Place::Root
                        | Place::Section(_)
                        | Place::Subjects
                        | Place::Subject
                        | Place::Part(_)
                        | Place::Findings
                        | Place::Other,
                        _,
                    ) => self.holds(old, new, Place::Other),
                },
            }
            self.path.pop();
        }
    }

    fn elements(&mut self, old: Node<'_>, new: Node<'_>, place: Place<'_>) {
        let (old, new) = (old.elements(), new.elements());
        if new.len() < old.len() && !self.is_far {
            return self.broken();
        }
        let below = match place {
            Place::Subjects => Place::Subject,
            Place::Part(name) => Place::Part(name),
            Place::Root
            | Place::Meta
            | Place::Section(_)
            | Place::Subject
            | Place::Implementation
            | Place::Findings
            | Place::Other => Place::Other,
        };
        if self.is_far {
            return self.moved(&old, &new, below);
        }
        for (index, (old, new)) in old.into_iter().zip(new).enumerate() {
            if old.raw() != new.raw() {
                self.path.push(index.to_string());
                self.holds(old, new, below);
                self.path.pop();
            }
        }
    }

    /// Elements that may stand elsewhere in their list: by their id, else in their place, else anywhere as they were.
    fn moved(&mut self, old: &[Node<'_>], new: &[Node<'_>], below: Place<'_>) {
        let id = |node: &Node<'_>| node.get("id").and_then(Node::text_or_number).map(|id| id.into_owned());
        for (index, old) in old.iter().enumerate() {
            if new.iter().any(|new| new.raw() == old.raw()) {
                continue;
            }
            let wanted = id(old);
            let same = new.iter().find(|new| wanted.is_some() && id(new) == wanted);
            let found = if wanted.is_some() { same } else { new.get(index) };
            self.path.push(wanted.unwrap_or_else(|| index.to_string()));
            match found {
                Some(new) if matches!(below, Place::Part("evidence")) && old.value() != new.value() => self.broken(),
                Some(new) => self.holds(*old, *new, below),
                None => self.broken(),
            }
            self.path.pop();
        }
    }

    /// A former outcome of ours that is another now: it has to stand in the entry's history.
    fn outcome_is_kept(&mut self, old: Node<'_>, new: Node<'_>, part: &str) {
        let key = if part == "tests" { "status" } else { "outcome" };
        let Some(then) = old.get(key).filter(|_| matches!(part, "tests" | "commands")) else { return };
        let is_it = |node: Node<'_>| node.get(key).is_some_and(|value| value.value() == then.value());
        let history = new.get("history").map(Node::elements).unwrap_or_default();
        if !is_it(new) && !history.into_iter().any(is_it) {
            self.path.push(key.to_owned());
            self.broken();
            self.path.pop();
        }
    }

    /// An entry or object of ours: what somebody else added to it stays.
    fn ours(&mut self, old: Node<'_>, new: Node<'_>, place: Place<'_>) {
        let Place::Part(part) = place else { return };
        let own = own_members(part.strip_suffix("ByHandoff").unwrap_or(part));
        if self.is_far {
            self.outcome_is_kept(old, new, part);
        }
        let managed = BTreeSet::from(["withdrawn", "status", "why", "at", "by"]);
        for (key, old) in old.members() {
            let key = key.as_ref();
            if key == "history" {
                self.history(old, new.get(key));
                continue;
            }
            // Of an object without a shape of its own nobody knows by now which members the edits gave.
            let is_free = self.is_far && own.is_empty();
            if is_free || own.contains(key) || self.given.contains(key) || managed.contains(key) {
                continue;
            }
            self.path.push(key.to_owned());
            match new.get(key) {
                Some(new) if new.raw() == old.raw() => {}
                Some(_) | None => self.broken(),
            }
            self.path.pop();
        }
    }

    /// A history may be laid out anew; what stands in it stays, and new things come behind.
    fn history(&mut self, old: Node<'_>, new: Option<Node<'_>>) {
        let now = new.map(Node::elements).unwrap_or_default();
        let mut pairs = old.elements().into_iter().enumerate();
        let is_there = |(at, node): (usize, Node<'_>)| now.get(at).is_some_and(|now| now.value() == node.value());
        if new.is_none() || !pairs.all(is_there) {
            self.path.push("history".to_owned());
            self.broken();
            self.path.pop();
        }
    }
}

/// Whether a list holds nothing but what this tool wrote.
fn is_list_of_ours(list: Node<'_>) -> bool {
    let is_ours = |node: Node<'_>| node.get("by").and_then(Node::text_or_number).as_deref() == Some(BY);
    list.kind() == Kind::List && list.elements().into_iter().all(is_ours)
}

/// Whether both are the same entry or object of this tool's.
fn is_ours(old: Node<'_>, new: Node<'_>, place: Place<'_>) -> bool {
    let Place::Part(part) = place else { return false };
    let text = |node: Node<'_>, key| node.get(key).and_then(Node::text_or_number).unwrap_or_default().into_owned();
    let same_id = text(old, "id") == text(new, "id");
    if part == "stepStatus" {
        return same_id && !text(old, "id").is_empty();
    }
    same_id && text(old, "by") == BY && text(new, "by") == BY
}
