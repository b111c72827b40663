//! Holds every claim of the payload against the tree and against checks that are run again. Writes nothing.

use super::audited::{self, Denied};
use super::closing;
use super::locks::Locks;
use super::memo::{self, Recorder, Told};
use super::past::{self, Past};
use super::prescribed;
use super::request::{Common, Context, Tests};
use super::scene::{self, Read, Scene};
use super::steady;
use crate::answers::{ClaimRow, Closing, Next, ValidateAnswer};
use crate::approval::{self, Parsed, Rules};
use crate::audit::Settings;
use crate::cancel::Cancel;
use crate::check::{self, Results};
use crate::claims::{self, Blobs, Reality, Side};
use crate::error::{Code, Error, Result};
use crate::event::{Event, Run, Watch};
use crate::evidence;
use crate::files;
use crate::git::Git;
use crate::standing;
use crate::words::{CheckKind, Outcome, Verdict};
use crate::workspace::graph::CargoFlags;
use camino::{Utf8Path, Utf8PathBuf};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

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
    /// The kinds of findings that are no better than a check that failed.
    pub deny: Vec<Denied>,
}

/// Holds the claims against reality. The tree is left as it was: cargo runs `--locked`, a lock file that was
/// not there is removed again, and logs lie under the target folder.
///
/// # Errors
/// Everything of the contract's exit codes that is not an outcome: 65, 66, 74, 78, 102, 103, 106, signals.
pub fn run(request: &Request, context: &Context, cancel: &Cancel, watch: &dyn Watch) -> Result<ValidateAnswer> {
    let cancel = &request.tests.in_time(cancel);
    let recorder = Recorder::new(watch);
    let run = Run::new(context.surroundings.now_as_name(), &recorder);
    let read = scene::read(&request.common, context)?;
    scene::pass_gate(&read)?;
    let payload = scene::shown(&read.located.payload, context);
    run.tell(Event::VerbStarted { verb: "validate".into(), payload: Some(payload) });
    let past = Past::look(&request.common, &read.located.root, context, cancel)?;
    let asked = past.asked("validate", request, &request.common, &read.located.payload);
    let known: Option<ValidateAnswer> = if request.fresh { None } else { memo::recall(&asked, &run)? };
    if let Some(answer) = known {
        return Ok(answer);
    }
    let Done { answer, rests_on, ignored, named } = work(request, &read, &past, context, cancel, &run)?;
    if let Some(paths) = rests_on.filter(|_| answer.closing.exit == 0) {
        let told = Told { at: context.surroundings.now(), events: recorder.events(), ignored, named, paths };
        past::warned(&run, memo::keep(&asked, told, &answer));
    }
    past.sight.save();
    Ok(answer)
}

/// The claims, held.
struct Done {
    answer: ValidateAnswer,
    /// Every path an outcome rests on; nothing where that is not all it rests on.
    rests_on: Option<BTreeSet<Utf8PathBuf>>,
    /// Patterns of variables it does not rest on.
    ignored: Vec<String>,
    /// Variables that builds asked for by name.
    named: BTreeSet<String>,
}

