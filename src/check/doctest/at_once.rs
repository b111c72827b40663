//! One `cargo test --workspace --doc` for all libraries of a workspace, with our own binary in rustdoc's place: each
//! library has its own output and time limit, and those nobody asked about are passed over.

use super::Library;
use super::judged::{Run, bad, judged, outcome, own_listing, why_unlisted};
use crate::check::argv;
use crate::check::command::{Call, cargo, file_name, forget, read_some, started, words};
use crate::check::configuration;
use crate::check::request::{At, TEST_TIMEOUT};
use crate::check::results::{Results, SuiteResult};
use crate::check::rustdoc::{self, Ended, Laid, Told, Users};
use crate::check::scrub::Scrub;
use crate::check::suite::absent;
use crate::check::{command, libtest};
use crate::error::Result;
use crate::event::Event;
use crate::process::{self, End};
use crate::words::{CheckKind, Outcome, SuiteId};
use camino::Utf8Path;
use std::collections::BTreeMap;

/// Our own binary, or why it cannot stand in for rustdoc.
pub(super) fn program<'a>(at: At<'a>) -> Result<&'a Utf8Path, String> {
    if !at.workspace.target_folder.join("debug").is_dir() {
        return Err("nothing of the rest is built yet".into());
    }
    if at.request.build.is_some() && at.request.share.is_none() {
        return Err("only some of the packages are built yet".into());
    }
    let program = at.surroundings.program.as_deref();
    program.filter(|program| program.is_file()).ok_or_else(|| "our own binary cannot stand in for rustdoc here".into())
}

/// Runs them. What comes back is left to be run alone: cargo runs no doctest at all where one library does not compile.
pub(super) fn check<'l>(
    at: At<'_>,
    program: &Utf8Path,
    wanted: &[Library<'l>],
    scrub: &Scrub,
    results: &mut Results,
) -> Result<Vec<Library<'l>>> {
    let laid = lay_out(at, program, wanted, |_| true)?;
    let n_wanted = u32::try_from(wanted.len()).unwrap_or(u32::MAX);
    let call = Call {
        kind: CheckKind::Doctest,
        id: at.id("doctest"),
        argv: argv::doctests(at.built().as_deref(), at.request.flags, false),
        at,
        env: BTreeMap::from([("RUSTDOC".into(), "cargo-handoff".into())]),
        limit: Some(at.request.test_timeout.saturating_mul(n_wanted).saturating_add(TEST_TIMEOUT)),
        announced: false,
    };
    let (id, argv) = (call.id.clone(), words(&call.argv));
    let mut is_told = false;
    let mut tell_start = || {
        if !std::mem::replace(&mut is_told, true) {
            started(at, &id, CheckKind::Doctest, &argv);
        }
    };
    let mut n_begun = 0;
    // Libraries without any doctest are no command of the record: it is told from the first doctest on.
    let called = call.run_with(&laid.environment(), |line| match rustdoc::told(line) {
        Some(Told::Begins(place)) => {
            let what = wanted.get(place).map(|(package, _)| package.label.clone()).unwrap_or_default();
            let total = Some(wanted.len() as u64);
            at.run.tell(Event::Progress { check: CheckKind::Doctest, done: n_begun, total, what });
            n_begun += 1;
        }
        Some(Told::Ends(true)) => tell_start(),
        Some(Told::Ends(false)) | None => {}
    })?;
    let stem = file_name(&id);
    if let End::Cancelled(_) = called.end {
        return Ok(Vec::new());
    }
    let ran: Vec<Option<Ended>> = (0..wanted.len()).map(|place| laid.ended(place)).collect();
    if ran.iter().all(Option::is_none) {
        forget(at.request.folder, &stem);
        let why = called.first_error(scrub);
        at.run.remark(format!("doctests are run package by package, each as cargo builds it alone: {why}"));
        return Ok(wanted.to_vec());
    }
    let Some(listings) = listings(at, program, wanted, &laid, &ran)? else {
        forget(at.request.folder, &stem);
        return Ok(Vec::new());
    };
    let mut left = Vec::new();
    let mut judgements: Vec<SuiteResult> = Vec::new();
    for (place, (ended, listing)) in ran.into_iter().zip(listings).enumerate() {
        let (package, library) = wanted[place];
        let suite = SuiteId { target: library.id.clone(), doctest: true };
        match (ended, listing) {
            (Some(ended), Ok(listed)) if !listed.is_empty() => {
                let (stdout, stderr) = laid.output(place);
                let (stdout, stderr) = (read_some(&stdout)?, read_some(&stderr)?);
                let Ended { started, duration_ms, .. } = ended.clone();
                let end = ended.end();
                let run = Run { suite, stdout: &stdout, stderr: &stderr, end: &end, started, duration_ms };
                judgements.push(judged(at, run, &listed, scrub)?);
            }
            (Some(_), Ok(_)) => results.suites.push(absent(at, suite, Outcome::NotRun, "no tests", scrub)),
            (Some(_), Err(why)) => results.suites.push(absent(at, suite, Outcome::CouldNotRun, &why, scrub)),
            (None, _) => match &called.end {
                End::Exited(_) => left.push((package, library)),
                end @ (End::Signalled(_)
                | End::TimedOut
                | End::TooMuchOutput
                | End::Cancelled(_)
                | End::NotStarted(_)) => {
                    let why = format!("cargo never came to them: {}", end.in_words());
                    results.suites.push(absent(at, suite, Outcome::CouldNotRun, &why, scrub));
                }
            },
        }
    }
    if judgements.is_empty() {
        forget(at.request.folder, &stem);
        return Ok(left);
    }
    tell_start();
    let mut log = called.stderr.clone();
    for result in &judgements {
        let kept = result.log.as_deref().unwrap_or_default();
        log.push_str(&format!("doctests of {}: {} ({kept})\n", result.suite.target.package, result.outcome));
    }
    let outcomes = judgements.iter().map(outcome).collect();
    let bad = bad(&judgements);
    results.commands.push(called.finish(at, scrub, outcomes, log.as_bytes(), &bad)?);
    results.suites.extend(judgements);
    Ok(left)
}

