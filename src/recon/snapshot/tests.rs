//! Tests of snapshots, and of where guardrails went.

use super::*;
use crate::words::{Finding, FindingKind};
use std::collections::BTreeMap;

const BEFORE: &str = "#![deny(unsafe_code)]\n\npub fn half(n: u32) -> u32 {\n    assert!(n % 2 == 0);\n    debug_assert!(0 < n);\n    n / 2\n}\n\nfn other() {}\n\n#[cfg(test)]\nmod tests {\n    #[test]\n    fn halves() {}\n    #[test]\n    fn stays() {}\n}\n";

fn snapshot() -> Snapshot {
    Snapshot {
        format: SNAPSHOT_FORMAT,
        step: "1".into(),
        at: "t".into(),
        commit: None,
        files: vec![FileSnapshot::of_text("src/a.rs", BEFORE)],
        files_left_out: 0,
    }
}

fn lost_in(files: &[(&str, &str)], told: &[Finding]) -> Vec<String> {
    let now: Now =
        files.iter().map(|(file, text)| ((*file).to_owned(), (*text).to_owned())).collect::<BTreeMap<_, _>>();
    lost(&snapshot(), &now, told)
}

#[track_caller]
fn after(old: &str, new: &str) -> Vec<String> {
    assert_eq!(BEFORE.matches(old).count(), 1, "{old}");
    lost_in(&[("src/a.rs", &BEFORE.replace(old, new))], &[])
}

#[test]
fn what_held_before_and_does_not_now_is_told() {
    for (old, new, expected) in [
        ("    debug_assert!(0 < n);\n", "", "`half` in `src/a.rs` no longer asserts `debug_assert!(0<n)`"),
        ("deny(unsafe_code)", "warn(unsafe_code)", "`src/a.rs` no longer says `deny(unsafe_code)`"),
        ("#![deny(unsafe_code)]\n", "", "`src/a.rs` no longer says `deny(unsafe_code)`"),
        ("\nfn other", "\n#[cfg(unix)]\nfn other", "`other` in `src/a.rs` is there only under `#[cfg(unix)]` now"),
        ("    #[test]\n    fn halves() {}\n", "", "the test `tests::halves` is gone from `src/a.rs`"),
        ("    fn halves", "    #[ignore]\n    fn halves", "the test `tests::halves` in `src/a.rs` is ignored now"),
    ] {
        assert_eq!(after(old, new), [expected], "{old:?} -> {new:?}");
    }
    let allowed = format!("#![expect(dead_code)]\n{BEFORE}");
    assert_eq!(lost_in(&[("src/a.rs", &allowed)], &[]), ["`src/a.rs` says `expect(dead_code)` as a whole now"]);
}

#[test]
fn what_moved_was_reworded_or_is_stricter_is_not() {
    assert!(after("assert!(n % 2 == 0)", "assert_eq!(n % 2, 0, \"even\")").is_empty());
    assert!(after("deny(unsafe_code)", "forbid(unsafe_code)").is_empty());
    assert!(after("fn other() {}", "fn other() { assert!(true); }").is_empty());
    assert!(lost_in(&[("src/b.rs", BEFORE)], &[]).is_empty(), "all of it lies in another file");
    let gone = lost_in(&[], &[]);
    assert_eq!(gone.len(), 4, "{gone:?}");
    assert_eq!(gone[0], "`half` is gone from `src/a.rs`, and with it `assert!(n%2==0)`");
}

#[test]
fn what_the_audit_tells_already_is_not_told_twice() {
    let told = Finding::new(FindingKind::WeakenedTest, "the test `tests::halves` is gone").file("src/a.rs");
    let text = BEFORE.replace("    #[test]\n    fn halves() {}\n", "");
    assert!(lost_in(&[("src/a.rs", &text)], &[told]).is_empty());
}
