//! A warm workspace that is put back after each edit, a clean clone of it, and what is red in either.

#![expect(clippy::disallowed_methods, reason = "a test starts the binary, cargo and git from outside")]

use crate::tree::Tree;
use camino::{Utf8Path, Utf8PathBuf};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::time::{Duration, SystemTime};

/// The payload whose plan names every package: only the cache can keep a check from being run.
const EVERYTHING: &str = "handoff/payload.json";
/// The payload whose plan names one small package: what else is checked follows from the changes.
const ONE_PACKAGE: &str = "handoff/one-package.json";

const FMT: &str = "fmt";
const CLIPPY: &str = "clippy";
const NOT_BUILT: &str = "test: not built";

/// What is red: `fmt`, `clippy`, `test PACKAGE/KIND/NAME TEST`, or `test: not built`. Empty is green.
pub(super) type Red = BTreeSet<String>;

/// Long ago.
pub(super) fn long_ago() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_577_836_800)
}

/// The fixture `engine` as a repository on which `implement` has passed twice with both payloads.
pub(super) struct Site {
    /// The workspace.
    pub(super) tree: Tree,
    /// What it is put back to, target folder included.
    warm: Utf8PathBuf,
    /// Set for everything that runs.
    variables: BTreeMap<&'static str, String>,
    /// Not set for anything that runs.
    unset: BTreeSet<&'static str>,
}

/// A command's exit code and everything it said, stdout and stderr in the order they came.
struct Said {
    code: Option<i32>,
    text: String,
}

impl Site {
    /// Lays it out and warms it up, which has to come out green.
    pub(super) fn new() -> Self {
        let tree = Tree::of("engine");
        symlink("../../../shared/shared.rs", tree.root.join("crates/left/src/shared.rs")).expect("a link");
        tree.write("crates/app/local.ignored", "fine\n");
        for (payload, packages) in [
            (
                EVERYTHING,
                ["app", "built", "convert", "derive", "envy", "extra", "left", "measure", "right", "scanned"]
                    .as_slice(),
            ),
            (ONE_PACKAGE, &["extra"]),
        ] {
            let text = json!({
                "requirement": {"summary": "Every kind of edit."},
                "plan": {"steps": [{"id": "1", "name": "Edit", "packages": packages}]},
                "testPlan": {"scenarios": [{"id": "s", "name": "none"}]},
            });
            tree.write(payload, text.to_string());
        }
        tree.ask_git(["init", "--quiet", "-b", "main"]);
        tree.ask_git(["config", "filter.digits.clean", "sed s/[0-9]//g"]);
        tree.commit("Everything there is");
        let warm = tree.root.with_file_name("warm");
        let site = Self { tree, warm, variables: BTreeMap::new(), unset: BTreeSet::new() };
        for _ in 0..2 {
            for (payload, red) in site.implement() {
                assert_eq!(red, Red::new(), "{payload}: green to begin with");
            }
        }
        let copied = site.run(&format!("cp -a '{}' '{}'", site.tree.root, site.warm), &site.tree.root);
        assert_eq!(copied.code, Some(0), "{}", copied.text);
        site
    }

    /// Puts everything back as it was when it was warm: contents, times and modes.
    pub(super) fn restore(&mut self) {
        self.variables.clear();
        self.unset.clear();
        remove(&self.tree.root.with_file_name(".cargo"));
        put_back(&self.warm, &self.tree.root);
    }

    /// Sets a variable for everything that runs until the next [`Site::restore`].
    pub(super) fn set(&mut self, name: &'static str, value: impl Into<String>) {
        self.variables.insert(name, value.into());
    }

    /// Unsets a variable for everything that runs until the next [`Site::restore`].
    pub(super) fn unset(&mut self, name: &'static str) {
        self.unset.insert(name);
    }

    /// Replaces `old`, which has to stand there once.
    #[track_caller]
    pub(super) fn change(&self, path: &str, old: &str, new: &str) {
        self.tree.change(path, old, new);
    }

    /// The time a file was modified.
    pub(super) fn modified(&self, path: &str) -> SystemTime {
        fs::metadata(self.tree.root.join(path)).expect("it is there").modified().expect("a time")
    }

