//! The packages that are locked, where each lies on this machine, and by what name who uses it.
//!
//! Cargo is asked with `--locked --offline`: nothing is fetched and nothing written. Where it cannot answer, because not
//! everything is there, `Cargo.lock` says what is locked, and cargo's own folders what is there.

use crate::cancel::Cancel;
use crate::error::{Code, Error, Result};
use crate::files;
use crate::process::{self, Command};
use crate::surroundings::Surroundings;
use crate::workspace::lock::Lock;
use camino::{Utf8Path, Utf8PathBuf};
use cargo_metadata::{Metadata, MetadataCommand, Package, TargetKind};
use std::collections::BTreeMap;

/// The largest lock file that is read.
const MOST_BYTES: u64 = 64 << 20;

/// A locked package.
#[derive(Debug, Clone)]
pub(super) struct Crate {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) version: String,
    /// As a lock file has it; nothing where it lies in a folder of its own.
    pub(super) source: Option<String>,
    pub(super) is_member: bool,
    /// What cargo says of it; nothing where it is not on this machine.
    pub(super) package: Option<Box<Package>>,
    /// The features it is built with; nothing where nobody knows.
    pub(super) enabled: Option<Vec<String>>,
    /// What it uses: the name in its code, and the id.
    pub(super) uses: Vec<(String, String)>,
}

impl Crate {
    /// The folder it lies in.
    pub(super) fn folder(&self) -> Option<&Utf8Path> {
        self.package.as_ref().and_then(|package| package.manifest_path.parent())
    }

    /// What it is called in code, and the root of its library.
    pub(super) fn library(&self) -> Option<(String, &Utf8Path)> {
        let package = self.package.as_ref()?;
        let is_library = |kind: &TargetKind| {
            let kinds = [TargetKind::Lib, TargetKind::RLib, TargetKind::DyLib, TargetKind::CDyLib];
            kinds.contains(kind) || matches!(kind, TargetKind::StaticLib | TargetKind::ProcMacro)
        };
        let target = package.targets.iter().find(|target| target.kind.iter().any(is_library))?;
        Some((target.name.replace('-', "_"), &target.src_path))
    }
}

/// All of them.
#[derive(Debug, Clone, Default)]
pub(super) struct Crates {
    pub(super) all: Vec<Crate>,
    /// Why cargo could not tell who uses whom.
    pub(super) unknown: Option<String>,
    /// Where cargo was asked.
    pub(super) folder: Utf8PathBuf,
}

impl Crates {
    /// The packages locked for these workspaces.
    ///
    /// # Errors
    /// 102 where there is no lock file, 74, or a signal.
    pub(super) fn load(manifests: &[Utf8PathBuf], surroundings: &Surroundings, cancel: &Cancel) -> Result<Self> {
        let mut crates = Self::default();
        for manifest in manifests {
            let folder = manifest.parent().unwrap_or(manifest);
            crates.folder = folder.to_owned();
            let complaint = match ask(manifest, &["--locked", "--offline"], surroundings, cancel)? {
                Ok(metadata) => {
                    crates.learn(&metadata);
                    continue;
                }
                Err(complaint) => complaint,
            };
            // What other systems need is often not there, for nobody builds it here.
            let host = host(folder, surroundings, cancel)?.unwrap_or_default();
            match ask(manifest, &["--locked", "--offline", "--filter-platform", &host], surroundings, cancel)? {
                Ok(metadata) => crates.learn(&metadata),
                Err(_) => crates.unknown = Some(complaint.clone()),
            }
            crates.locked(folder, surroundings, &complaint)?;
        }
        crates.all.sort_by(|one, other| (&one.name, &one.version).cmp(&(&other.name, &other.version)));
        crates.all.dedup_by(|one, other| one.id == other.id);
        Ok(crates)
    }

