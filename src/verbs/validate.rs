//! Holds every claim of the payload against its records, the tree and checks that are run again. Writes nothing unless asked.

mod blobs;
mod again;
mod levels;
mod red;
mod against;
mod answer;
mod acceptance;
mod clean;
mod stage;
mod observe;
mod joined;
mod divided;
mod touched;
mod work;

use super::audited::{self, Denied};
use super::closing;
use super::memo::{self, Recorder, Told};
use super::part::Parts;
use super::past::{self, Past};
use super::reports::{self, Of, Wanted};
use super::request::{Common, Context, Tests};
use super::scene::{self, Read};
use crate::answers::ValidateAnswer;
use crate::cancel::Cancel;
use crate::claims::Shelf;
use crate::error::{Code, Error, Result};
use crate::event::{Event, Run, Watch};
use crate::report::dossier::{Dossier, Fresh, Judged, Ran};
use crate::words::Level;
pub use acceptance::{Decide, Decided};
use camino::{Utf8Path, Utf8PathBuf};
pub use clean::Clean;
pub use divided::Partition;
use observe::Asked;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
pub(super) use stage::Stage;
pub(super) use touched::the_one;
use work::Source;

/// What is enough.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Require {
    /// That no claim is contradicted.
    #[default]
    NotContradicted,
    /// That every recorded check was run again and came to the same.
    Reproduced,
    /// That every claim is confirmed.
    Confirmed,
}

impl Require {
    /// As it is typed.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::NotContradicted => "not-contradicted",
            Self::Reproduced => "reproduced",
            Self::Confirmed => "confirmed",
        }
    }
}

/// What `validate` is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// What most verbs are asked.
    pub common: Common,
    /// How tests are to be run.
    pub tests: Tests,
    /// Whether to run everything anew, whatever this machine saw pass before.
    pub fresh: bool,
    /// How closely to look; [`Level::Checks`] where `None`.
    pub level: Option<Level>,
    /// What is enough.
    pub require: Require,
    /// Whether to write what was seen into `qaFindings`.
    pub record: bool,
    /// What a person decides about acceptance; it is written too.
    pub decide: Option<Decide>,
    /// Whether to look at HEAD as committed, in a fresh folder.
    pub clean: Option<Clean>,
    /// The kinds of findings that are no better than a check that failed.
    pub deny: Vec<Denied>,
    /// A revision whose payload nothing may have been deleted from.
    pub against: Option<String>,
    /// Judge only the payloads this range touches: `A..B`, a base, or empty where it is to be found.
    pub changed_only: Option<String>,
    /// Check one share of it, and write what came of that.
    pub partition: Option<Partition>,
    /// The reports to make, however it ends. They change nothing of the answer.
    #[serde(skip_serializing)]
    pub reports: Vec<Wanted>,
}

impl Request {
    /// How closely to look.
    fn level(&self) -> Level {
        self.level.unwrap_or(Level::Checks)
    }

    /// Whether the same answer may be given again: nothing is written, and what lies in `handoff/` at another revision
    /// is in no key.
    const fn is_repeatable(&self) -> bool {
        !self.writes() && self.against.is_none()
    }

    /// Whether a person accepts the work.
    fn approves(&self) -> bool {
        self.decide.as_ref().is_some_and(|decide| decide.to == Decided::Approved)
    }

    /// Whether anything is written into the payload.
    const fn writes(&self) -> bool {
        self.record || self.decide.is_some()
    }
}

/// Holds the claims against reality. The tree is left as it was: cargo runs `--locked`, a lock file that was
/// not there is removed again, and logs lie under the target folder.
///
/// # Errors
/// Everything of the contract's exit codes that is not an outcome: 65, 66, 74, 78, 102, 103, 106, signals.
pub fn run(request: &Request, context: &Context, cancel: &Cancel, watch: &dyn Watch) -> Result<ValidateAnswer> {
    acceptance::check(request)?;
    if let Some(partition) = &request.partition {
        divided::check(request, partition)?;
        divided::keep_off(partition, None, &context.surroundings)?;
        let file = context.surroundings.absolute(Utf8Path::new(&partition.output));
        divided::out_of_the_way(&file, &context.surroundings, cancel)?;
    }
    if request.level() < Level::Checks && !request.common.steps.is_empty() {
        return Err(Error::new(Code::Usage, "`--step` chooses among checks, and the levels 0 to 3 run none")
            .hint("leave `--step` out, or ask for `--level 4`"));
    }
    reports::check(&request.reports, context)?;
    reports::out_of_the_way(&request.reports, context, cancel)?;
    let run = Run::new(context.surroundings.now_as_name(), watch);
    let (answer, dossiers) = match &request.changed_only {
        Some(range) => touched::run(range, request, context, cancel, &run, &|one| judge(one, context, cancel, watch)),
        None => match judge(request, context, cancel, watch) {
            Ok((answer, dossier)) => (Ok(answer), dossier.into_iter().collect()),
            Err(error) => return Err(reports::of_error("validate", error, &request.reports, context, &run)),
        },
    };
    with_reports(answer, &dossiers, request, context, &run)
}

