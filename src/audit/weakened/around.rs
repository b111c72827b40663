//! What lies around the tests: what a CI runs, and what is expected of an output.
//!
//! A new file takes nothing away: only what was there before can give way.

use super::super::Seen;
use super::super::changed::{file_name, is_ci, may_deny_warnings, texts};
use super::super::told::{quoted, weakened};
use crate::mapping;
use crate::words::{Finding, FindingKind};
use crate::workspace::changes::{Change, ChangeKind};
use std::collections::BTreeMap;

pub(super) fn find(seen: &Seen) -> Vec<Finding> {
    let old = seen.work.changes.iter().filter(|change| change.kind != ChangeKind::Added);
    let mut findings: Vec<Finding> = old.filter_map(|change| given_way(seen, change)).collect();
    findings.extend(snapshots(seen));
    findings
}

/// A file that says what a CI runs, or that warnings are errors.
fn given_way(seen: &Seen, change: &Change) -> Option<Finding> {
    let name = change.from.as_deref().unwrap_or(&change.file);
    if !may_deny_warnings(name) {
        return None;
    }
    let (before, after) = texts(seen, change);
    let (before, after) = (n_denials(before.unwrap_or_default()), n_denials(after.unwrap_or_default()));
    let lost = (after < before).then(|| {
        format!("warnings were denied in {before} place{}, and are in {after}", if before == 1 { "" } else { "s" })
    });
    if !is_ci(name) {
        return lost.map(|lost| weakened(&change.file, lost));
    }
    if change.kind == ChangeKind::Modified && lost.is_none() && !is_of_weight(change) {
        return None;
    }
    let steps = mapping::steps_naming(seen.work.mapped, change);
    let planned = if steps.is_empty() { String::new() } else { format!(" (step {} names it)", steps.join(", ")) };
    let lost = lost.map(|lost| format!(": {lost}")).unwrap_or_default();
    Some(weakened(&change.file, format!("what a CI runs was {}{planned}{lost}", change.kind.word())))
}

/// Whether more moved than the versions of the actions it uses, names and comments.
fn is_of_weight(change: &Change) -> bool {
    let lines = change.diff.lines().filter(|line| !line.starts_with("+++") && !line.starts_with("---"));
    let moved = lines.filter_map(|line| line.strip_prefix(['+', '-']));
    let is_light = |line: &str| {
        let line = line.trim().trim_start_matches("- ");
        line.is_empty() || ["#", "//", "uses:", "name:", "cron:"].iter().any(|head| line.starts_with(head))
    };
    change.diff.is_empty() || moved.into_iter().any(|line| !is_light(line))
}

/// How often warnings are denied.
fn n_denials(text: &str) -> usize {
    let spelled = |text: &str| {
        let words = ["-Dwarnings", "--deny warnings", "--deny=warnings", "deny(warnings)"];
        words.iter().map(|word| text.matches(word).count()).sum::<usize>()
    };
    let lines = text.lines().map(|line| line.split_once('#').map_or(line, |(code, _)| code));
    // `"-D", "warnings"` in a list is the same.
    let lines = lines.map(|line| line.replace(['"', '\'', ','], " ").split_whitespace().collect::<Vec<_>>().join(" "));
    lines.map(|line| spelled(&line.replace("-D warnings", "-Dwarnings"))).sum()
}

/// Expected outputs that were renewed together with the sources of their package.
fn snapshots(seen: &Seen) -> Vec<Finding> {
    let mut by_package: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for change in seen.work.changes {
        let is_old = matches!(change.kind, ChangeKind::Modified | ChangeKind::Renamed) && change.before != change.after;
        if let Some(package) = change.package.as_deref().filter(|_| is_old && is_expected(&change.file)) {
            by_package.entry(package).or_default().push(&change.file);
        }
    }
    let has_source = |package: &str| {
        let of_package = seen.work.changes.iter().filter(|change| change.package.as_deref() == Some(package));
        of_package.into_iter().any(|change| change.file.ends_with(".rs") && !is_of_tests(&change.file))
    };
    by_package.retain(|package, _| has_source(package));
    let told = |(package, files): (&str, Vec<&str>)| match files.as_slice() {
        [file] => weakened(file, format!("what is expected was changed together with the sources of `{package}`")),
        files => {
            let n = files.len();
            let text = format!("{n} expected outputs of `{package}` were changed together with its sources: ");
            Finding::new(FindingKind::WeakenedTest, text + &quoted(files.to_vec()))
        }
    };
    by_package.into_iter().map(told).collect()
}

/// Whether it holds what a test expects to see.
fn is_expected(file: &str) -> bool {
    const ENDS: &[&str] = &[".snap", ".expected", ".golden", ".stderr", ".stdout", ".approved.txt"];
    const FOLDERS: &[&str] = &["snapshots", "__snapshots__", "expected", "golden", "goldens"];
    let mut folders: Vec<&str> = file.split('/').collect();
    folders.pop();
    let is_below_tests = folders.contains(&"tests");
    let is_in =
        folders.iter().any(|folder| FOLDERS[..2].contains(folder) || (is_below_tests && FOLDERS.contains(folder)));
    !file.ends_with(".rs") && (ENDS.iter().any(|end| file_name(file).ends_with(end)) || is_in)
}

fn is_of_tests(file: &str) -> bool {
    let is_folder = |part: &str| matches!(part, "tests" | "benches" | "examples");
    file.split('/').any(is_folder) || matches!(file_name(file), "tests.rs" | "test.rs")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn denials_are_counted_however_they_are_spelled() {
        let text = "run: cargo clippy -- -D warnings\nRUSTFLAGS: -Dwarnings\nrustflags = [\"-D\", \"warnings\"]\n";
        assert_eq!(n_denials(text), 3);
        assert_eq!(n_denials("# no -D warnings here\nrun: cargo clippy # -Dwarnings\n"), 0);
        assert_eq!(n_denials("run: cargo clippy -- -D clippy::all\n"), 0);
    }

    #[test]
    fn expected_outputs_are_known_by_name_or_folder() {
        for file in ["src/snapshots/a__b.snap", "tests/ui/fail.stderr", "a/tests/expected/out.txt", "x/golden/y.golden"]
        {
            assert!(is_expected(file), "{file}");
        }
        for file in ["src/expected.rs", "docs/expected/a.md", "tests/data/in.txt", "snapshots.md", "tests/expected.rs"]
        {
            assert!(!is_expected(file), "{file}");
        }
    }
}
