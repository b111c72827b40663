//! What passed is told in short where there is much of it: the payload is read by people, and the run's own record
//! holds the whole.
//!
//! Whether there is much is decided by the workspace alone, so that one run's timings are never another's news.

use crate::payload::entries::{CommandEntry, TargetOutcome};
use crate::words::{CheckKind, Outcome};
use crate::workspace::graph::Graph;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// How many packages a workspace may have before what passed is told in short.
const SMALL: usize = 16;

/// Whether the workspaces are so large that only what did not pass is told at length.
pub(super) fn is_large(graph: &Graph) -> bool {
    SMALL < graph.packages().count()
}

/// What a suite that passed is told without. Its target is in its id, and its steps are those of its package.
const OF_TESTS: &[&str] = &["target", "suite", "steps", "durationMs", "evidenceRef"];

/// What a package's doctests that passed are told without, where there is a command for each package.
const OF_DOCTESTS: &[&str] = &["argv", "cwd", "exitCode", "durationMs", "log", "evidenceRef"];

/// The command with the packages of which nothing is to be said but that they passed, by name alone.
pub(super) fn folded(mut command: CommandEntry) -> CommandEntry {
    let mut packages: BTreeMap<String, BTreeSet<Option<String>>> = BTreeMap::new();
    for target in &command.targets {
        packages.entry(target.package.clone()).or_default().insert(target.observed_at.clone());
    }
    for target in command.targets.iter().filter(|target| !is_plain(target)) {
        packages.remove(&target.package);
    }
    // Seen at several times: each target is told with its own.
    packages.retain(|_, times| times.len() == 1);
    command.targets.retain(|target| !packages.contains_key(&target.package));
    for (package, times) in packages {
        match times.into_iter().flatten().next() {
            None => command.passed.push(package),
            Some(at) => command.passed_earlier.entry(at).or_default().push(package),
        }
    }
    command
}

fn is_plain(target: &TargetOutcome) -> bool {
    let n_findings = target.errors + target.warnings + target.pre_existing;
    target.outcome == Outcome::Passed && n_findings == 0 && target.why.is_none()
}

/// An entry as it goes into the payload.
pub(super) fn shortened(list: &str, mut entry: Map<String, Value>) -> Map<String, Value> {
    let is = |key: &str, word: &str| entry.get(key).and_then(Value::as_str) == Some(word);
    let left_out: &[&str] = match list {
        "tests" if is("status", Outcome::Passed.word()) => OF_TESTS,
        "commands" if is("outcome", Outcome::Passed.word()) && is_of_one(&entry) => OF_DOCTESTS,
        _ => &[],
    };
    entry.retain(|key, _| !left_out.contains(&key.as_str()));
    entry
}

/// Whether a command ran the doctests of one package, rather than of all at once.
fn is_of_one(command: &Map<String, Value>) -> bool {
    let argv = command.get("argv").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    command.get("kind").and_then(Value::as_str) == Some(CheckKind::Doctest.word())
        && !argv.iter().any(|word| word == "--workspace")
}
