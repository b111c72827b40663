//! Earlier outcomes in place of checks: all of a command's, or it is run.

use super::build;
use super::charge::is_charged;
use super::clippy;
use super::command::{file_name, keep, read_some};
use super::diagnosed::of_finding;
use super::keeper::{Keeper, Linted, Which};
use super::messages::Built;
use super::request::At;
use super::results::{Results, SuiteResult};
use super::scrub::Scrub;
use super::suite::{Wanted, told_again};
use crate::error::Result;
use crate::event::Event;
use crate::opened::Seen;
use crate::payload::entries::{CommandEntry, TargetOutcome};
use crate::words::{CheckKind, Diagnostic, Outcome, SuiteId, TargetId};
use crate::workspace::graph::{Package, Target};

/// A package and its library.
type Library<'a> = (&'a Package, &'a Target);

/// Clippy's entry and what it said, if it is known of every target that counts.
pub(super) fn clippy(
    at: At<'_>,
    scrub: &Scrub,
    keeper: &Keeper<'_>,
) -> Result<Option<(CommandEntry, Vec<Diagnostic>)>> {
    let mut known = Vec::new();
    for package in at.selected() {
        for target in package.targets.iter().filter(|target| clippy::is_checked(target) && at.request.counts(target)) {
            // All are asked, so that of each it is told why it is checked.
            known.push((target, keeper.lint(package, target)));
        }
    }
    let Some(entry) = keeper.entry(&at.id("clippy"), Which::Clippy) else { return Ok(None) };
    let (mut targets, mut diagnostics) = (Vec::new(), Vec::new());
    for (target, kept) in known {
        let Some(kept) = kept else { return Ok(None) };
        let findings = &kept.verdict.findings;
        if findings.iter().any(|finding| is_charged(finding, at.request, at.workspace)) {
            return Ok(None); // what was there before is this work's now: another baseline, `--strict`
        }
        diagnostics.extend(findings.iter().map(|finding| of_finding(at, scrub, CheckKind::Clippy, finding)));
        let outcome = if kept.verdict.why.is_some() { Outcome::NotRun } else { Outcome::Passed };
        let why = kept.verdict.why.map(|why| scrub.text(&why));
        targets.push(TargetOutcome { pre_existing: findings.len() as u64, ..of(&target.id, outcome, why) });
    }
    Ok(Some((entry_again(at, scrub, entry, targets)?, diagnostics)))
}

/// Keeps what clippy said of each target that counts and passed.
pub(super) fn keep_lints(at: At<'_>, keeper: &Keeper<'_>, entry: &CommandEntry, built: &Built) -> Result<()> {
    for package in at.selected() {
        for target in package.targets.iter().filter(|target| clippy::is_checked(target)) {
            let is_it = |outcome: &&TargetOutcome| {
                outcome.package == target.id.package && outcome.kind == target.id.kind && outcome.name == target.id.name
            };
            let Some(outcome) = entry.targets.iter().find(is_it) else { continue };
            if outcome.outcome.is_bad() {
                keeper.fail_lint(package, target)?;
                continue;
            }
            let findings = built.of(&target.id).cloned().collect();
            keeper.keep_lint(package, target, Linted { findings, why: outcome.why.clone() });
        }
    }
    keeper.keep_entry(entry, Which::Clippy);
    Ok(())
}

/// What these suites came to, and the entry of the build, if all of them are known.
pub(super) fn suites(
    at: At<'_>,
    scrub: &Scrub,
    keeper: &Keeper<'_>,
    wanted: &[Wanted<'_>],
) -> Result<Option<(CommandEntry, Vec<SuiteResult>)>> {
    let Some(entry) = keeper.entry(&at.id("test"), Which::Tests) else { return Ok(None) };
    let mut known = Vec::new();
    for Wanted { package, target } in wanted {
        // All are asked, so that of each it is told why it is run.
        known.push(keeper.suite(package, &SuiteId { target: target.id.clone(), doctest: false }));
    }
    if known.iter().any(Option::is_none) {
        return Ok(None);
    }
    let mut results = Vec::new();
    let mut targets = Vec::new();
    for (kept, Wanted { target, .. }) in known.into_iter().flatten().zip(wanted) {
        let why = kept.verdict.why.clone().filter(|why| why.starts_with(build::NEEDS));
        let outcome = if why.is_some() { Outcome::NotRun } else { Outcome::Passed };
        targets.push(of(&target.id, outcome, why));
        results.push(told_again(at, scrub, *kept)?);
    }
    Ok(Some((entry_again(at, scrub, entry, targets)?, results)))
}

/// What is known of doctests.
pub(super) struct Recalled<'l> {
    /// The libraries nothing is known of.
    pub(super) left: Vec<Library<'l>>,
    known: Vec<SuiteResult>,
}

