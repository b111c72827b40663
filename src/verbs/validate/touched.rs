//! `--changed-only`: the payloads a range of commits touches, and whether it carries any handoff at all.

use super::super::closing;
use super::super::part::Nothing;
use super::super::reports;
use super::super::request::{Common, Context};
use super::{Request, against, divided};
use crate::answers::{ClaimRow, Closing, ValidateAnswer};
use crate::cancel::Cancel;
use crate::error::{Code, Error, Result, worse};
use crate::event::{Event, Run};
use crate::files;
use crate::git::Git;
use crate::payload::store::Located;
use crate::report::dossier::{self, Dossier};
use crate::workspace::baseline;
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeMap;

/// The payload's own place below its root.
const PAYLOAD: &str = "handoff/payload.json";

/// What judges one payload, with what is to be reported of it.
type Judge<'a> = &'a dyn Fn(&Request) -> Result<(ValidateAnswer, Option<Dossier>)>;

/// Has each payload judged that the range touches; the worst one decides how it ends. With what is to be reported.
pub(super) fn run(
    range: &str,
    request: &Request,
    context: &Context,
    cancel: &Cancel,
    run: &Run,
    judge: Judge,
) -> (Result<ValidateAnswer>, Vec<Dossier>) {
    let mut dossiers = Vec::new();
    let answer = judged(range, request, context, cancel, run, judge, &mut dossiers);
    (answer, dossiers)
}

fn judged(
    range: &str,
    request: &Request,
    context: &Context,
    cancel: &Cancel,
    run: &Run,
    judge: Judge,
    dossiers: &mut Vec<Dossier>,
) -> Result<ValidateAnswer> {
    let folder = &context.surroundings.folder;
    let git = Git::open(folder, &context.surroundings, cancel)?;
    let range = Range::read(range, &git, context)?;
    let files = git.touched_since(&range.old, range.new.as_deref())?;
    let named = request.common.payload.as_deref().map(|file| context.surroundings.absolute(Utf8Path::new(file)));
    let payloads = payloads(&files, git.top(), named.clone());
    let asked = range.asked(request, &git, named.as_deref());
    if let Some(partition) = &request.partition
        && payloads.keys().any(|payload| payload.is_file())
    {
        only(&payloads, &range, &format!("--partition {}/{}", partition.part, partition.of))?;
    }
    for payload in payloads.keys().chain(&named) {
        reports::keep_off(&request.reports, &Located::at(payload.clone()), context)?;
    }
    let mut answers: Vec<ValidateAnswer> = Vec::new();
    let mut failed: Option<Error> = None;
    let mut gone: Vec<Gone> = Vec::new();
    for (payload, file) in payloads {
        if !payload.is_file() {
            gone.extend(Gone::look(file, &range, request.against.as_deref(), &git, run)?);
            continue;
        }
        let mut one = Request { changed_only: None, ..request.clone() };
        one.common.payload = Some(payload.into_string());
        match judge(&one) {
            Ok((answer, dossier)) => {
                answers.push(answer);
                dossiers.extend(dossier);
            }
            Err(error) => {
                let why = format!("`{file}` could not be judged: {}", error.message);
                dossiers.push(Dossier { note: Some(why), ..dossier::stopped("validate", &error) });
                if failed.as_ref().is_none_or(|known| worse(known.exit(), error.exit()) == error.exit()) {
                    failed = Some(error);
                }
            }
        }
    }
    if !gone.is_empty() || (answers.is_empty() && failed.is_none()) {
        dossiers.push(of_gone(&gone, &range.shown, answers.is_empty()));
    }
    let has_judged = !answers.is_empty();
    let whole = together(answers, gone, &range.shown);
    if let (Some(partition), false, None) = (&request.partition, has_judged, &failed) {
        return divided::nothing(partition, asked, whole, &git, &context.surroundings);
    }
    match failed {
        Some(error) if worse(whole.closing.exit, error.exit()) == error.exit() => Err(error),
        Some(_) | None => Ok(whole),
    }
}

/// What is reported where there is no payload to judge, or one was deleted.
fn of_gone(gone: &[Gone], range: &str, is_alone: bool) -> Dossier {
    Dossier {
        open: gone.iter().map(|gone| gone.in_words(range)).collect(),
        claims: gone.iter().filter_map(|gone| gone.row.clone()).collect(),
        ..dossier::nothing("validate", &note(gone, range, is_alone))
    }
}

