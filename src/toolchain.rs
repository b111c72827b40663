//! Which toolchain would be used, told from files and variables alone: nothing is started.
//!
//! Two equal identities mean that the same programs would run and say the same of themselves. It is wider than it
//! has to be: with rustup, which of the installed toolchains is chosen is rustup's affair, so all of them count, and
//! so does everything it chooses by.
//!
//! Not in it: programs a `.cargo/config.toml` names (its contents are others' to keep), the linker and other programs
//! of the system, and libraries of a toolchain that were changed in place without touching its component list or its
//! compiler.

use crate::files;
use crate::surroundings::Surroundings;
use crate::tree::stat::Stamp;
use camino::{Utf8Path, Utf8PathBuf};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fmt;
use std::path::{Path, PathBuf};

/// The programs that the checks start, themselves or through cargo.
const PROGRAMS: &[&str] = &["cargo", "rustc", "rustfmt", "cargo-fmt", "clippy-driver", "cargo-clippy", "rustdoc"];

/// Variables that name a program in place of one of these.
const IN_PLACE: &[&str] = &["CARGO", "RUSTC", "RUSTDOC", "RUSTFMT", "RUSTC_WRAPPER", "RUSTC_WORKSPACE_WRAPPER"];

/// What of a toolchain's folder tells one build of it from another.
const OF_TOOLCHAIN: &[&str] = &["lib/rustlib/components", "lib/rustlib/multirust-channel-manifest.toml"];

/// The largest file whose content is looked at.
const MOST_BYTES: u64 = 1 << 20;

/// A toolchain's identity: what it was told from -> what that looked like.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Identity {
    /// Each field's name (`program rustc`, `variable RUSTUP_TOOLCHAIN`, `toolchain stable-…`, `file …`) and value.
    pub fields: BTreeMap<String, String>,
}

impl Identity {
    /// The identity as it is now for somebody who works in this folder (absolute).
    #[must_use]
    pub fn read(surroundings: &Surroundings, folder: &Utf8Path) -> Self {
        let mut identity = Self::default();
        let mut roots = BTreeSet::new();
        identity.programs(surroundings, folder, &mut roots);
        identity.variables(surroundings);
        identity.toolchain_files(folder, &mut roots);
        identity.rustup(surroundings, &mut roots);
        for root in roots {
            identity.toolchain(&root.display().to_string(), &root);
        }
        identity
    }

    /// One short text for all of it, to compare by.
    #[must_use]
    pub fn digest(&self) -> String {
        files::sha256(self.to_string().as_bytes())
    }

    fn put(&mut self, kind: &str, name: &str, value: impl Into<String>) {
        self.fields.insert(format!("{kind} {name}"), value.into());
    }

    /// The programs as they are found on the `PATH`, in cargo's own folder for subcommands, and by variables; the
    /// folders of the toolchains they lie in.
    fn programs(&mut self, surroundings: &Surroundings, folder: &Utf8Path, roots: &mut BTreeSet<PathBuf>) {
        let variable = |name: &str| surroundings.environment.get(OsStr::new(name));
        let path = variable("PATH").map(|path| std::env::split_paths(path).collect::<Vec<_>>()).unwrap_or_default();
        let search = |name: &Path| -> Option<PathBuf> {
            if 1 < name.components().count() {
                return Some(folder.as_std_path().join(name));
            }
            let name = name.with_extension(std::env::consts::EXE_EXTENSION);
            path.iter().map(|entry| folder.as_std_path().join(entry).join(&name)).find(|file| is_program(file))
        };
        let subcommands = home(surroundings, "CARGO_HOME", ".cargo").map(|home| home.join("bin"));
        for name in PROGRAMS {
            let found = search(Path::new(name));
            let own =
                subcommands.as_ref().map(|folder| folder.join(name).with_extension(std::env::consts::EXE_EXTENSION));
            for (kind, file) in [("program", found), ("subcommand", own.map(Utf8PathBuf::into_std_path_buf))] {
                let Some(file) = file else { continue };
                roots.extend(root_of(&file));
                self.put(kind, name, look_of(&file));
            }
        }
        for name in IN_PLACE {
            let Some(file) = variable(name).and_then(|value| search(Path::new(value))) else { continue };
            roots.extend(root_of(&file));
            self.put("program of", name, look_of(&file));
        }
    }

    fn variables(&mut self, surroundings: &Surroundings) {
        for (name, value) in &surroundings.environment {
            let name = name.to_string_lossy();
            // Where rustup downloads from decides nothing here, and may hold a password.
            let is_rustups =
                name.starts_with("RUSTUP_") && !name.starts_with("RUSTUP_DIST") && !name.starts_with("RUSTUP_UPDATE");
            if is_rustups || IN_PLACE.contains(&&*name) || name == "RUSTC_BOOTSTRAP" {
                self.put("variable", &name, value.to_string_lossy());
            }
        }
    }

