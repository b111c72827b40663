//! A fixture copied to a fresh folder, git history on demand, and the built binary run in it.
//!
//! Nothing of the machine shows: the environment is cleared but for what cargo needs, git reads no settings of
//! the user's, dates stand still, and what the binary says comes back with paths and times replaced.

#![expect(
    clippy::disallowed_methods,
    reason = "a test starts the binary and git from outside, in an environment it reads from its own"
)]

use camino::{Utf8Path, Utf8PathBuf};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;

/// The date of the first commit; each further one is a minute later.
const FIRST_COMMIT: i64 = 1_793_000_000;

/// A copied fixture. The folder goes when this goes.
pub(crate) struct Tree {
    keep: tempfile::TempDir,
    /// The fixture's root, absolute and without links.
    pub(crate) root: Utf8PathBuf,
    /// Where commands run: the root, or a folder below it.
    pub(crate) folder: Utf8PathBuf,
    n_commits: std::cell::Cell<i64>,
    extra: BTreeMap<OsString, OsString>,
}

/// What a command came to, with `[ROOT]`, `[HOME]`, `[TIME]`, `[RUN]` and `[TOOK]` for what differs from run to run.
#[derive(Debug)]
#[must_use]
pub(crate) struct Ran {
    /// The exit code; `None` where a signal ended it.
    pub(crate) status: Option<i32>,
    /// Stdout, redacted.
    pub(crate) stdout: String,
    /// Stderr, redacted.
    pub(crate) stderr: String,
    /// Stdout as it came.
    pub(crate) raw_stdout: Vec<u8>,
}

impl Ran {
    /// The same, once it is clear that it ended with this code.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.status, Some(code), "\n-- stdout\n{}\n-- stderr\n{}", self.stdout, self.stderr);
        self
    }

    /// The same, once its stdout is this, `[..]` standing for anything in a line and `...` for any lines.
    #[track_caller]
    pub(crate) fn says(self, expected: impl snapbox::IntoData) -> Self {
        snapbox::Assert::new().eq(self.stdout.as_str(), expected);
        self
    }

    /// The lines of `--message-format json`. Every line of stdout has to be an object with a reason.
    #[track_caller]
    pub(crate) fn messages(&self) -> Vec<serde_json::Value> {
        let text = std::str::from_utf8(&self.raw_stdout).expect("JSON is UTF-8");
        let read = |line: &str| -> serde_json::Value {
            let message: serde_json::Value =
                serde_json::from_str(line).unwrap_or_else(|error| panic!("no JSON ({error}): {line}"));
            assert!(message["reason"].is_string(), "no reason: {line}");
            message
        };
        text.lines().map(read).collect()
    }
}

impl Tree {
    /// `fixtures/<name>` in a fresh folder, `Cargo.toml.in` become `Cargo.toml`.
    #[track_caller]
    pub(crate) fn of(name: &str) -> Self {
        let tree = Self::empty();
        let from = fixtures().join(name);
        assert!(from.is_dir(), "no such fixture: {name}");
        copy(&from, &tree.root);
        tree
    }

    /// The sample workspace as `demo` lays it out: three commits on `main`, the work uncommitted on a branch.
    #[track_caller]
    pub(crate) fn demo(broken: bool) -> Self {
        let tree = Self::empty();
        let surroundings = cargo_handoff::surroundings::Surroundings::of_this_process().expect("surroundings");
        cargo_handoff::sample::lay_out(&tree.root, broken, &surroundings, &cargo_handoff::cancel::Cancel::new())
            .expect("laid out");
        tree
    }

    /// A fresh empty folder.
    #[track_caller]
    pub(crate) fn empty() -> Self {
        let keep = tempfile::Builder::new().prefix("it-").tempdir().expect("a folder");
        let base = Utf8PathBuf::from_path_buf(keep.path().canonicalize().expect("it is there")).expect("UTF-8");
        let root = base.join("tree");
        for folder in [&root, &base.join("home"), &base.join("tmp")] {
            fs::create_dir(folder).expect("a folder");
        }
        Self { keep, folder: root.clone(), root, n_commits: std::cell::Cell::new(0), extra: BTreeMap::new() }
    }

    /// A copy in another folder, history and a warm target folder included: file times stay as they are.
    #[track_caller]
    pub(crate) fn copy(&self) -> Self {
        let tree = Self::empty();
        let _ = self.run("cp", ["-a", &format!("{}/.", self.root), tree.root.as_str()]).exits(0);
        tree
    }

    /// The same, its commands running in this folder below the root.
    pub(crate) fn at(mut self, folder: &str) -> Self {
        self.folder = self.root.join(folder);
        self
    }

