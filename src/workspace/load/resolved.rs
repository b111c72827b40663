//! What cargo resolved: everything a member is built from, with features, and the packages that lie here and are
//! no members.

use crate::workspace::graph::PathPackage;
use camino::Utf8Path;
use cargo_metadata::{Metadata, Node, PackageId};
use std::collections::{BTreeMap, BTreeSet};

/// The resolved packages by id.
pub(super) struct Resolved<'a>(BTreeMap<&'a PackageId, &'a Node>);

impl<'a> Resolved<'a> {
    pub(super) fn new(metadata: &'a Metadata) -> Self {
        let nodes = metadata.resolve.iter().flat_map(|resolve| &resolve.nodes);
        Self(nodes.map(|node| (&node.id, node)).collect())
    }

    /// Everything a package is built from, itself included.
    fn closure(&self, id: &'a PackageId) -> BTreeMap<&'a PackageId, &'a Node> {
        let mut found = BTreeMap::new();
        let mut left = vec![id];
        while let Some(id) = left.pop() {
            let Some(node) = self.0.get(id).filter(|_| !found.contains_key(id)) else { continue };
            found.insert(id, *node);
            left.extend(node.deps.iter().map(|dependency| &dependency.pkg));
        }
        found
    }

    /// The same as text: `<package id> [features]`.
    pub(super) fn of(&self, id: &'a PackageId) -> BTreeSet<String> {
        let text = |node: &Node| {
            let mut features: Vec<&str> = node.features.iter().map(|feature| feature.as_str()).collect();
            features.sort_unstable();
            format!("{} [{}]", node.id, features.join(","))
        };
        self.closure(id).into_values().map(text).collect()
    }

    /// The packages that came from no registry and no repository, and are no members, with who is built from them.
    pub(super) fn paths(&self, metadata: &'a Metadata, labels: &BTreeMap<PackageId, String>) -> Vec<PathPackage> {
        let members: Vec<(&PackageId, &String)> =
            metadata.workspace_packages().iter().filter_map(|member| labels.get_key_value(&member.id)).collect();
        let is_path = |package: &&cargo_metadata::Package| {
            package.source.is_none() && !members.iter().any(|(id, _)| **id == package.id)
        };
        let mut users: BTreeMap<&PackageId, BTreeSet<String>> = BTreeMap::new();
        for (member, label) in metadata.workspace_packages().iter().filter_map(|member| {
            let label = labels.get(&member.id)?;
            Some((&member.id, label))
        }) {
            for id in self.closure(member).into_keys() {
                users.entry(id).or_default().insert(label.clone());
            }
        }
        let path = |package: &'a cargo_metadata::Package| {
            let folder = package.manifest_path.parent().unwrap_or(Utf8Path::new("")).to_owned();
            PathPackage {
                name: package.name.to_string(),
                real_folder: folder.canonicalize_utf8().unwrap_or_else(|_| folder.clone()),
                users: users.get(&package.id).cloned().unwrap_or_default(),
                folder,
            }
        };
        metadata.packages.iter().filter(is_path).map(path).collect()
    }
}
