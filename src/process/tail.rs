//! Following a file that a child still writes, line by line, with bounded memory.

use crate::error::{Error, Result};
use camino::{Utf8Path, Utf8PathBuf};
use std::fs::File;
use std::io::{self, Read as _, Seek as _};

/// The lines of a file that is still being written.
pub(super) struct Tail {
    path: Utf8PathBuf,
    file: File,
    kept: Vec<u8>,
}

const LONGEST_LINE: usize = 8 << 20;

impl Tail {
    pub(super) fn open(path: &Utf8Path) -> Result<Self> {
        let failed = |error: io::Error| Error::io(format!("read the log `{path}`"), error);
        let mut file = File::open(path).map_err(failed)?;
        file.rewind().map_err(failed)?;
        Ok(Self { path: path.to_owned(), file, kept: Vec::new() })
    }

    /// Every line that ended since the last call.
    pub(super) fn lines(&mut self, line: &mut impl FnMut(&[u8])) -> Result<()> {
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
    pub(super) fn rest(&mut self, line: &mut impl FnMut(&[u8])) {
        if !self.kept.is_empty() {
            let text = self.kept.strip_suffix(b"\n").unwrap_or(&self.kept);
            line(text.strip_suffix(b"\r").unwrap_or(text));
            self.kept.clear();
        }
    }
}
