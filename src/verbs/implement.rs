//! The stage: gate, mapping, changes, checks per target, and the record of what was seen.

mod blame;
mod drift;
mod guardrails;
mod observe;
mod red;
mod edits;
mod desk;
mod save;
mod issues;
mod ending;

use super::around;
use super::audited::{self, Denied};
use super::closing;
use super::locks::Locks;
use super::memo::{self, Recorder, Told};
use super::past::{self, Past};
use super::prescribed;
use super::reports::{self, Of, Wanted};
use super::request::{Common, Context, Tests};
use super::scene::{self, Read, Scene};
use super::steady;
use crate::answers::ImplementAnswer;
use crate::approval::{self, Parsed, Rules};
use crate::audit::Settings;
use crate::cancel::Cancel;
use crate::check;
use crate::claims::Shelf;
use crate::error::{Code, Error, Result};
use crate::event::{Event, Run, Watch};
use crate::files;
use crate::git::Git;
use crate::payload::store;
use crate::record;
use crate::report::dossier::{Dossier, Fresh};
use crate::workspace::graph::CargoFlags;
use camino::{Utf8Path, Utf8PathBuf};
use desk::Desk;
use ending::Lasting;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What `implement` is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// What most verbs are asked.
    pub common: Common,
    /// Whether everything found counts, also what was there before.
    pub strict: bool,
    /// Whether to let rustfmt and clippy repair first.
    pub fix: bool,
    /// Whether to show the payload's diff and write nothing.
    pub dry_run: bool,
    /// Whether to seal the evidence although not ready.
    pub seal: bool,
    /// Free text about the task, kept verbatim.
    pub brief: Option<String>,
    /// A file outside of the checkout with command lines that may run, one a line.
    pub allow_file: Option<String>,
    /// Whether everything the payload prescribes may run.
    pub trust_payload: bool,
    /// How tests are to be run.
    pub tests: Tests,
    /// How often new and changed tests are run again; a few times where `None`.
    pub stress: Option<u32>,
    /// Whether a test that fails and then passes is no failure.
    pub flaky_passes: bool,
    /// Whether documentation is checked too.
    pub doc: bool,
    /// Whether tests that failed are run on the baseline too.
    pub blame: bool,
    /// Whether the tests of the work are run on the baseline, to see them fail there.
    pub red: bool,
    /// Whether to run everything anew, whatever earlier runs saw.
    pub no_cache: bool,
    /// Whether to pause where somebody else changed what was found for this work.
    pub strict_drift: bool,
    /// The kinds of findings that are no better than a check that failed.
    pub deny: Vec<Denied>,
    /// The reports to make of what was recorded, however it ends. They change nothing of the answer.
    #[serde(skip_serializing)]
    pub reports: Vec<Wanted>,
}

/// Runs the stage.
///
/// # Errors
/// Everything of the contract's exit codes that is not an outcome: 65, 66, 70, 74, 75, 78, 102, 103, and 106 where the
/// deadline came before anything was checked.
pub fn run(request: &Request, context: &Context, cancel: &Cancel, watch: &dyn Watch) -> Result<ImplementAnswer> {
    reports::check(&request.reports, context)?;
    reports::out_of_the_way(&request.reports, context, cancel)?;
    let cancel = &request.tests.in_time(cancel);
    let recorder = Recorder::new(watch);
    let run = Run::new(context.surroundings.now_as_name(), &recorder);
    let (mut answer, unsaved) = match answered(request, context, cancel, &recorder, &run) {
        Ok(answered) => answered,
        Err(error) => return Err(reports::of_error("implement", error, &request.reports, context, &run)),
    };
    if !request.reports.is_empty() {
        // What is reported is what a reader of the payload finds there: whether it was saved just now or long ago.
        let dossier = unsaved.map_or_else(|| recorded(request, &answer, context), Ok)?;
        answer.reports = reports::make(&request.reports, &[dossier], context, &run);
        closing::reported(&mut answer.closing, &answer.reports);
    }
    Ok(answer)
}

