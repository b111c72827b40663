//! Files by folder, where they are too many to be told one by one.

use super::super::bounded::Bounded;
use super::{FileOverview, FolderOverview};
use std::collections::BTreeMap;

/// The folders, as deep as they are few enough: `crates/`, or `crates/money/src/` and all its like.
pub(super) fn folders(files: &[FileOverview], limit: usize) -> Bounded<FolderOverview> {
    let deepest = files.iter().map(|file| file.file.matches('/').count()).max().unwrap_or(0);
    let mut found = at_depth(files, deepest.min(1));
    for depth in 2..=deepest {
        let deeper = at_depth(files, depth);
        if limit < deeper.len() {
            break;
        }
        found = deeper;
    }
    Bounded::of(found, limit)
}

/// By the first so many folders of their paths.
fn at_depth(files: &[FileOverview], depth: usize) -> Vec<FolderOverview> {
    let mut found = BTreeMap::<&str, FolderOverview>::new();
    for file in files {
        let path = file.file.as_str();
        let ends = path.match_indices('/').map(|(at, _)| at + 1).take(depth);
        let name = ends.last().map_or("./", |end| &path[..end]);
        let folder = found.entry(name).or_insert_with(|| FolderOverview {
            folder: name.to_owned(),
            n_files: 0,
            n_broken: 0,
            counts: BTreeMap::new(),
        });
        folder.n_files += 1;
        folder.n_broken += usize::from(file.broken.is_some());
        for (kind, n) in &file.counts {
            *folder.counts.entry(*kind).or_default() += n;
        }
    }
    found.into_values().collect()
}
