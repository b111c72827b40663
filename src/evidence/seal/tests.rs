//! A sealed run is whole, bounded and vouched for, or it is not there.

use super::*;
use crate::evidence::{self, CommandRecord, Kept, SuiteRecord, digests, sealed};
use crate::payload::entries::{CommandEntry, Counts, LogRef};
use crate::words::{CheckKind, Outcome, SuiteId, TargetId, TargetKind};
use camino::Utf8PathBuf;

fn folder() -> (tempfile::TempDir, Utf8PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = Utf8PathBuf::from_path_buf(folder.path().to_owned()).expect("UTF-8");
    (folder, path)
}

/// A run with one command and one suite, their logs and an empty patch, written into its folder.
fn run(handoff: &Utf8Path, id: &str, command_log: &[u8], suite_log: &[u8]) -> String {
    let folder = evidence::run_folder(handoff, id);
    files::create_folder(&folder).expect("made");
    for (name, bytes) in [("command-clippy.txt", command_log), ("test-a-lib-a.txt", suite_log), (PATCH, b"")] {
        fs::write(folder.join(name), bytes).expect("written");
    }
    let at = reference(id, false);
    let entry = CommandEntry {
        id: "command:clippy".into(),
        kind: CheckKind::Clippy,
        command: "cargo clippy".into(),
        argv: vec!["cargo".into(), "clippy".into()],
        cwd: ".".into(),
        env: BTreeMap::new(),
        outcome: Outcome::Passed,
        why: None,
        exit_code: Some(0),
        signal: None,
        timed_out: None,
        timestamp: "2026-01-01T00:00:00Z".into(),
        duration_ms: 1,
        targets: Vec::new(),
        passed: Vec::new(),
        passed_earlier: BTreeMap::new(),
        output: None,
        log: Some(LogRef { path: format!("{at}/command-clippy.txt"), sha256: sha256(command_log), bytes: 0 }),
        cached: false,
        approval: None,
        before: None,
        wanting: None,
        evidence_ref: at,
        by: BY.into(),
    };
    let suite =
        SuiteId { target: TargetId { package: "a".into(), kind: TargetKind::Lib, name: "a".into() }, doctest: false };
    let suite = SuiteRecord {
        id: suite.id(),
        suite,
        outcome: Outcome::Passed,
        why: None,
        counts: Counts::default(),
        tests: BTreeMap::new(),
        functions: BTreeMap::new(),
        started: "2026-01-01T00:00:00Z".into(),
        duration_ms: 1,
        digests: Some(digests("test-a-lib-a.txt", suite_log)),
        flaky: Vec::new(),
        attempts: BTreeMap::new(),
        red: Vec::new(),
        cached: false,
    };
    let record = RunRecord {
        patch: digests(PATCH, b""),
        commands: vec![CommandRecord { entry, digests: Some(digests("command-clippy.txt", command_log)) }],
        suites: vec![suite],
        ..RunRecord::bare(id)
    };
    write(&folder, &record, true).expect("written")
}

#[track_caller]
fn seal_it(handoff: &Utf8Path, id: &str, previous: &[&str]) -> (EvidenceEntry, Kept) {
    let previous = previous.iter().map(|sha256| (*sha256).to_owned()).collect();
    let entry = seal(handoff, id, previous, None).expect("no error").expect("sealed");
    (entry, sealed(handoff, id).expect("there"))
}

