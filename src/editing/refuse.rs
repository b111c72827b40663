//! Which files are not edited, and which only where that was said.

use super::Bounds;
use crate::error::{Code, Error, Result};
use crate::files::real;
use crate::surroundings::plain;
use camino::{Utf8Path, Utf8PathBuf};

/// Names of files that decide what is built, and what runs, wherever they lie.
const SENSITIVE_NAMES: [&str; 23] = [
    "build.rs",
    "cargo.toml",
    "cargo.lock",
    "rust-toolchain",
    "rust-toolchain.toml",
    ".gitlab-ci.yml",
    ".travis.yml",
    ".cirrus.yml",
    ".drone.yml",
    "azure-pipelines.yml",
    "appveyor.yml",
    "bitbucket-pipelines.yml",
    "jenkinsfile",
    ".gitlab-ci.yaml",
    ".travis.yaml",
    ".cirrus.star",
    ".drone.star",
    ".woodpecker.yml",
    ".woodpecker.yaml",
    ".appveyor.yml",
    ".build.yml",
    "azure-pipelines.yaml",
    "bitbucket-pipelines.yaml",
];

/// Folders whose files do.
const SENSITIVE_FOLDERS: [&str; 12] = [
    ".cargo",
    ".github",
    ".gitlab",
    ".circleci",
    ".buildkite",
    ".woodpecker",
    ".forgejo",
    ".gitea",
    ".husky",
    ".semaphore",
    ".teamcity",
    ".builds",
];

/// A file that may be edited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Allowed {
    /// Where it lies, without symlinks as far as it exists.
    pub(super) path: Utf8PathBuf,
    /// As it is told: relative to the root, with `/`.
    pub(super) shown: String,
    /// Whether it decides what is built, and what runs.
    pub(super) is_sensitive: bool,
}

/// Where a file lies that was named relative to the current folder or to the root: the current folder goes first where
/// there is such a file; where there is none in either, whichever has the folder for it.
pub(super) fn locate(named: &str, bounds: &Bounds) -> Utf8PathBuf {
    let (here, there) = (plain(&bounds.folder.join(named)), plain(&bounds.root.join(named)));
    let is_there = |path: &Utf8Path| path.symlink_metadata().is_ok();
    let folder = |path: &Utf8Path| path.parent().is_some_and(is_there);
    let is_for_root = if is_there(&here) { false } else { is_there(&there) || (!folder(&here) && folder(&there)) };
    if is_for_root { there } else { here }
}

/// Whether this file may be edited.
///
/// # Errors
/// 65 `path-outside` outside of the root, also through a link, below `.git`, and for the payload's own folder.
pub(super) fn allowed(path: &Utf8Path, bounds: &Bounds) -> Result<Allowed> {
    let outside = |why: &str| {
        Error::new(Code::PathOutside, format!("`{path}` is not edited: {why}"))
            .hint(format!("files below `{}` can be edited", bounds.root))
    };
    if path.as_str().chars().any(char::is_control) {
        return Err(outside("its name has a control character"));
    }
    if path.ancestors().any(|part| part.is_symlink() && !part.exists()) {
        return Err(outside("a link on the way leads nowhere"));
    }
    let real_root = real(bounds.root);
    let target = real(path);
    let Ok(relative) = target.strip_prefix(&real_root) else {
        let typed = path.strip_prefix(bounds.root).is_ok();
        return Err(outside(if typed {
            "a link leads out of the workspace"
        } else {
            "it lies outside of the workspace"
        }));
    };
    let typed = path.strip_prefix(bounds.root).or_else(|_| path.strip_prefix(&real_root)).unwrap_or(relative);
    for one in [relative, typed] {
        if one.components().any(|part| is_git(part.as_str())) {
            return Err(outside("it is git's own"));
        }
        let is_payload = |one: &Utf8Path| {
            one.file_name().is_some_and(|name| name.eq_ignore_ascii_case("payload.json"))
                && one.parent().and_then(Utf8Path::file_name).is_some_and(|name| name.eq_ignore_ascii_case("handoff"))
        };
        if is_payload(one) {
            return Err(outside("the payload is written by `note` and `implement`, and by its other owners"));
        }
    }
    if bounds.handoff.is_some_and(|handoff| target.starts_with(real(handoff)) || path.starts_with(handoff)) {
        return Err(outside("what lies beside the payload is a record"));
    }
    if relative.as_str().is_empty() || target.is_dir() {
        return Err(outside("it is a folder"));
    }
    if target.ancestors().skip(1).any(is_git_folder) {
        return Err(outside("it is git's own"));
    }
    let is_sensitive = is_sensitive(relative) || is_sensitive(typed) || is_build_script(&target, &real_root);
    Ok(Allowed { shown: relative.as_str().replace('\\', "/"), path: target, is_sensitive })
}

/// Whether git keeps a repository in this folder, whatever it is called (`git init --separate-git-dir`).
fn is_git_folder(folder: &Utf8Path) -> bool {
    folder.join("HEAD").is_file() && folder.join("objects").is_dir() && folder.join("refs").is_dir()
}

/// `.git`, as far as any file system takes a name for it.
fn is_git(part: &str) -> bool {
    let part = part.trim_end_matches(['.', ' ']);
    part.eq_ignore_ascii_case(".git") || part.eq_ignore_ascii_case("git~1")
}

/// Whether a file of this name decides what is built, and what runs.
#[must_use]
pub fn is_sensitive(relative: &Utf8Path) -> bool {
    let lower = relative.as_str().to_ascii_lowercase().replace('\\', "/");
    let mut parts = lower.split('/').rev();
    let is_named = parts.next().is_some_and(|name| SENSITIVE_NAMES.contains(&name));
    is_named || parts.any(|folder| SENSITIVE_FOLDERS.contains(&folder))
}

/// Whether the manifest nearest to a file names it as the build script.
fn is_build_script(path: &Utf8Path, root: &Utf8Path) -> bool {
    const MOST: u64 = 1 << 20;
    if path.extension() != Some("rs") {
        return false;
    }
    let folders = path.ancestors().skip(1).take_while(|folder| folder.starts_with(root));
    for folder in folders {
        let Ok(Some(bytes)) = crate::files::read(&folder.join("Cargo.toml"), MOST) else { continue };
        let manifest = String::from_utf8_lossy(&bytes).parse::<toml::Table>().unwrap_or_default();
        let build = manifest.get("package").and_then(|package| package.get("build"));
        let named = match build {
            Some(toml::Value::Array(list)) => list.iter().filter_map(toml::Value::as_str).collect(),
            Some(toml::Value::String(one)) => vec![one.as_str()],
            Some(_) | None => Vec::new(),
        };
        let source = folder.join("src");
        return named.into_iter().map(|named| plain(&folder.join(named))).any(|script| {
            // Its modules lie beside it, where it has a folder of its own.
            let own = script.parent().filter(|own| *own != folder && *own != source && own.starts_with(folder));
            script == path || own.is_some_and(|own| path.starts_with(own))
        });
    }
    false
}

/// What is said where such a file is to be edited and nobody said that it may.
pub(super) fn not_allowed(files: Vec<String>) -> Error {
    let message = "files that decide what is built and run are edited only where that is said";
    Error::new(Code::SensitiveFile, message).details(files).hint("add `--allow-sensitive` if they are meant")
}

#[cfg(test)]
mod tests;
