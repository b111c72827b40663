//! V3: a record belongs to this tree: its patch turns the files it names from what they were into what they became, and
//! the tests it ran are those that stand there.

use super::chain::{all, claim_of};
use super::linked::{Link, link};
use super::reality::{row_at, text};
use super::shelf::Shelf;
use crate::answers::ClaimRow;
use crate::evidence::{Held, Kept, RunRecord, SuiteRecord};
use crate::payload::entries::ChangeEntry;
use crate::payload::model::Payload;
use crate::record;
use crate::words::{Level, Verdict, some_of};
use serde::Deserialize as _;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// What records are held against.
pub struct Bound<'a> {
    /// The working tree without `handoff/`.
    pub tree: &'a str,
    /// The blobs changes speak of, as far as they are here.
    pub contents: &'a BTreeMap<String, Vec<u8>>,
    /// The digests of the test functions that stand in the tree now, by their name without modules.
    pub functions: &'a BTreeMap<String, BTreeSet<String>>,
}

/// The blobs somebody has to bring for [`Bound::contents`].
#[must_use]
pub fn blobs_wanted(payload: &Payload, shelf: &Shelf) -> BTreeSet<String> {
    let is_id = |id: &String| 40 <= id.len() && id.len() <= 64 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    let changes =
        all(payload).filter(|(list, entry)| *list == "changes" && matches!(link(list, entry, shelf), Link::To(..)));
    let ids = changes.flat_map(|(_, entry)| ["before", "after"].map(|key| text(entry, key).map(str::to_owned)));
    ids.flatten().filter(is_id).collect()
}

/// The names of test functions, without modules, somebody has to look for; none where the tree is the recorded one.
#[must_use]
pub fn functions_wanted(payload: &Payload, shelf: &Shelf, tree: &str) -> BTreeSet<String> {
    let suites = all(payload).filter_map(|(list, entry)| suite_of(list, entry, shelf));
    let moved = suites.filter(|(record, _)| record.inputs.tree != tree);
    moved.flat_map(|(_, suite)| functions_of(suite, shelf).keys().map(|path| bare(path).to_owned())).collect()
}

/// The digests of a suite's tests. A suite that was kept from an earlier run has them in that one's record.
fn functions_of<'a>(suite: &'a SuiteRecord, shelf: &'a Shelf) -> &'a BTreeMap<String, String> {
    let is_it = |one: &&SuiteRecord| one.id == suite.id && one.started == suite.started && !one.functions.is_empty();
    let earlier = || shelf.newest_first().flat_map(|(_, record)| &record.suites).find(is_it);
    let own = Some(suite).filter(|suite| !suite.functions.is_empty() || !suite.cached);
    &own.or_else(earlier).unwrap_or(suite).functions
}

fn suite_of<'a>(list: &str, entry: &Map<String, Value>, shelf: &'a Shelf) -> Option<(&'a RunRecord, &'a SuiteRecord)> {
    if list != "tests" {
        return None;
    }
    let Link::To(_, record) = link(list, entry, shelf) else { return None };
    Some((record, record.suites.iter().find(|suite| Some(suite.id.as_str()) == text(entry, "id"))?))
}

fn bare(path: &str) -> &str {
    path.rsplit("::").next().unwrap_or(path)
}

/// One row for each entry that does not belong to this tree.
pub(super) fn hold(payload: &Payload, shelf: &Shelf, bound: &Bound) -> Vec<ClaimRow> {
    let mut rows = Vec::new();
    for (list, entry) in all(payload) {
        let Link::To(kept, record) = link(list, entry, shelf) else { continue };
        let mut row = |verdict, why: String| rows.push(row_at(Level::Tree, claim_of(list, entry), verdict, why));
        if list == "changes" {
            let told = ChangeEntry::deserialize(entry).ok();
            let why = told.and_then(|told| unpatched(&told, kept, record, bound).or_else(|| untouched(&told, bound)));
            if let Some(why) = why {
                row(Verdict::Contradicted, why);
            }
            continue;
        }
        if record.inputs.tree == bound.tree {
            continue;
        }
        let edited = suite_of(list, entry, shelf).map(|(_, suite)| edited(functions_of(suite, shelf), bound));
        row(
            Verdict::Stale,
            match edited.filter(|edited| !edited.is_empty()) {
                None => "the tree is another than it was recorded on; not run again".to_owned(),
                Some(edited) => format!("edited since it was recorded: {}; not run again", some_of(&edited)),
            },
        );
    }
    rows
}

/// The tests that do not stand in the tree as they were recorded.
fn edited(functions: &BTreeMap<String, String>, bound: &Bound) -> Vec<String> {
    let stands = |path: &str, digest: &String| bound.functions.get(bare(path)).is_some_and(|now| now.contains(digest));
    let edited = functions.iter().filter(|(path, digest)| !stands(path, digest));
    edited.map(|(path, _)| format!("`{path}`")).collect()
}