fn lay_out(at: At<'_>, program: &Utf8Path, wanted: &[Library<'_>], is_asked: impl Fn(usize) -> bool) -> Result<Laid> {
    let configuration = configuration::read(&at.workspace.root, "", at.surroundings);
    let users = Users { variable: at.surroundings.variable("RUSTDOC"), configured: configuration.rustdoc.as_deref() };
    let asked = wanted.iter().enumerate().filter(|(place, _)| is_asked(*place));
    let folders = asked.flat_map(|(place, (package, _))| {
        [&package.folder, &package.real_folder].map(|folder| (folder.clone(), place))
    });
    rustdoc::lay_out(program, users, at.request.test_timeout, folders)
}

/// A library's own listing, or why there is none.
type Listing = Result<Vec<String>, String>;

/// The listing of each library, those that their runs do not tell asked for in one more call. `None` where that was
/// cancelled.
fn listings(
    at: At<'_>,
    program: &Utf8Path,
    wanted: &[Library<'_>],
    laid: &Laid,
    ran: &[Option<Ended>],
) -> Result<Option<Vec<Listing>>> {
    let mut own = Vec::new();
    for (place, ended) in ran.iter().enumerate() {
        let (stdout, _) = laid.output(place);
        own.push(match ended {
            Some(ended) => own_listing(&read_some(&stdout)?, &ended.end()),
            None => Some(Vec::new()),
        });
    }
    if own.iter().all(Option::is_some) {
        return Ok(Some(own.into_iter().flatten().map(Ok).collect()));
    }
    let asked = lay_out(at, program, wanted, |place| own[place].is_none())?;
    let mut command = cargo(at, &argv::doctests(at.built().as_deref(), at.request.flags, true));
    for (name, value) in asked.environment() {
        command = command.env(name, value);
    }
    let said = process::ask(&command.limit(at.request.test_timeout.saturating_add(TEST_TIMEOUT)), at.cancel)?;
    if let End::Cancelled(_) = said.end {
        return Ok(None);
    }
    let mut listings = Vec::new();
    for (place, own) in own.into_iter().enumerate() {
        listings.push(match (own, asked.ended(place)) {
            (Some(names), _) => Ok(names),
            (None, Some(ended)) => {
                let (stdout, stderr) = asked.output(place);
                let end = ended.end();
                if end.is_success() {
                    Ok(libtest::listing(&String::from_utf8_lossy(&command::read_some(&stdout)?)))
                } else {
                    Err(why_unlisted(&command::read_some(&stderr)?, &end))
                }
            }
            (None, None) => Err(format!("its doctests could not be listed: {}", why_unlisted(&said.stderr, &said.end))),
        });
    }
    Ok(Some(listings))
}
