//! The tests that failed, run on the baseline's files: did they fail there too?
//!
//! The files lie below the target folder, in a folder of our own with a target folder of its own: a shared one would
//! answer with what the other tree built. Members are built anew each time, dependencies once for each baseline.

use super::super::request::Context;
use super::super::scene::Scene;
use crate::cancel::Cancel;
use crate::check::{self, Results};
use crate::error::{Error, Result};
use crate::event::{Blind, Run};
use crate::files;
use crate::payload::entries::Before;
use crate::report::layout::count;
use crate::surroundings::Surroundings;
use crate::words::SuiteId;
use crate::workspace::graph::Graph;
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeSet;
use std::io;

/// What is needed to look.
pub(super) struct Asked<'a> {
    pub(super) scene: &'a Scene,
    /// What was checked of the working tree.
    pub(super) checks: &'a check::Request<'a>,
    pub(super) context: &'a Context,
    pub(super) cancel: &'a Cancel,
    pub(super) run: &'a Run<'a>,
}

/// Says of each failure what the test came to on the baseline. Where that cannot be found out, so is said.
pub(super) fn blame(asked: &Asked, results: &mut Results) -> Result<()> {
    let failing: Vec<SuiteId> =
        results.suites.iter().filter(|suite| !suite.failures.is_empty()).map(|suite| suite.suite.clone()).collect();
    if failing.is_empty() {
        return Ok(());
    }
    let suites = count(failing.len(), "suite with failures", "suites with failures");
    let commit = &asked.scene.baseline.commit;
    asked.run.remark(format!("running {suites} on the baseline {}", commit.get(..10).unwrap_or(commit)));
    let then = on_the_baseline(asked, &failing);
    if let Some(signal) = asked.cancel.signal() {
        results.interrupted = Some(signal);
        return Ok(());
    }
    let then = then.map_err(|error| {
        asked.run.warn(format!("the baseline could not be run: {}", error.message));
    });
    for suite in &mut results.suites {
        let befores: Vec<Before> = suite
            .failures
            .iter()
            .map(|failure| match &then {
                Ok(then) => {
                    let baseline = then.iter().find(|known| known.suite == suite.suite);
                    check::before(suite, baseline, &failure.name)
                }
                Err(()) => Before::CouldNotRun,
            })
            .collect();
        suite.failures.iter_mut().zip(befores).for_each(|(failure, before)| failure.before = Some(before));
    }
    Ok(())
}

/// The failing suites as they are on the baseline. A target that is not there has no result.
fn on_the_baseline(asked: &Asked, failing: &[SuiteId]) -> Result<Vec<check::SuiteResult>> {
    let Asked { scene, checks, context, cancel, .. } = asked;
    let Some(workspace) = scene.graph.workspaces.first() else { return Ok(Vec::new()) };
    let commit = &scene.baseline.commit;
    let all = workspace.target_folder.join("handoff").join("blame");
    let place = all.join(commit);
    remove_others(&all, commit)?;
    let (tree, logs, temporary) = (place.join("tree"), place.join("logs"), place.join("tmp"));
    empty(&tree, Some("target"))?;
    empty(&logs, None)?;
    empty(&temporary, None)?;
    scene.snapshot.git().check_out(commit, &tree)?;
    let root = tree.join(scene.snapshot.prefix().trim_end_matches('/'));
    let mut surroundings = context.surroundings.clone();
    surroundings.folder.clone_from(&root);
    for name in ["CARGO_TARGET_DIR", "CARGO_BUILD_TARGET_DIR"] {
        surroundings.environment.remove(std::ffi::OsStr::new(name));
    }
    for name in ["TMPDIR", "TMP", "TEMP"] {
        surroundings.environment.insert(name.into(), temporary.as_str().into());
    }
    let graph = graph(asked, &tree, &place, &mut surroundings)?;
    let is_there = |suite: &&SuiteId| {
        let package = graph.package(&suite.target.package);
        package.is_some_and(|package| package.targets.iter().any(|target| target.id == suite.target))
    };
    let only: Vec<SuiteId> = failing.iter().filter(is_there).cloned().collect();
    let packages = |doctest: bool| -> BTreeSet<String> {
        only.iter().filter(|suite| suite.doctest == doctest).map(|suite| suite.target.package.clone()).collect()
    };
    let (full, tests_only) = (packages(true), packages(false));
    let request = check::Request {
        graph: &graph,
        full: &full,
        tests_only: &tests_only,
        changes: &[],
        root: &root,
        folder: &logs,
        only: Some(&only),
        ..**checks
    };
    let quiet = Run::new(asked.run.id().to_owned(), &Blind);
    Ok(check::suites(&request, &surroundings, cancel, &quiet)?.suites)
}

/// The baseline's workspaces, each with a target folder that is nobody else's.
fn graph(asked: &Asked, tree: &Utf8Path, place: &Utf8Path, surroundings: &mut Surroundings) -> Result<Graph> {
    let Asked { scene, checks, cancel, .. } = asked;
    let mut manifests = Vec::new();
    for workspace in &scene.graph.workspaces {
        let folder = tree.join(scene.snapshot.git().prefix(&workspace.root)?.trim_end_matches('/'));
        manifests.extend(Some(folder.join("Cargo.toml")).filter(|manifest| manifest.is_file()));
    }
    let graph = Graph::load(&manifests, checks.flags, surroundings, cancel)?;
    let real = tree.canonicalize_utf8().unwrap_or_else(|_| tree.to_owned());
    let is_own = |folder: &Utf8Path| folder.starts_with(tree) || folder.starts_with(&real);
    if graph.workspaces.iter().all(|workspace| is_own(&workspace.target_folder)) {
        return Ok(graph);
    }
    // A configuration names a folder for all: only the variable weighs more. Tests that run cargo themselves see it.
    surroundings.environment.insert("CARGO_TARGET_DIR".into(), place.join("target").as_str().into());
    Graph::load(&manifests, checks.flags, surroundings, cancel)
}

/// Makes a folder, or empties it but for this.
fn empty(folder: &Utf8Path, kept: Option<&str>) -> Result<()> {
    files::create_folder(folder)?;
    for path in entries(folder)? {
        if path.file_name() != kept {
            remove(&path)?;
        }
    }
    Ok(())
}

/// Removes what was laid out for other baselines.
fn remove_others(all: &Utf8Path, commit: &str) -> Result<()> {
    if !all.is_dir() {
        return Ok(());
    }
    entries(all)?.iter().filter(|path| path.file_name() != Some(commit)).try_for_each(|path| remove(path))
}

fn entries(folder: &Utf8Path) -> Result<Vec<Utf8PathBuf>> {
    let failed = |error: io::Error| Error::io(format!("read the folder `{folder}`"), error);
    let entries = folder.read_dir_utf8().map_err(failed)?;
    entries.map(|entry| entry.map(|entry| entry.into_path())).collect::<io::Result<_>>().map_err(failed)
}

fn remove(path: &Utf8Path) -> Result<()> {
    let is_folder = path.symlink_metadata().is_ok_and(|entry| entry.is_dir());
    let removed = if is_folder { std::fs::remove_dir_all(path) } else { std::fs::remove_file(path) };
    removed.map_err(|error| Error::io(format!("remove `{path}`"), error))
}
