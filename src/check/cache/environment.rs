//! The variables a verdict rests on: all that children get, but for those that change with every terminal and session.
//!
//! A test may ask for any variable while it runs, and nobody sees it ask. So a variable counts unless it is known to say
//! nothing of the work; `[workspace.metadata.handoff] ignore-env` names more of those.

use crate::files::sha256;
use crate::process;
use crate::surroundings::Surroundings;
use std::collections::BTreeMap;
use std::ffi::OsStr;

/// Names that do not count.
const NOT: &[&str] = &[
    "_",
    "PWD",
    "OLDPWD",
    "SHLVL",
    "COLUMNS",
    "LINES",
    "TERM",
    "COLORTERM",
    "TERMCAP",
    "WINDOWID",
    "DISPLAY",
    "WAYLAND_DISPLAY",
    "DESKTOP_SESSION",
    "SESSION_MANAGER",
    "STY",
    "TMUX",
    "PS1",
    "PS2",
    "PS4",
    "PROMPT",
    "PROMPT_COMMAND",
    "LS_COLORS",
    "LSCOLORS",
    "LESS",
    "LESSOPEN",
    "LESSCLOSE",
    "PAGER",
    "EDITOR",
    "VISUAL",
    "MAIL",
    "HISTFILE",
    "HISTSIZE",
    "INVOCATION_ID",
    "JOURNAL_STREAM",
    "SUDO_COMMAND",
    "RUST_RECURSION_COUNT",
    "RUSTUP_TOOLCHAIN_SOURCE",
    "CARGO",
    "CARGO_HANDOFF_AS",
    "HANDOFF_JOB",
];

/// Beginnings of names that do not count.
const NOT_STARTS: &[&str] = &[
    "SSH_",
    "XDG_SESSION",
    "XDG_SEAT",
    "XDG_VTNR",
    "XDG_RUNTIME",
    "DBUS_",
    "GPG_",
    "TMUX_",
    "VTE_",
    "KITTY_",
    "ITERM_",
    "TERM_",
    "WEZTERM_",
    "ALACRITTY_",
    "VSCODE_",
    "STARSHIP_",
    "DIRENV_",
    // Colour, progress bars, how much cargo says: looks alone.
    "CARGO_TERM_",
    "GITHUB_",
    "RUNNER_",
];

/// The variables that count, of those that children get, without these patterns (`NAME`, or `START*`); and the ones
/// named in `asked` in any case, `None` where one is not set. Each with a digest of its value.
#[must_use]
pub fn environment<'a>(
    surroundings: &Surroundings,
    ignored: &[String],
    asked: impl IntoIterator<Item = &'a str>,
) -> BTreeMap<String, Option<String>> {
    let given = process::clean(&surroundings.environment);
    // Digests: values may hold passwords, and this is written to files.
    let value = |name: &str| given.get(OsStr::new(name)).map(|value| sha256(value.as_encoded_bytes())[..16].to_owned());
    let is_ignored = |name: &str| {
        ignored.iter().any(|pattern| match pattern.strip_suffix('*') {
            Some(start) => name.starts_with(start),
            None => pattern == name,
        })
    };
    let counts = |name: &&str| {
        !NOT.contains(name) && !NOT_STARTS.iter().any(|start| name.starts_with(start)) && !is_ignored(name)
    };
    let counting = given.keys().filter_map(|name| name.to_str()).filter(counts);
    let mut all: BTreeMap<String, Option<String>> = counting.map(|name| (name.to_owned(), value(name))).collect();
    for name in asked {
        all.insert(name.to_owned(), value(name));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use camino::Utf8Path;

    #[test]
    fn every_variable_counts_but_those_of_terminals_and_sessions() {
        let set = [
            ("RUSTFLAGS", "-g"),
            ("MINE", "1"),
            ("CARGO_PKG_NAME", "set by cargo for us alone"),
            ("CARGO_REGISTRY_TOKEN", "secret"),
            ("LINES", "24"),
            ("CARGO_TERM_PROGRESS_WHEN", "never"),
            ("CARGO_TERM_COLOR", "always"),
            ("SSH_TTY", "/dev/pts/1"),
            ("BUILD_NUMBER", "7"),
            ("BUILD_ID", "8"),
        ];
        let set = set.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        let surroundings = Surroundings::made_up(Utf8Path::new("/"), set, jiff::Timestamp::UNIX_EPOCH);
        let ignored = ["BUILD_N*".to_owned(), "BUILD".to_owned()];
        let seen = environment(&surroundings, &ignored, ["LINES", "NOT_SET"]);
        let expected = [
            ("BUILD_ID", Some("8")),
            ("LINES", Some("24")),
            ("MINE", Some("1")),
            ("NOT_SET", None),
            ("RUSTFLAGS", Some("-g")),
        ];
        let digest = |value: &str| sha256(value.as_bytes())[..16].to_owned();
        let expected = expected.into_iter().map(|(name, value)| (name.to_owned(), value.map(digest))).collect();
        assert_eq!(seen, expected);
    }
}
