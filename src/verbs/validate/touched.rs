//! `--changed-only`: the payloads a range of commits touches, and whether it carries any handoff at all.

use super::super::request::Context;
use super::Request;
use crate::answers::{ClaimRow, Closing, ValidateAnswer};
use crate::cancel::Cancel;
use crate::error::{Code, Error, Result, worse};
use crate::event::{Run, Watch};
use crate::git::Git;
use crate::workspace::baseline;
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeSet;

/// The payload's own place below its root.
const PAYLOAD: &str = "handoff/payload.json";

/// Has each payload judged that the range touches; the worst one decides how it ends.
pub(super) fn run(
    range: &str,
    request: &Request,
    context: &Context,
    cancel: &Cancel,
    watch: &dyn Watch,
    judge: &dyn Fn(&Request) -> Result<ValidateAnswer>,
) -> Result<ValidateAnswer> {
    let folder = &context.surroundings.folder;
    let git = Git::open(folder, &context.surroundings, cancel)?;
    let range = Range::read(range, &git, context)?;
    let files = git.touched_since(&range.old, range.new.as_deref())?;
    let payloads = payloads(
        &files,
        git.top(),
        request.common.payload.as_deref().map(|file| context.surroundings.absolute(Utf8Path::new(file))),
    );
    let tell = Run::new(context.surroundings.now_as_name(), watch);
    let mut answers: Vec<ValidateAnswer> = Vec::new();
    let mut failed: Option<Error> = None;
    for payload in payloads {
        if !payload.is_file() {
            let shown = payload.strip_prefix(git.top()).unwrap_or(&payload);
            tell.warn(format!("`{shown}` was deleted in {}", range.shown));
            continue;
        }
        let mut one = Request { changed_only: None, ..request.clone() };
        one.common.payload = Some(payload.into_string());
        match judge(&one) {
            Ok(answer) => answers.push(answer),
            Err(error) if failed.as_ref().is_none_or(|known| worse(known.exit(), error.exit()) == error.exit()) => {
                failed = Some(error);
            }
            Err(_) => {}
        }
    }
    let exit = answers.iter().map(|answer| answer.closing.exit).fold(0, worse);
    match failed {
        Some(error) if worse(exit, error.exit()) == error.exit() => Err(error),
        Some(_) | None => Ok(together(answers, &range.shown)),
    }
}

/// Two sides, and how they are spoken of.
struct Range {
    old: String,
    /// The working tree where `None`.
    new: Option<String>,
    shown: String,
}

impl Range {
    /// `A..B`, `A...B`, or a base; found where it is empty.
    fn read(text: &str, git: &Git, context: &Context) -> Result<Self> {
        let commit = |name: &str| -> Result<String> {
            let name = if name.is_empty() { "HEAD" } else { name };
            let unknown = || {
                Error::new(Code::NoBaseline, format!("`--changed-only {text}`: `{name}` is no commit here"))
                    .hint("`git branch --all` shows what there is; in a workflow: `fetch-depth: 0`")
            };
            git.resolve(name)?.ok_or_else(unknown)
        };
        let shared = |one: &str, other: &str| -> Result<String> {
            Ok(git.merge_base(one, other)?.unwrap_or_else(|| one.to_owned()))
        };
        let shown = format!("`{text}`");
        if let Some((old, new)) = text.split_once("...") {
            let (old, new) = (commit(old)?, commit(new)?);
            return Ok(Self { old: shared(&old, &new)?, new: Some(new), shown });
        }
        if let Some((old, new)) = text.split_once("..") {
            return Ok(Self { old: commit(old)?, new: Some(commit(new)?), shown });
        }
        let head = commit("HEAD")?;
        if !text.is_empty() {
            let base = commit(text)?;
            return Ok(Self { old: shared(&base, &head)?, new: None, shown: format!("the work since `{text}`") });
        }
        let since = |commit: &str| format!("the work since {}", commit.get(..10).unwrap_or(commit));
        if let Some(first) = baseline::merge_in_ci(git, &head, &context.surroundings)? {
            return Ok(Self { shown: since(&first), old: first, new: None });
        }
        let upstream = git.default_ref(&context.surroundings)?;
        let base = upstream.map(|upstream| git.merge_base(&upstream, &head)).transpose()?.flatten();
        let old = match base.filter(|base| *base != head) {
            Some(base) => base,
            // On the default branch: what its newest commit brought.
            None => match git.parents(&head)?.into_iter().next() {
                Some(parent) if git.has_commit(&parent)? => parent,
                Some(_) | None => head,
            },
        };
        Ok(Self { shown: since(&old), old, new: None })
    }
}

