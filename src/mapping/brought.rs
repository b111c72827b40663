//! The tests of a suite that the changes brought.

use super::files::target_for_file;
use crate::source::{self, Attributed};
use crate::words::TargetId;
use crate::workspace::changes::Change;
use crate::workspace::graph::Graph;
use camino::Utf8Path;
use std::collections::{BTreeMap, BTreeSet};

/// What changed Rust files held before and hold now, by file; `None` where there was or is none, or it is no text.
pub type Texts = BTreeMap<String, (Option<String>, Option<String>)>;

/// The tests the changes added to a target's listing, changed in it or took out of it. `None` where no change belongs
/// to the target. Files without a text in `texts` are left out.
#[must_use]
pub fn brought(
    changes: &[Change],
    texts: &Texts,
    graph: &Graph,
    root: &Utf8Path,
    target: &TargetId,
    listing: &BTreeSet<&str>,
) -> Option<Attributed> {
    let mut all: Option<Attributed> = None;
    for change in changes {
        let Some((old, new)) = texts.get(&change.file) else { continue };
        let package = change.package.as_deref().filter(|label| *label == target.package);
        let Some(package) = package.and_then(|label| graph.package(label)) else { continue };
        if !target_for_file(package, &root.join(&change.file)).contains(target) {
            continue;
        }
        let brought = source::attribute(change, old.as_deref(), new.as_deref(), listing);
        let all = all.get_or_insert_default();
        all.added.extend(brought.added);
        all.changed.extend(brought.changed);
        all.removed.extend(brought.removed);
        all.unattributed += brought.unattributed;
    }
    all
}
