//! A prescribed command of the closed grammar, run as it stands.

use super::command::{Call, Called, file_name, raw, read_some};
use super::fmt::first_target;
use super::libtest;
use super::request::{At, Request};
use super::scrub::Scrub;
use crate::approval;
use crate::cancel::Cancel;
use crate::error::{Code, Error, Result};
use crate::event::Run;
use crate::payload::entries::{CommandEntry, TargetOutcome};
use crate::process::End;
use crate::surroundings::Surroundings;
use crate::words::{CheckKind, Outcome};
use crate::workspace::graph::Workspace;
use std::collections::BTreeMap;

/// Runs the words [`approval::parse`] called ours, in the workspace's root; `id` is that of its entry. Its exit
/// status decides, and for `cargo test` also what its result lines say: where a filter was given and nothing ran,
/// or where it ended without one, it could not run. `None` where it was cancelled.
///
/// # Errors
/// 70 where the words are not ours, 74 where a log cannot be written.
pub fn prescribed(
    words: &[String],
    id: &str,
    workspace: &Workspace,
    request: &Request<'_>,
    surroundings: &Surroundings,
    cancel: &Cancel,
    run: &Run<'_>,
) -> Result<Option<CommandEntry>> {
    let line = shlex::try_join(words.iter().map(String::as_str)).unwrap_or_default();
    if approval::parse(&line) != approval::Parsed::Ours(words.to_vec()) {
        return Err(Error::new(Code::Internal, format!("`{line}` was to run without being approved")));
    }
    let at = At { request, workspace, surroundings, cancel, run };
    let scrub = Scrub::new(request, surroundings);
    let call = Call {
        kind: CheckKind::Prescribed,
        id: id.to_owned(),
        argv: words.iter().map(Into::into).collect(),
        at,
        env: BTreeMap::new(),
        limit: Some(request.test_timeout),
        announced: true,
    };
    let called = call.run(|_| ())?;
    if let End::Cancelled(_) = called.end {
        return Ok(None);
    }
    let (stdout, _) = raw(request.folder, &file_name(id));
    let mut log = read_some(&stdout)?;
    let said = String::from_utf8_lossy(&log).into_owned();
    let (outcome, why) = judge(words, &called, &said, &scrub);
    let packages = workspace.packages.iter().filter(|package| is_meant(words, package.cargo.name.as_str()));
    let target = |package| {
        let id = first_target(package);
        let why = why.clone();
        TargetOutcome {
            package: id.package,
            kind: id.kind,
            name: id.name,
            outcome,
            errors: 0,
            warnings: 0,
            pre_existing: 0,
            why,
            observed_at: None,
        }
    };
    let targets = packages.map(target).collect();
    log.extend(b"\n--- stderr ---\n");
    log.extend(called.stderr.as_bytes());
    let bad = if said.trim().is_empty() { called.stderr.clone() } else { said };
    called.finish(at, &scrub, targets, &log, &bad).map(Some)
}

fn judge(words: &[String], called: &Called, said: &str, scrub: &Scrub) -> (Outcome, Option<String>) {
    let is_test = words.get(1).is_some_and(|verb| verb == "test");
    let n_ran = libtest::n_ran(said);
    match &called.end {
        End::Exited(0) if is_test && n_ran.is_none() => {
            (Outcome::CouldNotRun, Some("it ended without a `test result:` line".into()))
        }
        End::Exited(0) if is_test && n_ran == Some(0) && approval::has_filter(words) => {
            (Outcome::CouldNotRun, Some("0 tests ran".into()))
        }
        End::Exited(0) => (Outcome::Passed, None),
        End::Exited(_) if is_test && !said.lines().any(|line| line.starts_with("test result: FAILED")) => {
            (Outcome::CouldNotRun, Some(called.first_error(scrub)))
        }
        End::Exited(code) => (Outcome::Failed, Some(format!("exit code {code}"))),
        End::Signalled(_) | End::TimedOut | End::TooMuchOutput | End::Cancelled(_) | End::NotStarted(_) => {
            (Outcome::CouldNotRun, Some(called.end.in_words()))
        }
    }
}

/// Whether a package is named with `-p`, or none is.
fn is_meant(words: &[String], name: &str) -> bool {
    let apart = words.windows(2).filter(|pair| pair[0] == "-p" || pair[0] == "--package").map(|pair| pair[1].as_str());
    let joined = words.iter().filter_map(|word| word.strip_prefix("--package="));
    let named: Vec<&str> = apart.chain(joined).collect();
    named.is_empty() || named.contains(&name)
}
