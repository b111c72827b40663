//! The levels themselves: what is looked at, what is run again, and what came of the claims.

use super::super::around;
use super::super::audited;
use super::super::locks::Locks;
use super::super::past::{self, Past};
use super::super::prescribed;
use super::super::request::Context;
use super::super::scene::{self, Read, Scene};
use super::super::steady;
use super::acceptance::{self, Looked};
use super::answer::{self, Found};
use super::{Request, Require, again, against, blobs, levels, red};
use crate::answers::{ClaimRow, ValidateAnswer};
use crate::approval::Rules;
use crate::audit::Settings;
use crate::cancel::Cancel;
use crate::check;
use crate::claims::{self, Reality, Shelf};
use crate::error::{Code, DEADLINE, Error, Result};
use crate::event::{Event, Run};
use crate::evidence;
use crate::files;
use crate::git::Git;
use crate::payload::edit::Edit;
use crate::report::dossier::Ran;
use crate::words::Level;
use camino::Utf8PathBuf;
use std::collections::BTreeSet;
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

/// The answer with the checks run again; where the deadline comes first, that of the levels below.
pub(super) fn with_checks(
    request: &Request,
    read: &Read,
    shelf: &Shelf,
    past: &Past,
    context: &Context,
    cancel: &Cancel,
    run: &Run,
) -> Result<Done> {
    match checked(request, read, shelf, past, context, cancel, run) {
        Err(error) if error.code == Code::Interrupted && cancel.signal() == Some(DEADLINE) => {
            late(error, request, read, shelf, context, cancel, run)
        }
        ended => ended,
    }
}

/// What can be told without running anything, in the time that was kept for that. Nothing is recorded of it.
fn late(
    error: Error,
    request: &Request,
    read: &Read,
    shelf: &Shelf,
    context: &Context,
    cancel: &Cancel,
    run: &Run,
) -> Result<Done> {
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
    let Some((level, claims, baseline)) = seen else { return Err(error) };
    tell(&claims, run);
    let findings = audited::recorded(&read.payload);
    let request = &Request { require: Require::NotContradicted, deny: Vec::new(), ..request.clone() };
    let found = Found { request, read, baseline, claims, ran: None, level, findings };
    let mut answer = answer::answer(found, context);
    answer::cut_off(&mut answer.closing, &error, request.writes());
    Ok(Done { answer, edits: Vec::new(), ran: None, rests_on: None, ignored: Vec::new(), named: BTreeSet::new() })
}

fn checked(
    request: &Request,
    read: &Read,
    shelf: &Shelf,
    past: &Past,
    context: &Context,
    cancel: &Cancel,
    run: &Run,
) -> Result<Done> {
    let began = Instant::now();
    let level = request.level();
    let against = request.against.as_ref().map(|revision| against::hold(revision, read, context, cancel, run));
    let against = against.transpose()?.unwrap_or_default();
    levels::announce(read, shelf, run);
    let root = &read.located.root;
    let locks = Locks::watch(&request.common, root, context)?;
    let mut flags = again::recorded_features(request.common.flags(), read, run);
    flags.locked |= locks.are_complete();
    let graph = scene::graph(root, &request.common, &flags, context, cancel)?;
    let mut scene = scene::look(Some(read), root, graph, &request.common, &flags, context, cancel)?;
    if request.common.steps.is_empty() {
        let claimed = again::claimed_packages(read, &scene);
        scene.ask_for(claimed, "the payload claims something of it");
    }
    let settings = Settings::read(&scene.graph)?;
    scene::tell(&scene, &read.payload.steps, run);
    let logs = logs(&scene, run)?;
    let asked = check::Request {
        graph: &scene.graph,
        full: scene.full(),
        tests_only: scene.tests_only(),
        changes: &scene.changes,
        root,
        folder: &logs,
        flags: &flags,
        strict: false,
        test_timeout: request.tests.limit(),
        testing: request.tests.testing(),
        doc: again::claims_documentation(read),
        only: None,
        select: Some(scene.question()),
        selection: Some(&scene.selection),
        build: None,
        memory: None,
    };
    let mut results = past::remembering(past, &scene.graph, !request.fresh, |memory| {
        check::run(&check::Request { memory: Some(memory), ..asked }, &context.surroundings, cancel, run)
    })?;
    cancel.check()?;
    scene::keep(&scene, &results, &past.vault, run);
    // Nobody is asked here: what the user approved may run again, and nothing else.
    let rules = Rules::new(root, &context.surroundings);
    let commands = prescribed::at_hand(read, &request.common, &scene.chosen);
    let (unapproved, reran) = past::remembering(past, &scene.graph, !request.fresh, |memory| {
        let checks = &check::Request { memory: Some(memory), ..asked };
        let may = prescribed::Asked { read, common: &request.common, rules: &rules, checks, context };
        let unapproved = prescribed::run(commands, &may, &mut results, cancel, run)?;
        cancel.check()?;
        Ok((unapproved, again::rerun(read, checks, context, cancel, run)?))
    })?;
    cancel.check()?;
    let is_steady = past.sight.is_steady();
    let moved = if is_steady {
        Vec::new()
    } else {
        let after = Git::open(root, &context.surroundings, cancel)?.snapshot(root)?;
        steady::moved(&scene.snapshot, &after)?
    };
    steady::unsettle(&mut results, &moved, &scene.graph, root);
    let blobs = blobs::blobs(read, &scene.snapshot, &scene.baseline)?;
    let lower = levels::prove(read, shelf, level, Some(&scene.snapshot))?;
    let of_audit = audited::Asked {
        read,
        scene: &scene,
        root,
        texts: &audited::texts(&scene)?,
        settings: &settings,
        flags: &flags,
        results: &results,
    };
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
    let may = prescribed::Asked { read, common: &request.common, rules: &rules, checks: &asked, context };
    let at_hand = prescribed::at_hand(read, &request.common, &scene.chosen);
    let trials =
        if level < crate::words::Level::Red { Vec::new() } else { prescribed::trials(at_hand, &may, &results) };
    let of_red =
        red::Asked { level, read, scene: &scene, checks: &asked, results: &results, trials, context, cancel, run };
    claims.extend(red::hold(&of_red)?);
    claims.extend(against);
    tell(&claims, run);
    let ran = Some((&results, &reran, logs.as_path()));
    let baseline = Some(scene.baseline_in_words());
    let mut answer =
        answer::answer(Found { request, read, baseline, claims, ran, level, findings: audit.findings }, context);
    answer.closing.next.extend(prescribed::to_approve(&unapproved.ids));
    let looked = Looked { request, read, ran: Some((&scene, &results)), began, context, cancel, run };
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
    };
    Ok(Done {
        ran: Some(around::ran(told, &scene, &results)),
        answer,
        edits,
        rests_on,
        ignored: super::super::sight::ignored(&scene.graph),
        named: past::named(&results),
    })
}

/// Where the logs of this run go: under the target folder, which is cargo's to fill.
fn logs(scene: &Scene, run: &Run) -> Result<Utf8PathBuf> {
    let Some(workspace) = scene.graph.workspaces.first() else {
        return Err(Error::new(Code::NoWorkspace, "there is no cargo workspace"));
    };
    files::make_target_folder(&workspace.target_folder)?;
    let all = workspace.target_folder.join("handoff").join("validate");
    let folder = all.join(run.id());
    files::create_folder(&folder)?;
    evidence::prune(&all, &BTreeSet::new())?;
    Ok(folder)
}
