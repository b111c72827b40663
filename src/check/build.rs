//! The test binaries: one `cargo test --no-run`, and a build that keeps going only where that failed.

use super::argv;
use super::command::{Call, Called, quiet};
use super::messages::{Built, Finding, Level};
use super::request::At;
use super::scrub::Scrub;
use crate::error::Result;
use crate::event::Event;
use crate::payload::entries::{CommandEntry, TargetOutcome};
use crate::process::End;
use crate::words::{CheckKind, Outcome, SuiteId};
use crate::workspace::affected::Selection;
use crate::workspace::graph::{Package, Target};
use std::ffi::OsString;

/// What building came to: the commands and what is there to be run.
pub(super) struct Tests {
    pub(super) commands: Vec<CommandEntry>,
    pub(super) built: Built,
    /// Why nothing of a target is there that no message speaks of; `None` where everything was built.
    pub(super) failure: Option<String>,
    /// What is selected, now that it is known what everything reads.
    pub(super) selection: Option<Selection>,
}

/// Builds. `None` where it was cancelled. `learn` is shown what each call built, and decides with it what counts.
pub(super) fn check(
    at: At<'_>,
    scrub: &Scrub,
    learn: &mut dyn FnMut(&Built) -> Option<Selection>,
) -> Result<Option<Tests>> {
    let packages = at.built();
    let argv = argv::test(packages.as_deref(), at.request.flags);
    let Some((mut called, built)) = call(at, CheckKind::Test, "test", argv)? else {
        return Ok(None);
    };
    let selection = learn(&built);
    let request = at.request.with(selection.as_ref());
    let at = At { request: &request, ..at };
    if called.end.is_success() {
        let entry = finish(called, at, scrub, &built, None)?;
        return Ok(Some(Tests { commands: vec![entry], built, failure: None, selection }));
    }
    let cargos = called.first_error(scrub);
    if built.n_packages() == 0 && built.findings.is_empty() {
        // cargo itself gave up before it compiled anything: a second call would say the same.
        let entry = finish(called, at, scrub, &built, Some(&cargos))?;
        return Ok(Some(Tests { commands: vec![entry], built, failure: Some(cargos), selection }));
    }
    called.forced = Some(stopped(at, &built, scrub));
    let first = finish(called, at, scrub, &built, Some(&cargos))?;
    let argv = argv::build(packages.as_deref(), at.request.flags);
    let Some((called, mut again)) = call(at, CheckKind::Build, "build", argv)? else {
        return Ok(None);
    };
    let selection = learn(&again);
    let request = at.request.with(selection.as_ref());
    let at = At { request: &request, ..at };
    // The first call may have built binaries the second knows nothing of (examples, members whose own
    // fingerprints differ): whatever is there can be run.
    for (target, executable) in built.executables {
        again.executables.entry(target).or_insert(executable);
    }
    let failure = match again.first_error().or_else(|| built.findings.iter().find(|f| f.level == Level::Error)) {
        Some(error) => format!("something it needs does not compile: {}", scrub.text(&error.in_words())),
        None => called.first_error(scrub),
    };
    let entry = finish(called, at, scrub, &again, Some(&failure))?;
    Ok(Some(Tests { commands: vec![first, entry], built: again, failure: Some(failure), selection }))
}

/// What a call came to that stopped at the first target that does not compile: a fault of the packages that count,
/// or of others, which nobody asked about. Its targets are left to the call that keeps going.
fn stopped(at: At<'_>, built: &Built, scrub: &Scrub) -> (Outcome, String) {
    let selected = at.selected();
    let is_ours = |finding: &&Finding| selected.iter().any(|package| package.label == finding.target.package);
    let errors = || built.findings.iter().filter(|finding| finding.level == Level::Error);
    match (errors().find(is_ours), errors().next()) {
        (Some(error), _) => (Outcome::CouldNotRun, scrub.text(&error.in_words())),
        (None, Some(error)) => {
            let why = format!("stopped by a package that was not checked: {}", error.in_words());
            (Outcome::NotRun, scrub.text(&why))
        }
        (None, None) => (Outcome::CouldNotRun, "something it needs does not compile".to_owned()),
    }
}

