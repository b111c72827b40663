//! Keys of verdicts, made of the files as they are now and of what is known of the units.
//!
//! A unit nothing is known of has no key: it is checked. What a unit lists is digested once and then shared by all
//! that are made of it.

use super::environment::environment;
use super::key::{Key, Reads};
use crate::files::sha256;
use crate::surroundings::Surroundings;
use crate::words::TargetKind;
use crate::workspace::graph::{Package, Workspace};
use crate::workspace::units::{Facts, Inputs, Unit, Units};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

/// What verdicts are held against.
#[derive(Clone, Copy)]
pub struct World<'a> {
    /// The workspace.
    pub workspace: &'a Workspace,
    /// What is known of its units.
    pub facts: &'a Facts,
    /// Every file of the repository, absolute, with the digest of its content and mode.
    pub files: &'a BTreeMap<Utf8PathBuf, String>,
    /// The names of what git ignores.
    pub hidden: &'a [String],
    /// The digest of what lies at any path: a file's content, a folder's listing, or a word for nothing.
    pub look: &'a (dyn Fn(&Utf8Path) -> String + Sync),
    /// Which unit is made of which.
    pub units: &'a Units,
    /// The commit HEAD is at.
    pub head: Option<&'a str>,
    /// The identity of the programs.
    pub toolchain: &'a str,
    /// The environment.
    pub surroundings: &'a Surroundings,
    /// Patterns of variables that do not count.
    pub ignored: &'a [String],
}

/// One check a key is wanted for.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// What is checked: a test binary's unit, what doctests are compiled against, or for clippy a target's units.
    pub units: &'a BTreeSet<Unit>,
    /// The package they belong to.
    pub package: &'a Package,
    /// The command.
    pub argv: &'a [String],
    /// Whether tests run.
    pub tests: bool,
}

/// Makes keys.
pub struct Keys<'a> {
    world: World<'a>,
    inputs: BTreeMap<&'a Unit, &'a Inputs>,
    units: Mutex<BTreeMap<Unit, Option<String>>>,
    packages: BTreeMap<&'a str, String>,
    configuration: String,
    names: String,
    unclaimed: String,
    untold: String,
    /// Whether a configuration includes others: nobody looks at those here.
    includes: bool,
}

impl<'a> Keys<'a> {
    /// Looks at everything that keys have in common.
    #[must_use]
    pub fn new(world: World<'a>) -> Self {
        let inputs: BTreeMap<&Unit, &Inputs> = world.facts.units.iter().map(|(unit, inputs)| (unit, inputs)).collect();
        let owners = Owners::of(world.workspace);
        let mut packages: BTreeMap<&str, Digest> = BTreeMap::new();
        for package in &world.workspace.packages {
            packages.insert(&package.label, Digest::default());
        }
        let claimed: BTreeSet<&Utf8Path> =
            inputs.values().flat_map(|inputs| &inputs.files).map(Utf8PathBuf::as_path).collect();
        let (mut names, mut unclaimed) = (Digest::default(), Digest::default());
        for (path, digest) in world.files {
            match owners.of_file(path) {
                Some(label) => {
                    if let Some(package) = packages.get_mut(label) {
                        package.add(path, digest);
                    }
                }
                None => names.add(path, ""),
            }
            if !claimed.contains(path.as_path()) {
                unclaimed.add(path, digest);
            }
        }
        let folders = world.surroundings.cargo_folders(&world.workspace.root);
        let has_include = |folder: &Utf8PathBuf| {
            ["config", "config.toml"].iter().any(|name| {
                let text = std::fs::read_to_string(folder.join(name)).unwrap_or_default();
                text.lines().any(|line| line.trim_start().starts_with("include"))
            })
        };
        let includes = folders.iter().any(has_include);
        let folders = folders.into_iter();
        let mut configuration = present(&["config.toml", "config"], folders, &world);
        configuration.add(&world.workspace.manifest, &(world.look)(&world.workspace.manifest));
        for path in &world.workspace.paths {
            configuration.add(&path.folder, &of_folder(&path.folder, &world));
        }
        for name in world.hidden {
            names.text(name, "ignored");
        }
        Self {
            world,
            inputs,
            units: Mutex::default(),
            packages: packages.into_iter().map(|(label, digest)| (label, digest.end())).collect(),
            configuration: configuration.end(),
            names: names.end(),
            unclaimed: unclaimed.end(),
            untold: of_paths(&world.facts.untold, &world),
            includes,
        }
    }

