//! What decides about units without being compiled into them: manifests, the lock file, the toolchain, settings, a
//! state of the repository nobody can see through, and what the user asked to be passed over.

mod unseen;

use super::baseline::Baseline;
use super::changes::{Change, ChangeKind};
use super::graph::{Graph, Workspace};
use super::lock::{self, Moved};
use super::manifest::{self, Reach};
use crate::cancel::Cancel;
use crate::error::{Code, Error, Result};
use crate::files::real;
use crate::git::{Snapshot, names};
use crate::surroundings::Surroundings;
use crate::surroundings::plain;
use camino::{Utf8Path, Utf8PathBuf};
use globset::{GlobBuilder, GlobMatcher};
use std::collections::{BTreeMap, BTreeSet};

/// What follows from the changes before anybody asks which unit reads which file. Reasons are sentences.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Steering {
    /// Reasons why every unit is selected.
    pub everything: Vec<String>,
    /// Reasons why all units of a package are, by its label.
    pub packages: BTreeMap<String, Vec<String>>,
    /// Why a package's clippy counts, and nothing else of it.
    pub lints: BTreeMap<String, String>,
    /// Why a package's formatting counts, and nothing else of it.
    pub formats: BTreeMap<String, String>,
    /// Changed files all of whose consequences stand above, but for units that read them.
    pub settled: BTreeSet<String>,
    /// Changed files the user asked to pass over, each with the glob that hides it.
    pub hidden: BTreeMap<String, String>,
}

/// What steering is read from.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// The workspaces as they are now.
    pub graph: &'a Graph,
    /// The payload's root: changes are named relative to it.
    pub root: &'a Utf8Path,
    /// The tree as it is now.
    pub snapshot: &'a Snapshot,
    /// Where the work is measured from.
    pub baseline: &'a Baseline,
    /// Whether somebody named the baseline.
    pub is_named: bool,
    /// Environment and clock.
    pub surroundings: &'a Surroundings,
}

impl Steering {
    /// What can be said without git: a file with a name that steers may steer everything.
    #[must_use]
    pub fn by_name(graph: &Graph, root: &Utf8Path, changes: &[Change]) -> Self {
        const NAMES: &[&str] = &["Cargo.toml", "Cargo.lock", "rust-toolchain", "rust-toolchain.toml"];
        let mut steering = Self::default();
        for (file, _, _) in changes.iter().flat_map(names_of) {
            let path = path_of(root, file);
            let is_config = path.parent().and_then(Utf8Path::file_name) == Some(".cargo");
            let is_named = path.file_name().is_some_and(|name| NAMES.contains(&name));
            let is_around = graph.workspaces.iter().any(|workspace| {
                path.starts_with(&workspace.root)
                    || path.parent().is_some_and(|folder| workspace.root.starts_with(folder))
            });
            if is_config || (is_named && is_around) {
                steering.everything.push(format!("`{file}` may steer everything"));
            }
        }
        steering
    }
}

/// The absolute path of a changed file. A name that is not UTF-8 is spelled as well as can be.
#[must_use]
pub fn path_of(root: &Utf8Path, file: &str) -> Utf8PathBuf {
    let path = names::to_path(&names::to_bytes(file));
    plain(&root.join(&*path.to_string_lossy()))
}

/// The names a change has: the one it bears, and the one a renamed file bore.
pub(super) fn names_of(change: &Change) -> impl Iterator<Item = (&str, &Option<String>, bool)> {
    let is_gone = change.kind == ChangeKind::Deleted;
    let from = change.from.as_deref().map(|from| (from, &change.from_package, true));
    std::iter::once((change.file.as_str(), &change.package, is_gone)).chain(from)
}

