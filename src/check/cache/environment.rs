//! The variables a verdict rests on: a list of what is looked at, because a build or a test may read any, and most
//! (a terminal's size, a session's number) change all the time.
//!
//! A test that asks for another variable while it runs is not seen to: `[workspace.metadata.handoff] env` names more.

use crate::process;
use crate::surroundings::Surroundings;
use std::collections::BTreeMap;

/// Names that count.
const WHOLE: &[&str] = &[
    "PATH",
    "HOME",
    "TMPDIR",
    "TZ",
    "LANG",
    "LANGUAGE",
    "CC",
    "CXX",
    "AR",
    "LD",
    "CPP",
    "CFLAGS",
    "CXXFLAGS",
    "CPPFLAGS",
    "LDFLAGS",
    "HOST",
    "TARGET",
    "NUM_JOBS",
    "CI",
    "NO_COLOR",
    "CLICOLOR",
    "CLICOLOR_FORCE",
    "SOURCE_DATE_EPOCH",
];

/// Beginnings of names that count.
const STARTS: &[&str] = &[
    "CARGO_",
    "RUST",
    "LC_",
    "LD_",
    "DYLD_",
    "PKG_CONFIG",
    "CC_",
    "CXX_",
    "AR_",
    "CFLAGS_",
    "CXXFLAGS_",
    "HOST_",
    "TARGET_",
    "CLIPPY_",
    "INSTA_",
    "SNAPSHOTS",
    "PROPTEST_",
    "TRYBUILD",
    "MIRI",
];

/// What rustup and cargo count for themselves.
const NOT: &[&str] = &["RUST_RECURSION_COUNT", "RUSTUP_TOOLCHAIN_SOURCE", "CARGO_HANDOFF_AS"];

/// The variables that count, of those that children get, and these others by name: `None` where one is not set.
#[must_use]
pub fn environment<'a>(
    surroundings: &Surroundings,
    others: impl IntoIterator<Item = &'a str>,
) -> BTreeMap<String, Option<String>> {
    let given = process::clean(&surroundings.environment);
    let value = |name: &str| given.get(std::ffi::OsStr::new(name)).map(|value| value.to_string_lossy().into_owned());
    let counting = given.keys().filter_map(|name| name.to_str()).filter(|name| counts(name));
    let mut all: BTreeMap<String, Option<String>> = counting.map(|name| (name.to_owned(), value(name))).collect();
    for name in others {
        all.insert(name.to_owned(), value(name));
    }
    all
}

fn counts(name: &str) -> bool {
    !NOT.contains(&name) && (WHOLE.contains(&name) || STARTS.iter().any(|start| name.starts_with(start)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use camino::Utf8Path;

    #[test]
    fn what_a_build_looks_at_counts_and_what_a_terminal_sets_does_not() {
        let set = [
            ("RUSTFLAGS", "-g"),
            ("CARGO_PROFILE_DEV_DEBUG", "0"),
            ("CARGO_PKG_NAME", "set by cargo for us alone"),
            ("CARGO_REGISTRY_TOKEN", "secret"),
            ("LINES", "24"),
            ("MINE", "1"),
            ("RUST_RECURSION_COUNT", "1"),
        ];
        let set = set.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        let surroundings = Surroundings::made_up(Utf8Path::new("/"), set, jiff::Timestamp::UNIX_EPOCH);
        let seen = environment(&surroundings, ["MINE", "NOT_SET"]);
        let expected =
            [("CARGO_PROFILE_DEV_DEBUG", Some("0")), ("MINE", Some("1")), ("NOT_SET", None), ("RUSTFLAGS", Some("-g"))];
        let expected = expected.into_iter().map(|(name, value)| (name.to_owned(), value.map(str::to_owned))).collect();
        assert_eq!(seen, expected);
    }
}
