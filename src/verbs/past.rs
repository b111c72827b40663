//! What is remembered of earlier runs, held against what is there now.

use super::memo::Asked;
use super::request::{Common, Context};
use super::sight::{self, Sight};
use crate::cancel::Cancel;
use crate::check::{self, Memory, Results};
use crate::error::Result;
use crate::event::Run;
use crate::files;
use crate::vault::Vault;
use crate::words::{CheckKind, Outcome};
use crate::workspace::graph::{Graph, find_manifests};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::{BTreeMap, BTreeSet};

/// What is there now, and where earlier runs left what they saw.
pub(super) struct Past<'a> {
    pub(super) vault: Vault,
    pub(super) sight: Sight,
    folder: Utf8PathBuf,
    context: &'a Context,
}

impl<'a> Past<'a> {
    /// Looks at the repository around the payload's root, with git and without cargo.
    pub(super) fn look(common: &Common, root: &Utf8Path, context: &'a Context, cancel: &Cancel) -> Result<Self> {
        let surroundings = &context.surroundings;
        let manifests = find_manifests(&surroundings.folder, root, &common.manifests(surroundings))?;
        let manifest = manifests.first().map_or(root, Utf8PathBuf::as_path);
        let folder = sight::likely_cache(manifest, surroundings);
        let sight = sight::look(root, &manifests, &folder, context, cancel)?;
        Ok(Self { vault: Vault::open(surroundings, sight.git.top()), sight, folder, context })
    }

    /// Whether what is kept lies where this graph is built: told without cargo, that was a guess.
    pub(super) fn is_at_home(&self, graph: &Graph) -> bool {
        graph.workspaces.first().is_some_and(|first| files::cache_of(&first.target_folder) == self.folder)
    }

    /// A question whose whole answer may be known.
    pub(super) fn asked<'b, R>(
        &'b self,
        verb: &'b str,
        request: &'b R,
        common: &'b Common,
        payload: &'b Utf8Path,
    ) -> Asked<'b, R> {
        let Self { vault, sight, folder, context } = self;
        Asked { verb, request, common, payload, folder, vault, sight, context }
    }
}

/// Does something with what checks remember earlier runs by.
pub(super) fn remembering<T>(past: &Past<'_>, graph: &Graph, believes: bool, then: impl FnOnce(Memory<'_>) -> T) -> T {
    let sight = &past.sight;
    let ignored = sight::ignored(graph);
    then(Memory {
        vault: &past.vault,
        files: &sight.files,
        hidden: &sight.listing.ignored,
        look: &|path| sight.at(path),
        is_steady: &|| sight.is_steady(),
        folders: &|| sight.folders(),
        head: sight.git.head(),
        toolchain: &sight.toolchain,
        ignored: &ignored,
        believes,
    })
}

/// The packages to select too, because something has changed that the diff does not show: each with the reason.
pub(super) fn restless(
    past: &Past<'_>,
    asked: check::Request<'_>,
    cancel: &Cancel,
    run: &Run,
) -> BTreeMap<String, String> {
    let surroundings = &past.context.surroundings;
    remembering(past, asked.graph, true, |memory| {
        check::restless(&check::Request { memory: Some(memory), ..asked }, surroundings, cancel, run)
    })
}

/// The variables builds asked for by name.
pub(super) fn named(results: &Results) -> BTreeSet<String> {
    let compiled = results.facts.units.iter().flat_map(|(_, inputs)| inputs.env.keys());
    let scripts = results.facts.scripts.values().flat_map(|script| &script.env);
    compiled.chain(scripts).cloned().collect()
}

/// What cannot be kept costs time, and is no reason to withhold an answer.
pub(super) fn warned(run: &Run, kept: Result<()>) {
    if let Err(error) = kept {
        run.not_kept(&error);
    }
}

/// Every path these outcomes rest on; nothing where one of them may come out differently although no file, program
/// or variable changes.
pub(super) fn rests_on(results: &Results, graph: &Graph, top: &Utf8Path) -> Option<BTreeSet<Utf8PathBuf>> {
    // One that ran rests on anything; one that did not may be approved any time.
    let mut prescribed = results.commands.iter().filter(|command| command.kind == CheckKind::Prescribed);
    let is_foreign = prescribed.any(|command| command.exit_code.is_some() || command.outcome != Outcome::Passed);
    let mut outside = graph.workspaces.iter().flat_map(|workspace| &workspace.paths);
    if !results.is_kept || is_foreign || outside.any(|path| !path.real_folder.starts_with(top)) {
        return None;
    }
    let facts = &results.facts;
    let compiled = facts.units.iter().flat_map(|(_, inputs)| &inputs.files);
    let asked = facts.scripts.values().filter_map(|script| script.files.as_ref()).flatten();
    // What was built is what it was built from.
    let is_built = |path: &&Utf8PathBuf| graph.workspaces.iter().any(|one| path.starts_with(&one.target_folder));
    let opened = facts.reads.iter().flat_map(|(_, paths)| paths).filter(|path| !is_built(path));
    Some(compiled.chain(asked).chain(opened).chain(&facts.untold).cloned().collect())
}
