//! What `validate` found, for a person.

use super::parts;
use crate::answers::{ClaimRow, Ending, ValidateAnswer};
use crate::report::layout::{Detail, Line, PLAIN, Room, STRONG, Section, count, fit, verdict_style, wrap, wrap_in};
use crate::words::{Level, Verdict, some_of};

const VERDICTS: [Verdict; 5] =
    [Verdict::Contradicted, Verdict::Stale, Verdict::NotReproducible, Verdict::NotCheckable, Verdict::Confirmed];

/// How many claims per verdict, those that did not hold with their reasons, the table of what was run again.
#[must_use]
pub fn validate(answer: &ValidateAnswer, room: &Room) -> String {
    // Claims and problems stand above with their reasons.
    let is_shown = |claim: &&ClaimRow| claim.verdict != Verdict::Confirmed;
    let claims_shown = || answer.claims.iter().filter(is_shown);
    let problems = answer.problems.iter().map(|problem| format!("{}: {}", problem.what, problem.why));
    let shown: Vec<String> =
        claims_shown().map(|claim| format!("{}: {}", claim.claim, claim.why)).chain(problems).collect();
    let is_short = |open: &String| {
        claims_shown().any(|claim| open.starts_with(&format!("{}: {}, and `", claim.claim, claim.verdict)))
    };
    let mut closing = answer.closing.clone();
    let n_short = closing.open.iter().filter(|open| is_short(open)).count();
    closing.open.retain(|open| !shown.contains(open) && !is_short(open));
    if 0 < n_short {
        let claims = count(n_short, "claim above is", "claims above are");
        closing.open.push(format!("{claims} less than what `--require` asks for"));
    }
    let mut sections = vec![Section::untitled(vec![head(answer, room)]).whole(), claims(answer, room)];
    sections.push(parts::problems(&answer.problems, room));
    sections.push(parts::findings(&answer.findings, &closing.open, room));
    if room.detail != Detail::Quiet {
        sections.push(parts::table(&answer.rows, room));
    }
    let mut closing = parts::closing(&closing, room);
    let next = closing.pop().expect("it has two sections");
    sections.extend(closing);
    let last = parts::ending(Line::plain(&format!("{}: ", answer.closing.verb)), answer.closing.outcome);
    let recorded = answer.recorded.iter().map(|text| wrap(Line::plain("  "), text, room.width));
    sections.push(Section::untitled(vec![std::iter::once(last).chain(recorded.flatten()).collect()]).whole());
    sections.push(next);
    fit(sections, room, "`--message-format json`, which has every claim")
}

fn head(answer: &ValidateAnswer, room: &Room) -> Vec<Line> {
    if let Some(note) = &answer.note {
        return wrap(Line::default(), note, room.width);
    }
    let n_claims = count(answer.claims.len(), "claim", "claims");
    let mut line = Line::default().and(STRONG, &format!("{n_claims} in {}: ", answer.payload));
    let mut first = true;
    for verdict in VERDICTS {
        let n = answer.claims.iter().filter(|claim| claim.verdict == verdict).count();
        if 0 < n {
            line = if first { line } else { line.and(PLAIN, ", ") };
            line = line.and(verdict_style(verdict), &format!("{n} {verdict}"));
            first = false;
        }
    }
    let mut lines = vec![line];
    if 0 < answer.n_unevidenced {
        let entries = count(answer.n_unevidenced, "entry", "entries");
        lines.push(Line::plain(&format!("{entries} written by hand, not checkable")));
    }
    if !answer.baseline.is_empty() {
        lines.extend(wrap(Line::default(), &format!("measured from {}", answer.baseline), room.width));
    }
    lines.extend(wrap(Line::default(), &levels(answer), room.width));
    lines
}

