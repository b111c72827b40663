//! Edits files by symbol and by exact text, each with what justified it.

use super::request::{Common, Context};
use super::scene;
use super::{cited, closing};
use crate::answers::ReconAnswer;
use crate::cancel::Cancel;
use crate::editing::journal::{self, Entry};
use crate::editing::request::Subject;
use crate::editing::{self, Bounds, Edit, EditRow, Edited, FileRow, Plan, Terms, Turned};
use crate::error::{Code, Error, Result};
use crate::event::Watch;
use crate::git::Git;
use crate::payload::entries::Citation;
use crate::payload::store::{self, Located};
use camino::{Utf8Path, Utf8PathBuf};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use std::time::{Duration, Instant};

/// How long one waits for another one's edits to be written.
const PATIENCE: Duration = Duration::from_secs(10);

/// The most bytes of a difference that is shown.
const MOST_DIFF: usize = 256 << 10;

/// What `edit` is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// What most verbs are asked.
    pub common: Common,
    /// The edits, made all or none, in this order.
    pub edits: Vec<Edit>,
    /// What justifies those that do not say so themselves: `FILE:LINE`, the id of a finding, or `last`.
    pub cite: Option<String>,
    /// Whether the difference is shown and nothing written.
    pub dry_run: bool,
    /// Whether a file may no longer parse behind it.
    pub force: bool,
    /// Whether files may be edited that decide what is built and run.
    pub allow_sensitive: bool,
}

/// Makes the edits.
///
/// # Errors
/// 2, 65 and 77 where one cannot be made, 74, 75; nothing is written then.
pub fn run(request: &Request, context: &Context, cancel: &Cancel, _: &dyn Watch) -> Result<ReconAnswer<Edited>> {
    let surroundings = &context.surroundings;
    let payload = request.common.payload.as_deref().map(Utf8Path::new);
    let located = match store::find(surroundings, payload, None) {
        Err(error) if error.code == Code::NoWorkspace => None, // files are edited anywhere
        found => found?,
    };
    let root = located.as_ref().map_or_else(|| top(&surroundings.folder), |located| located.root.clone());
    let handoff = located.as_ref().map(Located::folder);
    let reasons = reasons(request, &root, context)?;
    let bare = Bounds { root: &root, folder: &surroundings.folder, handoff, graph: None };
    // Cargo is asked only where something is named that is no path.
    let graph = match names_package(&request.edits, &bare) {
        true => Some(scene::graph(&root, &request.common, &request.common.flags(), context, cancel)?),
        false => None,
    };
    let bounds = Bounds { graph: graph.as_ref(), ..bare };
    let terms = Terms { allow_sensitive: request.allow_sensitive, force: request.force };
    let _lock = if request.dry_run { None } else { hold(&root)? };
    let mut plan = editing::plan(&request.edits, &bounds, terms)?;
    for (row, reason) in plan.rows.iter_mut().zip(reasons) {
        (row.citation, row.finding) = (reason.citation, reason.finding);
    }
    let journal = match (&located, request.dry_run) {
        (Some(located), false) => {
            store::prepare_folder(located)?;
            journal::append(located.folder(), &[])?; // what cannot be recorded is not done
            Some(located)
        }
        (Some(_) | None, _) => None,
    };
    if !request.dry_run {
        editing::write(&plan)?;
    }
    if let Some(located) = journal {
        let git = Git::open(&root, surroundings, cancel).ok();
        let who = scene::who(&request.common, context, git.as_ref())?;
        journal::append(located.folder(), &entries(&plan.rows, &surroundings.now(), &scene::person(&who)))
            .map_err(|error| error.hint("the files are edited all the same; only the record of it is missing"))?;
    }
    Ok(answer(request, &plan, located.as_ref()))
}