/// What the doctests of these libraries came to, as far as it is known.
pub(super) fn doctests<'l>(
    at: At<'_>,
    scrub: &Scrub,
    keeper: &Keeper<'_>,
    wanted: &[Library<'l>],
) -> Result<Recalled<'l>> {
    let mut recalled = Recalled { left: Vec::new(), known: Vec::new() };
    for (package, library) in wanted {
        let kept = keeper.suite(package, &SuiteId { target: library.id.clone(), doctest: true });
        let has_entry = || keeper.entry(&at.id("doctest"), Which::Doctests).is_some();
        // What passed stands in the command's entry: without one it is run again.
        match kept.filter(|kept| kept.verdict.outcome != Outcome::Passed || has_entry()) {
            Some(kept) => recalled.known.push(told_again(at, scrub, *kept)?),
            None => recalled.left.push((*package, *library)),
        }
    }
    Ok(recalled)
}

impl Recalled<'_> {
    /// Puts what is known to what was run: into the command's entry, and beside the other suites.
    pub(super) fn into(self, at: At<'_>, scrub: &Scrub, keeper: &Keeper<'_>, results: &mut Results) -> Result<()> {
        let passed = self.known.iter().filter(|result| result.outcome == Outcome::Passed);
        let targets: Vec<TargetOutcome> =
            passed.map(|result| of(&result.suite.target, result.outcome, result.why.clone())).collect();
        let id = at.id("doctest");
        match results.commands.iter_mut().find(|entry| entry.id == id) {
            Some(entry) => entry.targets.extend(targets),
            None if targets.is_empty() => {}
            None => {
                if let Some(entry) = keeper.entry(&id, Which::Doctests) {
                    results.commands.push(entry_again(at, scrub, entry, targets)?);
                }
            }
        }
        results.suites.extend(self.known);
        results.suites.sort_by_key(|result| result.suite.doctest);
        Ok(())
    }
}

/// Keeps what doctests came to; `seen` is what was opened while all of them ran.
pub(super) fn keep_doctests(
    at: At<'_>,
    keeper: &Keeper<'_>,
    suites: &[SuiteResult],
    commands: &[CommandEntry],
    seen: Option<&Seen>,
) -> Result<()> {
    if let Some(entry) = commands.iter().find(|entry| entry.id == at.id("doctest") && !entry.outcome.is_bad()) {
        keeper.keep_entry(entry, Which::Doctests);
    }
    for result in suites.iter().filter(|result| result.suite.doctest) {
        let package = at.workspace.packages.iter().find(|package| package.label == result.suite.target.package);
        let Some(package) = package else { continue };
        let log = result.log.as_ref().map(|log| read_some(&at.request.folder.join(log))).transpose()?;
        keeper.saw(result, seen);
        keeper.keep_suite(package, result, &log.unwrap_or_default(), seen)?;
    }
    Ok(())
}

/// An earlier entry of a command, as one of this run, with these targets.
pub(super) fn entry_again(
    at: At<'_>,
    scrub: &Scrub,
    mut entry: CommandEntry,
    targets: Vec<TargetOutcome>,
) -> Result<CommandEntry> {
    let said = format!("not run: seen in the run {}, and nothing it rests on has changed since\n", entry.evidence_ref);
    entry.outcome = Outcome::of_all(targets.iter().map(|target| target.outcome));
    entry.why = targets.iter().find(|target| target.outcome == entry.outcome).and_then(|target| target.why.clone());
    entry.why = entry.why.filter(|_| entry.outcome != Outcome::Passed);
    entry.output = None;
    entry.targets = targets;
    entry.cached = true;
    entry.log = Some(keep(at.request.folder, &file_name(&entry.id), said.as_bytes(), scrub)?);
    entry.evidence_ref = at.run.id().to_owned();
    for target in &entry.targets {
        if entry.kind == CheckKind::Clippy {
            at.run.tell(Event::CheckFinished {
                check: entry.kind,
                target: TargetId { package: target.package.clone(), kind: target.kind, name: target.name.clone() },
                outcome: target.outcome,
                why: target.why.clone(),
                excerpt: None,
                log: None,
                duration_ms: 0,
            });
        }
    }
    Ok(entry)
}

/// The outcome of one target without findings.
pub(super) fn of(target: &TargetId, outcome: Outcome, why: Option<String>) -> TargetOutcome {
    TargetOutcome {
        package: target.package.clone(),
        kind: target.kind,
        name: target.name.clone(),
        outcome,
        errors: 0,
        warnings: 0,
        pre_existing: 0,
        why,
        observed_at: None,
    }
}
