//! Our own binary as the `rustdoc` of one cargo call: `cargo test --workspace --doc` with the doctests of some
//! packages only, each with its own output, limit and end. cargo rebuilds nothing for another `RUSTDOC`.
//!
//! Nothing stands in for rustdoc by accident: two variables have to name a plan and the number in it, which was made
//! up for that one call. The real rustdoc, and so every test, sees neither of them, and `RUSTDOC` as the user had it.

use super::rustc;
use crate::error::{Error, Result, not_utf8};
use crate::files;
use crate::process::{self, Command, End};
use crate::surroundings::Surroundings;
use camino::{Utf8Path, Utf8PathBuf};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::time::Duration;

/// The variable that names the folder of the plan.
const FOLDER: &str = "CARGO_HANDOFF_RUSTDOC";

/// The variable that holds the plan's number.
const NUMBER: &str = "CARGO_HANDOFF_RUSTDOC_NUMBER";

const PLAN: &str = "plan.json";

/// What the lines begin with that tell how far the call is.
const BEGINS: &str = "doctests begin: ";
const ENDS: &str = "doctests end: ";

/// The most bytes a plan or an ending may have.
const MOST: u64 = 16 << 20;

/// What stands in the folder.
#[derive(Debug, Serialize, Deserialize)]
struct Plan {
    number: String,
    /// The user's own rustdoc; else the toolchain's.
    rustdoc: Option<String>,
    /// `RUSTDOC` as the user had it.
    variable: Option<String>,
    limit_ms: u64,
    /// Whose doctests are wanted: the folder cargo calls `CARGO_MANIFEST_DIR`, and the place in the caller's list.
    packages: BTreeMap<Utf8PathBuf, usize>,
}

/// How the doctests of one package ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Ended {
    pub(super) started: String,
    pub(super) duration_ms: u64,
    how: How,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
enum How {
    Exited(i32),
    Signalled(i32),
    TimedOut,
    TooMuchOutput,
    NotStarted(String),
}

impl Ended {
    /// As if we had run it ourselves.
    pub(super) fn end(&self) -> End {
        match &self.how {
            How::Exited(code) => End::Exited(*code),
            How::Signalled(signal) => End::Signalled(*signal),
            How::TimedOut => End::TimedOut,
            How::TooMuchOutput => End::TooMuchOutput,
            How::NotStarted(why) => End::NotStarted(std::io::Error::other(why.clone())),
        }
    }
}

/// What a line of the call tells.
pub(super) enum Told {
    /// The doctests of the package at this place begin.
    Begins(usize),
    /// They ended; whether there are any.
    Ends(bool),
}

/// Reads a line of the call's stdout.
pub(super) fn told(line: &[u8]) -> Option<Told> {
    let line = std::str::from_utf8(line).ok()?;
    let ends = || line.strip_prefix(ENDS).map(|any| Told::Ends(any == "some"));
    line.strip_prefix(BEGINS).and_then(|place| place.parse().ok()).map(Told::Begins).or_else(ends)
}

/// A call that is laid out, and what came of it. The folder goes when this goes.
pub(super) struct Laid {
    _keep: tempfile::TempDir,
    folder: Utf8PathBuf,
    number: String,
    program: Utf8PathBuf,
}

/// What the user has of rustdoc.
#[derive(Debug, Clone, Copy)]
pub(super) struct Users<'a> {
    /// `RUSTDOC`.
    pub(super) variable: Option<&'a str>,
    /// `build.rustdoc`.
    pub(super) configured: Option<&'a str>,
}

/// Lays out a call: `program` is our own binary, `folders` are those of the packages that are wanted, each with the
/// place it has in the caller's list.
pub(super) fn lay_out(
    program: &Utf8Path,
    users: Users<'_>,
    limit: Duration,
    folders: impl IntoIterator<Item = (Utf8PathBuf, usize)>,
) -> Result<Laid> {
    let failed = |error| Error::io("make a temporary folder", error);
    let keep = tempfile::Builder::new().prefix("handoff-").tempdir().map_err(failed)?;
    let folder = Utf8Path::from_path(keep.path()).ok_or_else(|| not_utf8(keep.path()))?.to_owned();
    let random = || RandomState::new().build_hasher().finish();
    let number = format!("{:016x}{:016x}", random(), random());
    let plan = Plan {
        number: number.clone(),
        rustdoc: users.variable.or(users.configured).map(str::to_owned),
        variable: users.variable.map(str::to_owned),
        limit_ms: u64::try_from(limit.as_millis()).unwrap_or(u64::MAX),
        packages: folders.into_iter().collect(),
    };
    let text = serde_json::to_vec(&plan).expect("strings and numbers");
    files::create(&folder.join(PLAN), &text)?;
    Ok(Laid { _keep: keep, folder, number, program: program.to_owned() })
}

