//! The baseline's files laid out below the target folder, to be built and run there.
//!
//! They lie in a folder of our own with a target folder of its own: a shared one would answer with what the other tree
//! built. The user's `.git` is not written. What dependencies were built to is copied from the current target folder, and
//! the members' own units are compiled behind our `rustc` stand-in: another wrapper is another unit to cargo, so nothing
//! that was built of the current members can be taken for the baseline's, whatever the files' times say.

mod folders;
mod seed;

use super::rustc;
use crate::cancel::Cancel;
use crate::error::{Error, Result};
use crate::files::{self, Lock};
use crate::git::Snapshot;
use crate::surroundings::Surroundings;
use crate::workspace::graph::{CargoFlags, Graph};
use camino::{Utf8Path, Utf8PathBuf};
use folders::{entries, remove_all};
pub use seed::seed;
use std::ffi::OsStr;
use std::io;
use std::time::Duration;

/// How long another run that is at the same place is waited for.
const PATIENCE: Duration = Duration::from_secs(600);

/// What is laid out, and what for.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    /// The current workspaces.
    pub graph: &'a Graph,
    /// The current tree.
    pub snapshot: &'a Snapshot,
    /// The commit to lay out.
    pub commit: &'a str,
    /// What the user told cargo.
    pub flags: &'a CargoFlags,
    /// The user's environment.
    pub surroundings: &'a Surroundings,
    /// Stops it.
    pub cancel: &'a Cancel,
}

/// A commit, laid out.
pub struct Place {
    /// The top of the repository.
    pub tree: Utf8PathBuf,
    /// What is the payload's root in the current tree.
    pub root: Utf8PathBuf,
    /// An empty folder for logs.
    pub logs: Utf8PathBuf,
    /// What cargo and tests are run with.
    pub surroundings: Surroundings,
    folder: Utf8PathBuf,
    _held: Lock,
}

impl Place {
    /// Lays it out anew. `None` where there is no workspace.
    ///
    /// # Errors
    /// 74 where something cannot be written, 75 where another run does not leave the place, those of git.
    pub fn lay_out(asked: &Asked<'_>) -> Result<Option<Self>> {
        let Some(workspace) = asked.graph.workspaces.first() else { return Ok(None) };
        let all = workspace.target_folder.join("handoff").join("baseline");
        files::create_folder(&all)?;
        let held = Lock::take(&all.join("lock"), PATIENCE)?;
        let folder = all.join(asked.commit);
        remove_all(&all, &[asked.commit, "lock"])?;
        let (tree, logs, temporary) = (folder.join("tree"), folder.join("logs"), folder.join("tmp"));
        for (folder, kept) in [(&tree, ["target"].as_slice()), (&logs, &[]), (&temporary, &[])] {
            files::create_folder(folder)?;
            remove_all(folder, kept)?;
        }
        asked.snapshot.git().check_out(asked.commit, &tree)?;
        let root = tree.join(asked.snapshot.prefix().trim_end_matches('/'));
        let mut surroundings = asked.surroundings.clone();
        surroundings.folder.clone_from(&root);
        for name in ["CARGO_TARGET_DIR", "CARGO_BUILD_TARGET_DIR", "CARGO_BUILD_BUILD_DIR"] {
            surroundings.environment.remove(OsStr::new(name));
        }
        for name in ["TMPDIR", "TMP", "TEMP"] {
            surroundings.environment.insert(name.into(), temporary.as_str().into());
        }
        Ok(Some(Self { tree, root, logs, surroundings, folder, _held: held }))
    }

    /// Lays all of the current tree out instead, as git knows it: same folders, same target folders. Every file is newer
    /// than what was built there before.
    ///
    /// # Errors
    /// 74 where something cannot be written, those of git.
    pub fn lay_work(&self, asked: &Asked<'_>) -> Result<()> {
        self.clear()?;
        asked.snapshot.check_out(&self.tree)
    }

    /// Lays the commit out again, with nothing over it: same folders, same target folders.
    ///
    /// # Errors
    /// 74 where something cannot be written, those of git.
    pub fn lay_baseline(&self, asked: &Asked<'_>) -> Result<()> {
        self.clear()?;
        asked.snapshot.git().check_out(asked.commit, &self.tree)
    }

    fn clear(&self) -> Result<()> {
        remove_all(&self.tree, &["target"])?;
        for name in ["logs", "tmp"] {
            remove_all(&self.folder.join(name), &[])?;
        }
        Ok(())
    }

