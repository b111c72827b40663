//! Which test of before is which of now: by place, by name, by what it holds.

use crate::source::{self, TestFacts};
use std::collections::{BTreeMap, HashMap};

/// A test function and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Test {
    /// The file as it is named now.
    pub(super) file: String,
    package: Option<String>,
    pub(super) facts: TestFacts,
    /// Its text, attributes included.
    pub(super) text: String,
}

impl Test {
    pub(super) fn all(text: &str, file: &str, package: Option<&str>) -> Vec<Self> {
        if !text.contains('#') {
            return Vec::new();
        }
        let lines: Vec<&str> = text.lines().collect();
        let of = |facts: TestFacts| {
            let index = |line: u32| usize::try_from(line).unwrap_or(usize::MAX).saturating_sub(1).min(lines.len());
            let (start, end) = (index(facts.lines.start), index(facts.lines.end));
            let text = lines[start..end.max(start)].join("\n");
            Self { file: file.to_owned(), package: package.map(str::to_owned), facts, text }
        };
        source::test_facts(text).into_iter().map(of).collect()
    }

    fn name(&self) -> &str {
        self.facts.path.rsplit("::").next().unwrap_or(&self.facts.path)
    }

    /// How much of what both hold is the same, from 0 to 1. Names do not count.
    fn likeness(&self, other: &Self) -> f64 {
        fn words<'t>(test: &'t Test, name: &str) -> HashMap<&'t str, i32> {
            let mut words = HashMap::new();
            let parts = test.text.split(|c: char| !c.is_alphanumeric() && c != '_');
            for word in parts.filter(|word| !word.is_empty() && *word != name) {
                *words.entry(word).or_default() += 1;
            }
            words
        }
        let (one, two) = (words(self, self.name()), words(other, other.name()));
        let n_all: i32 = one.values().chain(two.values()).sum();
        let n_same: i32 = one.iter().map(|(word, n)| two.get(word).map_or(0, |other| *n.min(other))).sum();
        if n_all == 0 { 1.0 } else { f64::from(2 * n_same) / f64::from(n_all) }
    }
}

/// The same test, before and now.
pub(super) struct Pair {
    pub(super) old: Test,
    pub(super) new: Test,
}

/// Tests of before: those that are still there, and those that are not.
pub(super) struct Paired {
    pub(super) kept: Vec<Pair>,
    pub(super) gone: Vec<Test>,
}

/// How alike a test in the same file has to be to be the same under another name.
const ALIKE: f64 = 0.6;

/// The same in another file of its package.
const VERY_ALIKE: f64 = 0.8;

/// More tests than this are not held against each other word by word.
const MOST: usize = 400;

/// Finds for each test of before the one it is now. Both lists speak of changed files only: where a test went is one.
pub(super) fn pair(before: Vec<Test>, after: Vec<Test>) -> Paired {
    let mut left = Left { old: before, new: after, kept: Vec::new() };
    left.by(|test| (test.file.clone(), test.facts.path.clone()));
    left.by(|test| (test.name().to_owned(), test.facts.digest.clone()));
    left.by(|test| (test.file.clone(), test.name().to_owned()));
    left.by(|test| (test.package.clone(), test.name().to_owned()));
    if left.old.len() <= MOST && left.new.len() <= MOST {
        left.by_likeness(|old, new| old.file == new.file, ALIKE);
        left.by_likeness(|old, new| old.package == new.package, VERY_ALIKE);
    }
    Paired { kept: left.kept, gone: left.old }
}

struct Left {
    old: Vec<Test>,
    new: Vec<Test>,
    kept: Vec<Pair>,
}

impl Left {
    /// Pairs those that are told by the same, in their order where there are several.
    fn by<K: Ord>(&mut self, key: impl Fn(&Test) -> K) {
        let mut waiting: BTreeMap<K, Vec<Test>> = BTreeMap::new();
        for test in self.new.drain(..).rev() {
            waiting.entry(key(&test)).or_default().push(test);
        }
        for old in std::mem::take(&mut self.old) {
            match waiting.get_mut(&key(&old)).and_then(Vec::pop) {
                Some(new) => self.kept.push(Pair { old, new }),
                None => self.old.push(old),
            }
        }
        self.new = waiting.into_values().flatten().collect();
        self.new.sort_by(|one, other| (&one.file, one.facts.lines.start).cmp(&(&other.file, other.facts.lines.start)));
    }

    fn by_likeness(&mut self, may_be: impl Fn(&Test, &Test) -> bool, least: f64) {
        for old in std::mem::take(&mut self.old) {
            let candidates = self.new.iter().enumerate().filter(|(_, new)| may_be(&old, new));
            let best =
                candidates.map(|(at, new)| (old.likeness(new), at)).max_by(|one, other| one.0.total_cmp(&other.0));
            match best.filter(|(likeness, _)| least <= *likeness) {
                Some((_, at)) => self.kept.push(Pair { new: self.new.remove(at), old }),
                None => self.old.push(old),
            }
        }
    }
}
