//! What a check said about a place in the sources: plain data, from the checks to the reports.

use super::{CheckKind, TargetId};
use serde::{Deserialize, Serialize};

/// How bad a diagnostic is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// It does not compile, or a lint is denied.
    Error,
    /// A lint warns, or a file is not formatted.
    Warning,
}

/// One thing the compiler, clippy, rustdoc or rustfmt said.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Diagnostic {
    /// Who said it: `clippy`, `fmt`, `doc`, `build`.
    pub check: CheckKind,
    /// The target it was said of; for formatting the first one of the package.
    pub target: TargetId,
    /// How bad it is.
    pub severity: Severity,
    /// `clippy::needless_return`, `dead_code`, `E0425`; `rustfmt` for formatting; `None` where it has no name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The headline without its level: ``cannot find value `x` in this scope``.
    pub message: String,
    /// The file, relative to the payload's root with `/`; `None` where it names none in the repository.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The first line, from 1; 0 where there is no file.
    #[serde(default)]
    pub line: u32,
    /// The last line; 0 where there is no file.
    #[serde(default)]
    pub last_line: u32,
    /// Whether it is not this work's: it stands on no line that was added or changed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub pre_existing: bool,
}
