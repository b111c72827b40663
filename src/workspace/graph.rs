//! Packages, targets and edges of the workspaces at hand, and who owns a file.

use crate::error::{Code, Error, Result};
use crate::files;
use crate::words::{TargetId, TargetKind};
use camino::{Utf8Path, Utf8PathBuf};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::path::Path;
use std::time::SystemTime;

/// How one package depends on another member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum EdgeKind {
    /// `[dependencies]`, optional and target-specific ones included.
    Normal,
    /// `[build-dependencies]`.
    Build,
    /// `[dev-dependencies]`: reaches tests, examples and benches only.
    Dev,
}

/// A dependency on another member package.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Edge {
    /// The label of the package depended on.
    pub to: String,
    /// How.
    pub kind: EdgeKind,
}

/// One target of a package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// Its identity.
    pub id: TargetId,
    /// Its root source file, absolute.
    pub root_file: Utf8PathBuf,
    /// Whether `cargo test` builds a test binary of it.
    pub test: bool,
    /// Whether `cargo test --doc` runs its doctests.
    pub doctest: bool,
    /// Whether it uses libtest's harness (`harness = false` in the manifest says no).
    pub harness: bool,
    /// Features without which cargo silently leaves it out.
    pub required_features: Vec<String>,
}

/// A member package.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Package {
    /// Its name; with `@<folder>` behind it where two workspaces at hand both have a package of that name.
    pub label: String,
    /// Its folder, absolute.
    pub folder: Utf8PathBuf,
    /// The same without symlinks.
    pub real_folder: Utf8PathBuf,
    /// Its targets, in cargo's order.
    pub targets: Vec<Target>,
    /// Its dependencies on other members.
    pub depends: Vec<Edge>,
    /// All it is built from, itself included, as cargo resolved it: `<package id> [features]` each. One member's
    /// manifest can change what another is built from, features are unified over the workspace.
    pub resolved: BTreeSet<String>,
    /// What cargo said of it: name, version, edition, authors, the id in compiler messages.
    pub cargo: cargo_metadata::Package,
}

impl Package {
    /// The target of this kind and name.
    #[must_use]
    pub fn target(&self, kind: TargetKind, name: &str) -> Option<&Target> {
        self.targets.iter().find(|target| target.id.kind == kind && target.id.name == name)
    }

    /// The library or procedural macro, if it has one.
    #[must_use]
    pub fn library(&self) -> Option<&Target> {
        self.targets.iter().find(|target| matches!(target.id.kind, TargetKind::Lib | TargetKind::ProcMacro))
    }
}

/// A package on this machine that is built into members and is none itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PathPackage {
    /// Its name.
    pub name: String,
    /// Its folder, absolute.
    pub folder: Utf8PathBuf,
    /// The same without symlinks.
    pub real_folder: Utf8PathBuf,
    /// Labels of the members it is built into.
    pub users: BTreeSet<String>,
}

/// One cargo workspace.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Workspace {
    /// Its root folder, absolute.
    pub root: Utf8PathBuf,
    /// Its root manifest, absolute.
    pub manifest: Utf8PathBuf,
    /// Where cargo builds, absolute.
    pub target_folder: Utf8PathBuf,
    /// Where cargo keeps what it needs to build again, absolute: the same unless `build.build-dir` names another.
    pub build_folder: Utf8PathBuf,
    /// Its members, by label.
    pub packages: Vec<Package>,
    /// Packages of its that are no members and lie on this machine.
    pub paths: Vec<PathPackage>,
    /// `[workspace.metadata.handoff]`; null where there is none.
    pub settings: serde_json::Value,
}

impl Workspace {
    /// Tells it from every other workspace of this machine: several may be built in one target folder.
    #[must_use]
    pub fn mark(&self) -> String {
        files::sha256(format!("{}\0{}", self.root, self.manifest).as_bytes())[..16].to_owned()
    }