    /// The same with this variable set for the binary.
    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.extra.insert(name.into(), value.into());
        self
    }

    /// The same with `fixtures/payloads/<name>.json` as its payload.
    #[track_caller]
    pub(crate) fn payload(self, name: &str) -> Self {
        let from = fixtures().join("payloads").join(name).with_extension("json");
        self.write("handoff/payload.json", fs::read(&from).unwrap_or_else(|error| panic!("{from}: {error}")));
        self
    }

    /// The same as a git repository whose branch `main` has everything in one commit.
    #[track_caller]
    pub(crate) fn git(self) -> Self {
        self.ask_git(["init", "--quiet", "-b", "main"]);
        self.commit("Everything there is");
        self
    }

    /// Commits all there is that is not ignored. Returns the new commit's id.
    #[track_caller]
    pub(crate) fn commit(&self, message: &str) -> String {
        self.ask_git(["add", "--all"]);
        self.ask_git(["commit", "--quiet", "--allow-empty", "-m", message]);
        self.ask_git(["rev-parse", "HEAD"]).trim().to_owned()
    }

    /// Runs git, which has to succeed. Returns its stdout.
    #[track_caller]
    pub(crate) fn ask_git<S: AsRef<str>>(&self, args: impl IntoIterator<Item = S>) -> String {
        let args: Vec<String> = args.into_iter().map(|arg| arg.as_ref().to_owned()).collect();
        // Each commit gets a date of its own, whichever verb makes it: a rebase and a merge make commits too.
        self.n_commits.set(self.n_commits.get() + 1);
        let date = format!("{} +0000", FIRST_COMMIT + 60 * self.n_commits.get());
        let output = std::process::Command::new("git")
            .args(["-c", "core.fsmonitor=false", "-c", "commit.gpgSign=false", "-c", "core.hooksPath=/dev/null"])
            .args(&args)
            .current_dir(&self.root)
            .env_clear()
            .envs(self.environment())
            .env("GIT_AUTHOR_DATE", &date)
            .env("GIT_COMMITTER_DATE", &date)
            .output()
            .expect("git runs");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "git {args:?}: {stderr}");
        String::from_utf8(output.stdout).expect("UTF-8")
    }

    /// Writes a file below the root, its folders too.
    #[track_caller]
    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().expect("below the root")).expect("folders");
        fs::write(&path, text).unwrap_or_else(|error| panic!("{path}: {error}"));
    }

    /// The text of a file below the root.
    #[track_caller]
    pub(crate) fn read(&self, path: &str) -> String {
        let path = self.root.join(path);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Replaces `old`, which has to stand there once, in a file below the root.
    #[track_caller]
    pub(crate) fn change(&self, path: &str, old: &str, new: &str) {
        let text = self.read(path);
        assert_eq!(text.matches(old).count(), 1, "`{old}` in {path}");
        self.write(path, text.replacen(old, new, 1));
    }

    /// Runs the built binary with these arguments in this tree's folder.
    #[track_caller]
    pub(crate) fn handoff<S: AsRef<str>>(&self, args: impl IntoIterator<Item = S>) -> Ran {
        self.run(env!("CARGO_BIN_EXE_cargo-handoff"), args)
    }

    /// Runs a program with these arguments in this tree's folder.
    #[track_caller]
    pub(crate) fn run<S: AsRef<str>>(&self, program: &str, args: impl IntoIterator<Item = S>) -> Ran {
        let args: Vec<String> = args.into_iter().map(|arg| arg.as_ref().to_owned()).collect();
        let output = snapbox::cmd::Command::new(program)
            .args(&args)
            .current_dir(&self.folder)
            .env_clear()
            .envs(self.environment())
            .envs(&self.extra)
            .output()
            .expect("the program runs");
        let said = |bytes: &[u8]| self.redact(&String::from_utf8_lossy(bytes));
        Ran {
            status: output.status.code(),
            stdout: said(&output.stdout),
            stderr: said(&output.stderr),
            raw_stdout: output.stdout,
        }
    }

    /// All a child gets: where programs are, a home of its own, cargo's own folders, git without settings.
    pub(crate) fn environment(&self) -> BTreeMap<OsString, OsString> {
        let base = Utf8Path::from_path(self.keep.path()).expect("UTF-8");
        let kept = |name: &str| std::env::var_os(name).map(|value| (OsString::from(name), value));
        let below_home = |name: &str, folder: &str| {
            kept(name).or_else(|| {
                let home = std::env::home_dir()?.join(folder);
                home.is_dir().then(|| (name.into(), home.into()))
            })
        };
        // The binary under test is installed here, as far as the commands it proposes are concerned.
        let path = std::env::var_os("PATH").unwrap_or_default();
        let installed = std::path::Path::new(env!("CARGO_BIN_EXE_cargo-handoff")).parent().expect("it is in a folder");
        let folders = std::iter::once(installed.to_owned()).chain(std::env::split_paths(&path));
        let path = std::env::join_paths(folders).expect("folders of a PATH");
        let mut environment: BTreeMap<OsString, OsString> = [
            Some(("PATH".into(), path)),
            below_home("CARGO_HOME", ".cargo"),
            below_home("RUSTUP_HOME", ".rustup"),
            kept("RUSTUP_TOOLCHAIN"),
            // Windows starts no process without them.
            kept("SystemRoot"),
            kept("PATHEXT"),
        ]
        .into_iter()
        .flatten()
        .collect();
        for (name, value) in [
            ("HOME", base.join("home").as_str()),
            ("TMPDIR", base.join("tmp").as_str()),
            ("CARGO_NET_OFFLINE", "true"),
            // What is built here is built once or twice: a third of the time went into what only a later build needs.
            ("CARGO_INCREMENTAL", "0"),
            ("CARGO_PROFILE_DEV_DEBUG", "0"),
            ("GIT_CONFIG_GLOBAL", "/dev/null"),
            ("GIT_CONFIG_NOSYSTEM", "1"),
            ("GIT_AUTHOR_NAME", "fixture"),
            ("GIT_AUTHOR_EMAIL", "fixture@example.invalid"),
            ("GIT_COMMITTER_NAME", "fixture"),
            ("GIT_COMMITTER_EMAIL", "fixture@example.invalid"),
        ] {
            environment.insert(name.into(), value.into());
        }
        environment
    }

    /// A `PATH` on which every program a verb might start only leaves a word that it was: with what
    /// [`Tree::started`] says, this shows that a verb started none.
    #[cfg(unix)]
    #[track_caller]
    pub(crate) fn trapped(self) -> Self {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = self.root.with_file_name("trap");
        fs::create_dir(&folder).expect("a folder");
        for name in ["git", "cargo", "rustc", "rustup", "rustfmt", "cargo-fmt", "cargo-clippy", "sh"] {
            let path = folder.join(name);
            let script = format!("#!/bin/sh\necho {name} \"$@\" >> {folder}/started\nexit 1\n");
            fs::write(&path, script).expect("written");
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("executable");
        }
        self.env("PATH", folder.as_str())
    }

    /// What was started from the `PATH` of [`Tree::trapped`], a line each.
    #[cfg(unix)]
    pub(crate) fn started(&self) -> String {
        fs::read_to_string(self.root.with_file_name("trap").join("started")).unwrap_or_default()
    }

    /// The digest of every file, folder and link below the root, `.git` included and the root's `target` left
    /// out: what is equal before and after a verb was not written by it.
    #[track_caller]
    pub(crate) fn digest_of_everything(&self) -> BTreeMap<String, String> {
        let mut found = BTreeMap::new();
        digest(&self.root, &self.root, &mut found);
        found
    }

    /// A text without what differs from machine to machine and from run to run.
    pub(crate) fn redact(&self, text: &str) -> String {
        let home = self.root.with_file_name("home");
        // Commands to type name the binary where cargo would not find it.
        let text = text.replace(env!("CARGO_BIN_EXE_cargo-handoff"), "cargo handoff");
        let text = text.replace(self.root.as_str(), "[ROOT]").replace(home.as_str(), "[HOME]");
        redact_times(&text)
    }
}

