//! Old runs and sealed records nobody refers to: which there are, and how to be rid of them.

use super::place::{evidence_folder, is_folder, is_plain, names, odd_paths, run_folder};
use crate::error::{Error, Result};
use crate::files;
use camino::Utf8Path;
use std::collections::BTreeSet;

/// How many runs are kept beside those the payload refers to.
pub const RUNS_KEPT: usize = 20;

/// The most bytes of a payload beside ours that are searched for references.
const MOST_PAYLOAD: u64 = 256 << 20;

/// The ids of runs and sealed records the payload refers to, whatever it is called, and any JSON file of the folder:
/// those that were archived beside it. Whatever looks like a reference is one, wherever it stands.
///
/// # Errors
/// 74 where one of them cannot be read: then nothing is known to be unreferred.
pub fn referred(handoff: &Utf8Path, payload: &Utf8Path) -> Result<BTreeSet<String>> {
    let mut referred = BTreeSet::new();
    for path in odd_paths(handoff)? {
        // Somebody may have archived a payload under any name.
        if path.as_os_str().as_encoded_bytes().ends_with(b".json") && path.is_file() {
            let failed = |error| Error::io(format!("read `{}`", path.display()), error);
            referred.extend(referred_by(&String::from_utf8_lossy(&std::fs::read(&path).map_err(failed)?)));
        }
    }
    let names = names(handoff)?;
    let beside = names.iter().filter(|name| name.ends_with(".json")).map(|name| handoff.join(name));
    for path in beside.chain([payload.to_owned()]).filter(|path| !path.is_dir()) {
        if let Some(bytes) = files::read(&path, MOST_PAYLOAD)? {
            referred.extend(referred_by(&String::from_utf8_lossy(&bytes)));
        }
    }
    Ok(referred)
}

/// The ids a text refers to.
#[must_use]
pub fn referred_by(text: &str) -> BTreeSet<String> {
    // JSON may spell a slash with a backslash before it.
    let text = text.replace("\\/", "/");
    let places = ["handoff/runs/", "handoff/evidence/", "\"evidence:"];
    let id = |rest: &str| rest.split(['"', '/', '\\']).next().unwrap_or_default().to_owned();
    places.iter().flat_map(|place| text.split(place).skip(1).map(id)).filter(|id| is_plain(id)).collect()
}

/// The runs that may go: all but the newest `n_kept` and those that are referred to, oldest first.
///
/// # Errors
/// 74 where the folder cannot be read.
pub fn old_runs(runs: &Utf8Path, referred: &BTreeSet<String>, n_kept: usize) -> Result<Vec<String>> {
    let mut ids = names(runs)?;
    ids.retain(|id| is_folder(&runs.join(id))); // a stray file or link is none of ours
    ids.truncate(ids.len().saturating_sub(n_kept));
    ids.retain(|id| !referred.contains(id));
    Ok(ids)
}

/// The sealed records nobody refers to, oldest first.
///
/// # Errors
/// 74 where the folder cannot be read.
pub fn loose_evidence(handoff: &Utf8Path, referred: &BTreeSet<String>) -> Result<Vec<String>> {
    let evidence = handoff.join("evidence");
    let mut ids = names(&evidence)?;
    ids.retain(|id| is_folder(&evidence.join(id)) && !referred.contains(id));
    Ok(ids)
}

/// Removes all but the newest runs and those that are referred to.
///
/// # Errors
/// 74 where a folder cannot be read or removed.
pub fn prune(runs: &Utf8Path, referred: &BTreeSet<String>) -> Result<()> {
    old_runs(runs, referred, RUNS_KEPT)?.iter().try_for_each(|id| files::remove(&runs.join(id)))
}

/// Removes a run's folder.
///
/// # Errors
/// 74 where it cannot be removed.
pub fn remove_run(handoff: &Utf8Path, id: &str) -> Result<()> {
    files::remove(&run_folder(handoff, id))
}