/// The same with what other machines saw of their shares, in place of checks that are run here.
pub(super) fn join(
    request: &Request,
    files: &[String],
    context: &Context,
    cancel: &Cancel,
    watch: &dyn Watch,
) -> Result<ValidateAnswer> {
    acceptance::check(request)?;
    reports::check(&request.reports, context)?;
    reports::out_of_the_way(&request.reports, context, cancel)?;
    let cancel = &request.tests.in_time(cancel);
    let run = Run::new(context.surroundings.now_as_name(), watch);
    joined_here(request, files, context, cancel, &run)
        .map_err(|error| reports::of_error("merge", error, &request.reports, context, &run))
}

fn joined_here(
    request: &Request,
    files: &[String],
    context: &Context,
    cancel: &Cancel,
    run: &Run,
) -> Result<ValidateAnswer> {
    let surroundings = &context.surroundings;
    let paths: Vec<Utf8PathBuf> = files.iter().map(|file| surroundings.absolute(Utf8Path::new(file))).collect();
    let parts = Parts::read(files.iter().map(String::as_str).zip(paths.iter().map(Utf8PathBuf::as_path)));
    if let Some(asked) = parts.nothing()? {
        let (answer, dossiers) = touched::again(asked, parts.head(), request, context, cancel, run)?;
        return with_reports(Ok(answer), &dossiers, request, context, run);
    }
    for file in paths.iter().filter(|file| file.is_file()) {
        divided::out_of_the_way(file, surroundings, cancel)?;
    }
    let read = scene::read(&request.common, context)?;
    reports::keep_off(&request.reports, &read.located, context)?;
    scene::pass_gate(&read)?;
    let payload = scene::shown(&read.located.payload, context);
    run.tell(Event::VerbStarted { verb: "merge".into(), payload: Some(payload) });
    let shelf = Shelf::read(read.located.folder(), &read.payload);
    let past = Past::look(&request.common, &read.located.root, context, cancel)?;
    let asked = Asked { request, read: &read, shelf: &shelf, past: &past, context, cancel, run };
    let work::Done { mut answer, edits, ran, .. } = work::with_checks(&asked, Source::Parts(parts))?;
    acceptance::save(&read, &edits, &mut answer, context, run)?;
    past.sight.save();
    let dossier = reported(request, &read, &shelf, &answer, ran.as_ref(), context)?;
    with_reports(Ok(answer), dossier.as_slice(), request, context, run)
}

/// The answer with the reports of it that are wanted.
fn with_reports(
    answer: Result<ValidateAnswer>,
    dossiers: &[Dossier],
    request: &Request,
    context: &Context,
    run: &Run,
) -> Result<ValidateAnswer> {
    if dossiers.is_empty() || request.reports.is_empty() {
        return answer; // nobody wants a report, or there is nothing to report of
    }
    // Of several payloads each is reported, whatever came of the others.
    let made = reports::make(&request.reports, dossiers, context, run);
    let mut answer = answer?;
    answer.reports = made;
    closing::reported(&mut answer.closing, &answer.reports);
    Ok(answer)
}

/// Judges one payload. With what is to be reported of it, where reports are wanted.
fn judge(
    request: &Request,
    context: &Context,
    cancel: &Cancel,
    watch: &dyn Watch,
) -> Result<(ValidateAnswer, Option<Dossier>)> {
    let cancel = &request.tests.in_time(cancel);
    let recorder = Recorder::new(watch);
    let run = Run::new(context.surroundings.now_as_name(), &recorder);
    let read = scene::read(&request.common, context)?;
    reports::keep_off(&request.reports, &read.located, context)?;
    if let Some(partition) = &request.partition {
        divided::keep_off(partition, Some(&read.located.payload), &context.surroundings)?;
    }
    scene::pass_gate(&read)?;
    let payload = scene::shown(&read.located.payload, context);
    run.tell(Event::VerbStarted { verb: "validate".into(), payload: Some(payload) });
    match request.clean {
        None => here(request, &read, context, cancel, &recorder, &run),
        Some(how) => elsewhere(request, how, &read, context, cancel, &run),
    }
}