    fn learn(&mut self, metadata: &Metadata) {
        let nodes: BTreeMap<_, _> =
            metadata.resolve.iter().flat_map(|resolve| &resolve.nodes).map(|node| (&node.id, node)).collect();
        for package in &metadata.packages {
            let node = nodes.get(&package.id);
            let enabled = node.map(|node| node.features.iter().map(ToString::to_string).collect());
            let uses =
                node.map(|node| node.deps.iter().map(|used| (used.name.clone(), used.pkg.repr.clone())).collect());
            self.all.push(Crate {
                id: package.id.repr.clone(),
                name: package.name.to_string(),
                version: package.version.to_string(),
                source: package.source.as_ref().map(|source| source.repr.clone()),
                is_member: metadata.workspace_members.contains(&package.id),
                package: Some(Box::new(package.clone())),
                enabled,
                uses: uses.unwrap_or_default(),
            });
        }
    }

    /// What the lock file says besides, without what lies where.
    fn locked(&mut self, folder: &Utf8Path, surroundings: &Surroundings, complaint: &str) -> Result<()> {
        let file = folder.ancestors().map(|folder| folder.join("Cargo.lock")).find(|file| file.is_file());
        let none = || {
            Error::new(Code::NoWorkspace, format!("nothing is locked for `{folder}`"))
                .because(complaint.to_owned())
                .hint("`cargo generate-lockfile` locks the versions, `cargo fetch` gets them")
        };
        let text = files::read(&file.ok_or_else(none)?, MOST_BYTES)?.unwrap_or_default();
        let lock = Lock::read(&String::from_utf8_lossy(&text)).ok_or_else(none)?;
        for (name, version, source) in lock.packages() {
            if self.all.iter().any(|it| (it.name.as_str(), it.version.as_str()) == (name, version)) {
                continue;
            }
            self.all.push(Crate {
                id: format!("{name} {version} {}", source.unwrap_or_default()),
                name: name.to_owned(),
                version: version.to_owned(),
                source: source.map(str::to_owned),
                is_member: false,
                package: None,
                enabled: None,
                uses: Vec::new(),
            });
        }
        // Members lie beside the lock file, and can be read without anything else.
        if self.unknown.is_some()
            && let Ok(metadata) =
                ask(&folder.join("Cargo.toml"), &["--no-deps", "--offline"], surroundings, &Cancel::new())?
        {
            for package in &metadata.packages {
                let (name, version) = (package.name.to_string(), package.version.to_string());
                let is_it = |it: &&mut Crate| it.source.is_none() && it.name == name && it.version == version;
                if let Some(member) = self.all.iter_mut().find(is_it) {
                    member.package = Some(Box::new(package.clone()));
                    member.is_member = true;
                }
            }
        }
        Ok(())
    }

    /// Learns what cargo says of a package by itself, where it is on this machine at all.
    pub(super) fn complete(&mut self, id: &str, surroundings: &Surroundings, cancel: &Cancel) -> Result<()> {
        let Some(it) = self.all.iter_mut().find(|it| it.id == id && it.package.is_none()) else { return Ok(()) };
        if let Some(folder) = downloaded(it, surroundings)
            && let Ok(metadata) = ask(&folder.join("Cargo.toml"), &["--no-deps", "--offline"], surroundings, cancel)?
        {
            let mut packages = metadata.packages.into_iter();
            it.package = packages.find(|package| package.name.as_str() == it.name).map(Box::new);
        }
        Ok(())
    }

    /// The package with this id.
    pub(super) fn by_id(&self, id: &str) -> Option<&Crate> {
        self.all.iter().find(|it| it.id == id)
    }

    /// Who of the members uses a package, and by what name.
    pub(super) fn users<'a>(&'a self, it: &'a Crate) -> impl Iterator<Item = (&'a Crate, &'a str)> + 'a {
        let members = self.all.iter().filter(|member| member.is_member);
        members.flat_map(move |member| {
            let of = member.uses.iter().filter(move |(_, id)| *id == it.id);
            of.map(move |(name, _)| (member, name.as_str()))
        })
    }

