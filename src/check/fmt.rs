//! Formatting: one `cargo fmt --check`, its findings by file and hunk.

use super::argv;
use super::charge::{change_of, plain, touches};
use super::command::{Call, quiet, read_some};
use super::request::{At, Request};
use super::scrub::Scrub;
use crate::error::Result;
use crate::event::Event;
use crate::payload::entries::{CommandEntry, TargetOutcome};
use crate::process::End;
use crate::words::{CheckKind, Outcome, TargetId, TargetKind};
use crate::workspace::graph::{Package, Workspace};
use camino::{Utf8Path, Utf8PathBuf};

/// A place rustfmt would change, or cannot read.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Finding {
    /// The lines of the file it would replace, from 1; where it would only insert, those around.
    Hunk { file: Utf8PathBuf, lines: Vec<u32> },
    /// A file that does not parse, or is not there.
    Broken { file: Utf8PathBuf, why: String },
}

impl Finding {
    fn file(&self) -> &Utf8Path {
        match self {
            Self::Hunk { file, .. } | Self::Broken { file, .. } => file,
        }
    }
}

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

/// Runs the check.
pub(super) fn check(at: At<'_>, scrub: &Scrub, is_there: bool) -> Result<Option<CommandEntry>> {
    let full = at.full();
    if full.is_empty() {
        return Ok(None);
    }
    let names = names(at);
    let call = Call {
        kind: CheckKind::Fmt,
        id: at.id("fmt"),
        argv: argv::fmt(names.as_deref(), true),
        at,
        env: quiet(),
        limit: None,
        announced: true,
    };
    let mut stdout = String::new();
    let called = call.run(|line| {
        stdout.push_str(&String::from_utf8_lossy(line));
        stdout.push('\n');
    })?;
    if let End::Cancelled(_) = called.end {
        return Ok(None);
    }
    let mut findings = read_hunks(&stdout);
    findings.extend(read_errors(&called.stderr, &at.workspace.root));
    let excuse = if !is_there {
        Some("rustfmt is missing: rustup component add rustfmt".to_owned())
    } else if findings.is_empty() && !called.end.is_success() {
        Some(called.first_error(scrub))
    } else {
        None
    };
    let mut targets = Vec::new();
    for package in full {
        let mine =
            findings.iter().filter(|finding| owner(finding.file(), at.workspace).is_some_and(|o| o == package.label));
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
    let (_, stderr) = super::command::raw(at.request.folder, &super::command::file_name(&called.entry.id));
    let mut log = stdout.clone().into_bytes();
    log.extend(read_some(&stderr)?);
    let bad = if called.stderr.trim().is_empty() { stdout } else { called.stderr.clone() };
    called.finish(at, scrub, targets, &log, &bad).map(Some)
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
                let change = change_of(file, request);
                if request.strict || change.is_some_and(|change| lines.iter().any(|line| touches(change, *line, *line)))
                {
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

/// The member whose folder is the nearest above a file.
fn owner<'a>(file: &Utf8Path, workspace: &'a Workspace) -> Option<&'a str> {
    let nearest = |file: &Utf8Path| {
        let above = workspace.packages.iter().filter(|package| file.starts_with(&package.folder));
        above.max_by_key(|package| package.folder.as_str().len()).map(|package| package.label.as_str())
    };
    nearest(file).or_else(|| nearest(&file.canonicalize_utf8().ok()?))
}

/// rustfmt's `Diff in FILE:LINE:` blocks. The line is that of the old text; each line behind begins with ` `,
/// `-` (old text) or `+` (what it should be).
fn read_hunks(text: &str) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    let mut block: Option<(Utf8PathBuf, u32, Vec<u32>, Vec<u32>)> = None;
    let mut close = |block: Option<(Utf8PathBuf, u32, Vec<u32>, Vec<u32>)>| {
        let Some((file, _, replaced, around)) = block else { return };
        let lines = if replaced.is_empty() { around } else { replaced };
        let finding = Finding::Hunk { file, lines };
        if !findings.contains(&finding) {
            findings.push(finding);
        }
    };
    for line in text.lines() {
        if let Some(file) = line.strip_prefix("Incorrect newline style in ") {
            close(block.take());
            // About the whole file: its first line stands for it, new where the file is, or was converted.
            close(Some((plain(Utf8Path::new(file)), 1, vec![1], Vec::new())));
        } else if let Some((file, first)) = title(line) {
            close(block.replace((file, first, Vec::new(), Vec::new())));
        } else if let Some((_, next, replaced, around)) = &mut block {
            match line.as_bytes().first() {
                Some(b'-') => {
                    replaced.push(*next);
                    *next += 1;
                }
                Some(b'+') => around.extend([next.saturating_sub(1).max(1), *next]),
                Some(_) | None => *next += 1,
            }
        }
    }
    close(block);
    findings
}

