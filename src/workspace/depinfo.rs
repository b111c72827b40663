//! dep-info (`*.d`): which files and environment variables a compile read, as rustc writes it.
//!
//! Names are relative to the workspace's root, spaces are `\ `, and nothing is normalised. A syntax error leaves the
//! old file behind; what a procedural macro reads is not listed.

use super::units::{Inputs, ScriptInputs};
use crate::surroundings::plain;
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeSet;

/// The dep-info beside an artifact: `deps/libx-HASH.rmeta` and `deps/x-HASH` have `deps/x-HASH.d`, a build script
/// has the only one of its folder. `None` for a copy without a hash in its name: cargo's own dep-info beside it says
/// other things.
#[must_use]
pub fn beside(artifact: &Utf8Path) -> Option<Utf8PathBuf> {
    let folder = artifact.parent()?;
    let stem = match artifact.extension() {
        Some("rmeta" | "rlib" | "so" | "dylib" | "dll" | "a" | "exe" | "wasm") => artifact.file_stem()?,
        Some(_) | None => artifact.file_name()?,
    };
    let plain = stem.strip_prefix("lib").unwrap_or(stem);
    let named = [stem, plain].into_iter().filter(|stem| has_hash(stem)).map(|stem| folder.join(format!("{stem}.d")));
    if let Some(found) = named.into_iter().find(|path| path.is_file()) {
        return Some(found);
    }
    // A folder of its own with a hash in its name, as build scripts have.
    if !has_hash(folder.file_name()?) {
        return None;
    }
    let files = folder.read_dir_utf8().ok()?.flatten().map(|entry| entry.path().to_owned());
    let mut infos = files.filter(|path| path.extension() == Some("d"));
    infos.next().filter(|_| infos.next().is_none())
}

fn has_hash(stem: &str) -> bool {
    stem.rsplit_once('-').is_some_and(|(_, hash)| hash.len() == 16 && hash.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// Reads dep-info. What clippy adds of its own accord (the workspace's `Cargo.toml`, its settings) is no input.
#[must_use]
pub fn parse(text: &str, root: &Utf8Path) -> Inputs {
    let mut inputs = Inputs::default();
    let is_clippys = text.lines().any(|line| line.starts_with("# env-dep:CLIPPY_"));
    for line in text.lines() {
        if let Some(variable) = line.strip_prefix("# env-dep:") {
            let (name, value) = match variable.split_once('=') {
                Some((name, value)) => (name, Some(unescaped(value))),
                None => (variable, None),
            };
            if !name.starts_with("CLIPPY_") {
                inputs.env.insert(name.to_owned(), value);
            }
            continue;
        }
        // Each file has a line of its own, so that `make` does not miss it once it is gone.
        let Some(name) = line.strip_suffix(':').filter(|_| !line.starts_with('#')) else { continue };
        let name = name.replace("\\ ", " ");
        let path = Utf8Path::new(&name);
        let is_added = name == "Cargo.toml" || matches!(path.file_name(), Some("clippy.toml" | ".clippy.toml"));
        if !(is_clippys && is_added) {
            inputs.files.insert(plain(&root.join(path)));
        }
    }
    inputs
}

fn unescaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => text.push(match chars.next() {
                Some('n') => '\n',
                Some('r') => '\r',
                Some(other) => other,
                None => '\\',
            }),
            c => text.push(c),
        }
    }
    text
}

/// Reads what a build script printed: the `rerun-if` lines, in either spelling. `folder` is the package's.
#[must_use]
pub fn parse_script(output: &str, folder: &Utf8Path) -> ScriptInputs {
    let mut files = BTreeSet::new();
    let mut env = BTreeSet::new();
    let mut names_any = false;
    for line in output.lines() {
        let Some(line) = line.strip_prefix("cargo::").or_else(|| line.strip_prefix("cargo:")) else { continue };
        let Some((key, value)) = line.split_once('=') else { continue };
        match key {
            "rerun-if-changed" => {
                names_any = true;
                files.insert(plain(&folder.join(value)));
            }
            "rerun-if-env-changed" => {
                names_any = true;
                env.insert(value.to_owned());
            }
            _ => {}
        }
    }
    ScriptInputs { files: names_any.then_some(files), env }
}

#[cfg(test)]
mod tests;
