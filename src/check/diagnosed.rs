//! What checks said about places in the sources, as a record and a report tell it.

use super::charge::{is_changed_place, is_charged, plain};
use super::messages::{Built, Finding, Level, Place};
use super::request::{At, Request};
use super::scrub::Scrub;
use crate::payload::entries::CommandEntry;
use crate::words::{CheckKind, Diagnostic, Severity, TargetId};
use camino::{Utf8Path, Utf8PathBuf};

/// What was found in the targets of a command.
pub(super) fn of_entry(at: At<'_>, scrub: &Scrub, entry: &CommandEntry, built: &Built) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for outcome in &entry.targets {
        let target = TargetId { package: outcome.package.clone(), kind: outcome.kind, name: outcome.name.clone() };
        diagnostics.extend(built.of(&target).map(|finding| of_finding(at, scrub, entry.kind, finding)));
    }
    diagnostics
}

/// One finding of the compiler, clippy or rustdoc.
pub(super) fn of_finding(at: At<'_>, scrub: &Scrub, check: CheckKind, finding: &Finding) -> Diagnostic {
    let path = |place: &Place| plain(&at.workspace.root.join(&place.file));
    let known = |place: &&Place| name(&path(place), at.request).is_some();
    let is_new = |place: &&Place| is_changed_place(place, at.request, at.workspace);
    // What this work wrote comes before what it only speaks of.
    let place = finding.places.iter().filter(known).find(is_new).or_else(|| finding.places.iter().find(known));
    Diagnostic {
        check,
        target: finding.target.clone(),
        severity: match finding.level {
            Level::Error => Severity::Error,
            Level::Warning => Severity::Warning,
        },
        code: finding.code.clone(),
        message: scrub.text(&finding.message),
        file: place.and_then(|place| name(&path(place), at.request)),
        line: place.map(|place| place.first).unwrap_or_default(),
        last_line: place.map(|place| place.last).unwrap_or_default(),
        pre_existing: !is_charged(finding, at.request, at.workspace),
    }
}

/// A file relative to the payload's root; one beside it begins with `../`. Nothing where no package here owns it: what
/// is not of the repository is not told.
pub(super) fn name(path: &Utf8Path, request: &Request<'_>) -> Option<String> {
    let spelt = |path: &Utf8Path| path.as_str().replace('\\', "/");
    let inside = |path: &Utf8Path, root: &Utf8Path| path.strip_prefix(root).ok().map(spelt);
    if let Some(below) = inside(path, request.root) {
        return Some(below);
    }
    let (path, root): (Utf8PathBuf, Utf8PathBuf) =
        (path.canonicalize_utf8().ok()?, request.root.canonicalize_utf8().ok()?);
    if let Some(below) = inside(&path, &root) {
        return Some(below);
    }
    request.graph.owner(path.as_std_path())?;
    let mut up = String::new();
    for above in root.ancestors().skip(1) {
        up.push_str("../");
        if let Some(below) = inside(&path, above) {
            return Some(up + &below);
        }
    }
    None
}

/// Adds what is not known yet: the compiler says the same to whoever asks.
pub(super) fn add(known: &mut Vec<Diagnostic>, more: Vec<Diagnostic>) {
    let is_known = |one: &Diagnostic, known: &[Diagnostic]| {
        known.iter().any(|known| known.check != one.check && *known == Diagnostic { check: known.check, ..one.clone() })
    };
    let more: Vec<Diagnostic> = more.into_iter().filter(|one| !is_known(one, known)).collect();
    known.extend(more);
}
