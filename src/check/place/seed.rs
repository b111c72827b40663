//! What the current target folder has of dependencies, copied into another one.
//!
//! Members are left out: their test binaries are most of the bytes, and they have to be compiled anew anyway. Every copy
//! keeps its time, by which cargo knows that it is still fresh. It is a real copy: cargo writes into files.

use super::folders::entries;
use crate::cancel::Cancel;
use crate::error::{Error, Result};
use crate::files;
use crate::workspace::graph::Workspace;
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeSet;

/// Copies from a workspace's target folder into another one. How many files and folders; none where something is built
/// there already, or nothing is here.
///
/// # Errors
/// 74 where something cannot be read or written, those of being stopped.
pub fn seed(current: &Workspace, to: &Utf8Path, cancel: &Cancel) -> Result<usize> {
    let members = Members::of(current);
    let mut n_copied = 0;
    for below in profiles(&current.target_folder)? {
        let (from, to) = (current.target_folder.join(&below), to.join(&below));
        if to.join(".fingerprint").is_dir() {
            continue;
        }
        // Fingerprints first: what has one was whole by then, so that what is copied after it is.
        let mut hashes = BTreeSet::new();
        for kind in [".fingerprint", "build", "deps"] {
            if !from.join(kind).is_dir() {
                continue;
            }
            files::create_folder(&to.join(kind))?;
            for path in entries(&from.join(kind))? {
                cancel.check()?;
                let name = path.file_name().unwrap_or_default();
                let (unit, hash) = unit(name);
                let is_wanted = if kind == "deps" {
                    hashes.contains(hash) || !members.crates.contains(unit.strip_prefix("lib").unwrap_or(unit))
                } else {
                    !members.packages.contains(unit)
                };
                if is_wanted {
                    if kind == ".fingerprint" {
                        hashes.insert(hash.to_owned());
                    }
                    copy(&path, &to.join(kind).join(name))?;
                    n_copied += 1;
                }
            }
        }
    }
    let known = current.target_folder.join(".rustc_info.json");
    if 0 < n_copied && known.is_file() {
        copy(&known, &to.join(".rustc_info.json"))?;
    }
    Ok(n_copied)
}

/// `debug`, and `<triple>/debug` where cargo builds for a named platform.
fn profiles(target_folder: &Utf8Path) -> Result<Vec<Utf8PathBuf>> {
    if !target_folder.is_dir() {
        return Ok(Vec::new());
    }
    let names = entries(target_folder)?.into_iter().filter_map(|path| path.file_name().map(Utf8PathBuf::from));
    let below = names.map(|name| if name == "debug" { name } else { name.join("debug") });
    Ok(below.filter(|below| target_folder.join(below).join(".fingerprint").is_dir()).collect())
}

/// `libserde_core-0123456789abcdef.rlib`: `libserde_core` and the hash; without one, the whole twice.
fn unit(name: &str) -> (&str, &str) {
    let stem = name.split_once('.').map_or(name, |(stem, _)| stem);
    match stem.rsplit_once('-') {
        Some((unit, hash)) if hash.len() == 16 => (unit, hash),
        Some(_) | None => (stem, stem),
    }
}

struct Members {
    packages: BTreeSet<String>,
    /// As rustc spells them.
    crates: BTreeSet<String>,
}

impl Members {
    fn of(workspace: &Workspace) -> Self {
        let packages = &workspace.packages;
        let targets = packages.iter().flat_map(|package| &package.targets);
        Self {
            packages: packages.iter().map(|package| package.cargo.name.to_string()).collect(),
            crates: targets.flat_map(|target| [target.id.name.clone(), target.id.name.replace('-', "_")]).collect(),
        }
    }
}

fn copy(from: &Utf8Path, to: &Utf8Path) -> Result<()> {
    let failed = |error: std::io::Error| Error::io(format!("copy `{from}`"), error);
    let entry = from.symlink_metadata().map_err(failed)?;
    if entry.is_dir() {
        files::create_folder(to)?;
        for path in entries(from)? {
            copy(&path, &to.join(path.file_name().unwrap_or_default()))?;
        }
        return Ok(());
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
    fn a_file_is_known_by_its_unit_and_its_hash() {
        assert_eq!(unit("libserde_core-0123456789abcdef.rlib"), ("libserde_core", "0123456789abcdef"));
        assert_eq!(unit("serde-derive-0123456789abcdef"), ("serde-derive", "0123456789abcdef"));
        assert_eq!(unit("a-b.txt"), ("a-b", "a-b"));
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
        let copied = folder.join("c/b").metadata().expect("there");
        assert_eq!(copied.modified().expect("known"), old);
        assert_eq!(std::fs::read_to_string(folder.join("c/b")).expect("there"), "x");
    }
}
