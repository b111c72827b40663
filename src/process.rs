//! argv -> how it ended. No shell, an own process group, null stdin, output to files, a time limit.
//!
//! Output goes to files and never through a pipe: a grandchild that outlives its parent cannot make us wait,
//! and a flood of output costs disk (up to [`MOST_OUTPUT`]) but no memory. Whatever is left of the group when
//! the child is gone is ended too, on Linux also what left the group (a daemon, a session of its own): see
//! `process/linux.rs`. On macOS and the BSDs only the group is, on Windows only the child. Nothing ends them where
//! we are ended by a signal that cannot be caught.

#[cfg(unix)]
#[path = "process/unix.rs"]
mod system;
#[cfg(not(unix))]
#[path = "process/windows.rs"]
mod system;
#[cfg(target_os = "linux")]
#[path = "process/linux.rs"]
mod strays;
#[cfg(not(target_os = "linux"))]
#[path = "process/elsewhere.rs"]
mod strays;
mod tail;
mod within;

pub use within::{instead, within};

use crate::cancel::Cancel;
use crate::error::{Error, Result};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io;
use std::time::{Duration, Instant};
use tail::Tail;

/// The most bytes one command may write before it is ended.
pub const MOST_OUTPUT: u64 = 1 << 30;

/// How often a running child is looked at.
const LOOK: Duration = Duration::from_millis(40);

/// The most bytes of output that are looked at before the clock is.
const MOST_AT_ONCE: u64 = 8 << 20;

/// How often orphans that ended by themselves are waited for, while a command runs.
const REAP: Duration = Duration::from_secs(2);

/// How long a group has between being asked to end and being ended.
const GRACE: Duration = Duration::from_millis(400);

/// What to run, wholly decided: nothing is inherited.
#[derive(Debug, Clone)]
pub struct Command {
    /// The program, by path or by name in the `PATH` of `environment`.
    pub program: OsString,
    /// Its arguments.
    pub args: Vec<OsString>,
    /// The folder it runs in.
    pub cwd: Utf8PathBuf,
    /// Its whole environment. See [`clean`].
    pub environment: BTreeMap<OsString, OsString>,
    /// How long it may take.
    pub limit: Option<Duration>,
    /// The file it reads as its stdin; nothing otherwise.
    pub stdin: Option<Utf8PathBuf>,
}

impl Command {
    /// A command without arguments or limit.
    #[must_use]
    pub fn new(program: impl Into<OsString>, cwd: &Utf8Path, environment: BTreeMap<OsString, OsString>) -> Self {
        Self { program: program.into(), args: Vec::new(), cwd: cwd.to_owned(), environment, limit: None, stdin: None }
    }

    /// The same with these arguments behind the others.
    #[must_use]
    pub fn args<S: Into<OsString>>(mut self, args: impl IntoIterator<Item = S>) -> Self {
        self.args.extend(args.into_iter().map(Into::into));
        self
    }

    /// The same with this variable set.
    #[must_use]
    pub fn env(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.environment.insert(name.into(), value.into());
        self
    }

    /// The same with a time limit.
    #[must_use]
    pub fn limit(mut self, limit: Duration) -> Self {
        self.limit = Some(limit);
        self
    }

    /// The same with this file as its stdin.
    #[must_use]
    pub fn stdin(mut self, path: &Utf8Path) -> Self {
        self.stdin = Some(path.to_owned());
        self
    }

    /// Program and arguments as text, for the record. Bytes that are not UTF-8 become U+FFFD.
    #[must_use]
    pub fn argv(&self) -> Vec<String> {
        std::iter::once(&self.program).chain(&self.args).map(|word| word.to_string_lossy().into_owned()).collect()
    }
}

/// How a command ended.
#[derive(Debug)]
pub enum End {
    /// By itself, with this code.
    Exited(i32),
    /// By a signal that was not ours.
    Signalled(i32),
    /// It was ended because its time was over.
    TimedOut,
    /// It was ended because it wrote more than [`MOST_OUTPUT`].
    TooMuchOutput,
    /// It was ended because somebody cancelled; the signal that asked for it.
    Cancelled(i32),
    /// It never started: no such program, not executable, no such folder.
    NotStarted(io::Error),
}

impl End {
    /// Whether it exited with 0.
    #[must_use]
    pub const fn is_success(&self) -> bool {
        matches!(self, Self::Exited(0))
    }

    /// In words, for a `why`: "exit code 101", "killed by signal 9", …
    #[must_use]
    pub fn in_words(&self) -> String {
        match self {
            Self::Exited(code) => format!("exit code {code}"),
            Self::Signalled(signal) => format!("killed by signal {signal}"),
            Self::TimedOut => "timed out".into(),
            Self::TooMuchOutput => format!("wrote more than {MOST_OUTPUT} bytes and was ended"),
            Self::Cancelled(signal) => format!("stopped by signal {signal}"),
            Self::NotStarted(error) => format!("not started: {error}"),
        }
    }
}

