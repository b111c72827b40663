//! `https://in-toto.io/attestation/link/v0.3`: what went into the stage, what was run, what came out.
//!
//! <https://github.com/in-toto/attestation/blob/main/spec/predicates/link.md>. Materials are the baseline and the changed
//! files as they were there, products the changed files as they are. `command` stays empty: what was typed to start the
//! run is recorded nowhere, what the run started is, and stands in `byproducts`. What is contradicted is left out.

use super::parts::{Predicate, baseline, environment, record};
use crate::payload::entries::CommandEntry;
use crate::report::dossier::{Change, Dossier};
use crate::report::machine;
use crate::words::FindingKind;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// The most changed files.
const MOST_CHANGES: usize = 1000;

/// The most commands.
const MOST_COMMANDS: usize = 500;

/// The most arguments of a command.
const MOST_ARGUMENTS: usize = 200;

/// The predicate; `None` where no run is told of.
pub(super) fn of(dossier: &Dossier) -> Option<Predicate> {
    if dossier.run.is_empty() {
        return None;
    }
    // Names are unique among the products, and among the materials.
    let mut names: BTreeSet<String> = ["working tree".to_owned(), machine::line(&dossier.payload, 1000)].into();
    let (mut materials, mut products): (Vec<Value>, Vec<Value>) = (baseline(dossier).into_iter().collect(), Vec::new());
    let mut before: BTreeSet<String> = ["baseline".to_owned()].into();
    let mut n_told = 0;
    let is_believed = |change: &&Change| !dossier.is_contradicted(&change.entry.id);
    for change in dossier.changes.iter().filter(is_believed).take(MOST_CHANGES) {
        let entry = &change.entry;
        let from = entry.from.as_deref().unwrap_or(&entry.file);
        let old = blob(&dossier.in_repository(from), entry.before.as_deref(), &mut before);
        let new = blob(&dossier.in_repository(&entry.file), entry.after.as_deref(), &mut names);
        n_told += usize::from(old.is_some() || new.is_some());
        materials.extend(old);
        products.extend(new);
    }
    let now = dossier.commands.iter().filter(|command| command.run == dossier.run);
    let n_now = now.clone().count();
    let believed = now.map(|it| &it.entry).filter(|entry| !dossier.is_contradicted(&entry.id));
    let commands: Vec<Value> = believed.take(MOST_COMMANDS).map(command).collect();
    let (n_commands, n_earlier) = (n_now - commands.len(), dossier.commands.len() - n_now);
    let mut byproducts = json!({
        "run": machine::line(&dossier.run, 100),
        "ready": dossier.ready,
        "open": dossier.open.len(),
        "findings": findings(dossier),
        "suites": dossier.suites.iter().filter(|suite| suite.run == dossier.run).count(),
        "commands": commands,
    });
    if let Some(at) = machine::time(&dossier.at) {
        byproducts["recordedAt"] = at.into();
    }
    if let Some(record) = record(dossier) {
        byproducts["record"] = record;
    }
    let n_changes = dossier.changes.len() - n_told;
    for (name, n) in
        [("changesLeftOut", n_changes), ("commandsLeftOut", n_commands), ("commandsOfOtherRuns", n_earlier)]
    {
        if 0 < n {
            byproducts[name] = n.into();
        }
    }
    let body = json!({
        "name": "implement",
        "command": [],
        "materials": materials,
        "byproducts": byproducts,
        "environment": environment(dossier),
    });
    Some(Predicate { kind: "https://in-toto.io/attestation/link/v0.3", body, products })
}

/// A file by its blob, where it has one and its name is not taken.
fn blob(file: &str, id: Option<&str>, names: &mut BTreeSet<String>) -> Option<Value> {
    let id = id.filter(|id| machine::is_git_id(id))?;
    let name = machine::line(file, 1000);
    names.insert(name.clone()).then(|| json!({"name": name, "digest": {"gitBlob": id}}))
}

/// What the audit found, counted by kind.
fn findings(dossier: &Dossier) -> Map<String, Value> {
    let n = |kind: FindingKind| dossier.findings.iter().filter(|finding| finding.kind == kind).count();
    let counted = FindingKind::ALL.into_iter().map(|kind| (kind.word().to_owned(), n(kind)));
    counted.filter(|(_, n)| 0 < *n).map(|(kind, n)| (kind, n.into())).collect()
}

fn command(entry: &CommandEntry) -> Value {
    let argv = entry.argv.iter().take(MOST_ARGUMENTS).map(|argument| machine::line(argument, 300));
    let mut command = json!({
        "id": machine::line(&entry.id, 300),
        "argv": argv.collect::<Vec<_>>(),
        "outcome": entry.outcome.word(),
        "durationMs": entry.duration_ms,
    });
    let n_more = entry.argv.len().saturating_sub(MOST_ARGUMENTS);
    if 0 < n_more {
        command["argumentsLeftOut"] = n_more.into();
    }
    if let Some(code) = entry.exit_code {
        command["exitCode"] = code.into();
    }
    if let Some(signal) = entry.signal {
        command["signal"] = signal.into();
    }
    if let Some(log) = entry.log.as_ref().filter(|log| machine::is_sha256(&log.sha256)) {
        command["log"] = json!({"sha256": log.sha256});
    }
    command
}
