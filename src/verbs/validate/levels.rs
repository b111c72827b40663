//! How closely to look: what the records bear out, what git sees, and how long running it again will take.

use super::super::request::{Common, Context};
use super::super::scene::{self, Read};
use super::blobs;
use crate::answers::ClaimRow;
use crate::cancel::Cancel;
use crate::claims::{self, Bound, Files, Shelf};
use crate::error::Result;
use crate::event::Run;
use crate::git::{Git, Snapshot};
use crate::words::Level;
use crate::workspace::changes;
use std::time::Duration;

/// What takes less is not announced.
const SHORT: Duration = Duration::from_secs(10);

/// What the records bear out of the payload's claims, up to a level, held against this tree.
pub(super) fn prove(read: &Read, shelf: &Shelf, level: Level, snapshot: Option<&Snapshot>) -> Result<Vec<ClaimRow>> {
    let Some(snapshot) = snapshot.filter(|_| Level::Tree <= level) else {
        return Ok(claims::prove(&read.payload, shelf, level, None));
    };
    let contents = blobs::contents(read, shelf, snapshot)?;
    let wanted = claims::functions_wanted(&read.payload, shelf, snapshot.tree());
    let functions = blobs::functions(&wanted, snapshot, &read.located.root)?;
    let bound = Bound { tree: snapshot.tree(), contents: &contents, functions: &functions };
    Ok(claims::prove(&read.payload, shelf, level, Some(&bound)))
}

/// Everything below V4: no cargo, no compiler, and up to V2 no git either. With the baseline in words.
pub(super) fn look(
    read: &Read,
    common: &Common,
    shelf: &Shelf,
    level: Level,
    context: &Context,
    cancel: &Cancel,
) -> Result<(Vec<ClaimRow>, Option<String>)> {
    if level < Level::Tree {
        let lower = prove(read, shelf, level, None)?;
        return Ok((claims::look(&read.payload, &lower, None, level), None));
    }
    let root = &read.located.root;
    let snapshot = Git::open(root, &context.surroundings, cancel)?.snapshot(root)?;
    let baseline = scene::find_baseline(&snapshot, Some(read), root, common, context)?;
    let changes = changes::changes(&snapshot, &baseline, None, root)?;
    let blobs = blobs::blobs(read, &snapshot, &baseline)?;
    let lower = prove(read, shelf, level, Some(&snapshot))?;
    let files = Files { payload: &read.payload, baseline: &baseline, changes: &changes, blobs: &blobs };
    let claims = claims::look(&read.payload, &lower, Some(&files), level);
    Ok((claims, Some(scene::in_words(&baseline))))
}

/// Tells how long running everything again will take, where that is long, and what to type instead.
pub(super) fn announce(read: &Read, shelf: &Shelf, run: &Run) {
    let took = recorded(read, shelf);
    if SHORT <= took {
        let seconds = took.as_secs();
        let time = if seconds < 120 { format!("{seconds} s") } else { format!("{} min", seconds.div_ceil(60)) };
        run.remark(format!(
            "V4 runs the checks again: they took {time} when they were recorded; without them, in about a second: \
             `cargo handoff validate --level 3`"
        ));
    }
}

/// How long the checks took that the payload claims: as its newest record says, or the payload itself.
fn recorded(read: &Read, shelf: &Shelf) -> Duration {
    let of_last = shelf.last.as_ref().and_then(|(run, _)| shelf.records.get(run)?.record.as_ref().ok());
    let ms: u64 = match of_last {
        Some(record) => {
            let commands = record.commands.iter().map(|command| command.entry.duration_ms);
            commands.chain(record.suites.iter().map(|suite| suite.duration_ms)).fold(0, u64::saturating_add)
        }
        None => {
            let entries = ["tests", "commands"].into_iter().flat_map(|list| crate::record::ours(&read.payload, list));
            let entries = entries.filter(|entry| !crate::record::is_withdrawn(entry));
            entries.filter_map(|entry| entry.get("durationMs")?.as_u64()).fold(0, u64::saturating_add)
        }
    };
    Duration::from_millis(ms)
}
