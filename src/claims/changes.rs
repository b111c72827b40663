//! A claimed change is bound to its file's blob, not to the tree: a rebase or a merge of main leaves it confirmed.

use super::reality::{Files, How, Side, claimed, row_at, text};
use crate::answers::ClaimRow;
use crate::words::{Level, Verdict};
use crate::workspace::changes::{Change, ChangeKind};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

pub(super) fn hold(files: &Files) -> Vec<ClaimRow> {
    let row = |claim: String, verdict, why: String| row_at(Level::Tree, claim, verdict, why);
    let mut claims = Vec::new();
    let mut known: BTreeSet<String> = super::others::files(files.payload);
    for entry in claimed(files.payload, "changes") {
        let Some(file) = text(entry, "file") else {
            let claim = text(entry, "id").unwrap_or("change");
            claims.push(row(claim.into(), Verdict::Contradicted, "it names no file".into()));
            continue;
        };
        known.insert(file.to_owned());
        let (verdict, why) = verdict(entry, file, files);
        claims.push(row(format!("change:{file}"), verdict, why));
    }
    for change in files.changes.iter().filter(|change| !known.contains(&change.file)) {
        let why = "the file differs from the baseline and nobody claims it";
        claims.push(row(format!("change:{}", change.file), Verdict::Contradicted, why.into()));
    }
    claims
}

fn verdict(entry: &Map<String, Value>, file: &str, files: &Files) -> (Verdict, String) {
    let source = text(entry, "from").unwrap_or(file);
    let blob = |side: Side, path: &str| files.blobs.of.get(&(side, path.to_owned())).map(String::as_str);
    let (before, after) = (text(entry, "before"), text(entry, "after"));
    let change = files.changes.iter().find(|change| change.file == file);
    let (base, now) = (blob(Side::Baseline, source), blob(Side::Now, file));
    let is_recorded_here = files.blobs.sides.contains(&Side::Recorded);
    let was_recorded = is_recorded_here && blob(Side::Recorded, source) == before;
    let never_was = || (Verdict::Contradicted, "the file before is not the one of the recorded baseline".to_owned());

    if now == after {
        return match change {
            Some(change) if base == before => told_otherwise(entry, change)
                .unwrap_or((Verdict::Confirmed, "the file is as recorded, before and after".into())),
            Some(_) if !is_recorded_here => (
                Verdict::NotCheckable,
                "the file before is not the baseline's, and the recorded baseline is not here".into(),
            ),
            Some(_) if was_recorded => of_another_kind(entry)
                .unwrap_or((Verdict::Confirmed, "the file is as recorded; the baseline moved".into())),
            Some(_) => never_was(),
            // Merged over several commits, or some of them pushed before others: what is left since the baseline found
            // now does not show this file.
            None if was_recorded && before != after => of_another_kind(entry)
                .unwrap_or((Verdict::Confirmed, "the file is as recorded, measured from the recorded baseline".into())),
            None => (Verdict::Contradicted, "the file does not differ from the baseline".into()),
        };
    }
    let of_work = files.blobs.merged.get(file).into_iter().flatten();
    let of_work = of_work.filter(|merged| merged.parents.iter().any(|parent| parent.as_deref() == after));
    // Where nothing is left of the work on it, it was not merged but given up.
    let merged = of_work.map(|merged| merged.how).min().filter(|_| change.is_some());
    match merged {
        Some(How::Otherwise) => {
            let why = "the merge with other work put something of its own into this file, which nobody recorded";
            return (Verdict::Contradicted, why.into());
        }
        Some(How::ByHand) => {
            let why = "it was merged with other work on this file by hand after it was recorded; run `cargo handoff implement`";
            return (Verdict::NotReproducible, why.into());
        }
        Some(How::AsGit) | None => {}
    }
    if after.is_some() && blob(Side::Branch, file) == after {
        if base != before && is_recorded_here && !was_recorded {
            return never_was();
        }
        return (
            Verdict::Confirmed,
            "the branch's own commit holds the file as recorded; the merge went further".into(),
        );
    }
    if merged.is_some() {
        return (
            Verdict::Stale,
            "it was merged with other work on this file after it was recorded; run `cargo handoff implement`".into(),
        );
    }
    if base != before && was_recorded {
        return (
            Verdict::Stale,
            "the baseline's file moved and this one with it; run `cargo handoff implement`".into(),
        );
    }
    match (change, now, after) {
        (None, _, _) => (Verdict::Contradicted, "the file does not differ from the baseline".into()),
        (Some(_), None, Some(_)) => (Verdict::Contradicted, "the file is gone".into()),
        (Some(_), Some(_), None) => (Verdict::Contradicted, "the file is still there".into()),
        (Some(_), _, _) => (Verdict::Contradicted, "the file was edited after it was recorded".into()),
    }
}

/// The blobs are right, but a reader is told something else about them.
fn told_otherwise(entry: &Map<String, Value>, change: &Change) -> Option<(Verdict, String)> {
    let seen = change.kind.word();
    if let Some(told) = text(entry, "kind").filter(|told| *told != seen) {
        return Some((Verdict::Contradicted, format!("recorded as {told}; the file was {seen}")));
    }
    let is_seen = |lines: &Value| *lines == serde_json::to_value(change.lines).unwrap_or_default();
    if !entry.get("lines").is_none_or(is_seen) {
        return Some((Verdict::Contradicted, "its numbers of lines are not those of its diff".into()));
    }
    // Headers may differ between versions of git; the lines may not.
    let lines = |diff: &str| -> Vec<String> {
        diff.lines().filter(|line| line.starts_with(['+', '-'])).map(str::to_owned).collect()
    };
    let told = text(entry, "diff")?;
    (lines(told) != lines(&change.diff))
        .then(|| (Verdict::Contradicted, "its diff is not the one between its two blobs".into()))
}

/// What can be said of a change without comparing its blobs again: whether it is one of its kind.
fn of_another_kind(entry: &Map<String, Value>) -> Option<(Verdict, String)> {
    let is = match (text(entry, "before"), text(entry, "after"), text(entry, "from")) {
        (None, _, _) => ChangeKind::Added,
        (Some(_), None, _) => ChangeKind::Deleted,
        (Some(_), Some(_), Some(_)) => ChangeKind::Renamed,
        (Some(_), Some(_), None) => ChangeKind::Modified,
    };
    let told = text(entry, "kind").filter(|told| *told != is.word())?;
    Some((Verdict::Contradicted, format!("recorded as {told}; by its blobs the file was {}", is.word())))
}

#[cfg(test)]
mod tests;