    /// `rust-toolchain(.toml)` here and above, and the toolchains they name by path.
    fn toolchain_files(&mut self, folder: &Utf8Path, roots: &mut BTreeSet<PathBuf>) {
        for folder in folder.ancestors() {
            for name in ["rust-toolchain", "rust-toolchain.toml"] {
                let file = folder.join(name);
                let Some(bytes) = content(&file) else { continue };
                self.put("file", file.as_str(), files::sha256(&bytes));
                let table = toml::from_str::<toml::Table>(&String::from_utf8_lossy(&bytes)).unwrap_or_default();
                let path =
                    table.get("toolchain").and_then(|toolchain| toolchain.get("path")).and_then(|path| path.as_str());
                roots.extend(path.map(|path| folder.join(path).into_std_path_buf()));
            }
        }
    }

    /// What rustup chooses by, and what it can choose from.
    fn rustup(&mut self, surroundings: &Surroundings, roots: &mut BTreeSet<PathBuf>) {
        let Some(home) = home(surroundings, "RUSTUP_HOME", ".rustup") else { return };
        for file in [home.join("settings.toml"), Utf8PathBuf::from("/etc/rustup/settings.toml")] {
            if let Some(bytes) = content(&file) {
                self.put("file", file.as_str(), files::sha256(&bytes));
            }
        }
        let toolchains = home.join("toolchains");
        let Ok(entries) = toolchains.read_dir_utf8() else { return };
        for entry in entries.flatten() {
            self.toolchain(entry.file_name(), entry.path().as_std_path());
        }
        // Told by name already, links to other folders included.
        let real = toolchains.canonicalize().unwrap_or_else(|_| toolchains.into());
        roots.retain(|root| !root.starts_with(&real));
    }

    /// A toolchain's folder: its programs, its component list, the library its compiler is.
    fn toolchain(&mut self, name: &str, root: &Path) {
        let mut looks = Vec::new();
        let programs =
            PROGRAMS.iter().map(|name| Path::new("bin").join(name).with_extension(std::env::consts::EXE_EXTENSION));
        for file in programs.chain(OF_TOOLCHAIN.iter().map(PathBuf::from)) {
            let path = root.join(&file);
            if path.exists() {
                looks.push(format!("{} {}", file.display(), stamp(&path)));
            }
        }
        // One that was built at home keeps its `rustc` and gets another library.
        let libraries = root.join("lib").read_dir().into_iter().flatten().flatten();
        let mut libraries: Vec<_> = libraries.map(|entry| entry.path()).filter(|path| is_compiler(path)).collect();
        libraries.sort();
        looks.extend(libraries.iter().map(|path| format!("{} {}", path.display(), stamp(path))));
        self.put("toolchain", name, looks.join(", "));
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fields.iter().try_for_each(|(name, value)| writeln!(f, "{name}: {value}"))
    }
}

/// The folder a variable names, else this one in the user's home.
fn home(surroundings: &Surroundings, variable: &str, name: &str) -> Option<Utf8PathBuf> {
    let named = surroundings.variable(variable).map(|home| surroundings.absolute(home.into()));
    named.or_else(|| surroundings.home().map(|home| Utf8Path::new(home).join(name)))
}

fn content(file: &Utf8Path) -> Option<Vec<u8>> {
    files::read(file, MOST_BYTES).ok().flatten()
}

/// A program's path, where that leads, and how the file there looks.
fn look_of(file: &Path) -> String {
    let real = file.canonicalize().unwrap_or_else(|_| file.to_owned());
    let way = if real == file { String::new() } else { format!(" -> {}", real.display()) };
    format!("{}{way} {}", file.display(), stamp(&real))
}

/// Size, times and number of a file; the device is left out, it may be another one after each start of the machine.
fn stamp(file: &Path) -> String {
    let Ok(metadata) = file.metadata() else { return "absent".to_owned() };
    match Stamp::of(&metadata) {
        Some(Stamp { size, mtime, ctime, inode, .. }) => format!("{size} {mtime} {ctime} {inode}"),
        None => format!("{} {:?}", metadata.len(), metadata.modified().ok()),
    }
}

/// The folder of the toolchain a program lies in, if it lies in one.
fn root_of(program: &Path) -> Option<PathBuf> {
    let real = program.canonicalize().ok()?;
    let root = real.parent()?.parent()?;
    root.join("lib/rustlib").is_dir().then(|| root.to_owned())
}

fn is_compiler(file: &Path) -> bool {
    file.file_name().is_some_and(|name| name.to_string_lossy().contains("rustc_driver"))
}

#[cfg(unix)]
fn is_program(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    file.metadata().is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(file: &Path) -> bool {
    file.is_file()
}

#[cfg(all(test, unix))]
mod tests;
