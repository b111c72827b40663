//! `cargo metadata` -> the graph.
//!
//! Edges are found through the ids of the resolved graph and through declared paths, never by name: a dependency
//! may be renamed, optional, or for another platform.

mod links;
mod resolved;

use super::graph::{CargoFlags, Edge, EdgeKind, Graph, Package, Target, Workspace};
use super::kept::{self, Question};
use crate::cancel::Cancel;
use crate::error::{Code, Error, Result};
use crate::process::{self, Command, End};
use crate::surroundings::Surroundings;
use crate::words::{TargetId, TargetKind};
use camino::{Utf8Path, Utf8PathBuf};
use cargo_metadata::{DependencyKind, Metadata, PackageId};
use std::collections::{BTreeMap, BTreeSet};

impl Graph {
    /// Asks cargo about these manifests, or nobody where nothing it reads has moved since it was asked last (see
    /// `kept.rs`). Two manifests of one workspace are one workspace.
    ///
    /// # Errors
    /// 100 where cargo is missing, so that no check could run; 102 with cargo's own words where it cannot read a
    /// manifest; 74, or a signal.
    pub fn load(
        manifests: &[Utf8PathBuf],
        flags: &CargoFlags,
        surroundings: &Surroundings,
        cancel: &Cancel,
    ) -> Result<Self> {
        let manifests: Vec<Utf8PathBuf> = manifests.iter().map(|manifest| surroundings.absolute(manifest)).collect();
        let question = Question::new(&manifests, flags, surroundings);
        let workspaces = match question.kept() {
            Some(workspaces) => workspaces,
            None => ask_all(&question, cancel)?,
        };
        let mut graph = Self { workspaces };
        links::share_sources(&mut graph);
        Ok(graph)
    }
}

fn ask_all(question: &Question<'_>, cancel: &Cancel) -> Result<Vec<Workspace>> {
    let begun = kept::begin();
    let mut answers: Vec<Metadata> = Vec::new();
    for manifest in question.manifests {
        let folder = manifest.parent().unwrap_or(manifest);
        let is_known = |metadata: &Metadata| {
            metadata.workspace_packages().iter().any(|package| package.manifest_path == *manifest)
        };
        if answers.iter().any(is_known) {
            continue;
        }
        let metadata = ask(manifest, folder, question.flags, question.surroundings, cancel)?;
        if !answers.iter().any(|known| known.workspace_root == metadata.workspace_root) {
            answers.push(metadata);
        }
    }
    let labels = labels(&answers);
    let workspaces: Vec<Workspace> =
        answers.iter().map(|metadata| workspace(metadata, &labels)).collect::<Result<_>>()?;
    question.keep(&answers, &workspaces, begun);
    Ok(workspaces)
}

fn ask(
    manifest: &Utf8Path,
    folder: &Utf8Path,
    flags: &CargoFlags,
    surroundings: &Surroundings,
    cancel: &Cancel,
) -> Result<Metadata> {
    // The folder decides which `.cargo/config.toml` and toolchain file count: the workspace's own.
    let command = Command::new(surroundings.cargo(), folder, process::clean(&surroundings.environment))
        .args(["metadata", "--format-version", "1", "--color", "never", "--manifest-path", manifest.as_str()])
        .args(flags.args());
    let said = process::ask(&command, cancel)?;
    let refused =
        |why: String| Error::new(Code::NoWorkspace, format!("`cargo metadata` cannot read `{manifest}`")).because(why);
    match said.end {
        End::Exited(0) => {}
        End::Cancelled(signal) => return Err(Error::signalled(signal)),
        End::NotStarted(source) => {
            return Err(Error::new(Code::CheckFailed, "could-not-run: `cargo` could not be started")
                .because(source)
                .hint("install Rust with rustup (https://rustup.rs), or set `CARGO` to the program"));
        }
        End::Exited(_) | End::Signalled(_) | End::TimedOut | End::TooMuchOutput => {
            let complaint = complaint(&said.stderr);
            let end = said.end.in_words();
            let error = refused(if complaint.is_empty() { end } else { complaint });
            return Err(error.hint(format!("`cargo metadata --manifest-path {manifest}` shows it whole")));
        }
    }
    let text = std::str::from_utf8(&said.stdout).map_err(|error| refused(error.to_string()))?;
    let json = text.lines().find(|line| line.starts_with('{')).unwrap_or_default();
    cargo_metadata::MetadataCommand::parse(json).map_err(|error| refused(error.to_string()))
}

