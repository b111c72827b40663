//! The texts a package brings along: its README, its changelog, its examples.

use super::super::bounded::Bounded;
use crate::files;
use camino::{Utf8Path, Utf8PathBuf};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The largest text that is read.
const LARGEST: u64 = 4 << 20;

/// The beginning of a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Excerpt {
    /// The file, relative to the package.
    pub file: String,
    /// The line it begins in.
    pub line: u32,
    /// Its lines from there on.
    pub lines: Bounded<String>,
}

/// A package's README: the one its manifest names, else the one that is there.
pub(super) fn readme(folder: &Utf8Path, named: Option<&Utf8Path>, limit: usize) -> Option<Excerpt> {
    let named = named.map(|named| folder.join(named)).filter(|path| path.is_file());
    let path = named.or_else(|| beside(folder, &["readme.md", "readme.rst", "readme.txt", "readme"]))?;
    excerpt(folder, &path, limit, |_| 0)
}

/// A package's changelog, from what it says of this version on where it says something.
pub(super) fn changelog(folder: &Utf8Path, version: &str, limit: usize) -> Option<Excerpt> {
    let names = ["changelog.md", "changes.md", "releases.md", "history.md", "news.md", "changelog", "relnotes.md"];
    excerpt(folder, &beside(folder, &names)?, limit, |lines| {
        let names = |line: &str| {
            line.starts_with('#')
                && line
                    .split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '.' && letter != '-')
                    .any(|word| word.trim_start_matches('v') == version)
        };
        lines.iter().position(|line| names(line)).unwrap_or(0)
    })
}

/// The examples it brings along, as files.
pub(super) fn examples(folder: &Utf8Path, limit: usize) -> Bounded<String> {
    let folder = folder.join("examples");
    let entries = folder.read_dir_utf8().into_iter().flatten().flatten();
    let told = entries.filter_map(|entry| {
        let name = entry.file_name();
        let is_one = name.ends_with(".rs") || entry.path().join("main.rs").is_file();
        is_one.then(|| format!("examples/{name}"))
    });
    let mut told: Vec<String> = told.collect();
    told.sort();
    Bounded::of(told, limit)
}

fn beside(folder: &Utf8Path, names: &[&str]) -> Option<Utf8PathBuf> {
    let entries = folder.read_dir_utf8().ok()?.flatten();
    let mut there: Vec<Utf8PathBuf> = entries.map(|entry| entry.into_path()).filter(|path| path.is_file()).collect();
    there.sort();
    let is_called = |path: &Utf8PathBuf, name: &str| path.file_name().is_some_and(|own| own.eq_ignore_ascii_case(name));
    names.iter().find_map(|name| there.iter().find(|path| is_called(path, name)).cloned())
}

fn excerpt(folder: &Utf8Path, path: &Utf8Path, limit: usize, start: impl Fn(&[&str]) -> usize) -> Option<Excerpt> {
    let bytes = files::read(path, LARGEST).ok().flatten()?;
    let text = String::from_utf8_lossy(&bytes);
    let lines: Vec<&str> = text.lines().collect();
    let start = start(&lines);
    let shown = lines.get(start..).unwrap_or_default().iter().map(|line| (*line).to_owned()).collect();
    Some(Excerpt {
        file: path.strip_prefix(folder).unwrap_or(path).as_str().replace('\\', "/"),
        line: u32::try_from(start + 1).unwrap_or(u32::MAX),
        lines: Bounded::of(shown, limit),
    })
}