/// A command that ran, or did not.
#[derive(Debug)]
#[must_use]
pub struct Ran {
    /// How it ended.
    pub end: End,
    /// How long it took.
    pub took: Duration,
}

/// Takes in the orphans of every command from now on (Linux): no daemon of a child's can hide. For a program that
/// starts its children only through this module; it changes the whole process, so a library does not call it. Without
/// it, a daemon is found as long as it keeps its environment or its parent.
pub fn adopt_orphans() {
    strays::adopt();
}

/// Ends every process below this one, at once, where [`adopt_orphans`] was called: for a program about to end.
pub fn end_all() {
    strays::end_all();
}

/// A child, ended with all it started when nobody looks at it any more.
struct Running {
    handle: duct::Handle,
    job: strays::Job,
    is_gone: bool,
}

impl Running {
    /// How it ended, once it did; waits this long.
    fn wait(&mut self, time: Duration) -> io::Result<Option<End>> {
        let end = self.handle.wait_timeout(time)?.map(|output| system::end(output.status));
        if end.is_some() {
            self.gone();
        }
        Ok(end)
    }

    fn gone(&mut self) {
        self.is_gone = true;
        self.job.child_is_gone();
    }

    /// Asks it to end, gives it a moment, and ends it.
    fn stop(&mut self, cancel: &Cancel, grace: Duration) -> io::Result<()> {
        self.job.remember();
        system::ask_group_to_end(&self.handle);
        self.job.ask_to_end();
        let asked = Instant::now();
        while !self.is_gone && asked.elapsed() < grace && !cancel.is_in_a_hurry() {
            self.wait(GRACE / 20)?;
        }
        self.end()
    }

    /// Ends it and all it started.
    fn end(&mut self) -> io::Result<()> {
        system::end_group(&self.handle);
        if !self.is_gone {
            system::end_child(&self.handle);
            self.handle.wait()?;
            self.gone();
        }
        self.job.end();
        Ok(())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if !self.is_gone {
            // There is nobody left to tell: this is the way out of an error or a panic.
            let _ = self.end();
        }
    }
}

/// Runs a command with its stdout in one file and its stderr in another, or both in one if the paths are equal.
/// `line` is called with each line of stdout, without its line end, as it comes; lines over 8 MiB come in pieces.
/// Where it was cancelled or wrote too much, the last ones are left out.
///
/// # Errors
/// 74 where an output file cannot be made or read. A command that does not start is [`End::NotStarted`].
pub fn run(
    command: &Command,
    stdout: &Utf8Path,
    stderr: &Utf8Path,
    cancel: &Cancel,
    mut line: impl FnMut(&[u8]),
) -> Result<Ran> {
    let started = Instant::now();
    let create =
        |path: &Utf8Path| File::create(path).map_err(|error| Error::io(format!("create the log `{path}`"), error));
    let out_file = create(stdout)?;
    let err_file = if stdout == stderr {
        out_file.try_clone().map_err(|error| Error::io(format!("open the log `{stderr}`"), error))?
    } else {
        create(stderr)?
    };
    let mut tail = Tail::open(stdout)?;
    if let Some(signal) = cancel.signal() {
        return Ok(Ran { end: End::Cancelled(signal), took: started.elapsed() });
    }
    let job = strays::Job::new();
    let mut environment = command.environment.clone();
    job.mark(&mut environment);
    let expression = duct::cmd(&command.program, &command.args)
        .dir(&command.cwd)
        .full_env(environment)
        .stdout_file(out_file)
        .stderr_file(err_file)
        .before_spawn(|child| {
            system::own_group(child);
            Ok(())
        })
        .unchecked();
    let expression = match &command.stdin {
        Some(path) => expression.stdin_path(path),
        None => expression.stdin_null(),
    };
    let handle = match job.start(|| expression.start(), |handle| handle.pids().first().copied()) {
        Ok(handle) => handle,
        Err(error) => return Ok(Ran { end: End::NotStarted(error), took: started.elapsed() }),
    };
    let mut running = Running { handle, job, is_gone: false };
    let mut reaped = Instant::now();
    let ending = |error: io::Error| Error::io(format!("end `{}`", command.program.display()), error);
    let end = loop {
        let look = command.limit.map_or(LOOK, |limit| LOOK.min(limit.saturating_sub(started.elapsed())));
        let waited = running.wait(look);
        let failed = |error: io::Error| Error::io(format!("wait for `{}`", command.program.display()), error);
        if let Some(end) = waited.map_err(failed)? {
            running.end().map_err(ending)?;
            break end;
        }
        tail.lines(MOST_AT_ONCE, &mut line)?;
        if REAP <= reaped.elapsed() {
            running.job.reap();
            reaped = Instant::now();
        }
        let size = |path: &Utf8Path| path.metadata().map_or(0, |file| file.len());
        let (stop, grace) = if let Some(signal) = cancel.signal() {
            (End::Cancelled(signal), GRACE)
        } else if command.limit.is_some_and(|limit| limit <= started.elapsed()) {
            (End::TimedOut, GRACE)
        } else if MOST_OUTPUT < size(stdout) || MOST_OUTPUT < size(stderr) {
            // Each moment more costs disk.
            (End::TooMuchOutput, Duration::ZERO)
        } else {
            continue;
        };
        running.stop(cancel, grace).map_err(ending)?;
        break stop;
    };
    if !matches!(end, End::Cancelled(_) | End::TooMuchOutput) {
        // What somebody who was not found may go on to write is not waited for.
        tail.lines(2 * MOST_OUTPUT, &mut line)?;
        tail.rest(&mut line);
    }
    Ok(Ran { end, took: started.elapsed() })
}

