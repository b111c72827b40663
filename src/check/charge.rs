//! Which findings this work is answerable for: those on lines it added or changed.

use super::messages::{Finding, Level, Place};
use super::request::Request;
pub(super) use crate::surroundings::plain;
use crate::workspace::changes::{Change, ChangeKind};
use crate::workspace::graph::Workspace;
use camino::Utf8Path;

/// Whether a finding is charged: errors always, warnings where they stand on changed lines, everything if strict.
pub(super) fn is_charged(finding: &Finding, request: &Request<'_>, workspace: &Workspace) -> bool {
    match finding.level {
        Level::Error => true,
        Level::Warning => {
            request.strict || finding.places.iter().any(|place| is_changed_place(place, request, workspace))
        }
    }
}

/// Whether a place is of this work.
pub(super) fn is_changed_place(place: &Place, request: &Request<'_>, workspace: &Workspace) -> bool {
    let path = plain(&workspace.root.join(&place.file));
    change_of(&path, request).is_some_and(|change| touches(change, place.first, place.last))
}

/// Whether any of these lines (from 1, both included) is new in this change.
pub(super) fn touches(change: &Change, first: u32, last: u32) -> bool {
    match change.kind {
        ChangeKind::Added => true,
        ChangeKind::Modified | ChangeKind::Renamed => {
            first <= last && change.new_lines.range(first..=last).next().is_some()
        }
        ChangeKind::Deleted => false,
    }
}

/// The change of this absolute path.
pub(super) fn change_of<'a>(path: &Utf8Path, request: &Request<'a>) -> Option<&'a Change> {
    let below =
        |path: &Utf8Path, root: &Utf8Path| path.strip_prefix(root).ok().map(|below| below.as_str().replace('\\', "/"));
    let find = |file: &str| request.changes.iter().find(|change| change.file == file);
    if let Some(change) = below(path, request.root).and_then(|file| find(&file)) {
        return Some(change);
    }
    // A symlinked folder, or a root that was reached through one.
    let (path, root) = (path.canonicalize_utf8().ok()?, request.root.canonicalize_utf8().ok()?);
    find(&below(&path, &root)?)
}

#[cfg(test)]
mod tests;
