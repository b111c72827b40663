//! What was found, as it is told.

use super::super::bounded::Bounded;
use super::super::inert;
use super::super::place::Ground;
use super::Question;
use super::found::{FileCount, FileHits, Layer, LeftOut, Search, Together};
use super::kept::{Kept, Key};
use super::walk::Seen;
use camino::Utf8PathBuf;

/// How many files of which no line is told are named at least.
const LEAST_FILES: usize = 50;

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
