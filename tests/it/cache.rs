//! What is kept of earlier runs: when it is believed, when it is not, and that believing it starts no toolchain.

use crate::checks::{PAYLOAD, workspace};
use crate::hostile::{executable, traced};
use crate::tree::{Ran, Tree};
use camino::{Utf8Path, Utf8PathBuf};
use cargo_handoff::files::sha256;
use serde_json::json;
use std::collections::BTreeSet;
use std::fs;
use std::time::{Duration, SystemTime};

const CACHE: &str = "target/handoff/cache";

/// What a toolchain is made of.
const PROGRAMS: &[&str] =
    &["cargo", "rustc", "rustfmt", "rustdoc", "clippy-driver", "cargo-clippy", "cargo-fmt", "rustup"];

/// The same with a `PATH` in front on which each program of the toolchain leaves a line before it goes on as itself.
pub(crate) fn logged(tree: Tree) -> Tree {
    let folder = tree.root.with_file_name("logged");
    let path = tree.environment()[std::ffi::OsStr::new("PATH")].clone();
    for name in PROGRAMS {
        let real = std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file());
        let Some(real) = real else { continue };
        let real = real.display();
        let log = format!("echo {name} \"$@\" >> '{folder}/started'");
        executable(&folder.join(name), &format!("#!/bin/sh\n{log}\nexec '{real}' \"$@\"\n"));
    }
    let folders = std::iter::once(folder.clone().into_std_path_buf()).chain(std::env::split_paths(&path));
    let path = std::env::join_paths(folders).expect("folders of a PATH");
    tree.env("PATH", path.to_str().expect("UTF-8"))
}

/// What of the toolchain was started since this was asked last.
pub(crate) fn started(tree: &Tree) -> String {
    taken(&tree.root.with_file_name("logged").join("started"))
}

/// The text of a file that is there no more.
fn taken(file: &Utf8Path) -> String {
    let text = fs::read_to_string(file).unwrap_or_default();
    let _ = fs::remove_file(file); // nothing was written
    text
}

/// A library whose one test says outside of the repository that it runs, then does this.
fn saying(name: &str, body: &str) -> String {
    format!(
        r#"//! A package.

#[cfg(test)]
mod tests {{
    /// A path outside of the repository.
    fn outside(name: &str) -> String {{
        format!("{{}}/../../{{name}}", env!("CARGO_MANIFEST_DIR"))
    }}

    #[test]
    fn holds() {{
        use std::io::Write as _;
        let file = std::fs::File::options().create(true).append(true).open(outside("said"));
        writeln!(file.unwrap(), "{name}").unwrap();
        {body}
    }}
}}
"#
    )
}

/// The packages whose tests ran since this was asked last.
fn said(tree: &Tree) -> BTreeSet<String> {
    taken(&tree.root.with_file_name("said")).lines().map(str::to_owned).collect()
}

#[track_caller]
fn tested(tree: &Tree, expected: &[&str], when: &str) {
    assert_eq!(said(tree), expected.iter().map(|name| (*name).to_owned()).collect(), "{when}");
}

/// Runs `implement`, new tests once only.
fn implement(tree: &Tree, args: &[&str]) -> Ran {
    tree.handoff([&["implement", "--stress", "0"], args].concat())
}

/// The same verb with this variable set, just this once.
fn with(tree: &Tree, variable: &str, args: &[&str]) -> Ran {
    tree.run("/usr/bin/env", [&[variable, env!("CARGO_BIN_EXE_cargo-handoff")], args].concat())
}

/// What is said to be run anew, and why: a check and what has moved.
fn anew(ran: &Ran) -> Vec<(String, String)> {
    let lines = ran.stderr.lines().chain(ran.stdout.lines()).filter_map(|line| line.trim_start().strip_prefix("anew "));
    lines.filter_map(|line| line.split_once(": ")).map(|(id, why)| (id.to_owned(), why.to_owned())).collect()
}

