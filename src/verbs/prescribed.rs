//! The commands a payload prescribes: what is to become of each, who is asked, and running those that may run.

use super::closing;
use super::request::{Common, Context};
use super::scene::Read;
use crate::answers::Next;
use crate::approval::subject::Subject;
use crate::approval::{Rules, Ruling};
use crate::cancel::Cancel;
use crate::check::red::{self, Trial, Way};
use crate::check::{self, Results};
use crate::error::Result;
use crate::event::Run;
use crate::payload::entries::CommandEntry;
use crate::payload::model::Prescribed;
use crate::report::escape;
use crate::words::Outcome;
use crate::workspace::graph::find_manifests;
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::{BTreeMap, BTreeSet};

/// Why nothing that may not run was run.
pub(super) const NOT_APPROVED: &str = "not approved";

/// What did not run for want of an approval.
#[derive(Default)]
pub(super) struct Unapproved {
    /// The ids of those that can be approved.
    pub(super) ids: Vec<String>,
    /// How many can be approved by nobody, because they need a shell.
    pub(super) n_refused: usize,
}

/// The commands at hand: all, or those that serve the chosen steps.
pub(super) fn at_hand<'a>(
    read: &'a Read,
    common: &'a Common,
    chosen: &'a BTreeSet<String>,
) -> impl Iterator<Item = &'a Prescribed> {
    let is_chosen = |ids: &[String]| ids.iter().any(|id| chosen.contains(id));
    read.payload.prescribed.iter().filter(move |prescribed| {
        let of_scenarios = read.payload.scenarios.iter().filter(|one| prescribed.scenarios.contains(&one.id));
        common.steps.is_empty()
            || is_chosen(&prescribed.steps)
            || of_scenarios.into_iter().any(|scenario| is_chosen(&scenario.steps))
    })
}

/// Where a command that needs approval runs: the payload's root; for cargo the workspace's, where that lies below.
/// Nothing is started to find out.
pub(super) fn folder(command: &str, root: &Utf8Path, common: &Common, context: &Context) -> Utf8PathBuf {
    let is_cargo = command.trim_start().starts_with("cargo");
    if !is_cargo || root.join("Cargo.toml").is_file() {
        return root.to_owned();
    }
    let surroundings = &context.surroundings;
    let manifests = find_manifests(&surroundings.folder, root, &common.manifests(surroundings)).unwrap_or_default();
    let first = manifests.first().and_then(|manifest| manifest.parent());
    let above = first.map(|folder| folder.ancestors().take_while(|above| above.starts_with(root)));
    let with_manifest = above.into_iter().flatten().filter(|folder| folder.join("Cargo.toml").is_file());
    with_manifest.last().unwrap_or(root).to_owned()
}

/// Asks for each command that nobody approved yet, where there is somebody to ask.
pub(super) fn ask<'a>(
    commands: impl Iterator<Item = &'a Prescribed>,
    rules: &mut Rules,
    read: &Read,
    common: &Common,
    context: &Context,
    cancel: &Cancel,
    run: &Run,
) -> Result<()> {
    let root = &read.located.root;
    if !context.consent.is_there() {
        return Ok(());
    }
    let mut asked = BTreeSet::new();
    for prescribed in commands {
        cancel.check()?;
        let folder = folder(&prescribed.command, root, common, context);
        let ruling = rules.ruling(&prescribed.command, &folder, &context.surroundings);
        let Ok(Ruling::NeedsApproval(subject)) = ruling else { continue };
        if !asked.insert(subject.digest()) {
            continue;
        }
        let text = format!("{}\n{}", prescribed.id(), described(&subject, prescribed, context));
        if context.consent.agrees(&text, cancel)
            && let Err(error) = rules.agree(&subject, &context.surroundings.now())
        {
            run.warn(format!("approved for this run only: {}", error.message));
        }
    }
    cancel.check()
}

/// Exactly what would be approved, line by line, with nothing in it that could drive a terminal.
pub(super) fn described(subject: &Subject, prescribed: &Prescribed, context: &Context) -> String {
    let mut lines: Vec<String> =
        subject.argv.iter().enumerate().map(|(index, word)| format!("argv[{index}]  {}", escape::word(word))).collect();
    lines.push(format!("cwd      {}", escape::line(&subject.cwd)));
    lines.push("env      yours, without tokens; nothing is set".to_owned());
    lines.push(match subject.program(&context.surroundings) {
        None => "program  there is none of this name".to_owned(),
        Some(program) if subject.is_own(&program) => {
            format!("program  {} (lies in the repository)", escape::line(program.as_str()))
        }
        Some(program) => format!("program  {} (outside of the repository)", escape::line(program.as_str())),
    });
    for file in &subject.files {
        lines.push(format!("file     {} sha256 {}", escape::line(&file.path), file.sha256));
    }
    lines.extend(
        prescribed.wishes.iter().map(|wish| format!("says     {} (shown, not acted upon)", escape::line(wish))),
    );
    lines.iter().map(|line| format!("    {line}\n")).collect()
}

/// What to type so that these run next time.
pub(super) fn to_approve(ids: &[String]) -> Option<Next> {
    const MOST: usize = 4;
    let is_odd = |id: &String| matches!(escape::line(id), std::borrow::Cow::Owned(_));
    let words = shlex::try_join(ids.iter().map(String::as_str)).ok();
    let words = words.filter(|_| ids.len() <= MOST && !ids.iter().any(is_odd));
    match (ids, words) {
        ([], _) => None,
        (_, Some(words)) => {
            let why = "show exactly what would run, and approve it";
            Some(closing::next(format!("cargo handoff trust {words}"), why))
        }
        (_, None) => Some(closing::next("cargo handoff trust", "see what would run, and how to approve it")),
    }
}

