//! A manifest before and after: which tables moved, and whom that concerns.

use toml::{Table, Value};

/// Whom a change of a manifest concerns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reach {
    /// Every unit, because of this table, or because it cannot be read.
    Everything(String),
    /// The package it is the manifest of.
    Package,
}

/// The tables of the workspace's manifest that steer everybody.
const OF_WORKSPACE: &[&[&str]] = &[
    &["profile"],
    &["patch"],
    &["replace"],
    &["lints"],
    &["cargo-features"],
    &["package", "resolver"],
    &["workspace", "dependencies"],
    &["workspace", "lints"],
    &["workspace", "package"],
    &["workspace", "members"],
    &["workspace", "exclude"],
    &["workspace", "default-members"],
    &["workspace", "resolver"],
    &["workspace", "metadata", "handoff"],
];

/// The tables of any manifest that may change what others are built with: features are unified.
const OF_ALL: &[&[&str]] = &[
    &["dependencies"],
    &["dev-dependencies"],
    &["dev_dependencies"],
    &["build-dependencies"],
    &["build_dependencies"],
    &["target"],
    &["features"],
];

/// Compares. `None` stands for a manifest that is not there: its tables are empty.
pub(super) fn reach(before: Option<&str>, after: Option<&str>, is_root: bool) -> Reach {
    let read = |text: Option<&str>| text.map_or_else(|| Some(Table::new()), |text| toml::from_str(text).ok());
    let (Some(before), Some(after)) = (read(before), read(after)) else {
        return Reach::Everything("cannot be read".into());
    };
    let steering = OF_ALL.iter().chain(if is_root { OF_WORKSPACE } else { &[] });
    let mut moved = steering.filter(|path| at(&before, path) != at(&after, path));
    match moved.next() {
        Some(path) => Reach::Everything(format!("`[{}]` differs", path.join("."))),
        None => Reach::Package,
    }
}

fn at<'a>(table: &'a Table, path: &[&str]) -> Option<&'a Value> {
    let (first, rest) = path.split_first()?;
    rest.iter().try_fold(table.get(*first)?, |value, key| value.get(*key))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn everything(before: &str, after: &str, is_root: bool) -> bool {
        reach(Some(before), Some(after), is_root) != Reach::Package
    }

    #[test]
    fn what_steers_the_workspace_is_told_from_what_concerns_one_package() {
        for (text, of_root, of_member) in [
            ("[profile.test]\nopt-level = 1\n", true, false),
            ("[patch.crates-io]\na = { path = \"a\" }\n", true, false),
            ("[replace]\n", true, false),
            ("[lints.rust]\nunsafe_code = \"deny\"\n", true, false),
            ("[workspace.lints.rust]\nunsafe_code = \"deny\"\n", true, false),
            ("[workspace.dependencies]\na = \"1\"\n", true, false),
            ("[workspace.package]\nedition = \"2024\"\n", true, false),
            ("[workspace]\nmembers = [\"a\"]\n", true, false),
            ("[workspace]\nresolver = \"3\"\n", true, false),
            ("[workspace.metadata.handoff]\nignore = []\n", true, false),
            ("[workspace.metadata.other]\nx = 1\n", false, false),
            ("[package]\nresolver = \"3\"\n", true, false),
            ("[package]\nedition = \"2024\"\n", false, false),
            ("[lib]\nname = \"a\"\n", false, false),
            ("# said\n", false, false),
            ("[dependencies]\na = \"1\"\n", true, true),
            ("[dev-dependencies]\na = \"1\"\n", true, true),
            ("[build-dependencies]\na = \"1\"\n", true, true),
            ("[target.'cfg(unix)'.dependencies]\na = \"1\"\n", true, true),
            ("[features]\na = []\n", true, true),
        ] {
            assert_eq!(everything("", text, true), of_root, "added to the root: {text}");
            assert_eq!(everything(text, "", true), of_root, "taken from the root: {text}");
            assert_eq!(everything("", text, false), of_member, "added to a member: {text}");
        }
    }

    #[test]
    fn what_cannot_be_read_concerns_everybody() {
        assert!(everything("[", "", false));
        assert_eq!(reach(None, Some("[package]\nname = \"a\"\n"), false), Reach::Package);
        assert!(matches!(reach(None, Some("[dependencies]\na = \"1\"\n"), false), Reach::Everything(_)));
    }
}
