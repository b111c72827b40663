//! The command lines of our checks, as pure functions.
//!
//! No lint flag is passed to clippy: with `-D warnings` one lint leaves its dependents unchecked, and every
//! change between the two spellings checks all members again.

use crate::workspace::graph::{CargoFlags, Package};
use std::ffi::OsString;

/// `cargo fmt … -- --check`: of these packages, or of all. rustfmt tells which files it looked at with `--verbose` only.
#[must_use]
pub fn fmt(packages: Option<&[&str]>, check: bool) -> Vec<OsString> {
    let mut cargo = escargot::Cargo::new().arg("fmt");
    match packages {
        None => cargo = cargo.arg("--all"),
        Some(packages) => cargo = cargo.args(packages.iter().flat_map(|package| ["-p", package])),
    }
    cargo = cargo.arg("--");
    if check {
        cargo = cargo.args(["--check", "--verbose"]);
    }
    words(&cargo.args(["--color", "never"]).into_command())
}

/// `cargo clippy` over the workspace, or these packages. Benches are left out: they may need nightly.
#[must_use]
pub fn clippy(packages: Option<&[&Package]>, flags: &CargoFlags) -> Vec<OsString> {
    let mut build = of(escargot::Cargo::new().build_with("clippy"), packages);
    // Of packages none of which has a library, cargo refuses to check the libraries.
    if packages.is_none_or(|packages| packages.iter().any(|package| package.library().is_some())) {
        build = build.arg("--lib");
    }
    words(&with(build.bins().tests().examples().arg("--keep-going"), flags).into_command())
}

/// `cargo clippy --fix` on these packages.
#[must_use]
pub fn clippy_fix(packages: &[&str], flags: &CargoFlags) -> Vec<OsString> {
    let mut build = escargot::Cargo::new().build_with("clippy").args(["--fix", "--allow-dirty", "--allow-staged"]);
    for package in packages {
        build = build.package(package);
    }
    let build = build.arg("--lib").bins().tests().examples();
    words(&with(build.arg("--keep-going"), flags).into_command())
}

/// `cargo test --no-run` over the workspace, or these packages. It stops at the first target that does not compile.
#[must_use]
pub fn test(packages: Option<&[&Package]>, flags: &CargoFlags) -> Vec<OsString> {
    let build = of(escargot::Cargo::new().build_with("test"), packages).arg("--no-run");
    words(&with(build, flags).into_command())
}

/// `cargo test --no-run` over the workspace, of these targets only: `--lib`, `--test` and a name. Which features are on
/// does not depend on them.
#[must_use]
pub fn tests_of(selectors: &[String], flags: &CargoFlags) -> Vec<OsString> {
    let build = of(escargot::Cargo::new().build_with("test"), None).arg("--no-run").args(selectors);
    words(&with(build, flags).into_command())
}

/// `cargo build --tests --keep-going` over the workspace, or these packages: builds what can be built. Asked only where [`test`]
/// failed, because the two do not share all of their fingerprints.
#[must_use]
pub fn build(packages: Option<&[&Package]>, flags: &CargoFlags) -> Vec<OsString> {
    let build = of(escargot::Cargo::new().build_with("build"), packages).tests().arg("--keep-going");
    words(&with(build, flags).into_command())
}

/// On a warm target folder always the whole workspace: another set of packages may be another set of features, and
/// so another build of everything (36.5 CPU seconds for two packages where the whole took 19.3).
fn of(build: escargot::CargoBuild, packages: Option<&[&Package]>) -> escargot::CargoBuild {
    match packages {
        None => build.arg("--workspace"),
        Some(packages) => packages.iter().fold(build, |build, package| build.args(["-p", package.cargo.name.as_str()])),
    }
}

/// `cargo doc` over the workspace but for these packages, or of one package. It opens no browser.
#[must_use]
pub fn doc(package: Option<&str>, excluded: &[&str], flags: &CargoFlags) -> Vec<OsString> {
    let mut build = escargot::Cargo::new().build_with("doc");
    build = match package {
        Some(package) => build.package(package),
        None => build.arg("--workspace").args(excluded.iter().flat_map(|package| ["--exclude", package])),
    };
    words(&with(build.arg("--no-deps").arg("--keep-going"), flags).into_command())
}

/// The doctests of the workspace, or of these packages, to be run or only listed: the `rustdoc` it is run with passes over
/// some.
#[must_use]
pub fn doctests(packages: Option<&[&Package]>, flags: &CargoFlags, list: bool) -> Vec<OsString> {
    match packages {
        None => of_doctests(&["--workspace"], flags, list),
        Some(packages) => {
            let named = packages.iter().flat_map(|package| ["-p", package.cargo.name.as_str()]);
            of_doctests(&named.collect::<Vec<_>>(), flags, list)
        }
    }
}

/// `cargo tree` of the workspace, or of these packages: everything they are made of with its features, a line each.
#[must_use]
pub fn tree(packages: Option<&[&Package]>, flags: &CargoFlags) -> Vec<OsString> {
    let mut argv: Vec<OsString> =
        ["cargo", "tree", "--color", "never", "--edges", "normal,build,dev"].map(Into::into).into();
    argv.extend(["--prefix", "none", "--format", "{p}|{f}"].map(Into::into));
    match packages {
        None => argv.push("--workspace".into()),
        Some(packages) => {
            argv.extend(packages.iter().flat_map(|package| ["-p", package.cargo.name.as_str()]).map(Into::into));
        }
    }
    argv.extend(of_flags(flags));
    argv
}

