//! A repository and how to ask it anything.
//!
//! Every question runs without hooks, file system monitor, optional locks or a terminal, in an environment
//! that cannot point it elsewhere.

use crate::cancel::Cancel;
use crate::error::{Code, Error, Result};
use crate::process::{self, Command, End, Said};
use crate::surroundings::Surroundings;
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::sync::Arc;

/// What the user may say to git through the environment; everything else that begins with `GIT_` could turn a
/// question of ours into another one.
const KEPT: &[&str] = &[
    "GIT_CEILING_DIRECTORIES",
    "GIT_DISCOVERY_ACROSS_FILESYSTEM",
    "GIT_EXEC_PATH",
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_SYSTEM",
    "GIT_CONFIG_NOSYSTEM",
    "GIT_CONFIG_COUNT",
    "GIT_CONFIG_PARAMETERS",
];

/// `core.fsmonitor` names a program git would run, hooks likewise; a split index would be written into `.git`.
const SETTINGS: &[&str] = &[
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.quotePath=false",
    "core.splitIndex=false",
    "core.untrackedCache=false",
    "core.safecrlf=false",
    "gc.auto=0",
];

/// A git repository with a working tree.
#[derive(Debug, Clone)]
pub struct Git {
    top: Utf8PathBuf,
    environment: Arc<BTreeMap<OsString, OsString>>,
    cancel: Cancel,
    head: Option<String>,
    objects: Utf8PathBuf,
}

impl Git {
    /// Puts its questions under another token.
    pub(super) fn set_cancel(&mut self, cancel: &Cancel) {
        self.cancel = cancel.clone();
    }

    /// The same, its questions no longer under the token it was opened under but under this one.
    #[must_use]
    pub fn under(mut self, cancel: &Cancel) -> Self {
        self.set_cancel(cancel);
        self
    }

    /// The repository around a folder. HEAD is read once, here.
    ///
    /// # Errors
    /// 78 where there is no git program, no repository, no working tree, or git refuses to look at a folder of
    /// another owner.
    pub fn open(folder: &Utf8Path, surroundings: &Surroundings, cancel: &Cancel) -> Result<Self> {
        let mut environment = process::clean(&surroundings.environment);
        environment.retain(|name, _| {
            let name = name.to_string_lossy();
            !name.starts_with("GIT_")
                || KEPT.contains(&&*name)
                || name.starts_with("GIT_CONFIG_KEY_")
                || name.starts_with("GIT_CONFIG_VALUE_")
        });
        for (name, value) in [("GIT_OPTIONAL_LOCKS", "0"), ("GIT_TERMINAL_PROMPT", "0"), ("LC_ALL", "C")] {
            environment.insert(name.into(), value.into());
        }
        environment.remove(&OsString::from("LANGUAGE"));
        let mut git = Self {
            top: folder.to_owned(),
            environment: Arc::new(environment),
            cancel: cancel.clone(),
            head: None,
            objects: Utf8PathBuf::new(),
        };
        // All in one question where there is a commit, which is nearly always.
        let said = git.ask(&["rev-parse", "--show-toplevel", "--git-path", "objects", "HEAD^{commit}"])?;
        let text = String::from_utf8_lossy(&said.stdout).into_owned();
        if let (true, [top, objects, head]) = (said.end.is_success(), text.lines().collect::<Vec<_>>().as_slice()) {
            git.top = (*top).into();
            git.objects = folder.join(objects);
            git.head = Some((*head).to_owned());
            return Ok(git);
        }
        let said = git.ask(&["rev-parse", "--show-toplevel"])?;
        if !said.end.is_success() {
            return Err(not_a_repository(folder, &said));
        }
        git.top = line(&said.stdout).into();
        git.head = git.resolve("HEAD")?;
        git.objects = git.top.join(line(&git.answer(&["rev-parse", "--git-path", "objects"])?));
        Ok(git)
    }

    /// The top folder of the working tree, absolute.
    #[must_use]
    pub fn top(&self) -> &Utf8Path {
        &self.top
    }

    /// The repository's object folder, absolute.
    pub(super) fn objects(&self) -> &Utf8Path {
        &self.objects
    }

    /// The commit HEAD is at; `None` before the first one.
    #[must_use]
    pub fn head(&self) -> Option<&str> {
        self.head.as_deref()
    }

    /// Whether there is a commit at all.
    #[must_use]
    pub fn has_commits(&self) -> bool {
        self.head.is_some()
    }

