//! The tests that failed, run on the baseline's files: did they fail there too?
//!
//! Members are built anew each time, dependencies once for each baseline.

use super::super::request::Context;
use super::super::scene::Scene;
use crate::cancel::Cancel;
use crate::check::place::Place;
use crate::check::{self, Results};
use crate::error::Result;
use crate::event::{Blind, Run};
use crate::payload::entries::Before;
use crate::report::layout::count;
use crate::words::SuiteId;
use std::collections::BTreeSet;

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
    let of_place = scene.place(checks.flags, context, cancel);
    let Some(mut place) = Place::lay_out(&of_place)? else { return Ok(Vec::new()) };
    let graph = place.graph(&of_place)?;
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
        root: &place.root,
        folder: &place.logs,
        only: Some(&only),
        ..**checks
    };
    let quiet = Run::new(asked.run.id().to_owned(), &Blind);
    Ok(check::suites(&request, &place.surroundings, cancel, &quiet)?.suites)
}