/// Why a change is not the one of its record's patch.
fn unpatched(told: &ChangeEntry, kept: &Kept, record: &RunRecord, bound: &Bound) -> Option<String> {
    // A binary file has no diff, and one that was only moved, or made executable, has no other content.
    if told.lines.is_none() || told.before == told.after {
        return None;
    }
    let (Held::Whole(patch) | Held::Cut(patch)) = kept.held(&record.patch) else { return None };
    let n_digits = told.before.as_ref().or(told.after.as_ref()).map_or(40, String::len);
    let nothing = "0".repeat(n_digits);
    let (before, after) = (told.before.as_ref().unwrap_or(&nothing), told.after.as_ref().unwrap_or(&nothing));
    let sections = sections(&patch);
    let of = |before: &str, after: &str| sections.iter().find(|section| section.is_of(before, after));
    if let Some(section) = of(before, after) {
        let content = |id: &Option<String>| match id {
            None => Some(Vec::new()),
            Some(id) => bound.contents.get(id).cloned(),
        };
        let (old, new) = (content(&told.before)?, content(&told.after)?);
        // The patch is text: where a file is not, it cannot show what is in it.
        let is_text = std::str::from_utf8(&old).is_ok() && std::str::from_utf8(&new).is_ok();
        let is_right = !is_text || section.apply(&old).is_some_and(|made| made == new);
        return (!is_right).then(|| "the patch does not lead from its blob before to its blob after".into());
    }
    // A file that became a link is told as one that went and one that came.
    let is_swapped = of(before, &nothing).is_some() && of(&nothing, after).is_some();
    (!is_swapped).then(|| "its blobs before and after are not those of the patch".into())
}

/// Why a change did not touch the symbols it is said to have touched. One that names none says nothing of them.
fn untouched(told: &ChangeEntry, bound: &Bound) -> Option<String> {
    let n_told = told.symbols.len() as u64 + told.more_symbols;
    if n_told + told.public_signatures_changed == 0 {
        return None;
    }
    let text = |id: &Option<String>| match id {
        None => Some(None),
        Some(id) => std::str::from_utf8(bound.contents.get(id)?).ok().map(Some),
    };
    let (symbols, n_breaking) = record::symbols(text(&told.before)?, text(&told.after)?);
    if let Some(other) = told.symbols.iter().find(|symbol| !symbols.contains(symbol)) {
        let public = if other.public { ", public" } else { "" };
        return Some(format!("by its blobs `{}` is not touched so ({}{public})", other.path, other.how));
    }
    if n_breaking != told.public_signatures_changed {
        let n = told.public_signatures_changed;
        return Some(format!("by its blobs {n_breaking} public signatures changed, not {n}"));
    }
    let n_seen = symbols.len() as u64;
    (n_seen != n_told).then(|| format!("by its blobs it touches {n_seen} symbols, not {n_told}"))
}

/// One file's diff.
struct Section<'a> {
    /// The two blobs of its `index` line.
    blobs: Option<(&'a str, &'a str)>,
    /// Everything behind its first hunk's heading, and that.
    hunks: Vec<&'a [u8]>,
}

fn sections(patch: &[u8]) -> Vec<Section<'_>> {
    let mut sections: Vec<Section<'_>> = Vec::new();
    for line in patch.split_inclusive(|byte| *byte == b'\n') {
        // Lines of content begin with ` `, `+`, `-` or `\`, so none of them can look like a header.
        if line.starts_with(b"diff --git ") {
            sections.push(Section { blobs: None, hunks: Vec::new() });
        }
        let Some(section) = sections.last_mut() else { continue };
        if line.starts_with(b"@@ ") || !section.hunks.is_empty() {
            section.hunks.push(line);
        } else if let Some(index) = line.strip_prefix(b"index ") {
            let index = std::str::from_utf8(index).unwrap_or_default();
            section.blobs = index.split_whitespace().next().and_then(|pair| pair.split_once(".."));
        }
    }
    sections
}

impl Section<'_> {
    fn is_of(&self, before: &str, after: &str) -> bool {
        self.blobs == Some((before, after))
    }

    /// The content it makes of another; `None` where it does not fit.
    fn apply(&self, old: &[u8]) -> Option<Vec<u8>> {
        let old: Vec<&[u8]> = old.split_inclusive(|byte| *byte == b'\n').collect();
        let mut new: Vec<u8> = Vec::new();
        let mut at = 0;
        let mut lines = self.hunks.iter().copied().peekable();
        while let Some(heading) = lines.next() {
            let ((start, mut n_old), (_, mut n_new)) = heading_of(heading)?;
            let start = if n_old == 0 { start } else { start.checked_sub(1)? };
            new.extend(old.get(at..start)?.concat());
            at = start;
            while 0 < n_old || 0 < n_new {
                let line = lines.next()?;
                let ends_open = lines.next_if(|next| next.starts_with(b"\\")).is_some();
                // git may be told to leave the sign out in front of an empty line.
                let (sign, text) = if line == b"\n" { (&b' ', line) } else { line.split_first()? };
                let text = if ends_open { text.strip_suffix(b"\n").unwrap_or(text) } else { text };
                if matches!(sign, b' ' | b'-') {
                    (*old.get(at)? == text).then_some(())?;
                    (at, n_old) = (at + 1, n_old.checked_sub(1)?);
                }
                match sign {
                    b' ' | b'+' => {
                        new.extend_from_slice(text);
                        n_new = n_new.checked_sub(1)?;
                    }
                    b'-' => {}
                    _ => return None,
                }
            }
        }
        new.extend(old.get(at..)?.concat());
        Some(new)
    }
}

/// `@@ -a,b +c,d @@ …`: start and count, old and new.
fn heading_of(line: &[u8]) -> Option<((usize, usize), (usize, usize))> {
    let text = std::str::from_utf8(line.strip_prefix(b"@@ -")?.split(|byte| *byte == b'@').next()?).ok()?;
    let (old, new) = text.trim_end().split_once(" +")?;
    let range = |text: &str| match text.split_once(',') {
        Some((start, count)) => Some((start.parse().ok()?, count.parse().ok()?)),
        None => Some((text.parse().ok()?, 1)),
    };
    Some((range(old)?, range(new)?))
}

#[cfg(test)]
mod tests;
