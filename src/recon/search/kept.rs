//! What was found, in order, and of it no more than is told: a tree full of hits takes no more memory than a few.

use super::lines::Lines;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Where a file stands in the order it is told in: with more layers first, then as the paths were named, then by path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) n_layers: Reverse<usize>,
    pub(super) place: usize,
    pub(super) path: PathBuf,
}

/// The files of one layer.
#[derive(Debug, Default)]
pub(super) struct Kept {
    /// Those whose lines are told, or some of them.
    pub(super) told: BTreeMap<Key, Lines>,
    /// Those of which nothing is told but how many lines there are.
    pub(super) counted: BTreeMap<Key, usize>,
    n_hits: usize,
}

impl Kept {
    /// Whether lines of this file would not be told anyway.
    pub(super) fn is_beyond(&self, key: &Key, limit: usize) -> bool {
        limit <= self.n_hits && self.told.last_key_value().is_none_or(|(last, _)| last < key)
    }

    /// Takes what a file holds, and lets go of what is not told any more.
    pub(super) fn take(&mut self, key: Key, lines: Lines, limit: usize) {
        if self.is_beyond(&key, limit) {
            self.counted.insert(key, lines.n_lines);
            return;
        }
        self.n_hits += lines.hits.len();
        self.told.insert(key, lines);
        while let Some(last) = self.told.last_entry() {
            let without = self.n_hits - last.get().hits.len();
            if without < limit {
                break;
            }
            self.n_hits = without;
            let (key, lines) = last.remove_entry();
            self.counted.insert(key, lines.n_lines);
        }
        if let Some(mut last) = self.told.last_entry() {
            let too_many = self.n_hits.saturating_sub(limit);
            let hits = &mut last.get_mut().hits;
            hits.truncate(hits.len() - too_many);
            self.n_hits -= too_many;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::found::Hit;
    use super::*;

    fn key(path: &str) -> Key {
        Key { n_layers: Reverse(1), place: 0, path: path.into() }
    }

    fn lines(n: usize) -> Lines {
        Lines { hits: (0..n).map(|_| Hit::default()).collect(), n_lines: n, binary: None }
    }

    fn told(kept: &Kept) -> Vec<(&str, usize, usize)> {
        kept.told
            .iter()
            .map(|(key, lines)| (key.path.to_str().expect("UTF-8"), lines.hits.len(), lines.n_lines))
            .collect()
    }

    #[test]
    fn the_first_lines_in_order_are_kept_whatever_the_order_they_come_in() {
        let files = [("c", 2), ("a", 3), ("d", 9), ("b", 2)];
        for turn in 0..files.len() {
            let mut kept = Kept::default();
            let mut files = files;
            files.rotate_left(turn);
            for (path, n) in files {
                kept.take(key(path), lines(n), 4);
            }
            assert_eq!(told(&kept), [("a", 3, 3), ("b", 1, 2)], "{turn}");
            let counted: Vec<_> = kept.counted.values().copied().collect();
            assert_eq!(counted, [2, 9]);
        }
    }

    #[test]
    fn with_a_limit_of_nothing_everything_is_counted() {
        let mut kept = Kept::default();
        kept.take(key("a"), lines(0), 0);
        assert_eq!((kept.told.len(), kept.counted.len()), (0, 1));
    }

    #[test]
    fn files_are_told_as_their_paths_would_be_walked() {
        let mut paths = ["a.rs", "a/z.rs", "a-b", "B", "a/b/c", "ab"].map(key);
        paths.sort();
        assert_eq!(paths, ["B", "a/b/c", "a/z.rs", "a-b", "a.rs", "ab"].map(key));
    }
}