#[track_caller]
fn moved(ran: &Ran, check: &str) -> String {
    let anew = anew(ran);
    let found = anew.iter().find(|(id, _)| id == check);
    found.unwrap_or_else(|| panic!("nothing of {check}\n{}\n{}", ran.stdout, ran.stderr)).1.clone()
}

/// The folders of the runs.
fn runs(tree: &Tree) -> BTreeSet<Utf8PathBuf> {
    let runs = tree.root.join("handoff/runs").read_dir_utf8().expect("runs");
    runs.map(|run| run.expect("a run").into_path()).collect()
}

fn set_time(tree: &Tree, file: &str, seconds: u64) {
    let file = fs::File::options().append(true).open(tree.root.join(file)).expect("there");
    file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)).expect("set");
}

/// `two-crates` with work on a branch, its toolchain logged.
fn worked() -> Tree {
    let tree = logged(Tree::of("two-crates").payload("two-crates").git());
    tree.ask_git(["checkout", "--quiet", "-b", "work"]);
    tree.change("adder/src/lib.rs", "//! Adds.", "//! Adds numbers.");
    // What was touched within the last two seconds may be touched again without a trace: cargo's answer is not kept.
    std::thread::sleep(Duration::from_millis(2100));
    tree
}

/// The verb passes, and neither a wrapper nor the kernel saw a program start but git and our own.
#[track_caller]
#[expect(clippy::disallowed_macros, reason = "who reads the log is to know what was not shown")]
fn starts_nothing(tree: &Tree, verb: &str, when: &str) -> Ran {
    let _ = started(tree);
    let (ran, traced) = traced(tree, &[verb]);
    let ran = ran.exits(0);
    assert_eq!(started(tree), "", "{verb} {when}");
    let Some(traced) = traced else {
        eprintln!("{verb} {when}: no `strace` here, or it may not trace: only the PATH was watched");
        return ran;
    };
    let is_expected = |path: &&String| {
        let name = path.rsplit('/').next().unwrap_or_default();
        path.as_str() == env!("CARGO_BIN_EXE_cargo-handoff") || name == "git" || name.starts_with("git-")
    };
    let unexpected: Vec<&String> = traced.iter().filter(|path| !is_expected(path)).collect();
    assert!(unexpected.is_empty(), "{verb} {when}: {unexpected:?}");
    assert!(traced.contains(env!("CARGO_BIN_EXE_cargo-handoff")), "the tracer sees: {traced:?}");
    ran
}

/// Asks about the graph until cargo's answer is kept: not while anything it rests on is younger than two seconds, and
/// the first run made folders beside the manifests.
#[track_caller]
fn keeps_what_cargo_answers(tree: &Tree) {
    let is_kept = || {
        let kept = tree.root.join(CACHE).read_dir_utf8().expect("a cache");
        kept.flatten().any(|file| file.file_name().starts_with("graph-"))
    };
    for _ in 0..10 {
        if is_kept() {
            return;
        }
        std::thread::sleep(Duration::from_millis(2100));
        let _ = tree.handoff(["map"]).exits(0);
    }
    panic!("it is never kept");
}

#[test]
fn where_everything_is_known_no_program_of_the_toolchain_is_started() {
    let tree = worked();
    let _ = tree.handoff(["implement"]).exits(0);
    assert!(started(&tree).contains("cargo test"), "the wrappers see");
    keeps_what_cargo_answers(&tree);
    let _ = tree.handoff(["implement"]).exits(0);
    let (payload, runs_before) = (tree.read(PAYLOAD), runs(&tree));
    let ran = starts_nothing(&tree, "implement", "again");
    assert!(format!("{}{}", ran.stdout, ran.stderr).contains("nothing has changed since the run of"), "{ran:?}");
    assert_eq!(tree.read(PAYLOAD), payload);
    assert_eq!(runs(&tree), runs_before, "no run, no record");

    // HEAD has moved: that is another question, and each verdict is known.
    tree.commit("Say what is added");
    let ran = starts_nothing(&tree, "implement", "after a commit");
    assert!(!ran.stdout.contains("nothing has changed since the run of"), "{}", ran.stdout);
    assert_eq!(tree.read(PAYLOAD), payload);

    let _ = tree.handoff(["validate"]).exits(0);
    let ran = starts_nothing(&tree, "validate", "again");
    assert!(format!("{}{}", ran.stdout, ran.stderr).contains("nothing has changed since the run of"), "{ran:?}");
}