/// The payload as it was saved, with what this run says of it.
fn recorded(request: &Request, answer: &ImplementAnswer, context: &Context) -> Result<Dossier> {
    let read = scene::read(&request.common, context)?;
    let shelf = Shelf::read(read.located.folder(), &read.payload);
    let judged = ending::judged(answer, request);
    Ok(reports::dossier(Of { verb: "implement", read: &read, shelf: &shelf, fresh: Fresh::Nothing, judged }))
}

/// The answer; with `--dry-run` also what would have been reported.
fn answered(
    request: &Request,
    context: &Context,
    cancel: &Cancel,
    recorder: &Recorder,
    run: &Run,
) -> Result<(ImplementAnswer, Option<Dossier>)> {
    let read = scene::read(&request.common, context)?;
    reports::keep_off(&request.reports, &read.located, context)?;
    scene::pass_gate(&read)?;
    let payload = scene::shown(&read.located.payload, context);
    run.tell(Event::VerbStarted { verb: "implement".into(), payload: Some(payload) });
    let _held = if request.dry_run { None } else { Some(store::hold(&read.located)?) };
    let rules = rules(request, &read, context, run)?;
    let past = Past::look(&request.common, &read.located.root, context, cancel)?;
    let is_plain = !request.dry_run && !request.fix && !request.seal && request.brief.is_none();
    let asked = past.asked("implement", request, &request.common, &read.located.payload);
    if is_plain && !request.no_cache {
        let known: Option<Lasting> = memo::recall(&asked, run)?;
        if let Some(answer) = known {
            let git = &past.sight.git;
            let answer = answer.now(git, &git.prefix(&read.located.root)?, context)?;
            return Ok((ImplementAnswer { edits: 0, ..answer }, None));
        }
    }
    let done = work(&Work { request, read: &read, past: &past, context, cancel, run }, rules)?;
    if let Some(paths) = done.rests_on.filter(|_| is_plain && done.lasting.exit() == 0) {
        let told = Told {
            at: context.surroundings.now(),
            events: recorder.events(),
            ignored: done.ignored,
            named: done.named,
            paths,
        };
        past::warned(run, memo::keep(&asked, told, &done.lasting));
    }
    past.sight.save();
    Ok((done.answer, done.unsaved))
}

/// What the work is done with.
struct Work<'a> {
    request: &'a Request,
    read: &'a Read,
    past: &'a Past<'a>,
    context: &'a Context,
    cancel: &'a Cancel,
    run: &'a Run<'a>,
}

/// The work, done.
struct Done {
    answer: ImplementAnswer,
    lasting: Lasting,
    /// What is reported of a run that is not saved.
    unsaved: Option<Dossier>,
    /// Every path an outcome rests on; nothing where that is not all it rests on.
    rests_on: Option<BTreeSet<Utf8PathBuf>>,
    /// Patterns of variables it does not rest on.
    ignored: Vec<String>,
    /// Variables that builds asked for by name.
    named: BTreeSet<String>,
}

