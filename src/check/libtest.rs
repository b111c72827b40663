//! What libtest prints -> which tests there are and what each came to.
//!
//! Only a name in the binary's own listing counts, and a run counts only when it is complete: a last
//! `test result:` line whose counts add up to the listing. Lines are not trusted beyond that: tests print such
//! lines themselves. Which tests failed is read from libtest's own list at the end.

use super::results::TestOutcome;
use crate::payload::entries::Counts;
use std::collections::{BTreeMap, BTreeSet};

/// The version of this reading: another one may read another outcome out of the same output.
pub const VERSION: u32 = 1;

/// The names in a terse listing, in its order: `path: test`. A `#[bench]` function is listed as `path: benchmark`, and
/// is run once as a test like any other.
#[must_use]
pub fn listing(text: &str) -> Vec<String> {
    let name = |line: &str| line.strip_suffix(": test").or_else(|| line.strip_suffix(": benchmark")).map(str::to_owned);
    text.lines().filter_map(name).collect()
}

/// Whether any result line counts ignored tests.
pub(super) fn speaks_of_ignored(text: &str) -> bool {
    text.lines().filter_map(sum).any(|sum| 0 < sum.ignored)
}

/// The listing as the run of doctests itself tells it, where nothing is left to ask: each block begins with
/// `running N tests` and ends well, and its N result lines name N doctests, no two the same. `None` otherwise.
///
/// What a doctest prints does not stand here: rustdoc captures it and shows it only where the doctest failed.
pub(super) fn own_listing(text: &str) -> Option<Vec<String>> {
    let mut names: Vec<String> = Vec::new();
    let mut open: Option<u64> = None;
    let mut n_blocks = 0;
    let mut n_before = 0;
    for line in text.lines() {
        if let Some(announced) = announced(line) {
            if open.replace(announced).is_some() {
                return None;
            }
            n_before = names.len() as u64;
        } else if let Some(sum) = sum(line) {
            let here = names.len() as u64 - n_before;
            let is_whole = open.take() == Some(here) && all_of([sum.passed, sum.ignored]) == here;
            if !is_whole || 0 < sum.failed || 0 < sum.filtered {
                return None;
            }
            n_blocks += 1;
        } else if let Some(rest) = line.strip_prefix("test ") {
            open?;
            let (name, _) = rest.rsplit_once(" ... ")?;
            let plain = name.rsplit_once(" - ").filter(|(plain, _)| plain.ends_with(')'));
            let name = plain.map_or(name, |(plain, _)| plain);
            if !is_doctest(name) || names.iter().any(|known| known == name) {
                return None;
            }
            names.push(name.to_owned());
        }
    }
    (open.is_none() && 0 < n_blocks).then_some(names)
}

/// `running 3 tests`
pub(super) fn announced(line: &str) -> Option<u64> {
    let number = line.strip_prefix("running ")?;
    number.strip_suffix(" tests").or_else(|| number.strip_suffix(" test"))?.parse().ok()
}

/// `src/lib.rs - module::item (line 7)`, or `src/lib.rs - (line 1)` where it is the crate's own.
fn is_doctest(name: &str) -> bool {
    let line = name.strip_suffix(')').and_then(|name| name.rsplit_once(" (line "));
    line.is_some_and(|(place, line)| (place.contains(" - ") || place.ends_with(" -")) && line.parse::<u32>().is_ok())
}

/// What a run came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reading {
    /// Each listed test.
    pub tests: BTreeMap<String, TestOutcome>,
    /// Counted, from the last result lines where they are there.
    pub counts: Counts,
    /// Why it is not complete.
    pub incomplete: Option<String>,
}

/// Reads a run. `listed` is the listing, `ignored` the part of it that is not run; `blocks` says whether
/// several result blocks may come (doctests of edition 2024).
#[must_use]
pub fn read(text: &str, listed: &[String], ignored: &BTreeSet<String>, blocks: bool) -> Reading {
    read_with(text, listed, ignored, blocks, None)
}

/// The same of a run that was told to run these tests alone, of a binary that has so many others.
#[must_use]
pub fn read_part(text: &str, named: &[String], n_others: u64) -> Reading {
    read_with(text, named, &BTreeSet::new(), false, Some(n_others))
}

