//! How long everything took when it was recorded, as far as every machine can know: in the payload itself, and in the
//! sealed records it lists.

use crate::claims::Shelf;
use crate::evidence::RunRecord;
use crate::payload::entries::CommandEntry;
use crate::payload::model::Payload;
use crate::record::{is_withdrawn, ours};
use crate::words::{CheckKind, Outcome};
use crate::workspace::graph::Graph;
use serde::Deserialize as _;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Milliseconds.
#[derive(Debug, Default, PartialEq, Eq)]
pub(in crate::verbs) struct Recorded {
    /// By a package's label: its suites, and its part of what it took to build and look at all of them.
    pub(in crate::verbs) packages: BTreeMap<String, u64>,
    /// By the id of a prescribed command.
    pub(in crate::verbs) prescribed: BTreeMap<String, u64>,
}

/// Reads it.
pub(in crate::verbs) fn recorded(payload: &Payload, shelf: &Shelf, graph: &Graph) -> Recorded {
    let records = sealed(shelf);
    let of_payload = ours(payload, "commands").filter(|entry| !is_withdrawn(entry));
    let of_payload: Vec<CommandEntry> = of_payload.filter_map(|entry| CommandEntry::deserialize(entry).ok()).collect();
    let of_records = || records.iter().flat_map(|record| record.commands.iter().map(|command| &command.entry));
    let mut recorded = Recorded::default();
    let commands: Vec<&CommandEntry> = of_payload.iter().chain(of_records()).collect();
    for command in commands.iter().filter(|command| command.kind == CheckKind::Prescribed) {
        // What was not run for want of an approval will hardly run elsewhere.
        if 0 < command.duration_ms || command.outcome == Outcome::NotRun {
            recorded.prescribed.entry(command.id.clone()).or_insert(command.duration_ms);
        }
    }
    // The slowest that was seen of each: a run on a warm folder says nothing of a machine that begins with nothing.
    let mut slowest: BTreeMap<&str, &CommandEntry> = BTreeMap::new();
    for command in commands.into_iter().filter(|command| is_of_all(command.kind)) {
        let known = slowest.entry(&command.id).or_insert(command);
        if known.duration_ms < command.duration_ms {
            *known = command;
        }
    }
    let mut add = |label: &str, ms: u64| {
        let known = recorded.packages.entry(label.to_owned()).or_default();
        *known = known.saturating_add(ms);
    };
    for command in slowest.into_values() {
        let targets = command.targets.iter().map(|target| &target.package);
        let named: BTreeSet<&String> =
            targets.chain(&command.passed).chain(command.passed_earlier.values().flatten()).collect();
        let n_targets = |label: &str| graph.package(label).map_or(0, |package| package.targets.len().max(1)) as u64;
        let n_all: u64 = named.iter().map(|label| n_targets(label)).sum();
        for label in named.into_iter().filter(|label| 0 < n_targets(label)) {
            add(label, command.duration_ms.saturating_mul(n_targets(label)) / n_all);
        }
    }
    for (package, ms) in suites(payload, &records).into_values() {
        add(&package, ms);
    }
    recorded.packages.retain(|_, ms| 0 < *ms);
    recorded
}

/// The sealed records the payload lists, the newest first: what lies elsewhere is on no other machine.
fn sealed(shelf: &Shelf) -> Vec<&RunRecord> {
    let kept = shelf.records.values().filter(|kept| kept.is_sealed && shelf.lists(&kept.id));
    let mut records: Vec<&RunRecord> = kept.filter_map(|kept| kept.record.as_ref().ok()).collect();
    records.sort_by(|one, other| (&other.at, &other.run).cmp(&(&one.at, &one.run)));
    records
}

/// Whether one command of this kind looks at several packages at once. Doctests are suites of their own.
const fn is_of_all(kind: CheckKind) -> bool {
    match kind {
        CheckKind::Fmt | CheckKind::Clippy | CheckKind::Doc | CheckKind::Build | CheckKind::Test => true,
        CheckKind::Doctest | CheckKind::Prescribed => false,
    }
}

/// Each suite's package and how long it took when it was last seen to take any time.
fn suites(payload: &Payload, records: &[&RunRecord]) -> BTreeMap<String, (String, u64)> {
    let mut suites = BTreeMap::new();
    for entry in ours(payload, "tests").filter(|entry| !is_withdrawn(entry)) {
        let text = |key: &str| entry.get(key).and_then(Value::as_str).map(str::to_owned);
        let ms = entry.get("durationMs").and_then(Value::as_u64).filter(|ms| 0 < *ms);
        if let (Some(id), Some(package), Some(ms)) = (text("id"), text("package"), ms) {
            suites.insert(id, (package, ms));
        }
    }
    for suite in records.iter().flat_map(|record| &record.suites).filter(|suite| 0 < suite.duration_ms) {
        let known = (suite.suite.target.package.clone(), suite.duration_ms);
        suites.entry(suite.id.clone()).or_insert(known);
    }
    suites
}
