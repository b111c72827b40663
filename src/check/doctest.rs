//! The doctests of one library: their listing, one run, and what they came to.

use super::argv;
use super::command::{Call, cargo, raw, read_some};
use super::request::At;
use super::results::SuiteResult;
use super::scrub::Scrub;
use super::suite::{absent, judge, tell};
use super::{command::file_name, libtest};
use crate::error::Result;
use crate::event::Event;
use crate::payload::entries::{CommandEntry, TargetOutcome};
use crate::process::{self, End};
use crate::words::{CheckKind, Outcome, SuiteId};
use crate::workspace::graph::{Package, Target};
use std::collections::{BTreeMap, BTreeSet};

/// Runs the doctests of a package's library. `None` where it was cancelled; no command where nothing ran.
pub(super) fn check(
    at: At<'_>,
    package: &Package,
    library: &Target,
    scrub: &Scrub,
) -> Result<Option<(Option<CommandEntry>, SuiteResult)>> {
    let suite = SuiteId { target: library.id.clone(), doctest: true };
    let spec = spec(at, package);
    let list = cargo(at, &argv::doctest(&spec, at.request.flags, true)).limit(at.request.test_timeout);
    let said = process::ask(&list, at.cancel)?;
    if let End::Cancelled(_) = said.end {
        return Ok(None);
    }
    if !said.end.is_success() {
        let text = String::from_utf8_lossy(&said.stderr);
        let error = text.lines().find(|line| line.starts_with("error"));
        let why = error.map_or_else(|| said.end.in_words(), |error| format!("does not compile: {error}"));
        return Ok(Some((None, absent(at, suite, Outcome::CouldNotRun, &why, scrub))));
    }
    let listed = libtest::listing(&String::from_utf8_lossy(&said.stdout));
    if listed.is_empty() {
        return Ok(Some((None, absent(at, suite, Outcome::NotRun, "no tests", scrub))));
    }
    let call = Call {
        kind: CheckKind::Doctest,
        id: at.id(&format!("doctest:{}", package.label)),
        argv: argv::doctest(&spec, at.request.flags, false),
        at,
        env: BTreeMap::new(),
        limit: Some(at.request.test_timeout),
    };
    let called = call.run(|_| ())?;
    if let End::Cancelled(_) = called.end {
        return Ok(None);
    }
    let (stdout, _) = raw(at.request.folder, &file_name(&called.entry.id));
    let out = read_some(&stdout)?;
    let text = String::from_utf8_lossy(&out);
    // Which are ignored is read from the lines: rustdoc's listing does not tell.
    let ignored = BTreeSet::new();
    let mut result = judge(suite, &text, &listed, &ignored, &called.end, at.request.test_timeout, true, scrub);
    result.started.clone_from(&called.entry.timestamp);
    result.duration_ms = called.entry.duration_ms;
    let outcome = TargetOutcome {
        package: library.id.package.clone(),
        kind: library.id.kind,
        name: library.id.name.clone(),
        outcome: result.outcome,
        errors: result.counts.failed,
        warnings: 0,
        pre_existing: 0,
        why: result.why.clone(),
        observed_at: None,
    };
    for failure in &result.failures {
        at.run.tell(Event::TestFailed {
            suite: result.suite.id(),
            test: failure.name.clone(),
            excerpt: failure.excerpt.clone(),
        });
    }
    let mut log = out.clone();
    if !called.stderr.is_empty() {
        log.extend(b"\n--- stderr ---\n");
        log.extend(called.stderr.as_bytes());
    }
    let bad: Vec<&str> = result.failures.iter().map(|failure| failure.excerpt.as_str()).collect();
    let entry = called.finish(at, scrub, vec![outcome], &log, &bad.join("\n"))?;
    result.log = entry.log.as_ref().map(|log| log.path.clone());
    tell(at, &result);
    Ok(Some((Some(entry), result)))
}

/// The package as cargo is to be told: its name, or its whole id where that name is not the only one.
fn spec(at: At<'_>, package: &Package) -> String {
    let name = package.cargo.name.as_str();
    let lock = std::fs::read_to_string(at.workspace.root.join("Cargo.lock")).unwrap_or_default();
    let line = format!("name = \"{name}\"");
    if lock.lines().filter(|known| *known == line).count() < 2 {
        name.to_owned()
    } else {
        package.cargo.id.repr.clone()
    }
}