    /// The packages that are meant by a name, as it is typed or as code has it, of this version where one is given; with
    /// `user`, what that package uses under it, and else what is locked.
    ///
    /// # Errors
    /// 65 where there is none, with those that are called alike.
    pub(super) fn meant(&self, name: &str, version: Option<&str>, user: Option<&str>) -> Result<Vec<&Crate>> {
        let same = |one: &str| one.replace('-', "_") == name.replace('-', "_");
        let is_called = |it: &&Crate| same(&it.name) || it.library().is_some_and(|(library, _)| same(&library));
        let mut found: Vec<&Crate> = match user {
            None => {
                let mut found: Vec<&Crate> = self.all.iter().filter(is_called).collect();
                if found.is_empty() {
                    // Renamed where it is used.
                    let members = self.all.iter().filter(|it| it.is_member);
                    let used = members.flat_map(|it| &it.uses).filter(|(name, _)| same(name));
                    found = used.filter_map(|(_, id)| self.by_id(id)).collect();
                    found.sort_by(|one, other| one.version.cmp(&other.version));
                    found.dedup_by(|one, other| one.id == other.id);
                }
                found
            }
            Some(user) => {
                let user = self.user(user)?;
                let named = user.uses.iter().filter(|(name, _)| same(name)).filter_map(|(_, id)| self.by_id(id));
                let mut found: Vec<&Crate> = named.collect();
                if found.is_empty() {
                    let used = user.uses.iter().filter_map(|(_, id)| self.by_id(id));
                    found = used.filter(is_called).collect();
                }
                found
            }
        };
        if let Some(version) = version {
            found.retain(|it| it.version == version || it.version.starts_with(&format!("{version}.")));
        }
        if found.is_empty() {
            return Err(self.nobody(name, version, user));
        }
        Ok(found)
    }

    fn user(&self, name: &str) -> Result<&Crate> {
        let named = |it: &&Crate| it.name == name;
        let member = self.all.iter().filter(|it| it.is_member).find(named).or_else(|| self.all.iter().find(named));
        match (member, &self.unknown) {
            (Some(user), None) => Ok(user),
            (Some(_), Some(why)) => Err(Error::new(Code::NoSuchEntry, format!("nobody can tell what `{name}` uses"))
                .because(why.clone())
                .hint("`cargo fetch` gets what is missing; without `--for` the locked versions are told")),
            (None, _) => {
                let members: Vec<&str> = self.all.iter().filter(|it| it.is_member).map(|it| it.name.as_str()).collect();
                Err(Error::new(Code::NoSuchEntry, format!("there is no package `{name}`"))
                    .hint(format!("the members are: {}", members.join(", "))))
            }
        }
    }

    fn nobody(&self, name: &str, version: Option<&str>, user: Option<&str>) -> Error {
        let wanted = version.map_or_else(|| name.to_owned(), |version| format!("{name}@{version}"));
        let message = match user {
            Some(user) => format!("`{user}` uses no package `{wanted}`"),
            None => format!("no package `{wanted}` is locked here"),
        };
        let error = Error::new(Code::NoSuchEntry, message);
        let plain = |text: &str| text.to_lowercase().replace('-', "_");
        let wanted = plain(name);
        let start: String = wanted.chars().take(4).collect();
        let is_like = |it: &&Crate| {
            let own = plain(&it.name);
            own.contains(&wanted) || wanted.contains(&own) || (!start.is_empty() && own.starts_with(&start))
        };
        let mut like: Vec<String> =
            self.all.iter().filter(is_like).map(|it| format!("`{}@{}`", it.name, it.version)).take(8).collect();
        like.dedup();
        if like.is_empty() {
            return error.hint("`cargo tree` lists what is locked");
        }
        error.hint(format!("locked are {}", like.join(", ")))
    }
}