    /// Sets the time a file was modified.
    pub(super) fn set_modified(&self, path: &str, time: SystemTime) {
        let file = fs::File::options().append(true).open(self.tree.root.join(path)).expect("it is there");
        file.set_modified(time).expect("a time");
    }

    /// Sets a file's mode.
    pub(super) fn set_mode(&self, path: &str, mode: u32) {
        fs::set_permissions(self.tree.root.join(path), fs::Permissions::from_mode(mode)).expect("a mode");
    }

    /// A shell line in the root, which has to succeed: moving and deleting.
    #[track_caller]
    pub(super) fn shell(&self, line: &str) -> String {
        let said = self.run(line, &self.tree.root);
        assert_eq!(said.code, Some(0), "{line}: {}", said.text);
        said.text
    }

    /// What is red according to us, with each of the payloads.
    pub(super) fn implement(&self) -> Vec<(&'static str, Red)> {
        let binary = env!("CARGO_BIN_EXE_cargo-handoff");
        let implement = |payload| {
            // What was there before counts for a clean clone: it has to count for us.
            let line = format!("'{binary}' implement --strict --payload {payload} --message-format json 2>/dev/null");
            let said = self.run(&line, &self.tree.root);
            (payload, red_in_messages(&said))
        };
        // The narrow one first: afterwards everything is built, and the mistakes of selecting can no longer be seen.
        vec![implement(ONE_PACKAGE), implement(EVERYTHING)]
    }

    /// What is red for cargo on the warm target folder. Of fmt, which keeps nothing, and of clippy where a clean
    /// clone has nothing to complain of, it is taken to be right.
    pub(super) fn cargo_alone(&self, clean: &Red) -> Red {
        let root = &self.tree.root;
        let mut red: Red = clean.iter().filter(|item| *item == FMT).cloned().collect();
        if clean.contains(CLIPPY) {
            red.extend(self.clippy(root));
        }
        red.extend(self.cargo_test(root));
        red
    }

    /// What is red in a fresh copy of exactly these files without a target folder.
    pub(super) fn clean_clone(&self) -> Red {
        let clone = Tree::empty();
        if self.tree.root.with_file_name(".cargo").exists() {
            self.shell(&format!("cp -a ../.cargo '{}'", clone.root.with_file_name(".cargo")));
        }
        for entry in self.tree.root.read_dir_utf8().expect("a folder").map(|entry| entry.expect("an entry")) {
            if entry.file_name() != "target" {
                self.shell(&format!("cp -a '{}' '{}/'", entry.path(), clone.root));
            }
        }
        let mut red = self.cargo_test(&clone.root);
        red.extend(self.fmt(&clone.root));
        red.extend(self.clippy(&clone.root));
        red
    }

    /// Everything a clean clone's answer depends on: the variables, and each file's mode and content. Nothing in
    /// this workspace reads `.git`, `handoff` or a time.
    pub(super) fn content(&self) -> String {
        let mut found = BTreeSet::new();
        for folder in ["", "../.cargo"].map(Utf8Path::new) {
            let path = self.tree.root.join(folder);
            if path.exists() {
                entries(&path, folder, &mut found);
            }
        }
        let left_out = [".git", "handoff", "target"];
        found.retain(|path| !left_out.iter().any(|folder| path.starts_with(folder)));
        let mut content = format!("{:?} {:?}\n", self.variables, self.unset);
        for path in found {
            let file = self.tree.root.join(&path);
            let kind = fs::symlink_metadata(&file).expect("it is there");
            let mode = kind.permissions().mode();
            let text = if kind.is_symlink() { Vec::new() } else { fs::read(&file).unwrap_or_default() };
            let link = fs::read_link(&file).ok();
            writeln!(content, "{path} {mode:o} {link:?} {}", String::from_utf8_lossy(&text)).expect("a string grows");
        }
        content
    }

    fn fmt(&self, folder: &Utf8Path) -> Option<String> {
        let said = self.run("cargo fmt --all --check 2>&1", folder);
        (said.code != Some(0)).then(|| FMT.to_owned())
    }

