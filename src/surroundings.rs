//! What the process was started in: folder, environment, clock. Read once, then passed in.
//!
//! There is no other place that asks the system for these, so two verbs may run in one process, each in
//! surroundings of its own, and a test can stop the clock.

use crate::error::{Error, Result, utf8};
use camino::{Utf8Component, Utf8Path, Utf8PathBuf};
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::sync::Arc;

/// Where the time comes from. RFC 3339, UTC, whole seconds: see [`Surroundings::now`].
type Clock = Arc<dyn Fn() -> jiff::Timestamp + Send + Sync>;

/// The folder, the environment and the clock a verb works in.
#[derive(Clone)]
pub struct Surroundings {
    /// The absolute current folder.
    pub folder: Utf8PathBuf,
    /// The environment as it was at the start.
    pub environment: BTreeMap<OsString, OsString>,
    /// Our own binary, where this process is one: a program that embeds us cannot stand in for rustdoc.
    pub program: Option<Utf8PathBuf>,
    clock: Clock,
}

impl Surroundings {
    /// Those of this process.
    ///
    /// # Errors
    /// 74 where the current folder is gone or its name is not UTF-8.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads them")]
    pub fn of_this_process() -> Result<Self> {
        let folder = std::env::current_dir().map_err(|source| Error::io("read the current folder", source))?;
        let clock: Clock = Arc::new(jiff::Timestamp::now);
        Ok(Self { folder: utf8(folder)?, environment: std::env::vars_os().collect(), program: None, clock })
    }

    /// Made up, for a test or an embedding program: this folder, this environment, a clock that stands still.
    #[must_use]
    pub fn made_up(folder: &Utf8Path, environment: BTreeMap<OsString, OsString>, now: jiff::Timestamp) -> Self {
        Self { folder: folder.to_owned(), environment, program: None, clock: Arc::new(move || now) }
    }

    /// The same in another folder.
    #[must_use]
    pub fn at(&self, folder: &Utf8Path) -> Self {
        Self { folder: folder.to_owned(), ..self.clone() }
    }

    /// The time, in whole seconds of UTC: `2026-11-02T09:30:00Z`.
    #[must_use]
    pub fn now(&self) -> String {
        let now = (self.clock)();
        jiff::Timestamp::from_second(now.as_second()).unwrap_or(now).to_string()
    }

    /// The time as a name for a file: `20261102T093000.123456Z`. Sorts as it passed.
    #[must_use]
    pub fn now_as_name(&self) -> String {
        let now = (self.clock)();
        let micro = now.subsec_microsecond();
        format!("{}.{micro:06}Z", now.strftime("%Y%m%dT%H%M%S"))
    }

    /// The value of a variable that is set, not empty, and UTF-8.
    #[must_use]
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.environment.get(OsStr::new(name)).and_then(|value| value.to_str()).filter(|value| !value.is_empty())
    }

    /// Whether this is a continuous integration run (`CI` set to anything but `false`). It means less noise
    /// and other places to look for a baseline, never more trust.
    #[must_use]
    pub fn is_ci(&self) -> bool {
        self.variable("CI").is_some_and(|value| value != "false" && value != "0")
    }

    /// The cargo to run: the one that started us as its subcommand, else the one on the `PATH`.
    #[must_use]
    pub fn cargo(&self) -> OsString {
        self.environment.get(OsStr::new("CARGO")).cloned().unwrap_or_else(|| "cargo".into())
    }

    /// The user's home folder, if the environment names one.
    #[must_use]
    pub fn home(&self) -> Option<&str> {
        self.variable("HOME").or_else(|| self.variable("USERPROFILE"))
    }

    /// Where this user's programs keep their state: `XDG_STATE_HOME`
    /// (<https://specifications.freedesktop.org/basedir-spec/latest/>), else the system's own place.
    #[must_use]
    pub fn state_folder(&self) -> Option<Utf8PathBuf> {
        let absolute = |name: &str| self.variable(name).map(Utf8PathBuf::from).filter(|path| path.is_absolute());
        let home = || self.home().map(Utf8PathBuf::from).filter(|path| path.is_absolute());
        absolute("XDG_STATE_HOME").or_else(|| {
            if cfg!(windows) {
                absolute("LOCALAPPDATA").or_else(|| Some(home()?.join("AppData").join("Local")))
            } else if cfg!(target_os = "macos") {
                Some(home()?.join("Library").join("Application Support"))
            } else {
                Some(home()?.join(".local").join("state"))
            }
        })
    }

    /// Where cargo keeps what is the user's: `CARGO_HOME`, else `.cargo` in the home folder.
    #[must_use]
    pub fn cargo_home(&self) -> Option<Utf8PathBuf> {
        let named = self.variable("CARGO_HOME").map(|home| self.absolute(Utf8Path::new(home)));
        named.or_else(|| self.home().map(|home| Utf8Path::new(home).join(".cargo")))
    }

    /// The folders in which cargo looks for its configuration when it is called in this one: each `.cargo` from here up,
    /// then its home. Of two files in one folder it reads `config` and not `config.toml`.
    #[must_use]
    pub fn cargo_folders(&self, folder: &Utf8Path) -> Vec<Utf8PathBuf> {
        let mut folders: Vec<Utf8PathBuf> = folder.ancestors().map(|folder| folder.join(".cargo")).collect();
        folders.extend(self.cargo_home().filter(|home| !folders.contains(home)));
        folders
    }

    /// This path as an absolute one, without touching the file system.
    #[must_use]
    pub fn absolute(&self, path: &Utf8Path) -> Utf8PathBuf {
        plain(&self.folder.join(path))
    }
}

/// The path without `.` and `..`, without touching the file system.
#[must_use]
pub fn plain(path: &Utf8Path) -> Utf8PathBuf {
    let mut whole = Utf8PathBuf::new();
    for part in path.components() {
        match part {
            Utf8Component::ParentDir => {
                whole.pop();
            }
            Utf8Component::CurDir => {}
            Utf8Component::Prefix(_) | Utf8Component::RootDir | Utf8Component::Normal(_) => whole.push(part),
        }
    }
    whole
}

impl std::fmt::Debug for Surroundings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The environment may hold secrets: a debug print of ours never shows it.
        f.debug_struct("Surroundings").field("folder", &self.folder).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made_up() -> Surroundings {
        let now = "2026-11-02T09:30:00.25Z".parse().expect("a time");
        Surroundings::made_up(Utf8Path::new("/a/b"), BTreeMap::new(), now)
    }

    #[test]
    fn the_time_is_whole_seconds_and_the_name_sorts() {
        assert_eq!(made_up().now(), "2026-11-02T09:30:00Z");
        assert_eq!(made_up().now_as_name(), "20261102T093000.250000Z");
    }

    #[test]
    fn a_path_becomes_absolute_without_dots() {
        assert_eq!(made_up().absolute(Utf8Path::new("../c/./d")), "/a/c/d");
    }
}
