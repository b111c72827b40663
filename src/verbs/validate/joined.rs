//! Parts of a divided validation -> results as if all of it had been run here.

use super::super::part::logs::{self, Logs};
use super::super::part::{Checks, Parts};
use super::observe::{self, Asked, Observed};
use super::stage::Stage;
use crate::check::{self, Results, SuiteResult, argv};
use crate::claims::Reran;
use crate::error::Result;
use crate::evidence;
use crate::files::sha256;
use crate::payload::entries::{CommandEntry, LogRef, TargetOutcome};
use crate::words::{CheckKind, Outcome, TargetKind};
use crate::workspace::graph::{Graph, Workspace};
use camino::Utf8Path;
use std::collections::BTreeMap;

/// Takes the results from the parts. Of what is prescribed only that is run which our checks were taken to answer when
/// the work was divided, and do not.
pub(super) fn observe(asked: &Asked, stage: &Stage, logs: &Utf8Path, parts: Parts) -> Result<Observed> {
    let Asked { request, read, shelf, .. } = *asked;
    let here = |n| {
        let plan = stage.plan(&request.common, read, shelf, n);
        (stage.question(&request.common, read, &plan), plan)
    };
    let checks = stage.checks(read, &request.tests, logs);
    let parts = parts.checks(here)?;
    let joined = join(parts, &stage.scene.graph, &check::lines(&checks));
    let Joined { mut results, prescribed, reran, logs: texts } = joined;
    logs::write(logs, &texts)?;
    results.tools.toolchain_file = results.tools.toolchain_file.map(|file| read.located.root.join(file));
    let unapproved = observe::prescribed(asked, stage, &checks, &|_| true, &prescribed, &mut results)?;
    let is_steady = observe::settle(asked, &stage.scene, &mut results)?;
    Ok(Observed { results, reran, unapproved, is_steady })
}

/// Command lines by the ids of their commands.
type Lines = BTreeMap<String, Vec<String>>;

/// What all parts together saw.
struct Joined {
    results: Results,
    /// Prescribed commands by their ids.
    prescribed: BTreeMap<String, CommandEntry>,
    reran: Reran,
    logs: Logs,
}

/// Joins them. `lines` are the command lines where nothing is divided.
fn join(parts: Vec<Checks>, graph: &Graph, lines: &Lines) -> Joined {
    let mut results = Results::default();
    let mut prescribed = BTreeMap::new();
    let mut reran = Reran::new();
    let mut of_command: BTreeMap<String, Vec<CommandEntry>> = BTreeMap::new();
    let mut logs = Logs::new();
    for mut part in parts {
        results.tools = part.tools;
        part.logs.retain(|name, _| evidence::is_of_evidence(name));
        for suite in &mut part.suites {
            suite.log = suite.log.take().filter(|name| match part.logs.get(name) {
                Some(text) => logs.insert(name.clone(), text.clone()).is_none(),
                None => false,
            });
        }
        results.suites.extend(part.suites);
        results.diagnostics.extend(part.diagnostics);
        reran.extend(part.reran);
        for mut command in part.commands {
            // What ran to an end wanted nothing.
            let could_not_run = command.outcome == Outcome::CouldNotRun;
            command.wanting = part.wanting.get(&command.id).filter(|_| could_not_run).cloned();
            command.log = command.log.filter(|log| part.logs.contains_key(&log.path));
            if let Some(LogRef { path, .. }) = &command.log {
                // What was looked at in several parts said one thing after the other.
                let (text, said) = (logs.entry(path.clone()).or_default(), &part.logs[path]);
                if !text.ends_with(said.as_str()) {
                    text.push_str(said);
                }
            }
            match command.kind {
                CheckKind::Prescribed => drop(prescribed.insert(command.id.clone(), command)),
                CheckKind::Fmt
                | CheckKind::Clippy
                | CheckKind::Doc
                | CheckKind::Build
                | CheckKind::Test
                | CheckKind::Doctest => of_command.entry(command.id.clone()).or_default().push(command),
            }
        }
    }
    let order = Order::new(graph);
    results.suites.sort_by_cached_key(|suite| (suite.suite.doctest, order.of_suite(suite)));
    check::sort(&mut results.diagnostics);
    results.diagnostics.dedup();
    // Where it does not compile, building is told of the targets, and testing only that it was stopped.
    let is_built: Vec<String> = of_command.keys().filter_map(|id| id.strip_prefix(BUILD)).map(str::to_owned).collect();
    for slug in is_built {
        let tested = of_command.get_mut(&format!("{TEST}{slug}")).map(Vec::as_mut_slice).unwrap_or_default();
        let targets: Vec<TargetOutcome> =
            tested.iter_mut().flat_map(|entry| std::mem::take(&mut entry.targets)).collect();
        if let Some(built) = of_command.get_mut(&format!("{BUILD}{slug}")).and_then(|built| built.first_mut()) {
            built.targets.extend(targets);
        }
    }
    let mut commands: Vec<CommandEntry> =
        of_command.into_values().filter_map(|entries| one(entries, &order, graph, lines)).collect();
    commands.sort_by_cached_key(|command| order.of_command(command));
    for log in commands.iter_mut().filter_map(|command| command.log.as_mut()) {
        let text = logs.get(&log.path).map(String::as_str).unwrap_or_default();
        (log.sha256, log.bytes) = (sha256(text.as_bytes()), text.len() as u64);
    }
    results.commands = commands;
    Joined { results, prescribed, reran, logs }
}

