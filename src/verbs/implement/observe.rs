//! What is observed around the checks: the tests the changes brought, who committed what, the tools.

use super::super::scene::{Read, Scene};
use super::Request;
use crate::check::{Results, Tools};
use crate::error::Result;
use crate::event::Run;
use crate::git::Git;
use crate::payload::entries::Environment;
use crate::record::Observed;
use crate::source::{self, Attributed};
use crate::words::{BY, SuiteId};
use crate::workspace::changes::Change;
use crate::workspace::graph::CargoFlags;
use camino::Utf8Path;
use std::collections::{BTreeMap, BTreeSet};

/// The tests each change brought, by suite.
pub(super) fn attributed(scene: &Scene, results: &Results, root: &Utf8Path) -> Result<BTreeMap<SuiteId, Attributed>> {
    let mut by_suite: BTreeMap<SuiteId, Attributed> = BTreeMap::new();
    for change in scene.changes.iter().filter(|change| change.file.ends_with(".rs")) {
        let Some(package) = change.package.as_deref().and_then(|label| scene.graph.package(label)) else { continue };
        let targets = crate::mapping::target_for_file(package, &root.join(&change.file));
        let suites =
            results.suites.iter().filter(|suite| !suite.suite.doctest && targets.contains(&suite.suite.target));
        let (old, new) = texts(change, scene)?;
        for suite in suites {
            let listing: BTreeSet<&str> = suite.tests.keys().map(String::as_str).collect();
            let brought = source::attribute(change, old.as_deref(), new.as_deref(), &listing);
            let known = by_suite.entry(suite.suite.clone()).or_default();
            known.added.extend(brought.added);
            known.changed.extend(brought.changed);
            known.removed.extend(brought.removed);
            known.unattributed += brought.unattributed;
        }
    }
    Ok(by_suite)
}

/// What a changed file held before and what it holds now.
fn texts(change: &Change, scene: &Scene) -> Result<(Option<String>, Option<String>)> {
    let old = change.before.as_deref().map(|blob| scene.snapshot.blob(blob)).transpose()?;
    // From the tree the checks were about, not from the disk: what lies there now may be anything.
    let new = change.after.as_deref().map(|blob| scene.snapshot.blob(blob)).transpose()?;
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).ok();
    Ok((old.and_then(text), new.and_then(text)))
}

/// For each changed file the newest commit that touched it since the baseline.
pub(super) fn subjects(git: &Git, scene: &Scene) -> Result<BTreeMap<String, (String, String)>> {
    let subjects = git.subjects(&scene.baseline.commit, scene.snapshot.prefix())?;
    let newest = |(file, commits): (String, Vec<crate::git::commits::Subject>)| {
        commits.into_iter().next().map(|newest| (file, (newest.commit, newest.subject)))
    };
    Ok(subjects.into_iter().filter_map(newest).collect())
}

pub(super) fn environment(tools: &Tools, root: &Utf8Path) -> Environment {
    let toolchain_file = tools.toolchain_file.as_ref().and_then(|file| file.strip_prefix(root).ok());
    Environment {
        rustc: tools.rustc_vv.as_deref().and_then(|text| text.lines().next()).map(str::to_owned),
        cargo: tools.cargo.clone(),
        clippy: tools.clippy.clone(),
        rustfmt: tools.rustfmt.clone(),
        triple: tools.triple.clone(),
        toolchain_file: toolchain_file.map(|file| file.as_str().replace('\\', "/")),
        cargo_handoff: env!("CARGO_PKG_VERSION").into(),
        by: BY.into(),
    }
}

/// What had to be computed for the record and is owned here.
pub(super) struct Observation {
    pub(super) at: String,
    pub(super) who: String,
    pub(super) selected: BTreeSet<String>,
    pub(super) attributed: BTreeMap<SuiteId, Attributed>,
    pub(super) subjects: BTreeMap<String, (String, String)>,
    pub(super) environment: Environment,
    pub(super) flags: CargoFlags,
}

impl Observation {
    pub(super) fn of<'a>(
        &'a self,
        request: &'a Request,
        read: &'a Read,
        scene: &'a Scene,
        results: &'a Results,
        run: &'a Run,
    ) -> Observed<'a> {
        Observed {
            run: run.id(),
            at: &self.at,
            who: &self.who,
            payload: &read.payload,
            graph: &scene.graph,
            root: &read.located.root,
            baseline: &scene.baseline,
            tree: scene.snapshot.tree(),
            changes: &scene.changes,
            mapped: &scene.mapped,
            chosen: &scene.chosen,
            selected: &self.selected,
            results,
            attributed: &self.attributed,
            subjects: &self.subjects,
            environment: &self.environment,
            flags: &self.flags,
            brief: request.brief.as_deref(),
            complete: results.interrupted.is_none(),
            partial: !request.common.steps.is_empty(),
            seal: request.seal,
        }
    }
}
