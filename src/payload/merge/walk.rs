//! Going down three trees at once: members by key, elements by what they are about.

use super::after;
use super::place::{Conflict, HISTORIES, Place, Side, Three};
use super::same::{self, By, is_left, is_ours, keys, same, time};
use crate::payload::document::{Kind, Node};
use crate::payload::edit::{Line, Open, Raw, Style};
use std::collections::HashMap;

/// How much of a value a conflict shows.
const SHOWN: usize = 120;

/// The work on one payload.
pub(super) struct Work {
    pub(super) style: Style,
    prefer: Option<Side>,
    /// The side whose record is newer as a whole.
    newer: Side,
    path: String,
    pub(super) conflicts: Vec<Conflict>,
    pub(super) removed: Vec<String>,
    pub(super) restored: Vec<String>,
}

impl Work {
    pub(super) fn new(style: Style, prefer: Option<Side>, newer: Side) -> Self {
        let (conflicts, removed, restored) = (Vec::new(), Vec::new(), Vec::new());
        Self { style, prefer, newer, path: String::new(), conflicts, removed, restored }
    }

    /// Does something one step further down.
    pub(super) fn below(&mut self, step: &str, then: impl FnOnce(&mut Self)) {
        let length = self.path.len();
        self.path.push_str(step.strip_prefix('.').filter(|_| length == 0).unwrap_or(step));
        then(self);
        self.path.truncate(length);
    }

    fn path_of(&self, step: &str) -> String {
        format!("{}{}", self.path, step.strip_prefix('.').filter(|_| self.path.is_empty()).unwrap_or(step))
    }

