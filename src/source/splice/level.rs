//! One level of two texts: the items of a file, a module, an `impl` or a trait against those of its namesake.

use super::edits::Edits;
use super::odd::{Odd, OddKind, compare, pieces, short};
use crate::source::items::{Entry, Role, entries, leaves, names};
use crate::source::text::{Text, bytes};
use ra_ap_syntax::{SyntaxKind, SyntaxNode};
use std::collections::BTreeSet;

pub(super) struct Level<'a> {
    pub(super) base: &'a Text<'a>,
    pub(super) new: &'a Text<'a>,
}

/// How the items of two levels belong together.
struct Pairs {
    old: Vec<Entry>,
    new: Vec<Entry>,
    /// For each of `new`, its namesake's place in `old`.
    of_new: Vec<Option<usize>>,
    /// For each of `old`, whether it is somebody's namesake.
    is_taken: Vec<bool>,
}

impl Pairs {
    fn new(old: Vec<Entry>, new: Vec<Entry>) -> Self {
        let mut is_taken = vec![false; old.len()];
        let mut of_new = vec![None; new.len()];
        // Twins under different conditions keep apart; only then a condition may have changed.
        for is_strict in [true, false] {
            for (entry, found) in new.iter().zip(&mut of_new).filter(|(_, found)| found.is_none()) {
                let matching = |(at, other): &(usize, &Entry)| {
                    !is_taken[*at]
                        && other.key == entry.key
                        && (other.role == Role::Test) == (entry.role == Role::Test)
                        && (!is_strict || other.cfg == entry.cfg)
                };
                if let Some((at, _)) = old.iter().enumerate().find(matching) {
                    is_taken[at] = true;
                    *found = Some(at);
                }
            }
        }
        Self { old, new, of_new, is_taken }
    }
}

