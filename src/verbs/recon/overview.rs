//! The symbols of files, folders or packages.

use super::super::closing;
use super::super::request::{Common, Context};
use super::cite;
use super::ground::Place;
use crate::answers::ReconAnswer;
use crate::cancel::Cancel;
use crate::error::Result;
use crate::event::Watch;
use crate::payload::entries::SymbolRef;
use crate::recon::overview::{self, Overview, OverviewQuestion, SymbolRow};
use crate::recon::{Cited, FindingKind};
use crate::source::SymbolKind;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What `recon overview` is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct Request {
    /// What most verbs are asked.
    pub common: Common,
    /// Files, folders or packages; everything below the root where empty.
    pub paths: Vec<String>,
    /// Only these kinds of symbols; all but fields and variants where empty.
    pub kinds: Vec<SymbolKind>,
    /// How deep what is nested is told, 1 being the top of a file; all of it where `None`.
    pub depth: Option<usize>,
    /// Whether fields, variants and what stands in functions are told too.
    pub is_whole: bool,
    /// How many files are told at most, and ten times as many symbols.
    pub limit: usize,
    /// Whether to keep what is found in the payload.
    pub cite: bool,
}

/// Reads them. Starts nothing where every name is a path.
///
/// # Errors
/// 65 where a path is neither there nor a package, 102 where it takes cargo to know and cargo fails.
pub fn run(request: &Request, context: &Context, cancel: &Cancel, _: &dyn Watch) -> Result<ReconAnswer<Overview>> {
    let found = look(request, context, cancel)?;
    let next = if request.cite { vec![cite::cite(request, &cited(&found), context, cancel)?] } else { Vec::new() };
    Ok(ReconAnswer { closing: closing::plain("recon", next), found })
}

fn look(request: &Request, context: &Context, cancel: &Cancel) -> Result<Overview> {
    let place = Place::find(&request.common, context)?;
    let (files, unread) = place.rust_files(&request.paths, &request.common, context, cancel)?;
    let question = OverviewQuestion {
        kinds: request.kinds.clone(),
        depth: request.depth,
        is_whole: request.is_whole,
        limit: request.limit,
    };
    overview::overview(&files, unread, &question, cancel)
}

impl cite::Question for Request {
    const KIND: FindingKind = FindingKind::Overview;

    fn common(&self) -> &Common {
        &self.common
    }

    fn words(&self) -> Vec<String> {
        let kinds = self.kinds.iter().flat_map(|kind| ["--kind".to_owned(), kind.word().to_owned()]);
        let depth = self.depth.into_iter().flat_map(|depth| ["--depth".to_owned(), depth.to_string()]);
        let whole = self.is_whole.then(|| "-v".to_owned());
        self.paths.iter().cloned().chain(kinds).chain(depth).chain(whole).collect()
    }

    fn again(self, common: Common) -> Self {
        Self { common, limit: cite::WITHOUT_LIMIT, ..self }
    }

    fn ask(&self, context: &Context, cancel: &Cancel) -> Result<Cited> {
        Ok(cited(&look(self, context, cancel)?))
    }
}

fn cited(found: &Overview) -> Cited {
    fn add(rows: &[SymbolRow], file: &str, symbols: &mut Vec<SymbolRef>) {
        for row in rows {
            let (path, signature) = (row.path.clone(), row.signature.clone());
            symbols.push(SymbolRef { path, file: file.to_owned(), line: row.line, signature });
            add(&row.children, file, symbols);
        }
    }
    let mut symbols = Vec::new();
    for file in &found.files.items {
        add(&file.symbols, &file.file, &mut symbols);
    }
    Cited { lines: Vec::new(), symbols, total: found.n_symbols }
}
