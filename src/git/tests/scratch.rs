//! A real repository in a temporary folder, for tests.

use crate::cancel::Cancel;
use crate::git::{Git, Snapshot};
use crate::process::{self, Command, Said};
use crate::surroundings::Surroundings;
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeMap;
use std::ffi::OsString;

/// A folder with a repository in it; nothing of the user's configuration is seen.
pub(crate) struct Scratch {
    pub(crate) folder: Utf8PathBuf,
    pub(crate) environment: BTreeMap<OsString, OsString>,
    _keep: tempfile::TempDir,
}

impl Scratch {
    /// An empty folder.
    pub(crate) fn empty() -> Self {
        let keep = tempfile::tempdir().expect("a folder");
        let folder = Utf8PathBuf::from_path_buf(keep.path().canonicalize().expect("real")).expect("UTF-8");
        let real = Surroundings::of_this_process().expect("surroundings");
        let mut environment = process::clean(&real.environment);
        for (name, value) in [
            ("GIT_CONFIG_GLOBAL", "/dev/null"),
            ("GIT_CONFIG_SYSTEM", "/dev/null"),
            ("GIT_AUTHOR_NAME", "author"),
            ("GIT_AUTHOR_EMAIL", "author@example.com"),
            ("GIT_COMMITTER_NAME", "author"),
            ("GIT_COMMITTER_EMAIL", "author@example.com"),
            ("GIT_AUTHOR_DATE", "2026-01-01T00:00:00Z"),
            ("GIT_COMMITTER_DATE", "2026-01-01T00:00:00Z"),
        ] {
            environment.insert(name.into(), value.into());
        }
        environment.remove(&OsString::from("CI"));
        Self { folder, environment, _keep: keep }
    }

    /// A repository on `main` without a commit.
    pub(crate) fn new() -> Self {
        let scratch = Self::empty();
        scratch.git("init -q -b main");
        scratch
    }

    pub(crate) fn surroundings(&self) -> Surroundings {
        Surroundings::made_up(&self.folder, self.environment.clone(), jiff::Timestamp::UNIX_EPOCH)
    }

    /// Those of a CI run.
    pub(crate) fn in_ci(&self) -> Surroundings {
        let mut environment = self.environment.clone();
        environment.insert("CI".into(), "true".into());
        Surroundings::made_up(&self.folder, environment, jiff::Timestamp::UNIX_EPOCH)
    }

    fn say(&self, folder: &Utf8Path, args: &[&str]) -> Said {
        let command = Command::new("git", folder, self.environment.clone()).args(args.iter().copied());
        process::ask(&command, &Cancel::new()).expect("asked")
    }

    /// Runs git with these words (none of which may hold a space) and returns its stdout, trimmed.
    #[track_caller]
    pub(crate) fn git(&self, words: &str) -> String {
        self.git_in(&self.folder, words)
    }

    #[track_caller]
    pub(crate) fn git_in(&self, folder: &Utf8Path, words: &str) -> String {
        let args: Vec<&str> = words.split_whitespace().collect();
        let said = self.say(folder, &args);
        assert!(said.end.is_success(), "git {words}: {}", String::from_utf8_lossy(&said.stderr));
        String::from_utf8_lossy(&said.stdout).trim().to_owned()
    }

    #[track_caller]
    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.folder.join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("written");
    }

    /// Commits everything and returns the commit.
    #[track_caller]
    pub(crate) fn commit(&self, message: &str) -> String {
        self.git("add -A");
        self.git(&format!("commit -q --allow-empty -m {message}"));
        self.git("rev-parse HEAD")
    }

    #[track_caller]
    pub(crate) fn open(&self) -> Git {
        Git::open(&self.folder, &self.surroundings(), &Cancel::new()).expect("a repository")
    }

    #[track_caller]
    pub(crate) fn snapshot(&self) -> Snapshot {
        self.open().snapshot(&self.folder).expect("a snapshot")
    }
}
