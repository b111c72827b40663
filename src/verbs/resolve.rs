//! Joins the versions of a payload in conflict, by id: from git's index, or as git's merge driver.

use super::closing;
use super::request::{Common, Context};
use super::scene;
use crate::answers::{Ending, PlainAnswer};
use crate::cancel::Cancel;
use crate::error::{Code, Error, Result};
use crate::event::Watch;
use crate::files;
use crate::git::Git;
use crate::payload::document::{Document, MOST_BYTES};
use crate::payload::merge::{Conflict, Ended, Merged, Side, merge};
use crate::payload::store;
use camino::{Utf8Path, Utf8PathBuf};
use schemars::JsonSchema;
use serde::Serialize;

/// What `resolve` is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// What most verbs are asked.
    pub common: Common,
    /// Whose word counts where both changed the same thing; nobody's where `None`.
    pub prefer: Option<Prefer>,
    /// The files git hands to a merge driver; the index is asked where `None`.
    pub driver: Option<Driver>,
}

/// Whose word counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Prefer {
    /// That of the side HEAD is on. In a rebase that is the branch rebased onto.
    Ours,
    /// That of the side being merged in.
    Theirs,
}

impl From<Prefer> for Side {
    fn from(prefer: Prefer) -> Self {
        match prefer {
            Prefer::Ours => Self::Ours,
            Prefer::Theirs => Self::Theirs,
        }
    }
}

/// The files of a merge driver, as git names them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Driver {
    /// `%O`: what both began with; empty where there was nothing.
    pub base: String,
    /// `%A`: ours, and where the result goes.
    pub ours: String,
    /// `%B`: theirs.
    pub theirs: String,
    /// `%P`: what the file is called.
    pub path: Option<String>,
}

/// The exit code by which a merge driver says that there are conflicts (gitattributes(5)).
const CONFLICTS: u8 = 1;

/// How many conflicts or places are told one by one.
const MOST_TOLD: usize = 20;

/// Joins the three versions and writes the result; `git add` is left to the user.
///
/// # Errors
/// 65 where both sides changed one thing and nobody is preferred, or a version is no payload; 66, 74, 75, 78.
pub fn run(request: &Request, context: &Context, cancel: &Cancel, _: &dyn Watch) -> Result<PlainAnswer> {
    let prefer = request.prefer.map(Side::from);
    match &request.driver {
        Some(driver) => drive(driver, prefer, context, cancel),
        None => resolve(request, prefer, context, cancel),
    }
}

fn resolve(request: &Request, prefer: Option<Side>, context: &Context, cancel: &Cancel) -> Result<PlainAnswer> {
    let surroundings = &context.surroundings;
    let payload = request.common.payload.as_deref().map(Utf8Path::new);
    let located = store::locate(surroundings, payload, None)?;
    let git = Git::open(&located.root, surroundings, cancel)?;
    let name = located.name();
    let file = located.payload.file_name().unwrap_or_default();
    let path = format!("{}{file}", git.prefix(located.folder())?);
    let Some(stages) = git.stages(&path)? else {
        // Markers that somebody added to the index all the same are told here.
        store::load(&located.payload)?;
        let next = closing::next("cargo handoff status", "see where the work stands");
        let text = format!("nothing to resolve: `{name}` is not in conflict");
        return Ok(PlainAnswer { closing: closing::plain("resolve", vec![next]), text });
    };
    let before = store::bytes(&located)?;
    let [base, ours, theirs] = stages;
    let (Some(ours), Some(theirs)) = (ours, theirs) else {
        let message = format!("one side removed `{name}`, the other changed it");
        return Err(Error::new(Code::MergeConflict, message)
            .hint(format!("`git add {path}` keeps it as it lies there, `git rm {path}` removes it")));
    };
    let base = base.map(|base| Document::parse(&format!("{name} (base)"), base)).transpose()?;
    let ours = Document::parse(&format!("{name} (ours)"), ours)?;
    let theirs = Document::parse(&format!("{name} (theirs)"), theirs)?;
    match merge(base.as_ref(), &ours, &theirs, prefer)? {
        Ended::Conflicts(conflicts) => Err(conflict(&name, &conflicts)),
        Ended::Merged(merged) => {
            let known = [base.as_ref(), Some(&ours), Some(&theirs), Some(&merged.document)];
            refuse_own_work(&name, &path, &before, known.into_iter().flatten())?;
            store::put(&located, &before, &merged.document)?;
            let shown = scene::shown(&located.payload, context);
            let mut next = vec![closing::next(format!("git add {shown}"), "say that the conflict is settled")];
            if merged.is_of_two {
                next.push(closing::next("cargo handoff implement", "then check the merged tree and record it"));
            } else {
                next.push(closing::next("cargo handoff validate", "then hold its claims against the merged tree"));
            }
            Ok(PlainAnswer { closing: closing::plain("resolve", next), text: told(&name, &merged) })
        }
    }
}

