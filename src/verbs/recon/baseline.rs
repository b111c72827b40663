//! What a step's files are before somebody edits them: signatures, what is still to be done, and what holds them.

use super::super::closing;
use super::super::request::{Common, Context};
use super::super::scene::{self, Read};
use super::cite::{self, Question};
use crate::answers::ReconAnswer;
use crate::cancel::Cancel;
use crate::error::{Code, Error, Result};
use crate::event::Watch;
use crate::evidence;
use crate::files;
use crate::git::Git;
use crate::mapping;
use crate::payload::entries::{LogRef, SymbolRef};
use crate::payload::store;
use crate::recon::snapshot::{Snapshot, Taken};
use crate::recon::{Cited, FindingKind, Ground};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The file of a snapshot in its folder.
pub(in super::super) const SNAPSHOT: &str = "snapshot.json";

/// What `recon baseline` is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct Request {
    /// What most verbs are asked.
    pub common: Common,
    /// The step.
    pub step: String,
}

/// Takes it, and keeps it as evidence that the payload refers to: it stays while the payload does.
///
/// # Errors
/// 65 where there is no such step, 66, 74, 75, 102.
pub fn run(request: &Request, context: &Context, cancel: &Cancel, _: &dyn Watch) -> Result<ReconAnswer<Taken>> {
    let read = scene::read(&request.common, context)?;
    let snapshot = take(request, &read, context, cancel)?;
    let handoff = scene::handoff_folder(&read.located);
    store::prepare_folder(&read.located)?;
    let id = format!("snapshot-{}", context.surroundings.now_as_name());
    let folder = evidence::evidence_folder(&handoff, &id);
    files::create_folder(&folder)?;
    let text = serde_json::to_string(&snapshot)
        .map_err(|error| Error::new(Code::Internal, "a snapshot is not JSON").because(error))?;
    files::replace(&folder.join(SNAPSHOT), text.as_bytes())?;
    let log = LogRef {
        path: format!("{}/{SNAPSHOT}", evidence::reference(&id, true)),
        sha256: files::sha256(text.as_bytes()),
        bytes: text.len() as u64,
    };
    let found = Taken::of(&snapshot, &log, changed(&snapshot, &read, context, cancel)?);
    cite::cite_with(request, &cited(&snapshot), Some(log), context, cancel)?;
    let next = closing::next("cargo handoff implement", "check the work; it says where a guardrail of these went");
    Ok(ReconAnswer { closing: closing::plain("recon", vec![next]), found })
}

fn take(request: &Request, read: &Read, context: &Context, cancel: &Cancel) -> Result<Snapshot> {
    let root = &read.located.root;
    let step = scene::step(&read.payload.steps, &request.step)?;
    let graph = scene::graph(root, &request.common, &request.common.flags(), context, cancel)?;
    let mapped = mapping::map(std::slice::from_ref(step), &graph, root, &[]);
    let labels: BTreeSet<&String> = mapped.iter().flat_map(|mapped| &mapped.packages).collect();
    let folders = labels.into_iter().filter_map(|label| graph.package(label)).map(|package| package.folder.to_string());
    let is_rust = |path: &camino::Utf8PathBuf| path.is_file() && path.extension() == Some("rs");
    let named = step.files.iter().map(|file| root.join(&file.path)).filter(is_rust);
    let named: Vec<String> = named.map(|path| path.into_string()).chain(folders).collect();
    let ground = Ground { root, folder: root, graph: Some(&graph) };
    let mut of = ground.rust_files(&named)?;
    of.retain(|file| file.path.extension() == Some("rs"));
    let head = Git::open(root, &context.surroundings, cancel).ok().and_then(|git| git.head().map(str::to_owned));
    Snapshot::take(&request.step, &context.surroundings.now(), head.as_deref(), &of)
}

/// The files that differ from HEAD.
fn changed(snapshot: &Snapshot, read: &Read, context: &Context, cancel: &Cancel) -> Result<Vec<String>> {
    let root = &read.located.root;
    let Some(git) = Git::open(root, &context.surroundings, cancel).ok().filter(Git::has_commits) else {
        return Ok(Vec::new());
    };
    let prefix = git.prefix(root)?;
    let touched: BTreeSet<String> = git.touched_since("HEAD", None)?.into_iter().collect();
    let files = snapshot.files.iter().map(|file| &file.file);
    Ok(files.filter(|file| touched.contains(&format!("{prefix}{file}"))).cloned().collect())
}

/// The number of symbols; they themselves lie in the evidence.
fn cited(snapshot: &Snapshot) -> Cited {
    let n_symbols = snapshot.files.iter().map(|file| file.symbols.len()).sum();
    Cited { lines: Vec::new(), symbols: Vec::<SymbolRef>::new(), total: n_symbols }
}

impl Question for Request {
    const KIND: FindingKind = FindingKind::Baseline;

    fn common(&self) -> &Common {
        &self.common
    }

    fn words(&self) -> Vec<String> {
        vec![self.step.clone()]
    }

    fn again(self, common: Common) -> Self {
        Self { common, ..self }
    }

    fn ask(&self, context: &Context, cancel: &Cancel) -> Result<Cited> {
        Ok(cited(&take(self, &scene::read(&self.common, context)?, context, cancel)?))
    }
}