const TEST: &str = "command:test";
const BUILD: &str = "command:build";

/// One entry of those that several parts have of a command.
fn one(mut entries: Vec<CommandEntry>, order: &Order, graph: &Graph, lines: &Lines) -> Option<CommandEntry> {
    // What failed is shown as if one after the other had been looked at.
    entries.sort_by_cached_key(|entry| {
        entry.targets.iter().filter(|target| target.outcome.is_bad()).map(|target| order.of(target)).min()
    });
    let forced = entries.iter().filter(|entry| entry.targets.is_empty());
    let forced: Vec<(Outcome, Option<String>)> = forced.map(|entry| (entry.outcome, entry.why.clone())).collect();
    // Of what could not run something is shown only where nothing failed.
    let has_failed = entries.iter().any(|entry| entry.outcome == Outcome::Failed);
    let shown = entries.iter().filter(|entry| !has_failed || entry.outcome == Outcome::Failed);
    let output: Vec<&str> = shown.filter_map(|entry| entry.output.as_deref()).collect();
    // Findings are told apart by an empty line, failed doctests by none.
    let is_of_doctests = entries.iter().any(|entry| entry.kind == CheckKind::Doctest);
    let between = if is_of_doctests { "\n" } else { "\n\n" };
    let output = (!output.is_empty()).then(|| check::joined_excerpts(&output, between));
    let ended = |entry: &&CommandEntry| entry.exit_code != Some(0);
    let bad = entries.iter().find(ended).or(entries.first())?;
    let (exit_code, signal, timed_out) = (bad.exit_code, bad.signal, bad.timed_out);
    let duration_ms = entries.iter().map(|entry| entry.duration_ms).fold(0, u64::saturating_add);
    let cached = entries.iter().all(|entry| entry.cached);
    let mut targets: Vec<TargetOutcome> = entries.iter().flat_map(|entry| &entry.targets).cloned().collect();
    targets.sort_by_cached_key(|target| order.of(target));
    let told = targets.iter().map(|target| (target.outcome, target.why.clone()));
    let told: Vec<(Outcome, Option<String>)> = told.chain(forced).collect();
    let outcome = Outcome::of_all(told.iter().map(|(outcome, _)| *outcome));
    let why = told.into_iter().find(|(known, _)| *known == outcome).and_then(|(_, why)| why);
    let wanting = entries.iter().find_map(|entry| entry.wanting.clone()).filter(|_| outcome == Outcome::CouldNotRun);
    let log = entries.iter().find_map(|entry| entry.log.clone());
    let mut whole = entries.swap_remove(0);
    let of_fmt = (whole.kind == CheckKind::Fmt).then(|| words_of_fmt(&targets, graph)).flatten();
    if let Some(argv) = of_fmt.or_else(|| lines.get(&whole.id).cloned()) {
        whole.argv = argv;
        whole.command = argv::display(&whole.argv);
    }
    Some(CommandEntry {
        outcome,
        why: why.filter(|_| outcome != Outcome::Passed),
        exit_code,
        signal,
        timed_out,
        wanting,
        duration_ms,
        cached,
        targets,
        output: output.filter(|_| outcome.is_bad()),
        log,
        ..whole
    })
}

