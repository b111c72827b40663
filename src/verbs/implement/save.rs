//! What a run leaves behind, in the order that no reference ever dangles: the record, what is sealed, the payload.

use super::super::around;
use super::super::reports::{self, Of};
use super::super::scene::{self, Read, Scene};
use super::desk::Desk;
use crate::check::{self, red::LOG as RED_LOG};
use crate::claims::Shelf;
use crate::error::{Error, Result};
use crate::event::{Event, Run};
use crate::evidence::{self, CommandRecord, Digests, Inputs, RunRecord, chain, unsaved};
use crate::files;
use crate::payload::entries::{EvidenceEntry, RecordRef};
use crate::payload::model::Payload;
use crate::payload::{edit, store};
use crate::record::{self, Left, Observed, Record};
use crate::report::dossier::{Dossier, Fresh, Judged};
use camino::Utf8Path;
use serde::Deserialize as _;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Files outside of the sources that decide what the checks say, by name.
const INPUTS: [&str; 7] = [
    "Cargo.lock",
    "rust-toolchain",
    "rust-toolchain.toml",
    "clippy.toml",
    ".clippy.toml",
    "rustfmt.toml",
    ".rustfmt.toml",
];

/// The same below a folder `.cargo`.
const SETTINGS: [&str; 2] = [".cargo/config.toml", ".cargo/config"];

/// The most bytes of such a file that are read, and of a source.
const MOST: u64 = 64 << 20;

/// What became of the record.
pub(super) struct Saved {
    pub(super) edits: usize,
    pub(super) diff: Option<String>,
    /// Whether the payload holds what was read and our edits, and nothing else: nobody wrote to it meanwhile.
    pub(super) is_ours_alone: bool,
}

/// What this run is made of, beside what it observed.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) read: &'a Read,
    pub(super) observed: &'a Observed<'a>,
    pub(super) scene: &'a Scene,
    pub(super) desk: &'a Desk,
    pub(super) run: &'a Run<'a>,
}

/// How the payload would differ.
pub(super) fn dry_run(read: &Read, record: &Record) -> Result<Saved> {
    let new = edit::apply(&read.document, &record.edits)?;
    let diff = similar::TextDiff::from_lines(read.document.text(), new.text());
    let diff = diff.unified_diff().context_radius(3).header("handoff/payload.json", "handoff/payload.json").to_string();
    Ok(Saved { edits: record.edits.len(), diff: Some(diff), is_ours_alone: true })
}

/// What is to be reported of a run that is not saved.
pub(super) fn unsaved(asked: &Asked, record: &Record, judged: Judged) -> Result<Dossier> {
    let Asked { read, desk, run, .. } = *asked;
    evidence::write(&desk.folder, &make(asked, false)?, false)?;
    let kept = evidence::unsealed(&desk.handoff, run.id());
    let document = edit::apply(&read.document, &record.edits)?;
    let payload = Payload::read(&document)?;
    let read = Read { located: read.located.clone(), document, payload };
    let shelf = Shelf::read(read.located.folder(), &read.payload);
    let fresh = kept.as_ref().map_or(Fresh::Nothing, Fresh::Unsaved);
    Ok(reports::dossier(Of { verb: "implement", read: &read, shelf: &shelf, fresh, judged }))
}

/// Evidence first, then the payload that refers to it.
pub(super) fn save(asked: &Asked, record: &mut Record) -> Result<Saved> {
    let Asked { read, desk, run, .. } = *asked;
    let is_referred = !record.edits.is_empty();
    let own = make(asked, is_referred)?;
    // Where it is sealed the payload refers to the sealed copy, which is durable.
    let sha256 = evidence::write(&desk.folder, &own, is_referred && !record.sealed)?;
    if is_referred {
        unsaved::begin(&desk.folder)?;
        let path = evidence::reference(run.id(), false);
        let mut left = Left { record: RecordRef { path, sha256 }, sealed: Vec::new() };
        if record.sealed {
            left.sealed = seal(asked, record, &left.record.sha256)?;
            if let Some(own) = left.sealed.last() {
                left.record = RecordRef { path: own.path.clone(), sha256: own.sha256.clone() };
            }
        }
        record.refer(&read.payload, &left)?;
    }
    let saved = store::save(&read.located, &read.document, &record.edits)?;
    if is_referred {
        unsaved::end(&desk.folder)?;
    }
    evidence::prune(&desk.handoff.join("runs"), &evidence::referred(&desk.handoff, &read.located.payload)?)?;
    let edits = if saved.changed { record.edits.len() } else { 0 };
    run.tell(Event::Recorded { payload: scene::relative(&read.located.root, &read.located.payload), edits });
    let is_ours_alone = edit::apply(&read.document, &record.edits)?.text() == saved.document.text();
    Ok(Saved { edits, diff: None, is_ours_alone })
}

