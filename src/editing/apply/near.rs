//! A text that does not occur: where it nearly does, and what is different there.

use crate::error::{Code, Error};
use similar::{ChangeTag, TextDiff};

/// From this likeness on a place is told.
const LEAST: f32 = 0.6;

/// The most lines of a file, and of a text, that are compared.
const MOST_LINES: usize = 20_000;
const MOST_OLD_LINES: usize = 200;

/// How many lines of the text decide which places are compared letter by letter.
const MOST_SCORED: usize = 24;

/// How many places are compared letter by letter.
const MOST_TRIES: usize = 12;

/// The most lines of a difference that are told.
const MOST_TOLD: usize = 24;

/// The old text does not occur in a file. Nothing is replaced; the nearest place is shown.
pub(super) fn missing(text: &str, old: &str, file: &str) -> Error {
    let error = Error::new(Code::TextNotFound, format!("the old text does not occur in `{file}`"));
    match nearest(text, old) {
        None => error
            .hint(format!("nothing in `{file}` is like it; `cargo handoff recon overview {file}` shows what is there")),
        Some((line, there)) => {
            let why = difference(old, &there);
            let mut details = vec![format!("{file}:{line} is nearly the same{why}")];
            details.extend(told(old, &there, why.contains("blanks")));
            error.details(details).hint("nothing was replaced; give the text as it stands there")
        }
    }
}

/// The lines of the file most like the text, and the number of the first one.
fn nearest(text: &str, old: &str) -> Option<(usize, String)> {
    let lines: Vec<&str> = text.lines().take(MOST_LINES).collect();
    let wanted: Vec<&str> = old.trim_matches('\n').lines().take(MOST_OLD_LINES).collect();
    let n_wanted = wanted.len();
    if n_wanted == 0 || lines.len() < n_wanted {
        return None;
    }
    let plain = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let (plain_lines, plain_wanted): (Vec<String>, Vec<String>) =
        (lines.iter().map(|line| plain(line)).collect(), wanted.iter().map(|line| plain(line)).collect());
    let letters = |line: &str| {
        let mut letters = [0_u32; 128];
        line.bytes().filter(u8::is_ascii).for_each(|byte| letters[usize::from(byte)] += 1);
        letters
    };
    let wanted_letters: Vec<[u32; 128]> = plain_wanted.iter().map(|line| letters(line)).collect();
    let line_letters: Vec<[u32; 128]> = plain_lines.iter().map(|line| letters(line)).collect();
    let mut scored: Vec<(u64, usize)> = (0..=lines.len() - n_wanted)
        .map(|start| {
            let score = (0..n_wanted.min(MOST_SCORED)).map(|at| {
                let (line, want) = (&plain_lines[start + at], &plain_wanted[at]);
                if line == want {
                    return 3 * want.len() as u64 + 1;
                }
                // Where it is part of a line the letters it lacks count, those besides do not as much.
                let pairs = line_letters[start + at].iter().zip(&wanted_letters[at]);
                let common: u64 = pairs.map(|(here, there)| u64::from(*here.min(there))).sum();
                let longer = (line.len() as u64).saturating_sub(want.len() as u64);
                (2 * common).saturating_sub(longer / 2)
            });
            (score.sum(), start)
        })
        .collect();
    scored.sort_by_key(|(score, start)| (std::cmp::Reverse(*score), *start));
    let old = wanted.join("\n");
    let mut best: Option<(f32, usize, String)> = None;
    for (_, start) in scored.into_iter().take(MOST_TRIES) {
        let there = lines[start..start + n_wanted].join("\n");
        let likeness = likeness(&old, &there);
        if best.as_ref().is_none_or(|(known, ..)| *known < likeness) {
            best = Some((likeness, start, there));
        }
    }
    let (likeness, start, there) = best?;
    (LEAST <= likeness).then_some((start + 1, there))
}

/// How much of the text is found in the lines, from 0 to 1, blanks left out where they stand at a line's beginning.
fn likeness(old: &str, there: &str) -> f32 {
    const MOST: usize = 4000;
    let plain = |text: &str| -> String {
        text.lines().map(str::trim).collect::<Vec<_>>().join("\n").chars().take(MOST).collect()
    };
    let (old, there) = (plain(old), plain(there));
    let diff = TextDiff::from_chars(&old, &there);
    let same: usize = diff.iter_all_changes().filter(|change| change.tag() == ChangeTag::Equal).count();
    let n_old = old.chars().count().max(1);
    let n_there = there.chars().count().max(1);
    // What is longer than the text may hold it: the shorter one is what counts, in part.
    #[expect(clippy::cast_precision_loss, reason = "a few thousand letters")]
    let (of_old, of_both) = (same as f32 / n_old as f32, 2.0 * same as f32 / (n_old + n_there) as f32);
    (of_old + of_both) / 2.0
}

/// What kind of difference it is, where one word says it.
fn difference(old: &str, there: &str) -> &'static str {
    let blanks = |text: &str| -> String { text.chars().filter(|letter| !letter.is_whitespace()).collect() };
    let (old, there) = (old.trim_matches('\n'), there.trim_matches('\n'));
    let holds = |there: &str, old: &str| there.contains(old);
    if holds(&blanks(there), &blanks(old)) {
        let has_tabs = |text: &str| text.lines().any(|line| line.starts_with('\t'));
        return if has_tabs(old) == has_tabs(there) {
            ": only blanks or line ends differ"
        } else {
            ": only blanks differ, one has tabs"
        };
    }
    if holds(&there.to_lowercase(), &old.to_lowercase()) {
        return ": only upper and lower case differ";
    }
    ""
}

/// The lines that differ, as they were given and as they stand there. Where only blanks do they can be seen.
fn told(old: &str, there: &str, is_blank: bool) -> Vec<String> {
    let (old, there) = (format!("{}\n", old.trim_matches('\n')), format!("{there}\n"));
    let diff = TextDiff::from_lines(&old, &there);
    let shown = |line: &str| {
        let line = line.trim_end_matches('\n');
        if is_blank {
            line.replace('\t', "→").replace(' ', "·").replace('\r', "␍")
        } else {
            line.trim().to_owned()
        }
    };
    let line = |change: similar::Change<&str>| match change.tag() {
        ChangeTag::Equal => None,
        ChangeTag::Delete => Some(format!("given: `{}`", shown(change.value()))),
        ChangeTag::Insert => Some(format!("there: `{}`", shown(change.value()))),
    };
    let mut lines: Vec<String> = diff.iter_all_changes().filter_map(line).collect();
    if MOST_TOLD < lines.len() {
        let left_out = lines.len() - MOST_TOLD;
        lines.truncate(MOST_TOLD);
        lines.push(format!("and {left_out} more lines"));
    }
    lines
}