#[test]
fn what_is_to_be_run_anew_is_run_anew_and_what_is_forgotten_too() {
    let tree = worked();
    let _ = tree.handoff(["implement"]).exits(0);
    let _ = tree.handoff(["validate"]).exits(0);
    let anew = |args: &[&str]| {
        let _ = started(&tree);
        let _ = tree.handoff(args).exits(0);
        let started = started(&tree);
        ["cargo fmt", "cargo clippy", "cargo test"].map(|name| started.lines().any(|line| line.contains(name)))
    };
    assert_eq!(anew(&["implement"]), [false; 3]);
    assert_eq!(anew(&["implement", "--no-cache"]), [true; 3]);
    assert_eq!(anew(&["validate"]), [false; 3]);
    assert_eq!(anew(&["validate", "--fresh"]), [true; 3]);

    let info = tree.handoff(["cache", "info"]).exits(0).stdout;
    let n_files = |line: &str| line.split(" files, ").next()?.rsplit(' ').next()?.parse::<usize>().ok();
    let n_there = files_below(&tree.root.join(CACHE)).len();
    assert!(0 < n_there && info.lines().find_map(n_files) == Some(n_there), "{n_there} files: {info}");
    let cleared = tree.handoff(["cache", "clear"]).exits(0).stdout;
    assert!(cleared.contains(&format!("forgot {n_there} files")), "{cleared}");
    assert_eq!(files_below(&tree.root.join(CACHE)), Vec::<Utf8PathBuf>::new());
    let info = tree.handoff(["cache", "info"]).exits(0).stdout;
    assert_eq!(anew(&["implement"]), [true; 3], "{info}");
    assert_eq!(anew(&["validate"]), [false; 3], "what `implement` saw, this machine saw");
}

fn files_below(folder: &Utf8Path) -> Vec<Utf8PathBuf> {
    let mut files = Vec::new();
    for entry in folder.read_dir_utf8().into_iter().flatten().flatten() {
        if entry.file_type().expect("a type").is_dir() {
            files.extend(files_below(entry.path()));
        } else {
            files.push(entry.into_path());
        }
    }
    files.sort();
    files
}

#[test]
fn for_each_check_that_is_run_anew_it_is_said_what_has_moved() {
    let tree = workspace(&[("one", &[("src/lib.rs", &saying("one", ""))]), ("two", &[])]);
    let first = implement(&tree, &["-v"]).exits(0);
    assert_eq!(moved(&first, "one/lib/one"), "it was not seen to pass yet");
    assert_eq!(anew(&implement(&tree, &["-v"]).exits(0)), []);

    tree.change("one/src/lib.rs", "//! A package.", "//! The first package.");
    let ran = implement(&tree, &["-v"]).exits(0);
    for check in ["one/lib/one", "clippy:one/lib/one"] {
        assert_eq!(moved(&ran, check), "sources, package", "{check}");
    }
    // Doctests of all packages run at once: what one was seen to open counts for the others too.
    let of_two = |(check, _): &(String, String)| check.contains("two/lib/two");
    assert!(!anew(&ran).iter().any(of_two), "{:?}", anew(&ran));

    tree.change("two/src/lib.rs", "//! A package.", "//! The second package.");
    let messages = implement(&tree, &["--message-format", "json"]).exits(0).messages();
    let told = messages.iter().find(|message| message["reason"] == "anew" && message["check"] == "clippy:two/lib/two");
    assert_eq!(told.expect("it is told")["moved"], json!(["sources", "package"]));

    let ran = with(&tree, "MINE=1", &["implement", "--stress", "0", "-v"]).exits(0);
    assert_eq!(moved(&ran, "two/lib/two"), "environment `MINE`");
    let ran = with(&tree, "MINE=1", &["implement", "--stress", "0", "--all-features", "-v"]).exits(0);
    assert_eq!(moved(&ran, "one/lib/one"), "argv");
    assert_eq!(moved(&ran, "clippy:two/lib/two"), "argv");
}

