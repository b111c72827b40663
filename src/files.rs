//! Reading, replacing and locking files, always with the path in the error.
//!
//! A replaced file is either the old one or the new one, whole, whatever happens in between.

use crate::error::{Code, Error, Result};
use camino::{Utf8Path, Utf8PathBuf};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};

/// The bytes of a regular file, or `None` where there is no such file. Anything else is refused unopened: opening a
/// FIFO would wait for its writer.
///
/// # Errors
/// 74 with the path where it cannot be read, is no regular file, or is larger than `limit` bytes.
pub fn read(path: &Utf8Path, limit: u64) -> Result<Option<Vec<u8>>> {
    if fs::metadata(path).is_ok_and(|metadata| !metadata.is_file()) {
        return Err(Error::new(Code::Io, format!("`{path}` is not a regular file")));
    }
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => {
            let who = format!("`ls -l {path}` shows who may read it");
            return Err(Error::io(format!("open `{path}`"), error).hint(who));
        }
    };
    let mut bytes = Vec::new();
    file.take(limit.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|error| Error::io(format!("read `{path}`"), error))?;
    if limit < bytes.len() as u64 {
        return Err(Error::new(Code::Io, format!("`{path}` is larger than {limit} bytes")));
    }
    Ok(Some(bytes))
}

/// Replaces a file by these bytes, or makes it: written beside it, synced, read back, renamed over it, and the
/// folder synced. Mode and symlinks are kept: a link goes on pointing at the file that is replaced.
///
/// After a crash or `kill -9` at any point the file is the old one or the new one, whole; a temporary file
/// beside it may be left. Hard links to the old file are not carried over. On file systems that ignore `fsync`
/// a power cut may still lose the new one.
///
/// # Errors
/// 74 with the path; the old file is intact then.
pub fn replace(path: &Utf8Path, bytes: &[u8]) -> Result<()> {
    let failed = |error: io::Error| {
        Error::io(format!("write `{path}`"), error)
            .hint(format!("it is as it was; `ls -l {path}` and `df {}` show what is in the way", parent(path)))
    };
    let real = match path.canonicalize_utf8() {
        Ok(real) => real,
        Err(error) if error.kind() == io::ErrorKind::NotFound => path.to_owned(),
        Err(error) => return Err(failed(error)),
    };
    let folder = parent(&real);
    let old = fs::metadata(&real).ok();
    not_read_only(old.as_ref()).map_err(failed)?;
    let mut temporary =
        tempfile::Builder::new().prefix(".handoff-").suffix(".tmp").tempfile_in(folder).map_err(failed)?;
    temporary.write_all(bytes).map_err(failed)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = old.as_ref().map_or(0o644, |old| old.permissions().mode() & 0o7777);
        temporary.as_file().set_permissions(fs::Permissions::from_mode(mode)).map_err(failed)?;
    }
    temporary.as_file().sync_all().map_err(failed)?;
    if fs::read(temporary.path()).map_err(failed)? != bytes {
        return Err(failed(io::Error::other("what was written could not be read back")));
    }
    temporary.persist(&real).map_err(|error| failed(error.error))?;
    sync_folder(folder).map_err(failed)
}

/// Whether [`replace`] could put something else into this file, as far as that can be told: asked before something is done
/// that has to be recorded there.
///
/// # Errors
/// 74 with the path.
pub fn can_replace(path: &Utf8Path) -> Result<()> {
    let failed = |error: io::Error| Error::io(format!("write `{path}`"), error);
    let real = real(path);
    not_read_only(fs::metadata(&real).ok().as_ref()).map_err(failed)?;
    let temporary = tempfile::Builder::new().prefix(".handoff-").suffix(".tmp").tempfile_in(parent(&real));
    temporary.and_then(tempfile::NamedTempFile::close).map_err(failed)
}

/// A rename would replace one all the same.
fn not_read_only(old: Option<&fs::Metadata>) -> io::Result<()> {
    if old.is_some_and(|old| old.permissions().readonly()) {
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, "the file is read-only"));
    }
    Ok(())
}

/// Puts these bytes into a file that may be lost without harm: written beside it and renamed over it, so that no
/// reader sees half of it, and not synced.
///
/// # Errors
/// 74 with the path.
pub fn put(path: &Utf8Path, bytes: &[u8]) -> Result<()> {
    let failed = |error: io::Error| Error::io(format!("write `{path}`"), error);
    let mut temporary =
        tempfile::Builder::new().prefix(".handoff-").suffix(".tmp").tempfile_in(parent(path)).map_err(failed)?;
    temporary.write_all(bytes).map_err(failed)?;
    temporary.persist(path).map(|_| ()).map_err(|error| failed(error.error))
}

