//! Prescribed commands without the work: one that passes there too does not show it.
//!
//! A `cargo test` runs on the baseline with the tests of the work over it, an approved program on the bare baseline and only
//! with the very files that were approved; where everything was, what it reads may be the baseline's. What one of them writes elsewhere than in the place nobody can catch.

use super::there::There;
use super::{Asked, FoundBySuite};
use crate::approval::subject::{Named, executable};
use crate::approval::{By, Subject, packages};
use crate::check::covered::{self, scope};
use crate::check::place::Place;
use crate::check::prescribed::{approved, prescribed};
use crate::check::request::Request;
use crate::check::rustc;
use crate::error::Result;
use crate::event::Run;
use crate::files::sha256;
use crate::payload::entries::{CommandEntry, RedClass};
use crate::surroundings::Surroundings;
use crate::words::{Outcome, SuiteId};
use crate::workspace::changes::Change;
use crate::workspace::graph::{Graph, Workspace};
use camino::Utf8Path;
use std::collections::{BTreeMap, BTreeSet};

/// A prescribed command that passed on the work, and may run.
#[derive(Debug, Clone)]
pub struct Trial {
    /// The id of its entry.
    pub id: String,
    /// What it is.
    pub way: Way,
}

/// What a command is.
#[derive(Debug, Clone)]
pub enum Way {
    /// The words of a `cargo test` of the closed grammar.
    Tests(Vec<String>),
    /// Exactly what was approved, and through what.
    Approved(Subject, By),
}

impl Trial {
    /// The digest of what its outcome on a baseline rests on beside that: the work's files, or the approved ones.
    #[must_use]
    pub fn inputs(&self, changes: &[Change]) -> String {
        match &self.way {
            Way::Tests(_) => of_work(changes),
            Way::Approved(subject, _) => {
                let files = subject.files.iter().map(|file| format!("{} {}\n", file.path, file.sha256));
                short(&files.collect::<String>())
            }
        }
    }
}

/// The digest of the work's files.
#[must_use]
pub fn of_work(changes: &[Change]) -> String {
    let line = |change: &Change| format!("{} {}\n", change.file, change.after.as_deref().unwrap_or_default());
    short(&changes.iter().map(line).collect::<String>())
}

fn short(text: &str) -> String {
    let mut digest = sha256(text.as_bytes());
    digest.truncate(super::DIGEST);
    digest
}

/// The workspace that has every package the words name; the first one otherwise.
#[must_use]
pub fn workspace_of<'a>(words: &[String], graph: &'a Graph) -> Option<&'a Workspace> {
    let named = packages(words);
    let has = |workspace: &&Workspace| {
        named.iter().all(|name| workspace.packages.iter().any(|package| package.cargo.name.as_str() == *name))
    };
    graph.workspaces.iter().find(has).or(graph.workspaces.first())
}

/// What a command came to there, and why it did not pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) outcome: Outcome,
    pub(super) why: Option<String>,
}

impl Said {
    pub(super) fn unclear(why: impl Into<String>) -> Self {
        Self { outcome: Outcome::CouldNotRun, why: Some(why.into()) }
    }
}

/// By the commands' ids.
pub(super) type SaidById = BTreeMap<String, Said>;

/// Runs them where the tests have just been run, as far as these do not answer. `None` where it was cancelled.
pub(super) fn without_the_work(
    tests: &There<'_>,
    place: &mut Place,
    found: &FoundBySuite,
    log: &mut String,
) -> Result<Option<SaidById>> {
    let asked = tests.asked;
    let mut said = SaidById::new();
    let (of_tests, of_others): (Vec<&Trial>, Vec<&Trial>) =
        asked.commands.iter().partition(|trial| matches!(trial.way, Way::Tests(_)));
    let open: Vec<&Trial> = of_tests.into_iter().filter(|trial| shown(asked, trial, found).is_none()).collect();
    if !open.is_empty() {
        log.push_str("=== commands on the baseline with the tests ===\n");
        let Some(ran) = run(tests, place, &open, log)? else { return Ok(None) };
        for (trial, ran) in open.iter().zip(ran) {
            let missing = (ran.outcome == Outcome::Passed).then(|| left_out(tests, trial, found)).flatten();
            said.insert(trial.id.clone(), missing.map_or(ran, Said::unclear));
        }
    }
    if !of_others.is_empty() {
        log.push_str("=== commands on the bare baseline ===\n");
        place.lay_baseline(&asked.place)?;
        let Some(ran) = run(tests, place, &of_others, log)? else { return Ok(None) };
        said.extend(of_others.iter().map(|trial| trial.id.clone()).zip(ran));
    }
    Ok(Some(said))
}

