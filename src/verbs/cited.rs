//! Places that justify something: `FILE:LINE` as it is recorded, and files as they are recorded.

use crate::error::{Code, Error, Result};
use crate::evidence::sha256;
use crate::files;
use crate::payload::entries::Citation;
use crate::recon::{may_be_quoted, trimmed};
use camino::Utf8Path;

/// The largest file a citation may point into.
const LARGEST_CITED: u64 = 64 << 20;

/// `FILE:LINE` with the line's text and the file's digest.
///
/// # Errors
/// 2 where it is of another form, 65 where there is no such file or line, or it lies outside of the root.
pub(super) fn citation(root: &Utf8Path, folder: &Utf8Path, source: &str) -> Result<Citation> {
    const EXAMPLE: &str = "a place is a file and a line of it, as `src/b.rs:118`";
    let (file, line) = source
        .rsplit_once(':')
        .and_then(|(file, line)| Some((file, line.parse::<usize>().ok().filter(|line| 1 <= *line)?)))
        .ok_or_else(|| Error::new(Code::Usage, format!("`{source}` is not of the form `FILE:LINE`")).hint(EXAMPLE))?;
    let file = file_below(root, folder, file)?;
    if !may_be_quoted(root, &file) {
        return Err(Error::new(Code::PathOutside, format!("`{file}` is not cited: it leads out of the workspace")));
    }
    let bytes = files::read(&root.join(&file), LARGEST_CITED)?
        .ok_or_else(|| Error::new(Code::NoSuchEntry, format!("there is no file `{file}` to cite")).hint(EXAMPLE))?;
    let text = String::from_utf8_lossy(&bytes);
    let cited = text.lines().nth(line - 1).ok_or_else(|| {
        let n_lines = text.lines().count();
        Error::new(Code::NoSuchEntry, format!("`{file}` has {n_lines} lines, and `{source}` cites line {line}"))
            .hint(format!("cite a line from 1 to {n_lines}"))
    })?;
    Ok(Citation { at: format!("{file}:{line}"), text: trimmed(cited), sha256: sha256(&bytes) })
}

/// A file as it is recorded: relative to the payload's root, with `/`, and not outside of it. Where it is not
/// there but below the current folder, that one is meant.
///
/// # Errors
/// 65 `path-outside` where it lies elsewhere.
pub(super) fn file_below(root: &Utf8Path, folder: &Utf8Path, file: &str) -> Result<String> {
    let here = folder.join(file);
    let is_here = root.join(file).symlink_metadata().is_err() && here.symlink_metadata().is_ok();
    let path = if is_here { here.as_path() } else { Utf8Path::new(file) };
    let relative = path.strip_prefix(root).unwrap_or(path);
    let text = relative.as_str().replace('\\', "/");
    let text = text.strip_prefix("./").unwrap_or(&text);
    if text.is_empty() || relative.is_absolute() || text.split('/').any(|part| part == "..") {
        return Err(Error::new(Code::PathOutside, format!("`{file}` does not lie below the payload's root"))
            .hint("name it relative to the folder that holds `handoff/`"));
    }
    Ok(text.to_owned())
}
