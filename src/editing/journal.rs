//! What was edited, a line of JSON for each edit, beside the runs of the payload.

use crate::error::{Code, Error, Result};
use crate::files;
use crate::payload::entries::Citation;
use camino::{Utf8Path, Utf8PathBuf};
use serde::{Deserialize, Serialize};
use std::io::Write as _;

/// What the journal may weigh before its older half goes.
const MOST: u64 = 8 << 20;

/// One edit that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// When.
    pub at: String,
    /// What it did, as it is typed.
    pub op: String,
    /// The file, relative to the payload's root.
    pub file: String,
    /// The symbol, by its path in the file before the edit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub symbol: Option<String>,
    /// SHA-256 of the file before; `None` where there was none.
    pub before: Option<String>,
    /// SHA-256 of the file behind it.
    pub after: String,
    /// The place that justified it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub citation: Option<Citation>,
    /// The finding of an instrument that justified it, by its id in `implementation.recon`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finding: Option<String>,
    /// Who.
    pub by: String,
}

/// Where it lies, below the folder of the payload.
#[must_use]
pub fn path(handoff: &Utf8Path) -> Utf8PathBuf {
    handoff.join("runs").join("edits.jsonl")
}

/// What was edited, oldest first. A line that is none of ours is passed over.
///
/// # Errors
/// 74 where it cannot be read.
pub fn read(handoff: &Utf8Path) -> Result<Vec<Entry>> {
    let bytes = files::read(&path(handoff), MOST * 4)?.unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    Ok(text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect())
}

/// Writes these behind the others.
///
/// # Errors
/// 74 with the path.
pub fn append(handoff: &Utf8Path, entries: &[Entry]) -> Result<()> {
    let path = path(handoff);
    let failed = |error: std::io::Error| Error::io(format!("write `{path}`"), error);
    let mut text = String::new();
    for entry in entries {
        let line = serde_json::to_string(entry).map_err(|error| failed(error.into()))?;
        text.push_str(&line);
        text.push('\n');
    }
    files::create_folder(&handoff.join("runs"))?;
    if files::real(&path) != files::real(handoff).join("runs").join(path.file_name().unwrap_or_default()) {
        return Err(Error::new(Code::PathOutside, format!("`{path}` is not written: a link leads elsewhere"))
            .hint(format!("remove the link; `{path}` is this tool's own")));
    }
    if path.metadata().is_ok_and(|metadata| MOST < metadata.len()) {
        let bytes = files::read(&path, MOST * 4)?.unwrap_or_default();
        let half = bytes.len() / 2;
        let start = bytes[half..].iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |end| half + end + 1);
        files::replace(&path, &bytes[start..])?;
    }
    // In one write: two of us at once leave whole lines.
    let mut file = std::fs::File::options().create(true).append(true).open(&path).map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_edited_is_read_back_and_other_lines_are_passed_over() {
        let keep = tempfile::tempdir().expect("a folder");
        let handoff = Utf8Path::from_path(keep.path()).expect("UTF-8");
        assert_eq!(read(handoff).expect("no error"), []);
        let entry = Entry {
            at: "2026-11-02T09:30:00Z".into(),
            op: "replace".into(),
            file: "src/a.rs".into(),
            symbol: Some("impl A/new".into()),
            before: Some("1".into()),
            after: "2".into(),
            citation: Some(Citation { at: "src/b.rs:1".into(), text: "fn b()".into(), sha256: "3".into() }),
            finding: None,
            by: "somebody".into(),
        };
        append(handoff, std::slice::from_ref(&entry)).expect("written");
        let bare =
            Entry { symbol: None, before: None, citation: None, finding: Some("recon:1".into()), ..entry.clone() };
        std::fs::File::options()
            .append(true)
            .open(path(handoff))
            .expect("there")
            .write_all(b"no JSON\n")
            .expect("written");
        append(handoff, std::slice::from_ref(&bare)).expect("written");
        assert_eq!(read(handoff).expect("read"), [entry, bare]);
    }
}