/// Holds the claims of HEAD's payload against HEAD's files, laid out in a fresh folder.
fn elsewhere(
    request: &Request,
    how: Clean,
    read: &Read,
    context: &Context,
    cancel: &Cancel,
    run: &Run,
) -> Result<(ValidateAnswer, Option<Dossier>)> {
    run.remark(
        "`--clean` judges HEAD as committed in a fresh folder: what was built before does not count, so it is slower",
    );
    let laid = clean::lay_out(read, how, &request.common, context, cancel)?;
    let there = scene::read(&laid.common, &laid.context)?;
    scene::pass_gate(&there)?;
    if request.writes() && there.document.text() != read.document.text() {
        return Err(Error::new(Code::Usage, "`--clean` judged HEAD's payload, and the one here is another")
            .hint("commit the payload first, then record what `--clean` saw"));
    }
    let inside = &Request { common: laid.common.clone(), ..request.clone() };
    let shelf = Shelf::read(there.located.folder(), &there.payload);
    let work::Done { mut answer, edits, ran, .. } = if request.level() < Level::Checks {
        work::without_checks(inside, &there, &shelf, &laid.context, cancel, run)?
    } else {
        let past = Past::look(&inside.common, &there.located.root, &laid.context, cancel)?;
        let context = &laid.context;
        let asked = Asked { request: inside, read: &there, shelf: &shelf, past: &past, context, cancel, run };
        match &request.partition {
            Some(partition) => return Ok((without_logs(divided::run(&asked, partition)?), None)),
            None => work::with_checks(&asked, Source::Here)?,
        }
    };
    answer = without_logs(answer);
    acceptance::save(read, &edits, &mut answer, context, run)?;
    let there = Read { located: read.located.clone(), ..there };
    let dossier = reported(request, &there, &shelf, &answer, ran.as_ref(), context)?;
    Ok((answer, dossier))
}

/// The logs are gone with the folder.
fn without_logs(mut answer: ValidateAnswer) -> ValidateAnswer {
    answer.problems.iter_mut().for_each(|problem| problem.log = None);
    answer
}

/// Holds the claims of the payload that lies here against the working tree.
fn here(
    request: &Request,
    read: &Read,
    context: &Context,
    cancel: &Cancel,
    recorder: &Recorder,
    run: &Run,
) -> Result<(ValidateAnswer, Option<Dossier>)> {
    let shelf = Shelf::read(read.located.folder(), &read.payload);
    let Lasting { answer, ran } = lasting(request, read, &shelf, context, cancel, recorder, run)?;
    let dossier = reported(request, read, &shelf, &answer, ran.as_ref(), context)?;
    Ok((answer, dossier))
}

/// An answer, and what was run for it: kept together, so that reports of it can be made at any time.
#[derive(Serialize, Deserialize)]
struct Lasting {
    answer: ValidateAnswer,
    ran: Option<Ran>,
}

/// The answer, found anew or known.
fn lasting(
    request: &Request,
    read: &Read,
    shelf: &Shelf,
    context: &Context,
    cancel: &Cancel,
    recorder: &Recorder,
    run: &Run,
) -> Result<Lasting> {
    if request.level() < Level::Checks {
        let work::Done { mut answer, edits, ran, .. } =
            work::without_checks(request, read, shelf, context, cancel, run)?;
        acceptance::save(read, &edits, &mut answer, context, run)?;
        return Ok(Lasting { answer, ran });
    }
    let past = Past::look(&request.common, &read.located.root, context, cancel)?;
    let one = Asked { request, read, shelf, past: &past, context, cancel, run };
    if let Some(partition) = &request.partition {
        let answer = divided::run(&one, partition)?;
        past.sight.save();
        return Ok(Lasting { answer, ran: None });
    }
    // Git does not show what lies in `handoff/runs/`.
    let question = Question { request, evidence: shelf.digest() };
    let asked = past.asked("validate", &question, &request.common, &read.located.payload);
    let is_new = request.fresh || !request.is_repeatable();
    let known: Option<Lasting> = if is_new { None } else { memo::recall(&asked, run)? };
    if let Some(known) = known {
        return Ok(known);
    }
    let work::Done { mut answer, edits, ran, rests_on, ignored, named } = work::with_checks(&one, Source::Here)?;
    acceptance::save(read, &edits, &mut answer, context, run)?;
    let lasting = Lasting { answer, ran };
    if let Some(paths) = rests_on.filter(|_| lasting.answer.closing.exit == 0 && request.is_repeatable()) {
        let told = Told { at: context.surroundings.now(), events: recorder.events(), ignored, named, paths };
        past::warned(run, memo::keep(&asked, told, &lasting));
    }
    past.sight.save();
    Ok(lasting)
}

/// What is to be reported of an answer: of the payload as it stands after what was written into it.
fn reported(
    request: &Request,
    read: &Read,
    shelf: &Shelf,
    answer: &ValidateAnswer,
    ran: Option<&Ran>,
    context: &Context,
) -> Result<Option<Dossier>> {
    if request.reports.is_empty() {
        return Ok(None);
    }
    let written; // `--record` renewed it
    let read = if request.writes() {
        written = scene::read(&request.common, context)?;
        &written
    } else {
        read
    };
    let judged = Judged {
        exit: answer.closing.exit,
        ready: answer.closing.ready,
        open: answer.closing.open.clone(),
        findings: answer.findings.clone(),
        levels: answer.levels.clone(),
        claims: answer.claims.clone(),
        denied: audited::denied(&answer.findings, &request.deny),
        strict: false,
    };
    let fresh = ran.map_or(Fresh::Nothing, Fresh::Again);
    Ok(Some(reports::dossier(Of { verb: "validate", read, shelf, fresh, judged })))
}

/// What an answer is given to: what was asked, and the evidence it was asked of.
#[derive(Serialize)]
struct Question<'a> {
    request: &'a Request,
    evidence: String,
}
