//! What a run's record says around its checks: the tools, the packages, the tests of scenarios, what had no room.

use super::scene::Scene;
use crate::check::{Results, Tools, red};
use crate::evidence::{self, CommandRecord, Digests, Inputs, MOST_DIAGNOSTICS, NamedTest, PackageRecord, Part};
use crate::evidence::{RunRecord, ScenarioRecord};
use crate::mapping::Texts;
use crate::payload::entries::{Environment, Red};
use crate::payload::model::Payload;
use crate::record;
use crate::report::dossier::Ran;
use crate::standing::{self, Seen};
use crate::words::{BY, Diagnostic};
use camino::Utf8Path;
use serde::Deserialize as _;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The tools, as they are recorded.
pub(super) fn environment(tools: &Tools, root: &Utf8Path) -> Environment {
    let toolchain_file = tools.toolchain_file.as_ref().and_then(|file| file.strip_prefix(root).ok());
    Environment {
        rustc: tools.rustc_vv.as_deref().and_then(|text| text.lines().next()).map(str::to_owned),
        cargo: tools.cargo.clone(),
        clippy: tools.clippy.clone(),
        rustfmt: tools.rustfmt.clone(),
        triple: tools.triple.clone(),
        toolchain_file: toolchain_file.map(|file| file.as_str().replace('\\', "/")),
        cargo_handoff: env!("CARGO_PKG_VERSION").into(),
        by: BY.into(),
    }
}

/// The packages and how they hang together, by label.
pub(super) fn packages(scene: &Scene, results: &Results, root: &Utf8Path) -> Vec<PackageRecord> {
    let changed: BTreeSet<&str> = scene.changes.iter().filter_map(|change| change.package.as_deref()).collect();
    let affected = scene.affected().all();
    let checked = results.selection.as_ref().unwrap_or(&scene.selection).packages();
    let mut packages: Vec<PackageRecord> = scene
        .graph
        .packages()
        .map(|package| {
            let label = package.label.as_str();
            let depends_on: BTreeSet<&String> = package.depends.iter().map(|edge| &edge.to).collect();
            let part = if changed.contains(label) {
                Part::Changed
            } else if affected.contains(label) {
                Part::Affected
            } else if checked.contains(label) {
                Part::Checked
            } else {
                Part::Untouched
            };
            PackageRecord {
                package: label.to_owned(),
                folder: below(&package.folder, root),
                depends_on: depends_on.into_iter().filter(|to| *to != label).cloned().collect(),
                part,
            }
        })
        .collect();
    packages.sort_by(|one, other| one.package.cmp(&other.package));
    packages
}

/// A folder relative to the payload's root; with `../` where it lies beside it.
fn below(folder: &Utf8Path, root: &Utf8Path) -> String {
    let mut up = String::new();
    for above in root.ancestors() {
        if let Ok(below) = folder.strip_prefix(above) {
            return format!("{up}{}", below.as_str().replace('\\', "/"));
        }
        up.push_str("../");
    }
    String::new() // on another drive: nothing of this machine is told
}

/// The tests scenarios name, as far as they were found among what ran.
pub(super) fn scenarios(seen: &Seen) -> Vec<ScenarioRecord> {
    let named = seen.payload.scenarios.iter().filter(|scenario| !scenario.tests.is_empty());
    let record = |scenario: &crate::payload::model::Scenario| {
        let mut record = ScenarioRecord { id: scenario.id.clone(), tests: Vec::new(), missing: Vec::new() };
        for text in &scenario.tests {
            let alone = crate::payload::model::Scenario { tests: vec![text.clone()], ..scenario.clone() };
            let found = standing::tests_of(&alone, seen);
            if found.is_empty() {
                record.missing.push(text.clone());
            }
            for (suite, test) in found {
                let test = NamedTest { suite: suite.id(), test };
                if !record.tests.contains(&test) {
                    record.tests.push(test);
                }
            }
        }
        record
    };
    named.map(record).collect()
}

/// What is recorded of a suite's tests on the baseline.
pub(super) fn recorded_reds(payload: &Payload, suite: &str) -> Vec<Red> {
    let mut entries = record::ours(payload, "tests").filter(|entry| !record::is_withdrawn(entry));
    let entry = entries.find(|entry| entry.get("id").and_then(Value::as_str) == Some(suite));
    let reds = entry.and_then(|entry| entry.get("red")?.as_array()).map(Vec::as_slice).unwrap_or_default();
    reds.iter().filter_map(|red| Red::deserialize(red).ok()).collect()
}

/// As many diagnostics as a record holds, and how many it has no room for.
pub(super) fn diagnostics(results: &Results) -> (Vec<Diagnostic>, u64) {
    let n_left_out = results.diagnostics.len().saturating_sub(MOST_DIAGNOSTICS);
    (results.diagnostics.iter().take(MOST_DIAGNOSTICS).cloned().collect(), n_left_out as u64)
}

/// What a run is told of by.
pub(super) struct Told<'a> {
    pub(super) run: &'a str,
    pub(super) at: String,
    pub(super) payload: &'a Payload,
    pub(super) root: &'a Utf8Path,
    pub(super) features: Vec<String>,
    /// Where its logs lie.
    pub(super) logs: &'a Utf8Path,
    /// The changed files' texts.
    pub(super) texts: &'a Texts,
}

/// Checks that were run again, as a report tells of them.
pub(super) fn ran(told: Told, scene: &Scene, results: &Results) -> Ran {
    let Told { run, at, payload, root, features, logs, texts } = told;
    let seen = Seen { payload, graph: &scene.graph, root, changes: &scene.changes, mapped: &scene.mapped, results };
    let names = results.suites.iter().filter_map(|suite| suite.log.clone());
    let names: BTreeMap<String, Digests> =
        names.map(|name| (name.clone(), Digests { path: name, ..Digests::default() })).collect();
    let mut commands: Vec<_> = results.commands.clone();
    commands.iter_mut().for_each(|command| command.evidence_ref.clear());
    let (diagnostics, diagnostics_left_out) = diagnostics(results);
    let mut suites = evidence::suites(results, &BTreeMap::new(), &names);
    let roots = red::Roots { graph: &scene.graph, root };
    for (record, suite) in suites.iter_mut().zip(&results.suites) {
        // Whoever edited a test since then has another one, and nobody saw that fail; nor this one on another baseline.
        let is_same = |known: &Red| {
            known.baseline == scene.baseline.commit
                && known.function == red::function(suite, &known.test, &scene.changes, texts, &roots)
        };
        record.red = recorded_reds(payload, &record.id).into_iter().filter(is_same).collect();
    }
    let record = RunRecord {
        baseline: scene.baseline.commit.clone(),
        inputs: Inputs {
            head: scene.snapshot.git().head().map(str::to_owned),
            tree: scene.snapshot.tree().to_owned(),
            files: BTreeMap::new(),
            features,
            profile: "dev".to_owned(),
        },
        commands: commands.into_iter().map(|entry| CommandRecord { entry, digests: None }).collect(),
        suites,
        diagnostics,
        diagnostics_left_out,
        packages: packages(scene, results, root),
        scenarios: scenarios(&seen),
        ..RunRecord::of(run, &at, environment(&results.tools, root))
    };
    let failed = results.suites.iter().filter(|suite| !suite.failures.is_empty());
    Ran {
        record,
        baseline: scene.baseline.entry(scene.snapshot.tree()),
        failures: failed.map(|suite| (suite.suite.id(), suite.failures.clone())).collect(),
        folder: logs.to_owned(),
    }
}
