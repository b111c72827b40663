//! What cargo saw when it last built, so that a file's time stamp never decides.
//!
//! cargo holds sources to be fresh by their mtime alone: a file that was broken, and whose mtime lies in the past, is
//! answered green. So before cargo runs, a file whose content is not the one cargo last saw, and whose mtime is not
//! newer than that build, gets a new mtime.

use crate::error::{Error, Result};
use crate::files::cache_of;
use crate::vault::Vault;
use crate::workspace::graph::Workspace;
use camino::{Utf8Path, Utf8PathBuf};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The largest record that is read.
const LARGEST: u64 = 256 << 20;

/// What one of cargo's two ways to build (`check` for clippy, `test`) saw.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Built {
    /// When its newest call ended, in nanoseconds since 1970.
    at: u64,
    /// Every file with the digests it had at the newest call that succeeded and at those after it.
    files: BTreeMap<String, BTreeSet<String>>,
    /// What decided besides the files.
    #[serde(default)]
    others: String,
}

impl Built {
    /// Where it is recorded what this way to build a workspace saw.
    #[must_use]
    pub fn file(workspace: &Workspace, way: &str) -> Utf8PathBuf {
        cache_of(&workspace.target_folder).join(format!("built-{way}-{}.json", workspace.mark()))
    }

    /// What is recorded in this file.
    #[must_use]
    pub fn load(file: &Utf8Path, vault: &Vault) -> Self {
        vault.read_as(file, LARGEST).unwrap_or_default()
    }

    /// Records that a call is about to see these files. Should nobody tell how it ended, some units are built from them
    /// and others from what was there before.
    ///
    /// # Errors
    /// 74 where it cannot be written.
    pub fn begin<'a>(
        &self,
        (file, vault): (&Utf8Path, &Vault),
        seen: impl Iterator<Item = (&'a str, &'a str)>,
    ) -> Result<()> {
        let mut begun = self.clone();
        begun.take(seen, now(), false);
        vault.write_as(file, &begun)
    }

    /// Records a call that saw these files (absolute path and digest) and ended now. A call that failed may have built
    /// some units from them and left others as they were.
    ///
    /// # Errors
    /// 74 where it cannot be written.
    pub fn record<'a>(
        mut self,
        (file, vault): (&Utf8Path, &Vault),
        seen: impl Iterator<Item = (&'a str, &'a str)>,
        succeeded: bool,
    ) -> Result<()> {
        self.take(seen, now(), succeeded);
        vault.write_as(file, &self)
    }

    fn take<'a>(&mut self, seen: impl Iterator<Item = (&'a str, &'a str)>, now: SystemTime, succeeded: bool) {
        if succeeded {
            self.files.clear();
        }
        self.at = nanos(now);
        for (file, digest) in seen {
            let digests = self.files.entry(file.to_owned()).or_default();
            digests.insert(digest.to_owned());
        }
    }

    /// Whether a file holds something else than what cargo last saw.
    #[must_use]
    pub fn differs(&self, path: &Utf8Path, digest: &str) -> bool {
        self.files.get(path.as_str()).is_none_or(|seen| seen.len() != 1 || !seen.contains(digest))
    }

    /// What decided besides the files.
    #[must_use]
    pub fn others(&self) -> &str {
        &self.others
    }

    /// The same, with what decided besides the files.
    #[must_use]
    pub fn with(self, others: String) -> Self {
        Self { others, ..self }
    }

    /// Whether cargo was ever seen to build.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.at != 0
    }

    /// Gives a new mtime to each of these files (absolute path and digest) that cargo would wrongly hold to be fresh.
    /// `others` is when somebody else last let cargo build here: what it saw then is not known, and only a file that
    /// nobody touched since our own call is as we saw it. `stamps` is when each unit that lies there was built, oldest
    /// first: where none was built by us, a file counts that was touched behind a unit and is older than it. Their paths.
    ///
    /// # Errors
    /// 74 where the mtime cannot be set: then cargo's answer would be about another file.
    pub fn renew<'a>(
        &self,
        now: impl Iterator<Item = (&'a str, &'a str)>,
        others: Option<SystemTime>,
        stamps: &[SystemTime],
    ) -> Result<Vec<Utf8PathBuf>> {
        let newest = others.map_or(self.at, nanos).max(self.at);
        let mut renewed = Vec::new();
        if !self.is_known() && stamps.is_empty() {
            return Ok(renewed);
        }
        for (file, digest) in now {
            let seen = self.files.get(file);
            let is_as_seen = seen.is_some_and(|seen| seen.len() == 1 && seen.contains(digest));
            let path = Utf8Path::new(file);
            // Through a link cargo sees the time of what it leads to: where it leads elsewhere now, that one counts.
            let Ok(metadata) = std::fs::metadata(path) else { continue };
            if !metadata.is_file() {
                continue;
            }
            if is_as_seen && !is_touched_after(&metadata, self.at) {
                continue;
            }
            let modified = metadata.modified().map_err(|error| Error::io(format!("look at `{path}`"), error))?;
            let is_hidden = if self.is_known() {
                nanos(modified) <= newest
            } else {
                // A file that was written as usual has one time for both: nobody builds in between.
                let next = stamps.get(stamps.partition_point(|stamp| *stamp < modified));
                next.is_some_and(|stamp| is_anything_touched_after(path, &metadata, nanos(*stamp)))
            };
            if is_hidden {
                touch(path)?;
                renewed.push(path.to_owned());
            }
        }
        Ok(renewed)
    }
}

