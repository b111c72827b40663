//! Old runs and sealed evidence nobody refers to: which there are, and away with them.

use super::cache::bytes;
use super::closing;
use super::request::{Common, Context};
use super::scene;
use crate::answers::PlainAnswer;
use crate::cancel::Cancel;
use crate::error::Result;
use crate::event::Watch;
use crate::evidence;
use crate::payload::store;
use crate::report::layout::count;
use camino::Utf8Path;
use schemars::JsonSchema;
use serde::Serialize;

/// What `prune` is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// What most verbs are asked.
    pub common: Common,
    /// How many of the newest runs stay; 20 where `None`.
    pub keep: Option<usize>,
    /// Whether sealed evidence nobody refers to goes too.
    pub evidence: bool,
    /// Whether to say what would go and remove nothing.
    pub dry_run: bool,
}

/// Removes old runs, and evidence where that is asked for. What a payload of the folder refers to stays, whatever is
/// asked.
///
/// # Errors
/// 65 and 66 where the payload cannot be read: then nobody knows what it refers to; 74 where something cannot be read
/// or removed, 75 while an `implement` is at work.
pub fn run(request: &Request, context: &Context, _: &Cancel, _: &dyn Watch) -> Result<PlainAnswer> {
    let read = scene::read(&request.common, context)?;
    let handoff = scene::handoff_folder(&read.located);
    let _held = if request.dry_run { None } else { Some(store::hold(&read.located)?) };
    let referred = evidence::referred(&handoff, &read.located.payload)?;
    let runs = evidence::old_runs(&handoff.join("runs"), &referred, request.keep.unwrap_or(evidence::RUNS_KEPT))?;
    let loose = evidence::loose_evidence(&handoff, &referred)?;
    let removed = if request.dry_run { "would remove" } else { "removed" };
    let mut lines = Vec::new();
    let size = |folders: &[camino::Utf8PathBuf]| bytes(folders.iter().map(|folder| size(folder)).sum());
    let folders: Vec<_> = runs.iter().map(|id| evidence::run_folder(&handoff, id)).collect();
    match folders.as_slice() {
        [] => lines.push("no run to remove: the newest ones and those the payload refers to stay".to_owned()),
        some => {
            lines.push(format!("{removed} {}, {}:", count(some.len(), "run", "runs"), size(some)));
            lines.extend(some.iter().map(|folder| format!("  {}", scene::shown(folder, context))));
        }
    }
    let folders: Vec<_> = loose.iter().map(|id| evidence::evidence_folder(&handoff, id)).collect();
    if !folders.is_empty() {
        let records = count(folders.len(), "sealed record", "sealed records");
        let what = if request.evidence { format!("{removed} {records}") } else { format!("left {records}") };
        lines.push(format!("{what} no payload here refers to, {}:", size(&folders)));
        lines.extend(folders.iter().map(|folder| format!("  {}", scene::shown(folder, context))));
    }
    if !request.dry_run {
        runs.iter().try_for_each(|id| evidence::remove_run(&handoff, id))?;
        if request.evidence {
            loose.iter().try_for_each(|id| evidence::remove_evidence(&handoff, id))?;
        }
    }
    let mut next = Vec::new();
    if request.dry_run && (!runs.is_empty() || (request.evidence && !loose.is_empty())) {
        let flag = if request.evidence { " --evidence" } else { "" };
        let keep = request.keep.map(|keep| format!(" --keep {keep}")).unwrap_or_default();
        next.push(closing::next(format!("cargo handoff prune{keep}{flag}"), "remove them"));
    } else if !loose.is_empty() && !request.evidence {
        next.push(closing::next(
            "cargo handoff prune --evidence",
            "remove the sealed records nobody refers to as well",
        ));
    }
    Ok(PlainAnswer { closing: closing::plain("prune", next), text: lines.join("\n") })
}

/// How many bytes the files of a folder have. What cannot be read has none.
fn size(folder: &Utf8Path) -> u64 {
    let entries = folder.read_dir_utf8().into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.metadata().ok()).map(|entry| entry.len()).sum()
}
