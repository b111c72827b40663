//! What this machine saw itself, told from what somebody put there.
//!
//! What is kept of earlier runs lies in the target folder, which may come with a checkout, out of a CI's cache, or
//! from another machine. So every kept file carries a seal made with a secret that lies in the user's state folder,
//! and a file without it is as good as none. Without a place for the secret nothing is kept.

use crate::error::{Code, Error, Result};
use crate::files::{self, Digest};
use crate::surroundings::Surroundings;
use camino::{Utf8Path, Utf8PathBuf};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::io::Read as _;

/// The bytes of a seal in hexadecimal.
const SEAL: usize = 64;

/// Reads and writes what is kept.
#[derive(Clone)]
pub struct Vault {
    /// Where the secret lies, or would.
    file: Option<Utf8PathBuf>,
    secret: Option<String>,
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Vault").field("is_open", &self.secret.is_some()).finish()
    }
}

impl Vault {
    /// The vault of this user on this machine. Its secret is made with the first thing that is written. A state folder
    /// inside of `checkout` is none: whoever made the checkout would know the secret.
    #[must_use]
    pub fn open(surroundings: &Surroundings, checkout: &Utf8Path) -> Self {
        let file = surroundings.state_folder().map(|folder| folder.join("cargo-handoff").join("secret"));
        let file = file.filter(|file| !is_inside(file, checkout));
        Self { secret: file.as_deref().and_then(known), file }
    }

    /// One that keeps nothing and knows nothing.
    #[must_use]
    pub const fn closed() -> Self {
        Self { file: None, secret: None }
    }

    /// The bytes of a file that was written by [`Vault::write`] on this machine; nothing otherwise.
    #[must_use]
    pub fn read(&self, path: &Utf8Path, limit: u64) -> Option<Vec<u8>> {
        let secret = self.secret.as_deref()?;
        let mut bytes = files::read(path, limit).ok()??;
        let contents = bytes.split_off(SEAL.min(bytes.len()));
        (bytes == seal(secret, path, &contents).as_bytes()).then_some(contents)
    }

    /// What a file holds that was written by [`Vault::write_as`] on this machine; nothing where it is none, or of
    /// another shape.
    #[must_use]
    pub fn read_as<T: DeserializeOwned>(&self, path: &Utf8Path, limit: u64) -> Option<T> {
        serde_json::from_slice(&self.read(path, limit)?).ok()
    }

    /// Writes a value into a file that may be lost without harm.
    ///
    /// # Errors
    /// 74 with the path, 70 where the value is not JSON.
    pub fn write_as<T: Serialize + ?Sized>(&self, path: &Utf8Path, value: &T) -> Result<()> {
        let bytes = serde_json::to_vec(value).map_err(|error| {
            Error::new(Code::Internal, format!("what belongs into `{path}` is not JSON")).because(error)
        })?;
        self.write(path, &bytes)
    }

    /// Writes a file that may be lost without harm, its folders too.
    ///
    /// # Errors
    /// 74 with the path.
    pub fn write(&self, path: &Utf8Path, contents: &[u8]) -> Result<()> {
        let made = || self.file.as_deref().and_then(secret);
        let Some(secret) = self.secret.clone().or_else(made) else { return Ok(()) };
        if let Some(folder) = path.parent() {
            files::create_folder(folder)?;
        }
        files::put(path, &[seal(&secret, path, contents).as_bytes(), contents].concat())
    }
}

#[cfg(test)]
impl Vault {
    /// One with a secret of its own, for a test that keeps its state in this folder.
    pub(crate) fn of_test(state: &Utf8Path) -> Self {
        let file = state.join("secret");
        Self { secret: secret(&file), file: Some(file) }
    }
}

/// The secret goes in twice, so that nobody who knows one seal can make another of a longer text. The name goes in so
/// that no kept file can stand for another.
fn seal(secret: &str, path: &Utf8Path, contents: &[u8]) -> String {
    let mut inner = Digest::default();
    inner.update(secret.as_bytes());
    inner.update(path.file_name().unwrap_or_default().as_bytes());
    inner.update(b"\0");
    inner.update(contents);
    let mut outer = Digest::default();
    outer.update(secret.as_bytes());
    outer.update(inner.hex().as_bytes());
    outer.hex()
}

fn is_inside(file: &Utf8Path, checkout: &Utf8Path) -> bool {
    file.starts_with(checkout) || files::real(file).starts_with(files::real(checkout))
}

/// The secret in this file, which nobody else may read.
fn known(file: &Utf8Path) -> Option<String> {
    std::fs::read_to_string(file).ok().filter(|text| text.len() == SEAL && is_private(file))
}

