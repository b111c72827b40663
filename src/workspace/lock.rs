//! `Cargo.lock`: whose dependencies moved between two of them?
//!
//! Features are unified over a workspace, and no lock file names them. So a package that moved may change what its own
//! dependencies are built with, and with them everybody who shares one: all of those are said to have moved too.

use super::graph::Package;
use std::collections::{BTreeMap, BTreeSet};

/// One `[[package]]`.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    name: String,
    version: String,
    source: Option<String>,
    checksum: Option<String>,
    dependencies: Vec<String>,
}

/// A lock file as it was read.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Lock {
    entries: Vec<Entry>,
    /// What stands in it beside packages: patches nobody uses.
    rest: toml::Table,
}

/// What moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Moved {
    /// Nobody can tell, and why.
    Unknown(String),
    /// For each member (by label) that is built from something that moved, one sentence.
    Members(BTreeMap<String, String>),
}

impl Lock {
    /// Reads a lock file. `None` where it is none.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let mut table: toml::Table = toml::from_str(text).ok()?;
        let packages = match table.remove("package") {
            Some(toml::Value::Array(packages)) => packages,
            Some(_) => return None,
            None => Vec::new(),
        };
        // Formats 1 and 2 keep checksums apart.
        let checksums = table.get("metadata").and_then(toml::Value::as_table).cloned().unwrap_or_default();
        let entry = |package: &toml::Value| {
            let text = |key: &str| package.get(key).and_then(toml::Value::as_str).map(str::to_owned);
            let (name, version, source) = (text("name")?, text("version")?, text("source"));
            let apart = source.as_ref().and_then(|source| {
                checksums.get(&format!("checksum {name} {version} ({source})"))?.as_str().map(str::to_owned)
            });
            let names = package.get("dependencies").and_then(toml::Value::as_array);
            let dependencies = names.into_iter().flatten().map(|name| name.as_str().map(str::to_owned));
            let dependencies = dependencies.collect::<Option<_>>()?;
            Some(Entry { name, version, source, checksum: text("checksum").or(apart), dependencies })
        };
        table.remove("metadata");
        table.remove("version");
        let entries = packages.iter().map(entry).collect::<Option<_>>()?;
        Some(Self { entries, rest: table })
    }

    /// Every package: its name, its version, and where it comes from; nothing where it lies on this machine.
    pub fn packages(&self) -> impl Iterator<Item = (&str, &str, Option<&str>)> {
        self.entries.iter().map(|entry| (entry.name.as_str(), entry.version.as_str(), entry.source.as_deref()))
    }

    /// The entries a dependency's text (`name`, `name version`, `name version (source)`) may mean.
    fn meant<'a>(&'a self, text: &'a str) -> impl Iterator<Item = usize> + 'a {
        let mut words = text.splitn(3, ' ');
        let (name, version) = (words.next().unwrap_or_default(), words.next());
        let source = words.next().map(|source| source.trim_start_matches('(').trim_end_matches(')'));
        self.entries.iter().enumerate().filter_map(move |(index, entry)| {
            let is_meant = entry.name == name
                && version.is_none_or(|version| entry.version == version)
                && source.is_none_or(|source| entry.source.as_deref() == Some(source));
            is_meant.then_some(index)
        })
    }

    /// Everything these entries are built from, themselves included.
    fn closure(&self, from: impl IntoIterator<Item = usize>) -> BTreeSet<usize> {
        let mut left: Vec<usize> = from.into_iter().collect();
        let mut found = BTreeSet::new();
        while let Some(index) = left.pop() {
            if found.insert(index) {
                left.extend(self.entries[index].dependencies.iter().flat_map(|text| self.meant(text)));
            }
        }
        found
    }

    /// The entry of a member.
    fn member(&self, package: &Package) -> Option<usize> {
        let version = package.cargo.version.to_string();
        let is_named = |entry: &Entry| entry.source.is_none() && entry.name == package.cargo.name.as_str();
        let mut named = self.entries.iter().enumerate().filter(|(_, entry)| is_named(entry)).map(|(index, _)| index);
        // Its version may be another now: a member's name is its own in a lock file, nearly always.
        let first = named.next();
        match named.next() {
            None => first,
            Some(_) => self.entries.iter().position(|entry| is_named(entry) && entry.version == version),
        }
    }

    /// The names of entries that are not the same in the other, with everything they are built from.
    fn tainted(&self, other: &Self) -> BTreeSet<String> {
        let moved = (0..self.entries.len()).filter(|index| !other.entries.contains(&self.entries[*index]));
        self.closure(moved).into_iter().map(|index| self.entries[index].name.clone()).collect()
    }
}

/// Which of these members are built from something that is not the same in both lock files.
#[must_use]
pub fn moved<'a>(before: Option<&str>, after: Option<&str>, members: impl Iterator<Item = &'a Package>) -> Moved {
    let (Some(before), Some(after)) = (before, after) else {
        return Moved::Unknown("`Cargo.lock` is there on one side only".into());
    };
    let (Some(old), Some(new)) = (Lock::read(before), Lock::read(after)) else {
        return Moved::Unknown("`Cargo.lock` cannot be read".into());
    };
    if old.rest != new.rest {
        return Moved::Unknown("`Cargo.lock` differs in more than its packages".into());
    }
    let tainted: BTreeSet<String> = old.tainted(&new).into_iter().chain(new.tainted(&old)).collect();
    let mut moved = BTreeMap::new();
    for package in members {
        let (was, is) = (old.member(package), new.member(package));
        let Some(is) = is else {
            return Moved::Unknown(format!("`Cargo.lock` does not name the member `{}`", package.label));
        };
        let names = |lock: &Lock, from: Option<usize>| -> BTreeSet<String> {
            lock.closure(from).into_iter().map(|index| lock.entries[index].name.clone()).collect()
        };
        let closure: BTreeSet<String> = names(&old, was).into_iter().chain(names(&new, Some(is))).collect();
        let shared: Vec<&String> = closure.intersection(&tainted).collect();
        if let Some(first) = told(&shared, &old, &new) {
            moved.insert(package.label.clone(), first);
        }
    }
    Moved::Members(moved)
}

/// One sentence about what moved: best a package whose own entry did.
fn told(shared: &[&String], old: &Lock, new: &Lock) -> Option<String> {
    let versions = |lock: &Lock, name: &str| -> Vec<String> {
        lock.entries.iter().filter(|entry| entry.name == name).map(|entry| entry.version.clone()).collect()
    };
    let is_other = |name: &&&String| versions(old, name) != versions(new, name);
    let name = shared.iter().find(is_other).or_else(|| shared.first())?;
    let list = |versions: Vec<String>| if versions.is_empty() { "none".to_owned() } else { versions.join(" and ") };
    let (was, is) = (list(versions(old, name)), list(versions(new, name)));
    Some(if was == is {
        format!("`Cargo.lock` moved something its dependency {name} may share")
    } else {
        format!("`Cargo.lock` moved its dependency {name}: {was}, now {is}")
    })
}

#[cfg(test)]
mod tests;
