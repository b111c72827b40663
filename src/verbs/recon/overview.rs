//! The symbols of files, folders or packages.

use super::super::closing;
use super::super::request::{Common, Context};
use super::cite::{self, Question};
use super::ground::Place;
use crate::answers::ReconAnswer;
use crate::cancel::Cancel;
use crate::error::Result;
use crate::event::Watch;
use crate::payload::entries::SymbolRef;
use crate::recon::overview::{self, Overview, SymbolRow};
use crate::recon::{Cited, FindingKind};
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
    /// How many files are told at most.
    pub limit: usize,
    /// Whether to keep what is found in the payload.
    pub cite: bool,
}

/// Reads them.
///
/// # Errors
/// 65 where a path is neither there nor a package, 66 where there is no payload to keep it in, 74, 75.
pub fn run(request: &Request, context: &Context, cancel: &Cancel, _: &dyn Watch) -> Result<ReconAnswer<Overview>> {
    let found = look(request, context)?;
    let next = if request.cite { vec![cite::cite(request, &cited(&found), context, cancel)?] } else { Vec::new() };
    Ok(ReconAnswer { closing: closing::plain("recon", next), found })
}

fn look(request: &Request, context: &Context) -> Result<Overview> {
    let place = Place::find(&request.common, context)?;
    let files = place.ground(None).rust_files(&request.paths)?;
    overview::overview(&files, request.limit)
}

impl Question for Request {
    const KIND: FindingKind = FindingKind::Overview;

    fn common(&self) -> &Common {
        &self.common
    }

    fn words(&self) -> Vec<String> {
        self.paths.clone()
    }

    fn again(self, common: Common) -> Self {
        Self { common, limit: cite::WITHOUT_LIMIT, ..self }
    }

    fn ask(&self, context: &Context, _: &Cancel) -> Result<Cited> {
        Ok(cited(&look(self, context)?))
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
