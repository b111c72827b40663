//! What every verb is asked, and what it works in.

use crate::approval::{Consent, Nobody};
use crate::cancel::Cancel;
use crate::check;
use crate::surroundings::Surroundings;
use crate::workspace::graph::CargoFlags;
use camino::{Utf8Path, Utf8PathBuf};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

/// What every verb works in.
#[derive(Clone)]
pub struct Context {
    /// Folder, environment and clock.
    pub surroundings: Surroundings,
    /// Who is asked where a prescribed command is not approved.
    pub consent: Arc<dyn Consent>,
}

impl Context {
    /// These surroundings, and nobody to ask.
    #[must_use]
    pub fn new(surroundings: Surroundings) -> Self {
        Self { surroundings, consent: Arc::new(Nobody) }
    }

    /// The same in another folder.
    #[must_use]
    pub fn at(&self, folder: &Utf8Path) -> Self {
        Self { surroundings: self.surroundings.at(folder), consent: Arc::clone(&self.consent) }
    }
}

impl std::fmt::Debug for Context {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Context").field("surroundings", &self.surroundings).finish_non_exhaustive()
    }
}

/// What most verbs are asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct Common {
    /// The manifests of the workspaces; the nearest one where empty.
    pub manifest_paths: Vec<String>,
    /// The payload; looked for where `None`.
    pub payload: Option<String>,
    /// The revision the work is measured from; found where `None`.
    pub base: Option<String>,
    /// The ids of the steps at hand; all where empty.
    pub steps: Vec<String>,
    /// Who is at work, for `meta.lastUpdatedBy`.
    pub as_name: Option<String>,
    /// Cargo's `--locked`.
    pub locked: bool,
    /// Cargo's `--offline`.
    pub offline: bool,
    /// Cargo's `--frozen`.
    pub frozen: bool,
    /// Cargo's `--features`.
    pub features: Vec<String>,
    /// Cargo's `--all-features`.
    pub all_features: bool,
    /// Cargo's `--no-default-features`.
    pub no_default_features: bool,
}

impl Common {
    /// The manifests that were named, absolute.
    #[must_use]
    pub fn manifests(&self, surroundings: &Surroundings) -> Vec<Utf8PathBuf> {
        self.manifest_paths.iter().map(|path| surroundings.absolute(path.as_str().into())).collect()
    }

    /// What the user told cargo.
    #[must_use]
    pub fn flags(&self) -> CargoFlags {
        CargoFlags {
            locked: self.locked,
            offline: self.offline,
            frozen: self.frozen,
            features: self.features.clone(),
            all_features: self.all_features,
            no_default_features: self.no_default_features,
        }
    }
}

/// How tests are to be run, and how long all of it may take.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Tests {
    /// How many test binaries may run at once; as many as there are cores where `None`.
    pub jobs: Option<NonZeroUsize>,
    /// Milliseconds one test may take, and a test binary whose tests cannot be told apart.
    pub test_timeout_ms: Option<u64>,
    /// Milliseconds after which to stop, with what finished recorded.
    pub deadline_ms: Option<u64>,
}

/// The most that is kept of a deadline for ending the children and recording what finished.
const MOST_ROOM: Duration = Duration::from_secs(5);

fn room(deadline: Duration) -> Duration {
    (deadline / 5).min(MOST_ROOM)
}

impl Tests {
    /// How long a test binary may take whose tests cannot be told apart.
    #[must_use]
    pub fn limit(&self) -> Duration {
        self.test_timeout_ms.map_or(check::TEST_TIMEOUT, Duration::from_millis)
    }

    /// The same for the checks.
    #[must_use]
    pub fn testing(&self) -> check::Testing<'static> {
        let usual = check::Testing::default();
        check::Testing {
            jobs: self.jobs.unwrap_or(usual.jobs),
            one_test: self.test_timeout_ms.map_or(usual.one_test, Duration::from_millis),
            ..usual
        }
    }

    /// A token under this one that is pulled a little before the deadline, so that there is time left to record.
    #[must_use]
    pub fn in_time(&self, cancel: &Cancel) -> Cancel {
        match self.deadline_ms.map(Duration::from_millis) {
            Some(deadline) => cancel.within(deadline - room(deadline)),
            None => cancel.clone(),
        }
    }

    /// A token for what is left to be told once that one was pulled.
    #[must_use]
    pub fn afterwards(&self, in_time: &Cancel) -> Cancel {
        in_time.afterwards(self.deadline_ms.map_or(MOST_ROOM, |deadline| room(Duration::from_millis(deadline))))
    }
}
