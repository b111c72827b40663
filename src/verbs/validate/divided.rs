//! `--partition K/N`: checks one share of what an undivided validation would check, and writes what came of it as a part.

use super::super::closing;
use super::super::part::{Checks, MOST_PARTS, Nothing, Part, Seen, logs};
use super::super::reports;
use super::super::scene;
use super::observe::{self, Asked, Observed};
use super::stage::Stage;
use super::{Request, Require};
use crate::answers::{Closing, ValidateAnswer};
use crate::cancel::Cancel;
use crate::check::Tools;
use crate::error::{Code, Error, Result};
use crate::files;
use crate::git::Git;
use crate::standing;
use crate::surroundings::Surroundings;
use crate::words::{Level, some_of};
use camino::{Utf8Path, Utf8PathBuf};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeSet;
use std::num::NonZeroUsize;

/// Which share, and where what comes of it goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Partition {
    /// The number of the share, from 1.
    pub part: NonZeroUsize,
    /// How many shares there are.
    pub of: NonZeroUsize,
    /// The file the part is written to.
    pub output: String,
}

impl Partition {
    /// The file, absolute.
    fn file(&self, surroundings: &Surroundings) -> Utf8PathBuf {
        surroundings.absolute(Utf8Path::new(&self.output))
    }
}

/// A part only checks: what is judged is judged where all parts are joined.
pub(super) fn check(request: &Request, partition: &Partition) -> Result<()> {
    let Partition { part, of, .. } = partition;
    if MOST_PARTS < of.get() || of < part {
        return Err(Error::new(Code::Usage, format!("there is no part {part} of {of}"))
            .hint(format!("`--partition K/N`, K from 1 to N and N at most {MOST_PARTS}")));
    }
    if request.level() != Level::Checks {
        let why = if request.level() < Level::Checks {
            "runs nothing that could be divided"
        } else {
            "runs tests on the baseline too, and that is not divided"
        };
        let message = format!("`--partition` divides level V4, and {} {why}", request.level().name());
        return Err(Error::new(Code::Usage, message).hint("leave out `--level`, or leave out `--partition`"));
    }
    let judged = [
        (request.record, "--record"),
        (request.decide.is_some(), "--decide"),
        (request.against.is_some() && request.changed_only.is_none(), "--against"),
        (!request.deny.is_empty(), "--deny"),
        (request.require != Require::default(), "--require"),
        (!request.reports.is_empty(), "--report"),
    ];
    let judged: Vec<&str> = judged.into_iter().filter(|(is_asked, _)| *is_asked).map(|(_, flag)| flag).collect();
    if judged.is_empty() {
        return Ok(());
    }
    let message = format!("a part only checks; `{}` is for where the parts are joined", judged.join("`, `"));
    Err(Error::new(Code::Usage, message).hint(format!("cargo handoff merge {} PART...", judged.join(" "))))
}

/// Nothing of a handoff or of git is written over.
pub(super) fn keep_off(partition: &Partition, payload: Option<&Utf8Path>, surroundings: &Surroundings) -> Result<()> {
    let place = reports::place(&partition.file(surroundings));
    let is_payload = payload.is_some_and(|payload| files::real(payload) == place);
    let why = is_payload.then_some("would take the place of the payload").or_else(|| reports::is_taken(&place));
    why.map_or(Ok(()), |why| {
        Err(Error::new(Code::Usage, format!("the part `{}` {why}", partition.output)).hint(reports::ELSEWHERE))
    })
}

/// A file among the work would be a change of it.
pub(super) fn out_of_the_way(file: &Utf8Path, surroundings: &Surroundings, cancel: &Cancel) -> Result<()> {
    let git = Git::open(&surroundings.folder, surroundings, cancel)?;
    let (real, top) = (files::real(file), files::real(git.top()));
    // Another folder of this name is the work's.
    let is_ours = |folder: &Utf8Path| folder.file_name() == Some("handoff") && folder.join("payload.json").is_file();
    let is_free = match real.strip_prefix(&top) {
        Ok(below) => {
            real.ancestors().skip(1).take_while(|folder| folder.starts_with(&top)).any(is_ours)
                || git.passes_over(&git.top().join(below))?
        }
        Err(_) => true,
    };
    if is_free {
        return Ok(());
    }
    let name = file.file_name().unwrap_or("part.json");
    Err(Error::new(Code::Usage, format!("the part `{file}` would lie among the files of the work, and change them"))
        .hint(format!("put it where git looks away, or outside of the repository: `target/{name}`")))
}

