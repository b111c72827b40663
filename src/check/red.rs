//! What the tests of the work come to without the work: on the baseline, with nothing but what is there for tests put over
//! it.
//!
//! A test that passes there proves nothing. One that fails there and passes now would have caught what it is there to
//! catch, unless it fails there with the work too. Where anything about the answer is odd, there is none.

mod modules;
mod manifest;
mod overlay;
mod errors;
mod rounds;
mod class;
mod suites;
mod documented;
mod there;
mod commands;
mod control;

pub use commands::{Trial, Way, of_work, workspace_of};
pub use documented::brought as doctests_brought;

use super::command;
use super::place::{self, Place};
use super::request::Request;
use super::results::{Results, SuiteResult, TestOutcome};
use super::scrub::Scrub;
use crate::cancel::Cancel;
use crate::error::Result;
use crate::event::Run;
use crate::files::sha256;
use crate::mapping::{self, Texts};
use crate::payload::entries::{OnBaseline, Red, RedClass};
use crate::source;
use crate::words::SuiteId;
use crate::workspace::changes::Change;
use crate::workspace::graph::Graph;
use camino::Utf8Path;
use class::Found;
use commands::{Said, SaidById};
use overlay::{Overlay, Sources};
use std::collections::{BTreeMap, BTreeSet};
use there::There;

/// What is asked.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    /// The baseline, and where to lay it out.
    pub place: place::Asked<'a>,
    /// The changes.
    pub changes: &'a [Change],
    /// What the changed Rust files held and hold.
    pub texts: &'a Texts,
    /// How the current tree was checked: its root, its limits, the folder for the log.
    pub checks: &'a Request<'a>,
    /// What the current tree came to.
    pub now: &'a Results,
    /// The tests.
    pub tests: &'a BTreeMap<SuiteId, BTreeSet<String>>,
    /// The prescribed commands.
    pub commands: &'a [Trial],
}

/// The answers.
#[derive(Debug, Clone, Default)]
pub struct Answers {
    /// By suite.
    pub tests: BTreeMap<SuiteId, Vec<Red>>,
    /// By the ids of the commands.
    pub commands: BTreeMap<String, OnBaseline>,
}

/// The name of the log in the run's folder.
pub const LOG: &str = "red.txt";

/// Runs the tests and the commands on the baseline. `None` where it was cancelled.
///
/// # Errors
/// 74 where something cannot be written, 75 where another run does not leave the place, those of git and of asking cargo
/// about the baseline.
pub fn run(asked: &Asked<'_>, cancel: &Cancel, run: &Run<'_>) -> Result<Option<Answers>> {
    let mut answers: BTreeMap<SuiteId, BTreeMap<String, Found>> = BTreeMap::new();
    let mut open = Open::new();
    for (suite, names) in asked.tests {
        let result = asked.now.suites.iter().find(|result| result.suite == *suite);
        for name in names {
            match no_green(result, name) {
                Some(why) => {
                    let found = Found::because(RedClass::Inconclusive, why);
                    answers.entry(suite.clone()).or_default().insert(name.clone(), found);
                }
                None => open.entry(suite.clone()).or_default().push(name.clone()),
            }
        }
    }
    let (mut log, mut said) = (String::new(), SaidById::new());
    if !open.is_empty() || !asked.commands.is_empty() {
        let done = on_the_baseline(asked, &open, &mut said, &mut log, cancel, run)?;
        let Some(done) = done else { return Ok(None) };
        for (suite, found) in done {
            answers.entry(suite).or_default().extend(found);
        }
    }
    let scrub = Scrub::new(asked.checks, asked.place.surroundings);
    let red = |suite: &SuiteId, (name, found): (String, Found)| Red {
        function: digest(asked, suite, &name),
        test: name,
        class: found.class,
        place: found.place,
        why: found.why.map(|why| scrub.text(&why)),
        baseline: asked.place.commit.to_owned(),
        evidence_ref: run.id().to_owned(),
    };
    let commands = asked.commands.iter().filter_map(|trial| {
        let Said { outcome, why } = said.remove(&trial.id)?;
        let (why, inputs) = (why.map(|why| scrub.text(&why)), trial.inputs(asked.changes));
        let baseline = asked.place.commit.to_owned();
        Some((trial.id.clone(), OnBaseline { outcome, why, inputs, baseline, evidence_ref: run.id().to_owned() }))
    });
    let commands: BTreeMap<String, OnBaseline> = commands.collect();
    let tests: BTreeMap<SuiteId, Vec<Red>> = answers
        .into_iter()
        .map(|(suite, found)| {
            let reds = found.into_iter().map(|found| red(&suite, found)).collect();
            (suite, reds)
        })
        .collect();
    for (suite, reds) in &tests {
        for red in reds {
            let place = red.place.as_deref().unwrap_or_default();
            let why = red.why.as_deref().unwrap_or_default();
            log.push_str(&format!("red {} {} {} {place} {why}\n", suite.id(), red.test, red.class.word()));
        }
    }
    for (id, before) in &commands {
        let why = before.why.as_deref().unwrap_or_default();
        log.push_str(&format!("before {id} {} {why}\n", before.outcome));
    }
    command::keep(asked.checks.folder, LOG.trim_end_matches(".txt"), log.as_bytes(), &scrub)?;
    Ok(Some(Answers { tests, commands }))
}

