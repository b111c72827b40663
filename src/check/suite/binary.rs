//! A test binary that can be run: with cargo's environment, in its package's folder, behind the user's runner.

use super::super::command::{forget, raw, read_some};
use super::super::environment::{self, Base};
use super::super::libtest;
use super::super::request::At;
use crate::error::Result;
use crate::process::{self, Command, End};
use crate::workspace::graph::{Package, Target};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::time::Duration;

/// How long a listing may take: it runs nothing of the tests.
const LISTING: Duration = Duration::from_secs(60);

/// A test binary.
pub(super) struct Binary<'a> {
    pub(super) at: At<'a>,
    words: Vec<String>,
    folder: Utf8PathBuf,
    environment: BTreeMap<OsString, OsString>,
    /// The stem of the names of its log and its raw output.
    pub(super) stem: String,
}

/// A run that ended.
pub(super) struct Went {
    pub(super) end: End,
    /// Whether it was ended because no test ended for longer than one test may take.
    pub(super) stalled: bool,
    pub(super) took: Duration,
    pub(super) out: Vec<u8>,
    pub(super) err: Vec<u8>,
}

impl Went {
    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.out).into_owned()
    }
}

impl<'a> Binary<'a> {
    pub(super) fn new(
        at: At<'a>,
        base: &Base<'_>,
        package: &Package,
        target: &Target,
        executable: &Utf8Path,
        stem: String,
    ) -> Self {
        let mut words = base.configuration.runner.clone().unwrap_or_default();
        words.push(executable.to_string());
        let environment = environment::of(base, package, target.id.kind, executable);
        Self { at, words, folder: package.folder.clone(), environment, stem }
    }

    fn command(&self, args: &[&str], limit: Duration) -> Command {
        let args = self.words.iter().skip(1).map(String::as_str).chain(args.iter().copied());
        Command::new(&self.words[0], &self.folder, self.environment.clone()).args(args).limit(limit)
    }

    /// Its listing, or why there is none. `None` where it was cancelled.
    pub(super) fn list(&self, args: &[&str]) -> Result<Option<Result<Vec<String>, String>>> {
        let args: Vec<&str> = ["--list", "--format", "terse"].into_iter().chain(args.iter().copied()).collect();
        let said = process::ask(&self.command(&args, LISTING), self.at.cancel)?;
        if let End::Cancelled(_) = said.end {
            return Ok(None);
        }
        let names = libtest::listing(&String::from_utf8_lossy(&said.stdout));
        Ok(Some(if said.end.is_success() { Ok(names) } else { Err(said.end.in_words()) }))
    }

    /// Runs it. `awaited` are the tests that are to answer: where none does for longer than one test may take, one of
    /// them has been running all that time, and the run is ended. `None` where it was cancelled.
    pub(super) fn run(&self, args: &[&str], awaited: &BTreeSet<&str>, limit: Duration) -> Result<Option<Went>> {
        let at = self.at;
        let (stdout, stderr) = raw(at.request.folder, &self.stem);
        let one_test = at.request.testing.one_test;
        let token = at.cancel.within(one_test);
        let mut waiting = awaited.clone();
        if waiting.is_empty() {
            token.renew(None);
        }
        let ran = process::run(&self.command(args, limit), &stdout, &stderr, &token, |line| {
            let n_before = waiting.len();
            for name in libtest::announcements(&String::from_utf8_lossy(line), awaited) {
                waiting.remove(name);
            }
            if waiting.len() < n_before {
                token.renew((!waiting.is_empty()).then_some(one_test));
            }
        })?;
        let (end, stalled) = match ran.end {
            End::Cancelled(_) if at.cancel.signal().is_some() => {
                forget(at.request.folder, &self.stem);
                return Ok(None);
            }
            End::Cancelled(_) => (End::TimedOut, true),
            end => (end, false),
        };
        Ok(Some(Went { end, stalled, took: ran.took, out: read_some(&stdout)?, err: read_some(&stderr)? }))
    }
}
