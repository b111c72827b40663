//! What a command of the closed grammar asks for, as data.

use std::collections::BTreeSet;

/// A command of the closed grammar, taken apart. Only for words [`super::parse`] called ours.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    /// `fmt`, `clippy`, `test`, `check`, `build` or `doc`.
    pub verb: String,
    /// Those named with `-p`.
    pub packages: BTreeSet<String>,
    /// Flags that take nothing, in their long form: `--workspace`, `--lib`, `--release`, …
    pub flags: BTreeSet<String>,
    /// `--bin`, `--test` and `--example` with what they name.
    pub targets: BTreeSet<(String, String)>,
    /// `--features`, one by one.
    pub features: BTreeSet<String>,
    /// Parts of test names, before and behind `--`.
    pub filters: Vec<String>,
    /// `--exact`.
    pub exact: bool,
    /// `--test-threads`.
    pub threads: Option<String>,
    /// `-D warnings`.
    pub denies_warnings: bool,
}

impl Asked {
    /// Takes the words apart.
    #[must_use]
    pub fn read(words: &[String]) -> Self {
        let mut asked = Self { verb: words.get(1).cloned().unwrap_or_default(), ..Self::default() };
        let mut rest = words.iter().skip(2);
        while let Some(word) = rest.next() {
            if word == "--" {
                break;
            }
            if !word.starts_with('-') {
                asked.filters.push(word.clone());
                continue;
            }
            let (flag, given) = word.split_once('=').map_or((word.as_str(), None), |(flag, value)| (flag, Some(value)));
            let mut value = || given.map(str::to_owned).or_else(|| rest.next().cloned()).unwrap_or_default();
            match flag {
                "-p" | "--package" => drop(asked.packages.insert(value())),
                "-F" | "--features" => asked.features.extend(value().split([',', ' ']).map(str::to_owned)),
                "--bin" | "--test" | "--example" => drop(asked.targets.insert((flag[2..].to_owned(), value()))),
                "--all" => drop(asked.flags.insert("--workspace".to_owned())),
                "-q" | "--quiet" | "-v" | "--verbose" => {}
                _ => drop(asked.flags.insert(flag.to_owned())),
            }
        }
        asked.behind(rest);
        asked
    }

    fn behind<'a>(&mut self, mut rest: impl Iterator<Item = &'a String>) {
        while let Some(word) = rest.next() {
            match (word.as_str(), word.strip_prefix("--test-threads=")) {
                (_, Some(value)) => self.threads = Some(value.to_owned()),
                ("--test-threads", None) => self.threads = rest.next().cloned(),
                ("--exact", None) => self.exact = true,
                ("--nocapture" | "warnings", None) if word != "warnings" || self.verb == "clippy" => {}
                ("-D" | "-Dwarnings", None) => self.denies_warnings = true,
                ("--check", None) => drop(self.flags.insert("--check".to_owned())),
                _ => self.filters.push(word.clone()),
            }
        }
    }

    /// Whether a flag that takes nothing is there.
    #[must_use]
    pub fn has(&self, flag: &str) -> bool {
        self.flags.contains(flag)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::approval::line::{Parsed, parse};

    fn read(command: &str) -> Asked {
        let Parsed::Ours(words) = parse(command) else { panic!("{command}") };
        Asked::read(&words)
    }

    fn set(words: &[&str]) -> BTreeSet<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn every_spelling_of_one_thing_is_read_as_that_thing() {
        let asked =
            read("cargo test -p a --package=b --all -q --features 'x,y z' --test it f -- g --exact --test-threads 2");
        assert_eq!(asked.verb, "test");
        assert_eq!(asked.packages, set(&["a", "b"]));
        assert_eq!(asked.flags, set(&["--workspace"]));
        assert_eq!(asked.features, set(&["x", "y", "z"]));
        assert_eq!(asked.targets, BTreeSet::from([("test".to_owned(), "it".to_owned())]));
        assert_eq!(asked.filters, ["f", "g"]);
        assert_eq!((asked.exact, asked.threads.as_deref()), (true, Some("2")));
        assert_eq!(read("cargo test -- --test-threads=1 warnings --nocapture").filters, ["warnings"]);
        for command in ["cargo clippy -- -D warnings", "cargo clippy -- -Dwarnings"] {
            assert!(read(command).denies_warnings && read(command).filters.is_empty(), "{command}");
        }
        assert!(read("cargo fmt -- --check").has("--check") && read("cargo fmt --check").has("--check"));
        assert!(!read("cargo clippy").denies_warnings);
    }
}
