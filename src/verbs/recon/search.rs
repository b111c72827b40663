//! The lines that hold something.

use super::super::closing;
use super::super::request::{Common, Context};
use super::cite;
use super::ground::Place;
use crate::answers::ReconAnswer;
use crate::cancel::Cancel;
use crate::error::Result;
use crate::event::Watch;
use crate::recon::search::{self, Case, Question, Search};
use crate::recon::{Cited, FindingKind};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What `recon search` is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct Request {
    /// What most verbs are asked.
    pub common: Common,
    /// What is looked for, and where.
    pub question: Question,
    /// Whether to keep what is found in the payload.
    pub cite: bool,
}

/// Looks for it. Starts nothing.
///
/// # Errors
/// 2 where a pattern or a glob cannot be read, 65 where a path is not there, 66 where there is no payload to keep it in, 74,
/// 75.
pub fn run(request: &Request, context: &Context, cancel: &Cancel, _: &dyn Watch) -> Result<ReconAnswer<Search>> {
    let found = look(request, context, cancel)?;
    let next = if request.cite { vec![cite::cite(request, &cited(&found), context, cancel)?] } else { Vec::new() };
    Ok(ReconAnswer { closing: closing::plain("recon", next), found })
}

fn look(request: &Request, context: &Context, cancel: &Cancel) -> Result<Search> {
    let place = Place::find(&request.common, context)?;
    search::search(&request.question, &place.ground(None), cancel)
}

impl cite::Question for Request {
    const KIND: FindingKind = FindingKind::Search;

    fn common(&self) -> &Common {
        &self.common
    }

    fn words(&self) -> Vec<String> {
        let asked = &self.question;
        let mut words = asked.paths.clone();
        match asked.patterns.as_slice() {
            [one] => words.insert(0, one.clone()),
            several => words.extend(std::iter::once("--layered".to_owned()).chain(several.iter().cloned())),
        }
        let mut first: Vec<String> = asked.globs.iter().flat_map(|glob| ["--glob".to_owned(), glob.clone()]).collect();
        let case = match asked.case {
            Case::Sensitive => (false, ""),
            Case::Insensitive => (true, "--ignore-case"),
            Case::Smart => (true, "--smart-case"),
        };
        let flags = [
            (asked.literal, "--literal"),
            (asked.word, "--word"),
            case,
            (asked.hidden, "--hidden"),
            (asked.no_ignore, "--no-ignore"),
        ];
        first.extend(flags.into_iter().filter(|(is_given, _)| *is_given).map(|(_, flag)| flag.to_owned()));
        first.into_iter().chain(words).collect()
    }

    fn again(self, common: Common) -> Self {
        let question = Question { limit: cite::WITHOUT_LIMIT, before: 0, after: 0, ..self.question };
        Self { common, question, ..self }
    }

    fn ask(&self, context: &Context, cancel: &Cancel) -> Result<Cited> {
        Ok(cited(&look(self, context, cancel)?))
    }
}

/// The lines, but for those of the payload's own folder: what is kept stands there, and would be found again.
fn cited(found: &Search) -> Cited {
    let mut lines: Vec<(String, u32)> = Vec::new();
    let mut n_own = 0;
    for file in found.layers.iter().flat_map(|layer| &layer.files) {
        if file.file.starts_with("handoff/") {
            n_own += file.hits.len();
            continue;
        }
        lines.extend(file.hits.iter().map(|hit| (file.file.clone(), u32::try_from(hit.line).unwrap_or(u32::MAX))));
    }
    let n_lines: usize = found.layers.iter().map(|layer| layer.n_lines).sum();
    Cited { lines, symbols: Vec::new(), total: n_lines.saturating_sub(n_own) }
}
