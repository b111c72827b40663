//! What is open, each thing once: a check that fails is told by itself, not again by every step that waits for it.

use super::dossier::Dossier;
use crate::words::{Outcome, brief};
use std::borrow::Cow;

/// The sentences of the dossier's `open`, in its order. What a step or a scenario waits for is left out where a sentence
/// of the check tells it; those with nothing else in their way are named together, in a last one.
pub(super) fn open(dossier: &Dossier) -> Vec<Cow<'_, str>> {
    let is_waiting = |sentence: &String| waiting(sentence).is_some();
    if !dossier.open.iter().any(is_waiting) {
        return dossier.open.iter().map(Cow::from).collect();
    }
    let others: Vec<&String> = dossier.open.iter().filter(|sentence| !is_waiting(sentence)).collect();
    let told = told(dossier, &others);
    let mut waits = Vec::new();
    let mut open = Vec::new();
    for sentence in &dossier.open {
        let Some((who, why)) = waiting(sentence) else {
            open.push(Cow::from(sentence));
            continue;
        };
        let is_told = |reason: &&str| told.iter().any(|name| reason.contains(name.as_str()));
        let untold: Vec<&str> = why.split("; ").filter(|reason| !is_told(reason)).collect();
        if untold.is_empty() {
            waits.push(who);
        } else {
            open.push(Cow::from(format!("{who}: {}", untold.join("; "))));
        }
    }
    if !waits.is_empty() {
        open.push(Cow::from(format!("{}: for what did not pass", waits.join(", "))));
    }
    open
}

/// Who waits, as `step 1`, and for what.
fn waiting(sentence: &str) -> Option<(String, &str)> {
    ["step", "scenario"].into_iter().find_map(|kind| {
        let (id, why) = sentence.strip_prefix(kind)?.strip_prefix([' ', ':'])?.split_once(": ")?;
        Some((format!("{kind} {id}"), why))
    })
}

/// How the checks that did not pass are called in the reasons of others, where one of these sentences tells of them.
fn told(dossier: &Dossier, sentences: &[&String]) -> Vec<String> {
    let is_told = |name: &String| sentences.iter().any(|sentence| sentence.contains(name.as_str()));
    let suites = dossier.suites.iter().filter(|suite| suite.entry.status.is_bad());
    let suites = suites.map(|suite| suite.suite.to_string()).filter(is_told);
    let of_suite = |suite: String| ["tests of", "failed in", "timed out in"].map(|how| format!("{how} {suite}"));
    let mut names: Vec<String> = suites.flat_map(of_suite).collect();
    for command in dossier.commands.iter().filter(|command| command.entry.outcome != Outcome::Passed) {
        let line = format!("`{}`", brief(&command.entry.command));
        if is_told(&line) {
            let bad = command.entry.targets.iter().filter(|target| target.outcome.is_bad());
            names.extend(bad.map(|it| format!("{} of {}/{}/{}", command.entry.kind, it.package, it.kind, it.name)));
            names.push(format!("its command {line}: "));
        }
    }
    names
}

/// The first few of them, and how many more there are.
pub(super) fn first(dossier: &Dossier) -> Option<(Vec<Cow<'_, str>>, usize)> {
    const MOST: usize = 3;
    let mut open = open(dossier);
    let n_more = open.len().saturating_sub(MOST);
    open.truncate(MOST);
    (!open.is_empty()).then_some((open, n_more))
}

#[cfg(test)]
mod tests;