#[test]
fn what_another_user_kept_or_somebody_touched_or_renamed_is_not_believed() {
    let tree =
        workspace(&[("one", &[("src/lib.rs", &saying("one", ""))]), ("two", &[("src/lib.rs", &saying("two", ""))])]);
    // So that the other user differs in the secret alone.
    let manifest = tree.read("Cargo.toml");
    tree.write("Cargo.toml", manifest + "\n[workspace.metadata.handoff]\nignore-env = [\"XDG_STATE_HOME\"]\n");
    tree.commit("ignore");
    let tree = tree.env("XDG_STATE_HOME", "/nowhere");
    let base = tree.root.parent().expect("a folder").to_owned();
    let state = |user: &str| format!("XDG_STATE_HOME={base}/{user}");
    let implement = |user: &str| with(&tree, &state(user), &["implement", "--stress", "0"]).exits(0);
    let validate = |user: &str| with(&tree, &state(user), &["validate"]).exits(0);
    let restore = || {
        fs::remove_dir_all(tree.root.join(CACHE)).expect("removed");
        let _ = tree.run("cp", ["-a", &format!("{base}/kept"), &format!("{}/{CACHE}", tree.root)]).exits(0);
    };

    let _ = implement("me");
    tested(&tree, &["one", "two"], "seen for the first time");
    let _ = tree.run("cp", ["-a", &format!("{}/{CACHE}", tree.root), &format!("{base}/kept")]).exits(0);
    let _ = validate("me");
    tested(&tree, &[], "this machine saw it");
    restore();
    let _ = validate("another");
    tested(&tree, &["one", "two"], "somebody else saw it");
    restore();
    let _ = implement("another");
    tested(&tree, &["one", "two"], "somebody else saw it");

    // The verdict of one suite, the whole answers left out.
    let verdict =
        |id: &str| tree.root.join(CACHE).join("verdicts").join(format!("{}.json", &sha256(id.as_bytes())[..24]));
    let (one, two) = (verdict("test:one/lib/one"), verdict("test:two/lib/two"));
    restore();
    fs::remove_file(tree.root.join(CACHE).join("implement.json")).expect("an answer was kept");
    let mut bytes = fs::read(&one).expect("a verdict was kept");
    let n_bytes = bytes.len();
    bytes[n_bytes / 2] ^= 1;
    fs::write(&one, bytes).expect("written");
    let _ = validate("me");
    tested(&tree, &["one"], "one bit is another one");

    restore();
    fs::copy(&one, &two).expect("copied");
    let _ = validate("me");
    tested(&tree, &["two"], "another suite's verdict");
    restore();
    let _ = validate("me");
    tested(&tree, &[], "as it was kept");
}

#[test]
fn a_failure_is_never_kept_and_what_passed_before_it_still_is() {
    let tree = workspace(&[("one", &[("src/lib.rs", &saying("one", "assert_eq!(1 + 1, 2);"))]), ("two", &[])]);
    let _ = implement(&tree, &[]).exits(0);
    tested(&tree, &["one"], "seen for the first time");
    tree.change("one/src/lib.rs", "assert_eq!(1 + 1, 2);", "assert_eq!(1 + 1, 3);");
    for when in ["broken", "still broken"] {
        let ran = implement(&tree, &[]).exits(100);
        assert!(ran.stdout.contains("tests::holds"), "{}", ran.stdout);
        tested(&tree, &["one"], when);
    }
    tree.change("one/src/lib.rs", "assert_eq!(1 + 1, 3);", "assert_eq!(1 + 1, 2);");
    let _ = implement(&tree, &[]).exits(0);
    tested(&tree, &[], "as it was when it passed");
}

