//! Formatting: one `cargo fmt --check` of what is not known to be formatted, its findings by file and hunk.

mod findings;
mod kept;

use findings::{Finding, read_errors, read_hunks, read_verbose};
use kept::{Cache, Kept, Known, Single};

use super::argv;
use super::charge::{change_of, touches};
use super::command::{Call, quiet};
use super::diagnosed;
use super::request::{At, Request};
use super::scrub::Scrub;
use crate::error::Result;
use crate::event::Event;
use crate::payload::entries::{CommandEntry, TargetOutcome};
use crate::process::{self, Command, End};
use crate::words::{CheckKind, Diagnostic, Outcome, Severity, TargetId, TargetKind};
use crate::workspace::graph::{Package, Workspace};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeSet;
use std::ffi::OsStr;

/// The target that stands for a package where a check is about the whole of it.
pub(super) fn first_target(package: &Package) -> TargetId {
    let target = package.library().or_else(|| package.targets.first()).map(|target| target.id.clone());
    target.unwrap_or_else(|| TargetId {
        package: package.label.clone(),
        kind: TargetKind::Lib,
        name: package.cargo.name.to_string(),
    })
}

/// The packages as cargo is to be told: `None` where all of the workspace's are meant.
pub(super) fn names<'a>(at: At<'a>) -> Option<Vec<&'a str>> {
    let full = at.full();
    (full.len() < at.workspace.packages.len()).then(|| full.iter().map(|package| package.cargo.name.as_str()).collect())
}

/// The most files that are asked about one by one.
const MOST_SINGLES: usize = 8;

/// Runs the check. `rustfmt` is what it says of itself; `None` where it is missing.
///
/// Whether a file is formatted is known again by its content and by all that rustfmt goes by (`kept`). Only packages of
/// which that is not known are asked about: by single files where only contents moved, else as a whole. A single file
/// that is not formatted decides nothing: its package is asked about as a whole then.
pub(super) fn check(
    at: At<'_>,
    scrub: &Scrub,
    rustfmt: Option<&str>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<Option<CommandEntry>> {
    let memory = at.request.memory.filter(|memory| memory.believes && !at.request.strict);
    let kept = memory.zip(rustfmt).map(|(memory, _)| Kept {
        digest: &kept::digest,
        rustfmt: memory.toolchain,
        vault: memory.vault,
    });
    check_with(at, scrub, rustfmt, kept, diagnostics)
}

/// The same with this knowledge.
fn check_with(
    at: At<'_>,
    scrub: &Scrub,
    rustfmt: Option<&str>,
    kept: Option<Kept<'_>>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<Option<CommandEntry>> {
    let full = at.full();
    if full.is_empty() {
        return Ok(None);
    }
    let names = names(at);
    let canonical = argv::fmt(names.as_deref(), true);
    let mut cache = kept.map(|kept| Cache::open(at, kept, &full));
    let Some(Asked { unknown, singles }) = ask_singles(at, &full, cache.as_mut())? else { return Ok(None) };
    let is_all = unknown.len() == full.len();
    let some: Vec<&str> = unknown.iter().map(|package| package.cargo.name.as_str()).collect();
    let call = Call {
        kind: CheckKind::Fmt,
        id: at.id("fmt"),
        argv: if is_all || unknown.is_empty() { canonical.clone() } else { argv::fmt(Some(&some), true) },
        at,
        env: quiet(),
        limit: None,
        announced: true,
    };
    let mut stdout = String::new();
    let mut called = if unknown.is_empty() {
        call.known(singles.is_empty())
    } else {
        call.run(|line| {
            stdout.push_str(&String::from_utf8_lossy(line));
            stdout.push('\n');
        })?
    };
    if let End::Cancelled(_) = called.end {
        return Ok(None);
    }
    let (covered, stdout) = read_verbose(&stdout);
    let mut findings = read_hunks(&stdout);
    findings.extend(read_errors(&called.stderr, &at.workspace.root));
    let excuse = if rustfmt.is_none() {
        Some("rustfmt is missing: rustup component add rustfmt".to_owned())
    } else if findings.is_empty() && !called.end.is_success() {
        Some(called.first_error(scrub))
    } else {
        None
    };
    let mut log = earlier(&full, &unknown, &singles, (!is_all && !unknown.is_empty()).then_some(&called.entry.command));
    if let Some(mut cache) = cache {
        if !unknown.is_empty() {
            learn(at, &mut cache, &unknown, &covered, &findings, excuse.is_none() && !called.stderr.contains("error"));
        }
        cache.save();
    }
    // The same question each time, however little of it was left to ask.
    called.asked(&canonical);
    let mut targets = Vec::new();
    for package in full {
        let mine =
            findings.iter().filter(|finding| owner(finding.file(), at.workspace).is_some_and(|o| o == package.label));
        diagnostics.extend(mine.clone().map(|finding| diagnostic(first_target(package), finding, at.request, scrub)));
        let outcome = judge(first_target(package), mine, at.request, excuse.as_deref(), scrub);
        at.run.tell(Event::CheckFinished {
            check: CheckKind::Fmt,
            target: first_target(package),
            outcome: outcome.outcome,
            why: outcome.why.clone(),
            excerpt: None,
            log: None,
            duration_ms: called.entry.duration_ms,
        });
        targets.push(outcome);
    }
    log.push_str(&stdout);
    log.push_str(&called.stderr);
    let bad = if called.stderr.trim().is_empty() { stdout } else { called.stderr.clone() };
    called.finish(at, scrub, targets, log.as_bytes(), &bad).map(Some)
}

/// What is left to ask about once single files were.
struct Asked<'a> {
    /// The packages nothing is known of.
    unknown: Vec<&'a Package>,
    /// The files that were asked about.
    singles: Vec<Utf8PathBuf>,
}

