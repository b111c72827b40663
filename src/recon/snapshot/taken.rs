//! A snapshot in numbers.

use super::Snapshot;
use crate::payload::entries::LogRef;
use crate::source::GuardrailKind;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A snapshot that was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Taken {
    /// The step.
    pub step: String,
    /// Where it lies, relative to the payload's root.
    pub path: String,
    /// Its digest.
    pub sha256: String,
    /// How many files it holds.
    pub n_files: usize,
    /// How many more there are.
    pub files_left_out: usize,
    /// How many symbols.
    pub n_symbols: usize,
    /// How many places say that something is still to be done.
    pub n_todos: usize,
    /// Assertions outside of tests.
    pub n_asserts: usize,
    /// Lint levels.
    pub n_lints: usize,
    /// Conditions.
    pub n_cfgs: usize,
    /// Tests.
    pub n_tests: usize,
    /// Files of it that differ from HEAD already: of these it is no picture from before the work.
    pub already_changed: Vec<String>,
}

impl Taken {
    /// The numbers of a snapshot that lies there.
    #[must_use]
    pub fn of(snapshot: &Snapshot, log: &LogRef, already_changed: Vec<String>) -> Self {
        let files = &snapshot.files;
        let n = |wanted: GuardrailKind| {
            files.iter().flat_map(|file| &file.guardrails).filter(|guardrail| guardrail.kind == wanted).count()
        };
        Self {
            step: snapshot.step.clone(),
            path: log.path.clone(),
            sha256: log.sha256.clone(),
            n_files: files.len(),
            files_left_out: snapshot.files_left_out,
            n_symbols: files.iter().map(|file| file.symbols.len()).sum(),
            n_todos: files.iter().map(|file| file.todos.len()).sum(),
            n_asserts: n(GuardrailKind::Assert),
            n_lints: n(GuardrailKind::Lint),
            n_cfgs: n(GuardrailKind::Cfg),
            n_tests: n(GuardrailKind::Test),
            already_changed,
        }
    }
}
