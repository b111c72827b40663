//! An entry of this tool's that both sides wrote anew: the newer one stands, the other's outcome is history.

use super::place::{HISTORIES, Place, Side, Three};
use super::same::{is_left, same};
use super::walk::Work;
use crate::payload::document::{Kind, Node};
use crate::payload::edit::{Line, Open, Raw};
use crate::payload::schema::own_members;

/// What an entry came to, in the lists and objects that have one.
const OUTCOMES: &[&str] = &[
    "status",
    "outcome",
    "exitCode",
    "counts",
    "names",
    "kind",
    "after",
    "commit",
    "tree",
    "readyFor",
    "rustc",
    "cargo",
    "clippy",
    "rustfmt",
    "triple",
    "cargoHandoff",
    "sha256",
    "text",
    "withdrawn",
];

/// What is kept beside it.
const BESIDE: &[&str] = &["why", "timestamp", "observedAt", "at", "evidenceRef"];

/// Members of an entry that are this tool's in every list.
const MANAGED: &[&str] = &["id", "by", "withdrawn"];

/// The side that still claims a change, where the other one withdrew it: what was not there on one branch may be the work
/// of the other. `validate` finds a claim too many; one too few it cannot see.
fn live(three: Three<'_>, part: &str) -> Option<Side> {
    let is_withdrawn = |side: Node<'_>| side.get("withdrawn").is_some_and(|withdrawn| !withdrawn.is_null());
    let (ours, theirs) = (is_withdrawn(three.ours), is_withdrawn(three.theirs));
    if part != "changes" || ours == theirs {
        return None;
    }
    Some(if ours { Side::Theirs } else { Side::Ours })
}

impl Work {
    /// Joins an entry both sides wrote anew.
    pub(super) fn renewed<'a>(&mut self, open: &mut Open<'a>, three: Three<'a>, part: &str) {
        let part = part.strip_suffix("ByHandoff").unwrap_or(part);
        let winner = live(three, part).unwrap_or_else(|| self.newer_of(three));
        let own = own_members(part);
        // Where no shape is laid down, what both have is ours to choose from, and what one has is kept.
        let is_own = |key: &str| own.contains(key) || MANAGED.contains(&key);
        let base = |key: &str| three.base.and_then(|base| base.get(key));
        let theirs = three.theirs.members();
        for (key, theirs) in theirs.iter().filter(|(key, _)| !HISTORIES.contains(&key.as_ref())) {
            match three.ours.get(key).zip(open.find(key)) {
                Some((ours, index)) if is_own(key) || own.is_empty() => {
                    if winner == Side::Theirs && !same(ours, *theirs) {
                        open.replace_raw(index, Raw::from(*theirs), &self.style);
                    }
                }
                Some((ours, index)) => {
                    let three = Three { base: base(key), ours, theirs: *theirs };
                    self.below(&format!(".{key}"), |work| work.value(open, index, three, Place::Other));
                }
                None if is_own(key) && winner == Side::Ours => {}
                None if is_own(key) => {
                    open.push_raw(Some(key), Raw::from(*theirs), Line::Same, &self.style);
                }
                None => self.their_member(open, key, base(key), *theirs),
            }
        }
        for (key, ours) in three.ours.members() {
            if theirs.iter().any(|(name, _)| *name == key) || HISTORIES.contains(&key.as_ref()) {
                continue;
            }
            match open.find(&key) {
                Some(_) if is_own(&key) && winner == Side::Ours => {}
                Some(index) if is_own(&key) => open.remove(index),
                Some(_) | None => self.our_member(open, &key, base(&key), ours),
            }
        }
        self.history(open, three, winner);
    }

    /// Both histories, and the outcome that does not stand.
    fn history<'a>(&mut self, open: &mut Open<'a>, three: Three<'a>, winner: Side) {
        let [base, ours, theirs] =
            [three.base, Some(three.ours), Some(three.theirs)].map(|side| side.and_then(|side| side.get("history")));
        match (ours, theirs, open.find("history")) {
            (Some(ours), Some(theirs), Some(index)) => {
                self.value(open, index, Three { base, ours, theirs }, Place::History);
            }
            (None, Some(theirs), None) => {
                open.push_raw(Some("history"), Raw::from(theirs), Line::Same, &self.style);
            }
            (Some(_) | None, Some(_) | None, Some(_) | None) => {}
        }
        let (winner, loser) = match winner {
            Side::Ours => (three.ours, three.theirs),
            Side::Theirs => (three.theirs, three.ours),
        };
        let differs = |key: &&&str| loser.get(key).is_some_and(|value| !is_left(winner.get(key), value));
        let outcome: Vec<&str> = OUTCOMES.iter().filter(differs).copied().collect();
        if outcome.is_empty() {
            return;
        }
        let text = self.former(loser, &outcome);
        let raw = |text| Raw { text, indent: "" };
        match open.find("history") {
            None => {
                open.push_raw(Some("history"), raw(&format!("[{text}]")), Line::Same, &self.style);
            }
            Some(index) if open.child(index).kind() == Kind::List => {
                open.open(index).push_raw(None, raw(&text), Line::Same, &self.style);
            }
            Some(index) => open.replace_raw(index, raw(&format!("[{text}]")), &self.style),
        }
    }

    /// An outcome as a history keeps it, its numbers as they are written.
    fn former(&self, entry: Node<'_>, outcome: &[&str]) -> String {
        let keys = outcome.iter().chain(BESIDE);
        let members = keys.filter_map(|key| {
            let raw = self.style.moved(entry.get(key)?.raw(), "", None);
            Some(format!("\"{key}\"{}{raw}", self.style.colon))
        });
        format!("{{{}}}", members.collect::<Vec<_>>().join(&format!(",{}", self.style.gap)))
    }
}
