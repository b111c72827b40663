//! Which packages were seen to be formatted, and by what that is known again.
//!
//! A package is known while everything stands that rustfmt went by: which rustfmt it is, the targets' roots and
//! editions, every configuration it may find, the names of the package's `.rs` files, and the contents of those it did
//! not look at (they may be skipped by an attribute in themselves). Of those it did look at, contents may move: they
//! are looked at one by one. A package that reaches out of its folder with a `path` attribute is never known.

use crate::check::request::At;
use crate::files;
use crate::vault::Vault;
use crate::workspace::graph::Package;
use camino::{Utf8Path, Utf8PathBuf};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

const VERSION: u32 = 1;
const NAME: &str = "fmt.json";
const MOST: u64 = 256 << 20;

/// How deep folders are followed.
const DEEPEST: usize = 64;

type Digests = BTreeMap<Utf8PathBuf, String>;

/// What lies in the cache's folder.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Stored {
    version: u32,
    /// By the package's folder.
    packages: BTreeMap<Utf8PathBuf, Clean>,
}

/// A package that was seen to be formatted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Clean {
    ground: Ground,
    /// The files rustfmt looked at.
    covered: Digests,
    /// The package's other `.rs` files.
    others: Digests,
}

/// What rustfmt goes by, besides the files it formats.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Ground {
    rustfmt: String,
    /// Each target's root with its edition.
    roots: Vec<(Utf8PathBuf, String)>,
    /// Every configuration there is for any root, digested.
    configuration: String,
}

/// What is known of a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Known {
    /// Nothing that still holds.
    Nothing,
    /// It is formatted, but for these files, whose contents moved.
    But(Vec<Utf8PathBuf>),
}

/// How a single file has to be asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Single {
    pub(super) editions: BTreeSet<String>,
    /// The configuration, where rustfmt would find another one from the workspace's root.
    pub(super) configuration: Option<Utf8PathBuf>,
}

/// How a file is known again, and where what is known of it lies.
#[derive(Clone, Copy)]
pub(super) struct Kept<'a> {
    /// The digest of a file's content; `None` where it cannot be read.
    pub(super) digest: &'a (dyn Fn(&Utf8Path) -> Option<String> + Sync),
    /// Which rustfmt it is.
    pub(super) rustfmt: &'a str,
    pub(super) vault: &'a Vault,
}

/// The digest of a file's content as it is at this moment.
pub(super) fn digest(file: &Utf8Path) -> Option<String> {
    std::fs::read(file).ok().map(|bytes| files::sha256(&bytes))
}

/// What is known, and what the packages at hand are like now.
pub(super) struct Cache<'a> {
    at: At<'a>,
    kept: Kept<'a>,
    file: Utf8PathBuf,
    stored: Stored,
    is_new: bool,
    /// As they were before rustfmt looked at anything.
    now: BTreeMap<Utf8PathBuf, (Ground, Digests)>,
}

impl<'a> Cache<'a> {
    /// Reads what is kept, and looks at these packages.
    pub(super) fn open(at: At<'a>, kept: Kept<'a>, packages: &[&Package]) -> Self {
        let file = files::cache_of(&at.workspace.target_folder).join(NAME);
        let text = kept.vault.read(&file, MOST).unwrap_or_default();
        let stored = serde_json::from_slice(&text).ok().filter(|stored: &Stored| stored.version == VERSION);
        let mut cache =
            Self { at, kept, file, stored: stored.unwrap_or_default(), is_new: false, now: BTreeMap::new() };
        for package in packages {
            if let Some(digests) = cache.digests(package) {
                let ground = cache.ground(package, kept.rustfmt);
                cache.now.insert(package.folder.clone(), (ground, digests));
            }
        }
        cache
    }

    /// What is known of a package.
    pub(super) fn look(&self, package: &Package) -> Known {
        let Some((clean, (ground, now))) = self.stored.packages.get(&package.folder).zip(self.now.get(&package.folder))
        else {
            return Known::Nothing;
        };
        let names: BTreeSet<&Utf8PathBuf> = clean.covered.keys().chain(clean.others.keys()).collect();
        let is_same = *ground == clean.ground
            && names.iter().copied().eq(now.keys())
            && clean.others.iter().all(|(file, digest)| now.get(file) == Some(digest));
        if !is_same {
            return Known::Nothing;
        }
        let moved = clean.covered.iter().filter(|(file, digest)| now.get(*file) != Some(*digest));
        Known::But(moved.map(|(file, _)| file.clone()).collect())
    }

