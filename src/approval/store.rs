//! What was approved, kept in the user's state folder and nowhere else.
//!
//! A file of the repository can grant nothing: a state folder that lies inside the checkout is refused, wherever
//! the environment points. A program that runs as the user could write the file; so could it run the command.

use super::subject::Subject;
use crate::error::{Code, Error, Result};
use crate::files::{self, Lock};
use crate::surroundings::Surroundings;
use camino::{Utf8Path, Utf8PathBuf};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// The largest file of approvals that is read.
const LARGEST: u64 = 16 << 20;

/// How long another process may hold the file.
const PATIENCE: Duration = Duration::from_secs(10);

/// The shape of the file.
const VERSION: u64 = 1;

/// One approval.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// Of its subject.
    pub digest: String,
    /// When: RFC 3339, UTC.
    pub at: String,
    /// What was approved.
    pub subject: Subject,
}

#[derive(Serialize, Deserialize)]
struct Kept {
    version: u64,
    approved: Vec<Approval>,
}

/// The approvals of this user.
#[derive(Debug, Clone)]
pub struct Store {
    file: Utf8PathBuf,
}

impl Store {
    /// The store to use for work below this root. Nothing is read or made.
    ///
    /// # Errors
    /// 78 where the environment names no folder for it, or one inside of the checkout.
    pub fn find(root: &Utf8Path, surroundings: &Surroundings) -> Result<Self> {
        let Some(folder) = surroundings.state_folder() else {
            return Err(Error::new(Code::BadConfiguration, "there is no folder to keep approvals in")
                .hint("set `HOME`, or `XDG_STATE_HOME` to an absolute folder outside of the checkout"));
        };
        let file = folder.join("cargo-handoff").join("trust.json");
        if lies_in_checkout(&file, root) {
            let message = format!("approvals would be kept in `{file}`, which lies inside of the checkout");
            return Err(Error::new(Code::BadConfiguration, message)
                .hint("set `XDG_STATE_HOME` to an absolute folder outside of it"));
        }
        Ok(Self { file })
    }

    /// The file they are kept in.
    #[must_use]
    pub fn file(&self) -> &Utf8Path {
        &self.file
    }

    /// Every approval, oldest first.
    ///
    /// # Errors
    /// 78 where the file is none of ours or somebody else may write it, 74 where it cannot be read.
    pub fn read(&self) -> Result<Vec<Approval>> {
        let odd = |what: &str| {
            Error::new(Code::BadConfiguration, format!("`{}` {what}", self.file))
                .hint(format!("nothing in it counts; see what it is (`ls -l {}`), then move it away", self.file))
        };
        if is_writable_by_others(&self.file) {
            return Err(odd("may be written by other users"));
        }
        let Some(bytes) = files::read(&self.file, LARGEST)? else { return Ok(Vec::new()) };
        if bytes.is_empty() {
            return Ok(Vec::new());
        }
        let kept: Kept =
            serde_json::from_slice(&bytes).map_err(|error| odd("is no list of approvals").because(error))?;
        if kept.version != VERSION {
            return Err(odd("was written by another version of this program"));
        }
        // What an entry says of itself counts for nothing, its subject does.
        Ok(kept.approved.into_iter().filter(|approval| approval.digest == approval.subject.digest()).collect())
    }

    /// Whether exactly this is approved.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub fn is_approved(&self, subject: &Subject) -> Result<bool> {
        let digest = subject.digest();
        Ok(self.read()?.iter().any(|approval| approval.digest == digest))
    }

    /// Adds these. What is approved already stays as it is.
    ///
    /// # Errors
    /// As [`Store::read`]; 75 where another process holds the file, 74 where it cannot be written.
    pub fn add(&self, subjects: &[Subject], at: &str) -> Result<()> {
        self.change(|approved| {
            for subject in subjects {
                let digest = subject.digest();
                if approved.iter().all(|known| known.digest != digest) {
                    approved.push(Approval { digest, at: at.to_owned(), subject: subject.clone() });
                }
            }
        })
    }

    /// Takes these back, by digest. Returns how many there were.
    ///
    /// # Errors
    /// As [`Store::add`].
    pub fn remove(&self, digests: &[String]) -> Result<usize> {
        let mut n_removed = 0;
        self.change(|approved| {
            let n_before = approved.len();
            approved.retain(|approval| !digests.contains(&approval.digest));
            n_removed = n_before - approved.len();
        })?;
        Ok(n_removed)
    }

    fn change(&self, change: impl FnOnce(&mut Vec<Approval>)) -> Result<()> {
        let folder = self.file.parent().unwrap_or(Utf8Path::new("/"));
        make_private_folder(folder)?;
        let _held = Lock::take(&folder.join("trust.lock"), PATIENCE)?;
        let mut approved = self.read()?;
        change(&mut approved);
        let bytes = serde_json::to_vec_pretty(&Kept { version: VERSION, approved })
            .map_err(|error| Error::new(Code::Internal, "approvals are not JSON").because(error))?;
        make_private_file(&self.file)?;
        files::replace(&self.file, &bytes)
    }
}

/// Whether a file lies, or would lie, inside of the root or the git checkout around it; links followed.
#[must_use]
pub fn lies_in_checkout(file: &Utf8Path, root: &Utf8Path) -> bool {
    let root = root.canonicalize_utf8().unwrap_or_else(|_| root.to_owned());
    let checkout = root.ancestors().find(|folder| folder.join(".git").exists()).unwrap_or(&root);
    let inside = |path: &Utf8Path| path.starts_with(&root) || path.starts_with(checkout);
    inside(file) || inside(&files::real(file))
}

#[cfg(unix)]
fn is_writable_by_others(file: &Utf8Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    file.metadata().is_ok_and(|metadata| metadata.permissions().mode() & 0o022 != 0)
}

#[cfg(not(unix))]
fn is_writable_by_others(_: &Utf8Path) -> bool {
    false // a profile folder is its user's own there
}

#[cfg(unix)]
fn make_private_folder(folder: &Utf8Path) -> Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .map_err(|error| Error::io(format!("create the folder `{folder}`"), error))
}

#[cfg(not(unix))]
fn make_private_folder(folder: &Utf8Path) -> Result<()> {
    files::create_folder(folder)
}

/// Makes the file where there is none, for its user alone; replacing it keeps that.
fn make_private_file(file: &Utf8Path) -> Result<()> {
    let mut options = std::fs::File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    match options.open(file) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(Error::io(format!("create `{file}`"), error)),
    }
}

#[cfg(all(test, unix))]
mod tests;