fn digest(asked: &Asked<'_>, suite: &SuiteId, name: &str) -> Option<String> {
    let now = asked.now.suites.iter().find(|now| now.suite == *suite)?;
    function(now, name, asked.changes, asked.texts, &Roots { graph: asked.place.graph, root: asked.checks.root })
}

/// The packages and the payload's root.
#[derive(Debug, Clone, Copy)]
pub struct Roots<'a> {
    /// The packages.
    pub graph: &'a Graph,
    /// The payload's root.
    pub root: &'a Utf8Path,
}

/// How many digits of a function's digest are kept.
const DIGEST: usize = 16;

/// The digest of a test's function, or of a doctest's text, where it lies in a changed file. `None` where its file is as on
/// the baseline.
#[must_use]
pub fn function(
    suite: &SuiteResult,
    name: &str,
    changes: &[Change],
    texts: &Texts,
    roots: &Roots<'_>,
) -> Option<String> {
    let target = &suite.suite.target;
    let package = roots.graph.package(&target.package)?;
    let listing: BTreeSet<&str> = suite.tests.keys().map(String::as_str).collect();
    let ours = changes.iter().filter(|change| change.package.as_ref() == Some(&target.package));
    let digest =
        ours.filter_map(|change| Some((change, texts.get(&change.file)?.1.as_deref()?))).find_map(|(change, text)| {
            if suite.suite.doctest {
                return documented::text_of(name, &change.file, text).map(|text| sha256(text.as_bytes()));
            }
            if !mapping::target_for_file(package, &roots.root.join(&change.file)).contains(target) {
                return None;
            }
            let is_its = |function: &&source::TestFn| {
                source::names_of(&change.file, &function.path, &listing).iter().any(|known| known == name)
            };
            source::test_functions(text).iter().find(is_its).map(|function| function.digest.clone())
        });
    digest.map(|mut digest| {
        digest.truncate(DIGEST);
        digest
    })
}

/// Why it means nothing what a test comes to on the baseline: it is not green now.
fn no_green(now: Option<&SuiteResult>, name: &str) -> Option<String> {
    let Some(now) = now else { return Some("it was not run on the work".into()) };
    if now.flaky.iter().any(|flaky| flaky == name) {
        return Some("it is flaky on the work".into());
    }
    let why = match now.tests.get(name) {
        Some(TestOutcome::Passed) => return None,
        Some(TestOutcome::Failed) => "it fails on the work too",
        Some(TestOutcome::Ignored) => "it is ignored",
        Some(TestOutcome::TimedOut) => "it does not end in time on the work either",
        Some(TestOutcome::NoAnswer) | None => "there is no answer of it on the work",
    };
    Some(why.into())
}

type FoundBySuite = BTreeMap<SuiteId, BTreeMap<String, Found>>;

/// The tests to run, by suite.
type Open = BTreeMap<SuiteId, Vec<String>>;

/// Lays the baseline out, puts the tests over it, and runs them. What comes out red has to pass there with the work.
fn on_the_baseline(
    asked: &Asked<'_>,
    open: &Open,
    said: &mut SaidById,
    log: &mut String,
    cancel: &Cancel,
    run: &Run<'_>,
) -> Result<Option<FoundBySuite>> {
    let Some(mut place) = Place::lay_out(&asked.place)? else { return Ok(Some(FoundBySuite::new())) };
    let sources = Sources { place: &asked.place, changes: asked.changes, texts: asked.texts, root: asked.checks.root };
    let overlay = overlay::lay(&sources, &place)?;
    let tests = There { asked, overlay: &overlay, is_work: false, open, cancel, run };
    let mut found = match tests.run(&mut place, log)? {
        None => return Ok(None),
        Some(Ok(found)) => found,
        Some(Err(why)) => {
            let why = format!("cargo cannot read the baseline: {why}");
            said.extend(asked.commands.iter().map(|trial| (trial.id.clone(), Said::unclear(why.as_str()))));
            let inconclusive = |name: &String| (name.clone(), Found::because(RedClass::Inconclusive, why.clone()));
            let all = open.iter().map(|(suite, names)| (suite.clone(), names.iter().map(inconclusive).collect()));
            return Ok(Some(all.collect()));
        }
    };
    for (suite, names) in open {
        let answered = found.entry(suite.clone()).or_default();
        for name in names {
            let absent = || {
                let why = format!("the baseline has no package `{}`", suite.target.package);
                Found::because(RedClass::Absent, why)
            };
            answered.entry(name.clone()).or_insert_with(absent);
        }
    }
    let Some(ran) = commands::without_the_work(&tests, &mut place, &found, log)? else { return Ok(None) };
    *said = ran;
    if !control::hold(&tests, &mut place, &mut found, said, log)? {
        return Ok(None);
    }
    commands::by_tests(asked, &found, said);
    Ok(Some(found))
}

/// What the suites are run with.
struct Ground<'a> {
    asked: &'a Asked<'a>,
    overlay: &'a Overlay<'a>,
    /// Whether all of the work is there, rather than the baseline.
    is_work: bool,
    scrub: &'a Scrub,
}
