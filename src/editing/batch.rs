//! Several edits as one: all of them are made in memory and looked at, then all files are written, or none is.

use super::apply::{self, Made, Site};
use super::held::{Files, Held};
use super::refuse::{Allowed, allowed, locate, not_allowed};
use super::request::{Edit, Subject};
use super::view::View;
use super::{Bounds, EditRow, Terms, place, sound};
use crate::error::{Code, Error, Result};
use crate::files;
use camino::{Utf8Path, Utf8PathBuf};

/// Edits that can be made, and what they come to.
#[derive(Debug, Clone)]
pub struct Plan {
    files: Files,
    /// One for each edit, in their order.
    pub rows: Vec<EditRow>,
}

/// A file before and behind all edits.
#[derive(Debug, Clone, Copy)]
pub struct Turned<'a> {
    /// Relative to the root.
    pub file: &'a str,
    /// Whether it decides what is built, and what runs.
    pub is_sensitive: bool,
    /// `None` where there was none.
    pub before: Option<&'a [u8]>,
    /// As it is to be.
    pub after: &'a [u8],
}

impl Plan {
    /// The files that differ: those first that decide what is built and run, then by path.
    #[must_use]
    pub fn turned(&self) -> Vec<Turned<'_>> {
        let mut turned: Vec<Turned<'_>> = self.changed().map(|(_, held, after)| turned(held, after)).collect();
        turned.sort_by_key(|turned| (!turned.is_sensitive, turned.file.to_owned()));
        turned
    }

    fn changed(&self) -> impl Iterator<Item = (&Utf8PathBuf, &Held, &[u8])> {
        let after = |held: &Held| held.now.is_some() && held.now != held.before;
        let changed = self.files.0.iter().filter(move |(_, held)| after(held));
        changed.filter_map(|(path, held)| Some((path, held, held.now.as_deref()?)))
    }
}

fn turned<'a>(held: &'a Held, after: &'a [u8]) -> Turned<'a> {
    Turned { file: &held.shown, is_sensitive: held.is_sensitive, before: held.before.as_deref(), after }
}

/// Makes them in memory. Each sees what those before it made. Nothing is written.
///
/// # Errors
/// Why the first one that cannot be made cannot: 2, 65, 74, 77.
pub fn plan(edits: &[Edit], bounds: &Bounds, terms: Terms) -> Result<Plan> {
    let numbered = |number: usize, edit: &Edit, mut error: Error| {
        if 1 < edits.len() {
            error.message = format!("edit {} of {} ({}): {}", number + 1, edits.len(), edit.words(), error.message);
            error.hints.push("nothing was written: several edits are made all or none".into());
        }
        error
    };
    let mut sensitive = Vec::new();
    for (number, edit) in edits.iter().enumerate() {
        if let Subject::File(file) = edit.subject() {
            let file = allowed(&locate(file, bounds), bounds).map_err(|error| numbered(number, edit, error))?;
            if file.is_sensitive && !sensitive.contains(&file.shown) {
                sensitive.push(file.shown);
            }
        }
    }
    if !sensitive.is_empty() && !terms.allow_sensitive {
        return Err(not_allowed(sensitive));
    }
    let mut plan = Plan { files: Files::default(), rows: Vec::new() };
    for (number, edit) in edits.iter().enumerate() {
        let row = one(edit, bounds, terms, &mut plan.files).map_err(|error| numbered(number, edit, error))?;
        plan.rows.push(row);
    }
    if !terms.force {
        for (_, held, after) in plan.changed() {
            let before = held.before.as_deref().map(View::of);
            sound::check(&held.shown, before.as_ref().map(View::text), View::of(after).text())?;
        }
    }
    Ok(plan)
}

/// Makes one.
fn one(edit: &Edit, bounds: &Bounds, terms: Terms, files: &mut Files) -> Result<EditRow> {
    let (file, before, made, symbol) = match edit {
        Edit::Write { file, text, .. } => {
            let file = allowed(&locate(file, bounds), bounds)?;
            let before = files.read(&file.path)?;
            let made = apply::write(before.as_deref(), text);
            (file, before, made, None)
        }
        Edit::ReplaceText { file, old, new, expect, .. } => {
            let file = allowed(&locate(file, bounds), bounds)?;
            let before = files.read(&file.path)?.ok_or_else(|| {
                Error::new(Code::NoSuchEntry, format!("there is no file `{}`", file.shown))
                    .hint("`cargo handoff edit write FILE` makes one")
            })?;
            let made = apply::replace_text(&before, old, new, *expect, &file.shown)?;
            (file, Some(before), made, None)
        }
        Edit::Replace { name, within, .. }
        | Edit::InsertBefore { name, within, .. }
        | Edit::InsertAfter { name, within, .. }
        | Edit::Remove { name, within, .. } => {
            let found = place::find(name, within.as_deref(), bounds, files)?;
            let file = allowed(&found.path, bounds)?;
            if file.is_sensitive && !terms.allow_sensitive {
                return Err(not_allowed(vec![file.shown]));
            }
            let site = Site { view: &found.view, outline: &found.outline, symbol: found.symbol };
            if !terms.force && !apply::is_whole(&site) {
                let message =
                    format!("`{name}` is no whole item where it stands: a macro or a syntax error is around it");
                return Err(
                    Error::new(Code::EditRefused, message).hint("`cargo handoff edit replace-text` takes any text")
                );
            }
            let (made, target) = of_symbol(edit, &site)?;
            if !terms.force {
                let now = View::of(&made.make(&found.bytes));
                let others = sound::check_others(&file.shown, &found.outline, target, &made, now.text());
                if let Err(error) = others {
                    // A brace that is missing is the plainer reason.
                    sound::check(&file.shown, Some(found.view.text()), now.text())?;
                    return Err(error);
                }
            }
            let symbol = found.outline.path(found.symbol);
            (file, Some(found.bytes), made, Some(symbol))
        }
    };
    let now = made.make(before.as_deref().unwrap_or_default());
    let row = row(edit, &file, before.as_deref(), &now, &made, symbol);
    files.put(&file, now)?;
    Ok(row)
}

