//! What differs between the baseline and the working tree, and who owns it.
//!
//! Content decides: two git trees are compared. `handoff/` of the payload's root is never a change.

mod patch;

use super::baseline::Baseline;
use super::graph::Graph;
use crate::error::{Code, Error, Result};
use crate::event::Lines;
use crate::git::{Snapshot, names};
use camino::Utf8Path;
use patch::Patch;
use std::collections::BTreeSet;

/// What happened to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChangeKind {
    /// It is new.
    Added,
    /// Its content or mode is another.
    Modified,
    /// It is gone.
    Deleted,
    /// It is another file under another name, much of its content the same.
    Renamed,
}

impl ChangeKind {
    /// The spelling in the payload.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Modified => "modified",
            Self::Deleted => "deleted",
            Self::Renamed => "renamed",
        }
    }
}

/// One changed file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Relative to the payload's root with `/`; a name that is not UTF-8, or begins with `"`, is C-quoted as git
    /// does it (`"caf\351.rs"`), so that the text is unique.
    pub file: String,
    /// What happened.
    pub kind: ChangeKind,
    /// Where a renamed file came from, written like `file`.
    pub from: Option<String>,
    /// The label of the package that owns it: the nearest member above it.
    pub package: Option<String>,
    /// The label of the package that owned the place a renamed file came from.
    pub from_package: Option<String>,
    /// Added and removed lines; `None` for binary files.
    pub lines: Option<Lines>,
    /// The blob before, after git's filters; `None` where added.
    pub before: Option<String>,
    /// The blob after; `None` where deleted.
    pub after: Option<String>,
    /// Numbers (from 1) of lines in the new file that are new or changed.
    pub new_lines: BTreeSet<u32>,
    /// Numbers (from 1) of lines in the old file that are gone or changed.
    pub old_lines: BTreeSet<u32>,
    /// The unified diff; empty for binary files.
    pub diff: String,
}

/// How both trees are compared; the user's settings must not change the answer.
const DIFF: &[&str] = &[
    "-c",
    "diff.renameLimit=2000",
    "-c",
    "diff.noPrefix=false",
    "-c",
    "diff.mnemonicPrefix=false",
    "-c",
    "diff.suppressBlankEmpty=false",
    "-c",
    "diff.colorMoved=no",
    "-c",
    "diff.wsErrorHighlight=none",
    "diff-tree",
    "-r",
    "--no-ext-diff",
    "--no-textconv",
    "--no-color",
    "--no-abbrev",
    "--ignore-submodules=none",
    "--diff-algorithm=myers",
    "--indent-heuristic",
];

const PATCH: &[&str] = &[
    "--patch",
    "--full-index",
    "--unified=3",
    "--inter-hunk-context=0",
    "--submodule=short",
    "--src-prefix=a/",
    "--dst-prefix=b/",
];

/// Files git calls binary are read as text, to see for ourselves, up to this many bytes together.
const MOST_BINARY: u64 = 64 << 20;

/// Every change between the baseline and the working tree, or the commit the work ends with, by file name.
///
/// Only files below the payload's root, and those elsewhere in the repository that a member package owns (they
/// begin with `../`). Without a graph nobody owns anything.
///
/// # Errors
/// 74 where git cannot answer.
pub fn changes(
    snapshot: &Snapshot,
    baseline: &Baseline,
    graph: Option<&Graph>,
    root: &Utf8Path,
) -> Result<Vec<Change>> {
    let new = baseline.until.as_deref().unwrap_or(snapshot.tree());
    let exclude = snapshot.exclude();
    let ask = |flags: &[&str]| {
        let mut args = DIFF.to_vec();
        args.extend(flags);
        args.extend([baseline.commit.as_str(), new, "--", ":/", &exclude]);
        snapshot.answer(&args)
    };
    let tell = |renames: &str| -> Result<Vec<(Raw, Patch)>> {
        let raw = read_raw(&ask(&[renames, "--raw", "-z"])?)?;
        let flags = [PATCH, &[renames]].concat();
        let mut patches = read_patches(&raw, &ask(&flags)?, root)?;
        // An attribute may call any file binary, and would hide which of its lines are new: content decides.
        let binary = raw.iter().zip(&patches).filter(|(_, patch)| patch.lines.is_none());
        let blobs: Vec<&str> = binary.flat_map(|(entry, _)| [entry.before.as_str(), entry.after.as_str()]).collect();
        if !blobs.is_empty() && snapshot.size_of_all(&blobs)? <= MOST_BINARY {
            let flags = [PATCH, &[renames, "--text"]].concat();
            patches = read_patches(&raw, &ask(&flags)?, root)?;
        }
        Ok(raw.into_iter().zip(patches).collect())
    };
    let owner = |name: &[u8]| {
        let path = snapshot.git().top().as_std_path().join(names::to_path(name));
        graph.and_then(|graph| graph.owner(&path)).map(|package| package.label.clone())
    };
    let is_ours = |name: &[u8]| name.starts_with(snapshot.prefix().as_bytes()) || owner(name).is_some();
    let mut told = tell("--find-renames")?;
    // A file that came from where nothing is ours, or went there, is new or gone, and its diff has to say so, too.
    let crosses = |(entry, _): &(Raw, Patch)| entry.status == b'R' && is_ours(&entry.old) != is_ours(&entry.new);
    let (crossing, within): (Vec<_>, Vec<_>) = told.into_iter().partition(crosses);
    told = within;
    if !crossing.is_empty() {
        let names: BTreeSet<&Vec<u8>> = crossing.iter().flat_map(|(entry, _)| [&entry.old, &entry.new]).collect();
        let is_it = |(entry, _): &(Raw, Patch)| names.contains(&entry.new) && is_ours(&entry.new);
        told.extend(tell("--no-renames")?.into_iter().filter(is_it));
    }
    let mut changes: Vec<Change> =
        told.into_iter().filter_map(|(entry, patch)| change(&entry, patch, snapshot.prefix(), &owner)).collect();
    changes.sort_by(|one, other| one.file.cmp(&other.file));
    Ok(changes)
}

