//! Links from one package's folder into another's.

use crate::workspace::graph::{Edge, EdgeKind, Graph};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeSet;

/// The most entries that are looked at for links.
const MOST_ENTRIES: usize = 100_000;

/// A package that holds a link into another, or a target whose root file lies there, is built from that one's
/// source: it depends on it. (`serde_derive_internals/src` is a link into `serde_derive`.)
pub(super) fn share_sources(graph: &mut Graph) {
    let mut shared = BTreeSet::new();
    for package in graph.packages() {
        let mut files: Vec<_> = package.targets.iter().map(|target| target.root_file.clone()).collect();
        let mut left = MOST_ENTRIES;
        links(&package.real_folder, &mut left, &mut files);
        for file in files {
            let Some(owner) = graph.owner(file.as_std_path()) else { continue };
            if owner.label != package.label {
                shared.insert((package.label.clone(), Edge { to: owner.label.clone(), kind: EdgeKind::Normal }));
            }
        }
    }
    for (label, edge) in shared {
        let packages = graph.workspaces.iter_mut().flat_map(|workspace| &mut workspace.packages);
        for package in packages.filter(|package| package.label == label) {
            if !package.depends.contains(&edge) {
                package.depends.push(edge.clone());
            }
        }
    }
}

/// Where the links of a package's folder lead: a file there, or one that could be.
fn links(folder: &Utf8Path, left: &mut usize, found: &mut Vec<Utf8PathBuf>) {
    // A folder that cannot be read has nothing cargo could compile.
    let Ok(entries) = folder.read_dir_utf8() else { return };
    for entry in entries.flatten() {
        let Some(fewer) = left.checked_sub(1) else { return };
        *left = fewer;
        let Ok(kind) = entry.file_type() else { continue };
        if kind.is_symlink() {
            // A link that leads nowhere is nobody's source.
            let real = entry.path().canonicalize_utf8().ok();
            found.extend(real.map(|real| if real.is_dir() { real.join("lib.rs") } else { real }));
        } else if kind.is_dir() {
            let is_skipped =
                entry.file_name().starts_with('.') || matches!(entry.file_name(), "target" | "node_modules");
            if !is_skipped && !entry.path().join("Cargo.toml").is_file() {
                links(entry.path(), left, found);
            }
        }
    }
}
