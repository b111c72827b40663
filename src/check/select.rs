//! What counts, decided anew each time a cargo call has taught us what units read.

use super::facts;
use super::messages::Built;
use super::request::Request;
use crate::words::SuiteId;
use crate::workspace::affected::{Question, Selection};
use crate::workspace::graph::Workspace;
use crate::workspace::units::Facts;
use camino::Utf8PathBuf;
use std::collections::BTreeSet;

/// What a run has learnt so far.
pub(super) struct Learnt<'a> {
    question: Option<Question<'a>>,
    /// What was known before, as far as it still holds.
    kept: Facts,
    /// What this run's cargo calls said: a unit that two of them compiled reads what either does.
    fresh: Facts,
}

impl<'a> Learnt<'a> {
    pub(super) fn new(request: &Request<'a>) -> Self {
        let question = request.select;
        let kept = question.map(|question| question.current.clone()).unwrap_or_default();
        Self { question, kept, fresh: Facts::default() }
    }

    /// All that is known.
    pub(super) fn facts(&self) -> Facts {
        let mut facts = self.kept.clone();
        facts.learn(self.fresh.clone());
        facts
    }

    /// Takes in what was built, and decides.
    pub(super) fn learn(&mut self, built: &Built, workspace: &Workspace) -> Option<Selection> {
        let question = self.question?;
        facts::gather(&mut self.fresh, built, workspace);
        Some(question.decide(&self.facts()))
    }

    /// Takes in what was opened while cargo built.
    pub(super) fn saw_building(&mut self, opened: BTreeSet<Utf8PathBuf>) {
        let mut facts = self.facts();
        facts.add_untold(opened);
        self.fresh.untold = facts.untold;
    }

    /// Takes in what the tests of suites were seen to open.
    pub(super) fn saw(&mut self, reads: Vec<(SuiteId, BTreeSet<Utf8PathBuf>)>) {
        self.fresh.reads.extend(reads);
    }

    /// All that is known, with what every file holds now.
    pub(super) fn end(self) -> Facts {
        let mut facts = self.facts();
        if self.question.is_some() {
            facts.stamp();
        }
        facts
    }
}

/// The packages to build on a cold target folder: those selected, unless that is all of them, or features are named,
/// which not every package has. `None` for the whole workspace.
pub(super) fn cold(request: &Request<'_>, workspace: &Workspace) -> Option<BTreeSet<String>> {
    let has_debug = |folder: &camino::Utf8Path| folder.join("debug").is_dir();
    let folder = &workspace.target_folder;
    let entries = folder.read_dir_utf8().into_iter().flatten().flatten();
    let is_warm = has_debug(folder) || entries.into_iter().any(|entry| has_debug(entry.path()));
    let selected = || workspace.packages.iter().filter(|package| request.is_selected(package));
    let is_all = selected().count() == workspace.packages.len();
    if request.select.is_none() || is_warm || is_all || !request.flags.feature_args().is_empty() {
        return None;
    }
    Some(selected().map(|package| package.label.clone()).collect())
}
