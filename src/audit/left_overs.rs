//! What was left behind on added lines of Rust files: instrumentation, markers, code that is commented out.

use super::Seen;
use super::changed::{file_name, texts};
use crate::mapping::target_for_file;
use crate::source::{self, LeftOver, LeftOverKind};
use crate::words::{Finding, FindingKind, TargetId, TargetKind, brief};
use crate::workspace::changes::Change;
use std::collections::BTreeMap;

/// More of one kind in one file than this are counted.
const MOST: usize = 5;

pub(super) fn find(seen: &Seen) -> Vec<Finding> {
    let mut findings = Vec::new();
    for change in seen.work.changes.iter().filter(|change| change.file.ends_with(".rs")) {
        let (_, Some(text)) = texts(seen, change) else { continue };
        if change.new_lines.is_empty() || is_generated(text) {
            continue;
        }
        let mut by_kind: BTreeMap<LeftOverKind, Vec<LeftOver>> = BTreeMap::new();
        for left_over in source::left_overs(text, &change.new_lines, is_library(seen, change)) {
            if seen.settings.left_overs.contains(&left_over.kind) {
                by_kind.entry(left_over.kind).or_default().push(left_over);
            }
        }
        for found in by_kind.values() {
            findings.extend(told(&change.file, found));
        }
    }
    findings
}

fn told(file: &str, found: &[LeftOver]) -> Vec<Finding> {
    let one =
        |left_over: &LeftOver, text: String| Finding::new(FindingKind::LeftOver, text).file(file).line(left_over.line);
    if let [first, ..] = found
        && MOST < found.len()
    {
        return vec![one(first, format!("{} times {}, here first", found.len(), what(first.kind)))];
    }
    let shown = |left_over: &LeftOver| format!("{}: `{}`", what(left_over.kind), brief(left_over.text.trim()));
    found.iter().map(|left_over| one(left_over, shown(left_over))).collect()
}

const fn what(kind: LeftOverKind) -> &'static str {
    match kind {
        LeftOverKind::Dbg => "a debugging macro",
        LeftOverKind::Todo => "work that is still to do",
        LeftOverKind::Unimplemented => "something that is not implemented",
        LeftOverKind::Print => "a library that prints",
        LeftOverKind::Marker => "a marker for later",
        LeftOverKind::AllowWithoutReason => "a lint allowed without a reason",
        LeftOverKind::CommentedOutCode => "code that is commented out",
    }
}

/// Whether the file is part of a library, which has no business printing.
fn is_library(seen: &Seen, change: &Change) -> bool {
    let package = change.package.as_deref().and_then(|label| seen.work.graph.package(label));
    let targets = package.map(|package| target_for_file(package, &seen.work.root.join(&change.file)));
    let is_of_library = |target: &TargetId| matches!(target.kind, TargetKind::Lib | TargetKind::ProcMacro);
    let has_library = targets.is_some_and(|targets| targets.iter().any(is_of_library));
    let is_aside = |part: &str| matches!(part, "tests" | "examples" | "benches" | "bin" | "fuzz" | "xtask");
    let is_program = matches!(file_name(&change.file), "build.rs" | "main.rs" | "tests.rs" | "test.rs");
    has_library && !is_program && !change.file.split('/').any(is_aside)
}

/// Whether a program wrote it, and says so at the top.
fn is_generated(text: &str) -> bool {
    text.lines().take(10).any(|line| line.contains("@generated") || line.contains("DO NOT EDIT"))
}