/// Seals the runs the payload will lean on, oldest first, and this one last: each a link of the chain.
fn seal(asked: &Asked, record: &Record, own_sha256: &str) -> Result<Vec<EvidenceEntry>> {
    let Asked { read, desk, run, .. } = *asked;
    let (mut links, listed) = links(&desk.handoff, &read.payload);
    let mut sealed = Vec::new();
    let known = record::our_object(&read.payload, "handoff").and_then(|handoff| handoff.get("record"));
    let known = known.and_then(|known| RecordRef::deserialize(known).ok());
    for id in record.leans_on(&read.payload, run.id()).iter().filter(|id| !listed.contains(*id)) {
        let sha256 = known.as_ref().filter(|known| evidence::id_of(&known.path) == Some(id)).map(|known| &known.sha256);
        match evidence::seal(&desk.handoff, id, chain::heads(&links), sha256.map(String::as_str))? {
            Ok(entry) => sealed.push(linked(&mut links, entry)),
            Err(why) => {
                run.warn(format!("the record of the run {id}, on which entries lean, cannot be sealed: it {why}"))
            }
        }
    }
    match evidence::seal(&desk.handoff, run.id(), chain::heads(&links), Some(own_sha256))? {
        Ok(entry) => sealed.push(entry),
        Err(why) => return Err(Error::io("seal the record of this run", std::io::Error::other(format!("it {why}")))),
    }
    Ok(sealed)
}

/// The entry, once it is the next link.
fn linked(links: &mut Vec<chain::Link>, entry: EvidenceEntry) -> EvidenceEntry {
    let previous = chain::heads(links);
    links.push(chain::Link { sha256: entry.sha256.clone(), previous });
    entry
}

/// The chain as the payload lists it, and the ids of its records. What lies there and is not what is listed follows
/// nobody.
fn links(handoff: &Utf8Path, payload: &Payload) -> (Vec<chain::Link>, BTreeSet<String>) {
    let (mut links, mut listed) = (Vec::new(), BTreeSet::new());
    for entry in record::ours(payload, "evidence") {
        let text = |key: &str| entry.get(key).and_then(Value::as_str).unwrap_or_default();
        let kept = evidence::sealed(handoff, text("path"));
        listed.extend(evidence::id_of(text("path")).map(str::to_owned));
        let is_it = |kept: &evidence::Kept| kept.sha256.as_deref() == Some(text("sha256"));
        let previous = kept.filter(is_it).and_then(|kept| kept.record.ok()).map(|record| record.previous);
        links.push(chain::Link { sha256: text("sha256").to_owned(), previous: previous.unwrap_or_default() });
    }
    (links, listed)
}

