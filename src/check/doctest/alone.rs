//! The doctests of one library: one cargo call of its own.

use super::judged::{Run, bad, judged, outcome, own_listing, why_unlisted};
use crate::check::argv;
use crate::check::command::{Call, cargo, file_name, forget, raw, read_some, started, words};
use crate::check::libtest;
use crate::check::request::At;
use crate::check::results::SuiteResult;
use crate::check::scrub::Scrub;
use crate::check::suite::absent;
use crate::error::Result;
use crate::payload::entries::CommandEntry;
use crate::process::{self, End};
use crate::words::{CheckKind, Outcome, SuiteId};
use crate::workspace::graph::{Package, Target};
use std::collections::BTreeMap;

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
    let own = own_listing(&out, &called.end);
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
    let run = Run {
        suite,
        stdout: &out,
        stderr: called.stderr.as_bytes(),
        end: &called.end,
        started: called.entry.timestamp.clone(),
        duration_ms: called.entry.duration_ms,
    };
    let result = judged(at, run, &listed, scrub)?;
    let bad = bad([&result]);
    let mut log = out.clone();
    log.extend(called.stderr.as_bytes());
    let entry = called.finish(at, scrub, vec![outcome(&result)], &log, &bad)?;
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
    Ok(Some(Err(why_unlisted(&said.stderr, &said.end))))
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
