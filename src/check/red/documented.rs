//! Doctests on the baseline: the current documentation over the baseline's code.

use super::class::{self, Found};
use super::overlay::{Role, Splicing};
use super::{FoundBySuite, Ground};
use crate::check::blame;
use crate::check::command::read_some;
use crate::check::doctest;
use crate::check::libtest;
use crate::check::request::At;
use crate::check::results::{Results, SuiteResult, TestOutcome};
use crate::error::Result;
use crate::mapping::Texts;
use crate::payload::entries::RedClass;
use crate::source::{self, Doctest};
use crate::words::SuiteId;
use crate::workspace::changes::Change;
use std::collections::{BTreeMap, BTreeSet};

/// The doctests the changes brought, by suite: those whose text was in no doctest of the file before.
#[must_use]
pub fn brought(changes: &[Change], texts: &Texts, now: &Results) -> BTreeMap<SuiteId, BTreeSet<String>> {
    let mut all: BTreeMap<SuiteId, BTreeSet<String>> = BTreeMap::new();
    for suite in now.suites.iter().filter(|suite| suite.suite.doctest) {
        for change in changes.iter().filter(|change| change.package.as_ref() == Some(&suite.suite.target.package)) {
            let Some((old, Some(new))) = texts.get(&change.file) else { continue };
            let known: BTreeSet<String> =
                source::doctests(old.as_deref().unwrap_or_default()).into_iter().map(|one| one.text).collect();
            for doctest in source::doctests(new).iter().filter(|one| !known.contains(&one.text)) {
                let name = suite.tests.keys().find(|name| is_it(name, &change.file, doctest.line));
                all.entry(suite.suite.clone()).or_default().extend(name.cloned());
            }
        }
    }
    all.retain(|_, names| !names.is_empty());
    all
}

/// `src/lib.rs - module::item (line 7)`: the file, what stands before the number, and the number.
fn parts(name: &str) -> Option<(&str, &str, u32)> {
    let (before, line) = name.strip_suffix(')')?.rsplit_once(" (line ")?;
    let file = before.split_once(" - ").map_or(before, |(file, _)| file).trim_end_matches(" -");
    Some((file, before, line.parse().ok()?))
}

/// Whether a name is that of the doctest at this line of this file. rustdoc names the file from the package's folder or
/// the workspace's.
fn is_it(name: &str, file: &str, line: u32) -> bool {
    let is_file = |named: &str| file == named || file.strip_suffix(named).is_some_and(|rest| rest.ends_with('/'));
    parts(name).is_some_and(|(named, _, at)| at == line && is_file(named))
}

/// The text of the doctest of this name, where it is one of this file's.
pub(super) fn text_of(name: &str, file: &str, text: &str) -> Option<String> {
    let (_, _, line) = parts(name).filter(|(_, _, line)| is_it(name, file, *line))?;
    source::doctests(text).into_iter().find(|one| one.line == line).map(|one| one.text)
}

/// Runs the doctests of the libraries that are asked about. `false` where it was cancelled.
pub(super) fn run(
    at: At<'_>,
    ground: &Ground<'_>,
    open: &BTreeMap<&SuiteId, &Vec<String>>,
    found: &mut FoundBySuite,
    log: &mut String,
) -> Result<bool> {
    let mut libraries = Vec::new();
    for (suite, names) in open.iter().filter(|(suite, _)| suite.doctest) {
        let package = at.workspace.packages.iter().find(|package| package.label == suite.target.package);
        let library = package.and_then(|package| Some((package, package.library()?)));
        let is_new = ground.overlay.new_packages.contains(&suite.target.package);
        match library.filter(|(_, library)| !is_new && library.id == suite.target) {
            Some(library) => libraries.push(library),
            None => {
                let why = format!("the baseline has no library `{}`", suite.target.name);
                let absent = names.iter().map(|name| (name.clone(), Found::because(RedClass::Absent, why.clone())));
                found.entry((*suite).clone()).or_default().extend(absent);
            }
        }
    }
    let mut results = Results::default();
    doctest::check(at, &libraries, ground.scrub, &mut results)?;
    if at.cancel.signal().is_some() {
        return Ok(false);
    }
    for (_, library) in libraries {
        let suite = SuiteId { target: library.id.clone(), doctest: true };
        let Some(names) = open.get(&suite) else { continue };
        let then = results.suites.iter().find(|then| then.suite == suite);
        let text = match then.and_then(|then| then.log.as_ref()) {
            Some(name) => String::from_utf8_lossy(&read_some(&at.request.folder.join(name))?).into_owned(),
            None => String::new(),
        };
        log.push_str(&format!("--- {} on the baseline ---\n{text}\n", suite.id()));
        let now = ground.asked.now.suites.iter().find(|now| now.suite == suite);
        let one = One { at, ground, now, then, text: &text };
        let answers = names.iter().map(|name| (name.clone(), one.found(name)));
        found.entry(suite).or_default().extend(answers);
    }
    Ok(true)
}

/// The doctests of one library, now and then.
struct One<'a> {
    at: At<'a>,
    ground: &'a Ground<'a>,
    now: Option<&'a SuiteResult>,
    then: Option<&'a SuiteResult>,
    text: &'a str,
}