#[test]
fn a_pass_of_a_flaky_test_and_of_one_that_writes_into_the_repository_is_not_kept() {
    let toggles = "let marker = outside(\"marker\");\n        if std::fs::remove_file(&marker).is_err() {\n            \
                   std::fs::write(marker, \"\").unwrap();\n            panic!(\"not this time\");\n        }";
    let tree = workspace(&[
        ("flaky", &[("src/lib.rs", &saying("flaky", toggles))]),
        ("steady", &[("src/lib.rs", &saying("steady", ""))]),
        ("writes", &[("src/lib.rs", &saying("writes", "std::fs::write(\"written.ignored\", \"\").unwrap();"))]),
    ]);
    // A new name is a change to everybody: a test may ask whether it is there.
    tree.write("writes/written.ignored", "");
    let expected: &[&str] = if cfg!(target_os = "linux") { &["flaky", "writes"] } else { &["flaky"] };
    let _ = implement(&tree, &["--flaky-result", "pass"]).exits(0);
    tested(&tree, &["flaky", "steady", "writes"], "seen for the first time");
    for when in ["again", "once more"] {
        let _ = implement(&tree, &["--flaky-result", "pass"]).exits(0);
        tested(&tree, expected, when);
    }
}

#[test]
fn another_time_stamp_runs_nothing_and_an_old_one_hides_nothing() {
    let tree = logged(workspace(&[("one", &[("src/lib.rs", &saying("one", "assert_eq!(1 + 1, 2);"))])]));
    let _ = implement(&tree, &[]).exits(0);
    let _ = implement(&tree, &[]).exits(0);
    let _ = started(&tree);
    for time in [2_000_000_000, 1_000_000_000] {
        for file in ["one/src/lib.rs", "one/Cargo.toml", "Cargo.toml", "Cargo.lock", PAYLOAD] {
            set_time(&tree, file, time);
        }
        let _ = implement(&tree, &[]).exits(0);
        assert_eq!(started(&tree), "", "{time}");
    }
    tree.change("one/src/lib.rs", "assert_eq!(1 + 1, 2);", "assert_eq!(1 + 1, 3);");
    set_time(&tree, "one/src/lib.rs", 1_000_000_000);
    let ran = implement(&tree, &[]).exits(100);
    assert!(ran.stdout.contains("tests::holds"), "{}", ran.stdout);
}

#[cfg(target_os = "linux")]
/// What the newest run's log says cargo compiled for the tests.
fn compiled(tree: &Tree) -> BTreeSet<String> {
    let newest = runs(tree).pop_last().expect("a run");
    let log = fs::read_to_string(newest.join("command-test.txt")).expect("a log");
    let names = log.lines().filter_map(|line| line.trim_start().strip_prefix("Compiling ")?.split(' ').next());
    names.map(str::to_owned).collect()
}

/// What `git switch` and `cp -a` do to every file: clippy's build and the tests' each took the other's for a stranger's,
/// and made every file new for it, for ever.
#[test]
fn files_that_somebody_touched_are_built_again_once_and_not_for_ever() {
    let tree = worked();
    let edit = |n: u32| {
        let file = tree.root.join("counter/src/main.rs");
        let text = fs::read_to_string(&file).expect("there");
        fs::write(&file, format!("{text}// Edit {n}.\n")).expect("written");
    };
    let _ = implement(&tree, &[]).exits(0);
    for file in files_below(&tree.root.join("adder")).into_iter().chain(files_below(&tree.root.join("counter"))) {
        let _ = tree.run("touch", [file.as_str()]).exits(0);
    }
    edit(1);
    let _ = implement(&tree, &[]).exits(0);
    assert_eq!(compiled(&tree), BTreeSet::from(["adder".into(), "counter".into()]), "cargo goes by the time");
    for n in [2, 3] {
        edit(n);
        let _ = implement(&tree, &[]).exits(0);
        assert_eq!(compiled(&tree), BTreeSet::from(["counter".into()]), "edit {n}");
    }
}

