//! Runs that were cut off: which was the last, how far it came, and what it left behind that nobody refers to.
//!
//! Between the record and the payload that refers to it lies a word in the run's folder. It is there where the
//! payload was never written, so a record nobody refers to is told from one there was no need to refer to.

use super::place::{RECORD, evidence_folder, is_folder, is_plain, names, run_folder};
use crate::error::Result;
use crate::files;
use camino::Utf8Path;
use std::collections::BTreeSet;

/// The word.
const UNSAVED: &str = "unsaved.txt";

const TEXT: &str = "The payload does not refer to this run yet.\n";

/// Leaves the word that the payload is about to be written.
///
/// # Errors
/// 74 where it cannot be left.
pub fn begin(run_folder: &Utf8Path) -> Result<()> {
    files::put(&run_folder.join(UNSAVED), TEXT.as_bytes())
}

/// Takes it back: the payload refers to the run.
///
/// # Errors
/// 74 where it cannot be taken back.
pub fn end(run_folder: &Utf8Path) -> Result<()> {
    files::remove(&run_folder.join(UNSAVED))
}

/// How far a run came that was cut off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Came {
    /// Its checks did not end, or were not recorded.
    ToItsChecks,
    /// It was recorded, and the payload was not written.
    ToItsRecord,
}

/// The last run before this one, where it was cut off. What it sealed and no payload of this folder refers to is
/// removed, so that nobody commits it: it is sealed again where it is still needed.
///
/// # Errors
/// 74 where a folder cannot be read or removed.
pub fn cut_off(handoff: &Utf8Path, this: &str, referred: &BTreeSet<String>) -> Result<Option<(String, Came)>> {
    let runs = handoff.join("runs");
    let is_run = |id: &String| is_plain(id) && id.as_str() < this && is_folder(&runs.join(id));
    let Some(last) = names(&runs)?.into_iter().rev().find(is_run) else { return Ok(None) };
    let folder = run_folder(handoff, &last);
    if referred.contains(&last) {
        // Killed after the payload was written: nothing is missing.
        end(&folder)?;
        return Ok(None);
    }
    let beside = handoff.join(format!(".handoff-{last}.tmp"));
    if !folder.join(RECORD).is_file() {
        return Ok(Some((last, Came::ToItsChecks)));
    }
    if !folder.join(UNSAVED).is_file() {
        return Ok(None);
    }
    files::remove(&beside)?;
    files::remove(&evidence_folder(handoff, &last))?;
    Ok(Some((last, Came::ToItsRecord)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use camino::Utf8PathBuf;
    use std::fs;

    fn folder() -> (tempfile::TempDir, Utf8PathBuf) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = Utf8PathBuf::from_path_buf(folder.path().to_owned()).expect("UTF-8");
        (folder, path)
    }

    fn run(handoff: &Utf8Path, id: &str, files: &[&str]) {
        fs::create_dir_all(run_folder(handoff, id)).expect("made");
        files.iter().for_each(|file| fs::write(run_folder(handoff, id).join(file), "").expect("written"));
    }

    #[track_caller]
    fn check(handoff: &Utf8Path, referred: &[&str], expected: Option<(&str, Came)>) {
        let referred = referred.iter().map(|id| (*id).to_owned()).collect();
        let found = cut_off(handoff, "9", &referred).expect("no error");
        assert_eq!(found, expected.map(|(id, came)| (id.to_owned(), came)));
    }

    #[test]
    fn only_the_last_run_before_this_one_counts() {
        let (_keep, handoff) = folder();
        check(&handoff, &[], None);
        run(&handoff, "1", &["test.txt"]);
        run(&handoff, "9", &[]);
        check(&handoff, &[], Some(("1", Came::ToItsChecks)));
        run(&handoff, "2", &[RECORD]);
        check(&handoff, &[], None);
    }

    #[test]
    fn a_record_the_payload_was_not_written_for_is_told_and_what_it_sealed_is_removed() {
        let (_keep, handoff) = folder();
        run(&handoff, "1", &[RECORD]);
        begin(&run_folder(&handoff, "1")).expect("begun");
        fs::create_dir_all(evidence_folder(&handoff, "1")).expect("made");
        fs::create_dir_all(evidence_folder(&handoff, "0")).expect("made");
        fs::create_dir_all(handoff.join(".handoff-1.tmp")).expect("made");
        check(&handoff, &[], Some(("1", Came::ToItsRecord)));
        assert!(!evidence_folder(&handoff, "1").exists() && !handoff.join(".handoff-1.tmp").exists());
        assert!(evidence_folder(&handoff, "0").exists());
    }

    #[test]
    fn a_run_killed_after_the_payload_was_written_lost_nothing() {
        let (_keep, handoff) = folder();
        run(&handoff, "1", &[RECORD]);
        begin(&run_folder(&handoff, "1")).expect("begun");
        fs::create_dir_all(evidence_folder(&handoff, "1")).expect("made");
        check(&handoff, &["1"], None);
        assert!(evidence_folder(&handoff, "1").exists());
        check(&handoff, &[], None);
    }
}
