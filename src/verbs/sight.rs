//! What there is, seen without cargo: the repository, every file by its content, the programs.
//!
//! It is what earlier outcomes are held against before anything is run.

use super::request::Context;
use crate::cancel::Cancel;
use crate::error::Result;
use crate::files;
use crate::git::{Git, Listing};
use crate::opened;
use crate::surroundings::Surroundings;
use crate::toolchain::Identity;
use crate::tree::{StatCache, Tree, digest_file};
use crate::workspace::graph::Graph;
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// Everything that was seen.
pub(super) struct Sight {
    pub(super) git: Git,
    /// Moves with refs, HEAD and git's settings.
    pub(super) state: String,
    pub(super) listing: Listing,
    pub(super) tree: Tree,
    /// The programs.
    pub(super) toolchain: String,
    /// Every file, absolute, with what lies there.
    pub(super) files: BTreeMap<Utf8PathBuf, String>,
    root: Utf8PathBuf,
    cache: Utf8PathBuf,
    beyond: Mutex<StatCache>,
}

/// Looks. Git's questions and the programs are looked at all at once; `folder` is where earlier digests are kept.
pub(super) fn look(
    root: &Utf8Path,
    manifests: &[Utf8PathBuf],
    folder: &Utf8Path,
    context: &Context,
    cancel: &Cancel,
) -> Result<Sight> {
    let surroundings = &context.surroundings;
    let git = Git::open(root, surroundings, cancel)?;
    let (state, tree, toolchain) = std::thread::scope(|scope| {
        let state = scope.spawn(|| git.state());
        let toolchain = scope.spawn(|| {
            // A toolchain file may lie in each workspace.
            let folders = manifests.iter().filter_map(|manifest| manifest.parent());
            folders.map(|folder| Identity::read(surroundings, folder).digest()).collect::<String>()
        });
        let tree = git.listing(root).and_then(|listing| {
            let tree = Tree::read(git.top(), &listing, &folder.join("tree"))?;
            Ok((listing, tree))
        });
        let join = "looking panics nowhere";
        (state.join().expect(join), tree, toolchain.join().expect(join))
    });
    let (listing, tree) = tree?;
    let files = tree.entries().map(|(name, digest)| (tree.top().join(name), digest.to_owned())).collect();
    let beyond = Mutex::new(StatCache::open(&folder.join("beyond")));
    Ok(Sight {
        git,
        state: state?,
        listing,
        tree,
        toolchain,
        files,
        root: root.to_owned(),
        cache: folder.join("tree"),
        beyond,
    })
}

impl Sight {
    /// What lies at a path, listed or not. A folder is the names in it.
    pub(super) fn at(&self, path: &Utf8Path) -> String {
        let digest = self.files.get(path).cloned();
        if let Some(digest) = digest.as_ref().filter(|digest| !digest.starts_with("link:")) {
            return digest.clone();
        }
        // Whoever reads a link reads what it leads to.
        if path.is_symlink() {
            let real = path.canonicalize_utf8().map_or_else(|error| format!("nothing: {error}"), |real| self.at(&real));
            return format!("{} > {real}", digest.unwrap_or_default());
        }
        if path.is_dir() {
            return listing_of(path);
        }
        // What cannot be read is never equal to what was.
        let mut cache = self.beyond.lock().unwrap_or_else(PoisonError::into_inner);
        digest_file(path, &mut cache).unwrap_or_else(|error| format!("unreadable: {error}"))
    }

    /// Whether every file still is as it was when this was seen.
    pub(super) fn is_steady(&self) -> bool {
        // Asked too when the time is over: what had passed by then is to be kept.
        let git = self.git.clone().under(&Cancel::new());
        let now = git.listing(&self.root).and_then(|listing| Tree::read(self.tree.top(), &listing, &self.cache));
        now.is_ok_and(|tree| tree.identity() == self.tree.identity())
    }

    /// The folders that can be watched, or why they cannot.
    pub(super) fn folders(&self) -> Result<Vec<Utf8PathBuf>, String> {
        opened::folders(self.tree.top(), &self.root)
    }

    /// Keeps the digests of what no listing names.
    pub(super) fn save(&self) {
        self.beyond.lock().unwrap_or_else(PoisonError::into_inner).save();
    }

    /// Every link: what one leads to may lie anywhere.
    pub(super) fn links(&self) -> impl Iterator<Item = &Utf8PathBuf> {
        self.files.iter().filter(|(_, digest)| digest.starts_with("link:")).map(|(path, _)| path)
    }

    /// What lies at a path that git does not list, or behind a link; nothing where it is listed.
    pub(super) fn beyond(&self, path: &Utf8Path) -> Option<String> {
        let is_told = self.files.get(path).is_some_and(|digest| !digest.starts_with("link:"));
        (!is_told).then(|| self.at(path))
    }
}

fn listing_of(folder: &Utf8Path) -> String {
    let entries = folder.read_dir_utf8().into_iter().flatten().flatten();
    let mut names: Vec<String> = entries.map(|entry| entry.file_name().to_owned()).collect();
    names.sort_unstable();
    format!("names:{}", crate::files::sha256(names.join("\0").as_bytes()))
}

/// Where cargo most likely builds a manifest's workspace, told without cargo. Only ever used to look for what was
/// kept there: a wrong guess finds nothing.
pub(super) fn likely_cache(manifest: &Utf8Path, surroundings: &Surroundings) -> Utf8PathBuf {
    let folder = manifest.parent().unwrap_or(manifest);
    let named = ["CARGO_TARGET_DIR", "CARGO_BUILD_TARGET_DIR"].into_iter().find_map(|name| surroundings.variable(name));
    let target = match named {
        Some(named) => surroundings.absolute(Utf8Path::new(named)),
        None => configured(folder, surroundings).unwrap_or_else(|| root_of(folder).join("target")),
    };
    files::cache_of(&target)
}

/// `build.target-dir` of the nearest configuration that has one.
fn configured(folder: &Utf8Path, surroundings: &Surroundings) -> Option<Utf8PathBuf> {
    surroundings.cargo_folders(folder).into_iter().find_map(|folder| {
        let read = |name: &str| std::fs::read_to_string(folder.join(name)).ok()?.parse::<toml::Table>().ok();
        let table = read("config").or_else(|| read("config.toml"))?;
        let named = table.get("build")?.get("target-dir")?.as_str()?;
        Some(folder.parent()?.join(named))
    })
}

/// The nearest folder at or above this one whose manifest has a `[workspace]`, else this one.
fn root_of(folder: &Utf8Path) -> &Utf8Path {
    let is_root = |folder: &&Utf8Path| {
        let text = std::fs::read_to_string(folder.join("Cargo.toml")).unwrap_or_default();
        text.lines().any(|line| line.trim_start().starts_with("[workspace"))
    };
    folder.ancestors().find(is_root).unwrap_or(folder)
}

/// `[workspace.metadata.handoff] ignore-env`: patterns of variables that do not count.
pub(super) fn ignored(graph: &Graph) -> Vec<String> {
    let lists = graph.workspaces.iter().filter_map(|workspace| workspace.settings.get("ignore-env")?.as_array());
    lists.flatten().filter_map(|name| name.as_str().map(str::to_owned)).collect()
}
