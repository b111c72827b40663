//! A prescribed command, run as it stands: one of the closed grammar, or one that was approved.

use super::argv;
use super::command::{Call, Called, file_name, raw, read_some};
use super::fresh;
use super::libtest;
use super::request::{At, Request};
use super::scrub::Scrub;
use super::wanting;
use crate::approval::{self, By, Subject};
use crate::cancel::Cancel;
use crate::error::{Code, Error, Result};
use crate::event::Run;
use crate::payload::entries::CommandEntry;
use crate::process::{self, Command, End};
use crate::surroundings::Surroundings;
use crate::words::{BY, CheckKind, Outcome};
use crate::workspace::graph::Workspace;
use std::collections::BTreeMap;
use std::ffi::OsStr;

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
    let called = stamped(at, || call.run(|_| ()))?;
    finish(called, at, &scrub, |called, said| judge(words, called, said, &scrub))
}

/// Runs exactly what was approved; its exit status decides. The caller has just made sure that it is. `None` where it
/// was cancelled.
///
/// # Errors
/// 74 where a log cannot be written.
pub fn approved(
    subject: &Subject,
    by: By,
    id: &str,
    request: &Request<'_>,
    surroundings: &Surroundings,
    cancel: &Cancel,
    run: &Run<'_>,
) -> Result<Option<CommandEntry>> {
    let scrub = Scrub::new(request, surroundings);
    let (Some(workspace), Some(program)) = (request.graph.workspaces.first(), subject.program(surroundings)) else {
        let first = subject.argv.first().map_or("", String::as_str);
        let why = format!("no such program: `{first}`");
        let line = argv::display(&subject.argv);
        let entry = not_run(id, (&line, &subject.argv), (Outcome::CouldNotRun, &why), request, surroundings, run);
        let (approval, wanting) = (Some(by.word().into()), wanting::program(subject));
        return Ok(Some(CommandEntry { cwd: subject.cwd.clone(), approval, wanting, ..entry }));
    };
    let at = At { request, workspace, surroundings, cancel, run };
    let mut environment = process::clean(&surroundings.environment);
    environment.remove(OsStr::new("CARGO"));
    // As the record spells the root, which may be a link.
    let folder = if subject.cwd == "." { request.root.to_owned() } else { request.root.join(&subject.cwd) };
    let missing = wanting::interpreter(&program, &subject.root, surroundings).filter(|_| folder.is_dir());
    let command = Command::new(program, &folder, environment).args(subject.argv.iter().skip(1).cloned());
    let call = Call {
        kind: CheckKind::Prescribed,
        id: id.to_owned(),
        argv: subject.argv.iter().map(Into::into).collect(),
        at,
        env: BTreeMap::new(),
        limit: Some(request.test_timeout),
        announced: true,
    };
    let called = stamped(at, || call.run_as(command, |_| ()))?;
    let finished = finish(called, at, &scrub, |called, _| match &called.end {
        End::Exited(0) => (Outcome::Passed, None),
        // The shell's and `env`'s word for it; our own look says the same.
        End::Exited(127) if missing.is_some() => {
            let name = missing.as_deref().unwrap_or_default();
            (Outcome::CouldNotRun, Some(format!("no such program: `{name}`, which its first line names")))
        }
        End::Exited(code) => (Outcome::Failed, Some(format!("exit code {code}"))),
        End::NotStarted(error) if error.kind() == std::io::ErrorKind::NotFound => {
            (Outcome::CouldNotRun, Some("no such program, or the one its first line names is not there".into()))
        }
        End::Signalled(_) | End::TimedOut | End::TooMuchOutput | End::Cancelled(_) | End::NotStarted(_) => {
            (Outcome::CouldNotRun, Some(called.end.in_words()))
        }
    })?;
    Ok(finished.map(|entry| {
        let wanting = missing.filter(|_| entry.outcome == Outcome::CouldNotRun && entry.signal.is_none());
        let wanting = wanting.filter(|_| entry.timed_out.is_none());
        CommandEntry { approval: Some(by.word().into()), wanting, ..entry }
    }))
}

/// A prescribed command that nothing was started for, with its outcome and the reason.
#[must_use]
pub fn not_run(
    id: &str,
    (command, argv): (&str, &[String]),
    (outcome, why): (Outcome, &str),
    request: &Request<'_>,
    surroundings: &Surroundings,
    run: &Run<'_>,
) -> CommandEntry {
    let scrub = Scrub::new(request, surroundings);
    CommandEntry {
        id: id.to_owned(),
        kind: CheckKind::Prescribed,
        command: scrub.text(command),
        argv: argv.iter().map(|word| scrub.text(word)).collect(),
        cwd: ".".into(),
        env: BTreeMap::new(),
        outcome,
        why: Some(scrub.text(why)),
        exit_code: None,
        signal: None,
        timed_out: None,
        timestamp: surroundings.now(),
        duration_ms: 0,
        targets: Vec::new(),
        passed: Vec::new(),
        passed_earlier: BTreeMap::new(),
        output: None,
        log: None,
        cached: false,
        approval: None,
        before: None,
        wanting: None,
        evidence_ref: run.id().to_owned(),
        by: BY.into(),
    }
}

/// Runs it once no old time stamp can hide an edit from whatever it builds.
fn stamped(at: At<'_>, run: impl FnOnce() -> Result<Called>) -> Result<Called> {
    let kept = at.request.select.map(|question| question.kept.clone()).unwrap_or_default();
    let fresh = fresh::unwatched(at, fresh::TEST, &kept)?;
    let called = run()?;
    if !matches!(called.end, End::Cancelled(_)) {
        fresh.after(called.end.is_success());
    }
    Ok(called)
}

fn finish(
    mut called: Called,
    at: At<'_>,
    scrub: &Scrub,
    judge: impl FnOnce(&Called, &str) -> (Outcome, Option<String>),
) -> Result<Option<CommandEntry>> {
    if let End::Cancelled(_) = called.end {
        return Ok(None);
    }
    let (stdout, _) = raw(at.request.folder, &file_name(&called.entry.id));
    let mut log = read_some(&stdout)?;
    let said = String::from_utf8_lossy(&log).into_owned();
    let (outcome, why) = judge(&called, &said);
    log.extend(b"\n--- stderr ---\n");
    log.extend(called.stderr.as_bytes());
    let bad = if said.trim().is_empty() { called.stderr.clone() } else { said };
    called.forced = Some((outcome, why.unwrap_or_default()));
    called.finish(at, scrub, Vec::new(), &log, &bad).map(Some)
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
