//! Where cargo looks when it tells the graph: manifests, lock files, folders in which targets and members are found.

use crate::files;
use crate::surroundings::plain;
use crate::tree::stat::{Moment, Stamp};
use camino::{Utf8Path, Utf8PathBuf};
use cargo_metadata::Metadata;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The largest manifest or lock file that is read.
const MOST_BYTES: u64 = 64 << 20;

/// What makes a target or a `readme` by being there.
const SINGLE: &[&str] = &["build.rs", "src/lib.rs", "src/main.rs", "README.md", "README.txt", "README"];

/// Where every `.rs` file and every folder with a `main.rs` is a target.
const LISTED: &[&str] = &["src/bin", "tests", "examples", "benches"];

/// The places, as they follow from an answer of cargo's and the files it read.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Places {
    /// The manifests of path packages: members, their path dependencies, patches.
    manifests: BTreeSet<Utf8PathBuf>,
    /// Those of other packages that do not lie in cargo's home: vendored ones. Their look is enough.
    vendored: BTreeSet<Utf8PathBuf>,
    /// The workspaces' lock files.
    locks: BTreeSet<Utf8PathBuf>,
    /// What `members` says, by the folder it is relative to; only entries with a wildcard.
    members: BTreeSet<(Utf8PathBuf, String)>,
}

impl Places {
    /// Those cargo's answer names.
    pub(super) fn of(answers: &[Metadata], cargo_home: &Utf8Path) -> Self {
        let mut places = Self::default();
        for metadata in answers {
            places.manifests.insert(metadata.workspace_root.join("Cargo.toml"));
            places.locks.insert(metadata.workspace_root.join("Cargo.lock"));
            for package in &metadata.packages {
                if package.source.is_none() {
                    places.manifests.insert(package.manifest_path.clone());
                } else if !package.manifest_path.starts_with(cargo_home) {
                    places.vendored.insert(package.manifest_path.clone());
                }
            }
        }
        places
    }

    /// Adds the manifests of the folders a table names: anything called `path` or `paths`, wherever it stands. Which of
    /// them are packages shows on the disk.
    pub(super) fn named_in(&mut self, base: &Utf8Path, table: &toml::Table) {
        for (name, value) in table {
            let mut values = vec![value];
            while let Some(value) = values.pop() {
                match value {
                    toml::Value::Table(table) => self.named_in(base, table),
                    toml::Value::Array(array) => values.extend(array),
                    toml::Value::String(path) if name == "path" || name == "paths" => {
                        let manifest = plain(&base.join(path)).join("Cargo.toml");
                        if manifest.is_file() {
                            self.manifests.insert(manifest);
                        }
                    }
                    toml::Value::String(_)
                    | toml::Value::Integer(_)
                    | toml::Value::Float(_)
                    | toml::Value::Boolean(_)
                    | toml::Value::Datetime(_) => {}
                }
            }
        }
    }

    /// Follows every manifest to those it names. Nothing where not all that matters can be told: an unreadable
    /// manifest, no lock file, a pattern over many levels.
    pub(super) fn complete(mut self) -> Option<Self> {
        if !self.locks.iter().all(|lock| lock.is_file()) {
            return None;
        }
        let mut done = BTreeSet::new();
        while let Some(manifest) = self.manifests.iter().find(|manifest| !done.contains(*manifest)).cloned() {
            let bytes = files::read(&manifest, MOST_BYTES).ok()??;
            let table: toml::Table = toml::from_str(std::str::from_utf8(&bytes).ok()?).ok()?;
            let folder = manifest.parent()?;
            self.named_in(folder, &table);
            let members = table.get("workspace").and_then(|workspace| workspace.get("members"));
            for member in members.and_then(toml::Value::as_array).into_iter().flatten() {
                let member = member.as_str()?;
                if member.contains("**") {
                    return None;
                }
                if member.contains(['*', '?', '[']) {
                    self.members.insert((folder.to_owned(), member.to_owned()));
                }
            }
            done.insert(manifest);
        }
        Some(self)
    }

