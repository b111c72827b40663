//! Packages the lock file names and did not name before, and packages that come from elsewhere now.
//!
//! A new version of what was there is no finding. Where a lock file is not kept, the manifests say what is new.

use super::Seen;
use super::changed::{file_name, texts};
use crate::files::real;
use crate::words::{Finding, FindingKind};
use crate::workspace::lock::Lock;
use crate::workspace::steering::path_of;
use std::collections::{BTreeMap, BTreeSet};
use toml::{Table, Value};

/// The most packages of a group that are named.
const MOST_NAMED: usize = 10;

pub(super) fn find(seen: &Seen) -> Vec<Finding> {
    let named = newly_named(seen);
    let locks = locks(seen);
    if locks.is_empty() {
        return unlocked(seen, &named);
    }
    locks.iter().flat_map(|(file, before, after)| compared(seen, file, before, after, &named)).collect()
}

/// The lock files of the workspaces that changed, as they were and as they are.
fn locks(seen: &Seen) -> Vec<(String, Lock, Lock)> {
    let mut found = Vec::new();
    for change in seen.work.changes.iter().filter(|change| file_name(&change.file) == "Cargo.lock") {
        let path = path_of(seen.work.root, &change.file);
        let is_its = |folder| seen.work.graph.workspaces.iter().any(|workspace| real(&workspace.root) == real(folder));
        if !path.parent().is_some_and(is_its) {
            continue;
        }
        let (before, after) = texts(seen, change);
        if let (Some(before), Some(after)) = (before.and_then(Lock::read), after.and_then(Lock::read)) {
            found.push((change.file.clone(), before, after));
        }
    }
    found
}

fn compared(seen: &Seen, file: &str, before: &Lock, after: &Lock, named: &BTreeMap<String, Named>) -> Vec<Finding> {
    let members: BTreeSet<&str> = seen.work.graph.packages().map(|package| package.cargo.name.as_str()).collect();
    let mut known: BTreeMap<&str, BTreeSet<Option<&str>>> = BTreeMap::new();
    for (name, _, source) in before.packages() {
        known.entry(name).or_default().insert(source.map(without_revision));
    }
    let mut findings = Vec::new();
    let mut through_others = Vec::new();
    for (name, version, source) in after.packages() {
        if source.is_none() && members.contains(name) {
            continue;
        }
        let from = origin(source);
        let found = |text: String| Finding::new(FindingKind::NewDependency, text);
        match (known.get(name), named.get(name)) {
            (Some(sources), _) if sources.contains(&source.map(without_revision)) => {}
            (Some(sources), _) => {
                let was = sources.iter().map(|source| origin(*source)).collect::<Vec<_>>().join(" and ");
                findings.push(found(format!("`{name} {version}` comes {from} now; it came {was}")).file(file));
            }
            (None, Some(named)) => {
                let text = format!("`{name} {version}` is a new {}dependency, {from}", named.kind);
                findings.push(found(text).file(named.manifest.clone()));
            }
            (None, None) => through_others.push(format!("`{name} {version}`")),
        }
    }
    if !through_others.is_empty() {
        let n = through_others.len();
        let more = n.saturating_sub(MOST_NAMED);
        through_others.truncate(MOST_NAMED);
        let names = through_others.join(", ");
        let text = match (n, more) {
            (1, _) => format!("a package is new through others: {names}"),
            (_, 0) => format!("{n} packages are new through others: {names}"),
            (_, _) => format!("{n} packages are new through others: {names} and {more} more"),
        };
        findings.push(Finding::new(FindingKind::NewDependency, text).file(file));
    }
    findings
}

/// A source without the commit it is locked to.
fn without_revision(source: &str) -> &str {
    source.split('#').next().unwrap_or(source)
}

