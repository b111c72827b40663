//! What is known of units, kept between runs under the target folder.
//!
//! Facts are a help, never a need: what cannot be read, or no longer holds, is simply not known.

use super::graph::{CargoFlags, Graph, Workspace};
use super::units::{Facts, Inputs, ScriptInputs, Unit};
use crate::error::Result;
use crate::files;
use crate::vault::Vault;
use crate::words::SuiteId;
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::{BTreeMap, BTreeSet};

/// A larger file is none of ours.
const MOST_BYTES: u64 = 256 << 20;

/// Where the facts of a workspace are kept. Another checkout built in the same target folder has a file of its own.
#[must_use]
pub fn file(workspace: &Workspace) -> Utf8PathBuf {
    files::cache_of(&workspace.target_folder).join(format!("facts-{}.json", workspace.mark()))
}

impl Facts {
    /// The facts kept for these workspaces. Those learnt from a build with other features say nothing of this one.
    #[must_use]
    pub fn load(graph: &Graph, flags: &CargoFlags, vault: &Vault) -> Self {
        let mut all = Self { features: flags.feature_args(), ..Self::default() };
        for workspace in &graph.workspaces {
            let bytes = vault.read(&file(workspace), MOST_BYTES).unwrap_or_default();
            let Ok(kept) = serde_json::from_slice::<Self>(&bytes) else { continue };
            if kept.features == all.features {
                all.learn(kept.of(workspace));
            }
        }
        all
    }

    /// Keeps them, each workspace's with its own target folder. Where they cannot be written the old ones are removed: who
    /// knows nothing assumes everything.
    ///
    /// # Errors
    /// 74 where they cannot be written.
    pub fn save(&self, graph: &Graph, vault: &Vault) -> Result<()> {
        for workspace in &graph.workspaces {
            let path = file(workspace);
            let text = serde_json::to_vec(&self.of(workspace)).expect("facts hold nothing JSON cannot say");
            if vault.read(&path, MOST_BYTES).is_some_and(|old| old == text) {
                continue;
            }
            if let Err(error) = vault.write(&path, &text) {
                // Where that cannot be done either there may be nothing to remove.
                let _ = std::fs::remove_file(&path);
                return Err(error);
            }
        }
        Ok(())
    }

    /// What the tests of one suite were seen to open.
    #[must_use]
    pub fn of_suite(&self, suite: &SuiteId) -> Option<&BTreeSet<Utf8PathBuf>> {
        self.reads.iter().find(|(known, _)| known == suite).map(|(_, reads)| reads)
    }

    /// Takes in what was learnt since: it counts where both know.
    pub fn learn(&mut self, newer: Self) {
        let units: BTreeSet<Unit> = newer.units.iter().map(|(unit, _)| unit.clone()).collect();
        self.units.retain(|(unit, _)| !units.contains(unit));
        self.units.extend(newer.units);
        self.units.sort_by(|one, other| one.0.cmp(&other.0));
        let suites: BTreeSet<SuiteId> = newer.reads.iter().map(|(suite, _)| suite.clone()).collect();
        self.reads.retain(|(suite, _)| !suites.contains(suite));
        self.reads.extend(newer.reads);
        self.reads.sort_by(|one, other| one.0.cmp(&other.0));
        self.scripts.extend(newer.scripts);
        self.untold.extend(newer.untold);
        self.digests.extend(newer.digests);
    }

    /// Takes in what compiling a unit read; one that was compiled twice (by clippy and by rustc) reads both.
    pub fn add_unit(&mut self, unit: Unit, inputs: Inputs) {
        match self.units.iter_mut().find(|(known, _)| *known == unit) {
            Some((_, known)) => {
                known.files.extend(inputs.files);
                known.env.extend(inputs.env);
            }
            None => self.units.push((unit, inputs)),
        }
    }