    /// Joins a value both sides have; it stands in `parent`.
    pub(super) fn value<'a>(&mut self, parent: &mut Open<'a>, index: usize, three: Three<'a>, place: Place<'_>) {
        let Three { base, ours, theirs } = three;
        if same(ours, theirs) {
            return;
        }
        let is_nothing = |side: Node<'_>| side.is_null() && base.is_none_or(Node::is_null);
        match (ours.kind(), theirs.kind()) {
            (Kind::Object, Kind::Object) => {
                let three = Three { base: three.base_if(Kind::Object), ..three };
                let open = parent.open(index);
                if let (Place::Part(part), true) = (place, self.is_renewed_twice(three, place)) {
                    self.renewed(open, three, part);
                } else {
                    self.members(open, three, place);
                }
            }
            (Kind::List, Kind::List) => {
                let is_kept = matches!(place, Place::Subjects | Place::Part(_) | Place::History);
                if is_kept || (!is_left(base, ours) && !is_left(base, theirs)) {
                    let three = Three { base: three.base_if(Kind::List), ..three };
                    self.elements(parent.open(index), three, place);
                } else if is_left(base, ours) {
                    parent.replace_raw(index, Raw::from(theirs), &self.style);
                }
            }
            (
                Kind::Object | Kind::List | Kind::Null | Kind::Bool | Kind::Number | Kind::Text,
                Kind::Object | Kind::List | Kind::Null | Kind::Bool | Kind::Number | Kind::Text,
            ) => {
                if is_left(base, theirs) || is_nothing(theirs) {
                    return;
                }
                if is_left(base, ours) || is_nothing(ours) {
                    parent.replace_raw(index, Raw::from(theirs), &self.style);
                } else {
                    self.conflict(parent, index, three);
                }
            }
        }
    }

    fn conflict<'a>(&mut self, parent: &mut Open<'a>, index: usize, three: Three<'a>) {
        let shown = |node: Node<'_>| match node.raw().char_indices().nth(SHOWN) {
            Some((at, _)) => format!("{}…", &node.raw()[..at]),
            None => node.raw().to_owned(),
        };
        let Three { base, ours, theirs } = three;
        let (path, base) = (self.path.clone(), base.map(shown));
        self.conflicts.push(Conflict { path, base, ours: shown(ours), theirs: shown(theirs) });
        if self.prefer == Some(Side::Theirs) {
            parent.replace_raw(index, Raw::from(theirs), &self.style);
        }
    }

    /// Joins two objects by member.
    pub(super) fn members<'a>(&mut self, open: &mut Open<'a>, three: Three<'a>, place: Place<'_>) {
        let mut ruled: Vec<&str> = Vec::new();
        match place {
            Place::Meta => ruled = after::meta(open, three, &self.style),
            Place::Subject | Place::Parts => ruled = after::status(open, three, &self.style),
            Place::Root | Place::Section(_) | Place::Subjects | Place::Part(_) | Place::History | Place::Other => {}
        }
        let base = |key: &str| three.base.and_then(|base| base.get(key));
        let theirs = three.theirs.members();
        for (key, theirs) in &theirs {
            if ruled.contains(&key.as_ref()) {
                continue;
            }
            match three.ours.get(key).zip(open.find(key)) {
                Some((ours, index)) => {
                    let three = Three { base: base(key), ours, theirs: *theirs };
                    let below = place.below(key);
                    self.below(&format!(".{key}"), |work| work.value(open, index, three, below));
                }
                None => self.their_member(open, key, base(key), *theirs),
            }
        }
        for (key, ours) in three.ours.members() {
            let is_gone = !theirs.iter().any(|(name, _)| *name == key) && !ruled.contains(&key.as_ref());
            if is_gone {
                self.our_member(open, &key, base(&key), ours);
            }
        }
    }

    /// A member only their side has.
    pub(super) fn their_member<'a>(
        &mut self,
        open: &mut Open<'a>,
        key: &str,
        base: Option<Node<'a>>,
        theirs: Node<'a>,
    ) {
        let path = self.path_of(&format!(".{key}"));
        if is_left(base, theirs) && !is_kept(key, theirs) {
            return self.removed.push(path);
        }
        if base.is_some() {
            self.restored.push(path);
        }
        let line = if open.len() == 0 { Line::Own } else { Line::Same };
        open.push_raw(Some(key), Raw::from(theirs), line, &self.style);
    }

    /// A member only our side has.
    pub(super) fn our_member<'a>(&mut self, open: &mut Open<'a>, key: &str, base: Option<Node<'a>>, ours: Node<'a>) {
        let path = self.path_of(&format!(".{key}"));
        match open.find(key) {
            Some(index) if is_left(base, ours) && !is_kept(key, ours) => {
                open.remove(index);
                self.removed.push(path);
            }
            Some(_) if base.is_some() => self.restored.push(path),
            Some(_) | None => {}
        }
    }

    /// Joins two lists: what is about the same thing is joined, what only their side has comes behind.
    pub(super) fn elements<'a>(&mut self, open: &mut Open<'a>, three: Three<'a>, place: Place<'_>) {
        let base = three.base.map(Node::elements).unwrap_or_default();
        let (ours, theirs) = (three.ours.elements(), three.theirs.elements());
        let by = by(place, [&base, &ours, &theirs]);
        let found = |elements: &[Node<'a>]| -> HashMap<String, usize> {
            keys(elements, by).into_iter().enumerate().map(|(index, key)| (key, index)).collect()
        };
        let (base_at, ours_at, theirs_at) = (found(&base), found(&ours), found(&theirs));
        let n_common = ours.len().min(base.len());
        for (key, theirs) in keys(&theirs, by).iter().zip(&theirs) {
            let base = base_at.get(key).map(|at| base[*at]);
            match ours_at.get(key) {
                Some(at) => {
                    let three = Three { base, ours: ours[*at], theirs: *theirs };
                    self.below(&format!("[{at}]"), |work| work.value(open, *at, three, place.of_elements()));
                }
                None if is_left(base, *theirs) && !is_kept_element(place, *theirs) => {
                    self.removed.push(self.path_of(&format!("[{key}]")));
                }
                None => {
                    if base.is_some() {
                        self.restored.push(self.path_of(&format!("[{}]", open.len())));
                    }
                    self.push(open, *theirs, place, n_common);
                }
            }
        }
        // From behind, so that what is left keeps its place until then.
        for (at, (key, ours)) in keys(&ours, by).iter().zip(&ours).enumerate().rev() {
            let base = base_at.get(key).map(|at| base[*at]);
            if theirs_at.contains_key(key) || base.is_none() {
                continue;
            }
            if is_left(base, *ours) && !is_kept_element(place, *ours) {
                open.remove(at);
                self.removed.push(self.path_of(&format!("[{at}]")));
            } else {
                self.restored.push(self.path_of(&format!("[{at}]")));
            }
        }
    }

    /// Adds an element behind the others; in a history, before what happened later.
    fn push<'a>(&mut self, open: &mut Open<'a>, theirs: Node<'a>, place: Place<'_>, n_common: usize) {
        let is_large = matches!(theirs.kind(), Kind::Object | Kind::List);
        let line = if is_large || open.len() == 0 { Line::Own } else { Line::Same };
        let last = open.push_raw(None, Raw::from(theirs), line, &self.style);
        if let (Place::History, Some(at)) = (place, time(theirs)) {
            let later = (n_common..last).find(|index| {
                let value = open.child(*index).value();
                same::time_of(&value).is_some_and(|time| at < time)
            });
            if let Some(index) = later {
                open.move_last_before(index, &self.style);
            }
        }
    }

    /// The side that renewed an entry last, by the entry's own time, else by its side's.
    pub(super) fn newer_of(&self, three: Three<'_>) -> Side {
        match (time(three.ours), time(three.theirs)) {
            (Some(ours), Some(theirs)) => {
                if ours < theirs {
                    Side::Theirs
                } else {
                    Side::Ours
                }
            }
            (Some(_), None) | (None, Some(_)) | (None, None) => self.newer,
        }
    }

    /// Whether both sides wrote this entry of the tool's anew.
    fn is_renewed_twice(&self, three: Three<'_>, place: Place<'_>) -> bool {
        let Three { base, ours, theirs } = three;
        let is_tools = match place {
            // What a sealed record was cannot be otherwise on two sides.
            Place::Part("evidence") => false,
            Place::Part("stepStatus") => true,
            Place::Part(_) => is_ours(ours) && is_ours(theirs),
            Place::Root
            | Place::Meta
            | Place::Section(_)
            | Place::Subjects
            | Place::Subject
            | Place::Parts
            | Place::History
            | Place::Other => false,
        };
        is_tools && !is_left(base, ours) && !is_left(base, theirs)
    }
}

