//! What of the current tree is there for tests only, put over the baseline's files.
//!
//! Files of tests are copied as they are; of the others the test items and the documentation are spliced in by syntax. A
//! file of production code that the baseline has not stays away: its tests have nothing to stand on there.

use super::manifest;
use super::modules::{Modules, below};
use crate::check::place::{Asked, Place};
use crate::error::{Error, Result};
use crate::files;
use crate::mapping::Texts;
use crate::source::{self, Spliced};
use crate::words::TargetKind;
use crate::workspace::changes::{Change, ChangeKind};
use crate::workspace::graph::{EdgeKind, Graph, Package};
use camino::Utf8Path;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

/// What became of a changed file.
pub(super) enum Role {
    /// It is as in the current tree.
    Copied,
    /// It is the baseline's, with the test items and the documentation of the current one.
    Spliced(Box<Splicing>),
    /// It is production code the baseline has not; the name it has there, where it was renamed.
    New { from: Option<String> },
}

/// A file of the baseline with what was put into it.
pub(super) struct Splicing {
    pub(super) items: Spliced,
    pub(super) odd_docs: Vec<String>,
    pub(super) missing_docs: Vec<String>,
    /// For each line of the file, the line it has in `items` and in the baseline's file, where it is in there.
    lines: Vec<(Option<u32>, Option<u32>)>,
}

impl Splicing {
    /// The line of the current file a line was taken from; else the one it has on the baseline.
    fn line(&self, line: u32) -> Option<u32> {
        let (_, baseline) = self.known(line)?;
        self.taken(line).or(baseline)
    }

    /// The line of the current file a line was taken from.
    fn taken(&self, line: u32) -> Option<u32> {
        let (item, _) = self.known(line)?;
        item.and_then(|item| self.items.current_line(item))
    }

    fn known(&self, line: u32) -> Option<(Option<u32>, Option<u32>)> {
        self.lines.get(usize::try_from(line).ok()?.checked_sub(1)?).copied()
    }
}

/// For each line of `to`, the same line of `from`.
fn same_lines(from: &str, to: &str) -> Vec<Option<u32>> {
    let mut lines = vec![None; to.lines().count() + 1];
    for change in similar::TextDiff::from_lines(from, to).iter_all_changes() {
        if let (Some(old), Some(new)) = (change.old_index(), change.new_index())
            && let Some(line) = lines.get_mut(new)
        {
            *line = u32::try_from(old + 1).ok();
        }
    }
    lines
}

/// What was laid over the baseline, by file relative to the payload's root.
pub(super) struct Overlay<'a> {
    pub(super) roles: BTreeMap<String, Role>,
    pub(super) modules: Modules<'a>,
    /// Labels of packages that are new in this work.
    pub(super) new_packages: BTreeSet<String>,
    /// What could not be carried over of manifests and locks.
    pub(super) odd: Vec<String>,
    blanked: RefCell<BTreeSet<String>>,
}

impl<'a> Overlay<'a> {
    /// Nothing laid over anything.
    pub(super) fn nothing(graph: &'a Graph, root: &'a Utf8Path) -> Self {
        let modules = Modules::of(graph, root);
        Self {
            roles: BTreeMap::new(),
            modules,
            new_packages: BTreeSet::new(),
            odd: Vec::new(),
            blanked: RefCell::default(),
        }
    }

    /// Takes note that something of a file as it is laid out was blanked to get the rest to compile.
    pub(super) fn blank(&self, file: &str) {
        self.blanked.borrow_mut().insert(file.to_owned());
    }

    /// Whether something of one of these files was.
    pub(super) fn is_blanked(&self, is_meant: impl Fn(&str) -> bool) -> bool {
        self.blanked.borrow().iter().any(|file| is_meant(file))
    }

    /// What is odd about what was spliced into these files, or put into a manifest.
    pub(super) fn oddity(&self, is_meant: impl Fn(&str) -> bool) -> Option<String> {
        let of_items = self.roles.iter().find_map(|(file, role)| match role {
            Role::Spliced(splicing) if is_meant(file) => splicing.items.odd.first().map(|odd| {
                let what = "has something for tests that cannot be put into the baseline's";
                format!("`{file}:{}` {what}: `{}`", odd.line, odd.text)
            }),
            Role::Spliced(_) | Role::Copied | Role::New { .. } => None,
        });
        of_items.or_else(|| self.odd.first().cloned())
    }

    /// Whether all of a file is there for tests only.
    pub(super) fn is_test_file(&self, file: &str) -> bool {
        matches!(self.roles.get(file), Some(Role::Copied)) || self.modules.is_test(file)
    }

