//! Modules in files of their own: named under a condition now, or not named at all any more, and the tests in them
//! with that.

use super::super::Seen;
use super::super::changed::{file_name, texts};
use super::super::told::{quoted, weakened};
use super::functions::conditions;
use crate::files;
use crate::source::{self, Gate};
use crate::words::Finding;
use crate::workspace::changes::Change;
use std::cell::LazyCell;
use std::collections::BTreeSet;

/// The largest source that is read to see whether there are tests in it.
const LARGEST: u64 = 4 << 20;

pub(super) fn find(seen: &Seen) -> Vec<Finding> {
    let rust = || seen.work.changes.iter().filter(|change| change.file.ends_with(".rs"));
    let named = |text: Option<&str>| text.map(source::gates).unwrap_or_default();
    let names_now = LazyCell::new(|| -> BTreeSet<String> {
        let gates = rust().flat_map(|change| named(texts(seen, change).1));
        gates.filter_map(|gate| gate.module.rsplit("::").next().map(str::to_owned)).collect()
    });
    let mut findings = Vec::new();
    for change in rust() {
        let (Some(before), Some(after)) = texts(seen, change) else { continue };
        if !before.contains("mod ") {
            continue;
        }
        let (before, after) = (source::gates(before), source::gates(after));
        for old in before.iter().filter(|gate| !gate.module.is_empty()) {
            let name = old.module.rsplit("::").next().unwrap_or(&old.module);
            let now = after.iter().find(|gate| gate.module == old.module);
            let said = match now {
                Some(now) => narrowed(old, now).map(|more| {
                    let line = Some(now.line);
                    (format!("the module `{}` is compiled only under {more} now", old.module), line)
                }),
                // Named from somewhere else now, it has only moved.
                None if names_now.contains(name) => None,
                None => Some((format!("the module `{}` is not named any more", old.module), None)),
            };
            let Some((text, line)) = said else { continue };
            let Some(n_tests) = n_tests(seen, change, &old.module) else { continue };
            let tests = if n_tests == 1 { "the test in it".to_owned() } else { format!("the {n_tests} tests in it") };
            let finding = weakened(&change.file, format!("{text}, and {tests} with it"));
            findings.push(match line {
                Some(line) => finding.line(line),
                None => finding,
            });
        }
    }
    findings
}

/// The conditions it stands under now and did not before.
fn narrowed(old: &Gate, new: &Gate) -> Option<String> {
    let (was, is) = (conditions(&old.cfg), conditions(&new.cfg));
    let more: Vec<&str> = is.difference(&was).map(String::as_str).collect();
    (!more.is_empty()).then(|| quoted(more))
}

/// How many tests the file of a module holds; nothing where there are none, or no such file.
fn n_tests(seen: &Seen, change: &Change, module: &str) -> Option<usize> {
    let below = module.replace("::", "/");
    let folder = change.file.rsplit_once('/').map_or("", |(folder, _)| folder);
    let stem = file_name(&change.file).trim_end_matches(".rs");
    let folders = [folder.to_owned(), if folder.is_empty() { stem.to_owned() } else { format!("{folder}/{stem}") }];
    let places = folders.iter().flat_map(|folder| {
        let start = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        [format!("{start}{below}.rs"), format!("{start}{below}/mod.rs")]
    });
    for place in places {
        let changed = seen.work.changes.iter().find(|change| change.file == place);
        let text = match changed {
            Some(change) => texts(seen, change).1.map(str::to_owned),
            // It is as it was: what lies there is what the tree holds.
            None => files::read(&seen.work.root.join(&place), LARGEST)
                .ok()
                .flatten()
                .and_then(|bytes| String::from_utf8(bytes).ok()),
        };
        if let Some(text) = text {
            return Some(source::test_functions(&text).len()).filter(|n| 0 < *n);
        }
    }
    None
}