#[test]
fn a_file_beside_the_packages_runs_the_suite_that_was_seen_to_read_it_and_no_other() {
    let reads = "assert!(std::fs::read_to_string(\"../fixture.txt\").unwrap().starts_with(\"one\"));";
    let tree = workspace(&[
        ("reads", &[("src/lib.rs", &saying("reads", reads))]),
        ("other", &[("src/lib.rs", &saying("other", ""))]),
    ]);
    tree.write("fixture.txt", "one\n");
    tree.write("unread.txt", "one\n");
    tree.commit("Files beside the packages");
    // One after the other: of what runs at the same time nobody can tell who opened a file.
    let _ = implement(&tree, &["-j", "1"]).exits(0);
    tested(&tree, &["other", "reads"], "seen for the first time");
    let _ = implement(&tree, &["-j", "1"]).exits(0);
    tested(&tree, &[], "again");
    tree.write("unread.txt", "two\n");
    let _ = implement(&tree, &["-j", "1"]).exits(0);
    tested(&tree, &[], "a file nobody was seen to read");
    tree.write("fixture.txt", "one more\n");
    let ran = implement(&tree, &["-j", "1", "-v"]).exits(0);
    tested(&tree, &["reads"], "a file one of them was seen to read");
    assert_eq!(moved(&ran, "reads/lib/reads"), "reads");
    tree.write("fixture.txt", "two\n");
    let _ = implement(&tree, &["-j", "1"]).exits(100);
    tested(&tree, &["reads"], "and does not like any more");
}

#[test]
fn what_passed_before_the_deadline_came_is_not_run_again() {
    let waits = "while std::fs::metadata(outside(\"go\")).is_err() {\n            \
                 std::thread::sleep(std::time::Duration::from_millis(10));\n        }";
    let tree = workspace(&[
        ("quick", &[("src/lib.rs", &saying("quick", ""))]),
        ("slow", &[("src/lib.rs", &saying("slow", waits))]),
    ]);
    let go = tree.root.with_file_name("go");
    fs::write(&go, "").expect("written");
    let _ = implement(&tree, &[]).exits(0);
    // Built, and nothing known: the time goes into the tests.
    let _ = tree.handoff(["cache", "clear"]).exits(0);
    fs::remove_file(&go).expect("removed");
    tested(&tree, &["quick", "slow"], "to build it all");

    let _ = implement(&tree, &["--deadline", "6s"]).exits(106);
    tested(&tree, &["quick", "slow"], "nothing is known");
    fs::write(&go, "").expect("written");
    let ran = implement(&tree, &["-v"]).exits(0);
    tested(&tree, &["slow"], "the other one passed in time");
    assert!(!anew(&ran).iter().any(|(check, _)| check.contains("quick/lib/")), "{:?}", anew(&ran));
    assert_eq!(moved(&ran, "slow/lib/slow"), "it was not seen to pass yet");
    let _ = implement(&tree, &[]).exits(0);
    tested(&tree, &[], "now both are known");
}

