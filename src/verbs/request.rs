//! What every verb is asked, and what it works in.

use crate::approval::{Consent, Nobody};
use crate::surroundings::Surroundings;
use crate::workspace::graph::CargoFlags;
use camino::{Utf8Path, Utf8PathBuf};
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

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
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
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
