//! `--fix`: rustfmt and `clippy --fix` on the affected packages, before anything is checked.

use super::argv;
use super::command::{Call, quiet};
use super::fmt::{first_target, names};
use super::request::At;
use super::scrub::Scrub;
use crate::error::Result;
use crate::payload::entries::{CommandEntry, TargetOutcome};
use crate::process::End;
use crate::words::{CheckKind, Outcome};
use std::ffi::OsString;

/// Runs both; clippy's edits may need formatting, so rustfmt comes last.
pub(super) fn both(at: At<'_>, scrub: &Scrub) -> Result<Vec<CommandEntry>> {
    let full: Vec<&str> = at.full().iter().map(|package| package.cargo.name.as_str()).collect();
    if full.is_empty() {
        return Ok(Vec::new());
    }
    let mut entries = Vec::new();
    entries.extend(one(at, scrub, CheckKind::Clippy, "clippy:fix", argv::clippy_fix(&full, at.request.flags))?);
    entries.extend(one(at, scrub, CheckKind::Fmt, "fmt:fix", argv::fmt(names(at).as_deref(), false))?);
    Ok(entries)
}

fn one(at: At<'_>, scrub: &Scrub, kind: CheckKind, word: &str, argv: Vec<OsString>) -> Result<Option<CommandEntry>> {
    at.cancel.check()?;
    let called = Call { kind, id: at.id(word), argv, at, env: quiet(), limit: None, announced: true }.run(|_| ())?;
    if let End::Cancelled(_) = called.end {
        return Ok(None);
    }
    let is_done = called.end.is_success();
    let why = (!is_done).then(|| called.first_error(scrub));
    let target = |package| {
        let id = first_target(package);
        TargetOutcome {
            package: id.package,
            kind: id.kind,
            name: id.name,
            outcome: if is_done { Outcome::Passed } else { Outcome::CouldNotRun },
            errors: 0,
            warnings: 0,
            pre_existing: 0,
            why: why.clone(),
            observed_at: None,
        }
    };
    let targets = at.full().into_iter().map(target).collect();
    let log = called.stderr.clone();
    called.finish(at, scrub, targets, log.as_bytes(), &log).map(Some)
}