    /// How a file of the package whose contents moved can be asked about by itself. `None` where it may now reach
    /// files that rustfmt did not look at, or where the package's roots do not agree on a configuration.
    pub(super) fn single(&self, package: &Package, file: &Utf8Path) -> Option<Single> {
        let clean = self.stored.packages.get(&package.folder)?;
        let text = std::fs::read_to_string(file).ok()?;
        // Only a file that names it brings in a file that was not looked at: there are no new ones.
        let is_named = |other: &Utf8Path| module_name(other).is_none_or(|name| text.contains(name));
        if reaches_out(&text, true) || clean.others.keys().any(|other| is_named(other)) {
            return None;
        }
        let mut folders = clean.ground.roots.iter().filter_map(|(root, _)| root.parent());
        let nearest = nearest(folders.next()?);
        if folders.any(|folder| self::nearest(folder) != nearest) {
            return None;
        }
        let of_root = self::nearest(&self.at.workspace.root);
        let configuration = if of_root == nearest { None } else { Some(nearest?) };
        Some(Single {
            editions: clean.ground.roots.iter().map(|(_, edition)| edition.clone()).collect(),
            configuration,
        })
    }

    /// Keeps that a package is formatted: `covered` are the files of any package that rustfmt looked at. Nothing is kept
    /// where a file moved meanwhile, or where not all of the package can be seen.
    pub(super) fn learn(&mut self, package: &Package, covered: &BTreeSet<Utf8PathBuf>) {
        let Some((ground, before)) = self.now.get(&package.folder).cloned() else { return };
        let (covered, others): (Digests, Digests) = before
            .iter()
            .map(|(file, digest)| (file.clone(), digest.clone()))
            .partition(|(file, _)| covered.contains(file));
        let is_whole = ground.roots.iter().all(|(root, _)| before.contains_key(root))
            && ground.roots.iter().any(|(root, _)| covered.contains_key(root));
        let has_nested = self.has_nested(package);
        let is_inside = || {
            before.keys().all(|file| std::fs::read_to_string(file).is_ok_and(|text| !reaches_out(&text, has_nested)))
        };
        if is_whole && is_inside() && self.digests(package).is_some_and(|after| after == before) {
            let clean = Clean { ground, covered, others };
            self.is_new |= self.stored.packages.get(&package.folder) != Some(&clean);
            self.stored.packages.insert(package.folder.clone(), clean);
        } else {
            self.forget(package);
        }
    }

    /// The same where only single files were looked at again.
    pub(super) fn learn_singles(&mut self, package: &Package) {
        let known = self.stored.packages.get(&package.folder);
        let covered: Option<BTreeSet<Utf8PathBuf>> = known.map(|clean| clean.covered.keys().cloned().collect());
        if let Some(covered) = covered {
            self.learn(package, &covered);
        }
    }

    /// Lets go of what was known of a package.
    pub(super) fn forget(&mut self, package: &Package) {
        self.is_new |= self.stored.packages.remove(&package.folder).is_some();
    }

    /// Writes what is known now. What cannot be written is not known the next time.
    pub(super) fn save(mut self) {
        if !self.is_new || !self.at.workspace.target_folder.is_dir() {
            return;
        }
        self.stored.version = VERSION;
        self.stored.packages.retain(|folder, _| folder.is_dir());
        let text = serde_json::to_vec(&self.stored).expect("strings");
        let _ = self.kept.vault.write(&self.file, &text);
    }

    fn has_nested(&self, package: &Package) -> bool {
        let others = self.at.request.graph.packages().filter(|other| other.folder != package.folder);
        others.into_iter().any(|other| other.folder.starts_with(&package.folder))
    }

    fn ground(&self, package: &Package, rustfmt: &str) -> Ground {
        let targets = &package.cargo.targets;
        let mut roots: Vec<(Utf8PathBuf, String)> =
            targets.iter().map(|target| (target.src_path.clone(), target.edition.to_string())).collect();
        roots.sort();
        let mut text = String::new();
        let folders: BTreeSet<&Utf8Path> = roots.iter().filter_map(|(root, _)| root.parent()).collect();
        let files: BTreeSet<Utf8PathBuf> = folders.into_iter().flat_map(configurations).chain(self.of_home()).collect();
        for file in files.into_iter().filter(|file| file.is_file()) {
            let digest = std::fs::read(&file).map_or_else(|error| error.to_string(), |bytes| files::sha256(&bytes));
            text.push_str(&format!("{file}\n{digest}\n"));
        }
        let program = self.at.surroundings.variable("RUSTFMT").unwrap_or_default();
        let rustfmt = format!("{program} {rustfmt}").trim().to_owned();
        Ground { rustfmt, roots, configuration: files::sha256(text.as_bytes()) }
    }

