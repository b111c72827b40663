//! V1: the logs and patches that lie there are, byte for byte, those that were recorded.

use super::chain::{all, claim_of};
use super::linked::{Link, link};
use super::reality::{row_at, text};
use super::shelf::{Shelf, digests};
use crate::answers::ClaimRow;
use crate::evidence::{Digests, Held, Kept, RunRecord, sealed_bytes};
use crate::payload::model::Payload;
use crate::words::{Level, Verdict};

/// A row for each record one of whose files is another, and for each entry that leans on such a file.
pub(super) fn hold(payload: &Payload, shelf: &Shelf) -> Vec<ClaimRow> {
    let mut rows = Vec::new();
    for (run, kept) in &shelf.records {
        let files = kept.record.as_ref().ok().map(digests).into_iter().flatten();
        for (verdict, why) in files.filter_map(|digests| wrong(kept, digests)) {
            rows.push(row_at(Level::Evidence, format!("evidence:{run}"), verdict, why));
        }
    }
    for (list, entry) in all(payload) {
        let Link::To(kept, record) = link(list, entry, shelf) else { continue };
        let file = file_of(list, text(entry, "id").unwrap_or_default(), record);
        if let Some((verdict, why)) = file.and_then(|digests| wrong(kept, digests)) {
            rows.push(row_at(Level::Evidence, claim_of(list, entry), verdict, why));
        }
    }
    rows
}

/// The file of its record an entry leans on.
fn file_of<'a>(list: &str, id: &str, record: &'a RunRecord) -> Option<&'a Digests> {
    let digests = match list {
        "changes" => Some(&record.patch),
        "tests" => record.suites.iter().find(|suite| suite.id == id)?.digests.as_ref(),
        _ => record.commands.iter().find(|command| command.entry.id == id)?.digests.as_ref(),
    };
    digests.filter(|digests| !digests.path.is_empty())
}

fn wrong(kept: &Kept, digests: &Digests) -> Option<(Verdict, String)> {
    let path = digests.path.escape_debug();
    match kept.held(digests) {
        Held::Whole(_) => None,
        Held::Cut(bytes) if kept.is_sealed => {
            let record = kept.record.as_ref().ok()?;
            let has_room = sealed_bytes(record, &digests.path).is_none_or(|most| most < bytes.len());
            let why = || format!("`{path}` was edited: it is said to be a head and a tail, and there was room for all");
            has_room.then(|| (Verdict::Contradicted, why()))
        }
        Held::Cut(_) | Held::Differs(_) => {
            Some((Verdict::Contradicted, format!("`{path}` was edited: its bytes are not those recorded")))
        }
        // What was never sealed is nobody's to keep.
        Held::Unreadable(why) => {
            let verdict = if kept.is_sealed { Verdict::Contradicted } else { Verdict::NotCheckable };
            Some((verdict, format!("`{path}` {}", why.in_words())))
        }
    }
}