fn call<'a>(at: At<'a>, kind: CheckKind, word: &str, argv: Vec<OsString>) -> Result<Option<(Called, Built)>> {
    let call = Call { kind, id: at.id(word), argv, at, env: quiet(), limit: None, announced: true };
    let mut built = Built::default();
    let mut count = counter(at, kind);
    let called = call.run(|line| {
        if let Some(name) = built.read(at.workspace, line) {
            count(built.n_packages(), name);
        }
    })?;
    Ok((!matches!(called.end, End::Cancelled(_))).then_some((called, built)))
}

/// The entry: a target passed if its binary is there. What its tests come to stands in its suite.
fn finish(called: Called, at: At<'_>, scrub: &Scrub, built: &Built, failure: Option<&str>) -> Result<CommandEntry> {
    let mut targets = Vec::new();
    let counted = if called.forced.is_some() { Vec::new() } else { at.selected() };
    for package in counted {
        let suite = |target: &Target| SuiteId { target: target.id.clone(), doctest: false };
        let is_wanted = |target: &&Target| at.request.selection.is_none_or(|selection| selection.wants(&suite(target)));
        for target in package.targets.iter().filter(|target| target.test).filter(is_wanted) {
            let (outcome, why) = match state(package, target, built, failure) {
                Ok(()) => (Outcome::Passed, None),
                Err((outcome, why)) => (outcome, Some(scrub.text(&why))),
            };
            let errors = errors(target, built).count() as u64;
            let id = &target.id;
            targets.push(TargetOutcome {
                package: id.package.clone(),
                kind: id.kind,
                name: id.name.clone(),
                outcome,
                errors,
                warnings: 0,
                pre_existing: 0,
                why,
                observed_at: None,
            });
        }
    }
    let mut log: String = built.findings.iter().map(|finding| finding.rendered.as_str()).collect();
    log.push_str(&called.stderr);
    let bad: String = built.findings.iter().filter(|f| f.level == Level::Error).map(|f| f.rendered.as_str()).collect();
    let bad = if bad.is_empty() { called.stderr.clone() } else { bad };
    called.finish(at, scrub, targets, log.as_bytes(), &bad)
}

/// Whether a target's test binary is there, or why it is not.
pub(super) fn state(
    package: &Package,
    target: &Target,
    built: &Built,
    failure: Option<&str>,
) -> Result<(), (Outcome, String)> {
    if let Some(error) = errors(target, built).next() {
        return Err((Outcome::CouldNotRun, format!("does not compile: {}", error.in_words())));
    }
    if built.executables.contains_key(&target.id) {
        return Ok(());
    }
    if let Some(why) = missing_features(package, target, built) {
        return Err((Outcome::NotRun, why));
    }
    let why = failure.unwrap_or("cargo built no test binary of it");
    Err((Outcome::CouldNotRun, why.to_owned()))
}

fn errors<'a>(target: &'a Target, built: &'a Built) -> impl Iterator<Item = &'a Finding> {
    built.of(&target.id).filter(|finding| finding.level == Level::Error)
}

/// How the reason begins why a target is left out whose features are not on.
pub(super) const NEEDS: &str = "needs the features ";

/// Why cargo left a target out: features it needs that are not on. `None` where it was not left out for that.
pub(super) fn missing_features(package: &Package, target: &Target, built: &Built) -> Option<String> {
    let was_built = built.compiled.iter().any(|(compiled, _)| *compiled == target.id);
    if target.required_features.is_empty() || was_built || built.of(&target.id).next().is_some() {
        return None;
    }
    let on = built.features.get(&package.label);
    let is_on = |feature: &String| on.is_some_and(|on| on.contains(feature));
    let missing: Vec<&str> =
        target.required_features.iter().filter(|feature| !is_on(feature)).map(String::as_str).collect();
    (!missing.is_empty()).then(|| format!("{NEEDS}`{}`, which are not on", missing.join("`, `")))
}

/// Tells how far a build is: packages compiled, of those in the lock file.
pub(super) fn counter<'a>(at: At<'a>, check: CheckKind) -> impl FnMut(u64, String) + 'a {
    let total = std::fs::read_to_string(at.workspace.root.join("Cargo.lock"))
        .ok()
        .map(|lock| lock.lines().filter(|line| *line == "[[package]]").count() as u64);
    move |done, what| {
        let total = total.filter(|total| done <= *total);
        at.run.tell(Event::Progress { check, done, total, what });
    }
}
