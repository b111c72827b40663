//! The key of a kept verdict: everything that could make the check come out otherwise.
//!
//! Adding an input is adding a field: [`Key::differences`] then names it for each miss.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// What a verdict rests on. Digests are sha256 in hexadecimal, over names and contents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Key {
    /// Our own version: another one may judge otherwise.
    pub version: String,
    /// The command, features and profile included.
    pub argv: Vec<String>,
    /// The programs: path, size, inode, and what rustup would choose.
    pub toolchain: String,
    /// The variables of [`super::environment`] and those that dep-info and build scripts name.
    pub environment: BTreeMap<String, Option<String>>,
    /// Every `.cargo/config*` in the chain, the workspace's root manifest, and for clippy every `clippy.toml`.
    pub configuration: String,
    /// The resolved closure, each package with its version, source and features.
    pub dependencies: String,
    /// The sources of the unit and of every member's unit it is made of, as dep-info lists them.
    pub sources: String,
    /// What the build scripts of its closure asked for; without a word of theirs the whole package and git's HEAD. And
    /// what else was opened while cargo built: by procedural macros, and by build scripts that did not name it.
    pub scripts: String,
    /// All files of its own package, whoever reads them.
    pub package: String,
    /// The names of all files that no package owns, or that git ignores: a test may ask whether one is there.
    pub names: String,
    /// What its tests read beside that; nothing for a check that runs no tests.
    pub reads: Reads,
}

/// What the tests of a suite read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reads {
    /// No test is run.
    None,
    /// These were seen: a digest of each path that was opened, and of each folder's listing that was asked for.
    Watched(String),
    /// Nobody watched: a digest of every file that no unit's dep-info claims.
    Unwatched(String),
}

impl Key {
    /// The fields in which another key differs, in the order of the declaration; an entry of the environment by name.
    #[must_use]
    pub fn differences(&self, other: &Self) -> Vec<String> {
        let (Ok(Value::Object(mine)), Ok(Value::Object(theirs))) =
            (serde_json::to_value(self), serde_json::to_value(other))
        else {
            return vec!["key".into()];
        };
        let mut differing = Vec::new();
        for (field, value) in &mine {
            if theirs.get(field) == Some(value) {
                continue;
            }
            if field != "environment" {
                differing.push(field.clone());
                continue;
            }
            let names = self.environment.keys().chain(other.environment.keys());
            let mut moved: Vec<&String> =
                names.filter(|name| self.environment.get(*name) != other.environment.get(*name)).collect();
            moved.sort();
            moved.dedup();
            differing.extend(moved.into_iter().map(|name| format!("environment `{name}`")));
        }
        differing
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> Key {
        Key {
            version: "1".into(),
            argv: vec!["cargo".into(), "test".into()],
            toolchain: "t".into(),
            environment: BTreeMap::from([("RUSTFLAGS".into(), None), ("TZ".into(), Some("UTC".into()))]),
            configuration: "c".into(),
            dependencies: "d".into(),
            sources: "s".into(),
            scripts: "b".into(),
            package: "p".into(),
            names: "n".into(),
            reads: Reads::Watched("r".into()),
        }
    }

    #[test]
    fn each_field_that_moved_is_named() {
        let kept = key();
        assert_eq!(kept.differences(&key()), Vec::<String>::new());
        let mut now = key();
        now.argv.push("--all-features".into());
        now.environment.insert("RUSTFLAGS".into(), Some("-g".into()));
        now.environment.insert("CC".into(), Some("clang".into()));
        now.sources = "other".into();
        now.reads = Reads::Unwatched("r".into());
        assert_eq!(kept.differences(&now), ["argv", "environment `CC`", "environment `RUSTFLAGS`", "sources", "reads"]);
    }

    #[test]
    fn a_key_is_kept_as_text_and_read_again() {
        let text = serde_json::to_string(&key()).expect("JSON");
        assert_eq!(serde_json::from_str::<Key>(&text).expect("a key"), key());
    }
}
