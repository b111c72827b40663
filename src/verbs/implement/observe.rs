//! What is observed around the checks: the tests the changes brought, who committed what, the tools.

use super::super::scene::{Read, Scene};
use super::Request;
use crate::check::Results;
use crate::editing::journal;
use crate::error::Result;
use crate::event::Run;
use crate::git::Git;
use crate::mapping::{self, Texts};
use crate::payload::entries::{AuditEntry, Environment, FollowUp};
use crate::record::Observed;
use crate::source::Attributed;
use crate::words::SuiteId;
use crate::workspace::graph::CargoFlags;
use camino::Utf8Path;
use std::collections::{BTreeMap, BTreeSet};

/// The tests the changes brought, by suite.
pub(super) fn attributed(
    scene: &Scene,
    texts: &Texts,
    results: &Results,
    root: &Utf8Path,
) -> BTreeMap<SuiteId, Attributed> {
    let suites = results.suites.iter().filter(|suite| !suite.suite.doctest);
    let brought = suites.filter_map(|suite| {
        let listing: BTreeSet<&str> = suite.tests.keys().map(String::as_str).collect();
        let target = &suite.suite.target;
        let brought = mapping::brought(&scene.changes, texts, &scene.graph, root, target, &listing)?;
        Some((suite.suite.clone(), brought))
    });
    brought.collect()
}

/// For each changed file the newest commit that touched it since the baseline.
pub(super) fn subjects(git: &Git, scene: &Scene) -> Result<BTreeMap<String, (String, String)>> {
    let subjects = git.subjects(&scene.baseline.commit, scene.snapshot.prefix())?;
    let newest = |(file, commits): (String, Vec<crate::git::commits::Subject>)| {
        commits.into_iter().next().map(|newest| (file, (newest.commit, newest.subject)))
    };
    Ok(subjects.into_iter().filter_map(newest).collect())
}

/// What was edited with this program. A journal that cannot be read is told of, and keeps nothing from being recorded.
pub(super) fn edited(read: &Read, run: &Run) -> Vec<journal::Entry> {
    journal::read(read.located.folder()).unwrap_or_else(|error| {
        run.warn(format!("what edits cite is not known: {error}"));
        Vec::new()
    })
}

/// What had to be computed for the record and is owned here.
pub(super) struct Observation {
    pub(super) at: String,
    pub(super) who: String,
    pub(super) selected: BTreeSet<String>,
    pub(super) follow_ups: Vec<FollowUp>,
    pub(super) unmade: Vec<String>,
    pub(super) edited: Vec<journal::Entry>,
    pub(super) attributed: BTreeMap<SuiteId, Attributed>,
    pub(super) subjects: BTreeMap<String, (String, String)>,
    pub(super) environment: Environment,
    pub(super) flags: CargoFlags,
    pub(super) audit: AuditEntry,
    pub(super) denied: Vec<String>,
}

impl Observation {
    pub(super) fn of<'a>(
        &'a self,
        request: &'a Request,
        read: &'a Read,
        scene: &'a Scene,
        texts: &'a Texts,
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
            texts,
            edited: &self.edited,
            follow_ups: &self.follow_ups,
            unmade: &self.unmade,
            attributed: &self.attributed,
            subjects: &self.subjects,
            environment: &self.environment,
            flags: &self.flags,
            audit: &self.audit,
            denied: &self.denied,
            brief: request.brief.as_deref(),
            complete: results.interrupted.is_none(),
            partial: !request.common.steps.is_empty(),
            seal: request.seal,
        }
    }
}