    /// Takes in what a build script asked for; one that ran twice asked for both.
    pub fn add_script(&mut self, package: &str, script: ScriptInputs) {
        match self.scripts.get_mut(package) {
            Some(known) => {
                known.env.extend(script.env);
                known.files = match (known.files.take(), script.files) {
                    (Some(files), Some(more)) => Some(files.into_iter().chain(more).collect()),
                    (None, _) | (_, None) => None,
                };
            }
            None => {
                self.scripts.insert(package.to_owned(), script);
            }
        }
    }

    /// Takes in what was opened while cargo built: what no unit's dep-info lists, and cargo does not read for itself.
    pub fn add_untold(&mut self, opened: BTreeSet<Utf8PathBuf>) {
        let claimed: BTreeSet<&Utf8PathBuf> = self.units.iter().flat_map(|(_, inputs)| &inputs.files).collect();
        let is_cargos = |path: &Utf8Path| {
            let is_setting = path.parent().and_then(Utf8Path::file_name) == Some(".cargo");
            is_setting || matches!(path.file_name(), Some("Cargo.toml" | "Cargo.lock" | "clippy.toml" | ".clippy.toml"))
        };
        let untold: Vec<_> =
            opened.into_iter().filter(|path| !claimed.contains(path) && !is_cargos(path) && path.is_file()).collect();
        self.untold.extend(untold);
    }

    /// Notes what every file that is named here holds now. A file's digest is that of all of it, a folder has none.
    pub fn stamp(&mut self) {
        self.digests = self.named().into_iter().filter_map(|file| Some((file.to_owned(), digest(file)?))).collect();
    }

    /// Those that still hold: a unit that read a file whose content is another now is not known any more, unless the
    /// file is one of `changed`, which are looked at anyway.
    #[must_use]
    pub fn current(mut self, changed: &BTreeSet<Utf8PathBuf>) -> Self {
        let moved: BTreeSet<Utf8PathBuf> = self
            .named()
            .into_iter()
            .filter(|file| !changed.contains(*file) && digest(file).as_ref() != self.digests.get(*file))
            .map(Utf8Path::to_owned)
            .collect();
        if !moved.is_empty() {
            self.units.retain(|(_, inputs)| inputs.files.is_disjoint(&moved));
            self.scripts.retain(|_, script| script.files.as_ref().is_none_or(|files| files.is_disjoint(&moved)));
        }
        self
    }

    /// The files units and build scripts read.
    fn named(&self) -> BTreeSet<&Utf8Path> {
        let compiled = self.units.iter().flat_map(|(_, inputs)| &inputs.files);
        let asked = self.scripts.values().filter_map(|script| script.files.as_ref()).flatten();
        compiled.chain(asked).map(|file| file.as_path()).collect()
    }

    /// What is known of one workspace's packages.
    fn of(&self, workspace: &Workspace) -> Self {
        let is_here = |label: &str| workspace.packages.iter().any(|package| package.label == label);
        let mut facts = Self {
            units: self.units.iter().filter(|(unit, _)| is_here(&unit.target.package)).cloned().collect(),
            reads: self.reads.iter().filter(|(suite, _)| is_here(&suite.target.package)).cloned().collect(),
            features: self.features.clone(),
            untold: self.untold.clone(),
            ..Self::default()
        };
        let scripts = self.scripts.iter().filter(|(label, _)| is_here(label));
        facts.scripts = scripts.map(|(label, script)| (label.clone(), script.clone())).collect();
        let digests: BTreeMap<_, _> = facts
            .named()
            .into_iter()
            .filter_map(|file| Some((file.to_owned(), self.digests.get(file)?.clone())))
            .collect();
        facts.digests = digests;
        facts
    }
}

/// The digest of a regular file's content.
fn digest(path: &Utf8Path) -> Option<String> {
    files::read(path, MOST_BYTES).ok().flatten().map(|bytes| files::sha256(&bytes))
}

#[cfg(test)]
mod tests;
