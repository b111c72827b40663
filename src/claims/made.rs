//! Made-up records for tests.

use super::shelf::Shelf;
use crate::check::{PARSERS, TestOutcome};
use crate::evidence::{self, CommandRecord, Digests, Kept, RunRecord, SuiteRecord, run_folder};
use crate::payload::entries::{CommandEntry, Counts};
use crate::words::{BY, CheckKind, Outcome, SuiteId, TargetId, TargetKind};
use camino::Utf8PathBuf;
use std::collections::BTreeMap;
use std::fs;

/// A suite of these tests, passed where none failed.
pub(super) fn suite(tests: &[(&str, TestOutcome)]) -> SuiteRecord {
    let target = TargetId { package: "a".into(), kind: TargetKind::Lib, name: "a".into() };
    let suite = SuiteId { target, doctest: false };
    let n = |wanted| tests.iter().filter(|(_, outcome)| *outcome == wanted).count() as u64;
    let counts = Counts {
        listed: tests.len() as u64,
        passed: n(TestOutcome::Passed),
        failed: n(TestOutcome::Failed),
        ignored: n(TestOutcome::Ignored),
        filtered: 0,
    };
    SuiteRecord {
        id: suite.id(),
        suite,
        outcome: if counts.failed == 0 { Outcome::Passed } else { Outcome::Failed },
        why: None,
        counts,
        tests: tests.iter().map(|(name, outcome)| ((*name).to_owned(), *outcome)).collect(),
        functions: BTreeMap::new(),
        started: "2026-01-01T00:00:00Z".into(),
        duration_ms: 1,
        digests: None,
        flaky: Vec::new(),
        attempts: BTreeMap::new(),
        red: Vec::new(),
        cached: false,
    }
}

/// A command that came to this, with this exit code.
pub(super) fn command(kind: CheckKind, outcome: Outcome, exit_code: Option<i32>) -> CommandRecord {
    let entry = CommandEntry {
        id: format!("command:{kind}"),
        kind,
        command: format!("cargo {kind}"),
        argv: vec!["cargo".into(), kind.to_string()],
        cwd: ".".into(),
        env: BTreeMap::new(),
        outcome,
        why: None,
        exit_code,
        signal: None,
        timed_out: None,
        timestamp: "2026-01-01T00:00:00Z".into(),
        duration_ms: 1,
        targets: Vec::new(),
        passed: Vec::new(),
        passed_earlier: BTreeMap::new(),
        output: None,
        log: None,
        cached: false,
        approval: None,
        before: None,
        wanting: None,
        evidence_ref: "handoff/runs/r1".into(),
        by: BY.into(),
    };
    CommandRecord { entry, digests: None }
}

/// The record of the run `r1`.
pub(super) fn record(suites: Vec<SuiteRecord>, commands: Vec<CommandRecord>) -> RunRecord {
    RunRecord {
        parsers: PARSERS.iter().map(|(name, version)| ((*name).to_owned(), *version)).collect(),
        commands,
        suites,
        ..RunRecord::bare("r1")
    }
}

/// The digests of a file.
pub(super) fn digests(name: &str, text: &str) -> Digests {
    Digests {
        path: name.into(),
        sha256: evidence::sha256(text.as_bytes()),
        bytes: text.len() as u64,
        ..Digests::default()
    }
}

/// The record as it lies among the runs, with these files beside it.
pub(super) fn kept(record: &RunRecord, files: &[(&str, &str)]) -> (tempfile::TempDir, Kept) {
    let keep = tempfile::tempdir().expect("a folder");
    let handoff = Utf8PathBuf::from_path_buf(keep.path().to_owned()).expect("UTF-8");
    let folder = run_folder(&handoff, &record.run);
    fs::create_dir_all(&folder).expect("made");
    let text = serde_json::to_string(record).expect("JSON");
    for (name, text) in files.iter().copied().chain([("record.json", text.as_str())]) {
        fs::write(folder.join(name), text).expect("written");
    }
    let kept = evidence::unsealed(&handoff, &record.run).expect("there");
    (keep, kept)
}

/// A shelf with nothing but this.
pub(super) fn shelf(kept: Kept) -> Shelf {
    let last = Some((kept.id.clone(), kept.sha256.clone().unwrap_or_default()));
    Shelf { records: BTreeMap::from([(kept.id.clone(), kept)]), listed: Vec::new(), last }
}