fn read_with(
    text: &str,
    listed: &[String],
    ignored: &BTreeSet<String>,
    blocks: bool,
    left_out: Option<u64>,
) -> Reading {
    let names: BTreeSet<&str> = listed.iter().map(String::as_str).collect();
    let mut tests: BTreeMap<String, TestOutcome> =
        listed.iter().map(|name| (name.clone(), TestOutcome::NoAnswer)).collect();
    for line in text.lines() {
        if let Some((name, outcome)) = result_of(line, &names) {
            let known = tests.entry(name.to_owned()).or_insert(TestOutcome::NoAnswer);
            // Of two answers the worse one stands, until libtest's own list decides.
            *known = if *known == TestOutcome::Failed { TestOutcome::Failed } else { outcome };
        }
    }
    let mut counts = Counts { listed: listed.len() as u64, ..Counts::default() };
    let sums = sums(text, blocks);
    for sum in &sums {
        counts.passed = counts.passed.saturating_add(sum.passed);
        counts.failed = counts.failed.saturating_add(sum.failed);
        counts.ignored = counts.ignored.saturating_add(sum.ignored);
        counts.filtered = counts.filtered.saturating_add(sum.filtered);
    }
    // Anybody may print a line with numbers beyond all counting.
    let n_answers = all_of([counts.passed, counts.failed, counts.ignored, counts.filtered]);
    let n_all = counts.listed + left_out.unwrap_or_default();
    let incomplete = if sums.is_empty() {
        Some("it ended without a `test result:` line".to_owned())
    } else if n_answers != n_all {
        Some(format!("its `test result:` line speaks of {n_answers} tests, and {n_all} are listed"))
    } else if let Some(n_others) = left_out.filter(|n_others| *n_others != counts.filtered) {
        Some(format!("it was to leave out {n_others} tests, and left out {}", counts.filtered))
    } else {
        counts.filtered -= left_out.unwrap_or_default();
        let failed = failed_list(text, &names, blocks);
        settle(&mut tests, &failed, ignored, counts).or_else(|| unannounced(text, &tests, &names))
    };
    if incomplete.is_some() {
        let count = |outcome| tests.values().filter(|known| **known == outcome).count() as u64;
        counts.passed = count(TestOutcome::Passed);
        counts.failed = count(TestOutcome::Failed);
        counts.ignored = count(TestOutcome::Ignored);
    }
    Reading { tests, counts, incomplete }
}

/// Gives every test the outcome libtest's own lists say. A reason where these do not add up either.
fn settle(
    tests: &mut BTreeMap<String, TestOutcome>,
    failed: &BTreeSet<&str>,
    ignored: &BTreeSet<String>,
    counts: Counts,
) -> Option<String> {
    if tests.len() as u64 != counts.listed || counts.filtered != 0 {
        return None; // two tests of one name: counts are known, names cannot be told apart
    }
    if failed.len() as u64 != counts.failed {
        return Some(format!("{} tests failed, and {} are named as failed", counts.failed, failed.len()));
    }
    let n_ignored = tests.iter().filter(|(name, _)| ignored.contains(*name)).count() as u64;
    let by_list = n_ignored == counts.ignored;
    for (name, outcome) in tests.iter_mut() {
        let is_ignored = if by_list { ignored.contains(name) } else { *outcome == TestOutcome::Ignored };
        *outcome = if failed.contains(name.as_str()) {
            TestOutcome::Failed
        } else if is_ignored {
            TestOutcome::Ignored
        } else {
            TestOutcome::Passed
        };
    }
    let n_passed = tests.values().filter(|outcome| **outcome == TestOutcome::Passed).count() as u64;
    (n_passed != counts.passed).then(|| format!("{} tests passed, and {n_passed} are named", counts.passed))
}

/// A test that passed without ever having been announced: then the result line was not libtest's. A process that
/// prints one and exits leaves the tests behind it unannounced.
fn unannounced(text: &str, tests: &BTreeMap<String, TestOutcome>, names: &BTreeSet<&str>) -> Option<String> {
    let announced: BTreeSet<&str> = text.lines().flat_map(|line| announcements(line, names)).collect();
    let passed = tests.iter().filter(|(_, outcome)| **outcome == TestOutcome::Passed).map(|(name, _)| name);
    let mut silent = passed.filter(|name| !announced.contains(name.as_str()));
    let first = silent.next()?;
    let more = silent.count();
    let rest = if more == 0 { String::new() } else { format!(" and {more} more") };
    Some(format!("its result line counts `{first}`{rest}, which it never began"))
}

