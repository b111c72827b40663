//! Which commit the work is measured from.
//!
//! Found anew each time by the rules of the design, in their order, and told with its reason. A rebase, a merge
//! of the default branch, an amended or a squashed commit must not make other people's files look like this
//! work's.

use crate::error::{Code, Error, Result};
use crate::files;
use crate::git::{Git, Snapshot};
use crate::payload::entries::BaselineEntry;
use crate::surroundings::Surroundings;
use crate::words::BY;

/// What the baseline depends on besides the repository.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// `--base`.
    pub base: Option<&'a str>,
    /// `ref` and `commit` of `implementation.baseline`.
    pub recorded: Option<(&'a str, &'a str)>,
    /// The payload, relative to the payload's root: `handoff/payload.json`.
    pub payload: &'a str,
    /// The files the payload claims were changed, relative to its root.
    pub claimed: &'a [String],
    /// CI or not.
    pub surroundings: &'a Surroundings,
}

/// Where the work is measured from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Baseline {
    /// The ref it was found through; `HEAD` where there was none.
    pub reference: String,
    /// The commit.
    pub commit: String,
    /// Why this one, for a sentence that begins with "measured from".
    pub how: String,
    /// The commit the work ends with, where it is already on the default branch and later commits are not its.
    pub until: Option<String>,
    /// The commit recorded by an earlier run, whether it was used or not.
    pub recorded: Option<String>,
}

impl Baseline {
    /// As it is recorded of a run that looked at this tree.
    #[must_use]
    pub fn entry(&self, tree: &str) -> BaselineEntry {
        BaselineEntry {
            reference: self.reference.clone(),
            commit: self.commit.clone(),
            how: self.how.clone(),
            tree: tree.to_owned(),
            by: BY.to_owned(),
        }
    }
}

/// The recorded baseline as far as it can still be used.
struct Recorded<'a> {
    reference: &'a str,
    commit: String,
}

/// Finds the baseline.
///
/// # Errors
/// 78 where there is no commit yet, `--base` is unknown, or a shallow clone lacks what is needed.
pub fn find(snapshot: &Snapshot, request: &Request<'_>) -> Result<Baseline> {
    let git = snapshot.git();
    let Some(head) = git.head() else {
        return Err(Error::new(Code::NoRepository, "the git repository has no commit yet")
            .hint("`git add -A && git commit -m \"start\"` makes one to measure the work from"));
    };
    let found = |reference: &str, commit: String, how: String| Baseline {
        reference: reference.into(),
        commit,
        how,
        until: None,
        recorded: request.recorded.map(|(_, commit)| commit.to_owned()),
    };
    if let Some(base) = request.base {
        return asked_for(git, head, base).map(|(commit, how)| found(base, commit, how));
    }
    if let Some(Proposed { reference, base, how }) = proposed_in_ci(git, head, request.surroundings)? {
        return Ok(found(&reference, base, how.into()));
    }
    let recorded = match request.recorded {
        Some((reference, commit)) if git.has_commit(commit)? && git.is_ancestor(commit, head)? => {
            Some(Recorded { reference, commit: commit.to_owned() })
        }
        Some((_, commit)) if !git.has_commit(commit)? && git.is_shallow()? => {
            return Err(cut_off(&format!("the recorded baseline `{}` is not here", short(commit))));
        }
        Some(_) | None => None,
    };
    let upstream = upstream(git, request)?;
    let Some(upstream) = upstream else {
        return own_line(snapshot, request, head, recorded.as_ref(), None)
            .map(|(reference, commit, how, until)| Baseline { until, ..found(&reference, commit, how) });
    };
    let Some(base) = git.merge_base(&upstream, head)? else {
        if git.is_shallow()? {
            return Err(cut_off(&format!("the history that HEAD shares with `{upstream}` is not here")));
        }
        let how = format!("HEAD, which shares no history with `{upstream}`");
        return Ok(match recorded {
            Some(recorded) => found(recorded.reference, recorded.commit, "the commit recorded earlier".into()),
            None => found("HEAD", head.into(), how),
        });
    };
    if base == head {
        return own_line(snapshot, request, head, recorded.as_ref(), Some(&upstream))
            .map(|(reference, commit, how, until)| Baseline { until, ..found(&reference, commit, how) });
    }
    let is_part_there = match &recorded {
        Some(recorded) => is_pushed_in_part(snapshot, request, &upstream, &recorded.commit, &base)?,
        None => false,
    };
    Ok(match recorded {
        Some(recorded) if is_part_there => {
            let how = format!("the commit recorded earlier: a part of the work is on `{upstream}` already");
            found(recorded.reference, recorded.commit, how)
        }
        Some(recorded) if recorded.commit != base && git.is_ancestor(&base, &recorded.commit)? => {
            found(recorded.reference, recorded.commit, format!("the commit recorded earlier, newer than `{upstream}`"))
        }
        Some(_) | None => found(&upstream, base, format!("the merge base with `{upstream}`")),
    })
}

