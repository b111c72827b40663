//! The sample as it is laid out: complete, the same everywhere, green, and broken in one place only.

use super::{BRANCH, BROKEN, COMMITS, File, WORK, lay_out};
use crate::cancel::Cancel;
use crate::error::Code;
use crate::process::{self, Command, Said};
use crate::surroundings::Surroundings;
use camino::{Utf8Path, Utf8PathBuf};
use std::fs;

struct Sample {
    _keep: tempfile::TempDir,
    folder: Utf8PathBuf,
    surroundings: Surroundings,
}

#[track_caller]
fn sample(broken: bool) -> Sample {
    let sample = nothing();
    lay_out(&sample.folder, broken, &sample.surroundings, &Cancel::new()).expect("laid out");
    sample
}

#[track_caller]
fn nothing() -> Sample {
    let keep = tempfile::tempdir().expect("a folder");
    let folder = Utf8PathBuf::from_path_buf(keep.path().join("sample")).expect("UTF-8");
    let mut surroundings = Surroundings::of_this_process().expect("surroundings");
    surroundings.environment.remove(std::ffi::OsStr::new("CARGO_TARGET_DIR"));
    Sample { _keep: keep, folder, surroundings }
}

#[track_caller]
fn say(sample: &Sample, program: &str, args: &[&str]) -> Said {
    let program = if program == "cargo" { sample.surroundings.cargo() } else { program.into() };
    let command =
        Command::new(program, &sample.folder, process::clean(&sample.surroundings.environment)).args(args.to_vec());
    process::ask(&command, &Cancel::new()).expect("an answer")
}

/// Runs it, which has to succeed, and returns its stdout.
#[track_caller]
fn ask(sample: &Sample, program: &str, args: &[&str]) -> String {
    let said = say(sample, program, args);
    let (stdout, stderr) = (String::from_utf8_lossy(&said.stdout), String::from_utf8_lossy(&said.stderr));
    assert!(said.end.is_success(), "{program} {args:?}: {}\n{stdout}\n{stderr}", said.end.in_words());
    stdout.into_owned()
}

fn files_below(folder: &Utf8Path, root: &Utf8Path, found: &mut Vec<(String, String)>) {
    for entry in folder.read_dir_utf8().expect("a folder") {
        let path = entry.expect("an entry").into_path();
        if path.is_dir() {
            files_below(&path, root, found);
        } else {
            let name = path.strip_prefix(root).expect("below").as_str().replace('\\', "/");
            found.push((name, fs::read_to_string(&path).expect("text")));
        }
    }
}

#[test]
fn every_file_of_the_sample_is_embedded() {
    let base: Vec<File> = COMMITS.iter().flat_map(|(_, _, files)| files.iter().copied()).collect();
    for (layer, files) in [("base", base.as_slice()), ("work", WORK), ("broken", BROKEN)] {
        let folder = Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/demo").join(layer);
        let mut found = Vec::new();
        files_below(&folder, &folder, &mut found);
        found.sort();
        let mut embedded: Vec<(String, String)> =
            files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
        embedded.sort();
        assert_eq!(found, embedded, "{layer}");
    }
}

#[test]
fn the_broken_work_is_the_work_with_one_check_left_out() {
    for (path, broken) in BROKEN {
        let (_, whole) = WORK.iter().find(|(work, _)| work == path).expect("part of the work");
        let mut rest = whole.lines();
        let is_part = broken.lines().all(|line| rest.any(|other| other == line));
        assert!(is_part, "{path} says something of its own");
        assert_eq!(whole.lines().count() - broken.lines().count(), 3, "{path}");
    }
}

