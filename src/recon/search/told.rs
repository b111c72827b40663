//! What was found, as it is told.

use super::super::bounded::Bounded;
use super::super::inert;
use super::super::place::{Ground, Unread};
use super::Question;
use super::kept::{Kept, Key};
use super::walk::Seen;
use camino::Utf8PathBuf;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// How many files of which no line is told are named at least.
const LEAST_FILES: usize = 50;

/// The lines that hold what was looked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Search {
    /// One for each pattern, in their order.
    pub layers: Vec<Layer>,
    /// Files that hold several layers, those with more of them first.
    pub together: Bounded<Together>,
    /// Where it was looked, relative to the root.
    pub looked_in: Vec<String>,
    /// How many files were looked at.
    pub n_searched: usize,
    /// How many of them hold a NUL byte: nothing behind it was looked at, or told.
    pub n_binary: usize,
    /// What could not be looked at.
    pub unread: Bounded<Unread>,
}

/// What one pattern found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Layer {
    /// The pattern.
    pub pattern: String,
    /// How many lines hold it.
    pub n_lines: usize,
    /// How many files.
    pub n_files: usize,
    /// The first lines, by file. Files that hold several layers come first, then it goes by path.
    pub files: Vec<FileHits>,
    /// What is not told.
    pub left_out: LeftOut,
}

/// What is not told of a layer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LeftOut {
    /// How many lines, in all files.
    pub lines: usize,
    /// The files of which no line is told.
    pub files: Bounded<FileCount>,
}

/// How many lines of a file hold it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FileCount {
    /// The file, relative to the root.
    pub file: String,
    /// How many.
    pub lines: usize,
}

/// The lines of a file that hold it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FileHits {
    /// The file, relative to the root.
    pub file: String,
    /// The first lines, in order.
    pub hits: Vec<Hit>,
    /// How many there are besides.
    pub left_out: usize,
    /// Where its first NUL byte is: nothing behind it was looked at, or told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub binary: Option<u64>,
}

/// A line that holds it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Hit {
    /// Its number, from 1.
    pub line: u64,
    /// The byte of the line the first place begins at, from 1.
    pub column: u64,
    /// How many bytes that place has.
    pub length: u64,
    /// The line without its end; of a long one the part around the place. A byte that is no UTF-8 is spelt `\xff`.
    pub text: String,
    /// Where the place is in `text`.
    #[serde(skip)]
    pub marked: Range<usize>,
    /// How many bytes of a long line are left out.
    #[serde(default, skip_serializing_if = "is_nothing")]
    pub left_out: usize,
    /// Whether all of it is UTF-8.
    pub is_utf8: bool,
    /// Lines before it that were not told with the hit before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub before: Vec<Beside>,
    /// Lines after it, up to the next hit.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<Beside>,
}

/// A line beside one that holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Beside {
    /// Its number, from 1.
    pub line: u64,
    /// The line without its end.
    pub text: String,
}

/// A file that holds several layers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Together {
    /// The file, relative to the root.
    pub file: String,
    /// The numbers of the layers, from 1.
    pub layers: Vec<usize>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde wants it so")]
const fn is_nothing(n: &usize) -> bool {
    *n == 0
}

/// Puts it into words.
pub(super) fn tell(question: &Question, ground: &Ground, places: &[Utf8PathBuf], seen: Seen) -> Search {
    let shown = |key: &Key| inert::path(ground.root, &key.path);
    let together = seen.together.iter();
    let together = together
        .map(|(key, layers)| Together { file: shown(key), layers: layers.iter().map(|layer| layer + 1).collect() });
    let layers = question.patterns.iter().zip(seen.layers);
    Search {
        layers: layers.map(|(pattern, kept)| layer(pattern, kept, question.limit, shown)).collect(),
        together: Bounded::of(together.collect(), question.limit),
        looked_in: places.iter().map(|place| inert::path(ground.root, place.as_std_path())).collect(),
        n_searched: seen.n_searched,
        n_binary: seen.n_binary,
        unread: Bounded::of(seen.unread, question.limit),
    }
}

fn layer(pattern: &str, kept: Kept, limit: usize, shown: impl Fn(&Key) -> String) -> Layer {
    let n_files = kept.told.len() + kept.counted.len();
    let n_counted: usize = kept.counted.values().sum();
    let counts = kept.counted.iter().map(|(key, lines)| FileCount { file: shown(key), lines: *lines });
    let counts = Bounded::of(counts.collect(), limit.max(LEAST_FILES));
    let files: Vec<FileHits> = kept
        .told
        .into_iter()
        .map(|(key, lines)| FileHits {
            file: shown(&key),
            left_out: lines.n_lines - lines.hits.len(),
            hits: lines.hits,
            binary: lines.binary,
        })
        .collect();
    let n_hits: usize = files.iter().map(|file| file.hits.len()).sum();
    let left_out = n_counted + files.iter().map(|file| file.left_out).sum::<usize>();
    Layer {
        pattern: pattern.to_owned(),
        n_lines: n_hits + left_out,
        n_files,
        files,
        left_out: LeftOut { lines: left_out, files: counts },
    }
}
