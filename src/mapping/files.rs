//! Files, folders and globs of a plan: where they are, who owns them, whether they changed.

use crate::files::real;
use crate::git::names;
use crate::payload::model::{FileUse, PlanFile};
use crate::surroundings::plain;
use crate::words::{TargetId, TargetKind};
use crate::workspace::changes::{Change, ChangeKind};
use crate::workspace::graph::{Graph, Package};
use camino::{Utf8Path, Utf8PathBuf};
use globset::{GlobBuilder, GlobMatcher};
use std::collections::BTreeSet;

/// The most files a glob is held against; more are not looked at.
const MOST_FILES: usize = 200_000;

/// A file or glob of a step that is expected to change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkFile {
    /// As the plan writes it.
    pub path: String,
    /// Whether it is a glob or a folder: one changed file in it is enough.
    pub is_glob: bool,
    /// Whether it is there now, or anything matches it.
    pub exists: bool,
    /// The changed files it stands for, named as in [`Change::file`].
    pub changed: Vec<String>,
}

/// What a path of a plan stands for.
#[derive(Debug)]
pub(super) enum Place {
    /// Nothing we look at.
    Outside,
    /// One file, which need not exist.
    File {
        /// Absolute.
        path: Utf8PathBuf,
        /// Whether it is there.
        exists: bool,
    },
    /// A folder or a glob.
    Many {
        /// The files there that match, absolute, deleted ones included.
        paths: Vec<Utf8PathBuf>,
        /// Absolute patterns.
        matcher: GlobMatcher,
        /// Packages that lie in it as a whole.
        packages: Vec<String>,
    },
}

impl Place {
    pub(super) fn packages(&self) -> &[String] {
        match self {
            Self::Many { packages, .. } => packages,
            Self::Outside | Self::File { .. } => &[],
        }
    }
}

/// Finds what a path means: relative to the payload's root, else to a workspace's; the first that is there, or
/// was, counts.
pub(super) fn find(path: &str, graph: &Graph, root: &Utf8Path, changes: &[Change]) -> Place {
    let workspaces = graph.workspaces.iter().map(|workspace| real(&workspace.root));
    let bases: Vec<Utf8PathBuf> = std::iter::once(root.to_owned()).chain(workspaces).collect();
    let path = path.trim_end_matches('/');
    let candidates: Vec<Utf8PathBuf> = bases.iter().map(|base| plain(&base.join(path))).collect();
    let was_there = |candidate: &Utf8PathBuf| changes.iter().any(|change| names_file(change, candidate, root));
    if let Some(folder) = candidates.iter().find(|candidate| candidate.is_dir()) {
        let packages = graph.packages().filter(|package| package.real_folder.starts_with(folder));
        let packages = packages.map(|package| package.label.clone()).collect();
        return many(folder, &format!("{}/**", globset::escape(folder.as_str())), changes, root, packages);
    }
    if let Some(file) = candidates.iter().find(|candidate| candidate.symlink_metadata().is_ok()) {
        return Place::File { path: file.clone(), exists: true };
    }
    if let Some(file) = candidates.iter().find(|candidate| was_there(candidate)) {
        return Place::File { path: file.clone(), exists: false };
    }
    if path.contains(['*', '?', '[', '{']) {
        let places = bases.iter().map(|base| {
            let (fixed, pattern) = split_glob(path);
            let folder = plain(&base.join(fixed));
            let pattern = format!("{}/{pattern}", globset::escape(folder.as_str()));
            many(&folder, &pattern, changes, root, Vec::new())
        });
        let mut first = None;
        for place in places {
            if matches!(&place, Place::Many { paths, .. } if !paths.is_empty()) {
                return place;
            }
            first.get_or_insert(place);
        }
        return first.unwrap_or(Place::Outside);
    }
    // To be created: where somebody would own it, else below the payload's root.
    let owned = candidates.iter().find(|candidate| {
        let parent_is_there = candidate.parent().is_some_and(Utf8Path::is_dir);
        parent_is_there && graph.owner(candidate.as_std_path()).is_some()
    });
    let owned = owned.or_else(|| candidates.iter().find(|file| graph.owner(file.as_std_path()).is_some()));
    let inside = || candidates.iter().find(|file| bases.iter().any(|base| file.starts_with(base)));
    match owned.or_else(inside) {
        Some(file) => Place::File { path: file.clone(), exists: false },
        None => Place::Outside,
    }
}

/// A glob's folders before the first one with a pattern in it, and the rest.
fn split_glob(path: &str) -> (String, String) {
    let parts: Vec<&str> = path.split('/').collect();
    let n_fixed = parts.iter().position(|part| part.contains(['*', '?', '[', '{', '\\'])).unwrap_or(0);
    (parts[..n_fixed].join("/"), parts[n_fixed..].join("/"))
}

fn many(folder: &Utf8Path, pattern: &str, changes: &[Change], root: &Utf8Path, packages: Vec<String>) -> Place {
    let Ok(glob) = GlobBuilder::new(pattern).literal_separator(true).build() else { return Place::Outside };
    let matcher = glob.compile_matcher();
    let mut paths = BTreeSet::new();
    let mut left = MOST_FILES;
    walk(folder, &mut left, &mut |path| {
        if matcher.is_match(path) {
            paths.insert(path.to_owned());
        }
    });
    let gone = changes.iter().flat_map(|change| std::iter::once(&change.file).chain(&change.from));
    paths.extend(gone.filter_map(|name| absolute(name, root)).filter(|path| matcher.is_match(path)));
    Place::Many { paths: paths.into_iter().collect(), matcher, packages }
}

