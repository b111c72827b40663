//! Names of packages and targets as people write them.

use crate::words::{TargetId, TargetKind};
use crate::workspace::graph::{Graph, Package};

fn plain(name: &str) -> String {
    name.replace('-', "_")
}

/// Whether a package is called this: by its label, or by its name with `-` and `_` being one.
pub(super) fn is_package(package: &Package, name: &str) -> bool {
    package.label == name || plain(package.cargo.name.as_str()) == plain(name)
}

/// Whether a package's library is called this, or this is a path that begins with it (`money::parse`).
pub(super) fn is_library(package: &Package, name: &str) -> bool {
    let first = name.split("::").next().unwrap_or(name);
    package.library().is_some_and(|library| library.id.name == first)
}

/// The targets called this: `name`, `kind/name` or `package/kind/name`. A bare name is looked for in `within`
/// first, where that names packages.
pub(super) fn targets(graph: &Graph, within: &[String], name: &str) -> Vec<TargetId> {
    let parts: Vec<&str> = name.rsplitn(3, '/').collect();
    let (package, kind, name) = match parts.as_slice() {
        [name, kind, package] => (Some(*package), Some(*kind), *name),
        [name, kind] => (None, Some(*kind), *name),
        [name] => (None, None, *name),
        _ => return Vec::new(),
    };
    let is_meant = |id: &TargetId| {
        id.name == name && id.kind != TargetKind::CustomBuild && kind.is_none_or(|kind| is_kind(id.kind, kind))
    };
    let found: Vec<(&Package, &TargetId)> = graph
        .packages()
        .filter(|candidate| package.is_none_or(|package| is_package(candidate, package)))
        .flat_map(|package| package.targets.iter().map(move |target| (package, &target.id)))
        .filter(|(_, id)| is_meant(id))
        .collect();
    let is_within = |package: &Package| within.iter().any(|name| is_package(package, name));
    let has_within = found.iter().any(|(package, _)| is_within(package));
    found.into_iter().filter(|(package, _)| !has_within || is_within(package)).map(|(_, id)| id.clone()).collect()
}

fn is_kind(kind: TargetKind, word: &str) -> bool {
    kind.word() == word || (word == "lib" && kind == TargetKind::ProcMacro)
}

/// Whether a text has this word: case-sensitive, `-` and `_` being part of words.
pub(super) fn has_word(text: &str, word: &str) -> bool {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '-' || letter == '_';
    let mut rest = text;
    let mut before = None;
    while let Some(at) = rest.find(word).filter(|_| !word.is_empty()) {
        let (left, right) = (&rest[..at], &rest[at + word.len()..]);
        let is_open = left.chars().next_back().or(before).is_none_or(|letter| !is_part(letter));
        if is_open && right.chars().next().is_none_or(|letter| !is_part(letter)) {
            return true;
        }
        before = word.chars().next_back();
        rest = right;
    }
    false
}

/// What stands in single backticks.
pub(super) fn in_backticks(text: &str) -> Vec<&str> {
    let pieces: Vec<&str> = text.split('`').collect();
    let n_closed = pieces.len().saturating_sub(1);
    pieces[..n_closed].iter().skip(1).step_by(2).map(|piece| piece.trim()).filter(|piece| !piece.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_whole_and_exact() {
        for (text, word, is_there) in [
            ("teach money to round", "money", true),
            ("money", "money", true),
            ("money: round", "money", true),
            ("use money::parse", "money", true),
            ("Money rounds", "money", false),
            ("moneybag", "money", false),
            ("foo-bar grows", "foo", false),
            ("foo_bar grows", "foo", false),
            ("a-foo, then foo", "foo", true),
            ("foofoo foo", "foo", true),
            ("caf\u{e9}foo", "foo", false),
            ("", "foo", false),
        ] {
            assert_eq!(has_word(text, word), is_there, "{word:?} in {text:?}");
        }
    }

    #[test]
    fn only_what_is_closed_stands_in_backticks() {
        assert_eq!(in_backticks("a `b` c `d::e` f `g"), ["b", "d::e"]);
        assert_eq!(in_backticks("```rust```"), ["rust"]);
        assert!(in_backticks("none").is_empty());
    }
}
