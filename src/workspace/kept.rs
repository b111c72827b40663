//! The graph kept from last time, for as long as nothing moved that cargo reads to tell it.
//!
//! It lies in the target folder, with its key: every manifest of a path package and above, what `members` could
//! match, where cargo looks for targets, `Cargo.lock`, every `.cargo/config.toml` cargo would read, the toolchain, flags
//! and variables. Sound, not minimal: what cannot be told from files is not kept at all.
//!
//! Trusted without a look: packages in cargo's own registry and checkouts, which cargo itself never looks at twice.

mod places;

use super::graph::{CargoFlags, Workspace};
use crate::files;
use crate::process;
use crate::surroundings::Surroundings;
use crate::toolchain::Identity;
use crate::tree::stat::Moment;
use crate::vault::Vault;
use camino::{Utf8Path, Utf8PathBuf};
use cargo_metadata::Metadata;
use places::Places;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The largest file that is read back.
const MOST_BYTES: u64 = 64 << 20;

/// What is asked of cargo.
pub(super) struct Question<'a> {
    /// Absolute.
    pub(super) manifests: &'a [Utf8PathBuf],
    pub(super) flags: &'a CargoFlags,
    pub(super) surroundings: &'a Surroundings,
    cargo_home: Utf8PathBuf,
}

/// Everything the answer depends on, by name.
type Key = BTreeMap<String, String>;

#[derive(Deserialize)]
struct Kept {
    places: Places,
    key: Key,
    workspaces: Vec<Workspace>,
}

#[derive(Serialize)]
struct Keep<'a> {
    places: &'a Places,
    key: &'a Key,
    workspaces: &'a [Workspace],
}

/// The moment before cargo is asked, to tell what changed while it answered.
pub(super) fn begin() -> Option<Moment> {
    Moment::now(&std::env::temp_dir())
}

impl<'a> Question<'a> {
    pub(super) fn new(manifests: &'a [Utf8PathBuf], flags: &'a CargoFlags, surroundings: &'a Surroundings) -> Self {
        Self { manifests, flags, surroundings, cargo_home: surroundings.cargo_home().unwrap_or_default() }
    }

    /// The answer from last time; nothing where there is none or something moved.
    pub(super) fn kept(&self) -> Option<Vec<Workspace>> {
        let name = self.file_name();
        let mut files = self.target_folders().into_iter().map(|target| files::cache_of(&target).join(&name));
        let vault = self.vault();
        let read = |file: Utf8PathBuf| {
            let kept: Kept = vault.read_as(&file, MOST_BYTES)?;
            (self.key(&kept.places)? == kept.key).then_some(kept.workspaces)
        };
        files.find_map(read)
    }

    /// Keeps an answer, where it can be found again and nothing it depends on changed while it was given. What cannot
    /// be written is not kept, and that is all.
    pub(super) fn keep(&self, answers: &[Metadata], workspaces: &[Workspace], begun: Option<Moment>) {
        let Some(target) = answers.first().map(|metadata| &metadata.target_directory) else { return };
        if !self.target_folders().contains(target) {
            return;
        }
        let Some(places) = self.places(answers) else { return };
        let (Some(key), Some(begun)) = (self.key(&places), begun) else { return };
        if !places.are_older_than(begun) || !self.configurations().iter().all(|file| places::is_older(file, begun)) {
            return;
        }
        let Some(folder) = files::cache_folder(target) else { return };
        if let Ok(text) = serde_json::to_vec(&Keep { places: &places, key: &key, workspaces }) {
            // It only saves time.
            let _ = self.vault().write(&folder.join(self.file_name()), &text);
        }
    }

    fn vault(&self) -> Vault {
        Vault::open(self.surroundings, self.folders().into_iter().next().unwrap_or(Utf8Path::new("/")))
    }

