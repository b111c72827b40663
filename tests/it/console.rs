//! Does the binary speak as a command line program should?

use snapbox::cmd::Command;
use std::path::Path;
use std::process::{Output, Stdio};

/// The binary in an empty folder with an environment of nothing but what is given.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "tests start the binary itself")]
fn handoff(arguments: &[&str], variables: &[(&str, &str)]) -> std::process::Command {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_cargo-handoff"));
    command.args(arguments).env_clear().envs(variables.iter().copied()).current_dir(Path::new("/"));
    command.stdin(Stdio::null());
    command
}

#[track_caller]
fn output(arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    handoff(arguments, variables).output().expect("started")
}

#[test]
fn help_goes_to_stdout_and_a_missing_verb_to_stderr() {
    let help = output(&["--help"], &[]);
    assert_eq!(help.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&help.stdout).contains("Usage: cargo handoff"), "{help:?}");
    let missing = output(&[], &[]);
    assert_eq!((missing.status.code(), missing.stdout.len()), (Some(2), 0));
    assert!(String::from_utf8_lossy(&missing.stderr).contains("Usage: cargo handoff"), "{missing:?}");
}

#[test]
fn a_verb_nobody_knows_is_a_usage_error() {
    let unknown = output(&["handoff", "inplement"], &[]);
    assert_eq!(unknown.status.code(), Some(2));
    let text = String::from_utf8_lossy(&unknown.stderr);
    assert!(text.contains("inplement") && text.contains("implement"), "{text}");
}

#[test]
fn every_code_has_its_page() {
    for code in cargo_handoff::error::Code::ALL {
        let page = output(&["explain", code.word()], &[]);
        assert_eq!(page.status.code(), Some(0), "{code}");
        assert_eq!(String::from_utf8_lossy(&page.stdout), code.page());
        let by_exit = output(&["explain", &code.exit().to_string()], &[]);
        assert!(String::from_utf8_lossy(&by_exit.stdout).contains(code.page()), "{code}");
    }
    let unknown = output(&["explain", "nothing-of-ours"], &[]);
    assert_eq!(unknown.status.code(), Some(2));
}

#[test]
fn colours_come_only_where_they_are_wanted() {
    let escapes = |arguments: &[&str], variables| {
        let Output { stdout, stderr, .. } = output(arguments, variables);
        stdout.contains(&0x1b) || stderr.contains(&0x1b)
    };
    assert!(!escapes(&["explain", "nothing-of-ours"], &[]));
    assert!(escapes(&["explain", "nothing-of-ours", "--color", "always"], &[]));
    assert!(escapes(&["explain", "nothing-of-ours"], &[("CARGO_TERM_COLOR", "always")]));
    assert!(!escapes(&["explain", "nothing-of-ours"], &[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")]));
    assert!(!escapes(&["--help"], &[]));
    assert!(escapes(&["--help", "--color=always"], &[]));
}

#[test]
fn json_ends_with_the_closing_line() {
    let page = output(&["explain", "io", "--message-format", "json"], &[]);
    let text = String::from_utf8(page.stdout).expect("UTF-8");
    let last: serde_json::Value = serde_json::from_str(text.lines().last().expect("a line")).expect("JSON");
    assert_eq!((last["reason"].as_str(), last["exit"].as_u64()), (Some("handoff-finished"), Some(0)));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_stdout_is_an_error_and_no_panic() {
    for arguments in [&["explain"][..], &["--help"], &["explain", "--message-format", "json"]] {
        let full = std::fs::File::options().write(true).open("/dev/full").expect("there");
        let ended = handoff(arguments, &[]).stdout(full).output().expect("started");
        assert_eq!(ended.status.code(), Some(74), "{ended:?}");
        assert!(String::from_utf8_lossy(&ended.stderr).starts_with("error[io]: could not write to stdout\n"));
    }
    let full = std::fs::File::options().write(true).open("/dev/full").expect("there");
    let ended = handoff(&["inplement"], &[]).stderr(full).output().expect("started");
    assert_eq!(ended.status.code(), Some(2));
}

#[cfg(unix)]
#[test]
fn a_reader_that_went_away_is_no_error() {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let ended = handoff(&["explain"], &[]).stdout(writer).output().expect("started");
    assert_eq!((ended.status.code(), ended.stderr.len()), (Some(0), 0), "{ended:?}");
}

#[test]
fn the_list_of_pages_is_short() {
    let list = Command::new(env!("CARGO_BIN_EXE_cargo-handoff")).arg("explain").env_clear().output().expect("started");
    assert!(String::from_utf8_lossy(&list.stdout).lines().count() <= 60);
}