/// The folder nothing outside of which is edited where there is no payload: the nearest one above that holds `.git` or
/// `Cargo.lock`, else the current one.
fn top(folder: &Utf8Path) -> Utf8PathBuf {
    let is_top = |folder: &&Utf8Path| folder.join(".git").exists() || folder.join("Cargo.lock").exists();
    folder.ancestors().find(is_top).unwrap_or(folder).to_owned()
}

fn names_package(edits: &[Edit], bounds: &Bounds) -> bool {
    edits.iter().any(|edit| match edit.subject() {
        Subject::Symbol(_, Some(within)) => {
            let is_path = within.contains(['/', '\\']) || within.ends_with(".rs");
            !is_path && !bounds.folder.join(within).exists() && !bounds.root.join(within).exists()
        }
        Subject::Symbol(_, None) | Subject::File(_) => false,
    })
}

/// One of us at a time edits below a root, as far as the system can hold a folder.
#[cfg(unix)]
pub(super) fn hold(root: &Utf8Path) -> Result<Option<std::fs::File>> {
    let failed = |error: std::io::Error| Error::io(format!("open the folder `{root}`"), error);
    let folder = std::fs::File::open(root).map_err(failed)?;
    let started = Instant::now();
    loop {
        match folder.try_lock() {
            Ok(()) => return Ok(Some(folder)),
            // A file system without locks: the look right before each rename is all there is.
            Err(std::fs::TryLockError::Error(_)) => return Ok(None),
            Err(std::fs::TryLockError::WouldBlock) if started.elapsed() < PATIENCE => {
                std::thread::sleep(Duration::from_millis(5));
            }
            Err(std::fs::TryLockError::WouldBlock) => {
                let message = format!("another `cargo handoff edit` is at work in `{root}`");
                return Err(Error::new(Code::Locked, message).hint("wait for it to end, then try again"));
            }
        }
    }
}

/// The same where it cannot.
#[cfg(not(unix))]
pub(super) fn hold(_: &Utf8Path) -> Result<Option<std::fs::File>> {
    Ok(None)
}

/// What justifies an edit.
#[derive(Debug, Clone, Default)]
pub(super) struct Reason {
    pub(super) citation: Option<Citation>,
    pub(super) finding: Option<String>,
}

/// Of each edit, before anything is changed.
fn reasons(request: &Request, root: &Utf8Path, context: &Context) -> Result<Vec<Reason>> {
    let mut findings = None;
    let here = &context.surroundings.folder;
    let cite = |edit: &'_ Edit| edit.cite().or(request.cite.as_deref()).map(str::to_owned);
    request.edits.iter().map(|edit| one(cite(edit), (root, here), &mut findings, &request.common, context)).collect()
}

/// Of one, whose places are relative to this folder.
pub(super) fn reason(
    edit: &Edit,
    root: &Utf8Path,
    here: &Utf8Path,
    common: &Common,
    context: &Context,
) -> Result<Reason> {
    one(edit.cite().map(str::to_owned), (root, here), &mut None, common, context)
}

fn one(
    cite: Option<String>,
    (root, here): (&Utf8Path, &Utf8Path),
    findings: &mut Option<Vec<String>>,
    common: &Common,
    context: &Context,
) -> Result<Reason> {
    let Some(cite) = cite else { return Ok(Reason::default()) };
    if cite != "last" && !cite.starts_with("recon:") {
        let citation = cited::citation(root, here, &cite)?;
        return Ok(Reason { citation: Some(citation), finding: None });
    }
    if findings.is_none() {
        *findings = Some(recorded(common, context)?);
    }
    let known = findings.as_deref().unwrap_or_default();
    let found = if cite == "last" { known.last() } else { known.iter().find(|id| **id == cite) };
    let finding = found.cloned().ok_or_else(|| {
        Error::new(Code::NoSuchEntry, format!("no finding `{cite}` is recorded in the payload"))
            .hint("`cargo handoff recon … --cite` records one; `--cite FILE:LINE` needs none")
    })?;
    Ok(Reason { citation: None, finding: Some(finding) })
}

