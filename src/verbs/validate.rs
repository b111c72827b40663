//! Holds every claim of the payload against its records, the tree and checks that are run again. Writes nothing unless asked.

mod blobs;
mod again;
mod levels;
mod red;
mod against;
mod answer;
mod acceptance;
mod clean;
mod touched;

use super::audited::{self, Denied};
use super::locks::Locks;
use super::memo::{self, Recorder, Told};
use super::past::{self, Past};
use super::prescribed;
use super::request::{Common, Context, Tests};
use super::scene::{self, Read, Scene};
use super::steady;
use crate::answers::{ClaimRow, ValidateAnswer};
use crate::approval::Rules;
use crate::audit::Settings;
use crate::cancel::Cancel;
use crate::check;
use crate::claims::{self, Reality, Shelf};
use crate::error::{Code, Error, Result};
use crate::event::{Event, Run, Watch};
use crate::evidence;
use crate::files;
use crate::git::Git;
use crate::payload::edit::Edit;
use crate::words::Level;
use acceptance::Looked;
pub use acceptance::{Decide, Decided};
use answer::Found;
use camino::Utf8PathBuf;
pub use clean::Clean;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeSet;
use std::time::Instant;

/// What is enough.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Require {
    /// That no claim is contradicted.
    #[default]
    NotContradicted,
    /// That every recorded check was run again and came to the same.
    Reproduced,
    /// That every claim is confirmed.
    Confirmed,
}

impl Require {
    /// As it is typed.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::NotContradicted => "not-contradicted",
            Self::Reproduced => "reproduced",
            Self::Confirmed => "confirmed",
        }
    }
}

/// What `validate` is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// What most verbs are asked.
    pub common: Common,
    /// How tests are to be run.
    pub tests: Tests,
    /// Whether to run everything anew, whatever this machine saw pass before.
    pub fresh: bool,
    /// How closely to look; [`Level::Checks`] where `None`.
    pub level: Option<Level>,
    /// What is enough.
    pub require: Require,
    /// Whether to write what was seen into `qaFindings`.
    pub record: bool,
    /// What a person decides about acceptance; it is written too.
    pub decide: Option<Decide>,
    /// Whether to look at HEAD as committed, in a fresh folder.
    pub clean: Option<Clean>,
    /// The kinds of findings that are no better than a check that failed.
    pub deny: Vec<Denied>,
    /// A revision whose payload nothing may have been deleted from.
    pub against: Option<String>,
    /// Judge only the payloads this range touches: `A..B`, a base, or empty where it is to be found.
    pub changed_only: Option<String>,
}

impl Request {
    /// How closely to look.
    fn level(&self) -> Level {
        self.level.unwrap_or(Level::Checks)
    }

    /// Whether the same answer may be given again: nothing is written, and what lies in `handoff/` at another revision
    /// is in no key.
    const fn is_repeatable(&self) -> bool {
        !self.writes() && self.against.is_none()
    }

    /// Whether anything is written into the payload.
    const fn writes(&self) -> bool {
        self.record || self.decide.is_some()
    }
}

/// Holds the claims against reality. The tree is left as it was: cargo runs `--locked`, a lock file that was
/// not there is removed again, and logs lie under the target folder.
///
/// # Errors
/// Everything of the contract's exit codes that is not an outcome: 65, 66, 74, 78, 102, 103, 106, signals.
pub fn run(request: &Request, context: &Context, cancel: &Cancel, watch: &dyn Watch) -> Result<ValidateAnswer> {
    acceptance::check(request)?;
    if let Some(range) = &request.changed_only {
        return touched::run(range, request, context, cancel, watch, &|one| run(one, context, cancel, watch));
    }
    let cancel = &request.tests.in_time(cancel);
    let recorder = Recorder::new(watch);
    let run = Run::new(context.surroundings.now_as_name(), &recorder);
    let read = scene::read(&request.common, context)?;
    scene::pass_gate(&read)?;
    let payload = scene::shown(&read.located.payload, context);
    run.tell(Event::VerbStarted { verb: "validate".into(), payload: Some(payload) });
    match request.clean {
        None => here(request, &read, context, cancel, &recorder, &run),
        Some(how) => elsewhere(request, how, &read, context, cancel, &run),
    }
}