/// Where cargo keeps a package it once got.
fn downloaded(it: &Crate, surroundings: &Surroundings) -> Option<Utf8PathBuf> {
    let home = surroundings.cargo_home()?;
    let source = it.source.as_deref()?;
    let below = |folder: &Utf8Path| -> Vec<Utf8PathBuf> {
        let entries = folder.read_dir_utf8().into_iter().flatten().flatten();
        let mut folders: Vec<Utf8PathBuf> = entries.map(|entry| entry.into_path()).collect();
        folders.sort();
        folders
    };
    if source.starts_with("git+") {
        let commit = source.rsplit_once('#').map(|(_, commit)| commit)?;
        let checkouts = below(&home.join("git").join("checkouts"));
        let revisions = checkouts.iter().flat_map(|checkout| below(checkout));
        let mut revisions = revisions.filter(|folder| folder.file_name().is_some_and(|name| commit.starts_with(name)));
        return revisions.find_map(|folder| {
            [folder.clone(), folder.join(&it.name)].into_iter().find(|folder| is_package(folder, &it.name))
        });
    }
    let host = source.split("://").nth(1).and_then(|rest| rest.split('/').next()).unwrap_or_default();
    let mut registries = below(&home.join("registry").join("src"));
    // The index of crates.io is another host today than the one lock files name.
    let is_its = |folder: &Utf8PathBuf| {
        let name = folder.file_name().unwrap_or_default();
        name.starts_with(host) || (is_crates_io(source) && name.starts_with("index.crates.io"))
    };
    registries.retain(is_its);
    let named = format!("{}-{}", it.name, it.version);
    registries.into_iter().map(|folder| folder.join(&named)).find(|folder| is_package(folder, &it.name))
}

fn is_package(folder: &Utf8Path, name: &str) -> bool {
    let manifest = files::read(&folder.join("Cargo.toml"), 1 << 20).ok().flatten().unwrap_or_default();
    let table: toml::Table = toml::from_str(&String::from_utf8_lossy(&manifest)).unwrap_or_default();
    let own = table.get("package").and_then(|package| package.get("name")).and_then(toml::Value::as_str);
    own == Some(name)
}

/// Whether a source is crates.io, by either of its names.
pub(super) fn is_crates_io(source: &str) -> bool {
    source.contains("github.com/rust-lang/crates.io-index") || source.contains("//index.crates.io")
}

/// The host's triple.
fn host(folder: &Utf8Path, surroundings: &Surroundings, cancel: &Cancel) -> Result<Option<String>> {
    let rustc = surroundings.variable("RUSTC").unwrap_or("rustc");
    let command = Command::new(rustc, folder, process::clean(&surroundings.environment)).args(["-vV"]);
    let said = process::ask(&command, cancel)?;
    let text = String::from_utf8_lossy(&said.stdout).into_owned();
    Ok(text.lines().find_map(|line| line.strip_prefix("host: ")).map(str::to_owned))
}

/// Asks cargo; what it complains about where it cannot tell.
fn ask(
    manifest: &Utf8Path,
    args: &[&str],
    surroundings: &Surroundings,
    cancel: &Cancel,
) -> Result<std::result::Result<Metadata, String>> {
    let folder = manifest.parent().unwrap_or(manifest);
    let command = Command::new(surroundings.cargo(), folder, process::clean(&surroundings.environment))
        .args(["metadata", "--format-version", "1", "--color", "never", "--manifest-path", manifest.as_str()])
        .args(args.iter().copied());
    let said = process::ask(&command, cancel)?;
    cancel.check()?;
    if !said.end.is_success() {
        let stderr = String::from_utf8_lossy(&said.stderr).into_owned();
        let lines: Vec<&str> = stderr.lines().filter(|line| !line.trim().is_empty()).take(6).collect();
        return Ok(Err(if lines.is_empty() { said.end.in_words() } else { lines.join("\n") }));
    }
    let text = String::from_utf8_lossy(&said.stdout);
    let json = text.lines().find(|line| line.starts_with('{')).unwrap_or_default();
    Ok(MetadataCommand::parse(json).map_err(|error| error.to_string()))
}
