//! `--against REV`: nothing that REV's payload held was deleted, and what was sealed then lies there as it was.

use super::super::request::Context;
use super::super::scene::Read;
use crate::answers::ClaimRow;
use crate::cancel::Cancel;
use crate::error::{Code, Error, Result};
use crate::event::Run;
use crate::git::{Git, names};
use crate::payload::document::Document;
use crate::payload::edit;
use crate::words::{Level, Verdict};
use camino::Utf8PathBuf;
use std::collections::BTreeMap;

/// A row for each loss, or one that says there was none; none at all where REV has no payload.
pub(super) fn hold(
    revision: &str,
    read: &Read,
    context: &Context,
    cancel: &Cancel,
    run: &Run,
) -> Result<Vec<ClaimRow>> {
    let git = Git::open(&read.located.root, &context.surroundings, cancel)?;
    let commit = commit(revision, &git)?;
    let prefix = git.prefix(&read.located.root)?;
    let payload = format!("{prefix}{}", super::super::scene::relative(&read.located.root, &read.located.payload));
    let Some(bytes) = git.blob(&format!("{commit}:{payload}"))? else {
        run.remark(format!("there is no payload at `{revision}`: nothing can have been deleted since"));
        return Ok(Vec::new());
    };
    let old = match Document::parse(&payload, bytes) {
        Ok(old) => old,
        Err(error) => {
            let why = format!("the payload at `{revision}` cannot be read: {}", error.message);
            return Ok(vec![row(revision, Verdict::NotCheckable, why)]);
        }
    };
    let mut rows: Vec<ClaimRow> = edit::losses(&old, &read.document)
        .into_iter()
        .map(|path| {
            let why = format!("`{revision}` held it, and it is gone or says something else without a history");
            row(&path, Verdict::Contradicted, why)
        })
        .collect();
    for (file, why) in lost(&git, &commit, &prefix)? {
        rows.push(row(&file, Verdict::Contradicted, format!("sealed at `{revision}`; {why}")));
    }
    if rows.is_empty() {
        rows.push(row(revision, Verdict::Confirmed, "all that its payload held is still there".into()));
    }
    Ok(rows)
}

/// The row for a payload that is gone as a whole, by its name relative to the top; `None` where REV had none either.
pub(super) fn hold_gone(revision: &str, payload: &str, git: &Git) -> Result<Option<ClaimRow>> {
    let commit = commit(revision, git)?;
    let is_lost = git.blob(&format!("{commit}:{payload}"))?.is_some();
    let why = || format!("`{revision}` held this payload, and it was deleted");
    Ok(is_lost.then(|| row(payload, Verdict::Contradicted, why())))
}

fn row(what: &str, verdict: Verdict, why: String) -> ClaimRow {
    ClaimRow { claim: format!("against:{what}"), verdict, why, level: Level::Contract }
}

/// The commit REV names.
fn commit(revision: &str, git: &Git) -> Result<String> {
    if let Some(commit) = git.resolve(revision)? {
        return Ok(commit);
    }
    let error = Error::new(Code::NoBaseline, format!("`--against {revision}` is no commit here"));
    Err(if git.is_shallow()? {
        error.hint("this clone is shallow: `git fetch --unshallow`, or `fetch-depth: 0` in the workflow")
    } else {
        error.hint("`git branch --all` shows what there is; a remote branch needs `git fetch`")
    })
}

/// The sealed files of a commit that are not there as they were, relative to the payload's root.
fn lost(git: &Git, commit: &str, prefix: &str) -> Result<Vec<(String, &'static str)>> {
    let sealed = git.files_below(commit, &format!("{prefix}handoff/evidence"))?;
    let shown = |file: &str| file.strip_prefix(prefix).unwrap_or(file).to_owned();
    let mut lost = Vec::new();
    let mut here: Vec<(String, String, Utf8PathBuf)> = Vec::new();
    for (file, blob) in sealed {
        let path = names::to_path(&names::to_bytes(&file));
        let path = Utf8PathBuf::try_from(git.top().as_std_path().join(path)).ok();
        match path.filter(|path| path.symlink_metadata().is_ok_and(|found| found.is_file())) {
            Some(path) => here.push((file, blob, path)),
            None => lost.push((shown(&file), "it is gone")),
        }
    }
    let paths: Vec<Utf8PathBuf> = here.iter().map(|(_, _, path)| path.clone()).collect();
    let blobs: BTreeMap<Utf8PathBuf, String> = paths.iter().cloned().zip(git.blobs_of(&paths)?).collect();
    let other = here.into_iter().filter(|(_, blob, path)| blobs.get(path) != Some(blob));
    lost.extend(other.map(|(file, ..)| (shown(&file), "it was edited")));
    Ok(lost)
}
