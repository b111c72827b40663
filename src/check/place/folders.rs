//! Folders read and emptied.

use crate::error::{Error, Result};
use crate::files;
use camino::{Utf8Path, Utf8PathBuf};
use std::io;

/// Empties a folder but for these.
pub(super) fn remove_all(folder: &Utf8Path, kept: &[&str]) -> Result<()> {
    for path in entries(folder)? {
        if !path.file_name().is_some_and(|name| kept.contains(&name)) {
            files::remove(&path)?;
        }
    }
    Ok(())
}

/// What lies in a folder.
pub(super) fn entries(folder: &Utf8Path) -> Result<Vec<Utf8PathBuf>> {
    let failed = |error: io::Error| Error::io(format!("read the folder `{folder}`"), error);
    let entries = folder.read_dir_utf8().map_err(failed)?;
    entries.map(|entry| entry.map(|entry| entry.into_path())).collect::<io::Result<_>>().map_err(failed)
}