    /// Whether a line of a file as it is built was taken from the current one.
    pub(super) fn is_laid_over(&self, file: &str, line: u32) -> bool {
        match self.roles.get(file) {
            Some(Role::Copied) => true,
            Some(Role::Spliced(splicing)) => splicing.taken(line).is_some(),
            Some(Role::New { .. }) | None => false,
        }
    }

    /// The line a line of the file as it is built has in the current file, where it was taken from there; else the one it
    /// has on the baseline.
    pub(super) fn line(&self, file: &str, line: u32) -> u32 {
        match self.roles.get(file) {
            Some(Role::Spliced(splicing)) => splicing.line(line).unwrap_or(line),
            Some(Role::Copied | Role::New { .. }) | None => line,
        }
    }
}

/// What the overlay is made of.
pub(super) struct Sources<'a> {
    pub(super) place: &'a Asked<'a>,
    pub(super) changes: &'a [Change],
    pub(super) texts: &'a Texts,
    /// The payload's root in the current tree.
    pub(super) root: &'a Utf8Path,
}

/// Lays it over.
pub(super) fn lay<'a>(sources: &Sources<'a>, place: &Place) -> Result<Overlay<'a>> {
    let nothing = Overlay::nothing(sources.place.graph, sources.root);
    let mut overlay = Overlay { new_packages: new_packages(sources), ..nothing };
    let helpers: BTreeSet<&str> = overlay
        .new_packages
        .iter()
        .filter_map(|label| sources.place.graph.package(label))
        .filter(|package| is_for_tests(package, sources))
        .map(|package| package.label.as_str())
        .collect();
    let helpers: BTreeSet<String> = helpers.into_iter().map(str::to_owned).collect();
    let known = sources.place.snapshot.files()?;
    for change in sources.changes.iter().filter(|change| !change.file.starts_with('"')) {
        let name = Utf8Path::new(&change.file).file_name().unwrap_or_default();
        let is_of_helper = change.package.as_ref().is_some_and(|label| helpers.contains(label));
        let is_of_new = change.package.as_ref().is_some_and(|label| overlay.new_packages.contains(label));
        if !is_of_helper && (is_of_new || matches!(name, "Cargo.toml" | "Cargo.lock")) {
            if is_of_new {
                overlay.roles.insert(change.file.clone(), Role::New { from: change.from.clone() });
            }
            continue;
        }
        let is_test = |file: &str| is_of_helper || overlay.modules.is_test(file);
        if is_test(&change.file) {
            if let Some(from) = change.from.as_deref().filter(|from| is_test(from)) {
                remove(&place.root.join(from))?;
            }
            match &change.after {
                Some(blob) => {
                    let is_as_it_lies = known.get(&change.file) == Some(blob);
                    copy(sources, &change.file, blob, is_as_it_lies, place)?;
                    overlay.roles.insert(change.file.clone(), Role::Copied);
                }
                None => remove(&place.root.join(&change.file))?,
            }
            continue;
        }
        if !change.file.ends_with(".rs") {
            continue;
        }
        match (change.kind, sources.texts.get(&change.file)) {
            (ChangeKind::Added | ChangeKind::Renamed, _) => {
                overlay.roles.insert(change.file.clone(), Role::New { from: change.from.clone() });
            }
            (ChangeKind::Modified, Some((Some(old), Some(new)))) => {
                let role = splice(old, new, &place.root.join(&change.file))?;
                overlay.roles.insert(change.file.clone(), role);
            }
            (ChangeKind::Modified | ChangeKind::Deleted, _) => {}
        }
    }
    manifests(sources, &helpers, place, &mut overlay)?;
    Ok(overlay)
}

/// Splices what is there for tests only into the baseline's file.
fn splice(old: &str, new: &str, path: &Utf8Path) -> Result<Role> {
    let items = source::splice(old, new);
    let docs = source::splice_docs(&items.text, new);
    files::put(path, docs.text.as_bytes())?;
    let odd_docs = docs.odd.into_iter().map(|odd| odd.text).collect();
    let lines = same_lines(&items.text, &docs.text).into_iter().zip(same_lines(old, &docs.text)).collect();
    Ok(Role::Spliced(Box::new(Splicing { items, odd_docs, missing_docs: docs.missing, lines })))
}

/// The packages whose manifest is new.
fn new_packages(sources: &Sources<'_>) -> BTreeSet<String> {
    let is_new = |package: &&Package| {
        let manifest = below(sources.root, &package.cargo.manifest_path);
        let is_it = |change: &Change| change.kind != ChangeKind::Modified && Some(&change.file) == manifest.as_ref();
        sources.changes.iter().any(is_it)
    };
    sources.place.graph.packages().filter(is_new).map(|package| package.label.clone()).collect()
}

