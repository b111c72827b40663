//! Whether a file holds together behind an edit as it did before.

use super::apply::Made;
use crate::error::{Code, Error, Result};
use crate::source::{Outline, SyntaxError, outline, syntax_errors};
use camino::Utf8Path;
use std::collections::BTreeMap;

/// The most errors that are told.
const MOST_TOLD: usize = 10;

/// Refuses a file that reads worse than before: new syntax errors in Rust, TOML or JSON.
///
/// # Errors
/// 65 `edit-refused` with each new error.
pub(super) fn check(file: &str, before: Option<&str>, now: &str) -> Result<()> {
    let complaints = match Utf8Path::new(file).extension() {
        Some("rs") => rust(file, before.unwrap_or_default(), now),
        Some("toml") => whole(before, now, |text| text.parse::<toml::Table>().err().map(|error| error.to_string())),
        Some("json") => whole(before, now, |text| {
            serde_json::from_str::<serde::de::IgnoredAny>(text).err().map(|error| error.to_string())
        }),
        Some(_) | None => Vec::new(),
    };
    if complaints.is_empty() {
        return Ok(());
    }
    Err(Error::new(Code::EditRefused, format!("`{file}` would no longer parse"))
        .details(complaints)
        .hint("`--dry-run --force` shows the result, `--force` writes it all the same"))
}

/// Errors that were not there, unless there are fewer than before. One is known by its words and its line's text: its
/// number moves.
fn rust(file: &str, before: &str, now: &str) -> Vec<String> {
    let (old, new) = (syntax_errors(before), syntax_errors(now));
    if new.len() < old.len() || new.is_empty() {
        return Vec::new();
    }
    let (old_lines, new_lines): (Vec<&str>, Vec<&str>) = (before.lines().collect(), now.lines().collect());
    fn text<'a>(lines: &[&'a str], error: &SyntaxError) -> &'a str {
        let at = usize::try_from(error.line).unwrap_or(usize::MAX).saturating_sub(1);
        lines.get(at).map_or("", |line| line.trim())
    }
    let mut known: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for error in &old {
        *known.entry((&error.message, text(&old_lines, error))).or_default() += 1;
    }
    let mut told = Vec::new();
    for error in &new {
        let line = text(&new_lines, error);
        match known.get_mut(&(error.message.as_str(), line)) {
            Some(n) if 0 < *n => *n -= 1,
            Some(_) | None => told.push(format!("{file}:{}: {}: `{line}`", error.line, error.message)),
        }
    }
    let left_out = told.len().saturating_sub(MOST_TOLD);
    told.truncate(MOST_TOLD);
    if 0 < left_out {
        told.push(format!("and {left_out} more"));
    }
    told
}

fn whole(before: Option<&str>, now: &str, error: impl Fn(&str) -> Option<String>) -> Vec<String> {
    let was_sound = before.is_none_or(|before| error(before).is_none());
    error(now).filter(|_| was_sound).map(|error| error.trim_end().replace('\n', " ")).into_iter().collect()
}

/// Refuses an edit of one symbol behind which others are no longer what they were: a brace too many closes what they
/// stand in.
///
/// # Errors
/// 65 `edit-refused` with those that moved.
pub(super) fn check_others(file: &str, old: &Outline, target: Option<usize>, made: &Made, now: &str) -> Result<()> {
    let new = outline(now);
    let place = made.at();
    let is_target = |at: usize| target.is_some_and(|target| old.chain(at).contains(&target));
    let mut left: BTreeMap<String, isize> = BTreeMap::new();
    for at in (0..old.symbols.len()).filter(|at| !is_target(*at)) {
        *left.entry(key(old, at)).or_default() += 1;
    }
    for at in (0..new.symbols.len()).filter(|at| !place.contains(&new.symbols[*at].bare.start)) {
        *left.entry(key(&new, at)).or_default() -= 1;
    }
    let moved: Vec<String> = left.into_iter().filter(|(_, n)| 0 < *n).map(|(key, _)| format!("`{key}`")).collect();
    if moved.is_empty() {
        return Ok(());
    }
    let shown = moved.iter().take(MOST_TOLD).cloned();
    Err(Error::new(Code::EditRefused, format!("other symbols of `{file}` would no longer stand where they do"))
        .details(shown)
        .hint("a brace too few or too many in the text does that; `--force` writes it all the same"))
}

/// What a symbol is, and what it stands in.
fn key(outline: &Outline, at: usize) -> String {
    let names = outline.chain(at).into_iter().map(|at| outline.symbols[at].name.clone());
    format!("{} {}", outline.symbols[at].kind.word(), names.collect::<Vec<_>>().join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refuses(file: &str, before: &str, now: &str) -> bool {
        check(file, Some(before), now).is_err()
    }

    #[test]
    fn only_new_errors_count() {
        assert!(refuses("a.rs", "fn a() {}\n", "fn a() {\n"));
        assert!(refuses("a.rs", "", "fn a( {}\n"));
        let broken = "fn a() {}\nfn broken( {}\n";
        assert!(!refuses("a.rs", broken, "fn a() { b(); }\n\n\nfn broken( {}\n"), "it was there, in another line");
        assert!(!refuses("a.rs", broken, "fn a() {}\n"), "it is mended");
        assert!(refuses("a.rs", broken, "fn a( {}\nfn broken() {}\n"), "one went, another came");
        assert!(refuses("a.toml", "a = 1\n", "a = \n") && !refuses("a.toml", "a = \n", "b = \n"));
        assert!(refuses("a.json", "{}", "{") && !refuses("a.md", "{}", "{"));
    }
}