/// The secret in this file, which nobody else may read; a new one where there is none. Nothing where that cannot be.
fn secret(file: &Utf8Path) -> Option<String> {
    let read = || known(file);
    if let Some(known) = read() {
        return Some(known);
    }
    if file.exists() {
        return None; // somebody else's, or one that others could read
    }
    files::create_folder(file.parent()?).ok()?;
    let made = make(file);
    // Another process may have been first: then that one counts.
    made.ok().and_then(|()| read()).or_else(read)
}

fn make(file: &Utf8Path) -> Result<()> {
    let mut random = [0; SEAL / 2];
    fill(&mut random).map_err(|error| Error::io("find something random", error))?;
    let folder = file.parent().unwrap_or(file);
    let failed = |error: std::io::Error| Error::io(format!("write `{file}`"), error);
    // A temporary file is the user's alone (0600), and goes to its place whole or not at all.
    let temporary = tempfile::Builder::new().prefix(".secret-").tempfile_in(folder).map_err(failed)?;
    std::fs::write(temporary.path(), files::hexadecimal(&random)).map_err(failed)?;
    temporary.persist_noclobber(file).map(|_| ()).map_err(|error| failed(error.error))
}

/// The system's own randomness; on systems without that file nothing is kept.
fn fill(bytes: &mut [u8]) -> std::io::Result<()> {
    std::fs::File::open("/dev/urandom")?.read_exact(bytes)
}

#[cfg(unix)]
fn is_private(file: &Utf8Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    file.metadata().is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o077 == 0)
}

#[cfg(not(unix))]
fn is_private(file: &Utf8Path) -> bool {
    file.is_file() // the profile folder is the user's alone
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn folder() -> (tempfile::TempDir, Utf8PathBuf) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = Utf8PathBuf::from_path_buf(folder.path().canonicalize().expect("there")).expect("UTF-8");
        (folder, path)
    }

    fn vault(state: &Utf8Path, checkout: &Utf8Path) -> Vault {
        let environment = BTreeMap::from([("XDG_STATE_HOME".into(), state.as_str().into())]);
        Vault::open(&Surroundings::made_up(checkout, environment, jiff::Timestamp::UNIX_EPOCH), checkout)
    }

    #[test]
    fn only_what_was_written_here_is_read() {
        let (_keep, base) = folder();
        let (checkout, file) = (base.join("checkout"), base.join("checkout/target/kept.json"));
        std::fs::create_dir(&checkout).expect("made");
        let mine = vault(&base.join("mine"), &checkout);
        assert!(!base.join("mine").exists(), "who only looks writes nothing");
        mine.write(&file, b"passed").expect("written");
        let mine = vault(&base.join("mine"), &checkout);
        assert_eq!(mine.read(&file, 100).as_deref(), Some(b"passed".as_slice()));
        assert_eq!(vault(&base.join("mine"), &checkout).read(&file, 100).as_deref(), Some(b"passed".as_slice()));
        assert_eq!(vault(&base.join("another"), &checkout).read(&file, 100), None);
        let copy = checkout.join("target/other.json");
        std::fs::copy(&file, &copy).expect("copied");
        assert_eq!(mine.read(&copy, 100), None, "another kept file's contents");
        let mut bytes = std::fs::read(&file).expect("there");
        bytes.push(b'!');
        std::fs::write(&file, bytes).expect("written");
        assert_eq!(mine.read(&file, 100), None, "somebody wrote to it");
    }

    #[test]
    fn a_secret_others_may_know_is_none() {
        use std::os::unix::fs::PermissionsExt as _;
        let (_keep, base) = folder();
        let checkout = base.join("checkout");
        std::fs::create_dir(&checkout).expect("made");
        assert!(vault(&checkout.join("state"), &checkout).file.is_none(), "inside of the checkout");
        std::os::unix::fs::symlink(&checkout, base.join("link")).expect("linked");
        assert!(vault(&base.join("link/state"), &checkout).file.is_none(), "inside through a link");
        let state = base.join("state");
        vault(&state, &checkout).write(&base.join("x"), b"x").expect("written");
        assert!(vault(&state, &checkout).secret.is_some());
        let file = state.join("cargo-handoff/secret");
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).expect("set");
        assert!(vault(&state, &checkout).secret.is_none(), "others may read it");
    }

    #[test]
    fn a_closed_vault_keeps_nothing() {
        let (_keep, base) = folder();
        Vault::closed().write(&base.join("a"), b"x").expect("no error");
        assert!(!base.join("a").exists());
        assert_eq!(Vault::closed().read(&base.join("a"), 10), None);
    }
}
