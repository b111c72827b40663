//! Every file that is meant, and what it holds: several at a time.

use super::super::inert;
use super::super::place::{Ground, Unread};
use super::Question;
use super::kept::{Kept, Key};
use super::lines::{Lines, Reader};
use crate::cancel::Cancel;
use crate::error::{Code, Error, Result};
use crate::surroundings::plain;
use camino::Utf8PathBuf;
use grep_regex::RegexMatcher;
use ignore::overrides::{Override, OverrideBuilder};
use ignore::{DirEntry, WalkBuilder, WalkState};
use std::cmp::Reverse;
use std::sync::{Mutex, PoisonError};

/// What was seen.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// What each pattern found.
    pub(super) layers: Vec<Kept>,
    /// Files in which several were found, each with the positions of those patterns.
    pub(super) together: Vec<(Key, Vec<usize>)>,
    /// How many files were looked at.
    pub(super) n_searched: usize,
    /// How many of them hold a NUL byte, and were left there.
    pub(super) n_binary: usize,
    /// What could not be looked at.
    pub(super) unread: Vec<Unread>,
}

/// The files and folders that are meant, absolute.
///
/// # Errors
/// 65 with every one that is not there.
pub(super) fn places(question: &Question, ground: &Ground) -> Result<Vec<Utf8PathBuf>> {
    if question.paths.is_empty() {
        return Ok(vec![ground.root.to_owned()]);
    }
    let places: Vec<Utf8PathBuf> = question.paths.iter().map(|path| plain(&ground.folder.join(path))).collect();
    let named = question.paths.iter().zip(&places);
    let missing: Vec<&String> = named.filter(|(_, place)| !place.exists()).map(|(path, _)| path).collect();
    match missing.as_slice() {
        [] => Ok(places),
        [one] => Err(Error::new(Code::NoSuchEntry, format!("`{one}` is no file and no folder"))),
        several => Err(Error::new(Code::NoSuchEntry, "there are no such files or folders")
            .details(several.iter().map(|path| format!("`{path}`")))),
    }
    .map_err(|error| error.hint("paths count from the current folder; without one everything is looked at"))
}

/// Looks at all of them.
///
/// # Errors
/// 2 where a glob cannot be read.
pub(super) fn walk(
    question: &Question,
    ground: &Ground,
    places: &[Utf8PathBuf],
    patterns: &[RegexMatcher],
    cancel: &Cancel,
) -> Result<Seen> {
    let globs = globs(question, ground)?;
    let seen = Mutex::new(Seen { layers: patterns.iter().map(|_| Kept::default()).collect(), ..Seen::default() });
    // What this tool keeps of its own work says everything again.
    let handoff = Some(ground.root.join("handoff")).filter(|handoff| handoff.join("payload.json").is_file());
    let own: Vec<Utf8PathBuf> =
        handoff.iter().flat_map(|handoff| ["evidence", "runs"].map(|folder| handoff.join(folder))).collect();
    for (number, place) in places.iter().enumerate() {
        let shared = Shared { question, ground, number, seen: &seen };
        let mut builder = WalkBuilder::new(place);
        builder.overrides(globs.clone()).hidden(!question.hidden).current_dir(ground.folder);
        let own = own.clone();
        builder.filter_entry(move |entry| entry.depth() == 0 || !own.iter().any(|own| own == entry.path()));
        if question.no_ignore {
            builder.ignore(false).git_ignore(false).git_global(false).git_exclude(false).parents(false);
        } else {
            builder.add_custom_ignore_filename(".rgignore");
        }
        builder.build_parallel().run(|| {
            let mut reader = Reader::new(question.before, question.after);
            // Each thread has its own: one they share would make them wait for each other.
            let patterns = patterns.to_vec();
            let shared = &shared;
            Box::new(move |entry| {
                if cancel.signal().is_some() {
                    return WalkState::Quit;
                }
                match entry {
                    Ok(entry) => shared.look(entry, &patterns, &mut reader),
                    Err(error) => shared.unread(&error),
                }
                WalkState::Continue
            })
        });
    }
    let mut seen = seen.into_inner().unwrap_or_else(PoisonError::into_inner);
    seen.unread.sort();
    seen.unread.dedup();
    seen.together.sort();
    Ok(seen)
}

