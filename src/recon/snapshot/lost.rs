//! Where the guardrails of a snapshot went.

use super::{FileSnapshot, Snapshot};
use crate::source::{Guardrail, GuardrailKind};
use crate::words::Finding;
use std::collections::{BTreeMap, BTreeSet};

/// The texts of files as they are now, by name.
pub type Now = BTreeMap<String, String>;

/// How much of an assertion is told.
const MOST_TOLD: usize = 80;

/// What held before and does not now, one sentence each, in order. `now` has the snapshot's files that are still there and
/// whatever else was changed: what moved is not lost. What a finding tells already is left out.
#[must_use]
pub fn lost(snapshot: &Snapshot, now: &Now, told: &[Finding]) -> Vec<String> {
    let now: Vec<FileSnapshot> = now.iter().map(|(file, text)| FileSnapshot::of_text(file, text)).collect();
    let sides = Sides { before: &snapshot.files, now: &now, told };
    let mut lost = sides.asserts();
    lost.extend(sides.lints());
    lost.extend(sides.cfgs());
    lost.extend(sides.tests());
    lost
}

struct Sides<'a> {
    before: &'a [FileSnapshot],
    now: &'a [FileSnapshot],
    told: &'a [Finding],
}

fn all(files: &[FileSnapshot], kind: GuardrailKind) -> impl Iterator<Item = (&str, &Guardrail)> {
    files.iter().flat_map(move |file| {
        let of_kind = file.guardrails.iter().filter(move |guardrail| guardrail.kind == kind);
        of_kind.map(|guardrail| (file.file.as_str(), guardrail))
    })
}

fn counted<'a, K: Ord>(
    all: impl Iterator<Item = (&'a str, &'a Guardrail)>,
    key: impl Fn(&'a str, &'a Guardrail) -> K,
) -> BTreeMap<K, i64> {
    let mut counted = BTreeMap::new();
    for (file, guardrail) in all {
        *counted.entry(key(file, guardrail)).or_default() += 1;
    }
    counted
}

