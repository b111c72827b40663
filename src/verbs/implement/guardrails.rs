//! Where the guardrails of a step's snapshot (`recon baseline`) went.

use super::super::recon::baseline::SNAPSHOT;
use super::super::scene::{self, Read, Scene};
use crate::event::Run;
use crate::evidence;
use crate::files;
use crate::mapping::Texts;
use crate::payload::entries::{FollowUp, LogRef};
use crate::recon::snapshot::{Now, SNAPSHOT_FORMAT, Snapshot, lost};
use crate::recon::{FindingKind, newest};
use crate::record;
use crate::words::{BY, Finding};
use serde_json::Value;

/// The largest snapshot that is read.
const LARGEST: u64 = 64 << 20;

/// The largest source.
const LARGEST_SOURCE: u64 = 4 << 20;

/// The most that is told of one step.
const MOST: usize = 20;

/// One follow-up for each guardrail that is gone and of which no finding speaks. Where a snapshot cannot be read, what was
/// told of it stays told.
pub(super) fn follow_ups(read: &Read, scene: &Scene, texts: &Texts, told: &[Finding], run: &Run) -> Vec<FollowUp> {
    let mut all = Vec::new();
    for finding in newest(&read.payload).iter().filter(|finding| finding.kind == FindingKind::Baseline.word()) {
        let step = finding.question.get("step").and_then(Value::as_str).unwrap_or_default();
        match finding.evidence.as_ref().ok_or_else(|| "is not named".to_owned()).and_then(|log| open(read, log)) {
            Ok(snapshot) => {
                let mut sentences = lost(&snapshot, &now(&snapshot, read, scene, texts), told);
                let more = sentences.len().saturating_sub(MOST);
                sentences.truncate(MOST);
                if 0 < more {
                    sentences.push(format!("{more} more guardrails of step {step} are gone"));
                }
                all.extend(sentences.into_iter().map(|text| follow_up(step, text)));
            }
            Err(why) => {
                run.warn(format!("where the guardrails of step {step} went is not known: its snapshot {why}"));
                all.extend(kept(read, step));
            }
        }
    }
    all
}

fn prefix(step: &str) -> String {
    format!("follow-up:guardrail:{step}:")
}

fn follow_up(step: &str, text: String) -> FollowUp {
    let mut digest = files::sha256(text.as_bytes());
    digest.truncate(8);
    FollowUp { id: format!("{}{digest}", prefix(step)), text, by: BY.into() }
}

/// What stands in the payload of a step.
fn kept(read: &Read, step: &str) -> Vec<FollowUp> {
    let ours = record::ours(&read.payload, "followUps").filter(|entry| !record::is_withdrawn(entry));
    let text = |entry: &serde_json::Map<String, Value>, key: &str| entry.get(key)?.as_str().map(str::to_owned);
    let of_step = ours.filter_map(|entry| Some((text(entry, "id")?, text(entry, "text")?)));
    let of_step = of_step.filter(|(id, _)| id.starts_with(&prefix(step)));
    of_step.map(|(id, text)| FollowUp { id, text, by: BY.into() }).collect()
}

/// Reads a snapshot; in words why it cannot be believed.
fn open(read: &Read, log: &LogRef) -> Result<Snapshot, String> {
    let id = log.path.strip_prefix("handoff/evidence/").and_then(|path| path.strip_suffix(&format!("/{SNAPSHOT}")));
    let id = id.filter(|id| evidence::id_of(id) == Some(id)).ok_or("lies where none is kept")?;
    let path = evidence::evidence_folder(&scene::handoff_folder(&read.located), id).join(SNAPSHOT);
    let bytes = files::read(&path, LARGEST).map_err(|error| format!("cannot be read: {error}"))?;
    let bytes = bytes.ok_or_else(|| format!("is not there: `{}`", log.path))?;
    if files::sha256(&bytes) != log.sha256 {
        return Err(format!("was edited: `{}`", log.path));
    }
    let snapshot: Snapshot = serde_json::from_slice(&bytes).map_err(|error| format!("is none: {error}"))?;
    if snapshot.format == SNAPSHOT_FORMAT { Ok(snapshot) } else { Err("is of another version".into()) }
}

/// The files of a snapshot as they are now, and what else was changed.
fn now(snapshot: &Snapshot, read: &Read, scene: &Scene, texts: &Texts) -> Now {
    let changed = scene.changes.iter().filter(|change| change.file.ends_with(".rs"));
    let changed = changed.filter_map(|change| Some((change.file.clone(), texts.get(&change.file)?.1.clone()?)));
    let mut now: Now = changed.collect();
    for file in &snapshot.files {
        let is_changed = scene
            .changes
            .iter()
            .any(|change| change.file == file.file || change.from.as_deref() == Some(file.file.as_str()));
        if !is_changed && !file.file.split('/').any(|part| part == "..") {
            let bytes = files::read(&read.located.root.join(&file.file), LARGEST_SOURCE).ok().flatten();
            now.extend(bytes.map(|bytes| (file.file.clone(), String::from_utf8_lossy(&bytes).into_owned())));
        }
    }
    now
}
