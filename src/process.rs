//! argv -> how it ended. No shell, an own process group, null stdin, output to files, a time limit.
//!
//! Output goes to files and never through a pipe: a grandchild that outlives its parent cannot make us wait,
//! and a flood of output costs disk (up to [`MOST_OUTPUT`]) but no memory. Whatever is left of the group when
//! the child is gone is ended too.

#[cfg(unix)]
#[path = "process/unix.rs"]
mod system;
#[cfg(not(unix))]
#[path = "process/windows.rs"]
mod system;
mod within;

pub use within::{instead, within};

use crate::cancel::Cancel;
use crate::error::{Error, Result};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Read as _, Seek as _};
use std::time::{Duration, Instant};

/// The most bytes one command may write before it is ended.
pub const MOST_OUTPUT: u64 = 1 << 30;

/// How often a running child is looked at.
const LOOK: Duration = Duration::from_millis(40);

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

/// Runs a command with its stdout in one file and its stderr in another, or both in one if the paths are equal.
/// `line` is called with each line of stdout, without its line end, as it comes; lines over 16 MiB come in pieces.
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
    let expression = duct::cmd(&command.program, &command.args)
        .dir(&command.cwd)
        .full_env(&command.environment)
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
    let handle = match expression.start() {
        Ok(handle) => handle,
        Err(error) => return Ok(Ran { end: End::NotStarted(error), took: started.elapsed() }),
    };
    let end = loop {
        let look = command.limit.map_or(LOOK, |limit| LOOK.min(limit.saturating_sub(started.elapsed())));
        match handle.wait_timeout(look) {
            Ok(Some(output)) => break system::end(output.status),
            Ok(None) => {}
            Err(error) => return Err(Error::io(format!("wait for `{}`", command.program.display()), error)),
        }
        if let Err(error) = tail.lines(&mut line) {
            // Nobody would ever end it if we left now.
            system::end_group(&handle);
            return Err(error);
        }
        let size = |path: &Utf8Path| path.metadata().map_or(0, |file| file.len());
        let stop = if let Some(signal) = cancel.signal() {
            Some(End::Cancelled(signal))
        } else if command.limit.is_some_and(|limit| limit <= started.elapsed()) {
            Some(End::TimedOut)
        } else if MOST_OUTPUT < size(stdout) || MOST_OUTPUT < size(stderr) {
            Some(End::TooMuchOutput)
        } else {
            None
        };
        if let Some(stop) = stop {
            system::ask_group_to_end(&handle);
            let asked = Instant::now();
            let mut gone = false;
            while !gone && asked.elapsed() < GRACE && !cancel.is_in_a_hurry() {
                gone = handle.wait_timeout(GRACE / 20).is_ok_and(|output| output.is_some());
            }
            system::end_group(&handle);
            if !gone {
                handle.wait().map_err(|error| Error::io(format!("end `{}`", command.program.display()), error))?;
            }
            break stop;
        }
    };
    system::end_group(&handle);
    tail.lines(&mut line)?;
    tail.rest(&mut line);
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

/// The lines of a file that is still being written.
struct Tail {
    path: Utf8PathBuf,
    file: File,
    kept: Vec<u8>,
}

const LONGEST_LINE: usize = 16 << 20;

impl Tail {
    fn open(path: &Utf8Path) -> Result<Self> {
        let failed = |error: io::Error| Error::io(format!("read the log `{path}`"), error);
        let mut file = File::open(path).map_err(failed)?;
        file.rewind().map_err(failed)?;
        Ok(Self { path: path.to_owned(), file, kept: Vec::new() })
    }

    /// Every line that ended since the last call.
    fn lines(&mut self, line: &mut impl FnMut(&[u8])) -> Result<()> {
        let mut buffer = vec![0; 64 << 10];
        loop {
            let n_read = self
                .file
                .read(&mut buffer)
                .map_err(|error| Error::io(format!("read the log `{}`", self.path), error))?;
            if n_read == 0 {
                return Ok(());
            }
            for piece in buffer[..n_read].split_inclusive(|byte| *byte == b'\n') {
                self.kept.extend_from_slice(piece);
                if piece.ends_with(b"\n") || LONGEST_LINE <= self.kept.len() {
                    self.rest(line);
                }
            }
        }
    }

    /// What stands behind the last line end.
    fn rest(&mut self, line: &mut impl FnMut(&[u8])) {
        if !self.kept.is_empty() {
            let text = self.kept.strip_suffix(b"\n").unwrap_or(&self.kept);
            line(text.strip_suffix(b"\r").unwrap_or(text));
            self.kept.clear();
        }
    }
}

#[cfg(all(test, unix))]
mod tests;
