//! What justified a change: what people noted, what the edits of its file cited, and what was recorded of both before.
//!
//! The journal of edits stays on the machine they were made on. What it said once and was recorded is kept, so that
//! a run elsewhere loses nothing.

use super::observed::{Observed, id, is_withdrawn, ours};
use crate::editing::journal::Entry;
use crate::payload::entries::{Citation, ReconEntry};
use crate::workspace::changes::Change;
use serde::Deserialize as _;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// How many citations of edits there is room for in all changes together.
const OF_ALL: usize = 60;

/// The fewest a change may have, and the most.
const LEAST: usize = 2;
const MOST: usize = 10;

/// How many lines of a finding stand for it.
const OF_FINDING: usize = 3;

/// The most characters of a line that was cited, and of the place it stands at.
const MOST_TEXT: usize = 200;
const MOST_PLACE: usize = 300;

/// Everything that may justify a change, by its file.
pub(super) struct Reasons<'a> {
    recorded: BTreeMap<&'a str, Vec<Citation>>,
    noted: BTreeMap<&'a str, Vec<Citation>>,
    edited: BTreeMap<&'a str, Vec<&'a Entry>>,
    found: BTreeMap<String, Vec<Citation>>,
    room: usize,
}

impl<'a> Reasons<'a> {
    pub(super) fn of(observed: &'a Observed) -> Self {
        let mut recorded = BTreeMap::new();
        for entry in ours(observed.payload, "changes").filter(|entry| !is_withdrawn(entry)) {
            let citations = entry.get("citations").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
            let citations: Vec<Citation> = citations.iter().filter_map(sound).collect();
            if let Some(file) = id(entry).strip_prefix("change:").filter(|_| !citations.is_empty()) {
                recorded.insert(file, citations);
            }
        }
        let mut noted: BTreeMap<&str, Vec<Citation>> = BTreeMap::new();
        for note in
            list(observed, "citations").filter(|note| note.get("kind").and_then(Value::as_str) == Some("citation"))
        {
            let citation = note.get("citation").and_then(|citation| Citation::deserialize(citation).ok());
            if let (Some(file), Some(citation)) = (note.get("file").and_then(Value::as_str), citation) {
                noted.entry(file).or_default().push(citation);
            }
        }
        let mut edited: BTreeMap<&str, Vec<&Entry>> = BTreeMap::new();
        for entry in observed.edited {
            edited.entry(&entry.file).or_default().push(entry);
        }
        let found =
            list(observed, "recon").filter_map(|entry| ReconEntry::deserialize(Value::Object(entry.clone())).ok());
        let found =
            found.map(|finding| (finding.id, finding.citations.into_iter().take(OF_FINDING).collect())).collect();
        let room = (OF_ALL / observed.changes.len().max(1)).clamp(LEAST, MOST);
        Self { recorded, noted, edited, found, room }
    }

    /// The citations of a change: what was recorded and what people noted always, those of edits as far as there is
    /// room.
    pub(super) fn citations(&self, change: &Change) -> Vec<Citation> {
        let mut citations = self.recorded.get(change.file.as_str()).cloned().unwrap_or_default();
        for noted in self.noted.get(change.file.as_str()).into_iter().flatten() {
            if !citations.contains(noted) {
                citations.push(noted.clone());
            }
        }
        for cited in self.edits(change).flat_map(|entry| self.cited_by(entry)) {
            if citations.len() < self.room && !citations.contains(&cited) {
                citations.push(cited);
            }
        }
        citations
    }

    /// The edits of a changed file, oldest first, under its old name too.
    fn edits(&self, change: &Change) -> impl Iterator<Item = &'a Entry> {
        let names = [change.from.as_deref(), Some(change.file.as_str())];
        names.into_iter().flatten().filter_map(|name| self.edited.get(name)).flatten().copied()
    }

    fn cited_by(&self, entry: &Entry) -> Vec<Citation> {
        let own = entry.citation.as_ref().and_then(checked);
        let found = entry.finding.as_ref().and_then(|finding| self.found.get(finding));
        own.into_iter().chain(found.into_iter().flatten().filter_map(checked)).collect()
    }

    /// Edits of a changed file that nothing justifies, in words, each once.
    fn uncited(&self, change: &Change) -> Vec<String> {
        if self.noted.contains_key(change.file.as_str()) {
            return Vec::new(); // a person said what justifies it
        }
        let bare = self.edits(change).filter(|entry| entry.citation.is_none() && entry.finding.is_none());
        let mut uncited: Vec<String> = Vec::new();
        for entry in bare {
            let what = entry.symbol.as_deref().map(|symbol| format!(" {symbol}")).unwrap_or_default();
            let words = format!("{} {}{what}", cut(&entry.op), cut(&entry.file));
            if !uncited.contains(&words) {
                uncited.push(words);
            }
        }
        uncited
    }
}

/// Edits of changed files that nothing justifies: what each did, where.
#[must_use]
pub fn uncited(observed: &Observed) -> Vec<String> {
    let reasons = Reasons::of(observed);
    observed.changes.iter().flat_map(|change| reasons.uncited(change)).collect()
}

fn list<'a>(observed: &'a Observed, name: &str) -> impl Iterator<Item = &'a Map<String, Value>> {
    let list = observed.payload.implementation.get(name).and_then(Value::as_array);
    list.map(Vec::as_slice).unwrap_or_default().iter().filter_map(Value::as_object)
}

fn sound(value: &Value) -> Option<Citation> {
    Citation::deserialize(value).ok()
}

/// A citation of the journal, which anybody may have written to: a place below the root, a digest, a short text.
fn checked(citation: &Citation) -> Option<Citation> {
    let (file, line) = citation.at.rsplit_once(':')?;
    let is_place = !file.is_empty()
        && citation.at.len() <= MOST_PLACE
        && line.parse::<u64>().is_ok()
        && !file.starts_with(['/', '\\'])
        && !file.contains(':')
        && !file.split(['/', '\\']).any(|part| part == "..")
        && !file.chars().any(char::is_control);
    let is_digest = citation.sha256.len() == 64 && citation.sha256.bytes().all(|byte| byte.is_ascii_hexdigit());
    let text = citation.text.chars().filter(|letter| !letter.is_control()).take(MOST_TEXT).collect();
    (is_place && is_digest).then(|| Citation { text, ..citation.clone() })
}

fn cut(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).take(MOST_TEXT).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_the_journal_that_is_no_citation_is_left_out() {
        let citation =
            |at: &str, sha256: &str| Citation { at: at.into(), text: "t\n".repeat(400), sha256: sha256.into() };
        let digest = "0".repeat(64);
        let kept = checked(&citation("src/a.rs:3", &digest)).expect("a citation");
        assert_eq!((kept.text.chars().count(), kept.text.contains('\n')), (MOST_TEXT, false));
        for at in
            ["/etc/passwd:1", "../a:1", "a", "a:b", ":1", "C:\\a:1", "a\u{1b}[2J:1", &format!("{}:1", "a".repeat(400))]
        {
            assert_eq!(checked(&citation(at, &digest)), None, "{at}");
        }
        assert_eq!(checked(&citation("src/a.rs:3", "short")), None);
    }
}
