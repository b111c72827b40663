//! The control: what comes out red on the baseline has to pass in the same place with the work.
//!
//! What a test needs that git does not know of is not there: a file it ignores, the folder the checkout lies in. A test that
//! fails for that says nothing of the baseline.

use super::class::Found;
use super::commands::{self, SaidById};
use super::overlay::Overlay;
use super::there::There;
use super::{FoundBySuite, Open};
use crate::check::place::Place;
use crate::error::Result;
use crate::payload::entries::RedClass;

/// Runs what came out red, and the commands that failed, with the work laid out, and takes back what fails there too.
/// `false` where it was cancelled.
pub(super) fn hold(
    tests: &There<'_>,
    place: &mut Place,
    found: &mut FoundBySuite,
    said: &mut SaidById,
    log: &mut String,
) -> Result<bool> {
    let (open, asked) = (candidates(found), tests.asked);
    let (n_tests, n_commands) = (open.values().map(Vec::len).sum::<usize>(), commands::failed(asked, said).len());
    if n_tests + n_commands == 0 {
        return Ok(true);
    }
    let n = n_tests + n_commands;
    tests.run.remark(format!("running {n} of them in the same place with the work"));
    log.push_str("=== with the work ===\n");
    place.lay_work(&asked.place)?;
    let overlay = Overlay::nothing(asked.place.graph, asked.checks.root);
    let with_the_work = There { overlay: &overlay, is_work: true, open: &open, ..*tests };
    if 0 < n_tests && !of_tests(&with_the_work, place, found, log)? {
        return Ok(false);
    }
    commands::hold(&with_the_work, place, said, log)
}

fn of_tests(tests: &There<'_>, place: &mut Place, found: &mut FoundBySuite, log: &mut String) -> Result<bool> {
    let Some(now) = tests.run(place, log)? else { return Ok(false) };
    for (suite, names) in tests.open {
        for name in names {
            let Some(red) = found.get_mut(suite).and_then(|found| found.get_mut(name)) else { continue };
            let why = match &now {
                Err(why) => Some(format!("cargo cannot read it: {why}")),
                Ok(now) => match now.get(suite).and_then(|now| now.get(name)) {
                    None => Some("it is not there".to_owned()),
                    Some(now) => fault(red.class, now),
                },
            };
            if let Some(why) = why {
                *red = Found::because(RedClass::Inconclusive, format!("it fails there with the work too: {why}"));
            }
        }
    }
    Ok(true)
}

/// The tests to run: those of suites one of whose tests the place may be to blame for.
fn candidates(found: &FoundBySuite) -> Open {
    let of_suite = |found: &std::collections::BTreeMap<String, Found>| -> Vec<String> {
        let is_shown = |found: &Found| found.class.is_red() && found.class != RedClass::Absent;
        found.iter().filter(|(_, found)| is_shown(found)).map(|(name, _)| name.clone()).collect()
    };
    let suites = found.iter().filter(|(_, found)| found.values().any(is_doubtful));
    suites.map(|(suite, found)| (suite.clone(), of_suite(found))).collect()
}

/// Whether the place may be to blame. Where the rest compiles, what an error with a number speaks of is the code, but for
/// E0583: there is no file of a module.
fn is_doubtful(found: &Found) -> bool {
    match found.class {
        RedClass::RedAssertion | RedClass::Hangs => true,
        RedClass::RedCompile => {
            let why = found.why.as_deref().unwrap_or_default();
            !why.starts_with("error[E") || why.starts_with("error[E0583]")
        }
        RedClass::Absent | RedClass::NotRed | RedClass::Inconclusive => false,
    }
}

/// What speaks against a class in what the test comes to with the work. What did not compile has only to compile.
fn fault(class: RedClass, now: &Found) -> Option<String> {
    let at = now.place.as_ref().map(|place| format!(" ({place})")).unwrap_or_default();
    let said = |otherwise: &str| Some(format!("{}{at}", now.why.as_deref().unwrap_or(otherwise)));
    match now.class {
        RedClass::NotRed => None,
        RedClass::RedAssertion | RedClass::Hangs if class == RedClass::RedCompile => None,
        RedClass::RedAssertion => said("it panics"),
        RedClass::Hangs => said("it does not end in time"),
        RedClass::RedCompile => said("it does not compile"),
        RedClass::Absent | RedClass::Inconclusive => said("there is no answer"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::{SuiteId, TargetId, TargetKind};

    fn suite(name: &str) -> SuiteId {
        let target = TargetId { package: "a".into(), kind: TargetKind::Test, name: name.into() };
        SuiteId { target, doctest: false }
    }

    #[test]
    fn what_the_place_may_be_to_blame_for_is_run_with_what_else_is_red_beside_it() {
        let numbered = || Found::because(RedClass::RedCompile, "error[E0425]: cannot find function `f`");
        let of = |found: Vec<(&str, Found)>| found.into_iter().map(|(name, found)| (name.to_owned(), found)).collect();
        let found = FoundBySuite::from([
            (suite("none"), of(vec![("a", numbered()), ("b", Found::of(RedClass::NotRed))])),
            (suite("one"), of(vec![("a", numbered()), ("b", Found::of(RedClass::Hangs))])),
            (suite("new"), of(vec![("a", Found::of(RedClass::Absent))])),
            (suite("reads"), of(vec![("a", Found::because(RedClass::RedCompile, "error: couldn't read `x`"))])),
        ]);
        let all = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<String>>();
        let expected = Open::from([(suite("one"), all(&["a", "b"])), (suite("reads"), all(&["a"]))]);
        assert_eq!(candidates(&found), expected);
    }

    #[test]
    fn what_did_not_compile_has_only_to_compile() {
        let fails = Found::of(RedClass::RedAssertion).at(Some("tests/a.rs:3".into()));
        assert_eq!(fault(RedClass::RedAssertion, &fails).as_deref(), Some("it panics (tests/a.rs:3)"));
        assert_eq!(fault(RedClass::RedCompile, &fails), None);
        assert_eq!(fault(RedClass::Hangs, &Found::of(RedClass::NotRed)), None);
        let not_built = Found::because(RedClass::RedCompile, "error: no");
        assert_eq!(fault(RedClass::RedCompile, &not_built).as_deref(), Some("error: no"));
    }
}