/// Makes a new file with these bytes, durably, and never over an existing one.
///
/// # Errors
/// 74 with the path, also where the file exists.
pub fn create(path: &Utf8Path, bytes: &[u8]) -> Result<()> {
    let failed = |error: io::Error| Error::io(format!("create `{path}`"), error);
    let mut file = File::create_new(path).map_err(failed)?;
    file.write_all(bytes).map_err(failed)?;
    file.sync_all().map_err(failed)?;
    sync_folder(parent(path)).map_err(failed)
}

/// Makes a folder and those above it.
///
/// # Errors
/// 74 with the path.
pub fn create_folder(path: &Utf8Path) -> Result<()> {
    fs::create_dir_all(path).map_err(|error| Error::io(format!("create the folder `{path}`"), error))
}

/// Where everything that is kept between runs lies for a target folder.
#[must_use]
pub fn cache_of(target_folder: &Utf8Path) -> Utf8PathBuf {
    target_folder.join("handoff").join("cache")
}

/// Where we keep what saves time the next time: `handoff/cache/` in a target folder. It is made where the target
/// folder is there; nothing where it is not, for cargo marks a target folder as a cache only if it makes it itself.
#[must_use]
pub fn cache_folder(target_folder: &Utf8Path) -> Option<Utf8PathBuf> {
    let folder = cache_of(target_folder);
    (target_folder.is_dir() && fs::create_dir_all(&folder).is_ok()).then_some(folder)
}

/// What marks a folder as a cache, for backups and for us: <https://bford.info/cachedir/>.
const CACHE_TAG: &str = "Signature: 8a477f597d28d172789f06886806bc55\n# A target folder of cargo's.\n";

/// Makes a target folder as cargo would. Whether it was not there.
///
/// # Errors
/// 74 with the path.
pub fn make_target_folder(target_folder: &Utf8Path) -> Result<bool> {
    if target_folder.is_dir() {
        return Ok(false);
    }
    create_folder(target_folder)?;
    replace(&target_folder.join("CACHEDIR.TAG"), CACHE_TAG.as_bytes())?;
    Ok(true)
}

/// Removes what lies there, whatever it is; a link alone, and not what it leads to. Nothing there is well too.
///
/// # Errors
/// 74 with the path.
pub fn remove(path: &Utf8Path) -> Result<()> {
    let removed = match path.symlink_metadata() {
        Ok(entry) if entry.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    };
    removed.map_err(|error| Error::io(format!("remove `{path}`"), error))
}

/// The same as [`real`] for many files: each folder is looked at once.
#[derive(Debug, Default)]
pub struct Reals(BTreeMap<Utf8PathBuf, Utf8PathBuf>);

impl Reals {
    /// The path without symlinks as far as it exists, the rest as it stands.
    pub fn of(&mut self, path: &Utf8Path) -> Utf8PathBuf {
        let (Some(folder), Some(name), false) = (path.parent(), path.file_name(), path.is_symlink()) else {
            return real(path);
        };
        if let Some(known) = self.0.get(folder) {
            return known.join(name);
        }
        let found = real(folder);
        let path = found.join(name);
        self.0.insert(folder.to_owned(), found);
        path
    }
}

/// The path without symlinks as far as it exists, the rest as it stands.
#[must_use]
pub fn real(path: &Utf8Path) -> Utf8PathBuf {
    for existing in path.ancestors() {
        if let (Ok(real), Ok(rest)) = (existing.canonicalize_utf8(), path.strip_prefix(existing)) {
            return if rest.as_str().is_empty() { real } else { real.join(rest) };
        }
    }
    path.to_owned()
}

/// SHA-256 in hexadecimal.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

