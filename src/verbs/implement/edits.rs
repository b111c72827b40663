//! The edits that steps carry, made before anything is checked: those that somebody approved, each once.

use super::super::carried::{self, Carried, Pending};
use super::super::edit;
use super::super::prescribed::NOT_APPROVED;
use super::super::scene::{self, Scene};
use super::Work;
use crate::approval::{By, Rules, Ruling};
use crate::editing::journal;
use crate::editing::{self, Bounds, Edit, EditRow, Plan, Terms};
use crate::error::{Code, Error, Result};
use crate::files;
use crate::git::Git;
use crate::payload::edit::Edit as Splice;
use crate::payload::entries::{EditEntry, FollowUp};
use crate::payload::store;
use crate::report::escape;
use crate::words::BY;
use serde_json::Value;

/// How many are told one by one.
const MOST_TOLD: usize = 10;

/// What became of them.
#[derive(Default)]
pub(super) struct Made {
    /// Whether a file or the payload was written.
    pub(super) is_written: bool,
    /// The ids of those that can be approved.
    pub(super) waiting: Vec<String>,
    /// How many steps carry something nobody can approve.
    pub(super) n_refused: usize,
    /// What is open, one sentence a step.
    pub(super) open: Vec<String>,
    /// What is odd.
    pub(super) follow_ups: Vec<FollowUp>,
    /// With `--dry-run` what they would change.
    pub(super) diff: String,
}

/// One that may be made.
struct Approved<'a> {
    step: &'a Carried<'a>,
    pending: Pending,
    by: By,
}

/// Makes those that are approved and were not made yet: all of them, or none where one cannot be made. They are recorded
/// before anything else happens. A kill between the files and the record leaves edits that are not recorded.
///
/// # Errors
/// Why one cannot be made: 65, 77; 74, 75 where something cannot be written.
pub(super) fn make(work: &Work, scene: &Scene, rules: &mut Rules) -> Result<Made> {
    let Work { request, read, run, .. } = *work;
    let carried = carried::of(&read.payload);
    let mut made = Made::default();
    let (mut approved, mut others) = (Vec::new(), Vec::new());
    for step in carried.iter().filter(|carried| scene.chosen.contains(&carried.step.id)) {
        if let Err(why) = &step.edits {
            let text = format!("the edits of step `{}` cannot be read: {why}", step.key);
            made.n_refused += 1;
            made.follow_ups.push(FollowUp { id: format!("follow-up:{}", step.id), text: text.clone(), by: BY.into() });
            made.open.push(text);
            continue;
        }
        let pending = step.pending(&carried, &read.payload);
        if pending.is_empty() {
            continue;
        }
        let ruling = rules.ruling_on_edits(&step.key, &step.text, &step.word())?;
        match asked(work, step, ruling, rules)? {
            Ruling::Approved(_, by) => {
                approved.extend(pending.into_iter().map(|pending| Approved { step, pending, by }));
            }
            Ruling::NeedsApproval(_) | Ruling::Unasked(_) | Ruling::Writes(_) | Ruling::Refused { .. } => {
                others.extend(pending.into_iter().map(|pending| pending.edit));
                made.waiting.push(step.id.clone());
                made.open.push(format!("the edits of step `{}`: {NOT_APPROVED}", step.key));
            }
        }
    }
    let edits: Vec<Edit> = approved.iter().map(|approved| approved.pending.edit.clone()).collect();
    if request.dry_run {
        made.diff = difference(work, scene, &approved, &edits, others)?;
        for approved in approved.iter().take(MOST_TOLD) {
            run.remark(format!("would make first: {} (step {})", approved.pending.edit.words(), approved.step.key));
        }
        return Ok(made);
    }
    if !edits.is_empty() {
        let reasons = reasons(work, &edits);
        let _held = edit::hold(&read.located.root)?;
        let mut plan = plan(work, scene, &edits).map_err(|error| told(error, &approved))?;
        for (row, reason) in plan.rows.iter_mut().zip(reasons) {
            (row.citation, row.finding) = (reason.citation, reason.finding);
        }
        store::prepare_folder(&read.located)?;
        // What cannot be recorded would be made again.
        files::can_replace(&read.located.payload).map_err(|error| error.hint("no file was changed"))?;
        editing::write(&plan)?;
        record(work, &approved, &plan.rows)?;
        for (approved, row) in approved.iter().zip(&plan.rows).take(MOST_TOLD) {
            let symbol = row.symbol.as_deref().map(|symbol| format!(" {symbol}")).unwrap_or_default();
            run.remark(format!("step {}: {} `{}`{symbol}", approved.step.key, row.op, row.file));
        }
        if MOST_TOLD < plan.rows.len() {
            run.remark(format!("and {} more edits of steps", plan.rows.len() - MOST_TOLD));
        }
        made.is_written = true;
    }
    Ok(made)
}

