//! The whole answer of the last run that passed, given again while nothing at all has changed.
//!
//! Git is asked, files are looked at, and no other process is started: no cargo, no rustc, no rustup. Only an answer
//! with exit code 0 is kept.

use super::request::{Common, Context};
use super::sight::Sight;
use crate::check::cache;
use crate::error::{Code, Error, Result};
use crate::event::{Event, Run, Seen, Watch};
use crate::files;
use crate::surroundings::Surroundings;
use crate::vault::Vault;
use camino::{Utf8Path, Utf8PathBuf};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

/// A larger file is none of ours.
const LARGEST: u64 = 64 << 20;

/// Everything the answer rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Key {
    /// This program.
    program: String,
    /// What was asked.
    request: Value,
    /// Where.
    folder: Utf8PathBuf,
    /// The payload's bytes.
    payload: String,
    /// Refs, HEAD and git's settings.
    git: String,
    /// What is staged.
    index: String,
    /// The files, by content.
    tree: String,
    /// The names of what git ignores.
    ignored_files: Vec<String>,
    /// The programs.
    toolchain: String,
    /// cargo's configuration files, wherever they lie.
    configuration: BTreeMap<Utf8PathBuf, String>,
    /// The variables that count.
    environment: BTreeMap<String, Option<String>>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Memo {
    key: Key,
    ignored: Vec<String>,
    named: BTreeSet<String>,
    /// Paths that git does not list and something rests on, with what lay there.
    beyond: BTreeMap<Utf8PathBuf, String>,
    at: String,
    events: Vec<Event>,
    answer: Value,
}

/// What an answer is asked for.
pub(super) struct Asked<'a, R> {
    pub(super) verb: &'a str,
    pub(super) request: &'a R,
    pub(super) common: &'a Common,
    /// The payload.
    pub(super) payload: &'a Utf8Path,
    /// Where answers are kept.
    pub(super) folder: &'a Utf8Path,
    pub(super) vault: &'a Vault,
    pub(super) sight: &'a Sight,
    pub(super) context: &'a Context,
}

/// `ignored` are the patterns of variables that do not count, `named` variables that count in any case.
fn key<R: Serialize>(asked: &Asked<'_, R>, ignored: &[String], named: &BTreeSet<String>) -> Result<Key> {
    let Asked { request, common, payload, sight, context, .. } = *asked;
    let surroundings = &context.surroundings;
    let payload = files::read(payload, u64::MAX >> 1)?.unwrap_or_default();
    let mut starts = common.manifests(surroundings);
    starts.push(sight.git.top().join("Cargo.toml"));
    starts.push(surroundings.folder.join("Cargo.toml"));
    let folders = starts.iter().filter_map(|manifest| manifest.parent());
    let files = folders.flat_map(|folder| surroundings.cargo_folders(folder)).flat_map(|folder| {
        ["config", "config.toml"].map(|name| folder.join(name)).into_iter().filter(|file| file.is_file())
    });
    let files = files.chain(settings(&starts, surroundings));
    // The baseline is found by them, and whoever is at work.
    let names = surroundings.environment.keys().filter_map(|name| name.to_str());
    let asked = names.filter(|name| name.starts_with("GITHUB_") || *name == "CARGO_HANDOFF_AS");
    let request = serde_json::to_value(request)
        .map_err(|error| Error::new(Code::Internal, "a request is not JSON").because(error))?;
    Ok(Key {
        program: program(),
        request,
        folder: surroundings.folder.clone(),
        payload: files::sha256(&payload),
        git: sight.state.clone(),
        index: sight.listing.index.clone(),
        tree: sight.tree.identity().to_owned(),
        ignored_files: sight.listing.ignored.clone(),
        toolchain: sight.toolchain.clone(),
        configuration: files.map(|file| (file.clone(), sight.at(&file))).collect(),
        environment: cache::environment(surroundings, ignored, asked.chain(named.iter().map(String::as_str))),
    })
}