/// Reads it.
///
/// # Errors
/// 78 where `[workspace.metadata.handoff]` cannot be used; 74 where git cannot answer.
pub fn steering<'a>(
    request: &Request<'_>,
    changes: impl Iterator<Item = &'a Change>,
    cancel: &Cancel,
) -> Result<Steering> {
    let ignored = Ignored::read(request.graph)?;
    let mut steering = Steering::default();
    for change in changes {
        for (file, owner, _) in names_of(change) {
            let path = path_of(request.root, file);
            match ignored.hides(&path, request.graph) {
                Some(glob) => {
                    steering.hidden.insert(file.to_owned(), glob);
                }
                None => steer(&mut steering, request, change, file, &path, owner.is_some())?,
            }
        }
    }
    for (name, why) in unseen::unseen(request, cancel)? {
        if ignored.hides(&path_of(request.root, &name), request.graph).is_none() {
            steering.everything.push(why);
        }
    }
    Ok(steering)
}

fn steer(
    steering: &mut Steering,
    request: &Request<'_>,
    change: &Change,
    file: &str,
    path: &Utf8Path,
    is_owned: bool,
) -> Result<()> {
    let graph = request.graph;
    let Some(folder) = path.parent().map(real) else { return Ok(()) };
    let is_above =
        |folder: &Utf8Path| graph.workspaces.iter().any(|workspace| real(&workspace.root).starts_with(folder));
    let is_above_package = |folder: &Utf8Path| graph.packages().any(|package| package.real_folder.starts_with(folder));
    let below = |why: String| -> BTreeMap<String, String> {
        let packages = graph.packages().filter(|package| package.real_folder.starts_with(&folder));
        packages.map(|package| (package.label.clone(), why.clone())).collect()
    };
    match path.file_name().unwrap_or_default() {
        "rust-toolchain" | "rust-toolchain.toml" if is_above(&folder) => {
            steering.everything.push(format!("`{file}` chooses the toolchain"));
        }
        "config" | "config.toml"
            if folder.file_name() == Some(".cargo") && folder.parent().is_some_and(is_above_package) =>
        {
            steering.everything.push(format!("`{file}` configures cargo"));
        }
        "clippy.toml" | ".clippy.toml" if is_above_package(&folder) => {
            steering.lints.extend(below(format!("`{file}` configures clippy")));
            steering.settled.insert(file.to_owned());
        }
        "rustfmt.toml" | ".rustfmt.toml" if is_above_package(&folder) => {
            steering.formats.extend(below(format!("`{file}` configures rustfmt")));
            steering.settled.insert(file.to_owned());
        }
        "Cargo.lock" if graph.workspaces.iter().any(|workspace| real(&workspace.root) == folder) => {
            let workspaces = graph.workspaces.iter().filter(|workspace| real(&workspace.root) == folder);
            for workspace in workspaces {
                locked(steering, request, change, workspace)?;
            }
            steering.settled.insert(file.to_owned());
        }
        "Cargo.toml" => manifest_of(steering, request, change, file, &folder)?,
        _ if path.is_dir() && !path.is_symlink() => {
            steering.everything.push(format!("`{file}` is a repository of its own, and another commit of it is here"));
        }
        _ => {}
    }
    if is_owned {
        return Ok(());
    }
    // A package that is no member and is built into some.
    let paths = graph.workspaces.iter().flat_map(|workspace| &workspace.paths);
    let nearest = paths.filter(|known| folder.starts_with(&known.real_folder));
    if let Some(known) = nearest.max_by_key(|known| known.real_folder.as_str().len()) {
        for user in &known.users {
            let why = format!("`{file}` belongs to {}, which is built into it", known.name);
            steering.packages.entry(user.clone()).or_default().push(why);
        }
        if !known.users.is_empty() {
            steering.settled.insert(file.to_owned());
        }
    }
    Ok(())
}

