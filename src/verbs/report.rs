//! What is recorded, told in a format of somebody's choice. Starts no process and runs no check.

use super::closing;
use super::reports::{self, Of, Wanted};
use super::request::{Common, Context};
use super::scene;
use crate::answers::{ClaimRow, ReportAnswer};
use crate::cancel::Cancel;
use crate::claims::{self, Shelf};
use crate::error::{Code, Error, Result};
use crate::event::{Run, Watch};
use crate::record;
use crate::report::Format;
use crate::report::dossier::{Fresh, Judged};
use crate::words::{Level, Verdict};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

/// How closely the claims are looked at: no higher level does without git.
const LEVEL: Level = Level::Outcomes;

/// What `report` is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// What most verbs are asked.
    pub common: Common,
    /// In which format.
    pub format: Format,
    /// The file it goes to; it is the answer where `None`.
    pub output: Option<String>,
}

/// Reads the payload and the records beside it, holds the claims against each other (V0 to V2), and reports. It judges
/// nothing: a report of work that fails is a report.
///
/// # Errors
/// 2 where the report cannot go where it is to go, 65 and 66 where there is no payload to be read, 74.
pub fn run(request: &Request, context: &Context, _: &Cancel, watch: &dyn Watch) -> Result<ReportAnswer> {
    let wanted = [Wanted { format: request.format, to: request.output.clone() }];
    reports::check(&wanted, context)?;
    let read = scene::read(&request.common, context)?;
    reports::keep_off(&wanted, &read.located, context)?;
    let run = Run::new(context.surroundings.now_as_name(), watch);
    let shelf = Shelf::read(read.located.folder(), &read.payload);
    let lower = claims::prove(&read.payload, &shelf, LEVEL, None);
    let claims = claims::look(&read.payload, &lower, None, LEVEL);
    let judged = judged(&read.payload, claims);
    let (ready, open) = (judged.ready, judged.open.clone());
    let mut dossier =
        reports::dossier(Of { verb: "report", read: &read, shelf: &shelf, fresh: Fresh::Nothing, judged });
    dossier.remarks.insert(0, NOT_RUN.to_owned());
    let made = reports::make(&wanted, &[dossier], context, &run);
    if let Some(why) = made.iter().find_map(|row| row.failed.as_ref()) {
        return Err(Error::new(Code::Io, why.clone()));
    }
    let (path, text) = made.into_iter().next().map(|row| (row.path, row.text)).unwrap_or_default();
    if let Some(name) = request.output.as_deref().filter(|name| reports::may_be_work(name, context)) {
        run.warn(format!(
            "unless git ignores `{name}`, it counts as a change of the work from now on: `target/` is a better place"
        ));
    }
    let mut closing = closing::plain("report", Vec::new());
    (closing.ready, closing.open) = (ready, open);
    Ok(ReportAnswer { closing, format: request.format.word().to_owned(), path, text })
}

/// What a report of records alone cannot say.
const NOT_RUN: &str = "told from the records: nothing was run, and git was not asked whether the files are still the same \
                       (`cargo handoff validate` does both)";

/// What is open as it was recorded, contradictions before all else.
fn judged(payload: &crate::payload::model::Payload, claims: Vec<ClaimRow>) -> Judged {
    let handoff = record::our_object(payload, "handoff");
    let says_ready = handoff.and_then(|handoff| handoff.get("readyFor")).is_some_and(|ready| !ready.is_null());
    let recorded = handoff.and_then(|handoff| handoff.get("open")?.as_array()).into_iter().flatten();
    let contradicted = claims.iter().filter(|claim| claim.verdict == Verdict::Contradicted);
    let mut open: Vec<String> = contradicted.map(|claim| format!("{}: {}", claim.claim, claim.why)).collect();
    let ready = says_ready && open.is_empty();
    open.extend(recorded.filter_map(Value::as_str).map(str::to_owned));
    if handoff.is_none() {
        open.push("nothing is recorded yet: `cargo handoff implement` checks the work and records it".to_owned());
    }
    let findings = super::audited::recorded(payload);
    let levels = Level::ALL.into_iter().filter(|level| *level <= LEVEL).collect();
    Judged { ready, open, findings, levels, claims, ..Judged::default() }
}
