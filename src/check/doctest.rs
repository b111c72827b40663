//! The doctests of one library: one run, their listing, and what they came to.
//!
//! rustdoc compiles every doctest to list them, as it does to run them: a run that passed and accounts for all it
//! announced is its own listing, and any other is held against one that is asked for.

use super::argv;
use super::command::{Call, cargo, forget, raw, read_some, started, words};
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
    let call = Call {
        kind: CheckKind::Doctest,
        id: at.id(&format!("doctest:{}", package.label)),
        argv: argv::doctest(&spec, at.request.flags, false),
        at,
        env: BTreeMap::new(),
        limit: Some(at.request.test_timeout),
        announced: false,
    };
    let (id, argv) = (call.id.clone(), words(&call.argv));
    let mut is_told = false;
    let mut tell_start = || {
        if !std::mem::replace(&mut is_told, true) {
            started(at, &id, CheckKind::Doctest, &argv);
        }
    };
    // A library without doctests is no command of the record: it is told from the first one on.
    let called = call.run(|line| {
        if libtest::announced(&String::from_utf8_lossy(line)).is_some_and(|n_tests| 0 < n_tests) {
            tell_start();
        }
    })?;
    if let End::Cancelled(_) = called.end {
        return Ok(None);
    }
    let (stdout, _) = raw(at.request.folder, &file_name(&called.entry.id));
    let out = read_some(&stdout)?;
    let text = String::from_utf8_lossy(&out);
    let own = called.end.is_success().then(|| libtest::own_listing(&text)).flatten();
    let listing = match own {
        Some(names) => Ok(names),
        None => match list(at, &spec)? {
            Some(listing) => listing,
            None => return Ok(None),
        },
    };
    let listed = match listing {
        Ok(names) if !names.is_empty() => names,
        listing => {
            forget(at.request.folder, &file_name(&called.entry.id));
            let (outcome, why) = match listing {
                Ok(_) => (Outcome::NotRun, "no tests".to_owned()),
                Err(why) => (Outcome::CouldNotRun, why),
            };
            return Ok(Some((None, absent(at, suite, outcome, &why, scrub))));
        }
    };
    tell_start();
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

/// The doctests' own listing, or why there is none. `None` where it was cancelled.
fn list(at: At<'_>, spec: &str) -> Result<Option<Result<Vec<String>, String>>> {
    let list = cargo(at, &argv::doctest(spec, at.request.flags, true)).limit(at.request.test_timeout);
    let said = process::ask(&list, at.cancel)?;
    if let End::Cancelled(_) = said.end {
        return Ok(None);
    }
    if said.end.is_success() {
        return Ok(Some(Ok(libtest::listing(&String::from_utf8_lossy(&said.stdout)))));
    }
    let text = String::from_utf8_lossy(&said.stderr);
    let error = text.lines().find(|line| line.starts_with("error"));
    Ok(Some(Err(error.map_or_else(|| said.end.in_words(), |error| format!("does not compile: {error}")))))
}

/// The package as cargo is to be told.
fn spec(at: At<'_>, package: &Package) -> String {
    let lock = std::fs::read_to_string(at.workspace.root.join("Cargo.lock")).unwrap_or_default();
    let (name, version) = (package.cargo.name.as_str(), package.cargo.version.to_string());
    spec_in(&lock, name, &version).unwrap_or_else(|| package.cargo.id.repr.clone())
}

/// A package's name where the lock has no other one of that name, else with its version; `None` where even that is
/// not the only one (<https://doc.rust-lang.org/cargo/reference/pkgid-spec.html>).
fn spec_in(lock: &str, name: &str, version: &str) -> Option<String> {
    let (name_line, version_line) = (format!("name = \"{name}\""), format!("version = \"{version}\""));
    let versions: Vec<&str> =
        lock.lines().zip(lock.lines().skip(1)).filter(|(line, _)| *line == name_line).map(|(_, next)| next).collect();
    if versions.len() < 2 {
        return Some(name.to_owned());
    }
    let n_same = versions.iter().filter(|line| **line == version_line).count();
    (n_same < 2).then(|| format!("{name}@{version}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_is_named_as_shortly_as_cargo_understands_it() {
        let lock = "[[package]]\nname = \"a\"\nversion = \"1.0.0\"\n\n[[package]]\nname = \"b\"\nversion = \"1.0.0\"\n\n\
                    [[package]]\nname = \"b\"\nversion = \"2.0.0\"\n\n[[package]]\nname = \"c\"\nversion = \"1.0.0\"\n\n\
                    [[package]]\nname = \"c\"\nversion = \"1.0.0\"\nsource = \"r\"\n";
        assert_eq!(spec_in(lock, "a", "1.0.0").as_deref(), Some("a"));
        assert_eq!(spec_in(lock, "b", "2.0.0").as_deref(), Some("b@2.0.0"));
        assert_eq!(spec_in(lock, "c", "1.0.0"), None, "the whole id, which holds a path and is scrubbed in the record");
        assert_eq!(spec_in("", "a", "1.0.0").as_deref(), Some("a"));
    }
}
