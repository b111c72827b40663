//! What to check, and the things every check needs at hand.

use crate::cancel::Cancel;
use crate::event;
use crate::mapping::Texts;
use crate::surroundings::Surroundings;
use crate::vault::Vault;
use crate::words::SuiteId;
use crate::workspace::affected::{Question, Selection};
use crate::workspace::changes::Change;
use crate::workspace::graph::{CargoFlags, Graph, Package, Target, Workspace};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::time::Duration;

/// How long one test binary, or one library's doctests, may take unless somebody says otherwise.
pub const TEST_TIMEOUT: Duration = Duration::from_secs(1200);

/// How long one test may take unless somebody says otherwise.
const ONE_TEST: Duration = Duration::from_secs(300);

/// How often new and changed tests are run again unless somebody says otherwise.
pub const STRESS: u32 = 3;

/// How test binaries are run.
#[derive(Debug, Clone, Copy)]
pub struct Testing<'a> {
    /// How many may run at once.
    pub jobs: NonZeroUsize,
    /// How long one test may take.
    pub one_test: Duration,
    /// How often the tests the changes brought are run again, with one thread and with many.
    pub stress: u32,
    /// What the changed files held and hold, to know which tests they brought. Without it none are run again.
    pub texts: Option<&'a Texts>,
    /// Whether a test that fails and then passes is no failure.
    pub flaky_passes: bool,
}

impl Default for Testing<'_> {
    fn default() -> Self {
        let jobs = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        Self { jobs, one_test: ONE_TEST, stress: STRESS, texts: None, flaky_passes: false }
    }
}

impl Testing<'_> {
    /// How long a binary may take that has so many tests: as long as all of them one after the other, up to a limit.
    pub(super) fn limit(&self, n_tests: usize) -> Duration {
        let all = self.one_test.saturating_mul(u32::try_from(n_tests).unwrap_or(u32::MAX).max(1));
        all.min(TEST_TIMEOUT.max(self.one_test))
    }
}

/// What earlier outcomes are held against, and where new ones are kept.
#[derive(Clone, Copy)]
pub struct Memory<'a> {
    /// Reads and writes what is kept.
    pub vault: &'a Vault,
    /// Every file of the repository, absolute, with the digest of what lies there.
    pub files: &'a BTreeMap<Utf8PathBuf, String>,
    /// The names of what git ignores.
    pub hidden: &'a [String],
    /// The digest of what lies at any path: a file's content, a folder's names, or a word for nothing.
    pub look: &'a (dyn Fn(&Utf8Path) -> String + Sync),
    /// Whether everything still lies there as it did when `files` was made.
    pub is_steady: &'a (dyn Fn() -> bool + Sync),
    /// The commit HEAD is at.
    pub head: Option<&'a str>,
    /// The identity of the programs.
    pub toolchain: &'a str,
    /// Patterns of variables that do not count.
    pub ignored: &'a [String],
    /// The folders to watch while tests run, or why nobody can.
    pub folders: &'a (dyn Fn() -> Result<Vec<Utf8PathBuf>, String> + Sync),
    /// Whether earlier outcomes are believed. New ones are kept in any case.
    pub believes: bool,
}

impl std::fmt::Debug for Memory<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Memory").field("believes", &self.believes).finish_non_exhaustive()
    }
}

/// What to check. Paths are absolute.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// The workspaces.
    pub graph: &'a Graph,
    /// Labels of the packages whose fmt, clippy, tests and doctests count.
    pub full: &'a BTreeSet<String>,
    /// Labels of the packages whose clippy and tests count, but no fmt and no doctests.
    pub tests_only: &'a BTreeSet<String>,
    /// The changes: findings elsewhere were there before.
    pub changes: &'a [Change],
    /// The payload's root: what is recorded is relative to it.
    pub root: &'a Utf8Path,
    /// The run's folder, where logs go. It exists.
    pub folder: &'a Utf8Path,
    /// What the user told cargo.
    pub flags: &'a CargoFlags,
    /// Whether findings that were there before count too.
    pub strict: bool,
    /// Whether documentation is checked too.
    pub doc: bool,
    /// How long a test binary may take whose tests cannot be told apart, the doctests of a library, or a prescribed
    /// command.
    pub test_timeout: Duration,
    /// How test binaries are run.
    pub testing: Testing<'a>,
    /// The suites to run, of those the packages have; `None` for all.
    pub only: Option<&'a [SuiteId]>,
    /// Decides on units once it is known what they read. Where it is `None`, `full` and `tests_only` decide.
    pub select: Option<Question<'a>>,
    /// What was decided on units with what was known before this run.
    pub selection: Option<&'a Selection>,
    /// The packages cargo is told to build; `None` for the whole workspace.
    pub build: Option<&'a BTreeSet<String>>,
    /// What is remembered of earlier runs; `None` for nothing, and then nothing is kept either.
    pub memory: Option<Memory<'a>>,
    /// Labels of the packages that are looked at here, whatever else is selected: others look at the rest. `None` for
    /// all.
    pub share: Option<&'a BTreeSet<String>>,
}