fn work(work: &Work, mut rules: Rules) -> Result<Done> {
    let Work { request, mut read, mut past, context, cancel, run } = *work;
    let (root, common, flags) = (&work.read.located.root, &request.common, request.common.flags());
    let _locks = request.dry_run.then(|| Locks::watch(common, root, context)).transpose()?;
    let graph = scene::graph(root, common, &flags, context, cancel)?;
    let mut scene = scene::look(Some(read), root, graph, common, &flags, context, cancel)?;
    pause_if_finished(read, &scene)?;
    drift::look(work, &scene)?;
    let made = edits::make(work, &scene, &mut rules)?;
    let (read_anew, edited); // what is there now, once it was edited
    if made.is_written {
        read_anew = scene::read(common, context)?;
        edited = Past::look(common, root, context, cancel)?;
        (read, past) = (&read_anew, &edited);
        let graph = scene::graph(root, common, &flags, context, cancel)?;
        scene = scene::look(Some(read), root, graph, common, &flags, context, cancel)?;
    }
    let settings = Settings::read(&scene.graph)?;
    let desk = Desk::set_up(request, read, run)?;
    let target_folder = scene.graph.workspaces.first().map(|workspace| workspace.target_folder.as_path());
    let is_cold = target_folder.map(files::make_target_folder).transpose()?.unwrap_or_default();
    let mut fixed = Vec::new();
    let repaired; // what is there now, once it was repaired
    if request.fix && !request.dry_run {
        let asked = asked(request, read, &scene, &desk, &flags);
        fixed = check::fix(&asked, &context.surroundings, cancel, run)?.commands;
        let before = scene.snapshot;
        scene = scene::look(Some(read), root, scene.graph, common, &flags, context, cancel)?;
        for file in steady::moved(&before, &scene.snapshot)? {
            run.remark(format!("repaired `{file}`"));
        }
        repaired = Past::look(common, root, context, cancel)?;
        past = &repaired;
    }
    if common.steps.is_empty() {
        let restless = past::restless(past, asked(request, read, &scene, &desk, &flags), cancel, run);
        scene.ask_for_each(restless);
    }
    let open_issues = issues::tell(read, &scene, run)?;
    scene::tell(&scene, &read.payload.steps, run);
    let commands = || prescribed::at_hand(read, common, &scene.chosen);
    if !request.dry_run {
        prescribed::ask(commands(), &mut rules, read, common, context, cancel, run)?;
    }
    let texts = audited::texts(&scene)?;
    let mut checks = asked(request, read, &scene, &desk, &flags);
    checks.testing.texts = Some(&texts);
    let mut results = past::remembering(past, &scene.graph, !request.no_cache, |memory| {
        check::run(&check::Request { memory: Some(memory), ..checks }, &context.surroundings, cancel, run)
    })?;
    scene::keep(&scene, &results, &past.vault, run);
    if is_cold {
        // When cargo was asked for it there was no place to keep it. It only saves time.
        let _ = scene::graph(root, common, &flags, context, cancel);
    }
    if request.blame && results.interrupted.is_none() {
        blame::blame(&blame::Asked { scene: &scene, checks: &checks, context, cancel, run }, &mut results)?;
    }
    results.commands.splice(0..0, fixed);
    let mut unapproved = past::remembering(past, &scene.graph, !request.no_cache, |memory| {
        let checks = check::Request { memory: Some(memory), ..checks };
        let may = prescribed::Asked { read, common, rules: &rules, checks: &checks, context, known: &BTreeMap::new() };
        prescribed::run(commands(), &may, &mut results, cancel, run)
    })?;
    unapproved.ids.splice(0..0, made.waiting);
    unapproved.n_refused += made.n_refused;
    if results.interrupted.is_none() {
        let may = prescribed::Asked { read, common, rules: &rules, checks: &checks, context, known: &BTreeMap::new() };
        let trials = &prescribed::trials(commands(), &may, &results);
        let asked = red::Asked { read, scene: &scene, checks: &checks, texts: &texts, trials, context, cancel, run };
        if request.red { red::red(&asked, &mut results)? } else { red::keep(&asked, &mut results) }
    }
    // From here on nothing is cancelled any more: what finished is to be recorded.
    let settled = Git::open(root, &context.surroundings, &Cancel::new())?;
    scene.snapshot = scene.snapshot.under(&Cancel::new());
    let is_steady = past.sight.is_steady();
    let moved = if is_steady { Vec::new() } else { steady::moved(&scene.snapshot, &settled.snapshot(root)?)? };
    steady::unsettle(&mut results, &moved, &scene.graph, root);
    for file in &moved {
        run.warn(format!("`{file}` changed while the checks ran"));
    }
    let of_audit = audited::Asked {
        read,
        scene: &scene,
        root,
        texts: &texts,
        settings: &settings,
        flags: &flags,
        results: &results,
    };
    let audit = audited::audit(&of_audit, run);
    let observation = observe::Observation {
        denied: audited::denied(&audit.findings, &request.deny),
        follow_ups: [guardrails::follow_ups(read, &scene, &texts, &audit.findings, run), made.follow_ups].concat(),
        unmade: made.open,
        audit,
        edited: observe::edited(read, run),
        at: context.surroundings.now(),
        who: scene::who(common, context, Some(&settled))?,
        selected: results.selection.as_ref().unwrap_or(&scene.selection).packages(),
        attributed: observe::attributed(&scene, &texts, &results, root),
        subjects: observe::subjects(&settled, &scene)?,
        environment: around::environment(&results.tools, root),
        flags,
    };
    let observed = observation.of(request, read, &scene, &texts, &results, run);
    let mut record = record::record(&observed)?;
    let of_saving = save::Asked { read, observed: &observed, scene: &scene, desk: &desk, run };
    let saved = if request.dry_run { save::dry_run(read, &record)? } else { save::save(&of_saving, &mut record)? };
    let lasting = ending::answer(ending::End {
        read,
        scene: &scene,
        strict: request.strict,
        observed: &observed,
        record: &record,
        folder: (!request.dry_run).then_some(desk.folder.as_path()),
        edits: saved.edits,
        diff: saved.diff.map(|diff| made.diff + &diff),
        open_issues,
        unapproved: &unapproved,
        context,
    });
    let answer = lasting.now(&settled, scene.snapshot.prefix(), context)?;
    let is_wanted = request.dry_run && !request.reports.is_empty();
    let unsaved =
        is_wanted.then(|| save::unsaved(&of_saving, &record, ending::judged(&answer, request))).transpose()?;
    let rests_on = past::rests_on(&results, &scene.graph, settled.top())
        .filter(|_| is_steady && !made.is_written && saved.is_ours_alone && past.is_at_home(&scene.graph));
    Ok(Done {
        answer,
        lasting,
        unsaved,
        rests_on,
        ignored: super::sight::ignored(&scene.graph),
        named: past::named(&results),
    })
}

