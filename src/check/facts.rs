//! What a cargo call taught us about units: their dep-info, and what build scripts asked for.

use super::messages::Built;
use crate::workspace::depinfo;
use crate::workspace::graph::Workspace;
use crate::workspace::units::Facts;

/// Dep-info larger than this is none.
const MOST_BYTES: u64 = 64 << 20;

/// Takes in what lies beside what was built. A unit without dep-info to be found stays unknown.
pub(super) fn gather(facts: &mut Facts, built: &Built, workspace: &Workspace) {
    let read = |path: &camino::Utf8Path| {
        let bytes = crate::files::read(path, MOST_BYTES).ok().flatten()?;
        Some(String::from_utf8_lossy(&bytes).into_owned())
    };
    for (unit, artifacts) in &built.artifacts {
        for info in artifacts.iter().filter_map(|artifact| depinfo::beside(artifact)) {
            if let Some(text) = read(&info) {
                facts.add_unit(unit.clone(), depinfo::parse(&text, &workspace.root));
            }
        }
    }
    for (label, out_dir) in &built.out_dirs {
        let package = workspace.packages.iter().find(|package| package.label == *label);
        let output = out_dir.parent().and_then(|folder| read(&folder.join("output")));
        if let (Some(package), Some(output)) = (package, output) {
            facts.add_script(label, depinfo::parse_script(&output, &package.folder));
        }
    }
}