    /// Removes the programs that were built there: they are of what was laid out before. Cargo puts them there again,
    /// also where it finds them fresh.
    ///
    /// # Errors
    /// 74 where something cannot be removed.
    pub fn forget_programs(&self, graph: &Graph) -> Result<()> {
        for workspace in &graph.workspaces {
            // `debug`, and `x86_64-unknown-linux-gnu/debug`.
            let mut folders = vec![(workspace.target_folder.clone(), 0)];
            while let Some((folder, depth)) = folders.pop() {
                for path in entries(&folder)? {
                    let is_own = path.file_name().is_some_and(|name| name.starts_with('.'));
                    let Ok(entry) = path.symlink_metadata() else { continue };
                    if entry.is_dir() && depth < 2 && !is_own {
                        let is_inner = ["deps", "build", "incremental"].iter().any(|inner| path.ends_with(inner));
                        folders.extend((!is_inner).then_some((path, depth + 1)));
                    } else if !entry.is_dir() && !is_own && 0 < depth {
                        let removed = std::fs::remove_file(&path);
                        removed.map_err(|error| Error::io(format!("remove `{path}`"), error))?;
                    }
                }
            }
        }
        Ok(())
    }

    /// The folder above all that is laid out.
    #[must_use]
    pub fn ceiling(&self) -> &Utf8Path {
        &self.folder
    }

    /// The workspaces as they are there now, each with a target folder that is nobody else's. Where nothing is built in it
    /// yet, it gets what the current one has of dependencies.
    ///
    /// # Errors
    /// Those of asking cargo; 74 where something cannot be copied.
    pub fn graph(&mut self, asked: &Asked<'_>) -> Result<Graph> {
        let mut manifests = Vec::new();
        for workspace in &asked.graph.workspaces {
            let folder = self.tree.join(asked.snapshot.git().prefix(&workspace.root)?.trim_end_matches('/'));
            manifests.extend(Some(folder.join("Cargo.toml")).filter(|manifest| manifest.is_file()));
        }
        for manifest in &manifests {
            alone(manifest)?;
        }
        let graph = self.own(&manifests, asked)?;
        let mut seeded = 0;
        for workspace in &graph.workspaces {
            let below = workspace.root.strip_prefix(&self.tree).unwrap_or(&workspace.root);
            let current = asked.graph.workspaces.iter().find(|current| {
                asked.snapshot.git().prefix(&current.root).is_ok_and(|prefix| prefix.trim_end_matches('/') == below)
            });
            if let Some(current) = current {
                seeded += seed::seed(current, &workspace.target_folder, asked.cancel)?;
            }
        }
        if 0 < seeded {
            self.touch()?;
        }
        rustc::stand_in_for_members(&mut self.surroundings);
        Ok(graph)
    }

    fn own(&mut self, manifests: &[Utf8PathBuf], asked: &Asked<'_>) -> Result<Graph> {
        // The lock file is the baseline's, and may have to take in what is there for tests.
        let flags = CargoFlags {
            locked: false,
            frozen: false,
            offline: asked.flags.offline || asked.flags.frozen,
            ..asked.flags.clone()
        };
        let graph = Graph::load(manifests, &flags, &self.surroundings, asked.cancel)?;
        let real = files::real(&self.tree);
        let is_own = |folder: &Utf8Path| folder.starts_with(&self.tree) || folder.starts_with(&real);
        if graph.workspaces.iter().all(|workspace| is_own(&workspace.target_folder)) {
            return Ok(graph);
        }
        // A configuration names a folder for all: only the variable weighs more. Tests that run cargo themselves see it.
        let own = self.folder.join("target");
        self.surroundings.environment.insert("CARGO_TARGET_DIR".into(), own.as_str().into());
        Graph::load(manifests, &flags, &self.surroundings, asked.cancel)
    }

    /// Makes every file of the tree newer than all that was copied.
    fn touch(&self) -> Result<()> {
        let stamp = self.folder.join("stamp");
        let failed = |error: io::Error| Error::io(format!("write `{stamp}`"), error);
        std::fs::write(&stamp, "").map_err(failed)?;
        let now = stamp.metadata().and_then(|stamp| stamp.modified()).map_err(failed)?;
        let now = std::fs::FileTimes::new().set_modified(now);
        let mut folders = vec![self.tree.clone()];
        while let Some(folder) = folders.pop() {
            for path in entries(&folder)? {
                let Ok(entry) = path.symlink_metadata() else { continue };
                if entry.is_dir() {
                    if path != self.tree.join("target") {
                        folders.push(path);
                    }
                } else if entry.is_file() {
                    let file = std::fs::File::options().append(true).open(&path);
                    let touched = file.and_then(|file| file.set_times(now));
                    touched.map_err(|error| Error::io(format!("touch `{path}`"), error))?;
                }
            }
        }
        Ok(())
    }
}

/// Makes a package that is no workspace one of its own: cargo looks for one in the folders above, and the current one is
/// there.
fn alone(manifest: &Utf8Path) -> Result<()> {
    let text = std::fs::read_to_string(manifest).map_err(|error| Error::io(format!("read `{manifest}`"), error))?;
    let Ok(table) = text.parse::<toml::Table>() else { return Ok(()) };
    let names_another = table.get("package").and_then(|package| package.get("workspace")).is_some();
    if table.contains_key("workspace") || names_another {
        return Ok(());
    }
    files::put(manifest, format!("{}\n\n[workspace]\n", text.trim_end()).as_bytes())
}
