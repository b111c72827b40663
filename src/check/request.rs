//! What to check, and the things every check needs at hand.

use crate::cancel::Cancel;
use crate::event;
use crate::files;
use crate::surroundings::Surroundings;
use crate::words::SuiteId;
use crate::workspace::changes::Change;
use crate::workspace::graph::{CargoFlags, Graph, Package, Workspace};
use camino::Utf8Path;
use std::collections::BTreeSet;
use std::time::Duration;

/// How long one test binary, or one library's doctests, may take unless somebody says otherwise.
pub const TEST_TIMEOUT: Duration = Duration::from_secs(1200);

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
    /// How long one test binary may take.
    pub test_timeout: Duration,
    /// The suites to run, of those the packages have; `None` for all.
    pub only: Option<&'a [SuiteId]>,
    /// What formatting may rest on from earlier runs; `None` asks rustfmt about everything anew.
    pub kept: Option<Kept<'a>>,
}

/// How a file is known again, and where what is known of it lies.
#[derive(Clone, Copy)]
pub struct Kept<'a> {
    /// The digest of a file's content; `None` where it cannot be read.
    pub digest: &'a (dyn Fn(&Utf8Path) -> Option<String> + Sync),
    /// Which rustfmt it is; `None` for what it says of itself.
    pub rustfmt: Option<&'a str>,
    /// The cache's folder; `None` for the one below the workspace's target folder.
    pub folder: Option<&'a Utf8Path>,
}

impl Kept<'static> {
    /// Files read and digested each time, rustfmt as it calls itself, the usual folder.
    #[must_use]
    pub fn plain() -> Self {
        Self { digest: &digest, rustfmt: None, folder: None }
    }
}

impl std::fmt::Debug for Kept<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Kept").field("rustfmt", &self.rustfmt).field("folder", &self.folder).finish_non_exhaustive()
    }
}

fn digest(file: &Utf8Path) -> Option<String> {
    std::fs::read(file).ok().map(|bytes| files::sha256(&bytes))
}

impl Request<'_> {
    /// Whether this package's fmt, clippy, tests and doctests count.
    #[must_use]
    pub fn is_full(&self, package: &Package) -> bool {
        self.full.contains(&package.label)
    }

    /// Whether at least this package's clippy and tests count.
    #[must_use]
    pub fn is_selected(&self, package: &Package) -> bool {
        self.is_full(package) || self.tests_only.contains(&package.label)
    }

    /// Whether this suite is to be run.
    #[must_use]
    pub fn wants(&self, suite: &SuiteId) -> bool {
        self.only.is_none_or(|only| only.contains(suite))
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

    /// The id of a command of this kind: `command:clippy`, with several workspaces `command:clippy:rust`.
    pub(super) fn id(&self, kind: &str) -> String {
        match self.request.slug(self.workspace) {
            Some(slug) => format!("command:{kind}:{slug}"),
            None => format!("command:{kind}"),
        }
    }
}
