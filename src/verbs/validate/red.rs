//! V5: the tests that are recorded as red are run on the baseline again.

use crate::answers::ClaimRow;
use crate::claims::Reality;
use crate::error::{Code, Error, Result};
use crate::words::Level;

/// Refuses a level nobody can do yet, before anything is run.
pub(super) fn is_there(level: Level) -> Result<()> {
    match level {
        Level::Contract | Level::Evidence | Level::Outcomes | Level::Tree | Level::Checks => Ok(()),
        Level::Red => {
            Err(Error::new(Code::Usage, "`--level 5` is not there yet: no test is run on the baseline again")
                .hint("up to V4, with every check run again: `cargo handoff validate --level 4`"))
        }
    }
}

/// The rows of what is recorded as red, run again. None below V5.
pub(super) fn hold(level: Level, _reality: &Reality) -> Result<Vec<ClaimRow>> {
    is_there(level).map(|()| Vec::new())
}