fn title(line: &str) -> Option<(Utf8PathBuf, u32)> {
    let (file, number) = line.strip_prefix("Diff in ")?.strip_suffix(':')?.rsplit_once(':')?;
    Some((plain(Utf8Path::new(file.strip_prefix(r"\\?\").unwrap_or(file))), number.parse().ok()?))
}

/// rustfmt's errors on stderr: `error: TEXT` with ` --> FILE:LINE:COLUMN` behind it, or a module that is missing.
fn read_errors(text: &str, root: &Utf8Path) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    let mut headline: Option<&str> = None;
    let mut add = |file: &str, why: &str| {
        let finding = Finding::Broken { file: plain(&root.join(file)), why: why.to_owned() };
        if !findings.contains(&finding) {
            findings.push(finding);
        }
    };
    for line in text.lines() {
        if line.starts_with("error") {
            headline = Some(line);
        } else if let Some(missing) = line.strip_prefix("Error writing files: ") {
            // failed to resolve mod `b`: /folder/src/b.rs does not exist
            if let Some(file) = missing.split(": ").last().and_then(|rest| rest.strip_suffix(" does not exist")) {
                add(file, missing.split(": ").next().unwrap_or(missing));
            }
        } else if let (Some(error), Some(place)) = (headline, line.trim_start().strip_prefix("--> ")) {
            let file = place.rsplitn(3, ':').last().unwrap_or(place);
            add(file, error);
            headline = None;
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hunk_names_the_old_lines_it_replaces() {
        let text = "Diff in /w/a b/src/lib.rs:4:\n fn a() {\n-    let x=1;\n-    y;\n+    let x = 1;\n }\n \n\
                    Diff in /w/src/../src/c.rs:10:\n a\n+\n b\n";
        assert_eq!(
            read_hunks(text),
            [
                Finding::Hunk { file: "/w/a b/src/lib.rs".into(), lines: vec![5, 6] },
                Finding::Hunk { file: "/w/src/c.rs".into(), lines: vec![10, 11] },
            ]
        );
    }

    #[test]
    fn a_line_of_code_that_looks_like_a_title_is_code() {
        let text = "Diff in /w/a.rs:1:\n-Diff in /w/b.rs:1:\n+x\n Diff in /w/c.rs:1:\n";
        assert_eq!(read_hunks(text), [Finding::Hunk { file: "/w/a.rs".into(), lines: vec![1] }]);
    }

    #[test]
    fn a_wrong_newline_style_is_a_finding_of_its_file_alone() {
        let text = "Diff in /w/a.rs:4:\n a\n-b\n+c\nIncorrect newline style in /w/b.rs\n";
        let hunk = |file: &str, line: u32| Finding::Hunk { file: file.into(), lines: vec![line] };
        assert_eq!(read_hunks(text), [hunk("/w/a.rs", 5), hunk("/w/b.rs", 1)]);
    }

    #[test]
    fn what_does_not_parse_is_an_error_of_its_file() {
        let text = "error: expected expression, found `;`\n --> /w/src/main.rs:1:21\n  |\n\
                    Error writing files: failed to resolve mod `b`: /w/src/b.rs does not exist\n";
        assert_eq!(
            read_errors(text, Utf8Path::new("/w")),
            [
                Finding::Broken { file: "/w/src/main.rs".into(), why: "error: expected expression, found `;`".into() },
                Finding::Broken { file: "/w/src/b.rs".into(), why: "failed to resolve mod `b`".into() },
            ]
        );
    }
}