/// Bytes in hexadecimal, in lower case.
#[must_use]
pub fn hexadecimal(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from(b"0123456789abcdef"[usize::from(value)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// SHA-256 of what comes in pieces.
#[derive(Debug, Clone, Default)]
pub struct Digest(Sha256);

impl Digest {
    /// Takes one more piece.
    pub fn update(&mut self, bytes: &[u8]) {
        sha2::Digest::update(&mut self.0, bytes);
    }

    /// In hexadecimal.
    #[must_use]
    pub fn hex(self) -> String {
        hexadecimal(&self.0.finalize())
    }
}

fn parent(path: &Utf8Path) -> &Utf8Path {
    path.parent().filter(|parent| !parent.as_str().is_empty()).unwrap_or(Utf8Path::new("."))
}

/// Makes the names in a folder durable.
///
/// # Errors
/// Those of the system.
#[cfg(unix)]
pub fn sync_folder(folder: &Utf8Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Makes the names in a folder durable.
///
/// # Errors
/// None here.
#[cfg(not(unix))]
pub fn sync_folder(_: &Utf8Path) -> io::Result<()> {
    Ok(()) // Windows has no such call; the rename itself is journalled.
}

/// A file that is locked until this is dropped, or the process is gone, however it went.
#[derive(Debug)]
pub struct Lock {
    path: Utf8PathBuf,
    file: File,
}

impl Lock {
    /// Waits for the lock, up to `patience`.
    ///
    /// # Errors
    /// 75 with what the holder wrote about itself, 74 where the file cannot be made.
    pub fn take(path: &Utf8Path, patience: std::time::Duration) -> Result<Self> {
        let started = std::time::Instant::now();
        let mut pause = std::time::Duration::from_millis(1);
        loop {
            match Self::try_take(path)? {
                Some(lock) => return Ok(lock),
                None if started.elapsed() < patience => std::thread::sleep(pause),
                None => break,
            }
            pause = (pause * 2).min(std::time::Duration::from_millis(50));
        }
        let holder = fs::read_to_string(path).unwrap_or_default();
        let holder = holder.trim();
        let by = if holder.is_empty() { String::new() } else { format!(" by {holder}") };
        Err(Error::new(Code::Locked, format!("`{path}` is held{by}")).hint("wait for it to end, then try again"))
    }

    /// The lock if nobody holds it.
    ///
    /// # Errors
    /// 74 where the file cannot be made.
    pub fn try_take(path: &Utf8Path) -> Result<Option<Self>> {
        let file = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
            .map_err(|error| Error::io(format!("open the lock `{path}`"), error))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self { path: path.to_owned(), file })),
            Err(fs::TryLockError::WouldBlock) => Ok(None),
            Err(fs::TryLockError::Error(error)) => Err(Error::io(format!("lock `{path}`"), error)),
        }
    }

    /// Leaves a word about the holder for whoever finds it locked.
    ///
    /// # Errors
    /// 74 where it cannot be written.
    pub fn say(&mut self, who: &str) -> Result<()> {
        let write = |file: &mut File| -> io::Result<()> {
            file.set_len(0)?;
            file.write_all(who.as_bytes())
        };
        write(&mut self.file).map_err(|error| Error::io(format!("write the lock `{}`", self.path), error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> (tempfile::TempDir, Utf8PathBuf) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = Utf8PathBuf::from_path_buf(folder.path().to_owned()).expect("UTF-8");
        (folder, path)
    }

    #[test]
    fn a_missing_file_is_no_error_and_a_large_one_is() {
        let (_keep, folder) = folder();
        let path = folder.join("a");
        assert!(read(&path, 10).expect("no error").is_none());
        replace(&path, b"0123456789").expect("written");
        assert_eq!(read(&path, 10).expect("read").expect("there"), b"0123456789");
        assert_eq!(read(&path, 9).expect_err("too large").code, Code::Io);
    }

    #[cfg(unix)]
    #[test]
    fn a_fifo_is_refused_and_not_waited_for() {
        let (_keep, folder) = folder();
        let fifo = folder.join("fifo");
        let mode = rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR;
        rustix::fs::mknodat(rustix::fs::CWD, fifo.as_std_path(), rustix::fs::FileType::Fifo, mode, 0).expect("made");
        assert_eq!(read(&fifo, 10).expect_err("no file").code, Code::Io);
        assert_eq!(read(&folder, 10).expect_err("a folder").code, Code::Io);
    }

    #[cfg(unix)]
    #[test]
    fn replacing_keeps_the_mode_and_follows_a_link() {
        use std::os::unix::fs::PermissionsExt as _;
        let (_keep, folder) = folder();
        let (file, link) = (folder.join("file"), folder.join("link"));
        fs::write(&file, "old").expect("written");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).expect("mode set");
        std::os::unix::fs::symlink("file", &link).expect("linked");
        replace(&link, b"new").expect("replaced");
        assert_eq!(fs::read(&file).expect("read"), b"new");
        assert!(fs::symlink_metadata(&link).expect("there").is_symlink());
        assert_eq!(fs::metadata(&file).expect("there").permissions().mode() & 0o777, 0o640);
    }

    #[test]
    fn a_second_taker_hears_who_holds_the_lock() {
        let (_keep, folder) = folder();
        let path = folder.join("lock");
        let mut lock = Lock::try_take(&path).expect("no error").expect("free");
        lock.say("process 7").expect("written");
        let error = Lock::take(&path, std::time::Duration::from_millis(5)).expect_err("held");
        assert_eq!(error.code, Code::Locked);
        assert!(error.message.contains("process 7"), "{error}");
        drop(lock);
        assert!(Lock::try_take(&path).expect("no error").is_some());
    }

    #[cfg(unix)]
    #[test]
    fn many_paths_come_to_what_each_of_them_comes_to() {
        let (_keep, folder) = folder();
        std::fs::create_dir(folder.join("real")).expect("made");
        std::fs::write(folder.join("real/file"), "").expect("written");
        std::os::unix::fs::symlink("real", folder.join("link")).expect("linked");
        std::os::unix::fs::symlink("file", folder.join("real/other")).expect("linked");
        let mut reals = Reals::default();
        for name in ["real/file", "link/file", "real/other", "link/other", "link/gone", "gone/file", "link/file"] {
            let path = folder.join(name);
            assert_eq!(reals.of(&path), real(&path), "{name}");
        }
    }
}