#[test]
fn what_was_seen_while_something_moved_is_not_kept() {
    let edits = "if std::fs::remove_file(outside(\"edit\")).is_ok() {\n            let file = \"../edits/src/lib.rs\";\n            \
                 let text = std::fs::read_to_string(file).unwrap();\n            \
                 std::fs::write(file, text + \"// More.\\n\").unwrap();\n        }";
    let tree = workspace(&[
        ("edits", &[("src/lib.rs", &saying("edits", edits))]),
        ("still", &[("src/lib.rs", &saying("still", ""))]),
    ]);
    let source = tree.read("edits/src/lib.rs");
    fs::write(tree.root.with_file_name("edit"), "").expect("written");
    let ran = implement(&tree, &[]).exits(100);
    let text = format!("{}{}", ran.stdout, ran.stderr);
    assert!(text.contains("`edits/src/lib.rs` changed while the checks ran"), "{text}");
    tested(&tree, &["edits", "still"], "seen for the first time");
    tree.write("edits/src/lib.rs", source);
    let _ = implement(&tree, &[]).exits(0);
    tested(&tree, &["edits", "still"], "nobody knows what the first time was about");
    let _ = implement(&tree, &[]).exits(0);
    tested(&tree, &[], "now it is known");
}

#[test]
fn a_pass_that_was_not_stressed_is_none_for_a_run_that_stresses() {
    let tree = workspace(&[("one", &[])]);
    tree.write("rustfmt.toml", "max_width = 120\nuse_small_heuristics = \"Max\"\n");
    tree.commit("Wide lines");
    tree.write("one/src/lib.rs", saying("one", "assert_eq!(1 + 1, 2);"));
    let stressed = |n: &str| tree.handoff(["implement", "--stress", n]).exits(0);
    let _ = stressed("0");
    tested(&tree, &["one"], "seen for the first time");
    let _ = stressed("0");
    tested(&tree, &[], "again");
    let _ = stressed("2");
    tested(&tree, &["one"], "it was not run again and again");
    for n in ["2", "1"] {
        let _ = stressed(n);
        tested(&tree, &[], "it was");
    }
}

#[test]
fn a_suite_all_of_whose_tests_are_ignored_is_no_failure_when_it_is_recalled() {
    let ignored =
        "//! A package.\n\n#[cfg(test)]\nmod tests {\n    #[test]\n    #[ignore = \"slow\"]\n    fn later() {}\n}\n";
    let tree =
        logged(workspace(&[("one", &[("src/lib.rs", ignored)]), ("two", &[("src/lib.rs", &saying("two", ""))])]));
    let _ = implement(&tree, &[]).exits(0);
    let _ = started(&tree);
    // Another question, so that each verdict is asked for.
    tree.commit("A record");
    let _ = implement(&tree, &[]).exits(0);
    tested(&tree, &["two"], "once");
    assert!(!started(&tree).contains("cargo test"), "recalled");
    let built = crate::checks::entry(&tree, "commands", "command:test");
    let targets = built["targets"].as_array().expect("targets");
    assert!(targets.iter().all(|target| target["outcome"] == "passed"), "{built:#}");
    assert_eq!(crate::checks::suite(&tree, "one/lib/one").0, "not-run");
}

#[test]
fn the_entry_of_a_command_that_failed_is_not_the_one_that_is_told_again() {
    let tree = workspace(&[("one", &[])]);
    let source = "//! A package.\n\n#[cfg(test)]\nmod tests {\n    #[test]\n    fn holds() {}\n}\n".to_owned();
    // This work's own: what was kept of it is looked at when it is put back.
    tree.write("one/src/lib.rs", &source);
    let _ = implement(&tree, &[]).exits(0);
    tree.write("one/src/lib.rs", source.clone() + "\n#[cfg(test)]\nconst BAD: u8 = \"\";\n");
    let _ = implement(&tree, &[]).exits(100);
    assert_eq!(crate::checks::entry(&tree, "commands", "command:clippy")["exitCode"], 101);
    tree.write("one/src/lib.rs", source);
    let _ = implement(&tree, &[]).exits(0);
    assert_eq!(crate::checks::entry(&tree, "commands", "command:clippy")["exitCode"], 0);
}
