//! A payload drafted from a branch: a step a changed package, a scenario an added test, all marked as drafts.

use super::super::request::{Common, Context};
use super::super::scene::{self, Scene};
use crate::cancel::Cancel;
use crate::error::{Code, Error, Result};
use crate::files;
use crate::payload::store::Located;
use crate::source;
use crate::words::TargetKind;
use crate::workspace::changes::{Change, ChangeKind};
use crate::workspace::graph::Package;
use camino::Utf8Path;
use serde_json::{Value, json};

/// The largest source file that is read to find test functions.
const LARGEST_SOURCE: u64 = 16 << 20;

/// The draft as JSON text.
///
/// # Errors
/// 2 where the summary is empty or nothing was changed, and those of looking at the work.
pub(super) fn draft(
    summary: &str,
    located: &Located,
    common: &Common,
    context: &Context,
    cancel: &Cancel,
) -> Result<String> {
    let summary = summary.trim();
    if summary.is_empty() {
        return Err(Error::new(Code::Usage, "`--from-branch` needs a few words on what the branch is for")
            .hint("cargo handoff init --from-branch \"amounts keep their currency\""));
    }
    let graph = scene::graph(&located.root, common, &common.flags(), context, cancel)?;
    let scene = scene::look(None, &located.root, graph, common, &common.flags(), context, cancel)?;
    if scene.changes.is_empty() {
        return Err(Error::new(Code::Usage, format!("nothing differs from {}", scene.baseline_in_words()))
            .hint("change something first, or name another baseline with `--base REV`"));
    }
    let steps = steps(&scene);
    let scenarios = scenarios(&scene, &located.root)?;
    let draft = json!({
        "meta": { "currentStage": null, "lastUpdatedBy": "", "lastUpdatedAt": context.surroundings.now() },
        "requirement": {
            "summary": summary, "constraints": [], "acceptanceCriteria": [], "openQuestions": [],
        },
        "plan": { "steps": steps, "risks": [], "artifacts": [] },
        "testPlan": { "coverageMatrix": [], "scenarios": scenarios, "fixtures": [] },
        "implementation": { "changes": [], "tests": [], "commands": [] },
        "qaFindings": { "status": "pending", "evidence": [], "issues": [] },
    });
    let mut text = serde_json::to_string_pretty(&draft)
        .map_err(|error| Error::new(Code::Internal, "a draft is not JSON").because(error))?;
    text.push('\n');
    Ok(text)
}

/// A step for each package that was changed, and one for the files no package owns.
fn steps(scene: &Scene) -> Vec<Value> {
    let mut owners: Vec<Option<&str>> = scene.changes.iter().map(|change| change.package.as_deref()).collect();
    owners.sort_unstable_by_key(|owner| (owner.is_none(), *owner));
    owners.dedup();
    let step = |(index, owner): (usize, &Option<&str>)| {
        let files: Vec<Value> = scene
            .changes
            .iter()
            .filter(|change| change.package.as_deref() == *owner)
            .map(|change| json!({ "path": change.file, "type": wanted(change) }))
            .collect();
        let name = match owner {
            Some(package) => format!("Change `{package}`"),
            None => "Change what no package owns".to_owned(),
        };
        json!({ "id": (index + 1).to_string(), "name": name, "files": files, "status": "ready", "draft": true })
    };
    owners.iter().enumerate().map(step).collect()
}

fn wanted(change: &Change) -> &'static str {
    match change.kind {
        ChangeKind::Added => "CREATE",
        ChangeKind::Modified | ChangeKind::Deleted | ChangeKind::Renamed => "TO_MODIFY",
    }
}

/// A scenario for each test on added lines; where there is none, one for the tests each changed file has.
fn scenarios(scene: &Scene, root: &Utf8Path) -> Result<Vec<Value>> {
    let mut added = Vec::new();
    let mut kept = Vec::new();
    for change in scene.changes.iter().filter(|change| change.file.ends_with(".rs")) {
        let Some(package) = change.package.as_deref().and_then(|label| scene.graph.package(label)) else { continue };
        let path = root.join(&change.file);
        if !path.is_file() {
            continue; // deleted, or a link to something that is no source
        }
        let text = files::read(&path, LARGEST_SOURCE)?.unwrap_or_default();
        let functions = source::test_functions(&String::from_utf8_lossy(&text));
        if !functions.is_empty() {
            kept.push((package.label.clone(), change.file.clone()));
        }
        let is_new = |function: &&source::TestFn| {
            let mut lines = function.lines.clone();
            lines.all(|line| change.new_lines.contains(&line))
        };
        for function in functions.iter().filter(is_new) {
            let prefix = module_of(package, &path);
            let test = format!("{}::{prefix}{}", package.label, function.path);
            added.push((words(&function.path), test, kind_of(package, &path)));
        }
    }
    let all = if added.is_empty() {
        let of_file = |(package, file): (String, String)| (format!("the tests of `{package}`"), file, "unit");
        kept.into_iter().map(of_file).collect()
    } else {
        added
    };
    let scenario = |(index, (name, test, kind)): (usize, (String, String, &str))| {
        let id = format!("scenario-{}", index + 1);
        json!({ "id": id, "name": name, "type": kind, "status": "planned", "tests": [test], "draft": true })
    };
    Ok(all.into_iter().enumerate().map(scenario).collect())
}

/// `tests::a_sum_keeps_its_currency` -> `a sum keeps its currency`.
fn words(path: &str) -> String {
    path.rsplit("::").next().unwrap_or(path).replace('_', " ")
}

fn kind_of(package: &Package, path: &Utf8Path) -> &'static str {
    let targets = crate::mapping::target_for_file(package, path);
    if targets.iter().any(|target| target.kind == TargetKind::Test) { "integration" } else { "unit" }
}

/// The module a source file is, as its tests' paths begin: `src/a/b.rs` -> `a::b::`, a target's root file nothing.
fn module_of(package: &Package, path: &Utf8Path) -> String {
    if package.targets.iter().any(|target| target.root_file == path) {
        return String::new();
    }
    let below = path.strip_prefix(package.folder.join("src")).ok();
    let Some(below) = below else { return String::new() };
    let modules = below.with_extension("");
    let names: Vec<&str> = modules.components().map(|part| part.as_str()).filter(|name| *name != "mod").collect();
    names.iter().map(|name| format!("{name}::")).collect()
}
