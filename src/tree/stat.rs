//! What the system says of a file without opening it, and whether that can be believed later on.
//!
//! The rule is git's for "racily clean" entries (<https://git-scm.com/docs/racy-git>), held against the file
//! system's own clock: a stamp of a file holds as a proof of its content only if the file's last change lies before
//! the moment we began to read it. A later write then cannot leave the same stamp, because it sets `ctime`, which
//! nobody can set back. Not promised: a system clock that is set back by whole seconds while we look away, and
//! writes through a memory map that was dirty before.

use std::fs::Metadata;
use std::path::Path;

/// How much earlier than our moment a change must lie: FAT counts in two seconds, which is the coarsest there is.
#[cfg(unix)]
const MARGIN: i128 = 2_000_000_000;

/// A file's size, times (nanoseconds since 1970), number, device and mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// Its size in bytes.
    pub size: u64,
    /// When its content was last changed, or so somebody said.
    pub mtime: i128,
    /// When anything of it was last changed.
    pub ctime: i128,
    /// Its number in the file system.
    pub inode: u64,
    /// The file system.
    pub device: u64,
    /// Its kind and permissions.
    pub mode: u32,
}

impl Stamp {
    /// A file's stamp; nothing where the system keeps no `ctime`: then nothing can be believed.
    #[cfg(unix)]
    #[must_use]
    pub fn of(file: &Metadata) -> Option<Self> {
        use std::os::unix::fs::MetadataExt as _;
        let nanos = |seconds: i64, rest: i64| i128::from(seconds) * 1_000_000_000 + i128::from(rest);
        Some(Self {
            size: file.size(),
            mtime: nanos(file.mtime(), file.mtime_nsec()),
            ctime: nanos(file.ctime(), file.ctime_nsec()),
            inode: file.ino(),
            device: file.dev(),
            mode: file.mode(),
        })
    }

    /// A file's stamp; nothing where the system keeps no `ctime`: then nothing can be believed.
    #[cfg(not(unix))]
    #[must_use]
    pub fn of(_: &Metadata) -> Option<Self> {
        None
    }
}

impl std::fmt::Display for Stamp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { size, mtime, ctime, inode, device, mode } = self;
        write!(f, "{size} {mtime} {ctime} {inode} {device} {mode:o}")
    }
}

/// A moment by a file system's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment(#[cfg_attr(not(unix), expect(dead_code, reason = "there is no clock to believe"))] i128);

impl Moment {
    /// Now, by the clock that stamps the files of this folder: a nameless file is made there. Nothing where that
    /// cannot be done.
    #[must_use]
    pub fn now(folder: &Path) -> Option<Self> {
        let file = tempfile::tempfile_in(folder).ok()?;
        Stamp::of(&file.metadata().ok()?).map(|stamp| Self(stamp.mtime.min(stamp.ctime)))
    }

    /// Whether a file's last change lies well before this moment, so that its stamp proves what was read after it.
    #[cfg(unix)]
    #[must_use]
    pub fn is_well_after(self, stamp: &Stamp) -> bool {
        stamp.mtime.max(stamp.ctime) + MARGIN < self.0
    }

    /// Whether a file's last change lies well before this moment, so that its stamp proves what was read after it.
    #[cfg(not(unix))]
    #[must_use]
    pub fn is_well_after(self, _: &Stamp) -> bool {
        false
    }

    #[cfg(all(test, unix))]
    pub(super) fn shifted(self, nanos: i128) -> Self {
        Self(self.0 + nanos)
    }
}
