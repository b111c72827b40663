//! What an approval is for: one argv in one folder, with the bytes of every file of the repository it names; or the
//! edits that a step of the plan carries.
//!
//! The digest is over all of it, so a changed byte of a script is a command nobody approved. What a script reads
//! beyond the words of its command line is not seen: that is the reader's to judge before approving.

use crate::error::{Code, Error, Result};
use crate::files;
use crate::process;
use crate::surroundings::Surroundings;
use camino::{Utf8Path, Utf8PathBuf};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The largest file of the repository a command may name and be approved.
const LARGEST: u64 = 256 << 20;

/// A file of the repository that a command names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    /// The file without links; relative to the root where it lies below it.
    pub path: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
}

/// What is to be run, as it stands now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// The payload's root, absolute and without links.
    pub root: Utf8PathBuf,
    /// The words.
    pub argv: Vec<String>,
    /// The folder it runs in, relative to the root; `.` for the root itself.
    pub cwd: String,
    /// Variables set on purpose. None so far: what a payload wishes to be set is shown and not set.
    pub env: BTreeMap<String, String>,
    /// Every file below the root that a word names, the program included.
    pub files: Vec<Named>,
    /// Where it is no command: the edits a step of the plan carries.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edits: Option<StepEdits>,
}

/// The edits of a step, to the byte.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepEdits {
    /// The step.
    pub step: String,
    /// They as JSON.
    pub text: String,
}

impl Subject {
    /// The edits a step carries, to be made below this root.
    #[must_use]
    pub fn of_edits(step: &str, text: &str, root: &Utf8Path) -> Self {
        Self {
            root: root.canonicalize_utf8().unwrap_or_else(|_| root.to_owned()),
            argv: Vec::new(),
            cwd: ".".into(),
            env: BTreeMap::new(),
            files: Vec::new(),
            edits: Some(StepEdits { step: step.to_owned(), text: text.to_owned() }),
        }
    }

    /// Looks at a command that is to run in this folder below the root.
    ///
    /// # Errors
    /// 74 where a file of the repository that it names cannot be read.
    pub fn of(argv: &[String], root: &Utf8Path, folder: &Utf8Path, surroundings: &Surroundings) -> Result<Self> {
        let real = |path: &Utf8Path| path.canonicalize_utf8().unwrap_or_else(|_| path.to_owned());
        let (root, folder) = (real(root), real(folder));
        let cwd = folder.strip_prefix(&root).unwrap_or(&folder).as_str().replace('\\', "/");
        let mut named: BTreeMap<String, Named> = BTreeMap::new();
        let program = program(argv, &folder, surroundings);
        // `--file=run.sh` names a file as well as `run.sh` does.
        let values =
            argv.iter().skip(1).flat_map(|word| [Some(word.as_str()), word.split_once('=').map(|pair| pair.1)]);
        let words = values.flatten().filter(|word| !word.is_empty() && !word.contains('\0'));
        let of_words = words.flat_map(|word| [folder.join(word), root.join(word)]);
        for path in program.into_iter().chain(of_words) {
            let Ok(target) = path.canonicalize_utf8() else { continue };
            // A link in the repository counts wherever it points: it can be pointed elsewhere.
            if !target.is_file() || !(target.starts_with(&root) || plain(&path).starts_with(&root)) {
                continue;
            }
            if target.metadata().is_ok_and(|file| LARGEST < file.len()) {
                let message = format!("`{target}`, which it names, is larger than {LARGEST} bytes");
                return Err(Error::new(Code::Io, message));
            }
            let Some(bytes) = files::read(&target, LARGEST)? else { continue };
            let path = target.strip_prefix(&root).unwrap_or(&target).as_str().replace('\\', "/");
            named.insert(path.clone(), Named { path, sha256: files::sha256(&bytes) });
        }
        Ok(Self {
            root,
            argv: argv.to_vec(),
            cwd: if cwd.is_empty() { ".".into() } else { cwd },
            env: BTreeMap::new(),
            files: named.into_values().collect(),
            edits: None,
        })
    }

    /// The folder it runs in, absolute.
    #[must_use]
    pub fn folder(&self) -> Utf8PathBuf {
        if self.cwd == "." { self.root.clone() } else { self.root.join(&self.cwd) }
    }

    /// SHA-256 over everything above, in hexadecimal.
    #[must_use]
    pub fn digest(&self) -> String {
        let whole = serde_json::to_vec(&("cargo-handoff approval 1", self)).expect("strings are JSON");
        files::sha256(&whole)
    }

    /// The program its first word names, absolute; `None` where there is none.
    #[must_use]
    pub fn program(&self, surroundings: &Surroundings) -> Option<Utf8PathBuf> {
        program(&self.argv, &self.folder(), surroundings)
    }

    /// Whether the program lies below the root, links followed or not.
    #[must_use]
    pub fn is_own(&self, program: &Utf8Path) -> bool {
        let real = program.canonicalize_utf8().unwrap_or_else(|_| program.to_owned());
        real.starts_with(&self.root) || plain(program).starts_with(&self.root)
    }
}

/// Where a first word leads: a path as it stands, a bare name by the absolute folders of the `PATH`. A relative or
/// empty entry there would mean the repository itself. `cargo` is the one that runs our own checks.
fn program(argv: &[String], folder: &Utf8Path, surroundings: &Surroundings) -> Option<Utf8PathBuf> {
    let first = argv.first()?;
    let word = if first == "cargo" { surroundings.cargo().into_string().ok()? } else { first.clone() };
    if word.contains('/') || (cfg!(windows) && word.contains('\\')) {
        // Joined part by part: `./run` without its dot.
        return executable(&folder.join(word).components().collect::<Utf8PathBuf>());
    }
    on_path(&word, surroundings)
}

/// The program of this name in the absolute folders of the `PATH` a child gets.
#[must_use]
pub fn on_path(name: &str, surroundings: &Surroundings) -> Option<Utf8PathBuf> {
    let environment = process::clean(&surroundings.environment);
    let path = environment.get(std::ffi::OsStr::new("PATH"))?;
    let folders = std::env::split_paths(path).filter_map(|folder| Utf8PathBuf::from_path_buf(folder).ok());
    folders.filter(|folder| folder.is_absolute()).find_map(|folder| executable(&folder.join(name)))
}

/// The file at this path, or with the system's ending for programs, where it may be executed.
#[must_use]
pub fn executable(path: &Utf8Path) -> Option<Utf8PathBuf> {
    let names = [path.to_owned(), Utf8PathBuf::from(format!("{path}{}", std::env::consts::EXE_SUFFIX))];
    names.into_iter().find(|path| is_executable(path))
}

#[cfg(unix)]
fn is_executable(path: &Utf8Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    path.metadata().is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_executable(path: &Utf8Path) -> bool {
    path.is_file()
}

/// A path without `.` and `..`, its folder's links followed and its own not.
fn plain(path: &Utf8Path) -> Utf8PathBuf {
    let folder = path.parent().and_then(|folder| folder.canonicalize_utf8().ok());
    match (folder, path.file_name()) {
        (Some(folder), Some(name)) => folder.join(name),
        _ => path.to_owned(),
    }
}

#[cfg(all(test, unix))]
mod tests;