    /// Every manifest that is read, those above included: they may claim a package for another workspace.
    fn all_manifests(&self) -> BTreeSet<Utf8PathBuf> {
        let folders = self.manifests.iter().filter_map(|manifest| manifest.parent());
        folders.flat_map(Utf8Path::ancestors).map(|folder| folder.join("Cargo.toml")).collect()
    }

    /// Puts how all of it looks now into a key. Nothing where something cannot be read.
    pub(super) fn describe(&self, key: &mut BTreeMap<String, String>) -> Option<()> {
        for file in self.all_manifests().iter().chain(&self.locks) {
            if let Some(bytes) = files::read(file, MOST_BYTES).ok()? {
                key.insert(format!("file {file}"), files::sha256(&bytes));
            }
        }
        for file in &self.vendored {
            let stamp = file.metadata().ok().as_ref().and_then(Stamp::of)?;
            key.insert(format!("vendored {file}"), stamp.to_string());
        }
        for (folder, pattern) in &self.members {
            let mut found = Vec::new();
            expand(folder, &pattern.split('/').collect::<Vec<_>>(), &mut found);
            found.sort();
            key.insert(format!("members {pattern} of {folder}"), found.join("\n"));
        }
        for folder in self.manifests.iter().filter_map(|manifest| manifest.parent()) {
            key.insert(format!("folder {folder}"), folder.canonicalize_utf8().ok()?.into_string());
            key.insert(format!("targets of {folder}"), targets(folder).join("\n"));
        }
        Some(())
    }

    /// Whether nothing of it was changed since shortly before this moment.
    pub(super) fn are_older_than(&self, moment: Moment) -> bool {
        let listed = self.manifests.iter().filter_map(|manifest| manifest.parent()).flat_map(|folder| {
            let folders = LISTED.iter().chain(&["src"]).map(|name| folder.join(name));
            folders.chain([folder.to_owned()]).collect::<Vec<_>>()
        });
        // Up to the first wildcard; what lies below it is a package's folder.
        let fixed = |pattern: &str| -> Utf8PathBuf {
            pattern.split('/').take_while(|part| !part.contains(['*', '?', '['])).collect()
        };
        let globs = self.members.iter().map(|(folder, pattern)| folder.join(fixed(pattern)));
        let listed = listed.chain(globs);
        let files =
            self.all_manifests().into_iter().chain(self.locks.iter().cloned()).chain(self.vendored.iter().cloned());
        listed.chain(files).all(|path| is_older(&path, moment))
    }
}

/// Whether a file or folder was not changed since shortly before a moment; one that is not there was not.
pub(super) fn is_older(path: &Utf8Path, moment: Moment) -> bool {
    match path.metadata() {
        Ok(metadata) => Stamp::of(&metadata).is_some_and(|stamp| moment.is_well_after(&stamp)),
        Err(_) => true,
    }
}

/// Every folder with a manifest that a pattern could match: a wildcard counts as all names there are, which is more
/// than it matches and so never too little.
fn expand(folder: &Utf8Path, pattern: &[&str], found: &mut Vec<String>) {
    let Some((first, rest)) = pattern.split_first() else {
        if folder.join("Cargo.toml").is_file() {
            found.push(folder.to_string());
        }
        return;
    };
    if !first.contains(['*', '?', '[']) {
        return expand(&folder.join(first), rest, found);
    }
    for entry in folder.read_dir_utf8().into_iter().flatten().flatten() {
        if entry.path().is_dir() {
            expand(entry.path(), rest, found);
        }
    }
}

/// What cargo would take for a target, or for a `readme`.
fn targets(folder: &Utf8Path) -> Vec<String> {
    let mut found: Vec<String> =
        SINGLE.iter().filter(|name| folder.join(name).is_file()).map(|name| (*name).to_owned()).collect();
    for list in LISTED {
        for entry in folder.join(list).read_dir_utf8().into_iter().flatten().flatten() {
            let name = entry.file_name();
            if name.ends_with(".rs") || entry.path().join("main.rs").is_file() {
                found.push(format!("{list}/{name}"));
            }
        }
    }
    found.sort();
    found
}
