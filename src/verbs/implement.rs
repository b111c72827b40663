//! The stage: gate, mapping, changes, checks per target, and the record of what was seen.

mod observe;
mod ending;

use super::locks::Locks;
use super::request::{Common, Context};
use super::scene::{self, Read, Scene};
use super::steady;
use crate::answers::ImplementAnswer;
use crate::cancel::Cancel;
use crate::check;
use crate::error::{Code, Error, Result};
use crate::event::{Event, Run, Watch};
use crate::evidence::{self, RunRecord};
use crate::files;
use crate::git::Git;
use crate::payload::{edit, store};
use crate::record::{self, Observed, Record};
use crate::workspace::graph::CargoFlags;
use camino::Utf8PathBuf;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeSet;
use std::time::Duration;

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
    /// Seconds each test binary may take.
    pub test_timeout: Option<u64>,
}

/// Runs the stage.
///
/// # Errors
/// Everything of the contract's exit codes that is not an outcome: 65, 66, 70, 74, 75, 78, 102, 103.
pub fn run(request: &Request, context: &Context, cancel: &Cancel, watch: &dyn Watch) -> Result<ImplementAnswer> {
    let run = Run::new(context.surroundings.now_as_name(), watch);
    let read = scene::read(&request.common, context)?;
    scene::pass_gate(&read)?;
    let payload = scene::shown(&read.located.payload, context);
    run.tell(Event::VerbStarted { verb: "implement".into(), payload: Some(payload) });
    let _held = if request.dry_run { None } else { Some(store::hold(&read.located)?) };
    let root = &read.located.root;
    let flags = request.common.flags();
    let _locks = request.dry_run.then(|| Locks::watch(&request.common, root, context)).transpose()?;
    let graph = scene::graph(root, &request.common, &flags, context, cancel)?;
    let mut scene = scene::look(Some(&read), root, graph, &request.common, &flags, context, cancel)?;
    pause_if_finished(&read, &scene)?;
    let desk = Desk::set_up(request, &read, &run)?;
    let mut fixed = Vec::new();
    if request.fix && !request.dry_run {
        let asked = asked(request, &read, &scene, &desk, &flags);
        fixed = check::fix(&asked, &context.surroundings, cancel, &run)?.commands;
        let before = scene.snapshot;
        scene = scene::look(Some(&read), root, scene.graph, &request.common, &flags, context, cancel)?;
        for file in steady::moved(&before, &scene.snapshot)? {
            run.remark(format!("repaired `{file}`"));
        }
    }
    scene::tell(&scene, &read.payload.steps, &run);
    let checks = asked(request, &read, &scene, &desk, &flags);
    let mut results = check::run(&checks, &context.surroundings, cancel, &run)?;
    scene::keep(&scene, &results, &run);
    results.commands.splice(0..0, fixed);
    results.commands.extend(observe::unapproved(&read, &results));
    // From here on nothing is cancelled any more: what finished is to be recorded.
    let settled = Git::open(root, &context.surroundings, &Cancel::new())?;
    scene.snapshot = scene.snapshot.under(&Cancel::new());
    let moved = steady::moved(&scene.snapshot, &settled.snapshot(root)?)?;
    steady::unsettle(&mut results, &moved, &scene.graph, root);
    for file in &moved {
        run.warn(format!("`{file}` changed while the checks ran"));
    }
    let observation = observe::Observation {
        at: context.surroundings.now(),
        who: scene::who(&request.common, context, Some(&settled))?,
        selected: results.selection.as_ref().unwrap_or(&scene.selection).packages(),
        attributed: observe::attributed(&scene, &results, root)?,
        subjects: observe::subjects(&settled, &scene)?,
        environment: observe::environment(&results.tools, root),
        flags,
    };
    let observed = observation.of(request, &read, &scene, &results, &run);
    let record = record::record(&observed)?;
    let saved = if request.dry_run {
        Saved { edits: record.edits.len(), diff: Some(dry_run(&read, &record)?) }
    } else {
        save(&read, &observed, &record, &scene, &desk, &run)?
    };
    ending::answer(ending::End {
        read: &read,
        scene: &scene,
        observed: &observed,
        record: &record,
        folder: (!request.dry_run).then_some(desk.folder.as_path()),
        edits: saved.edits,
        diff: saved.diff,
        git: &settled,
        context,
    })
}