/// The doctests of one package, to be run or only listed.
#[must_use]
pub fn doctest(package: &str, flags: &CargoFlags, list: bool) -> Vec<OsString> {
    of_doctests(&["-p", package], flags, list)
}

/// Colour is refused by flag, because a variable would reach the tests.
fn of_doctests(packages: &[&str], flags: &CargoFlags, list: bool) -> Vec<OsString> {
    let mut argv: Vec<OsString> = ["cargo", "test", "--color", "never"].map(Into::into).into();
    argv.extend(packages.iter().chain(&["--doc", "--no-fail-fast"]).map(Into::into));
    argv.extend(of_flags(flags));
    if list {
        argv.extend(["--", "--list", "--format", "terse"].map(Into::into));
    }
    argv
}

fn of_flags(flags: &CargoFlags) -> Vec<OsString> {
    words(&with(escargot::CargoBuild::new(), flags).into_command()).split_off(3)
}

fn with(mut build: escargot::CargoBuild, flags: &CargoFlags) -> escargot::CargoBuild {
    for (is_set, flag) in [(flags.locked, "--locked"), (flags.offline, "--offline"), (flags.frozen, "--frozen")] {
        if is_set {
            build = build.arg(flag);
        }
    }
    if flags.all_features {
        build = build.all_features();
    }
    if flags.no_default_features {
        build = build.no_default_features();
    }
    if !flags.features.is_empty() {
        build = build.features(flags.features.join(","));
    }
    build
}

/// The arguments behind a plain `cargo`: which cargo that is, is decided where it is run.
fn words(command: &std::process::Command) -> Vec<OsString> {
    std::iter::once("cargo".into()).chain(command.get_args().map(Into::into)).collect()
}

/// The command as a person would type it: without what only a program needs to read it.
#[must_use]
pub fn display(argv: &[String]) -> String {
    let mut words: Vec<&str> = Vec::new();
    let mut skip_value = false;
    for word in argv {
        if skip_value {
            skip_value = false;
        } else if word == "--color" {
            skip_value = true;
        } else if word != "--verbose" && !word.starts_with("--message-format=") {
            words.push(word);
        }
    }
    if words.last() == Some(&"--") {
        words.pop();
    }
    shlex::try_join(words.iter().copied()).unwrap_or_else(|_| words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(argv: Vec<OsString>) -> String {
        let argv: Vec<String> = argv.into_iter().map(|word| word.into_string().expect("UTF-8")).collect();
        argv.join(" ")
    }

    #[test]
    fn each_check_is_one_call_with_the_users_flags() {
        let flags = CargoFlags {
            locked: true,
            offline: true,
            features: vec!["a".into(), "b/c".into()],
            no_default_features: true,
            ..CargoFlags::default()
        };
        let tail = "--locked --offline --no-default-features --features a,b/c";
        assert_eq!(
            shown(clippy(None, &flags)),
            format!(
                "cargo clippy --message-format=json --workspace --lib --bins --tests --examples --keep-going {tail}"
            )
        );
        assert_eq!(shown(test(None, &flags)), format!("cargo test --message-format=json --workspace --no-run {tail}"));
        assert_eq!(
            shown(build(None, &CargoFlags { all_features: true, frozen: true, ..CargoFlags::default() })),
            "cargo build --message-format=json --workspace --tests --keep-going --frozen --all-features"
        );
        assert_eq!(
            shown(doctest("a@1.0.0", &flags, true)),
            format!("cargo test --color never -p a@1.0.0 --doc --no-fail-fast {tail} -- --list --format terse")
        );
        assert_eq!(
            shown(doctests(None, &flags, false)),
            format!("cargo test --color never --workspace --doc --no-fail-fast {tail}")
        );
        assert_eq!(
            shown(doc(None, &["b"], &flags)),
            format!("cargo doc --message-format=json --workspace --exclude b --no-deps --keep-going {tail}")
        );
        assert_eq!(
            shown(doc(Some("b"), &[], &CargoFlags::default())),
            "cargo doc --message-format=json --package b --no-deps --keep-going"
        );
        assert_eq!(shown(fmt(Some(&["a", "b"]), true)), "cargo fmt -p a -p b -- --check --verbose --color never");
    }

    #[test]
    fn what_is_shown_is_what_a_person_would_type() {
        let shown = |argv: Vec<OsString>| {
            display(&argv.into_iter().map(|word| word.into_string().expect("UTF-8")).collect::<Vec<_>>())
        };
        assert_eq!(shown(fmt(None, true)), "cargo fmt --all -- --check");
        assert_eq!(shown(fmt(None, false)), "cargo fmt --all");
        assert_eq!(shown(test(None, &CargoFlags::default())), "cargo test --workspace --no-run");
        assert_eq!(shown(doctest("a", &CargoFlags::default(), false)), "cargo test -p a --doc --no-fail-fast");
    }
}