    /// The binaries and examples that cargo puts at this path for others to run: `target/debug/NAME`, a folder deeper
    /// where a platform is named, and in `examples/`.
    pub fn built_at<'a>(&'a self, path: &'a Utf8Path) -> impl Iterator<Item = &'a TargetId> + 'a {
        let below = path.strip_prefix(&self.target_folder).ok();
        let is_near = below.is_some_and(|below| below.components().count() <= 4);
        let is_example = path.parent().and_then(Utf8Path::file_name) == Some("examples");
        let kind = if is_example { TargetKind::Example } else { TargetKind::Bin };
        let name = path.file_name().map(|name| name.strip_suffix(std::env::consts::EXE_SUFFIX).unwrap_or(name));
        let targets = self.packages.iter().flat_map(|package| &package.targets).map(|target| &target.id);
        targets.filter(move |target| is_near && target.kind == kind && Some(target.name.as_str()) == name)
    }

    /// The folders cargo puts them in, as far as they are there.
    #[must_use]
    pub fn built_folders(&self) -> Vec<Utf8PathBuf> {
        let profiles = profiles(&self.target_folder);
        profiles.flat_map(|folder| [folder.join("examples"), folder]).filter(|folder| folder.is_dir()).collect()
    }

    /// When cargo built what is there now: the time stamp of each unit, oldest first.
    #[must_use]
    pub fn build_stamps(&self) -> Vec<SystemTime> {
        let folders = BTreeSet::from([&self.target_folder, &self.build_folder]);
        let units = folders.into_iter().flat_map(|folder| profiles(folder)).flat_map(|folder| {
            let units = folder.join(".fingerprint").read_dir_utf8();
            units.into_iter().flatten().flatten()
        });
        let stamps = units.map(|unit| unit.path().join("invoked.timestamp"));
        let mut stamps: Vec<SystemTime> = stamps.filter_map(|stamp| stamp.metadata().ok()?.modified().ok()).collect();
        stamps.sort_unstable();
        stamps
    }
}

/// The folders of what is built for each profile: `target/debug`, a folder deeper where a platform is named.
fn profiles(folder: &Utf8Path) -> impl Iterator<Item = Utf8PathBuf> {
    let below = |folder: &Utf8Path| -> Vec<Utf8PathBuf> {
        let entries = folder.read_dir_utf8().into_iter().flatten().flatten();
        entries.map(|entry| entry.into_path()).collect()
    };
    let first = below(folder);
    let deeper: Vec<Utf8PathBuf> = first.iter().flat_map(|folder| below(folder)).collect();
    first.into_iter().chain(deeper).filter(|path| path.join(".fingerprint").is_dir())
}

/// All workspaces at hand, in the order they were named. Labels are unique over all of them.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Graph {
    /// The workspaces.
    pub workspaces: Vec<Workspace>,
}

/// What the user told cargo on our command line; the same for every cargo call of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CargoFlags {
    /// `--locked`.
    pub locked: bool,
    /// `--offline`.
    pub offline: bool,
    /// `--frozen`.
    pub frozen: bool,
    /// `--features`.
    pub features: Vec<String>,
    /// `--all-features`.
    pub all_features: bool,
    /// `--no-default-features`.
    pub no_default_features: bool,
}

impl CargoFlags {
    /// As arguments.
    #[must_use]
    pub fn args(&self) -> Vec<String> {
        let mut args = set(&[(self.locked, "--locked"), (self.offline, "--offline"), (self.frozen, "--frozen")]);
        args.extend(self.feature_args());
        args
    }

    /// Those that decide what is built: whoever checks the same has to give them too.
    #[must_use]
    pub fn feature_args(&self) -> Vec<String> {
        let mut args =
            set(&[(self.all_features, "--all-features"), (self.no_default_features, "--no-default-features")]);
        if !self.features.is_empty() {
            args.extend(["--features".to_owned(), self.features.join(",")]);
        }
        args
    }

