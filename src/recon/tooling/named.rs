//! Which programs, components, targets and toolchains a command needs, told from its words. Nothing is run.

use crate::approval::{Parsed, parse};
use std::collections::BTreeSet;

/// What a command needs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Needs {
    /// Programs, as they are typed: `cargo-nextest` for `cargo nextest`.
    pub(super) programs: BTreeSet<String>,
    pub(super) components: BTreeSet<String>,
    pub(super) targets: BTreeSet<String>,
    pub(super) toolchains: BTreeSet<String>,
    /// Why it could not be read.
    pub(super) unread: Option<String>,
}

/// Cargo's own verbs, with their short forms.
const OF_CARGO: &[&str] = &[
    "add",
    "b",
    "bench",
    "build",
    "c",
    "check",
    "clean",
    "config",
    "d",
    "doc",
    "fetch",
    "fix",
    "generate-lockfile",
    "help",
    "info",
    "init",
    "install",
    "locate-project",
    "login",
    "logout",
    "metadata",
    "new",
    "owner",
    "package",
    "pkgid",
    "publish",
    "r",
    "read-manifest",
    "remove",
    "report",
    "rm",
    "run",
    "rustc",
    "rustdoc",
    "search",
    "t",
    "test",
    "tree",
    "uninstall",
    "update",
    "vendor",
    "verify-project",
    "version",
    "yank",
];

/// Cargo's verbs that come with a component of the toolchain.
const OF_COMPONENTS: &[(&str, &str)] = &[("fmt", "rustfmt"), ("clippy", "clippy"), ("miri", "miri")];

/// Programs that are known, with the package of crates.io that brings each. A closed list: a name that a payload made
/// up must never become something to install.
const KNOWN: &[(&str, &str)] = &[
    ("bacon", "bacon"),
    ("cargo-about", "cargo-about"),
    ("cargo-audit", "cargo-audit"),
    ("cargo-bloat", "cargo-bloat"),
    ("cargo-careful", "cargo-careful"),
    ("cargo-criterion", "cargo-criterion"),
    ("cargo-deny", "cargo-deny"),
    ("cargo-expand", "cargo-expand"),
    ("cargo-fuzz", "cargo-fuzz"),
    ("cargo-hack", "cargo-hack"),
    ("cargo-insta", "cargo-insta"),
    ("cargo-llvm-cov", "cargo-llvm-cov"),
    ("cargo-machete", "cargo-machete"),
    ("cargo-make", "cargo-make"),
    ("cargo-msrv", "cargo-msrv"),
    ("cargo-mutants", "cargo-mutants"),
    ("cargo-nextest", "cargo-nextest"),
    ("cargo-outdated", "cargo-outdated"),
    ("cargo-public-api", "cargo-public-api"),
    ("cargo-release", "cargo-release"),
    ("cargo-semver-checks", "cargo-semver-checks"),
    ("cargo-sort", "cargo-sort"),
    ("cargo-tarpaulin", "cargo-tarpaulin"),
    ("cargo-udeps", "cargo-udeps"),
    ("cargo-vet", "cargo-vet"),
    ("cargo-watch", "cargo-watch"),
    ("cross", "cross"),
    ("diesel", "diesel_cli"),
    ("hyperfine", "hyperfine"),
    ("just", "just"),
    ("mdbook", "mdbook"),
    ("rg", "ripgrep"),
    ("sccache", "sccache"),
    ("sqlx", "sqlx-cli"),
    ("taplo", "taplo-cli"),
    ("tokei", "tokei"),
    ("trunk", "trunk"),
    ("typos", "typos-cli"),
    ("wasm-bindgen", "wasm-bindgen-cli"),
    ("wasm-pack", "wasm-pack"),
];

/// How to get a program; nothing where it is none that is known.
pub(super) fn how_to_get(program: &str) -> Option<String> {
    match program {
        "rustc" | "cargo" | "rustup" | "rustdoc" => Some("install Rust with rustup (https://rustup.rs)".to_owned()),
        "rustfmt" | "cargo-fmt" => Some("rustup component add rustfmt".to_owned()),
        "cargo-clippy" | "clippy-driver" => Some("rustup component add clippy".to_owned()),
        _ => {
            let known = KNOWN.iter().find(|(name, _)| *name == program);
            known.map(|(_, package)| format!("cargo install --locked {package}"))
        }
    }
}