impl Level<'_> {
    /// Brings the test-only items of `new` into `old`. `None`: there is no such level.
    pub(super) fn walk(
        &self,
        old: Option<&SyntaxNode>,
        new: Option<&SyntaxNode>,
        outer: &str,
        edits: &mut Edits,
        odd: &mut Vec<Odd>,
    ) {
        let Some(holder) = old else { return };
        let pairs = Pairs::new(entries(holder), new.map(entries).unwrap_or_default());
        for (at, entry) in pairs.new.iter().enumerate() {
            match (entry.role, pairs.of_new[at].map(|at| &pairs.old[at])) {
                (Role::Test, Some(before)) => {
                    let text = self.new.held(&entry.node);
                    edits.replace(before.range(), text, Some(self.new.line_of(&entry.node)));
                }
                (Role::Test, None) => self.add(&pairs, at, holder, outer, edits, odd),
                (Role::NotTest | Role::Shared | Role::Production, before) => {
                    self.production(&pairs, at, before, holder, outer, edits, odd);
                }
            }
        }
        for (at, entry) in pairs.old.iter().enumerate().filter(|(at, _)| !pairs.is_taken[*at]) {
            if entry.role == Role::Test {
                self.remove(&pairs, at, outer, edits, odd);
            } else if let Some(inner) = entry.inner() {
                self.walk(Some(&inner), None, &entry.path(outer), edits, odd);
            }
        }
    }

    fn note(&self, kind: OddKind, entry: &Entry, outer: &str, why: &str) -> Odd {
        let text = format!("{why}: {}", short(&entry.key));
        Odd { kind, item: entry.path(outer), line: self.new.line_of(&entry.node), text }
    }

    #[expect(clippy::too_many_arguments, reason = "two lists that grow, and where we are")]
    fn production(
        &self,
        pairs: &Pairs,
        at: usize,
        before: Option<&Entry>,
        holder: &SyntaxNode,
        outer: &str,
        edits: &mut Edits,
        odd: &mut Vec<Odd>,
    ) {
        let entry = &pairs.new[at];
        let path = entry.path(outer);
        let line = self.new.line_of(&entry.node);
        if entry.role == Role::Shared {
            let is_same = before.is_some_and(|before| self.base.held(&before.node) == self.new.held(&entry.node));
            if !is_same {
                odd.push(self.note(OddKind::Shared, entry, outer, "for tests and for something else"));
            }
            return;
        }
        let Some(before) = before else {
            return self.new_holder(pairs, at, holder, outer, edits, odd);
        };
        compare(&path, line, &pieces(before), &pieces(entry), odd);
        match (before.inner(), entry.inner()) {
            (Some(old), Some(new)) => self.walk(Some(&old), Some(&new), &path, edits, odd),
            (None, Some(_)) if holds_tests(entry) => {
                odd.push(self.note(OddKind::NoPlace, entry, outer, "on the baseline it lies in another file"));
            }
            (Some(old), None) => {
                let tests = entries(&old).into_iter().any(|entry| entry.role == Role::Test);
                if tests {
                    odd.push(self.note(OddKind::NoPlace, entry, outer, "it moved to another file"));
                }
            }
            (None, Some(_)) | (None, None) => {}
        }
    }

    /// A production item that the baseline lacks, with tests in it.
    fn new_holder(
        &self,
        pairs: &Pairs,
        at: usize,
        holder: &SyntaxNode,
        outer: &str,
        edits: &mut Edits,
        odd: &mut Vec<Odd>,
    ) {
        let entry = &pairs.new[at];
        if entry.kind() != SyntaxKind::MODULE && entry.kind() != SyntaxKind::IMPL && entry.kind() != SyntaxKind::TRAIT {
            odd.extend(pieces(entry).into_iter().filter(|piece| piece.kind == OddKind::InMacro).map(|piece| Odd {
                kind: piece.kind,
                item: entry.path(outer),
                line: self.new.line_of(&entry.node),
                text: short(&piece.text),
            }));
            return;
        }
        if !holds_tests(entry) {
            return;
        }
        let is_placeless = entry.kind() == SyntaxKind::TRAIT || entry.is_trait_impl();
        if is_placeless || clashes(entry, &pairs.old, |_| true) {
            return odd.push(self.note(OddKind::NoPlace, entry, outer, "not so on the baseline"));
        }
        let mut text = String::new();
        let mut shells = Vec::new();
        self.shell(entry, &mut text, &mut shells);
        self.insert(pairs, at, holder, &text, None, edits);
    }

    /// An item with nothing but its test-only items.
    fn shell(&self, entry: &Entry, text: &mut String, shells: &mut Vec<String>) {
        let newline = self.base.newline();
        let Some(inner) = entry.inner() else { return };
        let start = entry.node.children_with_tokens().find(|element| {
            let kind = element.kind();
            !kind.is_trivia() && (kind != SyntaxKind::ATTR || entry.kind() == SyntaxKind::IMPL)
        });
        let start = start.map_or(entry.range().start, |element| usize::from(element.text_range().start()));
        let head = bytes(inner.text_range()).start;
        text.push_str(self.new.body.get(start..head).unwrap_or_default());
        text.push('{');
        shells.push(entry.name.clone());
        for item in entries(&inner) {
            if item.role == Role::Test {
                text.push_str(newline);
                text.push_str(self.new.indent(item.range().start));
                text.push_str(self.new.held(&item.node));
                text.push_str(newline);
            } else if holds_tests(&item) && !item.is_trait_impl() && item.kind() != SyntaxKind::TRAIT {
                text.push_str(newline);
                text.push_str(self.new.indent(item.range().start));
                self.shell(&item, text, shells);
                text.push_str(newline);
            }
        }
        text.push_str(self.new.indent(entry.range().start));
        text.push('}');
    }

    fn add(&self, pairs: &Pairs, at: usize, holder: &SyntaxNode, outer: &str, edits: &mut Edits, odd: &mut Vec<Odd>) {
        let entry = &pairs.new[at];
        let line = Some(self.new.line_of(&entry.node));
        let text = self.new.held(&entry.node);
        if entry.kind() == SyntaxKind::USE {
            let known: Vec<(String, String)> = pairs
                .old
                .iter()
                .filter(|other| other.role == Role::Production)
                .flat_map(|other| leaves(&other.node))
                .collect();
            let (there, missing): (Vec<_>, Vec<_>) =
                leaves(&entry.node).into_iter().partition(|leaf| known.contains(leaf));
            if !there.is_empty() {
                // Production code brings some of it in already, and a name comes in once.
                let names: BTreeSet<&str> = known.iter().map(|(name, _)| name.as_str()).collect();
                if missing.iter().any(|(name, _)| names.contains(name.as_str())) {
                    odd.push(self.note(OddKind::Clash, entry, outer, "the name is another's on the baseline"));
                } else if !missing.is_empty() {
                    let paths: Vec<&str> = missing.iter().map(|(_, path)| path.as_str()).collect();
                    let (head, _) = text.split_once("use ").unwrap_or((text, ""));
                    self.insert(pairs, at, holder, &format!("{head}use {{{}}};", paths.join(", ")), None, edits);
                }
                return;
            }
        }
        if clashes(entry, &pairs.old, |role| role != Role::Test && role != Role::NotTest) {
            odd.push(self.note(OddKind::Clash, entry, outer, "production code on the baseline"));
        } else {
            self.insert(pairs, at, holder, text, line, edits);
        }
    }

    /// Puts a new item behind the nearest one before it that the baseline has, else before the nearest behind it.
    fn insert(&self, pairs: &Pairs, at: usize, holder: &SyntaxNode, text: &str, line: Option<u32>, edits: &mut Edits) {
        let newline = self.base.newline();
        let indent = self.new.indent(pairs.new[at].range().start);
        let old = |at: usize| pairs.of_new[at].map(|at| pairs.old[at].range());
        let behind = (0..at).rev().find_map(old).map(|range| range.end);
        let before = (at + 1..pairs.new.len()).find_map(old).map(|range| range.start);
        let last = pairs.old.last().map(|entry| entry.range().end);
        let gap = |apart: &str| format!("{apart}{indent}");
        let apart = format!("{newline}{newline}");
        match (behind, before, last) {
            (Some(end), _, _) | (None, None, Some(end)) => {
                edits.insert(self.past_comment(end), gap(&apart), text, String::new(), line);
            }
            (None, Some(start), _) => edits.insert(start, String::new(), text, gap(&apart), line),
            (None, None, None) => {
                let range = bytes(holder.text_range());
                if holder.kind() == SyntaxKind::SOURCE_FILE {
                    let is_ended = self.base.body.is_empty() || self.base.body.ends_with('\n');
                    let start = if is_ended { "" } else { newline };
                    edits.insert(range.end, start.to_owned(), text, newline.to_owned(), line);
                } else {
                    let closing = self.base.body.get(..range.end).filter(|body| body.ends_with('}'));
                    let at = closing.map_or(range.end, |_| range.end - 1);
                    let after = format!("{newline}{}", self.base.indent(at));
                    edits.insert(at, gap(newline), text, after, line);
                }
            }
        }
    }

    /// Behind a comment that stands on the same line.
    fn past_comment(&self, end: usize) -> usize {
        let rest = self.base.body.get(end..).unwrap_or_default();
        let line = rest.split('\n').next().unwrap_or_default();
        let line = line.strip_suffix('\r').unwrap_or(line);
        if line.trim_start().starts_with("//") { end + line.len() } else { end }
    }

    fn remove(&self, pairs: &Pairs, at: usize, outer: &str, edits: &mut Edits, odd: &mut Vec<Odd>) {
        let entry = &pairs.old[at];
        let has_twin = clashes(entry, &pairs.old, |role| role == Role::NotTest);
        if clashes(entry, &pairs.new, |role| role != Role::Test) {
            let now: Vec<_> = pairs.new.iter().filter(|other| other.role == Role::Production).collect();
            let now: Vec<_> = now.iter().flat_map(|other| leaves(&other.node)).collect();
            let own = leaves(&entry.node);
            if !own.is_empty() && own.iter().all(|leaf| now.contains(leaf)) {
                return; // everybody brings it in now, and here still the tests alone
            }
            let text = format!("test-only on the baseline, production code now: {}", short(&entry.key));
            let line = pairs.new.iter().find(|other| clashes(entry, std::slice::from_ref(other), |_| true));
            let line = line.map_or(1, |other| self.new.line_of(&other.node));
            return odd.push(Odd { kind: OddKind::Clash, item: entry.path(outer), line, text });
        }
        if has_twin {
            return; // the baseline's own code calls it
        }
        let range = entry.range();
        let body = self.base.body;
        let mut start = range.start - self.base.indent(range.start).len();
        let mut end = range.end;
        let rest = body.get(end..).unwrap_or_default();
        let is_alone = start == 0 || body.get(..start).is_some_and(|before| before.ends_with('\n'));
        let blank = rest.len() - rest.trim_start_matches([' ', '\t', '\r']).len();
        if is_alone && rest.get(blank..).is_some_and(|rest| rest.starts_with('\n')) {
            end += blank + 1;
            // One of the two empty lines around it.
            let before = body.get(..start).unwrap_or_default();
            let line = before.strip_suffix('\n').map(|before| before.trim_end_matches([' ', '\t', '\r']));
            if let Some(line) = line.filter(|line| line.ends_with('\n')) {
                start = line.len();
            }
        } else {
            start = range.start;
        }
        edits.replace(start..end, "", None);
    }
}

/// Whether one of these takes a name that the entry takes.
fn clashes(entry: &Entry, others: &[Entry], is_one: impl Fn(Role) -> bool) -> bool {
    let own = names(entry);
    let mut others = others.iter().filter(|other| other.node != entry.node && is_one(other.role));
    others.any(|other| names(other).iter().any(|name| own.contains(name)))
}

/// Whether a module, an `impl` or a trait holds test-only items somewhere.
fn holds_tests(entry: &Entry) -> bool {
    let Some(inner) = entry.inner() else { return false };
    entries(&inner).iter().any(|entry| entry.role == Role::Test || holds_tests(entry))
}
