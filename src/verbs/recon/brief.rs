//! Everything the implementer of a step needs, in one document.

use super::super::closing;
use super::super::request::{Common, Context};
use super::super::scene;
use super::users;
use crate::answers::ReconAnswer;
use crate::brief::{self, Brief, Seen, SourceText};
use crate::cancel::Cancel;
use crate::error::{Code, Error, Result};
use crate::event::Watch;
use crate::files;
use crate::git::Git;
use crate::mapping::{self, Mapped};
use crate::payload::model::{Payload, Step};
use crate::recon::Ground;
use crate::record::acceptance;
use crate::standing::COMPLETED;
use crate::workspace::changes::Change;
use crate::workspace::graph::Graph;
use crate::workspace::lock::Lock;
use camino::{Utf8Path, Utf8PathBuf};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What `recon brief` is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// What most verbs are asked; at most one step.
    pub common: Common,
    /// How many tokens the document may take.
    pub budget: usize,
}

/// The largest file that is read.
const LARGEST: u64 = 4 << 20;

/// So many files of a step's packages are read at most.
const MOST_FILES: usize = 2_000;

/// Gathers it. Reads; starts `git` and `cargo metadata` at most.
///
/// # Errors
/// 2 where several steps are named, 65 where the step is not there, 66, 74, 102.
pub fn run(request: &Request, context: &Context, cancel: &Cancel, _: &dyn Watch) -> Result<ReconAnswer<Brief>> {
    let read = scene::read(&request.common, context)?;
    let payload = &read.payload;
    let step = chosen(payload, &request.common.steps)?;
    let root = &read.located.root;
    let graph = scene::graph(root, &request.common, &request.common.flags(), context, cancel)?;
    let Work { graph, changes, mapped } = work(&read, graph, request, context, cancel)?;
    let ground = Ground { root, folder: &context.surroundings.folder, graph: Some(&graph) };
    let own = mapped.iter().find(|mapped| mapped.step == step.id).expect("every step is mapped");
    let around = around(own, &ground)?;
    let files =
        own_files(step, own, &graph, root, &around, changes.iter().map(|change| change.file.as_str()).collect());
    let issues = acceptance::open_issues(payload, &changes, &mapped, &BTreeMap::new());
    let found = brief::brief(Seen {
        payload,
        step,
        mapped: own,
        graph: &graph,
        files: &files,
        around: &around,
        locks: &locks(&graph)?,
        issues: &issues,
        references: users::users(&files, &ground)?,
        budget: request.budget,
    });
    Ok(ReconAnswer { closing: closing::plain("recon", Vec::new()), found })
}

/// What was done so far, and what the steps map to.
struct Work {
    graph: Graph,
    changes: Vec<Change>,
    mapped: Vec<Mapped>,
}

fn work(read: &scene::Read, graph: Graph, request: &Request, context: &Context, cancel: &Cancel) -> Result<Work> {
    let (root, flags) = (&read.located.root, request.common.flags());
    match Git::open(root, &context.surroundings, cancel) {
        Ok(_) => {
            let whole = Common { steps: Vec::new(), ..request.common.clone() };
            let scene = scene::look(Some(read), root, graph, &whole, &flags, context, cancel)?;
            Ok(Work { graph: scene.graph, changes: scene.changes, mapped: scene.mapped })
        }
        // A brief can be had without a repository: then nothing has changed yet.
        Err(error) if error.code == Code::NoRepository => {
            let mapped = mapping::map(&read.payload.steps, &graph, root, &[]);
            Ok(Work { graph, changes: Vec::new(), mapped })
        }
        Err(error) => Err(error),
    }
}

/// The step that was named, else the first open one whose own steps are done, else the first open one, else the first.
fn chosen<'a>(payload: &'a Payload, named: &[String]) -> Result<&'a Step> {
    let steps = &payload.steps;
    match named {
        [] => {
            let is_done = |step: &Step| step.status.as_deref().is_some_and(|status| COMPLETED.contains(&status));
            let is_free = |step: &&Step| {
                !is_done(step)
                    && step.depends.iter().all(|id| steps.iter().any(|other| other.id == *id && is_done(other)))
            };
            let open = steps.iter().find(is_free).or_else(|| steps.iter().find(|step| !is_done(step)));
            open.or(steps.first()).ok_or_else(|| {
                Error::new(Code::NoSuchEntry, "there is no step in `plan.steps`")
                    .hint("cargo handoff explain gate-closed")
            })
        }
        [id] => scene::step(steps, id),
        _ => Err(Error::new(Code::Usage, "a brief is about one step")
            .hint(format!("cargo handoff recon brief {}", named[0]))),
    }
}

/// The Rust files of the step's packages.
fn around(mapped: &Mapped, ground: &Ground<'_>) -> Result<Vec<SourceText>> {
    let mut files = Vec::new();
    for label in &mapped.packages {
        let Some(package) = ground.graph.and_then(|graph| graph.package(label)) else { continue };
        files.extend(ground.rust_files(&[package.folder.to_string()])?);
    }
    files.dedup();
    files.truncate(MOST_FILES);
    let texts = files.iter().filter_map(|file| text(&file.path, file.shown.clone()).transpose());
    texts.collect()
}

fn text(path: &Utf8Path, shown: String) -> Result<Option<SourceText>> {
    // One that is too large says nothing to a reader.
    if path.metadata().is_ok_and(|about| LARGEST < about.len()) {
        return Ok(None);
    }
    let bytes = files::read(path, LARGEST)?;
    Ok(bytes.map(|bytes| SourceText::new(shown, String::from_utf8_lossy(&bytes).into_owned())))
}

/// The step's own files: those it names, else those of its packages that changed, else the roots of its targets.
fn own_files(
    step: &Step,
    mapped: &Mapped,
    graph: &Graph,
    root: &Utf8Path,
    around: &[SourceText],
    changed: BTreeSet<&str>,
) -> Vec<SourceText> {
    let roots: Vec<&Utf8Path> =
        std::iter::once(root).chain(graph.workspaces.iter().map(|workspace| workspace.root.as_path())).collect();
    let is_named = |file: &SourceText| {
        step.files.iter().any(|named| {
            let paths = roots.iter().map(|from| from.join(&named.path));
            paths.into_iter().any(|path| scene::relative(root, &path) == file.shown)
                || globset::Glob::new(&named.path).is_ok_and(|glob| glob.compile_matcher().is_match(&file.shown))
        })
    };
    let named: Vec<SourceText> = around.iter().filter(|file| is_named(file)).cloned().collect();
    if !named.is_empty() {
        return named;
    }
    let changed: Vec<SourceText> =
        around.iter().filter(|file| changed.contains(file.shown.as_str())).cloned().collect();
    if !changed.is_empty() {
        return changed;
    }
    let targets = mapped.packages.iter().filter_map(|label| graph.package(label)).flat_map(|package| &package.targets);
    let tops: BTreeSet<Utf8PathBuf> =
        targets.map(|target| Utf8PathBuf::from(scene::relative(root, &target.root_file))).collect();
    around.iter().filter(|file| tops.contains(Utf8Path::new(&file.shown))).cloned().collect()
}

fn locks(graph: &Graph) -> Result<Vec<Lock>> {
    let mut locks = Vec::new();
    for workspace in &graph.workspaces {
        let bytes = files::read(&workspace.root.join("Cargo.lock"), 64 << 20)?;
        locks.extend(bytes.and_then(|bytes| Lock::read(&String::from_utf8_lossy(&bytes))));
    }
    Ok(locks)
}