impl One<'_> {
    fn found(&self, name: &str) -> Found {
        let inconclusive = |why: &str| Found::because(RedClass::Inconclusive, why);
        let Some(then) = self.then else { return inconclusive("the doctests were not run there") };
        let known = match self.name_there(name, then) {
            Ok(known) => known,
            Err(found) => return found,
        };
        match then.tests.get(&known) {
            Some(TestOutcome::Passed) => Found::of(RedClass::NotRed),
            Some(TestOutcome::Failed) => {
                let said: Vec<&str> = libtest::said(self.text, &known).collect();
                let found = class::of_doctest(&said, &|file, line| self.place(file, line));
                // Doctests that were compiled as one say a line of what they were compiled from: then its first has to do.
                if !found.class.is_red() {
                    return found;
                }
                let place = found.place.clone().or_else(|| self.own_place(name));
                found.at(place)
            }
            Some(TestOutcome::Ignored) => inconclusive("it is ignored there"),
            Some(TestOutcome::TimedOut | TestOutcome::NoAnswer) | None => {
                inconclusive(then.why.as_deref().unwrap_or("there is no answer of it"))
            }
        }
    }

    /// The name a doctest has there, or what it comes to where it has none.
    fn name_there(&self, name: &str, then: &SuiteResult) -> Result<String, Found> {
        let inconclusive = |why: &str| Found::because(RedClass::Inconclusive, why);
        let Some((_, before, line)) = parts(name) else { return Err(inconclusive("its name has no line")) };
        if then.tests.is_empty() {
            return Err(inconclusive(then.why.as_deref().unwrap_or("the doctests could not be listed there")));
        }
        let roles = &self.ground.overlay.roles;
        let of_file = roles.iter().find(|(file, _)| is_it(name, file, line));
        match of_file {
            None => {
                let same = self.now.and_then(|now| blame::same_doctest(now, then, name));
                same.map(str::to_owned).ok_or_else(|| inconclusive("it is not listed there"))
            }
            Some((file, Role::New { .. })) => {
                Err(Found::because(RedClass::Absent, format!("its module `{file}` is new")))
            }
            Some((_, Role::Copied)) => Err(inconclusive("its file is there for tests only")),
            Some((file, Role::Spliced(splicing))) => {
                let Splicing { odd_docs, missing_docs, .. } = &**splicing;
                let current = self.ground.asked.texts.get(file).and_then(|(_, new)| new.as_deref());
                let doctests = source::doctests(current.unwrap_or_default());
                let Some(doctest) = doctests.iter().find(|one| one.line == line) else {
                    return Err(inconclusive("it is not where its name says"));
                };
                if missing_docs.contains(&doctest.item) {
                    let why = format!("the baseline has no `{}` to be documented", doctest.item);
                    return Err(Found::because(RedClass::Absent, why));
                }
                let text = std::fs::read_to_string(self.at.request.root.join(file)).unwrap_or_default();
                let same = |one: &&Doctest| {
                    one.item == doctest.item && one.ordinal == doctest.ordinal && one.text == doctest.text
                };
                let Some(there) = source::doctests(&text).iter().find(same).map(|one| one.line) else {
                    let odd = odd_docs.first().map_or("its text could not be put there", String::as_str);
                    return Err(inconclusive(odd));
                };
                let known = format!("{before} (line {there})");
                then.tests.contains_key(&known).then_some(known).ok_or_else(|| inconclusive("it is not listed there"))
            }
        }
    }

    /// Where the doctest begins.
    fn own_place(&self, name: &str) -> Option<String> {
        let (_, _, line) = parts(name)?;
        let file = self.ground.overlay.roles.keys().find(|file| is_it(name, file, line))?;
        Some(format!("{file}:{line}"))
    }

    /// A place a doctest named: as it lies on the baseline with the current documentation, so only the file is told
    /// where lines have moved.
    fn place(&self, file: &str, line: u32) -> Option<String> {
        let file = class::file_of(file, &self.at.workspace.root, self.at.request.root)?;
        let current = self.ground.asked.texts.get(&file).and_then(|(_, new)| new.as_deref());
        let there = std::fs::read_to_string(self.at.request.root.join(&file)).ok()?;
        let Some(current) = current else { return Some(format!("{file}:{line}")) };
        // The line is one of a doctest's: the same doctest has it as far from its beginning now.
        let before = |text: &str| -> Vec<Doctest> {
            let mut all = source::doctests(text);
            all.sort_by_key(|one| one.line);
            all
        };
        let own = before(&there).into_iter().rfind(|one| one.line <= line)?;
        let now = before(current).into_iter().find(|one| one.item == own.item && one.ordinal == own.ordinal)?;
        Some(format!("{file}:{}", now.line + (line - own.line)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_doctest_is_known_by_its_file_and_line() {
        assert!(is_it("src/lib.rs - f (line 7)", "crates/a/src/lib.rs", 7));
        assert!(is_it("crates/a/src/lib.rs - f (line 7)", "crates/a/src/lib.rs", 7));
        assert!(is_it("src/lib.rs - (line 1)", "src/lib.rs", 1));
        assert!(!is_it("src/lib.rs - f (line 8)", "src/lib.rs", 7));
        assert!(!is_it("src/lib.rs - f (line 7)", "src/xlib.rs", 7));
    }
}