/// A payload somebody already joined by hand is not written over.
fn refuse_own_work<'a>(
    name: &str,
    path: &str,
    before: &[u8],
    mut known: impl Iterator<Item = &'a Document>,
) -> Result<()> {
    let Ok(found) = Document::parse(name, before.to_vec()) else { return Ok(()) };
    let lines = |document: &Document| document.text().replace('\r', "");
    if known.any(|known| lines(known) == lines(&found)) {
        return Ok(());
    }
    Err(Error::new(Code::MergeConflict, format!("somebody already resolved `{name}` by hand; nothing was written"))
        .hint(format!("to keep it: `git add {path}`"))
        .hint(format!("to have it as git left it: `git checkout --merge -- {path}`, then resolve again")))
}

fn drive(driver: &Driver, prefer: Option<Side>, context: &Context, cancel: &Cancel) -> Result<PlainAnswer> {
    let name = driver.path.as_deref().unwrap_or(&driver.ours);
    let [base, ours, theirs] =
        [&driver.base, &driver.ours, &driver.theirs].map(|path| context.surroundings.absolute(Utf8Path::new(path)));
    let text = match join(name, &base, &ours, &theirs, prefer) {
        Ok(Ended::Merged(merged)) => {
            files::replace(&ours, &merged.document.bytes())?;
            return Ok(PlainAnswer { closing: closing::plain("resolve", Vec::new()), text: told(name, &merged) });
        }
        Ok(Ended::Conflicts(conflicts)) => {
            let error = conflict(name, &conflicts);
            [error.message].into_iter().chain(error.details).collect::<Vec<_>>().join("\n  ")
        }
        Err(error) if matches!(error.code, Code::Io | Code::Internal) => return Err(error),
        Err(error) => format!("{error}; `{name}` was merged by lines"),
    };
    // As git itself would have left it, so that nobody takes one side for both.
    Git::open(&context.surroundings.folder, &context.surroundings, cancel)?.merge_lines(&base, &ours, &theirs)?;
    let next = closing::next("cargo handoff resolve --prefer ours", "take one side's word for what both changed");
    let mut closing = closing::plain("resolve", vec![next]);
    (closing.exit, closing.outcome) = (CONFLICTS, Ending::Failed);
    Ok(PlainAnswer { closing, text })
}

fn join(
    name: &str,
    base: &Utf8PathBuf,
    ours: &Utf8PathBuf,
    theirs: &Utf8PathBuf,
    prefer: Option<Side>,
) -> Result<Ended> {
    let read = |path: &Utf8PathBuf| files::read(path, u64::try_from(MOST_BYTES).unwrap_or(u64::MAX) + 1);
    let base = read(base)?.filter(|base| !base.iter().all(u8::is_ascii_whitespace));
    let base = base.map(|base| Document::parse(&format!("{name} (base)"), base)).transpose()?;
    let ours = Document::parse(&format!("{name} (ours)"), read(ours)?.unwrap_or_default())?;
    let theirs = Document::parse(&format!("{name} (theirs)"), read(theirs)?.unwrap_or_default())?;
    merge(base.as_ref(), &ours, &theirs, prefer)
}

fn conflict(name: &str, conflicts: &[Conflict]) -> Error {
    let n = conflicts.len();
    let places = if n == 1 { "one place".to_owned() } else { format!("{n} places") };
    let told = conflicts.iter().take(MOST_TOLD).map(|conflict| {
        let base = conflict.base.as_deref().map(|base| format!(", before: {base}")).unwrap_or_default();
        format!("`{}` - ours: {}, theirs: {}{base}", conflict.path, conflict.ours, conflict.theirs)
    });
    let more = (MOST_TOLD < n).then(|| format!("and {} more", n - MOST_TOLD));
    Error::new(Code::MergeConflict, format!("both sides changed {places} of `{name}`; nothing was written"))
        .details(told.chain(more))
        .hint("everything else is joined: `--prefer ours` or `--prefer theirs` decides these places")
        .next("cargo handoff resolve --prefer theirs", "take their word for these places")
}

fn told(name: &str, merged: &Merged) -> String {
    let mut lines = vec![format!("merged `{name}` by id")];
    let mut list = |what: &str, places: Vec<&str>| {
        lines.extend(places.iter().take(MOST_TOLD).map(|place| format!("  {what}: {place}")));
        if MOST_TOLD < places.len() {
            lines.push(format!("  and {} more {what}", places.len() - MOST_TOLD));
        }
    };
    list("decided for the preferred side", merged.decided.iter().map(|conflict| conflict.path.as_str()).collect());
    list("removed by one side", merged.removed.iter().map(String::as_str).collect());
    list("removed by one side and kept", merged.restored.iter().map(String::as_str).collect());
    if merged.is_of_two {
        lines.push("both sides recorded work; nobody has checked them together".into());
    }
    lines.join("\n")
}
