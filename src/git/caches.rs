//! Which folders are target folders or other marked caches: nobody's work, whether git ignores them or not.

use super::names;
use camino::Utf8Path;
use std::collections::BTreeSet;
use std::path::Path;

/// How a `CACHEDIR.TAG` has to begin (<https://bford.info/cachedir/>).
const SIGNATURE: &[u8] = b"Signature: 8a477f597d28d172789f06886806bc55";

/// The caches among what git does not track, without a `/` at the end. Where git tracks anything in a folder, it is
/// no cache, whatever it holds: nobody hides work with a mark. All names are relative to the top.
#[must_use]
pub fn among<'a>(untracked: impl Iterator<Item = &'a [u8]>, tracked: &[&[u8]], top: &Utf8Path) -> BTreeSet<&'a [u8]> {
    let marks = untracked.filter(|name| is_mark(name, top));
    let folders = marks.filter_map(|name| name.iter().rposition(|byte| *byte == b'/').map(|slash| &name[..=slash]));
    folders
        .filter(|folder| !tracked.iter().any(|name| name.starts_with(folder)))
        .map(|folder| &folder[..folder.len() - 1])
        .collect()
}

/// Whether a folder bears a mark, asked on the disk.
#[must_use]
pub fn is_marked(folder: &Path) -> bool {
    folder.join(".rustc_info.json").is_file() || is_tag(&folder.join("CACHEDIR.TAG"))
}

/// Whether a file marks its folder as one that programs fill: cargo puts both into a target folder.
fn is_mark(name: &[u8], top: &Utf8Path) -> bool {
    match name.rsplit(|byte| *byte == b'/').next() {
        Some(b".rustc_info.json") => true,
        Some(b"CACHEDIR.TAG") => is_tag(&top.as_std_path().join(names::to_path(name))),
        Some(_) | None => false,
    }
}

fn is_tag(path: &Path) -> bool {
    // Opening a FIFO would wait for its writer.
    std::fs::symlink_metadata(path).is_ok_and(|file| file.is_file())
        && std::fs::read(path).is_ok_and(|text| text.starts_with(SIGNATURE))
}