/// The listed names behind every `test ` of a line: a stray print may stand before it or behind it. Each byte is looked at
/// a few times, however many there are: a test may print one line of megabytes.
pub(super) fn announcements<'a>(line: &'a str, names: &BTreeSet<&str>) -> impl Iterator<Item = &'a str> {
    // Where the next ` ... ` begins, and the last ` - ` before that.
    let (mut end, mut dash) = (Some(0), None);
    line.match_indices("test ").filter_map(move |(at, word)| {
        let start = at + word.len();
        if let Some(former) = end.filter(|end| *end < start) {
            end = line[start..].find(" ... ").map(|found| start + found);
            let from = former.saturating_sub(2);
            let between = end.map(|end| &line.as_bytes()[from..end]);
            let last = between.and_then(|between| between.windows(3).rposition(|three| three == b" - "));
            dash = last.map(|last| from + last).or(dash);
        }
        let name = &line[start..end?];
        let plain = dash.filter(|dash| start <= *dash).map_or(name, |dash| &line[start..dash]);
        [name, plain].into_iter().find(|name| names.contains(name))
    })
}

/// A result line of a listed test. libtest and rustdoc put ` - should panic`, ` - compile` … behind the name.
fn result_of<'a>(line: &'a str, names: &BTreeSet<&str>) -> Option<(&'a str, TestOutcome)> {
    let (name, said) = line.strip_prefix("test ")?.rsplit_once(" ... ")?;
    let outcome = match said {
        "ok" => TestOutcome::Passed,
        "FAILED" => TestOutcome::Failed,
        said if said == "ignored" || said.starts_with("ignored, ") => TestOutcome::Ignored,
        _ => return None,
    };
    if names.contains(name) {
        return Some((name, outcome));
    }
    let (name, _) = name.rsplit_once(" - ")?;
    names.contains(name).then_some((name, outcome))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Sum {
    passed: u64,
    failed: u64,
    ignored: u64,
    filtered: u64,
}

/// How many tests ran according to every result line, or `None` where there is no such line. For the output of a
/// whole `cargo test`, whose tests nobody listed.
#[must_use]
pub fn n_ran(text: &str) -> Option<u64> {
    let sums = sums(text, true);
    (!sums.is_empty()).then(|| all_of(sums.iter().flat_map(|sum| [sum.passed, sum.failed])))
}

fn all_of(numbers: impl IntoIterator<Item = u64>) -> u64 {
    numbers.into_iter().fold(0, u64::saturating_add)
}

/// The result line at the end; with `blocks` every one. Nothing but blank lines and rustdoc's timing may follow.
fn sums(text: &str, blocks: bool) -> Vec<Sum> {
    if blocks {
        return text.lines().filter_map(sum).collect();
    }
    let last = text.lines().rfind(|line| !line.trim().is_empty());
    last.and_then(sum).into_iter().collect()
}

/// `test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s`
fn sum(line: &str) -> Option<Sum> {
    let rest = line.strip_prefix("test result: ")?;
    let rest = rest.strip_prefix("ok. ").or_else(|| rest.strip_prefix("FAILED. "))?;
    let mut parts = rest.split("; ");
    let mut number = |word: &str| parts.next()?.strip_suffix(word)?.trim().parse::<u64>().ok();
    let sum = |passed, failed, ignored, _measured, filtered| Sum { passed, failed, ignored, filtered };
    Some(sum(number("passed")?, number("failed")?, number("ignored")?, number("measured")?, number("filtered out")?))
}

/// The listed names in the last `failures:` list (with `blocks`, the last one of each): four spaces and the name,
/// directly under the word.
fn failed_list<'a>(text: &'a str, names: &BTreeSet<&str>, blocks: bool) -> BTreeSet<&'a str> {
    let mut failed = BTreeSet::new();
    let mut last = BTreeSet::new();
    let mut inside = false;
    for line in text.lines() {
        if line == "failures:" {
            inside = true;
            last.clear();
            continue;
        }
        if blocks && sum(line).is_some() {
            failed.append(&mut last);
        }
        match line.strip_prefix("    ") {
            Some(name) if inside => {
                let plain = name.rsplit_once(" - ").map_or(name, |(plain, _)| plain);
                last.extend([name, plain].into_iter().find(|name| names.contains(name)));
            }
            Some(_) | None => inside = false,
        }
    }
    failed.append(&mut last);
    failed
}

/// What a failed test said: the lines of its `---- NAME stdout ----` block.
pub fn said<'a>(text: &'a str, name: &str) -> impl Iterator<Item = &'a str> {
    let heading = format!("---- {name} stdout ----");
    let suffixed = format!("---- {name} - ");
    let is_heading =
        move |line: &&str| *line == heading || (line.starts_with(&suffixed) && line.ends_with(" stdout ----"));
    let is_end = |line: &&str| !(line.starts_with("---- ") && line.ends_with(" stdout ----")) && *line != "failures:";
    text.lines().skip_while(move |line| !is_heading(line)).skip(1).take_while(is_end)
}

#[cfg(test)]
mod tests;
