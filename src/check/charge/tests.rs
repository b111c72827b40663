//! Lines, kinds of change, and paths written in odd ways.

use super::*;
use std::collections::BTreeSet;

fn change(kind: ChangeKind, lines: &[u32]) -> Change {
    Change {
        file: "src/a.rs".into(),
        kind,
        from: None,
        package: None,
        from_package: None,
        lines: None,
        before: None,
        after: None,
        new_lines: lines.iter().copied().collect::<BTreeSet<u32>>(),
        old_lines: BTreeSet::new(),
        diff: String::new(),
    }
}

#[test]
fn a_place_is_charged_where_it_overlaps_new_lines() {
    let modified = change(ChangeKind::Modified, &[5, 9]);
    assert!(touches(&modified, 5, 5) && touches(&modified, 1, 5) && touches(&modified, 6, 12));
    assert!(!touches(&modified, 6, 8) && !touches(&modified, 10, 4));
    assert!(touches(&change(ChangeKind::Added, &[]), 3, 3));
    assert!(!touches(&change(ChangeKind::Renamed, &[]), 3, 3));
    assert!(!touches(&change(ChangeKind::Deleted, &[3]), 3, 3));
}

#[test]
fn a_path_loses_its_dots() {
    assert_eq!(plain(Utf8Path::new("/w/tests/../src/./a.rs")), "/w/src/a.rs");
}
