//! Lints: one `cargo clippy` over the workspace, its messages by target.

use super::argv;
use super::build::{counter, missing_features};
use super::charge::is_charged;
use super::command::{Call, Called, quiet};
use super::messages::{Built, Level};
use super::request::At;
use super::scrub::{MOST_EXCERPT, Scrub};
use crate::error::Result;
use crate::event::Event;
use crate::payload::entries::{CommandEntry, TargetOutcome};
use crate::process::End;
use crate::words::{CheckKind, Outcome, TargetKind};
use crate::workspace::graph::{Package, Target};

/// Runs it. `None` where it was cancelled.
pub(super) fn call(at: At<'_>) -> Result<Option<(Called, Built)>> {
    let argv = argv::clippy(at.built().as_deref(), at.request.flags);
    let call =
        Call { kind: CheckKind::Clippy, id: at.id("clippy"), argv, at, env: quiet(), limit: None, announced: true };
    let mut built = Built::default();
    let mut count = counter(at, CheckKind::Clippy);
    let called = call.run(|line| {
        if let Some(name) = built.read(at.workspace, line) {
            count(built.n_packages(), name);
        }
    })?;
    Ok((!matches!(called.end, End::Cancelled(_))).then_some((called, built)))
}

/// What it came to, target by target of those that count.
pub(super) fn judge_all(
    at: At<'_>,
    scrub: &Scrub,
    is_there: bool,
    called: Called,
    built: &Built,
) -> Result<CommandEntry> {
    let mut targets = Vec::new();
    let (mut log, mut bad) = (String::new(), String::new());
    for package in at.selected() {
        for target in package.targets.iter().filter(|target| is_checked(target) && at.request.counts(target)) {
            let (outcome, excerpt) = judge(at, package, target, built, &called, scrub, is_there);
            at.run.tell(Event::CheckFinished {
                check: CheckKind::Clippy,
                target: target.id.clone(),
                outcome: outcome.outcome,
                why: outcome.why.clone(),
                excerpt: (!excerpt.is_empty()).then(|| scrub.excerpt(excerpt.lines(), MOST_EXCERPT)),
                log: None,
                duration_ms: called.entry.duration_ms,
            });
            bad.push_str(&excerpt);
            targets.push(outcome);
        }
    }
    for finding in &built.findings {
        log.push_str(&format!("[{}]\n{}\n", finding.target, finding.rendered.trim_end()));
    }
    log.push_str(&called.stderr);
    let bad = if bad.is_empty() { called.stderr.clone() } else { bad };
    called.finish(at, scrub, targets, log.as_bytes(), &bad)
}

/// Whether clippy is asked about a target.
pub(super) fn is_checked(target: &Target) -> bool {
    match target.id.kind {
        TargetKind::Lib | TargetKind::ProcMacro | TargetKind::Bin | TargetKind::Test | TargetKind::Example => true,
        TargetKind::Bench | TargetKind::CustomBuild => false,
    }
}

/// Whether every unit of a target was compiled.
fn is_complete(target: &Target, built: &Built) -> bool {
    let has = |test: bool| built.compiled.contains(&(target.id.clone(), test));
    match target.id.kind {
        TargetKind::Test | TargetKind::Bench => has(true),
        TargetKind::Lib | TargetKind::ProcMacro | TargetKind::Bin => has(false) && (!target.test || has(true)),
        TargetKind::Example | TargetKind::CustomBuild => has(false),
    }
}

/// The outcome of one target, with what of it did not pass.
fn judge(
    at: At<'_>,
    package: &Package,
    target: &Target,
    built: &Built,
    called: &Called,
    scrub: &Scrub,
    is_there: bool,
) -> (TargetOutcome, String) {
    let (mut errors, mut warnings, mut pre_existing) = (0, 0, 0);
    let mut first: Option<String> = None;
    let mut excerpt = String::new();
    for finding in built.of(&target.id) {
        if is_charged(finding, at.request, at.workspace) {
            match finding.level {
                Level::Error => errors += 1,
                Level::Warning => warnings += 1,
            }
            first.get_or_insert_with(|| scrub.text(&finding.in_words()));
            excerpt.push_str(&finding.rendered);
        } else {
            pre_existing += 1;
        }
    }
    let (outcome, why) = if !is_there {
        (Outcome::CouldNotRun, Some("clippy is missing: rustup component add clippy".into()))
    } else if 0 < errors + warnings {
        (Outcome::Failed, first)
    } else if let Some(why) = missing_features(package, target, built) {
        (Outcome::NotRun, Some(why))
    } else if called.end.is_success() || is_complete(target, built) {
        (Outcome::Passed, None)
    } else {
        let why = match built.first_error() {
            Some(error) => format!("something it needs does not compile: {}", error.in_words()),
            None => called.first_error(scrub),
        };
        (Outcome::CouldNotRun, Some(scrub.text(&why)))
    };
    let target = &target.id;
    let outcome = TargetOutcome {
        package: target.package.clone(),
        kind: target.kind,
        name: target.name.clone(),
        outcome,
        errors,
        warnings,
        pre_existing,
        why,
        observed_at: None,
    };
    (outcome, excerpt)
}
