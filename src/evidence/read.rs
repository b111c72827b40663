//! A record that was kept, read by whoever does not trust it.
//!
//! Nothing here follows a link, leaves the folder or reads more than it has room for; what cannot be read is data,
//! not an error.

use super::place::{RECORD, evidence_folder, id_of, is_folder, is_of_evidence, run_folder};
use super::record::{Digests, FORMAT, RunRecord};
use crate::files::{self, sha256};
use camino::{Utf8Path, Utf8PathBuf};
use serde::Deserialize;

/// The most bytes of a record that are read.
const MOST_RECORD: u64 = 64 << 20;

/// The most bytes of a log or a patch that are read.
const MOST_FILE: u64 = 256 << 20;

/// Why something of a record cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unreadable {
    /// There is no such file.
    Missing,
    /// A name that leads out of the folder, or to no file of evidence.
    Refused(String),
    /// It is a link, a folder, too large, or the system says no.
    NotReadable(String),
    /// It is no JSON, or not of a record's shape.
    NotJson(String),
    /// The version of its shape is not ours; `None` where it says none, as records of earlier versions did.
    OtherFormat(Option<u32>),
    /// It is the record of another run than its folder is named after.
    OtherRun(String),
}

impl Unreadable {
    /// In words, behind the name of the thing.
    #[must_use]
    pub fn in_words(&self) -> String {
        match self {
            Self::Missing => "is not there".into(),
            Self::Refused(name) => format!("is named `{}`, which is no name of evidence", name.escape_debug()),
            Self::NotReadable(why) => format!("cannot be read: {why}"),
            Self::NotJson(why) => format!("is no record: {why}"),
            Self::OtherFormat(None) => "was written by an earlier version".into(),
            Self::OtherFormat(Some(format)) => format!("has the format {format}, and {FORMAT} is known here"),
            Self::OtherRun(run) => format!("is the record of the run `{}`", run.escape_debug()),
        }
    }
}

/// What a log or patch holds, held against what the record says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Held {
    /// The whole, as the run wrote it.
    Whole(Vec<u8>),
    /// Head and tail, as they were sealed.
    Cut(Vec<u8>),
    /// Something else: its SHA-256.
    Differs(String),
    /// Nothing.
    Unreadable(Unreadable),
}

/// A run's record where it is kept.
#[derive(Debug)]
pub struct Kept {
    /// The run's id: the name of its folder.
    pub id: String,
    /// Whether it lies among the sealed ones.
    pub is_sealed: bool,
    /// SHA-256 of `record.json` as it lies there; `None` where it cannot be read.
    pub sha256: Option<String>,
    /// The record, or why there is none.
    pub record: std::result::Result<RunRecord, Unreadable>,
    folder: Utf8PathBuf,
}

impl Kept {
    /// The bytes of one of its files.
    ///
    /// # Errors
    /// Why not, as data: the name is refused, there is none, it is a link or too large.
    pub fn file(&self, name: &str) -> std::result::Result<Vec<u8>, Unreadable> {
        if !is_of_evidence(name) {
            return Err(Unreadable::Refused(name.to_owned()));
        }
        bytes(&self.folder.join(name), MOST_FILE)
    }

    /// What lies there of a log or patch the record speaks of.
    #[must_use]
    pub fn held(&self, digests: &Digests) -> Held {
        match self.file(&digests.path) {
            Err(why) => Held::Unreadable(why),
            Ok(bytes) => {
                let found = sha256(&bytes);
                if found == digests.sha256 && bytes.len() as u64 == digests.bytes {
                    Held::Whole(bytes)
                } else if digests.sealed.as_ref() == Some(&found) {
                    Held::Cut(bytes)
                } else {
                    Held::Differs(found)
                }
            }
        }
    }

    /// The folder it lies in.
    #[must_use]
    pub fn folder(&self) -> &Utf8Path {
        &self.folder
    }
}

/// The sealed record of this id alone, whatever lies among the runs.
#[must_use]
pub fn sealed(handoff: &Utf8Path, id: &str) -> Option<Kept> {
    let id = id_of(id)?;
    kept(evidence_folder(handoff, id), id, true)
}

/// The run's own record alone, sealed or not.
#[must_use]
pub fn unsealed(handoff: &Utf8Path, id: &str) -> Option<Kept> {
    let id = id_of(id)?;
    kept(run_folder(handoff, id), id, false)
}

fn kept(folder: Utf8PathBuf, id: &str, is_sealed: bool) -> Option<Kept> {
    folder.symlink_metadata().ok()?;
    let is_linked = !is_folder(&folder) || folder.parent().is_some_and(|above| !is_folder(above));
    let text = if is_linked {
        Err(Unreadable::NotReadable("it lies behind a link, or is no folder".into()))
    } else {
        bytes(&folder.join(RECORD), MOST_RECORD)
    };
    let sha256 = text.as_ref().ok().map(|text| sha256(text));
    let record = text
        .and_then(|text| parse(&text))
        .and_then(|record| if record.run == id { Ok(record) } else { Err(Unreadable::OtherRun(record.run)) });
    Some(Kept { id: id.to_owned(), is_sealed, sha256, record, folder })
}

fn bytes(path: &Utf8Path, most: u64) -> std::result::Result<Vec<u8>, Unreadable> {
    let entry = match path.symlink_metadata() {
        Ok(entry) => entry,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Err(Unreadable::Missing),
        Err(error) => return Err(Unreadable::NotReadable(error.to_string())),
    };
    // The folders above were looked at when the record was found; the file itself may be a link too.
    let is_linked = path.parent().is_some_and(|folder| !is_folder(folder));
    if is_linked || !entry.is_file() {
        return Err(Unreadable::NotReadable("it is a link, or no regular file".into()));
    }
    if most < entry.len() {
        return Err(Unreadable::NotReadable(format!("it is larger than {most} bytes")));
    }
    match files::read(path, most) {
        Ok(Some(bytes)) => Ok(bytes),
        Ok(None) => Err(Unreadable::Missing),
        Err(error) => Err(Unreadable::NotReadable(error.message)),
    }
}

/// Reads a record's text.
///
/// # Errors
/// Why it is none, as data.
pub fn parse(text: &[u8]) -> std::result::Result<RunRecord, Unreadable> {
    #[derive(Deserialize)]
    struct Format {
        format: Option<u32>,
    }
    let not_json = |error: serde_json::Error| Unreadable::NotJson(error.to_string());
    let Format { format } = serde_json::from_slice(text).map_err(not_json)?;
    if format != Some(FORMAT) {
        return Err(Unreadable::OtherFormat(format));
    }
    serde_json::from_slice(text).map_err(not_json)
}

#[cfg(test)]
mod tests;
