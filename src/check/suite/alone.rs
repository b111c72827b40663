//! Tests of one binary, each in a process of its own: what one does, or how it ends, is no other one's.

use super::super::environment::Base;
use super::super::request::At;
use super::super::results::TestOutcome;
use super::Wanted;
use super::again::{named, note, read};
use super::binary::Binary;
use crate::error::Result;
use crate::process::End;
use camino::Utf8Path;
use std::collections::{BTreeMap, BTreeSet};

/// What one test came to, by itself.
pub(in crate::check) struct Alone {
    pub(in crate::check) outcome: TestOutcome,
    /// How the process ended, where there is no answer.
    pub(in crate::check) end: Option<String>,
    /// What libtest and the test said on stdout.
    pub(in crate::check) out: String,
    /// The same of stderr: a test that aborts says there what it died of.
    pub(in crate::check) err: String,
}

/// What the tests of a binary came to, each by itself.
pub(in crate::check) struct All {
    /// Every listed test, and whether it is ignored.
    pub(in crate::check) listed: BTreeMap<String, bool>,
    /// Those that were run.
    pub(in crate::check) ran: BTreeMap<String, Alone>,
    pub(in crate::check) log: Vec<u8>,
}

/// Runs these tests of a target, of those that are listed and not ignored, one after the other. An error in words
/// where there is no listing; `None` where it was cancelled.
pub(in crate::check) fn of_target(
    at: At<'_>,
    base: &Base<'_>,
    wanted: Wanted<'_>,
    executable: &Utf8Path,
    stem: String,
    names: &[String],
) -> Result<Option<Result<All, String>>> {
    let binary = Binary::new(at, base, wanted.package, wanted.target, executable, stem);
    let listed = match binary.list(&[])? {
        None => return Ok(None),
        Some(Err(why)) => return Ok(Some(Err(format!("its tests could not be listed: {why}")))),
        Some(Ok(names)) => names,
    };
    let Some(ignored) = binary.list(&["--ignored"])? else { return Ok(None) };
    let ignored: BTreeSet<String> = ignored.unwrap_or_default().into_iter().collect();
    let n_others = listed.len().saturating_sub(1) as u64;
    let listed: BTreeMap<String, bool> =
        listed.into_iter().map(|name| (name.clone(), ignored.contains(&name))).collect();
    let mut all = All { listed, ran: BTreeMap::new(), log: Vec::new() };
    for name in names.iter().filter(|name| all.listed.get(*name) == Some(&false)) {
        // What a test that passed has said may matter too.
        let mut args = named([name.as_str()]);
        args.push("--show-output");
        let Some(went) = binary.run(&args, &BTreeSet::new(), at.request.testing.one_test)? else { return Ok(None) };
        note(&mut all.log, &args, &went);
        let reading = read(&went, std::slice::from_ref(name), n_others);
        let known = reading.tests.get(name).copied().unwrap_or(TestOutcome::NoAnswer);
        let (outcome, end) = match (&reading.incomplete, &went.end) {
            (None, _) => (known, None),
            (Some(_), End::TimedOut) => (TestOutcome::TimedOut, None),
            (Some(why), End::Exited(_)) => (TestOutcome::NoAnswer, Some(why.clone())),
            (Some(_), end) => (TestOutcome::NoAnswer, Some(end.in_words())),
        };
        let (out, err) = (went.text(), String::from_utf8_lossy(&went.err).into_owned());
        all.ran.insert(name.clone(), Alone { outcome, end, out, err });
    }
    Ok(Some(Ok(all)))
}
