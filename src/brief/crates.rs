//! The crates a step's files use, with the documentation of exactly the versions that are locked.

use super::Item;
use super::code::words;
use super::text::SourceText;
use crate::workspace::graph::{Graph, Package};
use crate::workspace::lock::Lock;
use std::collections::BTreeSet;

/// A link for each dependency of these packages that the files name.
pub(super) fn docs(files: &[SourceText], packages: &[&Package], graph: &Graph, locks: &[Lock]) -> Vec<Item> {
    let named: BTreeSet<&str> = files.iter().flat_map(|file| file.text.lines().flat_map(words)).collect();
    let mut items = BTreeSet::new();
    for package in packages {
        for dependency in &package.cargo.dependencies {
            let typed = dependency.rename.as_ref().unwrap_or(&dependency.name).replace('-', "_");
            let is_member = graph.packages().any(|member| member.cargo.name.as_str() == dependency.name);
            if is_member || !named.contains(typed.as_str()) {
                continue;
            }
            let locked = locks.iter().flat_map(Lock::packages).filter(|(name, ..)| *name == dependency.name);
            let fitting =
                locked.filter(|(_, version, _)| version.parse().is_ok_and(|version| dependency.req.matches(&version)));
            for (name, version, source) in fitting {
                let krate = name.replace('-', "_");
                let link = format!("https://docs.rs/{name}/{version}/{krate}/");
                let is_published = source.is_some_and(|source| source.starts_with("registry+"));
                items.insert((format!("{name} {version}"), if is_published { Some(link) } else { None }));
            }
        }
    }
    let item = |(text, at): (String, Option<String>)| Item { at, ..Item::words(text) };
    items.into_iter().map(item).collect()
}