/// Both sides of a changed file.
fn sides(request: &Request<'_>, change: &Change) -> Result<(Option<String>, Option<String>)> {
    let read = |blob: &Option<String>| -> Result<Option<String>> {
        let bytes = blob.as_ref().map(|blob| request.snapshot.blob(blob)).transpose()?;
        Ok(bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
    };
    Ok((read(&change.before)?, read(&change.after)?))
}

fn locked(steering: &mut Steering, request: &Request<'_>, change: &Change, workspace: &Workspace) -> Result<()> {
    let (before, after) = sides(request, change)?;
    match lock::moved(before.as_deref(), after.as_deref(), workspace.packages.iter()) {
        Moved::Unknown(why) => steering.everything.push(why),
        Moved::Members(members) => {
            for (label, why) in members {
                steering.packages.entry(label).or_default().push(why);
            }
        }
    }
    Ok(())
}

fn manifest_of(
    steering: &mut Steering,
    request: &Request<'_>,
    change: &Change,
    file: &str,
    folder: &Utf8Path,
) -> Result<()> {
    let graph = request.graph;
    let is_root = graph.workspaces.iter().any(|workspace| real(&workspace.root) == folder);
    let member = graph.packages().find(|package| package.real_folder == folder);
    // One that is gone may have been a member's.
    let is_gone = change.kind == ChangeKind::Deleted || change.file != file;
    if !is_root && member.is_none() && !is_gone {
        return Ok(());
    }
    if change.kind == ChangeKind::Renamed {
        steering.everything.push(format!("`{file}` is a manifest that was moved"));
        return Ok(());
    }
    let (before, after) = sides(request, change)?;
    match manifest::reach(before.as_deref(), after.as_deref(), is_root) {
        Reach::Everything(why) => steering.everything.push(format!("`{file}`: {why}")),
        Reach::Package => {
            if let Some(package) = member {
                let why = format!("`{file}` is its manifest");
                steering.packages.entry(package.label.clone()).or_default().push(why);
                steering.settled.insert(file.to_owned());
            }
        }
    }
    Ok(())
}

/// The globs of `[workspace.metadata.handoff] ignore`, by workspace.
struct Ignored(Vec<(Utf8PathBuf, Vec<(String, GlobMatcher)>)>);

impl Ignored {
    fn read(graph: &Graph) -> Result<Self> {
        let bad = |workspace: &Workspace, what: String| {
            let message = format!("`[workspace.metadata.handoff]` in `{}`: {what}", workspace.manifest);
            Error::new(Code::BadConfiguration, message).hint("like this: `ignore = [\"docs/**\", \"../proto/**\"]`")
        };
        let mut all = Vec::new();
        for workspace in &graph.workspaces {
            let Some(ignore) = workspace.settings.get("ignore") else {
                all.push((real(&workspace.root), Vec::new()));
                continue;
            };
            let texts: Option<Vec<&str>> =
                ignore.as_array().and_then(|list| list.iter().map(serde_json::Value::as_str).collect());
            let texts = texts.ok_or_else(|| bad(workspace, "`ignore` is not a list of texts".into()))?;
            let glob = |text: &&str| {
                let glob = GlobBuilder::new(text).literal_separator(true).build();
                glob.map(|glob| ((*text).to_owned(), glob.compile_matcher()))
                    .map_err(|error| bad(workspace, format!("`{text}` is no glob: {}", error.kind())))
            };
            all.push((real(&workspace.root), texts.iter().map(glob).collect::<Result<_>>()?));
        }
        Ok(Self(all))
    }

    /// The glob that hides a file: of the workspaces it lies in, else of all of them, each has to have one.
    fn hides(&self, path: &Utf8Path, graph: &Graph) -> Option<String> {
        debug_assert_eq!(self.0.len(), graph.workspaces.len());
        let path =
            path.parent().zip(path.file_name()).map_or_else(|| real(path), |(folder, name)| real(folder).join(name));
        let around: Vec<_> = self.0.iter().filter(|(root, _)| path.starts_with(root)).collect();
        let asked = if around.is_empty() { self.0.iter().collect() } else { around };
        let mut first = None;
        for (root, globs) in asked {
            let below = relative(root, &path);
            let (text, _) = globs.iter().find(|(_, glob)| glob.is_match(&below))?;
            first.get_or_insert_with(|| text.clone());
        }
        first
    }
}

/// A path seen from a folder, with `/`: `../proto/a` where it does not lie below it.
#[must_use]
pub fn relative(folder: &Utf8Path, path: &Utf8Path) -> String {
    let shared = folder.components().zip(path.components()).take_while(|(one, other)| one == other).count();
    let up = folder.components().skip(shared).map(|_| "..");
    let down = path.components().skip(shared).map(|part| part.as_str());
    up.chain(down).collect::<Vec<_>>().join("/")
}

#[cfg(all(test, unix))]
mod tests;
