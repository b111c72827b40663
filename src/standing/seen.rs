//! What a judgement is made from, and what it comes to.

use crate::check::Results;
use crate::mapping::Mapped;
use crate::payload::model::Payload;
use crate::workspace::changes::Change;
use crate::workspace::graph::Graph;
use camino::Utf8Path;

/// What is seen of the work.
#[derive(Clone, Copy)]
pub struct Seen<'a> {
    /// The plan.
    pub payload: &'a Payload,
    /// The packages.
    pub graph: &'a Graph,
    /// The payload's root.
    pub root: &'a Utf8Path,
    /// What changed.
    pub changes: &'a [Change],
    /// What the steps map to, in the order of the plan.
    pub mapped: &'a [Mapped],
    /// What the checks came to.
    pub results: &'a Results,
}

/// Whether something is borne out; if not, every reason.
pub type Borne = Result<(), Vec<String>>;
