//! What of the payload's commands may run, which edits of its steps may be made, and approving those that need it. Starts no process at all.

use super::carried::{self, Carried};
use super::closing;
use super::prescribed;
use super::request::{Common, Context};
use super::scene::{self, Read};
use crate::answers::{TrustAnswer, TrustRow, TrustState};
use crate::approval::{Approval, Rules, Ruling, Store, Subject};
use crate::cancel::Cancel;
use crate::error::{Code, Error, Result};
use crate::event::Watch;
use crate::payload::model::Prescribed;
use schemars::JsonSchema;
use serde::Serialize;

/// How many digits of a digest name it.
const LEAST_DIGITS: usize = 8;

/// What `trust` is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// What most verbs are asked.
    pub common: Common,
    /// The ids of the commands to approve.
    pub ids: Vec<String>,
    /// Whether to approve every command that needs it.
    pub all: bool,
    /// Whether to show what is approved below this root, instead of what the payload prescribes.
    pub list: bool,
    /// The ids or digests of what is to be approved no longer.
    pub remove: Vec<String>,
}

/// Shows, approves, takes back. Only the user's own state folder is written.
///
/// # Errors
/// 65 where no command has that id, 66, 74, 75, 77 where a command cannot be approved, 78 where there is no place to
/// keep approvals in outside of the checkout.
pub fn run(request: &Request, context: &Context, _: &Cancel, _: &dyn Watch) -> Result<TrustAnswer> {
    let read = scene::read(&request.common, context)?;
    let root = &read.located.root;
    let store = Store::find(root, &context.surroundings)?;
    let mut done = Vec::new();
    if !request.remove.is_empty() {
        let digests = to_remove(&request.remove, &read, &store, request, context)?;
        let n_removed = store.remove(&digests)?;
        done.push(format!("taken back: {}", crate::report::layout::count(n_removed, "approval", "approvals")));
    }
    let rows = rows(&read, request, context)?;
    let chosen = chosen(request, &rows)?;
    if !chosen.is_empty() {
        let subjects: Vec<Subject> = chosen.iter().filter_map(|(_, subject)| subject.clone()).collect();
        store.add(&subjects, &context.surroundings.now())?;
        done.extend(chosen.iter().map(|(row, _)| approved(row)));
    }
    let shown = match (request.list, chosen.is_empty()) {
        (true, _) => kept(&read, &store, context)?,
        (false, false) => {
            chosen.iter().map(|(row, _)| TrustRow { state: TrustState::Approved, why: None, ..row.clone() }).collect()
        }
        (false, true) if request.remove.is_empty() => rows.iter().map(|(row, _)| row.clone()).collect(),
        (false, true) => Vec::new(),
    };
    let mut closing = closing::plain("trust", next(request, &rows, chosen.len()));
    let is_waiting = |row: &TrustRow| matches!(row.state, TrustState::NeedsApproval | TrustState::Refused);
    let open = shown.iter().filter(|row| is_waiting(row));
    closing.open = open.map(|row| format!("{}: {}", row.id, row.state.word())).collect();
    Ok(TrustAnswer {
        closing,
        payload: scene::shown(&read.located.payload, context),
        kept_in: store.file().to_string(),
        done,
        commands: shown,
    })
}

/// What was approved, and that whatever comes to be called so will run where there is no such program yet.
fn approved(row: &TrustRow) -> String {
    match (&row.program, row.argv.first()) {
        (None, Some(first)) => {
            format!(
                "approved: {}, though there is no program `{first}` here: whatever is called so later will run",
                row.id
            )
        }
        (Some(_), _) | (None, None) => format!("approved: {}", row.id),
    }
}

type Known = (TrustRow, Option<Subject>);

