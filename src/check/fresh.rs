//! Around a cargo call: no time stamp may hide an edit from it, and somebody watches what tests open.

use super::cache::{self, Built, Stamps};
use super::request::{At, Memory};
use crate::error::Result;
use crate::opened::{self, Mark, Watcher};
use crate::workspace::units::Facts;
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeSet;

/// What cargo builds for clippy.
pub(super) const CHECK: &str = "check";

/// What cargo builds for tests and doctests.
pub(super) const TEST: &str = "test";

/// A call that is under way.
pub(super) struct Fresh<'a>(Option<Under<'a>>);

struct Under<'a> {
    at: At<'a>,
    watcher: Option<(Watcher, Mark)>,
    memory: Memory<'a>,
    built: Built,
    /// Where it is recorded.
    file: Utf8PathBuf,
    stamps: Stamps,
}

/// Gives a new time stamp to whatever cargo would wrongly take for what it built last, and watches what is opened.
pub(super) fn before<'a>(at: At<'a>, way: &'static str, known: &Facts) -> Result<Fresh<'a>> {
    let mut fresh = unwatched(at, way, known)?;
    if let Fresh(Some(under)) = &mut fresh {
        under.watcher = watcher(at).map(|watcher| {
            let mark = watcher.mark();
            (watcher, mark)
        });
    }
    Ok(fresh)
}

/// The same where nobody has to know what is opened: for a command that may build, or start somebody who does. What one
/// way to build has seen holds for all: what moved since got a new time stamp, and is stale to whoever was built before.
pub(super) fn unwatched<'a>(at: At<'a>, way: &'static str, known: &Facts) -> Result<Fresh<'a>> {
    let Some(memory) = at.request.memory else { return Ok(Fresh(None)) };
    let file = Built::file(at.workspace, way);
    let built = Built::load(&file, memory.vault);
    let units = at.workspace.build_stamps();
    let stamps = Stamps::load(&Stamps::file(at.workspace), memory.vault, units.last().copied());
    built.renew(files(memory), stamps.others(), &units)?;
    let untold: Vec<(&Utf8PathBuf, String)> = known.untold.iter().map(|path| (path, (memory.look)(path))).collect();
    let moved = untold.iter().filter(|(path, digest)| built.is_known() && built.differs(path, digest));
    let moved: Vec<&Utf8PathBuf> = moved.map(|(path, _)| *path).collect();
    moved.iter().try_for_each(|path| force(at, path))?;
    let others = if way == CHECK { settings_of_clippy(at) } else { String::new() };
    let is_other = built.is_known() && built.others() != others;
    if is_other {
        // cargo does not know of a new one, and would answer for every package from what it has.
        for target in at.workspace.packages.iter().flat_map(|package| &package.targets) {
            cache::touch(&target.root_file)?;
        }
    }
    let built = built.with(others);
    let untold = untold.iter().map(|(path, digest)| (path.as_str(), digest.as_str()));
    // Whoever ends the call ends us too: what it had built by then is not known.
    if let Err(error) = built.begin((&file, memory.vault), files(memory).chain(untold)) {
        // What was recorded last would be believed by the next run. Of sources the system tells when they were touched.
        let is_believed = built.is_known() && !cfg!(unix);
        if is_other || is_believed || !moved.is_empty() {
            return Err(error);
        }
        at.run.not_kept(&error);
    }
    Ok(Fresh(Some(Under { at, watcher: None, memory, built, file, stamps })))
}

impl Fresh<'_> {
    /// Takes note of what the call saw. The files that were opened meanwhile.
    pub(super) fn after(self, succeeded: bool) -> BTreeSet<Utf8PathBuf> {
        let Some(Under { at, watcher, memory, built, file, stamps }) = self.0 else { return BTreeSet::new() };
        let opened = watcher.map(|(watcher, mark)| watcher.since(mark).opened).unwrap_or_default();
        let beyond: Vec<(&Utf8PathBuf, String)> = opened
            .iter()
            .filter(|path| !memory.files.contains_key(*path))
            .map(|path| (path, (memory.look)(path)))
            .collect();
        let beyond = beyond.iter().map(|(path, digest)| (path.as_str(), digest.as_str()));
        let recorded = built.record((&file, memory.vault), files(memory).chain(beyond), succeeded);
        let newest = at.workspace.build_stamps().pop();
        let recorded = recorded.and_then(|()| stamps.record(&Stamps::file(at.workspace), memory.vault, newest));
        // What stays recorded where this cannot be is what stood there before the call: that it may have built either.
        if let Err(error) = recorded {
            at.run.not_kept(&error);
        }
        opened
    }
}

/// Makes cargo build again what may have read a file that it does not know of: the package that owns it, or all.
fn force(at: At<'_>, path: &Utf8Path) -> Result<()> {
    let owner = at.request.graph.owner(path.as_std_path()).map(|package| package.label.as_str());
    let packages = at.workspace.packages.iter().filter(|package| owner.is_none_or(|owner| package.label == owner));
    // Through a link to its own package's file somebody else may have read it: dependents are built again by cargo.
    packages.flat_map(|package| &package.targets).try_for_each(|target| cache::touch(&target.root_file))
}

/// Which files clippy reads its settings from.
fn settings_of_clippy(at: At<'_>) -> String {
    let folders: BTreeSet<&Utf8Path> =
        at.workspace.packages.iter().flat_map(|package| package.folder.ancestors()).collect();
    let files = folders.into_iter().flat_map(|folder| ["clippy.toml", ".clippy.toml"].map(|name| folder.join(name)));
    files.filter(|file| file.is_file()).map(|file| format!("{file}\n")).collect()
}

fn files(memory: Memory<'_>) -> impl Iterator<Item = (&str, &str)> {
    memory.files.iter().map(|(path, digest)| (path.as_str(), digest.as_str()))
}

/// Watches the repository's folders. Where nobody can, tests count as having read whatever nobody claims.
pub(super) fn watcher(at: At<'_>) -> Option<Watcher> {
    watching(at, Vec::new())
}

/// The same, and the folders of what was built to be run: a test may run what its package does not depend on.
pub(super) fn watcher_of_tests(at: At<'_>) -> Option<Watcher> {
    watching(at, at.workspace.built_folders())
}

fn watching(at: At<'_>, more: Vec<Utf8PathBuf>) -> Option<Watcher> {
    let folders = at.request.memory?.folders;
    match folders().and_then(|folders| opened::watch(&[folders, more].concat())) {
        Ok(watcher) => Some(watcher),
        Err(why) => {
            at.run.remark(format!("what tests open is not watched: {why}"));
            None
        }
    }
}
