//! Lint levels in attributes: what a file or an item allows now, or no longer denies.

use super::super::Seen;
use super::super::changed::{file_name, texts};
use super::super::told::{quoted, weakened};
use super::lints::rank;
use crate::source::{self, LintLevel};
use crate::words::Finding;
use crate::workspace::changes::ChangeKind;
use std::collections::BTreeMap;

pub(super) fn find(seen: &Seen) -> Vec<Finding> {
    let changes = seen.work.changes.iter();
    let mut findings = Vec::new();
    for change in changes.filter(|change| change.file.ends_with(".rs") && change.kind != ChangeKind::Added) {
        let (Some(before), Some(after)) = texts(seen, change) else { continue };
        if !may_set_lints(before) && !may_set_lints(after) {
            continue;
        }
        let (before, after) = (source::lint_levels(before), source::lint_levels(after));
        for old in before.iter().filter(|old| 0 < rank(&old.level).unwrap_or_default()) {
            let now = after
                .iter()
                .filter(|new| (&new.lint, &new.scope, &new.condition) == (&old.lint, &old.scope, &old.condition));
            match now.max_by_key(|new| rank(&new.level)) {
                Some(new) if rank(&new.level) < rank(&old.level) => {
                    let text = format!("`{}` was `{}`{} and is `{}`", old.lint, old.level, place(old), new.level);
                    findings.push(weakened(&change.file, text).line(new.line));
                }
                None if is_whole(old) && !is_elsewhere(seen, old) => {
                    let text = format!("`{}` was `{}` in the whole file and is left out", old.lint, old.level);
                    findings.push(weakened(&change.file, text));
                }
                Some(_) | None => {}
            }
        }
        // What an item allows is told where it gives no reason, as a left-over.
        let allowed = after.iter().filter(|new| is_whole(new) && new.level == "allow");
        let mut by_line: BTreeMap<u32, Vec<&str>> = BTreeMap::new();
        for new in allowed.filter(|new| !before.iter().any(|old| old.lint == new.lint && is_whole(old))) {
            by_line.entry(new.line).or_default().push(&new.lint);
        }
        findings.extend(by_line.into_iter().map(|(line, lints)| {
            let is = if lints.len() == 1 { "is" } else { "are" };
            weakened(&change.file, format!("{} {is} allowed in the whole file now", quoted(lints))).line(line)
        }));
    }
    findings
}

/// Whether it is worth reading as syntax.
fn may_set_lints(text: &str) -> bool {
    ["allow(", "warn(", "deny(", "forbid("].iter().any(|word| text.contains(word))
}

/// Whether it holds for the whole file, whatever is built.
fn is_whole(level: &LintLevel) -> bool {
    level.scope.is_empty() && level.condition.is_none()
}

fn place(level: &LintLevel) -> String {
    if level.scope.is_empty() { " in the whole file".to_owned() } else { format!(" for `{}`", level.scope) }
}

/// Whether a changed manifest, or another file as a whole, sets this lint now.
fn is_elsewhere(seen: &Seen, old: &LintLevel) -> bool {
    let name = old.lint.rsplit("::").next().unwrap_or(&old.lint);
    seen.work.changes.iter().any(|change| {
        let Some(text) = texts(seen, change).1 else { return false };
        match file_name(&change.file) {
            "Cargo.toml" => {
                let is_it = |line: &str| line.trim_start().trim_start_matches('"').starts_with(name);
                text.lines().any(|line| is_it(line) && line.contains('='))
            }
            file if file.ends_with(".rs") => {
                let is_it = |new: &LintLevel| new.scope.is_empty() && new.lint == old.lint;
                source::lint_levels(text).iter().any(|new| is_it(new) && rank(&old.level) <= rank(&new.level))
            }
            _ => false,
        }
    })
}
