//! Sealing: a run's record copied to where it is meant to be committed, as a link of the chain.
//!
//! A sealed folder is there whole or not at all: it is written beside its place, made durable, and renamed.

use super::place::{PATCH, RECORD, evidence_folder, is_folder, is_of_evidence, reference};
use super::read::{Held, Unreadable, unsealed};
use super::record::{Digests, RunRecord};
use super::share;
use crate::error::{Code, Error, Result};
use crate::files::{self, sha256};
use crate::payload::entries::EvidenceEntry;
use crate::words::BY;
use camino::Utf8Path;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write as _};

/// A record's text as it is written.
///
/// # Errors
/// 70 where it is no JSON, which is a bug.
fn text(record: &RunRecord) -> Result<Vec<u8>> {
    let mut text = serde_json::to_vec_pretty(record)
        .map_err(|error| Error::new(Code::Internal, "a run's record is not JSON").because(error))?;
    text.push(b'\n');
    Ok(text)
}

/// Writes `record.json` into the run's folder, with the logs and the patch it speaks of made durable where the payload
/// is to refer to it. SHA-256 of its text.
///
/// # Errors
/// 74 where the folder cannot be written to.
pub fn write(folder: &Utf8Path, record: &RunRecord, is_referred: bool) -> Result<String> {
    let text = text(record)?;
    let own = folder.join(RECORD);
    if !is_referred {
        files::put(&own, &text)?;
        return Ok(sha256(&text));
    }
    for name in digests_of(record).keys() {
        let path = folder.join(name);
        match File::open(&path).and_then(|file| file.sync_all()) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(Error::io(format!("write `{path}`"), error));
            }
            Ok(()) | Err(_) => {}
        }
    }
    files::replace(&own, &text)?;
    Ok(sha256(&text))
}

/// Seals a run whose record lies in its folder, as the next link behind these. The entry the payload is to list; or why
/// the run's record cannot be vouched for any more: it, or one of its logs, is not what was written.
///
/// `sha256` is what the run's record is known to have, where it is known.
///
/// # Errors
/// 74 where it cannot be written.
pub fn seal(
    handoff: &Utf8Path,
    id: &str,
    previous: Vec<String>,
    sha256: Option<&str>,
) -> Result<std::result::Result<EvidenceEntry, String>> {
    let Some(kept) = unsealed(handoff, id) else { return Ok(Err(Unreadable::Missing.in_words())) };
    if sha256.is_some_and(|known| kept.sha256.as_deref() != Some(known)) {
        return Ok(Err("is not what was recorded".into()));
    }
    let mut logs: Vec<(String, Vec<u8>)> = Vec::new();
    let mut record = match &kept.record {
        Ok(record) => record.clone(),
        Err(why) => return Ok(Err(why.in_words())),
    };
    for digests in digests_of(&record).into_values() {
        match kept.held(&digests) {
            Held::Whole(bytes) if is_of_evidence(&digests.path) => logs.push((digests.path, bytes)),
            Held::Whole(_) | Held::Cut(_) | Held::Differs(_) => {
                return Ok(Err(format!("says something else of `{}` than what lies there", digests.path)));
            }
            Held::Unreadable(why) => return Ok(Err(format!("speaks of `{}`, which {}", digests.path, why.in_words()))),
        }
    }
    shorten(&mut logs, &mut record);
    move_references(&mut record, id);
    record.previous = previous;
    let text = text(&record)?;
    logs.push((RECORD.to_owned(), text.clone()));
    put(handoff, id, &logs)?;
    Ok(Ok(EvidenceEntry {
        id: format!("evidence:{id}"),
        path: reference(id, true),
        sha256: files::sha256(&text),
        at: record.at,
        by: BY.into(),
    }))
}

/// Every log and patch a record speaks of, by name.
fn digests_of(record: &RunRecord) -> BTreeMap<String, Digests> {
    let of_commands = record.commands.iter().filter_map(|command| command.digests.as_ref());
    let of_suites = record.suites.iter().filter_map(|suite| suite.digests.as_ref());
    let all = of_commands
        .chain(of_suites)
        .chain(&record.red)
        .chain([&record.patch])
        .filter(|digests| !digests.path.is_empty());
    all.map(|digests| (digests.path.clone(), digests.clone())).collect()
}

