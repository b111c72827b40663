//! Which tests of a binary's listing a changed file added, changed or removed.

use super::functions::{TestFn, test_functions};
use crate::workspace::changes::{Change, ChangeKind};
use std::collections::{BTreeMap, BTreeSet};

/// Names of tests as the binary's listing spells them; gone ones as it would have.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Attributed {
    /// New functions.
    pub added: Vec<String>,
    /// Functions whose tokens changed.
    pub changed: Vec<String>,
    /// Functions that are gone, and whose names are not in the listing any more.
    pub removed: Vec<String>,
    /// Functions that are new or changed and cannot be told in the listing: left out by a `cfg`, of another
    /// target, or of a name several tests share.
    pub unattributed: u64,
}

/// Compares the test functions of a changed file. `old_text` and `new_text` are what it held before and after;
/// `None` where there was or is no such file, or it is no text. Without the old text of a modified file the
/// change's own line numbers decide. The listing is that of the suite the file belongs to.
#[must_use]
pub fn attribute(
    change: &Change,
    old_text: Option<&str>,
    new_text: Option<&str>,
    listing: &BTreeSet<&str>,
) -> Attributed {
    let mut attributed = Attributed::default();
    if !change.file.ends_with(".rs") {
        return attributed;
    }
    let old = old_text.map(test_functions).unwrap_or_default();
    let new = new_text.map(test_functions).unwrap_or_default();
    let knows_old = old_text.is_some() || change.kind == ChangeKind::Added;
    let before: BTreeMap<&str, &TestFn> = old.iter().map(|function| (function.path.as_str(), function)).collect();
    let after: BTreeSet<&str> = new.iter().map(|function| function.path.as_str()).collect();
    for function in &new {
        let is_new = match before.get(function.path.as_str()) {
            Some(known) if known.digest == function.digest => continue,
            Some(_) => false,
            None if knows_old => true,
            None => match touched(function, change) {
                Touched::Wholly => true,
                Touched::Partly => false,
                Touched::Not => continue,
            },
        };
        let names = names_of(&change.file, &function.path, listing);
        if names.is_empty() {
            attributed.unattributed += 1;
        }
        if is_new { &mut attributed.added } else { &mut attributed.changed }.extend(names);
    }
    let place = change.from.as_deref().unwrap_or(&change.file);
    for function in old.iter().filter(|function| !after.contains(function.path.as_str())) {
        // Moved to another file of the same binary: then the listing still has it.
        if names_of(place, &function.path, listing).is_empty() {
            attributed.removed.push(candidates(place, &function.path).swap_remove(0));
        }
    }
    for names in [&mut attributed.added, &mut attributed.changed, &mut attributed.removed] {
        names.sort();
        names.dedup();
    }
    attributed
}

enum Touched {
    Wholly,
    Partly,
    Not,
}

fn touched(function: &TestFn, change: &Change) -> Touched {
    let n_new = change.new_lines.range(function.lines.clone()).count();
    if n_new == 0 {
        Touched::Not
    } else if n_new < function.lines.len() {
        Touched::Partly
    } else {
        Touched::Wholly
    }
}

/// The names in the listing that belong to the function of this path in this file: its own, or those of its cases
/// (`name::case_1`).
#[must_use]
pub fn names_of(file: &str, path: &str, listing: &BTreeSet<&str>) -> Vec<String> {
    let of = |whole: &str| -> Vec<String> {
        let cases = format!("{whole}::");
        let its_own = listing.get(whole);
        let its_cases = listing.range(cases.as_str()..).take_while(|name| name.starts_with(&cases));
        its_own.into_iter().chain(its_cases).map(|name| (*name).to_owned()).collect()
    };
    if let Some(names) = candidates(file, path).iter().map(|name| of(name)).find(|names| !names.is_empty()) {
        return names;
    }
    // A file reached by `#[path]` or `include!`: its one namesake, if there is only one.
    let behind = format!("::{path}");
    let mut namesakes = listing.iter().filter(|name| name.ends_with(&behind));
    match (namesakes.next(), namesakes.next()) {
        (Some(name), None) => vec![(*name).to_owned()],
        (Some(_), Some(_)) | (None, _) => Vec::new(),
    }
}

/// The paths a function of this file may have in its binary, the likeliest first: the file's folders below the
/// target's folder are modules, and each of the outer ones may be the target's own.
fn candidates(file: &str, path: &str) -> Vec<String> {
    let mut modules: Vec<&str> = file.strip_suffix(".rs").unwrap_or(file).split('/').collect();
    if let Some(at) = modules.iter().rposition(|word| ["src", "tests", "examples", "benches"].contains(word)) {
        let is_source = modules[at] == "src";
        modules.drain(..=at);
        let is_root = modules.len() == 1 && (!is_source || ["lib", "main"].contains(&modules[0]));
        let is_program = modules.first() == Some(&"bin") && is_source;
        if is_root {
            modules.clear();
        } else if is_program {
            modules.drain(..2.min(modules.len()));
        } else if !is_source {
            modules.remove(0); // `tests/it/a.rs`: the folder is the target
        }
    }
    if modules.last().is_some_and(|last| *last == "mod" || *last == "main") {
        modules.pop();
    }
    (0..=modules.len())
        .map(|n_left_out| {
            let mut words = modules[n_left_out..].to_vec();
            words.push(path);
            words.join("::")
        })
        .collect()
}