/// Whether a member is never taken away.
fn is_kept(key: &str, value: Node<'_>) -> bool {
    HISTORIES.contains(&key) || is_ours(value)
}

/// Whether an element is never taken away.
fn is_kept_element(place: Place<'_>, value: Node<'_>) -> bool {
    place == Place::History || is_ours(value)
}

/// How the elements of these lists are told apart. Objects without ids, and steps that are bare texts, are about the
/// same thing where they stand in the same place and nobody added or removed any.
fn by(place: Place<'_>, [base, ours, theirs]: [&[Node<'_>]; 3]) -> By {
    let is_unnamed = |node: &Node<'_>| match node.kind() {
        Kind::Object => same::id(*node).is_none(),
        Kind::Text => place == Place::Subjects,
        Kind::Null | Kind::Bool | Kind::Number | Kind::List => false,
    };
    let is_as_long = base.len() == ours.len() && base.len() == theirs.len();
    match place {
        Place::History => By::Value,
        Place::Part("stepStatus") => By::BareId,
        Place::Root
        | Place::Meta
        | Place::Section(_)
        | Place::Subjects
        | Place::Subject
        | Place::Parts
        | Place::Part(_)
        | Place::Other => {
            let is_by_position = is_as_long && [base, ours, theirs].into_iter().flatten().all(is_unnamed);
            if is_by_position { By::Position } else { By::Id }
        }
    }
}