/// The splice of an edit of a symbol, and which symbol is no longer there behind it.
fn of_symbol(edit: &Edit, site: &Site) -> Result<(Made, Option<usize>)> {
    Ok(match edit {
        Edit::Replace { text, .. } => (apply::replace(site, text)?, Some(site.symbol)),
        Edit::InsertBefore { text, .. } => (apply::before(site, text)?, None),
        Edit::InsertAfter { text, .. } => (apply::after(site, text)?, None),
        Edit::Remove { .. } => (apply::remove(site), Some(site.symbol)),
        Edit::ReplaceText { .. } | Edit::Write { .. } => {
            return Err(Error::new(Code::Internal, "an edit of a file came to a symbol"));
        }
    })
}

fn row(edit: &Edit, file: &Allowed, before: Option<&[u8]>, now: &[u8], made: &Made, symbol: Option<String>) -> EditRow {
    let at = made.at();
    let new = now.get(at.clone()).unwrap_or_default();
    let n_ends = |bytes: &[u8]| bytes.iter().filter(|byte| **byte == b'\n').count();
    let blanks = new.len() - new.trim_ascii_start().len();
    let line = 1 + n_ends(now.get(..at.start + blanks).unwrap_or_default());
    EditRow {
        op: edit.op().to_owned(),
        file: file.shown.clone(),
        symbol,
        line,
        last_line: line + n_ends(new.trim_ascii()),
        before: before.map(files::sha256),
        after: files::sha256(now),
        sensitive: file.is_sensitive,
        citation: None,
        finding: None,
        notes: made.notes.clone(),
    }
}

/// Writes all files of a plan. Where one cannot be written those before it are put back.
///
/// Each file is the old one or the new one, whole, at any time. All of them are so only as far as nothing kills this
/// process between two files, and nobody else writes to one in the moment between our look and the rename.
///
/// # Errors
/// 75 where a file is no longer as it was read, 74 with the path; the files are as they were then.
pub fn write(plan: &Plan) -> Result<()> {
    let mut done: Vec<Written> = Vec::new();
    for (path, held, _) in plan.changed() {
        if files::read(path, super::held::LARGEST)? != held.before {
            let message = format!("`{}` was changed by somebody else meanwhile; nothing was written", held.shown);
            return Err(Error::new(Code::ChangedUnderUs, message).hint("try again"));
        }
    }
    for (path, held, after) in plan.changed() {
        let mut written = Written { path, before: held.before.as_deref(), folders: Vec::new() };
        let result = folder_of(path, &mut written.folders).and_then(|()| files::replace(path, after));
        done.push(written);
        if let Err(mut error) = result {
            for left in roll_back(done) {
                error.hints.push(format!("`{left}` could not be put back as it was: see to it"));
            }
            return Err(error.hint("the other files were put back as they were"));
        }
    }
    Ok(())
}

struct Written<'a> {
    path: &'a Utf8Path,
    before: Option<&'a [u8]>,
    /// Those that were made for it, outermost first.
    folders: Vec<Utf8PathBuf>,
}

/// Makes the folder a file is to lie in.
fn folder_of(path: &Utf8Path, made: &mut Vec<Utf8PathBuf>) -> Result<()> {
    let Some(folder) = path.parent() else { return Ok(()) };
    let missing = folder.ancestors().take_while(|folder| !folder.as_str().is_empty() && !folder.exists());
    *made = missing.map(Utf8Path::to_owned).collect();
    made.reverse();
    files::create_folder(folder)
}

/// Puts back what was written, the last one first; those that could not be.
fn roll_back(done: Vec<Written>) -> Vec<Utf8PathBuf> {
    let mut left = Vec::new();
    for written in done.into_iter().rev() {
        let is_as_it_was = |before: Option<&[u8]>| {
            files::read(written.path, super::held::LARGEST).is_ok_and(|now| now.as_deref() == before)
        };
        let put_back = match written.before {
            before if is_as_it_was(before) => Ok(()),
            Some(before) => files::replace(written.path, before),
            None => files::remove(written.path),
        };
        if put_back.is_err() {
            left.push(written.path.to_owned());
        }
        for folder in written.folders.iter().rev() {
            // One that somebody else put something into stays.
            let _ = std::fs::remove_dir(folder);
        }
    }
    left
}

#[cfg(test)]
mod tests;