/// When cargo built here for us, and when for somebody else: one way to build must not take what the other one built
/// for a stranger's, or each would make all files new for the other for ever.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamps {
    /// The newest of cargo's time stamps when our last call ended.
    ours: u64,
    /// The newest one that a call of ours found and none had left.
    others: u64,
}

impl Stamps {
    /// Where they are recorded.
    #[must_use]
    pub fn file(workspace: &Workspace) -> Utf8PathBuf {
        cache_of(&workspace.target_folder).join(format!("stamps-{}.json", workspace.mark()))
    }

    /// What is recorded in this file, and what `newest`, the newest of cargo's time stamps, says beside it.
    #[must_use]
    pub fn load(file: &Utf8Path, vault: &Vault, newest: Option<SystemTime>) -> Self {
        let kept: Self = vault.read_as(file, LARGEST).unwrap_or_default();
        let newest = newest.map_or(0, nanos);
        if kept.ours < newest { Self { others: newest, ..kept } } else { kept }
    }

    /// When somebody else last let cargo build here.
    #[must_use]
    pub fn others(self) -> Option<SystemTime> {
        (0 < self.others).then(|| UNIX_EPOCH + Duration::from_nanos(self.others))
    }

    /// Records that a call of ours ended, with the newest of cargo's time stamps then.
    ///
    /// # Errors
    /// 74 where it cannot be written.
    pub fn record(self, file: &Utf8Path, vault: &Vault, newest: Option<SystemTime>) -> Result<()> {
        vault.write_as(file, &Self { ours: newest.map_or(self.ours, nanos), ..self })
    }
}

/// Whether a file, or the link it is reached through, was touched after this moment. Where the system does not tell, it
/// may have been.
fn is_anything_touched_after(path: &Utf8Path, metadata: &std::fs::Metadata, at: u64) -> bool {
    let is_link_touched = || path.symlink_metadata().is_ok_and(|link| is_touched_after(&link, at));
    !cfg!(unix) || is_touched_after(metadata, at) || is_link_touched()
}

/// Whether anything of a file was set after this moment: content, name, mode or time. Where the system does not tell,
/// content alone decides.
#[cfg(unix)]
fn is_touched_after(metadata: &std::fs::Metadata, at: u64) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let nanos = i128::from(metadata.ctime()) * 1_000_000_000 + i128::from(metadata.ctime_nsec());
    i128::from(at) < nanos
}

#[cfg(not(unix))]
fn is_touched_after(_: &std::fs::Metadata, _: u64) -> bool {
    false
}

fn nanos(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}

#[expect(clippy::disallowed_methods, reason = "a file's time is the system's, whatever clock a test shows us")]
fn now() -> SystemTime {
    SystemTime::now()
}