/// The whole question, of which each part was asked a part: one target stands for each package.
fn words_of_fmt(targets: &[TargetOutcome], graph: &Graph) -> Option<Vec<String>> {
    let first = targets.first()?;
    let workspace = graph.workspaces.iter().find(|workspace| place(workspace, &first.package).is_some())?;
    let asked = workspace.packages.iter().filter(|package| targets.iter().any(|t| t.package == package.label));
    let names: Vec<&str> = asked.map(|package| package.cargo.name.as_str()).collect();
    let argv = argv::fmt((names.len() < workspace.packages.len()).then_some(names.as_slice()), true);
    Some(argv.iter().map(|word| word.to_string_lossy().into_owned()).collect())
}

fn place(workspace: &Workspace, label: &str) -> Option<usize> {
    workspace.packages.iter().position(|package| package.label == label)
}

/// The order in which everything comes where all of it is run here.
struct Order<'a> {
    graph: &'a Graph,
}

/// Workspace, package, target.
type Place = (usize, usize, usize);

impl<'a> Order<'a> {
    const fn new(graph: &'a Graph) -> Self {
        Self { graph }
    }

    fn at(&self, label: &str, kind: TargetKind, name: &str) -> Place {
        let mut workspaces = self.graph.workspaces.iter().enumerate();
        let found = workspaces.find_map(|(index, workspace)| {
            let package = place(workspace, label)?;
            let mut targets = workspace.packages[package].targets.iter();
            let target = targets.position(|target| target.id.kind == kind && target.id.name == name);
            Some((index, package, target.unwrap_or(usize::MAX)))
        });
        found.unwrap_or((usize::MAX, usize::MAX, usize::MAX))
    }

    fn of(&self, target: &TargetOutcome) -> Place {
        self.at(&target.package, target.kind, &target.name)
    }

    fn of_suite(&self, suite: &SuiteResult) -> Place {
        let id = &suite.suite.target;
        self.at(&id.package, id.kind, &id.name)
    }

    /// One workspace after the other, and in each as they are run.
    fn of_command(&self, command: &CommandEntry) -> (usize, u8, Place, String) {
        let kind = match command.kind {
            CheckKind::Fmt => 0,
            CheckKind::Clippy => 1,
            CheckKind::Doc => 2,
            CheckKind::Test => 3,
            CheckKind::Build => 4,
            CheckKind::Doctest => 5,
            CheckKind::Prescribed => 6,
        };
        // One without targets stands where others of its workspace would: its folder tells.
        let place = command.targets.first().map(|target| self.of(target));
        let folder = |workspace: &Workspace| workspace.root.as_str().ends_with(command.cwd.trim_start_matches("./"));
        let of_folder = || self.graph.workspaces.iter().position(folder).unwrap_or_default();
        let workspace = place.map_or_else(of_folder, |(workspace, ..)| workspace);
        (workspace, kind, place.unwrap_or_default(), command.id.clone())
    }
}

#[cfg(test)]
mod tests;
