//! What was built of dependencies, copied into another target folder; members are left to be built anew.
//!
//! Every copy keeps its time, by which cargo knows that it is still fresh. It is a real copy: cargo writes into files.

use crate::cancel::Cancel;
use crate::error::{Error, Result};
use crate::files;
use crate::workspace::graph::Workspace;
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeSet;
use std::io;

/// The folders of a profile cargo looks for a unit in.
const KINDS: [&str; 3] = [".fingerprint", "build", "deps"];

/// Copies what the current target folder has of the `debug` profile.
pub(super) fn seed(current: &Workspace, to: &Utf8Path, cancel: &Cancel) -> Result<()> {
    let members = names(current);
    for kind in KINDS {
        let (from, to) = (current.target_folder.join("debug").join(kind), to.join("debug").join(kind));
        if !from.is_dir() {
            continue;
        }
        files::create_folder(&to)?;
        for path in entries(&from)? {
            cancel.check()?;
            let name = path.file_name().unwrap_or_default();
            if !members.contains(unit(name)) {
                copy(&path, &to.join(name))?;
            }
        }
    }
    let known = current.target_folder.join(".rustc_info.json");
    if known.is_file() { copy(&known, &to.join(".rustc_info.json")) } else { Ok(()) }
}

/// The members' packages and crates, as cargo and as rustc spell them.
fn names(workspace: &Workspace) -> BTreeSet<String> {
    let packages = workspace.packages.iter().map(|package| package.cargo.name.to_string());
    let targets = workspace.packages.iter().flat_map(|package| &package.targets).map(|target| target.id.name.clone());
    let names: Vec<String> = packages.chain(targets).collect();
    names.iter().flat_map(|name| [name.clone(), name.replace('-', "_")]).collect()
}

/// `libserde_core-0123456789abcdef.rlib` is of `serde_core`.
fn unit(name: &str) -> &str {
    let stem = name.split_once('.').map_or(name, |(stem, _)| stem);
    let unit = stem.rsplit_once('-').filter(|(_, hash)| hash.len() == 16).map_or(stem, |(unit, _)| unit);
    if name.contains('.') { unit.strip_prefix("lib").unwrap_or(unit) } else { unit }
}

fn entries(folder: &Utf8Path) -> Result<Vec<Utf8PathBuf>> {
    let failed = |error: io::Error| Error::io(format!("read the folder `{folder}`"), error);
    let entries = folder.read_dir_utf8().map_err(failed)?;
    entries.map(|entry| entry.map(|entry| entry.into_path())).collect::<io::Result<_>>().map_err(failed)
}

fn copy(from: &Utf8Path, to: &Utf8Path) -> Result<()> {
    let failed = |error: io::Error| Error::io(format!("copy `{from}`"), error);
    let entry = from.symlink_metadata().map_err(failed)?;
    if entry.is_dir() {
        files::create_folder(to)?;
        return entries(from)?.iter().try_for_each(|path| copy(path, &to.join(path.file_name().unwrap_or_default())));
    }
    if !entry.is_file() {
        return Ok(()); // neither cargo nor rustc makes links there
    }
    std::fs::copy(from, to).map_err(failed)?;
    let times = std::fs::FileTimes::new().set_modified(entry.modified().map_err(failed)?);
    let file = std::fs::File::options().append(true).open(to).map_err(failed)?;
    file.set_times(times).map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_of_the_unit_it_names() {
        assert_eq!(unit("libserde_core-0123456789abcdef.rlib"), "serde_core");
        assert_eq!(unit("adder-0123456789abcdef.d"), "adder");
        assert_eq!(unit("serde-derive-0123456789abcdef"), "serde-derive");
        assert_eq!(unit("libloading-0123456789abcdef"), "libloading", "a folder is named by its package");
    }

    #[test]
    fn a_copy_keeps_its_time() {
        let folder = tempfile::tempdir().expect("a folder");
        let folder = Utf8Path::from_path(folder.path()).expect("UTF-8");
        let old = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000);
        std::fs::create_dir(folder.join("a")).expect("made");
        std::fs::write(folder.join("a/b"), "x").expect("written");
        let file = std::fs::File::options().append(true).open(folder.join("a/b")).expect("opened");
        file.set_times(std::fs::FileTimes::new().set_modified(old)).expect("set");
        copy(&folder.join("a"), &folder.join("c")).expect("copied");
        assert_eq!(folder.join("c/b").metadata().and_then(|copied| copied.modified()).expect("known"), old);
    }
}