/// Asks about the files whose contents moved, where nothing else did. `None` where it was cancelled.
fn ask_singles<'a>(at: At<'a>, full: &[&'a Package], cache: Option<&mut Cache<'_>>) -> Result<Option<Asked<'a>>> {
    let mut asked = Asked { unknown: Vec::new(), singles: Vec::new() };
    let Some(cache) = cache else { return Ok(Some(Asked { unknown: full.to_vec(), ..asked })) };
    for package in full {
        let known = cache.look(package);
        let Known::But(moved) = known else {
            asked.unknown.push(package);
            continue;
        };
        let singles: Option<Vec<_>> = moved.iter().map(|file| cache.single(package, file)).collect();
        let few = singles.filter(|singles| asked.singles.len() + singles.len() <= MOST_SINGLES);
        let mut is_formatted = few.is_some();
        for (file, single) in moved.iter().zip(few.unwrap_or_default()) {
            is_formatted = is_formatted && is_clean(at, file, &single)?;
            at.cancel.check()?;
            asked.singles.push(file.clone());
        }
        if !is_formatted {
            asked.unknown.push(package);
        } else if !moved.is_empty() {
            cache.learn_singles(package);
        }
    }
    Ok(Some(asked))
}

/// Whether rustfmt would leave a file as it is. Its bytes decide: from stdin `--check` sees neither a wrong newline style
/// nor a byte order mark, and ends well whatever it finds.
fn is_clean(at: At<'_>, file: &Utf8Path, single: &Single) -> Result<bool> {
    for edition in &single.editions {
        let mut environment = process::clean(&at.surroundings.environment);
        environment.remove(OsStr::new("CARGO"));
        let program = at.surroundings.variable("RUSTFMT").unwrap_or("rustfmt");
        let command = Command::new(program, &at.workspace.root, environment).stdin(file);
        let mut command = command.args(["--edition", edition]);
        if let Some(configuration) = &single.configuration {
            command = command.args(["--config-path", configuration.as_str()]);
        }
        let said = process::ask(&command, at.cancel)?;
        let is_same = std::fs::read(file).is_ok_and(|bytes| bytes == said.stdout);
        if !said.end.is_success() || !is_same {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Keeps which of these packages are formatted, where rustfmt spoke of nothing but what it would change.
fn learn(
    at: At<'_>,
    cache: &mut Cache<'_>,
    packages: &[&Package],
    covered: &BTreeSet<Utf8PathBuf>,
    findings: &[Finding],
    is_sound: bool,
) {
    let owner = |file: &Utf8Path| owner(file, at.workspace);
    let is_ours =
        |label: Option<&str>| label.is_some_and(|label| packages.iter().any(|package| package.label == label));
    let is_all = packages.len() == at.workspace.packages.len();
    // `cargo fmt --all` looks at packages outside the workspace too.
    let is_sound = is_sound
        && (is_all || covered.iter().all(|file| is_ours(owner(file))))
        && (findings.is_empty() || findings.iter().any(|finding| is_ours(owner(finding.file()))));
    for package in packages {
        let is_found = findings.iter().any(|finding| owner(finding.file()) == Some(&package.label));
        if is_sound && !is_found {
            cache.learn(package, covered);
        } else {
            cache.forget(package);
        }
    }
}

/// What of the log is not rustfmt's own: what was looked at now, and what earlier.
fn earlier(full: &[&Package], unknown: &[&Package], singles: &[Utf8PathBuf], ran: Option<&String>) -> String {
    let mut log = String::new();
    for file in singles {
        log.push_str(&format!("looked at now, by itself: {file}\n"));
    }
    if let Some(ran) = ran {
        log.push_str(&format!("looked at now: {ran}\n"));
    }
    let known = full.iter().filter(|package| !unknown.iter().any(|other| other.label == package.label));
    for package in known {
        log.push_str(&format!("formatted when it was looked at earlier, and not moved since: {}\n", package.label));
    }
    log
}

fn judge<'a>(
    target: TargetId,
    findings: impl Iterator<Item = &'a Finding>,
    request: &Request<'_>,
    excuse: Option<&str>,
    scrub: &Scrub,
) -> TargetOutcome {
    let (mut errors, mut warnings, mut pre_existing) = (0, 0, 0);
    let mut why: Option<String> = None;
    for finding in findings {
        match finding {
            Finding::Broken { file, why: text } => {
                errors += 1;
                why.get_or_insert_with(|| scrub.text(&format!("{file}: {text}")));
            }
            Finding::Hunk { file, lines } => {
                if is_charged(file, lines, request) {
                    warnings += 1;
                    let line = lines.first().copied().unwrap_or(1);
                    why.get_or_insert_with(|| scrub.text(&format!("{file}:{line} is not formatted")));
                } else {
                    pre_existing += 1;
                }
            }
        }
    }
    let outcome = match excuse {
        Some(_) => Outcome::CouldNotRun,
        None if 0 < errors + warnings => Outcome::Failed,
        None => Outcome::Passed,
    };
    let why = excuse.map(str::to_owned).or(why);
    TargetOutcome {
        package: target.package,
        kind: target.kind,
        name: target.name,
        outcome,
        errors,
        warnings,
        pre_existing,
        why,
        observed_at: None,
    }
}

/// Whether a hunk is this work's.
fn is_charged(file: &Utf8Path, lines: &[u32], request: &Request<'_>) -> bool {
    let change = change_of(file, request);
    request.strict || change.is_some_and(|change| lines.iter().any(|line| touches(change, *line, *line)))
}

fn diagnostic(target: TargetId, finding: &Finding, request: &Request<'_>, scrub: &Scrub) -> Diagnostic {
    let (severity, message, lines, pre_existing) = match finding {
        Finding::Broken { why, .. } => (Severity::Error, scrub.text(why), &[][..], false),
        Finding::Hunk { file, lines } => {
            (Severity::Warning, "not formatted".to_owned(), lines.as_slice(), !is_charged(file, lines, request))
        }
    };
    let file = diagnosed::name(finding.file(), request);
    let line = |line: Option<&u32>| line.copied().filter(|_| file.is_some()).unwrap_or_default();
    let (first, last) = (line(lines.iter().min()), line(lines.iter().max()));
    Diagnostic {
        check: CheckKind::Fmt,
        target,
        severity,
        code: Some("rustfmt".to_owned()),
        message,
        line: if file.is_some() { first.max(1) } else { 0 },
        last_line: if file.is_some() { last.max(1) } else { 0 },
        file,
        pre_existing,
    }
}

/// The member whose folder is the nearest above a file.
fn owner<'a>(file: &Utf8Path, workspace: &'a Workspace) -> Option<&'a str> {
    let nearest = |file: &Utf8Path| {
        let above = workspace.packages.iter().filter(|package| file.starts_with(&package.folder));
        above.max_by_key(|package| package.folder.as_str().len()).map(|package| package.label.as_str())
    };
    nearest(file).or_else(|| nearest(&file.canonicalize_utf8().ok()?))
}

#[cfg(all(test, unix))]
mod tests;