#[test]
fn the_history_is_the_same_everywhere_and_the_work_is_uncommitted() {
    let mut sample = nothing();
    // Settings that would change or break commits, were they read.
    let config = sample.folder.with_file_name("config");
    fs::write(&config, "[user]\nname = x\n[commit]\ngpgSign = true\n[core]\nautocrlf = true\n").expect("written");
    for name in ["GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"] {
        sample.surroundings.environment.insert(name.into(), config.as_str().into());
    }
    sample.surroundings.environment.insert("GIT_AUTHOR_NAME".into(), "x".into());
    lay_out(&sample.folder, false, &sample.surroundings, &Cancel::new()).expect("laid out");
    let log = ask(&sample, "git", &["log", "--format=%s|%an|%cI", "main"]);
    let expected = "Plan: amounts keep their currency|demo|2026-11-02T09:30:00Z\n\
                    Titles as file names|demo|2026-10-19T09:00:00Z\n\
                    A cash book with a total|demo|2026-10-05T09:00:00Z\n";
    assert_eq!(log, expected);
    assert_eq!(ask(&sample, "git", &["rev-parse", "--abbrev-ref", "HEAD"]).trim(), BRANCH);
    let head = ask(&sample, "git", &["rev-parse", "HEAD"]);
    assert_eq!(head, ask(&sample, "git", &["rev-parse", "main"]));
    assert_eq!(head, ask(&self::sample(false), "git", &["rev-parse", "HEAD"]), "the same twice");
    let status = ask(&sample, "git", &["-c", "core.autocrlf=false", "status", "--porcelain"]);
    assert_eq!(
        status,
        " M crates/ledger/src/main.rs\n M crates/ledger/tests/cli.rs\n M crates/money/src/lib.rs\n \
         M crates/report/src/lib.rs\n?? crates/money/src/currency.rs\n?? crates/report/tests/totals.rs\n"
    );
}

#[test]
fn a_folder_with_something_in_it_is_refused_and_left_alone() {
    let sample = nothing();
    fs::create_dir(&sample.folder).expect("a folder");
    lay_out(&sample.folder, false, &sample.surroundings, &Cancel::new()).expect("an empty folder will do");
    let before = fs::read_dir(&sample.folder).expect("a folder").count();
    let error = lay_out(&sample.folder, false, &sample.surroundings, &Cancel::new()).expect_err("refused");
    assert_eq!((error.code, error.exit()), (Code::BadConfiguration, 78));
    assert!(error.hints[0].contains("--into"), "{error:?}");
    assert_eq!(fs::read_dir(&sample.folder).expect("a folder").count(), before);
}

#[test]
fn without_git_the_error_says_so() {
    let mut sample = nothing();
    sample.surroundings.environment.insert("PATH".into(), "/nowhere".into());
    let error = lay_out(&sample.folder, false, &sample.surroundings, &Cancel::new()).expect_err("no git");
    assert_eq!(error.exit(), 78);
    assert!(error.to_string().contains("`git`"), "{error}");
}

#[test]
fn cancelling_stops_it() {
    let sample = nothing();
    let cancel = Cancel::new();
    cancel.cancel(2);
    let error = lay_out(&sample.folder, false, &sample.surroundings, &cancel).expect_err("cancelled");
    assert_eq!(error.exit(), 130);
}

#[test]
fn what_is_committed_builds_and_passes_and_so_does_the_work() {
    let sample = sample(false);
    for args in [
        ["fmt", "--all", "--check"].as_slice(),
        &["clippy", "--workspace", "--all-targets", "--offline", "--locked", "--", "-D", "warnings"],
        &["test", "--workspace", "--offline", "--locked", "--quiet"],
    ] {
        ask(&sample, "cargo", args);
    }
    ask(&sample, "git", &["checkout", "--quiet", "--force", "main"]);
    ask(&sample, "git", &["clean", "--quiet", "--force"]);
    assert_eq!(ask(&sample, "git", &["status", "--porcelain"]), "");
    for args in [
        ["fmt", "--all", "--check"].as_slice(),
        &["clippy", "--workspace", "--all-targets", "--offline", "--locked", "--", "-D", "warnings"],
        &["test", "--workspace", "--offline", "--locked", "--quiet"],
    ] {
        ask(&sample, "cargo", args);
    }
}

#[test]
fn the_broken_work_fails_one_test_and_nothing_else() {
    let sample = sample(true);
    ask(&sample, "cargo", &["fmt", "--all", "--check"]);
    ask(&sample, "cargo", &["clippy", "--workspace", "--all-targets", "--offline", "--locked", "--", "-D", "warnings"]);
    let said = say(&sample, "cargo", &["test", "--workspace", "--offline", "--locked", "--no-fail-fast"]);
    assert!(!said.end.is_success());
    let stdout = String::from_utf8_lossy(&said.stdout);
    let failed: Vec<_> = stdout.lines().filter(|line| line.ends_with("... FAILED")).collect();
    assert_eq!(failed, ["test tests::mixed_currencies_refuse ... FAILED"]);
}
