//! Following a file that a child still writes, line by line, with bounded memory.

use crate::error::{Error, Result};
use camino::{Utf8Path, Utf8PathBuf};
use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _};

/// The lines of a file that is still being written.
pub(super) struct Tail {
    path: Utf8PathBuf,
    reader: BufReader<File>,
    kept: Vec<u8>,
}

/// A line longer than this comes in pieces.
const LONGEST_LINE: usize = 8 << 20;

impl Tail {
    pub(super) fn open(path: &Utf8Path) -> Result<Self> {
        let file = File::open(path).map_err(|error| Error::io(format!("read the log `{path}`"), error))?;
        Ok(Self { path: path.to_owned(), reader: BufReader::new(file), kept: Vec::new() })
    }

    /// Lines that ended since the last call, of at most this many bytes: a writer may be faster than we are, and
    /// whoever calls has a clock to look at.
    pub(super) fn lines(&mut self, most: u64, line: &mut impl FnMut(&[u8])) -> Result<()> {
        let mut n_left = most;
        loop {
            let n_wanted = n_left.min((LONGEST_LINE - self.kept.len()) as u64);
            let n_read = (&mut self.reader)
                .take(n_wanted)
                .read_until(b'\n', &mut self.kept)
                .map_err(|error| Error::io(format!("read the log `{}`", self.path), error))?;
            if n_read == 0 {
                return Ok(());
            }
            n_left -= n_read as u64;
            if self.kept.ends_with(b"\n") || LONGEST_LINE <= self.kept.len() {
                self.rest(line);
            }
        }
    }

    /// What stands behind the last line end.
    pub(super) fn rest(&mut self, line: &mut impl FnMut(&[u8])) {
        if !self.kept.is_empty() {
            let text = self.kept.strip_suffix(b"\n").unwrap_or(&self.kept);
            line(text.strip_suffix(b"\r").unwrap_or(text));
            self.kept.clear();
        }
    }
}
