//! What is run again to hold claims against: the checks, what is prescribed, what was written by hand.

use super::super::past::{self, Past};
use super::super::prescribed::{self, Unapproved};
use super::super::request::Context;
use super::super::scene::{self, Read, Scene};
use super::super::shares::What;
use super::super::steady;
use super::stage::Stage;
use super::{Request, again};
use crate::approval::Rules;
use crate::cancel::Cancel;
use crate::check::{self, Results};
use crate::claims::{Reran, Shelf};
use crate::error::{Code, Error, Result};
use crate::event::Run;
use crate::evidence;
use crate::files;
use crate::git::Git;
use crate::payload::entries::CommandEntry;
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::{BTreeMap, BTreeSet};

/// What a validation has at hand.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) request: &'a Request,
    pub(super) read: &'a Read,
    pub(super) shelf: &'a Shelf,
    pub(super) past: &'a Past<'a>,
    pub(super) context: &'a Context,
    pub(super) cancel: &'a Cancel,
    pub(super) run: &'a Run<'a>,
}

/// What came of it.
pub(super) struct Observed {
    pub(super) results: Results,
    pub(super) reran: Reran,
    pub(super) unapproved: Unapproved,
    /// Whether nothing moved meanwhile.
    pub(super) is_steady: bool,
}

/// Runs it here: all of it, or what is in a share and the packages of that share.
pub(super) fn here(
    asked: &Asked,
    stage: &Stage,
    logs: &Utf8Path,
    is_here: &dyn Fn(&What) -> bool,
    share: Option<&BTreeSet<String>>,
) -> Result<Observed> {
    let Asked { request, read, past, context, cancel, run, .. } = *asked;
    let scene = &stage.scene;
    let checks = check::Request { share, ..stage.checks(read, &request.tests, logs) };
    let mut results = past::remembering(past, &scene.graph, !request.fresh, |memory| {
        check::run(&check::Request { memory: Some(memory), ..checks }, &context.surroundings, cancel, run)
    })?;
    cancel.check()?;
    scene::keep(scene, &results, &past.vault, run);
    let unapproved = prescribed(asked, stage, &checks, is_here, &BTreeMap::new(), &mut results)?;
    let reran = past::remembering(past, &scene.graph, !request.fresh, |memory| {
        again::rerun(read, &check::Request { memory: Some(memory), ..checks }, is_here, context, cancel, run)
    })?;
    cancel.check()?;
    let is_steady = settle(asked, scene, &mut results)?;
    Ok(Observed { results, reran, unapproved, is_steady })
}

/// Runs what is prescribed, behind the checks; of what is known already nothing is run.
pub(super) fn prescribed(
    asked: &Asked,
    stage: &Stage,
    checks: &check::Request,
    is_here: &dyn Fn(&What) -> bool,
    known: &BTreeMap<String, CommandEntry>,
    results: &mut Results,
) -> Result<Unapproved> {
    let Asked { request, read, past, context, cancel, run, .. } = *asked;
    let common = &request.common;
    // Nobody is asked here: what the user approved may run again, and nothing else.
    let rules = Rules::new(&read.located.root, &context.surroundings);
    let commands = prescribed::at_hand(read, common, &stage.scene.chosen);
    let commands = commands.filter(|command| is_here(&What::Prescribed(command.id())));
    let unapproved = past::remembering(past, &stage.scene.graph, !request.fresh, |memory| {
        let checks = &check::Request { memory: Some(memory), ..*checks };
        let may = prescribed::Asked { read, common, rules: &rules, checks, context, known };
        prescribed::run(commands, &may, results, cancel, run)
    })?;
    cancel.check()?;
    Ok(unapproved)
}

/// Takes their outcome from what could have read files that moved meanwhile. Whether none did.
pub(super) fn settle(asked: &Asked, scene: &Scene, results: &mut Results) -> Result<bool> {
    let Asked { read, past, context, cancel, .. } = *asked;
    if past.sight.is_steady() {
        return Ok(true);
    }
    let root = &read.located.root;
    let after = Git::open(root, &context.surroundings, cancel)?.snapshot(root)?;
    let moved = steady::moved(&scene.snapshot, &after)?;
    steady::unsettle(results, &moved, &scene.graph, root);
    Ok(false)
}

/// Where the logs of this run go: under the target folder, which is cargo's to fill.
pub(super) fn logs(scene: &Scene, run: &Run) -> Result<Utf8PathBuf> {
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