    /// One file for each way to ask.
    fn file_name(&self) -> String {
        let mut words: Vec<&str> = self.manifests.iter().map(|manifest| manifest.as_str()).collect();
        let flags = self.flags.args();
        words.extend(flags.iter().map(String::as_str));
        format!("graph-{}.json", &files::sha256(words.join("\0").as_bytes())[..16])
    }

    fn folders(&self) -> BTreeSet<&Utf8Path> {
        self.manifests.iter().filter_map(|manifest| manifest.parent()).collect()
    }

    /// The configuration files cargo would read, whether they are there or not.
    fn configurations(&self) -> BTreeSet<Utf8PathBuf> {
        let folders: BTreeSet<Utf8PathBuf> =
            self.folders().into_iter().flat_map(|folder| self.surroundings.cargo_folders(folder)).collect();
        folders.iter().flat_map(|folder| ["config.toml", "config"].map(|name| folder.join(name))).collect()
    }

    /// Those that are there; nothing where one cannot be read, or includes others.
    fn tables(&self) -> Option<Vec<(Utf8PathBuf, toml::Table)>> {
        let mut tables = Vec::new();
        for file in self.configurations() {
            let Some(bytes) = files::read(&file, MOST_BYTES).ok()? else { continue };
            let table: toml::Table = toml::from_str(std::str::from_utf8(&bytes).ok()?).ok()?;
            if table.contains_key("include") {
                return None;
            }
            // What it names is relative to the folder that holds `.cargo`.
            let base = file.parent().and_then(Utf8Path::parent).unwrap_or(&file);
            tables.push((base.to_owned(), table));
        }
        Some(tables)
    }

    /// Where the target folder may be: named by a variable or a configuration, else beside a manifest above.
    fn target_folders(&self) -> Vec<Utf8PathBuf> {
        let Some(folder) = self.folders().into_iter().next() else { return Vec::new() };
        let variables = ["CARGO_TARGET_DIR", "CARGO_BUILD_TARGET_DIR"];
        let named = variables.iter().filter_map(|name| self.surroundings.variable(name)).map(|name| folder.join(name));
        let configured = self
            .tables()
            .into_iter()
            .flatten()
            .filter_map(|(base, table)| Some(base.join(table.get("build")?.get("target-dir")?.as_str()?)));
        let beside = folder.ancestors().map(|folder| folder.join("target"));
        named.chain(configured).chain(beside).map(|folder| self.surroundings.absolute(&folder)).collect()
    }

    fn places(&self, answers: &[Metadata]) -> Option<Places> {
        let mut places = Places::of(answers, &self.cargo_home);
        for (base, table) in self.tables()? {
            places.named_in(&base, &table);
        }
        places.complete()
    }

    /// The key as it is now; nothing where it cannot be told.
    fn key(&self, places: &Places) -> Option<Key> {
        let mut key = Key::new();
        let version = concat!(env!("CARGO_PKG_VERSION"), " 2");
        key.insert("version".into(), version.into());
        key.insert("manifests".into(), self.manifests.iter().map(|manifest| format!("{manifest}\n")).collect());
        key.insert("flags".into(), self.flags.args().join(" "));
        for (name, value) in process::clean(&self.surroundings.environment) {
            let name = name.to_string_lossy();
            let counts = ["CARGO_", "RUSTC", "RUSTUP_"].iter().any(|start| name.starts_with(start));
            if counts || matches!(&*name, "RUSTFLAGS" | "RUSTDOCFLAGS") {
                // A digest: values may hold passwords, and this is written to a file.
                key.insert(format!("variable {name}"), files::sha256(value.as_encoded_bytes()));
            }
        }
        for folder in self.folders() {
            key.insert(format!("toolchain of {folder}"), Identity::read(self.surroundings, folder).digest());
        }
        self.tables()?;
        for file in self.configurations() {
            if let Some(bytes) = files::read(&file, MOST_BYTES).ok()? {
                key.insert(format!("file {file}"), files::sha256(&bytes));
            }
        }
        places.describe(&mut key)?;
        Some(key)
    }
}

#[cfg(all(test, unix))]
mod tests;
