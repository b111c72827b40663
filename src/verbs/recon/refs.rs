//! Who uses a symbol.

use super::super::request::{Common, Context};
use super::super::{closing, scene};
use super::cite;
use super::ground::Place;
use crate::answers::ReconAnswer;
use crate::cancel::Cancel;
use crate::error::{Code, Result};
use crate::event::Watch;
use crate::payload::entries::SymbolRef;
use crate::recon::refs::{self, Question, Refs};
use crate::recon::{Cited, FindingKind};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What `recon refs` is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct Request {
    /// What most verbs are asked.
    pub common: Common,
    /// The symbol.
    pub name: String,
    /// Where it is declared: files, folders or packages; anywhere where empty.
    pub within: Vec<String>,
    /// Whether every symbol of this name is meant.
    pub all: bool,
    /// How many uses are told at most.
    pub limit: usize,
    /// Whether to keep what is found in the payload.
    pub cite: bool,
}

/// Finds them. Asks cargo who depends on whom; nothing is compiled.
///
/// # Errors
/// 2 where the name is none, 65 where nothing has it or several have, 74, 102 where a manifest that was named cannot
/// be read.
pub fn run(request: &Request, context: &Context, cancel: &Cancel, _: &dyn Watch) -> Result<ReconAnswer<Refs>> {
    let found = look(request, context, cancel)?;
    let next = if request.cite { vec![cite::cite(request, &cited(&found), context, cancel)?] } else { Vec::new() };
    Ok(ReconAnswer { closing: closing::plain("recon", next), found })
}

fn look(request: &Request, context: &Context, cancel: &Cancel) -> Result<Refs> {
    let place = Place::find(&request.common, context)?;
    let root = place.ground(None).root;
    let question = Question { name: &request.name, within: &request.within, all: request.all, limit: request.limit };
    match scene::graph(root, &request.common, &request.common.flags(), context, cancel) {
        Ok(graph) => refs::refs(&question, &refs::read(&place.ground(Some(&graph)))?),
        // Without a workspace there is less to go by, and the answer says so.
        Err(error) if error.code == Code::NoWorkspace && request.common.manifest_paths.is_empty() => {
            refs::refs(&question, &refs::read(&place.ground(None))?)
        }
        Err(error) => Err(error),
    }
}

impl cite::Question for Request {
    const KIND: FindingKind = FindingKind::Refs;

    fn common(&self) -> &Common {
        &self.common
    }

    fn words(&self) -> Vec<String> {
        let within = self.within.iter().flat_map(|path| ["--in".to_owned(), path.clone()]);
        let all = self.all.then(|| "--all".to_owned());
        std::iter::once(self.name.clone()).chain(within).chain(all).collect()
    }

    fn again(self, common: Common) -> Self {
        Self { common, limit: cite::WITHOUT_LIMIT, ..self }
    }

    fn ask(&self, context: &Context, cancel: &Cancel) -> Result<Cited> {
        Ok(cited(&look(self, context, cancel)?))
    }
}

/// The uses, and what they are uses of.
fn cited(found: &Refs) -> Cited {
    let uses = found.files.iter().flat_map(|file| {
        let hits = file.symbols.iter().flat_map(|symbol| &symbol.hits);
        hits.map(|hit| (file.file.clone(), hit.line))
    });
    let symbols = found.definitions.iter().map(|definition| SymbolRef {
        path: definition.path.clone(),
        file: definition.file.clone(),
        line: definition.line,
        signature: definition.signature.clone(),
    });
    Cited { lines: uses.collect(), symbols: symbols.collect(), total: found.certain + found.likely + found.name_only }
}
