//! Where the symbol stands that a name names.

use super::Bounds;
use super::held::Files;
use super::refuse::locate;
use super::view::View;
use crate::error::{Code, Error, Result};
use crate::files::Reals;
use crate::recon::modules::Crates;
use crate::recon::{Ground, RustFile};
use crate::source::{NamePath, Outline, SymbolKind, outline};
use crate::words::shell_word;
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeSet;

/// How many candidates are listed.
const MOST_CANDIDATES: usize = 20;

/// A symbol, and the file it stands in as it is now.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) path: Utf8PathBuf,
    pub(super) bytes: Vec<u8>,
    pub(super) view: View,
    pub(super) outline: Outline,
    pub(super) symbol: usize,
}

struct Searched {
    file: RustFile,
    bytes: Vec<u8>,
    view: View,
    outline: Outline,
    symbols: Vec<usize>,
}

/// The one symbol of this name.
///
/// # Errors
/// 2 where it is no name, 65 `no-such-entry` where there is none of it, `ambiguous-name` where there are several.
pub(super) fn find(name: &str, within: Option<&str>, bounds: &Bounds, files: &Files) -> Result<Found> {
    let path = NamePath::read(name).ok_or_else(|| {
        Error::new(Code::Usage, format!("`{name}` is no name"))
            .hint("names are `new`, `Parser/new`, `impl Go for B/run`, `new[1]`")
    })?;
    let rust_files = rust_files(within, bounds, files)?;
    let crates = Crates::default();
    let mut found = Vec::new();
    let mut unread = Vec::new();
    for file in rust_files {
        let bytes = match files.read(&file.path) {
            Ok(Some(bytes)) => bytes,
            Ok(None) => continue,
            Err(_) => {
                unread.push(file.shown);
                continue;
            }
        };
        let view = View::of(&bytes);
        if !view.text().contains(word(path.last())) {
            continue;
        }
        let outline = outline(view.text());
        let modules = crates.modules(&file.path);
        let symbols = path.find_one(&outline, &modules);
        found.push(Searched { file, bytes, view, outline, symbols });
    }
    let n_found: usize = found.iter().map(|searched| searched.symbols.len()).sum();
    match n_found {
        0 => Err(nothing(name, within, &path, &found, &unread)),
        1 => {
            let mut found = found.into_iter().filter(|searched| !searched.symbols.is_empty());
            let Searched { file, bytes, view, outline, symbols } = found.next().expect("one has one");
            Ok(Found { path: file.path, bytes, view, outline, symbol: symbols[0] })
        }
        _ => Err(several(name, n_found, &found)),
    }
}

/// A word that stands in every file that holds the name.
fn word(last: &str) -> &str {
    let last = last.rsplit(" for ").next().unwrap_or(last);
    let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
    last.split(|letter| !is_word(letter)).filter(|word| *word != "impl").max_by_key(|word| word.len()).unwrap_or(last)
}

fn rust_files(within: Option<&str>, bounds: &Bounds, files: &Files) -> Result<Vec<RustFile>> {
    let ground = Ground { root: bounds.root, folder: bounds.folder, graph: bounds.graph };
    let place = within.map(|within| (within, locate(within, bounds)));
    let made = files.made().filter(|path| path.extension() == Some("rs"));
    let made: Vec<RustFile> = made
        .filter(|path| place.as_ref().is_none_or(|(_, place)| path.starts_with(place)))
        .map(|path| RustFile { path: path.to_owned(), shown: ground.shown(path) })
        .collect();
    let named: Vec<String> = match &place {
        Some((_, path)) if path.exists() => vec![path.to_string()],
        Some(_) if !made.is_empty() => return Ok(made),
        Some((within, _)) => vec![(*within).to_owned()],
        None => Vec::new(),
    };
    let mut found = ground.rust_files(&named)?;
    if let [file] = named.as_slice()
        && found.is_empty()
        && Utf8Path::new(file).is_file()
    {
        let message = format!("`{}` is no Rust file", within.unwrap_or(file));
        return Err(Error::new(Code::EditRefused, message).hint("`edit replace-text` and `edit write` take any file"));
    }
    found.extend(made);
    // Edits are held by path without symlinks.
    let mut reals = Reals::default();
    for file in &mut found {
        file.path = reals.of(&file.path);
    }
    found.sort_by(|left, right| left.shown.cmp(&right.shown));
    let mut seen = BTreeSet::new();
    found.retain(|file| seen.insert(file.path.clone()));
    Ok(found)
}

fn several(name: &str, n_found: usize, found: &[Searched]) -> Error {
    let mut candidates = Vec::new();
    for searched in found {
        candidates.extend(searched.symbols.iter().map(|symbol| candidate(searched, *symbol)));
    }
    let left_out = candidates.len().saturating_sub(MOST_CANDIDATES);
    candidates.truncate(MOST_CANDIDATES);
    if 0 < left_out {
        candidates.push(format!("and {left_out} more"));
    }
    let one = found.iter().find_map(|searched| Some((searched, *searched.symbols.first()?)));
    let hint = one.map(|(searched, symbol)| {
        format!(
            "name one of them with all that is around it: {} --in {}",
            shell_word(&format!("/{}", searched.outline.path(symbol))),
            shell_word(&searched.file.shown)
        )
    });
    let error = Error::new(Code::AmbiguousName, format!("`{name}` names {n_found} symbols")).details(candidates);
    match hint {
        Some(hint) => error.hint(hint),
        None => error,
    }
}

/// A symbol that may have been meant: where it stands, what it is called, its head and what it is compiled for.
fn candidate(searched: &Searched, symbol: usize) -> String {
    let it = &searched.outline.symbols[symbol];
    let cfg = if it.cfg.is_empty() { String::new() } else { format!(" {}", it.cfg) };
    let (file, line, path) = (&searched.file.shown, it.line, searched.outline.path(symbol));
    format!("{file}:{line} `{path}`: {}{cfg}", it.signature)
}

fn nothing(name: &str, within: Option<&str>, path: &NamePath, found: &[Searched], unread: &[String]) -> Error {
    let place = within.map_or("the workspace".to_owned(), |within| format!("`{within}`"));
    let mut error = Error::new(Code::NoSuchEntry, format!("no symbol in {place} is called `{name}`"));
    let wanted = path.last().to_lowercase();
    let mut near = Vec::new();
    for searched in found {
        let is_near = |symbol: &usize| {
            let it = &searched.outline.symbols[*symbol];
            it.name.to_lowercase().contains(&wanted)
                || (it.kind != SymbolKind::Impl && wanted.contains(&it.name.to_lowercase()) && 2 < it.name.len())
        };
        near.extend((0..searched.outline.symbols.len()).filter(is_near).map(|symbol| candidate(searched, symbol)));
        if let Some(line) = searched.outline.broken {
            let file = &searched.file.shown;
            error = error.hint(format!("`{file}` does not parse from line {line} on: what stands there may be missed"));
        }
    }
    near.truncate(MOST_CANDIDATES);
    if !unread.is_empty() {
        error = error.hint(format!("not read: {}", unread.join(", ")));
    }
    if near.is_empty() {
        return error.hint("`cargo handoff recon overview PATH` lists what there is");
    }
    error.details(near.into_iter().map(|near| format!("there is {near}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_with_the_name_has_its_longest_word() {
        assert_eq!(word("impl std::fmt::Display for Parser"), "Parser");
        assert_eq!(word("run"), "run");
    }
}