/// Removes a sealed record.
///
/// # Errors
/// 74 where it cannot be removed.
pub fn remove_evidence(handoff: &Utf8Path, id: &str) -> Result<()> {
    files::remove(&evidence_folder(handoff, id))
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
    fn pruning_keeps_the_newest_and_those_referred_to() {
        let (_keep, runs) = folder();
        for number in 10..40 {
            files::create_folder(&runs.join(number.to_string())).expect("made");
        }
        std::fs::write(runs.join("00-stray"), "").expect("written");
        prune(&runs, &BTreeSet::from(["11".to_owned()])).expect("pruned");
        let left = names(&runs).expect("there");
        assert_eq!(left.len(), 22);
        assert_eq!(left[..3], ["00-stray".to_owned(), "11".to_owned(), "20".to_owned()]);
    }

    #[test]
    fn what_any_payload_of_the_folder_refers_to_is_not_loose() {
        let (_keep, handoff) = folder();
        for id in ["a", "b", "c", "d", "e"] {
            files::create_folder(&evidence_folder(&handoff, id)).expect("made");
        }
        let put = |name: &str, text: &str| std::fs::write(handoff.join(name), text).expect("written");
        put("payload.json", r#"{"evidenceRef":"handoff/evidence/a", "log": {"path": "handoff\/runs\/b/x.txt"}}"#);
        put("payload-20260101T000000Z.json", r#"{"evidence":[{"id":"evidence:c"}]}"#);
        put("notes.txt", "handoff/evidence/d");
        let referred = referred(&handoff, &handoff.join("payload.json")).expect("read");
        assert_eq!(referred.iter().map(String::as_str).collect::<Vec<_>>(), ["a", "b", "c"]);
        assert_eq!(loose_evidence(&handoff, &referred).expect("read"), ["d", "e"]);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_name_that_is_no_text_is_none_of_ours_and_what_it_refers_to_stays() {
        use std::os::unix::ffi::OsStrExt as _;
        let (_keep, handoff) = folder();
        let runs = handoff.join("runs");
        let odd = |name: &[u8]| handoff.as_std_path().join(std::ffi::OsStr::from_bytes(name));
        for number in 10..40 {
            files::create_folder(&runs.join(number.to_string())).expect("made");
        }
        std::fs::create_dir(odd(b"runs/\xff")).expect("made");
        std::fs::create_dir(odd(b"folder-\xff.json")).expect("made");
        std::fs::write(odd(b"payload-\xff.json"), r#"{"evidenceRef": "handoff/runs/11"}"#).expect("written");
        prune(&runs, &referred(&handoff, &handoff.join("payload.json")).expect("read")).expect("pruned");
        assert_eq!(names(&runs).expect("there").len(), 21);
        assert!(runs.join("11").is_dir() && odd(b"runs/\xff").is_dir());
    }

    #[test]
    fn what_a_payload_of_another_name_refers_to_is_not_loose() {
        let (_keep, handoff) = folder();
        for id in ["a", "b"] {
            files::create_folder(&evidence_folder(&handoff, id)).expect("made");
        }
        let payload = handoff.join("work.payload");
        std::fs::write(&payload, r#"{"evidence":[{"id":"evidence:a"}]}"#).expect("written");
        let known = referred(&handoff, &payload).expect("read");
        assert_eq!(loose_evidence(&handoff, &known).expect("read"), ["b"]);
        assert!(referred(&handoff, &handoff.join("gone")).expect("read").is_empty());
    }

    #[test]
    fn where_a_payload_cannot_be_read_nothing_is_loose() {
        let (_keep, handoff) = folder();
        #[cfg(unix)]
        {
            let fifo = handoff.join("other.json");
            let mode = rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR;
            rustix::fs::mknodat(rustix::fs::CWD, fifo.as_std_path(), rustix::fs::FileType::Fifo, mode, 0)
                .expect("made");
            assert_eq!(referred(&handoff, &handoff.join("payload.json")).expect_err("unread").exit(), 74);
        }
        assert!(old_runs(&handoff.join("runs"), &BTreeSet::new(), 0).expect("none").is_empty());
    }

    #[cfg(unix)]
    #[test]
    fn a_link_among_the_runs_is_none_of_ours() {
        let (_keep, handoff) = folder();
        files::create_folder(&handoff.join("runs")).expect("made");
        files::create_folder(&handoff.join("elsewhere")).expect("made");
        std::os::unix::fs::symlink("../elsewhere", handoff.join("runs/a")).expect("linked");
        assert!(old_runs(&handoff.join("runs"), &BTreeSet::new(), 0).expect("read").is_empty());
        remove_run(&handoff, "a").expect("removed");
        assert!(handoff.join("elsewhere").is_dir(), "what a link leads to stays");
    }
}