    /// The user's own configurations.
    fn of_home(&self) -> Vec<Utf8PathBuf> {
        let surroundings = self.at.surroundings;
        let home = surroundings.home().map(Utf8Path::new);
        let mut folders: Vec<Utf8PathBuf> = home.map(Utf8Path::to_owned).into_iter().collect();
        for place in [".config", "Library/Application Support", "AppData/Roaming"] {
            folders.extend(home.map(|home| home.join(place).join("rustfmt")));
        }
        for name in ["XDG_CONFIG_HOME", "APPDATA"] {
            folders.extend(surroundings.variable(name).map(|folder| Utf8Path::new(folder).join("rustfmt")));
        }
        folders.iter().flat_map(|folder| NAMES.map(|name| folder.join(name))).collect()
    }

    /// The package's `.rs` files with their digests: those below its folder, without the packages within it and what
    /// was built.
    fn digests(&self, package: &Package) -> Option<Digests> {
        let mut files = Vec::new();
        self.collect(&package.folder, 0, &mut files)?;
        let pair = |file: Utf8PathBuf| (self.kept.digest)(&file).map(|digest| (file, digest));
        files.into_iter().map(pair).collect()
    }

    fn collect(&self, folder: &Utf8Path, depth: usize, files: &mut Vec<Utf8PathBuf>) -> Option<()> {
        if DEEPEST < depth {
            return None;
        }
        for entry in folder.read_dir_utf8().ok()? {
            let path = entry.ok()?.into_path();
            let kind = path.symlink_metadata().ok()?;
            if kind.is_dir() {
                let is_foreign = path.file_name() == Some(".git")
                    || path == self.at.workspace.target_folder
                    || path.join("Cargo.toml").exists()
                    || path.join("CACHEDIR.TAG").exists();
                if !is_foreign {
                    self.collect(&path, depth + 1, files)?;
                }
            } else if path.extension() == Some("rs") {
                // A FIFO would be waited for; a package that has one, or a link to nothing, is asked about as a whole.
                path.metadata().ok().filter(std::fs::Metadata::is_file)?;
                files.push(path);
            }
        }
        Some(())
    }
}

const NAMES: [&str; 2] = [".rustfmt.toml", "rustfmt.toml"];

/// Where rustfmt looks for the configuration of a root in this folder, the nearest first.
fn configurations(folder: &Utf8Path) -> Vec<Utf8PathBuf> {
    let real = folder.canonicalize_utf8().unwrap_or_else(|_| folder.to_owned());
    real.ancestors().flat_map(|folder| NAMES.map(|name| folder.join(name))).collect()
}

fn nearest(folder: &Utf8Path) -> Option<Utf8PathBuf> {
    configurations(folder).into_iter().find(|file| file.is_file())
}

/// The word a file is brought in by: its own name, for `mod.rs` its folder's.
fn module_name(file: &Utf8Path) -> Option<&str> {
    match file.file_stem()? {
        "mod" => file.parent()?.file_name(),
        name => Some(name),
    }
}

/// Whether an attribute `path = "…"` may lead out of the package: upwards, to an absolute path or, where there are
/// `nested` packages, into one of them.
fn reaches_out(text: &str, nested: bool) -> bool {
    let is_attribute = |before: &str| before.trim_end().ends_with(['[', ',', '(']);
    text.match_indices("path").any(|(at, word)| {
        let value = text[at + word.len()..].trim_start().strip_prefix('=').map(|rest| rest.trim_start());
        let value = value.map(|rest| rest.trim_start_matches(['r', '#'])).and_then(|rest| rest.strip_prefix('"'));
        let Some((value, _)) = value.and_then(|rest| rest.split_once('"')) else { return false };
        let leads_out = value.contains("..") || value.starts_with('/') || value.contains('\\');
        is_attribute(&text[..at]) && (leads_out || (nested && value.contains('/')))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_that_leads_out_of_the_package_is_seen() {
        for text in [
            "#[path = \"../x.rs\"]\nmod x;",
            "#[ path=r\"/x.rs\" ] mod x;",
            "#[cfg_attr(windows, path = \"a/../../x.rs\")]\nmod x;",
            "#[path = \"a\\x2e./x.rs\"]\nmod x;",
        ] {
            assert!(reaches_out(text, false), "{text}");
        }
        for text in ["#[path = \"sys/unix.rs\"]\nmod x;", "let path = \"../x\";", "include_str!(\"../README.md\")"] {
            assert!(!reaches_out(text, false), "{text}");
        }
        assert!(reaches_out("#[path = \"sys/unix.rs\"]\nmod x;", true), "into another package");
    }

    #[test]
    fn a_file_is_brought_in_by_its_name() {
        assert_eq!(module_name(Utf8Path::new("a/b.rs")), Some("b"));
        assert_eq!(module_name(Utf8Path::new("a/b/mod.rs")), Some("b"));
    }
}