/// The most bytes that are sealed of one log of a record; `None` where there is room for the whole.
#[must_use]
pub fn sealed_bytes(record: &RunRecord, name: &str) -> Option<usize> {
    let logs: Vec<Digests> = digests_of(record).into_values().filter(|digests| digests.path != PATCH).collect();
    let lengths: Vec<usize> = logs.iter().map(|log| usize::try_from(log.bytes).unwrap_or(usize::MAX)).collect();
    let mut shared = logs.iter().zip(lengths.iter().zip(share::shares(&lengths, share::MOST)));
    let (_, (length, share)) = shared.find(|(log, _)| log.path == name)?;
    (share < *length).then_some(share)
}

/// Cuts logs to their share, and writes the digests of what is left of them into the record.
fn shorten(logs: &mut [(String, Vec<u8>)], record: &mut RunRecord) {
    let mut logs: Vec<&mut (String, Vec<u8>)> = logs.iter_mut().filter(|(name, _)| name != PATCH).collect();
    let lengths: Vec<usize> = logs.iter().map(|(_, bytes)| bytes.len()).collect();
    let mut cut: BTreeMap<String, String> = BTreeMap::new();
    for ((name, bytes), share) in
        logs.iter_mut().map(|log| (&log.0, &mut log.1)).zip(share::shares(&lengths, share::MOST))
    {
        if share < bytes.len() {
            *bytes = share::cut(bytes, share);
            cut.insert(name.clone(), sha256(bytes));
        }
    }
    let of_commands = record.commands.iter_mut().filter_map(|command| command.digests.as_mut());
    let of_suites = record.suites.iter_mut().filter_map(|suite| suite.digests.as_mut());
    for digests in of_commands.chain(of_suites).chain(&mut record.red) {
        digests.sealed = cut.get(&digests.path).cloned();
    }
}

/// What the record says of where it lies, as it is once it is sealed.
fn move_references(record: &mut RunRecord, id: &str) {
    let (from, to) = (reference(id, false), reference(id, true));
    let moved = |text: &mut String| {
        if let Some(rest) = text.strip_prefix(&from).filter(|rest| rest.is_empty() || rest.starts_with('/')) {
            *text = format!("{to}{rest}");
        }
    };
    record.changes.iter_mut().for_each(|change| moved(&mut change.evidence_ref));
    for command in &mut record.commands {
        moved(&mut command.entry.evidence_ref);
        command.entry.log.iter_mut().for_each(|log| moved(&mut log.path));
    }
    record.suites.iter_mut().flat_map(|suite| &mut suite.red).for_each(|red| moved(&mut red.evidence_ref));
}

/// Puts these files into the sealed folder of this id, all of them or none. What lies there is replaced: nobody lists
/// it, or it would not be sealed again.
fn put(handoff: &Utf8Path, id: &str, logs: &[(String, Vec<u8>)]) -> Result<()> {
    let folder = evidence_folder(handoff, id);
    let failed = |error: io::Error| Error::io(format!("seal `{folder}`"), error);
    let above = handoff.join("evidence");
    if above.symlink_metadata().is_ok() && !is_folder(&above) {
        return Err(failed(io::Error::other(format!("`{above}` is a link, or no folder"))));
    }
    files::create_folder(&above)?;
    let beside = handoff.join(format!(".handoff-{id}.tmp"));
    files::remove(&beside)?;
    fs::create_dir(&beside).map_err(failed)?;
    for (name, bytes) in logs {
        let mut file = File::create_new(beside.join(name)).map_err(failed)?;
        file.write_all(bytes).map_err(failed)?;
        file.sync_all().map_err(failed)?;
    }
    files::sync_folder(&beside).map_err(failed)?;
    files::remove(&folder)?;
    fs::rename(&beside, &folder).map_err(failed)?;
    files::sync_folder(&above).map_err(failed)?;
    files::sync_folder(handoff).map_err(failed)
}

#[cfg(test)]
mod tests;