fn walk(folder: &Utf8Path, left: &mut usize, see: &mut impl FnMut(&Utf8Path)) {
    // A folder that cannot be read has nothing to match.
    let Ok(entries) = folder.read_dir_utf8() else { return };
    for entry in entries.flatten() {
        let Some(fewer) = left.checked_sub(1) else { return };
        *left = fewer;
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => {
                if !matches!(entry.file_name(), "target" | ".git" | "node_modules") {
                    walk(entry.path(), left, see);
                }
            }
            Ok(_) => see(entry.path()),
            Err(_) => {}
        }
    }
}

/// A change's name as an absolute path; nothing where it is not UTF-8.
fn absolute(name: &str, root: &Utf8Path) -> Option<Utf8PathBuf> {
    let bytes = names::to_bytes(name);
    Some(plain(&root.join(std::str::from_utf8(&bytes).ok()?)))
}

fn names_file(change: &Change, path: &Utf8Path, root: &Utf8Path) -> bool {
    let is_it = |name: &String| absolute(name, root).is_some_and(|name| name == path);
    is_it(&change.file) || change.from.as_ref().is_some_and(is_it)
}

/// Whether the file changed, or which of the many did.
pub(super) fn work_file(file: &PlanFile, place: &Place, changes: &[Change], root: &Utf8Path) -> WorkFile {
    let (is_glob, exists) = match place {
        Place::Outside => (false, false),
        Place::File { exists, .. } => (false, *exists),
        Place::Many { paths, .. } => (true, !paths.is_empty()),
    };
    let is_it = |change: &Change| match place {
        Place::Outside => false,
        Place::File { path, .. } => names_file(change, path, root),
        Place::Many { matcher, .. } => {
            let is_match = |name: &String| absolute(name, root).is_some_and(|path| matcher.is_match(path));
            is_match(&change.file) || change.from.as_ref().is_some_and(is_match)
        }
    };
    // A file that was to be made or modified and is gone is no work done; one that is only named may have to go.
    let is_work = |change: &Change| match file.usage {
        FileUse::Create | FileUse::ToModify => change.kind != ChangeKind::Deleted,
        FileUse::Plain | FileUse::Reference | FileUse::Dependency => true,
    };
    let changed = changes.iter().filter(|change| is_it(change) && is_work(change)).map(|change| change.file.clone());
    WorkFile { path: file.path.clone(), is_glob, exists, changed: changed.collect() }
}

/// The targets of a package that a file (absolute) belongs to, as far as its place tells.
///
/// A target's root file, and what lies in a folder of the target's name beside it, is the target's; a shared
/// file under `tests/`, `examples/` or `benches/` belongs to all targets of that kind; everything else to the
/// library, or to the binaries where there is none.
#[must_use]
pub fn target_for_file(package: &Package, file: &Utf8Path) -> Vec<TargetId> {
    let real_file = file.parent().and_then(|folder| folder.canonicalize_utf8().ok());
    let real_file = real_file.and_then(|folder| Some(folder.join(file.file_name()?)));
    let file = real_file.as_deref().unwrap_or(file);
    let pick = |is_it: &dyn Fn(TargetKind, &Utf8Path) -> bool| -> Vec<TargetId> {
        let targets = package.targets.iter().filter(|target| is_it(target.id.kind, &real(&target.root_file)));
        targets.map(|target| target.id.clone()).collect()
    };
    let root_of = pick(&|_, root| root == file);
    if !root_of.is_empty() {
        return root_of;
    }
    let homes = package.targets.iter().filter_map(|target| home(&real(&target.root_file)));
    let closest = homes.filter(|home| file.starts_with(home)).max_by_key(|home| home.components().count());
    if let Some(closest) = closest {
        return library_first(pick(&|_, root| home(root).is_some_and(|home| home == closest)));
    }
    let below = file.strip_prefix(&package.real_folder).unwrap_or(file);
    let shared = match below.components().next().map(|part| part.as_str()) {
        Some("tests") => pick(&|kind, _| kind == TargetKind::Test),
        Some("examples") => pick(&|kind, _| kind == TargetKind::Example),
        Some("benches") => pick(&|kind, _| kind == TargetKind::Bench),
        Some(_) | None => Vec::new(),
    };
    if !shared.is_empty() {
        return shared;
    }
    library_first(pick(&|kind, _| kind != TargetKind::CustomBuild))
}

/// The folder whose files are a target's: of `tests/x.rs` `tests/x`, of `src/lib.rs` `src`. A build script at
/// the top has none.
fn home(root_file: &Utf8Path) -> Option<Utf8PathBuf> {
    match root_file.file_stem()? {
        "lib" | "main" | "mod" => root_file.parent().map(Utf8Path::to_owned),
        stem => Some(root_file.parent()?.join(stem)),
    }
}

/// Of targets that share a folder the library, else the binaries, else all.
fn library_first(targets: Vec<TargetId>) -> Vec<TargetId> {
    let of = |kinds: &[TargetKind]| -> Vec<TargetId> {
        targets.iter().filter(|target| kinds.contains(&target.kind)).cloned().collect()
    };
    let found = [of(&[TargetKind::Lib, TargetKind::ProcMacro]), of(&[TargetKind::Bin])];
    found.into_iter().find(|targets| !targets.is_empty()).unwrap_or(targets)
}