/// The changed files of the repository that are none of the changes: they lie outside of the payload's root and no
/// member owns them. A test may read them all the same.
///
/// # Errors
/// 74 where git cannot answer.
pub fn elsewhere(snapshot: &Snapshot, baseline: &Baseline, changes: &[Change]) -> Result<Vec<Change>> {
    if snapshot.prefix().is_empty() {
        return Ok(Vec::new());
    }
    let new = baseline.until.as_deref().unwrap_or(snapshot.tree());
    let mut args = DIFF.to_vec();
    let exclude = snapshot.exclude();
    args.extend(["--no-renames", "--raw", "-z", baseline.commit.as_str(), new, "--", ":/", &exclude]);
    let raw = snapshot.answer(&args)?;
    let prefix = snapshot.prefix().as_bytes();
    let mut found = Vec::new();
    for entry in read_raw(&raw)?.iter().filter(|entry| !entry.new.starts_with(prefix)) {
        let file = names::to_text(&names::relative(&entry.new, snapshot.prefix()));
        if changes.iter().any(|change| change.file == file || change.from.as_ref() == Some(&file)) {
            continue;
        }
        let kind = match entry.status {
            b'A' => ChangeKind::Added,
            b'D' => ChangeKind::Deleted,
            _ => ChangeKind::Modified,
        };
        found.push(Change {
            file,
            kind,
            from: None,
            package: None,
            from_package: None,
            lines: None,
            before: (kind != ChangeKind::Added).then(|| entry.before.clone()),
            after: (kind != ChangeKind::Deleted).then(|| entry.after.clone()),
            new_lines: BTreeSet::new(),
            old_lines: BTreeSet::new(),
            diff: String::new(),
        });
    }
    Ok(found)
}

/// One patch an entry, in the same order.
fn read_patches(raw: &[Raw], patch: &[u8], root: &Utf8Path) -> Result<Vec<Patch>> {
    let mut sections = patch::sections(patch).into_iter();
    let mut patches = Vec::new();
    for entry in raw {
        // A file that became a link, or the other way round, is told as two patches.
        let n_sections = if entry.status == b'T' { 2 } else { 1 };
        let texts: Vec<&[u8]> = sections.by_ref().take(n_sections).collect();
        if texts.len() != n_sections {
            return Err(Error::new(Code::Internal, format!("git told fewer patches than changes below `{root}`")));
        }
        patches.push(Patch::read(&texts));
    }
    match sections.next() {
        None => Ok(patches),
        Some(_) => Err(Error::new(Code::Internal, format!("git told more patches than changes below `{root}`"))),
    }
}

/// One entry of `--raw -z`.
struct Raw {
    status: u8,
    before: String,
    after: String,
    old: Vec<u8>,
    new: Vec<u8>,
}

fn read_raw(answer: &[u8]) -> Result<Vec<Raw>> {
    let odd = || Error::new(Code::Internal, "git told its changes in a shape we do not know");
    let mut pieces = answer.split(|byte| *byte == 0);
    let mut entries = Vec::new();
    while let Some(header) = pieces.next().filter(|header| !header.is_empty()) {
        let header = std::str::from_utf8(header).map_err(|_| odd())?;
        let words: Vec<&str> = header.trim_start_matches(':').split(' ').collect();
        let [_, _, before, after, status] = words.as_slice() else { return Err(odd()) };
        let status = *status.as_bytes().first().ok_or_else(odd)?;
        let old = pieces.next().ok_or_else(odd)?;
        let new = if matches!(status, b'R' | b'C') { pieces.next().ok_or_else(odd)? } else { old };
        entries.push(Raw {
            status,
            before: (*before).into(),
            after: (*after).into(),
            old: old.into(),
            new: new.into(),
        });
    }
    Ok(entries)
}

/// What an entry means seen from the payload's root; nothing where it is none of ours.
fn change(entry: &Raw, patch: Patch, prefix: &str, owner: &impl Fn(&[u8]) -> Option<String>) -> Option<Change> {
    let (old_owner, new_owner) = (owner(&entry.old), owner(&entry.new));
    let kind = match entry.status {
        b'A' => ChangeKind::Added,
        b'D' => ChangeKind::Deleted,
        b'R' => ChangeKind::Renamed,
        _ => ChangeKind::Modified,
    };
    let text = |name: &[u8]| names::to_text(&names::relative(name, prefix));
    let (name, package) = match kind {
        ChangeKind::Deleted => (&entry.old, old_owner.clone()),
        ChangeKind::Added | ChangeKind::Modified | ChangeKind::Renamed => (&entry.new, new_owner),
    };
    if !name.starts_with(prefix.as_bytes()) && package.is_none() {
        return None;
    }
    let is_renamed = kind == ChangeKind::Renamed;
    Some(Change {
        file: text(name),
        kind,
        from: is_renamed.then(|| text(&entry.old)),
        package,
        from_package: if is_renamed { old_owner } else { None },
        lines: patch.lines,
        before: (kind != ChangeKind::Added).then(|| entry.before.clone()),
        after: (kind != ChangeKind::Deleted).then(|| entry.after.clone()),
        new_lines: patch.new_lines,
        old_lines: patch.old_lines,
        diff: patch.text,
    })
}

#[cfg(all(test, unix))]
mod tests;