/// Runs what failed there with the work laid out, and takes back what fails there too. `false` where it was cancelled.
pub(super) fn hold(tests: &There<'_>, place: &mut Place, said: &mut SaidById, log: &mut String) -> Result<bool> {
    let failed = failed(tests.asked, said);
    if failed.is_empty() {
        return Ok(true);
    }
    let Some(now) = run(tests, place, &failed, log)? else { return Ok(false) };
    for (trial, now) in failed.iter().zip(now) {
        if now.outcome != Outcome::Passed {
            let why = now.why.unwrap_or_default();
            said.insert(trial.id.clone(), Said::unclear(format!("it fails there with the work too: {why}")));
        }
    }
    Ok(true)
}

/// The commands that failed on the baseline.
pub(super) fn failed<'a>(asked: &Asked<'a>, said: &SaidById) -> Vec<&'a Trial> {
    let has_failed = |trial: &&Trial| said.get(&trial.id).is_some_and(|said| said.outcome == Outcome::Failed);
    asked.commands.iter().filter(has_failed).collect()
}

/// What the tests answer, once it is known which of them are red for good.
pub(super) fn by_tests(asked: &Asked<'_>, found: &FoundBySuite, said: &mut SaidById) {
    for trial in asked.commands {
        if said.contains_key(&trial.id) {
            continue;
        }
        let answer = match shown(asked, trial, found) {
            Some((name, class)) => {
                Said { outcome: Outcome::Failed, why: Some(format!("`{name}` is {} there", class.word())) }
            }
            None => Said::unclear("the tests of it that fail there fail with the work too"),
        };
        said.insert(trial.id.clone(), answer);
    }
}

/// A test that is red, and among those a command runs.
fn shown(asked: &Asked<'_>, trial: &Trial, found: &FoundBySuite) -> Option<(String, RedClass)> {
    let mut answers = in_scope(asked, trial)?.into_iter().filter_map(|(suite, name)| {
        let class = found.get(&suite)?.get(&name)?.class;
        Some((name, class))
    });
    answers.find(|(_, class)| class.is_red())
}

/// The tests a command runs on the work; `None` where that is not certain.
fn in_scope(asked: &Asked<'_>, trial: &Trial) -> Option<Vec<(SuiteId, String)>> {
    let Way::Tests(words) = &trial.way else { return None };
    scope(words, workspace_of(words, asked.place.graph)?, asked.checks, asked.now)
}

/// What of the tests a command runs is not there, so that it means nothing that it passes.
fn left_out(tests: &There<'_>, trial: &Trial, found: &FoundBySuite) -> Option<String> {
    let Way::Tests(words) = &trial.way else { return None };
    let asked = tests.asked;
    let workspace = workspace_of(words, asked.place.graph)?;
    let built = covered::named(words, workspace).map(|named| with_dependencies(named, asked.place.graph));
    let is_built = |file: &str| {
        let owner = owner(asked, file);
        built.as_ref().is_none_or(|built| owner.is_none_or(|owner| built.contains(owner)))
    };
    if let Some(odd) = tests.overlay.oddity(is_built) {
        return Some(odd);
    }
    let scope = in_scope(asked, trial);
    let is_its = |suite: &SuiteId, name: &str| match &scope {
        Some(scope) => scope.iter().any(|(its, test)| its == suite && test == name),
        None => covered::may_run(words, workspace, suite, name),
    };
    let mut answers = found.iter().flat_map(|(suite, found)| found.iter().map(move |found| (suite, found)));
    let missing = answers.find(|(suite, (name, found))| {
        matches!(found.class, RedClass::Absent | RedClass::Inconclusive) && is_its(suite, name)
    });
    if let Some((_, (name, found))) = missing {
        return Some(format!("`{name}` is {} there", found.class.word()));
    }
    tests.overlay.is_blanked(is_built).then(|| "what of the tests does not compile there was left out".into())
}

/// These packages with all they are built with.
fn with_dependencies<'a>(named: BTreeSet<&'a str>, graph: &'a Graph) -> BTreeSet<&'a str> {
    let mut all = BTreeSet::new();
    let mut open: Vec<&str> = named.into_iter().collect();
    while let Some(label) = open.pop() {
        if all.insert(label) {
            let package = graph.package(label);
            open.extend(package.into_iter().flat_map(|package| &package.depends).map(|edge| edge.to.as_str()));
        }
    }
    all
}