    /// The key of a check; `None` where nothing is known of a unit it is made of. `reads` is what its tests were seen
    /// to open, where somebody watched.
    #[must_use]
    pub fn of(&self, wanted: Wanted<'_>, reads: Option<&BTreeSet<Utf8PathBuf>>) -> Option<Key> {
        if self.includes {
            return None;
        }
        let run = reads.into_iter().flatten().flat_map(|path| self.world.workspace.built_at(path));
        let run = run.map(|target| Unit { target: target.clone(), test: false });
        let units: BTreeSet<Unit> =
            wanted.units.iter().cloned().chain(run).flat_map(|unit| self.world.units.made_of(&unit)).collect();
        let (mut sources, mut scripts, mut dependencies) = (Digest::default(), Digest::default(), Digest::default());
        let mut variables: BTreeSet<&str> = BTreeSet::new();
        let mut labels: BTreeSet<&str> = BTreeSet::from([wanted.package.label.as_str()]);
        for unit in &units {
            labels.insert(&unit.target.package);
            if let Some(inputs) = self.inputs.get(unit) {
                variables.extend(inputs.env.keys().map(String::as_str));
            }
            sources.text(&unit.to_string(), &self.unit(unit)?);
        }
        for package in labels.iter().filter_map(|label| self.package(label)) {
            sources.text(package.cargo.manifest_path.as_str(), &(self.world.look)(&package.cargo.manifest_path));
            for dependency in &package.resolved {
                dependencies.text(dependency, "");
            }
            if package.targets.iter().any(|target| target.id.kind == TargetKind::CustomBuild) {
                if let Some(script) = self.world.facts.scripts.get(&package.label) {
                    variables.extend(script.env.iter().map(String::as_str));
                }
                scripts.text(&package.label, &self.script(package));
            }
        }
        scripts.text("untold", &self.untold);
        let reads = match (wanted.tests, reads) {
            (false, _) => Reads::None,
            (true, None) => Reads::Unwatched(self.unclaimed.clone()),
            (true, Some(paths)) => {
                // What was run is what it is made of: its bytes may differ each time it is built.
                let is_run = |path: &&Utf8PathBuf| self.world.workspace.built_at(path).next().is_some();
                let paths = paths.iter().filter(|path| !is_run(path)).cloned().collect();
                Reads::Watched(of_paths(&paths, &self.world))
            }
        };
        let mut configuration = Digest::default();
        configuration.text("cargo", &self.configuration);
        if !wanted.tests {
            let folders = wanted.package.folder.ancestors().map(Utf8Path::to_owned);
            let clippy = present(&["clippy.toml", ".clippy.toml"], folders, &self.world);
            configuration.text("clippy", &clippy.end());
        }
        Some(Key {
            version: env!("CARGO_PKG_VERSION").into(),
            argv: wanted.argv.to_vec(),
            toolchain: self.world.toolchain.into(),
            environment: environment(self.world.surroundings, self.world.ignored, variables),
            configuration: configuration.end(),
            dependencies: dependencies.end(),
            sources: sources.end(),
            scripts: scripts.end(),
            package: self.packages.get(wanted.package.label.as_str()).cloned().unwrap_or_default(),
            names: if wanted.tests { self.names.clone() } else { String::new() },
            reads,
        })
    }