    fn clippy(&self, folder: &Utf8Path) -> Option<String> {
        let said = self.run("cargo clippy --workspace --all-targets 2>&1", folder);
        (said.code != Some(0)).then(|| CLIPPY.to_owned())
    }

    fn cargo_test(&self, folder: &Utf8Path) -> Red {
        red_in_cargo_test(&self.run("cargo test --workspace --no-fail-fast 2>&1", folder))
    }

    fn run(&self, line: &str, folder: &Utf8Path) -> Said {
        let mut environment = self.tree.environment();
        environment.retain(|name, _| !name.to_str().is_some_and(|name| self.unset.contains(name)));
        let output = std::process::Command::new("sh")
            .args(["-c", line])
            .current_dir(folder)
            .env_clear()
            .envs(environment)
            .envs(&self.variables)
            .output()
            .expect("a shell runs");
        Said { code: output.status.code(), text: String::from_utf8_lossy(&output.stdout).into_owned() }
    }
}

/// What is red in what `implement --message-format json` said.
fn red_in_messages(said: &Said) -> Red {
    if !matches!(said.code, Some(0 | 100)) {
        return [FMT, CLIPPY, NOT_BUILT].map(str::to_owned).into();
    }
    let mut red = Red::new();
    let mut is_finished = false;
    for line in said.text.lines() {
        let message: serde_json::Value = serde_json::from_str(line).expect("JSON lines");
        let text = |key: &str| message[key].as_str().unwrap_or_default().to_owned();
        let is_bad = matches!(text("outcome").as_str(), "failed" | "could-not-run");
        match (text("reason").as_str(), text("check").as_str()) {
            ("test-failed", _) => {
                let suite = text("suite").trim_start_matches("test:").to_owned();
                red.insert(test(&suite, &text("test")));
            }
            ("check-finished", check @ ("fmt" | "clippy")) if is_bad => {
                red.insert(check.to_owned());
            }
            ("check-finished", "test" | "doctest") if text("outcome") == "could-not-run" => {
                red.insert(NOT_BUILT.to_owned());
            }
            ("handoff-finished", _) => {
                is_finished = true;
                assert_eq!(said.code == Some(100), !red.is_empty(), "the code and what was said agree: {line}");
            }
            _ => {}
        }
    }
    assert!(is_finished, "{}", said.text);
    no_tests_unless_built(red)
}

/// cargo runs no test at all where one target does not compile: then that is all there is to compare.
fn no_tests_unless_built(mut red: Red) -> Red {
    if red.contains(NOT_BUILT) {
        red.retain(|item| !item.starts_with("test "));
    }
    red
}

/// A test that is red. The names of doctests carry line numbers: one of a package stands for all.
fn test(suite: &str, test: &str) -> String {
    if suite.contains("/doctest/") { format!("test {suite}") } else { format!("test {suite} {test}") }
}

/// What is red in what `cargo test --no-fail-fast` said. cargo names the target after each binary that failed.
fn red_in_cargo_test(said: &Said) -> Red {
    let mut red = Red::new();
    let mut failed: BTreeSet<&str> = BTreeSet::new();
    let mut is_listing = false;
    for line in said.text.lines() {
        let rerun = line.strip_prefix("error: ").and_then(|line| line.split_once("failed, to rerun pass `"));
        if let Some((_, pass)) = rerun {
            let suite = suite_of(pass.trim_end_matches('`'));
            red.extend(failed.iter().map(|name| test(&suite, name)));
            assert!(!failed.is_empty(), "{}", said.text);
            failed.clear();
        }
        match line.strip_prefix("    ") {
            Some(name) if is_listing => {
                failed.insert(name);
            }
            Some(_) | None => is_listing = line == "failures:",
        }
    }
    if said.code != Some(0) && red.is_empty() {
        red.insert(NOT_BUILT.to_owned());
    }
    red
}

/// `-p app --test cli` as `app/test/cli`.
fn suite_of(pass: &str) -> String {
    let words: Vec<&str> = pass.split(' ').collect();
    match words.as_slice() {
        ["-p", package, "--lib"] => format!("{package}/lib/{package}"),
        ["-p", package, "--doc"] => format!("{package}/doctest/{package}"),
        ["-p", package, kind, name] => format!("{package}/{}/{name}", kind.trim_start_matches("--")),
        other => panic!("a target cargo names otherwise: {other:?}"),
    }
}

