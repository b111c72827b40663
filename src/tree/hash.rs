//! One path -> what lies there, as text.

use crate::error::{Error, Result};
use crate::files;
use sha2::{Digest as _, Sha256};
use std::fs::{File, Metadata};
use std::io::{self, Read as _};
use std::path::Path;

/// How the digest of a link begins.
const LINK: &str = "link:";
/// How the word for what is neither file nor link begins.
const ODD: &str = "odd:";
/// Nothing lies there.
pub(super) const ABSENT: &str = "absent";

/// What lies at a path, given what the system says of it. Only a regular file is opened.
pub(super) fn digest(path: &Path, file: &Metadata) -> Result<String> {
    let kind = file.file_type();
    let read = if kind.is_file() {
        content(path)
    } else if kind.is_symlink() {
        path.read_link().map(|text| format!("{LINK}{}", files::sha256(text.as_os_str().as_encoded_bytes())))
    } else {
        return Ok(odd(file));
    };
    match read {
        Ok(digest) => Ok(digest),
        Err(error) if is_absence(&error) => Ok(ABSENT.to_owned()),
        Err(error) => Err(cannot_read(path, error)),
    }
}

pub(super) fn cannot_read(path: &Path, error: io::Error) -> Error {
    Error::io(format!("read `{}` of the working tree", path.display()), error)
        .hint("make it readable, or let git ignore it")
}

/// Whether the system says that nothing lies there.
pub(super) fn is_absence(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

fn content(path: &Path) -> io::Result<String> {
    let mut file = open(path)?;
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Ok(odd(&metadata));
    }
    // One piece for nearly every file: as large as it says it is, and a byte to see that it ends there.
    let size = usize::try_from(metadata.len()).unwrap_or(usize::MAX);
    let mut buffer = vec![0; size.saturating_add(1).clamp(1 << 10, 1 << 18)];
    let mut hasher = Sha256::new();
    loop {
        match file.read(&mut buffer) {
            Ok(0) => break,
            Ok(n_read) => hasher.update(&buffer[..n_read]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    let executable = if is_executable(&metadata) { "+x" } else { "" };
    Ok(files::hexadecimal(&hasher.finalize()) + executable)
}

/// Something else may have taken the file's place since we looked: a link is not followed, a FIFO not waited for.
#[cfg(unix)]
fn open(path: &Path) -> io::Result<File> {
    use rustix::fs::{Mode, OFlags};
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    Ok(File::from(rustix::fs::open(path, flags, Mode::empty())?))
}

#[cfg(not(unix))]
fn open(path: &Path) -> io::Result<File> {
    File::open(path)
}

#[cfg(unix)]
fn is_executable(file: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    file.mode() & 0o111 != 0
}

#[cfg(not(unix))]
fn is_executable(_: &Metadata) -> bool {
    false
}

fn odd(file: &Metadata) -> String {
    #[cfg(unix)]
    let kind = {
        use std::os::unix::fs::FileTypeExt as _;
        let kind = file.file_type();
        let kinds = [
            (kind.is_dir(), "folder"),
            (kind.is_fifo(), "fifo"),
            (kind.is_socket(), "socket"),
            (kind.is_block_device() || kind.is_char_device(), "device"),
        ];
        kinds.into_iter().find(|(is_so, _)| *is_so).map_or("unknown", |(_, kind)| kind)
    };
    #[cfg(not(unix))]
    let kind = if file.is_dir() { "folder" } else { "unknown" };
    format!("{ODD}{kind}")
}
