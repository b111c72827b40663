//! The sample workspace a newcomer meets first, embedded, and how it is laid out in a folder.
//!
//! Its files lie under `fixtures/demo`: `base` is committed in three commits, `work` is the finished and
//! uncommitted work of the planned feature, `broken` the same with a check forgotten. The git history is the same
//! on every machine: whose git settings these are plays no part in it.

use crate::cancel::Cancel;
use crate::error::{Code, Error, Result};
use crate::process::{self, Command, End};
use crate::surroundings::Surroundings;
use camino::Utf8Path;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::io;

/// The branch the work is on. It starts where `main` is.
pub const BRANCH: &str = "currency";

/// A path, disarmed (`Cargo.toml.in`), and the text of the file.
type File = (&'static str, &'static str);

macro_rules! files {
    ($layer:literal: $($path:literal,)*) => {
        &[$(($path, include_str!(concat!("../fixtures/demo/", $layer, "/", $path)))),*]
    };
}

/// The commits of `main`, each with its subject, its date and what it adds.
const COMMITS: &[(&str, &str, &[File])] = &[
    (
        "A cash book with a total",
        "2026-10-05T09:00:00Z",
        files! { "base":
            ".gitignore",
            "Cargo.toml.in",
            "README.md",
            "clippy.toml",
            "crates/ledger-derive/Cargo.toml.in",
            "crates/ledger-derive/src/lib.rs",
            "crates/ledger-derive/tests/columns.rs",
            "crates/ledger/Cargo.toml.in",
            "crates/ledger/src/main.rs",
            "crates/ledger/tests/cli.rs",
            "crates/money/Cargo.toml.in",
            "crates/money/src/lib.rs",
            "crates/report/Cargo.toml.in",
            "crates/report/src/lib.rs",
            "crates/report/tests/headings.rs",
            "rustfmt.toml",
        },
    ),
    (
        "Titles as file names",
        "2026-10-19T09:00:00Z",
        files! { "base":
            "Cargo.lock",
            "crates/slug/Cargo.toml.in",
            "crates/slug/src/lib.rs",
        },
    ),
    (
        "Plan: amounts keep their currency",
        "2026-11-02T09:30:00Z",
        files! { "base":
            "handoff/payload.json",
        },
    ),
];

/// The finished work, laid over `main`.
const WORK: &[File] = files! { "work":
    "crates/ledger/src/main.rs",
    "crates/ledger/tests/cli.rs",
    "crates/money/src/currency.rs",
    "crates/money/src/lib.rs",
    "crates/report/src/lib.rs",
    "crates/report/tests/totals.rs",
};

/// Laid over the work: one check forgotten, so that one test fails.
const BROKEN: &[File] = files! { "broken":
    "crates/money/src/lib.rs",
};

/// Lays the sample out in this folder, which is made, or has to be empty: history, branch and uncommitted work.
/// With `broken` one test of the work fails.
///
/// What was begun is left as it is when this fails halfway: the folder then has to be removed by hand.
///
/// # Errors
/// 78 where the folder is not empty or there is no `git`; 74 where a file cannot be written or git fails; the
/// signal's own code where somebody cancelled.
pub fn lay_out(folder: &Utf8Path, broken: bool, surroundings: &Surroundings, cancel: &Cancel) -> Result<()> {
    make_empty(folder)?;
    let git = |args: &[&str], date: &str| git(folder, args, date, surroundings, cancel);
    git(&["init", "--quiet", "--template=", "-b", "main"], COMMITS[0].1)?;
    for (subject, date, files) in COMMITS {
        write(folder, files)?;
        git(&["add", "--all"], date)?;
        git(&["commit", "--quiet", "-m", subject], date)?;
    }
    git(&["checkout", "--quiet", "-b", BRANCH], COMMITS[0].1)?;
    write(folder, WORK)?;
    if broken {
        write(folder, BROKEN)?;
    }
    Ok(())
}

fn make_empty(folder: &Utf8Path) -> Result<()> {
    fs::create_dir_all(folder).map_err(|error| Error::io(format!("make the folder `{folder}`"), error))?;
    let mut entries =
        folder.read_dir_utf8().map_err(|error| Error::io(format!("read the folder `{folder}`"), error))?;
    match entries.next() {
        None => Ok(()),
        Some(_) => Err(Error::new(Code::BadConfiguration, format!("the folder `{folder}` is not empty"))
            .hint("name a new folder: `cargo handoff demo --into FOLDER`")),
    }
}

fn write(folder: &Utf8Path, files: &[File]) -> Result<()> {
    for (path, text) in files {
        let path = folder.join(path.strip_suffix(".in").unwrap_or(path));
        let failed = |error: io::Error| Error::io(format!("write `{path}`"), error);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(failed)?;
        }
        fs::write(&path, text).map_err(failed)?;
    }
    Ok(())
}

/// Runs git in the folder as nobody in particular: no settings, hooks, signatures or templates of the user's.
fn git(folder: &Utf8Path, args: &[&str], date: &str, surroundings: &Surroundings, cancel: &Cancel) -> Result<()> {
    let mut environment: BTreeMap<OsString, OsString> = process::clean(&surroundings.environment);
    environment.retain(|name, _| !name.to_string_lossy().starts_with("GIT_"));
    let mut command = Command::new("git", folder, environment)
        .args(["-c", "core.hooksPath=/dev/null", "-c", "core.autocrlf=false", "-c", "core.fsmonitor=false"])
        .args(["-c", "commit.gpgSign=false", "-c", "advice.detachedHead=false"])
        .args(args);
    for (name, value) in [
        ("GIT_CONFIG_GLOBAL", "/dev/null"),
        ("GIT_CONFIG_NOSYSTEM", "1"),
        ("GIT_AUTHOR_NAME", "demo"),
        ("GIT_AUTHOR_EMAIL", "demo@example.invalid"),
        ("GIT_AUTHOR_DATE", date),
        ("GIT_COMMITTER_NAME", "demo"),
        ("GIT_COMMITTER_EMAIL", "demo@example.invalid"),
        ("GIT_COMMITTER_DATE", date),
    ] {
        command = command.env(name, value);
    }
    let said = process::ask(&command, cancel)?;
    match said.end {
        End::Exited(0) => Ok(()),
        End::Cancelled(signal) => Err(Error::signalled(signal)),
        End::NotStarted(error) => Err(Error::new(Code::BadConfiguration, "could not start `git`")
            .because(error)
            .hint("install git and make sure that `git --version` works here")),
        end @ (End::Exited(_) | End::Signalled(_) | End::TimedOut | End::TooMuchOutput) => {
            let stderr = String::from_utf8_lossy(&said.stderr);
            let what = format!("make the sample's history: `git {}`: {}", args.join(" "), end.in_words());
            Err(Error::io(what, stderr.trim()))
        }
    }
}

#[cfg(test)]
mod tests;