/// Whether a package is there for tests only: it has nothing but integration tests, or other members know it as a
/// dev-dependency only.
fn is_for_tests(package: &Package, sources: &Sources<'_>) -> bool {
    if package.targets.iter().all(|target| matches!(target.id.kind, TargetKind::Test | TargetKind::Bench)) {
        return true;
    }
    let edges = sources.place.graph.packages().flat_map(|other| &other.depends);
    let mut kinds = edges.filter(|edge| edge.to == package.label).map(|edge| edge.kind).peekable();
    kinds.peek().is_some() && kinds.all(|kind| kind == EdgeKind::Dev)
}

/// Puts a file there as it is in the current tree.
fn copy(sources: &Sources<'_>, file: &str, blob: &str, is_as_it_lies: bool, place: &Place) -> Result<()> {
    let (from, to) = (sources.root.join(file), place.root.join(file));
    let failed = |error: std::io::Error| Error::io(format!("copy `{from}`"), error);
    if let Some(folder) = to.parent() {
        files::create_folder(folder)?;
    }
    remove(&to)?;
    #[cfg(unix)]
    if let Some(target) = from.read_link_utf8().ok().filter(|_| is_as_it_lies) {
        return std::os::unix::fs::symlink(target, &to).map_err(failed);
    }
    let bytes = if is_as_it_lies && from.is_file() {
        std::fs::read(&from).map_err(failed)?
    } else {
        sources.place.snapshot.blob(blob)?
    };
    std::fs::write(&to, bytes).map_err(failed)?;
    match from.metadata() {
        Ok(entry) if entry.is_file() => std::fs::set_permissions(&to, entry.permissions()).map_err(failed),
        Ok(_) | Err(_) => Ok(()),
    }
}

fn remove(path: &Utf8Path) -> Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Error::io(format!("remove `{path}`"), error)),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// What manifests say of tests, and what the lock says of what these need.
fn manifests(
    sources: &Sources<'_>,
    helpers: &BTreeSet<String>,
    place: &Place,
    overlay: &mut Overlay<'_>,
) -> Result<()> {
    let snapshot = sources.place.snapshot;
    let text = |blob: Option<&str>| -> Result<Option<String>> {
        Ok(blob.map(|blob| snapshot.blob(blob)).transpose()?.and_then(|bytes| String::from_utf8(bytes).ok()))
    };
    let folders: Vec<String> =
        helpers.iter().filter_map(|label| below(sources.root, &sources.place.graph.package(label)?.folder)).collect();
    let mut is_moved = !helpers.is_empty();
    let of_name = |name: &'static str| {
        sources.changes.iter().filter(move |change| Utf8Path::new(&change.file).file_name() == Some(name))
    };
    for change in of_name("Cargo.toml").filter(|change| change.kind == ChangeKind::Modified) {
        let (Some(old), Some(new)) = (text(change.before.as_deref())?, text(change.after.as_deref())?) else {
            continue;
        };
        match manifest::merge(&old, &new, &folders) {
            Ok(Some(merged)) => {
                is_moved = true;
                files::put(&place.root.join(&change.file), merged.as_bytes())?;
            }
            Ok(None) => {}
            Err(why) => overlay.odd.push(format!("`{}`: {why}", change.file)),
        }
    }
    let mut locks = of_name("Cargo.lock").peekable();
    if locks.peek().is_none() {
        // A lock that git does not know says all the same which versions were tested.
        for workspace in &sources.place.graph.workspaces {
            let from = workspace.root.join("Cargo.lock");
            let Some(to) = below(sources.root, &from).map(|below| place.root.join(below)) else { continue };
            if !to.exists() && from.is_file() && to.parent().is_some_and(Utf8Path::is_dir) {
                std::fs::copy(&from, &to).map_err(|error| Error::io(format!("copy `{from}`"), error))?;
            }
        }
    }
    for change in locks {
        let (old, new) = (text(change.before.as_deref())?, text(change.after.as_deref())?);
        match (old, new) {
            (None, Some(new)) => files::put(&place.root.join(&change.file), new.as_bytes())?,
            (Some(old), Some(new)) if is_moved => {
                let merged = manifest::merge_locks(&old, &new);
                files::put(&place.root.join(&change.file), merged.as_bytes())?;
            }
            (Some(_), _) | (None, None) => {}
        }
    }
    Ok(())
}
