//! Tests run in the place, whatever is laid out in it: the baseline with the tests over it, or all of the work.

use super::overlay::Overlay;
use super::{Asked, FoundBySuite, Ground, Open, documented, suites};
use crate::cancel::Cancel;
use crate::check::place::Place;
use crate::check::request::{At, Request};
use crate::check::scrub::Scrub;
use crate::check::{Testing, tools};
use crate::error::Result;
use crate::event::{Blind, Run};
use crate::words::SuiteId;
use crate::workspace::graph::CargoFlags;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// How long a test may take there at least, where it takes less now.
const LEAST: Duration = Duration::from_secs(60);

/// How much longer than its whole suite now.
const SLOWER: u32 = 10;

/// The tests to run, and what is laid out.
#[derive(Clone, Copy)]
pub(super) struct There<'a> {
    pub(super) asked: &'a Asked<'a>,
    pub(super) overlay: &'a Overlay<'a>,
    /// Whether all of the work is there, rather than the baseline.
    pub(super) is_work: bool,
    pub(super) open: &'a Open,
    pub(super) cancel: &'a Cancel,
    pub(super) run: &'a Run<'a>,
}

impl There<'_> {
    /// Builds and runs them. An error in words where cargo cannot read what is laid out, `None` where it was cancelled.
    pub(super) fn run(&self, place: &mut Place, log: &mut String) -> Result<Option<Result<FoundBySuite, String>>> {
        let done = self.in_place(place, |place, request, quiet| self.suites(place, request, quiet, log))?;
        Ok(match done {
            Ok(None) => None,
            Ok(Some(found)) => Some(Ok(found)),
            Err(why) => Some(Err(why)),
        })
    }

    /// Does something with what cargo knows of what is laid out. An error in words where it cannot read it.
    pub(super) fn in_place<T>(
        &self,
        place: &mut Place,
        act: impl FnOnce(&Place, &Request<'_>, &Run<'_>) -> Result<T>,
    ) -> Result<Result<T, String>> {
        let Self { asked, cancel, run, .. } = *self;
        let graph = match place.graph(&asked.place) {
            Ok(graph) => graph,
            Err(error) if cancel.signal().is_none() => return Ok(Err(error.message)),
            Err(error) => return Err(error),
        };
        let flags = CargoFlags { locked: false, frozen: false, ..asked.place.flags.clone() };
        let flags = CargoFlags { offline: asked.place.flags.offline || asked.place.flags.frozen, ..flags };
        let no_packages = BTreeSet::new();
        let limit = self.limit();
        let request = Request {
            graph: &graph,
            full: &no_packages,
            tests_only: &no_packages,
            changes: &[],
            root: &place.root,
            folder: &place.logs,
            flags: &flags,
            only: None,
            select: None,
            selection: None,
            build: None,
            memory: None,
            share: None,
            test_timeout: asked.checks.test_timeout.min(limit),
            testing: Testing {
                one_test: asked.checks.testing.one_test.min(limit),
                stress: 0,
                texts: None,
                ..asked.checks.testing
            },
            ..*asked.checks
        };
        let quiet = Run::new(run.id().to_owned(), &Blind);
        act(place, &request, &quiet).map(Ok)
    }

    fn suites(
        &self,
        place: &Place,
        request: &Request<'_>,
        quiet: &Run<'_>,
        log: &mut String,
    ) -> Result<Option<FoundBySuite>> {
        let Self { asked, overlay, is_work, open, cancel, .. } = *self;
        let scrub = Scrub::new(request, &place.surroundings);
        let mut found = FoundBySuite::new();
        for workspace in &request.graph.workspaces {
            let at = At { request, workspace, surroundings: &place.surroundings, cancel, run: quiet };
            let ground = Ground { asked, overlay, is_work, scrub: &scrub };
            let own = |suite: &SuiteId| workspace.packages.iter().any(|package| package.label == suite.target.package);
            let own: BTreeMap<&SuiteId, &Vec<String>> = open.iter().filter(|(suite, _)| own(suite)).collect();
            if own.is_empty() {
                continue;
            }
            let tools = tools::of_folder(&place.surroundings, &workspace.root, &workspace.target_folder, cancel)?;
            if !suites::run(at, &ground, &tools, &own, &mut found, log)? {
                return Ok(None);
            }
            if !documented::run(at, &ground, &own, &mut found, log)? {
                return Ok(None);
            }
        }
        Ok(Some(found))
    }

    /// How long a test may take there.
    fn limit(&self) -> Duration {
        let now = self.asked.now.suites.iter().filter(|suite| self.open.contains_key(&suite.suite));
        let longest = now.map(|suite| suite.duration_ms).max().unwrap_or_default();
        Duration::from_millis(longest).saturating_mul(SLOWER).max(LEAST)
    }
}
