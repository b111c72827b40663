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

/// What was seen of what the tests of a suite open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reads {
    /// All of it.
    All(BTreeSet<Utf8PathBuf>),
    /// A part: not every test came to its end.
    Some(BTreeSet<Utf8PathBuf>),
    /// Nobody could tell.
    Unknown,
}

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

    /// Takes in what the tests of suites were seen to open. What was known of a suite is not known any more where nobody
    /// could tell, and stays known beside what was seen of a part.
    pub(super) fn saw(&mut self, reads: Vec<(SuiteId, Reads)>) {
        for (suite, reads) in reads {
            let known = self.fresh.of_suite(&suite).or(self.kept.of_suite(&suite)).cloned();
            let now = match reads {
                Reads::All(all) => Some(all),
                Reads::Some(some) => known.map(|known| known.union(&some).cloned().collect()),
                Reads::Unknown => None,
            };
            for facts in [&mut self.kept, &mut self.fresh] {
                facts.reads.retain(|(known, _)| *known != suite);
            }
            self.fresh.reads.extend(now.map(|now| (suite, now)));
        }
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

/// The packages of a share, to be built alone if they are the same alone: on a machine that has nothing of the others,
/// nothing of them is built then. `None` where the share is everything, or features are named.
pub(super) fn shared(request: &Request<'_>, workspace: &Workspace) -> Option<BTreeSet<String>> {
    request.share?;
    let selected = workspace.packages.iter().filter(|package| request.is_selected(package));
    let selected: BTreeSet<String> = selected.map(|package| package.label.clone()).collect();
    (selected.len() < workspace.packages.len() && request.flags.feature_args().is_empty()).then_some(selected)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::{TargetId, TargetKind};

    fn suite(name: &str) -> SuiteId {
        SuiteId { target: TargetId { package: name.into(), kind: TargetKind::Lib, name: name.into() }, doctest: false }
    }

    fn paths(paths: &[&str]) -> BTreeSet<Utf8PathBuf> {
        paths.iter().map(Utf8PathBuf::from).collect()
    }

    #[test]
    fn what_a_suite_was_seen_to_read_is_forgotten_where_nobody_could_tell_and_grows_where_it_failed() {
        let reads = ["unseen", "failed", "passed"].map(|name| (suite(name), paths(&["/old"]))).into();
        let kept = Facts { reads, ..Facts::default() };
        let mut learnt = Learnt { question: None, kept, fresh: Facts::default() };
        learnt.saw(vec![
            (suite("unseen"), Reads::Unknown),
            (suite("failed"), Reads::Some(paths(&["/new"]))),
            (suite("passed"), Reads::All(paths(&["/new"]))),
            (suite("failed for the first time"), Reads::Some(paths(&["/new"]))),
        ]);
        let facts = learnt.end();
        assert_eq!(facts.of_suite(&suite("unseen")), None);
        assert_eq!(facts.of_suite(&suite("failed")), Some(&paths(&["/new", "/old"])));
        assert_eq!(facts.of_suite(&suite("passed")), Some(&paths(&["/new"])));
        assert_eq!(facts.of_suite(&suite("failed for the first time")), None, "nobody saw all of it");
    }
}
