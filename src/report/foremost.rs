//! What every report for people begins with, in at most ten lines: contradictions, tests that were weakened or prove
//! nothing, steps done without a change, files no step names, new dependencies.

use super::dossier::Dossier;

/// One line: how many, of what, and the first few by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// `3 contradicted claims`, `no weakened test`.
    pub count: String,
    /// The first few, by name; empty where there are none.
    pub names: Vec<String>,
    /// Whether a reader should worry.
    pub is_bad: bool,
}

/// At most ten of them, the worst first. What there is none of is told too, in one line together.
#[must_use]
pub fn lines(dossier: &Dossier) -> Vec<Line> {
    let _ = dossier;
    Vec::new()
}
