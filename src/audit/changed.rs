//! Changed files by what they are: what of them is read, and whose they are.

use super::Seen;
use crate::workspace::changes::Change;

/// Whether an audit reads this file, before and after.
#[must_use]
pub fn is_read(change: &Change) -> bool {
    let names = std::iter::once(&change.file).chain(&change.from);
    names.into_iter().any(|name| {
        name.ends_with(".rs")
            || matches!(file_name(name), "Cargo.toml" | "Cargo.lock" | "clippy.toml" | ".clippy.toml")
            || may_deny_warnings(name)
    })
}

/// Whether it is a place where people put `-D warnings`.
pub(super) fn may_deny_warnings(file: &str) -> bool {
    let is_config = file.ends_with(".cargo/config.toml") || file.ends_with(".cargo/config");
    is_config || is_ci(file) || matches!(file_name(file), "Makefile" | "makefile" | "justfile" | "Justfile")
}

/// Whether it says what a CI runs.
pub(super) fn is_ci(file: &str) -> bool {
    const FOLDERS: &[&str] = &[".github/workflows/", ".github/actions/", ".circleci/", ".ci/", ".buildkite/"];
    const FILES: &[&str] = &[
        ".gitlab-ci.yml",
        ".travis.yml",
        ".cirrus.yml",
        "Jenkinsfile",
        "appveyor.yml",
        ".appveyor.yml",
        "azure-pipelines.yml",
        "bitbucket-pipelines.yml",
    ];
    let is_in = |folder: &str| file.starts_with(folder) || file.contains(&format!("/{folder}"));
    let name = file_name(file);
    FOLDERS.iter().any(|folder| is_in(folder))
        || FILES.contains(&name)
        || (name.starts_with("azure-pipelines") && (name.ends_with(".yml") || name.ends_with(".yaml")))
}

pub(super) fn file_name(file: &str) -> &str {
    file.rsplit('/').next().unwrap_or(file)
}

/// What a changed file held and holds.
pub(super) fn texts<'a>(seen: &Seen<'a>, change: &Change) -> (Option<&'a str>, Option<&'a str>) {
    seen.texts.get(&change.file).map_or((None, None), |(old, new)| (old.as_deref(), new.as_deref()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_ci_runs_is_known_by_its_place() {
        for file in [".github/workflows/ci.yml", "rust/.gitlab-ci.yml", ".ci/build.sh", "azure-pipelines-nightly.yml"] {
            assert!(is_ci(file), "{file}");
        }
        for file in [".github/CODEOWNERS", "docs/azure-pipelines.md", "src/ci/mod.rs", "tests/.cirrus", "a.ci/b"] {
            assert!(!is_ci(file), "{file}");
        }
    }
}