/// Checks the share, and writes the part.
pub(super) fn run(asked: &Asked, partition: &Partition) -> Result<ValidateAnswer> {
    let Asked { request, read, shelf, context, cancel, run, .. } = *asked;
    let Partition { part, of, .. } = *partition;
    let common = &request.common;
    let stage = Stage::set(common, read, context, cancel, run)?;
    let scene = &stage.scene;
    scene::tell(scene, &read.payload.steps, run);
    let plan = stage.plan(common, read, shelf, of);
    let share = plan.share(part).cloned().unwrap_or_default();
    let folder = observe::logs(scene, run)?;
    let Observed { results, reran, .. } =
        observe::here(asked, &stage, &folder, &|what| share.has(what), Some(&share.packages()))?;
    let of_suites = results.suites.iter().map(|suite| &suite.suite.target.package);
    let of_commands = results.commands.iter().flat_map(|command| &command.targets).map(|target| &target.package);
    let packages: BTreeSet<String> = of_suites.chain(of_commands).cloned().collect();
    let problems = closing::problems(&results, &scene::shown(&folder, context));
    let exit = if standing::checks_held(&results) { 0 } else { Code::CheckFailed.exit() };
    let answer = ValidateAnswer {
        note: Some(note(partition, &packages)),
        rows: closing::rows(&results),
        closing: Closing {
            open: problems.iter().map(|problem| format!("{}: {}", problem.what, problem.why)).collect(),
            ..ending(partition, exit)
        },
        problems,
        baseline: scene.baseline_in_words(),
        ..ValidateAnswer::bare(closing::plain("validate", Vec::new()), scene::shown(&read.located.payload, context))
    };
    let (commands, suites) = (results.commands, results.suites);
    let wanting = commands.iter().filter_map(|command| Some((command.id.clone(), command.wanting.clone()?))).collect();
    let of_suites = suites.iter().filter_map(|suite| Some((suite.log.as_deref()?, suite.outcome.is_bad())));
    let of_commands =
        commands.iter().filter_map(|command| Some((command.log.as_ref()?.path.as_str(), command.outcome.is_bad())));
    let logs = logs::read(&folder, of_suites.chain(of_commands))?;
    // Where it lies is so on this machine only.
    let root = &read.located.root;
    let toolchain_file = results.tools.toolchain_file.as_ref().and_then(|file| file.strip_prefix(root).ok());
    let toolchain_file = toolchain_file.map(Utf8Path::to_owned);
    let seen = Checks {
        question: stage.question(common, read, &plan),
        tools: Tools { sysroot_libdir: None, toolchain_file, ..results.tools },
        packages,
        commands,
        suites,
        logs,
        diagnostics: results.diagnostics,
        reran,
        wanting,
    };
    let head = scene.snapshot.git().head();
    Part::new(part, of, head, Seen::Checks(Box::new(seen))).write(&partition.file(&context.surroundings))?;
    Ok(answer)
}

/// Writes a part that says that the range touches no payload there is.
pub(super) fn nothing(
    partition: &Partition,
    asked: Nothing,
    whole: ValidateAnswer,
    git: &Git,
    surroundings: &Surroundings,
) -> Result<ValidateAnswer> {
    let said = whole.note.unwrap_or_default();
    Part::new(partition.part, partition.of, git.head(), Seen::Nothing(asked)).write(&partition.file(surroundings))?;
    Ok(ValidateAnswer {
        note: Some(format!("{}; {said}", numbered(partition))),
        closing: ending(partition, 0),
        ..ValidateAnswer::bare(closing::plain("validate", Vec::new()), String::new())
    })
}

fn numbered(partition: &Partition) -> String {
    format!("part {} of {}", partition.part, partition.of)
}

fn note(partition: &Partition, packages: &BTreeSet<String>) -> String {
    let names: Vec<String> = packages.iter().cloned().collect();
    let checked = match names.as_slice() {
        [] => "no package is left for it".to_owned(),
        [one] => format!("1 package checked: {one}"),
        many => format!("{} packages checked: {}", many.len(), some_of(many)),
    };
    format!("{}, {checked}; claims are judged where all parts are joined", numbered(partition))
}

fn ending(partition: &Partition, exit: u8) -> Closing {
    let next = closing::next(
        format!("cargo handoff merge {}", if partition.of.get() == 1 { &partition.output } else { "PART..." }),
        "join all parts, and hold the claims against what they saw",
    );
    Closing { outcome: closing::ending(exit), exit, ..closing::plain("validate", vec![next]) }
}