/// Every command of the payload with what is to become of it.
fn rows(read: &Read, request: &Request, context: &Context) -> Result<Vec<Known>> {
    let rules = Rules::new(&read.located.root, &context.surroundings);
    let row = |prescribed: &Prescribed| {
        let folder = prescribed::folder(&prescribed.command, &read.located.root, &request.common, context);
        let ruling = rules.ruling(&prescribed.command, &folder, &context.surroundings);
        let known = blank(prescribed.id(), prescribed.command.clone(), TrustState::RunsUnasked, None);
        let blank = TrustRow { wishes: prescribed.wishes.clone(), ..known };
        Ok(match ruling.unwrap_or_else(unseen) {
            Ruling::Unasked(argv) => (TrustRow { argv, ..blank }, None),
            Ruling::Writes(argv) => {
                let why = Some("it would write into the sources, so it is not run; write `cargo fmt --check`".into());
                (TrustRow { argv, why, state: TrustState::Refused, ..blank }, None)
            }
            Ruling::Refused { why, hint } => {
                (TrustRow { state: TrustState::Refused, why: Some(format!("{why}: {hint}")), ..blank }, None)
            }
            Ruling::Approved(subject, _) => {
                (TrustRow { state: TrustState::Approved, ..filled(blank, &subject, context) }, Some(subject))
            }
            Ruling::NeedsApproval(subject) => {
                (TrustRow { state: TrustState::NeedsApproval, ..filled(blank, &subject, context) }, Some(subject))
            }
        })
    };
    let commands = read.payload.prescribed.iter().map(row);
    let carried = carried::of(&read.payload);
    let edits = carried.iter().map(|carried| edits_row(carried, &rules));
    commands.chain(edits).collect()
}

/// The edits of a step with what is to become of them.
fn edits_row(carried: &Carried, rules: &Rules) -> Result<Known> {
    let of = |state, why, digest| TrustRow {
        edits: carried.step.edits.clone(),
        digest,
        ..blank(carried.id.clone(), carried.word(), state, why)
    };
    if let Err(why) = &carried.edits {
        return Ok((of(TrustState::Refused, Some(why.clone()), None), None));
    }
    let ruling = rules.ruling_on_edits(&carried.key, &carried.text, &carried.word());
    Ok(match ruling.unwrap_or_else(unseen) {
        Ruling::Approved(subject, _) => (of(TrustState::Approved, None, Some(subject.digest())), Some(subject)),
        Ruling::NeedsApproval(subject) => (of(TrustState::NeedsApproval, None, Some(subject.digest())), Some(subject)),
        Ruling::Refused { why, hint } => (of(TrustState::Refused, Some(format!("{why}: {hint}")), None), None),
        Ruling::Unasked(_) | Ruling::Writes(_) => {
            return Err(Error::new(Code::Internal, "edits were taken for a command"));
        }
    })
}

/// A row of which nothing more is known.
fn blank(id: String, command: String, state: TrustState, why: Option<String>) -> TrustRow {
    TrustRow {
        id,
        state,
        why,
        command,
        argv: Vec::new(),
        cwd: String::new(),
        env: std::collections::BTreeMap::new(),
        program: None,
        program_lies_in_repository: false,
        files: Vec::new(),
        edits: Vec::new(),
        wishes: Vec::new(),
        digest: None,
        at: None,
    }
}

/// What nobody can look at nobody can approve.
fn unseen(error: Error) -> Ruling {
    Ruling::Refused { why: "it cannot be looked at".into(), hint: error.to_string() }
}

fn filled(row: TrustRow, subject: &Subject, context: &Context) -> TrustRow {
    let program = subject.program(&context.surroundings);
    TrustRow {
        argv: subject.argv.clone(),
        cwd: subject.cwd.clone(),
        env: subject.env.clone(),
        program_lies_in_repository: program.as_ref().is_some_and(|program| subject.is_own(program)),
        program: program.map(|program| program.to_string()),
        files: subject.files.iter().map(|file| (file.path.clone(), file.sha256.clone())).collect(),
        digest: Some(subject.digest()),
        ..row
    }
}

/// What was approved below this root.
fn kept(read: &Read, store: &Store, context: &Context) -> Result<Vec<TrustRow>> {
    let row = |approval: &Approval| {
        let command = shlex::try_join(approval.subject.argv.iter().map(String::as_str));
        let command = command.unwrap_or_else(|_| approval.subject.argv.join(" "));
        let known = blank(approval.digest.clone(), command, TrustState::Approved, None);
        let known = TrustRow { at: Some(approval.at.clone()), ..known };
        match &approval.subject.edits {
            None => filled(known, &approval.subject, context),
            Some(edits) => TrustRow {
                command: format!("the edits of step {}", edits.step),
                edits: serde_json::from_str(&edits.text).unwrap_or_default(),
                digest: Some(approval.digest.clone()),
                ..known
            },
        }
    };
    Ok(of_root(read, store)?.iter().map(row).collect())
}