/// What a short command said.
#[derive(Debug)]
#[must_use]
pub struct Said {
    /// How it ended.
    pub end: End,
    /// All of its stdout.
    pub stdout: Vec<u8>,
    /// All of its stderr.
    pub stderr: Vec<u8>,
}

/// Runs a command whose output is wanted as a whole (a question to git or cargo), through temporary files.
///
/// # Errors
/// 74 where the temporary files cannot be used.
pub fn ask(command: &Command, cancel: &Cancel) -> Result<Said> {
    let failed = |error: io::Error| Error::io("make a temporary folder", error);
    let folder = tempfile::Builder::new().prefix("handoff-").tempdir().map_err(failed)?;
    let folder_path = Utf8Path::from_path(folder.path()).ok_or_else(|| crate::error::not_utf8(folder.path()))?;
    let (out, err) = (folder_path.join("out"), folder_path.join("err"));
    let ran = run(command, &out, &err, cancel, |_| ())?;
    let read = |path: &Utf8Path| std::fs::read(path).map_err(|error| Error::io(format!("read `{path}`"), error));
    Ok(Said { end: ran.end, stdout: read(&out)?, stderr: read(&err)? })
}

/// The environment a child of ours gets: the user's, without what cargo set for us alone and without secrets.
///
/// Left out: `CARGO_PKG_*`, `CARGO_MANIFEST_*`, `CARGO_BIN_*`, `CARGO_PRIMARY_PACKAGE`, `CARGO_CRATE_NAME`,
/// `OUT_DIR`, `GIT_*` that redirect git, and variables that carry tokens or CI command files (`GITHUB_TOKEN`,
/// `GITHUB_ENV`, `AWS_*`, `SSH_AUTH_SOCK`, `*_TOKEN`, `*_SECRET`, `*_PASSWORD`, …).
#[must_use]
pub fn clean(environment: &BTreeMap<OsString, OsString>) -> BTreeMap<OsString, OsString> {
    environment
        .iter()
        .filter(|(name, _)| !is_dropped(name))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

fn is_dropped(name: &OsStr) -> bool {
    let Some(name) = name.to_str() else { return false };
    const STARTS: &[&str] =
        &["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "AWS_", "AZURE_", "GOOGLE_APPLICATION_", "ACTIONS_"];
    const WHOLE: &[&str] = &[
        "CARGO_PRIMARY_PACKAGE",
        "CARGO_CRATE_NAME",
        "OUT_DIR",
        "SSH_AUTH_SOCK",
        "SSH_AGENT_PID",
        "GITHUB_ENV",
        "GITHUB_OUTPUT",
        "GITHUB_PATH",
        "GITHUB_STATE",
        "GITHUB_STEP_SUMMARY",
        "GIT_DIR",
        "GIT_WORK_TREE",
        "GIT_INDEX_FILE",
        "GIT_OBJECT_DIRECTORY",
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_NAMESPACE",
        "GIT_ASKPASS",
        "GIT_EXTERNAL_DIFF",
        "GIT_PREFIX",
    ];
    const ENDS: &[&str] = &["_TOKEN", "_SECRET", "_PASSWORD", "_API_KEY", "_PRIVATE_KEY", "_CREDENTIALS"];
    STARTS.iter().any(|start| name.starts_with(start))
        || WHOLE.contains(&name)
        || ENDS.iter().any(|end| name.ends_with(end))
}

#[cfg(all(test, unix))]
mod tests;