/// What there is to say of a range whose parts found nothing to judge in it: asked of the same range anew, where HEAD is
/// the commit they were made at.
pub(super) fn again(
    there: &Nothing,
    made_at: Option<&str>,
    request: &Request,
    context: &Context,
    cancel: &Cancel,
    run: &Run,
) -> Result<(ValidateAnswer, Vec<Dossier>)> {
    let git = Git::open(&context.surroundings.folder, &context.surroundings, cancel)?;
    still_at(made_at, &git)?;
    let named = request.common.payload.as_deref().map(|file| context.surroundings.absolute(Utf8Path::new(file)));
    let here = Range::read(&there.range, &git, context)?.asked(request, &git, named.as_deref());
    let differences = there.differences(&here);
    if !differences.is_empty() {
        return Err(Error::new(Code::PartsDoNotJoin, "these parts are not those of one validation")
            .details(differences)
            .hint("ask the same of `merge` as of the parts: `--payload`, `--against`"));
    }
    let judge = |one: &Request| {
        let payload = one.common.payload.clone().unwrap_or_default();
        let message = format!("these parts say that {} touches no payload, and it touches `{payload}`", there.range);
        Err(Error::new(Code::PartsDoNotJoin, message).hint("make the parts anew"))
    };
    let (answer, dossiers) = self::run(&there.range, request, context, cancel, run, &judge);
    Ok((answer?, dossiers))
}

/// What a reader should know before all else.
fn note(gone: &[Gone], range: &str, is_alone: bool) -> String {
    if gone.is_empty() {
        return format!("{range} carries no handoff: no payload and no evidence is touched");
    }
    let deleted = gone.iter().map(|gone| format!("`{}`", gone.file)).collect::<Vec<_>>().join(", ");
    let others = if is_alone { "there is no other to judge" } else { "the others were judged" };
    format!("a payload was deleted in {range}: {deleted}; {others}")
}

/// The one payload that a range touches; `None` where it touches none that is there.
///
/// # Errors
/// 2 where it touches several.
pub(in crate::verbs) fn the_one(
    range: &str,
    common: &Common,
    context: &Context,
    cancel: &Cancel,
) -> Result<Option<Utf8PathBuf>> {
    let git = Git::open(&context.surroundings.folder, &context.surroundings, cancel)?;
    let range = Range::read(range, &git, context)?;
    let files = git.touched_since(&range.old, range.new.as_deref())?;
    let named = common.payload.as_deref().map(|file| context.surroundings.absolute(Utf8Path::new(file)));
    let payloads = payloads(&files, git.top(), named);
    if !payloads.keys().any(|payload| payload.is_file()) {
        return Ok(None);
    }
    only(&payloads, &range, "matrix")?;
    Ok(payloads.into_keys().next())
}

/// What is divided is one payload's work.
fn only(payloads: &BTreeMap<Utf8PathBuf, String>, range: &Range, what: &str) -> Result<()> {
    if payloads.len() < 2 {
        return Ok(());
    }
    let names: Vec<&str> = payloads.values().map(String::as_str).collect();
    let message = format!("{} touches several payloads: `{}`", range.shown, names.join("`, `"));
    Err(Error::new(Code::Usage, message)
        .hint(format!("`{what}` divides the work of one: name it with `--payload {}`", names[0])))
}

/// That HEAD is still the commit the parts were made at.
///
/// # Errors
/// 65 where it is another one.
fn still_at(head: Option<&str>, git: &Git) -> Result<()> {
    if git.head() == head {
        return Ok(());
    }
    let short = |commit: Option<&str>| commit.map_or("none", |commit| commit.get(..10).unwrap_or(commit)).to_owned();
    let message = format!("these parts were made at the commit {}, and HEAD is at {}", short(head), short(git.head()));
    Err(Error::new(Code::PartsDoNotJoin, message).hint("join them where they were made: `git switch --detach COMMIT`"))
}

/// A payload that was deleted.
struct Gone {
    /// Its name relative to the top.
    file: String,
    /// What `--against` says of that.
    row: Option<ClaimRow>,
}

impl Gone {
    fn in_words(&self, range: &str) -> String {
        match &self.row {
            Some(row) => format!("{}: {}", row.claim, row.why),
            None => format!("the payload `{}` was deleted in {range}: nothing of it was judged", self.file),
        }
    }

