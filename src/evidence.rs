//! What a run leaves behind: its record, its logs, and the sealed copy that is meant to be committed.
//!
//! Written before the payload refers to it, so a reference never dangles because we were killed in between.

mod record;
mod place;
mod read;
pub mod chain;

use crate::check::Results;
use crate::error::{Error, Result};
use crate::files;
pub use crate::files::sha256;
use crate::workspace::affected::{Choice, Selection};
use camino::Utf8Path;
use place::names;
pub use place::{PATCH, RECORD, evidence_folder, id_of, is_of_evidence, reference, run_folder};
pub use read::{Held, Kept, Unreadable, parse, read, sealed, unsealed};
pub use record::{CommandRecord, Digests, FORMAT, Inputs, RunRecord, SkippedUnit, SuiteRecord};
use std::collections::{BTreeMap, BTreeSet};

/// How many runs are kept beside those the payload refers to.
const RUNS_KEPT: usize = 20;

/// The most bytes of one log that are sealed: half from its head, half from its tail.
const SEALED_LOG: usize = 64 << 10;

/// The units these results pass over.
#[must_use]
pub fn skipped(results: &Results) -> Vec<SkippedUnit> {
    let skipped = results.selection.iter().flat_map(Selection::skipped);
    let unit = |choice: &Choice| SkippedUnit {
        package: choice.unit.target.package.clone(),
        kind: choice.unit.target.kind,
        name: choice.unit.target.name.clone(),
        test: choice.unit.test,
        why: choice.why.clone(),
    };
    skipped.map(unit).collect()
}

/// The suites of these results as they are recorded.
#[must_use]
pub fn suites(results: &Results) -> Vec<SuiteRecord> {
    results
        .suites
        .iter()
        .map(|suite| SuiteRecord {
            id: suite.suite.id(),
            suite: suite.suite.clone(),
            outcome: suite.outcome,
            why: suite.why.clone(),
            counts: suite.counts,
            tests: suite.tests.clone(),
            started: suite.started.clone(),
            duration_ms: suite.duration_ms,
            functions: BTreeMap::new(),
            digests: None,
            flaky: suite.flaky.clone(),
            attempts: suite.attempts.clone(),
            red: suite.red.clone(),
            cached: suite.cached,
        })
        .collect()
}

/// Writes `record.json` and `changes.patch` into the run's folder, durably.
///
/// # Errors
/// 74 where the folder cannot be written to.
pub fn write(folder: &Utf8Path, record: &RunRecord, patch: &str) -> Result<()> {
    let mut text = serde_json::to_string_pretty(record)
        .map_err(|error| Error::new(crate::error::Code::Internal, "a run's record is not JSON").because(error))?;
    text.push('\n');
    files::replace(&folder.join("changes.patch"), patch.as_bytes())?;
    files::replace(&folder.join("record.json"), text.as_bytes())
}

/// Copies a run's record, patch and logs to `handoff/evidence/<id>/`, where it is meant to be committed. Logs over
/// 64 KiB keep their head and tail; the digest of the whole stands in the record.
///
/// # Errors
/// 74 where it cannot be read or written.
pub fn seal(run_folder: &Utf8Path, evidence_folder: &Utf8Path) -> Result<()> {
    files::create_folder(evidence_folder)?;
    for file in names(run_folder)? {
        let from = run_folder.join(&file);
        if !from.is_file() {
            continue;
        }
        let bytes = std::fs::read(&from).map_err(|error| Error::io(format!("read `{from}`"), error))?;
        let is_log = file.ends_with(".txt");
        let bytes = if is_log && SEALED_LOG < bytes.len() { head_and_tail(&bytes) } else { bytes };
        files::replace(&evidence_folder.join(&file), &bytes)?;
    }
    Ok(())
}

fn head_and_tail(bytes: &[u8]) -> Vec<u8> {
    let half = SEALED_LOG / 2;
    let left_out = bytes.len() - 2 * half;
    let mut kept = bytes[..half].to_vec();
    kept.extend_from_slice(format!("\n[{left_out} bytes left out]\n").as_bytes());
    kept.extend_from_slice(&bytes[bytes.len() - half..]);
    kept
}

/// Removes all but the last 20 runs and those that are referred to.
///
/// # Errors
/// 74 where a folder cannot be read or removed.
pub fn prune(runs: &Utf8Path, referred: &BTreeSet<String>) -> Result<()> {
    let mut ids = names(runs)?;
    ids.retain(|id| runs.join(id).is_dir()); // a stray file is none of ours
    ids.sort_unstable();
    let n_old = ids.len().saturating_sub(RUNS_KEPT);
    for id in ids.into_iter().take(n_old).filter(|id| !referred.contains(id)) {
        let folder = runs.join(id);
        std::fs::remove_dir_all(&folder).map_err(|error| Error::io(format!("remove `{folder}`"), error))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use camino::Utf8PathBuf;

    fn folder() -> (tempfile::TempDir, Utf8PathBuf) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = Utf8PathBuf::from_path_buf(folder.path().to_owned()).expect("UTF-8");
        (folder, path)
    }

    #[test]
    fn the_digest_is_the_one_everybody_else_computes() {
        assert_eq!(sha256(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn a_large_log_is_sealed_with_its_head_and_tail() {
        let (_keep, folder) = folder();
        let (run, sealed) = (folder.join("runs/1"), folder.join("evidence/1"));
        files::create_folder(&run).expect("made");
        let log = [b"first ".as_slice(), &vec![b'.'; 1 << 20], b" last"].concat();
        std::fs::write(run.join("test.txt"), &log).expect("written");
        std::fs::write(run.join("record.json"), "{}").expect("written");
        seal(&run, &sealed).expect("sealed");
        let text = std::fs::read_to_string(sealed.join("test.txt")).expect("there");
        assert!(text.starts_with("first ") && text.ends_with(" last") && text.contains("bytes left out"));
        assert!(text.len() < SEALED_LOG + 100);
        assert_eq!(std::fs::read_to_string(sealed.join("record.json")).expect("there"), "{}");
    }

    #[test]
    fn pruning_keeps_the_newest_and_those_referred_to() {
        let (_keep, runs) = folder();
        for number in 10..40 {
            files::create_folder(&runs.join(number.to_string())).expect("made");
        }
        std::fs::write(runs.join("00-stray"), "").expect("written");
        prune(&runs, &BTreeSet::from(["11".to_owned()])).expect("pruned");
        let mut left = names(&runs).expect("there");
        left.sort();
        assert_eq!(left.len(), 22);
        assert_eq!(left[..3], ["00-stray".to_owned(), "11".to_owned(), "20".to_owned()]);
    }
}
