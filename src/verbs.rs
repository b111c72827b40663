//! The verbs, one file each: `run(&Request, &Context, &Cancel, &dyn Watch) -> Result<Answer>`.

pub mod demo;
pub mod explain;
pub mod implement;
pub mod init;
pub mod map;
pub mod note;
pub mod schema;
pub mod status;
pub mod validate;

use crate::surroundings::Surroundings;
use schemars::JsonSchema;
use serde::Serialize;

/// What every verb works in.
#[derive(Debug, Clone)]
pub struct Context {
    /// Folder, environment and clock.
    pub surroundings: Surroundings,
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