/// `levels: V0 V1 V2 V3 done; V4 (checks run again), V5 (tests on the baseline) not asked for: --level 5`.
fn levels(answer: &ValidateAnswer) -> String {
    let done = &answer.levels;
    let names: Vec<&str> = done.iter().map(|level| level.name()).collect();
    let done_words = format!("levels: {} done", names.join(" "));
    let left: Vec<Level> = Level::ALL.into_iter().filter(|level| !done.contains(level)).collect();
    let left_out: Vec<String> = left.iter().map(|level| format!("{level} ({})", level.in_words())).collect();
    match (left.last(), answer.closing.outcome) {
        (None, _) => done_words,
        // Whatever was asked for, the deadline came.
        (Some(_), Ending::Interrupted) => format!("{done_words}; {} not done", left_out.join(", ")),
        (Some(last), Ending::Passed | Ending::Failed | Ending::Paused | Ending::Error) => {
            let number = last.name().trim_start_matches('V');
            format!("{done_words}; {} not asked for: `--level {number}`", left_out.join(", "))
        }
    }
}

/// Every claim that is not confirmed with its reason; the confirmed ones by kind, or each where all is wanted.
fn claims(answer: &ValidateAnswer, room: &Room) -> Section {
    let entry = |claim: &ClaimRow| {
        let head = Line::default().and(verdict_style(claim.verdict), claim.verdict.word()).to(14);
        let mut lines = wrap_in(STRONG, head, &claim.claim, room.width.saturating_sub(", at V4".len()));
        if claim.verdict != Verdict::Confirmed {
            let last = lines.pop().expect("a head is a line");
            lines.push(last.and(PLAIN, &format!(", at {}", claim.level)));
        }
        let why = Line::default().to(14);
        lines.extend(if claim.why.is_empty() { Vec::new() } else { wrap(why, &claim.why, room.width) });
        lines
    };
    let rank = |claim: &&ClaimRow| VERDICTS.iter().position(|verdict| *verdict == claim.verdict);
    let mut shown: Vec<&ClaimRow> = answer.claims.iter().collect();
    shown.retain(|claim| claim.verdict != Verdict::Confirmed || room.detail == Detail::Full);
    shown.sort_by_key(rank);
    let mut entries: Vec<Vec<Line>> = alike(shown, room.detail).iter().map(entry).collect();
    let confirmed = confirmed(&answer.claims);
    if room.detail == Detail::Normal && !confirmed.is_empty() {
        let head = Line::default().and(verdict_style(Verdict::Confirmed), Verdict::Confirmed.word()).to(14);
        entries.push(wrap(head, &confirmed, room.width));
    }
    let least = 4.min(entries.len());
    Section { least, ..Section::untitled(entries) }
}

/// Claims with one verdict for one reason are told in one, unless everything is wanted.
fn alike(claims: Vec<&ClaimRow>, detail: Detail) -> Vec<ClaimRow> {
    let mut groups: Vec<(ClaimRow, Vec<String>)> = Vec::new();
    for claim in claims {
        let is_same = |row: &ClaimRow| (row.verdict, &row.why, row.level) == (claim.verdict, &claim.why, claim.level);
        let may_join = detail != Detail::Full;
        match groups.iter_mut().find(|(row, _)| may_join && is_same(row)) {
            Some((_, names)) => names.push(claim.claim.clone()),
            None => groups.push((claim.clone(), vec![claim.claim.clone()])),
        }
    }
    let told = |names: &[String]| match names.len() {
        0..=MOST_NAMES => names.join(", "),
        _ => format!("{} ({})", some_of(names), kinds(names.iter().map(String::as_str))),
    };
    groups.into_iter().map(|(row, names)| ClaimRow { claim: told(&names), ..row }).collect()
}

/// So many claims of one reason are named one by one.
const MOST_NAMES: usize = 3;

/// How many confirmed claims there are of each kind.
fn confirmed(claims: &[ClaimRow]) -> String {
    kinds(claims.iter().filter(|claim| claim.verdict == Verdict::Confirmed).map(|claim| claim.claim.as_str()))
}

/// `12 changes, 6 tests, 4 steps`: how many claims of each kind.
fn kinds<'a>(claims: impl Iterator<Item = &'a str>) -> String {
    let mut kinds: Vec<(&str, usize)> = Vec::new();
    for claim in claims {
        let kind = claim.split(':').next().unwrap_or_default();
        match kinds.iter_mut().find(|(name, _)| *name == kind) {
            Some((_, n)) => *n += 1,
            None => kinds.push((kind, 1)),
        }
    }
    let words: Vec<String> = kinds.iter().map(|(kind, n)| count(*n, kind, &format!("{kind}s"))).collect();
    words.join(", ")
}