/// Everything below a folder that is no folder.
fn entries(folder: &Utf8Path, below: &Utf8Path, found: &mut BTreeSet<Utf8PathBuf>) {
    for entry in folder.read_dir_utf8().expect("a folder") {
        let entry = entry.expect("an entry");
        let path = below.join(entry.file_name());
        if entry.file_type().expect("a type").is_dir() {
            entries(entry.path(), &path, found);
        }
        found.insert(path);
    }
}

/// Makes a folder what another is, and touches nothing that is the same already.
fn put_back(from: &Utf8Path, to: &Utf8Path) {
    let (mut wanted, mut there) = (BTreeSet::new(), BTreeSet::new());
    entries(from, Utf8Path::new(""), &mut wanted);
    entries(to, Utf8Path::new(""), &mut there);
    for path in there.difference(&wanted) {
        remove(&to.join(path));
    }
    for path in &wanted {
        let (source, target) = (from.join(path), to.join(path));
        if same(&source, &target) {
            continue;
        }
        let kind = fs::symlink_metadata(&source).expect("it is there");
        remove(&target);
        if kind.is_dir() {
            fs::create_dir(&target).expect("a folder");
            continue;
        }
        if kind.is_symlink() {
            symlink(fs::read_link(&source).expect("a link"), &target).expect("a link");
        } else {
            fs::copy(&source, &target).expect("copied, mode and all");
            let file = fs::File::options().read(true).open(&target).expect("it is there");
            file.set_modified(kind.modified().expect("a time")).expect("a time");
        }
    }
}

fn remove(path: &Utf8Path) {
    match fs::symlink_metadata(path) {
        Ok(kind) if kind.is_dir() => fs::remove_dir_all(path).expect("removed"),
        Ok(_) => fs::remove_file(path).expect("removed"),
        Err(_) => {}
    }
}

/// Whether two paths are the same kind of thing with the same time, mode and content.
fn same(one: &Utf8Path, other: &Utf8Path) -> bool {
    let (Ok(first), Ok(second)) = (fs::symlink_metadata(one), fs::symlink_metadata(other)) else { return false };
    if first.file_type() != second.file_type() {
        return false;
    }
    if first.is_symlink() {
        return fs::read_link(one).ok() == fs::read_link(other).ok();
    }
    let is_built = other.components().any(|part| part.as_str() == "target");
    first.is_dir()
        || (first.len() == second.len()
            && first.modified().ok() == second.modified().ok()
            && first.permissions() == second.permissions()
            // What cargo builds is written anew or not at all; the rest is edited behind the clock's back here.
            && (is_built || fs::read(one).ok() == fs::read(other).ok()))
}

#[test]
fn what_cargo_says_of_its_tests_is_read_by_suite_and_name() {
    let text = "test tests::a ... FAILED\n\nfailures:\n\n---- tests::a stdout ----\n    indented\n\n\nfailures:\n    tests::a\n\ntest result: FAILED.\n\nerror: test failed, to rerun pass `-p convert --lib`\n     Running tests/same.rs\n\nfailures:\n    agrees\n\nerror: test failed, to rerun pass `-p left --test same`\n\nfailures:\n    crates/measure/src/lib.rs - (line 3)\n\nerror: doctest failed, to rerun pass `-p measure --doc`\nerror: 3 targets failed:\n    `-p convert --lib`\n";
    let red = red_in_cargo_test(&Said { code: Some(101), text: text.to_owned() });
    let expected = ["test convert/lib/convert tests::a", "test left/test/same agrees", "test measure/doctest/measure"];
    assert_eq!(red, expected.map(str::to_owned).into());
    let broken = Said { code: Some(101), text: "error: could not compile `app`\n".to_owned() };
    assert_eq!(red_in_cargo_test(&broken), [NOT_BUILT.to_owned()].into());
    assert_eq!(red_in_cargo_test(&Said { code: Some(0), text: String::new() }), Red::new());
}