/// The payloads these files are, or are evidence of; only the one that was named where one was.
fn payloads(files: &[String], top: &Utf8Path, named: Option<Utf8PathBuf>) -> BTreeSet<Utf8PathBuf> {
    let root = |file: &str| -> Option<String> {
        let evidence = file.split_once("handoff/evidence/").map(|(root, _)| root);
        let root = file.strip_suffix(PAYLOAD).or(evidence)?;
        (root.is_empty() || root.ends_with('/')).then(|| root.to_owned())
    };
    let found = files.iter().filter_map(|file| root(file)).map(|root| top.join(root).join(PAYLOAD));
    found.filter(|payload| named.as_ref().is_none_or(|named| named == payload)).collect()
}

/// One answer of several. Each claim is told with its payload where there is more than one.
fn together(mut answers: Vec<ValidateAnswer>, range: &str) -> ValidateAnswer {
    if answers.len() == 1 {
        return answers.remove(0);
    }
    let exit = answers.iter().map(|answer| answer.closing.exit).fold(0, worse);
    let ready = !answers.is_empty() && answers.iter().all(|answer| answer.closing.ready);
    let mut whole = ValidateAnswer {
        closing: Closing {
            verb: "validate".into(),
            outcome: super::super::closing::ending(exit),
            exit,
            ready,
            open: Vec::new(),
            next: Vec::new(),
        },
        payload: answers.iter().map(|answer| answer.payload.as_str()).collect::<Vec<_>>().join(", "),
        note: answers.is_empty().then(|| format!("{range} carries no handoff: no payload and no evidence is touched")),
        baseline: String::new(),
        levels: answers.iter().map(|answer| answer.levels.clone()).min().unwrap_or_default(),
        claims: Vec::new(),
        n_unevidenced: 0,
        rows: Vec::new(),
        problems: Vec::new(),
        findings: Vec::new(),
        recorded: None,
    };
    for answer in answers {
        let of = |text: String| format!("{}: {text}", answer.payload);
        whole.claims.extend(answer.claims.into_iter().map(|row| ClaimRow { claim: of(row.claim), ..row }));
        whole.closing.open.extend(answer.closing.open.into_iter().map(of));
        whole.n_unevidenced += answer.n_unevidenced;
        whole.rows.extend(answer.rows);
        whole.problems.extend(answer.problems);
        whole.findings.extend(answer.findings);
        whole.recorded = whole.recorded.or(answer.recorded);
        for next in answer.closing.next {
            if !whole.closing.next.contains(&next) {
                whole.closing.next.push(next);
            }
        }
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payload_is_touched_by_itself_and_by_its_evidence() {
        let files = [
            "handoff/payload.json",
            "a/handoff/evidence/r1/record.json",
            "b/myhandoff/payload.json",
            "handoff/runs/x",
            "c/handoff/payload.json.orig",
            "src/lib.rs",
        ];
        let files: Vec<String> = files.map(str::to_owned).to_vec();
        let found = payloads(&files, Utf8Path::new("/top"), None);
        let found: Vec<&str> = found.iter().map(|path| path.as_str()).collect();
        assert_eq!(found, ["/top/a/handoff/payload.json", "/top/handoff/payload.json"]);
        let named = payloads(&files, Utf8Path::new("/top"), Some("/top/handoff/payload.json".into()));
        assert_eq!(named.len(), 1);
    }
}
