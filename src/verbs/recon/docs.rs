//! The documentation of a dependency at the locked version.

use super::super::closing;
use super::super::request::{Common, Context};
use super::cite;
use super::ground::Place;
use crate::answers::ReconAnswer;
use crate::cancel::Cancel;
use crate::error::Result;
use crate::event::Watch;
use crate::payload::entries::SymbolRef;
use crate::recon::docs::{self, Docs, Question};
use crate::recon::{Cited, FindingKind, trimmed};
use crate::workspace::graph::find_manifests;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What `recon docs` is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct Request {
    /// What most verbs are asked.
    pub common: Common,
    /// `serde_json`, `serde_json@1.0.140`, `serde_json::Value::pointer`, `std::vec::Vec`.
    pub item: String,
    /// The package whose dependency is meant, where several versions are locked; any where `None`.
    pub user: Option<String>,
    /// Whether the source is wanted too.
    pub source: bool,
    /// The most lines of each text, and the most rows of each list.
    pub limit: usize,
    /// Whether to keep what is found in the payload.
    pub cite: bool,
}

/// Looks for it, on this machine only.
///
/// # Errors
/// 2 where nothing can be meant by it, 65 where no such package is locked, 102 where nothing is, 74, or a signal.
pub fn run(request: &Request, context: &Context, cancel: &Cancel, _: &dyn Watch) -> Result<ReconAnswer<Docs>> {
    let found = look(request, context, cancel)?;
    let next = if request.cite { vec![cite::cite(request, &cited(&found), context, cancel)?] } else { Vec::new() };
    Ok(ReconAnswer { closing: closing::plain("recon", next), found })
}

fn look(request: &Request, context: &Context, cancel: &Cancel) -> Result<Docs> {
    let surroundings = &context.surroundings;
    let manifests = if docs::is_of_toolchain(&request.item) {
        Vec::new()
    } else {
        let place = Place::find(&request.common, context)?;
        find_manifests(&surroundings.folder, place.ground(None).root, &request.common.manifests(surroundings))?
    };
    let question =
        Question { item: &request.item, user: request.user.as_deref(), source: request.source, limit: request.limit };
    docs::docs(&question, &manifests, surroundings, cancel)
}

impl cite::Question for Request {
    const KIND: FindingKind = FindingKind::Docs;

    fn common(&self) -> &Common {
        &self.common
    }

    fn words(&self) -> Vec<String> {
        let user = self.user.iter().flat_map(|user| ["--for".to_owned(), user.clone()]);
        std::iter::once(self.item.clone()).chain(user).collect()
    }

    fn again(self, common: Common) -> Self {
        Self { common, limit: cite::WITHOUT_LIMIT, ..self }
    }

    fn ask(&self, context: &Context, cancel: &Cancel) -> Result<Cited> {
        Ok(cited(&look(self, context, cancel)?))
    }
}

/// Each item with the package and version it stands in; where none is meant, the packages. None of it is a file of the
/// workspace.
fn cited(found: &Docs) -> Cited {
    let mut symbols = Vec::new();
    let mut total = 0;
    for package in &found.crates {
        let of = format!("{}@{}", package.name, package.version);
        if package.items.items.is_empty() {
            let signature = package.description.as_deref().unwrap_or_default();
            let signature = trimmed(&signature.split_whitespace().collect::<Vec<_>>().join(" "));
            symbols.push(SymbolRef { path: package.name.clone(), file: of, line: 1, signature });
            total += 1;
            continue;
        }
        total += package.items.total();
        symbols.extend(package.items.items.iter().map(|item| SymbolRef {
            path: item.path.clone(),
            file: format!("{}/{}", item.package, item.file),
            line: item.line,
            signature: item.signature.clone(),
        }));
    }
    Cited { lines: Vec::new(), symbols, total }
}