/// Whether the default branch itself is worked on, and an earlier state of the payload was pushed: what is not pushed yet
/// is then only the rest of the work.
fn is_pushed_in_part(
    snapshot: &Snapshot,
    request: &Request<'_>,
    upstream: &str,
    recorded: &str,
    base: &str,
) -> Result<bool> {
    let git = snapshot.git();
    let payload = format!("{}{}", snapshot.prefix(), request.payload);
    let branch = git.branch()?;
    Ok(upstream.strip_prefix("origin/").is_some_and(|name| branch.as_deref() == Some(name))
        && recorded != base
        && git.is_ancestor(recorded, base)?
        && git.differ(recorded, base, &payload, false)?)
}

/// Rule 1.
fn asked_for(git: &Git, head: &str, base: &str) -> Result<(String, String)> {
    let Some(commit) = git.resolve(base)? else {
        let error = Error::new(Code::NoBaseline, format!("`--base {base}` is no commit here"));
        return Err(if git.is_shallow()? {
            error.hint("this clone is shallow: `git fetch --unshallow`, or `fetch-depth: 0` in the workflow")
        } else {
            error.hint(
                "`git branch --all` and `git log --oneline` show what there is; a remote branch needs `git fetch`",
            )
        });
    };
    Ok(match git.merge_base(&commit, head)? {
        Some(shared) if shared != commit => (shared, format!("the merge base with `{base}`, as asked for")),
        Some(_) | None => (commit, format!("`{base}`, as asked for")),
    })
}

/// What CI was asked to judge before it arrives on a branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposed {
    /// What the base is called.
    pub reference: String,
    /// The commit it is measured from.
    pub base: String,
    /// Why that one.
    pub how: &'static str,
}

/// Rule 2: the first parent of the merge commit CI made of a pull request, or where a merge queue put its commits
/// on; `None` where HEAD is neither.
///
/// # Errors
/// 78 where the commits before HEAD are not here.
pub fn proposed_in_ci(git: &Git, head: &str, surroundings: &Surroundings) -> Result<Option<Proposed>> {
    if !surroundings.is_ci() {
        return Ok(None);
    }
    let parents = git.parents(head)?;
    for parent in &parents {
        if !git.has_commit(parent)? {
            return Err(cut_off("the commits before HEAD are not here"));
        }
    }
    if let Some(base) = queued_on(surroundings)? {
        if !git.has_commit(&base)? {
            let what = format!("`{}`, which the merge queue put its commits on, is not here", short(&base));
            return Err(cut_off(&what).hint("a queue that rebases brings several commits: `fetch-depth: 0`"));
        }
        if base != head && git.is_ancestor(&base, head)? {
            let how = "the commit the merge queue put this on";
            return Ok(Some(Proposed { reference: base.clone(), base, how }));
        }
    }
    let [first, _] = parents.as_slice() else { return Ok(None) };
    if git.branch()?.is_some() {
        return Ok(None);
    }
    // Some runners detach HEAD on every push: a merge that is already on the default branch is no proposal.
    let upstream = git.default_ref(surroundings)?;
    let has_arrived = match upstream {
        Some(upstream) => git.is_ancestor(head, &upstream)?,
        None => false,
    };
    let how = "the first parent of the pull request's merge commit";
    Ok((!has_arrived).then(|| Proposed { reference: "HEAD^1".into(), base: first.clone(), how }))
}

/// The largest description of an event that is read.
const LARGEST_EVENT: u64 = 32 << 20;

/// `merge_group.base_sha` of the event GitHub started this for
/// (<https://docs.github.com/en/webhooks/webhook-events-and-payloads#merge_group>). A queue's checkout is on a branch of
/// its own, and what it holds is a merge, a squashed commit or several rebased ones, as the repository has it.
fn queued_on(surroundings: &Surroundings) -> Result<Option<String>> {
    if surroundings.variable("GITHUB_EVENT_NAME") != Some("merge_group") {
        return Ok(None);
    }
    let Some(path) = surroundings.variable("GITHUB_EVENT_PATH") else { return Ok(None) };
    let Some(bytes) = files::read(&surroundings.absolute(path.into()), LARGEST_EVENT)? else { return Ok(None) };
    let event: serde_json::Value = serde_json::from_slice(&bytes).unwrap_or_default();
    let base = event["merge_group"]["base_sha"].as_str();
    let is_id = |id: &&str| 40 <= id.len() && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    Ok(base.filter(is_id).map(str::to_owned))
}

