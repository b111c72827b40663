//! Documentation: one `cargo doc` over the workspace, rustdoc's findings by target. It opens no browser.
//!
//! cargo refuses to document two libraries of one name at once: each further one gets a call of its own.

use super::argv;
use super::charge::is_charged;
use super::command::{Call, Called, quiet};
use super::diagnosed;
use super::messages::{Built, Level, member, target_of};
use super::request::At;
use super::scrub::{MOST_EXCERPT, Scrub};
use crate::error::Result;
use crate::event::Event;
use crate::payload::entries::{CommandEntry, TargetOutcome};
use crate::process::End;
use crate::words::{CheckKind, Diagnostic, Outcome, TargetId, TargetKind};
use crate::workspace::graph::{Package, Target, Workspace};
use cargo_metadata::Message;
use cargo_metadata::diagnostic::DiagnosticLevel;
use std::collections::{BTreeMap, BTreeSet};

/// Runs the check. Empty where nothing is to be documented, or where it was cancelled.
pub(super) fn check(at: At<'_>, scrub: &Scrub, diagnostics: &mut Vec<Diagnostic>) -> Result<Vec<CommandEntry>> {
    let mut entries = Vec::new();
    let (together, alone) = groups(at.workspace);
    let is_wanted =
        |package: &&Package| at.request.is_full(package) && package.targets.iter().any(|t| is_documented(package, t));
    let first: Vec<&Package> = together.into_iter().filter(is_wanted).collect();
    if !first.is_empty() {
        let excluded: Vec<&str> = alone.iter().map(|package| package.cargo.name.as_str()).collect();
        entries.extend(call(
            at,
            scrub,
            at.id("doc"),
            argv::doc(None, &excluded, at.request.flags),
            &first,
            diagnostics,
        )?);
    }
    for package in alone.into_iter().filter(is_wanted) {
        at.cancel.check()?;
        let argv = argv::doc(Some(&package.cargo.name), &[], at.request.flags);
        entries.extend(call(at, scrub, at.id(&format!("doc:{}", package.label)), argv, &[package], diagnostics)?);
    }
    Ok(entries)
}

/// The packages that can be documented at once, and those whose library has the name of another's.
fn groups(workspace: &Workspace) -> (Vec<&Package>, Vec<&Package>) {
    let mut names = BTreeSet::new();
    workspace
        .packages
        .iter()
        .partition(|package| package.library().is_none_or(|library| names.insert(library.id.name.replace('-', "_"))))
}

/// Whether cargo documents a target: libraries, and binaries that are not called as their library.
fn is_documented(package: &Package, target: &Target) -> bool {
    let plain = |name: &str| name.replace('-', "_");
    let is_asked_for = || {
        let known = package
            .cargo
            .targets
            .iter()
            .find(|known| known.name == target.id.name && known.src_path == target.root_file);
        known.is_none_or(|known| known.doc)
    };
    match target.id.kind {
        TargetKind::Lib | TargetKind::ProcMacro => is_asked_for(),
        TargetKind::Bin => {
            let library = package.library();
            target.required_features.is_empty()
                && library.is_none_or(|library| plain(&library.id.name) != plain(&target.id.name))
                && is_asked_for()
        }
        TargetKind::Test | TargetKind::Example | TargetKind::Bench | TargetKind::CustomBuild => false,
    }
}

/// Whether a line is about documentation: what rustc warns of is clippy's to tell.
fn is_about_documentation(message: &Message) -> bool {
    match message {
        Message::CompilerMessage(message) => match (&message.message.level, &message.message.code) {
            (DiagnosticLevel::Warning, Some(code)) => code.code.starts_with("rustdoc::"),
            (_, _) => true,
        },
        _ => true,
    }
}

fn call(
    at: At<'_>,
    scrub: &Scrub,
    id: String,
    argv: Vec<std::ffi::OsString>,
    packages: &[&Package],
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<Option<CommandEntry>> {
    let call = Call { kind: CheckKind::Doc, id, argv, at, env: quiet(), limit: None, announced: true };
    let mut built = Built::default();
    let mut documented: BTreeSet<TargetId> = BTreeSet::new();
    let called = call.run(|line| {
        let Ok(message) = serde_json::from_slice::<Message>(line) else { return };
        if !is_about_documentation(&message) {
            return;
        }
        built.read(at.workspace, line);
        if let Message::CompilerArtifact(artifact) = message
            && artifact.filenames.iter().any(|file| file.extension() == Some("html"))
            && let Some(package) = member(at.workspace, &artifact.package_id.repr)
            && let Some(target) = target_of(package, &artifact.target)
        {
            documented.insert(target);
            let (done, what) = (documented.len() as u64, artifact.target.name);
            at.run.tell(Event::Progress { check: CheckKind::Doc, done, total: None, what });
        }
    })?;
    if let End::Cancelled(_) = called.end {
        return Ok(None);
    }
    let mut targets = Vec::new();
    let mut bad = String::new();
    for package in packages {
        for target in package.targets.iter().filter(|target| is_documented(package, target)) {
            let (outcome, excerpt) = judge(at, target, &built, &documented, &called, scrub);
            at.run.tell(Event::CheckFinished {
                check: CheckKind::Doc,
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
    let mut log = String::new();
    for finding in &built.findings {
        log.push_str(&format!("[{}]\n{}\n", finding.target, finding.rendered.trim_end()));
    }
    log.push_str(&called.stderr);
    let bad = if bad.is_empty() { called.stderr.clone() } else { bad };
    let entry = called.finish(at, scrub, targets, log.as_bytes(), &bad)?;
    diagnosed::add(diagnostics, diagnosed::of_entry(at, scrub, &entry, &built));
    Ok(Some(entry))
}

/// The outcome of one target, with what of it did not pass.
fn judge(
    at: At<'_>,
    target: &Target,
    built: &Built,
    documented: &BTreeSet<TargetId>,
    called: &Called,
    scrub: &Scrub,
) -> (TargetOutcome, String) {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    let (mut first, mut excerpt) = (None, String::new());
    for finding in built.of(&target.id) {
        let word = match (is_charged(finding, at.request, at.workspace), finding.level) {
            (true, Level::Error) => "errors",
            (true, Level::Warning) => "warnings",
            (false, Level::Error | Level::Warning) => "before",
        };
        *counts.entry(word).or_default() += 1;
        if word != "before" {
            first.get_or_insert_with(|| scrub.text(&finding.in_words()));
            excerpt.push_str(&finding.rendered);
        }
    }
    let count = |word: &str| counts.get(word).copied().unwrap_or_default();
    let (outcome, why) = if first.is_some() {
        (Outcome::Failed, first)
    } else if called.end.is_success() || documented.contains(&target.id) {
        (Outcome::Passed, None)
    } else {
        let is_missing = called.stderr.contains("could not execute process") && called.stderr.contains("rustdoc");
        let why = match built.first_error() {
            Some(error) => format!("something it needs does not compile: {}", error.in_words()),
            None if is_missing => "rustdoc is missing or cannot be started".to_owned(),
            None => called.first_error(scrub),
        };
        (Outcome::CouldNotRun, Some(scrub.text(&why)))
    };
    let outcome = TargetOutcome {
        package: target.id.package.clone(),
        kind: target.id.kind,
        name: target.id.name.clone(),
        outcome,
        errors: count("errors"),
        warnings: count("warnings"),
        pre_existing: count("before"),
        why,
        observed_at: None,
    };
    (outcome, excerpt)
}