fn globs(question: &Question, ground: &Ground) -> Result<Override> {
    let mut builder = OverrideBuilder::new(ground.root);
    let refused = |glob: &str, error: ignore::Error| {
        Error::new(Code::Usage, format!("the glob `{glob}` cannot be read")).because(error)
    };
    for glob in &question.globs {
        builder.add(glob).map_err(|error| refused(glob, error))?;
    }
    builder.build().map_err(|error| refused(&question.globs.join("`, `"), error))
}

struct Shared<'a> {
    question: &'a Question,
    ground: &'a Ground<'a>,
    number: usize,
    seen: &'a Mutex<Seen>,
}

impl Shared<'_> {
    fn look(&self, entry: DirEntry, patterns: &[RegexMatcher], reader: &mut Reader) {
        if let Some(error) = entry.error() {
            self.unread(error);
        }
        let Some(kind) = entry.file_type() else { return };
        let is_named = entry.depth() == 0 && !kind.is_dir();
        if is_named && !entry.path().is_file() {
            let why = "it is no file and no folder".to_owned();
            self.told(Unread { file: inert::path(self.ground.root, entry.path()), why });
        } else if is_named || kind.is_file() {
            self.search(entry, is_named, patterns, reader);
        }
    }

    fn search(&self, entry: DirEntry, is_named: bool, patterns: &[RegexMatcher], reader: &mut Reader) {
        let path = entry.into_path();
        let mut key = Key { n_layers: Reverse(1), place: self.number, path };
        let limit = self.question.limit;
        // How many layers a file has is not known yet where there are several.
        let is_beyond = patterns.len() == 1 && self.with(|seen| seen.layers.iter().all(|it| it.is_beyond(&key, limit)));
        let limit_here = if is_beyond { 0 } else { limit };
        let mut found: Vec<(usize, Lines)> = Vec::new();
        let mut binary = false;
        for (layer, pattern) in patterns.iter().enumerate() {
            match reader.search(&key.path, pattern, is_named, limit_here) {
                Ok(lines) => {
                    binary |= lines.binary.is_some();
                    if 0 < lines.n_lines {
                        found.push((layer, lines));
                    }
                }
                Err(error) => {
                    let why = error.to_string();
                    self.told(Unread { file: inert::path(self.ground.root, &key.path), why });
                    return;
                }
            }
        }
        key.n_layers = Reverse(found.len());
        self.with(|seen| {
            seen.n_searched += 1;
            seen.n_binary += usize::from(binary);
            if 1 < found.len() {
                seen.together.push((key.clone(), found.iter().map(|(layer, _)| *layer).collect()));
            }
            for (layer, lines) in found {
                if let Some(kept) = seen.layers.get_mut(layer) {
                    kept.take(key.clone(), lines, limit);
                }
            }
        });
    }

    fn unread(&self, error: &ignore::Error) {
        self.told(unread(self.ground, error));
    }

    fn told(&self, unread: Unread) {
        self.with(|seen| seen.unread.push(unread));
    }

    fn with<T>(&self, then: impl FnOnce(&mut Seen) -> T) -> T {
        then(&mut self.seen.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// What could not be read of a walk, and why.
fn unread(ground: &Ground, error: &ignore::Error) -> Unread {
    match error {
        ignore::Error::WithPath { path, err } => {
            Unread { file: inert::path(ground.root, path), why: unread(ground, err).why }
        }
        ignore::Error::WithDepth { err, .. } => unread(ground, err),
        error => Unread { file: String::new(), why: error.to_string().replace(ground.root.as_str(), ".") },
    }
}