/// What is needed to run them.
pub(super) struct Asked<'a> {
    pub(super) read: &'a Read,
    pub(super) common: &'a Common,
    pub(super) rules: &'a Rules,
    pub(super) checks: &'a check::Request<'a>,
    pub(super) context: &'a Context,
    /// What came of some of them elsewhere, by their ids: these are not run.
    pub(super) known: &'a BTreeMap<String, CommandEntry>,
}

/// Runs those that may run and records all of them, behind the checks: what those cover is pointed at. Stops where
/// somebody cancels.
pub(super) fn run<'a>(
    commands: impl Iterator<Item = &'a Prescribed>,
    asked: &Asked,
    results: &mut Results,
    cancel: &Cancel,
    run: &Run,
) -> Result<Unapproved> {
    let mut unapproved = Unapproved::default();
    if results.interrupted.is_some() {
        return Ok(unapproved);
    }
    for prescribed in commands {
        if let Some(signal) = cancel.signal() {
            results.interrupted = Some(signal);
            break;
        }
        match one(prescribed, asked, results, &mut unapproved, cancel, run)? {
            Some(entry) => results.commands.push(entry),
            None => {
                results.interrupted = cancel.signal();
                break;
            }
        }
    }
    Ok(unapproved)
}

fn one(
    prescribed: &Prescribed,
    asked: &Asked,
    results: &Results,
    unapproved: &mut Unapproved,
    cancel: &Cancel,
    run: &Run,
) -> Result<Option<CommandEntry>> {
    let Asked { read, common, rules, checks, context, known } = asked;
    let (id, surroundings) = (prescribed.id(), &context.surroundings);
    let folder = folder(&prescribed.command, &read.located.root, common, context);
    let known = known.get(&id);
    let not_run = |argv: &[String], outcome: Outcome, why: &str| {
        check::not_run(&id, (&prescribed.command, argv), (outcome, why), checks, surroundings, run)
    };
    // Ruled upon just before it would run: the checks before it may have changed a byte.
    let ruling = match rules.ruling(&prescribed.command, &folder, surroundings) {
        Ok(ruling) => ruling,
        // What nobody can look at nobody can approve; it keeps nothing else from being recorded.
        Err(error) => {
            unapproved.n_refused += 1;
            return Ok(Some(not_run(&[], Outcome::NotRun, &format!("it cannot be looked at: {error}"))));
        }
    };
    // Elsewhere something else may be approved. What all our checks answer is known only here.
    if let Some(known) = known.filter(|_| !matches!(ruling, Ruling::Unasked(_))) {
        unapproved.ids.extend((known.why.as_deref() == Some(NOT_APPROVED)).then_some(id));
        return Ok(Some(known.clone()));
    }
    Ok(match ruling {
        Ruling::Refused { why, hint } => {
            unapproved.n_refused += 1;
            Some(not_run(&[], Outcome::NotRun, &format!("{why}: {hint}")))
        }
        Ruling::Writes(argv) => {
            let why = "it would write into the sources; `cargo fmt --check` only looks";
            Some(not_run(&argv, Outcome::NotRun, why))
        }
        Ruling::NeedsApproval(subject) => {
            unapproved.ids.push(id.clone());
            Some(not_run(&subject.argv, Outcome::NotRun, NOT_APPROVED))
        }
        Ruling::Approved(subject, by) => check::approved(&subject, by, &id, checks, surroundings, cancel, run)?,
        Ruling::Unasked(words) => {
            let Some(workspace) = red::workspace_of(&words, checks.graph) else { return Ok(None) };
            match check::covered(&words, workspace, checks, results) {
                Some((outcome, why)) => Some(not_run(&words, outcome, &why)),
                None if known.is_some() => known.cloned(),
                None => check::prescribed(&words, &id, workspace, checks, surroundings, cancel, run)?,
            }
        }
    })
}

/// Those that passed, may run, and could tell the baseline from the work: a `cargo test`, and what was approved. What only
/// formats, lints or compiles passes on every sound baseline.
pub(super) fn trials<'a>(
    commands: impl Iterator<Item = &'a Prescribed>,
    asked: &Asked,
    results: &Results,
) -> Vec<Trial> {
    let Asked { read, common, rules, context, .. } = asked;
    let has_passed =
        |id: &str| results.commands.iter().any(|command| command.id == id && command.outcome == Outcome::Passed);
    let trial = |prescribed: &Prescribed| {
        let id = prescribed.id();
        let folder = folder(&prescribed.command, &read.located.root, common, context);
        let way = match rules.ruling(&prescribed.command, &folder, &context.surroundings).ok()? {
            Ruling::Unasked(words) => Way::Tests(words),
            Ruling::Approved(subject, by) => Way::Approved(subject, by),
            Ruling::Writes(_) | Ruling::Refused { .. } | Ruling::NeedsApproval(_) => return None,
        };
        let could_tell = match &way {
            Way::Tests(words) => words.get(1).is_some_and(|verb| verb == "test"),
            Way::Approved(subject, _) => !only_looks(&subject.argv),
        };
        (could_tell && has_passed(&id)).then_some(Trial { id, way })
    };
    commands.filter_map(trial).collect()
}

/// Whether words are those of a cargo command that formats, lints or compiles and runs nothing.
fn only_looks(argv: &[String]) -> bool {
    let mut words = argv.iter().map(String::as_str);
    let is_cargo = words.next() == Some("cargo");
    let verb = words.find(|word| !word.starts_with(['+', '-']));
    is_cargo && verb.is_some_and(|verb| ["fmt", "clippy", "check", "build", "doc"].contains(&verb))
}
