//! A line or a symbol as it was kept, against a text.

use super::super::finding::trimmed;
use super::State;
use crate::payload::entries::{Citation, SymbolRef};
use crate::source::outline;
use std::collections::HashMap;

/// How alike two lines have to be for one to be the other, changed.
const ALIKE: f64 = 0.5;

/// How far from its place a changed line is looked for.
const NEAR: usize = 200;

/// What became of it, and where it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Became {
    /// What.
    pub state: State,
    /// The line it is in now.
    pub line: Option<u32>,
    /// What it says now, where that is something else.
    pub says: Option<String>,
}

impl Became {
    const fn plain(state: State) -> Self {
        Self { state, line: None, says: None }
    }
}

fn number(index: usize) -> u32 {
    u32::try_from(index + 1).unwrap_or(u32::MAX)
}

/// What became of a cited line. `text` is its file with its digest; `None` where there is no such file.
#[must_use]
pub fn line(citation: &Citation, at: u32, text: Option<(&str, &str)>) -> Became {
    let Some((text, sha256)) = text else { return Became::plain(State::Gone) };
    let index = usize::try_from(at).unwrap_or(usize::MAX).saturating_sub(1);
    let lines: Vec<String> = text.lines().map(trimmed).collect();
    if sha256 == citation.sha256 || lines.get(index) == Some(&citation.text) {
        return Became { state: State::Unchanged, line: Some(at), says: None };
    }
    let same = lines.iter().enumerate().filter(|(_, line)| **line == citation.text);
    if let Some((now, _)) = same.min_by_key(|(now, _)| now.abs_diff(index)) {
        return Became { state: State::Moved, line: Some(number(now)), says: None };
    }
    let near = lines.iter().enumerate().filter(|(now, _)| now.abs_diff(index) <= NEAR);
    let alike = near.map(|(now, line)| (likeness(line, &citation.text), now));
    // Of several that are as much alike the nearest.
    let best = alike.max_by(|(one, here), (other, there)| {
        one.total_cmp(other).then_with(|| there.abs_diff(index).cmp(&here.abs_diff(index)))
    });
    match best.filter(|(likeness, _)| ALIKE <= *likeness) {
        Some((_, now)) => Became { state: State::Changed, line: Some(number(now)), says: Some(lines[now].clone()) },
        None => Became::plain(State::Gone),
    }
}

/// How much of the words of both is the same, from 0 to 1.
fn likeness(one: &str, other: &str) -> f64 {
    fn words(line: &str) -> HashMap<&str, i32> {
        let mut words = HashMap::new();
        let parts = line.split(|c: char| !c.is_alphanumeric() && c != '_');
        for word in parts.filter(|word| !word.is_empty()) {
            *words.entry(word).or_default() += 1;
        }
        words
    }
    let (one, other) = (words(one), words(other));
    let n_all: i32 = one.values().chain(other.values()).sum();
    let n_same: i32 = one.iter().map(|(word, n)| other.get(word).map_or(0, |other| *n.min(other))).sum();
    if n_all == 0 { 0.0 } else { f64::from(2 * n_same) / f64::from(n_all) }
}

/// What became of a symbol's signature in its file.
#[must_use]
pub fn symbol(kept: &SymbolRef, text: Option<&str>) -> Became {
    let Some(text) = text else { return Became::plain(State::Gone) };
    let outline = outline(text);
    let of_this_path = || (0..outline.symbols.len()).filter(|at| outline.path(*at) == kept.path);
    let same = of_this_path().find(|at| outline.symbols[*at].signature == kept.signature);
    let Some(at) = same.or_else(|| of_this_path().next()) else { return Became::plain(State::Gone) };
    let found = &outline.symbols[at];
    let state = match (found.signature == kept.signature, found.line == kept.line) {
        (false, _) => State::Changed,
        (true, false) => State::Moved,
        (true, true) => State::Unchanged,
    };
    let says = (state == State::Changed).then(|| found.signature.clone());
    Became { state, line: Some(found.line), says }
}
