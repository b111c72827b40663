//! States of a repository in which git's answer says less than it seems to: what lies there may change unseen.

use super::Request;
use crate::cancel::Cancel;
use crate::error::Result;
use crate::git::{Git, Snapshot, names};
use camino::Utf8Path;

/// What cannot be seen: the file (relative to the payload's root), and the sentence.
pub(super) fn unseen(request: &Request<'_>, cancel: &Cancel) -> Result<Vec<(String, String)>> {
    let mut found = of_tree(request, request.snapshot, cancel)?;
    let git = request.snapshot.git();
    let baseline = request.baseline;
    let is_computed = !request.is_named && !matches!(baseline.reference.as_str(), "HEAD" | "HEAD^1");
    if is_computed && git.is_shallow()? {
        for parent in git.parents(&baseline.commit)? {
            if !git.has_commit(&parent)? {
                let why = "this clone's history ends at the baseline, which may be another in a whole clone";
                found.push((String::new(), why.to_owned()));
                break;
            }
        }
    }
    Ok(found)
}

/// Links that leave the repository, and submodules with changes of their own, however deep.
fn of_tree(request: &Request<'_>, snapshot: &Snapshot, cancel: &Cancel) -> Result<Vec<(String, String)>> {
    let git = snapshot.git();
    let top = git.top().canonicalize_utf8().unwrap_or_else(|_| git.top().to_owned());
    let mut found = Vec::new();
    let listing = snapshot.answer(&["ls-tree", "-r", "-z", "--full-tree", snapshot.tree()])?;
    for entry in listing.split(|byte| *byte == 0) {
        let is_link = entry.starts_with(b"120000 ");
        if !is_link && !entry.starts_with(b"160000 ") {
            continue;
        }
        let Some(tab) = entry.iter().position(|byte| *byte == b'\t') else { continue };
        let name = &entry[tab + 1..];
        let path = git.top().as_std_path().join(names::to_path(name));
        let text = names::to_text(&names::relative(name, snapshot.prefix()));
        if is_link {
            // One that leads nowhere has nothing to hide.
            let leaves = path.canonicalize().is_ok_and(|real| !real.starts_with(&top));
            if leaves {
                found.push((
                    text.clone(),
                    format!("`{text}` is a link out of the repository: what it leads to may differ"),
                ));
            }
        } else if path.join(".git").exists() {
            let folder = Utf8Path::from_path(&path).map(Utf8Path::to_owned);
            let is_clean = match folder {
                Some(folder) => is_clean(request, &folder, cancel)?,
                None => false,
            };
            if !is_clean {
                found.push((text.clone(), format!("the submodule `{text}` has changes of its own")));
            }
        }
    }
    Ok(found)
}

fn is_clean(request: &Request<'_>, folder: &Utf8Path, cancel: &Cancel) -> Result<bool> {
    let Ok(git) = Git::open(folder, request.surroundings, cancel) else { return Ok(false) };
    let Ok(snapshot) = git.snapshot(folder) else { return Ok(false) };
    Ok(!snapshot.has_uncommitted_work()? && of_tree(request, &snapshot, cancel)?.is_empty())
}