/// What cargo complained about: from its first `error` on, up to eight lines.
fn complaint(stderr: &[u8]) -> String {
    let text = String::from_utf8_lossy(stderr);
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    let first = lines.iter().position(|line| line.starts_with("error")).unwrap_or(0);
    lines[first..].iter().take(8).copied().collect::<Vec<_>>().join("\n")
}

/// Names, told apart by their folder where two workspaces share one.
fn labels(answers: &[Metadata]) -> BTreeMap<PackageId, String> {
    let members: BTreeMap<_, _> =
        answers.iter().flat_map(Metadata::workspace_packages).map(|package| (package.id.clone(), package)).collect();
    let mut n_of_name = BTreeMap::<&str, usize>::new();
    for package in members.values() {
        *n_of_name.entry(package.name.as_str()).or_default() += 1;
    }
    let common = common_folder(answers.iter().map(|metadata| metadata.workspace_root.as_path()));
    let label = |package: &cargo_metadata::Package| {
        let name = package.name.as_str();
        if n_of_name.get(name).is_none_or(|n| *n < 2) {
            return name.to_owned();
        }
        let folder = folder_of(package);
        let below = folder.strip_prefix(&common).unwrap_or(folder);
        let below: Vec<&str> = below.components().map(|part| part.as_str()).collect();
        format!("{name}@{}", if below.is_empty() { ".".to_owned() } else { below.join("/") })
    };
    members.iter().map(|(id, package)| (id.clone(), label(package))).collect()
}

fn common_folder<'a>(folders: impl Iterator<Item = &'a Utf8Path>) -> Utf8PathBuf {
    let shared = |one: Utf8PathBuf, other: &Utf8Path| {
        one.components().zip(other.components()).take_while(|(one, other)| one == other).map(|(part, _)| part).collect()
    };
    let mut folders = folders;
    let first = folders.next().map(Utf8Path::to_owned).unwrap_or_default();
    folders.fold(first, shared)
}

fn folder_of(package: &cargo_metadata::Package) -> &Utf8Path {
    package.manifest_path.parent().unwrap_or(&package.manifest_path)
}

fn workspace(metadata: &Metadata, labels: &BTreeMap<PackageId, String>) -> Result<Workspace> {
    let edges = Edges::new(metadata, labels);
    let resolved = resolved::Resolved::new(metadata);
    let mut packages = Vec::new();
    for package in metadata.workspace_packages() {
        let Some(label) = labels.get(&package.id) else { continue };
        let folder = folder_of(package).to_owned();
        packages.push(Package {
            label: label.clone(),
            real_folder: folder.canonicalize_utf8().unwrap_or_else(|_| folder.clone()),
            targets: targets(package, label)?,
            depends: edges.of(package, label),
            resolved: resolved.of(&package.id),
            cargo: package.clone(),
            folder,
        });
    }
    if packages.is_empty() {
        return Err(Error::new(
            Code::NoWorkspace,
            format!("the workspace `{}` has no member", metadata.workspace_root),
        )
        .hint("name a package of it under `[workspace] members`"));
    }
    packages.sort_by(|one, other| one.label.cmp(&other.label));
    Ok(Workspace {
        root: metadata.workspace_root.clone(),
        manifest: metadata.workspace_root.join("Cargo.toml"),
        target_folder: metadata.target_directory.clone(),
        build_folder: metadata.build_directory.clone().unwrap_or_else(|| metadata.target_directory.clone()),
        packages,
        paths: resolved.paths(metadata, labels),
        settings: metadata.workspace_metadata.get("handoff").cloned().unwrap_or_default(),
    })
}

fn targets(package: &cargo_metadata::Package, label: &str) -> Result<Vec<Target>> {
    let without_harness = without_harness(&package.manifest_path)?;
    let target = |target: &cargo_metadata::Target| {
        let kind = target.kind.iter().find_map(kind)?;
        let id = TargetId { package: label.to_owned(), kind, name: target.name.clone() };
        let name = if is_library(kind) { String::new() } else { id.name.clone() };
        let listed_as = if is_library(kind) { TargetKind::Lib } else { kind };
        let harness = !without_harness.contains(&(listed_as, name));
        Some(Target {
            id,
            root_file: target.src_path.clone(),
            test: target.test,
            doctest: target.doctest,
            harness,
            required_features: target.required_features.clone(),
        })
    };
    Ok(package.targets.iter().filter_map(target).collect())
}

fn is_library(kind: TargetKind) -> bool {
    matches!(kind, TargetKind::Lib | TargetKind::ProcMacro)
}

