//! Where is what is called so?

use super::super::closing;
use super::super::request::{Common, Context};
use super::cite;
use super::ground::Place;
use crate::answers::ReconAnswer;
use crate::cancel::Cancel;
use crate::error::{Code, Error, Result};
use crate::event::Watch;
use crate::payload::entries::SymbolRef;
use crate::recon::find::{self, FindQuestion, Found, Telling};
use crate::recon::{Cited, FindingKind};
use crate::source::{NamePath, SymbolKind};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What `recon find` is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct Request {
    /// What most verbs are asked.
    pub common: Common,
    /// The name, with as much of what is around it as is known: `new`, `Parser/new`, `/Parser/new`, `Parser::new`,
    /// `impl Go for B/run`, `new[1]`, `crate::text::Parser`.
    pub pattern: String,
    /// Files, folders or packages to look in; everything below the root where empty.
    pub within: Vec<String>,
    /// Whether a part of the last name is enough.
    pub part: bool,
    /// Only these kinds of symbols; all where empty.
    pub kinds: Vec<SymbolKind>,
    /// What is told of each.
    pub telling: Telling,
    /// How many are told at most.
    pub limit: usize,
    /// Whether to keep what is found in the payload.
    pub cite: bool,
}

/// Looks for it. Starts nothing where it is not to look in a package. Finding nothing is an answer.
///
/// # Errors
/// 2 where the name is none, 65 where a path is neither there nor a package, 102 where it takes cargo to know and
/// cargo fails.
pub fn run(request: &Request, context: &Context, cancel: &Cancel, _: &dyn Watch) -> Result<ReconAnswer<Found>> {
    let found = look(request, context, cancel)?;
    let next = if request.cite { vec![cite::cite(request, &cited(&found), context, cancel)?] } else { Vec::new() };
    Ok(ReconAnswer { closing: closing::plain("recon", next), found })
}

fn look(request: &Request, context: &Context, cancel: &Cancel) -> Result<Found> {
    let name = NamePath::read(&request.pattern).ok_or_else(|| {
        Error::new(Code::Usage, format!("`{}` is no name", request.pattern))
            .hint("as `new`, `Parser/new`, `/Parser/new`, `crate::text::Parser`, `impl Go for B/run` or `new[1]`")
    })?;
    let place = Place::find(&request.common, context)?;
    let (files, unread) = place.rust_files(&request.within, &request.common, context, cancel)?;
    let question = FindQuestion {
        pattern: request.pattern.clone(),
        name: if request.part { name.part() } else { name },
        kinds: request.kinds.clone(),
        telling: request.telling,
        limit: request.limit,
    };
    find::find(&files, unread, &question, cancel)
}

impl cite::Question for Request {
    const KIND: FindingKind = FindingKind::Find;

    fn common(&self) -> &Common {
        &self.common
    }

    fn words(&self) -> Vec<String> {
        let kinds = self.kinds.iter().flat_map(|kind| ["--kind".to_owned(), kind.word().to_owned()]);
        let within = self.within.iter().flat_map(|path| ["--in".to_owned(), path.clone()]);
        let part = self.part.then(|| "--part".to_owned());
        std::iter::once(self.pattern.clone()).chain(within).chain(part).chain(kinds).collect()
    }

    fn again(self, common: Common) -> Self {
        Self { common, limit: cite::WITHOUT_LIMIT, ..self }
    }

    fn ask(&self, context: &Context, cancel: &Cancel) -> Result<Cited> {
        Ok(cited(&look(self, context, cancel)?))
    }
}

fn cited(found: &Found) -> Cited {
    let symbols = found.symbols.items.iter().map(|symbol| SymbolRef {
        path: symbol.path.clone(),
        file: symbol.file.clone(),
        line: symbol.line,
        signature: symbol.signature.clone(),
    });
    Cited { lines: Vec::new(), symbols: symbols.collect(), total: found.symbols.total() }
}