/// What may run of what the payload prescribes.
fn rules(request: &Request, read: &Read, context: &Context, run: &Run) -> Result<Rules> {
    let mut rules = Rules::new(&read.located.root, &context.surroundings);
    let needs_approval = |command: &str| matches!(approval::parse(command), Parsed::NeedsApproval(_));
    let matters = read.payload.steps.iter().any(|step| !step.edits.is_empty())
        || read.payload.prescribed.iter().any(|prescribed| needs_approval(&prescribed.command));
    if let Some(oddity) = rules.oddity.as_ref().filter(|_| matters) {
        run.warn(format!("no approval that was kept counts: {oddity}"));
    }
    if let Some(file) = &request.allow_file {
        rules = rules.allowing(Utf8Path::new(file), &context.surroundings)?;
    }
    if request.trust_payload {
        run.warn("`--trust-payload`: every command the payload prescribes runs as you, whatever it is");
        rules = rules.trusting_payload();
    }
    Ok(rules)
}

/// A payload that is ready and whose work is on the default branch already has nothing left to implement.
fn pause_if_finished(read: &Read, scene: &Scene) -> Result<()> {
    let handoff = record::our_object(&read.payload, "handoff");
    let is_ready = handoff.and_then(|handoff| handoff.get("readyFor")).is_some_and(|ready| !ready.is_null());
    if is_ready && scene.baseline.until.is_some() {
        return Err(Error::new(Code::GateClosed, "this payload is finished, and its work is in the default branch")
            .hint("`cargo handoff validate` holds it against the tree")
            .next("cargo handoff init --new", "archive it and start the next one"));
    }
    Ok(())
}

/// What to check: the packages at hand, with findings charged by the changes as they are now.
fn asked<'a>(
    request: &Request,
    read: &'a Read,
    scene: &'a Scene,
    desk: &'a Desk,
    flags: &'a CargoFlags,
) -> check::Request<'a> {
    check::Request {
        strict: request.strict,
        test_timeout: request.tests.limit(),
        testing: check::Testing {
            stress: request.stress.unwrap_or(check::STRESS),
            flaky_passes: request.flaky_passes,
            ..request.tests.testing()
        },
        doc: request.doc,
        ..scene.checks(&read.located.root, &desk.folder, flags)
    }
}
