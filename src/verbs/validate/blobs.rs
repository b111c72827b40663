//! What git and the disk hold of what claims speak of: blobs on every side, their contents, test functions.

use super::super::scene::Read;
use crate::claims::{Blobs, How, Merged, Shelf, Side};
use crate::error::Result;
use crate::git::{Snapshot, names};
use crate::source;
use crate::workspace::baseline::Baseline;
use camino::Utf8Path;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// More than this of contents is not held against patches.
const MOST_CONTENT: u64 = 64 << 20;

/// More merges than this are not looked at.
const MOST_MERGES: usize = 20;

/// A larger file is not read for its test functions.
const MOST_SOURCE: u64 = 4 << 20;

/// The blobs of every claimed file, on every side a claim may be held against.
pub(super) fn blobs(read: &Read, snapshot: &Snapshot, baseline: &Baseline) -> Result<Blobs> {
    let mut blobs = Blobs::default();
    let git = snapshot.git();
    let parents = git.head().map(|head| git.parents(head)).transpose()?.unwrap_or_default();
    let now = baseline.until.as_deref().unwrap_or(snapshot.tree());
    let mut sides = vec![(Side::Baseline, baseline.commit.as_str()), (Side::Now, now)];
    if let Some(recorded) = baseline.recorded.as_deref()
        && git.has_commit(recorded)?
    {
        sides.push((Side::Recorded, recorded));
    }
    if let [_, branch] = parents.as_slice()
        && git.has_commit(branch)?
    {
        sides.push((Side::Branch, branch));
    }
    let wanted: BTreeSet<String> = crate::record::ours(&read.payload, "changes")
        .flat_map(|entry| ["file", "from"].into_iter().filter_map(|key| entry.get(key).and_then(Value::as_str)))
        .map(str::to_owned)
        .collect();
    for (side, revision) in sides {
        blobs.sides.insert(side);
        for (file, blob) in snapshot.files_of(revision)? {
            if wanted.contains(&file) {
                blobs.of.insert((side, file), blob);
            }
        }
    }
    let end = baseline.until.as_deref().or(git.head()).unwrap_or_default();
    merges(read, snapshot, (&baseline.commit, end), &mut blobs)?;
    Ok(blobs)
}

/// Looks for merges of two lines of work on one file where a claimed file is not as it was recorded.
fn merges(read: &Read, snapshot: &Snapshot, (old, end): (&str, &str), blobs: &mut Blobs) -> Result<()> {
    let git = snapshot.git();
    let now = |file: &str| blobs.of.get(&(Side::Now, file.to_owned())).cloned();
    let text = |entry: &Map<String, Value>, key: &str| entry.get(key).and_then(Value::as_str).map(str::to_owned);
    let claimed = crate::record::ours(&read.payload, "changes").filter(|entry| !crate::record::is_withdrawn(entry));
    let claimed = claimed.filter_map(|entry| Some((text(entry, "file")?, text(entry, "after"))));
    let edited: BTreeSet<String> = claimed.filter(|(file, after)| now(file) != *after).map(|(file, _)| file).collect();
    if edited.is_empty() {
        return Ok(());
    }
    let mut merges = git.merges(old, end, MOST_MERGES)?;
    // One that is not committed yet.
    if let Some(theirs) = git.resolve("MERGE_HEAD")?.filter(|_| git.head() == Some(end)) {
        merges.push([snapshot.tree().to_owned(), end.to_owned(), theirs]);
    }
    for [merge, one, other] in merges {
        let Some(base) = git.merge_base(&one, &other)? else { continue };
        let of = |revision: &str| snapshot.files_of(revision);
        let (merge, base, parents) = (of(&merge)?, of(&base)?, [of(&one)?, of(&other)?]);
        for file in edited.iter().filter(|file| merge.get(*file).cloned() == now(file)) {
            let parents = parents.each_ref().map(|files| files.get(file).cloned());
            if let Some(how) = how(base.get(file), &parents, merge.get(file), snapshot)? {
                blobs.merged.entry(file.clone()).or_default().push(Merged { parents, how });
            }
        }
    }
    Ok(())
}

/// How a merge came to a file; `None` where it only took what one side did.
fn how(
    base: Option<&String>,
    parents: &[Option<String>; 2],
    made: Option<&String>,
    snapshot: &Snapshot,
) -> Result<Option<How>> {
    let [one, other] = parents.each_ref().map(Option::as_ref);
    if one == base || other == base || one == other {
        let expected = if one == base { other } else { one };
        return Ok((made != expected).then_some(How::Otherwise));
    }
    let (Some(one), Some(other), Some(made)) = (one, other, made) else { return Ok(Some(How::ByHand)) };
    let ids: Vec<&str> = [Some(one), Some(other), Some(made), base].into_iter().flatten().map(String::as_str).collect();
    if MOST_CONTENT < snapshot.size_of_all(&ids)? {
        return Ok(Some(How::ByHand));
    }
    let contents = snapshot.contents(&ids)?;
    let of = |id: &String| contents.get(id).map(Vec::as_slice).unwrap_or_default();
    let by_git = snapshot.merged(base.map(of).unwrap_or_default(), of(one), of(other))?;
    Ok(Some(match by_git.as_slice() {
        [] => How::ByHand,
        ways if ways.iter().any(|text| text == of(made)) => How::AsGit,
        _ => How::Otherwise,
    }))
}

/// The contents of the blobs the recorded changes speak of, as far as they are here.
pub(super) fn contents(read: &Read, shelf: &Shelf, snapshot: &Snapshot) -> Result<BTreeMap<String, Vec<u8>>> {
    let wanted = crate::claims::blobs_wanted(&read.payload, shelf);
    let ids: Vec<&str> = wanted.iter().map(String::as_str).collect();
    if ids.is_empty() || MOST_CONTENT < snapshot.size_of_all(&ids)? {
        return Ok(BTreeMap::new());
    }
    snapshot.contents(&ids)
}

/// The digests of the test functions of these names that stand in the tree, by name. Only files that hold such a name
/// are read as syntax.
pub(super) fn functions(
    wanted: &BTreeSet<String>,
    snapshot: &Snapshot,
    root: &Utf8Path,
) -> Result<BTreeMap<String, BTreeSet<String>>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    if wanted.is_empty() {
        return Ok(found);
    }
    for file in snapshot.files()?.into_keys().filter(|file| file.ends_with(".rs") || file.ends_with(".rs\"")) {
        let path = root.as_std_path().join(names::to_path(&names::to_bytes(&file)));
        let is_source = path.symlink_metadata().is_ok_and(|it| it.is_file() && it.len() <= MOST_SOURCE);
        let Some(text) = is_source.then(|| std::fs::read_to_string(&path).ok()).flatten() else { continue };
        if !wanted.iter().any(|name| text.contains(name.as_str())) {
            continue;
        }
        for function in source::test_functions(&text) {
            let name = function.path.rsplit("::").next().unwrap_or_default();
            if wanted.contains(name) {
                found.entry(name.to_owned()).or_default().insert(function.digest);
            }
        }
    }
    Ok(found)
}