/// The ids of the findings in the payload, oldest first.
fn recorded(common: &Common, context: &Context) -> Result<Vec<String>> {
    let Some(read) = scene::read_if_any(common, context)? else { return Ok(Vec::new()) };
    let recon = read.payload.implementation.get("recon").and_then(Value::as_array);
    let ids = recon.into_iter().flatten().filter_map(|entry| entry.get("id")?.as_str().map(str::to_owned));
    Ok(ids.collect())
}

/// What the journal says of edits.
pub(super) fn entries(rows: &[EditRow], at: &str, by: &str) -> Vec<Entry> {
    let made = rows.iter().filter(|row| row.before.as_ref() != Some(&row.after));
    let entry = |row: &EditRow| Entry {
        at: at.to_owned(),
        op: row.op.clone(),
        file: row.file.clone(),
        symbol: row.symbol.clone(),
        before: row.before.clone(),
        after: row.after.clone(),
        citation: row.citation.clone(),
        finding: row.finding.clone(),
        by: by.to_owned(),
    };
    made.map(entry).collect()
}

fn answer(request: &Request, plan: &Plan, located: Option<&Located>) -> ReconAnswer<Edited> {
    let turned = plan.turned();
    let mut remarks = Vec::new();
    if turned.is_empty() {
        remarks.push("nothing is different: the files say so already".to_owned());
    }
    let n_uncited = plan.rows.iter().filter(|row| row.citation.is_none() && row.finding.is_none()).count();
    if 0 < n_uncited && located.is_some() && !turned.is_empty() {
        let of =
            if 1 < plan.rows.len() { format!("{n_uncited} of {} edits", plan.rows.len()) } else { "the edit".into() };
        remarks.push(format!("nothing justifies {of}: `--cite FILE:LINE` or `--cite last` does"));
    }
    let mut rows = plan.rows.clone();
    rows.sort_by_key(|row| !row.sensitive);
    let (diff, files) = (request.dry_run.then(|| difference(&turned)), turned.iter().map(file_row).collect());
    let next = match (request.dry_run, located) {
        (true, _) => Vec::new(),
        (false, Some(_)) => vec![closing::next("cargo handoff implement", "check the work and record it")],
        (false, None) => vec![closing::next("cargo handoff map", "see whom the changed files affect")],
    };
    let kept_in = located
        .filter(|_| !request.dry_run)
        .map(|located| scene::relative(&located.root, &journal::path(located.folder())));
    let found = Edited { dry_run: request.dry_run, files, edits: rows, diff, kept_in, remarks };
    ReconAnswer { closing: closing::plain("edit", next), found }
}

fn file_row(turned: &Turned) -> FileRow {
    let (before, after) = texts(turned);
    let diff = similar::TextDiff::from_lines(&before, &after);
    let n = |tag| diff.iter_all_changes().filter(|change| change.tag() == tag).count();
    FileRow {
        file: turned.file.to_owned(),
        created: turned.before.is_none(),
        sensitive: turned.is_sensitive,
        added: n(similar::ChangeTag::Insert),
        removed: n(similar::ChangeTag::Delete),
    }
}

fn texts(turned: &Turned) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (turned.before.map(text).unwrap_or_default(), text(turned.after))
}

/// The difference, from file to file.
pub(super) fn difference(turned: &[Turned]) -> String {
    let mut whole = String::new();
    for turned in turned {
        let (before, after) = texts(turned);
        let old = if turned.before.is_none() { "/dev/null".to_owned() } else { format!("a/{}", turned.file) };
        let diff = similar::TextDiff::from_lines(&before, &after);
        whole.push_str(&diff.unified_diff().context_radius(3).header(&old, &format!("b/{}", turned.file)).to_string());
    }
    if MOST_DIFF < whole.len() {
        let end = (0..=MOST_DIFF).rev().find(|end| whole.is_char_boundary(*end)).unwrap_or(0);
        whole.truncate(end);
        whole.push_str("\n… the difference goes on\n");
    }
    whole
}
