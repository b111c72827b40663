//! Where runs and sealed records lie, and which names may be looked up there.
//!
//! A name that comes out of a payload or a record is believed only where it is a plain one: it never leads out of
//! its folder.

use crate::error::{Error, Result};
use camino::{Utf8Path, Utf8PathBuf};
use std::ffi::OsString;
use std::path::PathBuf;

/// The record's own file.
pub const RECORD: &str = "record.json";

/// The diffs of all changed files.
pub const PATCH: &str = "changes.patch";

/// What a file of evidence may end with: no list of what to ignore swallows these.
const ENDS: [&str; 3] = [".json", ".patch", ".txt"];

/// The longest name that is looked up.
const LONGEST: usize = 200;

/// Where the run of this id lies, below the folder of the payload.
#[must_use]
pub fn run_folder(handoff: &Utf8Path, id: &str) -> Utf8PathBuf {
    handoff.join("runs").join(id)
}

/// Where the sealed copy of this id lies, below the folder of the payload.
#[must_use]
pub fn evidence_folder(handoff: &Utf8Path, id: &str) -> Utf8PathBuf {
    handoff.join("evidence").join(id)
}

/// A run as the payload refers to it: `handoff/evidence/<id>` where it is sealed, else `handoff/runs/<id>`.
#[must_use]
pub fn reference(id: &str, is_sealed: bool) -> String {
    format!("handoff/{}/{id}", if is_sealed { "evidence" } else { "runs" })
}

/// The id in a reference: its last component, `record.json` left out. Nothing where that is no plain name.
#[must_use]
pub fn id_of(reference: &str) -> Option<&str> {
    let reference = reference.strip_suffix("/record.json").unwrap_or(reference).trim_end_matches('/');
    let id = reference.rsplit('/').next().unwrap_or(reference);
    is_plain(id).then_some(id)
}

/// Whether a name stays in its folder wherever it is looked up: letters, digits, `_`, `-` and `.`, no dot first.
#[must_use]
pub(super) fn is_plain(name: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    !name.is_empty()
        && name.len() <= LONGEST
        && !name.starts_with('.')
        && !name.contains("..")
        && name.bytes().all(is_allowed)
}

/// Whether a file of this name may belong to a record.
#[must_use]
pub fn is_of_evidence(name: &str) -> bool {
    is_plain(name) && ENDS.iter().any(|end| name.ends_with(end))
}

/// The names in a folder, sorted; none where there is no such folder. What is not UTF-8 is no name of ours.
///
/// # Errors
/// 74 where it cannot be read.
pub(super) fn names(folder: &Utf8Path) -> Result<Vec<String>> {
    let mut names: Vec<String> = entries(folder)?.into_iter().filter_map(|name| name.into_string().ok()).collect();
    names.sort_unstable();
    Ok(names)
}

/// What lies in a folder under names that are not UTF-8.
///
/// # Errors
/// 74 where it cannot be read.
pub(super) fn odd_paths(folder: &Utf8Path) -> Result<Vec<PathBuf>> {
    let odd = entries(folder)?.into_iter().filter(|name| name.to_str().is_none());
    Ok(odd.map(|name| folder.as_std_path().join(name)).collect())
}

fn entries(folder: &Utf8Path) -> Result<Vec<OsString>> {
    let failed = |error: std::io::Error| Error::io(format!("read the folder `{folder}`"), error);
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(failed(error)),
    };
    entries.map(|entry| entry.map(|entry| entry.file_name()).map_err(failed)).collect()
}

/// Whether a folder lies there itself: a link to one is none.
#[must_use]
pub(super) fn is_folder(path: &Utf8Path) -> bool {
    path.symlink_metadata().is_ok_and(|entry| entry.is_dir())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_leads_to_an_id_and_never_out_of_its_folder() {
        for reference in ["handoff/runs/r-1", "handoff/evidence/r-1/", "handoff/evidence/r-1/record.json", "r-1"] {
            assert_eq!(id_of(reference), Some("r-1"), "{reference}");
        }
        for reference in ["", "/", "..", "handoff/runs/..", "handoff/runs/.", "a\\b", "a\0", "a b", "handoff/runs/.git"]
        {
            assert_eq!(id_of(reference), None, "{reference:?}");
        }
    }

    #[test]
    fn only_names_nobody_ignores_belong_to_a_record() {
        assert!(is_of_evidence("record.json") && is_of_evidence("changes.patch") && is_of_evidence("test-a-lib-a.txt"));
        for name in ["a.log", "a", "../a.txt", "a/b.txt", "a\0.txt", ".txt", "a..txt", "C:a.txt"] {
            assert!(!is_of_evidence(name), "{name:?}");
        }
        assert!(!is_of_evidence(&format!("{}.txt", "a".repeat(LONGEST))));
    }
}