/// The label of the package a file lies in.
fn owner<'a>(asked: &Asked<'a>, file: &str) -> Option<&'a str> {
    let path = asked.checks.root.join(file);
    let above = asked.place.graph.packages().filter(|package| path.starts_with(&package.folder));
    above.max_by_key(|package| package.folder.as_str().len()).map(|package| package.label.as_str())
}

/// Runs these where they are told to. `None` where it was cancelled.
fn run(tests: &There<'_>, place: &mut Place, trials: &[&Trial], log: &mut String) -> Result<Option<Vec<Said>>> {
    let mut said = Vec::new();
    let ran = tests.in_place(place, |place, request, run| {
        let request = Request { test_timeout: tests.asked.checks.test_timeout, ..*request };
        place.forget_programs(request.graph)?;
        for trial in trials {
            tests.cancel.check()?;
            match one(tests, place, trial, &request, run)? {
                Err(why) => said.push(Said::unclear(why)),
                Ok(None) => return Ok(None),
                Ok(Some(entry)) => {
                    log.push_str(&format!("--- {} ({}) ---\n", entry.command, entry.outcome));
                    if let Some(kept) = &entry.log {
                        let text = crate::check::command::read_some(&place.logs.join(&kept.path))?;
                        log.push_str(&String::from_utf8_lossy(&text));
                    }
                    said.push(Said { outcome: entry.outcome, why: entry.why });
                }
            }
        }
        Ok(Some(()))
    })?;
    Ok(match ran {
        Ok(None) => None,
        Ok(Some(())) => Some(said),
        Err(why) => Some(vec![Said::unclear(format!("cargo cannot read the baseline: {why}")); trials.len()]),
    })
}

/// Runs one. In words why it cannot be run there, `None` where it was cancelled.
fn one(
    tests: &There<'_>,
    place: &Place,
    trial: &Trial,
    request: &Request<'_>,
    run: &Run<'_>,
) -> Result<Result<Option<CommandEntry>, String>> {
    match &trial.way {
        Way::Tests(words) => {
            let Some(workspace) = workspace_of(words, request.graph) else {
                return Ok(Err("there is no workspace there".into()));
            };
            let entry = prescribed(words, &trial.id, workspace, request, &place.surroundings, tests.cancel, run)?;
            Ok(Ok(entry))
        }
        Way::Approved(subject, by) => {
            let surroundings = for_others(place);
            let folder = if subject.cwd == "." { place.root.clone() } else { place.root.join(&subject.cwd) };
            let there = Subject::of(&subject.argv, &place.root, &folder, &surroundings)?;
            // Only these bytes were approved, but where all the payload asks for is: then what it reads may be the baseline's.
            let is_data = |path: &str| {
                let files = [tests.asked.checks.root.join(path), place.root.join(path)];
                *by == By::TrustPayload && !files.iter().any(|file| is_program(file))
            };
            let odd = |file: &&Named, known: &Subject| !known.files.contains(file) && !is_data(&file.path);
            if let Some(file) = subject.files.iter().find(|file| odd(file, &there)) {
                return Ok(Err(format!("`{}` is not there as it was approved", file.path)));
            }
            if let Some(file) = there.files.iter().find(|file| odd(file, subject)) {
                return Ok(Err(format!("`{}` is there, and was not approved", file.path)));
            }
            let entry = approved(&there, *by, &trial.id, request, &surroundings, tests.cancel, run)?;
            Ok(Ok(entry))
        }
    }
}

/// Whether a file is something that is run, rather than read: another one is another command.
fn is_program(file: &Utf8Path) -> bool {
    const ENDINGS: [&str; 9] = ["sh", "bash", "zsh", "py", "rb", "pl", "js", "ps1", "mk"];
    const NAMES: [&str; 4] = ["Makefile", "makefile", "justfile", "Justfile"];
    let has_ending = file.extension().is_some_and(|ending| ENDINGS.contains(&ending));
    let is_called = file.file_name().is_some_and(|name| NAMES.iter().any(|known| name.starts_with(known)));
    let has_interpreter = || std::fs::read(file).is_ok_and(|bytes| bytes.starts_with(b"#!"));
    has_ending || is_called || executable(file).is_some() || has_interpreter()
}

/// What is no call of ours is not built by us, and finds no repository: the next one above is the user's own.
fn for_others(place: &Place) -> Surroundings {
    let mut surroundings = place.surroundings.clone();
    rustc::as_the_user_had_it(&mut surroundings.environment);
    surroundings.environment.insert("GIT_CEILING_DIRECTORIES".into(), place.ceiling().as_str().into());
    surroundings
}