/// Gives a file a new mtime.
///
/// # Errors
/// 74 where that cannot be done.
pub fn touch(path: &Utf8Path) -> Result<()> {
    // Whoever owns a file may set its time, even where it is read-only; Windows wants it open for writing.
    let set = || {
        let file = std::fs::File::options().read(true).write(cfg!(windows)).open(path)?;
        file.set_modified(now())
    };
    set().map_err(|error| Error::io(format!("renew the time stamp of `{path}`"), error))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG_AGO: Duration = Duration::from_secs(1_000_000_000);

    fn folder() -> (tempfile::TempDir, Utf8PathBuf) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = Utf8PathBuf::from_path_buf(folder.path().to_owned()).expect("UTF-8");
        (folder, path)
    }

    fn write(path: &Utf8Path, text: &str, modified: SystemTime) {
        std::fs::write(path, text).expect("written");
        std::fs::File::options().write(true).open(path).expect("there").set_modified(modified).expect("set");
    }

    fn modified(path: &Utf8Path) -> SystemTime {
        std::fs::metadata(path).expect("there").modified().expect("it has one")
    }

    #[test]
    fn a_file_with_new_content_and_an_old_time_is_renewed_and_no_other() {
        let (_keep, folder) = folder();
        let (old, same, newer) = (folder.join("old"), folder.join("same"), folder.join("newer"));
        let long_ago = UNIX_EPOCH + LONG_AGO;
        // Nobody touches the files behind it: it lies ahead.
        let built_at = now() + Duration::from_secs(100);
        for file in [&old, &same] {
            write(file, "1", long_ago);
        }
        write(&newer, "1", built_at + Duration::from_secs(1));
        let seen = [(old.as_str(), "a"), (same.as_str(), "a"), (newer.as_str(), "a")];
        assert_eq!(
            Built::default().renew(seen.into_iter(), None, &[]).expect("looked"),
            Vec::<Utf8PathBuf>::new(),
            "never built"
        );
        let mut built = Built::default();
        built.take(seen.into_iter(), built_at, true);
        let now = [(old.as_str(), "b"), (same.as_str(), "a"), (newer.as_str(), "b")];
        assert_eq!(built.renew(now.into_iter(), None, &[]).expect("renewed"), [old.as_path()]);
        assert!(long_ago < modified(&old));
        assert_eq!(modified(&same), long_ago);
    }

    #[cfg(unix)]
    #[test]
    fn where_only_others_built_what_was_touched_behind_a_unit_and_is_older_is_renewed() {
        let (_keep, folder) = folder();
        let file = folder.join("file");
        let renewed = |modified: SystemTime, stamps: &[SystemTime]| {
            write(&file, "1", modified);
            Built::default().renew([(file.as_str(), "a")].into_iter(), None, stamps).expect("looked")
        };
        let at = |seconds: u64| UNIX_EPOCH + LONG_AGO + Duration::from_secs(seconds);
        let ahead = now() + Duration::from_secs(100);
        assert_eq!(renewed(at(1), &[at(0), at(2), ahead]), [file.as_path()], "built in between");
        assert_eq!(renewed(at(1), &[at(1)]), [file.as_path()], "cargo calls a file of the same time fresh");
        let none = Vec::<Utf8PathBuf>::new();
        assert_eq!(renewed(at(1), &[]), none, "nobody built");
        assert_eq!(renewed(at(1), &[at(0)]), none, "newer than all");
        assert_eq!(renewed(at(1), &[at(0), ahead]), none, "built when it was as it is");
        let link = folder.join("link");
        write(&file, "1", at(1));
        let touched = now();
        std::thread::sleep(Duration::from_millis(50));
        std::os::unix::fs::symlink(&file, &link).expect("linked");
        let renewed = Built::default().renew([(link.as_str(), "a")].into_iter(), None, &[touched]);
        assert_eq!(renewed.expect("renewed"), [link.as_path()], "it leads here since");
    }

    #[test]
    fn two_checkouts_in_one_target_folder_have_a_record_each() {
        let file = |root: &str| {
            let workspace = Workspace {
                root: root.into(),
                manifest: Utf8Path::new(root).join("Cargo.toml"),
                target_folder: "/built".into(),
                build_folder: "/built".into(),
                packages: Vec::new(),
                paths: Vec::new(),
                settings: serde_json::Value::Null,
            };
            Built::file(&workspace, "test")
        };
        assert_eq!(file("/one"), file("/one"));
        assert_ne!(file("/one"), file("/two"));
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_was_put_back_after_somebody_else_built_is_renewed() {
        let (_keep, folder) = folder();
        let file = folder.join("file");
        let mut built = Built::default();
        let seen = [(file.as_str(), "one")];
        built.take(seen.into_iter(), UNIX_EPOCH + LONG_AGO, true);
        write(&file, "one", UNIX_EPOCH + LONG_AGO + Duration::from_secs(1));
        assert_eq!(
            built.renew(seen.into_iter(), None, &[]).expect("looked"),
            Vec::<Utf8PathBuf>::new(),
            "newer than all"
        );
        let newest = UNIX_EPOCH + LONG_AGO + Duration::from_secs(2);
        assert_eq!(built.renew(seen.into_iter(), Some(newest), &[]).expect("renewed"), [file.as_path()]);
    }

    #[test]
    fn a_call_that_nobody_saw_the_end_of_may_have_built_from_either() {
        let (_keep, folder) = folder();
        let (file, vault) = (folder.join("built.json"), Vault::of_test(&folder.join("state")));
        let asked = folder.join("asked");
        let built = Built { at: 1, ..Built::default() };
        built.record((&file, &vault), [(asked.as_str(), "one")].into_iter(), true).expect("written");
        assert!(!Built::load(&file, &vault).differs(&asked, "one"));
        let begun = Built::load(&file, &vault).with("others".to_owned());
        begun.begin((&file, &vault), [(asked.as_str(), "two")].into_iter()).expect("written");
        let left = Built::load(&file, &vault);
        assert_eq!(left.others(), "others");
        assert!(["one", "two"].iter().all(|digest| left.differs(&asked, digest)), "{left:?}");
    }

    #[test]
    fn only_what_no_call_of_ours_left_is_somebody_elses() {
        let (_keep, folder) = folder();
        let (file, vault) = (folder.join("stamps.json"), Vault::of_test(&folder));
        let at = |seconds: u64| Some(UNIX_EPOCH + LONG_AGO + Duration::from_secs(seconds));
        let load = |newest| Stamps::load(&file, &vault, newest);
        assert_eq!(load(at(1)).others(), at(1), "nothing is recorded: it may be anybody's");
        load(at(1)).record(&file, &vault, at(2)).expect("written");
        assert_eq!(load(at(2)).others(), at(1));
        load(at(2)).record(&file, &vault, at(3)).expect("written");
        assert_eq!(load(at(4)).others(), at(4), "built since our last call");
        load(at(4)).record(&file, &vault, at(5)).expect("written");
        assert_eq!(load(at(5)).others(), at(4), "it stays known until each way has built after it");
    }

    #[test]
    fn after_a_call_that_failed_both_contents_count_as_seen() {
        let (_keep, folder) = folder();
        let file = folder.join("file");
        let long_ago = UNIX_EPOCH + LONG_AGO;
        let at = |seconds: u64| now() + Duration::from_secs(100 + seconds);
        write(&file, "2", long_ago);
        let mut built = Built::default();
        built.take([(file.as_str(), "one")].into_iter(), at(1), true);
        built.take([(file.as_str(), "two")].into_iter(), at(2), false);
        for digest in ["one", "two", "three"] {
            write(&file, digest, long_ago);
            let renewed = built.renew([(file.as_str(), digest)].into_iter(), None, &[]);
            assert_eq!(renewed.expect("renewed"), [file.as_path()], "{digest}: some unit may hold the other one");
        }
        built.take([(file.as_str(), "two")].into_iter(), at(3), true);
        write(&file, "two", long_ago);
        let renewed = built.renew([(file.as_str(), "two")].into_iter(), None, &[]);
        assert_eq!(renewed.expect("looked"), Vec::<Utf8PathBuf>::new());
    }
}
