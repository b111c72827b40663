//! What the payload claims that has to be run again: which packages, which documentation, which lines by hand.

use super::super::request::Context;
use super::super::scene::{Read, Scene};
use super::super::shares::What;
use crate::approval::{self, Parsed};
use crate::cancel::Cancel;
use crate::check;
use crate::claims::{self, HandWritten, Reran};
use crate::error::Result;
use crate::event::Run;
use crate::words::CheckKind;
use crate::workspace::graph::CargoFlags;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// Without features of its own `validate` builds with those the record was made with: other features are other tests.
pub(super) fn recorded_features(flags: CargoFlags, read: &Read, run: &Run) -> CargoFlags {
    let reproduce = crate::record::our_object(&read.payload, "reproduce");
    let recorded = reproduce.and_then(|reproduce| reproduce.get("flags")).and_then(Value::as_array);
    let recorded: Vec<&str> = recorded.into_iter().flatten().filter_map(Value::as_str).collect();
    if recorded.is_empty() || !flags.feature_args().is_empty() {
        return flags;
    }
    run.remark(format!("built with the features the record was made with: {}", recorded.join(" ")));
    flags.with_features(recorded)
}

/// Whether the payload claims that documentation was checked: then it is checked again.
pub(super) fn claims_documentation(read: &Read) -> bool {
    let commands = crate::record::ours(&read.payload, "commands").filter(|entry| !crate::record::is_withdrawn(entry));
    commands.filter_map(|entry| entry.get("kind").and_then(Value::as_str)).any(|kind| kind == CheckKind::Doc.word())
}

/// The packages the payload claims a result for.
pub(super) fn claimed_packages(read: &Read, scene: &Scene) -> BTreeSet<String> {
    let mut packages = BTreeSet::new();
    let tests = crate::record::ours(&read.payload, "tests").filter(|entry| !crate::record::is_withdrawn(entry));
    let claimed = tests.filter_map(|entry| entry.get("package").and_then(Value::as_str));
    packages.extend(claimed.filter(|label| scene.graph.package(label).is_some()).map(str::to_owned));
    for command in crate::record::ours(&read.payload, "commands").filter(|entry| !crate::record::is_withdrawn(entry)) {
        let targets = command.get("targets").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let labels = targets.iter().filter_map(|target| target.get("package").and_then(Value::as_str));
        let earlier = command.get("passedEarlier").and_then(Value::as_object).into_iter().flat_map(Map::values);
        let passed = command.get("passed").into_iter().chain(earlier).filter_map(Value::as_array).flatten();
        let labels = labels.chain(passed.filter_map(Value::as_str));
        packages.extend(labels.filter(|label| scene.graph.package(label).is_some()).map(str::to_owned));
    }
    packages
}

/// The words of an entry somebody wrote by hand, where it parses wholly into the closed grammar. Nothing is written here,
/// whoever asks for it.
fn words(entry: &HandWritten) -> Option<Vec<String>> {
    match entry.command.as_deref().map(approval::parse)? {
        Parsed::Ours(words) => (!approval::writes(&words)).then_some(words),
        Parsed::NeedsApproval(_) | Parsed::Refused { .. } => None,
    }
}

/// Whether it is run again.
pub(super) fn is_run_again(entry: &HandWritten) -> bool {
    words(entry).is_some()
}

/// Runs what was written by hand again, as far as it is done here.
pub(super) fn rerun(
    read: &Read,
    asked: &check::Request,
    is_here: &dyn Fn(&What) -> bool,
    context: &Context,
    cancel: &Cancel,
    run: &Run,
) -> Result<Reran> {
    let mut outcomes = Reran::new();
    let Some(workspace) = asked.graph.workspaces.first() else { return Ok(outcomes) };
    for entry in claims::hand_written(&read.payload) {
        let Some(words) = words(&entry).filter(|_| is_here(&What::ByHand(entry.place.clone()))) else { continue };
        let id = format!("command:by-hand:{}", entry.place);
        if let Some(now) = check::prescribed(&words, &id, workspace, asked, &context.surroundings, cancel, run)? {
            outcomes.insert(entry.place, (now.outcome, now.why));
        }
    }
    Ok(outcomes)
}