    fn package(&self, label: &str) -> Option<&'a Package> {
        self.world.workspace.packages.iter().find(|package| package.label == label)
    }

    /// Whether cargo says nothing of a unit: a build script, or a target whose features are not on.
    fn is_left_out(&self, unit: &Unit) -> bool {
        let target = || self.package(&unit.target.package)?.target(unit.target.kind, &unit.target.name);
        unit.target.kind == TargetKind::CustomBuild
            || target().is_some_and(|target| !target.required_features.is_empty())
    }

    /// The digest of what a unit lists; of its whole package where cargo keeps no list.
    fn unit(&self, unit: &Unit) -> Option<String> {
        let units = || self.units.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = units().get(unit) {
            return known.clone();
        }
        let digest = match self.inputs.get(unit) {
            Some(inputs) => Some(of_paths(&inputs.files, &self.world)),
            None if self.is_left_out(unit) => self.packages.get(unit.target.package.as_str()).cloned(),
            None => None,
        };
        units().insert(unit.clone(), digest.clone());
        digest
    }

    fn script(&self, package: &Package) -> String {
        let mut digest = Digest::default();
        match self.world.facts.scripts.get(&package.label).and_then(|script| script.files.as_ref()) {
            Some(files) => {
                for path in files {
                    let found = if path.is_dir() { of_folder(path, &self.world) } else { (self.world.look)(path) };
                    digest.add(path, &found);
                }
            }
            // It sees its whole package, and may ask git.
            None => {
                digest.text("package", self.packages.get(package.label.as_str()).map_or("", String::as_str));
                digest.text("HEAD", self.world.head.unwrap_or_default());
            }
        }
        digest.end()
    }
}

/// What lies at each of these paths.
fn of_paths(paths: &BTreeSet<Utf8PathBuf>, world: &World<'_>) -> String {
    let mut digest = Digest::default();
    for path in paths {
        digest.add(path, &(world.look)(path));
    }
    digest.end()
}

/// The files of these names in these folders.
fn present(names: &[&str], folders: impl Iterator<Item = Utf8PathBuf>, world: &World<'_>) -> Digest {
    let mut digest = Digest::default();
    for folder in folders {
        for path in names.iter().map(|name| folder.join(name)).filter(|path| path.is_file()) {
            digest.add(&path, &(world.look)(&path));
        }
    }
    digest
}

/// Every file below a folder, listed by git or not; what cargo builds and git's own folder left out.
fn of_folder(folder: &Utf8Path, world: &World<'_>) -> String {
    let mut digest = Digest::default();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let mut entries: Vec<_> = folder.read_dir_utf8().into_iter().flatten().flatten().collect();
        entries.sort_by(|one, other| one.file_name().cmp(other.file_name()));
        for entry in entries {
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            match (is_folder, entry.file_name()) {
                (true, ".git" | "target") => {}
                (true, _) => folders.push(entry.into_path()),
                (false, _) => digest.add(entry.path(), &(world.look)(entry.path())),
            }
        }
    }
    digest.end()
}

/// Whose folder is the nearest above a file.
struct Owners<'a>(BTreeMap<&'a Utf8Path, &'a str>);

impl<'a> Owners<'a> {
    fn of(workspace: &'a Workspace) -> Self {
        let mut folders = BTreeMap::new();
        for package in &workspace.packages {
            folders.insert(package.folder.as_path(), package.label.as_str());
            folders.insert(package.real_folder.as_path(), package.label.as_str());
        }
        Self(folders)
    }

    fn of_file(&self, file: &Utf8Path) -> Option<&'a str> {
        file.ancestors().skip(1).find_map(|folder| self.0.get(folder).copied())
    }
}

/// A digest over names and what stands behind each.
#[derive(Default)]
struct Digest(Vec<u8>);

impl Digest {
    fn add(&mut self, path: &Utf8Path, digest: &str) {
        self.text(path.as_str(), digest);
    }

    fn text(&mut self, name: &str, digest: &str) {
        for text in [name, digest] {
            self.0.extend_from_slice(&(text.len() as u64).to_le_bytes());
            self.0.extend_from_slice(text.as_bytes());
        }
    }

    fn end(&self) -> String {
        sha256(&self.0)[..32].to_owned()
    }
}

#[cfg(test)]
mod tests;