/// The folder of the fixtures.
pub(crate) fn fixtures() -> Utf8PathBuf {
    Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

/// Copies a folder's content over another, `Cargo.toml.in` as `Cargo.toml`.
#[track_caller]
pub(crate) fn copy(from: &Utf8Path, to: &Utf8Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in from.read_dir_utf8().expect("a folder") {
        let entry = entry.expect("an entry");
        let name = if entry.file_name() == "Cargo.toml.in" { "Cargo.toml" } else { entry.file_name() };
        if entry.file_type().expect("a type").is_dir() {
            copy(entry.path(), &to.join(name));
        } else {
            fs::copy(entry.path(), to.join(name)).expect("copied");
        }
    }
}

#[track_caller]
fn digest(root: &Utf8Path, folder: &Utf8Path, found: &mut BTreeMap<String, String>) {
    for entry in folder.read_dir_utf8().expect("a folder") {
        let path = entry.expect("an entry").into_path();
        let name = path.strip_prefix(root).expect("below the root").to_string();
        let kind = fs::symlink_metadata(&path).expect("it is there").file_type();
        if name == "target" {
            continue;
        }
        if kind.is_dir() {
            digest(root, &path, found);
            found.insert(name, "a folder".into());
        } else if kind.is_symlink() {
            found.insert(name, format!("a link to {:?}", fs::read_link(&path).expect("a link")));
        } else if !kind.is_file() {
            // Reading a FIFO would wait for its writer.
            found.insert(name, format!("{kind:?}"));
        } else {
            let bytes = fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
            let digest = Sha256::digest(&bytes);
            found.insert(name, digest.iter().map(|byte| format!("{byte:02x}")).collect());
        }
    }
}

/// `[TIME]` for `2026-11-02T09:30:00Z`, `[RUN]` for a word that begins with `20261102T093000.123456Z`, `[TOOK]`
/// for `0.31s` and `12 ms`.
fn redact_times(text: &str) -> String {
    let mut redacted = String::new();
    let mut rest = text;
    let mut in_word = false;
    while let Some(first) = rest.chars().next() {
        let found = (!in_word && first.is_ascii_digit())
            .then(|| {
                let shapes: [(&str, &str); 3] =
                    [("9999-99-99T99:99:99?Z", "[TIME]"), ("99999999T999999?Z", "[RUN]"), ("?", "[TOOK]")];
                shapes.into_iter().find_map(|(shape, name)| Some((length_of(rest, shape)?, name)))
            })
            .flatten();
        if let Some((length, name)) = found {
            redacted.push_str(name);
            rest = &rest[length..];
        } else {
            redacted.push(first);
            rest = &rest[first.len_utf8()..];
        }
        in_word = first.is_alphanumeric() || first == '_' || first == '.';
    }
    redacted
}

/// How long the start of `text` is that has this shape: `9` a digit, `?` a fraction or none. The shape `?` alone
/// is a number with a unit of time.
fn length_of(text: &str, shape: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let digits_from = |at: usize| bytes[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let fraction_from = |at: usize| match bytes.get(at) {
        Some(b'.') => 1 + digits_from(at + 1),
        Some(_) | None => 0,
    };
    let mut at = 0;
    if shape == "?" {
        at = digits_from(0);
        at += fraction_from(at);
        at += usize::from(bytes.get(at) == Some(&b' '));
        let unit: usize = bytes[at..].iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        return matches!(&text[at..at + unit], "s" | "ms").then_some(at + unit);
    }
    for expected in shape.bytes() {
        match expected {
            b'9' if bytes.get(at)?.is_ascii_digit() => at += 1,
            b'?' => at += fraction_from(at),
            other if bytes.get(at) == Some(&other) => at += 1,
            _ => return None,
        }
    }
    Some(at)
}

#[test]
fn times_are_redacted_and_other_numbers_are_not() {
    let text = "at 2026-11-02T09:30:00Z in 0.31s, run 20261102T093000.123456Z-x: 3 steps, 12 ms, 4711, 1.10, a2s";
    assert_eq!(redact_times(text), "at [TIME] in [TOOK], run [RUN]-x: 3 steps, [TOOK], 4711, 1.10, a2s");
}

#[test]
fn the_same_tree_has_the_same_commits_every_time() {
    let (one, other) = (Tree::of("two-crates").git(), Tree::of("two-crates").git());
    assert_eq!(one.ask_git(["rev-parse", "HEAD"]), other.ask_git(["rev-parse", "HEAD"]));
    assert_eq!(one.ask_git(["status", "--porcelain"]), "");
}

#[test]
fn the_digest_of_everything_sees_a_single_byte_and_a_new_folder() {
    let tree = Tree::of("two-crates").payload("two-crates").git();
    let before = tree.digest_of_everything();
    assert!(before.contains_key(".git/HEAD") && before.contains_key("handoff/payload.json"), "{before:?}");
    tree.change("adder/src/lib.rs", "//! Adds.", "//! adds.");
    let changed = tree.digest_of_everything();
    let different: Vec<_> = changed.iter().filter(|(path, digest)| before.get(*path) != Some(digest)).collect();
    assert_eq!(different.len(), 1, "{different:?}");
    fs::create_dir(tree.root.join("new")).expect("a folder");
    assert_ne!(tree.digest_of_everything(), changed);
}

#[test]
fn the_binary_runs_in_a_folder_of_the_tree_with_the_environment_asked_for() {
    let tree = Tree::of("two-crates").at("adder").env("RUST_BACKTRACE", "0");
    assert!(tree.folder.ends_with("tree/adder"));
    let ran = tree.handoff(["--version"]).exits(0).says("...\n");
    assert!(!ran.stderr.contains("panicked"), "{ran:?}");
}

#[test]
fn messages_are_the_json_lines_of_stdout() {
    let lines = b"{\"reason\":\"remark\"}\n{\"reason\":\"handoff-finished\",\"exit\":0}\n".to_vec();
    let ran = Ran { status: Some(0), stdout: String::new(), stderr: String::new(), raw_stdout: lines };
    assert_eq!(ran.messages()[1]["exit"], 0);
}
