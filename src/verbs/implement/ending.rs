//! The last lines of `implement`: what happened, what is open, what to type, and a message ready to send.

use super::super::audited;
use super::super::closing;
use super::super::prescribed::{self, Unapproved};
use super::super::request::Context;
use super::super::scene::{self, Read, Scene};
use super::Request;
use crate::answers::{Closing, ImplementAnswer, Next};
use crate::check::Results;
use crate::error::{Code, Error, Result};
use crate::git::Git;
use crate::payload::entries::Before;
use crate::record::acceptance::OpenIssue;
use crate::record::{self, Observed, Record};
use crate::report::dossier::Judged;
use crate::report::layout::count;
use crate::standing;
use crate::words::{TargetKind, findings_in_words};
use crate::workspace::changes::ChangeKind;
use camino::Utf8Path;
use serde::{Deserialize, Serialize};

/// The most open things a message lists.
const MOST_OPEN: usize = 5;

/// What the last lines speak of.
pub(super) struct End<'a> {
    pub(super) read: &'a Read,
    pub(super) scene: &'a Scene,
    /// Whether what failed on the baseline too fails the run.
    pub(super) strict: bool,
    pub(super) observed: &'a Observed<'a>,
    pub(super) record: &'a Record,
    /// The run's folder; `None` where nothing was written.
    pub(super) folder: Option<&'a Utf8Path>,
    pub(super) edits: usize,
    pub(super) diff: Option<String>,
    /// What the acceptance owner found and is still open.
    pub(super) open_issues: Vec<OpenIssue>,
    /// What did not run for want of an approval.
    pub(super) unapproved: &'a Unapproved,
    pub(super) context: &'a Context,
}

/// An answer as it holds for as long as nothing changes, and what of it may be past at any time.
#[derive(Serialize, Deserialize)]
pub(super) struct Lasting {
    answer: ImplementAnswer,
    /// The files that were recorded, as git names them: whether it has them yet is asked anew.
    recorded: Vec<String>,
}

impl Lasting {
    /// How it ended.
    pub(super) const fn exit(&self) -> u8 {
        self.answer.closing.exit
    }

    /// The answer as of now. `prefix` is where the payload's root lies in the repository.
    pub(super) fn now(&self, git: &Git, prefix: &str, context: &Context) -> Result<ImplementAnswer> {
        let mut answer = self.answer.clone();
        if !self.recorded.is_empty() {
            let untracked = git.untracked(&self.recorded, prefix)?;
            let untracked: Vec<&str> = untracked.iter().map(String::as_str).collect();
            if !untracked.is_empty() {
                answer.remarks.push(format!("recorded, but not in git yet: {}", list(&untracked)));
            }
        }
        let is_there = |folder: &String| context.surroundings.absolute(Utf8Path::new(folder)).is_dir();
        answer.run_folder = answer.run_folder.filter(is_there);
        if answer.run_folder.is_none() {
            answer.problems.iter_mut().for_each(|problem| problem.log = None);
        }
        Ok(answer)
    }
}

/// What a report says came of it: nobody held the claims.
pub(super) fn judged(answer: &ImplementAnswer, request: &Request) -> Judged {
    let Closing { exit, ready, open, .. } = &answer.closing;
    let (open, findings) = (open.clone(), answer.findings.clone());
    let denied = audited::denied(&findings, &request.deny);
    Judged { exit: *exit, ready: *ready, open, findings, denied, strict: request.strict, ..Judged::default() }
}

pub(super) fn answer(end: End) -> Lasting {
    let End { read, scene, observed, record, context, .. } = end;
    let results = observed.results;
    let held = if end.strict { standing::checks_held(results) } else { standing::only_old_failures(results) };
    let is_bad = !held || !observed.denied.is_empty();
    let is_unapproved = !end.unapproved.ids.is_empty() || 0 < end.unapproved.n_refused;
    let exit = match results.interrupted {
        Some(signal) => Error::signalled(signal).exit(),
        None if is_bad => Code::CheckFailed.exit(),
        None if is_unapproved => Code::NotApproved.exit(),
        None => 0,
    };
    let closing = Closing {
        verb: "implement".into(),
        outcome: closing::ending(exit),
        exit,
        ready: record.ready,
        open: record.open.clone(),
        next: next(record, results, end.unapproved, exit, !observed.denied.is_empty()),
    };
    let logs = end.folder.map(|folder| scene::shown(folder, context));
    let problems = closing::problems(results, logs.as_deref().unwrap_or_default());
    let recorded = recorded(&end);
    let (also_open, held_up) = closing::also_open(&record.open, &record.standing, results);
    let answer = ImplementAnswer {
        closing,
        payload: scene::shown(&read.located.payload, context),
        run_folder: logs,
        baseline: scene.baseline_in_words(),
        rows: closing::rows(results),
        problems,
        also_open,
        held_up,
        findings: observed.audit.findings.clone(),
        n_changes: scene.changes.len(),
        n_pre_existing: closing::n_pre_existing(results),
        remarks: remarks(&end),
        open_issues: end.open_issues.clone(),
        edits: end.edits,
        message: message(&end),
        reports: Vec::new(),
        diff: end.diff,
    };
    Lasting { answer, recorded }
}

/// The files a run recorded: what it wrote, and what it says of changes.
fn recorded(end: &End) -> Vec<String> {
    let End { read, scene, observed, record, .. } = end;
    if end.folder.is_none() {
        return Vec::new();
    }
    let mut recorded = vec![scene::relative(&read.located.root, &read.located.payload)];
    if record.sealed && 0 < end.edits {
        recorded.push(format!("handoff/evidence/{}/record.json", observed.run));
    }
    let there = scene.changes.iter().filter(|change| change.kind != ChangeKind::Deleted);
    recorded.extend(there.map(|change| change.file.clone()));
    recorded
}

