//! Which crate and modules a file stands for, as its path and the nearest manifest say: no cargo is started.
//!
//! What `#[path]` says is not looked at, nor whether a `mod` line leads to the file.

use crate::files;
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The largest manifest that is read.
const LARGEST: u64 = 1 << 20;

/// The folders of tests, examples and benchmarks, whose files are crates of their own.
const FOLDERS: [&str; 3] = ["tests", "examples", "benches"];

/// The crates of files: each manifest is read once.
#[derive(Debug, Default)]
pub struct Crates(Mutex<HashMap<Utf8PathBuf, Option<Arc<Package>>>>);

/// A package, as its manifest names it.
#[derive(Debug, PartialEq, Eq)]
struct Package {
    folder: Utf8PathBuf,
    /// The crate of its library and of `src/main.rs`.
    name: String,
    /// The files targets begin in, where the manifest says so, relative to the folder, each with its crate.
    roots: Vec<(Utf8PathBuf, String)>,
}

impl Crates {
    /// The crate of a file and the modules that lead to it, outermost first: `money`, `text`, `parser`. A file that
    /// several crates share (`tests/common/mod.rs`) is given the folder's name for theirs; one without a package
    /// stands for itself.
    #[must_use]
    pub fn modules(&self, file: &Utf8Path) -> Vec<String> {
        match file.parent().and_then(|folder| self.package(folder)) {
            Some(package) => package.modules(file.strip_prefix(&package.folder).unwrap_or(file)),
            None => file.file_stem().map(str::to_owned).into_iter().collect(),
        }
    }

    /// The package of what lies in this folder.
    fn package(&self, folder: &Utf8Path) -> Option<Arc<Package>> {
        let known = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(package) = known().get(folder) {
            return package.clone();
        }
        let package = Package::read(folder).map(Arc::new).or_else(|| self.package(folder.parent()?));
        known().insert(folder.to_owned(), package.clone());
        package
    }
}

impl Package {
    /// The package whose manifest lies in this folder.
    fn read(folder: &Utf8Path) -> Option<Self> {
        let bytes = files::read(&folder.join("Cargo.toml"), LARGEST).ok()??;
        let manifest: toml::Table = toml::from_str(std::str::from_utf8(&bytes).ok()?).ok()?;
        let text = |of: &toml::Value, key: &str| Some(of.get(key)?.as_str()?.to_owned());
        let package = manifest.get("package")?;
        let lib = manifest.get("lib");
        let called = lib.and_then(|lib| text(lib, "name")).or_else(|| text(package, "name"))?;
        let name = called.replace('-', "_");
        let mut roots = Vec::new();
        roots.extend(lib.and_then(|lib| text(lib, "path")).map(|path| (path, name.clone())));
        for kind in ["bin", "test", "example", "bench"] {
            let listed = manifest.get(kind).and_then(toml::Value::as_array).into_iter().flatten();
            roots.extend(
                listed.filter_map(|target| Some((text(target, "path")?, text(target, "name")?.replace('-', "_")))),
            );
        }
        roots.extend(text(package, "build").map(|path| (path, "build_script_build".to_owned())));
        let roots = roots.into_iter().map(|(path, name)| (Utf8PathBuf::from(path), name)).collect();
        Some(Self { folder: folder.to_owned(), name, roots })
    }

    /// The crate and modules of a file relative to the folder.
    fn modules(&self, file: &Utf8Path) -> Vec<String> {
        if let Some((_, name)) = self.roots.iter().find(|(root, _)| root == file) {
            return vec![name.clone()];
        }
        let (mut folder, mut name, is_root) = self.usual(file);
        if is_root {
            return vec![name];
        }
        for (root, of_root) in &self.roots {
            let below = root.parent().unwrap_or(Utf8Path::new(""));
            // A crate in a folder of its own; where several begin in one folder nobody can tell.
            let begins_alone = self.roots.iter().filter(|(other, _)| other.parent() == root.parent()).nth(1).is_none();
            if file.starts_with(below) && folder.as_str().len() < below.as_str().len() && begins_alone {
                (folder, name) = (below.to_owned(), of_root.clone());
            }
        }
        let within = file.strip_prefix(&folder).unwrap_or(file);
        let names = within.components().map(|part| part.as_str().trim_end_matches(".rs").to_owned());
        let mut modules: Vec<String> = std::iter::once(name).chain(names).collect();
        if modules.last().is_some_and(|last| last == "mod") {
            modules.pop();
        }
        modules
    }

    /// Where cargo looks by itself: the folder the file's crate has for its own, the crate, and whether it begins here.
    fn usual(&self, file: &Utf8Path) -> (Utf8PathBuf, String, bool) {
        let parts: Vec<&str> = file.components().map(|part| part.as_str()).collect();
        let stem = |part: &str| part.trim_end_matches(".rs").replace('-', "_");
        match parts.as_slice() {
            ["src", "bin", one] => ("src/bin".into(), stem(one), true),
            ["src", "bin", folder, left @ ..] => {
                (Utf8PathBuf::from("src/bin").join(folder), stem(folder), *left == ["main.rs"])
            }
            ["src", left @ ..] => ("src".into(), self.name.clone(), matches!(left, ["lib.rs" | "main.rs"])),
            [kind, one] if FOLDERS.contains(kind) => ((*kind).into(), stem(one), true),
            [kind, folder, left @ ..] if FOLDERS.contains(kind) => {
                let own = Utf8PathBuf::from(kind).join(folder);
                let is_crate = self.folder.join(&own).join("main.rs").is_file();
                if is_crate {
                    (own, stem(folder), *left == ["main.rs"])
                } else {
                    ((*kind).into(), (*kind).to_owned(), false)
                }
            }
            ["build.rs"] => (Utf8PathBuf::new(), "build_script_build".to_owned(), true),
            _ => (Utf8PathBuf::new(), self.name.clone(), false),
        }
    }
}

#[cfg(test)]
mod tests;