/// The record of this run, its patch written beside it. Where nothing will refer to it nobody will ask which functions
/// its tests were.
fn make(asked: &Asked, is_referred: bool) -> Result<RunRecord> {
    let Asked { observed, scene, desk, run, .. } = *asked;
    let patch: String = scene.changes.iter().map(|change| change.diff.as_str()).collect();
    let path = desk.folder.join(evidence::PATCH);
    std::fs::write(&path, &patch).map_err(|error| Error::io(format!("write `{path}`"), error))?;
    let (changes, commands) = record::for_evidence(observed);
    let of_commands = observed.results.commands.iter().filter_map(|command| Some(&command.log.as_ref()?.path));
    let of_suites = observed.results.suites.iter().filter_map(|suite| suite.log.as_ref());
    let logs = logs(&desk.folder, of_commands.chain(of_suites))?;
    let commands = commands.into_iter().zip(&observed.results.commands).map(|(entry, seen)| {
        let digests = seen.log.as_ref().and_then(|log| logs.get(&log.path)).cloned();
        CommandRecord { entry, digests }
    });
    let files = scene.snapshot.files()?;
    let listings = if is_referred { evidence::listings(observed.results) } else { BTreeMap::new() };
    let text = |file: &str| String::from_utf8(files::read(&observed.root.join(file), MOST).ok()??).ok();
    // What this work changed comes first.
    let changed: BTreeSet<&str> = scene.changes.iter().map(|change| change.file.as_str()).collect();
    let others = files.keys().map(String::as_str).filter(|file| !changed.contains(file));
    let sources = changed.iter().copied().chain(others);
    let functions = evidence::functions(observed.graph, observed.root, &listings, sources, text);
    let (diagnostics, diagnostics_left_out) = around::diagnostics(observed.results);
    Ok(RunRecord {
        format: evidence::FORMAT,
        parsers: check::PARSERS.iter().map(|(name, version)| ((*name).to_owned(), *version)).collect(),
        previous: Vec::new(),
        run: run.id().to_owned(),
        at: observed.at.to_owned(),
        environment: observed.environment.clone(),
        baseline: observed.baseline.commit.clone(),
        inputs: inputs(observed, scene, &files),
        changes,
        patch: evidence::digests(evidence::PATCH, patch.as_bytes()),
        commands: commands.collect(),
        suites: evidence::suites(observed.results, &functions, &logs),
        skipped: evidence::skipped(observed.results),
        diagnostics,
        diagnostics_left_out,
        packages: around::packages(scene, observed.results, observed.root),
        scenarios: around::scenarios(&observed.seen()),
        red: files::read(&desk.folder.join(RED_LOG), u64::MAX)?.map(|log| evidence::digests(RED_LOG, &log)),
        hidden: scene.selection.hidden.clone(),
    })
}

/// The digests of the logs of these names. A name that two checks share is read once.
fn logs<'a>(folder: &Utf8Path, names: impl Iterator<Item = &'a String>) -> Result<BTreeMap<String, Digests>> {
    let mut logs = BTreeMap::new();
    for name in names {
        if logs.contains_key(name) {
            continue;
        }
        if let Some(bytes) = files::read(&folder.join(name), u64::MAX)? {
            logs.insert(name.clone(), evidence::digests(name, &bytes));
        }
    }
    Ok(logs)
}

/// What the run looked at beside the sources. `files` is the tree.
fn inputs(observed: &Observed, scene: &Scene, files: &BTreeMap<String, String>) -> Inputs {
    let is_input = |file: &&str| {
        let name = file.rsplit('/').next().unwrap_or(file);
        INPUTS.contains(&name) || SETTINGS.iter().any(|end| *file == *end || file.ends_with(&format!("/{end}")))
    };
    let mut names: BTreeSet<String> = files.keys().map(String::as_str).filter(is_input).map(str::to_owned).collect();
    // What git ignores counts all the same: many a library does not keep its lock.
    for workspace in &observed.graph.workspaces {
        let below = |folder: &&Utf8Path| folder.starts_with(observed.root);
        for folder in workspace.root.ancestors().take_while(below) {
            let there = INPUTS.iter().chain(&SETTINGS).map(|name| folder.join(name)).filter(|path| path.is_file());
            names.extend(there.map(|path| scene::relative(observed.root, &path)));
        }
    }
    let digest = |name: String| {
        let bytes = files::read(&observed.root.join(&name), MOST).ok()??;
        Some((name, evidence::sha256(&without_returns(bytes))))
    };
    let flags = observed.flags;
    Inputs {
        head: scene.snapshot.git().head().map(str::to_owned),
        tree: observed.tree.to_owned(),
        files: names.into_iter().filter_map(digest).collect(),
        features: flags.feature_args(),
        // Nothing here builds with another one.
        profile: "dev".to_owned(),
    }
}

/// A text with git's own line ends: a checkout may have others and is the same all the same.
fn without_returns(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.dedup_by(|next, kept| {
        let is_pair = *kept == b'\r' && *next == b'\n';
        if is_pair {
            *kept = b'\n';
        }
        is_pair
    });
    bytes
}
