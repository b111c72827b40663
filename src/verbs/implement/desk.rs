//! Where a run's logs go.

use super::super::scene::{self, Read};
use super::Request;
use crate::error::{Error, Result};
use crate::event::Run;
use crate::evidence::{self, unsaved};
use crate::files;
use crate::payload::store;
use camino::{Utf8Path, Utf8PathBuf};

/// Where this run's logs go.
pub(super) struct Desk {
    /// What stands for the payload's folder.
    pub(super) handoff: Utf8PathBuf,
    pub(super) folder: Utf8PathBuf,
    _temporary: Option<tempfile::TempDir>,
}

impl Desk {
    /// `handoff/runs/<id>`, or with `--dry-run` a temporary folder.
    pub(super) fn set_up(request: &Request, read: &Read, run: &Run) -> Result<Self> {
        let handoff = scene::handoff_folder(&read.located);
        if request.dry_run {
            let temporary = tempfile::Builder::new()
                .prefix("handoff-dry-run-")
                .tempdir()
                .map_err(|error| Error::io("make a temporary folder", error))?;
            let beside = crate::error::utf8(temporary.path().to_owned())?;
            let folder = evidence::run_folder(&beside, run.id());
            files::create_folder(&folder)?;
            return Ok(Self { handoff: beside, folder, _temporary: Some(temporary) });
        }
        store::prepare_folder(&read.located)?;
        tell_of_cut_off(&handoff, &read.located.payload, run)?;
        let folder = evidence::run_folder(&handoff, run.id());
        files::create_folder(&folder)?;
        Ok(Self { handoff, folder, _temporary: None })
    }
}

/// Tells of the run before this one, where it was cut off. What it finished is known all the same.
fn tell_of_cut_off(handoff: &Utf8Path, payload: &Utf8Path, run: &Run) -> Result<()> {
    let referred = evidence::referred(handoff, payload)?;
    let Some((id, came)) = unsaved::cut_off(handoff, run.id(), &referred)? else { return Ok(()) };
    let what = match came {
        unsaved::Came::ToItsChecks => "ended before it was recorded",
        unsaved::Came::ToItsRecord => "was recorded, and ended before the payload was written",
    };
    run.remark(format!(
        "the run {id} before this one {what}; nothing refers to it, and what it saw pass is still known"
    ));
    Ok(())
}