/// Where a package comes from, in words.
fn origin(source: Option<&str>) -> String {
    match source.map(|source| (source, without_revision(source).split_once('+').unwrap_or(("", source)))) {
        None => "from a folder here".to_owned(),
        Some((_, ("registry" | "sparse", url))) if url.contains("crates.io") => "from crates.io".to_owned(),
        Some((_, ("registry" | "sparse", url))) => format!("from the registry {url}"),
        Some((_, ("git", url))) => format!("from git, {url}"),
        Some((source, _)) => format!("from {source}"),
    }
}

/// A dependency a manifest names now and did not name before.
struct Named {
    manifest: String,
    /// Empty, or `dev-` and the like.
    kind: &'static str,
    /// What the manifest asks for; nothing where it says that the workspace knows, or a folder.
    wanted: Option<String>,
}

/// By the name of the package.
fn newly_named(seen: &Seen) -> BTreeMap<String, Named> {
    let mut found: BTreeMap<String, Named> = BTreeMap::new();
    for change in seen.work.changes.iter().filter(|change| file_name(&change.file) == "Cargo.toml") {
        let (before, after) = texts(seen, change);
        let read = |text: Option<&str>| text.and_then(|text| toml::from_str::<Table>(text).ok()).unwrap_or_default();
        let (before, after) = (dependencies(&read(before)), dependencies(&read(after)));
        for (name, (kind, wanted)) in after {
            if before.contains_key(&name) {
                continue;
            }
            let manifest = change.file.clone();
            let known = found.entry(name).or_insert(Named { manifest, kind, wanted: None });
            if kind.is_empty() {
                known.kind = kind; // what is built in counts most
            }
            known.wanted = known.wanted.take().or(wanted);
        }
    }
    found
}

/// The dependencies a manifest names: by package, its kind and what is asked for.
fn dependencies(manifest: &Table) -> BTreeMap<String, (&'static str, Option<String>)> {
    const TABLES: &[(&str, &str)] = &[
        ("dependencies", ""),
        ("build-dependencies", "build "),
        ("build_dependencies", "build "),
        ("dev-dependencies", "dev-"),
        ("dev_dependencies", "dev-"),
    ];
    let table = |value: Option<&Value>| value.and_then(Value::as_table).cloned().unwrap_or_default();
    let mut places = vec![manifest.clone(), table(manifest.get("workspace"))];
    places.extend(table(manifest.get("target")).values().filter_map(Value::as_table).cloned());
    let mut found = BTreeMap::new();
    for place in places {
        for (key, kind) in TABLES {
            for (alias, wanted) in table(place.get(*key)) {
                let text = |key: &str| wanted.get(key).and_then(Value::as_str).map(str::to_owned);
                let name = text("package").unwrap_or(alias);
                let is_elsewhere = text("path").is_some() || wanted.get("workspace").is_some();
                let version = || wanted.as_str().map(str::to_owned).or_else(|| text("version")).or_else(|| text("git"));
                let asked = if is_elsewhere { None } else { version() };
                found.entry(name).or_insert((*kind, asked));
            }
        }
    }
    found
}

/// Without a lock file on both sides: what a manifest names now and no other member named.
fn unlocked(seen: &Seen, named: &BTreeMap<String, Named>) -> Vec<Finding> {
    let changed: Vec<_> = seen.work.changes.iter().map(|change| path_of(seen.work.root, &change.file)).collect();
    let is_known = |name: &str| {
        let packages = seen.work.graph.packages();
        packages
            .filter(|package| !changed.contains(&package.folder.join("Cargo.toml")))
            .any(|package| package.cargo.dependencies.iter().any(|dependency| dependency.name.as_str() == name))
    };
    let new = named.iter().filter(|(name, named)| named.wanted.is_some() && !is_known(name));
    let one = |(name, named): (&String, &Named)| {
        let wanted = named.wanted.as_deref().unwrap_or_default();
        let text = format!("`{name}` (\"{wanted}\") is a new {}dependency", named.kind);
        Finding::new(FindingKind::NewDependency, text).file(named.manifest.clone())
    };
    new.map(one).collect()
}