/// Holds the claims of HEAD's payload against HEAD's files, laid out in a fresh folder.
fn elsewhere(
    request: &Request,
    how: Clean,
    read: &Read,
    context: &Context,
    cancel: &Cancel,
    run: &Run,
) -> Result<ValidateAnswer> {
    run.remark(
        "`--clean` judges HEAD as committed in a fresh folder: what was built before does not count, so it is slower",
    );
    let laid = clean::lay_out(read, how, &request.common, context, cancel)?;
    let there = scene::read(&laid.common, &laid.context)?;
    scene::pass_gate(&there)?;
    if request.writes() && there.document.text() != read.document.text() {
        return Err(Error::new(Code::Usage, "`--clean` judged HEAD's payload, and the one here is another")
            .hint("commit the payload first, then record what `--clean` saw"));
    }
    let request = &Request { common: laid.common.clone(), ..request.clone() };
    let shelf = Shelf::read(there.located.folder(), &there.payload);
    let Done { mut answer, edits, .. } = if request.level() < Level::Checks {
        looked_at(request, &there, &shelf, &laid.context, cancel, run)?
    } else {
        let past = Past::look(&request.common, &there.located.root, &laid.context, cancel)?;
        work(request, &there, &shelf, &past, &laid.context, cancel, run)?
    };
    // The logs are gone with the folder.
    answer.problems.iter_mut().for_each(|problem| problem.log = None);
    acceptance::save(read, &edits, &mut answer, context, run)?;
    Ok(answer)
}

/// Holds the claims of the payload that lies here against the working tree.
fn here(
    request: &Request,
    read: &Read,
    context: &Context,
    cancel: &Cancel,
    recorder: &Recorder,
    run: &Run,
) -> Result<ValidateAnswer> {
    let shelf = Shelf::read(read.located.folder(), &read.payload);
    if request.level() < Level::Checks {
        let Done { mut answer, edits, .. } = looked_at(request, read, &shelf, context, cancel, run)?;
        acceptance::save(read, &edits, &mut answer, context, run)?;
        return Ok(answer);
    }
    let past = Past::look(&request.common, &read.located.root, context, cancel)?;
    // Git does not show what lies in `handoff/runs/`.
    let question = Question { request, evidence: shelf.digest() };
    let asked = past.asked("validate", &question, &request.common, &read.located.payload);
    let is_new = request.fresh || !request.is_repeatable();
    let known: Option<ValidateAnswer> = if is_new { None } else { memo::recall(&asked, run)? };
    if let Some(answer) = known {
        return Ok(answer);
    }
    let Done { mut answer, edits, rests_on, ignored, named } =
        work(request, read, &shelf, &past, context, cancel, run)?;
    acceptance::save(read, &edits, &mut answer, context, run)?;
    if let Some(paths) = rests_on.filter(|_| answer.closing.exit == 0 && request.is_repeatable()) {
        let told = Told { at: context.surroundings.now(), events: recorder.events(), ignored, named, paths };
        past::warned(run, memo::keep(&asked, told, &answer));
    }
    past.sight.save();
    Ok(answer)
}

/// What an answer is given to: what was asked, and the evidence it was asked of.
#[derive(Serialize)]
struct Question<'a> {
    request: &'a Request,
    evidence: String,
}

/// The answer of the levels that run nothing.
fn looked_at(
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
    Ok(Done { answer, edits, rests_on: None, ignored: Vec::new(), named: BTreeSet::new() })
}

fn tell(claims: &[ClaimRow], run: &Run) {
    for ClaimRow { claim, verdict, why, level } in claims {
        run.tell(Event::Claim { claim: claim.clone(), verdict: *verdict, why: why.clone(), level: *level });
    }
}

/// The claims, held.
struct Done {
    answer: ValidateAnswer,
    /// What is to be written into the payload.
    edits: Vec<Edit>,
    /// Every path an outcome rests on; nothing where that is not all it rests on.
    rests_on: Option<BTreeSet<Utf8PathBuf>>,
    /// Patterns of variables it does not rest on.
    ignored: Vec<String>,
    /// Variables that builds asked for by name.
    named: BTreeSet<String>,
}

fn work(
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
    let of_red = red::Asked { level, read, scene: &scene, checks: &asked, results: &results, context, cancel, run };
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
    Ok(Done { answer, edits, rests_on, ignored: super::sight::ignored(&scene.graph), named: past::named(&results) })
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
