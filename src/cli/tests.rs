//! Tests of the command line.

use super::*;
use crate::verbs::note::Note;

fn parse(words: &[&str]) -> Verb {
    let words = std::iter::once("cargo-handoff").chain(words.iter().copied()).map(OsString::from).collect();
    Cli::try_parse_from(without_own_name(words)).expect("understood").verb
}

#[test]
fn clap_finds_nothing_wrong_with_the_arguments() {
    Cli::command().debug_assert();
}

#[test]
fn the_name_may_be_said_once_more_as_cargo_does() {
    for words in [&["handoff", "status", "--safe"][..], &["status", "--safe"]] {
        let Verb::Status(args) = parse(words) else { panic!("another verb") };
        assert!(verbs::status::Request::from(args).safe);
    }
}

#[test]
fn common_flags_become_the_request() {
    let words = "validate --manifest-path a/Cargo.toml --manifest-path b/Cargo.toml --payload p.json --base main \
                 --step 1 --step 2 --as ada --locked --offline -F x,y -F z --no-default-features --test-timeout 9 -j 3 --deadline 2m";
    let Verb::Validate(args) = parse(&words.split_whitespace().collect::<Vec<_>>()) else { panic!("another verb") };
    let request = verbs::validate::Request::from(args);
    let expected = verbs::Common {
        manifest_paths: vec!["a/Cargo.toml".into(), "b/Cargo.toml".into()],
        payload: Some("p.json".into()),
        base: Some("main".into()),
        steps: vec!["1".into(), "2".into()],
        as_name: Some("ada".into()),
        locked: true,
        offline: true,
        frozen: false,
        features: vec!["x".into(), "y".into(), "z".into()],
        all_features: false,
        no_default_features: true,
    };
    let tests =
        verbs::Tests { jobs: std::num::NonZeroUsize::new(3), test_timeout_ms: Some(9_000), deadline_ms: Some(120_000) };
    assert_eq!((request.common, request.tests), (expected, tests));
}

#[test]
fn a_time_is_a_whole_number_with_a_unit_and_of_seconds_without_one() {
    use std::time::Duration;
    for (text, millis) in [("4", 4_000), ("90s", 90_000), ("2m", 120_000), ("1h", 3_600_000), ("500ms", 500)] {
        assert_eq!(common::time(text), Ok(Duration::from_millis(millis)), "{text}");
    }
    for text in ["", "s", "1.5s", "-1", "+1", "1 s", "1d", "9s9", "0", "0ms", "721h", "99999999999999999999", "1e3"] {
        assert!(common::time(text).is_err(), "{text}");
    }
    let words = ["cargo-handoff", "implement", "--test-timeout", "soon"].map(OsString::from);
    let error = Cli::try_parse_from(words).expect_err("no time").to_string();
    assert!(error.contains("soon") && error.contains("`ms`, `s`, `m` or `h`"), "{error}");
}

#[test]
fn how_tests_are_run_becomes_the_request() {
    let words = ["implement", "--stress", "0", "--flaky-result", "pass"];
    let Verb::Implement(args) = parse(&words) else { panic!("another verb") };
    let request = verbs::implement::Request::from(args);
    assert_eq!((request.stress, request.flaky_passes), (Some(0), true));
    let Verb::Implement(args) = parse(&["implement"]) else { panic!("another verb") };
    let request = verbs::implement::Request::from(args);
    assert_eq!((request.stress, request.flaky_passes, request.tests), (None, false, verbs::Tests::default()));
    for words in [["-j", "0"], ["--flaky-result", "maybe"], ["--stress", "-1"], ["--deadline", "0"]] {
        let words = ["cargo-handoff", "implement"].into_iter().chain(words).map(OsString::from);
        assert_eq!(Cli::try_parse_from(words).expect_err("refused").exit_code(), 2);
    }
}

#[test]
fn each_kind_of_note_becomes_its_request() {
    let note = |words: &[&str]| {
        let Verb::Note(args) = parse(words) else { panic!("another verb") };
        verbs::note::Request::from(args).what
    };
    assert_eq!(
        note(&["note", "status", "step:2", "completed", "--because", "by hand"]),
        Note::Status { subject: "step:2".into(), to: "completed".into(), because: "by hand".into() }
    );
    assert_eq!(
        note(&["note", "cite", "--change", "src/a.rs", "src/b.rs:118"]),
        Note::Cite { change: "src/a.rs".into(), source: "src/b.rs:118".into() }
    );
    assert_eq!(
        note(&["note", "question", "which one?", "--severity", "blocking"]),
        Note::Question { text: "which one?".into(), severity: Some("blocking".into()), owner: None }
    );
}

#[test]
fn a_brief_is_read_and_a_missing_one_is_a_usage_error() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = camino::Utf8Path::from_path(folder.path()).expect("UTF-8");
    std::fs::write(path.join("brief.md"), "what it is about").expect("written");
    let surroundings = Surroundings::made_up(path, Default::default(), jiff::Timestamp::UNIX_EPOCH);
    let request = |words: &[&str]| {
        let Verb::Implement(mut args) = parse(words) else { panic!("another verb") };
        args.read_brief(&surroundings).map(|()| verbs::implement::Request::from(args))
    };
    let brief = request(&["implement", "--brief", "brief.md"]).expect("read").brief;
    assert_eq!(brief.as_deref(), Some("what it is about"));
    assert_eq!(request(&["implement", "--brief", "other.md"]).expect_err("not there").exit(), 2);
}

#[test]
fn color_is_known_before_anything_else_is_understood() {
    for (words, expected) in [
        (&["x", "--color", "never"][..], Choice::Never),
        (&["x", "--color=always", "--nonsense"], Choice::Always),
        (&["x", "never"], Choice::Auto),
        (&["x", "--", "--color=never"], Choice::Auto),
    ] {
        let words: Vec<OsString> = words.iter().map(OsString::from).collect();
        assert_eq!(color_of(&words), expected, "{words:?}");
    }
}

#[test]
fn every_help_text_reads_well_at_80_columns() {
    let mut command = Cli::command().term_width(80);
    command.build();
    let mut waiting = vec![command];
    while let Some(mut command) = waiting.pop() {
        let help = command.render_long_help().to_string();
        assert!(help.lines().all(|line| line.chars().count() <= 80), "{help}");
        assert!(command.get_about().is_some(), "{help}");
        waiting.extend(command.get_subcommands().cloned());
    }
}
