//! The levels themselves: what is looked at, what is run again, and what came of the claims.

use super::super::around;
use super::super::audited;
use super::super::part::Parts;
use super::super::past;
use super::super::prescribed;
use super::super::request::Context;
use super::super::scene::{self, Read};
use super::acceptance::{self, Looked};
use super::answer::{self, Found};
use super::observe::{self, Asked, Observed};
use super::stage::Stage;
use super::{Request, Require, against, blobs, joined, levels, red};
use crate::answers::{ClaimRow, ValidateAnswer};
use crate::approval::Rules;
use crate::cancel::Cancel;
use crate::check::red::Trial;
use crate::check::{self, Results};
use crate::claims::{self, Reality, Shelf};
use crate::error::{Code, DEADLINE, Error, Result};
use crate::event::{Event, Run};
use crate::payload::edit::Edit;
use crate::report::dossier::Ran;
use crate::words::Level;
use camino::Utf8PathBuf;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

/// The answer of the levels that run nothing.
pub(super) fn without_checks(
    request: &Request,
    read: &Read,
    shelf: &Shelf,
    context: &Context,
    cancel: &Cancel,
    run: &Run,
) -> Result<Done> {
    let began = Instant::now();
    let level = request.level();
    let (mut claims, baseline) = levels::look(read, &request.common, shelf, level, context, cancel)?;
    if let Some(revision) = &request.against {
        claims.extend(against::hold(revision, read, context, cancel, run)?);
    }
    tell(&claims, run);
    // Without cargo nothing can be audited: what was recorded stands.
    let findings = audited::recorded(&read.payload);
    let mut answer = answer::answer(Found { request, read, baseline, claims, ran: None, level, findings }, context);
    let looked = Looked { request, read, ran: None, began, context, cancel, run };
    let edits = acceptance::record(&looked, &mut answer)?;
    Ok(Done { answer, edits, ran: None, rests_on: None, ignored: Vec::new(), named: BTreeSet::new() })
}

fn tell(claims: &[ClaimRow], run: &Run) {
    for ClaimRow { claim, verdict, why, level } in claims {
        run.tell(Event::Claim { claim: claim.clone(), verdict: *verdict, why: why.clone(), level: *level });
    }
}

/// The claims, held.
pub(super) struct Done {
    pub(super) answer: ValidateAnswer,
    /// What is to be written into the payload.
    pub(super) edits: Vec<Edit>,
    /// What was run again, for reports.
    pub(super) ran: Option<Ran>,
    /// Every path an outcome rests on; nothing where that is not all it rests on.
    pub(super) rests_on: Option<BTreeSet<Utf8PathBuf>>,
    /// Patterns of variables it does not rest on.
    pub(super) ignored: Vec<String>,
    /// Variables that builds asked for by name.
    pub(super) named: BTreeSet<String>,
}

/// Where the results of checks come from.
pub(super) enum Source {
    /// They are run here.
    Here,
    /// They were run elsewhere, each part of them on another machine.
    Parts(Parts),
}

/// The answer with the checks run again; where the deadline comes first, that of the levels below.
pub(super) fn with_checks(asked: &Asked, source: Source) -> Result<Done> {
    match checked(asked, source) {
        Err(error) if error.code == Code::Interrupted && asked.cancel.signal() == Some(DEADLINE) => late(error, asked),
        ended => ended,
    }
}

/// What can be told without running anything, in the time that was kept for that. Nothing is recorded of it.
fn late(error: Error, asked: &Asked) -> Result<Done> {
    let Asked { request, read, shelf, context, cancel, run, .. } = *asked;
    let cancel = &request.tests.afterwards(cancel);
    // Up to V2 no process is started: that much is always told.
    let mut seen = None;
    for level in [Level::Outcomes, Level::Tree] {
        match levels::look(read, &request.common, shelf, level, context, cancel) {
            Ok((claims, baseline)) => seen = Some((level, claims, baseline)),
            Err(late) if matches!(late.code, Code::Interrupted) => break,
            Err(other) => return Err(other),
        }
    }
    let Some((level, mut claims, baseline)) = seen else { return Err(error) };
    if let Some(revision) = &request.against {
        match against::hold(revision, read, context, cancel, run) {
            Ok(rows) => claims.extend(rows),
            Err(late) if late.code == Code::Interrupted => {}
            Err(other) => return Err(other),
        }
    }
    tell(&claims, run);
    let findings = audited::recorded(&read.payload);
    let request = &Request { require: Require::NotContradicted, deny: Vec::new(), ..request.clone() };
    let found = Found { request, read, baseline, claims, ran: None, level, findings };
    let mut answer = answer::answer(found, context);
    answer::cut_off(&mut answer.closing, &error, request.writes());
    Ok(Done { answer, edits: Vec::new(), ran: None, rests_on: None, ignored: Vec::new(), named: BTreeSet::new() })
}