/// The first few files.
fn list(files: &[&str]) -> String {
    let shown = files.iter().take(5).map(|file| format!("`{file}`")).collect::<Vec<_>>().join(", ");
    if files.len() <= 5 { shown } else { format!("{shown} and {} more", files.len() - 5) }
}

fn next(record: &Record, results: &Results, unapproved: &Unapproved, exit: u8, denied: bool) -> Vec<Next> {
    let mut next = Vec::new();
    let failed = results.suites.iter().find(|suite| suite.outcome.is_bad() && !suite.failures.is_empty());
    if let Some(suite) = failed {
        let target = &suite.suite.target;
        let which = match (suite.suite.doctest, target.kind) {
            (true, _) => " --doc".to_owned(),
            (false, TargetKind::Test) => format!(" --test {}", target.name),
            (false, TargetKind::Bin) => format!(" --bin {}", target.name),
            (false, TargetKind::Example) => format!(" --example {}", target.name),
            (false, _) => " --lib".to_owned(),
        };
        let test = &suite.failures[0].name;
        let is_flaky = suite.flaky.contains(test);
        let why = if is_flaky { "it does not fail every time: run it again and again" } else { "see it fail alone" };
        next.push(closing::next(format!("cargo test -p {}{which} -- {test}", target.package), why));
    }
    next.extend(prescribed::to_approve(&unapproved.ids));
    if exit == Code::NotApproved.exit() {
        next.push(closing::next("cargo handoff explain not-approved", "what a prescribed command needs to run"));
    } else if results.interrupted.is_some() {
        next.push(closing::next("cargo handoff implement", "go on; what was built is not built again"));
    } else if exit != 0 {
        let (install, is_all) = closing::install(results, "implement");
        if install.is_empty() || !is_all {
            next.push(closing::next("cargo handoff implement", "record it again once that is mended"));
        }
        next.extend(install);
        next.extend(
            denied.then(|| closing::next("cargo handoff explain findings", "what is found, and what to do about it")),
        );
    } else if record.ready {
        next.push(closing::next("git add handoff && git commit", "the record goes with the work"));
        next.push(closing::next("cargo handoff validate", "what the acceptance owner and CI will see"));
    } else {
        next.push(closing::next("cargo handoff status", "what is still open"));
    }
    next
}

/// What a reader should know, one sentence each.
fn remarks(end: &End) -> Vec<String> {
    let End { observed, record, .. } = end;
    let mut remarks = Vec::new();
    let entries = record::changes(observed, "");
    let silent: Vec<&str> =
        entries.iter().filter(|entry| entry.rationale.is_none()).map(|entry| entry.file.as_str()).collect();
    if !silent.is_empty() {
        remarks.push(format!("no rationale yet (`cargo handoff note rationale FILE TEXT`): {}", list(&silent)));
    }
    let uncited = record::uncited(observed);
    if !uncited.is_empty() {
        let uncited: Vec<&str> = uncited.iter().map(String::as_str).collect();
        remarks.push(format!(
            "edited without a citation (`cargo handoff note cite --change FILE PLACE`): {}",
            list(&uncited)
        ));
    }
    let failures = observed.results.suites.iter().flat_map(|suite| &suite.failures);
    let old: Vec<&str> = failures
        .filter(|failure| failure.before == Some(Before::Failed))
        .map(|failure| failure.name.as_str())
        .collect();
    if !old.is_empty() {
        remarks.push(format!("failed on the baseline too, and fails still: {}", list(&old)));
    }
    let status = end.read.payload.qa_findings.get("status").and_then(serde_json::Value::as_str);
    if status == Some("approved") && !record.edits.is_empty() {
        remarks.push("what was approved is the work as it was before: ask for acceptance again".into());
    }
    for asserted in &record.asserted {
        remarks.push(format!("{asserted} is said to be done by somebody and was not seen"));
    }
    remarks
}

/// A message to the acceptance owner, ready to send.
fn message(end: &End) -> String {
    let End { read, scene, observed, record, .. } = end;
    let stage = read.payload.generation.acceptance();
    let state = if record.ready { format!("ready for {stage}") } else { "not ready yet".to_owned() };
    let mut lines = vec![
        format!("\"{}\" is {state}.", read.payload.summary),
        format!(
            "{}, {} in {}, measured from {}.",
            count(scene.changes.len(), "changed file", "changed files"),
            closing::tests_in_words(observed.results),
            count(observed.selected.len(), "package", "packages"),
            scene.baseline_in_words()
        ),
    ];
    if !observed.audit.findings.is_empty() {
        lines.insert(1, format!("Findings to weigh: {}.", findings_in_words(&observed.audit.findings)));
    }
    if !record.asserted.is_empty() {
        lines.push(format!("Said by a person, not observed: {}.", record.asserted.join(", ")));
    }
    match record.open.as_slice() {
        [] => {}
        [one] => lines.push(format!("Open: {one}.")),
        many => {
            lines.push("Open:".to_owned());
            lines.extend(many.iter().take(MOST_OPEN).map(|open| format!("- {open}")));
            if MOST_OPEN < many.len() {
                lines.push(format!("- and {} more", many.len() - MOST_OPEN));
            }
        }
    }
    lines.push("Hold it against reality yourself: cargo handoff validate".to_owned());
    lines.join("\n")
}
