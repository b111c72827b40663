//! Tests of where a test failed.

use super::of_panic;
use crate::evidence::{PackageRecord, Part};
use crate::report::dossier::made;

#[track_caller]
fn check(folder: &str, excerpt: &str, expected: Option<(&str, u32)>) {
    let mut dossier = made::honest();
    let package = |package: &str, folder: &str| PackageRecord {
        package: package.into(),
        folder: folder.into(),
        depends_on: Vec::new(),
        part: Part::Changed,
    };
    dossier.packages = vec![package("other", "rust/crates/other"), package("report", folder)];
    let found = of_panic(&dossier, &dossier.suites[1], excerpt);
    assert_eq!(found, expected.map(|(file, line)| (file.to_owned(), line)));
}

#[test]
fn the_place_of_a_panic_is_found_wherever_the_workspace_lies() {
    let panic =
        |place: &str| format!("thread 'tests::shows' (1) panicked at {place}:\nassertion `left == right` failed");
    for (folder, said, place) in [
        ("crates/report", "crates/report/src/lib.rs:40:9", "crates/report/src/lib.rs"),
        ("rust/crates/report", "crates/report/src/lib.rs:40:9", "rust/crates/report/src/lib.rs"),
        ("rust/crates/report", "crates/other/src/lib.rs:40:9", "rust/crates/other/src/lib.rs"),
        ("rust/report", "report/tests/prints.rs:40:9", "rust/report/tests/prints.rs"),
        ("rust", "src/lib.rs:40:9", "rust/src/lib.rs"),
        ("", "src/lib.rs:40:9", "src/lib.rs"),
        ("crates/report", "crates\\report\\src\\lib.rs:40:9", "crates/report/src/lib.rs"),
        ("crates/report", "./crates/report/src/lib.rs:40:9", "crates/report/src/lib.rs"),
        ("crates/report", "shared/helper.rs:40:9", "shared/helper.rs"),
    ] {
        check(folder, &panic(said), Some((place, 40)));
    }
}

#[test]
fn a_place_outside_the_repository_is_none() {
    for excerpt in [
        "",
        "assertion failed: left == right",
        "thread 'a' panicked at /rustc/0123/library/core/src/option.rs:12:5:",
        "thread 'a' panicked at ../elsewhere/src/lib.rs:12:5:",
        "thread 'a' panicked at C:\\work\\src\\lib.rs:12:5:",
        "at 12:05:33 it was late",
        "src/lib.rs:0:5",
        "src/lib.rs:99999999999:5",
    ] {
        check("crates/report", excerpt, None);
    }
}

#[test]
fn older_panics_and_places_of_others_are_read_where_no_panic_has_one() {
    check("", "thread 'a' panicked at 'boom', src/lib.rs:12:5", Some(("src/lib.rs", 12)));
    check("", "Error: see (src/a.rs:3:4).\nno panic", Some(("src/a.rs", 3)));
    check("", "see src/a.rs:3:4\nthread 'a' panicked at src/b.rs:7:8:", Some(("src/b.rs", 7)));
}