impl Laid {
    /// What the call's environment needs.
    pub(super) fn environment(&self) -> BTreeMap<String, String> {
        let variables = [("RUSTDOC", self.program.as_str()), (FOLDER, self.folder.as_str()), (NUMBER, &self.number)];
        variables.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
    }

    /// How the doctests of the package at this place ended. `None` where cargo never came to them.
    pub(super) fn ended(&self, place: usize) -> Option<Ended> {
        let text = files::read(&file(&self.folder, place, "end"), MOST).ok()??;
        serde_json::from_slice(&text).ok()
    }

    /// Where their stdout and stderr are.
    pub(super) fn output(&self, place: usize) -> (Utf8PathBuf, Utf8PathBuf) {
        (file(&self.folder, place, "out"), file(&self.folder, place, "err"))
    }
}

fn file(folder: &Utf8Path, place: usize, what: &str) -> Utf8PathBuf {
    folder.join(format!("{place}.{what}"))
}

/// Does what rustdoc was called for, where this process was started in its place, and says with which code to end.
/// `None` where it was not.
pub fn stand_in(arguments: &[OsString], surroundings: &Surroundings, say: &mut dyn FnMut(&str)) -> Option<u8> {
    let (folder, number) = (surroundings.variable(FOLDER)?, surroundings.variable(NUMBER)?);
    // cargo calls a subcommand with its name first, and rustdoc with flags or a file of them.
    let is_rustdoc = |first: &OsString| first.as_encoded_bytes().starts_with(b"-") || is_file_of_flags(first);
    let arguments = arguments.get(1..)?;
    arguments.first().filter(|first| is_rustdoc(first))?;
    let folder = Utf8Path::new(folder);
    let text = files::read(&folder.join(PLAN), MOST).ok()??;
    let plan: Plan = serde_json::from_slice(&text).ok().filter(|plan: &Plan| plan.number == number)?;
    let command = real(&plan, arguments, surroundings);
    if !is_test(arguments, &surroundings.folder) {
        return Some(code(&process::instead(&command)));
    }
    let Some(place) = place(&plan, surroundings) else { return Some(0) };
    say(&format!("{BEGINS}{place}"));
    let (end, any) = run(&command, folder, place, surroundings).unwrap_or_else(|error| {
        let end = End::NotStarted(std::io::Error::other(error.to_string()));
        (end, false)
    });
    say(&format!("{ENDS}{}", if any { "some" } else { "none" }));
    Some(code(&end))
}

fn is_file_of_flags(argument: &OsString) -> bool {
    argument.as_encoded_bytes().starts_with(b"@")
}

/// Whether doctests are to be run. cargo puts arguments that are too many for the system into a file.
fn is_test(arguments: &[OsString], folder: &Utf8Path) -> bool {
    arguments.iter().any(|argument| {
        let file = argument.to_str().and_then(|argument| argument.strip_prefix('@'));
        let text = file.and_then(|file| std::fs::read_to_string(folder.join(file)).ok());
        argument == "--test" || text.is_some_and(|text| text.lines().any(|line| line == "--test"))
    })
}

/// The place of the package cargo is at.
fn place(plan: &Plan, surroundings: &Surroundings) -> Option<usize> {
    let folder = Utf8Path::new(surroundings.variable("CARGO_MANIFEST_DIR")?);
    let real = || plan.packages.get(&folder.canonicalize_utf8().ok()?);
    plan.packages.get(folder).or_else(real).copied()
}