/// The settings of rustfmt and clippy, wherever they may lie, whether git lists them or not.
fn settings(manifests: &[Utf8PathBuf], surroundings: &Surroundings) -> Vec<Utf8PathBuf> {
    let mut folders: Vec<Utf8PathBuf> =
        manifests.iter().flat_map(|manifest| manifest.ancestors().skip(1)).map(Utf8Path::to_owned).collect();
    let home = surroundings.home().map(Utf8PathBuf::from);
    let homes = home.iter().flat_map(|home| {
        let below = [".config/rustfmt", "Library/Application Support/rustfmt", "AppData/Roaming/rustfmt"];
        std::iter::once(home.clone()).chain(below.map(|folder| home.join(folder)))
    });
    folders.extend(homes);
    folders.extend(surroundings.variable("XDG_CONFIG_HOME").map(|folder| Utf8Path::new(folder).join("rustfmt")));
    folders.extend(surroundings.variable("CLIPPY_CONF_DIR").map(|folder| surroundings.absolute(Utf8Path::new(folder))));
    let names = ["rustfmt.toml", ".rustfmt.toml", "clippy.toml", ".clippy.toml"];
    let files = folders.iter().flat_map(|folder| names.map(|name| folder.join(name)));
    files.filter(|file| file.is_file()).collect()
}

/// This program: its version, and the file it is run from.
fn program() -> String {
    let path = std::env::current_exe().ok();
    let metadata = path.as_ref().and_then(|path| path.metadata().ok());
    let stamp = metadata.as_ref().and_then(crate::tree::stat::Stamp::of);
    format!("{} {stamp:?}", env!("CARGO_PKG_VERSION"))
}

/// The kept answer of this verb, if it still holds; what happened then is told again.
///
/// # Errors
/// 74 where the payload cannot be read.
pub(super) fn recall<R: Serialize, A: DeserializeOwned>(asked: &Asked<'_, R>, run: &Run) -> Result<Option<A>> {
    let Some(memo) = asked.vault.read_as::<Memo>(&file(asked.folder, asked.verb), LARGEST) else { return Ok(None) };
    let holds = memo.key == key(asked, &memo.ignored, &memo.named)?
        && memo.beyond.iter().all(|(path, was)| asked.sight.at(path) == *was);
    let Some(answer) = serde_json::from_value(memo.answer).ok().filter(|_| holds) else { return Ok(None) };
    for event in memo.events {
        run.tell(event);
    }
    run.remark(format!("nothing has changed since the run of {}: its outcomes are told again", memo.at));
    Ok(Some(answer))
}

/// What goes with an answer that is kept.
pub(super) struct Told {
    /// When it was found out.
    pub(super) at: String,
    /// What happened on the way.
    pub(super) events: Vec<Event>,
    /// Patterns of variables that do not count.
    pub(super) ignored: Vec<String>,
    /// Variables that builds asked for by name.
    pub(super) named: BTreeSet<String>,
    /// Every path something rests on; those git lists are in the tree already.
    pub(super) paths: BTreeSet<Utf8PathBuf>,
}

/// Keeps an answer that passed.
///
/// # Errors
/// 74 where it cannot be written.
pub(super) fn keep<R: Serialize, A: Serialize>(asked: &Asked<'_, R>, told: Told, answer: &A) -> Result<()> {
    let key = key(asked, &told.ignored, &told.named)?;
    let beyond = told
        .paths
        .iter()
        .chain(asked.sight.links())
        .filter_map(|path| Some((path.clone(), asked.sight.beyond(path)?)))
        .collect();
    let answer = serde_json::to_value(answer)
        .map_err(|error| Error::new(Code::Internal, "an answer is not JSON").because(error))?;
    let memo = Memo { key, ignored: told.ignored, named: told.named, beyond, at: told.at, events: told.events, answer };
    asked.vault.write_as(&file(asked.folder, asked.verb), &memo)
}

fn file(folder: &Utf8Path, verb: &str) -> Utf8PathBuf {
    folder.join(format!("{verb}.json"))
}

/// Hands on what happens, and keeps what an answer may be told with again.
pub(super) struct Recorder<'a> {
    watch: &'a dyn Watch,
    events: Mutex<Vec<Event>>,
}

impl<'a> Recorder<'a> {
    pub(super) fn new(watch: &'a dyn Watch) -> Self {
        Self { watch, events: Mutex::new(Vec::new()) }
    }

    pub(super) fn events(&self) -> Vec<Event> {
        self.events.lock().map(|events| events.clone()).unwrap_or_default()
    }
}

impl Watch for Recorder<'_> {
    fn see(&self, seen: &Seen) {
        let is_passing = matches!(
            seen.event,
            Event::VerbStarted { .. }
                | Event::Progress { .. }
                | Event::CommandStarted { .. }
                | Event::CommandFinished { .. }
                | Event::Anew { .. }
                | Event::Remark { .. }
                | Event::Warning { .. }
                | Event::Recorded { .. }
        );
        if let (false, Ok(mut events)) = (is_passing, self.events.lock()) {
            events.push(seen.event.clone());
        }
        self.watch.see(seen);
    }
}