#[test]
fn a_sealed_record_names_what_it_follows_where_it_lies_and_what_is_left_of_its_logs() {
    let (_keep, handoff) = folder();
    let long = [b"first ".as_slice(), &vec![b'.'; 1 << 20], b" last"].concat();
    let own = run(&handoff, "r1", b"short", &long);
    fs::write(handoff.join("runs/r1/stray.log"), "no evidence").expect("written");
    let (entry, kept) = seal_it(&handoff, "r1", &["x", "y"]);
    assert_eq!((entry.id.as_str(), entry.path.as_str()), ("evidence:r1", "handoff/evidence/r1"));
    assert_eq!(kept.sha256.as_ref(), Some(&entry.sha256));
    assert_ne!(entry.sha256, own);
    let record = kept.record.as_ref().expect("a record");
    assert_eq!(record.previous, ["x", "y"]);
    assert_eq!(record.commands[0].entry.evidence_ref, "handoff/evidence/r1");
    let log = record.commands[0].entry.log.as_ref().expect("a log");
    assert_eq!(log.path, "handoff/evidence/r1/command-clippy.txt");
    assert_eq!(kept.held(record.commands[0].digests.as_ref().expect("digests")), Held::Whole(b"short".to_vec()));
    let Held::Cut(text) = kept.held(record.suites[0].digests.as_ref().expect("digests")) else { panic!("not cut") };
    assert!(text.starts_with(b"first ") && text.ends_with(b" last"));
    let names = evidence::place::names(&handoff.join("evidence/r1")).expect("there");
    assert_eq!(names, [PATCH, "command-clippy.txt", RECORD, "test-a-lib-a.txt"]);
    let n_bytes: u64 = names
        .iter()
        .filter(|name| name.ends_with(".txt"))
        .map(|name| fs::metadata(handoff.join("evidence/r1").join(name)).expect("there").len())
        .sum();
    assert!(n_bytes <= 256 << 10, "{n_bytes}");
}

#[test]
fn what_is_not_what_was_recorded_is_not_sealed() {
    for (name, text) in [("test-a-lib-a.txt", "edited"), (PATCH, "edited"), (RECORD, "{}"), (RECORD, "no JSON")] {
        let (_keep, handoff) = folder();
        run(&handoff, "r1", b"1", b"2");
        fs::write(handoff.join("runs/r1").join(name), text).expect("written");
        assert!(seal(&handoff, "r1", Vec::new(), None).expect("no error").is_err(), "{name}");
        assert!(!handoff.join("evidence").exists(), "{name}");
    }
    let (_keep, handoff) = folder();
    let own = run(&handoff, "r1", b"1", b"2");
    fs::remove_file(handoff.join("runs/r1/test-a-lib-a.txt")).expect("removed");
    assert!(seal(&handoff, "r1", Vec::new(), None).expect("no error").is_err(), "a log is gone");
    let other = run(&handoff, "r1", b"1", b"3");
    assert!(seal(&handoff, "r1", Vec::new(), Some(&own)).expect("no error").is_err(), "another record than known");
    assert!(seal(&handoff, "r1", Vec::new(), Some(&other)).expect("no error").is_ok());
    assert!(seal(&handoff, "absent", Vec::new(), None).expect("no error").is_err());
}

#[test]
fn a_record_that_names_a_file_outside_takes_nothing_from_there() {
    let (_keep, handoff) = folder();
    run(&handoff, "r1", b"1", b"2");
    fs::write(handoff.join("secret.txt"), "2").expect("written");
    let path = handoff.join("runs/r1/record.json");
    let text = fs::read_to_string(&path).expect("there");
    fs::write(&path, text.replace("\"test-a-lib-a.txt\"", "\"../../secret.txt\"")).expect("written");
    assert!(seal(&handoff, "r1", Vec::new(), None).expect("no error").is_err());
    assert!(!handoff.join("evidence").exists());
}

#[test]
fn what_a_cut_off_sealing_left_is_replaced() {
    let (_keep, handoff) = folder();
    run(&handoff, "r1", b"1", b"2");
    for left in [".handoff-r1.tmp", "evidence/r1"] {
        fs::create_dir_all(handoff.join(left)).expect("made");
        fs::write(handoff.join(left).join("half.txt"), "half").expect("written");
    }
    seal_it(&handoff, "r1", &[]);
    assert!(!handoff.join(".handoff-r1.tmp").exists());
    assert!(!handoff.join("evidence/r1/half.txt").exists());
}

#[cfg(unix)]
#[test]
fn nothing_is_sealed_through_a_link() {
    let (_keep, handoff) = folder();
    run(&handoff, "r1", b"1", b"2");
    fs::create_dir(handoff.join("elsewhere")).expect("made");
    std::os::unix::fs::symlink("elsewhere", handoff.join("evidence")).expect("linked");
    assert_eq!(seal(&handoff, "r1", Vec::new(), None).expect_err("a link").exit(), 74);
    assert_eq!(fs::read_dir(handoff.join("elsewhere")).expect("there").count(), 0);
}