impl Sides<'_> {
    /// Whether a finding speaks of this name in this file.
    fn is_told(&self, file: &str, name: &str) -> bool {
        self.told.iter().any(|finding| finding.file.as_deref() == Some(file) && finding.text.contains(name))
    }

    fn now(&self, file: &str) -> Option<&FileSnapshot> {
        self.now.iter().find(|now| now.file == file)
    }

    /// Where something asserts less often than it did: what it no longer says, unless it is said elsewhere now. One
    /// that was only reworded is still there.
    fn asserts(&self) -> Vec<String> {
        let said = |_, guardrail: &'_ Guardrail| guardrail.says.clone();
        let (before, now) = (
            counted(all(self.before, GuardrailKind::Assert), said),
            counted(all(self.now, GuardrailKind::Assert), said),
        );
        let mut fewer: BTreeMap<&str, i64> =
            before.iter().map(|(says, n)| (says.as_str(), n - now.get(says).copied().unwrap_or_default())).collect();
        fewer.retain(|_, n| 0 < *n);
        let place = |file: &str, guardrail: &Guardrail| (file.to_owned(), guardrail.place.clone());
        let (before, now) = (
            counted(all(self.before, GuardrailKind::Assert), place),
            counted(all(self.now, GuardrailKind::Assert), place),
        );
        let mut left: BTreeMap<(String, String), i64> = before
            .into_iter()
            .map(|(place, n)| {
                let is = now.get(&place).copied().unwrap_or_default();
                (place, n - is)
            })
            .collect();
        let mut lost = Vec::new();
        for (file, guardrail) in all(self.before, GuardrailKind::Assert) {
            let (Some(n), Some(room)) =
                (fewer.get_mut(guardrail.says.as_str()), left.get_mut(&(file.to_owned(), guardrail.place.clone())))
            else {
                continue;
            };
            if *n <= 0 || *room <= 0 {
                continue;
            }
            (*n, *room) = (*n - 1, *room - 1);
            let says: String = guardrail.says.chars().take(MOST_TOLD).collect();
            let place = match (guardrail.place.as_str(), self.has(file, &guardrail.place)) {
                ("", _) => format!("`{file}` no longer asserts"),
                (place, true) => format!("`{place}` in `{file}` no longer asserts"),
                (place, false) => format!("`{place}` is gone from `{file}`, and with it"),
            };
            lost.push(format!("{place} `{says}`"));
        }
        lost
    }

    fn has(&self, file: &str, path: &str) -> bool {
        self.now(file).is_some_and(|now| now.symbols.iter().any(|symbol| symbol.path == path))
    }

    /// Lint levels that are lower or gone, and what a whole file allows that it did not.
    fn lints(&self) -> Vec<String> {
        let mut lost = Vec::new();
        for (file, old) in all(self.before, GuardrailKind::Lint) {
            let Some(now) = self.now(file) else { continue };
            let Some((level, lint)) = level_of(&old.says).filter(|(level, _)| 0 < *level) else { continue };
            let is_it = |new: &Guardrail| {
                new.kind == GuardrailKind::Lint
                    && (new.place == old.place || new.place.is_empty())
                    && level_of(&new.says).is_some_and(|(is, name)| name == lint && level <= is)
            };
            if !now.guardrails.iter().any(is_it) && !self.is_told(file, lint) {
                let place = if old.place.is_empty() { String::new() } else { format!(" for `{}`", old.place) };
                lost.push(format!("`{file}` no longer says `{}`{place}", old.says));
            }
        }
        for (file, new) in all(self.now, GuardrailKind::Lint).filter(|(_, new)| new.place.is_empty()) {
            let Some(before) = self.before.iter().find(|before| before.file == file) else { continue };
            let Some((0, lint)) = level_of(&new.says) else { continue };
            let was = before.guardrails.iter().any(|old| old.place.is_empty() && old.says == new.says);
            if !was && !self.is_told(file, lint) {
                lost.push(format!("`{file}` says `{}` as a whole now", new.says));
            }
        }
        lost
    }

    /// What is there under other conditions than before.
    fn cfgs(&self) -> Vec<String> {
        let mut lost = Vec::new();
        for (file, new) in all(self.now, GuardrailKind::Cfg) {
            let Some(before) = self.before.iter().find(|before| before.file == file) else { continue };
            let was_there = before.symbols.iter().any(|symbol| symbol.path == new.place);
            let is_same =
                |old: &Guardrail| old.kind == GuardrailKind::Cfg && old.place == new.place && old.says == new.says;
            let name = new.place.rsplit('/').next().unwrap_or_default();
            if was_there && !before.guardrails.iter().any(is_same) && !self.is_told(file, name) {
                lost.push(format!("`{}` in `{file}` is there only under `{}` now", new.place, new.says));
            }
        }
        lost
    }

    /// Tests that are gone from all of these files, or newly ignored.
    fn tests(&self) -> Vec<String> {
        let bare = |place: &str| place.rsplit("::").next().unwrap_or_default().to_owned();
        let now: BTreeSet<String> = all(self.now, GuardrailKind::Test).map(|(_, test)| bare(&test.place)).collect();
        let mut lost = Vec::new();
        for (file, old) in all(self.before, GuardrailKind::Test) {
            let name = bare(&old.place);
            if self.is_told(file, &name) {
                continue;
            }
            let same = self.now(file).and_then(|now| {
                now.guardrails.iter().find(|new| new.kind == GuardrailKind::Test && new.place == old.place)
            });
            match same {
                Some(new) if new.says != old.says && !new.says.is_empty() => {
                    lost.push(format!("the test `{}` in `{file}` is {} now", old.place, new.says));
                }
                Some(_) => {}
                None if now.contains(&name) => {}
                None => lost.push(format!("the test `{}` is gone from `{file}`", old.place)),
            }
        }
        lost
    }
}

/// How strict a lint attribute is, and its lint.
fn level_of(says: &str) -> Option<(usize, &str)> {
    let (level, rest) = says.split_once('(')?;
    let lint = rest.split(')').next()?;
    ["allow", "expect", "warn", "deny", "forbid"]
        .iter()
        .position(|known| *known == level)
        .map(|level| (level.saturating_sub(1), lint))
}