/// The real rustdoc with these arguments, as cargo would have started it.
fn real(plan: &Plan, arguments: &[OsString], surroundings: &Surroundings) -> Command {
    let mut environment = surroundings.environment.clone();
    for name in [FOLDER, NUMBER, "RUSTDOC"] {
        environment.remove(OsStr::new(name));
    }
    rustc::as_the_user_had_it(&mut environment);
    if let Some(value) = &plan.variable {
        environment.insert("RUSTDOC".into(), value.into());
    }
    let program = plan.rustdoc.clone().or_else(|| of_rustup(surroundings)).unwrap_or_else(|| "rustdoc".into());
    let command = Command::new(program, &surroundings.folder, environment).args(arguments.iter().cloned());
    command.limit(Duration::from_millis(plan.limit_ms))
}

/// The rustdoc behind rustup's: cargo too goes past it, where it was itself started by it.
fn of_rustup(surroundings: &Surroundings) -> Option<String> {
    let toolchain = surroundings.variable("RUSTUP_TOOLCHAIN")?;
    let home = match surroundings.variable("RUSTUP_HOME") {
        Some(home) => Utf8PathBuf::from(home),
        None => Utf8Path::new(surroundings.home()?).join(".rustup"),
    };
    let bin = home.join("toolchains").join(toolchain).join("bin");
    let program = bin.join(format!("rustdoc{}", std::env::consts::EXE_SUFFIX));
    program.is_file().then(|| program.into_string())
}

/// Runs the doctests of one package; how that ended, and whether there are any.
fn run(command: &Command, folder: &Utf8Path, place: usize, surroundings: &Surroundings) -> Result<(End, bool)> {
    let ending = file(folder, place, "end");
    let earlier: Option<Ended> = files::read(&ending, MOST)?.and_then(|text| serde_json::from_slice(&text).ok());
    let (stdout, stderr) = (file(folder, place, "out"), file(folder, place, "err"));
    let (new_stdout, new_stderr) = (file(folder, place, "out.new"), file(folder, place, "err.new"));
    let started = surroundings.now();
    let ran = process::within(command, &new_stdout, &new_stderr)?;
    let any = has_any(&new_stdout);
    for (new, whole) in [(&new_stdout, &stdout), (&new_stderr, &stderr)] {
        append(new, whole, earlier.is_some())?;
    }
    let how = match &ran.end {
        End::Exited(code) => How::Exited(*code),
        End::Signalled(signal) => How::Signalled(*signal),
        End::TimedOut => How::TimedOut,
        End::TooMuchOutput => How::TooMuchOutput,
        End::Cancelled(signal) => How::Signalled(*signal),
        End::NotStarted(error) => How::NotStarted(error.to_string()),
    };
    let took = u64::try_from(ran.took.as_millis()).unwrap_or(u64::MAX);
    let ended = match earlier {
        // A package is tested once for each of several `build.target`s: what went wrong once stands.
        Some(earlier) => Ended {
            duration_ms: earlier.duration_ms + took,
            how: if earlier.how == How::Exited(0) { how } else { earlier.how },
            started: earlier.started,
        },
        None => Ended { started, duration_ms: took, how },
    };
    files::replace(&ending, &serde_json::to_vec(&ended).expect("strings and numbers"))?;
    Ok((ran.end, any))
}

/// Whether the first lines announce a test.
fn has_any(stdout: &Utf8Path) -> bool {
    let text = std::fs::read(stdout).unwrap_or_default();
    let mut lines = text.split(|byte| *byte == b'\n').filter_map(|line| std::str::from_utf8(line).ok());
    lines.any(|line| super::libtest::announced(line).is_some_and(|n_tests| 0 < n_tests))
}

fn append(new: &Utf8Path, whole: &Utf8Path, is_second: bool) -> Result<()> {
    let failed = |error| Error::io(format!("write the log `{whole}`"), error);
    if !is_second {
        return std::fs::rename(new, whole).map_err(failed);
    }
    let mut file = std::fs::File::options().append(true).open(whole).map_err(failed)?;
    let mut more = std::fs::File::open(new).map_err(failed)?;
    std::io::copy(&mut more, &mut file).map_err(failed)?;
    Ok(())
}

/// The code that says how a child ended, as a shell would.
fn code(end: &End) -> u8 {
    let code = match end {
        End::Exited(code) => *code,
        End::Signalled(signal) | End::Cancelled(signal) => 128 + signal,
        End::TimedOut | End::TooMuchOutput => 124,
        End::NotStarted(_) => 127,
    };
    u8::try_from(code).unwrap_or(1)
}

#[cfg(all(test, unix))]
mod tests;