/// What a command needs.
pub(super) fn of_command(command: &str) -> Needs {
    match parse(command) {
        Parsed::Ours(words) | Parsed::NeedsApproval(words) => of_words(&words),
        Parsed::Refused { why, .. } => Needs { unread: Some(why), ..Needs::default() },
    }
}

fn of_words(words: &[String]) -> Needs {
    let mut needs = Needs::default();
    let Some(first) = words.first() else { return needs };
    needs.programs.insert(first.clone());
    if first != "cargo" {
        return needs;
    }
    let ours: Vec<&str> = words.iter().map(String::as_str).take_while(|word| *word != "--").collect();
    needs.toolchains.extend(ours.get(1).and_then(|word| word.strip_prefix('+')).map(str::to_owned));
    let apart = ours.windows(2).filter(|pair| pair[0] == "--target").map(|pair| pair[1]);
    let joined = ours.iter().filter_map(|word| word.strip_prefix("--target="));
    needs.targets.extend(apart.chain(joined).map(str::to_owned));
    let Some(verb) = ours.iter().skip(1).find(|word| !word.starts_with(['+', '-'])) else { return needs };
    match OF_COMPONENTS.iter().find(|(known, _)| known == verb) {
        Some((_, component)) => drop(needs.components.insert((*component).to_owned())),
        None if OF_CARGO.contains(verb) => {}
        None => drop(needs.programs.insert(format!("cargo-{verb}"))),
    }
    needs
}

/// The commands a text speaks of: what stands between backticks and begins with cargo, rustup, or a program that is known.
pub(super) fn spoken_of(text: &str) -> Vec<String> {
    let spans = text.split('`').skip(1).step_by(2);
    let is_command = |span: &&str| {
        let mut words = span.split_whitespace();
        let first = words.next().unwrap_or_default();
        let is_known = KNOWN.iter().any(|(name, _)| *name == first);
        let mut has_verb =
            || words.next().is_some_and(|verb| verb.starts_with(|it: char| it.is_ascii_lowercase() || it == '+'));
        is_known || (matches!(first, "cargo" | "rustup") && has_verb())
    };
    spans.filter(is_command).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(command: &str) -> String {
        let needs = of_command(command);
        let list = |set: &BTreeSet<String>| set.iter().cloned().collect::<Vec<_>>().join(",");
        let all = [&needs.programs, &needs.components, &needs.targets, &needs.toolchains].map(list).join("|");
        needs.unread.map_or(all, |why| format!("unread: {why}"))
    }

    #[test]
    fn a_command_s_words_tell_what_it_needs() {
        assert_eq!(told("cargo test -p a"), "cargo|||");
        assert_eq!(told("cargo clippy --target wasm32-unknown-unknown"), "cargo|clippy|wasm32-unknown-unknown|");
        assert_eq!(told("cargo +nightly miri test"), "cargo|miri||nightly");
        assert_eq!(told("cargo nextest run -- --target=x"), "cargo,cargo-nextest|||");
        assert_eq!(told("./scripts/check.sh --all"), "./scripts/check.sh|||");
        assert_eq!(told("just ci"), "just|||");
        assert!(told("a | b").starts_with("unread: "));
    }

    #[test]
    fn a_name_somebody_made_up_is_never_something_to_install() {
        assert_eq!(how_to_get("cargo-nextest").as_deref(), Some("cargo install --locked cargo-nextest"));
        assert_eq!(how_to_get("cargo-made-up"), None);
        assert_eq!(how_to_get("clippy-driver").as_deref(), Some("rustup component add clippy"));
    }

    #[test]
    fn prose_speaks_of_commands_between_backticks() {
        let text = "Run `cargo deny check`, then `just ci`; `cargo` and `fn main` and `Cargo Test` are none.";
        assert_eq!(spoken_of(text), ["cargo deny check", "just ci"]);
    }
}