impl Request<'_> {
    /// Whether this package's fmt, clippy, tests and doctests count.
    #[must_use]
    pub fn is_full(&self, package: &Package) -> bool {
        self.full.contains(&package.label) && self.is_shared(&package.label)
    }

    /// Whether this package is looked at here at all.
    fn is_shared(&self, label: &str) -> bool {
        self.share.is_none_or(|share| share.contains(label))
    }

    /// Whether at least this package's clippy and tests count.
    #[must_use]
    pub fn is_selected(&self, package: &Package) -> bool {
        self.is_full(package) || (self.tests_only.contains(&package.label) && self.is_shared(&package.label))
    }

    /// Whether this suite is to be run.
    #[must_use]
    pub fn wants(&self, suite: &SuiteId) -> bool {
        let is_selected = match self.selection {
            Some(selection) => selection.wants(suite),
            None => !suite.doctest || self.full.contains(&suite.target.package),
        };
        is_selected && self.is_shared(&suite.target.package) && self.only.is_none_or(|only| only.contains(suite))
    }

    /// Whether what clippy finds in this target counts, its package being selected.
    #[must_use]
    pub fn counts(&self, target: &Target) -> bool {
        self.selection.is_none_or(|selection| selection.counts(&target.id))
    }

    /// The same with this decision.
    #[must_use]
    pub fn with<'b>(&'b self, selection: Option<&'b Selection>) -> Request<'b> {
        match selection {
            Some(selection) => Request {
                full: &selection.full,
                tests_only: &selection.tests_only,
                selection: Some(selection),
                ..*self
            },
            None => *self,
        }
    }

    /// The id of a command of this kind: `command:clippy`, with several workspaces `command:clippy:rust`.
    pub(super) fn id(&self, workspace: &Workspace, kind: &str) -> String {
        match self.slug(workspace) {
            Some(slug) => format!("command:{kind}:{slug}"),
            None => format!("command:{kind}"),
        }
    }

    /// What stands behind the id of a command of this workspace: nothing where there is only one workspace,
    /// else its folder below the root.
    #[must_use]
    pub fn slug(&self, workspace: &Workspace) -> Option<String> {
        (1 < self.graph.workspaces.len()).then(|| {
            let below = workspace.root.strip_prefix(self.root).unwrap_or(&workspace.root).as_str();
            let words: Vec<&str> = below.split(['/', '\\', ':']).filter(|word| !word.is_empty()).collect();
            if words.is_empty() { "root".into() } else { words.join("-") }
        })
    }
}

/// One workspace on its way through the checks.
#[derive(Clone, Copy)]
pub(super) struct At<'a> {
    pub(super) request: &'a Request<'a>,
    pub(super) workspace: &'a Workspace,
    pub(super) surroundings: &'a Surroundings,
    pub(super) cancel: &'a Cancel,
    pub(super) run: &'a event::Run<'a>,
}

impl<'a> At<'a> {
    /// The packages whose fmt and doctests count.
    pub(super) fn full(&self) -> Vec<&'a Package> {
        self.workspace.packages.iter().filter(|package| self.request.is_full(package)).collect()
    }

    /// The packages whose clippy and tests count.
    pub(super) fn selected(&self) -> Vec<&'a Package> {
        self.workspace.packages.iter().filter(|package| self.request.is_selected(package)).collect()
    }

    /// The packages cargo is told to build; `None` for the whole workspace.
    pub(super) fn built(&self) -> Option<Vec<&'a Package>> {
        let build = self.request.build?;
        Some(self.workspace.packages.iter().filter(|package| build.contains(&package.label)).collect())
    }

    /// The id of a command of this kind: `command:clippy`, with several workspaces `command:clippy:rust`.
    pub(super) fn id(&self, kind: &str) -> String {
        self.request.id(self.workspace, kind)
    }
}