fn of_root(read: &Read, store: &Store) -> Result<Vec<Approval>> {
    let root = read.located.root.canonicalize_utf8().unwrap_or_else(|_| read.located.root.clone());
    Ok(store.read()?.into_iter().filter(|approval| approval.subject.root == root).collect())
}

fn is_named(id: &str, word: &str) -> bool {
    id == word || id.strip_prefix("command:prescribed:") == Some(word)
}

/// The commands to approve.
fn chosen(request: &Request, rows: &[Known]) -> Result<Vec<Known>> {
    if request.all {
        let waiting = rows.iter().filter(|(row, _)| row.state == TrustState::NeedsApproval);
        return Ok(waiting.cloned().collect());
    }
    let mut chosen: Vec<Known> = Vec::new();
    for word in &request.ids {
        let Some(known) = rows.iter().find(|(row, _)| is_named(&row.id, word)) else {
            return Err(unknown(word));
        };
        match known.0.state {
            TrustState::Refused => {
                let why = known.0.why.clone().unwrap_or_default();
                let message = format!("`{}` cannot be approved: {why}", known.0.id);
                return Err(Error::new(Code::NotApproved, message));
            }
            TrustState::NeedsApproval | TrustState::Approved => chosen.push(known.clone()),
            TrustState::RunsUnasked => {} // there is nothing to approve
        }
    }
    Ok(chosen)
}

/// The digests that are meant: given outright, or those of a command of this payload, as it is and as it was.
fn to_remove(
    words: &[String],
    read: &Read,
    store: &Store,
    request: &Request,
    context: &Context,
) -> Result<Vec<String>> {
    let approved = of_root(read, store)?;
    let rows = rows(read, request, context)?;
    let mut digests = Vec::new();
    for word in words {
        let is_digest = LEAST_DIGITS <= word.len() && word.bytes().all(|byte| byte.is_ascii_hexdigit());
        let of_command = rows.iter().find(|(row, _)| is_named(&row.id, word)).and_then(|(_, subject)| subject.as_ref());
        let is_meant = |approval: &&Approval| {
            let step = |subject: &Subject| subject.edits.as_ref().map(|edits| edits.step.clone());
            let known = &approval.subject;
            let same = |subject: &Subject| {
                (&subject.argv, &subject.cwd, step(subject)) == (&known.argv, &known.cwd, step(known))
            };
            (is_digest && approval.digest.starts_with(word.as_str())) || of_command.is_some_and(same)
        };
        let found: Vec<String> = approved.iter().filter(is_meant).map(|approval| approval.digest.clone()).collect();
        if found.is_empty() {
            return Err(unknown(word).hint("`cargo handoff trust --list` shows what is approved"));
        }
        digests.extend(found);
    }
    Ok(digests)
}

fn unknown(word: &str) -> Error {
    Error::new(Code::NoSuchEntry, format!("there is no command `{word}`"))
        .hint("`cargo handoff trust` lists the commands of this payload with their ids")
}

fn next(request: &Request, rows: &[Known], n_approved: usize) -> Vec<crate::answers::Next> {
    let waiting = rows.iter().filter(|(row, _)| row.state == TrustState::NeedsApproval);
    let waiting: Vec<String> = waiting.map(|(row, _)| row.id.clone()).collect();
    if 0 < n_approved {
        return vec![closing::next("cargo handoff implement", "run them and record what they come to")];
    }
    if request.list || !request.remove.is_empty() {
        return vec![closing::next("cargo handoff trust", "what of this payload may run")];
    }
    match prescribed::to_approve(&waiting) {
        Some(next) if next.command != "cargo handoff trust" => vec![next],
        Some(_) => vec![closing::next("cargo handoff trust ID", "approve one of them; `--all` approves all")],
        None => vec![closing::next("cargo handoff implement", "check the work and record it")],
    }
}