    /// `None` where it was neither in the range nor at the revision: only evidence lay there.
    fn look(file: String, range: &Range, revision: Option<&str>, git: &Git, run: &Run) -> Result<Option<Self>> {
        let row = revision.map(|revision| against::hold_gone(revision, &file, git)).transpose()?.flatten();
        if row.is_none() && git.blob(&format!("{}:{file}", range.old))?.is_none() {
            run.warn(format!("there is no payload `{file}`, and evidence beside it is touched"));
            return Ok(None);
        }
        match &row {
            Some(ClaimRow { claim, verdict, why, level }) => {
                run.tell(Event::Claim { claim: claim.clone(), verdict: *verdict, why: why.clone(), level: *level });
            }
            None => run.warn(format!("`{file}` was deleted in {}", range.shown)),
        }
        Ok(Some(Self { file, row }))
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
    /// What is asked of it, as parts that find nothing in it tell it.
    fn asked(&self, request: &Request, git: &Git, payload: Option<&Utf8Path>) -> Nothing {
        let below = |payload: &Utf8Path| {
            let (real, top) = (files::real(payload), files::real(git.top()));
            real.strip_prefix(top).map_or_else(|_| "elsewhere".to_owned(), |below| below.as_str().replace('\\', "/"))
        };
        Nothing {
            range: request.changed_only.clone().unwrap_or_default(),
            old: self.old.clone(),
            new: self.new.clone(),
            payload: payload.map(below),
            against: request.against.clone(),
        }
    }

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
        if let Some(proposed) = baseline::proposed_in_ci(git, &head, &context.surroundings)? {
            return Ok(Self { shown: since(&proposed.base), old: proposed.base, new: None });
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

/// The payloads these files are, or are evidence of, with their names relative to the top; only the one that was named
/// where one was, whatever it is called and however one gets there.
fn payloads(files: &[String], top: &Utf8Path, named: Option<Utf8PathBuf>) -> BTreeMap<Utf8PathBuf, String> {
    if let Some(named) = named {
        let file = touched_as(files, &files::real(top), &named);
        return file.map(|file| (named, file)).into_iter().collect();
    }
    let root = |file: &str| -> Option<String> {
        let evidence = file.split_once("handoff/evidence/").map(|(root, _)| root);
        let root = file.strip_suffix(PAYLOAD).or(evidence)?;
        (root.is_empty() || root.ends_with('/')).then(|| root.to_owned())
    };
    let found = files.iter().filter_map(|file| root(file)).map(|root| format!("{root}{PAYLOAD}"));
    found.map(|file| (top.join(&file), file)).collect()
}

/// The name below the top (without symlinks) by which a payload or its evidence is touched.
fn touched_as(files: &[String], top: &Utf8Path, payload: &Utf8Path) -> Option<String> {
    let folder = files::real(payload.parent()?);
    let below = |path: &Utf8Path| path.strip_prefix(top).ok().map(|below| below.as_str().to_owned());
    // Where the payload itself is a link: it, and what it leads to.
    let names: Vec<String> =
        [folder.join(payload.file_name()?), files::real(payload)].iter().filter_map(|path| below(path)).collect();
    let evidence = below(&folder.join("evidence")).map(|folder| format!("{folder}/"));
    let is_touched = |file: &String| {
        names.contains(file) || evidence.as_ref().is_some_and(|evidence| file.starts_with(evidence.as_str()))
    };
    names.first().filter(|_| files.iter().any(is_touched)).cloned()
}

/// One answer of several. Each claim is told with its payload where there is more than one.
fn together(mut answers: Vec<ValidateAnswer>, gone: Vec<Gone>, range: &str) -> ValidateAnswer {
    if answers.len() == 1 && gone.is_empty() {
        return answers.remove(0);
    }
    let is_lost = gone.iter().any(|gone| gone.row.is_some());
    let exit = if is_lost { Code::ClaimContradicted.exit() } else { 0 };
    let exit = answers.iter().map(|answer| answer.closing.exit).fold(exit, worse);
    let ready = !answers.is_empty() && gone.is_empty() && answers.iter().all(|answer| answer.closing.ready);
    let note = note(&gone, range, answers.is_empty());
    let closing = Closing {
        verb: "validate".into(),
        outcome: closing::ending(exit),
        exit,
        ready,
        open: Vec::new(),
        next: Vec::new(),
    };
    let payload = answers.iter().map(|answer| answer.payload.as_str()).collect::<Vec<_>>().join(", ");
    let mut whole = ValidateAnswer {
        note: answers.is_empty().then_some(note),
        levels: answers.iter().map(|answer| answer.levels.clone()).min().unwrap_or_default(),
        ..ValidateAnswer::bare(closing, payload)
    };
    for gone in gone {
        whole.closing.open.push(gone.in_words(range));
        whole.claims.extend(gone.row);
    }
    if is_lost {
        let explain = "cargo handoff explain claim-contradicted";
        whole.closing.next.push(closing::next(explain, "what a contradicted claim means"));
    }
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
mod tests;