fn checked(asked: &Asked, source: Source) -> Result<Done> {
    let Asked { request, read, shelf, past, context, cancel, run } = *asked;
    let began = Instant::now();
    let level = request.level();
    let against = request.against.as_ref().map(|revision| against::hold(revision, read, context, cancel, run));
    let against = against.transpose()?.unwrap_or_default();
    let root = &read.located.root;
    if let Source::Here = source {
        levels::announce(read, shelf, run);
    }
    let stage = Stage::set(&request.common, read, context, cancel, run)?;
    let Stage { scene, flags, settings, .. } = &stage;
    scene::tell(scene, &read.payload.steps, run);
    let logs = observe::logs(scene, run)?;
    let Observed { results, reran, unapproved, is_steady } = match source {
        Source::Here => observe::here(asked, &stage, &logs, &|_| true, None)?,
        Source::Parts(parts) => joined::observe(asked, &stage, &logs, parts)?,
    };
    let blobs = blobs::blobs(read, &scene.snapshot, &scene.baseline)?;
    let lower = levels::prove(read, shelf, level, Some(&scene.snapshot))?;
    let texts = &audited::texts(scene)?;
    let of_audit = audited::Asked { read, scene, root, texts, settings, flags, results: &results };
    let audit = audited::audit(&of_audit, run);
    let reality = Reality {
        payload: &read.payload,
        graph: &scene.graph,
        root,
        baseline: &scene.baseline,
        changes: &scene.changes,
        blobs: &blobs,
        mapped: &scene.mapped,
        chosen: (!request.common.steps.is_empty()).then_some(&scene.chosen),
        results: &results,
        triple: results.tools.triple.as_deref(),
        reran: &reran,
        lower: &lower,
        audit: &audit,
        tree: scene.snapshot.tree(),
    };
    let mut claims = claims::hold(&reality);
    let checks = &stage.checks(read, &request.tests, &logs);
    let trials = if level < Level::Red { Vec::new() } else { trials(asked, &stage, checks, &results) };
    let of_red = red::Asked { level, read, scene, shelf, checks, results: &results, trials, context, cancel, run };
    claims.extend(red::hold(&of_red)?);
    claims.extend(against);
    tell(&claims, run);
    let ran = Some((&results, &reran, logs.as_path()));
    let baseline = Some(scene.baseline_in_words());
    let mut answer =
        answer::answer(Found { request, read, baseline, claims, ran, level, findings: audit.findings }, context);
    answer.closing.next.extend(prescribed::to_approve(&unapproved.ids));
    let looked = Looked { request, read, ran: Some((scene, &results)), began, context, cancel, run };
    let edits = acceptance::record(&looked, &mut answer)?;
    let rests_on = past::rests_on(&results, &scene.graph, past.sight.git.top())
        .filter(|_| is_steady && reran.is_empty() && past.is_at_home(&scene.graph));
    let told = around::Told {
        run: run.id(),
        at: context.surroundings.now(),
        payload: &read.payload,
        root,
        features: flags.feature_args(),
        logs: &logs,
        texts,
    };
    Ok(Done {
        ran: Some(around::ran(told, scene, &results)),
        answer,
        edits,
        rests_on,
        ignored: super::super::sight::ignored(&scene.graph),
        named: past::named(&results),
    })
}

/// The prescribed commands that could tell the baseline from the work.
fn trials(asked: &Asked, stage: &Stage, checks: &check::Request, results: &Results) -> Vec<Trial> {
    let Asked { request, read, context, .. } = *asked;
    let rules = Rules::new(&read.located.root, &context.surroundings);
    let (common, known) = (&request.common, &BTreeMap::new());
    let may = prescribed::Asked { read, common, rules: &rules, checks, context, known };
    prescribed::trials(prescribed::at_hand(read, common, &stage.scene.chosen), &may, results)
}
