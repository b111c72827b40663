//! The levels below running anything again, and how what they say goes together with what was run.

use super::bound::{self, Bound};
use super::chain::{self, all, claim_of};
use super::derived::{self, Doubt};
use super::linked::{Link, link};
use super::logs;
use super::reality::{row_at, text};
use super::same;
use super::shelf::Shelf;
use super::written;
use crate::answers::ClaimRow;
use crate::evidence::{Kept, RunRecord};
use crate::payload::model::Payload;
use crate::words::{Level, Verdict};
use serde_json::{Map, Value};

/// What the records bear out, up to a level: one row for each entry of ours and each sealed record. `bound` is there from
/// V3 on.
#[must_use]
pub fn prove(payload: &Payload, shelf: &Shelf, level: Level, bound: Option<&Bound>) -> Vec<ClaimRow> {
    let mut rows = chain::records(payload, shelf);
    rows.extend(chain::entries(payload, shelf));
    if Level::Evidence <= level {
        rows.extend(logs::hold(payload, shelf));
    }
    if Level::Outcomes <= level {
        rows.extend(outcomes(payload, shelf));
        rows.extend(written::hold(payload, shelf));
    }
    if let Some(bound) = bound.filter(|_| Level::Tree <= level) {
        rows.extend(bound::hold(payload, shelf, bound));
    }
    if Level::Evidence <= level {
        let intact = shelf.listed.iter().map(|entry| {
            row_at(Level::Evidence, entry.id.clone(), Verdict::Confirmed, "its record and its files are as sealed")
        });
        rows.extend(intact);
    }
    let reached = level.min(Level::Tree);
    let linked = all(payload).filter(|(list, entry)| matches!(link(list, entry, shelf), Link::To(..)));
    let held = linked.map(|(list, entry)| {
        row_at(reached, claim_of(list, entry), Verdict::Confirmed, "its record holds; not run again")
    });
    rows.extend(held);
    one_each(rows)
}

fn outcomes(payload: &Payload, shelf: &Shelf) -> Vec<ClaimRow> {
    let mut rows = Vec::new();
    for (list, entry) in all(payload) {
        let Link::To(kept, record) = link(list, entry, shelf) else { continue };
        let mut row = |verdict, why: String| rows.push(row_at(Level::Outcomes, claim_of(list, entry), verdict, why));
        if let Some(why) = same::difference(list, entry, record, shelf) {
            row(Verdict::Contradicted, why);
            continue;
        }
        if let Some(why) = same::unseen(list, entry, record, shelf) {
            row(Verdict::NotCheckable, why);
        }
        match derive(list, entry, kept, record) {
            Ok(()) => {}
            Err(Doubt::Wrong(why)) => row(Verdict::Contradicted, why),
            Err(Doubt::Unclear(why)) => row(Verdict::NotCheckable, why),
        }
    }
    rows
}

fn derive(list: &str, entry: &Map<String, Value>, kept: &Kept, record: &RunRecord) -> Result<(), Doubt> {
    let id = text(entry, "id").unwrap_or_default();
    match list {
        "tests" => record
            .suites
            .iter()
            .find(|suite| suite.id == id)
            .map_or(Ok(()), |suite| derived::suite(kept, record, suite)),
        "commands" => record
            .commands
            .iter()
            .find(|command| command.entry.id == id)
            .map_or(Ok(()), |command| derived::command(kept, record, command)),
        _ => Ok(()),
    }
}

/// One row a claim, in the order they were first spoken of: what contradicts it at the lowest level, else that nothing
/// can be said of it at all, else what speaks against it, else how far it holds.
fn one_each(rows: Vec<ClaimRow>) -> Vec<ClaimRow> {
    let rank = |row: &ClaimRow| match row.verdict {
        Verdict::Contradicted => (0, row.level),
        Verdict::NotCheckable if row.level == Level::Contract => (1, row.level),
        Verdict::NotReproducible => (2, row.level),
        Verdict::Stale => (3, row.level),
        Verdict::NotCheckable => (4, row.level),
        Verdict::Confirmed => (5, row.level),
    };
    let mut settled: Vec<ClaimRow> = Vec::new();
    for row in rows {
        match settled.iter_mut().find(|known| known.claim == row.claim) {
            None => settled.push(row),
            // A higher level says how far it holds.
            Some(known) if known.verdict == Verdict::Confirmed && row.verdict == Verdict::Confirmed => {
                known.level = known.level.max(row.level);
            }
            Some(known) if rank(&row) < rank(known) => *known = row,
            Some(_) => {}
        }
    }
    settled
}

/// What was seen now, over what the records bear out. What a record or its absence contradicts stays so, whatever a
/// check that is run again says.
#[must_use]
pub fn over(lower: &[ClaimRow], mut seen: Vec<ClaimRow>) -> Vec<ClaimRow> {
    let is_lie = |row: &&ClaimRow| row.verdict == Verdict::Contradicted;
    for row in &mut seen {
        let Some(lie) = lower.iter().filter(is_lie).find(|lie| lie.claim == row.claim) else { continue };
        let why = if row.verdict == Verdict::Contradicted && row.why != lie.why {
            format!("{}; {}", lie.why, row.why)
        } else {
            lie.why.clone()
        };
        *row = ClaimRow { why, ..lie.clone() };
    }
    let is_more = |row: &&ClaimRow| is_lie(row) || row.claim.starts_with("evidence:");
    let more: Vec<ClaimRow> =
        lower.iter().filter(is_more).filter(|row| seen.iter().all(|seen| seen.claim != row.claim)).cloned().collect();
    seen.extend(more);
    seen
}

#[cfg(test)]
mod tests;