fn work(request: &Request, read: &Read, past: &Past, context: &Context, cancel: &Cancel, run: &Run) -> Result<Done> {
    let root = &read.located.root;
    let locks = Locks::watch(&request.common, root, context)?;
    let mut flags = recorded_features(request.common.flags(), read, run);
    flags.locked |= locks.are_complete();
    let graph = scene::graph(root, &request.common, &flags, context, cancel)?;
    let mut scene = scene::look(Some(read), root, graph, &request.common, &flags, context, cancel)?;
    if request.common.steps.is_empty() {
        let claimed = claimed_packages(read, &scene);
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
        doc: claims_documentation(read),
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
    let may = prescribed::Asked { read, common: &request.common, rules: &rules, checks: &asked, context };
    let commands = prescribed::at_hand(read, &request.common, &scene.chosen);
    let unapproved = prescribed::run(commands, &may, &mut results, cancel, run)?;
    cancel.check()?;
    let reran = rerun(read, &asked, context, cancel, run)?;
    cancel.check()?;
    let is_steady = past.sight.is_steady();
    let moved = if is_steady {
        Vec::new()
    } else {
        let after = Git::open(root, &context.surroundings, cancel)?.snapshot(root)?;
        steady::moved(&scene.snapshot, &after)?
    };
    steady::unsettle(&mut results, &moved, &scene.graph, root);
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
    let claims = claims::hold(&Reality {
        payload: &read.payload,
        graph: &scene.graph,
        root,
        baseline: &scene.baseline,
        changes: &scene.changes,
        blobs: &blobs(read, &scene)?,
        mapped: &scene.mapped,
        chosen: (!request.common.steps.is_empty()).then_some(&scene.chosen),
        results: &results,
        triple: results.tools.triple.as_deref(),
        reran: &reran,
        audit: &audit,
        tree: scene.snapshot.tree(),
    });
    for claim in &claims {
        run.tell(Event::Claim { claim: claim.claim.clone(), verdict: claim.verdict, why: claim.why.clone() });
    }
    let mut answer = answer(read, &scene, claims, &results, &reran, &logs, context);
    answer.findings = audit.findings;
    let denied = audited::denied(&answer.findings, &request.deny);
    closing::deny(&mut answer.closing, denied);
    answer.closing.next.extend(prescribed::to_approve(&unapproved.ids));
    let rests_on = past::rests_on(&results, &scene.graph, past.sight.git.top())
        .filter(|_| is_steady && reran.is_empty() && past.is_at_home(&scene.graph));
    Ok(Done { answer, rests_on, ignored: super::sight::ignored(&scene.graph), named: past::named(&results) })
}

/// Without features of its own `validate` builds with those the record was made with: other features are other tests.
fn recorded_features(flags: CargoFlags, read: &Read, run: &Run) -> CargoFlags {
    let reproduce = crate::record::our_object(&read.payload, "reproduce");
    let recorded = reproduce.and_then(|reproduce| reproduce.get("flags")).and_then(Value::as_array);
    let recorded: Vec<&str> = recorded.into_iter().flatten().filter_map(Value::as_str).collect();
    if recorded.is_empty() || !flags.feature_args().is_empty() {
        return flags;
    }
    run.remark(format!("built with the features the record was made with: {}", recorded.join(" ")));
    flags.with_features(recorded)
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
    evidence::prune(&all, &std::collections::BTreeSet::new())?;
    Ok(folder)
}

/// Whether the payload claims that documentation was checked: then it is checked again.
fn claims_documentation(read: &Read) -> bool {
    let commands = crate::record::ours(&read.payload, "commands").filter(|entry| !crate::record::is_withdrawn(entry));
    commands.filter_map(|entry| entry.get("kind").and_then(Value::as_str)).any(|kind| kind == CheckKind::Doc.word())
}

/// The packages the payload claims a result for.
fn claimed_packages(read: &Read, scene: &Scene) -> std::collections::BTreeSet<String> {
    let mut packages = std::collections::BTreeSet::new();
    let tests = crate::record::ours(&read.payload, "tests").filter(|entry| !crate::record::is_withdrawn(entry));
    let claimed = tests.filter_map(|entry| entry.get("package").and_then(Value::as_str));
    packages.extend(claimed.filter(|label| scene.graph.package(label).is_some()).map(str::to_owned));
    for command in crate::record::ours(&read.payload, "commands").filter(|entry| !crate::record::is_withdrawn(entry)) {
        let targets = command.get("targets").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let labels = targets.iter().filter_map(|target| target.get("package").and_then(Value::as_str));
        let earlier = command.get("passedEarlier").and_then(Value::as_object).into_iter().flat_map(Map::values);
        let passed = command.get("passed").into_iter().chain(earlier).filter_map(Value::as_array).flatten();
        let labels = labels.chain(passed.filter_map(Value::as_str));
        packages.extend(labels.filter(|label| scene.graph.package(label).is_some()).map(str::to_owned));
    }
    packages
}

/// Runs what was written by hand again, where it parses wholly into the closed grammar.
fn rerun(
    read: &Read,
    asked: &check::Request,
    context: &Context,
    cancel: &Cancel,
    run: &Run,
) -> Result<BTreeMap<String, (Outcome, Option<String>)>> {
    let mut outcomes = BTreeMap::new();
    let Some(workspace) = asked.graph.workspaces.first() else { return Ok(outcomes) };
    for entry in claims::hand_written(&read.payload) {
        let Some(Parsed::Ours(words)) = entry.command.as_deref().map(approval::parse) else { continue };
        if approval::writes(&words) {
            continue; // nothing is written here, whoever asks for it
        }
        let id = format!("command:by-hand:{}", entry.place);
        if let Some(now) = check::prescribed(&words, &id, workspace, asked, &context.surroundings, cancel, run)? {
            outcomes.insert(entry.place.clone(), (now.outcome, now.why));
        }
    }
    Ok(outcomes)
}

/// The blobs of every claimed file, on every side a claim may be held against.
fn blobs(read: &Read, scene: &Scene) -> Result<Blobs> {
    let mut blobs = Blobs::new();
    let baseline = &scene.baseline;
    let git = scene.snapshot.git();
    let parents = git.head().map(|head| git.parents(head)).transpose()?.unwrap_or_default();
    let now = baseline.until.as_deref().unwrap_or(scene.snapshot.tree());
    let mut sides = vec![(Side::Baseline, baseline.commit.as_str()), (Side::Now, now)];
    if let Some(recorded) = baseline.recorded.as_deref()
        && git.has_commit(recorded)?
    {
        sides.push((Side::Recorded, recorded));
    }
    if let [_, branch] = parents.as_slice()
        && git.has_commit(branch)?
    {
        sides.push((Side::Branch, branch));
    }
    let wanted: std::collections::BTreeSet<String> = crate::record::ours(&read.payload, "changes")
        .flat_map(|entry| ["file", "from"].into_iter().filter_map(|key| entry.get(key).and_then(Value::as_str)))
        .map(str::to_owned)
        .collect();
    for (side, revision) in sides {
        for (file, blob) in scene.snapshot.files_of(revision)? {
            if wanted.contains(&file) {
                blobs.insert((side, file), blob);
            }
        }
    }
    Ok(blobs)
}

fn answer(
    read: &Read,
    scene: &Scene,
    claims: Vec<ClaimRow>,
    results: &Results,
    reran: &BTreeMap<String, (Outcome, Option<String>)>,
    logs: &Utf8Path,
    context: &Context,
) -> ValidateAnswer {
    let contradicted: Vec<&ClaimRow> = claims.iter().filter(|claim| claim.verdict == Verdict::Contradicted).collect();
    let holds = standing::checks_held(results);
    let exit = if !contradicted.is_empty() {
        Code::ClaimContradicted.exit()
    } else if !holds {
        Code::CheckFailed.exit()
    } else {
        0
    };
    let handoff = crate::record::our_object(&read.payload, "handoff");
    let says_ready = handoff.and_then(|handoff| handoff.get("readyFor")).is_some_and(|ready| !ready.is_null());
    let is_so = |claim: &ClaimRow| claim.claim != "handoff" || claim.verdict == Verdict::Confirmed;
    let is_ready = says_ready && claims.iter().all(is_so);
    let mut open: Vec<String> = contradicted.iter().map(|claim| format!("{}: {}", claim.claim, claim.why)).collect();
    let problems = closing::problems(results, &scene::shown(logs, context));
    open.extend(problems.iter().map(|problem| format!("{}: {}", problem.what, problem.why)));
    let hand_written = claims::hand_written(&read.payload);
    let n_unevidenced = hand_written.iter().filter(|entry| !reran.contains_key(&entry.place)).count();
    ValidateAnswer {
        closing: Closing {
            verb: "validate".into(),
            outcome: closing::ending(exit),
            exit,
            ready: is_ready && exit == 0,
            open,
            next: next(exit, &claims),
        },
        payload: scene::shown(&read.located.payload, context),
        baseline: scene.baseline_in_words(),
        claims,
        n_unevidenced,
        rows: closing::rows(results),
        problems,
        findings: Vec::new(),
    }
}

fn next(exit: u8, claims: &[ClaimRow]) -> Vec<Next> {
    let has = |verdict: Verdict| claims.iter().any(|claim| claim.verdict == verdict);
    if exit == Code::ClaimContradicted.exit() {
        vec![
            closing::next("cargo handoff explain claim-contradicted", "what a contradicted claim means"),
            closing::next("cargo handoff implement", "record what is really so"),
        ]
    } else if exit != 0 || has(Verdict::Stale) {
        vec![closing::next("cargo handoff implement", "record it again once that is mended")]
    } else if claims.is_empty() {
        vec![closing::next("cargo handoff implement", "nothing is claimed yet: record the work")]
    } else {
        vec![closing::next("cargo handoff status", "what the payload says at a glance")]
    }
}