/// Where this run's logs go.
struct Desk {
    handoff: Utf8PathBuf,
    folder: Utf8PathBuf,
    _temporary: Option<tempfile::TempDir>,
}

impl Desk {
    /// `handoff/runs/<id>`, or with `--dry-run` a temporary folder.
    fn set_up(request: &Request, read: &Read, run: &Run) -> Result<Self> {
        let handoff = scene::handoff_folder(&read.located);
        if request.dry_run {
            let temporary = tempfile::Builder::new()
                .prefix("handoff-dry-run-")
                .tempdir()
                .map_err(|error| Error::io("make a temporary folder", error))?;
            let folder = crate::error::utf8(temporary.path().to_owned())?;
            return Ok(Self { handoff, folder, _temporary: Some(temporary) });
        }
        store::prepare_folder(&read.located)?;
        let folder = evidence::run_folder(&handoff, run.id());
        files::create_folder(&folder)?;
        Ok(Self { handoff, folder, _temporary: None })
    }
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
        graph: &scene.graph,
        full: scene.full(),
        tests_only: scene.tests_only(),
        changes: &scene.changes,
        root: &read.located.root,
        folder: &desk.folder,
        flags,
        strict: request.strict,
        test_timeout: request.test_timeout.map_or(check::TEST_TIMEOUT, Duration::from_secs),
        only: None,
        select: Some(scene.question()),
        selection: Some(&scene.selection),
        build: None,
    }
}

struct Saved {
    edits: usize,
    diff: Option<String>,
}

fn dry_run(read: &Read, record: &Record) -> Result<String> {
    let new = edit::apply(&read.document, &record.edits)?;
    let diff = similar::TextDiff::from_lines(read.document.text(), new.text());
    Ok(diff.unified_diff().context_radius(3).header("handoff/payload.json", "handoff/payload.json").to_string())
}

/// Evidence first, then the payload that refers to it.
fn save(read: &Read, observed: &Observed, record: &Record, scene: &Scene, desk: &Desk, run: &Run) -> Result<Saved> {
    let (changes, commands) = record::for_evidence(observed, record.sealed);
    let evidence = RunRecord {
        run: run.id().to_owned(),
        at: observed.at.to_owned(),
        environment: observed.environment.clone(),
        baseline: observed.baseline.commit.clone(),
        tree: observed.tree.to_owned(),
        changes,
        commands,
        suites: evidence::suites(observed.results),
        skipped: evidence::skipped(observed.results),
        hidden: scene.selection.hidden.clone(),
    };
    let patch: String = scene.changes.iter().map(|change| change.diff.as_str()).collect();
    evidence::write(&desk.folder, &evidence, &patch)?;
    if record.sealed && !record.edits.is_empty() {
        evidence::seal(&desk.folder, &evidence::evidence_folder(&desk.handoff, run.id()))?;
    }
    let saved = store::save(&read.located, &read.document, &record.edits)?;
    evidence::prune(&desk.handoff.join("runs"), &referred(saved.document.text()))?;
    let edits = if saved.changed { record.edits.len() } else { 0 };
    run.tell(Event::Recorded { payload: scene::relative(&read.located.root, &read.located.payload), edits });
    Ok(Saved { edits, diff: None })
}

/// The runs a payload's text refers to.
fn referred(text: &str) -> BTreeSet<String> {
    let id = |rest: &str| rest.split(['"', '/', '\\']).next().unwrap_or_default().to_owned();
    text.split("handoff/runs/").skip(1).map(id).collect()
}
