//! Units: a target in a compile mode, and what is known of what each one reads.
//!
//! `affected` is decided on units, and a verdict is kept for as long as its units' inputs hold.

use crate::words::{SuiteId, TargetId};
use camino::Utf8PathBuf;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A target as itself, or compiled with its tests: a library and a library under test are two units.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Unit {
    /// The target.
    pub target: TargetId,
    /// Whether it is compiled with its tests. Integration tests and benches always are.
    pub test: bool,
}

impl std::fmt::Display for Unit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mode = if self.test { " (test)" } else { "" };
        write!(f, "{}{mode}", self.target)
    }
}

/// What a compile read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inputs {
    /// The files its dep-info lists: absolute, without `.` and `..`.
    pub files: BTreeSet<Utf8PathBuf>,
    /// The environment variables it read, with the values they had.
    pub env: BTreeMap<String, Option<String>>,
}

/// What a build script asked to be run again for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScriptInputs {
    /// Its `rerun-if-changed` paths, absolute; `None` where it named nothing at all: then it sees its whole package
    /// and git's HEAD.
    pub files: Option<BTreeSet<Utf8PathBuf>>,
    /// Its `rerun-if-env-changed` names.
    pub env: BTreeSet<String>,
}

/// What is known. Absence proves nothing: a unit that is not here may read anything.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// What compiling each unit read.
    pub units: Vec<(Unit, Inputs)>,
    /// What each package's build script asked for, by the package's label.
    pub scripts: BTreeMap<String, ScriptInputs>,
    /// What the tests of a suite were seen to open: absolute; a suite that is not here was not watched.
    pub reads: Vec<(SuiteId, BTreeSet<Utf8PathBuf>)>,
}