    /// A folder relative to [`Git::top`]: empty, or `a/b/`.
    ///
    /// # Errors
    /// 65 where it lies elsewhere.
    pub fn prefix(&self, folder: &Utf8Path) -> Result<String> {
        let real = folder.canonicalize_utf8();
        let top = self.top.canonicalize_utf8();
        let below = match (&real, &top) {
            (Ok(real), Ok(top)) => real.strip_prefix(top).ok(),
            (Ok(_), Err(_)) | (Err(_), Ok(_)) | (Err(_), Err(_)) => None,
        };
        let Some(below) = below.or_else(|| folder.strip_prefix(&self.top).ok()) else {
            return Err(Error::new(
                Code::PathOutside,
                format!("`{folder}` lies outside of the repository `{}`", self.top),
            ));
        };
        Ok(below.components().map(|part| format!("{part}/")).collect())
    }

    /// A question, with our settings in front.
    #[must_use]
    pub(super) fn command(&self, args: &[&str]) -> Command {
        let command = Command::new("git", &self.top, (*self.environment).clone());
        command.args(SETTINGS.iter().flat_map(|setting| ["-c", *setting])).args(args.iter().copied())
    }

    /// Asks, whatever the answer's exit code.
    ///
    /// # Errors
    /// 78 where git cannot be started, 130 and so on when cancelled.
    pub(super) fn ask_command(&self, command: &Command) -> Result<Said> {
        let said = process::ask(command, &self.cancel)?;
        match said.end {
            End::Cancelled(signal) => Err(Error::signalled(signal)),
            End::NotStarted(source) => Err(not_started(&self.top, source)),
            End::Exited(_) | End::Signalled(_) | End::TimedOut | End::TooMuchOutput => Ok(said),
        }
    }

    pub(super) fn ask(&self, args: &[&str]) -> Result<Said> {
        self.ask_command(&self.command(args))
    }

    /// The answer, which must be there.
    pub(super) fn answer(&self, args: &[&str]) -> Result<Vec<u8>> {
        succeeded(self.ask(args)?, args)
    }

    /// The answer's text; `None` where git said no.
    pub(super) fn maybe(&self, args: &[&str]) -> Result<Option<String>> {
        let said = self.ask(args)?;
        Ok(said.end.is_success().then(|| line(&said.stdout)))
    }

    /// The commit a revision stands for.
    ///
    /// # Errors
    /// Those of asking.
    pub fn resolve(&self, revision: &str) -> Result<Option<String>> {
        let commit = format!("{revision}^{{commit}}");
        self.maybe(&["rev-parse", "--verify", "--quiet", "--end-of-options", &commit])
            .map(|answer| answer.and_then(|text| text.lines().last().map(str::to_owned)))
    }
}

/// The stdout of an answer that had to succeed.
pub(super) fn succeeded(said: Said, args: &[&str]) -> Result<Vec<u8>> {
    if said.end.is_success() {
        return Ok(said.stdout);
    }
    let what = args.first().copied().unwrap_or_default();
    Err(Error::io(format!("ask git (`git {what}`: {})", said.end.in_words()), first_lines(&said.stderr)))
}

/// What git complained about, up to five lines.
pub(super) fn first_lines(stderr: &[u8]) -> String {
    let text = String::from_utf8_lossy(stderr);
    text.lines().filter(|line| !line.trim().is_empty()).take(5).collect::<Vec<_>>().join("\n")
}

/// The first line of an answer.
pub(super) fn line(stdout: &[u8]) -> String {
    String::from_utf8_lossy(stdout).trim_end_matches(['\n', '\r']).to_owned()
}

fn not_started(folder: &Utf8Path, source: std::io::Error) -> Error {
    if !folder.is_dir() {
        return Error::new(Code::NoRepository, format!("there is no folder `{folder}`")).because(source);
    }
    Error::new(Code::NoRepository, "`git` could not be started")
        .because(source)
        .hint("install git and put it on the PATH")
}

fn not_a_repository(folder: &Utf8Path, said: &Said) -> Error {
    let stderr = String::from_utf8_lossy(&said.stderr);
    if stderr.contains("dubious ownership") || stderr.contains("safe.directory") {
        let fix = stderr.lines().map(str::trim).find(|line| line.starts_with("git config"));
        let fix = fix.map_or_else(|| format!("git config --global --add safe.directory {folder}"), str::to_owned);
        return Error::new(
            Code::NoRepository,
            format!("git refuses to look into `{folder}`: it belongs to somebody else"),
        )
        .hint(format!("if you trust it: `{fix}`"));
    }
    if stderr.contains("must be run in a work tree") {
        return Error::new(Code::NoRepository, format!("`{folder}` is a bare git repository, without a working tree"))
            .hint("run in a clone of it: `git clone <it>`");
    }
    let error = Error::new(Code::NoRepository, format!("`{folder}` is not in a git repository"))
        .hint("`git init && git add -A && git commit -m \"start\"` makes one to measure the work from");
    if stderr.contains("not a git repository") { error } else { error.because(first_lines(&said.stderr)) }
}
