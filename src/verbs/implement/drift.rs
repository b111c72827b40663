//! What was found for this work, looked at again before anything runs.

use super::super::recon::drift::{self, Asked};
use super::super::scene::Scene;
use super::Work;
use crate::error::Result;
use crate::git::Git;
use crate::recon::drift::DriftRow;

/// How many are told one by one.
const MOST_TOLD: usize = 5;

/// Warns of what somebody else changed since it was found; with `--strict-drift` that pauses.
pub(super) fn look(work: &Work, scene: &Scene) -> Result<()> {
    let Work { request, read, context, cancel, run, .. } = *work;
    if drift::is_idle(read) {
        return Ok(());
    }
    let git = Git::open(&read.located.root, &context.surroundings, cancel)?;
    let baseline = Some(scene.baseline.commit.clone());
    let rows = drift::rows(&Asked { read, common: &request.common, git: Some(&git), baseline, context, cancel })?;
    let alarms: Vec<&DriftRow> = rows.iter().filter(|row| row.is_alarm()).collect();
    if alarms.is_empty() {
        return Ok(());
    }
    if request.strict_drift {
        return Err(drift::alarm(&rows));
    }
    for row in alarms.iter().take(MOST_TOLD) {
        run.warn(format!("since it was found: {}", row.sentence()));
    }
    if MOST_TOLD < alarms.len() {
        let n = alarms.len() - MOST_TOLD;
        run.warn(format!("{n} more of what was found is otherwise now: `cargo handoff recon drift` shows all"));
    }
    Ok(())
}