    /// The same with the features these arguments name, as [`CargoFlags::feature_args`] writes them; other words
    /// are passed over.
    #[must_use]
    pub fn with_features<'a>(mut self, args: impl IntoIterator<Item = &'a str>) -> Self {
        let mut args = args.into_iter();
        while let Some(arg) = args.next() {
            match arg {
                "--all-features" => self.all_features = true,
                "--no-default-features" => self.no_default_features = true,
                "--features" => self.features = args.next().unwrap_or_default().split(',').map(str::to_owned).collect(),
                _ => {}
            }
        }
        self
    }
}

fn set(flags: &[(bool, &str)]) -> Vec<String> {
    flags.iter().filter(|(is_set, _)| *is_set).map(|(_, flag)| (*flag).to_owned()).collect()
}

/// How deep below the payload's root a workspace is looked for.
const DEEPEST: usize = 3;

/// The manifests to read: those given; else the `Cargo.toml` in the folder or above it up to the payload's
/// root; else the highest ones at most three levels below the root.
///
/// # Errors
/// 102 where there is none.
pub fn find_manifests(folder: &Utf8Path, root: &Utf8Path, given: &[Utf8PathBuf]) -> Result<Vec<Utf8PathBuf>> {
    if let Some(missing) = given.iter().find(|manifest| !folder.join(manifest).is_file()) {
        return Err(Error::new(Code::NoWorkspace, format!("there is no manifest `{missing}`"))
            .hint("`--manifest-path` names a `Cargo.toml`"));
    }
    if !given.is_empty() {
        return Ok(given.iter().map(|manifest| folder.join(manifest)).collect());
    }
    let above = folder.ancestors().take_while(|above| above.starts_with(root));
    if let Some(manifest) = above.map(|above| above.join("Cargo.toml")).find(|manifest| manifest.is_file()) {
        return Ok(vec![manifest]);
    }
    let mut found = Vec::new();
    below(root, 0, &mut found);
    if found.is_empty() {
        return Err(Error::new(
            Code::NoWorkspace,
            format!("no `Cargo.toml` in `{folder}`, above it, or below `{root}`"),
        )
        .hint("go into the workspace, or name it: `--manifest-path PATH/Cargo.toml`"));
    }
    found.sort();
    Ok(found)
}

fn below(folder: &Utf8Path, depth: usize, found: &mut Vec<Utf8PathBuf>) {
    let manifest = folder.join("Cargo.toml");
    if manifest.is_file() {
        found.push(manifest);
        return;
    }
    if DEEPEST <= depth {
        return;
    }
    // A folder that cannot be read holds no workspace of ours.
    let Ok(entries) = folder.read_dir_utf8() else { return };
    for entry in entries.flatten() {
        let is_skipped = entry.file_name().starts_with('.')
            || matches!(entry.file_name(), "target" | "node_modules" | "vendor" | "handoff");
        if !is_skipped && entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            below(entry.path(), depth + 1, found);
        }
    }
}

impl Graph {
    /// The package that owns a file (absolute; it need not exist): the nearest member above it. A file under a
    /// nested manifest that is no member's belongs to nobody; one reached through a linked folder belongs to
    /// the owner of the real one.
    #[must_use]
    pub fn owner(&self, file: &Path) -> Option<&Package> {
        let folder = file.parent()?;
        let existing = folder.ancestors().find(|folder| folder.exists())?;
        let real = existing.canonicalize().ok()?;
        let rest = folder.strip_prefix(existing).ok()?;
        let whole = real.join(rest);
        for folder in whole.ancestors() {
            if let Some(package) = self.packages().find(|package| package.real_folder == folder) {
                return Some(package);
            }
            if folder.join("Cargo.toml").is_file() {
                return None;
            }
        }
        None
    }
    /// All packages of all workspaces.
    pub fn packages(&self) -> impl Iterator<Item = &Package> {
        self.workspaces.iter().flat_map(|workspace| &workspace.packages)
    }

    /// The package with this label.
    #[must_use]
    pub fn package(&self, label: &str) -> Option<&Package> {
        self.packages().find(|package| package.label == label)
    }
}

#[cfg(all(test, unix))]
mod tests;