/// The ref others' work arrives on: the recorded one if it still is a branch other than this one, else the
/// default.
fn upstream(git: &Git, request: &Request<'_>) -> Result<Option<String>> {
    let branch = git.branch()?;
    if let Some((reference, _)) = request.recorded
        && reference != "HEAD"
        && branch.as_deref() != Some(reference)
        && git.is_ref(reference)?
    {
        return Ok(Some(reference.to_owned()));
    }
    git.default_ref(request.surroundings)
}

type Found = (String, String, String, Option<String>);

/// Rules 4 to 6: HEAD itself is on the default branch, or there is none.
fn own_line(
    snapshot: &Snapshot,
    request: &Request<'_>,
    head: &str,
    recorded: Option<&Recorded<'_>>,
    upstream: Option<&str>,
) -> Result<Found> {
    let git = snapshot.git();
    let payload = format!("{}{}", snapshot.prefix(), request.payload);
    if let Some(upstream) = upstream
        && git.is_committed(&payload)?
        && !snapshot.has_uncommitted_work()?
        && let Some((commit, until)) = merged(snapshot, &payload, request.claimed, recorded)?
    {
        let how = format!("before `{}`, which brought the work to `{upstream}`", short(&until));
        return Ok((upstream.into(), commit, how, Some(until)));
    }
    // On a branch of its own that has no commit yet, HEAD is where the default branch was left: newer than
    // anything that was recorded.
    let is_default = upstream.is_none_or(|upstream| {
        let name = upstream.strip_prefix("origin/").unwrap_or(upstream);
        git.branch().ok().flatten().as_deref() == Some(name)
    });
    Ok(match recorded {
        Some(recorded) if is_default && recorded.commit != head => {
            let how = "the commit recorded earlier".to_owned();
            (recorded.reference.into(), recorded.commit.clone(), how, None)
        }
        Some(_) | None => ("HEAD".into(), head.into(), "HEAD: the work is not committed yet".into(), None),
    })
}

/// Rule 5: what the newest first-parent commit that touched the payload stood on, and that commit.
///
/// Work that was done straight on the default branch (its recorded ref is `HEAD`) may be several commits: as
/// long as each touched the payload they belong together. So do the commits that brought the claimed files. A
/// commit that touched nothing but `handoff/` does not hold the work: then the recorded commit counts.
fn merged(
    snapshot: &Snapshot,
    payload: &str,
    claimed: &[String],
    recorded: Option<&Recorded<'_>>,
) -> Result<Option<(String, String)>> {
    let git = snapshot.git();
    let Some(until) = git.newest_touching(payload)? else { return Ok(None) };
    let Some(mut base) = git.parents(&until)?.into_iter().next() else { return Ok(None) };
    if !git.has_commit(&base)? {
        return Err(cut_off(&format!("the commit before `{}` is not here", short(&until))));
    }
    let Some(recorded) = recorded else { return Ok(Some((base, until))) };
    if recorded.commit == base || !git.is_ancestor(&recorded.commit, &base)? {
        return Ok(Some((base, until)));
    }
    let handoff = format!("{}handoff", snapshot.prefix());
    if let Some(before) = before_all(snapshot, claimed, &base, &until, &recorded.commit)? {
        base = before;
    } else if !git.differ(&base, &until, &handoff, true)? {
        return Ok(Some((recorded.commit.clone(), until)));
    }
    while recorded.reference == "HEAD" && base != recorded.commit {
        let Some(before) = git.parents(&base)?.into_iter().next() else { break };
        if !git.differ(&before, &base, payload, false)? {
            break;
        }
        base = before;
    }
    Ok(Some((base, until)))
}

/// The newest commit from which every claimed file differs: a branch that was rebased onto the default branch
/// and merged by fast forward lies there as several commits, with others' before them.
fn before_all(
    snapshot: &Snapshot,
    claimed: &[String],
    base: &str,
    until: &str,
    recorded: &str,
) -> Result<Option<String>> {
    let git = snapshot.git();
    let mut base = base.to_owned();
    while !claimed.is_empty() {
        let touched = git.touched(&base, until, snapshot.prefix())?;
        if claimed.iter().all(|file| touched.contains(file)) {
            return Ok(Some(base));
        }
        if base == recorded {
            break;
        }
        let Some(before) = git.parents(&base)?.into_iter().next() else { break };
        base = before;
    }
    Ok(None)
}

fn cut_off(what: &str) -> Error {
    Error::new(Code::NoBaseline, format!("{what}: this clone is shallow"))
        .hint("in a workflow: `fetch-depth: 2` for `actions/checkout` on pull requests, `fetch-depth: 0` elsewhere")
        .hint("in a clone: `git fetch --unshallow`")
}

fn short(commit: &str) -> &str {
    commit.get(..10).unwrap_or(commit)
}

#[cfg(all(test, unix))]
mod tests;