/// The ruling, once somebody was asked where there is anybody to ask.
fn asked(work: &Work, step: &Carried, ruling: Ruling, rules: &mut Rules) -> Result<Ruling> {
    let Work { request, context, cancel, run, .. } = *work;
    let Ruling::NeedsApproval(subject) = ruling else { return Ok(ruling) };
    if request.dry_run || !context.consent.is_there() {
        return Ok(Ruling::NeedsApproval(subject));
    }
    let mut text = format!("{}\n", escape::line(&step.id));
    for (number, edit) in step.step.edits.iter().enumerate() {
        let shown = serde_json::to_string_pretty(edit).unwrap_or_default();
        text.push_str(&format!("    edit[{number}]\n"));
        text.extend(shown.lines().map(|line| format!("    {}\n", escape::line(line))));
    }
    if !context.consent.agrees(&text, cancel) {
        cancel.check()?;
        return Ok(Ruling::NeedsApproval(subject));
    }
    if let Err(error) = rules.agree(&subject, &context.surroundings.now()) {
        run.warn(format!("approved for this run only: {}", error.message));
    }
    Ok(Ruling::Approved(subject, By::Terminal))
}

/// They in memory. What a payload names is relative to its root, wherever this is typed.
fn plan(work: &Work, scene: &Scene, edits: &[Edit]) -> Result<Plan> {
    let located = &work.read.located;
    let (root, handoff) = (&located.root, Some(located.folder()));
    editing::plan(edits, &Bounds { root, folder: root, handoff, graph: Some(&scene.graph) }, Terms::default())
}

/// What those that may be made would change; with those nobody approved where these can be made too.
fn difference(work: &Work, scene: &Scene, approved: &[Approved], edits: &[Edit], others: Vec<Edit>) -> Result<String> {
    let all: Vec<Edit> = edits.iter().cloned().chain(others).collect();
    if let Ok(plan) = plan(work, scene, &all) {
        return Ok(edit::difference(&plan.turned()));
    }
    let plan = plan(work, scene, edits).map_err(|error| told(error, approved))?;
    Ok(edit::difference(&plan.turned()))
}

/// Where it stands, and what can be done about it.
fn told(mut error: Error, approved: &[Approved]) -> Error {
    let mut steps: Vec<String> = approved.iter().map(|approved| format!("`{}`", approved.step.key)).collect();
    steps.dedup();
    let plural = if steps.len() == 1 { "" } else { "s" };
    error.message = format!("the edits of step{plural} {} cannot be made: {}", steps.join(", "), error.message);
    match error.code {
        Code::SensitiveFile => {
            error.hints = vec![
                "a payload cannot be allowed that: make the edit yourself (`cargo handoff edit … --allow-sensitive`), and \
                 take it out of the step"
                    .into(),
            ];
        }
        Code::Usage => error.code = Code::EditRefused,
        _ => {}
    }
    error.hint("no file was changed and nothing was run")
}

/// What justifies each, as far as that is there.
fn reasons(work: &Work, edits: &[Edit]) -> Vec<edit::Reason> {
    let Work { request, read, context, run, .. } = *work;
    let reason = |edit: &Edit| {
        edit::reason(edit, &read.located.root, &read.located.root, &request.common, context).unwrap_or_else(|error| {
            run.warn(format!("what justifies `{}` is not known: {error}", edit.words()));
            edit::Reason::default()
        })
    };
    edits.iter().map(reason).collect()
}

/// Records what was made, in the payload and in the journal.
fn record(work: &Work, approved: &[Approved], rows: &[EditRow]) -> Result<()> {
    let Work { request, read, context, cancel, run, .. } = *work;
    let at = context.surroundings.now();
    let git = Git::open(&read.located.root, &context.surroundings, cancel).ok();
    let who = scene::who(&request.common, context, git.as_ref())?;
    let mut splices = Vec::new();
    for (approved, row) in approved.iter().zip(rows) {
        let entry = EditEntry {
            id: approved.pending.id.clone(),
            step: approved.step.key.clone(),
            digest: approved.pending.digest.clone(),
            file: row.file.clone(),
            op: row.op.clone(),
            symbol: row.symbol.clone(),
            before: row.before.clone(),
            after: row.after.clone(),
            approval: approved.by.word().into(),
            at: at.clone(),
            by: BY.into(),
        };
        let entry = match serde_json::to_value(&entry) {
            Ok(Value::Object(entry)) => entry,
            Ok(_) | Err(_) => return Err(Error::new(Code::Internal, "an edit that was made is no JSON object")),
        };
        splices.push(Splice::Entry { list: "edits".into(), entry });
    }
    splices.push(Splice::Meta { key: "lastUpdatedBy".into(), value: who.into() });
    splices.push(Splice::Meta { key: "lastUpdatedAt".into(), value: at.clone().into() });
    store::save(&read.located, &read.document, &splices)
        .map_err(|error| error.hint("the edits of the plan's steps were made; only the record of it is missing"))?;
    if let Err(error) = journal::append(read.located.folder(), &edit::entries(rows, &at, BY)) {
        run.warn(format!("what the edits cite is not kept: {error}"));
    }
    Ok(())
}