fn kind(kind: &cargo_metadata::TargetKind) -> Option<TargetKind> {
    use cargo_metadata::TargetKind as Cargo;
    Some(match kind {
        Cargo::Lib | Cargo::RLib | Cargo::DyLib | Cargo::CDyLib | Cargo::StaticLib => TargetKind::Lib,
        Cargo::ProcMacro => TargetKind::ProcMacro,
        Cargo::Bin => TargetKind::Bin,
        Cargo::Test => TargetKind::Test,
        Cargo::Example => TargetKind::Example,
        Cargo::Bench => TargetKind::Bench,
        Cargo::CustomBuild => TargetKind::CustomBuild,
        // cargo's own enum is open: a kind we do not know is not built by any command of ours.
        _ => return None,
    })
}

/// The targets whose manifest says `harness = false`; the library, of which there is one, without its name.
fn without_harness(manifest: &Utf8Path) -> Result<BTreeSet<(TargetKind, String)>> {
    let text = std::fs::read_to_string(manifest).map_err(|error| Error::io(format!("read `{manifest}`"), error))?;
    let table: toml::Table = toml::from_str(&text)
        .map_err(|error| Error::new(Code::NoWorkspace, format!("`{manifest}` cannot be read: {}", error.message())))?;
    let says_no = |target: &toml::Value| target.get("harness").and_then(toml::Value::as_bool) == Some(false);
    let mut without = BTreeSet::new();
    if table.get("lib").is_some_and(says_no) {
        without.insert((TargetKind::Lib, String::new()));
    }
    let lists = [
        ("bin", TargetKind::Bin),
        ("test", TargetKind::Test),
        ("example", TargetKind::Example),
        ("bench", TargetKind::Bench),
    ];
    for (key, kind) in lists {
        let targets = table.get(key).and_then(toml::Value::as_array);
        for target in targets.into_iter().flatten().filter(|target| says_no(target)) {
            let name = target.get("name").and_then(toml::Value::as_str).unwrap_or_default();
            without.insert((kind, name.to_owned()));
        }
    }
    Ok(without)
}

/// Who depends on whom, packages that are no members in between included.
struct Edges<'a> {
    labels: &'a BTreeMap<PackageId, String>,
    resolved: BTreeMap<&'a PackageId, &'a [cargo_metadata::NodeDep]>,
    folders: BTreeMap<&'a Utf8Path, &'a str>,
}

impl<'a> Edges<'a> {
    fn new(metadata: &'a Metadata, labels: &'a BTreeMap<PackageId, String>) -> Self {
        let nodes = metadata.resolve.iter().flat_map(|resolve| &resolve.nodes);
        let members = metadata
            .packages
            .iter()
            .filter_map(|package| Some((folder_of(package), labels.get(&package.id)?.as_str())));
        Self {
            labels,
            resolved: nodes.map(|node| (&node.id, node.deps.as_slice())).collect(),
            folders: members.collect(),
        }
    }

    fn of(&self, package: &cargo_metadata::Package, label: &str) -> Vec<Edge> {
        let mut edges = BTreeSet::new();
        for dependency in self.resolved.get(&package.id).copied().unwrap_or_default() {
            let mut reached = BTreeSet::new();
            self.reach(&dependency.pkg, &mut BTreeSet::new(), &mut reached);
            let kinds = dependency.dep_kinds.iter().filter_map(|kind| edge_kind(kind.kind));
            edges.extend(kinds.flat_map(|kind| reached.iter().map(move |to| Edge { to: (*to).to_owned(), kind })));
        }
        // Optional ones that are switched off now, and may be on in a build with other features.
        for dependency in &package.dependencies {
            let to = dependency.path.as_deref().and_then(|path| self.folders.get(path));
            if let (Some(to), Some(kind)) = (to, edge_kind(dependency.kind)) {
                edges.insert(Edge { to: (*to).to_owned(), kind });
            }
        }
        edges.into_iter().filter(|edge| edge.to != label).collect()
    }

    /// The members at the end of a dependency: itself, or those a package between depends on.
    fn reach(&self, id: &'a PackageId, seen: &mut BTreeSet<&'a PackageId>, reached: &mut BTreeSet<&'a str>) {
        if let Some(label) = self.labels.get(id) {
            reached.insert(label);
            return;
        }
        if !seen.insert(id) {
            return;
        }
        for dependency in self.resolved.get(id).copied().unwrap_or_default() {
            self.reach(&dependency.pkg, seen, reached);
        }
    }
}

fn edge_kind(kind: DependencyKind) -> Option<EdgeKind> {
    match kind {
        DependencyKind::Normal => Some(EdgeKind::Normal),
        DependencyKind::Build => Some(EdgeKind::Build),
        DependencyKind::Development => Some(EdgeKind::Dev),
        DependencyKind::Unknown => None,
    }
}
