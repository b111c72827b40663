//! Building the tests on the baseline, without those that do not compile there: each is blanked, and the rest built again.

use super::errors::{self, Fault};
use super::overlay::Overlay;
use crate::check::argv;
use crate::check::command::{Call, Called, quiet};
use crate::check::messages::Built;
use crate::check::request::At;
use crate::error::{Error, Result};
use crate::files;
use crate::process::End;
use crate::source::{self, OwnerKind};
use crate::words::{CheckKind, TargetId, TargetKind};
use camino::Utf8Path;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;

/// How often it is built at most.
const MOST_ROUNDS: usize = 8;

/// After so many rounds everything is built that can be, to see all that is left at once: the tests of all members.
const FEW_ROUNDS: usize = 2;

/// Why a test was blanked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reason {
    /// `src/a.rs:12`, in the current file.
    pub(super) place: String,
    pub(super) headline: String,
}

/// What there is to run, and what was taken out to get there.
#[derive(Default)]
pub(super) struct Rounds {
    pub(super) built: Built,
    /// Tests that do not compile, by file and by their path in it.
    pub(super) blanked: BTreeMap<(String, String), Reason>,
    /// What tests lean on that does not compile, by file.
    pub(super) helpers: BTreeMap<String, Reason>,
    /// What is left that does not compile.
    pub(super) faults: Vec<Fault>,
    /// Why nothing of a target is there that no fault speaks of.
    pub(super) failure: Option<String>,
    pub(super) log: String,
}

/// Builds the test binaries of these targets. `None` where it was cancelled.
pub(super) fn build(at: At<'_>, overlay: &Overlay<'_>, wanted: &BTreeSet<TargetId>) -> Result<Option<Rounds>> {
    let mut rounds = Rounds::default();
    if wanted.is_empty() {
        return Ok(Some(rounds));
    }
    let mut is_moved = true;
    for n_round in 0..MOST_ROUNDS {
        let keeps_going = 1 < wanted.len() && (FEW_ROUNDS <= n_round || !is_moved);
        let argv = if keeps_going {
            argv::build(None, at.request.flags)
        } else {
            argv::tests_of(&selectors(wanted), at.request.flags)
        };
        let mut built = Built::default();
        let mut faults: Vec<Fault> = Vec::new();
        let call = call(at, argv).run(|line| {
            built.read(at.workspace, line);
            if let Some(fault) = errors::read(at.workspace, at.request.root, line)
                && !faults.contains(&fault)
            {
                faults.push(fault);
            }
        })?;
        if let End::Cancelled(_) = call.end {
            return Ok(None);
        }
        note(&mut rounds.log, &call, &faults);
        for (target, executable) in std::mem::take(&mut rounds.built.executables) {
            built.executables.entry(target).or_insert(executable);
        }
        rounds.built = built;
        rounds.failure = (!call.end.is_success()).then(|| first_error(&call));
        rounds.faults = faults;
        if rounds.failure.is_none() || n_round + 1 == MOST_ROUNDS {
            break;
        }
        is_moved = blank(at.request.root, overlay, wanted, &mut rounds)?;
        if !is_moved && (keeps_going || wanted.len() == 1) {
            break;
        }
    }
    Ok(Some(rounds))
}

/// Blanks what the faults stand in. Whether anything was.
fn blank(root: &Utf8Path, overlay: &Overlay<'_>, wanted: &BTreeSet<TargetId>, rounds: &mut Rounds) -> Result<bool> {
    let mut by_file: BTreeMap<String, Vec<(u32, source::Span, String)>> = BTreeMap::new();
    for fault in rounds.faults.iter().filter(|fault| wanted.contains(&fault.target)) {
        for place in &fault.places {
            let spans = by_file.entry(place.file.clone()).or_default();
            let span = (place.line, place.span.clone(), fault.headline.clone());
            if !spans.contains(&span) {
                spans.push(span);
            }
        }
    }
    let mut is_moved = false;
    for (file, found) in by_file {
        let path = root.join(&file);
        let text = std::fs::read_to_string(&path).map_err(|error| Error::io(format!("read `{path}`"), error))?;
        let spans: Vec<source::Span> = found.iter().map(|(_, span, _)| span.clone()).collect();
        let owners = source::owners(&text, overlay.is_test_file(&file), &spans);
        let blanked = source::blank(&text, &owners);
        if blanked.text == text {
            continue;
        }
        is_moved = true;
        overlay.blank(&file);
        files::put(&path, blanked.text.as_bytes())?;
        let reason = |(line, _, headline): &(u32, source::Span, String)| Reason {
            place: format!("{file}:{}", overlay.line(&file, *line)),
            headline: headline.clone(),
        };
        for test in blanked.tests {
            let its =
                owners.iter().position(|owner| owner.path == test && matches!(owner.kind, OwnerKind::Test { .. }));
            let found = its.and_then(|at| found.get(at)).or(found.first());
            rounds.blanked.extend(found.map(|found| ((file.clone(), test), reason(found))));
        }
        let helper = owners.iter().position(|owner| matches!(owner.kind, OwnerKind::Helper | OwnerKind::UseLeaf));
        let helper = helper.and_then(|at| found.get(at)).map(reason);
        if let Some(reason) = helper {
            rounds.helpers.entry(file.clone()).or_insert(reason);
        }
    }
    Ok(is_moved)
}

/// What cargo is told to build of all members: the kinds and names of what is wanted. Features are those of the whole
/// workspace then, and dependencies the ones that are built already.
fn selectors(wanted: &BTreeSet<TargetId>) -> Vec<String> {
    let selector = |target: &TargetId| match target.kind {
        TargetKind::Lib | TargetKind::ProcMacro => vec!["--lib".to_owned()],
        TargetKind::Bin => vec!["--bin".to_owned(), target.name.clone()],
        TargetKind::Test => vec!["--test".to_owned(), target.name.clone()],
        TargetKind::Example => vec!["--example".to_owned(), target.name.clone()],
        TargetKind::Bench | TargetKind::CustomBuild => Vec::new(),
    };
    let all: BTreeSet<Vec<String>> = wanted.iter().map(selector).collect();
    all.into_iter().flatten().collect()
}

fn call(at: At<'_>, argv: Vec<OsString>) -> Call<'_> {
    Call { kind: CheckKind::Build, id: at.id("build"), argv, at, env: quiet(), limit: None, announced: false }
}

fn first_error(called: &Called) -> String {
    let line = called.stderr.lines().find_map(|line| line.strip_prefix("error: "));
    line.map_or_else(|| called.end.in_words(), str::to_owned)
}

fn note(log: &mut String, called: &Called, faults: &[Fault]) {
    log.push_str(&format!("--- {} ({}) ---\n", called.entry.command, called.end.in_words()));
    for fault in faults {
        log.push_str(&fault.rendered);
        log.push('\n');
    }
    if faults.is_empty() && !called.end.is_success() {
        log.push_str(&called.stderr);
    }
}
